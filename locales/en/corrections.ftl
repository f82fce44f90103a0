# Corrections with a reason, hand-overs, upkeep.

button-phone-correct = ☎️ Correct the phone
button-merge = 🔀 Merge
button-merge-confirm = 🔀 Merge
button-hand-over = 🤝 Hand all over
phone-ask = What is the right number? For example <code>{ $example }</code>.
phone-card = <b>Correction of the phone</b>
    { $who }
refused-phone-of = ⚠️ This number is another client's, №{ $id }: two clients cannot have one number. If it is the same person, merge them.
refused-phone-taken = ⚠️ Phone: this number is taken.
merge-ask-other = Who is the same person? Type a name, a phone or №id.
merge-nobody = ⚠️ Nobody else was found. Try a phone or №id.
merge-field-other = The other one
merge-card = <b>Merge of two clients</b>
    Stays, as the older one: { $stays }
    Will be merged into it: { $goes }
merge-moves = Moves: { $touches ->
    [one] { $touches } touch
   *[other] { $touches } touches
}, { $contracts ->
    [one] { $contracts } contract
   *[other] { $contracts } contracts
}, notes and the next step. Both phones will find this card. It can be undone for ten minutes, until something is written on the card.
merge-done = ✅ The clients are one now.

## Hand-over

hand-over-what = { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
} with their contracts, { $steps ->
    [one] { $steps } next step
   *[other] { $steps } next steps
}
hand-over-ask = <b>{ $from }</b>: { $what }. Who gets it all?
hand-over-confirm = Hand everything of <b>{ $from }</b> over to <b>{ $to }</b>? { $what }.
hand-over-nothing = <b>{ $from }</b> has neither clients nor next steps: there is nothing to hand over.
hand-over-nobody = There is nobody to hand over to: a colleague needs the right to take clients and a linked Telegram.
hand-over-done = ✅ Handed over: { $clients ->
    [one] { $clients } client
   *[other] { $clients } clients
}, { $steps ->
    [one] { $steps } next step
   *[other] { $steps } next steps
}.
notice-handed-over = 🤝 { $clients ->
    [one] { $clients } client of { $from } is yours now.
   *[other] { $clients } clients of { $from } are yours now.
}
notice-handed-back = ↩️ The hand-over was undone: { $what } are with { $from } again.
notice-handed-steps = 🔔 { $steps ->
    [one] { $steps } next step of { $from } is yours now.
   *[other] { $steps } next steps of { $from } are yours now.
}
notice-handed-steps-too = 🔔 { $steps ->
    [one] And { $steps } next step.
   *[other] And { $steps } next steps.
}

## /check

about-check = parked updates, check of the data
check-parked = <b>Parked updates: { $count }</b>
check-parked-none = No parked updates.
check-line = <code>{ $code }</code> · { $moment } · { $who } · { $kind }
    { $fault }
check-ask-reason = Why can it go? Type the reason: it goes to the log. What is dropped is gone for good.
check-settled = ✅ Dropped.
parked-kept = What was sent is stored encrypted and cannot be read. A retry handles it as the sender's own, with the rights they have now, and tells them.
parked-not-kept = What was sent is not kept: it can only be dropped, and the sender sends it again if they still need it.
parked-retries = 🔁 { $count ->
    [one] Tried again { $count } time
   *[other] Tried again { $count } times
}
parked-handled = ✅ Handled. The sender has been told.
parked-failed-again = It failed again, and nothing of it was saved.
parked-lost = The bot's token has changed since: what was sent can no longer be opened. It can only be dropped.
parked-own = This is your own message: simply send it again.
parked-sender-busy = The sender has an unfinished dialogue. Try again when they are back in the menu.
parked-sender-gone = The sender is no longer a colleague with this account. It can only be dropped.
parked-screen-gone = It was a tap on a screen that has changed since. It can only be dropped.
notice-parked-handled = ✅ What you sent { $moment } has been handled after all (code { $code }).
button-parked-retry = 🔁 Retry
button-parked-drop = 🗑 Drop
check-consistent = ✔️ The states of all clients agree with their touches and contracts.
check-drifts = ⚠️ Clients whose state does not agree with their touches and contracts: { $who }
check-repaired = ✅ { $count ->
    [one] { $count } client repaired
   *[other] { $count } clients repaired
}.
check-figures-kept = ✔️ The figures of all ads agree with the touches and contracts.
check-figures-drift = ⚠️ Ads whose figures do not agree with the touches and contracts: { $ads }
check-figures-company = company's row
check-figures-large = ℹ️ The company is too large to recount the ads' figures here: <code>crmbot check</code> on the server does it.
check-figures-repaired = ✅ Figures repaired: { $count ->
    [one] { $count } ad
   *[other] { $count } ads
}.
button-check-parked = 📨 { $code }
button-check-repair = 🛠 Repair
