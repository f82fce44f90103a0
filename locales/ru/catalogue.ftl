# Услуги и реклама.

about-services = услуги и цены
label-services = 📦 Услуги
about-ads = реклама и бюджеты
label-ads = 📣 Реклама

mark-archived = 🗄 { $title } (в архиве)
mark-finished = 🏁 { $title } (завершена)
list-item = • { $text }
sum-change = { $day }: { $sum }, { $by }
saved = ✅ Сохранено.
button-archive = 🗄 В архив
button-restore = ♻️ Вернуть
button-finish = 🏁 Завершить
button-restart = ▶️ Запустить снова

services-title = <b>Услуги</b>: { $count }
    Чтобы найти, напишите часть названия.
services-found = <b>Услуги</b> по запросу «{ $search }»: { $count }
service-row = { $title } · { $price }
service-price = Цена: { $price }
service-prices = Как менялась цена:
service-ads = Идёт реклама:
button-service-new = ➕ Новая услуга
service-ask-title = Как называется услуга? До 50 знаков, например <code>Продвижение сайта</code>.
service-ask-description = Что в неё входит? До 500 знаков.
service-ask-price = Сколько она стоит? Например <code>1 500</code> или <code>1 500,50</code>; бесплатная — <code>0</code>.
service-card-new = <b>Новая услуга</b>
service-card-edit = <b>Изменение услуги</b>
service-created = ✅ Услуга «{ $title }» добавлена.
service-archive-confirm = Убрать «{ $title }» в архив? Её больше не будут предлагать. Реклама, которая идёт, останется как есть:
service-archived = 🗄 Услуга в архиве. Вернуть её можно здесь в любой момент.
service-restored = ♻️ Услугу снова предлагают.

ads-title = <b>Реклама</b>: { $count }
    Чтобы найти, напишите часть названия или другое имя.
ads-found = <b>Реклама</b> по запросу «{ $search }»: { $count }
ad-row = { $title } · { $channel }
ad-row-budget = { $title } · { $channel } · { $budget }
ad-built-in = Есть всегда: для тех, кто пришёл сам.
ad-service = Услуга: { $title }
ad-channel = Канал: { $channel }
ad-budget = Бюджет: { $budget }
ad-aliases = Другие имена: { $names }
ad-budgets = Как менялся бюджет:
button-ad-new = ➕ Новая реклама
ad-ask-title = Как называется реклама? До 50 знаков, например <code>Авито, весна</code>.
ad-ask-service = Какую услугу рекламируем? Нажмите или напишите часть названия.
ad-ask-channel = Где она идёт?
ad-ask-budget = Какой бюджет? Например <code>50 000</code>; если бесплатно — <code>0</code>.
ad-ask-aliases = Как её ещё называют? По этим именам я узнаю её в сообщениях. Через запятую, например <code>авито, доска</code>.
ad-ask-description = Что ещё о ней важно знать? До 500 знаков.
ad-card-new = <b>Новая реклама</b>
ad-card-edit = <b>Изменение рекламы</b>
ad-created = ✅ Реклама «{ $title }» запущена.
ad-finished = 🏁 Завершена: для новых обращений её не предлагают, показатели остались.
ad-restarted = ▶️ Реклама снова идёт.
refused-ad-built-in = ⛔ Эта запись есть всегда: у неё нет бюджета, и завершить её нельзя.

field-service = Услуга
field-channel = Канал
field-aliases = Другие имена

channel-instagram = Instagram
channel-youtube = YouTube
channel-two-gis = 2ГИС
channel-google = Google
channel-yandex = Яндекс
channel-site = Сайт
channel-avito = Авито
channel-vk-group = Группа ВК
channel-vk-ads = Реклама ВК
channel-tg-channel = Канал Telegram
channel-tg-ads = Реклама Telegram
channel-other = Другое

pick-nothing = Выбирать пока не из чего.
pick-not-found = ⚠️ По запросу «{ $search }» ничего нет. Напишите другую часть названия или нажмите кнопку.
pick-several = По запросу «{ $search }» нашлось несколько: выберите.
pick-expected = ⚠️ Нажмите, пожалуйста, одну из кнопок.
