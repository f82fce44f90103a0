//! `/staff`: the people, and what an administrator does with each of them.

mod add;
mod card;
mod hand_over;

pub use add::AddPerson;
pub use card::StaffCard;
pub use hand_over::HandOver;

use serde::{Deserialize, Serialize};

use super::kit::{Pager, groups, pager, question};
use super::registry::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Navigation, OldFlow, OldStep, Route, Screen, refusals};
use crate::crm::{Colleague, GroupRow, PeoplePage, SplitRefusal, passwords, people};
use crate::domain::Permission;
use crate::error::SystemError;
use crate::text::Html;

/// Asks whether logins by password are to be switched.
const PASSWORDS: u8 = 1;

/// The list of people.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StaffList {
    pager: Pager<i64>,
    /// Whether logins by password are to be on, while that is asked (A16).
    #[serde(default)]
    passwords: Option<bool>,
}

impl OldFlow for StaffList {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(OldStep::Stay(Self::default()))
    }

    async fn on(mut self, event: Event, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let shown =
                    people::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await.split_refusal()?;
                let last = shown.ok().and_then(|page| page.people.last().map(|person| person.id.0));
                self.pager.turn(to, last);
                OldStep::Stay(self)
            }
            Event::Pressed(ButtonAction::Act(PASSWORDS)) => {
                self.passwords = Some(!passwords::password_logins(&mut cx.crm).await?);
                OldStep::Stay(self)
            }
            Event::Pressed(press) if self.passwords.is_some() => {
                let wanted = self.passwords.take().filter(|_| press == ButtonAction::Yes);
                return self.switch_passwords(wanted, cx).await;
            }
            Event::Pressed(ButtonAction::Back) => OldStep::Back(None),
            Event::Pressed(_) | Event::Computed(_) | Event::Retried(_) => OldStep::Stay(self),
            _ => OldStep::NotHandled(self),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen, SystemError> {
        if let Some(on) = self.passwords {
            let say = cx.say;
            let question = if on { say.password_logins_on_confirm() } else { say.password_logins_off_confirm() };
            return Ok(question::yes_no(question, say));
        }
        let passwords = passwords::password_logins(&mut cx.crm).await?;
        let page = people::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await.split_refusal()?;
        let known = people::groups(&mut cx.crm).await.split_refusal()?;
        let (PeoplePage { people, total }, known) = match (page, known) {
            (Ok(page), Ok(known)) => (page, known),
            (Err(refusal), _) | (_, Err(refusal)) => {
                return Ok(Screen::new(refusals::sentence(&refusal, cx)).leave(cx.say));
            }
        };
        let say = cx.say;
        let lines = people.iter().map(|person| {
            let groups = group_names(person, &known, cx);
            say.staff_line(person.full_name.as_str(), person.username.as_str(), groups).line(standing(person, cx))
        });
        let text = say.staff_title(total).paragraph(Html::join(lines, "\n\n"));
        let cards = people
            .iter()
            .map(|person| Button::open(&Html::data(&person.full_name), Route::of(ScreenId::StaffCard, person.id.0)));
        let mut more = vec![Button::open(&say.button_add_person(), Route::at(ScreenId::AddPerson))];
        if cx.crm.may(Permission::GroupManage) {
            more.push(Button::open(&say.button_seed_groups(), Route::at(ScreenId::SeedGroups)));
            more.push(Button::open(&say.button_groups(), Route::at(ScreenId::GroupRights)));
        }
        let passwords = Button::press(&say.button_password_logins(i64::from(passwords)), ButtonAction::Act(PASSWORDS));
        Ok(Screen::new(text).grid(cards, 2).row(self.pager.arrows(total, say)).row(more).row([passwords]).leave(say))
    }
}

impl StaffList {
    /// The list after the answer; none for No.
    async fn switch_passwords(self, on: Option<bool>, cx: &mut Cx<'_>) -> Result<OldStep<Self>, SystemError> {
        let Some(on) = on else { return Ok(OldStep::Stay(self)) };
        Ok(match passwords::set_password_logins(&mut cx.crm, on).await.split_refusal()? {
            Ok(_) if on => OldStep::Notify(self, cx.say.password_logins_now_on()),
            Ok(_) => OldStep::Notify(self, cx.say.password_logins_now_off()),
            Err(refusal) => OldStep::Reject(self, refusals::sentence(&refusal, cx)),
        })
    }
}

/// A person's groups in words.
fn group_names(person: &Colleague, known: &[GroupRow], cx: &Cx<'_>) -> Html {
    if person.is_superuser {
        return cx.say.me_superuser();
    }
    let his = known.iter().filter(|group| person.groups.contains(&group.id));
    groups::names(his.map(|group| group.name.as_str()), cx.say)
}

/// Whether a person is inside, on their way, or kept out, and whether messages reach them.
fn standing(person: &Colleague, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let unreachable = person.unreachable_at.filter(|_| person.active);
    let unreachable = unreachable.map(|at| say.staff_unreachable(say.moment(at, zone)));
    unreachable.into_iter().fold(way_in(person, cx), Html::line)
}

fn way_in(person: &Colleague, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let entered = person.entered_at.map(|at| say.moment(at, zone));
    match (person.active, person.linked, entered, person.invited_until) {
        (false, ..) => say.staff_blocked(),
        (_, true, Some(at), _) => match person.acted_at {
            Some(acted) => say.staff_inside_acted(at, say.moment(acted, zone)),
            None => say.staff_inside(at),
        },
        (_, _, _, Some(until)) => say.staff_invited(say.moment(until, zone)),
        (_, _, Some(at), None) => say.staff_left(at),
        (_, _, None, None) => say.staff_never(),
    }
}
