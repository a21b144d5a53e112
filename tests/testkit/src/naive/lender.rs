//! What lenders do besides lending: amend, charge cost, let a call lapse, sell collateral.

use ledger_core::event::loan::Treatment;
use ledger_core::event::treasury::NamedLot;
use ledger_core::event::{
    CollateralLiquidated, FacilityAmended, IssueCostAmortised, MarginCallLapsed, MarginCalled,
};
use ledger_core::ids::{Commodity, Place};
use ledger_core::money::Amount;

use super::coins::carried;
use super::debt::millionths;
use super::desk::{Desk, Done};
use super::numbers;
use super::when::Moment;

fn units(amount: Option<Amount>) -> i128 {
    amount.map_or(0, |amount| numbers::fine(amount.amount.decimal()))
}

impl Desk<'_, '_> {
    pub(super) fn amortised(&mut self, event: &IssueCostAmortised) -> Done {
        let day = self.day;
        let (before, after) = self.with_facility(event.facility, |facility, digits| {
            let maturity = facility.terms.maturity.ok_or("no maturity")?;
            if event.through > day || facility.cost_charged_through.is_some_and(|last| event.through <= last)
            {
                return Err(format!("cost of {} is not charged through {}", event.facility, event.through));
            }
            let before = facility.clone();
            facility.issue_cost.charge(event.through, maturity, digits);
            facility.deferred_cost.charge(event.through, maturity, digits);
            facility.cost_charged_through = Some(event.through);
            Ok((before, facility.clone()))
        })?;
        self.cost(2319, before.issue_cost.left(), after.issue_cost.left());
        self.cost(1430, before.deferred_cost.left(), after.deferred_cost.left());
        self.post_rest(6710);
        Ok(())
    }

    pub(super) fn margin_called(&mut self, event: &MarginCalled) -> Done {
        self.call(event.facility, true)?;
        self.facility(event.facility)?.deadline = Some(Moment::at(event.deadline.micros()));
        Ok(())
    }

    pub(super) fn lapsed(&mut self, event: &MarginCallLapsed) -> Done {
        let now = self.moment;
        let facility = self.facility(event.facility)?;
        let is_due = facility.deadline.is_some_and(|deadline| deadline <= now);
        if !facility.called || facility.lapsed || !is_due {
            return Err(format!("{}: no call lapses", event.facility));
        }
        facility.lapsed = true;
        Ok(())
    }

    /// The lender sells the oldest where lots are named by a person, and keeps what it is owed. What the proceeds
    /// went to other than coins is a difference of settlement.
    pub(super) fn liquidated(&mut self, event: &CollateralLiquidated) -> Done {
        let place = Place::Facility(event.facility);
        let proceeds = numbers::fine(event.proceeds.amount.decimal());
        let (fee, surplus) = (units(event.fee), units(event.surplus));
        let (principal, interest) =
            (numbers::fine(event.applied_principal.amount.decimal()), units(event.applied_interest));
        if proceeds - fee != principal + interest + surplus {
            return Err("what came is not what it went to".to_owned());
        }
        self.take_off(event.facility, principal, interest)?;
        let sold = numbers::fine(event.units.decimal());
        self.dispose(place, event.commodity, sold, &[], self.par(proceeds))?;
        self.post(6530, self.par(fee));
        if let Some(to) = event.surplus_to {
            self.receive(to, surplus)?;
        }
        self.post_rest(4550);
        let facility = self.facility(event.facility)?;
        (facility.called, facility.call_of, facility.lapsed) = (false, None, false);
        facility.deadline = None;
        Ok(())
    }

    /// Coins go for a value; what is gained is theirs. The other side is posted by whoever calls.
    pub(super) fn dispose(
        &mut self,
        from: Place,
        commodity: Commodity,
        sold: i128,
        lots: &[NamedLot],
        value: i128,
    ) -> Done {
        let named = self.named(lots);
        let pieces = self.take(commodity, from, sold, &named)?;
        let is_claim = pieces.iter().any(|piece| piece.position.account == 1240);
        self.post(if is_claim { 4520 } else { 4510 }, carried(&pieces) - value);
        Ok(())
    }

    pub(super) fn amended(&mut self, event: &FacilityAmended) -> Done {
        let day = self.day;
        let (fee, forgiven) = (units(event.fee), units(event.forgiven));
        let changes = &event.changes;
        let (before, after) = self.with_facility(event.facility, |facility, digits| {
            let before = facility.clone();
            let from = facility.charged_through.map_or(day, |through| day.max(through.next()));
            if let Some(limit) = changes.limit {
                let limit = numbers::fine(limit.amount.decimal());
                let old = numbers::fine(facility.terms.limit.amount.decimal());
                facility.idle.push((from, limit - old));
                facility.limit += limit - old;
            }
            let terms = &mut facility.terms;
            terms.limit = changes.limit.unwrap_or(terms.limit);
            terms.maturity = changes.maturity.or(terms.maturity);
            terms.unused_fee = changes.unused_fee.or(terms.unused_fee);
            if let Some(rate) = &changes.rate {
                if facility.rates.last().is_some_and(|(last, _)| *last > from) {
                    return Err("a later rate is set already".to_owned());
                }
                terms.rate = rate.clone();
                let rate = facility.rate_now();
                facility.rates.extend(rate.map(|rate| (from, rate)));
            }
            if let Some(fee) = changes.unused_fee {
                facility.idle_rates.push((from, millionths(fee)));
            }
            match event.treatment {
                Treatment::Extinguishment => {
                    (facility.issue_cost, facility.deferred_cost) = Default::default();
                }
                Treatment::Modification | Treatment::Troubled => {
                    facility.issue_cost.start_anew(facility.cost_charged_through);
                    facility.deferred_cost.start_anew(facility.cost_charged_through);
                }
            }
            if forgiven > 0 {
                if !facility.revolves() {
                    facility.issue_cost.release(forgiven, facility.principal, digits);
                }
                facility.flow(from, -forgiven, 0);
                facility.principal -= forgiven;
                facility.spent += if facility.revolves() { forgiven } else { 0 };
            }
            let cost =
                if facility.revolves() { &mut facility.deferred_cost } else { &mut facility.issue_cost };
            if event.treatment == Treatment::Modification {
                cost.add(day, fee);
            }
            Ok((before, facility.clone()))
        })?;
        if after.principal < 0 || after.undrawn() < 0 {
            return Err(format!("{} cannot be amended so", event.facility));
        }
        self.debt(2310, before.principal, after.principal);
        self.cost(2319, before.issue_cost.left(), after.issue_cost.left());
        self.cost(1430, before.deferred_cost.left(), after.deferred_cost.left());
        self.undrawn_memo(before.undrawn(), after.undrawn());
        if event.treatment == Treatment::Modification {
            return self.lenders_fee(fee, event.from);
        }
        match event.from {
            Some(from) => {
                let given = self.pay(from, fee)?;
                self.post(4550, given - self.par(fee));
            }
            None => self.post(2010, -self.par(fee)),
        }
        self.post_rest(4560);
        Ok(())
    }
}
