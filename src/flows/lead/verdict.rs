//! What is said about a draft: whose phone it is, and what is wrong with an answer.

use crate::crm::{Error, Known, Refusal, Result, Verdict, clients};
use crate::domain::{NameError, NameKind, Phone, PhoneError, PhoneProblem, local_day};
use crate::flows::{Cx, labels};
use crate::text::{Html, Say};

/// The verdict on a phone, read for every screen; nothing for a new phone.
pub(super) async fn of(phone: &Phone, cx: &mut Cx<'_>) -> Result<Html> {
    Ok(match look_up(phone, cx).await? {
        Verdict::Known(known) => known_client(&known, cx),
        Verdict::Voided => cx.say.lead_verdict_voided(),
        Verdict::Unknown => Html::default(),
    })
}

/// Looks the phone up. A person who may add clients and not see them learns nothing, and adds them all the same.
pub(super) async fn look_up(phone: &Phone, cx: &mut Cx<'_>) -> Result<Verdict> {
    match clients::look_up(&mut cx.crm, phone).await {
        Err(Error::Refused(Refusal::Denied)) => Ok(Verdict::Unknown),
        verdict => verdict,
    }
}

fn known_client(known: &Known, cx: &Cx<'_>) -> Html {
    let say = cx.say;
    let zone = cx.crm.actor.time_zone(cx.crm.company);
    let client = &known.client;
    let head = match known.merged {
        true => say.lead_verdict_merged(client.who.as_str(), labels::state(client.state, say)),
        false => say.lead_verdict_known(client.who.as_str(), labels::state(client.state, say)),
    };
    let last = known.last_touch.as_ref().map(|touch| say.lead_verdict_last(touch.ad.as_str(), say.day(touch.day)));
    let entered = say.lead_verdict_entered(known.created_by.as_str(), say.day(local_day(known.created_at, zone)));
    head.line(last.unwrap_or_default()).line(entered).line(say.lead_verdict_touch_instead())
}

/// A message without a phone.
pub(super) fn no_phone(cx: &Cx<'_>) -> Html {
    cx.say.lead_no_phone(cx.crm.company.phone_region.example())
}

/// Why a text is no phone, with an example (C4).
pub(in crate::flows) fn phone_error(error: &PhoneError, say: Say) -> Html {
    let example = error.example.as_str();
    match error.problem {
        PhoneProblem::NotANumber => say.phone_not_a_number(example),
        PhoneProblem::TooShort => say.phone_too_short(example),
        PhoneProblem::TooLong => say.phone_too_long(example),
        PhoneProblem::UnknownCountry => say.phone_unknown_country(example),
        PhoneProblem::NotInUse => say.phone_not_in_use(example),
    }
}

/// Why a text is no name (C12).
pub(in crate::flows) fn name_error(error: NameError, say: Say) -> Html {
    let field = |kind| match kind {
        NameKind::Last => say.field_last_name(),
        NameKind::First => say.field_first_name(),
        NameKind::Middle => say.field_middle_name(),
    };
    match error {
        NameError::OnlySpaces { kind } => say.typed_empty(field(kind)),
        NameError::TooLong { kind, length, max } => say.typed_too_long(field(kind), max, length),
    }
}
