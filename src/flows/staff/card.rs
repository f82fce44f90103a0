//! A colleague's card: groups on and off, a new invite, block and unblock, and the end of his link (A6, A8, G2).

use serde::{Deserialize, Serialize};

use crate::crm::{Colleague, Deed, Entity, Fault, GroupRow, Heard, Issued, Refusal, StaffId};
use crate::domain::Permission;
use crate::flows::kit::{groups, invites, question, undo};
use crate::flows::registry::PlaceKind;
use crate::flows::{Button, Cx, Event, Flow, Opening, Place, Press, Screen, Step, refusals};
use crate::text::Html;

/// Makes a new invite.
const INVITE: u8 = 1;
/// Asks whether to block.
const BLOCK: u8 = 2;
/// Gives access back.
const UNBLOCK: u8 = 3;

/// The card.
#[derive(Serialize, Deserialize)]
pub struct StaffCard {
    staff: StaffId,
    /// Whether the screen asks if he is to be blocked.
    blocking: bool,
    #[serde(skip)]
    fresh: Vec<Issued>,
}

impl StaffCard {
    fn plain(staff: StaffId) -> Self {
        Self { staff, blocking: false, fresh: Vec::new() }
    }

    /// The card of somebody whose invite has just been made.
    pub(super) fn invited(issued: Issued) -> Self {
        Self { staff: issued.staff, blocking: false, fresh: vec![issued] }
    }

    /// The card after a deed: with a word when it changed something, with the reason when it was refused. Whoever has taken
    /// his own right to be here is out.
    async fn after(self, done: Result<bool, Refusal>, words: Html, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let card = Self::plain(self.staff);
        let changed = match done {
            Ok(changed) => changed,
            Err(refusal) => return Ok(Step::Warn(card, refusals::sentence(&refusal, cx))),
        };
        if cx.crm.identity_changed() {
            cx.enter().await?;
        }
        Ok(match (cx.crm.may(Permission::StaffManage), changed) {
            (false, _) => Step::Home(Some(words)),
            (true, true) => Step::Told(card, words),
            (true, false) => Step::Stay(card),
        })
    }

    /// A tap on a group carries what it is to become, so that it means the same whatever others have done meanwhile.
    async fn switch_group(self, pick: i64, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        let (group, member) = (pick.saturating_abs(), pick > 0);
        let known = match cx.crm.groups().await.heard()? {
            Ok(known) => known,
            Err(refusal) => return Ok(Step::Warn(self, refusals::sentence(&refusal, cx))),
        };
        let name =
            known.iter().find(|row| row.id == group).map_or_else(Html::default, |row| groups::name(&row.name, cx.say));
        let done = cx.crm.set_group(self.staff, group, member).await.heard()?;
        let words = if member { cx.say.staff_joined(name) } else { cx.say.staff_left_group(name) };
        self.after(done, words, cx).await
    }
}

impl Flow for StaffCard {
    async fn open(opening: &Opening, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        Ok(match opening.place.id {
            Some(id) => Step::Stay(Self::plain(StaffId(id))),
            None => Step::Back(Some(cx.say.refused_gone())),
        })
    }

    async fn on(self, event: Event, cx: &mut Cx<'_>) -> Result<Step<Self>, Fault> {
        match event {
            Event::Pressed(Press::Pick(pick)) => self.switch_group(pick, cx).await,
            Event::Pressed(Press::Act(INVITE)) => Ok(match cx.crm.new_invite(self.staff).await.heard()? {
                Ok(issued) => Step::Stay(Self { fresh: vec![issued], ..self }),
                Err(refusal) => Step::Warn(self, refusals::sentence(&refusal, cx)),
            }),
            Event::Pressed(Press::Act(BLOCK)) => Ok(Step::Stay(Self { blocking: true, ..Self::plain(self.staff) })),
            Event::Pressed(Press::Yes) if self.blocking => {
                let done = cx.crm.set_active(self.staff, false).await.heard()?;
                self.after(done, cx.say.staff_block_done(), cx).await
            }
            Event::Pressed(Press::Act(UNBLOCK)) => {
                let done = cx.crm.set_active(self.staff, true).await.heard()?;
                self.after(done, cx.say.staff_unblock_done(), cx).await
            }
            Event::Pressed(Press::No) => Ok(Step::Stay(Self::plain(self.staff))),
            Event::Pressed(Press::Back) => Ok(Step::Back(None)),
            Event::Pressed(_) | Event::Computed(_) => Ok(Step::Stay(self)),
            _ => Ok(Step::Unheard(self)),
        }
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, Fault> {
        let (person, known) = match self.read(cx).await.heard()? {
            Ok(read) => read,
            Err(refusal) => return Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(cx.say)),
        };
        let say = cx.say;
        if self.blocking {
            return Ok(question::yes_no(say.staff_block_confirm(person.full_name, person.username), say));
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
                true => Button::press(&say.button_group_on(name), Press::Pick(-group.id)),
                false => Button::press(&say.button_group_off(name), Press::Pick(group.id)),
            }
        });
        let mut ways = Vec::new();
        if person.active && !himself {
            ways.push(Button::press(&say.button_new_invite(), Press::Act(INVITE)));
        }
        if person.linked && !himself {
            ways.push(Button::open(&say.button_reset_link(), Place::of(PlaceKind::RevokeLink, person.id.0)));
        }
        let block = match person.active {
            true => Button::press(&say.button_block(), Press::Act(BLOCK)),
            false => Button::press(&say.button_unblock(), Press::Act(UNBLOCK)),
        };
        let screen = invites::copies(Screen::new(text), &self.fresh, cx);
        let hand_over = Button::open(&say.button_hand_over(), Place::of(PlaceKind::HandOver, person.id.0));
        Ok(screen
            .grid(switches, 2)
            .row(ways)
            .row([block, hand_over])
            .row(undo::button(Entity::Staff, self.staff.0, cx).await?)
            .leave(say))
    }
}

impl StaffCard {
    async fn read(&self, cx: &mut Cx<'_>) -> Deed<(Colleague, Vec<GroupRow>)> {
        Ok((cx.crm.colleague(self.staff).await?, cx.crm.groups().await?))
    }
}
