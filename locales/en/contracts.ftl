# Contracts.

refused-contract-not-live = ⛔ This contract is not live any more: an administrator can correct it.
refused-document-empty = ⚠️ Document: the file is empty.
refused-document-large = ⚠️ Document: at most 20 MB.
refused-document-kind = ⚠️ Document: I keep <code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code> and <code>png</code>, and look into the file, not at its name.

about-contract = make a contract
about-contracts = contracts: live, ending, ended
label-contract = 📝 New contract
label-contracts = 📑 Contracts

field-client = Client
field-touch = Touch
field-remark = Note

contract-ask-client = Who signs? Tap, or type a name, a part of the phone or №id.
contract-ask-client-found = Who signs? Found by “{ $search }”:
contract-client-row = { $who } · { $phone }
contract-ask-touch = Which touch led to it? The latest stands first.
contract-no-touch = This client has no touch yet: which ad brought them? I register it at once, and the contract counts for that ad.
contract-touch-row = { $ad } · { $day }
contract-ask-service = What is sold? Tap, or type a part of the title.
contract-ask-title = What is the contract called? Up to 50 characters.
contract-ask-amount = What does the client pay in all? For example <code>1 500,50</code>.
contract-ask-signed = When was it signed? Tap, or type, for example <code>yesterday</code>.
contract-ask-starts = What is its first day?
contract-ask-ends = What is its last day?
contract-ask-document = The signed document? Send a file (<code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code>, <code>png</code>, up to 20 MB), or skip.
contract-ask-note = Anything to note? Up to 1000 characters.
contract-ask-reason = Why? Up to 300 characters; it stays in the log.
contract-ask-terminate = What is its last day? It is live on that day and ended from the next one; its revenue stays.
contract-ask-prolong = It ends on { $day } now. Until when shall it run?
contract-ask-reason-terminate = Why does it end early? Up to 300 characters, for example <code>moved away</code>.
contract-ask-reason-void = What is the mistake? Up to 300 characters, for example <code>entered twice</code>.
contract-months = { $months ->
    [one] { $months } month
   *[other] { $months } months
}
contract-file-expected = ⚠️ Document: send it as a file or a photo.
contract-file-not-fetched = ⚠️ Document: Telegram did not give me the file. Send it once more.
contract-no-file = no file
contract-ask-file = Send the document of contract №{ $id } as a file or a photo (<code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code>, <code>png</code>, up to 20 MB). The one it has now stays in the history.
contract-attached = 📎 { $name } is attached.
contract-history-title = <b>History of contract №{ $id }</b>
contract-missing = ⚠️ { $field }: this is still to be answered.

contract-card-new = <b>New contract</b>
    Look it over: Confirm puts it into effect.
contract-card-edit = <b>Changing contract №{ $id }</b>
contract-card-terminate = <b>Ending contract №{ $id } early</b>
contract-card-void = <b>Contract №{ $id } was a mistake</b>
    It leaves every figure and stays in the log.
contract-card-prolong = <b>Moving the last day of contract №{ $id }</b>
contract-card-relink = <b>Moving contract №{ $id } to another touch</b>
    Its revenue moves with it.
contract-warning-ended = ⚠️ It has ended already: it counts as revenue, but does not make the client active.
contract-warning-scheduled = 🕓 It begins on { $day }; the client is active from now on.
contract-confirmed = ✅ Contract №{ $id } with { $who } is confirmed.
contract-terminated = ⛔ Contract №{ $id } ends on { $day }.
contract-voided = 🚫 Contract №{ $id } is out of every figure.
contract-brought-back = ♻️ Contract №{ $id } counts again.
contract-prolonged = ✅ Contract №{ $id } runs until { $day }.
contract-relinked = ✅ Contract №{ $id } counts for the other touch now.

contract-title = <b>№{ $id } { $title }</b>
contract-client-line = Client: { $who }, { $phone }
contract-amount = Amount: { $amount }
contract-period = Runs: { $starts } — { $ends }
contract-signed = Signed: { $day }
contract-touch = Touch: { $ad }, { $day }
contract-file = 📎 { $name }
contract-confirmed-by = Confirmed: { $by }, { $at }
contract-ended-early = Ended early on { $day }: { $reason }
contract-void-reason = Void: { $reason }
contract-undone = undone by the person who entered it
contract-document-caption = №{ $id } { $title }
contract-row = { $sign } { $who } · { $title } · { $day }
button-document = 📎 { $name }
button-contract-client = 👤 Client
button-contract-ad = 📣 Ad
button-contract-history = 📜 History
button-attach-file = 📎 Attach the document
button-replace-file = 📎 Replace the document
button-contract-new = ➕ New contract
button-prolong = 📅 Prolong
button-renew = 🔁 Renew
button-terminate = ⛔ End early
button-void = 🚫 Mistake
button-relink = 🔗 Other touch

contracts-live = <b>Live contracts</b>: { $count }
contracts-ending = <b>Ending within 30 days</b>: { $count }
contracts-ended = <b>Ended contracts</b>: { $count }
contracts-hint = Type a title, a client or №id to search.
contracts-search = Search: “{ $search }”. Back shows all.
button-contracts-live = Live
button-contracts-ending = Ending
button-contracts-ended = Ended
mark-chosen = ● { $label }
contract-status-line = { $sign } { $status }
button-contract = 📑 №{ $id } { $title }
