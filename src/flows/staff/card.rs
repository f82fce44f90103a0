//! A user's card: groups, invite, block and unblock, link and password (A6, A8, A15, G2).

use serde::{Deserialize, Serialize};

use crate::crm::{self, Colleague, Entity, Error, GroupRow, Issued, Result, StaffId, passwords, people, rights};
use crate::domain::Permission;
use crate::flows::kit::{groups, invites, question, undo};
use crate::flows::registry::ScreenId;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, refusals};
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

    /// What was asked about and answered with Yes.
    async fn confirmed(&mut self, what: Asking, cx: &mut Cx<'_>) -> Result<Step> {
        let (changed, words) = match what {
            Asking::Invite => return self.invite(cx).await,
            Asking::Block => (rights::set_active(&mut cx.crm, self.staff, false).await?, cx.say.staff_block_done()),
            Asking::Unblock => (rights::set_active(&mut cx.crm, self.staff, true).await?, cx.say.staff_unblock_done()),
            Asking::Password => (passwords::remove(&mut cx.crm, self.staff).await?, cx.say.staff_password_removed()),
        };
        after(changed, words, cx).await
    }

    /// A new invite; where it ends a password, it is asked about first.
    async fn invite(&mut self, cx: &mut Cx<'_>) -> Result<Step> {
        self.fresh = vec![crm::invites::new_invite(&mut cx.crm, self.staff).await?];
        Ok(Step::Stay)
    }

    /// A tap on a group carries what it is to become, so that it means the same whatever others have done meanwhile.
    async fn switch_group(&self, pick: i64, cx: &mut Cx<'_>) -> Result<Step> {
        let (group, member) = (pick.saturating_abs(), pick > 0);
        let known = people::groups(&mut cx.crm).await?;
        let name =
            known.iter().find(|row| row.id == group).map_or_else(Html::default, |row| groups::name(&row.name, cx.say));
        let changed = rights::set_group(&mut cx.crm, self.staff, group, member).await?;
        let words = if member { cx.say.staff_joined(name) } else { cx.say.staff_left_group(name) };
        after(changed, words, cx).await
    }

    async fn read(&self, cx: &mut Cx<'_>) -> Result<(Colleague, Vec<GroupRow>)> {
        Ok((people::colleague(&mut cx.crm, self.staff).await?, people::groups(&mut cx.crm).await?))
    }
}

/// The card after a use case: with a word when it changed something. Users who have taken their own right to be here
/// are sent to the menu.
async fn after(changed: bool, words: Html, cx: &mut Cx<'_>) -> Result<Step> {
    if cx.crm.identity_changed() {
        cx.enter().await?;
    }
    Ok(match (cx.crm.may(Permission::StaffManage), changed) {
        (false, _) => Step::Home(Some(words)),
        (true, true) => Step::Notify(words),
        (true, false) => Step::Stay,
    })
}

impl Flow for StaffCard {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::plain(StaffId(nav.id()?))))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match event {
            Event::Pressed(ButtonAction::Pick(pick)) => return self.switch_group(pick, cx).await,
            Event::Pressed(ButtonAction::Act(INVITE)) => {
                if !people::colleague(&mut cx.crm, self.staff).await?.has_password {
                    return self.invite(cx).await;
                }
                self.asking = Some(Asking::Invite);
            }
            Event::Pressed(ButtonAction::Act(BLOCK)) => self.asking = Some(Asking::Block),
            Event::Pressed(ButtonAction::Act(UNBLOCK)) => self.asking = Some(Asking::Unblock),
            Event::Pressed(ButtonAction::Act(PASSWORD)) => self.asking = Some(Asking::Password),
            Event::Pressed(ButtonAction::Yes) => {
                let Some(what) = self.asking.take() else { return Ok(Step::Stay) };
                return match self.confirmed(what, cx).await {
                    // Refused or not, the question has been answered.
                    Err(Error::Refused(refusal)) => Ok(Step::Reject(refusals::sentence(&refusal, cx))),
                    done => done,
                };
            }
            Event::Pressed(ButtonAction::No) => self.asking = None,
            Event::Pressed(ButtonAction::Back) => return Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => {}
            _ => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let (person, known) = self.read(cx).await?;
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
        let own_card = cx.crm.actor.staff().is_some_and(|staff| staff.id == person.id);
        let switches = known.iter().map(|group| {
            let name = groups::name(&group.name, say);
            match person.groups.contains(&group.id) {
                true => Button::press(&say.button_group_on(name), ButtonAction::Pick(-group.id)),
                false => Button::press(&say.button_group_off(name), ButtonAction::Pick(group.id)),
            }
        });
        let mut ways = Vec::new();
        if person.active && !own_card {
            ways.push(Button::press(&say.button_new_invite(), ButtonAction::Act(INVITE)));
        }
        if person.linked && !own_card {
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
            .row(undo::buttons(Entity::Staff, self.staff.0, cx).await?)
            .leave(say))
    }
}
