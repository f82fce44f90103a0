//! A new or changed service: title, description, price.

use serde::{Deserialize, Serialize};

use crate::crm::{Error, Field as Named, Refusal, Result, Service, ServiceDraft, services};
use crate::domain::{Description, Title};
use crate::flows::kit::{Amount, Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Route, Step, refusals, route::ScreenId};
use crate::text::{Html, Say};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ServiceForm {
    /// The service that is changed, and its version as the person has seen it (E1).
    edited: Option<(i64, i32)>,
    title: Option<Title>,
    description: Option<Description>,
    price: Amount,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Title,
    Description,
    Price,
}

impl ServiceForm {
    fn of(service: &Service) -> Self {
        Self {
            edited: Some((service.id, service.version)),
            title: Title::parse(&service.title).ok(),
            description: Description::parse(&service.description).ok(),
            price: service.price.map(Amount::from).unwrap_or_default(),
        }
    }

    fn draft(&self) -> Option<ServiceDraft> {
        Some(ServiceDraft {
            title: self.title.clone()?,
            description: self.description.clone()?,
            price: self.price.money()?,
        })
    }

    /// The field that a refusal is about.
    fn wrong(refusal: &Refusal) -> Option<Field> {
        match refusal {
            Refusal::Taken(_) | Refusal::Invalid(Named::Title) => Some(Field::Title),
            Refusal::Invalid(Named::Price) => Some(Field::Price),
            _ => None,
        }
    }
}

impl ServiceForm {
    /// Back to the field to be corrected; nothing that was typed is lost.
    async fn refused(&mut self, refusal: &Refusal, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
        let why = refusals::sentence(refusal, cx);
        if let (Refusal::Changed, Some((id, _))) = (refusal, self.edited) {
            // The card now compares with what the other has saved: a second Save is meant (E1).
            self.edited = Some((id, services::card(&mut cx.crm, id).await?.service.version));
        }
        Ok(match Self::wrong(refusal) {
            Some(field) => Confirmed::Asks(field, Some(why)),
            None => Step::Reject(why).into(),
        })
    }
}

impl Form for ServiceForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::Title, Field::Description, Field::Price];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let Some(id) = nav.route.id else { return Ok(Opened::Here(Wizard::start(ServiceForm::default()))) };
        let card = services::card(&mut cx.crm, id).await?;
        Ok(Opened::Here(Wizard::on_card(ServiceForm::of(&card.service))))
    }

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let say = cx.say;
        Ok(match field {
            Field::Title => Ask::typed(say.service_ask_title()),
            Field::Description => Ask::typed(say.service_ask_description()).optional(),
            Field::Price => Ask::typed(say.service_ask_price()).choices(self.price.choices(cx), 2),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let name = Self::label(field, cx.say);
        Ok(match (field, given) {
            (Field::Title, Given::Text(text)) => match Title::parse(&text) {
                Ok(title) => {
                    self.title = Some(title);
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, name, cx.say)),
            },
            (Field::Description, Given::Text(text)) => match Description::parse(&text) {
                Ok(description) => {
                    self.description = Some(description);
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, name, cx.say)),
            },
            (Field::Description, Given::Skip) => {
                self.description = Description::parse("").ok();
                Taken::Next
            }
            (Field::Price, given) => self.price.take(given, false, name, cx),
            _ => Taken::Wrong(cx.say.typed_text_expected(name)),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Title => say.field_title(),
            Field::Description => say.field_description(),
            Field::Price => say.field_price(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        match field {
            Field::Title => self.title.as_ref().map(|title| title.as_str().into()),
            Field::Description => {
                self.description.as_ref().map(|text| text.as_str().into()).filter(|text: &Html| !text.is_empty())
            }
            Field::Price => self.price.money().map(|price| cx.say.money(price, cx.crm.company.currency)),
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let heading = if self.edited.is_some() { say.service_card_edit() } else { say.service_card_new() };
        let present = match self.edited {
            Some((id, _)) => Some(Self::of(&services::card(&mut cx.crm, id).await?.service)),
            None => None,
        };
        let lines = Self::FIELDS.iter().filter_map(|&field| {
            let before = present.as_ref().map(|present| present.value(field, cx));
            typed::draft_line(Self::label(field, say), self.value(field, cx), before, say)
        });
        Ok(heading.paragraph(Html::join(lines, "\n")))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(draft) = self.draft() else { return Ok(Confirmed::Asks(Self::FIELDS[0], None)) };
        let done = match self.edited {
            None => services::create(&mut cx.crm, &draft).await,
            Some((id, version)) => services::edit(&mut cx.crm, id, version, &draft).await.map(|()| id),
        };
        let id = match done {
            Err(Error::Refused(refusal)) => return self.refused(&refusal, cx).await,
            done => done?,
        };
        Ok(match self.edited {
            Some(_) => Step::Back(Some(cx.say.saved())),
            None => {
                let words = cx.say.service_created(draft.title.as_str());
                Step::Go(Route::of(ScreenId::ServiceCard, id).into(), Some(words))
            }
        }
        .into())
    }
}
