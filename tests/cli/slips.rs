//! Slips that would leave the books wrong, or that a longer entry hides: refused with the event, the fact and
//! a way out that works.

use expect_test::expect;

use crate::bad_lines::{case, check};
use crate::sandbox::{Sandbox, entry};

fn observed(more: &str) -> String {
    format!(
        r#"{{"type":"price_observed","commodity":"BTC","currency":"USD","price":"66000","at":"2026-03-05T00:00:00Z","source":"index","market":"composite"{more}}}"#
    )
}

fn opening(book: &str) -> String {
    format!(
        r#"{{"type":"opening_recorded","book":"{book}","balances":[{{"account":"1010","debit":"100.00","wallet":"bank"}}],"equity_not_analysed":"100.00"}}"#
    )
}

fn received(amount: &str) -> String {
    format!(
        r#"{{"type":"cash_received","wallet":"bank","amount":{{"amount":"{amount}","currency":"USD"}},"category":"equity"}}"#
    )
}

fn accrued(through: &str) -> String {
    format!(r#"{{"type":"interest_accrued","facility":"f1","through":"{through}"}}"#)
}

fn account(code: &str) -> String {
    format!(r#"{{"type":"account_opened","code":"{code}","name":"More","class":"asset"}}"#)
}

const PAID: &str = r#"{"type":"interest_paid","facility":"f1","amount":{"amount":"244.44","currency":"USD"},"how":"cash","from":{"wallet":"bank"}}"#;

#[test]
fn slips_are_refused_with_a_way_out() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.append(&entry(11, "2026-03-05", &observed("")));
    sandbox.append(&entry(12, "2026-03-05", &observed(r#","supersedes":11"#)));
    let after = |events: &str| entry(1, "2026-03-05", events);
    let cases = vec![
        case(
            "a price twice",
            after(&format!("{},{}", observed(""), observed(""))),
            expect![[r#"
            refused: NAMED_TWICE
              the price of BTC is named twice
              in.jsonl:1, event 1 (price_observed)
              help: name it once; a second price goes into an entry of its own
        "#]],
        ),
        case(
            "a price replaced already",
            after(&observed(r#","supersedes":11"#)),
            expect![[r#"
            refused: OBSERVATION_REPLACED
              the observation of entry 11 was replaced by entry 12
              in.jsonl:1, event 0 (price_observed)
              help: name the entry that replaced it, or record the price anew without `supersedes`
        "#]],
        ),
        case(
            "a cost paid at once by nobody",
            after(
                r#"{"type":"operating_cost_recorded","segment":"corporate","category":"general","amount":{"amount":"1.00","currency":"USD"},"settles":"cash"}"#,
            ),
            expect![[r#"
                refused: FIELD_NEEDED
                  `from` must be given for a cost paid at once
                  in.jsonl:1, event 0 (operating_cost_recorded)
                  help: add it
            "#]],
        ),
        case(
            "bitcoin as money",
            after(r#"{"type":"wallet_opened","wallet":"w","kind":"hot","currency":"BTC"}"#),
            expect![[r#"
                refused: WRONG_KIND
                  BTC is a coin: name it under `commodity`
                  in.jsonl:1, event 0 (wallet_opened)
                  help: a wallet of coins names them under `commodity`, a wallet of dollars or their stablecoins under `currency`
            "#]],
        ),
        case(
            "dollars as a coin",
            after(r#"{"type":"wallet_opened","wallet":"w","kind":"hot","commodity":"USD"}"#),
            expect![[r#"
                refused: WRONG_KIND
                  USD is money: name it under `currency`
                  in.jsonl:1, event 0 (wallet_opened)
                  help: a wallet of coins names them under `commodity`, a wallet of dollars or their stablecoins under `currency`
            "#]],
        ),
        case(
            "interest of days to come",
            after(&accrued("2026-03-06")),
            expect![[r#"
            refused: ACCRUAL_AHEAD
              on 2026-03-05 interest through 2026-03-06 has not run yet
              in.jsonl:1, event 0 (interest_accrued)
              help: accrue no further than the entry's own day, or date the entry later
        "#]],
        ),
        case(
            "sixteen digits before the point",
            after(&received("1000000000000000")),
            expect![[r#"
                refused: AMOUNT_TOO_LARGE
                  an amount is too large: at most fifteen digits before the point, and no sum or product of more than 28 in all
                  in.jsonl:1, event 0 (cash_received)
                  help: check the amounts: 15 digits before the point are the most, and a product or sum must fit 28 digits
            "#]],
        ),
        case(
            "an account in the range of coins",
            after(&account("1212")),
            expect![[r#"
            refused: CONTROL_ACCOUNT
              account 1212 takes no further accounts in its range
              in.jsonl:1, event 0 (account_opened)
              help: choose a number outside 1110 to 1249, 1519 to 1530, 2310 to 2340 and 9000 to 9999
        "#]],
        ),
        case(
            "a journal of one book on the money of all",
            after(
                r#"{"type":"journal_recorded","book":"tax","lines":[{"account":"1010","debit":"5.00","wallet":"bank"},{"account":"4900","credit":"5.00"}]}"#,
            ),
            expect![[r#"
                refused: CONTROL_ACCOUNT
                  account 1010 takes no money of a wallet here
                  in.jsonl:1, event 0 (journal_recorded)
                  help: `wallet` goes with account 1010, in a journal of all books: leave it out, or leave `book` out
            "#]],
        ),
        case(
            "a memo too long",
            after(&received("1.00"))
                .replace("\"actor\"", &format!("\"memo\":\"{}\",\"actor\"", "m".repeat(1001))),
            expect![[r#"
                refused: BAD_TEXT
                  the memo must have 1 to 1000 characters
                  in.jsonl:1
                  help: shorten it, or say something
            "#]],
        ),
    ];
    check(&sandbox, cases, 10);
    sandbox.append(&after(&received("999999999999999.99")));
}

#[test]
fn an_accrual_recorded_alone_comes_after_the_payments_of_its_day() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let alone =
        format!("{}\n{}", entry(1, "2026-03-05", &accrued("2026-03-05")), entry(2, "2026-03-05", PAID));
    let refused = sandbox.run_with(&["append", "-", "--dry-run"], alone.as_bytes()).exits(3);
    expect![[r#"
        refused: INTEREST_NOT_ACCRUED
          facility f1 owes 0 USD of accrued interest, not 244.44
          stdin:2, event 0 (interest_paid)
          help: put `interest_accrued` through that day into the same entry, before what pays it: recorded alone, it comes after the payments of its day
    "#]].assert_eq(&refused.err);
    sandbox.append(&entry(1, "2026-03-05", &format!("{},{PAID}", accrued("2026-03-05"))));
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn books_open_together_before_anything_happens() {
    let sandbox = Sandbox::new();
    let args = ["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"];
    sandbox.run(&[&args[..], &["--books", "us-gaap,tax"]].concat()).exits(0);
    let bank = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#;
    sandbox.append(&entry(9, "2026-01-01", bank));
    sandbox.append(&entry(8, "2026-01-01", &opening("us-gaap")));
    let on = |events: &str| entry(1, "2026-01-01", events);
    let cases = vec![
        case(
            "a book opened twice",
            on(&opening("us-gaap")),
            expect![[r#"
            refused: OPENING_TWICE
              book us-gaap has its opening already
              in.jsonl:1, event 0 (opening_recorded)
              help: leave it out, or name under `book` a book that has no opening yet
        "#]],
        ),
        case(
            "a fact before the second book's opening",
            on(&received("5.00")),
            expect![[r#"
            refused: OPENING_MISSING
              book tax has no opening yet, and others have: it comes before anything happens
              in.jsonl:1, event 0 (cash_received)
              help: append `opening_recorded` for this book first, on the same coins, money and debts
        "#]],
        ),
        case(
            "a loan stated as a balance",
            on(&opening("tax")
                .replace(r#""balances":["#, r#""balances":[{"account":"2310","credit":"5.00"},"#)),
            expect![[r#"
                refused: CONTROL_ACCOUNT
                  account 2310 takes no opening balance of its own
                  in.jsonl:1, event 0 (opening_recorded)
                  help: leave it out: it follows from the opening's `lots`, `facilities` and wallets
            "#]],
        ),
        case(
            "a bank's money on the account of stablecoins",
            on(&opening("tax").replace("1010", "1110")),
            expect![[r#"
                refused: CONTROL_ACCOUNT
                  account 1110 takes no money of this wallet
                  in.jsonl:1, event 0 (opening_recorded)
                  help: an opening has dollars and banks on 1010, wallets of stablecoins on 1110
            "#]],
        ),
    ];
    check(&sandbox, cases, 4);
    sandbox.append(&on(&opening("tax")));
    sandbox.append(&entry(2, "2026-01-01", &received("5.00")));
}

#[test]
fn the_way_out_names_the_day_of_the_ledgers_own_zone() {
    let sandbox = Sandbox::new();
    let args = ["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"];
    sandbox.run(&[&args[..], &["--time-zone", "Asia/Hong_Kong"]].concat()).exits(0);
    let bank = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#;
    sandbox.append(&entry(9, "2026-01-01", bank));
    let paid = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"5.00","currency":"USD"},"category":"other"}"#;
    let late_in_the_evening = entry(1, "2026-01-04T17:00:00Z", paid);
    let refused = sandbox.run_with(&["append", "-"], late_in_the_evening.as_bytes()).exits(3);
    expect![[r#"
        refused: MONEY_SHORT
          wallet bank holds 0 USD on 2026-01-05, 5 less than the 5 to be paid
          stdin:1, event 0 (cash_paid)
          help: `treasury report trial-balance --as-of 2026-01-05` shows what is there; record first what came in
    "#]].assert_eq(&refused.err);
}
