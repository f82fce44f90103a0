// One message: a row with its bubble and its inline keyboard.
import { richText } from "./entities.js";
import { fullName, h, iconButton } from "./dom.js";
import { clock, t } from "./i18n.js";
import { inlineKeyboard } from "./keyboards.js";
import { mediaOf, snippet, textOf } from "./media.js";

const RTL = /^[^A-Za-z\u00C0-\u02B8\u0370-\u058F\u1E00-\u1FFF]*[\u0591-\u07FF\u200F\uFB1D-\uFDFD\uFE70-\uFEFC]/;
const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}(?:\uFE0F|[\u{1F3FB}-\u{1F3FF}]|\u200D\p{Extended_Pictographic})*){1,3}$/u;
const SERVICE = ["new_chat_members", "left_chat_member", "group_chat_created", "new_chat_title"];

/** An empty row for a message; `fillRow` gives it its content, now and after every edit. */
export const newRow = () => h("div", { tabindex: "-1" });

/** Draws `message` into its row. `on` holds what taps do; `names` who speaks (`person`, `bot`). */
export function fillRow(row, message, names, on) {
  const mine = Boolean(message.from_person);
  const focused = row.contains(document.activeElement) ? document.activeElement.dataset?.key : null;
  row.dataset.testid = "message";
  row.dataset.messageId = message.message_id;
  row.dataset.from = mine ? "person" : "bot";
  row.className = `row ${mine ? "out" : "in"}`;
  if (SERVICE.some((kind) => message[kind])) {
    row.className = "row service";
    row.replaceChildren(h("span", { class: "pill", dir: "auto", text: snippet(message) }));
    return;
  }
  const who = mine ? names.person : names.bot;
  row.setAttribute("role", "article");
  row.setAttribute("aria-label", `${fullName(who)}, ${clock(message.date)}: ${snippet(message).slice(0, 200)}`);
  const stack = h("div", { class: "stack" }, bubble(row, message, mine, on));
  const keys = message.reply_markup?.inline_keyboard;
  if (keys?.length) stack.append(inlineKeyboard(message, keys, on));
  row.replaceChildren(stack);
  if (focused) row.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function bubble(row, message, mine, on) {
  const media = mediaOf(message, row.querySelector("[data-file-id]"));
  const [text, entities] = textOf(message);
  const known = media || text;
  const words = text ? textBlock(text, entities, on) : null;
  const picture = media?.classList.contains("photo") || media?.classList.contains("big-emoji");
  const jumbo = !media && EMOJI_ONLY.test(text);
  const meta = h(
    "span",
    { class: "meta" },
    message.edit_date && h("span", { class: "edited", "data-testid": "edited", text: t("edited") }),
    h("time", { datetime: new Date(message.date * 1000).toISOString(), text: clock(message.date) }),
    mine && h("span", { class: "tick", "aria-hidden": "true", text: "✓" }),
  );
  if (words) words.append(h("span", { class: `meta-room ${mine ? "wide" : ""} ${message.edit_date ? "with-edited" : ""}`, "aria-hidden": "true" }));
  const below = words && (RTL.test(text.slice(text.lastIndexOf("\n") + 1)) || endsInBlock(text, entities));
  const parts = message.show_caption_above_media ? [words, media] : [media, words];
  const classes = ["bubble", picture && "has-photo", picture && !text && "bare", jumbo && "jumbo", below && "meta-below", media && !picture && !text && "meta-below"];
  const node = h(
    "div",
    { class: classes.filter(Boolean).join(" "), onclick: (event) => tapped(event, message, on), oncontextmenu: (event) => asked(event, message, on) },
    forwarded(message),
    replied(message, on),
    parts,
    !known && h("div", { class: "text dim", text: t("other_kind", { kind: kindOf(message) }) }),
    meta,
    iconButton("more", t("actions"), { class: "bubble-more", tabindex: "-1", "data-testid": "message-menu", onclick: (event) => on.menu(message, event.currentTarget) }),
  );
  return node;
}

function textBlock(text, entities, on) {
  return h("div", { class: "text", dir: "auto", "data-testid": "text" }, richText(text, entities, on));
}

const endsInBlock = (text, entities) =>
  (entities ?? []).some((entity) => ["pre", "blockquote", "expandable_blockquote"].includes(entity.type) && entity.offset + entity.length >= text.length);

function kindOf(message) {
  const usual = new Set(["message_id", "from", "chat", "date", "from_person", "reply_markup", "edit_date"]);
  return Object.keys(message).find((key) => !usual.has(key)) ?? "?";
}

function forwarded(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user ? fullName(origin.sender_user) : (origin.sender_user_name ?? origin.sender_chat?.title ?? origin.chat?.title ?? "?");
  return h("div", { class: "forwarded", dir: "auto", text: t("forwarded_from", { name }) });
}

function replied(message, on) {
  const to = message.reply_to_message;
  if (!to) return null;
  const name = to.from ? fullName(to.from) : "";
  return h("button", { type: "button", class: "quote", "data-testid": "quote", onclick: () => on.jump(to.message_id) }, h("b", { dir: "auto", text: name }), h("span", { dir: "auto", text: message.quote?.text ?? snippet(to) }));
}

// A finger has no right button: a tap on a bubble (not on what is live in it) opens the message's actions.
function tapped(event, message, on) {
  if (event.pointerType !== "touch") return;
  if (event.target.closest("a, button, .code, .spoiler:not(.shown), .expandable, audio")) return;
  on.menu(message, event);
}

function asked(event, message, on) {
  if (event.target.closest("a, audio") || !getSelection().isCollapsed) return;
  event.preventDefault();
  on.menu(message, event);
}
