//! Reproducible random numbers: the whole run follows from one seed.

use std::time::Duration;

/// A stream of random numbers (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// The stream of this number.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for each of several actors.
    pub fn child(&self, number: u64) -> Self {
        Self(self.0 ^ number.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True so many times out of a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let length = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.below(length)).unwrap()]
    }

    /// A time between two, in milliseconds.
    pub fn pause(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}
