//! Access to conversations: which rights open them.

use super::Cx;
use crate::domain::Permission;

/// Who may enter a place.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// Everybody, strangers too: the ways in.
    Public,
    /// Linked people who have one of these rights; an empty list asks only for a link.
    Staff(&'static [Permission]),
}

impl Access {
    /// Whether the person may enter.
    pub(super) fn is_open(&self, cx: &Cx<'_>) -> bool {
        match self {
            Self::Public => true,
            Self::Staff(permissions) => cx.crm.actor.may_any(permissions),
        }
    }
}
