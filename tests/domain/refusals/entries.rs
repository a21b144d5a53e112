//! The entry itself: its id, its time, its place among others.

use serde_json::json;

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{empty, opened, standard, standard_books};

const OTHER_ID: &str = "00000000-0000-4000-8000-000000000003";

pub(crate) fn cases() -> Vec<Case> {
    let one = || standard().and("2026-01-05", "1 BTC bought", vec![bought("1", "60000.00", "0")]);
    let party = || json!({"type": "party_registered", "party": "auditor"});
    vec![
        case(
            "LEDGER_NOT_OPENED",
            "the first entry does not open the ledger",
            empty(),
            "2025-01-01",
            vec![party()],
            "the ledger has not been opened: its first event is `ledger_opened`",
        ),
        case(
            "LEDGER_ALREADY_OPENED",
            "the ledger is opened a second time",
            standard(),
            "2026-01-01",
            vec![opened(standard_books())],
            "the ledger was opened by its first entry",
        ),
        case(
            "LEDGER_ALREADY_OPENED",
            "the ledger is opened twice in its first entry",
            empty(),
            "2025-01-01",
            vec![opened(standard_books()), opened(standard_books())],
            "the ledger was opened by its first entry",
        ),
        case(
            "NOT_YET_BUILT",
            "the books are to be kept in a currency other than the dollar",
            empty(),
            "2025-01-01",
            vec![with(opened(standard_books()), json!({"functional_currency": "EUR"}))],
            "the functional currency EUR is not built yet",
        ),
        case("NO_EVENTS", "the entry says nothing", standard(), "2026-01-01", vec![], "the entry has no events"),
        case(
            "ID_REUSED",
            "an id that stands in the log comes again with other content",
            standard(),
            "2026-01-01",
            vec![party()],
            "entry 3 has the id 00000000-0000-4000-8000-000000000003 and other content",
        )
        .saying(json!({"id": OTHER_ID})),
        case(
            "ID_REUSED",
            "an entry comes again with another memo",
            standard(),
            "2025-01-01",
            vec![
                json!({"type": "cash_received", "wallet": "bank", "amount": usd("1000000.00"), "category": "equity"}),
            ],
            "entry 3 has the id 00000000-0000-4000-8000-000000000003 and other content",
        )
        .saying(json!({"id": OTHER_ID, "memo": "capital"})),
        case("BAD_TEXT", "the memo is empty", standard(), "2026-01-01", vec![party()], "the memo must have 1 to 1000 characters")
            .saying(json!({"memo": ""})),
        case(
            "BAD_TEXT",
            "a piece of evidence has no name",
            standard(),
            "2026-01-01",
            vec![party()],
            "evidence's name must have 1 to 500 characters",
        )
        .saying(json!({"evidence": [{"name": ""}]})),
        case(
            "OCCURRED_LATER",
            "something takes effect before it occurred",
            standard(),
            "2026-01-01",
            vec![bought("1", "60000.00", "0")],
            "it occurred on 2026-01-02, after 2026-01-01, when it takes effect",
        )
        .saying(json!({"occurred": "2026-01-02"})),
        case(
            "BEFORE_OPENING",
            "something takes effect before the ledger was opened",
            standard(),
            "2024-12-31",
            vec![bought("1", "60000.00", "0")],
            "2024-12-31 lies before the ledger's opening on 2025-01-01",
        ),
        case(
            "LATER_ENTRY_CANNOT_STAND",
            "a late sale takes the coins of a later one",
            one().and("2026-02-15", "1 BTC sold", vec![sold("1", "65000.00", "0")]),
            "2026-02-01",
            vec![sold("0.4", "25000.00", "0")],
            "entry 5, effective 2026-02-15, could then not stand: wallet cold holds 0.6 BTC on 2026-02-15, \
             0.4 less than the 1 asked for",
        ),
        case(
            "LATER_ENTRY_CANNOT_STAND",
            "a late payment takes the money of a later purchase",
            standard().and("2026-02-15", "coins bought with all the money", vec![bought("10", "1000000.00", "0")]),
            "2026-02-01T12:00:00Z",
            vec![json!({"type": "cash_paid", "wallet": "bank", "amount": usd("0.01"), "category": "other"})],
            "entry 4, effective 2026-02-15, could then not stand: wallet bank holds 999,999.99 USD on 2026-02-15, \
             0.01 less than the 1,000,000 to be paid",
        ),
        case(
            "COINS_SHORT",
            "a late sale comes before the coins did",
            one(),
            "2026-01-04",
            vec![sold("1", "65000.00", "0")],
            "wallet cold holds 0 BTC on 2026-01-04, 1 less than the 1 asked for",
        ),
        case(
            "COINS_SHORT",
            "the second event of an entry takes what the first has taken",
            one(),
            "2026-02-15",
            vec![sold("0.75", "45000.00", "0"), sold("0.5", "30000.00", "0")],
            "wallet cold holds 0.25 BTC on 2026-02-15, 0.25 less than the 0.5 asked for",
        ),
        case(
            "UNKNOWN_WALLET",
            "a wallet is opened in an entry whose second event cannot stand",
            standard(),
            "2026-01-05",
            vec![
                wallet_of_coins("vault", "custodian", "strategic"),
                json!({"type": "coins_mined", "wallet": "volt", "units": "1", "price": "60000"}),
            ],
            "wallet volt has not been opened",
        ),
        case(
            "BAD_TEXT",
            "a text is erased without a reason",
            standard(),
            "2026-01-05",
            vec![json!({"type": "text_erased", "reason": "",
                "text": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})],
            "the reason must have 1 to 500 characters",
        ),
        case(
            "UNKNOWN_ENTRY",
            "evidence is attached to an entry that is not there",
            standard(),
            "2026-01-05",
            vec![json!({"type": "evidence_attached", "entry": 9, "evidence": {"name": "invoice"}})],
            "there is no entry 9",
        ),
        case(
            "UNKNOWN_ENTRY",
            "evidence is attached to the entry that brings it",
            standard(),
            "2026-01-05",
            vec![json!({"type": "evidence_attached", "entry": 4, "evidence": {"name": "invoice"}})],
            "there is no entry 4",
        ),
    ]
}
