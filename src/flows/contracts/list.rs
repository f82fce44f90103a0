//! `/contracts`: live, ending, ended; a typed text searches title, client and number.

use serde::{Deserialize, Serialize};

use crate::crm::{ContractFilter, ContractKey, ContractRow, Page, Result, contracts};
use crate::domain::{Permission, Tally, text::clean_line};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{
    Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, labels, route::ScreenId,
};
use crate::text::{Html, Say};

const FILTERS: [(u8, ContractFilter); 3] =
    [(1, ContractFilter::Live), (2, ContractFilter::Ending), (3, ContractFilter::Ended)];

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Contracts {
    filter: ContractFilter,
    search: String,
    pager: Pager<ContractKey>,
}

impl Contracts {
    async fn page(&self, cx: &mut Cx<'_>) -> Result<Page<ContractRow, ContractKey>> {
        contracts::list(&mut cx.crm, self.filter, &self.search, self.pager.after().copied(), ROWS).await
    }

    fn title(&self, total: Tally, say: Say) -> Html {
        let title = match self.filter {
            ContractFilter::Live => say.contracts_live(total),
            ContractFilter::Ending => say.contracts_ending(total),
            ContractFilter::Ended => say.contracts_ended(total),
        };
        match self.search.is_empty() {
            true => title.line(say.contracts_hint()),
            false => title.line(say.contracts_search(self.search.as_str())),
        }
    }
}

impl Flow for Contracts {
    const SEARCH: bool = true;

    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { search: clean_line(&nav.text), ..Self::default() }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Typed(text) => {
                *self = Self { filter: self.filter, search: clean_line(&text), ..Self::default() };
            }
            Event::Pressed(ButtonAction::Act(act)) => {
                if let Some(&(_, filter)) = FILTERS.iter().find(|(code, _)| *code == act) {
                    (self.filter, self.pager) = (filter, Pager::default());
                }
            }
            Event::Pressed(ButtonAction::Page(to)) => {
                let last = self.page(cx).await?.last;
                self.pager.turn(to, last);
            }
            Event::Pressed(ButtonAction::Back) if !self.search.is_empty() => {
                *self = Self { filter: self.filter, ..Self::default() };
            }
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            Event::Shared(_) | Event::Sent(_) => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let page = self.page(cx).await?;
        let filters = FILTERS.iter().map(|(code, filter)| {
            let label = match filter {
                ContractFilter::Live => say.button_contracts_live(),
                ContractFilter::Ending => say.button_contracts_ending(),
                ContractFilter::Ended => say.button_contracts_ended(),
            };
            let label = if *filter == self.filter { say.mark_chosen(label) } else { label };
            Button::press(&label, ButtonAction::Act(*code))
        });
        let rows = page.rows.iter().map(|row| {
            let label = say.contract_row(
                labels::contract_sign(row.status),
                row.who.as_str(),
                row.title.as_str(),
                say.day(row.ends_on),
            );
            Button::open(&label, Route::of(ScreenId::ContractCard, row.id))
        });
        let mut screen =
            Screen::new(self.title(page.total, say)).row(filters).grid(rows, 1).row(self.pager.arrows(&page, say));
        if cx.crm.may(Permission::ContractAdd) {
            screen = screen.row([Button::open(&say.button_contract_new(), Route::at(ScreenId::ContractNew))]);
        }
        Ok(screen.leave(say))
    }
}
