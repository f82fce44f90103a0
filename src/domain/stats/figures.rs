//! The measures of an ad and of the company.

use rust_decimal::{Decimal, RoundingStrategy};

/// The counts and sums of one ad, or of the company, from which every measure follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AdFigures {
    /// Touches that are not void.
    pub touches: i64,
    /// Distinct clients among them.
    pub leads: i64,
    /// Clients whose first touch it was.
    pub new_leads: i64,
    /// Distinct clients of these with a contract on a touch of the ad; in a period those of its leads, so that the
    /// rate is by cohort (S10).
    pub conversions: i64,
    /// Contracts on touches of the ad.
    pub contracts: i64,
    /// Money of those contracts, in the company's currency; by the chosen model of attribution.
    pub revenue: Decimal,
    /// Money spent, in the company's currency.
    pub budget: Decimal,
}

/// What the company counts once although several ads count it (S9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Distinct {
    /// Distinct clients with a touch.
    pub leads: i64,
    /// Distinct clients with a contract.
    pub conversions: i64,
}

impl AdFigures {
    /// Conversions per lead, 0 to 1; `None` (shown as a dash) without leads (S1, S2).
    #[must_use]
    pub fn rate(&self) -> Option<Decimal> {
        quotient(self.conversions.into(), self.leads.into())
    }

    /// Revenue per budget; `None` without a budget (P7).
    #[must_use]
    pub fn ratio(&self) -> Option<Decimal> {
        quotient(self.revenue, self.budget)
    }

    /// Revenue less budget; `None` only if the sums are beyond all money.
    #[must_use]
    pub fn profit(&self) -> Option<Decimal> {
        self.revenue.checked_sub(self.budget)
    }

    /// Profit per budget, −1 when nothing came back; `None` without a budget (S1, P7).
    #[must_use]
    pub fn roi(&self) -> Option<Decimal> {
        quotient(self.profit()?, self.budget)
    }

    /// Budget per lead; `None` without leads.
    #[must_use]
    pub fn cpl(&self) -> Option<Decimal> {
        quotient(self.budget, self.leads.into())
    }

    /// Budget per conversion; `None` without conversions.
    #[must_use]
    pub fn cac(&self) -> Option<Decimal> {
        quotient(self.budget, self.conversions.into())
    }
}

/// The company's row: sums of the ads', but distinct clients (S5, S9); its ratio is that of the sums.
///
/// A client has one first touch, so new leads may be summed.
#[must_use]
pub fn company(ads: &[AdFigures], distinct: Distinct) -> AdFigures {
    AdFigures {
        touches: ads.iter().map(|ad| ad.touches).sum(),
        leads: distinct.leads,
        new_leads: ads.iter().map(|ad| ad.new_leads).sum(),
        conversions: distinct.conversions,
        contracts: ads.iter().map(|ad| ad.contracts).sum(),
        revenue: ads.iter().map(|ad| ad.revenue).sum(),
        budget: ads.iter().map(|ad| ad.budget).sum(),
    }
}

/// Two digits, half-up away from zero, trailing zeros kept: the only rounding, and only for a screen (S14).
#[must_use]
pub fn rounded2(exact: Decimal) -> Decimal {
    let mut rounded = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    rounded
}

/// A share as percent with two digits, half-up: 1/3 is 33.33 (S14).
#[must_use]
pub fn percent(share: Decimal) -> Decimal {
    rounded2(share * Decimal::ONE_HUNDRED)
}

fn quotient(dividend: Decimal, divisor: Decimal) -> Option<Decimal> {
    dividend.checked_div(divisor)
}
