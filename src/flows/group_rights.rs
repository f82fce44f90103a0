//! `/groups`: the rights of each group, switched on and off one by one (A8).

use serde::{Deserialize, Serialize};

use super::kit::{groups, pager, undo};
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, labels};
use crate::crm::{Entity, Error, GroupCard, Refusal, Result, group_rights};
use crate::domain::Permission;
use crate::text::Html;

/// The list of groups, or one group's rights.
#[derive(Clone, Serialize, Deserialize)]
pub enum GroupRights {
    List,
    /// A group, with the page of its rights from 1.
    Group(i64, i64),
}

impl GroupRights {
    async fn group(id: i64, cx: &mut Cx<'_>) -> Result<GroupCard> {
        let known = group_rights::cards(&mut cx.crm).await?;
        Ok(known.into_iter().find(|group| group.id == id).ok_or(Refusal::Gone)?)
    }
}

/// A tap carries what the right is to become: given above zero, taken away below.
async fn switch(id: i64, pick: i64, cx: &mut Cx<'_>) -> Result<Step> {
    let number = usize::try_from(pick.saturating_abs()).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(right) = Permission::ALL.get(number).copied().filter(|right| right.is_in_use()) else {
        return Ok(Step::Stay);
    };
    let words = labels::right(right, cx.say);
    let changed = match group_rights::set(&mut cx.crm, id, right, pick > 0).await {
        Err(Error::Refused(Refusal::LastAdministrator)) => return Ok(Step::Reject(cx.say.group_right_last())),
        done => done?,
    };
    if !cx.crm.may(Permission::GroupManage) {
        // The user has just taken their own right to be here.
        return Ok(Step::Home(Some(cx.say.group_right_taken(words))));
    }
    Ok(match (changed, pick > 0) {
        (true, true) => Step::Notify(cx.say.group_right_given(words)),
        (true, false) => Step::Notify(cx.say.group_right_taken(words)),
        (false, _) => Step::Stay,
    })
}

impl Flow for GroupRights {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::List))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match (&*self, event) {
            (Self::List, Event::Pressed(ButtonAction::Pick(id))) => *self = Self::Group(id, 1),
            (Self::List, Event::Pressed(ButtonAction::Back)) => return Ok(Step::Back(None)),
            (&Self::Group(id, _), Event::Pressed(ButtonAction::Page(to))) => {
                *self = Self::Group(id, to.clamp(1, pages()));
            }
            (&Self::Group(id, _), Event::Pressed(ButtonAction::Pick(pick))) => return switch(id, pick, cx).await,
            (Self::Group(..), Event::Pressed(ButtonAction::Back)) => *self = Self::List,
            (_, Event::Pressed(_) | Event::Computed(_)) => {}
            _ => return Ok(Step::NotHandled),
        }
        Ok(Step::Stay)
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let screen = match *self {
            Self::List => list(cx).await?,
            Self::Group(id, page) => {
                let screen = rights(id, page, cx).await?;
                screen.row(undo::buttons(Entity::Group, id, cx).await?)
            }
        };
        Ok(screen.leave(cx.say))
    }
}

async fn list(cx: &mut Cx<'_>) -> Result<Screen> {
    let known = group_rights::cards(&mut cx.crm).await?;
    let say = cx.say;
    let lines = known
        .iter()
        .map(|group| say.group_line(groups::name(&group.name, say), group.members, group.rights.iter().count()));
    let text = match known.is_empty() {
        true => say.groups_none(),
        false => say.groups_title().paragraph(Html::join(lines, "\n")),
    };
    let buttons =
        known.iter().map(|group| Button::press(&groups::name(&group.name, say), ButtonAction::Pick(group.id)));
    Ok(Screen::new(text).grid(buttons, 2))
}

async fn rights(id: i64, page: i64, cx: &mut Cx<'_>) -> Result<Screen> {
    let group = GroupRights::group(id, cx).await?;
    let say = cx.say;
    let text = say
        .group_line(groups::name(&group.name, say), group.members, group.rights.iter().count())
        .paragraph(say.group_hint());
    let rows = usize::try_from(pager::ROWS).unwrap_or(1);
    let from = usize::try_from(page - 1).unwrap_or_default().saturating_mul(rows);
    let switches = (1..).zip(Permission::ALL).filter(|(_, right)| right.is_in_use()).skip(from).take(rows);
    let switches = switches.map(|(number, right)| {
        let words = labels::right(right, say);
        match group.rights.has(right) {
            true => Button::press(&say.button_group_on(words), ButtonAction::Pick(-number)),
            false => Button::press(&say.button_group_off(words), ButtonAction::Pick(number)),
        }
    });
    Ok(Screen::new(text).grid(switches, 1).row(pager::arrows(page, pages(), say)))
}

/// How many pages all rights take.
fn pages() -> i64 {
    let rights = Permission::ALL.iter().filter(|right| right.is_in_use()).count();
    let rights = i64::try_from(rights).unwrap_or(pager::ROWS);
    (rights + pager::ROWS - 1) / pager::ROWS
}
