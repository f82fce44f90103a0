//! What advertising brought: figures per ad, their company row, attribution. All decimals, exact until shown (S14).

pub mod attribution;
mod figures;
mod order;
#[cfg(test)]
mod tests;

pub use attribution::Model;
pub use figures::{AdFigures, Distinct, company, percent, rounded2};
pub use order::by_ratio;
