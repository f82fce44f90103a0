# Clients: leads, the card, search, lists.

about-lead = new lead: a phone and where they heard of us
label-lead = ➕ New lead
about-find = find a client
label-find = 🔎 Find
about-clients = clients by state
label-clients = 👥 Clients

state-potential = 🟡 potential
state-active = 🟢 active
state-inactive = ⚪️ inactive
sign-potential = 🟡
sign-active = 🟢
sign-inactive = ⚪️
status-running = running
status-scheduled = not begun yet
status-expired = expired
status-terminated = terminated
status-void = entered by mistake

field-ad = Ad
field-note = Note
field-last-name = Last name
field-first-name = First name
field-middle-name = Middle name

## Leads

lead-ask-phone = What is the client's phone? For example <code>{ $example }</code>. A contact card will do, or everything in one line.
lead-ask-name = What is the client's name? For example <code>John Smith</code> or just <code>John</code>.
lead-ask-email = What is their e-mail? For example <code>ivan@example.com</code>.
lead-ask-ad = Where have they heard of us?
lead-which-phone = There are several phones here. Which one is the main one? The others stay in the note.
lead-no-phone = ⚠️ I see no phone here. Send a number, for example <code>{ $example }</code>.
lead-card-new = <b>New lead</b>
lead-card-known = <b>New touch</b>
lead-verdict-known = 👤 We know this phone: <b>{ $who }</b>, { $state }.
lead-verdict-merged = 👤 This phone was that of a client who has been merged: now it is <b>{ $who }</b>, { $state }.
lead-verdict-last = Last touch: “{ $ad }”, { $day }.
lead-verdict-entered = Entered by { $by } on { $day }.
lead-verdict-touch-instead = There will be no second card: a touch is added.
lead-verdict-voided = ♻️ A lead with this phone was undone. Saving brings it back.
lead-saved = ✅ The lead is saved, ad “{ $ad }”.
lead-revived = ✅ The lead is back, ad “{ $ad }”.
lead-second = ℹ️ This phone has just been saved by { $by } at { $time }. Your ad “{ $ad }” has become a touch.
touch-saved = ✅ The touch is registered: “{ $ad }”.
touch-already = ℹ️ The touch “{ $ad }” is registered for today already; there will be no second one.
touch-card = <b>A client's touch</b>
    { $who }, { $state }
phone-not-a-number = ⚠️ Phone: this is not a number. For example <code>{ $example }</code>.
phone-too-short = ⚠️ Phone: there are digits missing. For example <code>{ $example }</code>.
phone-too-long = ⚠️ Phone: there are too many digits. For example <code>{ $example }</code>.
phone-unknown-country = ⚠️ Phone: there is no country with this code. For example <code>{ $example }</code>.
phone-not-in-use = ⚠️ Phone: there are no such numbers. For example <code>{ $example }</code>.
email-wrong = ⚠️ E-mail: this is not an address. For example <code>ivan@example.com</code>.

## The card

card-title = <b>{ $name }</b> · №{ $id }
card-nameless = No name
card-state = State: { $state }
card-lost = Lost on { $day }: { $reason }
card-phone = 📱 { $phone }
card-email = ✉️ { $email }
card-responsible = In charge: { $who }
card-follow-up = 🔔 Next step: { $moment }, { $who }
card-entered = Entered on { $day } by { $who }
card-touches = <b>Touches: { $count }</b>
card-no-touches = No touches.
card-touch = • { $day }: “{ $ad }”
card-contracts = <b>Contracts: { $count }</b>
card-days = { $start } – { $end }
card-contract = • { $term }, { $status }
card-contract-whole = • { $title }: { $amount }, { $term }, { $status }
card-notes = <b>Notes</b>
card-note = • { $moment }, { $who }: { $text }
button-show-phone = 👁 Show the phone
button-copy-phone = 📋 Copy the phone
button-touch-add = 🔁 Register a touch
button-note-add = 📝 Note
note-ask = What is to be noted about the client? A text of up to 4000 characters, a photo, a voice message or a file of up to 20 MB. Quicker still: reply to the message with the card.
note-saved = ✅ The note is saved.
note-file-large = ⚠️ The file has more than 20 MB: Telegram will not give it to me. No note was written.
note-file-not-fetched = ⚠️ Telegram did not give me the file. Send it once more.
note-file-caption = { $moment }, { $who }
card-note-file = 📎 { $name }

