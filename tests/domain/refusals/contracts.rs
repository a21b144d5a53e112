//! Contracts, bills and deliveries that cannot be, and money paid in advance that is not there.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::contracts::{billed, computing, delivered, power, with_contracts};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::standard;

const DAY: &str = "2026-03-31";

fn refused(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, with_contracts(), DAY, vec![event], message)
}

fn metric(from: &str, to: &str) -> Value {
    json!({"type": "operating_metric_recorded", "name": "uptime", "value": "0.95", "unit": "share",
        "period": {"from": from, "to": to}, "source": "operations report"})
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        refused(
            "CONTRACT_TWICE",
            "a contract is signed again",
            power(json!({})),
            "the contract grid exists already",
        ),
        refused(
            "CONTRACT_TWICE",
            "a contract for computing has the name of one for power",
            computing(json!({"contract": "grid"})),
            "the contract grid exists already",
        ),
        refused(
            "ENDS_BEFORE_START",
            "a term ends before it begins",
            power(json!({"contract": "other", "term": {"from": "2026-03-02", "to": "2026-03-01"}})),
            "the term ends on 2026-03-01, before 2026-03-02, when it begins",
        ),
        refused(
            "RATE_OUT_OF_RANGE",
            "more than all of the power is fixed",
            power(json!({"contract": "other", "fixed_share": "1.1"})),
            "the fixed share must be a fraction from 0 to 1, not 1.1",
        ),
        refused(
            "UNKNOWN_PARTY",
            "power is contracted with nobody known",
            power(json!({"contract": "other", "counterparty": "nobody"})),
            "party nobody has not been registered",
        ),
        refused(
            "UNKNOWN_CONTRACT",
            "power is billed under a contract for computing",
            billed("accrual", "5.00", json!({"contract": "cloud"})),
            "there is no contract cloud for power",
        ),
        refused(
            "SEGMENT_NOT_ALLOWED",
            "power is billed to the treasury",
            billed("accrual", "5.00", json!({"segment": "treasury"})),
            "a bill for power cannot belong to the segment treasury",
        ),
        refused(
            "PART_EXCEEDS_WHOLE",
            "credits are more than the bill",
            billed("accrual", "5.00", json!({"curtailment_credits": usd("5.01")})),
            "the credits 5.01 is more than the cost 5",
        ),
        refused(
            "FIELD_NEEDED",
            "a bill under no contract has a fixed part",
            billed("accrual", "5.00", json!({"fixed": usd("5.00")})),
            "`contract` must be given with a fixed part",
        ),
        refused(
            "BALANCE_SHORT",
            "a bill uses up what was never paid before",
            billed("prepaid", "5.00", json!({})),
            "book us-gaap has 0.00 of it on account 1420, not 5.00",
        ),
        refused(
            "WRONG_PLACE",
            "a bill that was paid before has a payer",
            billed("prepaid", "5.00", json!({"from": wallet("bank")})),
            "wallet bank cannot be the payer of what was paid before",
        ),
        refused(
            "NOT_POSITIVE",
            "no GPUs are contracted",
            computing(json!({"contract": "other", "gpus": 0})),
            "the number of GPUs must be above zero, not 0",
        ),
        refused(
            "UNKNOWN_CONTRACT",
            "computing is delivered under a contract for power",
            delivered("receivable", "5.00", json!({"contract": "grid"})),
            "there is no contract grid for computing",
        ),
        refused(
            "PART_EXCEEDS_WHOLE",
            "more GPU hours are sold than there are",
            delivered("receivable", "5.00", json!({"gpu_hours_sold": "47616.5"})),
            "the number of GPU hours sold 47,616.5 is more than those available, 47,616",
        ),
        refused(
            "BALANCE_SHORT",
            "a delivery uses up what the customer never paid",
            delivered("prepayment", "5.00", json!({})),
            "book us-gaap has 0.00 of it on account 2210, not 5.00",
        ),
        case(
            "ENDS_BEFORE_START",
            "a measurement ends before it begins",
            standard(),
            DAY,
            vec![metric("2026-03-02", "2026-03-01")],
            "the period ends on 2026-03-01, before 2026-03-02, when it begins",
        ),
        case(
            "NEGATIVE",
            "less than nothing is taken",
            standard(),
            DAY,
            vec![billed("accrual", "5.00", json!({"mwh": "-1"}))],
            "the power taken must not be negative: -1",
        ),
    ]
}
