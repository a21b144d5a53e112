//! Capital commitments changed, called off, invoiced and paid beyond what there is; interest not incurred.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::capex::{amended, cancelled, capitalised, deposit, invoiced, paid, with_interest};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-02-27";

fn ordered() -> Ledger {
    standard().and(
        DAY,
        "500 committed, 100 of it paid as a deposit",
        vec![committed("500.00"), deposit(usd("100.00"), "bank")],
    )
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        on(
            ordered(),
            "AMENDED_BELOW_DONE",
            "an order becomes smaller than what was paid on it",
            amended("99.99"),
            "100 USD of commitment gpu are paid or invoiced, more than 99.99",
        ),
        on(
            ordered(),
            "SCHEDULE_DOES_NOT_ADD_UP",
            "the new parts of an order are not the new whole",
            with(amended("600.00"), json!({"schedule": [{"due": "2026-06-30", "amount": usd("500.00")}]})),
            "the schedule of gpu adds up to 500, not 600",
        ),
        on(
            ordered().and(
                DAY,
                "the rest cancelled",
                vec![cancelled(json!({"deposit_forfeited": usd("100.00")}))],
            ),
            "COMMITMENT_IS_CANCELLED",
            "an order that was called off is changed",
            amended("600.00"),
            "the commitment gpu was cancelled on 2026-02-27",
        ),
        on(
            ordered().and(
                DAY,
                "the rest cancelled",
                vec![cancelled(json!({"deposit_forfeited": usd("100.00")}))],
            ),
            "COMMITMENT_EXCEEDED",
            "an order that was called off is invoiced",
            invoiced(usd("1.00"), json!({})),
            "0 USD of commitment gpu are outstanding, not 1",
        ),
        on(
            ordered(),
            "DEPOSITS_NOT_SETTLED",
            "an order is called off and nobody says what becomes of its deposit",
            cancelled(json!({"deposit_refunded": usd("60.00")})),
            "100 USD of deposits on commitment gpu are left, and 60 are refunded or forfeited",
        ),
        on(
            ordered(),
            "DEPOSITS_EXCEEDED",
            "an invoice uses more deposits than were paid",
            invoiced(usd("300.00"), json!({"from_deposit": usd("100.01")})),
            "commitment gpu has 100 USD of deposits left, not 100.01",
        ),
        on(
            ordered(),
            "PART_EXCEEDS_WHOLE",
            "deposits cover more than the invoice",
            invoiced(usd("50.00"), json!({"from_deposit": usd("60.00")})),
            "the part from deposits 60 is more than the invoice 50",
        ),
        on(
            ordered(),
            "COMMITMENT_EXCEEDED",
            "an invoice beyond deposits is more than is outstanding",
            invoiced(usd("500.01"), json!({"from_deposit": usd("100.00")})),
            "400 USD of commitment gpu are outstanding, not 400.01",
        ),
        on(
            ordered().and(DAY, "200 invoiced", vec![invoiced(usd("200.00"), json!({}))]),
            "INVOICES_EXCEEDED",
            "more is paid on an order than was invoiced",
            paid(usd("200.01"), json!({"commitment": "gpu"})),
            "200 USD are owed on invoices of commitment gpu, not 200.01",
        ),
        on(
            ordered(),
            "INVOICES_EXCEEDED",
            "a vendor is paid who invoiced nothing",
            paid(usd("1.00"), json!({"party": "vendor"})),
            "0 USD are owed on invoices of capital goods to vendor, not 1",
        ),
        on(
            ordered(),
            "EXACTLY_ONE",
            "invoices of nobody are paid",
            paid(usd("1.00"), json!({})),
            "exactly one of `commitment` and `party` must be given",
        ),
        on(
            with_interest(),
            "INTEREST_NOT_INCURRED",
            "more interest is capitalised than was incurred",
            capitalised("2000.01", json!({"commitment": "gpu"})),
            "facility f has 2,000 USD of interest incurred and not capitalised, not 2,000.01",
        ),
        on(
            with_interest().and(
                DAY,
                "1,500 capitalised",
                vec![capitalised("1500.00", json!({"project": "ai-hall"}))],
            ),
            "INTEREST_NOT_INCURRED",
            "interest is capitalised twice",
            capitalised("1500.00", json!({"commitment": "gpu"})),
            "facility f has 500 USD of interest incurred and not capitalised, not 1,500",
        ),
        on(
            with_interest(),
            "EXACTLY_ONE",
            "interest is capitalised for nothing",
            capitalised("1.00", json!({})),
            "exactly one of `commitment` and `project` must be given",
        ),
        on(
            with_interest(),
            "ACCRUAL_AHEAD",
            "interest of days to come is capitalised",
            capitalised("1.00", json!({"commitment": "gpu", "through": "2026-02-28"})),
            "on 2026-02-27 interest through 2026-02-28 has not run yet",
        ),
    ]
}
