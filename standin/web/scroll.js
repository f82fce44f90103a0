// Keeping one's place: new messages follow at the bottom, edits and older pages never move what is being read.

const NEAR = 48;

/** Watches `box` (which scrolls) around `inner` (which grows). `moved()` is called when the place changes. */
export function keeper(box, inner, moved) {
  let bottom = true;
  let measures = "";
  // A chat that was made narrower also scrolls by itself; only a scroll at unchanged measures is the person's.
  const resized = () => {
    const now = `${box.scrollHeight} ${box.clientHeight}`;
    const changed = now !== measures;
    measures = now;
    return changed;
  };
  const toBottom = (smooth = false) => {
    bottom = true;
    resized();
    box.scrollTo({ top: box.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  };
  box.addEventListener("scroll", () => {
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (resized() && bottom && !near) return toBottom();
    bottom = near;
    return moved();
  }, { passive: true });
  // Pictures that load, a keyboard that opens, a phone that turns: a person who read the newest stays there.
  const watch = new ResizeObserver(() => bottom && toBottom());
  watch.observe(box);
  watch.observe(inner);

  /** Changes the list by `change` without moving the message at the top of the view. */
  const keep = (change) => {
    if (bottom) {
      change();
      return toBottom();
    }
    const top = box.getBoundingClientRect().top;
    const anchor = [...inner.querySelectorAll("[data-message-id]")].find((row) => row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) box.scrollTop += anchor.getBoundingClientRect().top - before;
    return undefined;
  };
  return { keep, toBottom, atBottom: () => bottom, stop: () => watch.disconnect() };
}
