# Services and ads.

about-services = services and prices
label-services = 📦 Services
about-ads = ads and budgets
label-ads = 📣 Ads

mark-archived = 🗄 { $title } (archived)
mark-finished = 🏁 { $title } (finished)
list-item = • { $text }
sum-change = { $day }: { $sum }, { $by }
saved = ✅ Saved.
button-archive = 🗄 Archive
button-restore = ♻️ Restore
button-finish = 🏁 Finish
button-restart = ▶️ Run again

services-title = <b>Services</b>: { $count }
    Type a part of a title to search.
services-found = <b>Services</b> with “{ $search }”: { $count }
service-row = { $title } · { $price }
service-price = Price: { $price }
service-prices = Price history:
service-ads = Running ads:
button-service-new = ➕ New service
service-ask-title = What is the service called? Up to 50 characters, for example <code>Website promotion</code>.
service-ask-description = What is it about? Up to 500 characters.
service-ask-price = What does it cost? For example <code>1 500</code> or <code>1 500,50</code>; <code>0</code> when it is free.
service-card-new = <b>New service</b>
service-card-edit = <b>Changing a service</b>
service-created = ✅ The service “{ $title }” is there.
service-archive-confirm = Archive “{ $title }”? It will not be offered any more. Its running ads stay as they are:
service-archived = 🗄 Archived. It can be restored here at any time.
service-restored = ♻️ The service is offered again.

ads-title = <b>Ads</b>: { $count }
    Type a part of a title or another name to search.
ads-found = <b>Ads</b> with “{ $search }”: { $count }
ad-row = { $title } · { $channel }
ad-row-budget = { $title } · { $channel } · { $budget }
ad-built-in = Always there, for those who came by themselves.
ad-service = Service: { $title }
ad-channel = Channel: { $channel }
ad-budget = Budget: { $budget }
ad-aliases = Other names: { $names }
ad-budgets = Budget history:
button-ad-new = ➕ New ad
ad-ask-title = What is the ad called? Up to 50 characters, for example <code>Avito, spring</code>.
ad-ask-service = Which service does it advertise? Tap, or type a part of the title.
ad-ask-channel = Where does it run?
ad-ask-budget = What is its budget? For example <code>50 000</code>; <code>0</code> when it costs nothing.
ad-ask-aliases = What else do people call it? By these names I recognise it in messages. Between commas, for example <code>avito, the board</code>.
ad-ask-description = Anything else to know about it? Up to 500 characters.
ad-card-new = <b>New ad</b>
ad-card-edit = <b>Changing an ad</b>
ad-created = ✅ The ad “{ $title }” runs.
ad-finished = 🏁 Finished: it is not offered for new touches, its figures stay.
ad-restarted = ▶️ The ad runs again.
refused-ad-built-in = ⛔ This ad is always there: it has no budget and cannot be finished.

field-service = Service
field-channel = Channel
field-aliases = Other names

channel-instagram = Instagram
channel-youtube = YouTube
channel-two-gis = 2GIS
channel-google = Google
channel-yandex = Yandex
channel-site = Site
channel-avito = Avito
channel-vk-group = VK group
channel-vk-ads = VK ads
channel-tg-channel = Telegram channel
channel-tg-ads = Telegram ads
channel-other = Other

pick-nothing = Nothing to choose from yet.
pick-not-found = ⚠️ I found nothing by “{ $search }”. Type another part of the title, or tap.
pick-several = There are several with “{ $search }”: choose one.
pick-expected = ⚠️ Tap one of the buttons, please.
