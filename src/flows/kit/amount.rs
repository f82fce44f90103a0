//! An amount as it is being answered: `1,500` may mean two things, so the person is asked which (K16).

use serde::{Deserialize, Serialize};

use super::form::{Choice, Given, Taken};
use super::typed;
use crate::domain::{Money, MoneyError, PositiveMoney};
use crate::flows::Cx;
use crate::text::Html;

const AS_THOUSANDS: i64 = 1;
const AS_DECIMALS: i64 = 2;

/// An answered amount, or the two that a typed text may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    value: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doubt: Option<(Money, Money)>,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { value: Some(money), doubt: None }
    }
}

impl Amount {
    /// The amount, once there is one.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        self.value
    }

    /// The two meanings to choose from, when the last text had two.
    #[must_use]
    pub fn choices(&self, cx: &Cx<'_>) -> Vec<Choice> {
        let Some((thousands, decimals)) = self.doubt else { return Vec::new() };
        let choice = |money, pick| Choice { label: cx.say.money(money, cx.crm.company.currency), pick };
        vec![choice(thousands, AS_THOUSANDS), choice(decimals, AS_DECIMALS)]
    }

    /// Reads an answer; `positive` refuses zero (K5).
    pub fn take(&mut self, given: Given, positive: bool, field: Html, cx: &Cx<'_>) -> Taken {
        let read = match (given, self.doubt) {
            (Given::Text(text), _) => Money::parse(&text, cx.crm.company.currency),
            (Given::Pick(AS_THOUSANDS), Some((thousands, _))) => Ok(thousands),
            (Given::Pick(AS_DECIMALS), Some((_, decimals))) => Ok(decimals),
            _ => Err(MoneyError::NotANumber),
        };
        let read = match positive {
            true => read.and_then(|money| PositiveMoney::try_from(money).map(PositiveMoney::money)),
            false => read,
        };
        match read {
            Ok(money) => {
                *self = money.into();
                Taken::Next
            }
            Err(error) => {
                self.doubt = match error {
                    MoneyError::Ambiguous { as_thousands, as_decimals } => Some((as_thousands, as_decimals)),
                    _ => None,
                };
                Taken::Wrong(typed::money_error(&error, field, cx))
            }
        }
    }
}
