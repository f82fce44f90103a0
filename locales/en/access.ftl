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
password-logins-off = 🔒 Passwords are not used in this company. Ask your administrator for an invite.
question-too-old = ⌛ The question has stood for more than ten minutes and has ended. Please begin again.
invite-too-old = ⌛ The question has stood for more than ten minutes and has ended. Open the link once more.
login-wait = ⏳ Too many tries. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
login-move-confirm = This account is used from another Telegram account. Move it here? The other one loses access and is told.
login-welcome = ✅ You are in. Welcome, { $name }!
notice-linked = 🔑 <b>{ $name }</b> ({ $username }) has entered by invite.
notice-logged-in = 🔑 <b>{ $name }</b> ({ $username }) has entered by password.
notice-login-failed = ⚠️ A wrong password was entered for <b>{ $name }</b> ({ $username }). If that goes on, the administrator can remove the password or switch password logins off in /staff.
notice-password-changed = 🔑 <b>{ $name }</b> ({ $username }) has set a new password.
notice-own-password-changed = 🔑 A new password was set for your account from this chat. If that was not you, tell your administrator.
notice-password-removed = 🔑 An administrator has removed your password. /password sets a new one.
notice-entered-elsewhere = 🔑 Your account { $username } was entered by password from another Telegram account. If that was not you, tell your administrator.
notice-link-moved = 🔑 Your account is used from another Telegram account now; this chat has no access any more. If that was not you, tell your administrator.
button-revoke-link = ⛔ Take access away
revoke-confirm = Take access away from <b>{ $name }</b> ({ $username })? The link with the Telegram account and the password end at once; a new invite lets the person in again. There is no undo.
revoke-done = ⛔ { $name } has no access any more.
password-ask-new = Your new password? At least { $count } characters. I delete the message with it at once.
password-ask-present = Your present password? I delete the message with it at once.
password-ask-again = The same once more.
password-differs = ⚠️ These were two different passwords. Begin again.
password-short = ⚠️ Too short: at least { $count } characters, for example four words in a row.
password-wrong = ⚠️ The present password is wrong.
password-slash = ⚠️ A password does not begin with “/”: Telegram takes that for a command. I have deleted the message.
password-common = ⚠️ This password is among the first that would be tried. Take something of your own, for example four words in a row.
password-done = ✅ The password is set. Your login is <b>{ $username }</b>.
logout-confirm = Leave? This chat loses access; an invite or /login lets you in again.
logout-done = You have left.
logout-last = ⛔ Nobody could manage people any more: you have no password to come back by. Set one with /password first.
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
