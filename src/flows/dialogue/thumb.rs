//! Where the last tap was, so that undo never lies under the thumb that has just tapped.
//!
//! Rows of buttons are equally high. A client keeps its place on the screen from the top of the message while it is edited,
//! or from its bottom when it is the last one; so a row counts from both ends.

use serde::{Deserialize, Serialize};

use super::Screen;
use crate::flows::registry::UseCase;
use crate::flows::screen::{Button, Does};
use crate::flows::{ButtonAction, CallbackData};

/// The buttons of the screen that was drawn last, and the rows that the last effective tap may have met.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Thumb {
    /// What the buttons press, row by row, as in their data.
    #[serde(default)]
    drawn: Vec<Vec<String>>,
    /// Rows of the screen before, counted from its top and from its bottom.
    #[serde(default)]
    at: Vec<(usize, usize)>,
}

impl Thumb {
    /// Takes a tap on the screen that was drawn last; none for anything that was typed or sent.
    pub(super) fn moves(&mut self, press: Option<ButtonAction>) {
        let data = press.map(code);
        let rows =
            self.drawn.iter().enumerate().filter(|(_, row)| row.iter().any(|known| Some(known) == data.as_ref()));
        self.at = rows.map(|(row, _)| (row, self.drawn.len() - 1 - row)).collect();
    }

    /// The screen with the rows that take something back apart from the last tap, as near to their place as can be. A
    /// screen too small for that goes without them; they stand on the next one.
    pub(super) fn apart(&self, screen: Screen) -> Screen {
        let rows = screen.rows.len();
        let free = |route: usize| !self.at.iter().any(|&(top, bottom)| route == top || rows - 1 - route == bottom);
        let (mut slots, mut others) = (vec![None; rows], Vec::new());
        for (present, row) in screen.rows.into_iter().enumerate() {
            if !row.iter().any(takes_back) {
                others.push(row);
                continue;
            }
            let nearest = (0..rows).filter(|&route| free(route) && slots.get(route).is_some_and(Option::is_none));
            let nearest = nearest.min_by_key(|route| (route.abs_diff(present), rows - route));
            if let Some(slot) = nearest.and_then(|route| slots.get_mut(route)) {
                *slot = Some(row);
            }
        }
        let mut others = others.into_iter();
        let rows = slots.into_iter().filter_map(|slot| slot.or_else(|| others.next())).collect();
        Screen { rows, ..screen }
    }

    /// Keeps what is drawn now.
    pub(super) fn draws(&mut self, screen: &Screen) {
        let data = |button: &Button| match button.does {
            Does::Callback(press) => code(press),
            Does::Link(_) | Does::Copy(_) => String::new(),
        };
        self.drawn = screen.rows.iter().map(|row| row.iter().map(data).collect()).collect();
    }
}

/// Whether one tap on it takes back what was done: an undo, and the hand-over that was offered.
fn takes_back(button: &Button) -> bool {
    match button.does {
        Does::Callback(ButtonAction::Undo(_)) => true,
        Does::Callback(ButtonAction::Do(use_case, _)) => use_case == UseCase::WithdrawHandover,
        _ => false,
    }
}

fn code(press: ButtonAction) -> String {
    CallbackData { version: CallbackData::NOTICE, press }.encode()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Html;

    const UNDO: ButtonAction = ButtonAction::Undo(7);

    fn screen(presses: &[ButtonAction]) -> Screen {
        presses.iter().fold(Screen::new(Html::default()), |screen, press| screen.button(&Html::data("x"), *press))
    }

    /// Where the undo lies after a tap on `tapped` of a screen of that many rows.
    fn route(before: usize, tapped: usize, after: usize) -> Option<usize> {
        let picks = |rows: usize| (0..rows as i64).map(ButtonAction::Pick).collect::<Vec<_>>();
        let mut thumb = Thumb::default();
        thumb.draws(&screen(&picks(before)));
        thumb.moves(Some(ButtonAction::Pick(tapped as i64)));
        let mut presses = picks(after - 1);
        presses.insert(after.saturating_sub(2).min(after - 1), UNDO);
        thumb.apart(screen(&presses)).rows.iter().position(|row| row.iter().any(takes_back))
    }

    #[test]
    fn undo_lies_in_no_row_that_was_tapped_counted_from_either_end() {
        for before in 1..9 {
            for tapped in 0..before {
                for after in 3..9 {
                    let undo = route(before, tapped, after).unwrap();
                    assert!(undo != tapped, "{before} {tapped} {after}: {undo}");
                    assert!(after - 1 - undo != before - 1 - tapped, "{before} {tapped} {after}: {undo}");
                }
            }
        }
        assert_eq!(route(5, 0, 6), Some(4), "above the last row, where nothing was tapped");
        assert_eq!(route(1, 0, 2), None, "under the thumb from one end or the other");
    }

    #[test]
    fn a_dialogue_of_an_older_program_has_no_thumb() {
        let thumb: Thumb = serde_json::from_str("{}").unwrap();
        assert_eq!(
            thumb.apart(screen(&[ButtonAction::Edit, UNDO, ButtonAction::Back])),
            screen(&[ButtonAction::Edit, UNDO, ButtonAction::Back])
        );
    }
}
