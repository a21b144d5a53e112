//! Declarations and manual journals.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, empty, opened, standard, standard_books};

const DAY: &str = "2026-01-05";

fn refused(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    on(standard(), code, what, event, message)
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn journal(lines: Value) -> Value {
    json!({"type": "journal_recorded", "lines": lines})
}

fn adopted(book: &str, policy: Value) -> Value {
    json!({"type": "policy_adopted", "book": book, "from": "2026-02-01", "policy": policy, "transition": "prospective"})
}

fn first(more: Value) -> Value {
    with(opened(standard_books()), more)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = declarations();
    all.extend(journals());
    all
}

fn declarations() -> Vec<Case> {
    vec![
        on(
            empty(),
            "BAD_TEXT",
            "the entity has no name",
            first(json!({"entity": ""})),
            "the entity must have 1 to 200 characters",
        ),
        on(
            empty(),
            "BOOK_TWICE",
            "two books have one name",
            first(json!({"books": [{"book": "us-gaap"}, {"book": "us-gaap"}]})),
            "the book us-gaap is named twice",
        ),
        refused(
            "BAD_TEXT",
            "an account has no name",
            json!({"type": "account_opened", "code": "6015", "name": "", "class": "expense"}),
            "the account's name must have 1 to 80 characters",
        ),
        refused(
            "BAD_TEXT",
            "a price has no source",
            with(observed("BTC", "60000", "2026-01-05T00:00:00Z"), json!({"source": ""})),
            "the source must have 1 to 200 characters",
        ),
        refused(
            "UNKNOWN_BOOK",
            "a policy is adopted for a book that is not kept",
            adopted("ifrs", json!({})),
            "the ledger has no book ifrs",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a book at fair value goes over to cost",
            adopted("us-gaap", json!({"measurement": "cost"})),
            "book us-gaap: this change of measurement is retrospective (ASC 250-10-45-5, IAS 8.19)",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a pledge becomes a disposal",
            adopted("tax", json!({"pledge": "by_control"})),
            "book tax: what a pledge is changes for all time or not at all: adopt it retrospectively",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a book at cost goes over to fair value without its effect",
            adopted("tax", json!({"measurement": "fair_value"})),
            "book tax: fair value is adopted with its cumulative effect (ASU 2023-08) or retrospectively",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a cumulative effect of nothing",
            with(
                adopted("us-gaap", json!({"sale_fee": "expense"})),
                json!({"transition": "cumulative_effect"}),
            ),
            "book us-gaap: a cumulative effect needs a change of measurement",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a cumulative effect is dated on another day than the policy's first",
            with(
                adopted("tax", json!({"measurement": "fair_value"})),
                json!({"transition": "cumulative_effect"}),
            ),
            "book tax: a cumulative effect is posted on the first day of the policy: date the entry so",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a tax book chooses lots out of one pool",
            adopted("tax", json!({"lots": {"method": "fifo", "scope": "entity"}})),
            "book tax: from 2025 on US tax chooses lots by wallet (Rev. Proc. 2024-28)",
        ),
        on(
            standard().and("2026-01-04", "1 BTC bought", vec![bought("1", "60000.00", "0")]),
            "POLICY_NOT_ALLOWED",
            "the pool changes under coins that are held",
            adopted("us-gaap", json!({"lots": {"method": "fifo", "scope": "entity"}})),
            "book us-gaap: the pool of lots cannot change while the book holds coins: adopt it retrospectively",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a stablecoin is as good as cash and nobody says why",
            adopted("tax", json!({"stablecoin": [{"commodity": "USDT", "treatment": "cash_equivalent"}]})),
            "book tax: a stablecoin is a cash equivalent by a memo that says why (ASC 230-10-20)",
        ),
        refused(
            "POLICY_NOT_ALLOWED",
            "a stablecoin is to lie in lots from a day on",
            adopted("tax", json!({"stablecoin": [{"commodity": "USDT", "treatment": "crypto"}]})),
            "book tax: a stablecoin lies in lots for all time or not at all: adopt it retrospectively",
        ),
        on(
            standard(),
            "POLICY_NOT_ALLOWED",
            "a coin is treated as a stablecoin",
            adopted("tax", json!({"stablecoin": [{"commodity": "BTC", "treatment": "financial_asset"}]})),
            "book tax: `stablecoin` names stablecoins of the dollar",
        ),
        on(
            empty(),
            "POLICY_NOT_ALLOWED",
            "a revalued book has lots by average",
            first(json!({"books": [{"book": "ifrs", "framework": "ifrs",
                "policy": {"measurement": "revaluation", "lots": {"method": "average"}}}]})),
            "book ifrs: a surplus is kept lot by lot, and `average` has no lots",
        ),
        on(
            empty(),
            "POLICY_NOT_ALLOWED",
            "coins that are intangible assets are sold in operating activities",
            first(
                json!({"books": [{"book": "ifrs", "framework": "ifrs", "policy": {"operating_within_days": 3}}]}),
            ),
            "book ifrs: the sale of an intangible asset is investing, however soon it comes (IAS 7.16, IAS 38)",
        ),
        refused(
            "SCALE_TOO_LARGE",
            "a coin has nineteen decimals",
            json!({"type": "commodity_declared", "code": "XYZ", "scale": 19}),
            "XYZ cannot have 19 digits after the point, at most 18",
        ),
        refused(
            "COMMODITY_DIFFERS",
            "bitcoin is declared with six decimals",
            json!({"type": "commodity_declared", "code": "BTC", "scale": 6}),
            "BTC has 8 digits after the point, not 6",
        ),
        refused(
            "UNKNOWN_COMMODITY",
            "a wallet holds a coin that nobody declared",
            with(wallet_of_coins("eth", "hot", "operating"), json!({"commodity": "ETH"})),
            "the commodity ETH has not been declared",
        ),
        refused(
            "WALLET_TWICE",
            "a wallet is opened again",
            wallet_of_coins("cold", "cold", "operating"),
            "wallet cold is open already",
        ),
        refused(
            "EXACTLY_ONE",
            "a wallet holds neither coins nor money",
            json!({"type": "wallet_opened", "wallet": "vault", "kind": "cold"}),
            "exactly one of `commodity` and `currency` must be given",
        ),
        refused(
            "EXACTLY_ONE",
            "a wallet holds coins and money",
            with(wallet_of_coins("vault", "cold", "operating"), json!({"currency": "USD"})),
            "exactly one of `commodity` and `currency` must be given",
        ),
        refused(
            "WRONG_PLACE",
            "a bank account holds coins",
            wallet_of_coins("vault", "bank", "operating"),
            "wallet vault cannot be a bank account of coins",
        ),
        refused(
            "WRONG_KIND",
            "a wallet holds bitcoin as money",
            json!({"type": "wallet_opened", "wallet": "vault", "kind": "cold", "currency": "BTC"}),
            "BTC is a coin: name it under `commodity`",
        ),
        refused(
            "WRONG_KIND",
            "a wallet holds a stablecoin as a coin",
            with(wallet_of_coins("vault", "exchange", "operating"), json!({"commodity": "USDT"})),
            "USDT is money: name it under `currency`",
        ),
        refused(
            "UNKNOWN_PARTY",
            "a custodian is nobody known",
            with(wallet_of_coins("vault", "custodian", "operating"), json!({"custodian": "nobody"})),
            "party nobody has not been registered",
        ),
        refused(
            "PARTY_TWICE",
            "a party is registered again",
            json!({"type": "party_registered", "party": "lender"}),
            "party lender is registered already",
        ),
        refused(
            "ACCOUNT_TWICE",
            "an account of the chart is opened",
            json!({"type": "account_opened", "code": "6010", "name": "General", "class": "expense"}),
            "account 6010 exists already",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "an account is opened among those of coins",
            json!({"type": "account_opened", "code": "1212", "name": "More coins", "class": "asset"}),
            "account 1212 takes no further accounts in its range",
        ),
        refused(
            "NOT_YET_BUILT",
            "a memo account of one's own is opened",
            json!({"type": "account_opened", "code": "8000", "name": "Guarantees", "class": "memo"}),
            "a memo account of your own is not built yet",
        ),
        refused(
            "UNKNOWN_ACCOUNT",
            "an account is opened under one that is not there",
            json!({"type": "account_opened", "code": "6016", "name": "Audit", "class": "expense", "parent": "6015"}),
            "there is no account 6015",
        ),
    ]
}

fn journals() -> Vec<Case> {
    let debit = |account: &str, more: Value| with(json!({"account": account, "debit": "5.00"}), more);
    vec![
        refused(
            "EMPTY",
            "a journal has no lines",
            journal(json!([])),
            "the lines of a journal must not be empty",
        ),
        refused(
            "JOURNAL_UNBALANCED",
            "a journal does not balance",
            journal(json!([debit("6010", json!({})), {"account": "2020", "credit": "4.50"}])),
            "the journal does not balance: debits and credits differ by 0.50",
        ),
        refused(
            "JOURNAL_UNBALANCED",
            "a journal lacks a thousand dollars",
            journal(
                json!([{"account": "6010", "debit": "2500.00"}, {"account": "2020", "credit": "1000.00"}]),
            ),
            "the journal does not balance: debits and credits differ by 1,500.00",
        ),
        refused(
            "EXACTLY_ONE",
            "a line is debit and credit at once",
            journal(json!([debit("6010", json!({"credit": "5.00"}))])),
            "exactly one of `debit` and `credit` must be given",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a journal touches coins",
            journal(json!([debit("1210", json!({})), {"account": "4510", "credit": "5.00"}])),
            "account 1210 takes no manual journal",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a journal touches a loan",
            journal(json!([debit("2310", json!({})), {"account": "4900", "credit": "5.00"}])),
            "account 2310 takes no manual journal",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a journal of one book moves money that all books share",
            with(
                journal(
                    json!([debit("1010", json!({"wallet": "bank"})), {"account": "4900", "credit": "5.00"}]),
                ),
                json!({"book": "tax"}),
            ),
            "account 1010 takes no money of a wallet here",
        ),
        refused(
            "WALLET_NEEDED",
            "a journal moves money of no wallet",
            journal(json!([debit("1010", json!({})), {"account": "4900", "credit": "5.00"}])),
            "account 1010 needs the wallet that the money lies in",
        ),
        refused(
            "UNKNOWN_ACCOUNT",
            "a journal posts to an account that is not there",
            journal(json!([debit("6999", json!({})), {"account": "4900", "credit": "5.00"}])),
            "there is no account 6999",
        ),
        refused(
            "UNKNOWN_BOOK",
            "a journal posts in a book that is not kept",
            with(journal(json!([debit("6010", json!({}))])), json!({"book": "ifrs"})),
            "the ledger has no book ifrs",
        ),
        refused(
            "MONEY_SHORT",
            "a journal overdraws a wallet",
            journal(json!([
                {"account": "6010", "debit": "1000000.01"},
                {"account": "1010", "credit": "1000000.01", "wallet": "bank"}
            ])),
            "wallet bank holds 1,000,000 USD on 2026-01-05, 0.01 less than the 1,000,000.01 to be paid",
        ),
    ]
}
