//! The Fluent catalogs and the one way to say a sentence.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Html;
use crate::domain::{Language, Tally};

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

/// An argument of a sentence: words are escaped on the way in, counts choose the plural form.
#[derive(Debug, Clone)]
enum Arg {
    Words(Words),
    Count(Count),
}

/// Words in a sentence: data is escaped, [`Html`] passes.
#[derive(Debug, Clone)]
pub struct Words(Html);

/// A number that chooses a form, such as a plural.
#[derive(Debug, Clone, Copy)]
pub struct Count(Tally);

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(Html::data(text))
    }
}

impl From<&String> for Words {
    fn from(text: &String) -> Self {
        Self(Html::data(text))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(Html::data(&text))
    }
}

impl From<Html> for Words {
    fn from(html: Html) -> Self {
        Self(html)
    }
}

impl From<i64> for Count {
    fn from(number: i64) -> Self {
        Self(Tally::Exactly(number))
    }
}

impl From<Tally> for Count {
    fn from(tally: Tally) -> Self {
        Self(tally)
    }
}

impl From<usize> for Count {
    fn from(number: usize) -> Self {
        Self(Tally::Exactly(i64::try_from(number).unwrap_or(i64::MAX)))
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
                Arg::Words(Words(html)) => values.set(name, FluentValue::from(html.as_str().to_owned())),
                Arg::Count(Count(Tally::Exactly(number))) => values.set(name, FluentValue::from(number)),
                // Words take the form for all other numbers, which goes with a round one.
                Arg::Count(Count(Tally::MoreThan(number))) => {
                    values.set(name, FluentValue::from(more_than(number, self.0)));
                }
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

/// `1 000+`.
fn more_than(number: i64, language: Language) -> String {
    let mark = match language {
        Language::Ru => '\u{a0}',
        Language::En => ',',
    };
    match number / 1_000 {
        0 => format!("{number}+"),
        thousands => format!("{thousands}{mark}{:03}+", number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{EN, EVERY, FluentArgs, FluentValue, Language, RU, Say, Tally, Words};

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
    fn more_than_is_counted_is_said_in_the_form_of_a_round_number() {
        let found = |language| Say(language).find_found("a", Tally::MoreThan(1_000)).as_str().to_owned();
        assert_eq!(found(Language::En), "“a”: 1,000+ clients.");
        assert_eq!(found(Language::Ru), "По запросу «a» нашлось 1\u{a0}000+ клиентов.");
    }

    #[test]
    fn g8_an_argument_cannot_bring_markup() {
        assert_eq!(Words::from("<b>x</b>").0.as_str(), "&lt;b&gt;x&lt;/b&gt;");
        assert!(!Say(Language::En).login_ask_password("<b>").as_str().contains("<b><b>"));
    }
}
