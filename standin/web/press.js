// Tapped inline buttons until the bot answers their callback.
import * as api from "./api.js";
import { bus } from "./store.js";

// The stream brings the answer at once; asking is only for a stream that was down at that moment.
const ASK_EVERY_MS = 4000;
// A callback dies at Telegram after this long, so a client stops turning its wheel.
const GIVE_UP_MS = 150_000;

const waiting = new Map();
const keyOf = (message, data) => `${message.chat.id}:${message.message_id}:${data}`;

/** Is this button of this message still waiting for its answer? */
export const isPending = (message, data) => Boolean(data) && waiting.has(keyOf(message, data));

/** Taps; resolves with the answer `{text, show_alert, url}`, with null if the bot never gave one. A second tap while waiting does nothing. */
export async function press(person, message, data, changed) {
  const key = keyOf(message, data);
  if (waiting.has(key)) return {};
  waiting.set(key, true);
  changed();
  try {
    const { callback_id } = await api.press(person, message.message_id, data);
    return await answerOf(callback_id);
  } finally {
    waiting.delete(key);
    changed();
  }
}

function answerOf(callbackId) {
  const started = Date.now();
  return new Promise((resolve) => {
    const finish = (answer) => {
      clearInterval(timer);
      bus.removeEventListener("callback", heard);
      resolve(answer);
    };
    const heard = ({ detail }) => String(detail.callback_id) === String(callbackId) && finish(detail);
    const ask = async () => {
      if (Date.now() - started > GIVE_UP_MS) return finish(null);
      const answer = await api.getCallback(callbackId).catch(() => null);
      return answer?.answered ? finish(answer) : undefined;
    };
    const timer = setInterval(ask, ASK_EVERY_MS);
    bus.addEventListener("callback", heard);
    // An answer may have come between the tap's own reply and this listener.
    ask();
  });
}
