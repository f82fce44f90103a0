//! `/services`: the list of services; a typed text searches it.

use crate::crm::{Page, Result, Service, TitleKey, services};
use crate::domain::{Permission, Tally};
use crate::flows::kit::titles::{TitleList, Titles};
use crate::flows::{Cx, kit::pager::ROWS, route::ScreenId};
use crate::text::{Html, Say};

pub type Services = TitleList<OfServices>;

/// What makes it a list of services.
#[derive(Clone)]
pub struct OfServices;

impl Titles for OfServices {
    type Row = Service;

    const CARD: ScreenId = ScreenId::ServiceCard;
    const NEW: (ScreenId, Permission) = (ScreenId::ServiceForm, Permission::ServiceEdit);

    async fn page(search: &str, after: Option<&TitleKey>, cx: &mut Cx<'_>) -> Result<Page<Service, TitleKey>> {
        services::list(&mut cx.crm, search, after, ROWS).await
    }

    fn heading(search: &str, total: Tally, say: Say) -> Html {
        if search.is_empty() { say.services_title(total) } else { say.services_found(search, total) }
    }

    fn row(service: &Service, cx: &Cx<'_>) -> (i64, Html) {
        let say = cx.say;
        let title = match service.price {
            Some(price) => say.service_row(service.title.as_str(), say.money(price, cx.crm.company.currency)),
            None => service.title.as_str().into(),
        };
        (service.id, if service.archived_at.is_some() { say.mark_archived(title) } else { title })
    }

    fn button_new(say: Say) -> Html {
        say.button_service_new()
    }
}
