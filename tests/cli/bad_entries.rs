//! Entries that are well formed and may not be recorded: refused with the event, the fact and the way out, and
//! not one byte of the store changed.

use expect_test::expect;

use crate::bad_lines::{case, check};
use crate::sandbox::{Sandbox, entry};

/// An entry after the mini story's last.
fn after(events: &str) -> String {
    entry(1, "2026-03-05", events)
}

fn bought(units: &str, paid: &str) -> String {
    format!(
        r#"{{"type":"coins_bought","commodity":"BTC","units":"{units}","paid":{{"amount":"{paid}","currency":"USD"}},"from":{{"wallet":"bank"}},"to":{{"wallet":"cold"}}}}"#
    )
}

fn sold(units: &str, from: &str) -> String {
    format!(
        r#"{{"type":"coins_sold","commodity":"BTC","units":"{units}","proceeds":{{"amount":"1000.00","currency":"USD"}},"to":{{"wallet":"bank"}},"from":{{"wallet":"{from}"}}}}"#
    )
}

fn journal(account: &str, debit: &str, credit: &str) -> String {
    format!(
        r#"{{"type":"journal_recorded","lines":[{{"account":"{account}","debit":"{debit}"}},{{"account":"6010","credit":"{credit}"}}]}}"#
    )
}

