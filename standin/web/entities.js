// Formatted text: a message's `entities` (UTF-16 offsets, which is how JavaScript counts too) as elements.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { safeHref } from "./links.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
// What people type as a bare address or command is live in Telegram also where the server gives no entity for it.
const BARE = /(?:https?:\/\/|tg:\/\/|(?:www\.|t\.me\/))[^\s<>"«»]+|(?<![\p{L}\d_/])\/[a-z][a-z0-9_]{0,31}(?:@\w+)?(?![\p{L}\d_/])/giu;

/**
 * Draws `text` with `entities` into nodes. `on` holds what a tap does: `link(url, shown)`, `command(text)`, `copy(text)`.
 * Entities that overlap without nesting are cut at their parent's end, so any input gives a proper tree.
 */
export function richText(text, entities, on) {
  const sorted = [...(entities ?? [])]
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length || Number(BLOCKS.has(b.type)) - Number(BLOCKS.has(a.type)));
  return span(text, 0, text.length, sorted, on, false);
}

function span(text, from, to, entities, on, inLink) {
  const nodes = [];
  let at = from;
  let queue = entities;
  while (queue.length > 0) {
    const [entity, ...rest] = queue;
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    const inside = [];
    const after = [];
    for (const other of rest) {
      const otherEnd = other.offset + other.length;
      if (other.offset < end) inside.push({ ...other, length: Math.min(otherEnd, end) - other.offset });
      if (otherEnd > end) after.push({ ...other, offset: Math.max(other.offset, end), length: otherEnd - Math.max(other.offset, end) });
    }
    if (start < end) {
      nodes.push(...plain(text.slice(at, start), on, inLink));
      nodes.push(element(entity, text, start, end, inside, on, inLink));
      at = end;
      // The line break after a block is drawn by the block itself.
      if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
    }
    queue = after.filter((other) => other.offset < to);
  }
  nodes.push(...plain(text.slice(at, to), on, inLink));
  return nodes;
}

function element(entity, text, start, end, inside, on, inLink) {
  const shown = text.slice(start, end);
  const isLink = ["url", "text_link", "email", "phone_number", "text_mention", "mention", "hashtag", "cashtag", "bot_command"].includes(entity.type);
  const literal = isLink || entity.type === "code" || entity.type === "pre";
  const children = span(text, start, end, inside, on, inLink || literal);
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
      return h(TAGS[entity.type], {}, children);
    case "spoiler":
      return spoiler(children);
    case "code":
      return h("code", { class: "code", tabindex: "0", role: "button", onclick: () => on.copy(shown), onkeydown: (event) => event.key === "Enter" && on.copy(shown) }, children);
    case "pre":
      return pre(entity, shown, children, on);
    case "blockquote":
      return h("blockquote", { dir: "auto" }, children);
    case "expandable_blockquote":
      return expandable(children);
    case "url":
      return link(shown, shown, children, on);
    case "text_link":
      return link(entity.url ?? "", shown, children, on);
    case "email":
      return link(`mailto:${shown}`, shown, children, on);
    case "phone_number":
      return link(`tel:${shown.replace(/[^\d+]/g, "")}`, shown, children, on);
    case "bot_command":
      return command(shown, children, on);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return h("span", { class: "tag" }, children);
    default:
      return h("span", {}, children);
  }
}

function link(url, shown, children, on) {
  const href = safeHref(url);
  if (!href) return h("span", {}, children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", "data-testid": "link", onclick: (event) => on.link(event, url, shown) }, children);
}

function command(shown, children, on) {
  return h("button", { type: "button", class: "command", "data-testid": "command-link", onclick: () => on.command(shown) }, children);
}

function spoiler(children) {
  const node = h("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": "spoiler", "aria-expanded": "false" }, children);
  const reveal = (event) => {
    if (node.classList.contains("shown") || (event.type === "keydown" && event.key !== "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("shown");
    node.removeAttribute("aria-label");
    node.setAttribute("aria-expanded", "true");
  };
  // Capturing, so that a link under the spoiler is not followed by the tap that uncovers it.
  node.addEventListener("click", reveal, true);
  node.addEventListener("keydown", reveal, true);
  return node;
}

function pre(entity, shown, children, on) {
  const head = h("span", { class: "pre-head" }, h("span", { text: entity.language ?? "" }), h("button", { type: "button", class: "pre-copy", "aria-label": t("copy_text"), onclick: () => on.copy(shown) }, icon("copy")));
  return h("span", { class: "pre" }, head, h("code", { dir: "ltr" }, children));
}

function expandable(children) {
  const node = h("blockquote", { class: "expandable", dir: "auto", tabindex: "0", role: "button", "aria-expanded": "false" }, children);
  const toggle = (event) => {
    if (event.type === "keydown" && event.key !== "Enter") return;
    if (event.target.closest("a, .command, .code")) return;
    node.setAttribute("aria-expanded", String(node.classList.toggle("open")));
  };
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", toggle);
  return node;
}

function plain(text, on, literal) {
  if (!text) return [];
  if (literal) return [text];
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(BARE)) {
    // A full stop or a bracket after an address belongs to the sentence.
    const shown = found[0].replace(/[.,;:!?)\]}'…]+$/u, "");
    if (!shown || shown === "/") continue;
    nodes.push(text.slice(at, found.index));
    nodes.push(shown.startsWith("/") ? command(shown, [shown], on) : link(shown, shown, [shown], on));
    at = found.index + shown.length;
  }
  nodes.push(text.slice(at));
  return nodes;
}
