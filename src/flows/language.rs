//! `/language`: the choice of the user's own language; the command menu follows at once.

use crate::crm::{Result, access};
use serde::{Deserialize, Serialize};

use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::domain::Language;
use crate::text::Say;

/// The choice of a language.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChooseLanguage;

impl Flow for ChooseLanguage {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Pressed(ButtonAction::Pick(number)) => {
                let chosen = usize::try_from(number).ok().and_then(|number| Language::ALL.get(number).copied());
                let Some(language) = chosen else { return Ok(Step::Stay) };
                access::set_language(&mut cx.crm, language).await?;
                cx.say = Say(language);
                Ok(Step::Back(Some(cx.say.language_done())))
            }
            event => Ok(event.otherwise()),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let buttons = (0..)
            .zip(Language::ALL)
            .map(|(number, language)| Button::press(&Say(language).language_name(), ButtonAction::Pick(number)));
        Ok(Screen::new(cx.say.language_ask()).row(buttons).leave(cx.say))
    }
}
