// The page's own words in two languages (people's language_code is another thing: it is what the bot sees).

const EN = {
  people: "People", new_person: "New person", edit_person: "Edit person", settings: "Settings", theme: "Theme", auto: "Auto", light: "Light", dark: "Dark",
  language: "Page language", reset: "Start over…", reset_ask: "Delete all messages and start over?", reset_people: "Delete the people too", reset_yes: "Delete",
  reset_note: "The bot's own database is not touched.", cancel: "Cancel", ok: "OK", save: "Save", create: "Create", close: "Close", open: "Open",
  no_people: "Nobody here yet. Create a person to talk with the bot.", pick: "Choose who you are", pick_note: "Everyone in the list talks with the same bot, each in a chat of their own.",
  write: "Message", send: "Send", attach: "Attach", commands: "Command menu", keyboard: "Bot keyboard", photo: "Photo", file: "File", voice: "Voice message (audio file)",
  contact: "Contact card", forwarded: "Forwarded message", first_name: "First name", last_name: "Last name", username: "Username", phone: "Phone", lang_of: "Telegram language",
  russian: "Russian", english: "English", other: "Other", lang_code: "Language code, e.g. de", id: "Telegram id", id_hint: "empty = chosen for you",
  block_bot: "Block the bot", unblock_bot: "Unblock the bot", blocked: "bot blocked", start: "Start", beside: "Open beside", close_chat: "Close chat",
  reply: "Reply", forward: "Forward as…", copy_text: "Copy text", edit: "Edit", remove: "Delete", download: "Download", details: "Show as JSON", copied: "Copied",
  editing: "Edit message", reply_to: "Reply to {name}", edited: "edited", forwarded_from: "Forwarded from {name}", actions: "Message actions", more: "More", you: "You",
  share_phone: "Share your phone number?", share_phone_note: "The bot will learn {phone}.", share: "Share", own_number: "Own number", no_phone: "This person has no phone yet. Give one to share it.",
  open_as: "Open as…", open_as_note: "Who opens this link?", open_link: "Open this link?", message: "Message", photo_word: "Photo", file_word: "File", voice_word: "Voice message", contact_word: "Contact",
  other_kind: "Unsupported message: {kind}", unsupported: "The stand-in does not do this: {what}", drop: "Drop files to send", as_photo: "Send as a photo", caption: "Caption", send_file: "Send a file",
  typing: "typing", upload_photo: "sending a photo", upload_document: "sending a file", record_voice: "recording voice", upload_voice: "sending voice", busy: "busy",
  online: "bot", connecting: "Connecting…", offline: "No connection to the stand-in; trying again…", unread: "Unread messages", n_unread: "{n} unread", to_bottom: "To the newest message",
  no_answer: "The bot did not answer this tap", older: "Earlier messages", today: "Today", yesterday: "Yesterday", search: "Search people", empty: "No messages yet", reply_gone: "Deleted message",
  who_wrote: "Written by", its_text: "Text", failed: "Not sent: {why}",
};
const RU = {
  people: "Люди", new_person: "Новый человек", edit_person: "Изменить человека", settings: "Настройки", theme: "Тема", auto: "Авто", light: "Светлая", dark: "Тёмная",
  language: "Язык страницы", reset: "Начать заново…", reset_ask: "Удалить все сообщения и начать заново?", reset_people: "Удалить и людей", reset_yes: "Удалить",
  reset_note: "База данных самого бота не изменится.", cancel: "Отмена", ok: "ОК", save: "Сохранить", create: "Создать", close: "Закрыть", open: "Открыть",
  no_people: "Пока никого нет. Создайте человека, чтобы поговорить с ботом.", pick: "Выберите, кто вы", pick_note: "Все люди в списке говорят с одним ботом, каждый в своём чате.",
  write: "Сообщение", send: "Отправить", attach: "Прикрепить", commands: "Меню команд", keyboard: "Клавиатура бота", photo: "Фото", file: "Файл", voice: "Голосовое (аудиофайл)",
  contact: "Контакт", forwarded: "Пересланное сообщение", first_name: "Имя", last_name: "Фамилия", username: "Имя пользователя", phone: "Телефон", lang_of: "Язык в Telegram",
  russian: "Русский", english: "Английский", other: "Другой", lang_code: "Код языка, например de", id: "Telegram id", id_hint: "пусто — назначится сам",
  block_bot: "Заблокировать бота", unblock_bot: "Разблокировать бота", blocked: "бот заблокирован", start: "Начать", beside: "Открыть рядом", close_chat: "Закрыть чат",
  reply: "Ответить", forward: "Переслать от…", copy_text: "Копировать текст", edit: "Изменить", remove: "Удалить", download: "Скачать", details: "Показать как JSON", copied: "Скопировано",
  editing: "Изменить сообщение", reply_to: "Ответ: {name}", edited: "изменено", forwarded_from: "Переслано от {name}", actions: "Действия с сообщением", more: "Ещё", you: "Вы",
  share_phone: "Поделиться номером телефона?", share_phone_note: "Бот узнает номер {phone}.", share: "Поделиться", own_number: "Свой номер", no_phone: "У этого человека ещё нет телефона. Укажите его, чтобы поделиться.",
  open_as: "Открыть как…", open_as_note: "Кто открывает эту ссылку?", open_link: "Открыть эту ссылку?", message: "Сообщение", photo_word: "Фото", file_word: "Файл", voice_word: "Голосовое сообщение", contact_word: "Контакт",
  other_kind: "Неизвестное сообщение: {kind}", unsupported: "Здесь это не поддерживается: {what}", drop: "Отпустите файлы, чтобы отправить", as_photo: "Отправить как фото", caption: "Подпись", send_file: "Отправить файл",
  typing: "печатает", upload_photo: "отправляет фото", upload_document: "отправляет файл", record_voice: "записывает голосовое", upload_voice: "отправляет голосовое", busy: "занят",
  online: "бот", connecting: "Соединение…", offline: "Нет связи со стендом, пробую снова…", unread: "Непрочитанные сообщения", n_unread: "непрочитанных: {n}", to_bottom: "К последнему сообщению",
  no_answer: "Бот не ответил на нажатие", older: "Более ранние сообщения", today: "Сегодня", yesterday: "Вчера", search: "Поиск людей", empty: "Сообщений пока нет", reply_gone: "Удалённое сообщение",
  who_wrote: "Кто написал", its_text: "Текст", failed: "Не отправлено: {why}",
};
const WORDS = { en: EN, ru: RU };

