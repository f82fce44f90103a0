//! `/clients`: how many are in each state, and who (X17).

use serde::{Deserialize, Serialize};

use crate::crm::{Result, SplitRefusal, clients};
use crate::domain::ClientState;
use crate::error::SystemError;
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Screen, labels, refusals};

/// The counts, or the list of one state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Clients {
    state: Option<ClientState>,
    pager: Pager<i64>,
}

impl OldFlow for Clients {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self::default()))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match (event, self.state) {
            (Event::Pressed(ButtonAction::Pick(number)), None) => {
                self.state = usize::try_from(number).ok().and_then(|number| ClientState::ALL.get(number)).copied();
                OldStep::Stay(self)
            }
            (Event::Pressed(ButtonAction::Page(to)), Some(state)) => {
                let page =
                    clients::in_state(&mut cx.crm, state, self.pager.after().copied(), ROWS).await.split_refusal()?;
                self.pager.turn(to, page.ok().and_then(|page| page.rows.last().map(|client| client.id)));
                OldStep::Stay(self)
            }
            (Event::Pressed(ButtonAction::Back), Some(_)) => OldStep::Stay(Self::default()),
            (Event::Pressed(ButtonAction::Back), None) => OldStep::Back(None),
            (Event::Pressed(_) | Event::Computed(_), _) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let screen = match self.state {
            None => self.counts(cx).await?,
            Some(state) => self.list(state, cx).await?,
        };
        let say = cx.say;
        Ok(screen.row([
            Button::press(&say.button_back(), ButtonAction::Back),
            Button::press(&say.button_home(), ButtonAction::Home),
        ]))
    }
}

impl Clients {
    async fn counts(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let counts = match clients::state_counts(&mut cx.crm).await.split_refusal()? {
            Ok(counts) => counts,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx))),
        };
        let text = say.clients_title(counts.total()).paragraph(say.clients_hint());
        let buttons = ClientState::ALL.into_iter().zip(0..).map(|(state, number)| {
            let label = say.clients_count(labels::state(state, say), counts.of(state));
            Button::press(&label, ButtonAction::Pick(number))
        });
        Ok(Screen::new(text).grid(buttons, 1))
    }

    async fn list(&self, state: ClientState, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let say = cx.say;
        let page =
            match clients::in_state(&mut cx.crm, state, self.pager.after().copied(), ROWS).await.split_refusal()? {
                Ok(page) => page,
                Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx))),
            };
        let title = say.clients_count(labels::state(state, say), page.total).bold();
        let text = if page.rows.is_empty() { title.paragraph(say.clients_none()) } else { title };
        let rows = page.rows.iter().map(|client| super::row(client, say));
        Ok(Screen::new(text).grid(rows, 1).row(self.pager.arrows(page.total, say)))
    }
}
