# Клиенты: лид, карточка, поиск, списки.

about-lead = новый лид: телефон и откуда узнали
label-lead = ➕ Новый лид
about-find = найти клиента
label-find = 🔎 Найти
about-clients = клиенты по состояниям
label-clients = 👥 Клиенты

state-potential = 🟡 потенциальный
state-active = 🟢 действующий
state-inactive = ⚪️ неактивный
sign-potential = 🟡
sign-active = 🟢
sign-inactive = ⚪️
status-running = действует
status-scheduled = ещё не начался
status-expired = закончился
status-terminated = расторгнут
status-void = ошибочный

field-ad = Реклама
field-note = Заметка
field-last-name = Фамилия
field-first-name = Имя
field-middle-name = Отчество

## Лид

lead-ask-phone = Какой у клиента телефон? Например <code>{ $example }</code>. Можно прислать контакт или сразу всё одной строкой.
lead-ask-name = Как зовут клиента? Например <code>Иванов Иван Иванович</code> или просто <code>Иван</code>.
lead-ask-email = Какой у клиента e-mail? Например <code>ivan@example.com</code>.
lead-ask-ad = Откуда о нас узнали?
lead-which-phone = Здесь несколько телефонов. Какой из них основной? Остальные останутся в заметке.
lead-no-phone = ⚠️ Не вижу здесь телефона. Пришлите номер, например <code>{ $example }</code>.
lead-card-new = <b>Новый лид</b>
lead-card-known = <b>Новое обращение</b>
lead-verdict-known = 👤 Этот телефон у нас уже есть: <b>{ $who }</b>, { $state }.
lead-verdict-merged = 👤 Этот телефон был у клиента, объединённого с другим: теперь это <b>{ $who }</b>, { $state }.
lead-verdict-last = Последнее обращение: «{ $ad }», { $day }.
lead-verdict-entered = Внесён: { $by }, { $day }.
lead-verdict-touch-instead = Второй карточки не будет: добавится обращение.
lead-verdict-voided = ♻️ Лид с этим телефоном отменяли. Если сохранить, он вернётся.
lead-saved = ✅ Лид сохранён, реклама «{ $ad }».
lead-revived = ✅ Лид возвращён, реклама «{ $ad }».
lead-second = ℹ️ Этот телефон только что внесли: { $by }, { $time }. Ваша реклама «{ $ad }» добавлена как обращение.
touch-saved = ✅ Обращение записано: «{ $ad }».
touch-already = ℹ️ Обращение «{ $ad }» сегодня уже записано, второго не будет.
touch-card = <b>Обращение клиента</b>
    { $who }, { $state }
phone-not-a-number = ⚠️ Телефон: это не номер. Например <code>{ $example }</code>.
phone-too-short = ⚠️ Телефон: не хватает цифр. Например <code>{ $example }</code>.
phone-too-long = ⚠️ Телефон: лишние цифры. Например <code>{ $example }</code>.
phone-unknown-country = ⚠️ Телефон: страны с таким кодом нет. Например <code>{ $example }</code>.
phone-not-in-use = ⚠️ Телефон: таких номеров не бывает. Например <code>{ $example }</code>.
email-wrong = ⚠️ E-mail: так адреса не пишут. Например <code>ivan@example.com</code>.

## Карточка

card-title = <b>{ $name }</b> · №{ $id }
card-nameless = Без имени
card-state = Состояние: { $state }
card-lost = Потерян { $day }: { $reason }
card-phone = 📱 { $phone }
card-email = ✉️ { $email }
card-responsible = Ведёт: { $who }
card-follow-up = 🔔 Следующий шаг: { $moment }, { $who }
card-entered = Внесён { $day }, { $who }
card-touches = <b>Обращения: { $count }</b>
card-no-touches = Обращений нет.
card-touch = • { $day }: «{ $ad }»
card-contracts = <b>Договоры: { $count }</b>
card-days = { $start } – { $end }
card-contract = • { $term }, { $status }
card-contract-whole = • { $title }: { $amount }, { $term }, { $status }
card-notes = <b>Заметки</b>
card-note = • { $moment }, { $who }: { $text }
button-show-phone = 👁 Показать телефон
button-copy-phone = 📋 Скопировать телефон
button-touch-add = 🔁 Записать обращение
button-note-add = 📝 Заметка
note-ask = Что записать о клиенте? Текст до 4000 знаков, фото, голосовое или файл до 20 МБ. Ещё проще — ответить на сообщение с карточкой.
note-saved = ✅ Заметка записана.
note-file-large = ⚠️ Файл больше 20 МБ: такой Telegram мне не отдаст. Заметка не записана.
note-file-not-fetched = ⚠️ Telegram не отдал мне файл. Пришлите его ещё раз.
note-file-caption = { $moment }, { $who }
card-note-file = 📎 { $name }

