//! Drafts of a newer version: left to a process that can read them, or set aside until one is there again (R20).

use chrono::{DateTime, TimeDelta, Utc};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{Dialogue, DoneOn, Frame, Input, Said, Thumb};
use crate::flows::registry::ScreenId;
use crate::flows::{CallbackData, Cx};
use crate::text::Html;

/// This program's version as a number that grows with it: 1.2.3 is 1002003.
pub const RELEASE: i32 = number(env!("CARGO_PKG_VERSION"));

/// A draft that is set aside is kept no longer than an open one (G14).
const KEPT: TimeDelta = TimeDelta::days(14);

const fn number(version: &str) -> i32 {
    let (bytes, mut at, mut release, mut part) = (version.as_bytes(), 0, 0, 0);
    while at < bytes.len() && (bytes[at] == b'.' || bytes[at].is_ascii_digit()) {
        if bytes[at] == b'.' {
            (release, part) = ((release + part) * 1000, 0);
        } else {
            part = part * 10 + (bytes[at] - b'0') as i32;
        }
        at += 1;
    }
    release + part
}

/// Open conversations that this program cannot read as they are.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Newer {
    stack: Value,
    /// The release that wrote them.
    release: i32,
    /// When they were set aside.
    #[serde(default)]
    at: DateTime<Utc>,
}

/// A dialogue as it stands in the database.
#[derive(Deserialize)]
pub(super) struct Stored {
    #[serde(default)]
    stack: Value,
    #[serde(default)]
    done: Value,
    #[serde(default)]
    thumb: Value,
    /// The release that wrote it; none before releases were written.
    #[serde(default)]
    release: i32,
    #[serde(default)]
    set_aside: Option<Newer>,
}

impl From<Stored> for Dialogue {
    /// What cannot be read starts over, unless a newer release wrote it. What that one has added to a state that can be read
    /// would be lost by writing it again: then the state counts as one that cannot.
    fn from(stored: Stored) -> Self {
        let Stored { stack, done, thumb, release, set_aside } = stored;
        let done = serde_json::from_value(done).unwrap_or_default();
        let thumb = serde_json::from_value(thumb).unwrap_or_default();
        let rest = Self { done, thumb, set_aside, ..Self::default() };
        if release <= RELEASE {
            return Self { stack: serde_json::from_value(stack).unwrap_or_default(), ..rest };
        }
        match readable(&stack) {
            Some(stack) => Self { stack, ..rest },
            None => Self { newer: Some(Newer { stack, release, at: DateTime::default() }), ..rest },
        }
    }
}

/// The conversations, if writing them again gives the same.
fn readable(stack: &Value) -> Option<Vec<Frame>> {
    let frames: Vec<Frame> = Deserialize::deserialize(stack).ok()?;
    (serde_json::to_value(&frames).ok()? == *stack).then_some(frames)
}

impl Serialize for Dialogue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut stored = serializer.serialize_struct("Dialogue", 5)?;
        match &self.newer {
            Some(newer) => {
                stored.serialize_field("stack", &newer.stack)?;
                stored.serialize_field("release", &newer.release)?;
            }
            None => {
                stored.serialize_field("stack", &self.stack)?;
                stored.serialize_field("release", &RELEASE)?;
            }
        }
        stored.serialize_field::<Option<DoneOn>>("done", &self.done)?;
        stored.serialize_field::<Thumb>("thumb", &self.thumb)?;
        match &self.set_aside {
            Some(set_aside) => stored.serialize_field("set_aside", set_aside)?,
            None => stored.skip_field("set_aside")?,
        }
        stored.end()
    }
}

impl Newer {
    /// Whether what is typed in the conversation on the screen may be a secret: of one that is not known here it is not
    /// known either (A13).
    fn may_ask_for_secret(&self) -> bool {
        let Some(last) = self.stack.as_array().and_then(|stack| stack.last()) else { return false };
        let kind = last.as_object().and_then(|frame| frame.keys().next()).map(String::as_str).or(last.as_str());
        let kind = kind.and_then(|kind| serde_json::from_value::<ScreenId>(kind.into()).ok());
        kind.is_none_or(ScreenId::is_secret)
    }
}

