//! The posting table, row by row: what an accountant expects each event to post, worked out by hand and
//! written beside the event that posts it. `docs/posting-rules.md` is printed from the same rules.

pub(crate) mod json;
pub(crate) mod ledger;

pub(crate) mod approvals;
mod books;
pub(crate) mod capex;
mod capital;
mod collateral;
pub(crate) mod contracts;
pub(crate) mod corrections;
mod derivative;
pub(crate) mod equipment;
mod in_kind;
mod loan;
mod mining;
mod models;
mod money;
pub(crate) mod page;
pub(crate) mod people;
mod prices;
pub(crate) mod reconciliation;
mod rule;
mod sales;
mod samples;
mod stablecoins;
mod treasury;

use rule::Rule;

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

        /// Every rule of the family, by its name.
        pub(crate) fn all() -> Vec<(&'static str, crate::posting_rules::rule::Rule)> {
            vec![$((stringify!($name), $body)),*]
        }
    };
}
pub(crate) use rules;

/// Every rule of every family.
fn all() -> Vec<(&'static str, Rule)> {
    let families = [
        books::all(),
        corrections::all(),
        people::all(),
        approvals::all(),
        reconciliation::all(),
        mining::all(),
        treasury::all(),
        in_kind::all(),
        derivative::all(),
        sales::all(),
        money::all(),
        loan::all(),
        loan::interest::all(),
        loan::terms::all(),
        loan::settlement::all(),
        collateral::all(),
        capital::all(),
        models::all(),
        prices::all(),
        stablecoins::all(),
        capex::all(),
        equipment::all(),
        contracts::all(),
    ];
    families.into_iter().flatten().collect()
}
