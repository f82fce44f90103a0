//! A colleague's card: groups on and off, a new invite, block and unblock, the end of the link and of the password (A6, A8, A15, G2).

use serde::{Deserialize, Serialize};

use crate::crm::{
    self, Colleague, Entity, GroupRow, Issued, Refusal, Result, SplitRefusal, StaffId, passwords, people, rights,
};
use crate::domain::Permission;
use crate::error::SystemError;
use crate::flows::kit::{groups, invites, question, undo};
use crate::flows::registry::ScreenId;
use crate::flows::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals};
use crate::text::Html;

/// Makes a new invite.
const INVITE: u8 = 1;
/// Asks whether to block.
const BLOCK: u8 = 2;
/// Asks whether to give access back.
const UNBLOCK: u8 = 3;
/// Asks whether to remove the password.
const PASSWORD: u8 = 4;

/// What the screen asks before it is done.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Asking {
    Block,
    Unblock,
    Invite,
    Password,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct StaffCard {
    staff: StaffId,
    #[serde(default)]
    asking: Option<Asking>,
    #[serde(skip)]
    fresh: Vec<Issued>,
}

impl StaffCard {
    fn plain(staff: StaffId) -> Self {
        Self { staff, asking: None, fresh: Vec::new() }
    }

    /// The card of a user whose invite has just been made.
    pub(super) fn invited(issued: Issued) -> Self {
        Self { staff: issued.staff, asking: None, fresh: vec![issued] }
    }

    fn ask(&self, what: Asking) -> Self {
        Self { asking: Some(what), ..Self::plain(self.staff) }
    }

    /// What was asked about and answered with Yes.
    async fn confirmed(self, what: Asking, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let (done, words) = match what {
            Asking::Invite => return self.invite(cx).await,
            Asking::Block => (rights::set_active(&mut cx.crm, self.staff, false).await, cx.say.staff_block_done()),
            Asking::Unblock => (rights::set_active(&mut cx.crm, self.staff, true).await, cx.say.staff_unblock_done()),
            Asking::Password => (passwords::remove(&mut cx.crm, self.staff).await, cx.say.staff_password_removed()),
        };
        self.after(done.split_refusal()?, words, cx).await
    }

    /// A new invite; where it ends a password, it is asked about first.
    async fn invite(self, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let card = Self::plain(self.staff);
        Ok(match crm::invites::new_invite(&mut cx.crm, self.staff).await.split_refusal()? {
            Ok(issued) => OldStep::Stay(Self { fresh: vec![issued], ..card }),
            Err(refusal) => OldStep::Reject(card, refusals::sentence(&refusal, cx)),
        })
    }

    /// The card after a use case: with a word when it changed something, with the reason when it was refused. Whoever has taken
    /// his own right to be here is out.
    async fn after(
        self,
        done: Result<bool, Refusal>,
        words: Html,
        cx: &mut Cx<'_>,
    ) -> Result<OldStep<Self>, SystemError> {
        let card = Self::plain(self.staff);
        let changed = match done {
            Ok(changed) => changed,
            Err(refusal) => return Ok(OldStep::Reject(card, refusals::sentence(&refusal, cx))),
        };
        if cx.crm.identity_changed() {
            cx.enter().await?;
        }
        Ok(match (cx.crm.may(Permission::StaffManage), changed) {
            (false, _) => OldStep::Home(Some(words)),
            (true, true) => OldStep::Notify(card, words),
            (true, false) => OldStep::Stay(card),
        })
    }

    /// A tap on a group carries what it is to become, so that it means the same whatever others have done meanwhile.
    async fn switch_group(self, pick: i64, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let (group, member) = (pick.saturating_abs(), pick > 0);
        let known = match people::groups(&mut cx.crm).await.split_refusal()? {
            Ok(known) => known,
            Err(refusal) => return Ok(OldStep::Reject(self, refusals::sentence(&refusal, cx))),
        };
        let name =
            known.iter().find(|row| row.id == group).map_or_else(Html::default, |row| groups::name(&row.name, cx.say));
        let done = rights::set_group(&mut cx.crm, self.staff, group, member).await.split_refusal()?;
        let words = if member { cx.say.staff_joined(name) } else { cx.say.staff_left_group(name) };
        self.after(done, words, cx).await
    }
}

