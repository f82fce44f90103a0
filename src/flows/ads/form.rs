//! A new or changed ad: title → service → channel → budget → aliases → description.

use serde::{Deserialize, Serialize};

use crate::crm::{Ad, AdDraft, Refusal, Result, ads};
use crate::domain::{AdTitle, Channel, Description, TextError, text::clean_line};
use crate::flows::kit::{
    Amount, Ask, Choice, Confirmed, Edited, Form, Given, RecordForm, Saved, Taken, Wizard, record, typed,
};
use crate::flows::services::ServicePick;
use crate::flows::{Cx, Navigation, Opened, Route, labels, route::ScreenId};
use crate::text::{Html, Say};

/// More other names than this no text is compared with.
const ALIASES: usize = 10;

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AdForm {
    edited: Edited,
    title: Option<AdTitle>,
    service: ServicePick,
    channel: Option<Channel>,
    budget: Amount,
    aliases: Option<Vec<AdTitle>>,
    description: Option<Description>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Title,
    Service,
    Channel,
    /// Money spent.
    Budget,
    Aliases,
    Description,
}

impl AdForm {
    fn of(ad: &Ad) -> Self {
        Self {
            edited: Some((ad.id, ad.version)),
            title: AdTitle::parse(&ad.title).ok(),
            service: ad.service.as_ref().map(|service| ServicePick::of(service.id, &service.title)).unwrap_or_default(),
            channel: Some(ad.channel),
            budget: ad.budget.map(Amount::from).unwrap_or_default(),
            aliases: Some(ad.aliases.iter().filter_map(|alias| AdTitle::parse(alias).ok()).collect()),
            description: Description::parse(&ad.description).ok(),
        }
    }

    fn draft(&self) -> Option<AdDraft> {
        Some(AdDraft {
            title: self.title.clone()?,
            service: self.service.id,
            channel: self.channel?,
            budget: self.budget.money()?,
            description: self.description.clone()?,
            aliases: self.aliases.clone()?,
        })
    }

    fn take_text(&mut self, field: Field, text: &str, cx: &Cx<'_>) -> Taken {
        let read = match field {
            Field::Title => AdTitle::parse(text).map(|title| self.title = Some(title)),
            Field::Aliases => aliases(text).map(|aliases| self.aliases = Some(aliases)),
            _ => Description::parse(text).map(|description| self.description = Some(description)),
        };
        match read {
            Ok(()) => Taken::Next,
            Err(error) => Taken::Wrong(typed::text_error(error, Self::label(field, cx.say), cx.say)),
        }
    }
}

/// Names between commas or on lines of their own, each once.
fn aliases(text: &str) -> Result<Vec<AdTitle>, TextError> {
    let mut aliases: Vec<AdTitle> = Vec::new();
    for part in text.split([',', ';', '\n']).filter(|part| !clean_line(part).is_empty()) {
        let alias = AdTitle::parse(part)?;
        if !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    aliases.truncate(ALIASES);
    Ok(aliases)
}

impl RecordForm for AdForm {
    fn edited(&self) -> Edited {
        self.edited
    }

    fn edit(&mut self, edited: Edited) {
        self.edited = edited;
    }

    async fn stored(id: i64, cx: &mut Cx<'_>) -> Result<Self> {
        Ok(Self::of(&ads::card(&mut cx.crm, id).await?.ad))
    }

    async fn save(&self, cx: &mut Cx<'_>) -> Result<Option<Saved>> {
        let Some(draft) = self.draft() else { return Ok(None) };
        if let Some((id, version)) = self.edited {
            ads::edit(&mut cx.crm, id, version, &draft).await?;
            return Ok(Some(Saved::Edited));
        }
        let id = ads::create(&mut cx.crm, &draft).await?;
        let words = cx.say.ad_created(draft.title.as_str());
        Ok(Some(Saved::Created(Route::of(ScreenId::AdCard, id), words)))
    }

    fn wrong(refusal: &Refusal) -> Option<Field> {
        match refusal {
            Refusal::ServiceArchived => Some(Field::Service),
            Refusal::AdBuiltIn => Some(Field::Budget),
            _ => None,
        }
    }

    fn heading(&self, say: Say) -> Html {
        if self.edited.is_some() { say.ad_card_edit() } else { say.ad_card_new() }
    }
}

impl Form for AdForm {
    type Field = Field;
    const FIELDS: &'static [Field] =
        &[Field::Title, Field::Service, Field::Channel, Field::Budget, Field::Aliases, Field::Description];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        record::open(nav, cx).await
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let say = cx.say;
        Ok(match field {
            Field::Title => Ask::typed(say.ad_ask_title()),
            Field::Service => self.service.ask(say.ad_ask_service(), page, cx).await?,
            Field::Channel => {
                let channels = Channel::ALL.iter().zip(1..);
                let choices = channels.map(|(&channel, pick)| Choice { label: labels::channel(channel, say), pick });
                Ask::typed(say.ad_ask_channel()).choices(choices.collect(), 3)
            }
            Field::Budget => Ask::typed(say.ad_ask_budget()).choices(self.budget.choices(cx), 2),
            Field::Aliases => Ask::typed(say.ad_ask_aliases()).optional(),
            Field::Description => Ask::typed(say.ad_ask_description()).optional(),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        Ok(match (field, given) {
            (Field::Service, given) => match self.service.choose(given, cx).await? {
                Ok(_) => Taken::Next,
                Err(taken) => taken,
            },
            (Field::Channel, Given::Pick(pick)) => {
                let position = usize::try_from(pick).unwrap_or_default();
                match Channel::ALL.iter().zip(1..).find(|(_, number)| *number == position) {
                    Some((channel, _)) => {
                        self.channel = Some(*channel);
                        Taken::Next
                    }
                    None => Taken::Wrong(cx.say.screen_changed()),
                }
            }
            (Field::Channel, _) => Taken::Wrong(cx.say.pick_expected()),
            (Field::Budget, given) => self.budget.take(given, false, cx.say.field_budget(), cx),
            (field, Given::Text(text)) => self.take_text(field, &text, cx),
            (field @ (Field::Aliases | Field::Description), Given::Skip) => self.take_text(field, "", cx),
            (field, _) => Taken::Wrong(cx.say.typed_text_expected(Self::label(field, cx.say))),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Title => say.field_title(),
            Field::Service => say.field_service(),
            Field::Channel => say.field_channel(),
            Field::Budget => say.field_budget(),
            Field::Aliases => say.field_aliases(),
            Field::Description => say.field_description(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        let text: Html = match field {
            Field::Title => self.title.as_ref()?.as_str().into(),
            Field::Service => self.service.title.as_str().into(),
            Field::Channel => labels::channel(self.channel?, cx.say),
            Field::Budget => cx.say.money(self.budget.money()?, cx.crm.company.currency),
            Field::Aliases => {
                let aliases: Vec<&str> = self.aliases.as_ref()?.iter().map(AdTitle::as_str).collect();
                Html::data(&aliases.join(", "))
            }
            Field::Description => self.description.as_ref()?.as_str().into(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        record::card(self, cx).await
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
        record::confirm(self, cx).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn aliases_stand_between_commas_or_on_lines_each_once() {
        let names = |text| aliases(text).unwrap().into_iter().map(String::from).collect::<Vec<_>>();
        assert_eq!(names("авито, Avito;\n авито ,,"), ["авито", "Avito"]);
        assert!(names(" ").is_empty());
        assert!(aliases(&"я".repeat(51)).is_err());
    }
}
