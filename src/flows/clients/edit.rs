//! Correcting a client's name and e-mail (H10, C8: never his phone).

use serde::{Deserialize, Serialize};

use crate::crm::{ClientCard, ClientEdit, Refusal, SplitRefusal};
use crate::domain::{Email, NameKind, NamePart, PersonName};
use crate::error::SystemError;
use crate::flows::kit::{Ask, Form, Given, Taken, Wizard, typed};
use crate::flows::{ButtonAction, Cx, Event, Flow, Navigation, Screen, Step, lead, refusals};
use crate::text::{Html, Say};

#[derive(Serialize, Deserialize)]
pub struct ClientForm {
    client: i64,
    /// The version as the person has seen it (E1).
    version: i32,
    name: PersonName,
    email: Option<Email>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// A part of the name.
    Part(NameKind),
    Email,
}

impl ClientForm {
    fn of(card: &ClientCard) -> Self {
        let email = card.email.as_deref().and_then(|email| Email::parse(email).ok()?);
        Self { client: card.id, version: card.version, name: card.name.clone(), email }
    }
}

impl Form for ClientForm {
    type Field = Field;
    const FIELDS: &'static [Field] =
        &[Field::Part(NameKind::Last), Field::Part(NameKind::First), Field::Part(NameKind::Middle), Field::Email];

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask, SystemError> {
        Ok(match field {
            Field::Part(_) => Ask::typed(cx.say.client_ask_part(Self::label(field, cx.say))).optional(),
            Field::Email => Ask::typed(cx.say.lead_ask_email()).optional(),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken, SystemError> {
        Ok(match (field, given) {
            (Field::Part(kind), Given::Skip) => {
                self.name.clear(kind);
                Taken::Next
            }
            (Field::Email, Given::Skip) => {
                self.email = None;
                Taken::Next
            }
            (Field::Part(kind), Given::Text(text)) => match NamePart::parse(kind, &text) {
                Ok(part) => {
                    self.name.clear(kind);
                    part.into_iter().for_each(|part| self.name.set(part));
                    Taken::Next
                }
                Err(error) => Taken::Wrong(lead::name_error(error, cx.say)),
            },
            (Field::Email, Given::Text(text)) => match Email::parse(&text) {
                Ok(email) => {
                    self.email = email;
                    Taken::Next
                }
                Err(_) => Taken::Wrong(cx.say.email_wrong()),
            },
            (field, _) => Taken::Wrong(cx.say.typed_text_expected(Self::label(field, cx.say))),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Part(NameKind::Last) => say.field_last_name(),
            Field::Part(NameKind::First) => say.field_first_name(),
            Field::Part(NameKind::Middle) => say.field_middle_name(),
            Field::Email => say.field_email(),
        }
    }

    fn value(&self, field: Field, _: &Cx<'_>) -> Option<Html> {
        Some(Html::data(match field {
            Field::Part(NameKind::Last) => self.name.last.as_ref()?.as_str(),
            Field::Part(NameKind::First) => self.name.first.as_ref()?.as_str(),
            Field::Part(NameKind::Middle) => self.name.middle.as_ref()?.as_str(),
            Field::Email => self.email.as_ref()?.as_str(),
        }))
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html, SystemError> {
        let say = cx.say;
        let present = cx.crm.client_card(self.client).await.split_refusal()?.ok().map(|card| Self::of(&card));
        let lines = Self::FIELDS.iter().filter_map(|&field| {
            let before = present.as_ref().map(|present| present.value(field, cx));
            typed::draft_line(Self::label(field, say), self.value(field, cx), before, say)
        });
        Ok(say.client_card_edit().paragraph(Html::join(lines, "\n")))
    }

    async fn confirm(mut self, cx: &mut Cx<'_>) -> Result<Step<Wizard<Self>>, SystemError> {
        let edit = ClientEdit {
            client: self.client,
            version: self.version,
            name: self.name.clone(),
            email: self.email.clone(),
        };
        let Err(refusal) = cx.crm.edit_client(&edit).await.split_refusal()? else {
            return Ok(Step::Back(Some(cx.say.saved())));
        };
        let why = refusals::sentence(&refusal, cx);
        if refusal == Refusal::Changed
            && let Ok(card) = cx.crm.client_card(self.client).await.split_refusal()?
        {
            // The card now compares with what the other has saved: a second Save is meant (E1).
            (self.client, self.version) = (card.id, card.version);
        }
        Ok(Step::Reject(Wizard::on_card(self), why))
    }
}

impl Flow for Wizard<ClientForm> {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        let client = nav.route.id.unwrap_or_default();
        Ok(match cx.crm.client_card(client).await.split_refusal()? {
            Ok(card) => Step::Stay(Self::on_card(ClientForm::of(&card))),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, SystemError> {
        if self.is_on_card() && matches!(event, Event::Pressed(ButtonAction::Back)) {
            return Ok(Step::Back(None));
        }
        self.drive(event, cx).await
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        self.draw(cx).await
    }
}
