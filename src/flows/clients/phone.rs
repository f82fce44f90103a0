//! A client's phone, corrected with a reason, or without one by its author of today; another client's number leads to a
//! merge (C8, C9).

use serde::{Deserialize, Serialize};

use crate::crm::{Error, PhoneEdit, Refusal, Result, clients};
use crate::domain::{Permission, Phone, Reason};
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Route, Step, lead, refusals, route::ScreenId};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
pub struct PhoneForm {
    client: i64,
    /// The version as the person has seen it (E1).
    version: i32,
    phone: Option<Phone>,
    typed: String,
    reason: Option<Reason>,
    /// Whether the user corrects an own entry of today: no reason is asked.
    #[serde(default)]
    own: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Phone,
    Reason,
}

impl Form for PhoneForm {
    type Field = Field;
    const SHOWS_CLIENT: bool = true;
    const FIELDS: &'static [Field] = &[Field::Phone, Field::Reason];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        if !card.own_phone && !cx.crm.may(Permission::ClientPhone) {
            return Err(Refusal::NotOwnPhone.into());
        }
        let (client, version, own) = (card.id, card.version, card.own_phone);
        Ok(Opened::Here(Wizard::start(Self { client, version, phone: None, typed: String::new(), reason: None, own })))
    }

    fn wants(&self, field: Field) -> bool {
        field == Field::Phone || !self.own
    }

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        Ok(Ask::typed(match field {
            Field::Phone => cx.say.phone_ask(cx.crm.company.phone_region.example()),
            Field::Reason => cx.say.contract_ask_reason(),
        }))
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let region = cx.crm.company.phone_region;
        let read = match (field, given) {
            (Field::Reason, Given::Text(text)) => {
                return Ok(match Reason::parse(&text) {
                    Ok(reason) => {
                        self.reason = Some(reason);
                        Taken::Next
                    }
                    Err(error) => Taken::Wrong(typed::text_error(error, cx.say.field_reason(), cx.say)),
                });
            }
            (Field::Phone, Given::Text(text)) => (Phone::parse(&text, region), text),
            (Field::Phone, Given::Contact(contact)) => (Phone::from_contact(&contact.phone, region), contact.phone),
            (field, _) => return Ok(Taken::Wrong(cx.say.typed_text_expected(Self::label(field, cx.say)))),
        };
        Ok(match read {
            (Ok(phone), typed) => {
                (self.phone, self.typed) = (Some(phone), typed);
                Taken::Next
            }
            (Err(error), _) => Taken::Wrong(lead::phone_error(&error, cx.say)),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Phone => say.field_phone(),
            Field::Reason => say.field_reason(),
        }
    }

    fn value(&self, field: Field, _: &Cx<'_>) -> Option<Html> {
        match field {
            Field::Phone => self.phone.as_ref().map(|phone| phone.pretty().into()),
            Field::Reason => self.reason.as_ref().map(|reason| reason.as_str().into()),
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let card = clients::card(&mut cx.crm, self.client).await?;
        let who = card.name.display().unwrap_or_default();
        let before = Some(Some(Html::from(card.phone.masked())));
        let phone = typed::draft_line(say.field_phone(), self.value(Field::Phone, cx), before, say);
        let reason = typed::draft_line(say.field_reason(), self.value(Field::Reason, cx), None, say);
        Ok(say.phone_card(who).paragraph(Html::join(phone.into_iter().chain(reason), "\n")))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(phone) = self.phone.clone() else { return Ok(Confirmed::Asks(Field::Phone, None)) };
        let (client, version, phone_raw) = (self.client, self.version, self.typed.clone());
        let done = if self.own {
            clients::correct_own_phone(&mut cx.crm, client, version, &phone, &phone_raw).await
        } else {
            let Some(reason) = self.reason.clone() else { return Ok(Confirmed::Asks(Field::Reason, None)) };
            let edit = PhoneEdit { client, version, phone, phone_raw, reason };
            clients::correct_phone(&mut cx.crm, &edit).await
        };
        let refusal = match done {
            // An administrator may correct it all the same, with a reason.
            Err(Error::Refused(Refusal::NotOwnPhone)) if cx.crm.may(Permission::ClientPhone) => {
                self.own = false;
                return Ok(Confirmed::Asks(Field::Reason, None));
            }
            Err(Error::Refused(refusal)) => refusal,
            done => return Ok(done.map(|()| Step::Back(Some(cx.say.saved())))?.into()),
        };
        let why = refusals::sentence(&refusal, cx);
        Ok(match refusal {
            Refusal::PhoneOf(other) if cx.crm.may(Permission::ClientMerge) => {
                let route = Route::of(ScreenId::MergeClients, self.client);
                Step::Go(Navigation { route, text: other.to_string() }, Some(why)).into()
            }
            Refusal::PhoneOf(_) | Refusal::Taken(_) => Confirmed::Asks(Field::Phone, Some(why)),
            Refusal::Changed => {
                let card = clients::card(&mut cx.crm, self.client).await?;
                (self.client, self.version) = (card.id, card.version);
                Step::Reject(why).into()
            }
            _ => Step::Reject(why).into(),
        })
    }
}
