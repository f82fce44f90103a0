//! A new or changed contract: client → touch → service → title → amount → days → document → card → Confirm.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::days;
use super::parties::{ClientPick, TouchPick};
use super::review;
use crate::crm::{self, Result, contracts};
use crate::domain::{Money, Permission, Reason, Remark, Title};
use crate::flows::kit::{Amount, Ask, Confirmed, Form, Given, Taken, Wizard};
use crate::flows::services::ServicePick;
use crate::flows::{Cx, Navigation, Opened, route::ScreenId};
use crate::text::{Html, Say};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ContractForm {
    /// The contract that is changed, and its version as the person has seen it (E1).
    pub(super) edited: Option<(i64, i32)>,
    /// Whether only a correction with a reason is possible.
    pub(super) correcting: bool,
    /// Whether the form was opened from the client's card.
    fixed_client: bool,
    pub(super) client: ClientPick,
    pub(super) touch: TouchPick,
    pub(super) service: ServicePick,
    /// The price that was suggested with the service.
    pub(super) suggested: Option<Money>,
    pub(super) title: Option<Title>,
    pub(super) amount: Amount,
    pub(super) signed_on: Option<NaiveDate>,
    pub(super) starts_on: Option<NaiveDate>,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) document: Option<(i64, String)>,
    pub(super) note: Option<Remark>,
    pub(super) reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Client,
    Touch,
    Service,
    Title,
    /// What the client pays in all.
    Amount,
    /// The day of signing.
    SignedOn,
    StartsOn,
    EndsOn,
    Document,
    /// What goes with it.
    Note,
    /// Why an ended contract is corrected.
    Reason,
}

impl ContractForm {
    fn new(cx: &Cx<'_>) -> Self {
        let today = cx.crm.today();
        Self { signed_on: Some(today), starts_on: Some(today), ..Self::default() }
    }

    /// With a client whose latest touch is offered first (K2).
    async fn with_client(id: i64, cx: &mut Cx<'_>) -> Result<Self> {
        let client = contracts::client(&mut cx.crm, id).await?;
        let touch = TouchPick::latest(client.id, cx).await?;
        Ok(Self { fixed_client: true, client: ClientPick::of(&client), touch, ..Self::new(cx) })
    }

    /// The next one of an ending contract: the same service, title, amount and length, from the day after it.
    async fn renewing(id: i64, cx: &mut Cx<'_>) -> Result<Self> {
        let old = contracts::card(&mut cx.crm, id).await?;
        let starts_on = old.dates.ends_on.succ_opt().unwrap_or(old.dates.ends_on).max(cx.crm.today());
        Ok(Self {
            service: ServicePick::of(old.service.id, &old.service.title),
            title: Title::parse(&old.title).ok(),
            amount: Amount::from(old.amount),
            starts_on: Some(starts_on),
            ends_on: starts_on.checked_add_signed(old.dates.ends_on - old.dates.starts_on),
            ..Self::with_client(old.client.id, cx).await?
        })
    }

    pub(super) fn of(card: &crm::ContractCard) -> Self {
        Self {
            edited: Some((card.id, card.version)),
            fixed_client: true,
            client: ClientPick::of(&card.client),
            touch: TouchPick::of(card.touch, &card.ad, card.touch_day),
            service: ServicePick::of(card.service.id, &card.service.title),
            title: Title::parse(&card.title).ok(),
            amount: Amount::from(card.amount),
            signed_on: Some(card.signed_on),
            starts_on: Some(card.dates.starts_on),
            ends_on: Some(card.dates.ends_on),
            document: card.document.as_ref().map(|document| (document.id, document.name.clone())),
            note: Remark::parse(&card.note).ok(),
            ..Self::default()
        }
    }
}

