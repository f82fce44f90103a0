//! `/seed_groups`: the preview, Apply, and the invites of the starter accounts (A12, A14).

use serde::{Deserialize, Serialize};

use super::kit::{groups, invites};
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step, labels};
use crate::crm::{self, AccountPlan, GroupPlan, Issued, Result, SeedPlan, Seeded, StaffId};
use crate::text::{Html, Say};

/// Chooses whether withdrawn rights come back.
const RESTORE: u8 = 0;

/// The preview, and the same screen after Apply.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SeedGroups {
    /// Whether Apply has been tapped here.
    applied: bool,
    /// Whether Apply also gives back rights that were withdrawn.
    #[serde(default)]
    restore: bool,
    #[serde(skip)]
    fresh: Vec<Issued>,
}

impl Flow for SeedGroups {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::default()))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Yes) => {
                let company = Say(cx.crm.company.language);
                let names = |starter| groups::starter_name(starter, company);
                let seeded = crm::groups::apply_seed(&mut cx.crm, self.restore, names).await?;
                let words = report(&seeded, cx.say);
                *self = Self { applied: true, restore: false, fresh: seeded.invites };
                Step::Notify(words)
            }
            Event::Pressed(ButtonAction::Act(RESTORE)) => {
                self.restore = !self.restore;
                Step::Stay
            }
            Event::Pressed(ButtonAction::Pick(staff)) => {
                self.fresh = vec![crm::invites::new_invite(&mut cx.crm, StaffId(staff)).await?];
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let plan = crm::groups::seed_plan(&mut cx.crm, self.restore).await?;
        let say = cx.say;
        let mut text =
            say.seed_title().paragraph(invites::paragraph(&self.fresh, cx)).paragraph(list(&plan, self.restore, say));
        if cx.crm.company.demo_password_hash.is_some() {
            text = text.paragraph(say.seed_demo_password());
        }
        if !self.applied {
            text = text.paragraph(if plan.changes() { say.seed_will_change() } else { say.seed_in_place() });
        }
        let mut screen = invites::copies(Screen::new(text), &self.fresh, cx);
        if !self.applied || plan.changes() {
            screen = screen.button(&say.button_apply(), ButtonAction::Yes);
        }
        if plan.groups.iter().any(|group| !group.withdrawn.is_empty()) {
            let label = if self.restore { say.button_leave_withdrawn() } else { say.button_restore_withdrawn() };
            screen = screen.button(&label, ButtonAction::Act(RESTORE));
        }
        let waiting = plan.accounts.iter().filter_map(|account| {
            let found = account.found.as_ref().filter(|found| found.active && !found.linked)?;
            let shown = self.fresh.iter().any(|issued| issued.staff == found.id);
            let label = say.button_new_invite_for(account.starter.username);
            (!shown).then(|| Button::press(&label, ButtonAction::Pick(found.id.0)))
        });
        Ok(screen.grid(waiting, 1).leave(say))
    }
}

fn list(plan: &SeedPlan, restore: bool, say: Say) -> Html {
    let group_lines = Html::join(plan.groups.iter().map(|plan| group(plan, restore, say)), "\n");
    let account_lines = Html::join(plan.accounts.iter().map(|plan| account(plan, say)), "\n");
    say.seed_groups_heading().line(group_lines).paragraph(say.seed_accounts_heading().line(account_lines))
}

fn group(plan: &GroupPlan, restore: bool, say: Say) -> Html {
    let (name, missing) = (groups::name(plan.group.name(), say), plan.missing.iter().count());
    let withdrawn = Html::join(plan.withdrawn.iter().map(|right| labels::right(right, say)), ", ");
    let line = match plan.id {
        None => say.seed_group_new(name, missing),
        Some(_) if missing > 0 => say.seed_group_lacks(name, missing),
        Some(_) if withdrawn.is_empty() => say.seed_group_whole(name),
        Some(_) => say.seed_group_nothing_new(name),
    };
    match (withdrawn.is_empty(), restore) {
        (true, _) => line,
        (false, true) => line.line(say.seed_group_restores(withdrawn)),
        (false, false) => line.line(say.seed_group_withdrawn(withdrawn)),
    }
}

fn account(plan: &AccountPlan, say: Say) -> Html {
    let (username, group) = (plan.starter.username, groups::name(plan.starter.group.name(), say));
    let Some(found) = &plan.found else { return say.seed_account_new(username, group) };
    let name = found.full_name.as_str();
    match (found.joins, found.active, found.linked) {
        (true, ..) => say.seed_account_joins(username, name, group),
        (_, false, _) => say.seed_account_blocked(username, name),
        (_, _, true) => say.seed_account_inside(username, name),
        (_, _, false) => say.seed_account_waiting(username, name),
    }
}

/// What was done, or what was found when there was nothing to do.
fn report(seeded: &Seeded, say: Say) -> Html {
    let plan = &seeded.plan;
    if !plan.changes() {
        return say.seed_nothing(plan.groups.len(), plan.accounts.len());
    }
    let groups = plan.groups.iter().filter(|group| group.id.is_none()).count();
    let accounts = plan.accounts.iter().filter(|account| account.found.is_none()).count();
    let completed = plan.groups.iter().filter(|group| group.id.is_some() && !group.missing.is_empty()).count();
    let joined = plan.accounts.iter().filter(|account| account.found.as_ref().is_some_and(|found| found.joins)).count();
    say.seed_done(groups, accounts, completed + joined)
}
