//! Early end, mistake, another last day, another touch: each asks for a reason.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::days;
use super::parties::TouchPick;
use crate::crm::{ContractCard, Error, Refusal, Result, contracts};
use crate::domain::{Lean, Reason};
use crate::flows::kit::{Ask, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Cx, Navigation, Opened, Step, refusals};
use crate::text::{Html, Say};

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// End it early (X11).
    Terminate,
    /// Take it out of every figure (K8).
    Void,
    /// Move its last day (X10).
    Prolong,
    /// Move it to another touch (K12).
    Relink,
}

impl Change {
    const ALL: [Self; 4] = [Self::Terminate, Self::Void, Self::Prolong, Self::Relink];

    /// What the card brings along when it opens the form.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Terminate => "terminate",
            Self::Void => "void",
            Self::Prolong => "prolong",
            Self::Relink => "relink",
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct ChangeForm {
    change: Change,
    id: i64,
    version: i32,
    client: i64,
    ends_on: NaiveDate,
    day: Option<NaiveDate>,
    touch: TouchPick,
    reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Day,
    Touch,
    Reason,
}

impl ChangeForm {
    fn of(change: Change, card: &ContractCard, today: NaiveDate) -> Self {
        Self {
            change,
            id: card.id,
            version: card.version,
            client: card.client.id,
            ends_on: card.dates.ends_on,
            day: (change == Change::Terminate).then_some(today),
            touch: TouchPick::default(),
            reason: None,
        }
    }
}

impl ChangeForm {
    /// What another answer mends is asked again; after anything else the card below shows how things stand.
    async fn refused(&mut self, refusal: &Refusal, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
        let why = refusals::sentence(refusal, cx);
        Ok(match refusal {
            Refusal::Day(_) | Refusal::Terms(_) => Confirmed::Asks(Field::Day, Some(why)),
            Refusal::TouchUnusable => Confirmed::Asks(Field::Touch, Some(why)),
            Refusal::Changed => {
                self.version = contracts::card(&mut cx.crm, self.id).await?.version;
                Step::Reject(why).into()
            }
            _ => Step::Back(Some(why)).into(),
        })
    }
}

impl Form for ChangeForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::Day, Field::Touch, Field::Reason];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let card = contracts::card(&mut cx.crm, nav.id()?).await?;
        Ok(match Change::ALL.into_iter().find(|change| change.code() == nav.text) {
            Some(change) => Opened::Here(Wizard::start(Self::of(change, &card, cx.crm.today()))),
            None => Opened::Elsewhere(Step::Back(Some(cx.say.screen_changed()))),
        })
    }

    fn wants(&self, field: Field) -> bool {
        match field {
            Field::Day => matches!(self.change, Change::Terminate | Change::Prolong),
            Field::Touch => self.change == Change::Relink,
            Field::Reason => true,
        }
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let (say, today) = (cx.say, cx.crm.today());
        Ok(match (field, self.change) {
            (Field::Day, Change::Prolong) => {
                let next = self.ends_on.succ_opt().unwrap_or(self.ends_on);
                days::ask_end(say.contract_ask_prolong(say.day(self.ends_on)), next, page, cx)
            }
            (Field::Day, _) => days::ask(say.contract_ask_terminate(), today, page, cx),
            (Field::Touch, _) => self.touch.ask(self.client, page, cx).await?,
            (Field::Reason, Change::Terminate) => Ask::typed(say.contract_ask_reason_terminate()),
            (Field::Reason, Change::Void) => Ask::typed(say.contract_ask_reason_void()),
            (Field::Reason, _) => Ask::typed(say.contract_ask_reason()),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let name = Self::label(field, cx.say);
        Ok(match (field, given) {
            (Field::Day, given) => {
                let read = match self.change {
                    Change::Prolong => {
                        let next = self.ends_on.succ_opt().unwrap_or(self.ends_on);
                        days::take_end(given, next, name, cx)
                    }
                    _ => typed::day(given, Lean::Nearest, name, cx),
                };
                match read {
                    Ok(day) => {
                        self.day = Some(day);
                        Taken::Next
                    }
                    Err(why) => Taken::Wrong(why),
                }
            }
            (Field::Touch, given) => self.touch.take(self.client, given, cx).await?,
            (Field::Reason, Given::Text(text)) => match Reason::parse(&text) {
                Ok(reason) => {
                    self.reason = Some(reason);
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, name, cx.say)),
            },
            (Field::Reason, _) => Taken::Wrong(cx.say.typed_text_expected(name)),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Day => say.field_ends_on(),
            Field::Touch => say.field_touch(),
            Field::Reason => say.field_reason(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        match field {
            Field::Day => self.day.map(|day| cx.say.day(day)),
            Field::Touch => self.touch.value(cx),
            Field::Reason => self.reason.as_ref().map(|reason| reason.as_str().into()),
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let heading = match self.change {
            Change::Terminate => say.contract_card_terminate(self.id),
            Change::Void => say.contract_card_void(self.id),
            Change::Prolong => say.contract_card_prolong(self.id),
            Change::Relink => say.contract_card_relink(self.id),
        };
        let wanted = Self::FIELDS.iter().filter(|field| self.wants(**field));
        let lines =
            wanted.filter_map(|&field| typed::draft_line(Self::label(field, say), self.value(field, cx), None, say));
        Ok(heading.paragraph(Html::join(lines, "\n")))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(reason) = &self.reason else { return Ok(Confirmed::Asks(Field::Reason, None)) };
        let day = self.day.unwrap_or(self.ends_on);
        let (id, version) = (self.id, self.version);
        let done = match self.change {
            Change::Terminate => contracts::terminate(&mut cx.crm, id, version, day, reason).await,
            Change::Void => contracts::void(&mut cx.crm, id, version, reason).await,
            Change::Prolong => contracts::prolong(&mut cx.crm, id, version, day, reason).await,
            Change::Relink => {
                contracts::relink(&mut cx.crm, id, version, self.touch.id.unwrap_or_default(), reason).await
            }
        };
        if let Err(Error::Refused(refusal)) = done {
            return self.refused(&refusal, cx).await;
        }
        done?;
        Ok(Step::Back(Some(match self.change {
            Change::Terminate => cx.say.contract_terminated(id, cx.say.day(day)),
            Change::Void => cx.say.contract_voided(id),
            Change::Prolong => cx.say.contract_prolonged(id, cx.say.day(day)),
            Change::Relink => cx.say.contract_relinked(id),
        }))
        .into())
    }
}
