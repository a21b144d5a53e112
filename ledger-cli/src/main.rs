//! The `treasury` command.

fn main() {}
