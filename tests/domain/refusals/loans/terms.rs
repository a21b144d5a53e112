//! Rates, fees, amendments, coins in settlement, and sales by the lender.

use serde_json::{Value, json};

use super::super::Case;
use super::{borrowed, called, on, open, pledged_one};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

fn floating() -> Ledger {
    let terms = with(lent("revolver", "kept"), json!({"rate": {"index": "SOFR", "spread": "0.04"}}));
    standard().and("2026-02-01", "50,000 drawn at an index", vec![terms, drawn("50000.00", "0")])
}

fn reset(from: &str, index: &str) -> Value {
    json!({"type": "rate_reset", "facility": "f", "from": from, "index_rate": index})
}

fn amortised(through: &str) -> Value {
    json!({"type": "issue_cost_amortised", "facility": "f", "through": through})
}

fn amended(treatment: &str, changes: Value, more: Value) -> Value {
    with(
        json!({"type": "facility_amended", "facility": "f", "treatment": treatment, "changes": changes}),
        more,
    )
}

fn interest(how: &str, more: Value) -> Value {
    with(json!({"type": "interest_paid", "facility": "f", "amount": usd("1.00"), "how": how}), more)
}

fn liquidated(more: Value) -> Value {
    with(
        json!({"type": "collateral_liquidated", "facility": "f", "commodity": "BTC", "units": "0.5",
            "proceeds": usd("30000.00"), "applied_principal": usd("30000.00")}),
        more,
    )
}

fn coins(units: &str) -> Value {
    json!({"commodity": "BTC", "units": units, "price": "60000"})
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = rates();
    all.extend(amendments());
    all.extend(settlement());
    all.extend(sales());
    all
}

fn rates() -> Vec<Case> {
    let ending = || {
        standard().and(
            "2026-02-01",
            "a term loan that ends",
            vec![with(lent("term", "kept"), json!({"maturity": "2027-02-01"}))],
        )
    };
    vec![
        on(
            floating(),
            "RATE_NOT_SET",
            "interest is accrued before the index was ever reset",
            accrued("2026-02-28"),
            "facility f has no rate for 2026-02-28: its index has not been reset by then",
        ),
        on(
            floating().and("2026-02-10", "reset from 11 February", vec![reset("2026-02-11", "0.05")]),
            "RATE_NOT_SET",
            "interest is accrued for days before the first reset",
            accrued("2026-02-28"),
            "facility f has no rate for 2026-02-02: its index has not been reset by then",
        ),
        on(
            floating().and("2026-02-02", "reset", vec![reset("2026-02-02", "0.05")]),
            "RESET_OUT_OF_ORDER",
            "an index is reset from a day before its last reset",
            reset("2026-02-01", "0.05"),
            "the index of f cannot change from 2026-02-01 on: a later day is reset or accrued already",
        ),
        on(
            floating().and("2026-02-02", "reset", vec![reset("2026-02-02", "0.05")]).and(
                "2026-02-28",
                "accrued",
                vec![accrued("2026-02-28")],
            ),
            "RESET_OUT_OF_ORDER",
            "an index is reset from a day that is accrued",
            reset("2026-02-28", "0.05"),
            "the index of f cannot change from 2026-02-28 on: a later day is reset or accrued already",
        ),
        on(
            standard(),
            "NOT_YET_BUILT",
            "interest is compounded, and a fee runs on what is not drawn",
            with(lent("revolver", "kept"), json!({"compounding": "daily", "unused_fee": "0.005"})),
            "a fee on what is not drawn, where interest bears interest, is not built yet",
        ),
        on(
            standard().and(
                "2026-02-01",
                "a facility whose interest is compounded by months",
                vec![with(lent("revolver", "kept"), json!({"compounding": "monthly"}))],
            ),
            "NOT_YET_BUILT",
            "a fee on what is not drawn is agreed later, where interest is compounded",
            amended("modification", json!({"unused_fee": "0.005"}), json!({})),
            "a fee on what is not drawn, where interest bears interest, is not built yet",
        ),
        on(
            open(),
            "RATE_IS_FIXED",
            "a fixed rate is reset",
            reset("2026-03-01", "0.05"),
            "facility f has a fixed rate, which no index changes",
        ),
        on(
            standard(),
            "EXACTLY_ONE",
            "a rate is fixed and follows an index",
            with(lent("term", "kept"), json!({"rate": {"fixed": "0.08", "index": "SOFR"}})),
            "exactly one of `fixed`, and `index` with `spread` and `floor`, must be given",
        ),
        on(
            standard(),
            "FIELD_NEEDED",
            "a fee is paid from a wallet and there is no fee",
            with(lent("term", "kept"), json!({"fee_from": wallet("bank")})),
            "the fee must be given where it says what pays it",
        ),
        on(
            open(),
            "NO_MATURITY",
            "issue cost of a facility without an end becomes expense",
            amortised("2026-03-01"),
            "facility f has no maturity, so its cost has no life to be charged over",
        ),
        on(
            ending().and("2026-02-28", "cost charged", vec![amortised("2026-02-28")]),
            "AMORTISED_ALREADY",
            "issue cost is charged through a day that is charged",
            amortised("2026-02-28"),
            "the issue cost of f is charged through 2026-02-28 already, 2026-02-28 is not after it",
        ),
        on(
            ending(),
            "ACCRUAL_AHEAD",
            "issue cost is charged ahead of its day",
            amortised("2026-03-02"),
            "on 2026-03-01 interest through 2026-03-02 has not run yet",
        ),
    ]
}

