# Общее для всех разговоров.

stranger = Здравствуйте! Это рабочий инструмент компании. За доступом обратитесь к своему администратору.
reply-about-nobody = ℹ️ Не знаю, о каком клиенте то сообщение: оно слишком давнее или не о клиенте. Понял ответ как обычный текст.
not-understood = ⚠️ Не понял. Что я умею, покажет /help.
unknown-command = ⚠️ Команды { $command } нет. Что я умею, покажет /help.
cancelled = Отменено. Ничего не сохранено.
nothing-to-cancel = Отменять было нечего.
already-done = Уже сделано в { $time }: { $what }
screen-changed = Этот экран изменился. Вот как обстоит дело сейчас.
fault = ⚠️ Что-то сломалось у нас. Ничего не потеряно и не сохранено наполовину. Код { $code }: сообщите его администратору или попробуйте ещё раз.
screen-again = ⏳ Некоторое время меня не было на связи. Последнее нажатие могло не дойти: вот где мы остановились.
file-came-too-late = ⚠️ Файл пришёл, когда вопрос о нём уже был закрыт, поэтому он не принят. Пришлите его ещё раз там, где он нужен.
draft-set-aside = ⚠️ Бот возвращён к прежней версии, а она не знает того, что было у вас открыто. Это сохранено и вернётся вместе с новой версией. Только что отправленное не принято.
draft-is-back = ↩️ Снова открыто то, что вы не закончили, когда бота вернули к прежней версии.

## Кнопки

button-save = ✅ Сохранить
button-confirm = ✅ Подтвердить
button-edit = ✏️ Изменить
button-back = ‹ Назад
button-home = 🏠 В начало
button-cancel = Отмена
button-skip = Пропустить »
button-yes = ✅ Да
button-no = Нет
button-apply = ✅ Применить
button-open-card = Открыть карточку

## Даты

date-day = { $number } { $month ->
    [1] янв.
    [2] февр.
    [3] мар.
    [4] апр.
    [5] мая
    [6] июн.
    [7] июл.
    [8] авг.
    [9] сент.
    [10] окт.
    [11] нояб.
   *[12] дек.
} { $year }
date-near-day = { $number } { $month ->
    [1] янв.
    [2] февр.
    [3] мар.
    [4] апр.
    [5] мая
    [6] июн.
    [7] июл.
    [8] авг.
    [9] сент.
    [10] окт.
    [11] нояб.
   *[12] дек.
}, { $weekday ->
    [1] пн
    [2] вт
    [3] ср
    [4] чт
    [5] пт
    [6] сб
   *[7] вс
}
date-month = { $month ->
    [1] Январь
    [2] Февраль
    [3] Март
    [4] Апрель
    [5] Май
    [6] Июнь
    [7] Июль
    [8] Август
    [9] Сентябрь
    [10] Октябрь
    [11] Ноябрь
   *[12] Декабрь
} { $year }
date-moment = { $day }, { $time }

## Меню и справка

menu-greeting = <b>{ $name }</b>, что делаем?
menu-hint = Напишите имя, часть телефона или №id — найду клиента.
menu-hint-capture = Пришлите телефон с любым текстом вокруг — подготовлю карточку лида. Имя или №id — найду клиента.
help-title = Что я умею
help-line = { $command } { $about }
help-anywhere = /cancel, /start, /menu и /help работают везде.
about-menu = главное меню
about-help = что я умею
about-login = войти по паролю

## Отказы

