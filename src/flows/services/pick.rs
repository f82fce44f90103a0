//! The question "which service", in every form that asks it (P3).

use crate::crm::{Result, ServiceChoice, services};
use crate::flows::Cx;
use crate::flows::kit::{Choice, Offered, Offers, TitlePick};

/// The chosen service.
pub type ServicePick = TitlePick<LiveServices>;

/// What makes it a choice of services.
#[derive(Debug, Clone, Default)]
pub struct LiveServices;

impl Offered for LiveServices {
    type Chosen = ServiceChoice;

    async fn offered(search: &str, page: i64, cx: &mut Cx<'_>) -> Result<Offers> {
        let found = services::choices(&mut cx.crm, search, page).await?;
        let choices = found.rows.iter().map(|service| {
            let label = match service.price {
                Some(price) => cx.say.service_row(service.title.as_str(), cx.say.money(price, cx.crm.company.currency)),
                None => service.title.as_str().into(),
            };
            Choice { label, pick: service.id }
        });
        Ok(Offers { choices: choices.collect(), page: found.page, pages: found.pages })
    }

    async fn chosen(id: i64, cx: &mut Cx<'_>) -> Result<(String, ServiceChoice)> {
        let service = services::choice(&mut cx.crm, id).await?;
        Ok((service.title.clone(), service))
    }
}
