# Что принесла реклама.

about-stats = что принесла каждая реклама
label-stats = 📊 Статистика
field-period = Период

stats-title = <b>Реклама</b>, { $period }
stats-model = Выручка: { $model }
stats-company = <b>Компания</b>
stats-leads = Лиды { $leads } (новых { $new }) · конверсии { $conversions } · { $rate } · договоры { $contracts }
stats-money = Выручка { $revenue } · бюджет { $budget } · отношение { $ratio }
stats-profit = Прибыль { $profit } · ROI { $roi }
stats-costs = CPL { $cpl } · CAC { $cac }
stats-revenue = Выручка { $revenue }
stats-ratio = Отношение { $ratio }
stats-percent = { $percent } %
stats-days = { $from } — { $to }
stats-period-hint = Отношение, ROI и стоимость показаны только за всё время: у бюджета нет дней.
stats-period-expected = ⚠️ Период: напишите два дня, например <code>01.06 30.06</code>.
period-all-time = всё время
period-this-month = этот месяц
period-last-month = прошлый месяц
period-this-year = этот год
period-30-days = 30 дней
model-direct = прямая
model-first = первое
model-last = последнее
model-linear = поровну
menu-counters = 🟡 Потенциальных: { $potential } · 🟢 действующих: { $active } · ⚪️ неактивных: { $inactive }
