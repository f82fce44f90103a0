# Исправления с причиной, передача дел, обслуживание.

button-phone-correct = ☎️ Исправить телефон
button-merge = 🔀 Объединить
button-merge-confirm = 🔀 Объединить
button-hand-over = 🤝 Передать всё
phone-ask = Какой номер правильный? Например <code>{ $example }</code>.
phone-card = <b>Исправление телефона</b>
    { $who }
refused-phone-of = ⚠️ Это номер другого клиента, №{ $id }: одного номера у двух клиентов не бывает. Если это один человек, объедините карточки.
refused-phone-taken = ⚠️ Телефон: этот номер уже занят.
merge-ask-other = Кто здесь тот же человек? Напишите имя, телефон или №id.
merge-nobody = ⚠️ Больше никого не нашлось. Попробуйте телефон или №id.
merge-field-other = Второй клиент
merge-card = <b>Объединение двух клиентов</b>
    Останется старший: { $stays }
    Вольётся в него: { $goes }
merge-moves = Перейдут: { $touches ->
    [one] { $touches } обращение
    [few] { $touches } обращения
   *[other] { $touches } обращений
}, { $contracts ->
    [one] { $contracts } договор
    [few] { $contracts } договора
   *[other] { $contracts } договоров
}, заметки и следующий шаг. Оба телефона будут находить эту карточку. Отменить можно десять минут, пока в карточке ничего не записано.
merge-done = ✅ Теперь это один клиент.

## Передача дел

hand-over-what = { $clients ->
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[other] { $clients } клиентов
} с договорами, { $steps ->
    [one] { $steps } следующий шаг
    [few] { $steps } следующих шага
   *[other] { $steps } следующих шагов
}
hand-over-ask = <b>{ $from }</b>: { $what }. Кому передать?
hand-over-confirm = Передать всё от <b>{ $from }</b> коллеге <b>{ $to }</b>? { $what }.
hand-over-nothing = <b>{ $from }</b>: нет ни клиентов, ни следующих шагов — передавать нечего.
hand-over-nobody = Передать некому: коллеге нужны право брать клиентов и привязанный Telegram.
hand-over-done = ✅ Передано: { $clients ->
    [one] { $clients } клиент
    [few] { $clients } клиента
   *[other] { $clients } клиентов
}, { $steps ->
    [one] { $steps } следующий шаг
    [few] { $steps } следующих шага
   *[other] { $steps } следующих шагов
}.
notice-handed-over = 🤝 { $clients ->
    [one] Теперь { $clients } клиент от { $from } — ваш.
    [few] Теперь { $clients } клиента от { $from } — ваши.
   *[other] Теперь { $clients } клиентов от { $from } — ваши.
}
notice-handed-back = ↩️ Передача дел отменена: { $what } снова у { $from }.
notice-handed-steps = 🔔 { $steps ->
    [one] Теперь { $steps } следующий шаг от { $from } — ваш.
    [few] Теперь { $steps } следующих шага от { $from } — ваши.
   *[other] Теперь { $steps } следующих шагов от { $from } — ваши.
}
notice-handed-steps-too = 🔔 { $steps ->
    [one] И { $steps } следующий шаг.
    [few] И { $steps } следующих шага.
   *[other] И { $steps } следующих шагов.
}

## /check

about-check = отложенные сообщения, проверка данных
check-parked = <b>Отложено сообщений: { $count }</b>
check-parked-none = Отложенных сообщений нет.
check-line = <code>{ $code }</code> · { $moment } · { $who } · { $kind }
    { $fault }
check-ask-reason = Почему можно убрать? Напишите причину: она попадёт в журнал. Отброшенное не вернуть.
check-settled = ✅ Убрано.
parked-kept = Присланное хранится запечатанным: прочитать его не может никто. При повторе оно будет обработано от имени отправителя, с его нынешними правами, и он об этом узнает.
parked-not-kept = Присланное не сохранено: можно только убрать. Если нужно, отправитель пришлёт его снова.
parked-retries = 🔁 { $count ->
    [one] Повторяли { $count } раз
    [few] Повторяли { $count } раза
   *[other] Повторяли { $count } раз
}
parked-handled = ✅ Обработано. Отправитель об этом узнал.
parked-failed-again = Снова не получилось; ничего не сохранено.
parked-lost = Токен бота с тех пор сменился: присланное больше не открыть. Можно только убрать.
parked-own = Это ваше сообщение: просто пришлите его снова.
parked-sender-busy = Отправитель сейчас занят другим. Повторите, когда он вернётся в меню.
parked-sender-gone = Отправитель больше не сотрудник с этим аккаунтом. Можно только убрать.
parked-screen-gone = Это было нажатие на экране, который с тех пор изменился. Можно только убрать.
notice-parked-handled = ✅ То, что вы прислали { $moment }, всё-таки обработано (код { $code }).
button-parked-retry = 🔁 Повторить
button-parked-drop = 🗑 Убрать
check-consistent = ✔️ Состояния всех клиентов следуют из их обращений и договоров.
check-drifts = ⚠️ Состояния, которые не следуют из обращений и договоров: { $who }
check-repaired = ✅ Исправлено: { $count ->
    [one] { $count } клиент
    [few] { $count } клиента
   *[other] { $count } клиентов
}.
check-figures-kept = ✔️ Показатели всех реклам сходятся с обращениями и договорами.
check-figures-drift = ⚠️ Рекламы, показатели которых не сходятся с обращениями и договорами: { $ads }
check-figures-company = строка компании
check-figures-large = ℹ️ Компания слишком велика, чтобы пересчитать показатели реклам здесь: это делает <code>crmbot check</code> на сервере.
check-figures-repaired = ✅ Показатели исправлены: { $count ->
    [one] { $count } реклама
    [few] { $count } рекламы
   *[other] { $count } реклам
}.
button-check-parked = 📨 { $code }
button-check-repair = 🛠 Исправить
