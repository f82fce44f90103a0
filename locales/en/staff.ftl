# People, groups, and the first set-up.

group-operators = Operators
group-marketers = Marketers
group-managers = Managers
group-admins = Admins
starter-admin = Administrator
starter-operator = Operator
starter-manager = Manager
starter-marketer = Marketer

## /seed_groups

about-seed-groups = set up groups and starter accounts
seed-title = <b>Groups and starter accounts</b>
seed-groups-heading = <b>Groups</b>
seed-accounts-heading = <b>Accounts</b>
seed-group-new = 🆕 { $group }: { $count ->
    [one] { $count } right
   *[other] { $count } rights
}
seed-group-lacks = ✏️ { $group }: { $count ->
    [one] { $count } right to add
   *[other] { $count } rights to add
}
seed-group-whole = ✔️ { $group }: all rights are there
seed-group-nothing-new = ✔️ { $group }: no new rights
seed-group-withdrawn = 🔒 withdrawn, stays so: { $rights }
seed-group-restores = ↩️ withdrawn, comes back: { $rights }
seed-account-new = 🆕 <code>{ $username }</code>, group { $group }: gets a one-time invite
seed-account-joins = ✏️ <code>{ $username }</code> ({ $name }): joins { $group }
seed-account-inside = ✔️ <code>{ $username }</code> ({ $name }): is inside
seed-account-waiting = ✉️ <code>{ $username }</code> ({ $name }): has not entered yet
seed-account-blocked = 🚫 <code>{ $username }</code> ({ $name }): blocked, stays so
seed-will-change = Apply makes what is marked 🆕 and ✏️. Nothing is taken away.
seed-in-place = Everything is in place: Apply will change nothing.
seed-demo-password = This is the local demo: new accounts also get the password <code>123</code>. A real company's never do.
seed-done = ✅ Done. Groups created: { $count }, accounts created: { $accounts }, completed: { $completed }.
seed-nothing = ✔️ Nothing was changed. Found: groups { $count }, accounts { $accounts }.

## One-time links

invite-links-once = { $count ->
    [one] 🔑 The link works once and is shown only here: pass it on now.
   *[other] 🔑 Each link works once and is shown only here: pass them on now.
}
invite-link = <b>{ $name }</b> (<code>{ $username }</code>), until { $until }:
    { $link }
button-copy-invite = 📋 Copy: { $username }
button-new-invite = ✉️ New invite
button-new-invite-for = ✉️ New invite: { $username }

## /staff

about-staff = people and their rights
label-staff = 👥 People
button-add-person = ➕ Invite a person
button-restore-withdrawn = ↩️ Give back withdrawn rights too
button-leave-withdrawn = 🔒 Leave withdrawn rights
button-seed-groups = ⚙️ Groups
staff-title = <b>People: { $count }</b>
button-password-logins = 🔑 Password logins: { $on ->
    [1] on
   *[0] off
}
password-logins-off-confirm = Switch password logins off for the company? /login and /password stop working for everybody; invites and linked Telegram accounts go on. The passwords are kept.
password-logins-on-confirm = Switch password logins on for the company? Passwords that were set before work again.
password-logins-now-off = 🔒 Password logins are off.
password-logins-now-on = ✅ Password logins are on.
staff-line = <b>{ $name }</b> (<code>{ $username }</code>) · { $groups }
staff-inside = ✔️ inside since { $at }
staff-inside-acted = ✔️ inside since { $at }, last action { $acted }
staff-invited = ✉️ invited, the link works until { $until }
staff-left = outside; was last let in { $at }
staff-never = has never entered, no invite on its way
staff-blocked = 🚫 blocked
staff-unreachable = 🔕 has blocked the bot since { $at }: messages do not arrive
staff-card = <b>{ $name }</b>
    Login: <code>{ $username }</code>
    Groups: { $groups }
    { $standing }
    Password: { $password ->
        [1] set
       *[0] not set
    }
button-group-on = ✅ { $group }
button-group-off = ▫️ { $group }
button-reset-link = 🔗 Unlink Telegram
button-remove-password = 🔑 Remove the password
button-open-person = 👤 Open the card
button-block = 🚫 Block
button-unblock = ✅ Unblock
staff-joined = ✅ Now in the group { $group }.
staff-left-group = ✅ No longer in the group { $group }.
staff-block-confirm = Block <b>{ $name }</b> ({ $username })? Access and the password end at once; the records stay. There is no undo: unblocking gives access back, but not the password.
staff-unblock-confirm = Give access back to <b>{ $name }</b> ({ $username })? The rights of the groups work again at once.
staff-invite-confirm = Make a new invite for <b>{ $name }</b> ({ $username })? The present password ends at once. There is no undo for that.
staff-password-confirm = Remove the password of <b>{ $name }</b> ({ $username })? /login does not work any more; the Telegram account that is linked stays. There is no undo: a new password is set with /password.
staff-password-removed = ✅ The password is removed.
staff-block-done = 🚫 Blocked: access has ended.
staff-unblock-done = ✅ Access is back.
staff-add-title = <b>New colleague</b>
staff-ask-username = The login? Small Latin letters, digits and <code>_ . -</code>, for example <code>anna.petrova</code>.
staff-ask-full-name = The full name, as colleagues will see it? For example <code>Anna Petrova</code>.
staff-ask-groups = Which groups? Tap as many as needed; rights add up.
staff-groups-by-tap = ⚠️ Groups are chosen by tapping; then Next.
staff-username-length = ⚠️ Login: 3 to 32 characters, for example <code>anna.petrova</code>.
staff-username-space = ⚠️ Login: no spaces. Small Latin letters, digits and <code>_ . -</code>, for example <code>anna.petrova</code>.
staff-username-sign = ⚠️ Login: “{ $sign }” does not fit. Small Latin letters, digits and <code>_ . -</code>, for example <code>anna.petrova</code>.
staff-added = ✅ { $name } has an account.
field-groups = Groups
button-enough = Next »
