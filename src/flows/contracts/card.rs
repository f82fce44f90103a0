//! A contract's card: its client, touch, ad, file, and what may be done with it.

use serde::{Deserialize, Serialize};

use super::attach::attaches;
use super::change::Change;
use super::form::RENEW;
use crate::crm::{self, Entity, Result, UNDONE, contracts};
use crate::domain::{ContractStatus, Permission};
use crate::flows::kit::undo;
use crate::flows::{
    Button, ButtonAction, Cx, Event, Extra, Flow, Navigation, Opened, Route, Screen, Step, labels, route::ScreenId,
};
use crate::text::Html;

const DOCUMENT: u8 = 1;
const RENEWAL: u8 = 2;
const TERMINATE: u8 = 3;
const VOID: u8 = 4;
const PROLONG: u8 = 5;
const RELINK: u8 = 6;
const ATTACH: u8 = 7;
const BRING_BACK: u8 = 8;

#[derive(Clone, Serialize, Deserialize)]
pub struct ContractCard {
    pub(super) id: i64,
    /// The contract's version when a file was asked for (E1).
    #[serde(default)]
    pub(super) attaching: Option<i32>,
}

impl Flow for ContractCard {
    fn shows_client(&self) -> bool {
        true
    }

    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let id = nav.id()?;
        contracts::card(&mut cx.crm, id).await?;
        Ok(Opened::Here(Self { id, attaching: None }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        let id = self.id;
        let change = |change: Change| Navigation {
            route: Route::of(ScreenId::ContractChange, id),
            text: change.code().to_owned(),
        };
        if let Some(version) = self.attaching {
            return self.attach(version, event, cx).await;
        }
        let nav = match event {
            Event::Pressed(ButtonAction::Act(ATTACH)) => return self.ask_file(cx).await,
            Event::Pressed(ButtonAction::Act(DOCUMENT)) => return self.show_document(cx).await,
            Event::Pressed(ButtonAction::Act(BRING_BACK)) => return self.bring_back(cx).await,
            Event::Pressed(ButtonAction::Act(RENEWAL)) => {
                Navigation::with(ScreenId::ContractNew, format!("{RENEW}{}", self.id))
            }
            Event::Pressed(ButtonAction::Act(TERMINATE)) => change(Change::Terminate),
            Event::Pressed(ButtonAction::Act(VOID)) => change(Change::Void),
            Event::Pressed(ButtonAction::Act(PROLONG)) => change(Change::Prolong),
            Event::Pressed(ButtonAction::Act(RELINK)) => change(Change::Relink),
            event => return Ok(event.otherwise()),
        };
        Ok(Step::Open(nav))
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let say = cx.say;
        let card = contracts::card(&mut cx.crm, self.id).await?;
        if self.attaching.is_some() {
            let present = card.document.as_ref().map(|document| say.contract_file(document.name.as_str()));
            return Ok(Screen::new(say.contract_ask_file(card.id).line(present.unwrap_or_default())).leave(say));
        }
        let document = card
            .document
            .as_ref()
            .map(|document| Button::press(&say.button_document(document.name.as_str()), ButtonAction::Act(DOCUMENT)));
        let known = [
            (say.button_contract_client(), ScreenId::Client, card.client.id),
            (say.button_contract_ad(), ScreenId::AdCard, card.ad_id),
            (say.button_contract_history(), ScreenId::ContractHistory, card.id),
        ];
        let known = known.into_iter().filter(|(_, kind, _)| kind.entry().access.is_open(cx));
        let known: Vec<Button> = known.map(|(label, kind, id)| Button::open(&label, Route::of(kind, id))).collect();
        Ok(Screen::new(text(&card, cx))
            .row(document)
            .row(known)
            .grid(use_cases(&card, cx), 2)
            .row(undo::buttons(Entity::Contract, self.id, cx).await?)
            .leave(say))
    }
}

impl ContractCard {
    async fn bring_back(&self, cx: &mut Cx<'_>) -> Result<Step> {
        let card = contracts::card(&mut cx.crm, self.id).await?;
        contracts::bring_back(&mut cx.crm, self.id, card.version).await?;
        Ok(Step::Notify(cx.say.contract_brought_back(self.id)))
    }