## Timeline

button-timeline = 🕓 Timeline
timeline-title = <b>Timeline: { $who }</b> · { $count }
timeline-line = • { $moment }, { $by }: { $what }
timeline-entered = entered the client
timeline-touch = 🔁 touch of “{ $ad }”
timeline-touch-instead = 🔁 touch of “{ $ad }” instead of “{ $wrong }”
timeline-touch-void = took out the touch of “{ $ad }”
timeline-void = (taken out)
timeline-contract = 📄 contract, { $term }
timeline-contract-whole = 📄 contract “{ $title }”: { $amount }, { $term }
timeline-note = 📝 { $text }
timeline-next-step = 🔔 next step { $moment }
timeline-handed-over = 🤝 handed over: { $from } → { $to }
timeline-renamed = ✏️ name: { $from } → { $to }

refused-attachment-kind = ⚠️ A note cannot carry such a file. I keep photos and pictures, voice messages, sound, video, <code>pdf</code>, <code>doc</code>, <code>docx</code> and <code>xlsx</code>.
client-ask-part = { $field }: what is right?
client-card-edit = <b>Changing a client</b>

## Lists and search

clients-title = <b>Clients</b>: { $count }
clients-hint = Choose a state, or type a name, a part of a phone, №id.
clients-count = { $state }: { $count }
clients-none = Nobody here yet.
client-row = { $sign } { $who } · { $phone }
client-row-number = { $sign } { $phone }
find-ask = Whom are we looking for? Type a name, a part of a phone (three digits will do), an e-mail or №id.
find-found = “{ $text }”: { $count ->
    [one] { $count } client
   *[other] { $count } clients
}.
about-whois = who entered a client, when, by which ad
whois-ask = Whose phone? Type it whole: you will see who entered the client, when, and by which ads the client came.
whois-client = 👤 <b>{ $who }</b> · №{ $id }, { $state }
whois-earlier = … and { $count ->
    [one] { $count } earlier one
   *[other] { $count } earlier ones
}
whois-nobody = No client has { $phone }.
find-nothing = Nobody by “{ $text }”. Try another part of the name, or the last four digits of the phone.

## Queue, next step, lost, corrections

