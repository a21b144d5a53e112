//! Orders, equipment, power and computing, in sentences.

use ledger_core::event::Event;
use ledger_core::event::contract::{OperatingCostRecorded, PowerBilled, Settlement};
use ledger_core::ids::{PartyId, Place};

use super::{Words, besides, party};
use crate::render::figures::grouped;

impl Words<'_> {
    pub(super) fn of_plant(&self, event: &Event) -> String {
        if let Event::CapexCommitted(e) = event {
            let amount = self.amount(e.amount);
            format!(
                "{amount} of equipment is ordered from {} (commitment {}, project {})",
                e.vendor, e.commitment, e.project
            )
        } else if let Event::DepositPaid(e) = event {
            format!(
                "A deposit of {} on commitment {} is paid from {}",
                self.amount(e.amount),
                e.commitment,
                e.from
            )
        } else if let Event::CapexAmended(e) = event {
            let why = e.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            format!("Commitment {} is changed to {}{why}", e.commitment, self.amount(e.amount))
        } else if let Event::CapexCancelled(e) = event {
            let penalty = besides(self, e.penalty, "for a penalty of");
            let refunded = besides(self, e.deposit_refunded, "of the deposit comes back");
            let lost = besides(self, e.deposit_forfeited, "of the deposit is lost");
            format!("Commitment {} is cancelled{penalty}{refunded}{lost}", e.commitment)
        } else if let Event::CapexInvoiced(e) = event {
            let deposit = besides(self, e.from_deposit, "of which the deposit pays");
            format!("The vendor bills {} on commitment {}{deposit}", self.amount(e.amount), e.commitment)
        } else if let Event::CapexPaid(e) = event {
            let on = e.commitment.map_or_else(String::new, |of| format!(" on commitment {of}"));
            format!("{} are paid{on}{} from {}", self.amount(e.amount), party("to", e.party), e.from)
        } else if let Event::InterestCapitalised(e) = event {
            let amount = self.amount(e.amount);
            format!(
                "{amount} of interest on facility {} becomes part of the cost of what is built",
                e.facility
            )
        } else if let Event::AssetPlacedInService(e) = event {
            let cost = self.amount(e.cost);
            format!(
                "Asset {} ({}) of {cost} goes into service for {} months",
                e.asset, e.class, e.life_months
            )
        } else if let Event::DepreciationCharged(e) = event {
            let of = e.asset.map_or_else(|| "all equipment".to_owned(), |asset| format!("asset {asset}"));
            format!("Depreciation of {of} is charged to the end of {}", e.through)
        } else if let Event::AssetImpaired(e) = event {
            format!("Asset {} is written down to {}", e.asset, self.amount(e.to))
        } else if let Event::AssetDisposed(e) = event {
            let fee = besides(self, e.fee, "less a fee of");
            format!("Asset {} is sold or scrapped for {}{fee}", e.asset, self.amount(e.proceeds))
        } else {
            self.of_contracts(event)
        }
    }

    fn of_contracts(&self, event: &Event) -> String {
        if let Event::OperatingCostRecorded(e) = event {
            self.cost(e)
        } else if let Event::PowerContracted(e) = event {
            let power = grouped(e.megawatts.decimal(), 0);
            let price = self.price(e.price_mwh);
            format!(
                "{power} MW of power at {} are contracted with {} at {price} a MWh, {} to {}",
                e.site, e.counterparty, e.term.from, e.term.to
            )
        } else if let Event::PowerBilled(e) = event {
            self.power(e)
        } else if let Event::ComputeContracted(e) = event {
            format!(
                "{} rents {} GPUs for {}, {} to {} (contract {})",
                e.customer,
                e.gpus,
                self.amount(e.price),
                e.term.from,
                e.term.to,
                e.contract
            )
        } else if let Event::ComputeDelivered(e) = event {
            let credits = besides(self, e.credits, "less credits of");
            let hours = grouped(e.gpu_hours_sold.decimal(), 0);
            format!(
                "{hours} hours of GPUs are delivered to {} for {}{credits}",
                e.customer,
                self.amount(e.revenue)
            )
        } else {
            event.name().to_owned()
        }
    }

    fn cost(&self, e: &OperatingCostRecorded) -> String {
        let how = settled(e.settles, e.from, e.party);
        format!("{} of {} cost for {}{how}", self.amount(e.amount), e.category, e.segment)
    }

    fn power(&self, e: &PowerBilled) -> String {
        let how = settled(e.settles, e.from, e.party);
        let credits = besides(self, e.curtailment_credits, "less credits for not using power of");
        let hours = grouped(e.mwh.decimal(), 0);
        format!("{hours} MWh of power for {} cost {}{credits}{how}", e.segment, self.amount(e.cost))
    }
}

fn settled(how: Settlement, from: Option<Place>, to: Option<PartyId>) -> String {
    let to = party("to", to);
    match how {
        Settlement::Cash => {
            let from = from.map_or_else(String::new, |from| format!(" from {from}"));
            format!(", paid{to}{from}")
        }
        Settlement::Payable => format!(", billed and owed{to}"),
        Settlement::Accrual => ", owed and not yet billed".to_owned(),
        Settlement::Prepaid => ", paid ahead before".to_owned(),
    }
}
