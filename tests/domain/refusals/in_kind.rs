//! Coins in place of money: what they may not settle, and fields that would mean nothing.

use serde_json::{Value, json};

use super::{Case, case, euros, with_euros};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-02-27";

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn one() -> Ledger {
    standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")])
}

fn lent_to() -> Ledger {
    one().and(
        "2026-02-01",
        "1,000 drawn, 0.5 BTC pledged",
        vec![lent("revolver", "kept"), drawn("1000.00", "0"), pledged("0.5", "60000")],
    )
}

fn spent(settles: &str, more: Value) -> Value {
    let spent = json!({"type": "coins_spent", "commodity": "BTC", "units": "0.1", "value": usd("6000.00"),
        "from": wallet("cold"), "settles": settles});
    with(spent, more)
}

fn accepted(against: &str, more: Value) -> Value {
    let accepted = json!({"type": "coins_accepted", "counterparty": "vendor", "to": wallet("cold"),
        "commodity": "BTC", "units": "0.1", "against": against, "price": "60000"});
    with(accepted, more)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = spending();
    all.extend(others());
    all
}

fn spending() -> Vec<Case> {
    vec![
        on(
            one(),
            "COINS_SHORT",
            "more coins are spent than there are",
            spent("payroll", json!({"units": "1.5"})),
            "wallet cold holds 1 BTC on 2026-02-27, 0.5 less than the 1.5 asked for",
        ),
        on(
            one(),
            "EXACTLY_ONE",
            "coins are spent on nothing that has an account",
            spent("expense", json!({})),
            "exactly one of `category` and `account` must be given",
        ),
        on(
            one(),
            "CONTROL_ACCOUNT",
            "coins are spent on a loan without saying so",
            spent("expense", json!({"account": "2310"})),
            "account 2310 takes no money against it",
        ),
        on(
            one(),
            "FIELD_NOT_ALLOWED",
            "wages in coins have a category of cost",
            spent("payroll", json!({"category": "power"})),
            "`category` must not be given for wages in coins",
        ),
        on(
            one(),
            "FIELD_NOT_ALLOWED",
            "a cost paid in coins names a loan",
            spent("expense", json!({"category": "power", "facility": "f"})),
            "`facility` must not be given for a cost paid in coins",
        ),
        on(
            lent_to(),
            "FIELD_NOT_ALLOWED",
            "interest in coins names a payee beside its facility",
            spent("interest", json!({"facility": "f", "party": "lender"})),
            "`party` must not be given for interest paid in coins",
        ),
        on(
            one(),
            "FIELD_NEEDED",
            "a deposit in coins is on no commitment",
            spent("deposit", json!({})),
            "`commitment` must be given where coins settle a deposit",
        ),
        on(
            one().and("2026-02-01", "5,000 committed", vec![committed("5000.00")]),
            "COMMITMENT_EXCEEDED",
            "a deposit in coins is more than was ordered",
            spent("deposit", json!({"commitment": "gpu"})),
            "5,000 USD of commitment gpu are outstanding, not 6,000",
        ),
        on(
            lent_to(),
            "FIELD_NEEDED",
            "principal is repaid in coins to nobody",
            spent("principal", json!({})),
            "`facility` must be given where coins settle principal or interest",
        ),
        on(
            lent_to(),
            "PRINCIPAL_EXCEEDED",
            "more principal is repaid in coins than is owed",
            spent("principal", json!({"facility": "f"})),
            "facility f owes 1,000 USD of principal, not 6,000",
        ),
        on(
            lent_to(),
            "WRONG_CURRENCY",
            "what coins settle is not in the currency of the loan",
            spent("principal", json!({"facility": "f", "amount": usdt("1000")})),
            "the amount settled is in USDT, not in USD",
        ),
        on(
            lent_to(),
            "INTEREST_NOT_ACCRUED",
            "interest that is not accrued is paid in coins",
            spent("interest", json!({"facility": "f", "amount": usd("1.00")})),
            "facility f owes 0 USD of accrued interest, not 1",
        ),
        on(
            lent_to(),
            "WRONG_PLACE",
            "wages are paid out of collateral",
            spent("payroll", json!({"from": facility("f")})),
            "facility f cannot be where coins are spent from",
        ),
        on(
            with_euros().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")]),
            "NOT_YET_BUILT",
            "a payable in euros is settled in coins",
            spent("payable", json!({"amount": euros("5.00")})),
            "a payable in EUR is not built yet",
        ),
        on(
            one(),
            "FIELD_NEEDED",
            "borrowed coins are given back to nobody",
            spent("borrowed", json!({})),
            "`party` must be given where borrowed coins are returned",
        ),
        on(
            one().and(
                "2026-02-01",
                "0.05 BTC borrowed",
                vec![accepted("borrowed", json!({"units": "0.05"}))],
            ),
            "COINS_NOT_OWED",
            "more coins are given back than were borrowed",
            spent("borrowed", json!({"party": "vendor"})),
            "party vendor is owed 0.05 BTC on 2026-02-27, 0.05 less than the 0.1 given back",
        ),
    ]
}

fn others() -> Vec<Case> {
    let impounded = |more: Value| {
        let impounded = json!({"type": "coins_impounded", "counterparty": "vendor", "from": wallet("cold"),
            "commodity": "BTC", "units": "0.5", "value": usd("100.00")});
        with(impounded, more)
    };
    vec![
        on(
            standard(),
            "EXACTLY_ONE",
            "coins accepted have a value and a price",
            accepted("hosting", json!({"value": usd("6000.00")})),
            "exactly one of `value` and `price` must be given",
        ),
        on(
            standard(),
            "FIELD_NOT_ALLOWED",
            "revenue in coins has an amount beside its value",
            accepted("compute", json!({"amount": usd("6000.00")})),
            "`amount` must not be given for revenue in coins",
        ),
        on(
            standard(),
            "UNKNOWN_PARTY",
            "coins are accepted from nobody known",
            accepted("hosting", json!({"counterparty": "nobody"})),
            "party nobody has not been registered",
        ),
        on(
            lent_to(),
            "WRONG_PLACE",
            "an owner contributes coins to a lender",
            json!({"type": "coins_contributed", "counterparty": "vendor", "to": facility("f"), "commodity": "BTC",
                "units": "1", "price": "60000"}),
            "facility f cannot be where contributed coins arrive",
        ),
        on(
            one(),
            "NOT_POSITIVE",
            "no coins are distributed",
            json!({"type": "coins_distributed", "counterparty": "vendor", "from": wallet("cold"), "commodity": "BTC",
                "units": "0", "price": "60000"}),
            "the coins distributed must be above zero, not 0",
        ),
        on(
            one(),
            "NEGATIVE",
            "less than nothing is expected of impounded coins",
            impounded(json!({"value": usd("-0.01"), "price": "60000"})),
            "what is expected back must not be negative: -0.01",
        ),
        on(
            one(),
            "PRICE_MISSING",
            "coins are impounded and nobody knows their price",
            impounded(json!({})),
            "no price of BTC in USD has been observed by 2026-02-27",
        ),
        on(
            one(),
            "BAD_TEXT",
            "coins are lost and nobody says how",
            json!({"type": "coins_lost", "from": wallet("cold"), "commodity": "BTC", "units": "0.5", "reason": ""}),
            "the reason must have 1 to 500 characters",
        ),
    ]
}
