//! The country a number without a country code belongs to.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A country that has phone numbers, by its two-letter ISO 3166 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneRegion(Region);

/// The text is not the ISO code of a country with phone numbers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown phone region {typed:?}; an example: RU")]
pub struct UnknownRegion {
    /// The text as typed.
    pub typed: String,
}

impl PhoneRegion {
    /// Russia, the default of the configuration.
    pub const RU: Self = Self(Region::RU);

    /// Reads an ISO code in any case, `RU` or `kz`.
    ///
    /// # Errors
    /// [`UnknownRegion`] when no country with phone numbers has this code.
    pub fn parse(code: &str) -> Result<Self, UnknownRegion> {
        let unknown = || UnknownRegion { typed: code.to_owned() };
        let region = Region::from_str(&code.trim().to_ascii_uppercase()).map_err(|_| unknown())?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Self(region)).ok_or_else(unknown)
    }

    /// The two-letter ISO code, upper case.
    #[must_use]
    pub fn code(self) -> String {
        self.0.to_string()
    }

    /// A made-up mobile number of this region in international form, for messages about wrong input (C4).
    #[must_use]
    pub fn example(self) -> String {
        PHONE_NUMBER_UTIL
            .get_example_number_for_type_and_region(self.0, PhoneNumberType::Mobile)
            .or_else(|_| PHONE_NUMBER_UTIL.get_example_number(self.0))
            .map(|number| number.format_as(PhoneNumberFormat::International).into_owned())
            .unwrap_or_default()
    }

    pub(super) const fn inner(self) -> Region {
        self.0
    }
}

impl fmt::Display for PhoneRegion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.code())
    }
}

impl FromStr for PhoneRegion {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl TryFrom<String> for PhoneRegion {
    type Error = UnknownRegion;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code)
    }
}

impl From<PhoneRegion> for String {
    fn from(region: PhoneRegion) -> Self {
        region.code()
    }
}
