// The list of people: a column on a desk, a row of faces on a phone.
import { avatar, fullName, h, iconButton, place } from "./dom.js";
import { menu } from "./dialogs.js";
import { personForm } from "./forms.js";
import { shortTime, t } from "./i18n.js";
import { snippet } from "./media.js";
import { actionWords } from "./pane.js";
import { bus, chatOf, state, unread } from "./store.js";

const SEARCH_FROM = 8;

/** The list. `host` gives `show(id, {beside})`, `isOpen(id)`, `isActive(id)`, `settings(at)`. */
export function peopleList(host) {
  const rows = new Map();
  const list = h("div", { class: "people-list", role: "listbox", "aria-orientation": "vertical", "data-testid": "people" });
  const search = h("input", { type: "search", class: "search", hidden: true, "data-testid": "people-search", oninput: () => draw() });
  const create = iconButton("plus", "", { class: "create", "data-testid": "new-person", onclick: add });
  const settings = iconButton("more", "", { "data-testid": "settings", onclick: (event) => host.settings(event.currentTarget) });
  const title = h("h1", {});
  const net = h("div", { class: "net", role: "status", hidden: true, "data-testid": "offline" });
  const root = h("aside", { class: "people" }, h("div", { class: "people-head" }, title, create, settings), search, net, list);

  async function add() {
    const person = await personForm();
    if (person) host.show(person.id);
  }

  function rowOf(person) {
    if (!rows.has(person.id)) {
      const node = h("div", {
        class: "person",
        role: "option",
        "data-testid": "person",
        "data-person": person.id,
        onclick: (event) => host.show(person.id, { beside: event.ctrlKey || event.metaKey }),
        oncontextmenu: (event) => {
          event.preventDefault();
          rowMenu(event, person.id);
        },
      });
      rows.set(person.id, { node, drawn: "" });
    }
    const row = rows.get(person.id);
    const chat = chatOf(person.id);
    const last = chat.messages.at(-1);
    const count = unread(person.id);
    const words = chat.action ? `${actionWords(chat.action)}…` : person.blocked ? t("blocked") : last ? `${last.from_person ? `${t("you")}: ` : ""}${snippet(last)}` : t("empty");
    const time = last ? shortTime(last.date) : "";
    const drawn = JSON.stringify([person, words.slice(0, 120), time, count, Boolean(chat.action), t("you")]);
    if (row.drawn !== drawn) {
      row.drawn = drawn;
      row.node.setAttribute("aria-label", [fullName(person), person.language_code, count ? t("n_unread", { n: count }) : "", words.slice(0, 80)].filter(Boolean).join(", "));
      row.node.title = fullName(person);
      row.node.replaceChildren(
        avatar(person),
        h("span", { class: "person-name" }, h("bdi", { text: fullName(person) }), h("span", { class: "lang", text: person.language_code ?? "–" })),
        h("span", { class: "person-first" }, h("bdi", { text: person.first_name ?? "?" })),
        h("time", { class: "person-time", text: time }),
        h("span", { class: `person-last ${chat.action ? "action" : ""} ${person.blocked ? "blocked" : ""}`, dir: "auto", text: words.slice(0, 120) }),
        h("span", { class: "badge", hidden: count === 0, "data-testid": "unread", text: count > 99 ? "99+" : count }),
        iconButton("split", t("beside"), { class: "beside", tabindex: "-1", "data-testid": "person-beside", onclick: (event) => (event.stopPropagation(), host.show(person.id, { beside: true })) }),
      );
    }
    row.node.classList.toggle("open", host.isOpen(person.id));
    row.node.setAttribute("aria-selected", String(host.isActive(person.id)));
    return row.node;
  }

  const rowMenu = (at, id) =>
    menu(at, [
      { icon: "split", label: t("beside"), run: () => host.show(id, { beside: true }) },
      { icon: "edit", label: t("edit_person"), run: () => personForm(state.people.get(id)) },
    ]);

  function draw() {
    const people = [...state.people.values()];
    title.textContent = t("people");
    for (const [node, key] of [[create, "new_person"], [settings, "settings"]]) {
      node.title = t(key);
      node.setAttribute("aria-label", t(key));
    }
    list.setAttribute("aria-label", t("people"));
    search.placeholder = t("search");
    search.setAttribute("aria-label", t("search"));
    search.hidden = people.length < SEARCH_FROM;
    net.hidden = state.online;
    net.textContent = t(state.bot ? "offline" : "connecting");
    const wanted = search.hidden ? "" : search.value.trim().toLowerCase();
    const found = people.filter((person) => `${fullName(person)} ${person.username ?? ""} ${person.phone ?? ""} ${person.id}`.toLowerCase().includes(wanted));
    for (const id of rows.keys()) if (!state.people.has(id)) rows.delete(id);
    place(list, found.length ? found.map(rowOf) : [h("p", { class: "none", text: t("no_people") })]);
    // One stop for Tab: the chosen person, or the first; the arrows do the rest.
    const nodes = [...list.querySelectorAll(".person")];
    const stop = nodes.find((node) => node.getAttribute("aria-selected") === "true") ?? nodes[0];
    nodes.forEach((node) => (node.tabIndex = node === stop || node === document.activeElement ? 0 : -1));
    const total = people.reduce((sum, person) => sum + unread(person.id), 0);
    document.title = `${total ? `(${total}) ` : ""}${state.bot?.first_name ?? "Telegram stand-in"}`;
  }

  list.addEventListener("keydown", (event) => {
    const nodes = [...list.querySelectorAll(".person")];
    const at = nodes.indexOf(event.target);
    if (at < 0) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step && !event.altKey) nodes[(at + step + nodes.length) % nodes.length].focus();
    else if (event.key === "Home") nodes[0].focus();
    else if (event.key === "End") nodes.at(-1).focus();
    else if (event.key === "Enter" || event.key === " ") host.show(Number(event.target.dataset.person), { beside: event.ctrlKey || event.metaKey, focus: true });
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) rowMenu(event.target, Number(event.target.dataset.person));
    else return;
    event.preventDefault();
  });

  // Several messages in one breath draw the list once.
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    // Not an animation frame: those stand still in a hidden tab, whose title should count what is unread.
    setTimeout(() => {
      asked = false;
      draw();
    });
  };
  bus.addEventListener("people", soon);
  bus.addEventListener("online", soon);
  draw();
  return { root, draw: () => (rows.forEach((row) => (row.drawn = "")), draw()), refresh: draw };
}
