# Договоры.

refused-contract-not-live = ⛔ Договор уже не действует: исправить его может администратор.
refused-document-empty = ⚠️ Документ: файл пустой.
refused-document-large = ⚠️ Документ: не больше 20 МБ.
refused-document-kind = ⚠️ Документ: принимаю <code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code> и <code>png</code>; смотрю на содержимое, а не на имя файла.

about-contract = заключить договор
about-contracts = договоры: действующие, кончаются, закончились
label-contract = 📝 Новый договор
label-contracts = 📑 Договоры

field-client = Клиент
field-touch = Обращение
field-remark = Примечание

contract-ask-client = С кем договор? Нажмите или напишите имя, часть телефона или №id.
contract-ask-client-found = С кем договор? Нашлось по запросу «{ $search }»:
contract-client-row = { $who } · { $phone }
contract-ask-touch = По какому обращению? Последнее стоит первым.
contract-no-touch = У клиента ещё нет обращений: что его привело? Я сразу запишу обращение, и договор зачтётся этой рекламе.
contract-touch-row = { $ad } · { $day }
contract-ask-service = Какая услуга? Нажмите или напишите часть названия.
contract-ask-title = Как назвать договор? До 50 знаков.
contract-ask-amount = Сколько клиент платит всего? Например <code>1 500,50</code>.
contract-ask-signed = Когда подписан? Нажмите или напишите, например <code>вчера</code>.
contract-ask-starts = Какой первый день?
contract-ask-ends = Какой последний день?
contract-ask-document = Подписанный документ? Пришлите файл (<code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code>, <code>png</code>, до 20 МБ) или пропустите.
contract-ask-note = Есть что добавить? До 1000 знаков.
contract-ask-reason = Почему? До 300 знаков; причина останется в журнале.
contract-ask-terminate = Какой день последний? В этот день договор ещё действует, со следующего — прекращён; выручка остаётся.
contract-ask-prolong = Сейчас договор до { $day }. До какого дня продлить?
contract-ask-reason-terminate = Почему заканчиваем раньше? До 300 знаков, например <code>клиент переехал</code>.
contract-ask-reason-void = В чём ошибка? До 300 знаков, например <code>внесли дважды</code>.
contract-months = { $months ->
    [one] { $months } месяц
    [few] { $months } месяца
   *[other] { $months } месяцев
}
contract-file-expected = ⚠️ Документ: пришлите его файлом или фотографией.
contract-file-not-fetched = ⚠️ Документ: Telegram не отдал мне файл. Пришлите ещё раз.
contract-no-file = без файла
contract-ask-file = Пришлите документ договора №{ $id } файлом или фотографией (<code>pdf</code>, <code>doc</code>, <code>docx</code>, <code>jpg</code>, <code>png</code>, до 20 МБ). Прежний останется в истории.
contract-attached = 📎 Документ { $name } приложен.
contract-history-title = <b>История договора №{ $id }</b>
contract-missing = ⚠️ { $field }: на это ещё нужно ответить.

contract-card-new = <b>Новый договор</b>
    Проверьте: после «Подтвердить» он вступит в силу.
contract-card-edit = <b>Изменение договора №{ $id }</b>
contract-card-terminate = <b>Договор №{ $id } заканчивается раньше</b>
contract-card-void = <b>Договор №{ $id } внесён по ошибке</b>
    Он уйдёт из всех показателей, но останется в журнале.
contract-card-prolong = <b>Новый последний день договора №{ $id }</b>
contract-card-relink = <b>Договор №{ $id } — к другому обращению</b>
    Выручка перейдёт вместе с ним.
contract-warning-ended = ⚠️ Договор уже закончился: выручка считается, но клиент от него не станет активным.
contract-warning-scheduled = 🕓 Начнётся { $day }; клиент активен уже сейчас.
contract-confirmed = ✅ Договор №{ $id } подтверждён: { $who }.
contract-terminated = ⛔ Договор №{ $id }: последний день — { $day }.
contract-voided = 🚫 Договора №{ $id } больше нет в показателях.
contract-brought-back = ♻️ Договор №{ $id } снова в показателях.
contract-prolonged = ✅ Договор №{ $id } действует до { $day }.
contract-relinked = ✅ Договор №{ $id } теперь относится к другому обращению.

contract-title = <b>№{ $id } { $title }</b>
contract-client-line = Клиент: { $who }, { $phone }
contract-amount = Сумма: { $amount }
contract-period = Срок: { $starts } — { $ends }
contract-signed = Подписан: { $day }
contract-touch = Обращение: { $ad }, { $day }
contract-file = 📎 { $name }
contract-confirmed-by = Подтверждение: { $by }, { $at }
contract-ended-early = Прекращён досрочно { $day }: { $reason }
contract-void-reason = Ошибка: { $reason }
contract-undone = отменён тем, кто его внёс
contract-document-caption = №{ $id } { $title }
contract-row = { $sign } { $who } · { $title } · { $day }
button-document = 📎 { $name }
button-contract-client = 👤 Клиент
button-contract-ad = 📣 Реклама
button-contract-history = 📜 История
button-attach-file = 📎 Приложить документ
button-replace-file = 📎 Заменить документ
button-contract-new = ➕ Новый договор
button-prolong = 📅 Продлить
button-renew = 🔁 Новый срок
button-terminate = ⛔ Закончить раньше
button-void = 🚫 Ошибка
button-relink = 🔗 Другое обращение

contracts-live = <b>Действующие договоры</b>: { $count }
contracts-ending = <b>Закончатся за 30 дней</b>: { $count }
contracts-ended = <b>Закончившиеся договоры</b>: { $count }
contracts-hint = Чтобы найти, напишите название, клиента или №id.
contracts-search = Поиск: «{ $search }». «Назад» покажет все.
button-contracts-live = Действуют
button-contracts-ending = Кончаются
button-contracts-ended = Закончились
mark-chosen = ● { $label }
contract-status-line = { $sign } { $status }
button-contract = 📑 №{ $id } { $title }
