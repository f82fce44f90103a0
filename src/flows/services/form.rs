//! A new or changed service: title, description, price.

use serde::{Deserialize, Serialize};

use crate::crm::{Field as Named, Refusal, Result, Service, ServiceDraft, services};
use crate::domain::{Description, Title};
use crate::flows::kit::{Amount, Ask, Confirmed, Edited, Form, Given, RecordForm, Saved, Taken, Wizard, record, typed};
use crate::flows::{Cx, Navigation, Opened, Route, route::ScreenId};
use crate::text::{Html, Say};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ServiceForm {
    edited: Edited,
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
}

impl RecordForm for ServiceForm {
    fn edited(&self) -> Edited {
        self.edited
    }

    fn edit(&mut self, edited: Edited) {
        self.edited = edited;
    }

    async fn stored(id: i64, cx: &mut Cx<'_>) -> Result<Self> {
        Ok(Self::of(&services::card(&mut cx.crm, id).await?.service))
    }

    async fn save(&self, cx: &mut Cx<'_>) -> Result<Option<Saved>> {
        let Some(draft) = self.draft() else { return Ok(None) };
        if let Some((id, version)) = self.edited {
            services::edit(&mut cx.crm, id, version, &draft).await?;
            return Ok(Some(Saved::Edited));
        }
        let id = services::create(&mut cx.crm, &draft).await?;
        let words = cx.say.service_created(draft.title.as_str());
        Ok(Some(Saved::Created(Route::of(ScreenId::ServiceCard, id), words)))
    }

    fn wrong(refusal: &Refusal) -> Option<Field> {
        match refusal {
            Refusal::Taken(_) | Refusal::Invalid(Named::Title) => Some(Field::Title),
            Refusal::Invalid(Named::Price) => Some(Field::Price),
            _ => None,
        }
    }

    fn heading(&self, say: Say) -> Html {
        if self.edited.is_some() { say.service_card_edit() } else { say.service_card_new() }
    }
}

impl Form for ServiceForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::Title, Field::Description, Field::Price];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        record::open(nav, cx).await
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
        record::card(self, cx).await
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
        record::confirm(self, cx).await
    }
}