fn amendments() -> Vec<Case> {
    vec![
        on(
            borrowed(),
            "AMENDMENT_NOT_ALLOWED",
            "the limit is lowered below what is drawn",
            amended("modification", json!({"limit": usd("299999.99")}), json!({})),
            "facility f cannot be amended so: the new limit is below what is drawn",
        ),
        on(
            pledged_one(),
            "AMENDMENT_NOT_ALLOWED",
            "control changes while coins are pledged",
            amended("modification", json!({"control": "passed"}), json!({})),
            "facility f cannot be amended so: control of coins cannot change while coins are pledged",
        ),
        on(
            borrowed(),
            "AMENDMENT_NOT_ALLOWED",
            "principal is given up in a modification",
            amended("modification", json!({}), json!({"forgiven": usd("1.00")})),
            "facility f cannot be amended so: principal given up is no mere modification",
        ),
        on(
            floating().and("2026-02-10", "reset from April", vec![reset("2026-04-01", "0.05")]),
            "AMENDMENT_NOT_ALLOWED",
            "a rate is agreed on while a later reset is known",
            amended("modification", json!({"rate": {"fixed": "0.05"}}), json!({})),
            "facility f cannot be amended so: its index is reset from a later day on already",
        ),
        on(
            borrowed(),
            "TREATMENT_CONTRADICTS_TEST",
            "another debt is called a modification",
            amended("modification", json!({}), json!({"test": {"difference": "0.1"}})),
            "cash flows that differ by 0.1 are another debt: an extinguishment",
        ),
        on(
            borrowed(),
            "TREATMENT_CONTRADICTS_TEST",
            "the same debt is called extinguished",
            amended("extinguishment", json!({}), json!({"test": {"difference": "0.0999"}})),
            "cash flows that differ by 0.0999 are the same debt: a modification",
        ),
    ]
}

fn settlement() -> Vec<Case> {
    let paid = || borrowed().and("2026-02-28", "accrued", vec![accrued("2026-02-28")]);
    vec![
        on(
            paid(),
            "FIELD_NEEDED",
            "interest is paid from nowhere",
            interest("cash", json!({})),
            "`from` must be given for interest that is paid",
        ),
        on(
            paid(),
            "FIELD_NEEDED",
            "interest is paid in coins, and none are named",
            interest("coins", json!({"from": wallet("cold")})),
            "`coins` must be given for interest paid in coins",
        ),
        on(
            paid(),
            "FIELD_NOT_ALLOWED",
            "interest in cash names coins",
            interest("cash", json!({"from": wallet("bank"), "coins": coins("0.1")})),
            "`coins` must not be given for interest paid in cash",
        ),
        on(
            paid(),
            "FIELD_NOT_ALLOWED",
            "interest in kind names a wallet",
            interest("in_kind", json!({"from": wallet("bank")})),
            "`from` or `coins` must not be given for interest paid in kind",
        ),
        on(
            borrowed(),
            "COINS_SHORT",
            "more collateral is kept in settlement than lies there",
            with(repaid("1.00"), json!({"from": facility("f"), "coins": coins("0.1")})),
            "facility f holds 0 BTC on 2026-03-01, 0.1 less than the 0.1 asked for",
        ),
        on(
            borrowed(),
            "WRONG_PLACE",
            "collateral of another facility settles",
            with(repaid("1.00"), json!({"from": facility("g"), "coins": coins("0.1")})),
            "facility g cannot be what settles another facility",
        ),
    ]
}

fn sales() -> Vec<Case> {
    let pledged = || pledged_one().and("2026-02-02", "30,000 drawn", vec![drawn("30000.00", "0")]);
    let lapsed = || json!({"type": "margin_call_lapsed", "facility": "f"});
    vec![
        on(
            pledged(),
            "LIQUIDATION_DOES_NOT_ADD_UP",
            "what a sale brought is not what it went to",
            liquidated(json!({"fee": usd("1.00")})),
            "proceeds less fee are 29,999, principal, interest and surplus 30,000",
        ),
        on(
            pledged(),
            "PRINCIPAL_EXCEEDED",
            "a sale goes to more principal than is owed",
            liquidated(json!({"proceeds": usd("30000.01"), "applied_principal": usd("30000.01")})),
            "facility f owes 30,000 USD of principal, not 30,000.01",
        ),
        on(
            pledged(),
            "FIELD_NEEDED",
            "a surplus goes nowhere",
            liquidated(json!({"applied_principal": usd("29999.00"), "surplus": usd("1.00")})),
            "both `surplus` and `surplus_to` must be given where something is left over",
        ),
        on(
            pledged(),
            "MARGIN_CALL_STATE",
            "a call lapses that was not made",
            lapsed(),
            "facility f is under no margin call",
        ),
        on(
            pledged().and(
                "2026-02-28",
                "a call until 2 March",
                vec![called(json!({"deadline": "2026-03-02T22:00:00Z"}))],
            ),
            "MARGIN_CALL_STATE",
            "a call lapses before its deadline",
            lapsed(),
            "facility f has a margin call whose deadline is yet to come",
        ),
        on(
            pledged().and("2026-02-05", "a call", vec![called(json!({}))]).and(
                "2026-02-08",
                "lapsed",
                vec![lapsed()],
            ),
            "MARGIN_CALL_STATE",
            "a call lapses twice",
            lapsed(),
            "facility f has a margin call that lapsed already",
        ),
    ]
}
