//! Clients in the chat: the card, the lists, the search, and what is done from the card.

mod agenda;
mod answer;
mod call;
mod card;
mod card_text;
mod consent;
mod correct_touch;
mod edit;
mod find;
mod follow_up;
mod handover;
mod list;
mod lost;
mod merge;
mod note;
mod phone;
mod queue;
mod reason;
mod timeline;
mod touch;

pub use agenda::Agenda;
pub use answer::{DeclineForm, accept, withdraw};
pub use call::Call;
pub use card::ClientCard;
pub(super) use card_text::contract_line;
pub use consent::Consent;
pub use correct_touch::{CorrectTouchForm, CorrectTouchList};
pub use edit::ClientForm;
pub use find::Find;
pub use follow_up::FollowUp;
pub use handover::HandoverForm;
pub use list::Clients;
pub use lost::LostForm;
pub use merge::MergeForm;
pub use note::{AddNote, send_file};
pub use phone::PhoneForm;
pub use queue::{Queue, take};
pub use timeline::Timeline;
pub use touch::TouchForm;

use super::{Button, Route, labels, route::ScreenId};
use crate::crm::ClientLine;
use crate::text::Say;

/// A row of a list, where phones are masked: it opens the card.
fn row(client: &ClientLine, say: Say) -> Button {
    let sign = labels::state_sign(client.state, say);
    let label = match client.who == client.masked {
        true => say.client_row_number(sign, client.who.as_str()),
        false => say.client_row(sign, client.who.as_str(), client.masked.as_str()),
    };
    Button::open(&label, Route::of(ScreenId::Client, client.id))
}
