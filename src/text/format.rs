//! Dates, times and money as people of each language write them; the words themselves are in the catalogs.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use rust_decimal::Decimal;

use super::{Html, Say};
use crate::domain::{Currency, Language, Money, TimeZone, local_day};

impl Say {
    /// `12 мар. 2026`: for days that may be of any year.
    #[must_use]
    pub fn day(self, day: NaiveDate) -> Html {
        self.date_day(i64::from(day.day()), i64::from(day.month()), day.year().to_string())
    }

    /// `12 мар., чт`: for days near today.
    #[must_use]
    pub fn near_day(self, day: NaiveDate) -> Html {
        let weekday = i64::from(day.weekday().number_from_monday());
        self.date_near_day(weekday, i64::from(day.day()), i64::from(day.month()))
    }

    /// `март 2026`: above a calendar.
    #[must_use]
    pub fn month(self, day: NaiveDate) -> Html {
        self.date_month(i64::from(day.month()), day.year().to_string())
    }

    /// `12:04` in the person's zone.
    #[must_use]
    pub fn time_of_day(self, at: DateTime<Utc>, zone: TimeZone) -> Html {
        let local = zone.local(at);
        Html::data(&format!("{:02}:{:02}", local.hour(), local.minute()))
    }

    /// `12 мар., чт, 12:04` in the person's zone.
    #[must_use]
    pub fn moment(self, at: DateTime<Utc>, zone: TimeZone) -> Html {
        self.date_moment(self.near_day(local_day(at, zone)), self.time_of_day(at, zone))
    }

    /// `12:04` for an instant of today, `12 мар., чт, 12:04` for an earlier one, in the person's zone.
    #[must_use]
    pub fn lately(self, at: DateTime<Utc>, now: DateTime<Utc>, zone: TimeZone) -> Html {
        match local_day(at, zone) == local_day(now, zone) {
            true => self.time_of_day(at, zone),
            false => self.moment(at, zone),
        }
    }

    /// `16 минут`, `5 часов`, `3 дня`: how long something has lasted already, in the largest unit that is full.
    #[must_use]
    pub fn lasting(self, minutes: i64) -> Html {
        match minutes {
            ..60 => self.lasting_minutes(minutes),
            60..1440 => self.lasting_hours(minutes / 60),
            _ => self.lasting_days(minutes / 1440),
        }
    }

    /// `1,20`: a decimal with the digits it has.
    #[must_use]
    pub fn decimal(self, number: Decimal) -> Html {
        let text = number.to_string().replace('-', "\u{2212}");
        Html::data(&match self.0 {
            Language::Ru => text.replace('.', ","),
            Language::En => text,
        })
    }

    /// `1 500,50 ₽`.
    #[must_use]
    pub fn money(self, money: Money, currency: Currency) -> Html {
        Html::data(&money.grouped(currency, self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn days_and_moments_read_as_people_write_them() {
        let (ru, en) = (Say(Language::Ru), Say(Language::En));
        let day: NaiveDate = "2026-03-12".parse().unwrap();
        assert_eq!((ru.day(day).plain(), en.day(day).plain()), ("12 мар. 2026".into(), "12 Mar 2026".into()));
        assert_eq!((ru.near_day(day).plain(), en.near_day(day).plain()), ("12 мар., чт".into(), "Thu, 12 Mar".into()));
        assert_eq!((ru.month(day).plain(), en.month(day).plain()), ("Март 2026".into(), "March 2026".into()));
        let at = "2026-03-11T21:04:00Z".parse().unwrap();
        let moscow = TimeZone::parse("Europe/Moscow").unwrap();
        assert_eq!(ru.moment(at, moscow).plain(), "12 мар., чт, 00:04");
        assert_eq!(en.time_of_day(at, moscow).plain(), "00:04");
        let later = "2026-03-12T20:59:00Z".parse().unwrap();
        assert_eq!(en.lately(at, later, moscow).plain(), "00:04");
        let lasting = |minutes| (ru.lasting(minutes).plain(), en.lasting(minutes).plain());
        for (minutes, russian, english) in [
            (21, "21 минуту", "21 minutes"),
            (59, "59 минут", "59 minutes"),
            (60, "1 час", "1 hour"),
            (1418, "23 часа", "23 hours"),
            (1440, "1 день", "1 day"),
            (6 * 1440 - 1, "5 дней", "5 days"),
        ] {
            assert_eq!(lasting(minutes), (russian.into(), english.into()));
        }
        assert_eq!(en.lately(at, later + chrono::Duration::minutes(1), moscow).plain(), "Thu, 12 Mar, 00:04");
    }
}
