//! Which ads a contract's revenue is credited to (S3–S5).

use serde::{Deserialize, Serialize};

/// How revenue is shared among the touches that led to a contract: those up to the day of signing, and always the contract's
/// own. The database keeps the shares of each model, `ad_figures_of` in migration 0027.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// All to the ad of the contract's own touch.
    #[default]
    Direct,
    /// All to the client's first touch.
    First,
    /// All to the client's last touch up to the day of signing.
    Last,
    /// In equal parts to all of them.
    Linear,
}

impl Model {
    /// Every model, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::Direct, Self::First, Self::Last, Self::Linear];
}