let lang = localStorage.getItem("standin.lang") ?? (navigator.language.startsWith("ru") ? "ru" : "en");

/** The page's language: "en" or "ru". */
export const pageLanguage = () => lang;

/** Changes and remembers the page's language; the caller draws the page again. */
export function setPageLanguage(next) {
  lang = next;
  localStorage.setItem("standin.lang", next);
  document.documentElement.lang = next;
}

/** The words for `key` in the page's language, with `{name}` places filled. */
export function t(key, values = {}) {
  return (WORDS[lang][key] ?? EN[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Hours and minutes of a Unix time. */
export const clock = (unix) => new Date(unix * 1000).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false });

/** The day of a Unix time as a person says it. */
export function day(unix) {
  const date = new Date(unix * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(lang, { day: "numeric", month: "long", year });
}

/** Short time for lists: the clock today, else day and month. */
export function shortTime(unix) {
  const date = new Date(unix * 1000);
  if (date.toDateString() === new Date().toDateString()) return clock(unix);
  return date.toLocaleDateString(lang, { day: "numeric", month: "short" });
}

/** A size in bytes as people read it. */
export function fileSize(bytes) {
  if (!bytes) return "";
  const units = lang === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
  const step = Math.min(2, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** step).toLocaleString(lang, { maximumFractionDigits: step ? 1 : 0 })} ${units[step]}`;
}
