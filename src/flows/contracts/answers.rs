//! How answers get into the draft of a contract.

use super::days;
use super::form::{ContractForm, Field};
use crate::crm::{Result, documents};
use crate::domain::{Lean, PositiveMoney, TextError, Title};
use crate::flows::kit::{Amount, Form, Given, Taken, typed};
use crate::flows::{Compute, Computed, Cx};
use crate::text::Say;

impl ContractForm {
    pub(super) fn take_text<T>(read: Result<T, TextError>, into: &mut Option<T>, field: Field, say: Say) -> Taken {
        match read {
            Ok(text) => {
                *into = Some(text);
                Taken::Next
            }
            Err(error) => Taken::Wrong(typed::text_error(error, Self::label(field, say), say)),
        }
    }

    /// Reads the service; its title and price are suggested.
    pub(super) async fn take_service(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let before = self.service.title.clone();
        let chosen = match self.service.choose(given, cx).await? {
            Ok(chosen) => chosen,
            Err(taken) => return Ok(taken),
        };
        // What came with the service goes with it; what was typed stays.
        if self.title.as_ref().is_none_or(|title| title.as_str() == before) {
            self.title = Title::parse(&chosen.title).ok();
        }
        if self.amount.money().is_none() || self.amount.money() == self.suggested {
            self.suggested = chosen.price.filter(|price| PositiveMoney::try_from(*price).is_ok());
            self.amount = self.suggested.map(Amount::from).unwrap_or_default();
        }
        Ok(Taken::Next)
    }

    /// Reads the file: its bytes are fetched outside the transaction, then kept (K14).
    pub(super) async fn take_document(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let document = match given {
            Given::Skip => {
                self.document = None;
                return Ok(Taken::Next);
            }
            Given::File(file) => {
                documents::check_size(file.size)?;
                return Ok(Taken::Compute(Compute::Fetch(file)));
            }
            Given::Computed(Computed::Fetched(file, bytes)) => {
                documents::store(&mut cx.crm, &file.file_id, &file.name, &bytes).await?
            }
            Given::Computed(_) => return Ok(Taken::Wrong(cx.say.contract_file_not_fetched())),
            _ => return Ok(Taken::Wrong(cx.say.contract_file_expected())),
        };
        self.document = Some((document.id, document.name));
        Ok(Taken::Next)
    }

    /// Reads a day (K5).
    pub(super) fn take_day(&mut self, field: Field, given: Given, cx: &Cx<'_>) -> Taken {
        let name = Self::label(field, cx.say);
        let first = self.starts_on.unwrap_or(cx.crm.today());
        let read = match field {
            Field::EndsOn => days::take_end(given, first, name, cx),
            Field::SignedOn => typed::day(given, Lean::Past, name, cx),
            _ => typed::day(given, Lean::Nearest, name, cx),
        };
        let day = match read {
            Ok(day) => day,
            Err(why) => return Taken::Wrong(why),
        };
        match field {
            Field::SignedOn if day > cx.crm.today() => return Taken::Wrong(cx.say.refused_signed_on()),
            Field::EndsOn if day < first => return Taken::Wrong(cx.say.refused_ends_on()),
            Field::SignedOn => self.signed_on = Some(day),
            Field::StartsOn => self.starts_on = Some(day),
            _ => self.ends_on = Some(day),
        }
        Taken::Next
    }
}
