//! The means by which a client has consented to the processing of personal data.

use super::coded_enum;

coded_enum! {
    /// What a consent rests on; people see it translated.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub serde enum ConsentMeans {
        /// The client said so on the phone: the word of the user who notes it.
        Phone = "PHONE",
        /// A form on the company's site.
        SiteForm = "SITE_FORM",
        /// The client has sent a contact.
        Contact = "CONTACT",
        /// A clause of a contract.
        Contract = "CONTRACT",
        /// It came with imported data.
        Import = "IMPORT",
    }
}