impl OldFlow for StaffCard {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match nav.route.id {
            Some(id) => OldStep::Stay(Self::plain(StaffId(id))),
            None => OldStep::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        match event {
            Event::Pressed(ButtonAction::Pick(pick)) => self.switch_group(pick, cx).await,
            Event::Pressed(ButtonAction::Act(INVITE)) => {
                match people::colleague(&mut cx.crm, self.staff).await.split_refusal()? {
                    Ok(Colleague { has_password: true, .. }) => Ok(OldStep::Stay(self.ask(Asking::Invite))),
                    _ => self.invite(cx).await,
                }
            }
            Event::Pressed(ButtonAction::Act(BLOCK)) => Ok(OldStep::Stay(self.ask(Asking::Block))),
            Event::Pressed(ButtonAction::Act(UNBLOCK)) => Ok(OldStep::Stay(self.ask(Asking::Unblock))),
            Event::Pressed(ButtonAction::Act(PASSWORD)) => Ok(OldStep::Stay(self.ask(Asking::Password))),
            Event::Pressed(ButtonAction::Yes) => match self.asking {
                Some(what) => self.confirmed(what, cx).await,
                None => Ok(OldStep::Stay(self)),
            },
            Event::Pressed(ButtonAction::No) => Ok(OldStep::Stay(Self::plain(self.staff))),
            Event::Pressed(ButtonAction::Back) => Ok(OldStep::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => Ok(OldStep::Stay(self)),
            _ => Ok(OldStep::NotHandled(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        let (person, known) = match self.read(cx).await.split_refusal()? {
            Ok(read) => read,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(cx.say)),
        };
        let say = cx.say;
        if let Some(what) = self.asking {
            let (name, username) = (person.full_name, person.username);
            let question = match what {
                Asking::Block => say.staff_block_confirm(name, username),
                Asking::Unblock => say.staff_unblock_confirm(name, username),
                Asking::Invite => say.staff_invite_confirm(name, username),
                Asking::Password => say.staff_password_confirm(name, username),
            };
            return Ok(question::yes_no(question, say));
        }
        let text = say
            .staff_card(
                person.full_name.as_str(),
                person.username.as_str(),
                super::group_names(&person, &known, cx),
                super::standing(&person, cx),
                i64::from(person.has_password),
            )
            .paragraph(invites::paragraph(&self.fresh, cx));
        let himself = cx.crm.actor.staff().is_some_and(|staff| staff.id == person.id);
        let switches = known.iter().map(|group| {
            let name = groups::name(&group.name, say);
            match person.groups.contains(&group.id) {
                true => Button::press(&say.button_group_on(name), ButtonAction::Pick(-group.id)),
                false => Button::press(&say.button_group_off(name), ButtonAction::Pick(group.id)),
            }
        });
        let mut ways = Vec::new();
        if person.active && !himself {
            ways.push(Button::press(&say.button_new_invite(), ButtonAction::Act(INVITE)));
        }
        if person.linked && !himself {
            ways.push(Button::open(&say.button_reset_link(), Route::of(ScreenId::RevokeLink, person.id.0)));
        }
        let password =
            person.has_password.then(|| Button::press(&say.button_remove_password(), ButtonAction::Act(PASSWORD)));
        let block = match person.active {
            true => Button::press(&say.button_block(), ButtonAction::Act(BLOCK)),
            false => Button::press(&say.button_unblock(), ButtonAction::Act(UNBLOCK)),
        };
        let screen = invites::copies(Screen::new(text), &self.fresh, cx);
        let hand_over = Button::open(&say.button_hand_over(), Route::of(ScreenId::HandOver, person.id.0));
        Ok(screen
            .grid(switches, 2)
            .row(ways)
            .row(password)
            .row([block, hand_over])
            .row(undo::button(Entity::Staff, self.staff.0, cx).await?)
            .leave(say))
    }
}

impl StaffCard {
    async fn read(&self, cx: &mut Cx<'_>) -> Result<(Colleague, Vec<GroupRow>)> {
        Ok((people::colleague(&mut cx.crm, self.staff).await?, people::groups(&mut cx.crm).await?))
    }
}
