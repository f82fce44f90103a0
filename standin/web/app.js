// The web chat of the stand-in: people on the left (on a phone: on top), up to three chats side by side.
//
// Hooks for tests (stable; texts and classes are not):
//   data-testid="person" data-person=ID       an entry of the list; aria-selected="true" when it is the active one
//     unread (badge), person-beside           inside an entry
//   data-testid="pane" data-person=ID         an open chat; all below are looked for inside it
//     messages                                the list; message data-message-id=N data-from="person"|"bot"
//       text, photo, file, voice, contact, quote, edited, link, command-link, message-menu   inside a message
//       inline-keyboard > inline-button       data-callback=DATA, data-key="ROW.COLUMN", aria-busy while waiting
//       unread-line                           where the unread begin
//     input, send, attach, command-menu, command-list > command data-command=NAME, composer-banner, start
//     reply-keyboard > reply-button, keyboard-toggle, chat-action, pane-person, pane-menu, pane-close, to-bottom, toast
//   On the page: new-person, settings, people-search, offline, alert + alert-ok, confirm + confirm-yes, share-phone, reset-modal + reset-people,
//     reset-yes, choose-modal > choose-person data-person=ID | choose-new, person-form + person-save, contact-form + contact-own |
//     contact-send, files-form + as-photo, caption, send-files, forwarded-form + forwarded-send, file-input, lightbox,
//     act-reply, act-copy, act-edit, act-forward, act-delete (message menu), edit-person, open-beside, toggle-block (chat menu)
//   <html data-ready="true"> once people and messages are there. Address: /#ID or /#ID,ID opens those chats.
import * as api from "./api.js";
import { menu, toast } from "./dialogs.js";
import { h, place } from "./dom.js";
import { choosePerson, resetForm } from "./forms.js";
import { pageLanguage, setPageLanguage, t } from "./i18n.js";
import { listen } from "./live.js";
import { pane } from "./pane.js";
import { peopleList } from "./people.js";
import { bus, state } from "./store.js";

const root = document.querySelector("#app");
const panes = h("main", { class: "panes" });
let open = [];
let active = null;

const host = {
  isOpen: (id) => open.some((one) => one.id === id),
  isActive: (id) => active === id,
  show,
  settings,
};
const people = peopleList(host);

/** How many chats fit beside each other. */
const room = () => (innerWidth < 900 ? 1 : innerWidth < 1240 ? 2 : 3);

const paneHost = {
  close,
  touched(id) {
    if (active === id) return;
    active = id;
    mark();
  },
  async openAs(start) {
    const person = await choosePerson(t("open_as"), t("open_as_note"));
    if (!person) return;
    show(person.id, { beside: true });
    try {
      await api.openLink(person.id, start);
    } catch (error) {
      toast(t("failed", { why: error.message }), undefined, "bad");
    }
  },
  show: (id) => show(id, { beside: true }),
  async beside() {
    const person = await choosePerson(t("beside"), t("pick"));
    if (person) show(person.id, { beside: true });
  },
};

/** Shows a person's chat: where it is already, else beside the others if asked and there is room, else in place of the active one. */
function show(id, { beside = false, focus = true } = {}) {
  if (!state.people.has(id)) return;
  let one = open.find((other) => other.id === id);
  if (!one) {
    one = pane(id, paneHost);
    const at = Math.max(0, open.findIndex((other) => other.id === active));
    if (open.length > 0 && !(beside && open.length < room())) {
      // With no room the link's own chat should stay in view: the oldest other one makes way.
      const out = beside && open.length > 1 ? open.find((other) => other.id !== active) : open[at];
      open.splice(open.indexOf(out), 1, one)[0].close();
    } else {
      open.splice(open.length ? at + 1 : 0, 0, one);
    }
    arrange();
    one.opened();
  }
  active = id;
  mark();
  // On a phone the keyboard should not spring up by itself.
  if (focus && !matchMedia("(pointer: coarse)").matches) one.focus();
}

function close(id) {
  const at = open.findIndex((one) => one.id === id);
  if (at < 0) return;
  open.splice(at, 1)[0].close();
  if (active === id) active = (open[at] ?? open[at - 1])?.id ?? null;
  arrange();
  mark();
}

function arrange() {
  const nobody = () => h("div", { class: "nobody" }, h("p", { class: "pill", text: t("pick") }), h("small", { text: t("pick_note") }));
  // Only what is out of place is moved: a moved chat would lose its place in the messages.
  place(panes, open.length ? open.map((one) => one.root) : [nobody()]);
  panes.dataset.count = open.length;
}

function mark() {
  for (const one of open) one.root.classList.toggle("active", one.id === active);
  history.replaceState(null, "", open.length ? `#${open.map((one) => one.id).join(",")}` : "#");
  people.refresh();
  document.querySelector('.person[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function settings(at) {
  const theme = document.documentElement.dataset.theme ?? "auto";
  const themed = (name) => ({ icon: "moon", label: `${t("theme")}: ${t(name)}`, on: theme === name, testid: `theme-${name}`, run: () => setTheme(name) });
  const spoken = (code, name) => ({ icon: "globe", label: name, on: pageLanguage() === code, testid: `page-${code}`, run: () => speak(code) });
  menu(at, [themed("auto"), themed("light"), themed("dark"), spoken("en", "English"), spoken("ru", "Русский"), { icon: "reset", label: t("reset"), danger: true, testid: "reset", run: startOver }]);
}

function setTheme(name) {
  localStorage.setItem("standin.theme", name);
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

function speak(code) {
  setPageLanguage(code);
  // Labels are written when a chat is opened, so the chats are opened again; drafts are kept in the store.
  const ids = open.map((one) => one.id);
  const was = active;
  ids.forEach(close);
  ids.forEach((id) => show(id, { beside: true, focus: false }));
  if (was !== null) show(was);
  arrange();
  people.draw();
}

async function startOver() {
  const answer = await resetForm();
  if (!answer) return;
  await api.reset(answer.people).catch((error) => toast(t("failed", { why: error.message }), undefined, "bad"));
}

function step(by) {
  const ids = [...state.people.keys()];
  if (ids.length) show(ids[(ids.indexOf(active) + by + ids.length) % ids.length]);
}

document.addEventListener("keydown", (event) => {
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]") && document.activeElement === document.body) {
    document.querySelector('.person[aria-selected="true"]')?.focus();
  }
});
addEventListener("resize", () => {
  while (open.length > room()) close(open.findLast((one) => one.id !== active).id);
});
// People who are gone (after a reset) take their chats with them.
bus.addEventListener("people", () => open.filter((one) => !state.people.has(one.id)).forEach((one) => close(one.id)));
addEventListener("hashchange", fromAddress);

function fromAddress() {
  const ids = location.hash.slice(1).split(",").map(Number).filter((id) => state.people.has(id));
  ids.slice(0, room()).forEach((id) => show(id, { beside: true, focus: false }));
  return ids.length > 0;
}

let begun = false;
function started() {
  document.documentElement.dataset.ready = "true";
  if (!begun) {
    begun = true;
    if (!fromAddress() && state.people.size) show(state.people.keys().next().value, { focus: false });
  }
  open.forEach((one) => one.redraw());
  arrange();
}

setTheme(localStorage.getItem("standin.theme") ?? "auto");
setPageLanguage(pageLanguage());
root.append(people.root, panes, h("div", { class: "toasts", "aria-live": "polite" }));
arrange();
listen(started);
