//! A form that creates a record, or edits one as the user has seen it (E1).

use std::future::Future;

use super::{Confirmed, Form, Wizard, typed};
use crate::crm::{Error, Refusal, Result};
use crate::flows::{Cx, Navigation, Opened, Route, Step, refusals};
use crate::text::{Html, Say};

/// Id of the record that is edited, and its version as the user has seen it; none while a record is created.
pub type Edited = Option<(i64, i32)>;

/// What such a form says of its record; [`open`], [`card`] and [`confirm`] are then the same for all.
pub trait RecordForm: Form + Default {
    fn edited(&self) -> Edited;

    /// The draft with another version of the record under it.
    fn edit(&mut self, edited: Edited);

    /// The form filled with the record as it stands.
    fn stored(id: i64, cx: &mut Cx<'_>) -> impl Future<Output = Result<Self>> + Send;

    /// Runs the use case; none when an answer is missing.
    fn save(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Option<Saved>>> + Send;

    /// The question whose answer a refusal is about.
    fn wrong(refusal: &Refusal) -> Option<Self::Field>;

    /// Heading of the card: of a new record, or of the one that is edited.
    fn heading(&self, say: Say) -> Html;
}

pub enum Saved {
    /// The record's card, and what is said above it.
    Created(Route, Html),
    Edited,
}

pub async fn open<F: RecordForm>(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<F>>> {
    Ok(Opened::Here(match nav.route.id {
        None => Wizard::start(F::default()),
        Some(id) => Wizard::on_card(F::stored(id, cx).await?),
    }))
}

/// The draft, compared with the record as it stands.
pub async fn card<F: RecordForm>(form: &F, cx: &mut Cx<'_>) -> Result<Html> {
    let say = cx.say;
    let present = match form.edited() {
        Some((id, _)) => Some(F::stored(id, cx).await?),
        None => None,
    };
    let lines = F::FIELDS.iter().filter_map(|&field| {
        let before = present.as_ref().map(|present| present.value(field, cx));
        typed::draft_line(F::label(field, say), form.value(field, cx), before, say)
    });
    Ok(form.heading(say).paragraph(Html::join(lines, "\n")))
}

/// Saves; a refusal that one answer can mend asks for it again, and nothing that was typed is lost.
pub async fn confirm<F: RecordForm>(form: &mut F, cx: &mut Cx<'_>) -> Result<Confirmed<F::Field>> {
    let step = match form.save(cx).await {
        Ok(None) => return Ok(Confirmed::Asks(F::FIELDS[0], None)),
        Ok(Some(Saved::Edited)) => Step::Back(Some(cx.say.saved())),
        Ok(Some(Saved::Created(route, words))) => Step::Go(route.into(), Some(words)),
        Err(Error::Refused(refusal)) => {
            let why = refusals::sentence(&refusal, cx);
            if let (Refusal::Changed, Some((id, _))) = (&refusal, form.edited()) {
                // The card now compares with what the other user has saved: a second Save is meant.
                let edited = F::stored(id, cx).await?.edited();
                form.edit(edited);
            }
            match F::wrong(&refusal) {
                Some(field) => return Ok(Confirmed::Asks(field, Some(why))),
                None => Step::Reject(why),
            }
        }
        Err(fault) => return Err(fault),
    };
    Ok(step.into())
}
