//! Loans and their collateral.

mod terms;

use serde_json::{Value, json};

use super::{Case, case, euros, with_euros};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-03-01";

fn open() -> Ledger {
    standard().and("2026-02-01", "a revolver of 300,000", vec![lent("revolver", "kept")])
}

fn borrowed() -> Ledger {
    open().and("2026-02-01", "300,000 drawn", vec![drawn("300000.00", "0")])
}

fn pledged_one() -> Ledger {
    standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")]).and(
        "2026-02-01",
        "1 BTC pledged",
        vec![lent("revolver", "kept"), pledged("1", "60000")],
    )
}

fn called(more: Value) -> Value {
    let called = json!({"type": "margin_called", "facility": "f", "at": "2026-02-05T22:00:00Z", "ltv": "0.8",
        "required": {"amount": "1000.00", "currency": "USD"}, "deadline": "2026-02-07T22:00:00Z"});
    with(called, more)
}

fn retired() -> Value {
    json!({"type": "facility_retired", "facility": "f"})
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = borrowing();
    all.extend(interest());
    all.extend(ending());
    all.extend(calls());
    all.extend(terms::cases());
    all
}

fn borrowing() -> Vec<Case> {
    vec![
        on(
            standard(),
            "UNKNOWN_FACILITY",
            "money is drawn from a facility that was not opened",
            drawn("1.00", "0"),
            "facility f has not been opened",
        ),
        on(
            open(),
            "FACILITY_TWICE",
            "a facility is opened again",
            lent("term", "kept"),
            "facility f was opened before",
        ),
        on(
            standard(),
            "UNKNOWN_PARTY",
            "the lender is nobody known",
            with(lent("term", "kept"), json!({"lender": "nobody"})),
            "party nobody has not been registered",
        ),
        on(
            open(),
            "OVER_LIMIT",
            "more is drawn than the limit",
            drawn("300000.01", "0"),
            "facility f has 300,000 USD left to draw, not 300,000.01",
        ),
        on(
            standard().and(
                "2026-02-01",
                "a term loan drawn and repaid",
                vec![lent("term", "kept"), drawn("300000.00", "0"), repaid("300000.00")],
            ),
            "OVER_LIMIT",
            "what was repaid on a term loan is drawn again",
            drawn("1.00", "0"),
            "facility f has 0 USD left to draw, not 1",
        ),
        on(
            open(),
            "PROCEEDS_EXCEEDED",
            "the lender keeps more than it lends",
            drawn("100.00", "100.01"),
            "what is deducted exceeds the 100.00 received",
        ),
        on(
            open(),
            "WRONG_CURRENCY",
            "another currency is drawn than was agreed",
            with(drawn("1.00", "0"), json!({"amount": usdt("1"), "fee": usdt("0"), "to": wallet("usdt")})),
            "the principal is in USDT, not in USD",
        ),
        on(
            borrowed(),
            "PRINCIPAL_EXCEEDED",
            "more is repaid than is owed",
            repaid("300000.01"),
            "facility f owes 300,000 USD of principal, not 300,000.01",
        ),
        on(
            with_euros(),
            "NOT_YET_BUILT",
            "a loan is in euros",
            with(lent("term", "kept"), json!({"currency": "EUR", "limit": euros("5.00")})),
            "a debt in EUR is not built yet",
        ),
        on(
            borrowed(),
            "WRONG_PLACE",
            "a debt is repaid out of a wallet of coins",
            with(repaid("1.00"), json!({"from": wallet("cold")})),
            "wallet cold cannot be a place of money",
        ),
    ]
}

