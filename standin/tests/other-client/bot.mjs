// A small bot in another language, against the stand-in: node bot.mjs ADDRESS TOKEN
import { Bot, InlineKeyboard, InputFile, Keyboard } from "grammy";

const [apiRoot, token] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot } });

bot.command("start", (ctx) =>
  ctx.reply("<b>Hello</b>, " + ctx.from.first_name, {
    parse_mode: "HTML",
    reply_markup: new InlineKeyboard().text("More", "more"),
  }),
);
bot.callbackQuery("more", async (ctx) => {
  await ctx.editMessageText("Changed");
  await ctx.answerCallbackQuery({ text: "Done", show_alert: true });
  await ctx.replyWithDocument(new InputFile(new TextEncoder().encode("hello"), "hello.txt"), { caption: "A file" });
});
bot.on("message:document", async (ctx) => {
  const file = await ctx.getFile();
  const answer = await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`);
  await ctx.reply("Got " + (await answer.text()), { reply_markup: new Keyboard().requestContact("Phone").resized() });
});
bot.on("message:contact", (ctx) => ctx.reply("Phone " + ctx.message.contact.phone_number));

await bot.api.setMyCommands([{ command: "start", description: "Begin" }]);
await bot.start({ onStart: () => console.log("started") });
