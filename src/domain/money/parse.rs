//! Reading amounts as people type them (K5, K16).

use rust_decimal::Decimal;

use super::{Money, MoneyError};

/// No sum worth typing is longer; what is, is not worth reading digit by digit.
const LONGEST: usize = 40;

/// See [`Money::parse`].
pub(super) fn parse(typed: &str) -> Result<Money, MoneyError> {
    let text: String = typed.trim().chars().map(|sign| if sign.is_whitespace() { ' ' } else { sign }).collect();
    if text.len() > LONGEST {
        return Err(MoneyError::NotANumber);
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        return Err(parse(rest).map_or_else(|error| error, |_| MoneyError::Negative));
    }
    let signs: Vec<char> = text.chars().filter(|sign| matches!(sign, '.' | ',')).collect();
    match signs[..] {
        [] => whole(&text, ' '),
        [sign] => one_sign(&text, sign),
        [.., before, last] if before != last => many_signs(&text, before, last),
        [sign, ..] => whole(&text, sign),
    }
}

/// `1500.5`, `1 500,50` – or `1,500`, which may be either.
fn one_sign(text: &str, sign: char) -> Result<Money, MoneyError> {
    let (before, after) = text.split_once(sign).unwrap_or((text, ""));
    if after.len() == 3
        && let Ok(as_thousands) = whole(text, sign)
    {
        // Three decimals are no amount, unless the last says nothing.
        let as_decimals = with_decimals(before, after.strip_suffix('0').unwrap_or(after))?;
        return Err(MoneyError::Ambiguous { as_thousands, as_decimals });
    }
    with_decimals(before, after)
}

/// `1,500.50` and `1.500,50`: different signs leave no doubt, if the first sort comes in groups of three.
fn many_signs(text: &str, grouping: char, decimal: char) -> Result<Money, MoneyError> {
    let (before, after) = text.rsplit_once(decimal).unwrap_or((text, ""));
    whole(before, grouping)?;
    with_decimals(&before.replace(grouping, ""), after)
}

fn with_decimals(before: &str, after: &str) -> Result<Money, MoneyError> {
    let roubles = whole(before, ' ')?;
    if after.is_empty() || !all_digits(after) {
        return Err(MoneyError::NotANumber);
    }
    if after.len() > 2 {
        return Err(MoneyError::TooManyDecimals);
    }
    let kopecks: i64 = format!("{after:0<2}").parse().map_err(|_| MoneyError::NotANumber)?;
    Money::new(roubles.decimal() + Decimal::new(kopecks, 2))
}

/// Digits without decimals, either unbroken or in groups of three behind a first one that does not begin with zero.
fn whole(text: &str, separator: char) -> Result<Money, MoneyError> {
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
    let amount = Decimal::from_str_exact(&groups.concat()).map_err(|_| MoneyError::TooLarge { max: Money::max() })?;
    Money::new(amount)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
