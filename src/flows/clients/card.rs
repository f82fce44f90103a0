//! A client's card, by right and state (A11).

use serde::{Deserialize, Serialize};

use super::card_text;
use crate::crm::{self, Entity, Result, clients, follow_ups};
use crate::domain::{ClientState, Permission};
use crate::flows::kit::undo;
use crate::flows::{
    About, Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, UseCase, route::ScreenId,
};
use crate::text::Html;

const SHOW: u8 = 1;
/// The client is not lost after all.
const BRING_BACK: u8 = 2;
/// The next step is done.
const STEP_DONE: u8 = 3;

/// The card of one client.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClientCard {
    id: i64,
    /// Whether the phone was asked for: it stays open as long as the card does.
    shown: bool,
}

impl Flow for ClientCard {
    fn about(&self) -> Option<About> {
        Some(About::card(self.id))
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { id: clients::current(&mut cx.crm, nav.id()?).await?, shown: false }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Act(SHOW)) => {
                clients::reveal_phone(&mut cx.crm, self.id).await?;
                self.shown = true;
                Step::Stay
            }
            Event::Pressed(ButtonAction::Act(BRING_BACK)) => {
                clients::bring_back(&mut cx.crm, self.id).await?;
                Step::Notify(cx.say.lost_back())
            }
            Event::Pressed(ButtonAction::Act(STEP_DONE)) => {
                follow_ups::finish(&mut cx.crm, self.id).await?;
                Step::Notify(cx.say.follow_up_done())
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = clients::card(&mut cx.crm, self.id).await?;
        let screen = Screen::new(card_text::text(&card, self.shown, cx)).row(handover_buttons(&card, cx));
        let screen = screen.grid(self.buttons(&card, cx), 2);
        let contracts = card.contracts.iter().filter_map(|contract| {
            let title = contract.title.as_deref()?;
            Some(Button::open(&say.button_contract(contract.id, title), Route::of(ScreenId::ContractCard, contract.id)))
        });
        let screen = screen.grid(contracts, 2);
        let files = card.notes.iter().filter_map(|note| {
            let label = say.card_note_file(note.file.as_deref()?);
            Some(Button::runs(&label, UseCase::SendNoteFile, note.id))
        });
        let screen = screen.grid(files, 2);
        let screen = screen.row(undo::buttons(Entity::Client, self.id, cx).await?);
        Ok(screen.leave(say))
    }
}

impl ClientCard {
    /// Whether the actor may hand the client over now.
    fn gives(&self, card: &crm::ClientCard, cx: &Cx<'_>) -> bool {
        let Some((responsible, _)) = &card.responsible else { return false };
        let own = cx.crm.actor.staff().is_some_and(|staff| staff.id == *responsible);
        card.handover.is_none() && (cx.crm.may(Permission::StaffManage) || own && cx.crm.may(Permission::ClientTake))
    }

    /// What may be done with the client, by right and state.
    fn buttons(&self, card: &crm::ClientCard, cx: &Cx<'_>) -> Vec<Button> {
        let say = cx.say;
        let may = |right| cx.crm.may(right);
        let lost = card.lost.is_some() && card.state == ClientState::Inactive;
        let open = |label: Html, kind| Button::open(&label, Route::of(kind, self.id));
        let act = |label: Html, act| Button::press(&label, ButtonAction::Act(act));
        let mends = may(Permission::TouchVoidOwn) || may(Permission::TouchVoidAny);
        let waits = card.state == ClientState::Potential && card.responsible.is_none();
        let consents = card.consent.as_ref().is_some_and(|consent| consent.withdrawn_at.is_none());
        let phone = match self.shown {
            true => Button::copy(&say.button_copy_phone(), card.phone.as_str().to_owned()),
            false => act(say.button_show_phone(), SHOW),
        };
        let offered = [
            (waits && may(Permission::ClientTake), Button::runs(&say.button_take(), UseCase::Take, self.id)),
            (self.gives(card, cx), open(say.button_client_hand_over(), ScreenId::ClientHandOver)),
            (may(Permission::ContractAdd), open(say.button_contract_add(), ScreenId::ContractNew)),
            (may(Permission::TouchAdd), open(say.button_touch_add(), ScreenId::TouchNew)),
            (may(Permission::NoteAdd), open(say.button_note_add(), ScreenId::NoteNew)),
            (may(Permission::NoteAdd), open(say.button_call(), ScreenId::Call)),
            (may(Permission::FollowUpAdd), open(say.button_follow_up(), ScreenId::FollowUp)),
            (may(Permission::FollowUpAdd) && card.follow_up.is_some(), act(say.button_step_done(), STEP_DONE)),
            (true, open(say.button_timeline(), ScreenId::Timeline)),
            (may(Permission::ClientEdit), open(say.button_edit(), ScreenId::ClientForm)),
            (
                may(Permission::ClientEdit),
                open(if consents { say.button_consent_given() } else { say.button_consent_none() }, ScreenId::Consent),
            ),
            (may(Permission::AuditAll), open(say.button_looks(), ScreenId::Audit)),
            (may(Permission::ClientPhone) || card.own_phone, open(say.button_phone_correct(), ScreenId::PhoneCorrect)),
            (may(Permission::ClientMerge), open(say.button_merge(), ScreenId::MergeClients)),
            (mends && !card.touches.is_empty(), open(say.button_mend(), ScreenId::TouchList)),
            (lost && may(Permission::ClientLose), act(say.button_bring_back(), BRING_BACK)),
            (
                !lost && card.state != ClientState::Active && may(Permission::ClientLose),
                open(say.button_lost(), ScreenId::Lost),
            ),
        ];
        let offered = offered.into_iter().filter(|(shown, _)| *shown).map(|(_, button)| button);
        [phone].into_iter().chain(offered).collect()
    }
}

/// The buttons of a hand-over that waits: the one who is asked answers, the giver may take it back.
fn handover_buttons(card: &crm::ClientCard, cx: &Cx<'_>) -> Vec<Button> {
    let Some(waiting) = &card.handover else { return Vec::new() };
    let me = cx.crm.actor.staff().map(|staff| staff.id);
    let open = |label: Html, kind| Button::open(&label, Route::of(kind, waiting.id));
    let say = cx.say;
    let asked = me == Some(waiting.to.0) && cx.crm.may(Permission::ClientTake);
    let gives = me == Some(waiting.from.0) || cx.crm.may(Permission::StaffManage);
    let offered = [
        (asked, Button::runs(&say.button_accept(), UseCase::AcceptHandover, waiting.id)),
        (asked, open(say.button_decline(), ScreenId::HandoverDecline)),
        (gives, Button::runs(&say.button_withdraw(), UseCase::WithdrawHandover, waiting.id)),
    ];
    offered.into_iter().filter(|(shown, _)| *shown).map(|(_, button)| button).collect()
}
