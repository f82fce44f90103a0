// Inline keyboards under a message and the bot's reply keyboard under the message box.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { isPending } from "./press.js";

const STYLES = ["primary", "success", "danger"];

/** The buttons under a bubble. `on.press(message, button)` is told of every tap. */
export function inlineKeyboard(message, rows, on) {
  return h(
    "div",
    { class: "ikb", "data-testid": "inline-keyboard" },
    rows.map((row, y) => h("div", { class: "ikb-row" }, row.map((button, x) => inlineButton(message, button, `${y}.${x}`, on)))),
  );
}

function inlineButton(message, button, key, on) {
  const sign = button.url || button.login_url ? "link" : button.copy_text ? "copy" : null;
  return h(
    "button",
    {
      type: "button",
      class: `ikb-btn ${STYLES.includes(button.style) ? button.style : ""} ${isPending(message, button.callback_data) ? "busy" : ""}`,
      "data-testid": "inline-button",
      title: button.url ?? button.copy_text?.text,
      data: { key, callback: button.callback_data ?? "" },
      onclick: () => on.press(message, button),
    },
    h("span", { class: "ikb-text", dir: "auto", text: button.text }),
    sign && icon(sign),
    h("span", { class: "spinner", "aria-hidden": "true" }),
  );
}

/** Marks the tapped buttons of a drawn row as waiting, or not. */
export function markPending(row, message) {
  for (const node of row.querySelectorAll(".ikb-btn")) {
    const busy = isPending(message, node.dataset.callback);
    node.classList.toggle("busy", busy);
    node.setAttribute("aria-busy", String(busy));
  }
}

/** What a reply keyboard's button asks for, in the words of the Bot API; null for a plain one. */
const request = (button) => ["request_location", "request_poll", "request_users", "request_chat", "web_app"].find((name) => button[name]);

/** The bot's reply keyboard. `on.text(text)`, `on.contact()`, `on.refuse(what)`. */
export function replyKeyboard(keyboard, on) {
  const button = (one) => {
    const key = typeof one === "string" ? { text: one } : one;
    const tap = () => {
      if (key.request_contact) return on.contact();
      return request(key) ? on.refuse(request(key)) : on.text(key.text);
    };
    return h("button", { type: "button", class: `rkb-btn ${STYLES.includes(key.style) ? key.style : ""}`, "data-testid": "reply-button", onclick: tap }, key.request_contact && icon("contact"), h("span", { dir: "auto", text: key.text }));
  };
  return h("div", { class: `rkb ${keyboard.resize_keyboard ? "" : "tall"}`, role: "group", "aria-label": t("keyboard"), "data-testid": "reply-keyboard" }, keyboard.keyboard.map((row) => h("div", { class: "rkb-row" }, row.map(button))));
}
