//! Reading amounts as people type them and as screens show them (K5, K16): `1 500,50`, `190k`, words for numbers.

use rust_decimal::Decimal;

use super::words::{Word, word};
use super::{Currency, Money, MoneyError};
use crate::domain::folded;

/// No sum worth typing is longer; what is, is not worth reading digit by digit.
const LONGEST: usize = 60;

/// The decimals of an amount that is written out, in kopecks.
const KOPECKS: usize = 2;

/// The decimals before a word such as million.
const FINE: usize = 6;

/// A piece of a typed amount.
enum Token<'a> {
    /// Digits with their signs and spaces.
    Digits(&'a str),
    Word(Word),
}

/// A written number, and what it is if its sign separates thousands: where both are possible.
struct Number {
    value: Decimal,
    as_thousands: Option<Decimal>,
}

/// See [`Money::parse`].
pub(super) fn parse(typed: &str, currency: Currency) -> Result<Money, MoneyError> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST {
        return Err(MoneyError::NotANumber);
    }
    let text: String = typed.chars().map(|sign| if sign.is_whitespace() { ' ' } else { sign }).collect();
    let text = folded(&text);
    let text = text.strip_suffix('.').unwrap_or(&text).trim_end();
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        return Err(parse(rest, currency).map_or_else(|error| error, |_| MoneyError::Negative));
    }
    // As English screens show it, the sign first: the comma separates thousands there.
    let symbol = currency.symbol().unwrap_or(currency.code()).to_lowercase();
    let (text, shown_in_english) = match text.strip_prefix(&symbol) {
        Some(rest) => (rest.trim_start(), true),
        None => (text.strip_suffix(&symbol).map_or(text, str::trim_end), false),
    };
    if let Some(amount) = as_english(text).filter(|_| shown_in_english) {
        return amount;
    }
    add_up(&tokens(text)?, currency)
}

/// `1,500` and `1,500.50` without a doubt; none when it is of another form.
fn as_english(text: &str) -> Option<Result<Money, MoneyError>> {
    let (before, after) = text.split_once('.').unwrap_or((text, "0"));
    if whole(before, ',').is_err() || !all_digits(after) {
        return None;
    }
    Some(with_decimals(&before.replace(',', ""), after, KOPECKS).and_then(Money::new))
}

/// Digits, words and signs in their order.
fn tokens(text: &str) -> Result<Vec<Token<'_>>, MoneyError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            ' ' => first.len_utf8(),
            _ if first.is_ascii_digit() => {
                let length = digits(rest);
                tokens.push(Token::Digits(&rest[..length]));
                length
            }
            _ if first.is_alphabetic() => {
                let inner = |sign: char| sign.is_alphabetic() || matches!(sign, '.' | '-');
                let length = rest.find(|sign| !inner(sign)).unwrap_or(rest.len());
                tokens.extend(words(&rest[..length])?);
                length
            }
            _ => {
                let length = first.len_utf8();
                tokens.push(Token::Word(word(&rest[..length]).ok_or(MoneyError::NotANumber)?));
                length
            }
        };
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// How many bytes of a text that begins with a digit belong to its number: a sign or space only before another digit.
fn digits(text: &str) -> usize {
    let bytes = text.as_bytes();
    let belongs = |at: usize| match bytes[at] {
        b'.' | b',' | b' ' => bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        byte => byte.is_ascii_digit(),
    };
    (0..bytes.len()).find(|at| !belongs(*at)).unwrap_or(bytes.len())
}

/// A word with dots in it as one, such as the Russian short form of a thousand roubles; else each part.
fn words<'a>(run: &str) -> Result<Vec<Token<'a>>, MoneyError> {
    if let Some(one) = word(&run.replace('.', "")) {
        return Ok(vec![Token::Word(one)]);
    }
    let each = run.split('.').filter(|part| !part.is_empty());
    each.map(|part| word(part).map(Token::Word).ok_or(MoneyError::NotANumber)).collect()
}