impl Form for ContractForm {
    type Field = Field;
    const SHOWS_CLIENT: bool = true;
    const FIELDS: &'static [Field] = &[
        Field::Client,
        Field::Touch,
        Field::Service,
        Field::Title,
        Field::Amount,
        Field::SignedOn,
        Field::StartsOn,
        Field::EndsOn,
        Field::Document,
        Field::Note,
        Field::Reason,
    ];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        if nav.route.kind == ScreenId::ContractEdit {
            let card = contracts::card(&mut cx.crm, nav.id()?).await?;
            let correcting = !(card.status.is_live() && cx.crm.may(Permission::ContractEdit));
            return Ok(Opened::Here(Wizard::on_card(Self { correcting, ..Self::of(&card) })));
        }
        let renewed = nav.text.strip_prefix(RENEW).and_then(|id| id.parse().ok());
        Ok(Opened::Here(match (nav.route.id, renewed) {
            (None, Some(old)) => Wizard::on_card(Self::renewing(old, cx).await?),
            (Some(client), _) => Wizard::start(Self::with_client(client, cx).await?),
            (None, None) => {
                let client = ClientPick::searching(&nav.text);
                Wizard::start(Self { client, ..Self::new(cx) })
            }
        }))
    }

    fn wants(&self, field: Field) -> bool {
        match field {
            Field::Client => !self.fixed_client,
            // K11: what a contract came from is not edited.
            Field::Touch => self.edited.is_none(),
            Field::Note => self.edited.is_some(),
            Field::Reason => self.correcting,
            _ => true,
        }
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let (say, today) = (cx.say, cx.crm.today());
        let around = |day: Option<NaiveDate>| day.unwrap_or(today);
        Ok(match field {
            Field::Client => self.client.ask(cx).await?,
            Field::Touch => self.touch.ask(self.client.id.unwrap_or_default(), page, cx).await?,
            Field::Service => self.service.ask(say.contract_ask_service(), page, cx).await?,
            Field::Title => Ask::typed(say.contract_ask_title()),
            Field::Amount => Ask::typed(say.contract_ask_amount()).choices(self.amount.choices(cx), 2),
            Field::SignedOn => days::ask(say.contract_ask_signed(), around(self.signed_on), page, cx),
            Field::StartsOn => days::ask(say.contract_ask_starts(), around(self.starts_on), page, cx),
            Field::EndsOn => days::ask_end(say.contract_ask_ends(), around(self.starts_on), page, cx),
            Field::Document => Ask::typed(say.contract_ask_document()).optional(),
            Field::Note => Ask::typed(say.contract_ask_note()).optional(),
            Field::Reason => Ask::typed(say.contract_ask_reason()),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let say = cx.say;
        Ok(match (field, given) {
            (Field::Client, given) => {
                let before = self.client.id;
                let taken = self.client.take(given, cx).await?;
                if let (Taken::Next, Some(client)) = (&taken, self.client.id)
                    && before != Some(client)
                {
                    self.touch = TouchPick::latest(client, cx).await?;
                }
                taken
            }
            (Field::Touch, given) => self.touch.take(self.client.id.unwrap_or_default(), given, cx).await?,
            (Field::Service, given) => self.take_service(given, cx).await?,
            (Field::Amount, given) => self.amount.take(given, true, say.field_amount(), cx),
            (Field::SignedOn | Field::StartsOn | Field::EndsOn, given) => self.take_day(field, given, cx),
            (Field::Document, given) => self.take_document(given, cx).await?,
            (Field::Title, Given::Text(text)) => Self::take_text(Title::parse(&text), &mut self.title, field, say),
            (Field::Note, Given::Text(text)) => Self::take_text(Remark::parse(&text), &mut self.note, field, say),
            (Field::Note, Given::Skip) => Self::take_text(Remark::parse(""), &mut self.note, field, say),
            (Field::Reason, Given::Text(text)) => Self::take_text(Reason::parse(&text), &mut self.reason, field, say),
            _ => Taken::Wrong(say.typed_text_expected(Self::label(field, say))),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Client => say.field_client(),
            Field::Touch => say.field_touch(),
            Field::Service => say.field_service(),
            Field::Title => say.field_title(),
            Field::Amount => say.field_amount(),
            Field::SignedOn => say.field_signed_on(),
            Field::StartsOn => say.field_starts_on(),
            Field::EndsOn => say.field_ends_on(),
            Field::Document => say.field_document(),
            Field::Note => say.field_remark(),
            Field::Reason => say.field_reason(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        let day = |day: Option<NaiveDate>| day.map(|day| cx.say.day(day));
        let text: Html = match field {
            Field::Client => self.client.who.as_str().into(),
            Field::Touch => self.touch.value(cx)?,
            Field::Service => self.service.title.as_str().into(),
            Field::Title => self.title.as_ref()?.as_str().into(),
            Field::Amount => cx.say.money(self.amount.money()?, cx.crm.company.currency),
            Field::SignedOn => day(self.signed_on)?,
            Field::StartsOn => day(self.starts_on)?,
            Field::EndsOn => day(self.ends_on)?,
            Field::Document => self.document.as_ref()?.1.as_str().into(),
            Field::Note => self.note.as_ref()?.as_str().into(),
            Field::Reason => self.reason.as_ref()?.as_str().into(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        review::card(self, cx).await
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        review::confirm(self, cx).await
    }
}

/// What stands before the number of a contract that is to be renewed.
pub(super) const RENEW: &str = "renew ";
