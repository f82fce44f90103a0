//! A company at work, by the business's own use cases: services, ads, leads, contracts.

use chrono::NaiveDate;
use crmbot::crm::{
    AdDraft, ContractDraft, LeadDraft, Refusal, ServiceDraft, SplitRefusal, Stats, ads, clients, contracts, services,
    stats,
};
use crmbot::domain::stats::{AdFigures, Model};
use crmbot::domain::{
    AdTitle, Channel, ClientState, Currency, Description, Money, Period, PersonName, Phone, PhoneRegion, PositiveMoney,
    Title,
};

use super::app::{TestApp, TestUser};

/// A day such as `2026-03-12`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An amount as people type it.
pub fn money(text: &str) -> Money {
    Money::parse(text, Currency::RUB).unwrap()
}

pub fn service_draft(title: &str, price: &str) -> ServiceDraft {
    ServiceDraft {
        title: Title::parse(title).unwrap(),
        description: Description::parse("").unwrap(),
        price: money(price),
    }
}

pub fn ad_draft(title: &str, service: i64, budget: &str) -> AdDraft {
    AdDraft {
        title: AdTitle::parse(title).unwrap(),
        service: Some(service),
        channel: Channel::Yandex,
        budget: money(budget),
        description: Description::parse("").unwrap(),
        aliases: Vec::new(),
    }
}

/// A contract's draft, signed and begun on one day, without a file.
pub fn contract_draft(client: i64, touch: i64, service: i64, amount: &str, from: &str, to: &str) -> ContractDraft {
    ContractDraft {
        client,
        touch,
        service,
        title: Title::parse("SEO").unwrap(),
        amount: PositiveMoney::parse(amount, Currency::RUB).unwrap(),
        signed_on: day(from),
        starts_on: day(from),
        ends_on: day(to),
        document: None,
    }
}

impl TestApp {
    /// A marketer makes a service.
    pub async fn sells(&self, who: TestUser<'_>, title: &str, price: &str) -> i64 {
        let draft = service_draft(title, price);
        self.act(who, async |crm| services::create(crm, &draft).await.unwrap()).await
    }

    /// A marketer makes an ad.
    pub async fn advertises(&self, who: TestUser<'_>, title: &str, service: i64, budget: &str) -> i64 {
        let draft = ad_draft(title, service, budget);
        self.act(who, async |crm| ads::create(crm, &draft).await.unwrap()).await
    }

    /// An operator logs a lead, or the return of a client whose phone is known.
    pub async fn meets(&self, who: TestUser<'_>, phone: &str, name: &str, ad: i64) -> i64 {
        let draft = LeadDraft {
            phone: Phone::parse(phone, PhoneRegion::RU).unwrap(),
            phone_raw: phone.to_owned(),
            name: PersonName::split(name).unwrap(),
            email: None,
            ad,
            notes: Vec::new(),
        };
        self.act(who, async |crm| clients::register(crm, &draft).await.unwrap().client).await
    }

    /// A manager makes and confirms a contract.
    pub async fn signs(&self, who: TestUser<'_>, draft: &ContractDraft) -> Result<i64, Refusal> {
        self.act(who, async |crm| contracts::create(crm, draft).await.split_refusal().unwrap()).await
    }

    /// The latest touch of a client that can carry a contract.
    pub async fn touch_of(&self, who: TestUser<'_>, client: i64) -> i64 {
        self.act(who, async |crm| contracts::touches(crm, client).await.unwrap()[0].id).await
    }

    /// The client's state now.
    pub async fn state_of(&self, who: TestUser<'_>, client: i64) -> ClientState {
        self.act(who, async |crm| clients::card(crm, client).await.unwrap().state).await
    }

    /// What the product's statistics say of all ads, under the direct model.
    pub async fn stats_of(&self, who: TestUser<'_>, period: Period) -> Stats {
        self.act(who, async |crm| stats::by_ad(crm, period, Model::Direct).await.unwrap()).await
    }

    /// What the product's statistics say of one ad, under the direct model.
    pub async fn figures_of(&self, who: TestUser<'_>, ad: i64, period: Period) -> AdFigures {
        let stats = self.stats_of(who, period).await;
        stats.ads.iter().find(|row| row.ad == ad).unwrap().figures
    }
}
