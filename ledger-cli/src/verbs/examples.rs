//! An example of every event, as the tests read it back byte by byte; all figures in them are synthetic.

/// By the event's name, in the order of the alphabet.
const EXAMPLES: &[(&str, &str)] = &[
    ("account_opened", include_str!("../../../fixtures/events/account_opened.json")),
    ("actor_enrolled", include_str!("../../../fixtures/events/actor_enrolled.json")),
    ("actor_revoked", include_str!("../../../fixtures/events/actor_revoked.json")),
    ("approval_policy_adopted", include_str!("../../../fixtures/events/approval_policy_adopted.json")),
    ("asset_disposed", include_str!("../../../fixtures/events/asset_disposed.json")),
    ("asset_impaired", include_str!("../../../fixtures/events/asset_impaired.json")),
    ("asset_placed_in_service", include_str!("../../../fixtures/events/asset_placed_in_service.json")),
    ("break_explained", include_str!("../../../fixtures/events/break_explained.json")),
    ("capex_amended", include_str!("../../../fixtures/events/capex_amended.json")),
    ("capex_cancelled", include_str!("../../../fixtures/events/capex_cancelled.json")),
    ("capex_committed", include_str!("../../../fixtures/events/capex_committed.json")),
    ("capex_invoiced", include_str!("../../../fixtures/events/capex_invoiced.json")),
    ("capex_paid", include_str!("../../../fixtures/events/capex_paid.json")),
    ("cash_paid", include_str!("../../../fixtures/events/cash_paid.json")),
    ("cash_received", include_str!("../../../fixtures/events/cash_received.json")),
    ("coins_accepted", include_str!("../../../fixtures/events/coins_accepted.json")),
    ("coins_bought", include_str!("../../../fixtures/events/coins_bought.json")),
    ("coins_contributed", include_str!("../../../fixtures/events/coins_contributed.json")),
    ("coins_designated", include_str!("../../../fixtures/events/coins_designated.json")),
    ("coins_distributed", include_str!("../../../fixtures/events/coins_distributed.json")),
    ("coins_earned", include_str!("../../../fixtures/events/coins_earned.json")),
    ("coins_impounded", include_str!("../../../fixtures/events/coins_impounded.json")),
    ("coins_lost", include_str!("../../../fixtures/events/coins_lost.json")),
    ("coins_mined", include_str!("../../../fixtures/events/coins_mined.json")),
    ("coins_moved", include_str!("../../../fixtures/events/coins_moved.json")),
    ("coins_received", include_str!("../../../fixtures/events/coins_received.json")),
    ("coins_sold", include_str!("../../../fixtures/events/coins_sold.json")),
    ("coins_spent", include_str!("../../../fixtures/events/coins_spent.json")),
    ("collateral_liquidated", include_str!("../../../fixtures/events/collateral_liquidated.json")),
    ("collateral_posted", include_str!("../../../fixtures/events/collateral_posted.json")),
    ("collateral_released", include_str!("../../../fixtures/events/collateral_released.json")),
    ("commodity_declared", include_str!("../../../fixtures/events/commodity_declared.json")),
    ("compute_contracted", include_str!("../../../fixtures/events/compute_contracted.json")),
    ("compute_delivered", include_str!("../../../fixtures/events/compute_delivered.json")),
    ("currency_converted", include_str!("../../../fixtures/events/currency_converted.json")),
    ("deposit_paid", include_str!("../../../fixtures/events/deposit_paid.json")),
    ("depreciation_charged", include_str!("../../../fixtures/events/depreciation_charged.json")),
    ("derivative_marked", include_str!("../../../fixtures/events/derivative_marked.json")),
    ("derivative_opened", include_str!("../../../fixtures/events/derivative_opened.json")),
    ("derivative_settled", include_str!("../../../fixtures/events/derivative_settled.json")),
    ("entry_approved", include_str!("../../../fixtures/events/entry_approved.json")),
    ("entry_proposed", include_str!("../../../fixtures/events/entry_proposed.json")),
    ("entry_rejected", include_str!("../../../fixtures/events/entry_rejected.json")),
    ("entry_reversed", include_str!("../../../fixtures/events/entry_reversed.json")),
    ("evidence_attached", include_str!("../../../fixtures/events/evidence_attached.json")),
    ("facility_amended", include_str!("../../../fixtures/events/facility_amended.json")),
    ("facility_opened", include_str!("../../../fixtures/events/facility_opened.json")),
    ("facility_retired", include_str!("../../../fixtures/events/facility_retired.json")),
    ("fair_value_marked", include_str!("../../../fixtures/events/fair_value_marked.json")),
    ("interest_accrued", include_str!("../../../fixtures/events/interest_accrued.json")),
    ("interest_capitalised", include_str!("../../../fixtures/events/interest_capitalised.json")),
    ("interest_paid", include_str!("../../../fixtures/events/interest_paid.json")),
    ("issue_cost_amortised", include_str!("../../../fixtures/events/issue_cost_amortised.json")),
    ("journal_recorded", include_str!("../../../fixtures/events/journal_recorded.json")),
    ("ledger_opened", include_str!("../../../fixtures/events/ledger_opened.json")),
    ("loan_drawn", include_str!("../../../fixtures/events/loan_drawn.json")),
    ("loan_repaid", include_str!("../../../fixtures/events/loan_repaid.json")),
    ("lot_instruction_recorded", include_str!("../../../fixtures/events/lot_instruction_recorded.json")),
    ("margin_call_lapsed", include_str!("../../../fixtures/events/margin_call_lapsed.json")),
    ("margin_call_met", include_str!("../../../fixtures/events/margin_call_met.json")),
    ("margin_called", include_str!("../../../fixtures/events/margin_called.json")),
    ("opening_recorded", include_str!("../../../fixtures/events/opening_recorded.json")),
    ("operating_cost_recorded", include_str!("../../../fixtures/events/operating_cost_recorded.json")),
    ("operating_metric_recorded", include_str!("../../../fixtures/events/operating_metric_recorded.json")),
    ("party_registered", include_str!("../../../fixtures/events/party_registered.json")),
    ("period_closed", include_str!("../../../fixtures/events/period_closed.json")),
    ("period_reopened", include_str!("../../../fixtures/events/period_reopened.json")),
    ("policy_adopted", include_str!("../../../fixtures/events/policy_adopted.json")),
    ("power_billed", include_str!("../../../fixtures/events/power_billed.json")),
    ("power_contracted", include_str!("../../../fixtures/events/power_contracted.json")),
    ("price_observed", include_str!("../../../fixtures/events/price_observed.json")),
    ("rate_reset", include_str!("../../../fixtures/events/rate_reset.json")),
    ("reconciliation_run", include_str!("../../../fixtures/events/reconciliation_run.json")),
    ("reconciliation_signed_off", include_str!("../../../fixtures/events/reconciliation_signed_off.json")),
    ("shares_issued", include_str!("../../../fixtures/events/shares_issued.json")),
    ("shares_repurchased", include_str!("../../../fixtures/events/shares_repurchased.json")),
    ("statement_recorded", include_str!("../../../fixtures/events/statement_recorded.json")),
    ("text_erased", include_str!("../../../fixtures/events/text_erased.json")),
    ("translation_recorded", include_str!("../../../fixtures/events/translation_recorded.json")),
    ("wallet_opened", include_str!("../../../fixtures/events/wallet_opened.json")),
];

/// The example of an event.
pub(crate) fn example(event: &str) -> Option<&'static str> {
    EXAMPLES.iter().find(|(name, _)| *name == event).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::schema;

    #[test]
    fn every_event_has_an_example_of_itself() {
        let events = schema::events();
        assert_eq!(events.len(), EXAMPLES.len());
        for event in events {
            let value: serde_json::Value = serde_json::from_str(example(event).unwrap()).unwrap();
            assert_eq!(value["type"], event);
        }
    }
}
