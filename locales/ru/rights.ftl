# Что разрешает каждое право: так говорят карточка группы и журнал.

right-stats-view = видеть счётчики и статистику без денег
right-stats-money = видеть деньги в статистике
right-stats-drill = переходить от цифр к клиентам по именам
right-service-pick = выбирать услуги по названию
right-service-price = видеть цены услуг
right-service-view = читать услуги целиком, с историей цен
right-service-edit = заводить, менять и архивировать услуги
right-ad-pick = выбирать действующую рекламу
right-ad-view = читать рекламу целиком, кроме бюджета
right-ad-budget = видеть бюджеты рекламы
right-ad-edit = заводить, менять, завершать и запускать рекламу
right-client-view = искать клиентов и открывать их карточки
right-client-add = заводить клиентов
right-touch-add = записывать обращения известных клиентов
right-client-edit = менять имена и e-mail клиентов
right-client-take = брать клиентов из очереди и передавать их
right-client-phone = исправлять телефоны клиентов
right-client-merge = объединять двух клиентов
right-contract-relink = переносить договор на другое обращение
right-client-lose = отмечать клиентов потерянными и возвращать
right-touch-void-own = аннулировать своё обращение в тот же день
right-touch-void-any = аннулировать любое обращение
right-note-view = читать заметки
right-note-add = добавлять заметки и итоги звонков
right-followup-view = видеть следующие шаги
right-followup-add = назначать и завершать следующие шаги
right-contract-dates = видеть число и даты договоров, без сумм
right-contract-view = видеть договоры целиком
right-contract-add = заключать и подтверждать договоры
right-contract-edit = менять действующие договоры
right-contract-terminate = расторгать договоры
right-contract-void-own = аннулировать свой договор в тот же день
right-contract-correct = менять, расторгать и аннулировать любой договор
right-staff-manage = приглашать и блокировать людей, включать их в группы
right-group-manage = настраивать группы и их права
right-audit-own = видеть свои действия
right-audit-all = видеть действия всех
right-export-aggregates = выгружать цифры без имён
right-export-own = выгружать свои списки
right-export-all = выгружать всё
right-import-clients = загружать клиентов из файла
right-system-check = видеть отложенные сообщения, проверять и чинить данные

## /groups

about-groups = что может каждая группа
button-groups = 🔐 Права групп
groups-title = <b>Группы и их права</b>
groups-none = Групп пока нет: их создаст /seed_groups.
group-line = <b>{ $group }</b>: { $members ->
    [one] { $members } человек
    [few] { $members } человека
   *[other] { $members } человек
}, { $count ->
    [one] { $count } право
    [few] { $count } права
   *[other] { $count } прав
}
group-hint = Касание даёт право или снимает его — сразу для всех в группе.
group-right-given = ✅ Теперь группа может { $right }.
group-right-taken = ✅ Группа больше не может { $right }.
group-right-last = ⛔ Больше никто не смог бы этого делать: право должно остаться хотя бы у одного действующего человека.
