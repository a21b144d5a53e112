//! The end of a period: what must be there before it is closed, and the seal over what the books then say.

mod checks;
mod seal;

pub use checks::{CHECKS, Check, Period, Unmet, unmet};
pub use seal::{seal, sealed_text};
