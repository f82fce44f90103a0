//! The company's one currency.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The active codes of ISO 4217 that money is paid in; a symbol stands with those that have one of their own.
const CODES: &str = "\
    AED AFN ALL AMD:֏ ANG AOA ARS AUD:A$ AWG AZN:₼ BAM BBD BDT:৳ BGN BHD BIF BMD BND BOB BRL:R$ BSD BTN BWP BYN:Br BZD \
    CAD:CA$ CDF CHF CLP CNY:¥ COP CRC CUP CVE CZK:Kč DJF DKK DOP DZD EGP ERN ETB EUR:€ FJD FKP GBP:£ GEL:₾ GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS:₪ INR:₹ IQD IRR ISK JMD JOD JPY:JP¥ KES KGS KHR KMF KPW KRW:₩ KWD KYD KZT:₸ \
    LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT:₮ MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB \
    PEN PGK PHP PKR PLN:zł PYG QAR RON RSD RUB:₽ RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB:฿ \
    TJS TMT TND TOP TRY:₺ TTD TWD TZS UAH:₴ UGX USD:$ UYU UZS VED VES VND:₫ VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: &'static str,
    symbol: Option<&'static str>,
}

/// The text is no currency of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown currency {typed:?}; an example: RUB")]
pub struct UnknownCurrency {
    /// The text as typed.
    pub typed: String,
}

impl Currency {
    /// The rouble, the default of the configuration.
    pub const RUB: Self = Self { code: "RUB", symbol: Some("₽") };

    /// Reads an ISO code in any case.
    ///
    /// # Errors
    /// [`UnknownCurrency`] when ISO 4217 has no such code.
    pub fn parse(code: &str) -> Result<Self, UnknownCurrency> {
        let wanted = code.trim().to_ascii_uppercase();
        let entries = CODES.split_ascii_whitespace();
        let mut known = entries.map(|entry| match entry.split_once(':') {
            Some((code, symbol)) => Self { code, symbol: Some(symbol) },
            None => Self { code: entry, symbol: None },
        });
        known.find(|currency| currency.code == wanted).ok_or_else(|| UnknownCurrency { typed: code.to_owned() })
    }

    /// The ISO code, `RUB`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The sign, `₽`; `None` where amounts carry the code instead.
    #[must_use]
    pub const fn symbol(self) -> Option<&'static str> {
        self.symbol
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl TryFrom<String> for Currency {
    type Error = UnknownCurrency;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code.to_owned()
    }
}
