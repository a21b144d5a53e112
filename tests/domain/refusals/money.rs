//! Money received, paid and converted; commitments, costs and shares.

use serde_json::{Value, json};

use super::{Case, case, euros, with_euros};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-02-27";

fn refused(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    on(standard(), code, what, event, message)
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn paid(more: Value) -> Value {
    with(json!({"type": "cash_paid", "wallet": "bank", "amount": usd("5.00")}), more)
}

fn issued(price: &str, more: Value) -> Value {
    with(json!({"type": "shares_issued", "shares": "100", "price": price, "to": wallet("bank")}), more)
}

fn repurchased(more: Value) -> Value {
    let repurchased =
        json!({"type": "shares_repurchased", "shares": "100", "price": "1.50", "from": wallet("bank")});
    with(repurchased, more)
}

fn translated(more: Value) -> Value {
    let translated =
        json!({"type": "translation_recorded", "book": "tax", "amount": usd("-5.00"), "account": "1590"});
    with(translated, more)
}

fn one_bitcoin() -> Ledger {
    standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")])
}

fn deposit(commitment: &str, amount: &str) -> Value {
    json!({"type": "deposit_paid", "commitment": commitment, "amount": usd(amount), "from": wallet("bank")})
}

fn cost(settles: &str, more: Value) -> Value {
    let cost = json!({"type": "operating_cost_recorded", "segment": "mining", "category": "power",
        "amount": usd("5.00"), "settles": settles});
    with(cost, more)
}

pub(crate) fn cases() -> Vec<Case> {
    let signed = || standard().and(DAY, "500 committed", vec![committed("500.00")]);
    vec![
        refused(
            "EXACTLY_ONE",
            "money is paid for no reason",
            paid(json!({})),
            "exactly one of `category` and `account` must be given",
        ),
        refused(
            "EXACTLY_ONE",
            "money is paid for two reasons",
            paid(json!({"category": "other", "account": "6010"})),
            "exactly one of `category` and `account` must be given",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "money is paid against a loan without saying so",
            paid(json!({"account": "2310"})),
            "account 2310 takes no money against it",
        ),
        refused(
            "UNKNOWN_ACCOUNT",
            "money is paid against an account that is not there",
            paid(json!({"account": "6999"})),
            "there is no account 6999",
        ),
        refused(
            "WALLET_HOLDS_OTHER",
            "dollars are paid out of a wallet of USDT",
            paid(json!({"wallet": "usdt", "category": "other"})),
            "wallet usdt holds USDT, not USD",
        ),
        refused(
            "WRONG_PLACE",
            "dollars are turned into dollars of the same account",
            json!({"type": "currency_converted", "given": usd("5.00"), "got": usd("5.00"), "from": wallet("bank"), "to": wallet("bank")}),
            "wallet bank cannot be both ends of a conversion",
        ),
        refused(
            "UNKNOWN_PARTY",
            "an order is placed with nobody known",
            with(committed("500.00"), json!({"vendor": "nobody"})),
            "party nobody has not been registered",
        ),
        refused(
            "UNKNOWN_COMMITMENT",
            "a deposit is paid on an order that was not placed",
            deposit("gpu", "5.00"),
            "there is no commitment gpu",
        ),
        on(
            signed(),
            "COMMITMENT_TWICE",
            "an order is placed again",
            committed("500.00"),
            "the commitment gpu exists already",
        ),
        on(
            signed(),
            "COMMITMENT_EXCEEDED",
            "a deposit is more than was ordered",
            deposit("gpu", "500.01"),
            "500 USD of commitment gpu are outstanding, not 500.01",
        ),
        case(
            "COMMITMENT_EXCEEDED",
            "a stablecoin below par pays for more of an order than is outstanding",
            standard()
                .and(DAY, "USDT at 0.98", vec![observed("USDT", "0.98", "2026-02-27T00:00:00Z")])
                .and(DAY, "5,000 USDT for 4,900", vec![converted("4900.00", "5000")])
                .and(
                    DAY,
                    "1,000 USDT committed",
                    vec![with(committed("0"), json!({"amount": usdt("1000")}))],
                ),
            DAY,
            vec![
                json!({"type": "deposit_paid", "commitment": "gpu", "amount": usdt("1020"), "from": wallet("usdt")}),
            ],
            "1,000 USDT of commitment gpu are outstanding, not 1,020",
        ),
        refused(
            "SCHEDULE_DOES_NOT_ADD_UP",
            "the parts of an order are not the whole",
            with(
                committed("500.00"),
                json!({"schedule": [
                    {"due": "2026-06-30", "amount": usd("200.00")},
                    {"due": "2026-12-31", "amount": usd("299.00")}
                ]}),
            ),
            "the schedule of gpu adds up to 499, not 500",
        ),
        refused(
            "FIELD_NEEDED",
            "a cost is paid from nowhere",
            cost("cash", json!({})),
            "`from` must be given for a cost paid at once",
        ),
        on(
            with_euros(),
            "NOT_YET_BUILT",
            "a cost in euros is not paid yet",
            with(cost("payable", json!({})), json!({"amount": euros("5.00")})),
            "a payable in EUR is not built yet",
        ),
        on(
            with_euros(),
            "NOT_YET_BUILT",
            "an order is in euros",
            with(committed("0"), json!({"amount": euros("5.00")})),
            "a commitment in EUR is not built yet",
        ),
        refused(
            "WRONG_PLACE",
            "a cost that is not paid yet has a payer",
            cost("payable", json!({"from": wallet("bank")})),
            "wallet bank cannot be the payer of what is not paid yet",
        ),
        refused(
            "PROCEEDS_DIFFER",
            "shares times price is far from the proceeds",
            issued("1.50", json!({"proceeds": usd("151.51")})),
            "shares times price is 150, more than one unit of price away from 151.51",
        ),
        refused(
            "PROCEEDS_DIFFER",
            "the proceeds of shares lack a thousand dollars",
            issued("150.00", json!({"proceeds": usd("14000.00")})),
            "shares times price is 15,000, more than one unit of price away from 14,000",
        ),
        refused(
            "PROCEEDS_EXCEEDED",
            "par and costs are more than the proceeds",
            issued("1.50", json!({"par": usd("100.00"), "costs": usd("50.01")})),
            "what is deducted exceeds the 150.00 received",
        ),
        refused(
            "NOT_POSITIVE",
            "no shares are bought back",
            with(repurchased(json!({})), json!({"shares": "0"})),
            "the number of shares must be above zero, not 0",
        ),
        refused(
            "PROCEEDS_DIFFER",
            "shares times price is far from what was paid for them",
            repurchased(json!({"paid": usd("152.00")})),
            "shares times price is 150, more than one unit of price away from 152",
        ),
        refused(
            "WRONG_CURRENCY",
            "the fee for buying back shares is in a stablecoin",
            repurchased(json!({"fee": usdt("5")})),
            "the fee is in USDT, not in USD",
        ),
        refused(
            "MONEY_SHORT",
            "shares are bought back with more money than there is",
            repurchased(json!({"shares": "1000000"})),
            "wallet bank holds 1,000,000 USD on 2026-02-27, 500,000 less than the 1,500,000 to be paid",
        ),
        refused(
            "UNKNOWN_BOOK",
            "a difference of translation is of a book that is not kept",
            translated(json!({"book": "ifrs"})),
            "the ledger has no book ifrs",
        ),
        refused(
            "NOT_POSITIVE",
            "a difference of translation is nothing",
            translated(json!({"amount": usd("0.00")})),
            "the size of the difference must be above zero, not 0",
        ),
        refused(
            "WRONG_CURRENCY",
            "a difference of translation is not in the ledger's currency",
            translated(json!({"amount": usdt("5")})),
            "the difference is in USDT, not in USD",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a difference of translation changes what coins are carried at",
            translated(json!({"account": "1210"})),
            "account 1210 takes no difference of translation against it",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a difference of translation of coins is on an account without coins",
            translated(json!({"commodity": "BTC"})),
            "account 1590 takes no difference of translation of coins",
        ),
        refused(
            "UNKNOWN_COMMODITY",
            "a difference of translation is of coins that were not declared",
            translated(json!({"commodity": "ALT", "account": "1210"})),
            "the commodity ALT has not been declared",
        ),
        case(
            "NOT_TRANSLATED",
            "coins at cost are translated",
            one_bitcoin(),
            DAY,
            vec![translated(json!({"commodity": "BTC", "account": "1210"}))],
            "book tax carries BTC on 1210 at 60,000.00, and translates only coins at fair value, down to nothing: not by -5.00",
        ),
        case(
            "NOT_TRANSLATED",
            "coins are translated to less than nothing",
            one_bitcoin(),
            DAY,
            vec![translated(
                json!({"book": "us-gaap", "commodity": "BTC", "account": "1210", "amount": usd("-60000.01")}),
            )],
            "book us-gaap carries BTC on 1210 at 60,000.00, and translates only coins at fair value, down to nothing: not by -60,000.01",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "a difference of translation is against itself",
            translated(json!({"account": "3200"})),
            "account 3200 takes no difference of translation against it",
        ),
    ]
}
