# Забота о данных: резервные копии, согласия, кто видел телефон.

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

button-looks = 👁 Кто видел телефон
button-audit-looks = 👁 Просмотры телефонов
audit-only-looks = Только просмотры телефонов
