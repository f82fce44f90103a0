//! `/contracts`: live, ending, ended; a typed text searches title, client and number.

use serde::{Deserialize, Serialize};

use crate::crm::{ContractFilter, ContractKey, ContractList, Deed, Fault, Heard};
use crate::domain::{Permission, text::clean_line};
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, labels, place::PlaceKind, refusals};
use crate::text::{Html, Say};

const FILTERS: [(u8, ContractFilter); 3] =
    [(1, ContractFilter::Live), (2, ContractFilter::Ending), (3, ContractFilter::Ended)];

#[derive(Default, Serialize, Deserialize)]
pub struct Contracts {
    filter: ContractFilter,
    search: String,
    pager: Pager<ContractKey>,
}

impl Contracts {
    async fn page(&self, cx: &mut Cx<'_>) -> Deed<ContractList> {
        cx.crm.contracts(self.filter, &self.search, self.pager.after().copied(), ROWS).await
    }

    fn title(&self, total: i64, say: Say) -> Html {
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

    async fn open(opening: &Opening, _: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(Step::Stay(Self { search: clean_line(&opening.text), ..Self::default() }))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Typed(text) => {
                Step::Stay(Self { filter: self.filter, search: clean_line(&text), ..Self::default() })
            }
            Event::Pressed(Press::Act(act)) => match FILTERS.iter().find(|(code, _)| *code == act) {
                Some((_, filter)) => Step::Stay(Self { filter: *filter, search: self.search, ..Self::default() }),
                None => Step::Stay(self),
            },
            Event::Pressed(Press::Page(to)) => {
                let last = self.page(cx).await.heard()?.ok().and_then(|page| page.last);
                self.pager.turn(to, last);
                Step::Stay(self)
            }
            Event::Pressed(Press::Back) if !self.search.is_empty() => {
                Step::Stay(Self { filter: self.filter, ..Self::default() })
            }
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            Event::Shared(_) | Event::Sent(_) => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let page = match self.page(cx).await.heard()? {
            Ok(page) => page,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx))),
        };
        let filters = FILTERS.iter().map(|(code, filter)| {
            let label = match filter {
                ContractFilter::Live => say.button_contracts_live(),
                ContractFilter::Ending => say.button_contracts_ending(),
                ContractFilter::Ended => say.button_contracts_ended(),
            };
            let label = if *filter == self.filter { say.mark_chosen(label) } else { label };
            Button::press(&label, Press::Act(*code))
        });
        let rows = page.rows.iter().map(|row| {
            let label = say.contract_row(
                labels::contract_sign(row.status),
                row.who.as_str(),
                row.title.as_str(),
                say.day(row.ends_on),
            );
            Button::open(&label, Place::of(PlaceKind::ContractCard, row.id))
        });
        let mut screen =
            Screen::new(self.title(page.total, say)).row(filters).grid(rows, 1).row(self.pager.arrows(page.total, say));
        if cx.crm.may(Permission::ContractAdd) {
            screen = screen.row([Button::open(&say.button_contract_new(), Place::at(PlaceKind::ContractNew))]);
        }
        Ok(screen.row([Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)]))
    }
}
