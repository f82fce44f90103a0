//! Correcting a client's name and e-mail (H10, C8: never the phone).

use serde::{Deserialize, Serialize};

use crate::crm::{ClientCard, ClientEdit, Error, Refusal, Result, clients};
use crate::domain::{Email, NameKind, NamePart, PersonName};
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Step, lead, refusals};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
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
    const SHOWS_CLIENT: bool = true;
    const FIELDS: &'static [Field] =
        &[Field::Part(NameKind::Last), Field::Part(NameKind::First), Field::Part(NameKind::Middle), Field::Email];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let client = nav.id()?;
        let card = clients::card(&mut cx.crm, client).await?;
        Ok(Opened::Here(Wizard::on_card(ClientForm::of(&card))))
    }

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        Ok(match field {
            Field::Part(_) => Ask::typed(cx.say.client_ask_part(Self::label(field, cx.say))).optional(),
            Field::Email => Ask::typed(cx.say.lead_ask_email()).optional(),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
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

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let present = Self::of(&clients::card(&mut cx.crm, self.client).await?);
        let lines = Self::FIELDS.iter().filter_map(|&field| {
            let before = Some(present.value(field, cx));
            typed::draft_line(Self::label(field, say), self.value(field, cx), before, say)
        });
        Ok(say.client_card_edit().paragraph(Html::join(lines, "\n")))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let edit = ClientEdit {
            client: self.client,
            version: self.version,
            name: self.name.clone(),
            email: self.email.clone(),
        };
        match clients::edit(&mut cx.crm, &edit).await {
            Err(Error::Refused(refusal @ Refusal::Changed)) => {
                // The card now compares with what the other has saved: a second Save is meant (E1).
                let card = clients::card(&mut cx.crm, self.client).await?;
                (self.client, self.version) = (card.id, card.version);
                return Ok(Step::Reject(refusals::sentence(&refusal, cx)).into());
            }
            done => done?,
        }
        Ok(Step::Back(Some(cx.say.saved())).into())
    }

    fn steps_back(&self) -> bool {
        false
    }
}
