//! Jitter of pauses: what was stopped at the same moment does not come back at the same moment.

use std::time::Duration;

/// A random pause of at least half of `pause` and at most all of it.
#[must_use]
pub fn shorter(pause: Duration) -> Duration {
    pause / 2 + pause.mul_f64(f64::from(random()) / f64::from(u32::MAX) / 2.0)
}

/// A random pause of at least `pause`, which another side has asked for, and at most a quarter more, but a second.
#[must_use]
pub fn longer(pause: Duration) -> Duration {
    let most = (pause / 4).min(Duration::from_secs(1));
    pause + most.mul_f64(f64::from(random()) / f64::from(u32::MAX))
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    // Without random numbers there is no jitter, which is no reason to stop.
    getrandom::fill(&mut bytes).ok().map_or(u32::MAX, |()| u32::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_stay_within_their_bounds_and_differ() {
        let pause = Duration::from_secs(8);
        let shorter: Vec<Duration> = (0..100).map(|_| shorter(pause)).collect();
        assert!(shorter.iter().all(|p| (pause / 2..=pause).contains(p)));
        assert!(shorter.iter().any(|p| p != &shorter[0]));
        assert!((0..100).map(|_| longer(pause)).all(|p| (pause..=pause + Duration::from_secs(1)).contains(&p)));
    }
}
