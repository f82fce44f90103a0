// Modal windows, toasts and pop-up menus. <dialog> brings the focus trap and Esc.
import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";

/** Shows a modal window; `build(close)` gives its content. Resolves with what was given to `close`, null on Esc. */
export function modal(title, build, { testid = "modal", wide = false } = {}) {
  return new Promise((resolve) => {
    const close = (value = null) => {
      if (!dialog.isConnected) return;
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const dialog = h("dialog", { class: `modal ${wide ? "wide" : ""}`, "aria-label": title, "data-testid": testid });
    dialog.append(h("div", { class: "modal-body" }, h("h2", { dir: "auto", text: title }), build(close)));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The row of buttons at the foot of a window. */
export const foot = (...buttons) => h("div", { class: "modal-foot" }, buttons);

/** A button of a window; `kind` is "primary", "danger" or nothing. */
export const button = (label, onclick, kind = "", testid = null) =>
  h("button", { type: kind === "submit" ? "submit" : "button", class: `btn ${kind === "submit" ? "primary" : kind}`, "data-testid": testid, onclick, text: label });

/** Asks yes or no. */
export function confirmBox(title, note, yes, { danger = false, testid = "confirm" } = {}) {
  return modal(
    title,
    (close) => [
      note && h("p", { dir: "auto", class: "modal-note", text: note }),
      foot(button(t("cancel"), () => close(false)), button(yes, () => close(true), danger ? "danger" : "primary", "confirm-yes")),
    ],
    { testid },
  );
}

/** A callback's alert: stays until it is read. */
export function alertBox(title, text) {
  return modal(title, (close) => [h("p", { dir: "auto", class: "modal-text", text }), foot(button(t("ok"), () => close(true), "primary", "alert-ok"))], { testid: "alert" });
}

/** A short notice in `parent` (a chat, or the page): gone after a few seconds or by a tap. */
export function toast(text, parent = document.querySelector(".toasts"), kind = "") {
  const node = h("button", { type: "button", class: `toast ${kind}`, dir: "auto", "data-testid": "toast", role: kind === "bad" ? "alert" : "status", text, onclick: () => node.remove() });
  parent.append(node);
  setTimeout(() => node.remove(), Math.min(8000, 2500 + text.length * 40));
}

let openMenu = null;

/** A menu beside `at` (an element or a mouse event); items: `{icon, label, run, danger?, testid?}`. */
export function menu(at, items) {
  openMenu?.();
  const from = document.activeElement;
  const node = h(
    "div",
    { class: "menu", role: "menu", popover: "manual" },
    items.filter(Boolean).map((item) =>
      h("button", { type: "button", role: "menuitem", class: `menu-item ${item.danger ? "danger" : ""}`, "data-testid": item.testid, onclick: () => (close(), item.run()) }, item.icon && icon(item.icon), h("span", { text: item.label }), item.on && icon("check")),
    ),
  );
  const gone = new AbortController();
  const close = () => {
    gone.abort();
    node.remove();
    openMenu = null;
    if (document.activeElement === document.body) from?.focus?.();
  };
  openMenu = close;
  (document.querySelector("dialog[open]") ?? document.body).append(node);
  node.showPopover?.();
  put(node, at);
  node.querySelector("button")?.focus({ preventScroll: true });
  const { signal } = gone;
  node.addEventListener("keydown", (event) => menuKey(event, node, close), { signal });
  // Only after the tap that opened it has ended.
  setTimeout(() => document.addEventListener("pointerdown", (event) => !node.contains(event.target) && close(), { signal, capture: true }));
  window.addEventListener("resize", close, { signal });
}

function put(node, at) {
  const box = at instanceof Event ? { left: at.clientX, right: at.clientX, top: at.clientY, bottom: at.clientY } : at.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const left = box.left + width > innerWidth - 8 ? box.right - width : box.left;
  const top = box.bottom + height > innerHeight - 8 ? box.top - height - 4 : box.bottom + 4;
  node.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

function menuKey(event, node, close) {
  const buttons = [...node.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length].focus();
  else if (event.key === "ArrowUp") buttons[(at - 1 + buttons.length) % buttons.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A picture over everything; a tap or Esc closes it. */
export function lightbox(src, label) {
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": label, "data-testid": "lightbox", onclick: close, oncancel: close },
    h("img", { src, alt: label }),
    h("div", { class: "lightbox-bar" }, h("a", { class: "icon-btn", href: src, download: "photo.jpg", "aria-label": t("download"), onclick: (event) => event.stopPropagation() }, icon("download")), iconButton("close", t("close"))),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** Puts text on the clipboard and says so in `parent`. */
export async function copy(text, parent) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without the permission (an old browser, a page inside a frame) a selection does the same.
    const area = h("textarea", { value: text, class: "off-screen" });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(t("copied"), parent);
}