    async fn show_document(&self, cx: &mut Cx<'_>) -> Result<Step> {
        let card = contracts::card(&mut cx.crm, self.id).await?;
        if let Some(document) = card.document {
            let caption = cx.say.contract_document_caption(card.id, card.title);
            cx.extras.push(Extra::Document { id: document.id, caption });
        }
        Ok(Step::Stay)
    }
}

/// What the actor may do with the contract as it stands.
fn use_cases(card: &crm::ContractCard, cx: &Cx<'_>) -> Vec<Button> {
    let (say, live) = (cx.say, card.status.is_live());
    let corrects = cx.crm.may(Permission::ContractCorrect);
    let may = |right| live && cx.crm.may(right) || corrects;
    let mut buttons = Vec::new();
    let voids = corrects || card.own_today && cx.crm.may(Permission::ContractVoidOwn);
    if card.dates.voided {
        if voids {
            buttons.push(Button::press(&say.button_bring_back(), ButtonAction::Act(BRING_BACK)));
        }
        return buttons;
    }
    if may(Permission::ContractEdit) {
        buttons.push(Button::open(&say.button_edit(), Route::of(ScreenId::ContractEdit, card.id)));
        buttons.push(Button::press(&say.button_prolong(), ButtonAction::Act(PROLONG)));
    }
    if attaches(card, cx) {
        let label = if card.document.is_some() { say.button_replace_file() } else { say.button_attach_file() };
        buttons.push(Button::press(&label, ButtonAction::Act(ATTACH)));
    }
    if cx.crm.may(Permission::ContractAdd) {
        buttons.push(Button::press(&say.button_renew(), ButtonAction::Act(RENEWAL)));
    }
    if live && card.dates.terminated_on.is_none() && may(Permission::ContractTerminate) {
        buttons.push(Button::press(&say.button_terminate(), ButtonAction::Act(TERMINATE)));
    }
    if voids {
        buttons.push(Button::press(&say.button_void(), ButtonAction::Act(VOID)));
    }
    if cx.crm.may(Permission::ContractRelink) {
        buttons.push(Button::press(&say.button_relink(), ButtonAction::Act(RELINK)));
    }
    buttons
}

fn text(card: &crm::ContractCard, cx: &Cx<'_>) -> Html {
    let (say, zone) = (cx.say, cx.crm.actor.time_zone(cx.crm.company));
    let period = say.contract_period(say.day(card.dates.starts_on), say.day(card.dates.ends_on));
    let mut text = say
        .contract_title(card.id, card.title.as_str())
        .line(say.contract_status_line(labels::contract_sign(card.status), labels::contract_status(card.status, say)))
        .paragraph(say.contract_client_line(card.client.who.as_str(), card.client.masked.as_str()))
        .line(say.ad_service(card.service.title.as_str()))
        .line(say.contract_amount(say.money(card.amount, cx.crm.company.currency)))
        .line(period)
        .line(say.contract_signed(say.day(card.signed_on)))
        .line(say.contract_touch(card.ad.as_str(), say.day(card.touch_day)))
        .line(match &card.document {
            Some(document) => say.contract_file(document.name.as_str()),
            None => say.contract_no_file(),
        });
    if let Some((by, at)) = &card.confirmed {
        text = text.line(say.contract_confirmed_by(by.as_str(), say.moment(*at, zone)));
    }
    if let (Some(day), Some(reason)) = (card.dates.terminated_on, &card.termination_reason) {
        text = text.line(say.contract_ended_early(say.day(day), reason.as_str()));
    }
    if let (ContractStatus::Void, Some(reason)) = (card.status, &card.void_reason) {
        let reason = if reason == UNDONE { say.contract_undone() } else { reason.as_str().into() };
        text = text.line(say.contract_void_reason(reason));
    }
    text.paragraph(card.note.as_str())
}
