# What advertising brought.

about-stats = what each ad brought
label-stats = 📊 Statistics
field-period = Period

stats-title = <b>Ads</b>, { $period }
stats-model = Revenue by: { $model }
stats-company = <b>Company</b>
stats-leads = Leads { $leads } (new { $new }) · conversions { $conversions } · { $rate } · contracts { $contracts }
stats-money = Revenue { $revenue } · budget { $budget } · ratio { $ratio }
stats-profit = Profit { $profit } · ROI { $roi }
stats-costs = CPL { $cpl } · CAC { $cac }
stats-revenue = Revenue { $revenue }
stats-ratio = Ratio { $ratio }
stats-percent = { $percent } %
stats-days = { $from } — { $to }
stats-period-hint = Ratio, ROI and costs are shown for all time only: a budget has no days.
stats-period-expected = ⚠️ Period: write two days, for example <code>01.06 30.06</code>.
period-all-time = all time
period-this-month = this month
period-last-month = last month
period-this-year = this year
period-30-days = 30 days
model-direct = direct
model-first = first
model-last = last
model-linear = linear
menu-counters = { $potential } 🟡 potential · { $active } 🟢 active · { $inactive } ⚪️ inactive
