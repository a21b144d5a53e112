//! Amounts: signs, digits, sizes.

use serde_json::json;

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{standard, unfunded};

const DAY: &str = "2026-01-05";
/// A dollar amount, a number of coins, a price of sixteen digits before the point: one more than is taken.
const ABSURD: &str = "1000000000000000";
/// Coins and a price, each of a size that is taken. They are worth just what the ledger can hold to the cent.
const MANY: &str = "10000000000000.01";
const DEAR: &str = "70000000000000.01";

pub(crate) fn cases() -> Vec<Case> {
    let mined = |units: &str, price: &str| json!({"type": "coins_mined", "wallet": "hot", "units": units, "price": price});
    let received = |amount: &str| json!({"type": "cash_received", "wallet": "bank", "amount": usd(amount), "category": "equity"});
    let too_large = "an amount is too large: at most fifteen digits before the point, and no sum or product of more than 28 in all";
    vec![
        case(
            "NOT_POSITIVE",
            "no coins are bought",
            standard(),
            DAY,
            vec![bought("0", "60000.00", "0")],
            "the coins bought must be above zero, not 0",
        ),
        case(
            "NOT_POSITIVE",
            "coins are sold for nothing",
            standard(),
            DAY,
            vec![sold("1", "0.00", "0")],
            "the proceeds must be above zero, not 0",
        ),
        case(
            "NOT_POSITIVE",
            "a price is zero",
            standard(),
            DAY,
            vec![mined("1", "0")],
            "the price must be above zero, not 0",
        ),
        case(
            "NOT_POSITIVE",
            "a price is negative",
            standard(),
            DAY,
            vec![observed("BTC", "-1", "2026-01-05T00:00:00Z")],
            "the price must be above zero, not -1",
        ),
        case(
            "NOT_POSITIVE",
            "a line of a journal is empty",
            standard(),
            DAY,
            vec![json!({"type": "journal_recorded", "lines": [{"account": "6010", "debit": "0.00"}]})],
            "a journal line's amount must be above zero, not 0",
        ),
        case(
            "NOT_POSITIVE",
            "no shares are issued",
            standard(),
            DAY,
            vec![json!({"type": "shares_issued", "shares": "0", "price": "1.00", "to": wallet("bank")})],
            "the number of shares must be above zero, not 0",
        ),
        case(
            "NEGATIVE",
            "fewer than no coins are sold",
            standard(),
            DAY,
            vec![sold("-1", "60000.00", "0")],
            "the coins sold must not be negative: -1",
        ),
        case(
            "NEGATIVE",
            "a fee is negative",
            standard(),
            DAY,
            vec![bought("1", "60000.00", "-0.01")],
            "the fee must not be negative: -0.01",
        ),
        case(
            "TOO_FINE",
            "bitcoin with nine decimals",
            standard(),
            DAY,
            vec![mined("0.123456789", "60000")],
            "the coins mined 0.123456789 is finer than BTC is counted, 8 digits after the point",
        ),
        case(
            "TOO_FINE",
            "dollars with three decimals",
            standard(),
            DAY,
            vec![received("10.005")],
            "the money received 10.005 is finer than USD is counted, 2 digits after the point",
        ),
        case(
            "TOO_FINE",
            "a stablecoin with seven decimals",
            standard(),
            DAY,
            vec![converted("100.00", "100.0000001")],
            "what was got 100.0000001 is finer than USDT is counted, 6 digits after the point",
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "more dollars are received than there are",
            standard(),
            DAY,
            vec![received(ABSURD)],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "more coins are mined than there can be",
            standard(),
            DAY,
            vec![mined(ABSURD, "0.01")],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "a price has sixteen digits before the point",
            standard(),
            DAY,
            vec![observed("BTC", ABSURD, "2026-01-05T00:00:00Z")],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "a lot of the opening cost more dollars than there are",
            unfunded(),
            "2025-01-01",
            vec![json!({"type": "opening_recorded", "equity_not_analysed": ABSURD,
                "lots": [{"place": wallet("cold"), "commodity": "BTC", "units": "1", "cost": ABSURD,
                    "acquired": "2024-01-01"}]})],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "coins times their price have more than twenty-eight digits",
            standard(),
            DAY,
            vec![mined("100000000000000", "100000000000000")],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "shares times their price have more than twenty-eight digits",
            standard(),
            DAY,
            vec![json!({"type": "shares_issued", "shares": "100000000000000", "price": "100000000000000",
                "to": wallet("bank")})],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "a balance outgrows twenty-eight digits",
            standard().and(DAY, "nearly all that can be held", vec![mined(MANY, DEAR)]),
            DAY,
            vec![mined(MANY, DEAR)],
            too_large,
        ),
        case(
            "AMOUNT_TOO_LARGE",
            "the second event of an entry does not fit",
            standard(),
            DAY,
            vec![mined(MANY, DEAR), mined(MANY, DEAR)],
            too_large,
        ),
        case(
            "RATE_OUT_OF_RANGE",
            "a loan bears more than a hundred percent",
            standard(),
            DAY,
            vec![with(lent("term", "kept"), json!({"rate": {"fixed": "1.01"}}))],
            "the interest rate must be a fraction from 0 to 1, not 1.01",
        ),
        case(
            "RATE_OUT_OF_RANGE",
            "a loan bears less than nothing",
            standard(),
            DAY,
            vec![with(lent("term", "kept"), json!({"rate": {"fixed": "-0.01"}}))],
            "the interest rate must be a fraction from 0 to 1, not -0.01",
        ),
        case(
            "RATE_OUT_OF_RANGE",
            "a haircut takes more than all",
            standard(),
            DAY,
            vec![with(
                lent("term", "kept"),
                json!({"collateral": [{"commodity": "BTC", "haircut": "1.05"}]}),
            )],
            "a haircut must be a fraction from 0 to 1, not 1.05",
        ),
        case(
            "RATE_OUT_OF_RANGE",
            "a threshold is given in percent",
            standard(),
            DAY,
            vec![with(lent("term", "kept"), json!({"ltv": {"call": "75"}}))],
            "a loan-to-value threshold must be a fraction from 0 to 10, not 75",
        ),
    ]
}

/// What is refused as too large lies beyond what anyone has: the largest amounts below it are taken and held.
#[test]
fn amounts_of_fifteen_digits_are_taken() {
    let received = json!({"type": "cash_received", "wallet": "bank", "amount": usd("999999999999999.99"),
        "category": "equity"});
    let mut ledger = standard();
    ledger.must(DAY, vec![received.clone(), received]);
    let bank = ledger.history.fold().book("us-gaap".parse().unwrap()).unwrap();
    assert_eq!(bank.total("1010".parse().unwrap()).unwrap().to_string(), "2000000000999999.98");
    ledger.must(DAY, vec![observed("BTC", "999999999999999.99", "2026-01-05T00:00:00Z")]);
}
