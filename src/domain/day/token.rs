//! Pieces of a typed day or time: numbers, written dates and times, words.

use chrono::NaiveTime;

use super::words::{Word, word};
use crate::domain::folded;

/// A piece of a typed day or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A number and how many digits it has.
    Number(u32, usize),
    /// `9:05`
    Time(NaiveTime),
    /// `12.03` or `15-00`: a day and a month, or hours and minutes.
    Pair(u32, u32),
    /// Year, month and day; the calendar is not asked yet.
    Date(i32, u32, u32),
    Word(Word),
}

/// The pieces of a text in their order; none when one of them has no place in a day or time.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = folded(text.trim()).replace(',', " ");
    let mut tokens = Vec::new();
    // `12. 03. 2026`: what a dot has left open goes on in the next piece.
    let mut open = String::new();
    for piece in text.split_whitespace() {
        let goes_on = piece.len() <= 3 && piece.strip_suffix('.').is_some_and(is_number);
        if open.is_empty() || piece.starts_with(|sign: char| sign.is_ascii_digit()) {
            open.push_str(piece);
        } else {
            push(&std::mem::replace(&mut open, piece.to_owned()), &mut tokens)?;
        }
        if !goes_on {
            push(&std::mem::take(&mut open), &mut tokens)?;
        }
    }
    if !open.is_empty() {
        push(&open, &mut tokens)?;
    }
    Some(tokens)
}

fn push(piece: &str, tokens: &mut Vec<Token>) -> Option<()> {
    let piece = piece.trim_end_matches('.');
    if piece.starts_with(|sign: char| sign.is_ascii_digit()) {
        // `9am`, `12th`
        let end = piece.find(char::is_alphabetic).unwrap_or(piece.len());
        let (number, word) = piece.split_at(end);
        tokens.push(numeric(number.trim_end_matches('-'))?);
        return if word.is_empty() { Some(()) } else { push(word, tokens) };
    }
    if !piece.is_empty() {
        tokens.push(Token::Word(word(piece)?));
    }
    Some(())
}

fn numeric(text: &str) -> Option<Token> {
    if is_number(text) {
        return Some(Token::Number(text.parse().ok()?, text.len()));
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        let short = hours.len() <= 2 && minutes.len() == 2 && is_number(hours) && is_number(minutes);
        let time = NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0);
        return time.filter(|_| short).map(Token::Time);
    }
    let parts: Vec<&str> = text.split(['.', '/', '-']).map(str::trim).collect();
    if !parts.iter().all(|part| is_number(part)) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 2);
    match parts[..] {
        [first, second] => Some(Token::Pair(number(first)?, number(second)?)),
        [year, month, day] if year.len() == 4 => Some(Token::Date(year.parse().ok()?, number(month)?, number(day)?)),
        [day, month, year] => {
            let (day, month) = (number(day)?, number(month)?);
            // The other order leaves no doubt where there is no such month.
            let american = text.contains('/') && month > 12 && day <= 12;
            let (month, day) = if american { (day, month) } else { (month, day) };
            match year.len() {
                2 => Some(Token::Date(2000 + year.parse::<i32>().ok()?, month, day)),
                4 => Some(Token::Date(year.parse().ok()?, month, day)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
