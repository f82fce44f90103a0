//! Counts of rows: exact up to a bound, beyond it only "more than that".

/// Rows are counted up to this many: a list of millions is never counted whole on the way of a tap.
pub const COUNTED: i64 = 1_000;

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tally {
    Exactly(i64),
    /// More than so many: shown as "1 000+".
    MoreThan(i64),
}

impl Tally {
    /// The most rows that a bounded count reads.
    pub const MOST: i64 = COUNTED + 1;

    /// What a count says that read at most [`Tally::MOST`] rows.
    #[must_use]
    pub const fn bounded(count: i64) -> Self {
        if count > COUNTED { Self::MoreThan(COUNTED) } else { Self::Exactly(count) }
    }

    /// The rows that are known of.
    #[must_use]
    pub const fn known(self) -> i64 {
        match self {
            Self::Exactly(count) | Self::MoreThan(count) => count,
        }
    }

    /// Whether there are rows beyond those.
    #[must_use]
    pub const fn has_more(self) -> bool {
        matches!(self, Self::MoreThan(_))
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let sum = self.known() + other.known();
        match (self, other) {
            (Self::Exactly(_), Self::Exactly(_)) => Self::Exactly(sum),
            _ => Self::MoreThan(sum),
        }
    }
}

impl From<i64> for Tally {
    fn from(count: i64) -> Self {
        Self::Exactly(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTED, Tally};

    #[test]
    fn a_sum_is_exact_when_its_parts_are() {
        assert_eq!(Tally::bounded(3).plus(Tally::bounded(COUNTED)), Tally::Exactly(1_003));
        assert_eq!(Tally::bounded(3).plus(Tally::bounded(Tally::MOST)), Tally::MoreThan(1_003));
    }
}
