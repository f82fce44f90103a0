//! Two rows of one person become one, with a reason (C10).

use serde::{Deserialize, Serialize};

use crate::crm::{Error, Result, clients};
use crate::domain::Reason;
use crate::flows::kit::{Ask, Choice, Confirmed, Form, Given, Taken, Wizard, pager, typed};
use crate::flows::{Cx, Navigation, Opened, Route, Step, refusals, route::ScreenId};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
pub struct MergeForm {
    client: i64,
    /// What was typed to find the other one.
    search: String,
    other: Option<i64>,
    reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Other,
    Reason,
}

impl MergeForm {
    /// The clients that the text may mean; the client of the card is no choice.
    async fn found(&self, cx: &mut Cx<'_>) -> Result<Vec<Choice>> {
        if self.search.is_empty() {
            return Ok(Vec::new());
        }
        let found = clients::find(&mut cx.crm, &self.search, None, pager::ROWS).await?;
        let others = found.rows.into_iter().filter(|line| line.id != self.client);
        Ok(others.map(|line| Choice { label: super::row(&line, cx.say).label.into(), pick: line.id }).collect())
    }
}

impl Form for MergeForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::Other, Field::Reason];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let card = clients::card(&mut cx.crm, nav.id()?).await?;
        // A correction of the phone brings the other one along.
        let other = nav.text.parse().ok();
        let form = Self { client: card.id, search: String::new(), other, reason: None };
        let wizard = if other.is_some() { Wizard::edit_field(form, Field::Reason) } else { Wizard::start(form) };
        Ok(Opened::Here(wizard))
    }

    async fn ask(&self, field: Field, _: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        Ok(match field {
            Field::Other => Ask::typed(cx.say.merge_ask_other()).choices(self.found(cx).await?, 1),
            Field::Reason => Ask::typed(cx.say.contract_ask_reason()),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        Ok(match (field, given) {
            (Field::Other, Given::Pick(other)) => {
                self.other = Some(other);
                Taken::Next
            }
            (Field::Other, Given::Text(text)) => {
                self.search = text;
                match &self.found(cx).await?[..] {
                    [] => Taken::Wrong(cx.say.merge_nobody()),
                    [only] => {
                        self.other = Some(only.pick);
                        Taken::Next
                    }
                    _ => Taken::Again,
                }
            }
            (Field::Reason, Given::Text(text)) => match Reason::parse(&text) {
                Ok(reason) => {
                    self.reason = Some(reason);
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, cx.say.field_reason(), cx.say)),
            },
            (field, _) => Taken::Wrong(cx.say.typed_text_expected(Self::label(field, cx.say))),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Other => say.merge_field_other(),
            Field::Reason => say.field_reason(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        match field {
            Field::Other => self.other.map(|other| cx.say.audit_number(other)),
            Field::Reason => self.reason.as_ref().map(|reason| reason.as_str().into()),
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let plan = match clients::merge_plan(&mut cx.crm, self.client, self.other.unwrap_or_default()).await {
            // The other client can be chosen again from the card.
            Err(Error::Refused(refusal)) => return Ok(refusals::sentence(&refusal, cx)),
            plan => plan?,
        };
        let say = cx.say;
        let line = |client: &crate::crm::ClientLine| super::row(client, say).label;
        let text = say
            .merge_card(line(&plan.stays), line(&plan.goes))
            .paragraph(say.merge_moves(plan.touches, plan.contracts));
        Ok(text.paragraph(
            typed::draft_line(say.field_reason(), self.value(Field::Reason, cx), None, say).unwrap_or_default(),
        ))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_merge_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(other) = self.other else { return Ok(Confirmed::Asks(Field::Other, None)) };
        let Some(reason) = &self.reason else { return Ok(Confirmed::Asks(Field::Reason, None)) };
        let stays = match clients::merge(&mut cx.crm, self.client, other, reason).await {
            Err(Error::Refused(refusal)) => {
                return Ok(Confirmed::Asks(Field::Other, Some(refusals::sentence(&refusal, cx))));
            }
            done => done?,
        };
        Ok(Step::Go(Route::of(ScreenId::Client, stays).into(), Some(cx.say.merge_done())).into())
    }
}
