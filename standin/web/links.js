// Addresses: which ones may be opened at all, and which lead back to this very bot.

const OPENABLE = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);

/** The address as a link may carry it; null for anything that is not a harmless scheme (javascript:, data: …). */
export function safeHref(url) {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  try {
    const parsed = new URL(whole);
    return OPENABLE.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A deep link to `username`: `{start}` (an empty string where the link has no code), or null for any other address.
 * Knows https://t.me/NAME?start=…, telegram.me and tg://resolve?domain=NAME&start=….
 */
export function botLink(url, username) {
  const href = safeHref(url);
  if (!href || !username) return null;
  const parsed = new URL(href);
  const start = parsed.searchParams.get("start") ?? "";
  const same = (name) => name?.toLowerCase() === username.toLowerCase();
  if (parsed.protocol === "tg:") {
    return href.startsWith("tg://resolve") && same(parsed.searchParams.get("domain")) ? { start } : null;
  }
  const host = parsed.hostname.replace(/^www\./, "");
  if (!["t.me", "telegram.me", "telegram.dog"].includes(host)) return null;
  return same(parsed.pathname.split("/")[1]) ? { start } : null;
}