impl Dialogue {
    /// The release that can read what is open, where this one cannot (R20).
    #[must_use]
    pub fn newer_release(&self) -> Option<i32> {
        self.newer.as_ref().map(|newer| newer.release)
    }

    /// Sets a newer release's conversations aside and starts over. The sentence about it is the answer to whatever was meant
    /// for them: a tap, a text, a file. Commands and notices do what they always do.
    pub(super) fn set_newer_aside(&mut self, input: &Input, cx: &mut Cx<'_>) -> Option<Said> {
        let newer = self.newer.take()?;
        let typed = matches!(input, Input::Event(_) | Input::Replied { .. });
        if typed && newer.may_ask_for_secret() {
            cx.forget_message();
        }
        self.set_aside = Some(Newer { at: cx.crm.now, ..newer });
        let meant_for_it = match input {
            Input::Tap(tap) => tap.is_none_or(|tap| tap.version != CallbackData::NOTICE),
            Input::Event(_) | Input::Computed { .. } => true,
            Input::Command { .. } | Input::Replied { .. } | Input::Retried(_) => false,
        };
        meant_for_it.then(|| Said::Warned(cx.say.draft_set_aside()))
    }

    /// Opens again what was set aside, once this program can read it and its user is in the middle of nothing else.
    pub(super) fn resume_set_aside(&mut self, said: Said, cx: &Cx<'_>) -> Said {
        self.set_aside.take_if(|newer| newer.at < cx.crm.now - KEPT);
        let can_read = self.set_aside.as_ref().is_some_and(|newer| newer.release <= RELEASE);
        if !can_read || self.is_open() || cx.crm.actor.staff().is_none() {
            return said;
        }
        let words = match said {
            Said::Nothing => None,
            Said::Told(words) => Some(words),
            said @ (Said::Warned(_) | Said::Compute(..) | Said::Retry(_)) => return said,
        };
        let Some(newer) = self.set_aside.take() else { return Said::told(words) };
        self.stack = serde_json::from_value(newer.stack).unwrap_or_default();
        if !self.is_open() || self.denied_access(cx).is_some() {
            self.stack.clear();
            return Said::told(words);
        }
        let back: Html = cx.say.draft_is_back();
        Said::Told(match words {
            Some(words) => words.line(back),
            None => back,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn read(stored: &Value) -> Dialogue {
        serde_json::from_value(stored.clone()).unwrap()
    }

    #[test]
    fn a_release_is_a_number_that_grows() {
        assert_eq!((number("0.2.0"), number("1.2.3"), number("1.2.3-rc.1")), (2_000, 1_002_003, 1_002_003));
        assert_eq!(number("10.20.30"), 10_020_030);
    }

    #[test]
    fn r20_what_a_newer_release_has_written_is_written_again_as_it_was() {
        let newer = RELEASE + 1;
        let menu = serde_json::to_value(Dialogue::default()).unwrap();
        assert_eq!((menu["release"].as_i64(), read(&menu).newer_release()), (Some(RELEASE.into()), None));
        for stack in [json!([{ "Hologram": { "turns": 7 } }]), json!([{ "Menu": { "added_later": 1 } }]), json!("?")] {
            let stored = json!({ "stack": stack, "release": newer, "done": { "shape": "unknown" } });
            let dialogue = read(&stored);
            assert_eq!(dialogue.newer_release(), Some(newer), "{stack}");
            let again = serde_json::to_value(&dialogue).unwrap();
            assert_eq!((&again["stack"], &again["release"]), (&stack, &json!(newer)));
            // An older release's states that cannot be read start over, as ever.
            let older = read(&json!({ "stack": stack }));
            assert!(older.newer_release().is_none() && !older.is_open());
        }
        assert_eq!(read(&json!({ "stack": [], "release": newer })).newer_release(), None);
    }

    #[test]
    fn a13_what_is_typed_at_a_question_that_is_not_known_may_be_a_secret() {
        let may = |stack: Value| Newer { stack, release: 1, at: DateTime::default() }.may_ask_for_secret();
        assert!(may(json!([{ "Hologram": {} }])) && may(json!([{ "Password": {} }])) && may(json!([{ "Login": {} }])));
        assert!(!may(json!([{ "Lead": {} }])) && !may(json!(["Menu"])) && !may(json!([])));
    }
}
