//! The draft of a lead, step by step: phone → name → ad → card.

use serde::{Deserialize, Serialize};

use super::verdict;
use crate::crm::{Error, Lead, LeadDraft, LeadOutcome, Refusal, Result, clients};
use crate::domain::text::clean_lines;
use crate::domain::{ConsentMeans, Email, Note, PersonName, Phone};
use crate::flows::ads::AdPick;
use crate::flows::kit::{Ask, Choice, Confirmed, Form, Given, Taken, Wizard, typed};
use crate::flows::route::ScreenId;
use crate::flows::{Button, Cx, Navigation, Opened, Route, Step, refusals};
use crate::text::{Html, Say};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct LeadForm {
    /// The phones of the message; several are asked about.
    pub(super) phones: Vec<(Phone, String)>,
    pub(super) phone: Option<Phone>,
    /// The phone as typed.
    pub(super) typed: String,
    pub(super) name: PersonName,
    pub(super) email: Option<Email>,
    pub(super) ad: AdPick,
    pub(super) note: String,
    /// It came as a message, not step by step.
    pub(super) captured: bool,
    /// By what the client has consented, where that was tapped.
    #[serde(default)]
    pub(super) consent: Option<ConsentMeans>,
    /// The client who has the phone, and gets a touch instead of a second row.
    pub(super) known: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Phone: the only one that must be answered besides the ad.
    Phone,
    Name,
    Email,
    /// The ad that brought the client.
    Ad,
    /// What else was typed.
    Note,
}

impl LeadForm {
    async fn take_phone(&mut self, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let region = cx.crm.company.phone_region;
        match given {
            Given::Pick(pick) => {
                let Some((phone, typed)) = usize::try_from(pick).ok().and_then(|at| self.phones.get(at)).cloned()
                else {
                    return Ok(Taken::Wrong(cx.say.screen_changed()));
                };
                self.set_phone(phone, typed, cx).await?;
            }
            Given::Contact(contact) => {
                if !self.read_contact(&contact, cx).await? {
                    return Ok(Taken::Wrong(verdict::no_phone(cx)));
                }
                if self.phone.is_none() {
                    return Ok(Taken::Again);
                }
            }
            Given::Text(text) => match Phone::parse(&text, region) {
                Ok(phone) => self.set_phone(phone, text.trim().to_owned(), cx).await?,
                Err(error) => {
                    // More than a number may have been typed here: the rest is read as well.
                    let captured = self.captured;
                    if !crate::domain::capture::has_phone(&text, region) {
                        return Ok(Taken::Wrong(verdict::phone_error(&error, cx.say)));
                    }
                    self.phone = None;
                    self.read(&text, cx).await?;
                    self.captured = captured;
                    if self.phone.is_none() {
                        return Ok(Taken::Again);
                    }
                }
            },
            _ => return Ok(Taken::Wrong(verdict::no_phone(cx))),
        }
        Ok(Taken::Next)
    }

    /// What was typed besides the fields, with the phones that were not chosen.
    fn note_text(&self) -> String {
        let others = self.phones.iter().filter(|(phone, _)| self.phone.as_ref().is_some_and(|chosen| chosen != phone));
        let typed = others.map(|(_, typed)| typed.as_str());
        clean_lines(&std::iter::once(self.note.as_str()).chain(typed).collect::<Vec<_>>().join("\n"))
    }

    /// The same as notes, each of which takes so many characters.
    fn notes(&self) -> Vec<Note> {
        let signs: Vec<char> = self.note_text().chars().collect();
        signs.chunks(Note::MAX).filter_map(|part| Note::parse(&part.iter().collect::<String>()).ok()).collect()
    }

    fn heading(&self, say: Say) -> Html {
        if self.known.is_some() { say.lead_card_known() } else { say.lead_card_new() }
    }

    /// What was done, as it is told on the client's card.
    fn done(&self, lead: &Lead, cx: &Cx<'_>) -> Html {
        let (say, ad) = (cx.say, self.ad.title.as_str());
        match &lead.outcome {
            LeadOutcome::Created => say.lead_saved(ad),
            LeadOutcome::Revived => say.lead_revived(ad),
            LeadOutcome::Known { fresh: false, .. } => say.touch_already(ad),
            LeadOutcome::Known { fresh: true, by, at } if self.known.is_none() => {
                let zone = cx.crm.actor.time_zone(cx.crm.company);
                say.lead_second(by.as_str(), say.time_of_day(*at, zone), ad)
            }
            LeadOutcome::Known { fresh: true, .. } => say.touch_saved(ad),
        }
    }
}

impl Form for LeadForm {
    type Field = Field;
    const SHOWS_CLIENT: bool = true;
    const FIELDS: &'static [Field] = &[Field::Phone, Field::Name, Field::Email, Field::Ad, Field::Note];

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Wizard<Self>>> {
        let mut form = Self::default();
        if nav.text.trim().is_empty() {
            return Ok(Opened::Here(Wizard::start(form)));
        }
        form.read(&nav.text, cx).await?;
        if form.phone.is_some() {
            return Ok(Opened::Here(Wizard::on_card_or_missing(form)));
        }
        if form.phones.is_empty() {
            form.captured = false;
            let why = verdict::no_phone(cx);
            return Ok(Opened::Rejecting(Wizard::start(form), why));
        }
        Ok(Opened::Here(Wizard::edit_field(form, Field::Phone)))
    }

    fn wants(&self, field: Field) -> bool {
        match field {
            Field::Phone | Field::Ad => true,
            // What a known client has is not overwritten here.
            Field::Name | Field::Email => self.known.is_none(),
            Field::Note => !self.note_text().is_empty(),
        }
    }

