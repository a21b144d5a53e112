//! What events do to facilities: drawn, accrued, paid, repaid, amended, called, retired.

use super::facility::{Facility, amount_of};
use super::{Moment, World};
use crate::event::loan::{InterestForm, Treatment};
use crate::event::{Event, FacilityAmended, OpeningRecorded};
use crate::ids::FacilityId;
use crate::money::Units;
use crate::refusal::Refusal;
use crate::time::Day;

impl World {
    pub(super) fn change_facilities(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        if let Event::FacilityOpened(e) = event {
            self.facilities.set(e.facility, Facility::opened(e, at.day));
        } else if let Event::OpeningRecorded(e) = event {
            self.open_debts(at, e)?;
        } else if let Event::LoanDrawn(e) = event {
            self.change_facility(e.facility, |facility, _| {
                let counts = facility.terms.count_first_day;
                let amount = e.amount.amount;
                facility.change_principal(amount, amount.negated(), counted(at.day, counts))?;
                facility.issue_cost.add(amount_of(e.fee), at.day);
                Ok(())
            })?;
        } else if let Event::RateReset(e) = event {
            self.change_facility(e.facility, |facility, _| {
                facility.index = Some(e.index_rate);
                facility.set_rate(e.from)
            })?;
        } else if let Event::InterestAccrued(e) = event {
            self.change_facility(e.facility, |facility, scale| facility.accrue(e.through, scale))?;
        } else if let Event::IssueCostAmortised(e) = event {
            self.change_facility(e.facility, |facility, scale| facility.amortise(e.through, scale))?;
        } else if let Event::InterestPaid(e) = event {
            self.change_facility(e.facility, |facility, _| {
                let amount = e.amount.amount;
                if e.how == InterestForm::InKind {
                    let from = counted(at.day, facility.terms.count_first_day);
                    facility.settle_interest(amount, from)?;
                    facility.change_principal(amount, Units::ZERO, from)?;
                } else {
                    facility.settle_interest(amount, counted(at.day, !facility.terms.count_last_day))?;
                }
                Ok(())
            })?;
        } else if let Event::LoanRepaid(e) = event {
            self.repay(at.day, e.facility, e.principal.amount, amount_of(e.interest))?;
        } else if let Event::CollateralLiquidated(e) = event {
            self.repay(at.day, e.facility, e.applied_principal.amount, amount_of(e.applied_interest))?;
            self.change_facility(e.facility, |facility, _| {
                (facility.call, facility.lapsed) = (None, None);
                Ok(())
            })?;
        } else if let Event::FacilityAmended(e) = event {
            self.change_facility(e.facility, |facility, scale| facility.amend(at.day, e, scale))?;
        } else if let Event::FacilityRetired(e) = event {
            self.change_facility(e.facility, |facility, _| {
                facility.retired = Some(at.day);
                facility.undrawn = Units::ZERO;
                (facility.issue_cost, facility.deferred_cost) = Default::default();
                Ok(())
            })?;
        } else if let Event::MarginCalled(e) = event {
            self.change_facility(e.facility, |facility, _| {
                facility.call = Some(e.clone());
                Ok(())
            })?;
        } else if let Event::MarginCallMet(e) = event {
            self.change_facility(e.facility, |facility, _| {
                (facility.call, facility.lapsed) = (None, None);
                Ok(())
            })?;
        } else if let Event::MarginCallLapsed(e) = event {
            self.change_facility(e.facility, |facility, _| {
                facility.lapsed = Some(at.day);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Changes a facility that is open. The change is given the digits of its currency.
    fn change_facility(
        &mut self,
        name: FacilityId,
        change: impl FnOnce(&mut Facility, u8) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut facility = self.facility(name)?.clone();
        let scale = self.scale(facility.terms.currency)?;
        change(&mut facility, scale)?;
        self.facilities.set(name, facility);
        Ok(())
    }

    /// Interest runs through a repayment's own day if that day counts, so it stops the day after.
    pub(super) fn repay(
        &mut self,
        day: Day,
        name: FacilityId,
        principal: Units,
        interest: Units,
    ) -> Result<(), Refusal> {
        self.change_facility(name, |facility, scale| {
            let stops = counted(day, !facility.terms.count_last_day);
            facility.release_cost(principal, scale)?;
            if !principal.is_zero() {
                let returning = facility.returning(principal);
                facility.change_principal(principal.negated(), returning, stops)?;
            }
            Ok(facility.settle_interest(interest, stops)?)
        })
    }

    /// Interest on a debt of the opening runs from the day after the last that is accrued, and so does the fee on
    /// what is not drawn.
    fn open_debts(&mut self, at: &Moment, e: &OpeningRecorded) -> Result<(), Refusal> {
        for opening in &e.facilities {
            if self.facility(opening.facility)?.accrued_through.is_some() {
                continue;
            }
            self.change_facility(opening.facility, |facility, _| {
                let principal = opening.principal.amount;
                let from = opening.accrued_through.next();
                facility.idle = Default::default();
                facility.idle.change(facility.undrawn, from);
                facility.change_principal(principal, principal.negated(), from)?;
                // What was accrued by then is owed, and bears from the same day on where interest does.
                facility.settle_interest(opening.accrued.amount.negated(), from)?;
                facility.accrued_through = Some(opening.accrued_through);
                facility.issue_cost.add(amount_of(opening.unamortised_cost), at.day);
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// The first day that a change bears on: its own, if that counts, else the next.
fn counted(day: Day, counts: bool) -> Day {
    if counts { day } else { day.next() }
}

impl Facility {
    /// The rate of the terms, at the index as last reset, holds from a day on.
    fn set_rate(&mut self, from: Day) -> Result<(), Refusal> {
        if let Some(rate) = self.terms.rate.at(self.index)? {
            self.rates.change(self.terms.day_count, from, rate)?;
        }
        Ok(())
    }

    /// New terms hold from the day of the amendment, rates from the first day after it that is not accrued yet.
    fn amend(&mut self, day: Day, e: &FacilityAmended, scale: u8) -> Result<(), Refusal> {
        let from = self.new_rates_from(day);
        let limit = e.changes.limit.map_or(self.terms.limit.amount, |limit| limit.amount);
        let more = limit.minus(self.terms.limit.amount)?;
        let terms = &mut self.terms;
        terms.limit.amount = limit;
        terms.maturity = e.changes.maturity.or(terms.maturity);
        terms.kind = e.changes.kind.or(terms.kind);
        terms.control = e.changes.control.unwrap_or(terms.control);
        terms.unused_fee = e.changes.unused_fee.or(terms.unused_fee);
        if let Some(ltv) = &e.changes.ltv {
            terms.ltv = Some(ltv.clone());
        }
        if !e.changes.collateral.is_empty() {
            terms.collateral.clone_from(&e.changes.collateral);
        }
        if let Some(rate) = &e.changes.rate {
            let was_floating = terms.rate.fixed.is_none();
            terms.rate = rate.clone();
            if was_floating || rate.fixed.is_some() || self.index.is_some() {
                self.set_rate(from)?;
            }
        }
        if let Some(fee) = e.changes.unused_fee {
            self.idle_rates.change(self.terms.day_count, from, fee)?;
        }
        self.change_principal(Units::ZERO, more, from)?;
        let forgiven = amount_of(e.forgiven);
        match e.treatment {
            Treatment::Modification => {
                self.start_costs_anew()?;
                let cost = if self.terms.cost_is_deferred() {
                    &mut self.deferred_cost
                } else {
                    &mut self.issue_cost
                };
                cost.add(amount_of(e.fee), day);
            }
            Treatment::Troubled => self.start_costs_anew()?,
            Treatment::Extinguishment => (self.issue_cost, self.deferred_cost) = Default::default(),
        }
        if !forgiven.is_zero() {
            self.release_cost(forgiven, scale)?;
            self.change_principal(forgiven.negated(), Units::ZERO, from)?;
        }
        Ok(())
    }

    fn start_costs_anew(&mut self) -> Result<(), Refusal> {
        self.issue_cost.start_anew(self.amortised_through)?;
        self.deferred_cost.start_anew(self.amortised_through)?;
        Ok(())
    }
}
