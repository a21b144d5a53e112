//! Coins bought, sold, moved, designated, earned and pledged.

use serde_json::{Value, json};

use super::{Case, case};
use crate::lot_instructions::{instructed, three_lots};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};

const DAY: &str = "2026-02-15";

fn one() -> Ledger {
    standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")])
}

fn specific() -> Ledger {
    under(&[("named", json!({"lots": {"method": "specific"}}))])
        .and("2026-01-05", "2 BTC bought (lot 4.0)", vec![bought("2", "120000.00", "0")])
        .and("2026-01-06", "1 BTC bought (lot 5.0)", vec![bought("1", "61000.00", "0")])
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn moved(from: Value, to: Value) -> Value {
    json!({"type": "coins_moved", "commodity": "BTC", "units": "1", "from": from, "to": to})
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = trades();
    all.extend(lots());
    all.extend(mining());
    all.extend(instructions());
    all
}

fn trades() -> Vec<Case> {
    vec![
        on(
            one(),
            "COINS_SHORT",
            "more coins are sold than the wallet holds",
            sold("1.00000001", "65000.00", "0"),
            "wallet cold holds 1 BTC on 2026-02-15, 0.00000001 less than the 1.00000001 asked for",
        ),
        on(
            one(),
            "COINS_SHORT",
            "a wallet cannot pay the network's fee beside what it sends",
            with(
                moved(wallet("cold"), wallet("hot")),
                json!({"network_fee_units": "0.0001", "price": "60000"}),
            ),
            "wallet cold holds 1 BTC on 2026-02-15, 0.0001 less than the 1.0001 asked for",
        ),
        on(
            one().and("2026-02-01", "1 BTC pledged", vec![lent("revolver", "kept"), pledged("1", "60000")]),
            "COINS_SHORT",
            "the lender sells more coins than were pledged",
            with(sold("2", "120000.00", "0"), json!({"from": facility("f")})),
            "facility f holds 1 BTC on 2026-02-15, 1 less than the 2 asked for",
        ),
        on(
            one(),
            "COINS_SHORT",
            "strategic coins are designated operating where there are none",
            designated("1", "operating"),
            "wallet cold holds 0 BTC on 2026-02-15, 1 less than the 1 asked for",
        ),
        on(
            one().and("2026-02-01", "all of it designated strategic", vec![designated("1", "strategic")]),
            "COINS_SHORT",
            "more coins are sold than the wallet holds for whatever purpose",
            sold("1.5", "97500.00", "0"),
            "wallet cold holds 1 BTC on 2026-02-15, 0.5 less than the 1.5 asked for",
        ),
        on(
            standard(),
            "MONEY_SHORT",
            "coins cost more than the bank holds, counting the fee",
            bought("1", "1000000.00", "0.01"),
            "wallet bank holds 1,000,000 USD on 2026-02-15, 0.01 less than the 1,000,000.01 to be paid",
        ),
        on(
            standard(),
            "UNKNOWN_WALLET",
            "coins arrive in a wallet that was not opened",
            with(bought("1", "60000.00", "0"), json!({"to": wallet("vault")})),
            "wallet vault has not been opened",
        ),
        on(
            standard(),
            "WRONG_PLACE",
            "coins are bought into a bank account",
            with(bought("1", "60000.00", "0"), json!({"to": wallet("bank")})),
            "wallet bank cannot be a place of coins",
        ),
        on(
            standard(),
            "WRONG_PLACE",
            "coins are bought into a pool",
            with(bought("1", "60000.00", "0"), json!({"to": wallet("pool")})),
            "wallet pool cannot be a place of coins of our own",
        ),
        on(
            standard().and("2026-02-01", "a facility opened", vec![lent("revolver", "kept")]),
            "WRONG_PLACE",
            "coins are bought straight into a lender's hands",
            with(bought("1", "60000.00", "0"), json!({"to": facility("f")})),
            "facility f cannot be where bought coins arrive",
        ),
        on(
            one(),
            "WRONG_PLACE",
            "a lender sells coins that lie in our wallet",
            with(sold("1", "65000.00", "0"), json!({"route": "settled_by_lender"})),
            "wallet cold cannot be where a lender sells coins",
        ),
        on(
            one(),
            "WRONG_PLACE",
            "coins are moved to where they are",
            moved(wallet("cold"), wallet("cold")),
            "wallet cold cannot be both ends of a move",
        ),
        on(
            one(),
            "ARRIVES_TOO_EARLY",
            "coins that take time arrive at once",
            with(moved(wallet("cold"), wallet("hot")), json!({"arrives": "2026-02-15"})),
            "coins sent at 2026-02-15 cannot be on their way until 2026-02-15",
        ),
        on(
            one().and(
                "2026-02-14",
                "1 BTC sent from cold to hot, to arrive on the 16th",
                vec![with(moved(wallet("cold"), wallet("hot")), json!({"arrives": "2026-02-16"}))],
            ),
            "COINS_SHORT",
            "coins are sold that are still on their way",
            with(sold("1", "65000.00", "0"), json!({"from": wallet("hot")})),
            "wallet hot holds 0 BTC on 2026-02-15, 1 less than the 1 asked for",
        ),
        on(
            one(),
            "WALLET_HOLDS_OTHER",
            "dollars arrive in a wallet of USDT",
            with(sold("1", "65000.00", "0"), json!({"to": wallet("usdt")})),
            "wallet usdt holds USDT, not USD",
        ),
        on(
            one(),
            "WALLET_HOLDS_OTHER",
            "a wallet of bitcoin sells another coin",
            with(sold("1", "65000.00", "0"), json!({"commodity": "USDC"})),
            "wallet cold holds BTC, not USDC",
        ),
        on(
            one(),
            "WRONG_CURRENCY",
            "the fee is in another currency than the proceeds",
            with(sold("1", "65000.00", "0"), json!({"fee": usdt("5")})),
            "the fee is in USDT, not in USD",
        ),
        on(
            one(),
            "PROCEEDS_EXCEEDED",
            "the fee is more than the proceeds",
            sold("1", "50.00", "50.01"),
            "what is deducted exceeds the 50.00 received",
        ),
        on(
            one().and("2026-02-01", "a facility opened, control passed", vec![lent("revolver", "passed")]),
            "PRICE_MISSING",
            "control of coins passes and nobody knows their price",
            json!({"type": "collateral_posted", "facility": "f", "from": wallet("cold"), "commodity": "BTC", "units": "1"}),
            "no price of BTC in USD has been observed by 2026-02-15",
        ),
        on(
            standard(),
            "UNKNOWN_FACILITY",
            "coins are pledged to a facility that was not opened",
            pledged("1", "60000"),
            "facility f has not been opened",
        ),
    ]
}

fn lots() -> Vec<Case> {
    let naming = |lots: Value| with(sold("1", "65000.00", "0"), json!({"lots": lots}));
    vec![
        on(
            specific(),
            "LOTS_NOT_NAMED",
            "the book wants lots named and none are",
            sold("1", "65000.00", "0"),
            "book named takes the lots that the event names, and it names none",
        ),
        on(
            specific(),
            "LOTS_DO_NOT_ADD_UP",
            "the lots named are fewer coins than are sold",
            naming(json!([{"lot": "4.0", "units": "0.75"}])),
            "the lots named for book named hold 0.75, not the 1 that leave",
        ),
        on(
            specific(),
            "UNKNOWN_LOT",
            "a lot is named that is not there",
            naming(json!([{"lot": "9.0", "units": "1"}])),
            "book named has 0 of lot 9.0 at wallet cold, 1 less than named",
        ),
        on(
            specific(),
            "UNKNOWN_LOT",
            "a lot is named twice, for more than it holds",
            with(
                sold("2", "130000.00", "0"),
                json!({"lots": [{"lot": "5.0", "units": "1"}, {"lot": "5.0", "units": "1"}]}),
            ),
            "book named has 1 of lot 5.0 at wallet cold, 1 less than named",
        ),
        on(
            specific(),
            "LOTS_DO_NOT_ADD_UP",
            "the lots named are more coins than are sold",
            naming(json!([{"lot": "4.0", "units": "0.75"}, {"lot": "5.0", "units": "0.5"}])),
            "the lots named for book named hold 1.25, not the 1 that leave",
        ),
        on(
            under(&[("fifo", json!({}))]),
            "LOTS_NOT_TAKEN",
            "lots are named and every book has an order of its own",
            naming(json!([{"lot": "4.0", "units": "1"}])),
            "the lots named have no say in any book on 2026-02-15: each has an order in which they leave",
        ),
        on(
            under(&[("fifo", json!({})), ("named", json!({"lots": {"method": "specific"}}))]),
            "LOTS_NOT_TAKEN",
            "lots are named for a book that has an order of its own",
            naming(json!([{"book": "fifo", "lot": "99.0", "units": "7"}])),
            "the lots named have no say in book fifo on 2026-02-15: its lots leave by `fifo`",
        ),
        on(
            specific()
                .and("2026-01-07", "a loan whose lender takes control", vec![lent("revolver", "passed")])
                .and(
                    "2026-01-08",
                    "2 BTC pledged (lot 4.0)",
                    vec![with(pledged("2", "61000.00"), json!({"lots": [{"lot": "4.0", "units": "2"}]}))],
                ),
            "LOTS_NOT_TAKEN",
            "lots are named of coins that a lender controls",
            with(naming(json!([{"lot": "4.0", "units": "1"}])), json!({"from": facility("f")})),
            "the lots named have no say in any book on 2026-02-15: each has an order in which they leave",
        ),
        on(
            specific(),
            "UNKNOWN_BOOK",
            "lots are named for a book that is not kept",
            naming(json!([{"book": "ifrs", "lot": "4.0", "units": "1"}])),
            "the ledger has no book ifrs",
        ),
        on(
            specific(),
            "NOT_POSITIVE",
            "a lot is named for no coins",
            naming(json!([{"lot": "4.0", "units": "0"}])),
            "the units of a named lot must be above zero, not 0",
        ),
    ]
}

fn instructions() -> Vec<Case> {
    let at = "2026-02-14T10:00:00Z";
    let refused =
        |code, what, more: Value, message| on(three_lots(), code, what, instructed(at, more), message);
    let letter = json!({"standing": true, "method": "hifo", "evidence": {"name": "letter"}});
    vec![
        refused(
            "INSTRUCTION_NOT_ALLOWED",
            "lots are named for all sales to come",
            json!({"standing": true, "lots": [{"lot": "4.0", "units": "1"}]}),
            "the instruction for book tax: lots are named for one transaction, and a standing instruction is for all",
        ),
        refused(
            "INSTRUCTION_NOT_ALLOWED",
            "it is instructed that lots be named",
            json!({"standing": true, "method": "specific"}),
            "the instruction for book tax: lots leave in the order of `fifo`, `lifo`, `hifo` or `lofo`, or are named",
        ),
        refused(
            "EXACTLY_ONE",
            "an instruction is for one transaction and for all",
            json!({"standing": true, "sale_ref": "a", "method": "hifo"}),
            "exactly one of `sale_ref` and `standing` must be given",
        ),
        refused(
            "EXACTLY_ONE",
            "an instruction says neither which lots nor in which order",
            json!({"sale_ref": "a"}),
            "exactly one of `method` and `lots` must be given",
        ),
        refused(
            "NOT_POSITIVE",
            "an instruction names a lot for no coins",
            json!({"sale_ref": "a", "lots": [{"lot": "4.0", "units": "0"}]}),
            "the units of a named lot must be above zero, not 0",
        ),
        refused(
            "UNKNOWN_BOOK",
            "an instruction is for a book that is not kept",
            json!({"book": "ifrs", "sale_ref": "a", "method": "hifo"}),
            "the ledger has no book ifrs",
        ),
        on(
            three_lots().and_closed("2026-02-14"),
            "PERIOD_CLOSED",
            "an instruction with evidence reaches into a closed period",
            instructed(at, letter),
            "2026-02-14 is closed: entry 7 closed everything through 2026-02-14",
        ),
    ]
}

fn mining() -> Vec<Case> {
    let earned = |more: Value| with(json!({"type": "coins_earned", "pool": "pool", "units": "1"}), more);
    let received = |pool: &str| json!({"type": "coins_received", "pool": pool, "wallet": "hot", "units": "1.5", "price": "60000"});
    let owed = || standard().and("2026-02-01", "1 BTC earned", vec![earned(json!({"price": "60000"}))]);
    vec![
        on(
            owed(),
            "POOL_SHORT",
            "a pool pays out more than it owed",
            received("pool"),
            "pool pool owes 1 BTC on 2026-02-15, 0.5 less than the 1.5 received",
        ),
        on(
            owed(),
            "WRONG_PLACE",
            "a wallet of ours pays out as a pool",
            received("cold"),
            "wallet cold cannot be a pool",
        ),
        on(
            standard(),
            "WRONG_PLACE",
            "coins mined arrive at a pool",
            json!({"type": "coins_mined", "wallet": "pool", "units": "1", "price": "60000"}),
            "wallet pool cannot be a place of coins of our own",
        ),
        on(
            standard(),
            "EXACTLY_ONE",
            "coins earned have a value and a price",
            earned(json!({"value": usd("60000.00"), "price": "60000"})),
            "exactly one of `value` and `price` must be given",
        ),
        on(
            standard(),
            "EXACTLY_ONE",
            "coins earned have neither value nor price",
            earned(json!({})),
            "exactly one of `value` and `price` must be given",
        ),
    ]
}
