//! Reversals that cannot be.

use serde_json::json;

use super::{Case, case};
use crate::posting_rules::corrections::reversed;
use crate::posting_rules::equipment::in_service;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-02-10";

/// Entry 4 buys a coin.
fn bought_one() -> Ledger {
    standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")])
}

/// Entry 5 draws on a facility that entry 4 opened.
fn drawn_once() -> Ledger {
    standard().and("2026-01-10", "a facility opened", vec![lent("revolver", "kept")]).and(
        "2026-01-11",
        "100,000 drawn",
        vec![drawn("100000.00", "0")],
    )
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "UNKNOWN_ENTRY",
            "an entry that is not there is reversed",
            standard(),
            DAY,
            vec![reversed(9)],
            "there is no entry 9",
        ),
        case(
            "UNKNOWN_ENTRY",
            "an entry reverses itself",
            standard(),
            DAY,
            vec![reversed(4)],
            "there is no entry 4",
        ),
        case(
            "BAD_TEXT",
            "a reversal gives no reason",
            bought_one(),
            DAY,
            vec![with(reversed(4), json!({"reason": ""}))],
            "the reason must have 1 to 500 characters",
        ),
        case(
            "NOT_REVERSIBLE",
            "the opening of the ledger is reversed",
            standard(),
            DAY,
            vec![reversed(1)],
            "entry 1 cannot be reversed: an opening stands; a manual journal corrects what it left out",
        ),
        case(
            "NOT_REVERSIBLE",
            "an entry that opens wallets is reversed",
            standard(),
            DAY,
            vec![reversed(2)],
            "entry 2 cannot be reversed: it declares, and nothing happened by it",
        ),
        case(
            "NOT_REVERSIBLE",
            "an observed price is reversed",
            standard().and("2026-01-05", "BTC at 60,000", vec![observed("BTC", "60000", "2026-01-05T00:00:00Z")]),
            DAY,
            vec![reversed(4)],
            "entry 4 cannot be reversed: a price is superseded by another observation",
        ),
        case(
            "NOT_REVERSIBLE",
            "a difference of translation of coins is reversed",
            bought_one().and("2026-01-06", "translated", vec![json!({"type": "translation_recorded",
                "book": "us-gaap", "amount": usd("-5.00"), "account": "1210", "commodity": "BTC"})]),
            DAY,
            vec![reversed(5)],
            "entry 5 cannot be reversed: a difference of translation on coins is taken back by its opposite",
        ),
        case(
            "NOT_REVERSIBLE",
            "a mark is reversed",
            bought_one().and("2026-01-31", "marked at 65,000", vec![marked("65000.00")]),
            DAY,
            vec![reversed(5)],
            "entry 5 cannot be reversed: a mark is corrected by another mark of the same day",
        ),
        case(
            "NOT_REVERSIBLE",
            "an adopted policy is reversed",
            standard().and(
                "2026-01-05",
                "HIFO adopted",
                vec![json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-01",
                    "policy": {"lots": {"method": "hifo"}}, "transition": "prospective"})],
            ),
            DAY,
            vec![reversed(4)],
            "entry 4 cannot be reversed: a policy stands until another is adopted",
        ),
        case(
            "NOT_REVERSIBLE",
            "a reversal is reversed",
            bought_one().and("2026-01-06", "entry 4 reversed", vec![reversed(4)]),
            DAY,
            vec![reversed(5)],
            "entry 5 cannot be reversed: a reversal stands; what it reversed is recorded again",
        ),
        case(
            "REVERSED_TWICE",
            "an entry is reversed that was reversed before",
            bought_one().and("2026-01-06", "entry 4 reversed", vec![reversed(4)]),
            DAY,
            vec![reversed(4)],
            "entry 4 was reversed by entry 5",
        ),
        case(
            "REVERSED_TWICE",
            "an entry reverses another twice",
            bought_one(),
            DAY,
            vec![reversed(4), reversed(4)],
            "entry 4 was reversed by entry 5",
        ),
        case(
            "REVERSED_TOO_EARLY",
            "a reversal is dated before the entry",
            bought_one(),
            "2026-01-04",
            vec![reversed(4)],
            "entry 4 comes after its reversal in accounting order",
        ),
        case(
            "REVERSED_TOO_EARLY",
            "an accrual is reversed on its own day, and the day is not stated",
            drawn_once().and("2026-01-31", "interest accrued", vec![accrued("2026-01-31")]),
            "2026-01-31",
            vec![reversed(6)],
            "entry 6 comes after its reversal in accounting order",
        ),
        case(
            "OTHER_DAY_STATED",
            "a reversal states a day that is not its own",
            bought_one(),
            DAY,
            vec![with(reversed(4), json!({"on": "2026-02-09"}))],
            "`on` says 2026-02-09, and the entry takes effect on 2026-02-10",
        ),
        case(
            "DEPENDED_ON",
            "coins were sold of a lot whose purchase is reversed",
            bought_one().and("2026-01-06", "0.25 BTC sold", vec![sold("0.25", "15000.00", "0")]),
            DAY,
            vec![reversed(4)],
            "entry 4 cannot be reversed: lot 4.0 of book us-gaap was changed by entry 5 since",
        ),
        case(
            "DEPENDED_ON",
            "a purchase is reversed whose coins were designated otherwise",
            bought_one().and("2026-01-06", "1 BTC strategic", vec![designated("1", "strategic")]),
            DAY,
            vec![reversed(4)],
            "entry 4 cannot be reversed: lot 4.0 of book us-gaap was changed by entry 5 since",
        ),
        case(
            "DEPENDED_ON",
            "interest was accrued on a draw that is reversed",
            drawn_once().and("2026-01-31", "interest accrued", vec![accrued("2026-01-31")]),
            DAY,
            vec![reversed(5)],
            "entry 5 cannot be reversed: facility f was changed by entry 6 since",
        ),
        case(
            "DEPENDED_ON",
            "coins lie at a facility whose opening is reversed",
            bought_one()
                .and("2026-01-10", "a facility opened", vec![lent("revolver", "kept")])
                .and("2026-01-11", "0.5 BTC pledged", vec![pledged("0.5", "61000")]),
            DAY,
            vec![reversed(5)],
            "entry 5 cannot be reversed: what lies at facility f was changed by entry 6 since",
        ),
        case(
            "DEPENDED_ON",
            "a deposit was paid on a commitment that is reversed",
            standard().and("2026-01-10", "100,000 committed", vec![committed("100000.00")]).and(
                "2026-01-11",
                "10,000 deposited",
                vec![json!({"type": "deposit_paid", "commitment": "gpu", "amount": usd("10000.00"),
                    "from": wallet("bank")})],
            ),
            DAY,
            vec![reversed(4)],
            "entry 4 cannot be reversed: commitment gpu was changed by entry 5 since",
        ),
        case(
            "MONEY_SHORT",
            "the money of a sale that is reversed was spent",
            bought_one().and("2026-01-06", "1 BTC sold", vec![sold("1", "65000.00", "0")]).and(
                "2026-01-07",
                "all money spent",
                vec![json!({"type": "cash_paid", "wallet": "bank", "amount": usd("1005000.00"), "category": "other"})],
            ),
            DAY,
            vec![reversed(5)],
            "wallet bank holds 0 USD on 2026-02-10, 65,000 less than the 65,000 to be paid",
        ),
        case(
            "LATER_ENTRY_CANNOT_STAND",
            "a late sale takes of a lot whose purchase is reversed later",
            bought_one().and(DAY, "entry 4 reversed", vec![reversed(4)]),
            "2026-01-20",
            vec![sold("0.5", "30000.00", "0")],
            "entry 5, effective 2026-02-10, could then not stand: entry 4 cannot be reversed: \
             lot 4.0 of book us-gaap was changed by entry 6 since",
        ),
        case(
            "MIRRORED_TOO_EARLY",
            "a journal reverses itself on its own day",
            standard(),
            DAY,
            vec![accrual("2026-02-10")],
            "a journal of 2026-02-10 cannot reverse itself on 2026-02-10",
        ),
        case(
            "CONTROL_ACCOUNT",
            "a journal that reverses itself moves money",
            standard(),
            DAY,
            vec![json!({"type": "journal_recorded", "reverses_on": "2026-03-01", "lines": [
                {"account": "6010", "debit": "5.00"}, {"account": "1010", "credit": "5.00", "wallet": "bank"}]})],
            "account 1010 takes no money that goes back by itself",
        ),
        case(
            "NOT_REVERSIBLE",
            "a journal is reversed that reverses itself",
            standard().and(DAY, "accrued", vec![accrual("2026-03-01")]),
            "2026-02-11",
            vec![reversed(4)],
            "entry 4 cannot be reversed: its journal is mirrored by itself",
        ),
        case(
            "PERIOD_CLOSED",
            "something happens on a day that is closed",
            closed(),
            "2026-01-31",
            vec![json!({"type": "cash_paid", "wallet": "bank", "amount": usd("1.00"), "category": "other"})],
            "2026-01-31 is closed: entry 6 closed everything through 2026-01-31",
        ),
        case(
            "PERIOD_CLOSED",
            "a reversal is dated into a closed period",
            closed(),
            "2026-01-20",
            vec![reversed(4)],
            "2026-01-20 is closed: entry 6 closed everything through 2026-01-31",
        ),
        case(
            "PERIOD_CLOSED",
            "a policy is adopted from a day that is closed",
            closed(),
            DAY,
            vec![json!({"type": "policy_adopted", "book": "tax", "from": "2026-01-31",
                "policy": {"lots": {"method": "hifo"}}, "transition": "prospective"})],
            "2026-01-31 is closed: entry 6 closed everything through 2026-01-31",
        ),
        case(
            "PERIOD_CLOSED",
            "a policy is adopted for all time when something is closed",
            closed(),
            DAY,
            vec![json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-10",
                "policy": {"lots": {"method": "hifo"}}, "transition": "retrospective"})],
            "2025-01-01 is closed: entry 6 closed everything through 2026-01-31",
        ),
        case(
            "PERIOD_CLOSED",
            "one book is open again, and facts are of all books",
            closed().and(
                "2026-02-01",
                "tax opened again",
                vec![json!({"type": "period_reopened", "book": "tax", "from": "2026-01-01", "reason": "late"})],
            ),
            "2026-01-20",
            vec![bought("0.1", "6000.00", "0")],
            "2026-01-20 is closed: entry 6 closed everything through 2026-01-31",
        ),
        case(
            "CLOSED_ALREADY",
            "a period is closed twice",
            closed(),
            "2026-01-31",
            vec![closed().close("2026-01-31")],
            "book us-gaap is closed through 2026-01-31 by entry 6",
        ),
        case(
            "CLOSED_AHEAD",
            "a period is closed before it has ended",
            marked_one(),
            "2026-01-30",
            vec![marked_one().close("2026-01-31")],
            "on 2026-01-30 the period through 2026-01-31 has not ended",
        ),
        case(
            "NOT_CLOSED",
            "a period is opened again that was never closed",
            closed(),
            DAY,
            vec![json!({"type": "period_reopened", "from": "2026-02-01", "reason": "late"})],
            "book us-gaap is not closed on 2026-02-01",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "coins are not marked on the last day",
            marked_one(),
            "2026-02-28",
            vec![marked_one().close("2026-02-28")],
            "book us-gaap cannot be closed through 2026-02-28: BTC was marked last on 2026-01-31 (marks)",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "interest is not accrued, a margin call is open, and the marks alone are waived",
            called(),
            "2026-01-31",
            vec![with(
                called().close("2026-01-31"),
                json!({"waivers": [{"check": "marks", "reason": "no price on a holiday"}]}),
            )],
            "book us-gaap cannot be closed through 2026-01-31: no interest on f is accrued (accruals); \
             the margin call of f is open, due 2026-01-22T00:00:00Z (margin_calls)",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "an asset in service is not depreciated",
            in_service(),
            "2026-04-30",
            vec![in_service().close("2026-04-30")],
            "book us-gaap cannot be closed through 2026-04-30: no depreciation of rack is charged (depreciation)",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "what lies before the period is open",
            marked_one(),
            "2026-01-31",
            vec![with(marked_one().close("2026-01-31"), json!({"from": "2026-01-01"}))],
            "book us-gaap cannot be closed through 2026-01-31: book us-gaap is not closed at all, \
             and the period begins on 2026-01-01 (previous_period)",
        ),
        case(
            "NAMED_TWICE",
            "a check is waived twice",
            marked_one(),
            "2026-01-31",
            vec![with(
                marked_one().close("2026-01-31"),
                json!({"waivers": [{"check": "marks", "reason": "a"}, {"check": "marks", "reason": "b"}]}),
            )],
            "the check marks is named twice",
        ),
        case(
            "SEAL_DIFFERS",
            "a close has the seal of other figures",
            marked_one(),
            "2026-01-31",
            vec![bought_one().close("2026-01-31")],
            "the seal of book us-gaap through 2026-01-31 is \
             327a6c97ed3ad511cfae421f7ef46897309006283e31b799b624a4ad7f07df07, under rules 1",
        ),
        case(
            "SEAL_UNASKED",
            "a close of one book seals another too",
            marked_one(),
            "2026-01-31",
            vec![with(marked_one().close("2026-01-31"), json!({"book": "tax"}))],
            "the close is not of book us-gaap, whose seal it states",
        ),
        case(
            "CLOSE_STANDS_ALONE",
            "a close shares its entry with a payment",
            marked_one(),
            DAY,
            vec![
                marked_one().close("2026-01-31"),
                json!({"type": "cash_paid", "wallet": "bank", "amount": usd("1.00"), "category": "other"}),
            ],
            "a close shares its entry with nothing but other closes",
        ),
        case(
            "NOT_REVERSIBLE",
            "a close is reversed",
            closed(),
            DAY,
            vec![reversed(6)],
            "entry 6 cannot be reversed: a close stands until its period is opened again",
        ),
        case(
            "POLICY_NOT_ALLOWED",
            "rules are adopted that there are not",
            standard(),
            DAY,
            vec![json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-10",
                "policy": {"rules": 3}, "transition": "prospective"})],
            "book tax: there are rules 1 and 2",
        ),
    ]
}

/// Entry 5 marks the coin that entry 4 bought.
fn marked_one() -> Ledger {
    bought_one().and("2026-01-31", "marked at 65,000", vec![marked("65000.00")])
}

/// Entry 6 closes January.
fn closed() -> Ledger {
    marked_one().and_closed("2026-01-31")
}

fn called() -> Ledger {
    let call = json!({"type": "margin_called", "facility": "f", "at": "2026-01-20T00:00:00Z", "ltv": "0.81",
        "required": {"units": "0.5", "commodity": "BTC"}, "deadline": "2026-01-22T00:00:00Z"});
    drawn_once().and("2026-01-20", "a margin call", vec![call])
}

fn accrual(reverses_on: &str) -> serde_json::Value {
    json!({"type": "journal_recorded", "reverses_on": reverses_on, "lines": [
        {"account": "6010", "debit": "75.00"}, {"account": "2020", "credit": "75.00"}]})
}
