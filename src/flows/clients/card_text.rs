//! What a client's card says.

use crate::crm::{ClientCard, ContractLine, Handover, NoteLine};
use crate::domain::local_day;
use crate::flows::{Cx, labels};
use crate::text::{Html, Say};

/// A note on the card shows so many UTF-16 units.
const NOTE_UNITS: usize = 300;

/// The card as a text; the phone is masked unless it was asked for.
pub(super) fn text(card: &ClientCard, shown: bool, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let phone = match shown {
        // Telegram makes a call link of the canonical form.
        true => say.card_phone(card.phone.as_str()),
        false => say.card_phone(card.phone.masked()),
    };
    let name = card.name.display().map_or_else(|| say.card_nameless(), Html::from);
    let mut head = say.card_title(name, card.id).line(say.card_state(labels::state(card.state, say)));
    if let Some((at, reason)) = &card.lost {
        head = head.line(say.card_lost(say.day(local_day(*at, zone)), reason.as_str()));
    }
    head = head.line(phone);
    if let Some(email) = &card.email {
        head = head.line(say.card_email(email.as_str()));
    }
    if let Some(consent) = &card.consent {
        head = head.line(super::consent::line(consent, cx));
    }
    if let Some((_, responsible)) = &card.responsible {
        head = head.line(say.card_responsible(responsible.as_str()));
    }
    if let Some(waiting) = &card.handover {
        head = head.line(handover(waiting, cx));
    }
    if let Some(next) = &card.follow_up {
        head = head.line(say.card_follow_up(say.moment(next.due_at, zone), next.owner.as_str()));
    }
    let entered = say.card_entered(say.day(local_day(card.created_at, zone)), card.created_by.as_str());
    head.line(entered).paragraph(touches(card, say)).paragraph(contracts(card, cx)).paragraph(notes(card, cx))
}

/// The handover that waits: to whom, since when, with what note.
fn handover(waiting: &Handover, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let since = say.lately(waiting.at, cx.crm.now, cx.crm.actor.time_zone(cx.crm.company));
    let mut text = say.card_handover(waiting.from.1.as_str(), waiting.to.1.as_str(), since);
    if !waiting.note.is_empty() {
        text = text.line(say.handover_note(waiting.note.as_str()));
    }
    if waiting.able { text } else { text.line(say.card_handover_unable(waiting.to.1.as_str())) }
}

fn touches(card: &ClientCard, say: Say) -> Html {
    if card.touches.is_empty() {
        return say.card_no_touches();
    }
    let lines = card.touches.iter().map(|touch| say.card_touch(say.day(touch.day), touch.ad.as_str()));
    say.card_touches(card.touch_count).line(Html::join(lines, "\n"))
}

/// Count and dates, and what the contracts are where one may see them whole.
fn contracts(card: &ClientCard, cx: &Cx<'_>) -> Html {
    let Some(count) = card.contract_count.filter(|count| *count > 0) else { return Html::default() };
    let lines = card.contracts.iter().map(|contract| contract_line(contract, cx));
    cx.say.card_contracts(count).line(Html::join(lines, "\n"))
}

/// A contract as one line: title and amount where one may see them, days and status.
pub(in crate::flows) fn contract_line(contract: &ContractLine, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let days = say.card_days(say.day(contract.starts_on), say.day(contract.ends_on));
    let status = labels::contract_status(contract.status, say);
    match (&contract.title, contract.amount) {
        (Some(title), Some(amount)) => {
            say.card_contract_whole(title.as_str(), say.money(amount, cx.crm.company.currency), days, status)
        }
        _ => say.card_contract(days, status),
    }
}

fn notes(card: &ClientCard, cx: &Cx<'_>) -> Html {
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let line = |note: &NoteLine| {
        let text = match note.call {
            Some(outcome) => super::call::label(outcome, cx.say),
            None => Html::data(&note.text).trimmed(NOTE_UNITS),
        };
        let file = note.file.as_deref().map(|file| cx.say.card_note_file(file));
        let text = Html::join(file.into_iter().chain([text]).filter(|part| !part.is_empty()), " ");
        cx.say.card_note(cx.say.moment(note.at, zone), note.author.as_str(), text)
    };
    match card.notes.is_empty() {
        true => Html::default(),
        false => cx.say.card_notes().line(Html::join(card.notes.iter().map(line), "\n")),
    }
}
