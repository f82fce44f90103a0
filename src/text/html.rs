//! Text that is safe to send with Telegram's HTML parse mode.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text in Telegram's HTML subset. Made only from sentences of the catalogs and from escaped data (G8).
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Html(String);

impl Html {
    /// Data of people, shown literally whatever is in it: `<b>`, `&`, quotes, right-to-left marks (C12).
    #[must_use]
    pub fn data(text: &str) -> Self {
        let mut safe = String::with_capacity(text.len() + 16);
        for character in text.chars() {
            match character {
                '&' => safe.push_str("&amp;"),
                '<' => safe.push_str("&lt;"),
                '>' => safe.push_str("&gt;"),
                '"' => safe.push_str("&quot;"),
                // Marks that reorder the text around them would let a name disguise a number.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                '\n' => safe.push('\n'),
                other if other.is_control() => {}
                other => safe.push(other),
            }
        }
        Self(safe)
    }

    /// A sentence of the catalogs whose arguments are already escaped.
    pub(super) fn sentence(markup: String) -> Self {
        Self(markup)
    }

    /// The markup as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without tags and entities: for labels of buttons and answers to taps, which take no markup.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some(at) = rest.find(['<', '&']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('<') {
                rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            } else {
                let known = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"')];
                match known.iter().find(|(entity, _)| rest.starts_with(entity)) {
                    Some((entity, character)) => {
                        text.push(*character);
                        rest = &rest[entity.len()..];
                    }
                    None => {
                        text.push('&');
                        rest = &rest[1..];
                    }
                }
            }
        }
        text.push_str(rest);
        text
    }

    /// How long Telegram counts it: UTF-16 units after parsing.
    #[must_use]
    pub fn units(&self) -> usize {
        self.plain().encode_utf16().count()
    }

    #[must_use]
    pub fn bold(self) -> Self {
        Self(format!("<b>{}</b>", self.0))
    }

    /// Monospaced; a tap copies it.
    #[must_use]
    pub fn code(self) -> Self {
        Self(format!("<code>{}</code>", self.0))
    }

    /// This and `more` after a line break; nothing is added to or for an empty text.
    #[must_use]
    pub fn line(mut self, more: impl Into<Self>) -> Self {
        let more = more.into();
        if !self.0.is_empty() && !more.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&more.0);
        self
    }

    /// This and `more` after an empty line; nothing is added to or for an empty text.
    #[must_use]
    pub fn paragraph(mut self, more: impl Into<Self>) -> Self {
        let more = more.into();
        if !self.0.is_empty() && !more.0.is_empty() {
            self.0.push_str("\n\n");
        }
        self.0.push_str(&more.0);
        self
    }

    /// The parts one after another, with `between` between them.
    #[must_use]
    pub fn join(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let separator = Self::data(between).0;
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(&separator))
    }

    /// Cut at a line so that at most `units` UTF-16 units remain; "…" says that something was left out.
    /// Lines are whole sentences, so no tag is torn as long as no tag spans lines.
    #[must_use]
    pub fn trimmed(self, units: usize) -> Self {
        if self.units() <= units {
            return self;
        }
        let mut kept = Self::default();
        for line in self.0.split('\n') {
            let line = Self(line.to_owned());
            if kept.units() + line.units() + 3 > units {
                if kept.is_empty() {
                    let cut: String = line.plain().chars().take(units.saturating_sub(3) / 2).collect();
                    kept = Self::data(&cut);
                }
                break;
            }
            kept = Self(if kept.0.is_empty() { line.0 } else { format!("{}\n{}", kept.0, line.0) });
        }
        kept.line(Self("…".to_owned()))
    }
}

impl fmt::Debug for Html {
    /// Screens hold clients' data: only the length is shown (G9).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Html({} bytes)", self.0.len())
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        Self::data(text)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        Self::data(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn g8_c12_data_is_shown_literally_whatever_is_in_it() {
        let hostile = "<b>&\"</b> \u{202e}эй 🙂";
        let html = Html::data(hostile);
        assert!(!html.as_str().contains("<b>") && !html.as_str().contains('\u{202e}'));
        assert_eq!(html.plain(), "<b>&\"</b> эй 🙂");
        assert_eq!(Html::data("🙂").units(), 2);
    }

    #[test]
    fn a_long_text_is_cut_at_a_line() {
        let long = Html::join((0..100).map(|n| Html::data(&format!("строка {n}")).bold()), "\n");
        let cut = long.trimmed(100);
        assert!(cut.units() <= 100 && cut.as_str().ends_with("</b>\n…"));
        assert!(Html::data(&"я".repeat(9000)).trimmed(4096).units() <= 4096);
    }
}
