// The windows in which something is filled in or someone is chosen.
import * as api from "./api.js";
import { button, confirmBox, foot, modal } from "./dialogs.js";
import { avatar, fullName, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { loadPeople, state } from "./store.js";

/** A labelled input. */
export const field = (label, name, props = {}) => h("label", { class: "field" }, h("span", { text: label }), h("input", { name, autocomplete: "off", ...props }));

/** Runs `work`; shows why it failed in the window instead of closing it. */
export async function guarded(form, work) {
  const line = form.querySelector(".form-error");
  line.textContent = "";
  try {
    return await work();
  } catch (error) {
    line.textContent = error.message;
    return undefined;
  }
}

/** The line of a form that says what is wrong. */
export const errorLine = () => h("p", { class: "form-error", role: "alert" });

function languageField(code = "ru") {
  const known = ["ru", "en"].includes(code);
  const other = h("input", { name: "other", maxlength: "8", placeholder: t("lang_code"), "aria-label": t("lang_code"), value: known ? "" : code, class: "lang-other", hidden: known });
  const choice = (value, label) =>
    h("label", { class: "chip" }, h("input", { type: "radio", name: "language", value, checked: (known ? code : "other") === value, onchange: () => ((other.hidden = value !== "other"), value === "other" && other.focus()) }), h("span", { text: label }));
  return h("fieldset", { class: "field" }, h("legend", { text: t("lang_of") }), h("div", { class: "chips" }, choice("ru", t("russian")), choice("en", t("english")), choice("other", t("other"))), other);
}

/** Creates a person, or changes `person`; `note` says why it is asked. Resolves with the person, null if nothing was done. */
export function personForm(person = null, note = null) {
  return modal(
    t(person ? "edit_person" : "new_person"),
    (close) => {
      const form = h(
        "form",
        { "data-testid": "person-form", novalidate: true },
        note && h("p", { class: "modal-note", text: note }),
        h("div", { class: "two" }, field(t("first_name"), "first_name", { required: true, maxlength: "64", autofocus: true, value: person?.first_name ?? "" }), field(t("last_name"), "last_name", { maxlength: "64", value: person?.last_name ?? "" })),
        h("div", { class: "two" }, field(t("username"), "username", { maxlength: "32", placeholder: "@", value: person?.username ?? "" }), field(t("phone"), "phone", { type: "tel", placeholder: "+7…", value: person?.phone ?? "" })),
        languageField(person?.language_code ?? "ru"),
        !person && field(t("id"), "id", { inputmode: "numeric", placeholder: t("id_hint") }),
        errorLine(),
        foot(button(t("cancel"), () => close()), button(t(person ? "save" : "create"), null, "submit", "person-save")),
      );
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const saved = await guarded(form, () => savePerson(form, person));
        if (saved) close(saved);
      });
      return form;
    },
    { testid: "person-modal" },
  );
}

async function savePerson(form, person) {
  const value = (name) => form.elements[name]?.value.trim() ?? "";
  const language = value("language");
  const fields = {
    first_name: value("first_name"),
    last_name: value("last_name") || null,
    username: value("username").replace(/^@/, "") || null,
    phone: value("phone") || null,
    language_code: language === "other" ? value("other") || null : language,
  };
  if (!fields.first_name) throw new Error(`${t("first_name")}?`);
  if (value("id")) fields.id = Number(value("id"));
  const answer = person ? await api.changePerson(person.id, fields) : await api.createPerson(fields);
  await loadPeople();
  return answer.person ?? answer;
}

