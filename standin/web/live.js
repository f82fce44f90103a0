// One stream of live updates, with its own reconnect: it resumes after the last number seen and reads everything
// again when the server has lost or restarted its numbers.
import { dropMessages, forget, loadChat, loadPeople, putAround, putMessage, setOnline, state, tellCallback, chatOf } from "./store.js";

const ACTION_MS = 5000;
let source = null;
let wait = 500;

/** Begins to listen; calls `started` after everything was (re)loaded. */
export async function listen(started) {
  try {
    await loadEverything();
  } catch {
    retry(started);
    return;
  }
  started();
  connect(started);
}

async function loadEverything() {
  await loadPeople();
  await Promise.all([...state.people.keys()].map(loadChat));
}

function connect(started) {
  const from = state.seq === null ? "" : `?after=${state.seq}`;
  source = new EventSource(`/control/events${from}`);
  source.onopen = () => {
    wait = 500;
    setOnline(true);
  };
  source.onmessage = (event) => take(JSON.parse(event.data), started);
  source.onerror = () => {
    source.close();
    setOnline(false);
    retry(started);
  };
}

// The whole state is read again on a reconnect: a gap would otherwise show as a message that never came.
function retry(started) {
  setOnline(false);
  setTimeout(() => {
    state.seq = null;
    listen(started);
  }, wait);
  wait = Math.min(wait * 2, 5000);
}

function take(event, started) {
  if (event.seq !== undefined) state.seq = event.seq;
  const { person } = event;
  switch (event.kind) {
    case "message":
    case "edited":
      return putMessage(person, event.message);
    case "deleted":
      return dropMessages(person, event.message_ids ?? [event.message_id]);
    case "keyboard":
      return putAround(person, { keyboard: event.reply_keyboard ?? null });
    case "commands":
      return person ? putAround(person, { commands: event.commands ?? [] }) : undefined;
    case "action":
      return showAction(person, event.action);
    case "callback":
      return tellCallback(event);
    case "people":
      return peopleChanged();
    case "reset":
      forget();
      return again(started);
    case "resync":
      return again(started);
    default:
      return undefined;
  }
}

// Events were missed (or everything is gone): read all and listen from there.
function again(started) {
  source.close();
  state.seq = null;
  return listen(started);
}

async function peopleChanged() {
  await loadPeople();
  await Promise.all([...state.people.keys()].filter((id) => !chatOf(id).loaded).map(loadChat));
}

function showAction(person, name) {
  const action = { name };
  putAround(person, { action });
  setTimeout(() => {
    if (chatOf(person).action === action) putAround(person, { action: null });
  }, ACTION_MS);
}
