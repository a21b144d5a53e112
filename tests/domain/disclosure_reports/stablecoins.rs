//! A coin sold for a stablecoin that repays a loan: told as a crypto asset and as a financial asset.

use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Question, Recorded};
use serde_json::{Value, json};

use super::shown;
use crate::mini_story::says;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, under};

fn in_lots() -> Value {
    json!({"stablecoin": [{"commodity": "USDT", "treatment": "crypto"}]})
}

/// 1 BTC for 60,000 is sold for 64,000 USDT at 1.001, worth 64,064. At 0.997 60,000 of them, worth 59,820, repay as much of
/// a loan. The 4,000 that are left are marked at 0.998, at 3,992.
fn told(books: &[(&str, Value)]) -> Ledger {
    let sold = json!({"type": "coins_sold", "commodity": "BTC", "units": "1", "proceeds": usdt("64000"),
        "from": wallet("cold"), "to": wallet("usdt")});
    let repaid = with(repaid("60000.00"), json!({"from": wallet("usdt")}));
    under(books)
        .and("2026-01-03", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-04", "", vec![lent("revolver", "kept"), drawn("100000.00", "0")])
        .and("2026-01-31", "", vec![observed("USDT", "1.001", "2026-01-31T00:00:00Z")])
        .and("2026-01-31", "", vec![sold])
        .and("2026-02-01", "", vec![observed("USDT", "0.997", "2026-02-01T00:00:00Z")])
        .and("2026-02-01", "", vec![repaid])
        .and(
            "2026-02-28",
            "",
            vec![json!({"type": "fair_value_marked", "commodity": "USDT", "price": "0.998"})],
        )
}

fn report(ledger: &Ledger, name: &str, book: &str) -> String {
    let log: Vec<Recorded> = ledger.history.log().to_vec();
    shown(&log, name, book, None, Some("2026-02-28"))
}

// 64,064 come, 59,820 go, 240 and 12 are lost on what they were carried at; of the 252 the 240 are realised.
#[test]
fn a_stablecoin_in_lots_has_its_tables_and_is_all_there() {
    let ledger = told(&[("crypto", in_lots())]);
    let expected = "\
        BTC owned\n\
        Bought | 1.00000000 | 60000.00\n\
        Sold | -1.00000000 | -64064.00\n\
        Gain on remeasurement | 4064.00\n\
        Closing | 0.00000000 | 0.00\n\
        USDT owned\n\
        Accepted in payment | 64000.000000 | 64064.00\n\
        Given in settlement of debt | -60000.000000 | -59820.00\n\
        Loss on remeasurement | -252.00\n\
        Closing | 4000.000000 | 3992.00";
    assert_eq!(report(&ledger, "roll-forward", "crypto"), expected);
    says(
        &report(&ledger, "holdings", "crypto"),
        &["wallet usdt | 1110 | 4000.000000 | 4004.00 | 3992.00 | 3992.00"],
    );
    says(&report(&ledger, "lots", "crypto"), &["7.0 | 2026-01-31 | 4000.000000 | 4004.00 | 3992.00"]);
    says(
        &report(&ledger, "realised-gains", "crypto"),
        &[
            "4.0 | 2026-01-03 | 2026-01-31 | 7.0 | 1.00000000 | 64064.00 | 60000.00 | 4064.00 | short",
            "7.0 | 2026-01-31 | 2026-02-01 | 9.0 | 60000.000000 | 59820.00 | 60060.00 | -240.00 | short",
        ],
    );
}

// In lots: 4,064 - 240 - 12 gained on coins and 180 in settlement. Else 4,064 on coins, and 60 and 12 lost on the stablecoin.
#[test]
fn income_is_the_same_whatever_a_stablecoin_is() {
    let ledger = told(&[("crypto", in_lots()), ("financial-asset", json!({}))]);
    says(
        &report(&ledger, "income-statement", "crypto"),
        &[
            "Gains and losses on bitcoin | 4510 | 3812.00",
            "Stablecoin, exchange and settlement differences | 4550 | 180.00",
        ],
    );
    says(
        &report(&ledger, "income-statement", "financial-asset"),
        &[
            "Gains and losses on bitcoin | 4510 | 4064.00",
            "Stablecoin, exchange and settlement differences | 4550 | -72.00",
        ],
    );
    let roll_forward = report(&ledger, "roll-forward", "financial-asset");
    assert!(!roll_forward.contains("USDT"), "{roll_forward}");
    let (lots, money) =
        (report(&ledger, "holdings", "crypto"), report(&ledger, "holdings", "financial-asset"));
    let by_wallet = "wallet usdt (USDT)";
    assert!(
        !lots.contains(by_wallet) && money.contains(by_wallet) && !money.contains("1110"),
        "{lots}\n{money}"
    );
}

// A retrospective adoption holds for all time: each receipt is a lot, as if it had always been.
#[test]
fn a_stablecoin_comes_to_lie_in_lots_for_all_time() {
    let always = told(&[("crypto", in_lots())]);
    let later = told(&[("crypto", json!({}))]).and(
        "2026-02-28",
        "",
        vec![json!({"type": "policy_adopted", "book": "crypto", "from": "2026-02-28",
            "transition": "retrospective", "policy": in_lots()})],
    );
    later.assert_lots_agree_with_accounts();
    for name in ["roll-forward", "holdings", "lots", "realised-gains", "trial-balance"] {
        assert_eq!(report(&later, name, "crypto"), report(&always, name, "crypto"), "{name}");
    }
}

// 4,000 left at 0.998; 60,000 that cost 60,060 were given for 59,820.
#[test]
fn a_stablecoin_among_the_crypto_assets_is_in_the_notes_on_them() {
    let log: Vec<Recorded> = told(&[("crypto", in_lots())]).history.log().to_vec();
    says(
        &shown(&log, "disclosures", "crypto", None, Some("2026-12-31")),
        &[
            "Holding | 50-1 | USDT | 4000.000000 | 4004.00 | 3992.00",
            "Coins in scope | 50-1 | 4004.00 | 3992.00",
            "Given in settlement of debt | 50-4 | USDT | -60000.000000 | -59820.00",
            "Gains | 50-3 | 4064.00",
            "Losses | 50-3 | -252.00",
            "Closing | 50-3 | 3992.00",
            "Realised losses | 50-4 | 60060.00 | -240.00",
        ],
    );
    let question = Question { as_of: Some("2026-12-31".parse().unwrap()), ..Question::default() };
    let book = "crypto".parse().unwrap();
    let request = Request { log: &log, question, book, from: None, argument: None };
    let report = REPORTS.iter().find(|report| report.name == "disclosures").unwrap();
    let notes = (report.make)(&request).unwrap().notes;
    let outside = |note: &String| note.contains("outside these tables");
    assert!(!notes.iter().any(outside), "{notes:?}");
}
