//! Clients in the chat: the card, the lists, the search, and what is done from the card.

mod card;
mod edit;
mod face;
mod find;
mod list;
mod note;
mod touch;

pub use card::ClientCard;
pub use edit::ClientForm;
pub use find::Find;
pub use list::Clients;
pub use note::AddNote;
pub use touch::TouchForm;

use super::{Button, Place, labels, place::PlaceKind};
use crate::crm::ClientLine;
use crate::text::Say;

/// A row of a list, where phones are masked: it opens the card.
fn row(client: &ClientLine, say: Say) -> Button {
    let sign = labels::state_sign(client.state, say);
    let label = match client.who == client.masked {
        true => say.client_row_number(sign, client.who.as_str()),
        false => say.client_row(sign, client.who.as_str(), client.masked.as_str()),
    };
    Button::open(&label, Place::of(PlaceKind::Client, client.id))
}
