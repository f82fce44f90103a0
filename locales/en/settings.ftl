# /settings

about-settings = language, time zone, notices
button-settings = ⚙️ Settings
settings-card = <b>Settings</b>
    Language: { $language }
    Time zone: { $zone }
    Quiet hours: { $quiet }

    Below are the notices you get: a tap switches them.
settings-zone-now = { $city }, { $time }
settings-quiet-none = none
settings-ask-zone = Which time zone? Tap one, or type its name, for example <code>Asia/Novosibirsk</code>.
settings-zone-unknown = ⚠️ Time zone: there is no such name. For example <code>Asia/Novosibirsk</code>.
settings-zone-done = ✅ { $city }: it is { $time } there now.
settings-ask-quiet = Between which hours shall I keep silent? For example <code>22:00–08:00</code>.
settings-quiet-wrong = ⚠️ Quiet hours: two different times, for example <code>22:00–08:00</code>.
button-zone = 🕓 Time zone
button-quiet = 🌙 Quiet hours
button-quiet-off = No quiet hours
button-company-zone = As the company: { $zone }
settings-company = <b>For the company</b>
    Clients whom one person usually looks at in an hour: { $clients }. Administrators are told of more.
    Messages with clients’ data: { $cards }
settings-cards-open = can be forwarded
settings-cards-protected = cannot be forwarded or copied
settings-ask-looks = How many clients does one person usually look at in an hour? Now: { $clients }. Administrators are told of more. For example <code>60</code>.
settings-looks-wrong = ⚠️ Clients in an hour: a number from 1 to 10 000, for example <code>60</code>.
settings-looks-done = ✅ From now on more than { $clients } clients in an hour are told to administrators.
settings-protected = 🔒 New messages with clients’ data cannot be forwarded or copied. Those sent before stay as they are.
settings-released = 🔓 New messages with clients’ data can be forwarded.
button-looks-per-hour = 👁 Usual looks in an hour
button-protect-cards = 🔒 Protect cards from forwarding
button-release-cards = 🔓 Let cards be forwarded
button-topic-on = 🔔 { $topic }
button-topic-off = 🔕 { $topic }
topic-leads = New and returned clients
topic-people = People: entered, out of reach
city-kaliningrad = Kaliningrad
city-moscow = Moscow
city-samara = Samara
city-yekaterinburg = Yekaterinburg
city-omsk = Omsk
city-krasnoyarsk = Krasnoyarsk
city-irkutsk = Irkutsk
city-yakutsk = Yakutsk
city-vladivostok = Vladivostok
city-magadan = Magadan
city-kamchatka = Kamchatka
