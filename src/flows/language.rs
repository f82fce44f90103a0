//! `/language`: the language one is spoken to in; the command menu follows at once.

use crate::crm::access;
use serde::{Deserialize, Serialize};

use super::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen};
use crate::domain::Language;
use crate::error::SystemError;
use crate::text::Say;

/// The choice of a language.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChooseLanguage;

impl OldFlow for ChooseLanguage {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self))
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Pressed(ButtonAction::Pick(number)) => {
                let chosen = usize::try_from(number).ok().and_then(|number| Language::ALL.get(number).copied());
                let Some(language) = chosen else { return Ok(OldStep::Stay(self)) };
                access::set_language(&mut cx.crm, language).await?;
                cx.say = Say(language);
                Ok(OldStep::Back(Some(cx.say.language_done())))
            }
            Event::Pressed(ButtonAction::Back) => Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => Ok(OldStep::Stay(self)),
            _ => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let buttons = (0..)
            .zip(Language::ALL)
            .map(|(number, language)| Button::press(&Say(language).language_name(), ButtonAction::Pick(number)));
        Ok(Screen::new(cx.say.language_ask()).row(buttons).row([
            Button::press(&cx.say.button_back(), ButtonAction::Back),
            Button::press(&cx.say.button_home(), ButtonAction::Home),
        ]))
    }
}
