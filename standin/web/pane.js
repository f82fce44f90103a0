// One open chat: header, messages, message box. A pane lives as long as it is on the screen.
import * as api from "./api.js";
import { composer } from "./composer.js";
import { alertBox, confirmBox, copy, menu, modal, toast } from "./dialogs.js";
import { avatar, fullName, h, icon, iconButton } from "./dom.js";
import { dropZone } from "./attach.js";
import { choosePerson, personForm } from "./forms.js";
import { t } from "./i18n.js";
import { botLink } from "./links.js";
import { fileOf, textOf } from "./media.js";
import { press } from "./press.js";
import { bus, chatOf, loadPeople, markRead, putMessage, state, unread } from "./store.js";
import { timeline } from "./timeline.js";

/** The words for a chat action of the bot. */
export function actionWords(action) {
  const known = ["typing", "upload_photo", "upload_document", "record_voice", "upload_voice"];
  return t(known.includes(action.name) ? action.name : "busy");
}

/** Opens a chat. `host` gives `close(id)`, `openAs(start, fromId)` and `touched(id)`. */
export function pane(id, host) {
  const gone = new AbortController();
  const { signal } = gone;
  const person = () => state.people.get(id) ?? { id, first_name: String(id) };
  const toasts = h("div", { class: "pane-toasts" });
  const say = (text, kind) => toast(text, toasts, kind);
  const failed = (error) => say(t("failed", { why: error.message }), "bad");
  const attempt = (work) => Promise.resolve().then(work).catch(failed);

  const on = {
    link: (event, url, shown) => followLink(event, url, shown),
    command: (text) => attempt(() => box.sendText(text)),
    copy: (text) => copy(text, toasts),
    jump: (messageId) => list.jump(messageId) || say(t("reply_gone")),
    menu: (message, at) => menu(at, actionsOf(message)),
    press: (message, button) => attempt(() => tap(message, button)),
  };
  const list = timeline(id, on, moved);
  const box = composer(id, { person, say, failed });
  const down = iconButton("down", t("to_bottom"), { class: "to-bottom", "data-testid": "to-bottom", onclick: () => list.toBottom(true) });
  const head = h("header", { class: "pane-head" });
  let drawnHead = "";
  const root = h("section", { class: "pane", "data-testid": "pane", "data-person": id, tabindex: "-1" }, head, h("div", { class: "pane-body" }, list.box, down, toasts), box.root);
  dropZone(root, (files) => box.attach(files));

  function drawHead() {
    const who = person();
    const { action } = chatOf(id);
    // Drawn only when it has changed: a new message must not take the focus from a button up here.
    const shown = JSON.stringify([who, action?.name, state.bot, t("more")]);
    if (shown === drawnHead) return;
    drawnHead = shown;
    const status = action
      ? h("span", { class: "action", "data-testid": "chat-action" }, `${state.bot?.first_name ?? ""} `, actionWords(action), h("i", { class: "dots", "aria-hidden": "true" }))
      : h("span", { text: `${state.bot?.first_name ?? ""} · @${state.bot?.username ?? ""}`, dir: "auto" });
    root.setAttribute("aria-label", fullName(who));
    head.replaceChildren(
      h("button", { type: "button", class: "who", "data-testid": "pane-person", title: t("edit_person"), onclick: editPerson }, avatar(who), h("span", { class: "who-words" }, h("bdi", { class: "who-name", text: fullName(who) }), h("span", { class: "who-status", "aria-live": "polite" }, status))),
      h("span", { class: "lang", title: t("lang_of"), text: who.language_code ?? "–" }),
      iconButton("more", t("more"), { "data-testid": "pane-menu", onclick: (event) => menu(event.currentTarget, chatActions()) }),
      iconButton("close", t("close_chat"), { class: "pane-close", "data-testid": "pane-close", onclick: () => host.close(id) }),
    );
  }

  const editPerson = () => attempt(() => personForm(person()));
  const chatActions = () => [
    { icon: "edit", label: t("edit_person"), run: editPerson, testid: "edit-person" },
    { icon: "split", label: t("beside"), run: () => host.beside(), testid: "open-beside" },
    { icon: "block", label: t(person().blocked ? "unblock_bot" : "block_bot"), danger: !person().blocked, run: () => attempt(block), testid: "toggle-block" },
    { icon: "close", label: t("close_chat"), run: () => host.close(id) },
  ];
  const block = async () => {
    await api.changePerson(id, { blocked: !person().blocked });
    await loadPeople();
  };

  function actionsOf(message) {
    const [text] = textOf(message);
    const file = fileOf(message);
    const open = !message.has_protected_content;
    return [
      { icon: "reply", label: t("reply"), run: () => box.reply(message), testid: "act-reply" },
      text && open && { icon: "copy", label: t("copy_text"), run: () => on.copy(text), testid: "act-copy" },
      message.from_person && message.text !== undefined && !message.forward_origin && { icon: "edit", label: t("edit"), run: () => box.edit(message), testid: "act-edit" },
      open && { icon: "forward", label: t("forward"), run: () => attempt(() => forward(message)), testid: "act-forward" },
      file && open && { icon: "download", label: t("download"), run: () => h("a", { href: api.fileUrl(file.file_id), download: file.file_name }).click() },
      { icon: "code", label: t("details"), run: () => modal(`#${message.message_id}`, () => h("pre", { class: "json", tabindex: "0", text: JSON.stringify(message, null, 2) }), { wide: true }) },
      { icon: "trash", label: t("remove"), danger: true, run: () => attempt(() => api.deleteMessage(id, message.message_id)), testid: "act-delete" },
    ];
  }

  async function forward(message) {
    const who = await choosePerson(t("forward"), t("open_as_note"));
    if (!who) return;
    const answer = await api.send(who.id, { forward_from: { person: id, message_id: message.message_id } });
    putMessage(who.id, { ...answer.message, from_person: true });
    host.show(who.id);
  }

  async function tap(message, button) {
    if (button.url) return followLink(null, button.url, button.text);
    if (button.copy_text) return copy(button.copy_text.text, toasts);
    if (!button.callback_data) return say(t("unsupported", { what: Object.keys(button).find((key) => key !== "text") ?? "?" }));
    const answer = await press(id, message, button.callback_data, () => list.pending(message));
    if (answer === null) return say(t("no_answer"), "bad");
    if (answer.url) return followLink(null, answer.url, answer.url);
    if (!answer.text) return undefined;
    return answer.show_alert ? alertBox(state.bot?.first_name ?? "", answer.text) : say(answer.text);
  }

  // A link back to this bot is opened here, by whom one chooses; a hidden address is shown first, as Telegram does.
  async function followLink(event, url, shown) {
    const own = botLink(url, state.bot?.username);
    if (own) {
      event?.preventDefault();
      return host.openAs(own.start);
    }
    if (event && url.replace(/^https?:\/\/|\/$/g, "") === shown.replace(/^https?:\/\/|\/$/g, "")) return undefined;
    if (/^(tel|mailto):/.test(url)) return undefined;
    event?.preventDefault();
    if (await confirmBox(t("open_link"), url, t("open"), { testid: "open-link" })) h("a", { href: event?.target.closest("a")?.href ?? url, target: "_blank", rel: "noopener noreferrer" }).click();
    return undefined;
  }

  function moved() {
    const hidden = list.atBottom();
    down.classList.toggle("shown", !hidden);
    const count = unread(id);
    down.dataset.count = count || "";
    if (hidden && !document.hidden && root.isConnected && root.offsetParent !== null) markRead(id);
  }

  bus.addEventListener(`chat:${id}`, ({ detail }) => {
    list.update(detail);
    moved();
    const { why } = detail ?? {};
    if (why === "loaded" || why === "new") box.update();
  }, { signal });
  bus.addEventListener(`head:${id}`, () => (drawHead(), box.update()), { signal });
  bus.addEventListener("person-changed", () => (drawHead(), box.update()), { signal });
  document.addEventListener("visibilitychange", moved, { signal });
  root.addEventListener("focusin", () => host.touched(id), { signal });
  root.addEventListener("pointerdown", () => host.touched(id), { signal });
  drawHead();
  box.update();

  return {
    id,
    root,
    focus: () => box.focus(),
    opened: () => (box.opened(), list.open(), moved()),
    redraw: () => (drawHead(), list.redraw(), box.update()),
    close: () => (gone.abort(), list.stop(), root.remove()),
  };
}
