//! `/clients`: how many are in each state, and who (X17).

use serde::{Deserialize, Serialize};

use crate::crm::{Result, clients};
use crate::domain::ClientState;
use crate::flows::kit::{Pager, pager::ROWS};
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, labels};

/// The counts, or the list of one state.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Clients {
    state: Option<ClientState>,
    pager: Pager<i64>,
}

impl Flow for Clients {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::default()))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match (event, self.state) {
            (Event::Pressed(ButtonAction::Pick(number)), None) => {
                self.state = usize::try_from(number).ok().and_then(|number| ClientState::ALL.get(number)).copied();
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Page(to)), Some(state)) => {
                let page = clients::in_state(&mut cx.crm, state, self.pager.after().copied(), ROWS).await?;
                self.pager.turn(to, page.rows.last().map(|client| client.id));
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Back), Some(_)) => {
                *self = Self::default();
                Step::Stay
            }
            (Event::Pressed(ButtonAction::Back), None) => Step::Back(None),
            (Event::Pressed(_) | Event::Computed(_), _) => Step::Stay,
            _ => Step::NotHandled,
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let screen = match self.state {
            None => self.counts(cx).await?,
            Some(state) => self.list(state, cx).await?,
        };
        let say = cx.say;
        Ok(screen.leave(say))
    }
}

impl Clients {
    async fn counts(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let counts = clients::state_counts(&mut cx.crm).await?;
        let text = say.clients_title(counts.total()).paragraph(say.clients_hint());
        let buttons = ClientState::ALL.into_iter().zip(0..).map(|(state, number)| {
            let label = say.clients_count(labels::state(state, say), counts.of(state));
            Button::press(&label, ButtonAction::Pick(number))
        });
        Ok(Screen::new(text).grid(buttons, 1))
    }

    async fn list(&self, state: ClientState, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let page = clients::in_state(&mut cx.crm, state, self.pager.after().copied(), ROWS).await?;
        let title = say.clients_count(labels::state(state, say), page.total).bold();
        let text = if page.rows.is_empty() { title.paragraph(say.clients_none()) } else { title };
        let rows = page.rows.iter().map(|client| super::row(client, say));
        Ok(Screen::new(text).grid(rows, 1).row(self.pager.arrows(&page, say)))
    }
}
