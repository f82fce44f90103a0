//! Descriptions of Bot API errors: the exact phrases of its server that need an answer of their own.

/// What stands before the description of a 400.
const PREFIX: &str = "Bad Request: ";

/// No message reaches this chat any more: the server says 403 for some of them, 400 for others.
const UNREACHABLE: [&str; 10] = [
    "chat not found",
    "user not found",
    "user is deactivated",
    "group is deactivated",
    "group chat was deactivated",
    "bot was blocked by the user",
    "PEER_ID_INVALID",
    "USER_IS_BLOCKED",
    "USER_DEACTIVATED",
    "INPUT_USER_DEACTIVATED",
];

/// The message to edit is deleted, too old, or no text: a new one takes its place.
const NOT_EDITABLE: [&str; 6] = [
    "message to edit not found",
    "message can't be edited",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "MESSAGE_ID_INVALID",
    "MESSAGE_EDIT_TIME_EXPIRED",
];

/// The message shows already what the edit says.
const NOT_MODIFIED: [&str; 2] = ["message is not modified", "MESSAGE_NOT_MODIFIED"];

/// The most characters that are kept of a description.
const KEPT: usize = 200;

fn words(description: &str) -> &str {
    description.strip_prefix(PREFIX).unwrap_or(description)
}

/// Whether the chat cannot be reached.
pub(super) fn is_unreachable(description: &str) -> bool {
    UNREACHABLE.contains(&words(description))
}

/// Whether an edit was refused because of the message that it was to change.
pub(super) fn is_not_editable(description: &str) -> bool {
    NOT_EDITABLE.contains(&words(description))
}

/// Whether an edit was refused because there is nothing to change.
pub(super) fn is_not_modified(description: &str) -> bool {
    NOT_MODIFIED.iter().any(|phrase| words(description).starts_with(phrase))
}

/// A description without what it quotes of the message: a tag, a link, a number may be a client's (G9).
pub(super) fn unquoted(description: &str) -> String {
    let mut kept = String::new();
    let mut letters = description.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            // An apostrophe stands inside a word and quotes nothing: can't.
            '"' | '\'' | '`' | '<' if !before.is_alphanumeric() => {
                let end = if letter == '<' { '>' } else { letter };
                letters.by_ref().find(|other| *other == end);
                kept.push('…');
            }
            digit if digit.is_numeric() => {
                let more = std::iter::from_fn(|| letters.next_if(|other| other.is_numeric()));
                let digits: String = std::iter::once(digit).chain(more).collect();
                // Offsets are short, phones are not.
                kept.push_str(if digits.chars().count() < 5 { &digits } else { "…" });
            }
            other => kept.push(other),
        }
        before = letter;
    }
    kept.chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_an_edit_is_replaced_by_a_new_message_for_known_reasons_alone() {
        for gone in NOT_EDITABLE {
            assert!(is_not_editable(&format!("Bad Request: {gone}")));
        }
        for refused in
            ["message is too long", "message text is empty", "can't parse entities: message to edit not found"]
        {
            assert!(!is_not_editable(&format!("Bad Request: {refused}")), "{refused}");
        }
        assert!(is_not_modified(
            "Bad Request: message is not modified: specified new message content and reply markup"
        ));
        assert!(!is_not_modified("Bad Request: chat description is not modified"));
    }

    #[test]
    fn r8_a_chat_that_is_gone_is_told_from_a_message_that_is_refused() {
        for gone in UNREACHABLE {
            assert!(is_unreachable(&format!("Bad Request: {gone}")));
        }
        assert!(!is_unreachable("Bad Request: message to edit not found"));
        assert!(!is_unreachable("Bad Request: can't parse entities: chat not found"));
    }

    #[test]
    fn g9_what_a_description_quotes_is_left_out() {
        let cases = [
            (
                "Bad Request: can't parse entities: Unsupported start tag \"ivanov\" at byte offset 12",
                "Bad Request: can't parse entities: Unsupported start tag … at byte offset 12",
            ),
            (
                "Bad Request: inline keyboard button URL 'tel:+79123456789' is invalid: Wrong port number",
                "Bad Request: inline keyboard button URL … is invalid: Wrong port number",
            ),
            ("Bad Request: wrong number 79123456789", "Bad Request: wrong number …"),
            ("Bad Request: expected </b>, found </i>", "Bad Request: expected …, found …"),
            ("Bad Request: Unclosed \"Ivan +7912", "Bad Request: Unclosed …"),
        ];
        for (description, kept) in cases {
            assert_eq!(unquoted(description), kept);
        }
    }
}
