# /settings

about-settings = язык, часовой пояс, уведомления
button-settings = ⚙️ Настройки
settings-card = <b>Настройки</b>
    Язык: { $language }
    Часовой пояс: { $zone }
    Тихие часы: { $quiet }

    Ниже — уведомления, которые вам приходят: касание включает и выключает.
settings-zone-now = { $city }, { $time }
settings-quiet-none = нет
settings-ask-zone = Какой часовой пояс? Выберите или напишите название, например <code>Asia/Novosibirsk</code>.
settings-zone-unknown = ⚠️ Часовой пояс: такого названия нет. Например <code>Asia/Novosibirsk</code>.
settings-zone-done = ✅ { $city }: сейчас там { $time }.
settings-ask-quiet = В какие часы не беспокоить? Например <code>22:00–08:00</code>.
settings-quiet-wrong = ⚠️ Тихие часы: нужны два разных времени, например <code>22:00–08:00</code>.
button-zone = 🕓 Часовой пояс
button-quiet = 🌙 Тихие часы
button-quiet-off = Без тихих часов
button-company-zone = Как у компании: { $zone }
settings-company = <b>Для компании</b>
    Сколько клиентов обычно смотрит один сотрудник за час: { $clients }. О большем узнают администраторы.
    Сообщения с данными клиентов: { $cards }
settings-cards-open = можно пересылать
settings-cards-protected = нельзя переслать и скопировать
settings-ask-looks = Сколько клиентов обычно смотрит один сотрудник за час? Сейчас: { $clients }. О большем узнают администраторы. Например <code>60</code>.
settings-looks-wrong = ⚠️ Клиентов за час: число от 1 до 10 000, например <code>60</code>.
settings-looks-done = ✅ Теперь администраторы узнают, если за час больше { $clients } клиентов.
settings-protected = 🔒 Новые сообщения с данными клиентов нельзя переслать и скопировать. Отправленные раньше остались как были.
settings-released = 🔓 Новые сообщения с данными клиентов можно пересылать.
button-looks-per-hour = 👁 Сколько просмотров за час обычно
button-protect-cards = 🔒 Запретить пересылку карточек
button-release-cards = 🔓 Разрешить пересылку карточек
button-topic-on = 🔔 { $topic }
button-topic-off = 🔕 { $topic }
topic-leads = Новые и вернувшиеся клиенты
topic-people = Сотрудники: вошли, недоступны
city-kaliningrad = Калининград
city-moscow = Москва
city-samara = Самара
city-yekaterinburg = Екатеринбург
city-omsk = Омск
city-krasnoyarsk = Красноярск
city-irkutsk = Иркутск
city-yakutsk = Якутск
city-vladivostok = Владивосток
city-magadan = Магадан
city-kamchatka = Камчатка
