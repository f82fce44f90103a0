//! `/staff`: the list of users, and the switch for logins by password.

mod add;
mod card;
mod handover;

pub use add::AddPerson;
pub use card::StaffCard;
pub use handover::Handover;

use serde::{Deserialize, Serialize};

use super::kit::{Pager, groups, pager, question};
use super::registry::ScreenId;
use super::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Route, Screen, Step, refusals};
use crate::crm::{Colleague, Error, GroupRow, Result, passwords, people};
use crate::domain::Permission;
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

impl Flow for StaffList {
    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self::default()))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let page = people::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await?;
                self.pager.turn(to, page.last);
                Step::Stay
            }
            Event::Pressed(ButtonAction::Act(PASSWORDS)) => {
                self.passwords = Some(!passwords::password_logins(&mut cx.crm).await?);
                Step::Stay
            }
            Event::Pressed(press) if self.passwords.is_some() => {
                match self.passwords.take().filter(|_| press == ButtonAction::Yes) {
                    Some(on) => switch_passwords(on, cx).await?,
                    None => Step::Stay,
                }
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        if let Some(on) = self.passwords {
            let say = cx.say;
            let question = if on { say.password_logins_on_confirm() } else { say.password_logins_off_confirm() };
            return Ok(question::yes_no(question, say));
        }
        let passwords = passwords::password_logins(&mut cx.crm).await?;
        let page = people::list(&mut cx.crm, self.pager.after().copied(), pager::ROWS).await?;
        let people = &page.rows;
        let known = people::groups(&mut cx.crm).await?;
        let say = cx.say;
        let lines = people.iter().map(|person| {
            let groups = group_names(person, &known, cx);
            say.staff_line(person.full_name.as_str(), person.username.as_str(), groups).line(standing(person, cx))
        });
        let text = say.staff_title(page.total).paragraph(Html::join(lines, "\n\n"));
        let cards = people
            .iter()
            .map(|person| Button::open(&Html::data(&person.full_name), Route::of(ScreenId::StaffCard, person.id.0)));
        let mut more = vec![Button::open(&say.button_add_person(), Route::at(ScreenId::AddPerson))];
        if cx.crm.may(Permission::GroupManage) {
            more.push(Button::open(&say.button_seed_groups(), Route::at(ScreenId::SeedGroups)));
            more.push(Button::open(&say.button_groups(), Route::at(ScreenId::GroupRights)));
        }
        let passwords = Button::press(&say.button_password_logins(i64::from(passwords)), ButtonAction::Act(PASSWORDS));
        Ok(Screen::new(text).grid(cards, 2).row(self.pager.arrows(&page, say)).row(more).row([passwords]).leave(say))
    }
}

/// Switches logins by password. A refusal leaves the question: it has been answered.
async fn switch_passwords(on: bool, cx: &mut Cx<'_>) -> Result<Step> {
    Ok(match passwords::set_password_logins(&mut cx.crm, on).await {
        Ok(_) if on => Step::Notify(cx.say.password_logins_now_on()),
        Ok(_) => Step::Notify(cx.say.password_logins_now_off()),
        Err(Error::Refused(refusal)) => Step::Reject(refusals::sentence(&refusal, cx)),
        Err(error) => return Err(error),
    })
}

/// A person's groups in words.
fn group_names(person: &Colleague, known: &[GroupRow], cx: &Cx<'_>) -> Html {
    if person.is_superuser {
        return cx.say.me_superuser();
    }
    let theirs = known.iter().filter(|group| person.groups.contains(&group.id));
    groups::names(theirs.map(|group| group.name.as_str()), cx.say)
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
