// The message box: text, replies, edits, commands, files and the bot's reply keyboard.
import * as api from "./api.js";
import { attachMenu, sendFiles } from "./attach.js";
import { commandMenu } from "./commands.js";
import { fullName, h, icon, iconButton } from "./dom.js";
import { shareOwnPhone } from "./forms.js";
import { t } from "./i18n.js";
import { replyKeyboard } from "./keyboards.js";
import { snippet } from "./media.js";
import { chatOf, loadPeople, putMessage, state } from "./store.js";

const COARSE = matchMedia("(pointer: coarse)");

/** The foot of a chat. `host` gives `person()`, `say(text, kind)` and `failed(error)`. */
export function composer(id, host) {
  let target = null;
  let drawnKeyboard = null;
  let keyboardOpen = true;

  const area = h("textarea", { class: "input", rows: "1", dir: "auto", "data-testid": "input", "aria-label": t("write"), placeholder: t("write"), value: chatOf(id).draft, maxlength: "100000" });
  const banner = h("div", { class: "banner", hidden: true, "data-testid": "composer-banner" });
  const sendButton = h("button", { type: "button", class: "send", "aria-label": t("send"), title: t("send"), "data-testid": "send", onclick: () => submit() }, icon("send"));
  const keyButton = iconButton("keyboard", t("keyboard"), { "data-testid": "keyboard-toggle", hidden: true, onclick: () => ((keyboardOpen = !keyboardOpen), showKeyboard()) });
  const commands = commandMenu(area, (command) => run(() => sendText(command)));
  const attachButton = iconButton("attach", t("attach"), { "data-testid": "attach", onclick: (event) => attachMenu(event.currentTarget, id, { ...host, send: post, reply: takeReply }) });
  const bar = h("div", { class: "bar" }, commands.button, h("div", { class: "input-wrap" }, area, keyButton, attachButton), sendButton);
  const keys = h("div", { class: "keys", hidden: true });
  const startBar = h("button", { type: "button", class: "start-bar", hidden: true, "data-testid": "start" });
  const root = h("footer", { class: "composer" }, commands.list, banner, startBar, bar, keys);

  const run = (work) => Promise.resolve().then(work).catch(host.failed);
  const takeReply = () => {
    const id_ = target?.kind === "reply" ? target.message.message_id : undefined;
    aim(null);
    return id_;
  };

  async function post(body) {
    const answer = await api.send(id, body);
    if (answer.message) putMessage(id, { ...answer.message, from_person: true });
    return answer;
  }

  const sendText = (text) => post({ text, reply_to: takeReply() });

  async function submit() {
    const text = area.value.trim();
    if (!text) return;
    const was = target;
    const whole = area.value;
    setText("");
    area.focus();
    try {
      if (was?.kind === "edit") {
        aim(null);
        if (text !== was.message.text) await api.editMessage(id, was.message.message_id, text);
      } else {
        await sendText(text);
      }
    } catch (error) {
      // Nothing that was typed is lost by a refusal.
      if (!area.value) setText(whole);
      aim(was);
      host.failed(error);
    }
  }

  function setText(text) {
    area.value = text;
    typed();
  }

  function typed() {
    chatOf(id).draft = target?.kind === "edit" ? "" : area.value;
    sendButton.classList.toggle("ready", area.value.trim() !== "");
    fit();
  }

  function fit() {
    // Outside the page nothing can be measured; `opened` measures then.
    if (!area.isConnected) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  }

  /** Aims what is typed next: a reply to a message, an edit of one, or nothing. */
  function aim(next) {
    if (target?.kind === "edit" && next?.kind !== "edit") setText("");
    target = next;
    banner.hidden = !next;
    if (!next) return;
    const { message, kind } = next;
    const who = message.from_person ? host.person() : state.bot;
    banner.replaceChildren(icon(kind), h("span", { class: "banner-words" }, h("b", { dir: "auto", text: kind === "edit" ? t("editing") : t("reply_to", { name: fullName(who) }) }), h("span", { dir: "auto", text: snippet(message) })), iconButton("close", t("cancel"), { "data-testid": "banner-close", onclick: () => aim(null) }));
    if (kind === "edit") setText(message.text);
    // What the bot asks for must not take the focus from another chat.
    if (!next.quiet) area.focus();
  }

  function editLast() {
    const mine = chatOf(id).messages.findLast((message) => message.from_person && message.text !== undefined && !message.forward_origin);
    if (mine) aim({ kind: "edit", message: mine });
  }

  area.addEventListener("input", () => (typed(), commands.typed()));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || commands.key(event)) return;
    // On a phone's keyboard Enter is the only way to a new line; there one sends with the button.
    if (event.key === "Enter" && !event.shiftKey && !COARSE.matches) submit();
    else if (event.key === "Escape" && target) aim(null);
    else if (event.key === "Escape") return area.blur();
    else if (event.key === "ArrowUp" && !area.value && !event.altKey) editLast();
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  });
  area.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    attach(files);
  });

  const attach = (files) => run(() => sendFiles(files, { post, reply: takeReply }));

  function showKeyboard() {
    const { keyboard } = chatOf(id);
    keys.hidden = !keyboard?.keyboard || !keyboardOpen;
    keyButton.hidden = !keyboard?.keyboard;
    keyButton.setAttribute("aria-pressed", String(!keys.hidden));
  }

  function drawKeyboard() {
    const { keyboard } = chatOf(id);
    const drawn = JSON.stringify(keyboard);
    if (drawn !== drawnKeyboard) {
      drawnKeyboard = drawn;
      keyboardOpen = true;
      keys.replaceChildren(...(keyboard?.keyboard ? [replyKeyboard(keyboard, keyTaps(keyboard))] : []));
      const asking = keyboard?.force_reply ? chatOf(id).messages.at(-1) : null;
      // Once something was said after the question, it no longer asks.
      if (asking && !asking.from_person && !target) aim({ kind: "reply", message: asking, quiet: true });
    }
    const asks = keyboard?.keyboard || (keyboard?.force_reply && target);
    area.placeholder = (asks && keyboard.input_field_placeholder) || t("write");
    showKeyboard();
  }

  const keyTaps = (keyboard) => {
    const used = () => keyboard.one_time_keyboard && ((keyboardOpen = false), showKeyboard());
    return {
      text: (text) => run(async () => (await sendText(text), used())),
      contact: () => run(async () => {
        const contact = await shareOwnPhone(host.person());
        if (contact) await post({ contact, reply_to: takeReply() }).then(used);
      }),
      refuse: (what) => host.say(t("unsupported", { what })),
    };
  };

  function drawStart() {
    const chat = chatOf(id);
    const { blocked } = host.person();
    startBar.hidden = !blocked && (chat.messages.length > 0 || !chat.loaded);
    startBar.textContent = t(blocked ? "unblock_bot" : "start");
    startBar.onclick = () => run(blocked ? async () => (await api.changePerson(id, { blocked: false }), loadPeople()) : () => sendText("/start"));
    bar.classList.toggle("off", Boolean(blocked));
  }

  return {
    root,
    sendText,
    attach,
    reply: (message) => aim({ kind: "reply", message }),
    edit: (message) => aim({ kind: "edit", message }),
    opened: fit,
    focus: () => area.focus({ preventScroll: true }),
    update() {
      commands.known(chatOf(id).commands);
      drawKeyboard();
      drawStart();
      typed();
    },
  };
}