fn interest() -> Vec<Case> {
    let paid = |amount: &str| json!({"type": "interest_paid", "facility": "f", "amount": usd(amount), "how": "cash", "from": wallet("bank")});
    let accrued_once = || borrowed().and("2026-02-28", "accrued: 1,800.00", vec![accrued("2026-02-28")]);
    vec![
        on(
            accrued_once(),
            "INTEREST_NOT_ACCRUED",
            "more interest is paid than was accrued",
            paid("1800.01"),
            "facility f owes 1,800 USD of accrued interest, not 1,800.01",
        ),
        on(
            accrued_once(),
            "INTEREST_NOT_ACCRUED",
            "a repayment takes more interest along than was accrued",
            with(repaid("1.00"), json!({"interest": usd("1866.67")})),
            "facility f owes 1,800 USD of accrued interest, not 1,866.67",
        ),
        on(
            accrued_once(),
            "ACCRUAL_OUT_OF_ORDER",
            "interest is accrued through a day that is accrued already",
            accrued("2026-02-28"),
            "interest on f is accrued through 2026-02-28 already, 2026-02-28 is not after it",
        ),
        on(
            accrued_once(),
            "ACCRUAL_AHEAD",
            "interest is accrued ahead of its day",
            accrued("2026-03-02"),
            "on 2026-03-01 interest through 2026-03-02 has not run yet",
        ),
    ]
}

fn ending() -> Vec<Case> {
    let ended = || open().and("2026-02-01", "retired", vec![retired()]);
    vec![
        on(
            borrowed().and("2026-02-28", "accrued: 1,800.00", vec![accrued("2026-02-28")]),
            "STILL_OWED",
            "a facility is retired that is owed principal and interest",
            retired(),
            "facility f cannot be retired: it still has principal of 300,000 USD, interest of 1,800 USD, \
             interest of 66.67 USD not accrued",
        ),
        case(
            "STILL_OWED",
            "a facility is repaid and retired at once, its interest not accrued",
            borrowed(),
            DAY,
            vec![repaid("300000.00"), retired()],
            "facility f cannot be retired: it still has interest of 1,866.67 USD not accrued",
        ),
        on(
            pledged_one().and("2026-02-05", "a margin call", vec![called(json!({}))]),
            "STILL_OWED",
            "a facility is retired that holds our coins, under a margin call",
            retired(),
            "facility f cannot be retired: it still has collateral of 1 BTC, an open margin call",
        ),
        on(
            ended(),
            "FACILITY_IS_RETIRED",
            "a retired facility is drawn",
            drawn("1.00", "0"),
            "facility f was retired",
        ),
        on(
            ended(),
            "FACILITY_IS_RETIRED",
            "a facility is retired again",
            retired(),
            "facility f was retired",
        ),
        on(
            ended(),
            "FACILITY_TWICE",
            "a retired facility's name is used again",
            lent("term", "kept"),
            "facility f was opened before",
        ),
    ]
}

fn calls() -> Vec<Case> {
    let under_call = || pledged_one().and("2026-02-05", "a margin call", vec![called(json!({}))]);
    let met = || json!({"type": "margin_call_met", "facility": "f", "how": "top_up"});
    vec![
        on(
            under_call(),
            "MARGIN_CALL_STATE",
            "a call is made while one is open",
            called(json!({})),
            "facility f is under a margin call already",
        ),
        on(
            open(),
            "MARGIN_CALL_STATE",
            "a call is met that was not made",
            met(),
            "facility f is under no margin call",
        ),
        on(
            open(),
            "MARGIN_CALL_STATE",
            "a call is due before it is made",
            called(json!({"deadline": "2026-02-05T21:59:59Z"})),
            "facility f cannot have a deadline before the call",
        ),
        on(
            under_call(),
            "MARGIN_CALL_STATE",
            "collateral is released under a margin call",
            released("0.5", "60000"),
            "facility f is under a margin call: nothing is released until it is met",
        ),
        on(
            open(),
            "EXACTLY_ONE",
            "a call asks for coins and for money",
            called(
                json!({"required": {"units": "1", "commodity": "BTC", "amount": "1.00", "currency": "USD"}}),
            ),
            "exactly one of `units` with `commodity`, and `amount` with `currency`, must be given",
        ),
        on(
            open(),
            "RATE_OUT_OF_RANGE",
            "a call states a ratio below zero",
            called(json!({"ltv": "-0.1"})),
            "the loan-to-value ratio must be a fraction from 0 to 100, not -0.1",
        ),
    ]
}
