//! A client's card, by right and state (A11).

use serde::{Deserialize, Serialize};

use super::face;
use crate::crm::{Fault, Heard};
use crate::domain::Permission;
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, place::PlaceKind, refusals};

/// Shows the phone.
const SHOW: u8 = 1;

/// The card of one client.
#[derive(Serialize, Deserialize)]
pub struct ClientCard {
    id: i64,
    /// Whether the phone was asked for: it stays open as long as the card does.
    shown: bool,
}

impl Flow for ClientCard {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let id = opening.place.id.unwrap_or_default();
        Ok(match cx.crm.client_card(id).await.heard()? {
            // After a merge the card is that of the client he lives on in (C10).
            Ok(card) => Step::Stay(Self { id: card.id, shown: false }),
            Err(refusal) => Step::Back(Some(refusals::sentence(&refusal, cx))),
        })
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match event {
            Event::Pressed(Press::Act(SHOW)) => match cx.crm.reveal_phone(self.id).await.heard()? {
                Ok(()) => {
                    self.shown = true;
                    Step::Stay(self)
                }
                Err(refusal) => Step::Warn(self, refusals::sentence(&refusal, cx)),
            },
            Event::Pressed(Press::Back) => Step::Back(None),
            Event::Pressed(_) | Event::Computed(_) => Step::Stay(self),
            Event::Typed(_) | Event::Shared(_) | Event::Sent(_) => Step::Unheard(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let say = cx.say;
        let card = match cx.crm.client_card(self.id).await.heard()? {
            Ok(card) => card,
            Err(refusal) => {
                return Ok(Screen::new(refusals::sentence(&refusal, cx)).button(&say.button_home(), Press::Home));
            }
        };
        let phone = match self.shown {
            true => Button::copy(&say.button_copy_phone(), card.phone.as_str().to_owned()),
            false => Button::press(&say.button_show_phone(), Press::Act(SHOW)),
        };
        let places = [
            (Permission::ContractAdd, say.button_contract_new(), PlaceKind::ContractNew),
            (Permission::TouchAdd, say.button_touch_add(), PlaceKind::TouchNew),
            (Permission::NoteAdd, say.button_note_add(), PlaceKind::NoteNew),
            (Permission::ClientEdit, say.button_edit(), PlaceKind::ClientForm),
        ];
        let offered = places
            .into_iter()
            .filter(|(right, ..)| cx.crm.may(*right))
            .map(|(_, label, kind)| Button::open(&label, Place::of(kind, self.id)));
        // Who sees contracts whole opens them from here.
        let contracts = card.contracts.iter().filter_map(|contract| {
            let label = say.button_contract(contract.id, contract.title.as_deref()?);
            Some(Button::open(&label, Place::of(PlaceKind::ContractCard, contract.id)))
        });
        let screen = Screen::new(face::text(&card, self.shown, cx))
            .grid([phone].into_iter().chain(offered), 2)
            .grid(contracts, 1);
        Ok(screen.row([Button::press(&say.button_back(), Press::Back), Button::press(&say.button_home(), Press::Home)]))
    }
}
