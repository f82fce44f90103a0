// What the page knows: bot, people and chats. Everything drawn comes from here; changes are told on `bus`.
import * as api from "./api.js";

/** Tells "people" (the list), "person-changed" (names and the like), "online", "callback", and per person "chat:ID" (messages), "head:ID" (action, keyboard, commands). */
export const bus = new EventTarget();
const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/** The bot, the people by id, the last event number seen, and whether the stream is up. */
export const state = { bot: null, people: new Map(), seq: null, online: false };

const chats = new Map();
const memory = (name) => `standin.${name}.${state.bot?.id ?? 0}`;

/** A person's chat; an empty one if nothing is known yet. */
export function chatOf(id) {
  if (!chats.has(id)) chats.set(id, { messages: [], keyboard: null, commands: [], action: null, loaded: false, hasMore: false, draft: "" });
  return chats.get(id);
}

/** Finds a message of a chat by id. */
export const messageOf = (id, messageId) => chatOf(id).messages.find((message) => message.message_id === messageId);

/** Loads bot and people; forgets people who are gone. */
export async function loadPeople() {
  const fresh = await api.getState();
  state.bot = fresh.bot;
  state.seq ??= fresh.seq ?? null;
  state.people = new Map(fresh.people.map((person) => [person.id, person]));
  for (const id of chats.keys()) if (!state.people.has(id)) chats.delete(id);
  tell("people");
  tell("person-changed");
}

/** Loads the newest messages of a person's chat, with its keyboard and commands. */
export async function loadChat(id) {
  const answer = await api.getMessages(id);
  const chat = chatOf(id);
  chat.messages = answer.messages;
  chat.hasMore = Boolean(answer.has_more);
  chat.keyboard = answer.reply_keyboard ?? null;
  chat.commands = answer.commands ?? [];
  chat.loaded = true;
  tell(`chat:${id}`, { why: "loaded" });
  tell(`head:${id}`);
  tell("people");
}

/** Loads the page of messages before the oldest one known. */
export async function loadOlder(id) {
  const chat = chatOf(id);
  const before = chat.messages[0]?.message_id;
  const answer = await api.getMessages(id, { before });
  chat.messages = [...answer.messages.filter((message) => message.message_id < before), ...chat.messages];
  chat.hasMore = Boolean(answer.has_more);
  tell(`chat:${id}`, { why: "older" });
}

/** Takes in a new or edited message; the same one twice changes nothing. */
export function putMessage(id, message) {
  const { messages } = chatOf(id);
  let at = messages.length;
  while (at > 0 && messages[at - 1].message_id > message.message_id) at -= 1;
  const known = at > 0 && messages[at - 1].message_id === message.message_id;
  // One's own message comes twice: as the answer to sending and over the stream.
  if (known && JSON.stringify(messages[at - 1]) === JSON.stringify(message)) return;
  if (known) messages[at - 1] = message;
  else messages.splice(at, 0, message);
  if (!message.from_person) chatOf(id).action = null;
  tell(`chat:${id}`, { why: known ? "edited" : "new", message });
  tell(`head:${id}`);
  tell("people");
}

/** Forgets deleted messages. */
export function dropMessages(id, ids) {
  const chat = chatOf(id);
  chat.messages = chat.messages.filter((message) => !ids.includes(message.message_id));
  tell(`chat:${id}`, { why: "deleted" });
  tell("people");
}

/** Changes what stands around the messages: `keyboard`, `commands` or `action`. */
export function putAround(id, fields) {
  Object.assign(chatOf(id), fields);
  tell(`head:${id}`);
  if ("action" in fields) tell("people");
}

/** Tells whether live updates arrive. */
export function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  tell("online");
}

/** Tells that a tapped button was answered. */
export const tellCallback = (callback) => tell("callback", callback);

function readMarks() {
  try {
    return JSON.parse(localStorage.getItem(memory("read")) ?? "{}");
  } catch {
    return {};
  }
}

/** The id of the last message of a chat that was seen. */
export const lastRead = (id) => readMarks()[id] ?? 0;

/** How many of the bot's messages a person has not seen. */
export function unread(id) {
  const seen = lastRead(id);
  return chatOf(id).messages.filter((message) => !message.from_person && message.message_id > seen).length;
}

/** Marks everything in a chat as seen. */
export function markRead(id) {
  const newest = chatOf(id).messages.at(-1)?.message_id ?? 0;
  const marks = readMarks();
  if ((marks[id] ?? 0) >= newest) return;
  marks[id] = newest;
  localStorage.setItem(memory("read"), JSON.stringify(marks));
  tell("people");
}

/** Forgets everything: the server has started again. */
export function forget() {
  localStorage.removeItem(memory("read"));
  chats.clear();
  state.people.clear();
}