## История

button-timeline = 🕓 История
timeline-title = <b>История: { $who }</b> · { $count }
timeline-line = • { $moment }, { $by }: { $what }
timeline-entered = внёс клиента
timeline-touch = 🔁 обращение «{ $ad }»
timeline-touch-instead = 🔁 обращение «{ $ad }» вместо «{ $wrong }»
timeline-touch-void = убрано обращение «{ $ad }»
timeline-void = (убрано)
timeline-contract = 📄 договор, { $term }
timeline-contract-whole = 📄 договор «{ $title }»: { $amount }, { $term }
timeline-note = 📝 { $text }
timeline-next-step = 🔔 следующий шаг { $moment }
timeline-handed-over = 🤝 передача: { $from } → { $to }
timeline-renamed = ✏️ имя: { $from } → { $to }

refused-attachment-kind = ⚠️ Такой файл к заметке не приложить. Принимаю фото и картинки, голосовые, аудио, видео, <code>pdf</code>, <code>doc</code>, <code>docx</code> и <code>xlsx</code>.
client-ask-part = { $field }: как правильно?
client-card-edit = <b>Изменение клиента</b>

## Списки и поиск

clients-title = <b>Клиенты</b>: { $count }
clients-hint = Выберите состояние или напишите имя, часть телефона, №id.
clients-count = { $state }: { $count }
clients-none = Здесь пока никого.
client-row = { $sign } { $who } · { $phone }
client-row-number = { $sign } { $phone }
find-ask = Кого ищем? Напишите имя, часть телефона (хватит трёх цифр), e-mail или №id.
find-found = По запросу «{ $text }» { $count ->
    [one] нашёлся { $count } клиент
    [few] нашлось { $count } клиента
   *[other] нашлось { $count } клиентов
}.
about-whois = кто, когда и по какой рекламе завёл клиента
whois-ask = Чей телефон? Пришлите номер целиком: покажу, кто и когда завёл клиента и по какой рекламе клиент приходил.
whois-client = 👤 <b>{ $who }</b> · №{ $id }, { $state }
whois-earlier = … и ещё { $count ->
    [one] { $count } раньше
   *[other] { $count } раньше
}
whois-nobody = Клиента с номером { $phone } нет.
find-nothing = По запросу «{ $text }» никого нет. Попробуйте другую часть имени или последние четыре цифры телефона.

## Очередь, следующий шаг, потерянные, исправления

