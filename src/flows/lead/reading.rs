//! What a message or a contact card says about a new client.

use super::form::LeadForm;
use super::verdict;
use crate::crm::{Error, Refusal, Result, RunningAd, Verdict, touches};
use crate::domain::capture::{self, KnownAd};
use crate::domain::{Email, NameKind, NamePart, PersonName, Phone};
use crate::flows::ads::AdPick;
use crate::flows::{Contact, Cx};

impl LeadForm {
    /// Reads a message into the draft; what was known before stays, and nothing typed is lost.
    pub(super) async fn read(&mut self, text: &str, cx: &mut Cx<'_>) -> Result<()> {
        self.captured = true;
        let running = match touches::running_ads(&mut cx.crm).await {
            // The question for the ad says so.
            Err(Error::Refused(Refusal::Denied)) => Vec::new(),
            running => running?,
        };
        let ads: Vec<KnownAd<'_>> = running.iter().map(known).collect();
        let said = capture::recognise(text, &ads, cx.crm.company.phone_region);
        self.phones = said.phones.into_iter().map(|found| (found.phone, found.typed)).collect();
        if self.name.is_empty() {
            for (kind, part) in [
                (NameKind::Last, said.last_name),
                (NameKind::First, said.first_name),
                (NameKind::Middle, said.middle_name),
            ] {
                self.take_part(kind, part.as_deref());
            }
        }
        if self.email.is_none() {
            self.email = said.email.and_then(|email| Email::parse(&email).ok()?);
        }
        if let Some(ad) = said.ad_id.and_then(|id| running.iter().find(|ad| ad.id == id)) {
            self.ad = AdPick::of(ad.id, &ad.title);
        }
        self.add_note(&said.note);
        if let [(phone, typed)] = &self.phones[..] {
            let (phone, typed) = (phone.clone(), typed.clone());
            self.set_phone(phone, typed, cx).await?;
        }
        Ok(())
    }

    /// Takes the phones and, where nothing better is known, the name of a contact card (C2); of several phones none is chosen.
    pub(super) async fn read_contact(&mut self, contact: &Contact, cx: &mut Cx<'_>) -> Result<bool> {
        let region = cx.crm.company.phone_region;
        let first = Phone::from_contact(&contact.phone, region).map(|phone| (phone, contact.phone.clone()));
        let more =
            contact.more_phones.iter().map(|typed| Phone::parse(typed, region).map(|phone| (phone, typed.clone())));
        let mut phones: Vec<(Phone, String)> = Vec::new();
        for (phone, typed) in [first].into_iter().chain(more).flatten() {
            if phones.iter().all(|(known, _)| *known != phone) {
                phones.push((phone, typed));
            }
        }
        if phones.is_empty() {
            return Ok(false);
        }
        if self.name.is_empty() {
            self.take_part(NameKind::First, Some(&contact.first_name));
            self.take_part(NameKind::Last, contact.last_name.as_deref());
        }
        self.phones = phones;
        self.phone = None;
        if let [(phone, typed)] = &self.phones[..] {
            let (phone, typed) = (phone.clone(), typed.clone());
            self.set_phone(phone, typed, cx).await?;
        }
        Ok(true)
    }

    /// Sets the phone and looks up whose it is (C5, C6).
    pub(super) async fn set_phone(&mut self, phone: Phone, typed: String, cx: &mut Cx<'_>) -> Result<()> {
        self.known = match verdict::look_up(&phone, cx).await? {
            Verdict::Known(known) => Some(known.client.id),
            Verdict::Voided | Verdict::Unknown => None,
        };
        self.phone = Some(phone);
        self.typed = typed;
        Ok(())
    }

    /// A part that no name can be goes into the note.
    fn take_part(&mut self, kind: NameKind, part: Option<&str>) {
        let Some(text) = part else { return };
        match NamePart::parse(kind, text) {
            Ok(Some(part)) => self.name.set(part),
            Ok(None) => {}
            Err(_) => self.add_note(text),
        }
    }

    /// One more line of the note.
    fn add_note(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.note.is_empty() {
            self.note.push('\n');
        }
        self.note.push_str(text);
    }

    /// The name, or nothing typed yet.
    pub(super) fn clear_name(&mut self) {
        self.name = PersonName::default();
    }
}

fn known(ad: &RunningAd) -> KnownAd<'_> {
    KnownAd { id: ad.id, title: &ad.title, network: ad.channel.network(), aliases: &ad.aliases }
}
