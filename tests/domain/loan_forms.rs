//! A loan's whole life in every form: control kept or passed, term or revolver, repaid in dollars, in a stablecoin, in coins
//! or by the lender's sale. It ends at zero everywhere, and what the coins brought over their life is the same in every book.

use ledger_core::account::Account;
use ledger_core::ids::BookId;
use ledger_core::money::{Money, Price};
use ledger_core::replay::replay;
use ledger_core::resolve::Question;
use ledger_core::rounding::Rounding;
use serde_json::{Value, json};

use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, under};

/// How the last principal is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Dollars,
    Stablecoin,
    OwnCoins,
    Collateral,
    LendersSale,
}

const WAYS: [Way; 5] = [Way::Dollars, Way::Stablecoin, Way::OwnCoins, Way::Collateral, Way::LendersSale];

/// Every model, and pledges as disposals and not, with lots in several orders.
fn books() -> Ledger {
    under(&[
        ("fair-value", json!({"allowance": "0.01"})),
        ("last-mark", json!({"disposal_carrying": "last_mark", "lots": {"method": "hifo"}})),
        ("never-a-disposal", json!({"pledge": "never_a_disposal", "lots": {"method": "lifo"}})),
        ("tax", json!({"measurement": "cost"})),
        ("impaired", json!({"measurement": "cost_less_impairment"})),
        ("impaired-ifrs", json!({"measurement": "cost_less_impairment", "impairment_reversal": "to_cost"})),
        ("revalued", json!({"measurement": "revaluation"})),
        ("one-pool", json!({"lots": {"method": "average", "scope": "entity"}})),
    ])
}

/// 6 BTC bought in two lots and half of one mined, 4 pledged, 200,000 drawn with a fee of 2,000, marks between.
fn borrowed(kind: &str, control: &str) -> Ledger {
    let terms = json!({"maturity": "2027-02-01", "unused_fee": "0.005", "upfront_fee": usd("1000.00"),
        "fee_from": wallet("bank")});
    books()
        .and("2026-01-05", "", vec![bought("3", "150000.00", "120.00")])
        .and("2026-01-06", "", vec![bought("3", "210000.00", "0")])
        .and(
            "2026-01-07",
            "",
            vec![json!({"type": "coins_mined", "wallet": "cold", "units": "0.5", "value": usd("33000.00")})],
        )
        .and("2026-01-31", "", vec![marked("64000")])
        .and(
            "2026-02-01",
            "",
            vec![with(lent(kind, control), terms), pledged("4", "64500"), drawn("200000.00", "2000.00")],
        )
        .and("2026-02-28", "", vec![accrued("2026-02-28"), amortised("2026-02-28"), marked("58000")])
        .and("2026-03-15", "", vec![repaid("50000.00"), pledged("0.5", "59000")])
        .and("2026-03-31", "", vec![accrued("2026-03-31"), amortised("2026-03-31"), marked("71000")])
}

fn amortised(through: &str) -> Value {
    json!({"type": "issue_cost_amortised", "facility": "f", "through": through})
}

