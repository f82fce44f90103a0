//! The card before Confirm, with its warnings, and the use case.

use super::form::{ContractForm, Field};
use crate::crm::{ContractDraft, ContractEdit, Error, Field as Named, Refusal, Result, contracts};
use crate::domain::PositiveMoney;
use crate::domain::contract::{ContractTerms, check};
use crate::flows::kit::{Confirmed, Form, typed};
use crate::flows::{Cx, Route, Step, refusals, route::ScreenId};
use crate::text::Html;

/// The card: every field, and what is worth knowing before Confirm (K9).
pub async fn card(form: &ContractForm, cx: &mut Cx<'_>) -> Result<Html> {
    let say = cx.say;
    let heading = match form.edited {
        Some((id, _)) => say.contract_card_edit(id),
        None => say.contract_card_new(),
    };
    let present = match form.edited {
        Some((id, _)) => Some(ContractForm::of(&contracts::card(&mut cx.crm, id).await?)),
        None => None,
    };
    let lines = ContractForm::FIELDS.iter().filter_map(|&field| {
        let before = present.as_ref().map(|present| present.value(field, cx));
        let value = form.value(field, cx).or_else(|| (field == Field::Document).then(|| say.contract_no_file()));
        typed::draft_line(ContractForm::label(field, say), value, before, say)
    });
    Ok(heading.paragraph(Html::join(lines, "\n")).paragraph(warnings(form, cx)))
}

fn warnings(form: &ContractForm, cx: &Cx<'_>) -> Html {
    let Some(terms) = terms(form) else { return Html::default() };
    let Ok(warnings) = check(&terms, cx.crm.today()) else { return Html::default() };
    let mut text = Html::default();
    if warnings.already_ended {
        text = text.line(cx.say.contract_warning_ended());
    }
    if warnings.starts_later {
        text = text.line(cx.say.contract_warning_scheduled(cx.say.day(terms.starts_on)));
    }
    text
}

fn terms(form: &ContractForm) -> Option<ContractTerms> {
    Some(ContractTerms {
        amount: form.amount.money()?,
        signed_on: form.signed_on?,
        starts_on: form.starts_on?,
        ends_on: form.ends_on?,
    })
}

/// What is still to be answered before the use case.
fn missing(form: &ContractForm, cx: &Cx<'_>) -> Option<Field> {
    let optional = [Field::Document, Field::Note];
    let mut wanted =
        ContractForm::FIELDS.iter().copied().filter(|field| form.wants(*field) && !optional.contains(field));
    wanted.find(|&field| form.value(field, cx).is_none())
}

/// Makes or changes the contract.
pub async fn confirm(form: &mut ContractForm, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
    if let Some(field) = missing(form, cx) {
        let why = cx.say.contract_missing(ContractForm::label(field, cx.say));
        return Ok(Confirmed::Asks(field, Some(why)));
    }
    let Some((title, service, terms, amount)) = whole(form) else {
        return Ok(Confirmed::Asks(ContractForm::FIELDS[0], None));
    };
    let document = form.document.as_ref().map(|(id, _)| *id);
    let ContractTerms { signed_on, starts_on, ends_on, .. } = terms;
    let done = match form.edited {
        None => {
            let (client, touch) = (form.client.id.unwrap_or_default(), form.touch.id.unwrap_or_default());
            let draft =
                ContractDraft { client, touch, service, title, amount, signed_on, starts_on, ends_on, document };
            contracts::create(&mut cx.crm, &draft).await
        }
        Some((id, version)) => {
            let note = form.note.clone().or_else(|| crate::domain::Remark::parse("").ok());
            let Some(note) = note else { return Ok(Step::Stay.into()) };
            let edit = ContractEdit { title, service, amount, signed_on, starts_on, ends_on, note, document };
            contracts::edit(&mut cx.crm, id, version, &edit, form.reason.as_ref()).await.map(|()| id)
        }
    };
    let id = match done {
        Err(Error::Refused(refusal)) => return refused(form, &refusal, cx).await,
        done => done?,
    };
    Ok(match form.edited {
        Some(_) => Step::Back(Some(cx.say.saved())),
        None => {
            let words = cx.say.contract_confirmed(id, form.client.who.as_str());
            Step::Go(Route::of(ScreenId::ContractCard, id).into(), Some(words))
        }
    }
    .into())
}

fn whole(form: &ContractForm) -> Option<(crate::domain::Title, i64, ContractTerms, PositiveMoney)> {
    let terms = terms(form)?;
    Some((form.title.clone()?, form.service.id?, terms, PositiveMoney::try_from(terms.amount).ok()?))
}

/// Back to the field to be corrected; nothing that was typed is lost.
async fn refused(form: &mut ContractForm, refusal: &Refusal, cx: &mut Cx<'_>) -> Result<Confirmed<Field>> {
    let why = refusals::sentence(refusal, cx);
    if let (Refusal::Changed, Some((id, _))) = (refusal, form.edited) {
        // The card now compares with what the other has saved: a second Confirm is meant (E1).
        form.edited = Some((id, contracts::card(&mut cx.crm, id).await?.version));
    }
    let field = match refusal {
        Refusal::Terms(Named::Amount) => Field::Amount,
        Refusal::Terms(Named::SignedOn) => Field::SignedOn,
        Refusal::Terms(_) => Field::EndsOn,
        Refusal::ServiceArchived => Field::Service,
        Refusal::TouchUnusable => Field::Touch,
        _ => return Ok(Step::Reject(why).into()),
    };
    Ok(Confirmed::Asks(field, Some(why)))
}
