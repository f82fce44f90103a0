# Журнал действий.

about-audit = кто что сделал
label-audit = 📜 Журнал
audit-title = <b>Журнал</b>
audit-title-own = <b>Мои последние действия</b>
audit-hint = Номер открывает событие. Напишите день — покажу журнал до него, или №id — одну запись.
audit-none = Здесь пусто.
audit-numbered = <b>{ $number }.</b> { $event }
audit-ask-who = Чьи действия показать?
audit-ask-kind = Какие записи?
audit-only-who = Кто: { $who }
audit-only-kind = Записи: { $kind }
audit-only-record = Запись: { $kind }, №{ $id }
audit-only-number = Запись: №{ $id }
audit-only-until = По { $day } включительно
audit-only-denials = Только отказы
audit-who-when = { $who }, { $moment }
audit-reason = Причина: { $reason }
audit-number = №{ $id }
audit-titled = «{ $title }»
audit-system = Система
audit-yes = да
audit-no = нет
button-audit-who = 👤 Кто
button-audit-kind = 🗂 Записи
button-audit-denials = ⛔ Отказы
button-audit-all = Показать всё
button-audit-history = 📜 Всё об этой записи

## Виды записей

entity-client = Клиенты
entity-touch = Обращения
entity-note = Заметки
entity-follow-up = Следующие шаги
entity-contract = Договоры
entity-service = Услуги
entity-ad = Реклама
entity-staff = Сотрудники
entity-group = Группы
entity-parked = Отложенные сообщения

## Что сделано

deed-client-create = новый клиент
deed-client-edit = изменены данные клиента
deed-client-fill = дополнены имя или e-mail
deed-client-revive = возвращён отменённый лид
deed-client-view-phone = показан телефон
deed-client-take = клиент взят в работу
deed-client-lose = клиент отмечен потерянным
deed-client-bring-back = потерянный клиент возвращён
deed-touch-create = новое обращение
deed-touch-void = обращение аннулировано
deed-note-create = новая заметка
deed-follow-up-set = назначен следующий шаг
deed-follow-up-finish = следующий шаг выполнен
deed-contract-create = договор подтверждён
deed-contract-edit = договор изменён
deed-contract-prolong = перенесён последний день договора
deed-contract-terminate = договор расторгнут
deed-contract-void = договор аннулирован
deed-contract-relink = договор перенесён на другое обращение
deed-service-create = новая услуга
deed-service-edit = услуга изменена
deed-service-archive = услуга убрана в архив
deed-service-restore = услуга возвращена из архива
deed-ad-create = новая реклама
deed-ad-edit = реклама изменена
deed-ad-finish = реклама завершена
deed-ad-restart = реклама запущена снова
deed-staff-create = новый сотрудник
deed-staff-rename = изменено имя сотрудника
deed-staff-superuser = даны права суперпользователя
deed-staff-invite = выписано приглашение
deed-staff-join = включение в группу
deed-staff-leave = исключение из группы
deed-staff-block = доступ закрыт
deed-staff-unblock = доступ возвращён
deed-staff-link = привязан Telegram
deed-staff-logout = выход
deed-staff-revoke = отвязан Telegram
deed-staff-password = изменён пароль
deed-group-create = новая группа
deed-group-grant = группе даны права
deed-denied = отказ: нет права
deed-other = { $entity }: { $action }

## Поля

audit-field-until = День
audit-field-corrects = Вместо обращения
audit-field-day = День
audit-field-terminated-on = Расторгнут с
audit-field-group = Группа
audit-field-active = Доступ открыт
audit-field-superuser = Суперпользователь
audit-field-expires-at = Действует до
audit-field-telegram = Telegram id
audit-field-way = Как вошёл
audit-field-granted = Даны права
audit-field-revoked = Сняты права
audit-field-permission = Право
audit-field-voided = Отменён
audit-field-lost-at = Потерян с
audit-field-lost-reason = Почему потерян
audit-field-responsible = Ответственный
audit-field-owner = Чей
audit-field-due-at = Когда
audit-field-language = Язык
