//! What is taken out of a typed text before it is measured and kept.

use lead_capture::chars::is_invisible;

/// One line: every run of spaces, tabs and line breaks becomes a space; control signs go; emoji, `<b>` and right-to-left
/// letters stay as they are (C12).
#[must_use]
pub fn clean_line(typed: &str) -> String {
    let kept: String = typed.chars().filter(|&sign| sign.is_whitespace() || !is_harmful(sign)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines: line breaks stay, other control signs go, the ends are trimmed.
#[must_use]
pub fn clean_lines(typed: &str) -> String {
    let unified = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let kept: String = unified.chars().filter(|&sign| sign == '\n' || !is_harmful(sign)).collect();
    kept.trim().to_owned()
}

/// Control characters, which Postgres or a terminal may choke on, and direction overrides, which would turn the rest of
/// a screen around.
fn is_harmful(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a sign can be seen: a name of zero-width or blank signs would be an invisible button.
pub(super) fn is_visible(sign: char) -> bool {
    // Fillers have a width and no ink.
    let filler = matches!(sign, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    !filler && !is_invisible(sign) && !sign.is_whitespace()
}
