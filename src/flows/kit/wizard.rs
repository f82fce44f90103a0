//! A form in progress: step by step through its fields, then a card with Confirm and Edit.
//!
//! Progress, Back that keeps what was typed, Skip, and Edit of one field are the same in all forms.

use serde::{Deserialize, Serialize};

use super::form::{Confirmed, Form, Given, Taken};
use crate::crm::Result;
use crate::flows::{Button, ButtonAction, Cx, Event, Flow, Navigation, Opened, Screen, Step};
use crate::text::Say;

/// A form in progress.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Wizard<F: Form> {
    pub form: F,
    at: At,
    page: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum At {
    /// Asks the field of this number for the first time.
    Field(usize),
    /// Asks it again, and returns to the card.
    #[serde(rename = "Mend")]
    EditField(usize),
    Card,
    /// Shows what can be edited.
    Choose,
}

impl<F: Form> Wizard<F> {
    /// At the first question.
    #[must_use]
    pub fn start(form: F) -> Self {
        let at = Self::first(&form);
        Self { form, at, page: 0 }
    }

    /// At the card: the draft is whole.
    #[must_use]
    pub fn on_card(form: F) -> Self {
        Self { form, at: At::Card, page: 0 }
    }

    /// At one question, and back to the card after it.
    #[must_use]
    pub fn edit_field(form: F, field: F::Field) -> Self {
        let number = F::FIELDS.iter().position(|&known| known == field);
        Self { form, at: number.map_or(At::Card, At::EditField), page: 0 }
    }

    /// At the question that the draft has to have answered before its card, or at the card.
    #[must_use]
    pub fn on_card_or_missing(form: F) -> Self {
        match form.missing() {
            Some(field) => Self::edit_field(form, field),
            None => Self::on_card(form),
        }
    }

    /// Asks a question again, and returns to the card after it.
    fn ask_again(&mut self, field: F::Field) {
        self.page = 0;
        self.at = F::FIELDS.iter().position(|&known| known == field).map_or(At::Card, At::EditField);
    }

    /// Acts on what happened.
    pub async fn drive(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let back = matches!(event, Event::Pressed(ButtonAction::Back));
        let step = self.act_on(event, cx).await?;
        if let (Step::Stay, At::Card, false, Some(field)) = (&step, self.at, back, self.form.missing()) {
            self.ask_again(field);
        }
        Ok(step)
    }

