//! A new colleague: login, name, groups; then the card with the one-time invite (G2).

use serde::{Deserialize, Serialize};

use super::StaffCard;
use crate::crm::{Error, Field as Named, GroupRow, Issued, NewPerson, Refusal, Result, SplitRefusal, invites, people};
use crate::domain::{FullName, Username, UsernameError};
use crate::flows::kit::{Ask, Choice, Confirmed, Form, Given, Taken, Wizard, groups, typed};
use crate::flows::{Cx, Event, Flow, Navigation, Opened, Screen, Step, refusals};
use crate::text::{Html, Say};

/// "That is all" among the choices of groups, whose ids begin with 1.
const ENOUGH: i64 = 0;

/// The form, and the person's card after it.
#[derive(Clone, Serialize, Deserialize)]
pub enum AddPerson {
    Form(Wizard<Draft>),
    /// The account is there.
    Done(StaffCard),
}

/// What has been answered.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    username: Option<Username>,
    full_name: Option<FullName>,
    groups: Vec<i64>,
    /// What the use case gave; it leaves the form before anything is stored.
    #[serde(skip)]
    issued: Option<Issued>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Username,
    FullName,
    /// Groups, any number of them.
    Groups,
}

impl Flow for AddPerson {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Draft::open(nav, cx).await?.map(Self::Form))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let form = match self {
            Self::Done(card) => return Flow::on(card, event, cx).await,
            Self::Form(form) => form,
        };
        let step = form.drive(event, cx).await?;
        let Some(issued) = form.form.issued.take() else { return Ok(step) };
        let words = cx.say.staff_added(issued.full_name.as_str());
        *self = Self::Done(StaffCard::invited(issued));
        Ok(Step::Notify(words))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        match self {
            Self::Form(form) => form.draw(cx).await,
            Self::Done(card) => Flow::screen(card, cx).await,
        }
    }
}

impl Draft {
    async fn known(cx: &mut Cx<'_>) -> Result<Vec<GroupRow>> {
        Ok(people::groups(&mut cx.crm).await.split_refusal()?.unwrap_or_default())
    }

    fn chosen(&self, known: &[GroupRow], say: Say) -> Html {
        let his = known.iter().filter(|group| self.groups.contains(&group.id));
        groups::names(his.map(|group| group.name.as_str()), say)
    }
}

impl Form for Draft {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::Username, Field::FullName, Field::Groups];

    async fn open(_: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        Ok(Opened::Here(Wizard::start(Self::default())))
    }

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let say = cx.say;
        Ok(match field {
            Field::Username => Ask::typed(say.staff_ask_username()),
            Field::FullName => Ask::typed(say.staff_ask_full_name()),
            Field::Groups => {
                let known = Self::known(cx).await?;
                let switch = |group: &GroupRow| {
                    let name = groups::name(&group.name, say);
                    let on = self.groups.contains(&group.id);
                    let label = if on { say.button_group_on(name) } else { say.button_group_off(name) };
                    Choice { label, pick: group.id }
                };
                let enough = Choice { label: say.button_enough(), pick: ENOUGH };
                let choices = known.iter().map(switch).chain([enough]).collect();
                Ask::typed(say.staff_ask_groups()).choices(choices, 1)
            }
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let name = Self::label(field, cx.say);
        Ok(match (field, given) {
            (Field::Username, Given::Text(text)) => match Username::parse(&text) {
                Ok(username) => {
                    self.username = Some(username);
                    Taken::Next
                }
                Err(UsernameError::Length) => Taken::Wrong(cx.say.staff_username_length()),
                Err(UsernameError::Sign { sign }) if sign.is_whitespace() => {
                    Taken::Wrong(cx.say.staff_username_space())
                }
                Err(UsernameError::Sign { sign }) => Taken::Wrong(cx.say.staff_username_sign(sign.to_string())),
            },
            (Field::FullName, Given::Text(text)) => match FullName::parse(&text) {
                Ok(full_name) => {
                    self.full_name = Some(full_name);
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, name, cx.say)),
            },
            (Field::Groups, Given::Pick(ENOUGH)) => Taken::Next,
            (Field::Groups, Given::Pick(group)) => {
                if Self::known(cx).await?.iter().any(|known| known.id == group) {
                    match self.groups.iter().position(|&chosen| chosen == group) {
                        Some(at) => drop(self.groups.remove(at)),
                        None => self.groups.push(group),
                    }
                }
                Taken::Again
            }
            (Field::Groups, _) => Taken::Wrong(cx.say.staff_groups_by_tap()),
            _ => Taken::Wrong(cx.say.typed_text_expected(name)),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Username => say.field_username(),
            Field::FullName => say.field_name(),
            Field::Groups => say.field_groups(),
        }
    }

    fn value(&self, field: Field, _: &Cx<'_>) -> Option<Html> {
        match field {
            Field::Username => self.username.as_ref().map(|username| username.as_str().into()),
            Field::FullName => self.full_name.as_ref().map(|name| name.as_str().into()),
            // The buttons show which are chosen.
            Field::Groups => None,
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let known = Self::known(cx).await?;
        let say = cx.say;
        let line = |field| Some(say.form_line(Self::label(field, say), self.value(field, cx)?));
        let lines = [Field::Username, Field::FullName].into_iter().filter_map(line);
        let groups = say.form_line(Self::label(Field::Groups, say), self.chosen(&known, say));
        Ok(say.staff_add_title().paragraph(Html::join(lines.chain([groups]), "\n")))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(username) = self.username.clone() else { return Ok(Confirmed::Asks(Field::Username, None)) };
        let Some(full_name) = self.full_name.clone() else { return Ok(Confirmed::Asks(Field::FullName, None)) };
        let person = NewPerson { username, full_name, groups: self.groups.clone() };
        match invites::add_person(&mut cx.crm, person).await {
            Err(Error::Refused(refusal @ Refusal::Taken(Named::Username))) => {
                return Ok(Confirmed::Asks(Field::Username, Some(refusals::sentence(&refusal, cx))));
            }
            done => self.issued = Some(done?),
        }
        Ok(Step::Stay.into())
    }
}
