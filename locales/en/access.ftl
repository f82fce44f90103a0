# The ways in and out.

invite-unusable = ⚠️ This invite does not work. Ask your administrator for a new one.
invite-confirm = You are about to enter as <b>{ $name }</b> (login { $username }).
    Groups: { $groups }.
    Is that you?
invite-no-groups = none yet
invite-welcome = ✅ You are in. Welcome, { $name }!
invite-already-linked = You are already in as <b>{ $name }</b>. To enter as somebody else, /logout first.
login-ask-name = What is your login? Send it as <code>/login name</code>.
login-ask-password = Password for <b>{ $username }</b>? I delete the message with it at once.
login-failed = ⚠️ Login or password is wrong.
login-wait = ⏳ Too many tries. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
login-move-confirm = This account is used from another Telegram account. Move it here? The other one loses access and is told.
login-welcome = ✅ You are in. Welcome, { $name }!
notice-linked = 🔑 <b>{ $name }</b> ({ $username }) has entered by invite.
notice-link-moved = 🔑 Your account is used from another Telegram account now; this chat has no access any more. If that was not you, tell your administrator.
button-revoke-link = ⛔ Take access away
revoke-confirm = Take access away from <b>{ $name }</b> ({ $username })? The link with the Telegram account ends at once; a new invite lets the person in again.
revoke-done = ⛔ { $name } has no access any more.
password-ask-new = Your new password? At least 10 characters. I delete the message with it at once.
password-ask-again = The same once more.
password-differs = ⚠️ These were two different passwords. Begin again.
password-short = ⚠️ Too short: at least 10 characters, for example four words in a row.
password-common = ⚠️ This password is among the first that would be tried. Take something of your own, for example four words in a row.
password-done = ✅ The password is set. Your login is <b>{ $username }</b>.
logout-confirm = Leave? This chat loses access; an invite or /login lets you in again.
logout-done = You have left.
me-card = <b>{ $name }</b>
    Login: { $username }
    Groups: { $groups }
    Language: { $language }
    Time zone: { $zone }
    Password: { $password ->
        [1] set
       *[0] not set, /password sets one
    }
me-superuser = superuser: may do everything
language-ask = Which language shall I speak?
language-done = ✅ I speak English now.
language-name = English
about-start = open an invite
about-password = set or change my password
about-logout = leave
about-me = who I am here
about-language = язык · language
label-me = 👤 Me
button-language = 🌐 Language
button-password = 🔑 Password
button-logout = Log out
