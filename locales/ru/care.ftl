# Забота о данных: резервные копии, согласия, кто видел телефон, сообщения, которые не доходят.

## Резервные копии

check-backup = 💾 Последняя резервная копия: { $moment }, { $size } МБ.
check-backup-none = ⚠️ Резервной копии ещё нет.
check-backup-failed = ⚠️ Резервная копия не получилась, { $moment }: { $fault }
notice-backup-failed = ⚠️ Ежедневная резервная копия не получилась: { $fault }
    Пробую дальше; как обстоят дела, видно в /check.

## Согласия

entity-consent = Согласия
deed-consent-give = отмечено согласие
deed-consent-withdraw = согласие отозвано
audit-field-means = Как
button-consent-none = ☐ Согласие
button-consent-given = ☑ Согласие
button-consent-withdraw = ↩️ Согласие отозвано
consent-ask = Как получено согласие на обработку данных?
consent-line = ✍️ Согласие на обработку: { $means }, { $day } ({ $who })
consent-line-withdrawn = ✍️ Согласие отозвано { $day }
consent-saved = ✅ Согласие отмечено: { $means }.
consent-withdrawn = ✅ Отзыв отмечен.
consent-by-phone = по телефону
consent-by-site-form = форма на сайте
consent-by-contact = прислан контакт
consent-by-contract = в договоре
consent-by-import = из импорта
lead-consent-none = ☐ Согласие на обработку данных
lead-consent-given = ☑ Согласие: { $means }

## Кто видел телефон

button-looks = 👁 Кто смотрел
button-audit-looks = 👁 Просмотры
audit-only-looks = Только просмотры карточек и телефонов
notice-many-looks = ⚠️ <b>{ $name }</b> ({ $username }): за час просмотрено необычно много клиентов: { $count }. Какие именно, видно в журнале.

## Сообщения, которые не доходят

message-refused = ⚠️ Telegram не принял то, что нужно было вам показать. Всё сохранённое на месте. Код { $code }: сообщите его администратору. Продолжить: /menu
check-refused = не принято Telegram: { $kind }
parked-message-kept = Это сообщение бота, которое Telegram не принял. Оно хранится запечатанным: прочитать его не может никто. При повторе оно уйдёт снова; от экрана хранится только место, и он будет показан таким, каким должен быть сейчас.
parked-message-not-kept = Это сообщение бота, которое Telegram не принял. Оно не сохранено: можно только убрать.
parked-resent = ✅ Отправлено снова.
parked-recipient-busy = Получатель сейчас занят другим. Повторите, когда он вернётся в меню.
parked-recipient-gone = Получатель больше не сотрудник с этим аккаунтом. Можно только убрать.
notice-unreachable = 🔕 Сообщения не доходят: <b>{ $name }</b> ({ $username }). Бот заблокирован, или аккаунта больше нет. До возвращения уведомления туда не отправляются.
