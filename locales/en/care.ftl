# Care of the data: backups, consents, who has seen a phone.

## Backups

check-backup = 💾 Last backup: { $moment }, { $size } MB.
check-backup-none = ⚠️ There is no backup yet.
check-backup-failed = ⚠️ The backup failed, { $moment }: { $fault }
notice-backup-failed = ⚠️ The daily backup could not be made: { $fault }
    I go on trying; /check shows how it stands.

## Consents

entity-consent = Consents
deed-consent-give = consent noted
deed-consent-withdraw = consent withdrawn
audit-field-means = By
button-consent-none = ☐ Consent
button-consent-given = ☑ Consent
button-consent-withdraw = ↩️ Consent withdrawn
consent-ask = How was the consent to the processing of data given?
consent-line = ✍️ Consent to processing: { $means }, { $day } ({ $who })
consent-line-withdrawn = ✍️ Consent withdrawn { $day }
consent-saved = ✅ Consent noted: { $means }.
consent-withdrawn = ✅ The withdrawal is noted.
consent-by-phone = on the phone
consent-by-site-form = form on the site
consent-by-contact = contact shared
consent-by-contract = in the contract
consent-by-import = with the import
lead-consent-none = ☐ Consents to processing of data
lead-consent-given = ☑ Consent: { $means }

## Who has seen a phone

button-looks = 👁 Who saw the phone
button-audit-looks = 👁 Phones seen
audit-only-looks = Only looks at phones