    /// The e-mail is typed on the card where there is one: a question that most callers cannot answer costs each lead a tap.
    fn asks(&self, field: Field) -> bool {
        field != Field::Email && self.wants(field)
    }

    async fn ask(&self, field: Field, page: i64, cx: &mut Cx<'_>) -> Result<Ask> {
        let say = cx.say;
        Ok(match field {
            Field::Phone if self.phones.len() > 1 => {
                let choices = self.phones.iter().zip(0..);
                let choices = choices.map(|((phone, _), pick)| Choice { label: phone.pretty().into(), pick });
                Ask::typed(say.lead_which_phone()).choices(choices.collect(), 1)
            }
            Field::Phone => Ask::typed(say.lead_ask_phone(cx.crm.company.phone_region.example())),
            Field::Name => Ask::typed(say.lead_ask_name()).optional(),
            Field::Email => Ask::typed(say.lead_ask_email()).optional(),
            Field::Ad => {
                let question = say.lead_ask_ad();
                let prompt = match self.captured || self.known.is_some() {
                    true => self.card(cx).await?.paragraph(question),
                    false => question,
                };
                self.ad.ask(prompt, page, cx).await?
            }
            Field::Note => Ask::typed(say.note_ask()).optional(),
        })
    }

    async fn take(&mut self, field: Field, given: Given, cx: &mut Cx<'_>) -> Result<Taken> {
        let say = cx.say;
        Ok(match (field, given) {
            (Field::Phone, given) => return self.take_phone(given, cx).await,
            (Field::Ad, given) => return self.ad.take(given, cx).await,
            (Field::Name, Given::Skip) => {
                self.clear_name();
                Taken::Next
            }
            (Field::Name, Given::Text(text)) => match PersonName::split(&text) {
                Ok(name) => {
                    self.name = name;
                    Taken::Next
                }
                Err(error) => Taken::Wrong(verdict::name_error(error, say)),
            },
            (Field::Email, Given::Skip) => {
                self.email = None;
                Taken::Next
            }
            (Field::Email, Given::Text(text)) => match Email::parse(&text) {
                Ok(email) => {
                    self.email = email;
                    Taken::Next
                }
                Err(_) => Taken::Wrong(say.email_wrong()),
            },
            (Field::Note, Given::Skip) => {
                self.note.clear();
                Taken::Next
            }
            (Field::Note, Given::Text(text)) => match Note::parse(&text) {
                Ok(note) => {
                    self.note = note.into();
                    Taken::Next
                }
                Err(error) => Taken::Wrong(typed::text_error(error, say.field_note(), say)),
            },
            (field, _) => Taken::Wrong(say.typed_text_expected(Self::label(field, say))),
        })
    }

    fn label(field: Field, say: Say) -> Html {
        match field {
            Field::Phone => say.field_phone(),
            Field::Name => say.field_name(),
            Field::Email => say.field_email(),
            Field::Ad => say.field_ad(),
            Field::Note => say.field_note(),
        }
    }

    fn value(&self, field: Field, _: &Cx<'_>) -> Option<Html> {
        let text = match field {
            Field::Phone => self.phone.as_ref()?.pretty(),
            Field::Name => self.name.display()?,
            Field::Email => self.email.as_ref()?.as_str().to_owned(),
            Field::Ad => self.ad.title.clone(),
            Field::Note => self.note_text(),
        };
        Some(Html::from(text)).filter(|text| !text.is_empty())
    }

    async fn card(&self, cx: &mut Cx<'_>) -> Result<Html> {
        let say = cx.say;
        let lines = Self::FIELDS.iter().filter_map(|&field| {
            let value = match self.value(field, cx) {
                None if field == Field::Ad => Some(say.dash()),
                value => value,
            };
            typed::draft_line(Self::label(field, say), value, None, say)
        });
        let text = self.heading(say).paragraph(Html::join(lines, "\n"));
        Ok(match &self.phone {
            Some(phone) => text.paragraph(verdict::of(phone, cx).await?),
            None => text,
        })
    }

    fn acts(&self, cx: &Cx<'_>) -> Vec<Button> {
        self.consent_button(cx).into_iter().collect()
    }

    fn act(&mut self, act: u8) {
        self.tap_consent(act);
    }

    /// A message said everything but the ad: it is asked for at once.
    fn missing(&self) -> Option<Field> {
        (self.captured && self.ad.id.is_none()).then_some(Field::Ad)
    }

    /// A message has no steps to go back to.
    fn steps_back(&self) -> bool {
        !self.captured
    }

    fn links(&self, say: Say) -> Option<Button> {
        self.known.map(|client| Button::open(&say.button_open_card(), Route::of(ScreenId::Client, client)))
    }

    fn confirm_words(&self, say: Say) -> Html {
        if self.known.is_some() { say.button_touch_add() } else { say.button_save() }
    }

    async fn confirm(&mut self, cx: &mut Cx<'_>) -> Result<Confirmed<Self::Field>> {
        let Some(phone) = self.phone.clone() else { return Ok(Confirmed::Asks(Field::Phone, None)) };
        let Some(ad) = self.ad.id else { return Ok(Confirmed::Asks(Field::Ad, None)) };
        let draft = LeadDraft {
            phone,
            phone_raw: self.typed.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            ad,
            notes: self.notes(),
        };
        let lead = match clients::register(&mut cx.crm, &draft).await {
            Err(Error::Refused(refusal @ (Refusal::AdFinished | Refusal::Gone))) => {
                self.ad = AdPick::default();
                return Ok(Confirmed::Asks(Field::Ad, Some(refusals::sentence(&refusal, cx))));
            }
            done => done?,
        };
        self.note_consent(lead.client, cx).await?;
        let words = self.done(&lead, cx);
        Ok(Step::Go(Route::of(ScreenId::Client, lead.client).into(), Some(words)).into())
    }
}
