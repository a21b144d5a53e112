//! The posting table, row by row: what an accountant expects each event to post, worked out by hand and
//! written beside the event that posts it. `docs/posting-rules.md` is printed from the same rules.

pub(crate) mod json;
pub(crate) mod ledger;

mod books;
mod capital;
mod collateral;
mod loan;
mod mining;
mod money;
mod rule;
mod sales;
mod samples;
mod treasury;


/// Declares rules as named tests and lists them for the printed page.
macro_rules! rules {
    ($($(#[$doc:meta])* fn $name:ident() $body:block)*) => {
        $(
            $(#[$doc])*
            #[test]
            fn $name() {
                let rule: crate::posting_rules::rule::Rule = $body;
                rule.check();
            }
        )*
    };
}
pub(crate) use rules;

