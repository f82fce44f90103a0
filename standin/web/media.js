// What a message carries besides text: pictures, files, voice, contacts, and the one-line words for each.
import { fileUrl } from "./api.js";
import { lightbox } from "./dialogs.js";
import { avatar, fullName, h, icon } from "./dom.js";
import { fileSize, t } from "./i18n.js";

const FILES = ["document", "audio", "video", "animation", "video_note"];
const WIDEST = 320;
const TALLEST = 380;

/** The text of a message or of its media, with its entities. */
export const textOf = (message) => (message.text !== undefined ? [message.text, message.entities] : [message.caption ?? "", message.caption_entities]);

/** The file a message carries, if any: `{file_id, file_name}`. */
export function fileOf(message) {
  if (message.photo) return { file_id: message.photo.at(-1).file_id, file_name: "photo.jpg" };
  if (message.voice) return { file_id: message.voice.file_id, file_name: "voice.ogg" };
  const kind = FILES.find((name) => message[name]);
  return kind ? { file_id: message[kind].file_id, file_name: message[kind].file_name ?? kind } : null;
}

/** One line that stands for a message: in lists, replies and labels. */
export function snippet(message) {
  const words = textOf(message)[0].replace(/\s+/g, " ").trim();
  if (message.photo) return words || t("photo_word");
  if (message.voice) return words || t("voice_word");
  if (message.contact) return `${t("contact_word")}: ${fullName(message.contact)}`;
  const kind = FILES.find((name) => message[name]);
  if (kind) return words || message[kind].file_name || t("file_word");
  return words || message.sticker?.emoji || t("message");
}

/** The media of a message as an element, null for plain text. `old` is the same message's media before an edit: kept if its file is the same. */
export function mediaOf(message, old) {
  const file = fileOf(message);
  if (file && old?.dataset.fileId === file.file_id) return old;
  if (message.photo) return photo(message.photo, file.file_id);
  if (message.voice) return voice(message.voice);
  if (message.contact) return contact(message.contact);
  const kind = FILES.find((name) => message[name]);
  if (kind) return document_(message[kind], kind);
  if (message.location) return place(message.venue?.title, message.location);
  const big = message.sticker?.emoji;
  if (big) return h("div", { class: "big-emoji", text: big });
  return null;
}

// The room is kept before the picture has come, so that nothing jumps when it does.
function photo(sizes, fileId) {
  const { width = 0, height = 0 } = sizes.at(-1);
  const src = fileUrl(fileId);
  const img = h("img", { src, alt: t("photo_word"), decoding: "async" });
  if (width > 0 && height > 0) {
    const scale = Math.min(1, WIDEST / width, TALLEST / height);
    img.style.width = `${Math.max(120, Math.round(width * scale))}px`;
    img.style.aspectRatio = `${width} / ${height}`;
  }
  return h("button", { type: "button", class: "photo", "aria-label": t("photo_word"), "data-testid": "photo", data: { fileId }, onclick: () => lightbox(src, t("photo_word")) }, img);
}

function document_(file, kind) {
  const name = file.file_name ?? kind;
  const ending = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1] ?? "";
  return h(
    "a",
    { class: "doc", href: fileUrl(file.file_id), download: name, "data-testid": "file", data: { fileId: file.file_id }, title: `${t("download")}: ${name}` },
    h("span", { class: `doc-icon ext-${ending.toLowerCase()}` }, icon("file"), h("i", { text: ending })),
    h("span", { class: "doc-words" }, h("bdi", { class: "doc-name", text: name }), h("small", { text: [fileSize(file.file_size), kind === "document" ? null : kind].filter(Boolean).join(" · ") })),
    h("span", { class: "doc-get" }, icon("download")),
  );
}

function voice(file) {
  const src = fileUrl(file.file_id);
  const audio = h("audio", { controls: true, preload: "metadata", src, "aria-label": t("voice_word") });
  return h("div", { class: "voice", "data-testid": "voice", data: { fileId: file.file_id } }, audio, h("a", { class: "icon-btn", href: src, download: "voice.ogg", "aria-label": t("download"), title: t("download") }, icon("download")));
}

function contact(card) {
  const phone = card.phone_number.startsWith("+") || !/^\d/.test(card.phone_number) ? card.phone_number : `+${card.phone_number}`;
  return h("div", { class: "contact", "data-testid": "contact" }, avatar({ ...card, id: card.user_id ?? 3 }), h("span", {}, h("bdi", { class: "contact-name", text: fullName(card) }), h("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}`, class: "contact-phone", text: phone })));
}

function place(title, { latitude, longitude }) {
  return h("div", { class: "contact" }, icon("pin"), h("span", { text: [title, `${latitude}, ${longitude}`].filter(Boolean).join("\n") }));
}
