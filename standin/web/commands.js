// The bot's commands: the menu button, and the list that appears when one types "/".
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

let lists = 0;

/** A command menu for the message box `area`; `send(text)` is called with the chosen command. */
export function commandMenu(area, send) {
  const listId = `commands-${(lists += 1)}`;
  let all = [];
  let at = -1;
  const list = h("div", { class: "commands", id: listId, role: "listbox", "aria-label": t("commands"), hidden: true, "data-testid": "command-list" });
  const button = h("button", { type: "button", class: "menu-btn", hidden: true, "aria-label": t("commands"), title: t("commands"), "aria-expanded": "false", "data-testid": "command-menu", onclick: () => toggle() }, icon("menu"));
  area.setAttribute("aria-controls", listId);

  const options = () => [...list.children];
  const shown = () => !list.hidden;

  function show(some) {
    at = -1;
    list.hidden = some.length === 0;
    list.replaceChildren(
      ...some.map((one, index) =>
        h(
          "div",
          { class: "command-row", role: "option", id: `${listId}-${index}`, "aria-selected": "false", "data-testid": "command", data: { command: one.command }, onclick: () => choose(one) },
          h("b", { text: `/${one.command}` }),
          h("span", { dir: "auto", text: one.description }),
        ),
      ),
    );
    button.setAttribute("aria-expanded", String(shown()));
    area.removeAttribute("aria-activedescendant");
  }

  function choose(one) {
    hide();
    if (area.value.startsWith("/")) {
      area.value = "";
      area.dispatchEvent(new Event("input"));
    }
    area.focus();
    send(`/${one.command}`);
  }

  const hide = () => show([]);
  const toggle = () => (shown() ? hide() : (show(all), area.focus(), mark(0)));
  const matching = () => {
    const typed = /^\/(\w*)$/.exec(area.value)?.[1];
    return typed === undefined ? [] : all.filter((one) => one.command.startsWith(typed.toLowerCase()));
  };

  function mark(next) {
    const rows = options();
    at = (next + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    rows[at].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", rows[at].id);
  }

  document.addEventListener("pointerdown", (event) => {
    if (shown() && list.isConnected && !list.contains(event.target) && !button.contains(event.target) && event.target !== area) hide();
  });

  return {
    button,
    list,
    /** The commands that are in force now. */
    known(commands) {
      all = commands;
      button.hidden = commands.length === 0;
      if (shown()) show(matching());
    },
    /** The text of the box has changed. */
    typed() {
      const found = matching();
      if (found.length > 0 || shown()) show(found);
    },
    /** Keys while the list is open; true if it has used the key. */
    key(event) {
      if (!shown()) return false;
      if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at < 0 ? options().length - 1 : at - 1);
      else if (event.key === "Escape") hide();
      else if (event.key === "Tab" && !event.shiftKey) {
        area.value = `/${options()[Math.max(0, at)].dataset.command} `;
        area.dispatchEvent(new Event("input"));
      } else if (event.key === "Enter" && !event.shiftKey && at >= 0) options()[at].click();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
