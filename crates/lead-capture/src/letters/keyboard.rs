//! The Russian and the Latin layout of one keyboard.

use crate::chars::is_cyrillic;

/// What the keys write in the Latin layout, without and with Shift.
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~";
/// What the same keys write in the Russian layout.
const CYRILLIC: &str = "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ";

/// The text as the same keys write it in the other layout; what no key of the table writes stays.
pub(crate) fn other_layout(text: &str) -> String {
    let (from, to) = if text.chars().any(is_cyrillic) { (CYRILLIC, LATIN) } else { (LATIN, CYRILLIC) };
    let other = |sign: char| from.chars().position(|known| known == sign).and_then(|at| to.chars().nth(at));
    text.chars().map(|sign| other(sign).unwrap_or(sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_leads_to_the_other_layout_and_back() {
        assert_eq!(other_layout(LATIN), CYRILLIC);
        assert_eq!(other_layout(CYRILLIC), LATIN);
        assert_eq!(other_layout("Bdfy 5"), "Иван 5");
    }
}
