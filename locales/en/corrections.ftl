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
    Goes into him: { $goes }
merge-moves = Moves: { $touches ->
    [one] { $touches } touch
   *[other] { $touches } touches
}, { $contracts ->
    [one] { $contracts } contract
   *[other] { $contracts } contracts
}, notes and the next step. Both phones will find this card. It cannot be undone.
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
hand-over-nobody = There is nobody to hand over to: a colleague needs the right to take clients.
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

## /check

about-check = parked updates, check of the data
check-parked = <b>Parked updates: { $count }</b>
check-parked-none = No parked updates.
check-line = <code>{ $code }</code> · { $moment } · { $who } · { $kind }
    { $fault }
check-ask-reason = Why is it settled? Type the reason: it goes to the log.
check-settled = ✅ Settled.
check-consistent = ✔️ The kept states of all clients follow from their touches and contracts.
check-drifts = ⚠️ Kept states that do not follow from touches and contracts: { $who }
check-repaired = ✅ { $count ->
    [one] { $count } client repaired
   *[other] { $count } clients repaired
}.
button-check-settle = Settle { $code }
button-check-repair = 🛠 Repair
