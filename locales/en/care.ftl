# Care of the data: backups, consents, who has seen a phone, messages that do not arrive.

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

button-looks = 👁 Who looked
button-audit-looks = 👁 Looks
audit-only-looks = Only looks at cards and phones
notice-many-looks = ⚠️ <b>{ $name }</b> ({ $username }) has looked at unusually many clients within an hour: { $count }. The audit log shows which.

## Messages that do not arrive

message-refused = ⚠️ Telegram did not accept what I wanted to show you. What was saved stays saved. Code { $code }: give it to your administrator. Go on with /menu
check-refused = bot's { $kind } refused
parked-message-kept = A message of the bot that Telegram has refused. It is stored encrypted and cannot be read. A retry sends it again; of a screen only the place is kept, and it is drawn as it has to be now.
parked-message-not-kept = A message of the bot that Telegram has refused. It is not kept: it can only be dropped.
parked-resent = ✅ On its way again.
parked-recipient-busy = The recipient has an unfinished dialogue. Try again when they are back in the menu.
parked-recipient-gone = The recipient is no longer a colleague with this account. It can only be dropped.
notice-unreachable = 🔕 <b>{ $name }</b> ({ $username }) cannot be reached: they have blocked the bot or left Telegram. They get no notices until they come back.