about-queue = потенциальные клиенты, кто ждёт дольше всех
label-queue = 📥 Очередь
queue-waiting = { $count ->
    [0] <b>Никто не ждёт менеджера.</b>
   *[other] <b>Ждут менеджера</b>: { $count }. Сначала те, кто ждёт дольше.
}
queue-mine = <b>Мои потенциальные</b>: { $count }
button-queue-mine = 🙋 Мои
button-queue-waiting = 📥 Ничьи
button-take = 🙋 Взять
take-done = ✅ Клиент ваш.
button-queue-offered = 🤝 Передают мне: { $count }
button-queue-all = 👥 Все
queue-offered = <b>Передают мне</b>: { $count }
queue-all = { $count ->
    [0] <b>Потенциальных клиентов нет.</b>
   *[other] <b>Все потенциальные</b>: { $count }. Сначала те, кто ждёт дольше.
}
about-followups = мои следующие шаги
label-followups = 🔔 Следующие шаги
agenda-title = <b>Мои следующие шаги</b>: { $count }
agenda-row = { $moment } · { $who }
agenda-overdue = ❗️ { $moment } · { $who }
button-follow-up = 🔔 Следующий шаг
button-step-done = ☑️ Шаг сделан
follow-up-ask = Когда следующий шаг? Нажмите или напишите, например <code>завтра в 15</code>, <code>20.03 10:30</code> или <code>через 2 часа</code>.
follow-up-ask-hour = { $day }: во сколько? Нажмите или напишите, например <code>15:30</code>.
follow-up-hour = Через час
follow-up-tonight = Сегодня 18:00
follow-up-tomorrow = Завтра 10:00
follow-up-monday = Понедельник 10:00
follow-up-set = 🔔 Следующий шаг: { $moment }.
follow-up-done = ✅ Шаг сделан.
follow-up-past = ⚠️ Это время уже прошло. Выберите другое.
follow-up-wrong = ⚠️ Не понял, когда. Например <code>завтра в 15</code>, <code>{ $example } 10:30</code> или <code>через 2 часа</code>.
button-lost = 🚫 Потерян
button-bring-back = ♻️ Вернуть
lost-ask-reason = Почему потерян клиент <b>{ $who }</b>? Нажмите или напишите своими словами.
lost-reason-price = дорого
lost-reason-others = выбрал других
lost-reason-later = передумал или отложил
lost-reason-silent = не отвечает
lost-reason-wrong = не наш клиент
lost-card = Отметить потерянным: <b>{ $who }</b>
lost-done = 🚫 Клиент отмечен потерянным.
lost-back = ♻️ Клиент возвращён.
refused-needs-touch = ⚠️ Вернуть отметкой нельзя: нет обращения, которое ждёт ответа. Запишите новое обращение.
button-mend = 🛠 Исправить обращение
mend-which = Какое обращение исправить?
mend-nothing = Исправить нечего: своё обращение можно исправить в тот же день и пока по нему нет договора.
mend-row = { $day } · { $ad }
mend-ask-what = Что не так с обращением «{ $ad }»?
mend-correct = Реклама другая
mend-void = Обращения не было
mend-ask-ad = Какая реклама правильная?
mend-ask-reason = Почему исправляем? Нажмите или напишите.
mend-reason-wrong-ad = перепутана реклама
mend-reason-double = записано дважды
mend-reason-mistake = ошибка при вводе
mend-card = Исправление обращения «{ $ad }»
mend-voided = ✅ Обращение «{ $ad }» убрано.
mend-corrected = ✅ Исправлено: вместо «{ $wrong }» теперь «{ $right }».
field-what = Что делаем
button-contract-add = 📄 Договор

## Отмена

button-undo = ↩️ Отменить: { $what }
undo-question = ↩️ Отменить: { $what }? Этой записи больше не будет в списках.
undo-done = ↩️ Отменено.
undo-lead-done = ↩️ Лид отменён. Если этот телефон внести снова, карточка вернётся.
button-again = ↪️ Снова: { $what }
again-question = ↪️ Снова: { $what }?
again-done = ↪️ Сделано снова.
refused-has-dependents = ⚠️ Отменить уже нельзя: с этой записью успели что-то сделать.
refused-too-late = ⚠️ Уже поздно: своё действие можно отменить в течение десяти минут.
refused-changed-since = ⚠️ После этого запись изменили: { $by }, { $time }, { $what }. Поэтому отменить нельзя.

## Звонки

button-call = 📞 Итог звонка
call-ask = Чем кончился звонок?
call-reached = 📞 дозвонились
call-no-answer = 📵 не ответил
call-wrong-number = ❌ номер не тот
call-saved = ✅ Записано: { $outcome }.

## Передача клиента

button-client-hand-over = 🤝 Передать
button-accept = ✅ Принять
button-decline = ✖️ Отклонить
button-withdraw = ↩️ Отозвать передачу
field-taker = Кому
handover-ask-to = <b>{ $who }</b>: кому передать? Нажмите или напишите часть имени.
handover-no-such = ⚠️ Среди коллег, которые принимают клиентов, нет «{ $search }». Напишите другую часть имени или нажмите.
handover-ask-note = Что коллеге важно знать? Например <code>ждёт цену к пятнице</code>.
handover-card = <b>Передача клиента: { $who }</b>
handover-until = Пока коллега не примет, клиент остаётся у прежнего менеджера.
handover-offered = 🤝 Передача отправлена, ждём ответа: { $name }.
handover-accepted = ✅ Клиент теперь ваш.
handover-declined = ✖️ Передача отклонена. Клиента по-прежнему ведёт { $from }.
handover-withdrawn = ↩️ Передача отозвана.
handover-note = «{ $note }»
handover-reason = Причина: { $reason }
card-handover = 🤝 Передаётся: { $from } → { $to }, ждёт ответа с { $since }
card-handover-unable = ⚠️ { $to } больше не может принимать клиентов: отзовите передачу.
decline-ask-reason = <b>{ $who }</b>: почему не берёте? Ответ увидит { $from }.
decline-reason-busy = сейчас нет времени
decline-reason-away = меня не будет на месте
decline-reason-other = лучше подойдёт другой менеджер
decline-card = <b>Отказ от клиента: { $who }</b>, передаёт { $from }
