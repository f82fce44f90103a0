//! Mistakes in touches: the right ad in place of a wrong one, or no touch at all (H7, H8).

use serde::{Deserialize, Serialize};

use super::reason::{self, Reasons};
use crate::crm::TouchCard;
use crate::crm::{Result, touches};
use crate::domain::Reason;
use crate::flows::ads::AdPick;
use crate::flows::kit::{Ask, Choice, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::{Button, Cx, Flow, Navigation, Opened, Route, Screen, Step, route::ScreenId};
use crate::text::{Html, Say};

/// The touches of a client that the person may mend.
#[derive(Clone, Serialize, Deserialize)]
pub struct CorrectTouchList {
    client: i64,
}

impl Flow for CorrectTouchList {
    async fn open(nav: &Navigation, _: &mut Cx<'_>) -> Result<Opened<Self>> {
        Ok(Opened::Here(Self { client: nav.id()? }))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let touches = touches::correctable(&mut cx.crm, self.client).await?;
        let text = if touches.is_empty() { say.mend_nothing() } else { say.mend_which() };
        let rows = touches.iter().map(|touch| {
            let label = say.mend_row(say.day(touch.day), touch.title.as_str());
            Button::open(&label, Route::of(ScreenId::TouchMend, touch.id))
        });
        Ok(Screen::new(text).grid(rows, 1).leave(say))
    }
}

/// The draft of a correction.
#[derive(Clone, Serialize, Deserialize)]
pub struct CorrectTouchForm {
    touch: i64,
    title: String,
    /// Whether the touch goes away altogether.
    void: Option<bool>,
    ad: AdPick,
    reason: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Another ad, or no touch at all.
    What,
    Ad,
    Reason,
}

const CORRECT: i64 = 1;
const VOID: i64 = 2;

const REASONS: Reasons = &[Say::mend_reason_wrong_ad, Say::mend_reason_double, Say::mend_reason_mistake];

impl CorrectTouchForm {
    fn of(touch: &TouchCard) -> Self {
        Self { touch: touch.id, title: touch.title.clone(), void: None, ad: AdPick::default(), reason: None }
    }
}

impl Form for CorrectTouchForm {
    type Field = Field;
    const FIELDS: &'static [Field] = &[Field::What, Field::Ad, Field::Reason];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let touch = touches::correctable_one(&mut cx.crm, nav.id()?).await?;
        Ok(Opened::Here(Wizard::start(CorrectTouchForm::of(&touch))))
    }

    fn wants(&self, field: Field) -> bool {
        field != Field::Ad || self.void != Some(true)
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let say = cx.say;
        Ok(match field {
            Field::What => {
                let choice = |label, pick| Choice { label, pick };
                let choices = vec![choice(say.mend_correct(), CORRECT), choice(say.mend_void(), VOID)];
                Ask::typed(say.mend_ask_what(self.title.as_str())).choices(choices, 1)
            }
            Field::Ad => self.ad.ask(say.mend_ask_ad(), page, cx).await?,
            Field::Reason => Ask::typed(say.mend_ask_reason()).choices(reason::choices(REASONS, say), 1),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        Ok(match (field, given) {
            (Field::Ad, given) => return self.ad.take(given, cx).await,
            (Field::What, Given::Pick(pick @ (CORRECT | VOID))) => {
                self.void = Some(pick == VOID);
                Taken::Next
            }
            (Field::What, _) => Taken::Wrong(cx.say.pick_expected()),
            (Field::Reason, given) => match reason::read(given, REASONS, cx.say) {
                Ok(reason) => {
                    self.reason = Some(reason);
                    Taken::Next
                }
                Err(why) => Taken::Wrong(why),
            },
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::What => say.field_what(),
            Field::Ad => say.field_ad(),
            Field::Reason => say.field_reason(),
        }
    }

    fn value(&self, field: Field, cx: &Cx<'_>) -> Option<Html> {
        let text: Html = match field {
            Field::What if self.void? => cx.say.mend_void(),
            Field::What => cx.say.mend_correct(),
            Field::Ad => self.ad.title.as_str().into(),
            Field::Reason => self.reason.as_ref()?.as_str().into(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let lines = Self::FIELDS
            .iter()
            .filter(|field| self.wants(**field))
            .filter_map(|&field| typed::draft_line(Self::label(field, say), self.value(field, cx), None, say));
        Ok(say.mend_card(self.title.as_str()).paragraph(Html::join(lines, "\n")))
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(void) = self.void else { return Ok(Confirmed::Asks(Field::What, None)) };
        let Some(reason) = &self.reason else { return Ok(Confirmed::Asks(Field::Reason, None)) };
        let title = self.title.as_str();
        let words = match (void, self.ad.id) {
            (true, _) => {
                touches::void(&mut cx.crm, self.touch, reason).await?;
                cx.say.mend_voided(title)
            }
            (false, Some(ad)) => {
                let right = touches::correct(&mut cx.crm, self.touch, ad, reason).await?;
                cx.say.mend_corrected(right.title, title)
            }
            (false, None) => return Ok(Confirmed::Asks(Field::Ad, None)),
        };
        Ok(Step::Back(Some(words)).into())
    }
}