/// What is owed is paid in one way; what of the collateral is left comes back; the facility ends.
fn ended(ledger: Ledger, way: Way) -> Ledger {
    let coins = |units: &str| json!({"commodity": "BTC", "units": units, "price": "70000"});
    let (last, left) = match way {
        Way::Dollars => (vec![repaid("150000.00")], "4.5"),
        Way::Stablecoin => (
            vec![
                observed("USDT", "0.9985", "2026-04-10T00:00:00Z"),
                converted("149775.00", "150000"),
                with(repaid("150000.00"), json!({"from": wallet("usdt")})),
            ],
            "4.5",
        ),
        Way::OwnCoins => {
            let in_coins = json!({"from": wallet("cold"), "coins": coins("1.7")});
            (vec![with(repaid("119000.00"), in_coins), repaid("31000.00")], "4.5")
        }
        Way::Collateral => {
            let in_coins = json!({"from": facility("f"), "coins": coins("2.25")});
            (vec![with(repaid("150000.00"), in_coins)], "2.25")
        }
        Way::LendersSale => (
            vec![
                json!({"type": "collateral_liquidated", "facility": "f", "commodity": "BTC", "units": "2.2",
                "proceeds": usd("154000.00"), "fee": usd("770.00"), "applied_principal": usd("150000.00"),
                "surplus": usd("3230.00"), "surplus_to": wallet("bank")}),
            ],
            "2.3",
        ),
    };
    let ledger = ledger.and("2026-04-11", "", last);
    let facility = ledger.history.fold().world().facility("f".parse().unwrap()).unwrap();
    let due = facility.interest_due("2026-04-12".parse().unwrap(), 2).unwrap();
    let owed = facility.accrued.plus(due).unwrap();
    let paid = json!({"type": "interest_paid", "facility": "f", "amount": usd(&owed.to_string()), "how": "cash",
        "from": wallet("bank")});
    let retired = json!({"type": "facility_retired", "facility": "f"});
    ledger.and("2026-04-12", "", vec![accrued("2026-04-12"), paid, released(left, "69000"), retired])
}

/// What is left of the coins is sold at 72,000.
fn sold_out(ledger: Ledger) -> Ledger {
    let world = ledger.history.fold().world();
    let left = world.coins(ledger_core::ids::Place::Wallet("cold".parse().unwrap()), "BTC".parse().unwrap());
    let price: Price = "72000".parse().unwrap();
    let proceeds = price.value_of(left, 2, Rounding::HalfEven).unwrap();
    ledger.and("2026-05-01", "", vec![sold(&left.to_string(), &proceeds.to_string(), "0")])
}

/// What coins brought: everything a book says of them, in profit or loss, other comprehensive income and equity.
fn brought(ledger: &Ledger, book: BookId) -> Money {
    let accounts = ["4010", "4510", "4520", "6120", "6510", "6530", "3200", "3100"];
    let total = |number: &&str| {
        let account: Account = number.parse().unwrap();
        ledger.history.fold().book(book).unwrap().total(account).unwrap()
    };
    Money::sum(accounts.iter().map(total)).unwrap().negated()
}

fn check(kind: &str, control: &str, way: Way) {
    let form = format!("{kind}, control {control}, {way:?}");
    let ledger = ended(borrowed(kind, control), way);
    ledger.assert_lots_agree_with_accounts();
    for book in ledger.history.fold().books() {
        for number in ["1220", "1240", "1249", "1430", "2310", "2319", "2320", "9010", "9019"] {
            let total = book.total(number.parse().unwrap()).unwrap();
            assert_eq!(total, Money::ZERO, "{form}: {number} in {}", book.name());
        }
    }
    let ledger = sold_out(ledger);
    // Consideration received less consideration paid, fees of the lender's sale and of the purchase included.
    let received = match way {
        Way::Dollars | Way::Stablecoin => "468000",
        Way::OwnCoins => "464600",
        Way::Collateral => "463500",
        Way::LendersSale => "462830",
    };
    let paid: Money = "360120".parse().unwrap();
    let expected = received.parse::<Money>().unwrap().minus(paid).unwrap();
    for book in ledger.history.fold().books() {
        let brought = brought(&ledger, book.name());
        assert_eq!(brought, expected, "{form}: {}", book.name());
        assert_eq!(book.total("3200".parse().unwrap()).unwrap(), Money::ZERO, "{form}: {}", book.name());
    }
    // The same, replayed from the log.
    let again = replay(ledger.history.log(), &Question::default(), |_| ()).unwrap();
    let totals = |fold: &ledger_core::fold::Fold| {
        fold.books().iter().map(|book| book.totals().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(totals(&again), totals(ledger.history.fold()), "{form}");
}

#[test]
fn every_form_of_a_loan_ends_at_zero_and_brings_the_same_in_every_book() {
    let mut forms = 0;
    for kind in ["term", "revolver"] {
        for control in ["kept", "passed"] {
            for way in WAYS {
                check(kind, control, way);
                forms += 1;
            }
        }
    }
    assert_eq!(forms, 20);
}
