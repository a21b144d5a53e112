//! The domain, seen from outside.

mod stories;
