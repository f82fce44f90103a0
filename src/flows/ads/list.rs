//! `/ads`: the list of ads; a typed text searches titles and aliases.

use crate::crm::{Ad, Page, Result, TitleKey, ads};
use crate::domain::{Permission, Tally};
use crate::flows::kit::titles::{TitleList, Titles};
use crate::flows::{Cx, kit::pager::ROWS, labels, route::ScreenId};
use crate::text::{Html, Say};

pub type Ads = TitleList<OfAds>;

/// What makes it a list of ads.
#[derive(Clone)]
pub struct OfAds;

impl Titles for OfAds {
    type Row = Ad;

    const CARD: ScreenId = ScreenId::AdCard;
    const NEW: (ScreenId, Permission) = (ScreenId::AdForm, Permission::AdEdit);

    async fn page(search: &str, after: Option<&TitleKey>, cx: &mut Cx<'_>) -> Result<Page<Ad, TitleKey>> {
        ads::list(&mut cx.crm, search, after, ROWS).await
    }

    fn heading(search: &str, total: Tally, say: Say) -> Html {
        if search.is_empty() { say.ads_title(total) } else { say.ads_found(search, total) }
    }

    fn row(ad: &Ad, cx: &Cx<'_>) -> (i64, Html) {
        let say = cx.say;
        let channel = labels::channel(ad.channel, say);
        let title = match ad.budget {
            _ if ad.built_in => ad.title.as_str().into(),
            Some(budget) => say.ad_row_budget(ad.title.as_str(), channel, say.money(budget, cx.crm.company.currency)),
            None => say.ad_row(ad.title.as_str(), channel),
        };
        (ad.id, if ad.archived_at.is_some() { say.mark_finished(title) } else { title })
    }

    fn button_new(say: Say) -> Html {
        say.button_ad_new()
    }
}