    async fn act_on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        match (self.at, event) {
            (At::Field(number) | At::EditField(number), event) => self.at_field(number, event, cx).await,
            (At::Card, Event::Pressed(ButtonAction::Yes)) => {
                let confirmed = self.form.confirm(cx).await;
                self.page = 0;
                Ok(match confirmed? {
                    Confirmed::Done(step) => step,
                    Confirmed::Asks(field, why) => {
                        self.ask_again(field);
                        why.map_or(Step::Stay, Step::Reject)
                    }
                })
            }
            (At::Card, Event::Pressed(ButtonAction::Act(act))) => {
                self.form.act(act);
                Ok(Step::Stay)
            }
            (At::Card, Event::Pressed(ButtonAction::Edit)) => {
                self.at = At::Choose;
                Ok(Step::Stay)
            }
            (At::Card, Event::Pressed(ButtonAction::Back)) if self.form.steps_back() => Ok(self.back(F::FIELDS.len())),
            (At::Card, Event::Pressed(ButtonAction::Back)) => Ok(Step::Back(None)),
            (At::Choose, Event::Pressed(ButtonAction::Pick(number))) => {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                self.at = if number < F::FIELDS.len() { At::EditField(number) } else { At::Card };
                self.page = 0;
                Ok(Step::Stay)
            }
            (At::Choose, Event::Pressed(ButtonAction::Back)) => {
                self.at = At::Card;
                Ok(Step::Stay)
            }
            (_, Event::Pressed(_)) => Ok(Step::Stay),
            (_, _) => Ok(Step::Reject(cx.say.form_finish_card(self.form.confirm_words(cx.say)))),
        }
    }

    async fn at_field(&mut self, number: usize, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let Some(&field) = F::FIELDS.get(number) else {
            // A draft that another version of the form has stored.
            (self.at, self.page) = (Self::first(&self.form), 0);
            return Ok(Step::Stay);
        };
        let given = match event {
            Event::Typed(text) => Given::Text(text),
            Event::Shared(contact) => Given::Contact(contact),
            Event::Sent(file) => Given::File(file),
            Event::Computed(computed) => Given::Computed(computed),
            Event::Pressed(ButtonAction::Pick(pick)) => Given::Pick(pick),
            Event::Pressed(ButtonAction::Skip) => Given::Skip,
            // What was answered before is kept.
            Event::Pressed(ButtonAction::No) => {
                self.next(number);
                return Ok(Step::Stay);
            }
            Event::Pressed(ButtonAction::Page(page)) => {
                self.page = page;
                return Ok(Step::Stay);
            }
            Event::Pressed(ButtonAction::Back) => return Ok(self.back(number)),
            Event::Pressed(_) | Event::Retried(_) => return Ok(Step::Stay),
        };
        match self.form.take(field, given, cx).await? {
            Taken::Next => self.next(number),
            Taken::Again => {}
            Taken::Card => (self.at, self.page) = (At::Card, 0),
            Taken::Wrong(why) => return Ok(Step::Reject(why)),
            Taken::Compute(work) => return Ok(Step::Compute(work)),
        }
        Ok(Step::Stay)
    }

    fn first(form: &F) -> At {
        (0..F::FIELDS.len()).find(|&number| form.asks(F::FIELDS[number])).map_or(At::Card, At::Field)
    }

    fn next(&mut self, number: usize) {
        self.page = 0;
        let following = (number + 1..F::FIELDS.len()).find(|&number| self.form.asks(F::FIELDS[number]));
        self.at = match (self.at, following) {
            (At::Field(_), Some(following)) => At::Field(following),
            _ => At::Card,
        };
    }

    fn back(&mut self, number: usize) -> Step {
        self.page = 0;
        if let At::EditField(_) = self.at {
            self.at = At::Card;
            return Step::Stay;
        }
        match (0..number.min(F::FIELDS.len())).rev().find(|&number| self.form.asks(F::FIELDS[number])) {
            Some(before) => {
                self.at = At::Field(before);
                Step::Stay
            }
            None => Step::Back(None),
        }
    }

    /// Draws the question or the card.
    pub async fn draw(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let leave = |say: Say| {
            [
                Button::press(&say.button_back(), ButtonAction::Back),
                Button::press(&say.button_cancel(), ButtonAction::Home),
            ]
        };
        let say = cx.say;
        match self.at {
            At::Field(number) | At::EditField(number) => Ok(self.question(number, cx).await?.row(leave(say))),
            At::Card => {
                let card = self.form.card(cx).await?;
                let confirm = Button::press(&self.form.confirm_words(say), ButtonAction::Yes);
                let edit = Button::press(&say.button_edit(), ButtonAction::Edit);
                let screen = Screen::new(card).row([confirm, edit]);
                Ok(screen.grid(self.form.acts(cx), 1).row(leave(say)))
            }
            At::Choose => {
                let fields = F::FIELDS.iter().enumerate().filter(|(_, field)| self.form.wants(**field));
                let buttons = fields.map(|(number, field)| {
                    Button::press(&F::label(*field, say), ButtonAction::Pick(i64::try_from(number).unwrap_or_default()))
                });
                let screen = Screen::new(say.form_what_to_edit()).grid(buttons, 2);
                Ok(screen.button(&say.button_back(), ButtonAction::Back))
            }
        }
    }

    async fn question(&self, number: usize, cx: &mut Cx<'_>) -> Result<Screen> {
        let Some(&field) = F::FIELDS.get(number) else { return Ok(Screen::new(cx.say.form_what_to_edit())) };
        let ask = self.form.ask(field, self.page, cx).await?;
        let say = cx.say;
        let mut text = ask.prompt;
        if let At::Field(_) = self.at {
            let wanted: Vec<_> = F::FIELDS.iter().filter(|field| self.form.asks(**field)).collect();
            let position = wanted.iter().position(|known| **known == field).unwrap_or_default();
            if wanted.len() > 1 {
                text = say.form_progress(position + 1, wanted.len()).line(text);
            }
        }
        let value = self.form.value(field, cx);
        if let Some(value) = &value {
            text = text.paragraph(say.form_present(value.clone()));
        }
        let choices = ask.choices.iter().map(|choice| Button::press(&choice.label, ButtonAction::Pick(choice.pick)));
        let mut screen = Screen::new(text).grid(choices, ask.width);
        if let Some((page, pages)) = ask.pages.filter(|(_, pages)| *pages > 1) {
            screen = screen.row(super::pager::arrows(page, pages, say));
        }
        if let Some(calendar) = ask.calendar {
            screen = calendar.draw(screen, say);
        }
        // Keeping an answer and leaving the question out are different things: both are offered.
        let keep = value.is_some().then(|| Button::press(&say.button_keep(), ButtonAction::No));
        let skip = ask.optional.then(|| Button::press(&say.button_skip(), ButtonAction::Skip));
        Ok(screen.row(keep.into_iter().chain(skip)))
    }
}

/// Every form is a conversation.
impl<F: Form> Flow for Wizard<F> {
    fn shows_client(&self) -> bool {
        F::SHOWS_CLIENT
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        F::open(nav, cx).await
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        self.drive(event, cx).await
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let mut screen = self.draw(cx).await?;
        // Above the row that leaves the form.
        let last = screen.rows.len().saturating_sub(1);
        screen.rows.splice(last..last, self.form.links(cx.say).map(|link| vec![link]));
        Ok(screen)
    }
}
