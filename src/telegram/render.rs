//! Rendering of outgoing messages as payloads of the Bot API.

use teloxide::payloads::{
    AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, EditMessageText, LeaveChat, SendMessage, SetMyCommands,
};
use teloxide::prelude::*;
use teloxide::types::{
    BotCommand, BotCommandScope, CallbackQueryId, CopyTextButton, InlineKeyboardButton, InlineKeyboardButtonKind,
    InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode, Recipient,
};

use crate::turn::{Markup, Target};

const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

fn message(id: i64) -> MessageId {
    MessageId(i32::try_from(id).unwrap_or(i32::MAX))
}

/// A message with its buttons.
pub(super) fn send(chat_id: i64, markup: &Markup) -> SendMessage {
    let payload = SendMessage::new(ChatId(chat_id), &markup.text).link_preview_options(NO_PREVIEW);
    let payload = if markup.plain { payload } else { payload.parse_mode(ParseMode::Html) };
    let payload = if markup.protected { payload.protect_content(true) } else { payload };
    match keyboard(markup) {
        Some(keyboard) => payload.reply_markup(keyboard),
        None => payload,
    }
}

/// The same in place of a message that is there.
pub(super) fn edit(chat_id: i64, message_id: i64, markup: &Markup) -> EditMessageText {
    let payload = EditMessageText::new(ChatId(chat_id), message(message_id), &markup.text)
        .parse_mode(ParseMode::Html)
        .link_preview_options(NO_PREVIEW);
    match keyboard(markup) {
        Some(keyboard) => payload.reply_markup(keyboard),
        None => payload,
    }
}

/// A message without its buttons.
pub(super) fn strip(chat_id: i64, message_id: i64) -> EditMessageReplyMarkup {
    EditMessageReplyMarkup::new(ChatId(chat_id), message(message_id))
}

pub(super) fn delete(chat_id: i64, message_id: i64) -> DeleteMessage {
    DeleteMessage::new(ChatId(chat_id), message(message_id))
}

pub(super) fn leave(chat_id: i64) -> LeaveChat {
    LeaveChat::new(Recipient::Id(ChatId(chat_id)))
}

pub(super) fn answer(callback_id: &str, text: &str, alert: bool) -> AnswerCallbackQuery {
    let payload = AnswerCallbackQuery::new(CallbackQueryId(callback_id.to_owned()));
    match text {
        "" => payload,
        text => payload.text(text).show_alert(alert),
    }
}

/// The chat's own menu hides the wider ones, so it is set in the person's language without a language code.
pub(super) fn commands(chat_id: i64, commands: &[(String, String)]) -> SetMyCommands {
    SetMyCommands::new(commands.iter().map(|(command, about)| BotCommand::new(command, about)))
        .scope(BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(chat_id)) })
}

fn keyboard(markup: &Markup) -> Option<InlineKeyboardMarkup> {
    if markup.rows.is_empty() {
        return None;
    }
    let button = |(label, target): &(String, Target)| {
        let kind = match target {
            Target::Data(data) => InlineKeyboardButtonKind::CallbackData(data.clone()),
            Target::Copy(text) => InlineKeyboardButtonKind::CopyText(CopyTextButton { text: text.clone() }),
            Target::Url(url) => match reqwest::Url::parse(url) {
                Ok(url) => InlineKeyboardButtonKind::Url(url),
                // Telegram takes no other links; the text can still be copied.
                Err(_) => InlineKeyboardButtonKind::CopyText(CopyTextButton { text: url.clone() }),
            },
        };
        InlineKeyboardButton::new(label, kind)
    };
    Some(InlineKeyboardMarkup::new(markup.rows.iter().map(|row| row.iter().map(button).collect::<Vec<_>>())))
}
