//! The question "which ad", in every form that asks it: running ads, most used first, never a budget (A10, P8).

use crate::crm::{AdChoice, Result, ads};
use crate::flows::kit::{Choice, Offered, Offers, TitlePick};
use crate::flows::{Cx, labels};

/// The chosen ad, by its title or another of its names.
pub type AdPick = TitlePick<RunningAds>;

/// What makes it a choice of ads.
#[derive(Debug, Clone, Default)]
pub struct RunningAds;

impl Offered for RunningAds {
    type Chosen = AdChoice;

    async fn offered(search: &str, page: i64, cx: &mut Cx<'_>) -> Result<Offers> {
        let found = ads::choices(&mut cx.crm, search, page).await?;
        let choices = found.rows.iter().map(|ad| {
            let label = match ad.built_in {
                true => ad.title.as_str().into(),
                false => cx.say.ad_row(ad.title.as_str(), labels::channel(ad.channel, cx.say)),
            };
            Choice { label, pick: ad.id }
        });
        Ok(Offers { choices: choices.collect(), page: found.page, pages: found.pages })
    }

    async fn chosen(id: i64, cx: &mut Cx<'_>) -> Result<(String, AdChoice)> {
        let ad = ads::choice(&mut cx.crm, id).await?;
        Ok((ad.title.clone(), ad))
    }
}
