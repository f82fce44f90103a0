// Building elements. Text always goes in as text nodes: no string of a message is ever parsed as HTML.

/** An element: `props` are attributes, except `class`, `text`, `value`, `data` (dataset) and `on…` (listeners). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "value") node.value = value;
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Makes `nodes` the children of `parent`, moving only what is out of place, so that focus and scroll survive. */
export function place(parent, nodes) {
  let cursor = parent.firstChild;
  for (const node of nodes) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
  while (cursor) {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

/** A round button that shows only an icon; `label` is its accessible name and its tooltip. */
export function iconButton(name, label, props = {}) {
  const { class: extra = "", ...rest } = props;
  return h("button", { type: "button", class: `icon-btn ${extra}`, "aria-label": label, title: label, ...rest }, icon(name));
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M4 12l16-8-5 16-3-7-8-1z",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14.6 7",
  menu: "M5 7h14M5 12h14M5 17h9",
  keyboard: "M4 6h16v12H4zM8 10h.01M12 10h.01M16 10h.01M8 14h8",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  split: "M4 5h16v14H4zM12 5v14",
  down: "M6 9l6 6 6-6",
  reply: "M10 6l-6 6 6 6M4 12h10a6 6 0 0 1 6 6",
  forward: "M14 6l6 6-6 6M20 12H10a6 6 0 0 0-6 6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15 9h.01",
  voice: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  link: "M8 16l8-8M9 8h7v7",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  reset: "M4 12a8 8 0 1 1 2.5 5.8M4 20v-5h5",
  block: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4 4",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
};

/** A line icon in the colour of its text; decoration only, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A person's (or the bot's) round picture: initials on a colour that stays the same for the same id. */
export function avatar(person, size = "") {
  const letters = [person.first_name, person.last_name].filter(Boolean).map((part) => Array.from(part.trim())[0] ?? "");
  return h("span", { class: `avatar tint-${Math.abs(Number(person.id) || 0) % 7} ${size}`, "aria-hidden": "true", text: letters.join("").toUpperCase() || "?" });
}

/** First and last name as one string. */
export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ") || String(person.id ?? "?");
}
