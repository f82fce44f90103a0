//! `/lead`, or any message with a phone: a client and his first touch, in one message and one tap.

mod consent;
mod form;
mod reading;
mod verdict;

use crate::error::SystemError;
use crate::flows::kit::Wizard;
use crate::flows::route::ScreenId;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Route, Screen, Step};
use form::Field;
pub use form::LeadForm;
pub(in crate::flows) use verdict::{name_error, phone_error};

impl Flow for Wizard<LeadForm> {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let mut form = LeadForm::default();
        if nav.text.trim().is_empty() {
            return Ok(Step::Stay(Self::start(form)));
        }
        form.read(&nav.text, cx).await?;
        if form.phone.is_some() {
            return Ok(Step::Stay(next(Self::on_card(form))));
        }
        Ok(match form.phones.is_empty() {
            false => Step::Stay(Self::edit_field(form, Field::Phone)),
            true => {
                form.captured = false;
                let why = verdict::no_phone(cx);
                Step::Reject(Self::start(form), why)
            }
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let back = matches!(event, Event::Pressed(ButtonAction::Back));
        if back && self.is_on_card() && self.form.captured {
            // A message has no steps to go back to.
            return Ok(Step::Back(None));
        }
        Ok(match self.drive(event, cx).await? {
            Step::Stay(wizard) if !back => Step::Stay(next(wizard)),
            step => step,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let mut screen = self.draw(cx).await?;
        if let Some(client) = self.form.known {
            // Above the row that leaves the form.
            let open = Button::open(&cx.say.button_open_card(), Route::of(ScreenId::Client, client));
            screen.rows.insert(screen.rows.len().saturating_sub(1), vec![open]);
        }
        Ok(screen)
    }
}

/// A message said everything but the ad: it is asked for at once.
fn next(wizard: Wizard<LeadForm>) -> Wizard<LeadForm> {
    match wizard.is_on_card() && wizard.form.captured && wizard.form.ad.id.is_none() {
        true => Wizard::edit_field(wizard.form, Field::Ad),
        false => wizard,
    }
}
