# Вход и выход.

invite-unusable = ⚠️ Это приглашение не действует. Попросите у администратора новое.
invite-confirm = Вы входите как <b>{ $name }</b> (логин { $username }).
    Группы: { $groups }.
    Это вы?
invite-no-groups = пока нет
invite-welcome = ✅ Вы вошли. Добро пожаловать, { $name }!
invite-already-linked = Вы уже вошли как <b>{ $name }</b>. Чтобы войти под другим именем, сначала /logout.
login-ask-name = Какой у вас логин? Пришлите так: <code>/login имя</code>.
login-ask-password = Пароль для <b>{ $username }</b>? Сообщение с ним я сразу удалю.
login-failed = ⚠️ Логин или пароль неверны.
password-logins-off = 🔒 В этой компании пароли не используются. Попросите у администратора приглашение.
question-too-old = ⌛ Прошло больше десяти минут, вопрос снят. Начните, пожалуйста, сначала.
invite-too-old = ⌛ Прошло больше десяти минут, вопрос снят. Откройте ссылку ещё раз.
login-wait = ⏳ Слишком много попыток. Попробуйте через { $seconds ->
    [one] { $seconds } секунду
    [few] { $seconds } секунды
   *[other] { $seconds } секунд
}.
login-move-confirm = Этой учётной записью пользуются из другого Telegram. Перенести её сюда? Там доступ закончится, и туда придёт сообщение.
login-welcome = ✅ Вы вошли. Добро пожаловать, { $name }!
notice-linked = 🔑 <b>{ $name }</b> ({ $username }): вход по приглашению.
notice-logged-in = 🔑 <b>{ $name }</b> ({ $username }): вход по паролю.
notice-login-failed = ⚠️ Введён неверный пароль: <b>{ $name }</b> ({ $username }). Если это повторится, администратор может убрать пароль или отключить вход по паролю в /staff.
notice-password-changed = 🔑 <b>{ $name }</b> ({ $username }): установлен новый пароль.
notice-own-password-changed = 🔑 Из этого чата установлен новый пароль вашей учётной записи. Если это не вы, сообщите администратору.
notice-password-removed = 🔑 Администратор убрал ваш пароль. Новый можно установить через /password.
notice-entered-elsewhere = 🔑 В вашу учётную запись { $username } вошли по паролю из другого Telegram. Если это не вы, сообщите администратору.
notice-link-moved = 🔑 Вашей учётной записью теперь пользуются из другого Telegram, здесь доступа больше нет. Если это не вы, сообщите администратору.
button-revoke-link = ⛔ Закрыть доступ
revoke-confirm = Закрыть доступ для <b>{ $name }</b> ({ $username })? Связь с Telegram и пароль прекратят действовать сразу; вернуться можно по новому приглашению. Отменить нельзя.
revoke-done = ⛔ У { $name } больше нет доступа.
password-ask-new = Новый пароль? Не меньше { $count } знаков. Сообщение с ним я сразу удалю.
password-ask-present = Ваш нынешний пароль? Сообщение с ним я сразу удалю.
password-ask-again = То же самое ещё раз.
password-differs = ⚠️ Пароли не совпали. Начните сначала.
password-short = ⚠️ Слишком короткий: не меньше { $count } знаков, например четыре слова подряд.
password-wrong = ⚠️ Нынешний пароль неверен.
password-slash = ⚠️ Пароль не начинается с «/»: Telegram примет его за команду. Сообщение я удалил.
password-common = ⚠️ Такой пароль попробуют одним из первых. Придумайте свой, например четыре слова подряд.
password-done = ✅ Пароль установлен. Ваш логин — <b>{ $username }</b>.
logout-confirm = Выйти? В этом чате доступа не будет; вернуться можно по приглашению или через /login.
logout-done = Вы вышли.
logout-last = ⛔ Управлять сотрудниками стало бы некому: вернуться без пароля вы не сможете. Сначала задайте его командой /password.
me-card = <b>{ $name }</b>
    Логин: { $username }
    Группы: { $groups }
    Язык: { $language }
    Часовой пояс: { $zone }
    Пароль: { $password ->
        [1] установлен
       *[0] не установлен, /password поможет
    }
me-superuser = суперпользователь: можно всё
language-ask = На каком языке говорить?
language-done = ✅ Теперь я говорю по-русски.
language-name = Русский
about-start = открыть приглашение
about-password = установить или сменить пароль
about-logout = выйти
about-me = кто я здесь
about-language = язык · language
label-me = 👤 Я
button-language = 🌐 Язык
button-password = 🔑 Пароль
button-logout = Выйти