/// `1 million 200 thousand`, `two hundred and fifty thousand`, `1500 rub`: numbers, each with its unit, the larger unit first.
fn add_up(tokens: &[Token<'_>], currency: Currency) -> Result<Money, MoneyError> {
    let units = tokens.iter().any(|token| matches!(token, Token::Word(Word::Unit(_))));
    let too_large = MoneyError::TooLarge { max: Money::max() };
    let times = |number: Decimal, unit: Decimal| number.checked_mul(unit).ok_or(too_large.clone());
    let (mut total, mut group, mut doubt) = (Decimal::ZERO, None::<Decimal>, None::<Decimal>);
    let (mut last_unit, mut last_word, mut has_currency) = (None::<Decimal>, None::<Decimal>, false);
    for (place, token) in tokens.iter().enumerate() {
        match token {
            _ if has_currency => return Err(MoneyError::NotANumber),
            Token::Digits(text) => {
                if group.is_some() || doubt.is_some() {
                    return Err(MoneyError::NotANumber);
                }
                let number = number(text, if units { FINE } else { KOPECKS })?;
                (group, doubt, last_word) = (Some(number.value), number.as_thousands, Some(Decimal::ZERO));
            }
            // Hundreds, tens and ones: each is smaller than the one before.
            Token::Word(Word::Number(value)) => {
                if last_word.is_some_and(|last| last <= *value) {
                    return Err(MoneyError::NotANumber);
                }
                (group, last_word) = (Some(group.unwrap_or_default() + value), Some(*value));
            }
            Token::Word(Word::Hundred) => {
                group = Some(times(group.unwrap_or(Decimal::ONE), Decimal::ONE_HUNDRED)?);
                last_word = Some(Decimal::ONE_HUNDRED);
            }
            Token::Word(Word::Unit(unit)) => {
                if last_unit.is_some_and(|last| last <= *unit) {
                    return Err(MoneyError::NotANumber);
                }
                total += times(group.take().unwrap_or(Decimal::ONE), *unit)?;
                doubt = doubt.map(|doubt| times(doubt, *unit)).transpose()?;
                (last_unit, last_word) = (Some(*unit), None);
            }
            Token::Word(Word::Currency(code)) => {
                if *code != currency.code() {
                    return Err(MoneyError::OtherCurrency { typed: code });
                }
                has_currency = place > 0;
            }
            // "About" and "and" stand before what they belong to.
            Token::Word(Word::About) if place + 1 == tokens.len() => return Err(MoneyError::NotANumber),
            Token::Word(Word::About) => {}
        }
    }
    let digits = tokens.iter().filter(|token| matches!(token, Token::Digits(_))).count();
    let alone =
        digits == 1 && !tokens.iter().any(|token| matches!(token, Token::Word(Word::Number(_) | Word::Hundred)));
    // After millions, two hundred may mean thousands as well.
    let unclear = digits > 0 && last_unit.is_some() && group.is_some() && !has_currency;
    if unclear || group.is_none() && last_unit.is_none() {
        return Err(MoneyError::NotANumber);
    }
    let amount = Money::new(total + group.unwrap_or_default())?;
    match doubt {
        None => Ok(amount),
        Some(doubt) if alone => Err(MoneyError::Ambiguous { as_thousands: Money::new(doubt)?, as_decimals: amount }),
        Some(_) => Err(MoneyError::NotANumber),
    }
}

/// A number of digits, with at most so many decimals.
fn number(text: &str, decimals: usize) -> Result<Number, MoneyError> {
    let exact = |value| Number { value, as_thousands: None };
    let signs: Vec<char> = text.chars().filter(|sign| matches!(sign, '.' | ',')).collect();
    match signs[..] {
        [] => whole(text, ' ').map(exact),
        [sign] => one_sign(text, sign, decimals),
        // `1,500.50` and `1.500,50`: different signs leave no doubt, if the first sort comes in groups of three.
        [.., before, last] if before != last => {
            let (grouped, after) = text.rsplit_once(last).unwrap_or((text, ""));
            whole(grouped, before)?;
            with_decimals(&grouped.replace(before, ""), after, decimals).map(exact)
        }
        [sign, ..] => whole(text, sign).map(exact),
    }
}

/// `1500.5`, `1 500,50` – or `1,500`, which may be either.
fn one_sign(text: &str, sign: char, decimals: usize) -> Result<Number, MoneyError> {
    let (before, after) = text.split_once(sign).unwrap_or((text, ""));
    let as_thousands = if after.len() == 3 { whole(text, sign).ok() } else { None };
    // Three decimals are no amount, unless the last says nothing.
    let shown = after.strip_suffix('0').filter(|_| as_thousands.is_some()).unwrap_or(after);
    Ok(Number { value: with_decimals(before, shown, decimals)?, as_thousands })
}

fn with_decimals(before: &str, after: &str, decimals: usize) -> Result<Decimal, MoneyError> {
    let roubles = whole(before, ' ')?;
    if after.is_empty() || !all_digits(after) {
        return Err(MoneyError::NotANumber);
    }
    if after.len() > decimals {
        return Err(MoneyError::TooManyDecimals);
    }
    let part = Decimal::from_str_exact(&format!("0.{after}")).map_err(|_| MoneyError::NotANumber)?;
    Ok(roubles + part)
}

/// Digits without decimals, either unbroken or in groups of three behind a first one that does not begin with zero.
fn whole(text: &str, separator: char) -> Result<Decimal, MoneyError> {
    let groups: Vec<&str> = text.split(separator).collect();
    let grouped = match groups[..] {
        [single] => !single.is_empty(),
        [first, ref rest @ ..] => {
            (1..=3).contains(&first.len()) && !first.starts_with('0') && rest.iter().all(|group| group.len() == 3)
        }
        [] => false,
    };
    if !grouped || !groups.iter().all(|group| all_digits(group)) {
        return Err(MoneyError::NotANumber);
    }
    let max = Money::max();
    let amount = Decimal::from_str_exact(&groups.concat()).map_err(|_| MoneyError::TooLarge { max })?;
    if amount > max.decimal() { Err(MoneyError::TooLarge { max }) } else { Ok(amount) }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
