//! What a typed day or time says: a day, a time of day, a distance, or several of them.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta};

use super::token::{Token, tokens};
use super::words::{Unit, Word};
use super::{DayProblem, Lean, YEARS};

/// A distance from now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Distance {
    pub minutes: i64,
    pub days: u64,
    pub months: u32,
}

/// What a text says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub day: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    /// Minutes and hours from now on; days and more are in `day`.
    pub minutes: Option<i64>,
}

/// Reads a day, and a time where `timed`.
pub(super) fn read(text: &str, today: NaiveDate, lean: Lean, timed: bool) -> Result<Said, DayProblem> {
    let tokens = tokens(text).ok_or(DayProblem::NotADate)?;
    let mut reader = Reader { tokens: &tokens, at: 0, today, lean, timed, next: false, said: Said::default() };
    while reader.at < tokens.len() {
        reader.step()?;
    }
    let Said { day, time, minutes } = reader.said;
    if day.is_none() && time.is_none() && minutes.is_none() {
        return Err(DayProblem::NotADate);
    }
    Ok(reader.said)
}

/// A length such as `12 months` or `half a year`; none for any other text.
pub(super) fn length(text: &str) -> Option<Distance> {
    let tokens = tokens(text)?;
    let (distance, used) = distance_of(&tokens)?;
    (used == tokens.len() && distance.minutes == 0).then_some(distance)
}

/// So many units, and how many tokens said so: a unit alone is one.
fn distance_of(tokens: &[Token]) -> Option<(Distance, usize)> {
    let (mut halves, mut used) = (2, 0);
    for token in tokens {
        used += 1;
        match *token {
            Token::Number(number, _) => halves = number.checked_mul(2)?,
            // `half an hour`: the article after a half says nothing.
            Token::Word(Word::Halves(2)) if halves == 1 => {}
            Token::Word(Word::Halves(number)) => halves = number,
            Token::Word(Word::Unit(unit)) => return Some((distance(unit, halves)?, used)),
            Token::Word(Word::Span(unit, number)) => return Some((distance(unit, number.checked_mul(2)?)?, used)),
            _ => return None,
        }
    }
    None
}

fn distance(unit: Unit, halves: u32) -> Option<Distance> {
    let (none, whole) = (Distance::default(), halves / 2);
    let even = halves.is_multiple_of(2);
    Some(match unit {
        Unit::Minute if even => Distance { minutes: whole.into(), ..none },
        Unit::Hour => Distance { minutes: i64::from(halves) * 30, ..none },
        Unit::Day if even => Distance { days: whole.into(), ..none },
        Unit::Week => Distance { days: u64::from(halves) * 7 / 2, ..none },
        Unit::Month if even => Distance { months: whole, ..none },
        Unit::Year => Distance { months: halves.checked_mul(6)?, ..none },
        Unit::Minute | Unit::Day | Unit::Month => return None,
    })
}

impl Distance {
    /// The day so far from another.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        day.checked_add_months(Months::new(self.months))?.checked_add_days(Days::new(self.days))
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    today: NaiveDate,
    lean: Lean,
    timed: bool,
    /// A word has said that the next weekday is of the week after this one.
    next: bool,
    said: Said,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn step(&mut self) -> Result<(), DayProblem> {
        let Some(token) = self.peek() else { return Ok(()) };
        self.at += 1;
        match token {
            Token::Date(year, month, day) => self.day(on(year, month, day)?),
            Token::Pair(first, second) => self.pair(first, second),
            Token::Time(time) => self.time(time),
            Token::Number(number, digits) => self.number(number, digits),
            Token::Word(Word::Day(distance)) => {
                let day = self.today.checked_add_signed(TimeDelta::days(distance)).ok_or(DayProblem::NoSuchDay)?;
                self.day(day)
            }
            Token::Word(Word::Weekday(weekday)) => self.weekday(weekday),
            Token::Word(Word::Month(month)) => match self.peek() {
                Some(Token::Number(day, 1..=2)) => {
                    self.at += 1;
                    self.written(day, month)
                }
                _ => Err(DayProblem::NotADate),
            },
            Token::Word(Word::Part(hour)) => self.part(hour),
            Token::Word(Word::Tonight(hour)) => {
                self.day(self.today)?;
                self.part(hour)
            }
            Token::Word(Word::In) => self.distance(),
            Token::Word(Word::Span(..)) => Err(DayProblem::NotADate),
            Token::Word(Word::Next) => {
                self.next = true;
                Ok(())
            }
            Token::Word(Word::Filler) => Ok(()),
            Token::Word(Word::Am | Word::Pm | Word::Unit(_) | Word::Halves(_)) => Err(DayProblem::NotADate),
        }
    }

    fn day(&mut self, day: NaiveDate) -> Result<(), DayProblem> {
        if self.said.day.is_some() {
            return Err(DayProblem::NotADate);
        }
        self.said.day = Some(day);
        Ok(())
    }

    fn time(&mut self, time: NaiveTime) -> Result<(), DayProblem> {
        if self.said.time.is_some() || !self.timed {
            return Err(DayProblem::NotADate);
        }
        self.said.time = Some(time);
        Ok(())
    }

    /// `12.03`; after a day `15.00`.
    fn pair(&mut self, first: u32, second: u32) -> Result<(), DayProblem> {
        let is_time = self.timed && (self.said.day.is_some() || !(1..=12).contains(&second));
        match NaiveTime::from_hms_opt(first, second, 0).filter(|_| is_time) {
            Some(time) => self.time(time),
            None => self.yearless(second, first),
        }
    }

