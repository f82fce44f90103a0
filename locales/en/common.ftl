# What every conversation shares.

stranger = Hello! This is a company's working tool. Ask your administrator for access.
reply-about-nobody = ℹ️ I do not know which client that message is about: it is too old, or about nobody. I took the reply for a plain text.
not-understood = ⚠️ I did not understand this. /help shows what I can do.
unknown-command = ⚠️ There is no command { $command }. /help shows what I can do.
cancelled = Cancelled. Nothing was saved.
nothing-to-cancel = There was nothing to cancel.
already-done = Already done at { $time }: { $what }
screen-changed = This screen has changed. Here is how it stands now.
fault = ⚠️ Something went wrong on our side. Nothing was lost or half-saved. Code { $code }: give it to your administrator, or try again.
screen-again = ⏳ I was away for a while. Your last tap may not have arrived: this is where we were.
file-came-too-late = ⚠️ The file came after its question had been left, so it was not taken. Send it again where it is needed.
draft-set-aside = ⚠️ The bot was set back to an earlier version, which does not know what you had open here. It is kept, and comes back with the newer version. What you have just sent was not taken.
draft-is-back = ↩️ What you had open before the bot was set back is here again.

## Buttons

button-save = ✅ Save
button-confirm = ✅ Confirm
button-edit = ✏️ Edit
button-back = ‹ Back
button-home = 🏠 Home
button-cancel = Cancel
button-skip = Skip »
button-yes = ✅ Yes
button-no = No
button-apply = ✅ Apply
button-open-card = Open the card

## Dates

date-day = { $number } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }
date-near-day = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}, { $number } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
date-moment = { $day }, { $time }

## Menu and help

menu-greeting = <b>{ $name }</b>, what shall we do?
menu-hint = Type a name, a part of a phone or №id to find a client.
menu-hint-capture = Send me a phone number with anything around it and I will draft a lead. Type a name or №id to find a client.
help-title = What I can do
help-line = { $command } { $about }
help-anywhere = /cancel, /start, /menu and /help work everywhere.
about-menu = main menu
about-help = what I can do
about-login = log in with a password

## Refusals

refused-denied = ⛔ You do not have the right to do this.
refused-gone = ⚠️ This record is not there any more.
refused-changed = ⚠️ Somebody has changed this in the meantime. Look at it once more.
refused-taken = ⚠️ { $field }: there is one like this already.
refused-invalid = ⚠️ { $field }: this value cannot be accepted.
refused-service-archived = ⚠️ This service has been archived in the meantime. Choose another one.
refused-ad-finished = ⚠️ This ad has been finished in the meantime. Choose another one.
refused-touch-unusable = ⚠️ This touch cannot carry a contract. Choose another one.
refused-touch-has-contract = ⚠️ There is a contract on this touch. An administrator has to re-link it first.
refused-not-own-today = ⛔ Only your own entries of today can be changed.
refused-not-own-phone = ⛔ A phone can be corrected by the person who entered it, on the same day, until there is a contract, a hand-over or a colleague’s touch. After that an administrator corrects it.
refused-amount = ⚠️ Amount: more than zero, at most two decimals, for example <code>1 500,50</code>.
refused-signed-on = ⚠️ Signed on: not later than today.
refused-ends-on = ⚠️ Ends on: not before the first day.
refused-has-live-contracts = ⚠️ The client cannot be marked lost while they have live contracts.
refused-last-administrator = ⛔ This is the only active administrator: there must be one.
refused-already-done = Already done by { $by } at { $time }.
refused-taken-by = 🙋 { $by } has this client, since { $at }.
refused-untaken = ⚠️ Nobody has this client yet: take the client first.
refused-handover-waits = ⚠️ A hand-over to { $to } is waiting for an answer already. Take it back first.
refused-handover-accepted = The hand-over was accepted by { $by }, { $at }.
refused-handover-declined = The hand-over was declined by { $by }, { $at }.
refused-handover-withdrawn = The hand-over was taken back by { $by }, { $at }.
refused-no-taker = ⚠️ This colleague cannot take clients now. Choose another one.
refused-day = ⚠️ { $day } is not possible here.

field-title = Title
field-description = Description
field-price = Price
field-budget = Budget
field-amount = Amount
field-signed-on = Signed on
field-starts-on = Starts on
field-ends-on = Ends on
field-name = Name
field-email = E-mail
field-phone = Phone
field-username = Login
field-reason = Reason
field-document = Document

## Notices

notice-new-lead = 🆕 New lead: <b>{ $who }</b>, from “{ $ad }”.
notice-returned = 🔁 Came back: <b>{ $who }</b>, from “{ $ad }”.
notice-free-again = 🔓 Back in the queue: <b>{ $who }</b>. Whoever takes the client is in charge.
notice-waiting = ⏰ Nobody has taken <b>{ $who }</b> for { $time }, from “{ $ad }”.
lasting-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
lasting-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
lasting-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
notice-many-waiting = ⏰ Nobody has taken { $count ->
    [one] { $count } client
   *[other] { $count } clients
} yet. They are waiting in the queue.
notice-taken = 🙋 <b>{ $who }</b>: taken by { $by }, { $at }.
notice-over = ☑️ <b>{ $who }</b>: no longer waiting for a manager.
notice-offered = 🤝 { $from } hands <b>{ $who }</b> over to you, { $phone }.
notice-offered-for-you = 🤝 { $by } hands your client <b>{ $who }</b> over to { $to }. Until { $to } accepts, the client stays with you.
notice-accepted = ✅ Accepted: <b>{ $who }</b> is with { $to } now.
notice-declined = ↩️ Declined: { $to } does not take <b>{ $who }</b>. The client stays with you.
notice-answer-undone = 🤝 { $to } has undone the answer: the hand-over of <b>{ $who }</b> is waiting again.
notice-offer-returned = ↩️ { $to } cannot take clients any more. <b>{ $who }</b> stays with you.
notice-handover-accepted = 🤝 <b>{ $who }</b>: accepted by { $by }, { $at }.
notice-handover-declined = 🤝 <b>{ $who }</b>: declined by { $by }, { $at }.
notice-handover-withdrawn = 🤝 <b>{ $who }</b>: the hand-over was taken back by { $by }, { $at }.

## Forms

form-progress = <i>{ $step } of { $steps }</i>
form-present = Now: { $value }
form-what-to-edit = What shall we change?
form-finish-card = ⚠️ Look at the card: { $button } does it, Edit changes a field, /cancel drops it.
button-keep = Keep »
