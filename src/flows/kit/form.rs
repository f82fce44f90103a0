//! A form: a table of fields that fill a draft. It says what it asks, how it reads an answer, and what its card and its
//! use case are; everything that forms have in common is the wizard's.

use std::future::Future;

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Wizard;
use super::calendar::Calendar;
use super::pick::Offers;
use crate::crm::Result;
use crate::flows::{Button, Compute, Computed, Contact, Cx, File, Navigation, Opened, Step};
use crate::text::{Html, Say};

/// A draft that is filled by answers.
pub trait Form: Clone + Serialize + DeserializeOwned + Send + Sync + Sized {
    type Field: Copy + PartialEq + Send + Sync + 'static;

    /// The draft that the form begins with, and where.
    fn open(nav: &Navigation, cx: &mut Cx<'_>) -> impl Future<Output = Result<Opened<Wizard<Self>>>> + Send;

    /// Whether its screens show a client's data, which a company may keep from being forwarded (J6).
    const SHOWS_CLIENT: bool = false;

    /// All questions, in order.
    const FIELDS: &'static [Self::Field];

    /// Whether the question makes sense with what is known so far.
    fn wants(&self, field: Self::Field) -> bool {
        let _ = field;
        true
    }

    /// Whether it is asked on the way to the card; otherwise it can be answered from there.
    fn asks(&self, field: Self::Field) -> bool {
        self.wants(field)
    }

    /// What is asked, and what can be tapped instead of typed. `page` turns long choices and calendars.
    fn ask(&self, field: Self::Field, page: i64, cx: &mut Cx<'_>) -> impl Future<Output = Result<Ask>> + Send;

    /// Reads an answer into the draft.
    fn take(&mut self, field: Self::Field, given: Given, cx: &mut Cx<'_>)
    -> impl Future<Output = Result<Taken>> + Send;

    /// The question's name in the list of what can be edited.
    fn label(field: Self::Field, say: Say) -> Html;

    /// What has been answered so far, for the question asked again; none when nothing.
    fn value(&self, field: Self::Field, cx: &Cx<'_>) -> Option<Html>;

    /// The card before the use case.
    fn card(&self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Html>> + Send;

    /// Buttons of the card besides Confirm, Edit, Back and Home; a tap comes to [`Form::act`].
    fn acts(&self, cx: &Cx<'_>) -> Vec<Button> {
        let _ = cx;
        Vec::new()
    }

    /// An act of the card.
    fn act(&mut self, act: u8) {
        let _ = act;
    }

    /// A question that has to be answered before the card is shown, whatever was answered so far.
    fn missing(&self) -> Option<Self::Field> {
        None
    }

    /// Whether Back on the card returns to the questions; else it leaves the form.
    fn steps_back(&self) -> bool {
        true
    }

    /// Buttons above the row that leaves the form, each in a row of its own.
    fn links(&self, say: Say) -> Option<Button> {
        let _ = say;
        None
    }

    /// What stands on the button that does the use case.
    fn confirm_label(say: Say) -> Html {
        say.button_save()
    }

    /// The same where it depends on the draft.
    fn confirm_words(&self, say: Say) -> Html {
        let _ = self;
        Self::confirm_label(say)
    }

    /// The use case. A refusal by `?` is said over the card; one that a single answer can mend asks for it again.
    fn confirm(&mut self, cx: &mut Cx<'_>) -> impl Future<Output = Result<Confirmed<Self::Field>>> + Send;
}

/// What Confirm came to.
pub enum Confirmed<F> {
    Done(Step),
    /// One question comes again, with the reason; then the card.
    Asks(F, Option<Html>),
}

impl<F> From<Step> for Confirmed<F> {
    fn from(step: Step) -> Self {
        Self::Done(step)
    }
}

pub struct Ask {
    /// The sentence, with an example of the right form.
    pub prompt: Html,
    /// What can be tapped.
    pub choices: Vec<Choice>,
    /// Choices in a row.
    pub width: usize,
    /// Whether it may be left out.
    pub optional: bool,
    /// Page and number of pages, where the choices are paged.
    pub pages: Option<(i64, i64)>,
    /// A calendar, where a day is asked for.
    pub calendar: Option<Calendar>,
}

impl Ask {
    /// A question that is answered by typing.
    #[must_use]
    pub fn typed(prompt: Html) -> Self {
        Self { prompt, choices: Vec::new(), width: 1, optional: false, pages: None, calendar: None }
    }

    /// It may be left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// With choices, `width` in a row.
    #[must_use]
    pub fn choices(mut self, choices: Vec<Choice>, width: usize) -> Self {
        self.choices = choices;
        self.width = width;
        self
    }

    /// With a page of offers, one in a row.
    #[must_use]
    pub fn offers(self, offers: Offers) -> Self {
        Self { pages: Some((offers.page, offers.pages)), ..self.choices(offers.choices, 1) }
    }

    /// With a calendar whose shown month is `page` months from that of `around`.
    #[must_use]
    pub fn calendar(mut self, around: NaiveDate, today: NaiveDate, page: i64) -> Self {
        self.calendar = Some(Calendar::new(around, today, page));
        self
    }
}

/// Something that can be tapped instead of typed.
pub struct Choice {
    /// What stands on it.
    pub label: Html,
    /// What comes back as [`Given::Pick`].
    pub pick: i64,
}

pub enum Given {
    Text(String),
    /// Tapped: a choice, or the number of a day of the calendar.
    Pick(i64),
    Skip,
    Contact(Contact),
    File(File),
    /// What came of work outside the transaction.
    Computed(Computed),
}

/// What became of an answer.
pub enum Taken {
    /// Understood: on to the next question.
    Next,
    /// Understood, and there is more to choose: the same question again.
    Again,
    /// Not understood; the same question again, with the reason and an example.
    Wrong(Html),
    /// Work outside the transaction comes first.
    Compute(Compute),
    /// The form knows enough: straight to the card.
    Card,
}
