//! By what a client has consented to the processing of his data.

use serde::{Deserialize, Serialize};

/// What a consent rests on; people see it translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentMeans {
    /// He said so on the phone: the word of whoever notes it.
    #[serde(rename = "PHONE")]
    Phone,
    /// A form on the company's site.
    #[serde(rename = "SITE_FORM")]
    SiteForm,
    /// He has sent his contact.
    #[serde(rename = "CONTACT")]
    Contact,
    /// A clause of a contract.
    #[serde(rename = "CONTRACT")]
    Contract,
    /// It came with imported data.
    #[serde(rename = "IMPORT")]
    Import,
}

impl ConsentMeans {
    /// Every means, in the order of the buttons.
    pub const ALL: [Self; 5] = [Self::Phone, Self::SiteForm, Self::Contact, Self::Contract, Self::Import];

    /// The code that the database stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "PHONE",
            Self::SiteForm => "SITE_FORM",
            Self::Contact => "CONTACT",
            Self::Contract => "CONTRACT",
            Self::Import => "IMPORT",
        }
    }

    /// The means of a code; none for anything else, such as an erased person's.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }
}
