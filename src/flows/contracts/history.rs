//! What happened to a contract, in words, and every file it has or had.

use serde::{Deserialize, Serialize};

use crate::crm::{AuditCard, Rest, Result, audit_log, contracts};
use crate::flows::kit::Pager;
use crate::flows::{Button, ButtonAction, Cx, Event, Extra, Flow, Navigation, Opened, Screen, Step, audit};
use crate::text::Html;

/// Events on a page: each may have many lines.
const ROWS: i64 = 5;

/// An event shows so many UTF-16 units, so that a page of them is one message.
const EVENT_UNITS: usize = 600;

#[derive(Clone, Serialize, Deserialize)]
pub struct ContractHistory {
    contract: i64,
    pager: Pager<i64>,
}

impl Flow for ContractHistory {
    async fn open(nav: &Navigation, cx: &mut Cx<'_>) -> Result<Opened<Self>> {
        let contract = nav.id()?;
        contracts::card(&mut cx.crm, contract).await?;
        Ok(Opened::Here(Self { contract, pager: Pager::default() }))
    }

    async fn on(&mut self, event: Event, cx: &mut Cx<'_>) -> Result<Step> {
        Ok(match event {
            Event::Pressed(ButtonAction::Page(to)) => {
                let Rest { rows: shown, .. } = self.page(cx).await?;
                self.pager.turn(to, shown.last().map(|event| event.line.id));
                Step::Stay
            }
            Event::Pressed(ButtonAction::Pick(file)) => {
                let files = audit_log::contract_files(&mut cx.crm, self.contract).await?;
                if let Some(file) = files.into_iter().find(|known| known.id == file) {
                    let caption = cx.say.contract_document_caption(self.contract, file.name);
                    cx.extras.push(Extra::Document { id: file.id, caption });
                }
                Step::Stay
            }
            event => event.otherwise(),
        })
    }

    async fn screen(&self, cx: &mut Cx<'_>) -> Result<Screen> {
        let Rest { rows: events, rest } = self.page(cx).await?;
        let files = audit_log::contract_files(&mut cx.crm, self.contract).await?;
        let say = cx.say;
        let told = events.iter().map(|event| audit::told(event, cx).trimmed(EVENT_UNITS));
        let text = say.contract_history_title(self.contract).paragraph(Html::join(told, "\n\n"));
        let files = files
            .iter()
            .map(|file| Button::press(&say.button_document(file.name.as_str()), ButtonAction::Pick(file.id)));
        let shown_before = (self.pager.page() - 1).saturating_mul(ROWS);
        let arrows = self.pager.arrows_by(ROWS, shown_before.saturating_add(rest), say);
        Ok(Screen::new(text).grid(files, 2).row(arrows).leave(say))
    }
}

impl ContractHistory {
    async fn page(&self, cx: &mut Cx<'_>) -> Result<Rest<AuditCard>> {
        audit_log::contract_history(&mut cx.crm, self.contract, self.pager.after().copied(), ROWS).await
    }
}
