# Сотрудники, группы и первая настройка.

group-operators = Операторы
group-marketers = Маркетологи
group-managers = Менеджеры
group-admins = Администраторы
starter-admin = Администратор
starter-operator = Оператор
starter-manager = Менеджер
starter-marketer = Маркетолог

## /seed_groups

about-seed-groups = настроить группы и первые учётные записи
seed-title = <b>Группы и первые учётные записи</b>
seed-groups-heading = <b>Группы</b>
seed-accounts-heading = <b>Учётные записи</b>
seed-group-new = 🆕 { $group }: { $count ->
    [one] { $count } право
    [few] { $count } права
   *[other] { $count } прав
}
seed-group-lacks = ✏️ { $group }: добавится { $count ->
    [one] { $count } право
    [few] { $count } права
   *[other] { $count } прав
}
seed-group-whole = ✔️ { $group }: все права на месте
seed-group-nothing-new = ✔️ { $group }: новых прав нет
seed-group-withdrawn = 🔒 отобрано и останется так: { $rights }
seed-group-restores = ↩️ вернётся отобранное: { $rights }
seed-account-new = 🆕 <code>{ $username }</code>, группа «{ $group }»: получит одноразовое приглашение
seed-account-joins = ✏️ <code>{ $username }</code> ({ $name }): войдёт в группу «{ $group }»
seed-account-inside = ✔️ <code>{ $username }</code> ({ $name }): уже внутри
seed-account-waiting = ✉️ <code>{ $username }</code> ({ $name }): ещё не входил
seed-account-blocked = 🚫 <code>{ $username }</code> ({ $name }): доступ заблокирован, так и останется
seed-will-change = «Применить» сделает то, что отмечено 🆕 и ✏️. Ничего не отнимется.
seed-in-place = Всё уже на месте: «Применить» ничего не изменит.
seed-demo-password = Это локальная демонстрация: у новых учётных записей ещё и пароль <code>123</code>. В настоящей компании такого не бывает.
seed-done = ✅ Готово. Создано групп: { $count }, учётных записей: { $accounts }, дополнено: { $completed }.
seed-nothing = ✔️ Ничего не изменено. Найдено групп: { $count }, учётных записей: { $accounts }.

## Одноразовые ссылки

invite-links-once = { $count ->
    [one] 🔑 Ссылка действует один раз и показана только здесь: передайте её сейчас.
    [few] 🔑 Каждая ссылка действует один раз и показана только здесь: передайте их сейчас.
   *[other] 🔑 Каждая ссылка действует один раз и показана только здесь: передайте их сейчас.
}
invite-link = <b>{ $name }</b> (<code>{ $username }</code>), до { $until }:
    { $link }
button-copy-invite = 📋 Копировать: { $username }
button-new-invite = ✉️ Новое приглашение
button-new-invite-for = ✉️ Новое приглашение: { $username }

## /staff

about-staff = сотрудники и их права
label-staff = 👥 Сотрудники
button-add-person = ➕ Пригласить
button-restore-withdrawn = ↩️ Вернуть и отобранное
button-leave-withdrawn = 🔒 Отобранное не возвращать
button-seed-groups = ⚙️ Группы
staff-title = <b>Сотрудников: { $count }</b>
button-password-logins = 🔑 Вход по паролю: { $on ->
    [1] включён
   *[0] выключен
}
password-logins-off-confirm = Выключить вход по паролю для всей компании? /login и /password перестанут работать у всех; приглашения и привязанные Telegram продолжат. Сами пароли сохранятся.
password-logins-on-confirm = Включить вход по паролю для всей компании? Пароли, установленные раньше, снова начнут действовать.
password-logins-now-off = 🔒 Вход по паролю выключен.
password-logins-now-on = ✅ Вход по паролю включён.
staff-line = <b>{ $name }</b> (<code>{ $username }</code>) · { $groups }
staff-inside = ✔️ внутри с { $at }
staff-inside-acted = ✔️ внутри с { $at }, последнее действие { $acted }
staff-invited = ✉️ приглашение отправлено, ссылка действует до { $until }
staff-left = снаружи; последний вход { $at }
staff-never = ещё не входил, действующего приглашения нет
staff-blocked = 🚫 доступ заблокирован
staff-unreachable = 🔕 бот заблокирован с { $at }: сообщения не доходят
staff-card = <b>{ $name }</b>
    Логин: <code>{ $username }</code>
    Группы: { $groups }
    { $standing }
    Пароль: { $password ->
        [1] установлен
       *[0] не установлен
    }
button-group-on = ✅ { $group }
button-group-off = ▫️ { $group }
button-reset-link = 🔗 Отвязать Telegram
button-remove-password = 🔑 Убрать пароль
button-open-person = 👤 Открыть карточку
button-block = 🚫 Заблокировать
button-unblock = ✅ Разблокировать
staff-joined = ✅ Теперь в группе «{ $group }».
staff-left-group = ✅ Больше не в группе «{ $group }».
staff-block-confirm = Заблокировать доступ: <b>{ $name }</b> ({ $username })? Он прекратится сразу вместе с паролем, записи сотрудника останутся. Отменить нельзя: разблокировка вернёт доступ, но не пароль.
staff-unblock-confirm = Вернуть доступ: <b>{ $name }</b> ({ $username })? Права групп сразу начнут действовать.
staff-invite-confirm = Сделать новое приглашение: <b>{ $name }</b> ({ $username })? Нынешний пароль сразу перестанет действовать. Отменить это нельзя.
staff-password-confirm = Убрать пароль: <b>{ $name }</b> ({ $username })? Вход через /login прекратится; привязанный Telegram останется. Отменить нельзя: новый пароль задают командой /password.
staff-password-removed = ✅ Пароль убран.
staff-block-done = 🚫 Доступ заблокирован.
staff-unblock-done = ✅ Доступ возвращён.
staff-add-title = <b>Новый сотрудник</b>
staff-ask-username = Логин? Строчные латинские буквы, цифры и <code>_ . -</code>, например <code>anna.petrova</code>.
staff-ask-full-name = Имя, каким его увидят коллеги? Например <code>Анна Петрова</code>.
staff-ask-groups = Какие группы? Отметьте сколько нужно: права складываются.
staff-groups-by-tap = ⚠️ Группы выбираются кнопками; потом «Дальше».
staff-username-length = ⚠️ Логин: от 3 до 32 знаков, например <code>anna.petrova</code>.
staff-username-space = ⚠️ Логин: без пробелов. Строчные латинские буквы, цифры и <code>_ . -</code>, например <code>anna.petrova</code>.
staff-username-sign = ⚠️ Логин: знак «{ $sign }» не подходит. Строчные латинские буквы, цифры и <code>_ . -</code>, например <code>anna.petrova</code>.
staff-added = ✅ Учётная запись создана: { $name }.
field-groups = Группы
button-enough = Дальше »