    /// `12 december`, `15`, `9 am`, `1530`.
    fn number(&mut self, number: u32, digits: usize) -> Result<(), DayProblem> {
        let following = self.tokens[self.at..].iter().position(|token| *token != Token::Word(Word::Filler));
        let following = following.map(|skipped| self.at + skipped);
        match following.map(|place| (place, self.tokens[place])) {
            Some((place, Token::Word(Word::Month(month)))) if self.said.day.is_none() => {
                self.at = place + 1;
                return self.written(number, month);
            }
            Some((place, Token::Word(half @ (Word::Am | Word::Pm | Word::Unit(Unit::Day)))))
                if half != Word::Unit(Unit::Day) || self.is_hour() =>
            {
                self.at = place + 1;
                let hour = match half {
                    Word::Am => number % 12,
                    _ => number % 12 + 12,
                };
                return if (1..=12).contains(&number) { self.hour(hour, 0) } else { Err(DayProblem::NotADate) };
            }
            Some((place, Token::Word(Word::Unit(Unit::Hour)))) => {
                self.at = place + 1;
                // Russian says hours and then the half of the day.
                if let Some(Token::Word(Word::Am | Word::Pm | Word::Unit(Unit::Day))) = self.peek() {
                    return self.number(number, digits);
                }
            }
            _ => {}
        }
        match digits {
            1 | 2 => self.hour(number, 0),
            4 => self.hour(number / 100, number % 100),
            _ => Err(DayProblem::NotADate),
        }
    }

    /// Whether the number just read is an hour before the Russian word for afternoon, which is also that for days.
    fn is_hour(&self) -> bool {
        let before = self.tokens[..self.at].iter().rev().find(|token| !matches!(token, Token::Number(..)));
        self.said.day.is_some() || matches!(before, Some(Token::Word(Word::Filler | Word::Unit(Unit::Hour))))
    }

    fn hour(&mut self, hour: u32, minute: u32) -> Result<(), DayProblem> {
        self.time(NaiveTime::from_hms_opt(hour, minute, 0).ok_or(DayProblem::NotADate)?)
    }

    /// A day and a month in words, and the year if it follows.
    fn written(&mut self, day: u32, month: u32) -> Result<(), DayProblem> {
        while self.peek() == Some(Token::Word(Word::Filler)) {
            self.at += 1;
        }
        let Some(Token::Number(year, 4)) = self.peek() else { return self.yearless(month, day) };
        self.at += 1;
        if self.peek() == Some(Token::Word(Word::Unit(Unit::Year))) {
            self.at += 1;
        }
        self.day(on(i32::try_from(year).map_err(|_| DayProblem::NoSuchDay)?, month, day)?)
    }

    /// A day without a year: the one that is meant lies where the question leans.
    fn yearless(&mut self, month: u32, day: u32) -> Result<(), DayProblem> {
        let (today, this_year) = (self.today, self.today.year());
        let found = on(this_year, month, day)?;
        let other = |year: Option<i32>| year.and_then(|year| on(year, month, day).ok());
        let (before, after) = (other(this_year.checked_sub(1)), other(this_year.checked_add(1)));
        let far = |day: NaiveDate| (day - today).abs();
        let meant = match self.lean {
            Lean::Future if found < today => after.ok_or(DayProblem::NoSuchDay)?,
            Lean::Past if found > today => before.ok_or(DayProblem::NoSuchDay)?,
            Lean::Future | Lean::Past => found,
            Lean::Nearest => [before, after]
                .into_iter()
                .flatten()
                .fold(found, |best, day| if far(day) < far(best) { day } else { best }),
        };
        self.day(meant)
    }

    fn weekday(&mut self, weekday: u32) -> Result<(), DayProblem> {
        let now = i64::from(self.today.weekday().num_days_from_monday());
        let ahead = (i64::from(weekday) - now).rem_euclid(7);
        let distance = match (self.next, self.lean) {
            (true, _) => 7 - now + i64::from(weekday),
            (false, Lean::Past) => {
                if ahead == 0 {
                    0
                } else {
                    ahead - 7
                }
            }
            (false, _) => {
                if ahead == 0 {
                    7
                } else {
                    ahead
                }
            }
        };
        self.next = false;
        self.day(self.today.checked_add_signed(TimeDelta::days(distance)).ok_or(DayProblem::NoSuchDay)?)
    }

    /// A part of the day: its hour, or the half of the day of the hour that was said.
    fn part(&mut self, hour: u32) -> Result<(), DayProblem> {
        let Some(time) = self.said.time else { return self.hour(hour, 0) };
        let later = time.overflowing_add_signed(TimeDelta::hours(12));
        if hour > 12 && later.1 == 0 {
            self.said.time = Some(later.0);
        }
        Ok(())
    }

    /// `in 2 hours`, `in half an hour`, `in a week`.
    fn distance(&mut self) -> Result<(), DayProblem> {
        // `in the morning` says no distance.
        let rest = &self.tokens[self.at..];
        if let [Token::Word(Word::Filler), Token::Word(Word::Part(_)), ..] = rest {
            return Ok(());
        }
        let (distance, used) = distance_of(rest).ok_or(DayProblem::NotADate)?;
        self.at += used;
        if distance.minutes > 0 {
            if !self.timed || self.said.day.is_some() || self.said.minutes.is_some() {
                return Err(DayProblem::NotADate);
            }
            self.said.minutes = Some(distance.minutes);
            return Ok(());
        }
        self.day(distance.after(self.today).ok_or(DayProblem::NoSuchDay)?)
    }
}

/// A day of the calendar, of the years that a company's books can have.
fn on(year: i32, month: u32, day: u32) -> Result<NaiveDate, DayProblem> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| YEARS.contains(&year)).ok_or(DayProblem::NoSuchDay)
}
