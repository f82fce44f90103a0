// The stand-in's control interface, as the page uses it.

/** What the server said no with: its sentence, fit to show. */
export class Refused extends Error {}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("no connection");
  }
  const text = await answer.text();
  let value = {};
  try {
    value = text ? JSON.parse(text) : {};
  } catch {
    value = { error: text };
  }
  if (!answer.ok) throw new Refused(value.error ?? value.description ?? `${answer.status} ${answer.statusText}`);
  return value;
}

const person = (id) => `/control/people/${encodeURIComponent(id)}`;

/** Bot, people and settings. */
export const getState = () => call("GET", "/control/state");
/** A person's chat: the newest `limit` messages (before one, if given), reply keyboard and commands. */
export const getMessages = (id, { limit = 100, before } = {}) =>
  call("GET", `/control/chats/${encodeURIComponent(id)}/messages?limit=${limit}${before ? `&before=${before}` : ""}`);
/** Creates a person. */
export const createPerson = (fields) => call("POST", "/control/people", fields);
/** Changes a person, also `blocked`. */
export const changePerson = (id, fields) => call("PATCH", person(id), fields);
/** Sends as a person: text, contact, document, photo, voice. */
export const send = (id, body) => call("POST", `${person(id)}/send`, body);
/** Taps an inline button; answers with the callback's id. */
export const press = (id, message_id, data) => call("POST", `${person(id)}/press`, { message_id, data });
/** What has become of a tapped button. */
export const getCallback = (id) => call("GET", `/control/callbacks/${encodeURIComponent(id)}?wait_ms=0`);
/** Edits a person's own message. */
export const editMessage = (id, message_id, text) => call("POST", `${person(id)}/edit`, { message_id, text });
/** Deletes a message from a person's chat. */
export const deleteMessage = (id, message_id) => call("POST", `${person(id)}/delete`, { message_id });
/** Opens a deep link of the bot as a person. */
export const openLink = (id, start) => call("POST", `${person(id)}/open_link`, { start });
/** Forgets all messages, and the people too if asked. */
export const reset = (people) => call("POST", "/control/reset", { people });
/** Address of a file's bytes. */
export const fileUrl = (file_id) => `/control/files/${encodeURIComponent(file_id)}`;

/** A File as base64, as the control interface takes it. */
export function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Refused(reader.error?.message ?? "unreadable file"));
    reader.readAsDataURL(file);
  });
}
