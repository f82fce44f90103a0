// Files, photos, voice, contacts and forwarded messages on their way to the bot.
import { base64 } from "./api.js";
import { button, foot, menu, modal } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { contactForm, errorLine, forwardedForm, guarded } from "./forms.js";
import { fileSize, t } from "./i18n.js";

function pick(accept, multiple, then) {
  // One from before is left over when nothing was chosen in it.
  document.querySelector("[data-testid=file-input]")?.remove();
  const input = h("input", { type: "file", accept, multiple, class: "off-screen", "data-testid": "file-input" });
  input.addEventListener("change", () => {
    then([...input.files]);
    input.remove();
  });
  document.body.append(input);
  input.click();
}

/** The menu of the paper clip. `host` gives `person()`, `send(body)`, `reply()` (the id replied to) and `failed(error)`. */
export function attachMenu(at, id, host) {
  const run = (work) => Promise.resolve().then(work).catch(host.failed);
  const files = (list, forced) => run(() => sendFiles(list, { post: host.send, reply: host.reply }, forced));
  menu(at, [
    { icon: "photo", label: t("photo"), testid: "attach-photo", run: () => pick("image/*", true, (list) => files(list, "photo")) },
    { icon: "file", label: t("file"), testid: "attach-file", run: () => pick("", true, (list) => files(list, "document")) },
    { icon: "voice", label: t("voice"), testid: "attach-voice", run: () => pick("audio/*,.ogg,.oga,.opus", false, (list) => files(list, "voice")) },
    {
      icon: "contact",
      label: t("contact"),
      testid: "attach-contact",
      run: () => run(async () => {
        const contact = await contactForm(host.person());
        if (contact) await host.send({ contact, reply_to: host.reply() });
      }),
    },
    {
      icon: "forward",
      label: t("forwarded"),
      testid: "attach-forwarded",
      run: () => run(async () => {
        const wrote = await forwardedForm();
        if (wrote) await host.send({ text: wrote.text, forward_from: { name: wrote.name } });
      }),
    },
  ]);
}

/** Shows the files with a caption and sends them; `forced` is "photo", "document" or "voice", else it is asked. */
export function sendFiles(files, { post, reply }, forced = null) {
  if (files.length === 0) return Promise.resolve();
  const images = files.every((file) => file.type.startsWith("image/") && file.type !== "image/svg+xml");
  const addresses = [];
  const shown = modal(
    t("send_file"),
    (close) => {
      const asPhoto = h("input", { type: "checkbox", name: "as_photo", checked: forced !== "document", "data-testid": "as-photo" });
      const caption = h("input", { name: "caption", maxlength: "1024", placeholder: t("caption"), "aria-label": t("caption"), autocomplete: "off", autofocus: true, "data-testid": "caption" });
      const sender = button(t("send"), null, "submit", "send-files");
      const form = h(
        "form",
        { novalidate: true, "data-testid": "files-form" },
        h("ul", { class: "files" }, files.map((file) => h("li", {}, thumb(file, addresses), h("span", { class: "doc-words" }, h("bdi", { class: "doc-name", text: file.name }), h("small", { text: fileSize(file.size) }))))),
        images && h("label", { class: "check" }, asPhoto, h("span", { text: t("as_photo") })),
        h("label", { class: "field" }, caption),
        errorLine(),
        foot(button(t("cancel"), () => close()), sender),
      );
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        sender.classList.add("busy");
        sender.disabled = true;
        const done = await guarded(form, async () => {
          const kind = forced === "voice" ? "voice" : images && asPhoto.checked ? "photo" : "document";
          await sendEach(files, kind, caption.value.trim(), reply(), post);
          return true;
        });
        sender.classList.remove("busy");
        sender.disabled = false;
        if (done) close(true);
      });
      return form;
    },
    { testid: "files-modal" },
  );
  return shown.finally(() => addresses.forEach((address) => URL.revokeObjectURL(address)));
}

// One after another: the bot gets them in the order in which they were chosen.
async function sendEach(files, kind, caption, replyTo, post) {
  for (const [at, file] of files.entries()) {
    const bytes = await base64(file);
    const value = kind === "photo" ? { base64: bytes } : { file_name: file.name, mime_type: file.type || "application/octet-stream", base64: bytes };
    await post({ [kind]: value, caption: at === 0 && caption ? caption : undefined, reply_to: at === 0 ? replyTo : undefined });
  }
}

function thumb(file, addresses) {
  if (!file.type.startsWith("image/")) return h("span", { class: "doc-icon" }, icon("file"));
  const src = URL.createObjectURL(file);
  addresses.push(src);
  return h("img", { class: "thumb", src, alt: "" });
}

/** Lets files be dropped on `node`. */
export function dropZone(node, take) {
  const veil = h("div", { class: "drop-veil", "aria-hidden": "true" }, icon("attach"), h("span", { text: t("drop") }));
  let depth = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const leave = () => {
    depth = 0;
    veil.remove();
  };
  node.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    node.append(veil);
  });
  node.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  node.addEventListener("dragleave", () => ((depth -= 1), depth <= 0 && leave()));
  node.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    leave();
    take([...event.dataTransfer.files]);
  });
}