/** Lets one choose among the people (or make one); resolves with the person, null if none. */
export function choosePerson(title, note) {
  return modal(
    title,
    (close) => [
      h("p", { class: "modal-note", text: note }),
      h(
        "div",
        { class: "choices" },
        [...state.people.values()].map((person) =>
          h("button", { type: "button", class: "choice", "data-testid": "choose-person", "data-person": person.id, onclick: () => close(person) }, avatar(person), h("span", { class: "choice-name" }, h("bdi", { text: fullName(person) }), person.username && h("small", { text: `@${person.username}` })), h("span", { class: "lang", text: person.language_code ?? "–" })),
        ),
        h("button", { type: "button", class: "choice", "data-testid": "choose-new", onclick: async () => close(await personForm()) }, h("span", { class: "avatar plain" }, icon("plus")), h("span", { text: t("new_person") })),
      ),
      foot(button(t("cancel"), () => close())),
    ],
    { testid: "choose-modal" },
  );
}

/** Asks for a contact card; resolves with `{phone_number, first_name, …}` or null. */
export function contactForm(person) {
  return modal(
    t("contact"),
    (close) => {
      const form = h(
        "form",
        { "data-testid": "contact-form", novalidate: true },
        person.phone && h("button", { type: "button", class: "choice", "data-testid": "contact-own", onclick: () => close(ownContact(person)) }, avatar(person), h("span", { class: "choice-name" }, h("bdi", { text: t("own_number") }), h("small", { text: person.phone }))),
        h("div", { class: "two" }, field(t("first_name"), "first_name", { maxlength: "64", autofocus: true }), field(t("last_name"), "last_name", { maxlength: "64" })),
        field(t("phone"), "phone", { type: "tel", placeholder: "+7 912 345-67-89" }),
        errorLine(),
        foot(button(t("cancel"), () => close()), button(t("send"), null, "submit", "contact-send")),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        guarded(form, () => {
          const { first_name, last_name, phone } = form.elements;
          if (!phone.value.trim()) throw new Error(`${t("phone")}?`);
          close({ phone_number: phone.value.trim(), first_name: first_name.value.trim() || phone.value.trim(), last_name: last_name.value.trim() || undefined });
        });
      });
      return form;
    },
    { testid: "contact-modal" },
  );
}

const ownContact = (person) => ({ phone_number: person.phone, first_name: person.first_name, last_name: person.last_name ?? undefined, user_id: person.id });

/** A tap on a request_contact button: asks as Telegram does; resolves with the person's own contact or null. */
export async function shareOwnPhone(person) {
  let who = person;
  if (!who.phone) {
    who = await personForm(person, t("no_phone"));
    if (!who?.phone) return null;
  }
  const yes = await confirmBox(t("share_phone"), t("share_phone_note", { phone: who.phone }), t("share"), { testid: "share-phone" });
  return yes ? ownContact(who) : null;
}

/** Asks before everything is forgotten; resolves with `{people}` (they too?) or null. */
export function resetForm() {
  return modal(
    t("reset_ask"),
    (close) => {
      const people = h("input", { type: "checkbox", "data-testid": "reset-people" });
      return [
        h("p", { class: "modal-note", text: t("reset_note") }),
        h("label", { class: "check" }, people, h("span", { text: t("reset_people") })),
        foot(button(t("cancel"), () => close()), button(t("reset_yes"), () => close({ people: people.checked }), "danger", "reset-yes")),
      ];
    },
    { testid: "reset-modal" },
  );
}

/** Asks for a message that someone else wrote; resolves with `{name, text}` or null. */
export function forwardedForm() {
  return modal(
    t("forwarded"),
    (close) => {
      const text = h("textarea", { name: "text", rows: "4", required: true });
      const form = h(
        "form",
        { "data-testid": "forwarded-form", novalidate: true },
        field(t("who_wrote"), "name", { maxlength: "64", autofocus: true, value: "Клиент" }),
        h("label", { class: "field" }, h("span", { text: t("its_text") }), text),
        errorLine(),
        foot(button(t("cancel"), () => close()), button(t("send"), null, "submit", "forwarded-send")),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        guarded(form, () => {
          if (!text.value.trim()) throw new Error(`${t("its_text")}?`);
          close({ name: form.elements.name.value.trim() || "?", text: text.value });
        });
      });
      return form;
    },
    { testid: "forwarded-modal" },
  );
}
