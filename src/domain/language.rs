//! The languages the bot speaks.

use serde::{Deserialize, Serialize};

/// A language with complete texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian, the first one.
    Ru,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The two-letter code that is stored and names the catalogue.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of a code or tag, `en` or `en-GB`; `None` if the bot does not speak it.
    #[must_use]
    pub fn from_code(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The language of Telegram's `language_code`, else the company's default.
    #[must_use]
    pub fn from_telegram(code: Option<&str>, default: Self) -> Self {
        code.and_then(Self::from_code).unwrap_or(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegrams_code_decides_where_the_bot_speaks_it() {
        use Language::{En, Ru};
        for (code, default, language) in [
            (Some("ru"), En, Ru),
            (Some("RU-ru"), En, Ru),
            (Some("en-GB"), Ru, En),
            (Some("en_US"), Ru, En),
            (Some("de"), Ru, Ru),
            (Some("rue"), En, En),
            (Some(""), En, En),
            (None, Ru, Ru),
        ] {
            assert_eq!(Language::from_telegram(code, default), language, "{code:?}");
        }
    }
}
