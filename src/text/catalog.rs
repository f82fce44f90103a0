//! The Fluent catalogs and the one way to say a sentence.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Html;
use crate::domain::Language;

mod sources {
    include!(concat!(env!("OUT_DIR"), "/catalogs.rs"));
}

include!(concat!(env!("OUT_DIR"), "/sentences.rs"));

type Bundle = FluentBundle<FluentResource>;

static RU: LazyLock<Bundle> = LazyLock::new(|| bundle("ru", sources::RU));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle("en", sources::EN));

fn bundle(language: &str, sources: &[&str]) -> Bundle {
    let languages: Vec<LanguageIdentifier> = language.parse().into_iter().collect();
    let mut bundle = Bundle::new_concurrent(languages);
    // The marks around arguments would be copied along with a phone number.
    bundle.set_use_isolating(false);
    for source in sources {
        // build.rs has parsed the same text: an error cannot come here, and a half catalog is better than none.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// An argument of a sentence: data is escaped on the way in, numbers choose the plural form.
#[derive(Debug, Clone)]
pub enum Arg {
    /// Escaped text.
    Text(Html),
    /// A count.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Html::data(text))
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(Html::data(text))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Html::data(&text))
    }
}

impl From<Html> for Arg {
    fn from(html: Html) -> Self {
        Self::Text(html)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Says every sentence in one person's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Say(pub Language);

impl Say {
    fn speak<const N: usize>(self, id: &str, arguments: [(&'static str, Arg); N]) -> Html {
        let bundle = match self.0 {
            Language::Ru => &*RU,
            Language::En => &*EN,
        };
        let mut values = FluentArgs::with_capacity(N);
        for (name, value) in arguments {
            match value {
                Arg::Text(html) => values.set(name, FluentValue::from(html.as_str().to_owned())),
                Arg::Number(number) => values.set(name, FluentValue::from(number)),
            }
        }
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return Html::data(id);
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
        if !errors.is_empty() {
            tracing::error!(sentence = id, count = errors.len(), "a sentence could not be said whole");
        }
        Html::sentence(text.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, EN, EVERY, FluentArgs, FluentValue, Language, RU, Say};

    #[test]
    fn every_sentence_can_be_said_in_every_language() {
        for bundle in [&*RU, &*EN] {
            for (id, arguments) in EVERY {
                for number in [0_i64, 1, 2, 5, 21] {
                    let mut values = FluentArgs::new();
                    for name in *arguments {
                        values.set(*name, FluentValue::from(number));
                    }
                    let pattern = bundle.get_message(id).and_then(|message| message.value()).expect(id);
                    let mut errors = Vec::new();
                    let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
                    assert!(errors.is_empty(), "{id}: {errors:?}");
                    assert!(!text.trim().is_empty(), "{id} is empty");
                    for tag in ["b", "i", "code"] {
                        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
                        assert_eq!(text.matches(&open).count(), text.matches(&close).count(), "{id}: <{tag}>");
                    }
                }
            }
        }
    }

    #[test]
    fn g8_an_argument_cannot_bring_markup() {
        let Arg::Text(html) = Arg::from("<b>x</b>") else { panic!("text") };
        assert_eq!(html.as_str(), "&lt;b&gt;x&lt;/b&gt;");
        assert!(!Say(Language::En).login_ask_password("<b>").as_str().contains("<b><b>"));
    }
}