#[test]
fn an_entry_that_cannot_stand_is_refused_with_its_event() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let cases = vec![
        case(
            "a ninth decimal of a coin",
            after(&bought("0.000000001", "10.00")),
            expect![[r#"
            refused: TOO_FINE
              the coins bought 0.000000001 is finer than BTC is counted, 8 digits after the point
              in.jsonl:1, event 0 (coins_bought)
              help: give no more digits than the commodity counts
        "#]],
        ),
        case(
            "a third decimal of a dollar",
            after(&bought("0.1", "10.001")),
            expect![[r#"
            refused: TOO_FINE
              the price paid 10.001 is finer than USD is counted, 2 digits after the point
              in.jsonl:1, event 0 (coins_bought)
              help: give no more digits than the commodity counts
        "#]],
        ),
        case(
            "nothing bought",
            after(&bought("0", "10.00")),
            expect![[r#"
            refused: NOT_POSITIVE
              the coins bought must be above zero, not 0
              in.jsonl:1, event 0 (coins_bought)
              help: give an amount above zero; the event says which way it goes
        "#]],
        ),
        case(
            "negative units",
            after(&bought("-1", "10.00")),
            expect![[r#"
            refused: NEGATIVE
              the coins bought must not be negative: -1
              in.jsonl:1, event 0 (coins_bought)
              help: give an amount of zero or more; the event says which way it goes
        "#]],
        ),
        case(
            "overflow",
            after(
                r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"792281625142643375935439503.35","currency":"USD"},"category":"equity"}"#,
            ),
            expect![[r#"
                refused: AMOUNT_TOO_LARGE
                  an amount is too large: at most fifteen digits before the point, and no sum or product of more than 28 in all
                  in.jsonl:1, event 0 (cash_received)
                  help: check the amounts: 15 digits before the point are the most, and a product or sum must fit 28 digits
            "#]],
        ),
        case(
            "more money than there is",
            after(&bought("1", "900000.00")),
            expect![[r#"
                refused: MONEY_SHORT
                  wallet bank holds 659,194 USD on 2026-03-05, 240,806 less than the 900,000 to be paid
                  in.jsonl:1, event 0 (coins_bought)
                  help: `treasury report trial-balance --as-of 2026-03-05` shows what is there; record first what came in
            "#]],
        ),
        case(
            "more coins than there are",
            after(&sold("1427.4", "cold")),
            expect![[r#"
                refused: COINS_SHORT
                  wallet cold holds 1 BTC on 2026-03-05, 1,426.4 less than the 1,427.4 asked for
                  in.jsonl:1, event 0 (coins_sold)
                  help: `treasury report holdings --as-of 2026-03-05` lists what is where
            "#]],
        ),
        case(
            "the second of two events",
            after(&format!("{},{}", bought("0.1", "10.00"), sold("9", "cold"))),
            expect![[r#"
                refused: COINS_SHORT
                  wallet cold holds 1.1 BTC on 2026-03-05, 7.9 less than the 9 asked for
                  in.jsonl:1, event 1 (coins_sold)
                  help: `treasury report holdings --as-of 2026-03-05` lists what is where
            "#]],
        ),
        case(
            "a wallet nobody opened",
            after(&sold("1", "vault")),
            expect![[r#"
            refused: UNKNOWN_WALLET
              wallet vault has not been opened
              in.jsonl:1, event 0 (coins_sold)
              help: open it before with `wallet_opened`, or correct its name
        "#]],
        ),
        case(
            "coins into a bank",
            after(&bought("1", "10.00").replace("\"cold\"", "\"bank\"")),
            expect![[r#"
                refused: WRONG_PLACE
                  wallet bank cannot be a place of coins
                  in.jsonl:1, event 0 (coins_bought)
                  help: name a place of the right kind: {"wallet":"…"} or {"facility":"…"}
            "#]],
        ),
        case(
            "a wallet opened twice",
            after(r#"{"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"}"#),
            expect![[r#"
                refused: WALLET_TWICE
                  wallet cold is open already
                  in.jsonl:1, event 0 (wallet_opened)
                  help: leave `wallet_opened` out: the wallet can be used
            "#]],
        ),
        case(
            "a coin nobody declared",
            after(r#"{"type":"wallet_opened","wallet":"eth","kind":"cold","commodity":"ETH"}"#),
            expect![[r#"
                refused: UNKNOWN_COMMODITY
                  the commodity ETH has not been declared
                  in.jsonl:1, event 0 (wallet_opened)
                  help: declare it before with `commodity_declared` and its digits after the point
            "#]],
        ),
        case(
            "a party registered twice",
            after(r#"{"type":"party_registered","party":"lender","name":"Lender","related_party":false}"#),
            expect![[r#"
                refused: PARTY_TWICE
                  party lender is registered already
                  in.jsonl:1, event 0 (party_registered)
                  help: leave `party_registered` out: the party can be named
            "#]],
        ),
        case(
            "no events",
            after(""),
            expect![[r#"
            refused: NO_EVENTS
              the entry has no events
              in.jsonl:1
              help: give at least one event
        "#]],
        ),
        case(
            "opened twice",
            after(
                r#"{"type":"ledger_opened","entity":"Other","functional_currency":"USD","time_zone":"UTC","fiscal_year_end":"12-31"}"#,
            ),
            expect![[r#"
                refused: LEDGER_ALREADY_OPENED
                  the ledger was opened by its first entry
                  in.jsonl:1, event 0 (ledger_opened)
                  help: leave `ledger_opened` out; another entity needs another store: `--store DIR`
            "#]],
        ),
        case(
            "before the opening",
            entry(1, "2025-12-31", &bought("0.1", "10.00")),
            expect![[r#"
            refused: BEFORE_OPENING
              2025-12-31 lies before the ledger's opening on 2026-01-01
              in.jsonl:1
              help: what lies before the opening belongs into `opening_recorded`
        "#]],
        ),
        case(
            "occurred after it took effect",
            after(&bought("0.1", "10.00")).replace("\"actor\"", "\"occurred\":\"2026-03-06\",\"actor\""),
            expect![[r#"
                refused: OCCURRED_LATER
                  it occurred on 2026-03-06, after 2026-03-05, when it takes effect
                  in.jsonl:1
                  help: nothing takes effect before it happened: correct `effective`, `occurred`, or the day a lot was acquired
            "#]],
        ),
        case(
            "a journal on a control account",
            after(&journal("1210", "5.00", "5.00")),
            expect![[r#"
                refused: CONTROL_ACCOUNT
                  account 1210 takes no manual journal
                  in.jsonl:1, event 0 (journal_recorded)
                  help: record the event itself, such as `coins_sold` or `loan_repaid`: it posts to this account
            "#]],
        ),
        case(
            "a journal that does not balance",
            after(&journal("1410", "5.00", "4.00")),
            expect![[r#"
                refused: JOURNAL_UNBALANCED
                  the journal does not balance: debits and credits differ by 1.00
                  in.jsonl:1, event 0 (journal_recorded)
                  help: correct a line: debits must equal credits to the cent
            "#]],
        ),
        case(
            "an account there is not",
            after(&journal("1999", "5.00", "5.00")),
            expect![[r#"
                refused: UNKNOWN_ACCOUNT
                  there is no account 1999
                  in.jsonl:1, event 0 (journal_recorded)
                  help: open it before with `account_opened`; `treasury report trial-balance` lists those in use
            "#]],
        ),
        case(
            "a mark without a price",
            after(r#"{"type":"fair_value_marked","commodity":"BTC"}"#),
            expect![[r#"
                refused: PRICE_MISSING
                  no price of BTC in USD has been observed by 2026-03-05
                  in.jsonl:1, event 0 (fair_value_marked)
                  help: record one before with `price_observed`, at a time not after 2026-03-05
            "#]],
        ),
        case(
            "an opening too late",
            after(
                r#"{"type":"opening_recorded","balances":[{"account":"1010","debit":"5.00","wallet":"bank"}],"equity_not_analysed":"5.00"}"#,
            ),
            expect![[r#"
                refused: OPENING_TOO_LATE
                  book us-gaap has facts already: its opening comes first
                  in.jsonl:1, event 0 (opening_recorded)
                  help: record openings before anything else happens
            "#]],
        ),
        case(
            "a book there is not",
            after(
                r#"{"type":"policy_adopted","book":"ifrs","from":"2026-04-01","policy":{},"transition":"prospective"}"#,
            ),
            expect![[r#"
                refused: UNKNOWN_BOOK
                  the ledger has no book ifrs
                  in.jsonl:1, event 0 (policy_adopted)
                  help: the first entry names the books: `treasury replay --to 1 -f json` shows them
            "#]],
        ),
        case(
            "a facility nobody opened",
            after(
                r#"{"type":"loan_drawn","facility":"f2","amount":{"amount":"1.00","currency":"USD"},"to":{"wallet":"bank"}}"#,
            ),
            expect![[r#"
                refused: UNKNOWN_FACILITY
                  facility f2 has not been opened
                  in.jsonl:1, event 0 (loan_drawn)
                  help: did you mean `f1`? If not, open it before with `facility_opened`; `treasury report facilities` lists those there are
            "#]],
        ),
        case(
            "more drawn than may be",
            after(
                r#"{"type":"loan_drawn","facility":"f1","amount":{"amount":"100000.01","currency":"USD"},"to":{"wallet":"bank"}}"#,
            ),
            expect![[r#"
                refused: OVER_LIMIT
                  facility f1 has 100,000 USD left to draw, not 100,000.01
                  in.jsonl:1, event 0 (loan_drawn)
                  help: draw less; `treasury report facilities --as-of 2026-03-05` shows what is left
            "#]],
        ),
        case(
            "more repaid than owed",
            after(
                r#"{"type":"loan_repaid","facility":"f1","principal":{"amount":"200000.01","currency":"USD"},"from":{"wallet":"bank"}}"#,
            ),
            expect![[r#"
                refused: PRINCIPAL_EXCEEDED
                  facility f1 owes 200,000 USD of principal, not 200,000.01
                  in.jsonl:1, event 0 (loan_repaid)
                  help: repay what is owed; `treasury report facilities --as-of 2026-03-05` shows it
            "#]],
        ),
        case(
            "interest nobody accrued",
            after(
                r#"{"type":"interest_paid","facility":"f1","amount":{"amount":"1.00","currency":"USD"},"how":"cash","from":{"wallet":"bank"}}"#,
            ),
            expect![[r#"
                refused: INTEREST_NOT_ACCRUED
                  facility f1 owes 0 USD of accrued interest, not 1
                  in.jsonl:1, event 0 (interest_paid)
                  help: put `interest_accrued` through that day into the same entry, before what pays it: recorded alone, it comes after the payments of its day
            "#]],
        ),
        case(
            "interest of days accrued already",
            after(r#"{"type":"interest_accrued","facility":"f1","through":"2026-02-28"}"#),
            expect![[r#"
                refused: ACCRUAL_OUT_OF_ORDER
                  interest on f1 is accrued through 2026-02-28 already, 2026-02-28 is not after it
                  in.jsonl:1, event 0 (interest_accrued)
                  help: accrue through a day after the last one
            "#]],
        ),
        case(
            "retired while it owes",
            after(r#"{"type":"facility_retired","facility":"f1"}"#),
            expect![[r#"
                refused: STILL_OWED
                  facility f1 cannot be retired: it still has principal of 200,000 USD, interest of 244.44 USD not accrued, collateral of 8 BTC
                  in.jsonl:1, event 0 (facility_retired)
                  help: accrue, pay, repay and take the collateral back first; `treasury report facilities --as-of 2026-03-05` shows what is left
            "#]],
        ),
        case(
            "a call met that nobody made",
            after(r#"{"type":"margin_call_met","facility":"f1","how":"top_up"}"#),
            expect![[r#"
                refused: MARGIN_CALL_STATE
                  facility f1 is under no margin call
                  in.jsonl:1, event 0 (margin_call_met)
                  help: `treasury replay --facility NAME` shows the calls and how they were met
            "#]],
        ),
        case(
            "more collateral back than there is",
            after(
                r#"{"type":"collateral_released","facility":"f1","to":{"wallet":"cold"},"commodity":"BTC","units":"8.00000001"}"#,
            ),
            expect![[r#"
                refused: COINS_SHORT
                  facility f1 holds 8 BTC on 2026-03-05, 0.00000001 less than the 8.00000001 asked for
                  in.jsonl:1, event 0 (collateral_released)
                  help: `treasury report holdings --as-of 2026-03-05` lists what is where
            "#]],
        ),
        case(
            "a deposit on nothing",
            after(
                r#"{"type":"deposit_paid","commitment":"c1","amount":{"amount":"1.00","currency":"USD"},"from":{"wallet":"bank"}}"#,
            ),
            expect![[r#"
                refused: UNKNOWN_COMMITMENT
                  there is no commitment c1
                  in.jsonl:1, event 0 (deposit_paid)
                  help: make it before with `capex_committed`; `treasury report commitments` lists those there are
            "#]],
        ),
        case(
            "a rate in percent",
            after(
                r#"{"type":"facility_opened","facility":"f2","lender":"lender","currency":"USD","limit":{"amount":"1.00","currency":"USD"},"rate":{"fixed":"65"},"day_count":"act/360","count_first_day":false,"count_last_day":true,"control":"kept"}"#,
            ),
            expect![[r#"
                refused: RATE_OUT_OF_RANGE
                  the interest rate must be a fraction from 0 to 1, not 65
                  in.jsonl:1, event 0 (facility_opened)
                  help: write a fraction: 6.5 % is "0.065"
            "#]],
        ),
        case(
            "a lender nobody registered",
            after(
                r#"{"type":"facility_opened","facility":"f2","lender":"shark","currency":"USD","limit":{"amount":"1.00","currency":"USD"},"rate":{"fixed":"0.065"},"day_count":"act/360","count_first_day":false,"count_last_day":true,"control":"kept"}"#,
            ),
            expect![[r#"
                refused: UNKNOWN_PARTY
                  party shark has not been registered
                  in.jsonl:1, event 0 (facility_opened)
                  help: register it before with `party_registered`, or correct its name
            "#]],
        ),
        case(
            "the id of another entry",
            after(&bought("0.1", "10.00"))
                .replace("00000000-0000-4000-8000-000000000001", "01f7dd59-f7ce-56fe-ba64-73ba74cbc8c5"),
            expect![[r#"
                refused: ID_REUSED
                  entry 5 has the id 01f7dd59-f7ce-56fe-ba64-73ba74cbc8c5 and other content
                  in.jsonl:1
                  help: give a new entry an id of its own; `treasury replay --from N --to N` shows the entry that has this one
            "#]],
        ),
        case(
            "a late sale of coins sold later",
            entry(1, "2026-02-10", &sold("5", "cold")),
            expect![[r#"
            refused: LATER_ENTRY_CANNOT_STAND
              entry 7, effective 2026-02-15, could then not stand: wallet cold holds 2 BTC on 2026-02-15, 4 less than the 6 asked for
              in.jsonl:1
              help: date it after that entry, or record first what that entry would then lack
        "#]],
        ),
    ];
    check(&sandbox, cases, 36);
}

#[test]
fn the_first_entry_opens_the_ledger_and_openings_balance() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    let first = vec![case(
        "an entry before the opening",
        after(&bought("1", "1.00")),
        expect![[r#"
        refused: LEDGER_NOT_OPENED
          the ledger has not been opened: its first event is `ledger_opened`
          in.jsonl:1
          help: append an entry whose first event is `ledger_opened`, or make a new ledger with `treasury init --entity NAME`
    "#]],
    )];
    check(&sandbox, first, 1);

    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"]).exits(0);
    sandbox.append(&entry(
        9,
        "2026-01-01",
        r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#,
    ));
    let opening = |debit: &str| {
        entry(
            1,
            "2026-01-01",
            &format!(
                r#"{{"type":"opening_recorded","balances":[{{"account":"1010","debit":"{debit}","wallet":"bank"}}],"equity_not_analysed":"100.00"}}"#
            ),
        )
    };
    let cases = vec![case(
        "an opening that does not balance",
        opening("99.99"),
        expect![[r#"
            refused: OPENING_UNBALANCED
              the opening of book us-gaap does not balance: debits and credits differ by 0.01
              in.jsonl:1, event 0 (opening_recorded)
              help: correct a line, or let `equity_not_analysed` carry the difference on purpose
        "#]],
    )];
    check(&sandbox, cases, 1);
    sandbox.append(&opening("100.00"));
}
