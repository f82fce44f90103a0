//! Handing a client over: to whom, and with what note; the colleague then answers.

use serde::{Deserialize, Serialize};

use crate::crm::{Error, Refusal, Result, StaffId, handover};
use crate::domain::Remark;
use crate::flows::kit::{Ask, Choice, Confirmed, Form, Given, Named, Offers, Taken, Wizard, only, typed};
use crate::flows::{Cx, Navigation, Opened, Step, refusals};
use crate::text::{Html, Say};

#[derive(Clone, Serialize, Deserialize)]
pub struct HandoverForm {
    client: i64,
    who: String,
    to: Option<(StaffId, String)>,
    search: String,
    note: Option<Remark>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    To,
    /// What the colleague should know.
    Note,
}

impl HandoverForm {
    async fn ask_to(&self, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let found = handover::assignees(&mut cx.crm, self.client, &self.search, page).await?;
        let say = cx.say;
        let prompt = match (found.rows.is_empty(), self.search.is_empty()) {
            (true, true) => say.hand_over_nobody(),
            (true, false) => {
                say.handover_ask_to(self.who.as_str()).paragraph(say.handover_no_such(self.search.as_str()))
            }
            (false, _) => say.handover_ask_to(self.who.as_str()),
        };
        let choices = found.rows.iter().map(|(id, name)| Choice { label: Html::data(name), pick: id.0 });
        Ok(Ask::typed(prompt).offers(Offers { choices: choices.collect(), page: found.page, pages: found.pages }))
    }

    async fn take_to(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let id = match Named::read(given, cx.say) {
            Ok(Named::Id(id)) => id,
            Ok(Named::Search(search)) => {
                let found = handover::assignees(&mut cx.crm, self.client, &search, 1).await?.rows;
                let ids: Vec<i64> = found.iter().map(|(id, _)| id.0).collect();
                match only(&ids, search, &mut self.search, |search| cx.say.handover_no_such(search), cx.say) {
                    Ok(id) => id,
                    Err(wrong) => return Ok(wrong),
                }
            }
            Err(wrong) => return Ok(wrong),
        };
        self.to = Some(handover::assignee(&mut cx.crm, self.client, StaffId(id)).await?);
        Ok(Taken::Next)
    }

    fn take_note(&mut self, given: Given, say: Say) -> Taken {
        let text = match given {
            Given::Text(text) => text,
            Given::Skip => String::new(),
            _ => return Taken::Wrong(say.typed_text_expected(say.field_note())),
        };
        match Remark::parse(&text) {
            Ok(note) => {
                self.note = Some(note).filter(|note| !note.as_str().is_empty());
                Taken::Next
            }
            Err(error) => Taken::Wrong(typed::text_error(error, say.field_note(), say)),
        }
    }
}

impl Form for HandoverForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::To, Field::Note];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let client = handover::client_to_hand_over(&mut cx.crm, nav.id()?).await?;
        let form = Self { client: client.id, who: client.who, to: None, search: String::new(), note: None };
        Ok(Opened::Here(Wizard::start(form)))
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        match field {
            Field::To => self.ask_to(page, cx).await,
            Field::Note => Ok(Ask::typed(cx.say.handover_ask_note()).optional()),
        }
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        match field {
            Field::To => self.take_to(given, cx).await,
            Field::Note => Ok(self.take_note(given, cx.say)),
        }
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::To => say.field_taker(),
            Field::Note => say.field_note(),
        }
    }

    fn value(&self, field: Field, _: &Cx<'_>) -> Option<Html> {
        match field {
            Field::To => self.to.as_ref().map(|(_, name)| name.as_str().into()),
            Field::Note => self.note.as_ref().map(|note| note.as_str().into()),
        }
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let lines = Self::FIELDS
            .iter()
            .filter_map(|field| typed::draft_line(Self::label(*field, cx.say), self.value(*field, cx), None, cx.say));
        let lines: Vec<Html> = lines.collect();
        let head = cx.say.handover_card(self.who.as_str());
        Ok(lines.into_iter().fold(head, Html::line).paragraph(cx.say.handover_until()))
    }

    fn confirm_label(say: Say) -> Html {
        say.button_confirm()
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some((to, name)) = self.to.clone() else { return Ok(Confirmed::Asks(Field::To, None)) };
        let note = match self.note.clone().map_or_else(|| Remark::parse(""), Ok) {
            Ok(note) => note,
            Err(error) => {
                let why = typed::text_error(error, cx.say.field_note(), cx.say);
                return Ok(Confirmed::Asks(Field::Note, Some(why)));
            }
        };
        let words = match handover::offer(&mut cx.crm, self.client, to, &note).await {
            Err(Error::Refused(refusal @ Refusal::NoAssignee)) => {
                (self.to, self.search) = (None, String::new());
                return Ok(Confirmed::Asks(Field::To, Some(refusals::sentence(&refusal, cx))));
            }
            // The card below shows how things stand.
            Err(Error::Refused(
                refusal @ (Refusal::TakenBy { .. } | Refusal::Untaken | Refusal::HandoverWaits { .. }),
            )) => refusals::sentence(&refusal, cx),
            done => done.map(|_| cx.say.handover_offered(name))?,
        };
        Ok(Step::Back(Some(words)).into())
    }
}