refused-denied = ⛔ У вас нет на это права.
refused-gone = ⚠️ Этой записи больше нет.
refused-changed = ⚠️ Запись тем временем изменили. Посмотрите ещё раз.
refused-taken = ⚠️ { $field }: такое уже есть.
refused-invalid = ⚠️ { $field }: такое значение не подходит.
refused-service-archived = ⚠️ Эту услугу тем временем убрали в архив. Выберите другую.
refused-ad-finished = ⚠️ Эту рекламу тем временем завершили. Выберите другую.
refused-touch-unusable = ⚠️ По этому обращению нельзя заключить договор. Выберите другое.
refused-touch-has-contract = ⚠️ По этому обращению есть договор. Сначала администратор должен его перепривязать.
refused-not-own-today = ⛔ Менять можно только своё и только сегодняшнее.
refused-not-own-phone = ⛔ Телефон может исправить тот, кто его записал, в тот же день, пока нет договора, передачи или касания коллеги. Потом это делает администратор.
refused-amount = ⚠️ Сумма: больше нуля, не больше двух знаков после запятой, например <code>1 500,50</code>.
refused-signed-on = ⚠️ Дата подписания: не позже сегодняшнего дня.
refused-ends-on = ⚠️ Последний день: не раньше первого.
refused-has-live-contracts = ⚠️ Клиента нельзя отметить потерянным, пока есть действующие договоры.
refused-last-administrator = ⛔ Это единственный действующий администратор: один должен оставаться.
refused-already-done = Уже сделано: { $by }, { $time }.
refused-taken-by = 🙋 Клиента уже ведёт { $by }, с { $at }.
refused-untaken = ⚠️ Клиента пока никто не ведёт: сначала возьмите его.
refused-handover-waits = ⚠️ Передача уже ждёт ответа: { $to }. Сначала отзовите её.
refused-handover-accepted = Передача уже принята: { $by }, { $at }.
refused-handover-declined = Передача уже отклонена: { $by }, { $at }.
refused-handover-withdrawn = Передача уже отозвана: { $by }, { $at }.
refused-no-taker = ⚠️ Этот коллега сейчас не может принимать клиентов. Выберите другого.
refused-day = ⚠️ { $day } здесь не подходит.

field-title = Название
field-description = Описание
field-price = Цена
field-budget = Бюджет
field-amount = Сумма
field-signed-on = Дата подписания
field-starts-on = Первый день
field-ends-on = Последний день
field-name = Имя
field-email = E-mail
field-phone = Телефон
field-username = Логин
field-reason = Причина
field-document = Документ

## Уведомления

notice-new-lead = 🆕 Новый лид: <b>{ $who }</b>, реклама «{ $ad }».
notice-returned = 🔁 Вернулся: <b>{ $who }</b>, реклама «{ $ad }».
notice-free-again = 🔓 Снова в очереди: <b>{ $who }</b>. Кто возьмёт, тот и ведёт.
notice-waiting = ⏰ <b>{ $who }</b> ждёт менеджера уже { $time }, реклама «{ $ad }».
lasting-minutes = { $minutes ->
    [one] { $minutes } минуту
    [few] { $minutes } минуты
   *[other] { $minutes } минут
}
lasting-hours = { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[other] { $hours } часов
}
lasting-days = { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}
notice-many-waiting = ⏰ В очереди { $count ->
    [one] { $count } клиент, которого
    [few] { $count } клиента, которых
   *[other] { $count } клиентов, которых
} никто не взял.
notice-taken = 🙋 <b>{ $who }</b>: ведёт { $by }, с { $at }.
notice-over = ☑️ <b>{ $who }</b>: менеджера уже не ждёт.
notice-offered = 🤝 { $from } передаёт вам клиента: <b>{ $who }</b>, { $phone }.
notice-offered-for-you = 🤝 { $by } передаёт вашего клиента: <b>{ $who }</b>. Кому: { $to }. Пока передачу не приняли, клиент у вас.
notice-accepted = ✅ Передача принята: <b>{ $who }</b>. Теперь клиента ведёт { $to }.
notice-declined = ↩️ { $to } не берёт клиента: <b>{ $who }</b>. Он остаётся у вас.
notice-answer-undone = 🤝 { $to } решает заново: передача снова ждёт ответа, клиент <b>{ $who }</b>.
notice-offer-returned = ↩️ { $to } больше не может принимать клиентов: <b>{ $who }</b> остаётся у вас.
notice-handover-accepted = 🤝 <b>{ $who }</b>: передача принята, { $by }, { $at }.
notice-handover-declined = 🤝 <b>{ $who }</b>: передача отклонена, { $by }, { $at }.
notice-handover-withdrawn = 🤝 <b>{ $who }</b>: передача отозвана, { $by }, { $at }.

## Формы

form-progress = <i>{ $step } из { $steps }</i>
form-present = Сейчас: { $value }
form-what-to-edit = Что изменить?
form-finish-card = ⚠️ Посмотрите на карточку: { $button } завершит, «Изменить» исправит поле, /cancel бросит.
button-keep = Оставить »