about-queue = potential clients, the longest waiting first
label-queue = 📥 Queue
queue-waiting = { $count ->
    [0] <b>Nobody is waiting for a manager.</b>
   *[other] <b>Waiting for a manager</b>: { $count }. The longest waiting come first.
}
queue-mine = <b>My potential clients</b>: { $count }
button-queue-mine = 🙋 Mine
button-queue-waiting = 📥 Nobody's
button-take = 🙋 Take
take-done = ✅ The client is yours.
button-queue-offered = 🤝 Offered to me: { $count }
button-queue-all = 👥 All
queue-offered = <b>Offered to me</b>: { $count }
queue-all = { $count ->
    [0] <b>There are no potential clients.</b>
   *[other] <b>All potential clients</b>: { $count }. The longest waiting come first.
}
about-followups = my next steps
label-followups = 🔔 Next steps
agenda-title = <b>My next steps</b>: { $count }
agenda-row = { $moment } · { $who }
agenda-overdue = ❗️ { $moment } · { $who }
button-follow-up = 🔔 Next step
button-step-done = ☑️ Step done
follow-up-ask = When is the next step? Tap, or write it, for example <code>tomorrow 3pm</code>, <code>20.03 10:30</code> or <code>in 2 hours</code>.
follow-up-ask-hour = { $day }: at what time? Tap, or write it, for example <code>15:30</code>.
follow-up-hour = In an hour
follow-up-tonight = Today 18:00
follow-up-tomorrow = Tomorrow 10:00
follow-up-monday = Monday 10:00
follow-up-set = 🔔 Next step: { $moment }.
follow-up-done = ✅ The step is done.
follow-up-past = ⚠️ This time has passed. Choose another one.
follow-up-wrong = ⚠️ I did not understand when. For example <code>tomorrow 3pm</code>, <code>{ $example } 10:30</code> or <code>in 2 hours</code>.
button-lost = 🚫 Lost
button-bring-back = ♻️ Bring back
lost-ask-reason = Why is the client <b>{ $who }</b> lost? Tap, or write it in your own words.
lost-reason-price = too expensive
lost-reason-others = chose somebody else
lost-reason-later = changed their mind or put it off
lost-reason-silent = does not answer
lost-reason-wrong = not our client
lost-card = Mark as lost: <b>{ $who }</b>
lost-done = 🚫 The client is marked lost.
lost-back = ♻️ The client is back.
refused-needs-touch = ⚠️ There is no touch waiting for an answer, so the mark alone brings nobody back. Register a new touch.
button-mend = 🛠 Correct a touch
mend-which = Which touch is to be corrected?
mend-nothing = There is nothing to correct: your own touch can be corrected on the same day, as long as it has no contract.
mend-row = { $day } · { $ad }
mend-ask-what = What is wrong with the touch “{ $ad }”?
mend-correct = It was another ad
mend-void = There was no touch
mend-ask-ad = Which ad is the right one?
mend-ask-reason = Why is it corrected? Tap, or write it.
mend-reason-wrong-ad = wrong ad
mend-reason-double = registered twice
mend-reason-mistake = typing mistake
mend-card = Correcting the touch “{ $ad }”
mend-voided = ✅ The touch “{ $ad }” is gone.
mend-corrected = ✅ Corrected: “{ $right }” in place of “{ $wrong }”.
field-what = What to do
button-contract-add = 📄 Contract

## Undo

button-undo = ↩️ Undo: { $what }
undo-question = ↩️ Undo: { $what }? The record goes out of every list.
undo-done = ↩️ Undone.
undo-lead-done = ↩️ The lead is undone. Entering this phone again brings the card back.
button-again = ↪️ Do again: { $what }
again-question = ↪️ Do again: { $what }?
again-done = ↪️ Done again.
refused-has-dependents = ⚠️ This cannot be undone any more: something has been done with it.
refused-too-late = ⚠️ It is too late: a write can be undone for ten minutes.
refused-changed-since = ⚠️ { $by } has changed this since, at { $time }: { $what }. So it is not undone.

## Calls

button-call = 📞 Outcome of a call
call-ask = How did the call end?
call-reached = 📞 reached
call-no-answer = 📵 no answer
call-wrong-number = ❌ wrong number
call-saved = ✅ Noted: { $outcome }.

## Handing a client over

button-client-hand-over = 🤝 Hand over
button-accept = ✅ Accept
button-decline = ✖️ Decline
button-withdraw = ↩️ Take the hand-over back
field-taker = To
handover-ask-to = To whom does <b>{ $who }</b> go? Tap, or type a part of the name.
handover-no-such = ⚠️ No colleague who takes clients is called “{ $search }”. Try another part of the name, or tap.
handover-ask-note = What should your colleague know? For example <code>wants a price by Friday</code>.
handover-card = <b>Handing over: { $who }</b>
handover-until = Until your colleague accepts, the client stays where they are.
handover-offered = 🤝 Offered: { $name } is asked and will answer.
handover-accepted = ✅ The client is yours now.
handover-declined = ✖️ Declined: the client stays with { $from }.
handover-withdrawn = ↩️ The hand-over is taken back.
handover-note = “{ $note }”
handover-reason = Reason: { $reason }
card-handover = 🤝 Being handed over: { $from } → { $to }, waiting since { $since }
card-handover-unable = ⚠️ { $to } cannot take clients any more: take the hand-over back.
decline-ask-reason = Why do you not take <b>{ $who }</b>? { $from } will see it.
decline-reason-busy = no time now
decline-reason-away = away these days
decline-reason-other = somebody else fits better
decline-card = <b>Declining: { $who }</b>, from { $from }
