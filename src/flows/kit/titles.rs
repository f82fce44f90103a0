//! A searchable list of titles in pages: the common part of services and ads.

use std::future::Future;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::Pager;
use crate::crm::{Page, Result, SumChange, TitleKey};
use crate::domain::{Permission, Tally, local_day, text::clean_line};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, route::ScreenId};
use crate::text::{Html, Say};

/// What such a list is of.
pub trait Titles: Clone + Send + Sync {
    /// A row as the business gives it.
    type Row: Send + Sync;

    /// Where a row leads.
    const CARD: ScreenId;
    /// Where a new one is made, and the permission for it.
    const NEW: (ScreenId, Permission);

    /// A page of those whose title holds `search`.
    fn page(
        search: &str,
        after: Option<&TitleKey>,
        cx: &mut Cx<'_>,
    ) -> impl Future<Output = Result<Page<Self::Row, TitleKey>>> + Send;

    /// What stands above the rows; `search` is empty where nothing is searched for.
    fn heading(search: &str, total: Tally, say: Say) -> Html;

    /// A row's id, and its label.
    fn row(row: &Self::Row, cx: &Cx<'_>) -> (i64, Html);

    /// What the button that makes a new one says.
    fn button_new(say: Say) -> Html;
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TitleList<T: Titles> {
    search: String,
    pager: Pager<TitleKey>,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T: Titles> TitleList<T> {
    fn searching(text: &str) -> Self {
        Self { search: clean_line(text), pager: Pager::default(), of: PhantomData }
    }

    async fn page(&self, cx: &mut Cx<'_>) -> Result<Page<T::Row, TitleKey>> {
        T::page(&self.search, self.pager.after(), cx).await
    }
}

impl<T: Titles> Flow for TitleList<T> {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::searching(&nav.text)))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Typed(text) => {
                *self = Self::searching(&text);
                Step::Stay
            }
            Event::Pressed(ButtonAction::Page(to)) => {
                let last = self.page(cx).await?.last;
                self.pager.turn(to, last);
                Step::Stay
            }
            Event::Pressed(ButtonAction::Back) if !self.search.is_empty() => {
                *self = Self::searching("");
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let page = self.page(cx).await?;
        let say = cx.say;
        let rows = page.rows.iter().map(|row| {
            let (id, label) = T::row(row, cx);
            Button::open(&label, Route::of(T::CARD, id))
        });
        let (form, right) = T::NEW;
        let new = cx.crm.may(right).then(|| Button::open(&T::button_new(say), Route::at(form)));
        Ok(Screen::new(T::heading(&self.search, page.total, say))
            .grid(rows, 1)
            .row(self.pager.arrows(&page, say))
            .row(new)
            .leave(say))
    }
}

/// The changes of a price or a budget, one a line.
pub fn sums(changes: &[SumChange], cx: &Cx<'_>) -> Html {
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let lines = changes.iter().map(|change| {
        let sum = cx.say.money(change.sum, cx.crm.company.currency);
        cx.say.sum_change(cx.say.day(local_day(change.at, zone)), sum, change.by.as_str())
    });
    Html::join(lines, "\n")
}
