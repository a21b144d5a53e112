//! What stands with whom, and where the money is.

use serde_json::{Value, json};

use super::{of, shown};
use crate::mini_story::says;
use crate::posting_rules::contracts::delivered;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};

fn from_february(ledger: &Ledger, report: &str) -> String {
    shown(&ledger.history.log().to_vec(), report, "us-gaap", Some("2026-02-01"), Some("2026-03-15"))
}

// 1 % of two coins at 60,000 is 1,200; of two at 50,000, 1,000; of one, 500.
#[test]
fn the_allowance_rolls_forward_by_facility_and_ties_to_its_accounts() {
    let ledger = under(&[("us-gaap", json!({"allowance": "0.01"}))])
        .and("2026-01-05", "", vec![bought("3", "150000.00", "0")])
        .and("2026-01-06", "", vec![lent("term", "passed"), pledged("2", "60000")])
        .and("2026-02-28", "", vec![marked("50000")])
        .and("2026-03-01", "", vec![released("1", "50000")]);
    let expected = "\
        f | 1200.00 | 0.00 | -700.00 | 500.00\n\
        Allowance | 1200.00 | 0.00 | -700.00 | 500.00\n\
        1249 in the books | 500.00\n\
        6610 of the period | -700.00\n\
        Of it, not on claims for collateral | 0.00";
    assert_eq!(from_february(&ledger, "allowance"), expected);
}

/// 100,000 of a related lender from 12 January at 8 % over 360, of which 30,000 are repaid.
fn owed_to_the_parent() -> Ledger {
    let parent =
        json!({"type": "party_registered", "party": "parent", "name": "Parent Ltd", "related_party": true});
    standard()
        .and(
            "2026-01-11",
            "",
            vec![parent, with(lent("term", "kept"), json!({"lender": "parent"})), drawn("100000.00", "0")],
        )
        .and("2026-01-31", "", vec![accrued("2026-01-31")])
        .and("2026-02-28", "", vec![accrued("2026-02-28")])
        .and("2026-03-01", "", vec![repaid("30000.00")])
}

// Twenty days are 444.44, forty-eight 1,066.67.
#[test]
fn what_a_related_lender_is_owed_and_was_paid_stands_apart() {
    let expected = "\
        parent (Parent Ltd)\n\
        Loan principal | 2310 | -100000.00 | 30000.00 | 0.00 | -70000.00\n\
        Accrued interest | 2320 | -444.44 | 0.00 | 622.23 | -1066.67\n\
        Interest | 6710 | 622.23 | 0.00\n\
        Undrawn facilities | 9010 | 200000.00 | 0.00 | 0.00 | 200000.00\n\
        Undrawn facilities, contra | 9019 | -200000.00 | 0.00 | 0.00 | -200000.00";
    assert_eq!(from_february(&owed_to_the_parent(), "related-parties"), expected);
    let unrelated = standard().and("2026-01-11", "", vec![lent("term", "kept"), drawn("100000.00", "0")]);
    assert_eq!(from_february(&unrelated, "related-parties"), "");
}

#[test]
fn money_is_told_by_wallet_and_comes_to_its_accounts() {
    let ledger = owed_to_the_parent().and(
        "2026-03-02",
        "",
        vec![observed("USDT", "1", "2026-03-02T00:00:00Z"), converted("5000.00", "5000.00")],
    );
    let expected = "\
        bank | 1010 | 1100000.00 | 0.00 | -35000.00 | 1065000.00\n\
        Cash | 1010 | 1100000.00 | 0.00 | -35000.00 | 1065000.00\n\
        usdt | 1110 | 0.00 | 5000.00 | 0.00 | 5000.00\n\
        Stablecoins | 1110 | 0.00 | 5000.00 | 0.00 | 5000.00";
    assert_eq!(from_february(&ledger, "cash-reconciliation"), expected);
    let accounts = from_february(&ledger, "trial-balance");
    says(&accounts, &["Cash | 1010 | 1100000.00 | 0.00 | 35000.00 | 1065000.00"]);
}

fn cost(amount: &str) -> Value {
    json!({"type": "operating_cost_recorded", "segment": "corporate", "category": "general",
        "amount": usd(amount), "settles": "payable", "party": "vendor"})
}

fn money(kind: &str, amount: &str, category: &str, party: &str) -> Value {
    json!({"type": kind, "wallet": "bank", "amount": usd(amount), "category": category, "party": party})
}

// 12,000 paid settle the first 10,000 and 2,000 of the next, which is 33 days old on 15 March. 41,000 less 1,000 of
// credits are owed to us, 20,000 of it paid.
#[test]
fn what_is_paid_settles_the_oldest_first() {
    let ledger = standard()
        .and("2026-01-05", "", vec![cost("10000.00")])
        .and("2026-02-10", "", vec![cost("6000.00")])
        .and("2026-02-20", "", vec![money("cash_paid", "12000.00", "supplier", "vendor")])
        .and("2026-03-15", "", vec![cost("500.00")])
        .and(
            "2026-01-10",
            "",
            vec![
                json!({"type": "party_registered", "party": "customer"}),
                delivered("receivable", "41000.00", json!({"credits": usd("1000.00")})),
            ],
        )
        .and("2026-03-12", "", vec![money("cash_received", "20000.00", "customer", "customer")]);
    let expected = "\
        Receivables\n\
        customer | 20000.00 | 20000.00\n\
        On 1410 | 20000.00 | 20000.00\n\
        Payables\n\
        vendor | 500.00 | 4000.00 | 4500.00\n\
        On 2010 | 500.00 | 4000.00 | 4500.00";
    assert_eq!(of(&ledger, "ageing", "2026-03-15"), expected);
    says(&of(&ledger, "ageing", "2026-02-15"), &["vendor | 6000.00 | 10000.00 | 16000.00"]);
}
