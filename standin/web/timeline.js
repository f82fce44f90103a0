// The messages of one chat, in sections by day, kept in step with the store row by row.
import { fillRow, newRow } from "./bubble.js";
import { h, place } from "./dom.js";
import { day, t } from "./i18n.js";
import { markPending } from "./keyboards.js";
import { chatOf, lastRead, loadOlder, state, unread } from "./store.js";
import { keeper } from "./scroll.js";

const GROUP_SECONDS = 300;

/** The scrolling list of a person's chat. `on` holds what taps do, `moved()` hears of scrolling. */
export function timeline(id, on, moved) {
  const list = h("div", { class: "msgs" });
  const box = h("div", { class: "scroll", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": t("message"), "data-testid": "messages" }, list);
  const rows = new Map();
  const days = new Map();
  const divider = h("div", { class: "unread-line", "data-testid": "unread-line" }, h("span", { text: t("unread") }));
  let dividerAfter = unread(id) > 0 && lastRead(id) > 0 ? lastRead(id) : null;
  let loading = false;

  const place_ = keeper(box, list, () => {
    if (box.scrollTop < 200 && chatOf(id).hasMore && !loading) {
      loading = true;
      loadOlder(id).finally(() => (loading = false));
    }
    moved();
  });

  const rowOf = (message) => {
    const known = rows.get(message.message_id);
    if (known?.message === message) return known.row;
    const row = known?.row ?? newRow();
    fillRow(row, message, { person: state.people.get(id) ?? { id }, bot: state.bot }, on);
    rows.set(message.message_id, { message, row });
    return row;
  };

  const sectionOf = (message) => {
    const key = new Date(message.date * 1000).toDateString();
    if (!days.has(key)) days.set(key, h("section", { class: "day" }));
    return days.get(key);
  };

  const sync = () => {
    const { messages } = chatOf(id);
    const sections = new Map();
    let divided = false;
    messages.forEach((message, at) => {
      const row = rowOf(message);
      const near = (other) => other && other.from_person === message.from_person && Math.abs(other.date - message.date) < GROUP_SECONDS;
      row.classList.toggle("first", !near(messages[at - 1]));
      row.classList.toggle("last", !near(messages[at + 1]));
      const section = sectionOf(message);
      if (!sections.has(section)) sections.set(section, [h("div", { class: "day-name" }, h("span", { class: "pill", text: day(message.date) }))]);
      if (dividerAfter !== null && !divided && !message.from_person && message.message_id > dividerAfter) {
        divided = true;
        sections.get(section).push(divider);
      }
      sections.get(section).push(row);
    });
    for (const known of rows.keys()) if (!messages.some((message) => message.message_id === known)) rows.delete(known);
    for (const [section, nodes] of sections) {
      if (section.firstChild?.textContent === nodes[0].textContent) nodes[0] = section.firstChild;
      place(section, nodes);
    }
    place(list, sections.size ? [...sections.keys()] : [h("div", { class: "empty pill", text: t("empty") })]);
  };

  box.addEventListener("keydown", (event) => {
    const row = event.target.closest(".row");
    if (event.target !== box && event.target !== row) return;
    const all = [...list.querySelectorAll(".row")];
    const at = all.indexOf(row);
    if (event.key === "ArrowUp") (all[at < 0 ? all.length - 1 : Math.max(0, at - 1)] ?? box).focus();
    else if (event.key === "ArrowDown" && at >= 0) (all[at + 1] ?? box).focus();
    else if (event.key === "Enter" && row) row.querySelector(".bubble-more")?.click();
    else return;
    event.preventDefault();
  });

  return {
    box,
    /** Draws what the store has; `why` as in the store. A message of one's own always brings the bottom into view. */
    update(detail = {}) {
      if (detail.why === "new" && detail.message.from_person) {
        dividerAfter = null;
        sync();
        place_.toBottom();
      } else {
        if (detail.why === "new" && dividerAfter === null && (document.hidden || !place_.atBottom())) dividerAfter = lastRead(id);
        place_.keep(sync);
      }
    },
    /** Shows the waiting wheels of a message's buttons. */
    pending(message) {
      const row = rows.get(message.message_id)?.row;
      if (row) markPending(row, message);
    },
    /** Goes to a message and flashes it; false if it is not there. */
    jump(messageId) {
      const row = rows.get(messageId)?.row;
      if (!row?.isConnected) return false;
      row.scrollIntoView({ block: "center", behavior: "smooth" });
      row.classList.add("flash");
      setTimeout(() => row.classList.remove("flash"), 1500);
      return true;
    },
    /** Draws every row again: names or language have changed. */
    redraw() {
      rows.clear();
      place_.keep(sync);
    },
    /** On opening: the unread line, if there is one, else the newest message. */
    open() {
      sync();
      if (divider.isConnected) divider.scrollIntoView({ block: "center" });
      else place_.toBottom();
    },
    toBottom: place_.toBottom,
    atBottom: place_.atBottom,
    stop: place_.stop,
  };
}
