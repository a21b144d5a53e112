//! Operating costs, and contracts for power and computing. What must be paid for in any case is rounded half to even
//! in every book: what a contract says is no matter of policy.

use ledger_core::event::contract::{CostCategory, DeliverySettlement, Settlement};
use ledger_core::event::{
    ComputeContracted, ComputeDelivered, OperatingCostRecorded, PowerBilled, PowerContracted,
};
use ledger_core::ids::{ContractId, Place, Segment};
use ledger_core::money::Amount;

use super::desk::{Desk, Done};
use super::numbers::{self, Fraction, Half};
use super::reversal::Agreed;

/// A contract and what of it must still be paid for in any case, in cents.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub(super) name: ContractId,
    pub(super) left: i128,
    share: Fraction,
    /// What was billed or delivered, less credits, in cents, and how much of it that was.
    done: [i128; 2],
}

impl Agreed for Contract {
    fn state(&self) -> (String, [i128; 3]) {
        (self.name.to_string(), [self.left, self.done[0], self.done[1]])
    }
}

fn fine(amount: &Amount) -> i128 {
    numbers::fine(amount.amount.decimal())
}

fn fine_or_none(amount: &Option<Amount>) -> i128 {
    amount.as_ref().map_or(0, fine)
}

impl Desk<'_, '_> {
    /// The category decides the account, whatever the segment.
    pub(super) fn operating_cost(&mut self, event: &OperatingCostRecorded) -> Done {
        let account = match event.category {
            CostCategory::Power => 5010,
            CostCategory::Hosting => 5020,
            CostCategory::Ai => 5110,
            CostCategory::General => 6010,
        };
        self.settle(account, &event.amount, event.settles, event.from)
    }

    /// What is owed in a stablecoin is owed at par; what is paid at once is worth what it is worth. What was paid
    /// before is used up as far as it goes.
    fn settle(&mut self, account: u16, amount: &Amount, settles: Settlement, from: Option<Place>) -> Done {
        let par = self.par(fine(amount));
        match settles {
            Settlement::Cash => {
                let from = from.ok_or("a cost paid in cash names no wallet")?;
                let worth = self.face(amount)?;
                self.post(account, worth);
                self.pay(from, fine(amount))?;
                self.post_rest(4550);
                return Ok(());
            }
            Settlement::Payable => self.post(2010, -par),
            Settlement::Accrual => self.post(2020, -par),
            Settlement::Prepaid => {
                self.enough(1420, 1, par)?;
                self.post(1420, -par);
            }
        }
        self.post(account, par);
        Ok(())
    }

    fn contract(&mut self, name: ContractId, left: i128, share: Fraction, memo: u16) {
        self.contracts.push(Contract { name, left, share, done: [0, 0] });
        self.memo(memo, left);
    }

    /// So much of what must be paid for in any case is met: what is said, else the contract's share of the amount.
    fn meet(
        &mut self,
        name: ContractId,
        amount: &Amount,
        said: &Option<Amount>,
        done: (i128, i128),
        memo: u16,
    ) -> Done {
        let contract = self.contracts.iter_mut().find(|contract| contract.name == name);
        let contract = contract.ok_or_else(|| format!("there is no contract {name}"))?;
        let cent = numbers::ten_to(numbers::FINE - 2);
        let met = match said {
            Some(said) => numbers::divide(fine(said), cent, Half::Even),
            None => {
                numbers::divide(fine(amount) * contract.share.top, cent * contract.share.bottom, Half::Even)
            }
        };
        let met = met.min(contract.left);
        contract.left -= met;
        contract.done[0] += done.0;
        contract.done[1] += done.1;
        self.memo(memo, -met);
        Ok(())
    }

    /// Megawatts, 24 hours a day, the days of the term, the price, the share.
    pub(super) fn power_contracted(&mut self, event: &PowerContracted) -> Done {
        let (mut hours, mut day) = (0, event.term.from);
        while day <= event.term.to {
            hours += 24;
            day = day.next();
        }
        let share = Fraction::of(event.fixed_share.decimal());
        let factors =
            [Fraction::of(event.megawatts.decimal()), Fraction::of(event.price_mwh.decimal()), share];
        let top = factors.iter().fold(hours * 100, |product, factor| product * factor.top);
        let bottom = factors.iter().fold(1, |product, factor| product * factor.bottom);
        self.contract(event.contract, numbers::divide(top, bottom, Half::Even), share, 9120);
        Ok(())
    }

    pub(super) fn power_billed(&mut self, event: &PowerBilled) -> Done {
        let credits = event
            .curtailment_credits
            .as_ref()
            .map_or(rust_decimal::Decimal::ZERO, |credits| credits.amount.decimal());
        let net = Amount {
            amount: ledger_core::money::Units::new(event.cost.amount.decimal() - credits),
            currency: event.cost.currency,
        };
        if let Some(contract) = event.contract {
            let done = (self.par(fine(&net)), numbers::fine(event.mwh.decimal()));
            self.meet(contract, &event.cost, &event.fixed, done, 9120)?;
        }
        let account = if event.segment == Segment::Ai { 5110 } else { 5010 };
        self.settle(account, &net, event.settles, event.from)
    }

    pub(super) fn compute_contracted(&mut self, event: &ComputeContracted) -> Done {
        let share = Fraction::of(event.take_or_pay.decimal());
        let cent = numbers::ten_to(numbers::FINE - 2);
        let left = numbers::divide(fine(&event.price) * share.top, cent * share.bottom, Half::Even);
        self.contract(event.contract, left, share, 9210);
        Ok(())
    }

    /// Credits lower the revenue, not what is delivered of the backlog.
    pub(super) fn compute_delivered(&mut self, event: &ComputeDelivered) -> Done {
        let net = self.par(fine(&event.revenue) - fine_or_none(&event.credits));
        if let Some(contract) = event.contract {
            let done = (net, numbers::fine(event.gpu_hours_sold.decimal()));
            self.meet(contract, &event.revenue, &None, done, 9210)?;
        }
        self.post(4110, -net);
        match event.settles {
            DeliverySettlement::Receivable => self.post(1410, net),
            DeliverySettlement::Prepayment => {
                self.enough(2210, -1, net)?;
                self.post(2210, net);
            }
        }
        Ok(())
    }
}
