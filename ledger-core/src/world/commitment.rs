//! Capital commitments: what is signed and not yet paid or invoiced, what was paid before the goods came, and what
//! is owed for goods that came.

use super::facility::amount_of;
use super::{Moment, World};
use serde::{Deserialize, Serialize};

use crate::chart::EQUIPMENT_DEPOSITS;
use crate::event::capex::Due;
use crate::event::{CapexAmended, CapexCommitted, CapexPaid, Event};
use crate::exact::Overflow;
use crate::ids::{CommitmentId, FacilityId};
use crate::kept;
use crate::money::Units;
use crate::refusal::Refusal;
use crate::time::Day;

/// A commitment and what became of it, in units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// What was signed.
    #[serde(with = "kept::fact")]
    pub signed: CapexCommitted,
    /// The last change of it.
    #[serde(with = "kept::fact")]
    pub amended: Option<CapexAmended>,
    /// Deposits ever paid on it.
    pub deposits: Units,
    /// The part of them that is still a deposit, not used up by an invoice, refunded or lost.
    pub deposits_left: Units,
    /// What was invoiced on it in all.
    pub invoiced: Units,
    /// The part of that which deposits did not cover.
    pub invoiced_beyond: Units,
    /// The part of that which is not paid yet.
    pub owed: Units,
    /// When what was left of it was called off, and how much that was.
    pub cancelled: Option<(Day, Units)>,
}

impl Commitment {
    fn signed(signed: &CapexCommitted, deposits: Units) -> Commitment {
        Commitment {
            signed: signed.clone(),
            amended: None,
            deposits,
            deposits_left: deposits,
            invoiced: Units::ZERO,
            invoiced_beyond: Units::ZERO,
            owed: Units::ZERO,
            cancelled: None,
        }
    }

    /// What it is in all, as last changed.
    #[must_use]
    pub fn total(&self) -> Units {
        self.amended.as_ref().map_or(self.signed.amount, |amended| amended.amount).amount
    }

    /// When it falls due, as last changed.
    #[must_use]
    pub fn schedule(&self) -> &[Due] {
        self.amended.as_ref().map_or(&self.signed.schedule, |amended| &amended.schedule)
    }

    /// What was called off.
    #[must_use]
    pub fn called_off(&self) -> Units {
        self.cancelled.map_or(Units::ZERO, |(_, units)| units)
    }

    /// What is no longer an obligation off the balance sheet: deposits, and invoices beyond them.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn done(&self) -> Result<Units, Overflow> {
        self.deposits.plus(self.invoiced_beyond)
    }

    /// What is neither paid nor invoiced nor called off.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn outstanding(&self) -> Result<Units, Overflow> {
        self.total().minus(self.called_off())?.minus(self.done()?)
    }

    /// What is outstanding by the day it falls due. What was paid or invoiced was due first; what no schedule dates
    /// has no day.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn outstanding_by_day(&self) -> Result<Vec<(Option<Day>, Units)>, Overflow> {
        let mut left = self.outstanding()?;
        let mut dues: Vec<Due> = self.schedule().to_vec();
        dues.sort_by_key(|due| due.due);
        let mut by_day = Vec::new();
        for due in dues.iter().rev() {
            let part = due.amount.amount.min(left);
            if part.is_positive() {
                by_day.push((Some(due.due), part));
                left = left.minus(part)?;
            }
        }
        if left.is_positive() {
            by_day.push((None, left));
        }
        by_day.reverse();
        Ok(by_day)
    }
}

impl World {
    /// A commitment.
    ///
    /// # Errors
    /// Refused when nobody made it.
    pub fn commitment(&self, commitment: CommitmentId) -> Result<&Commitment, Refusal> {
        self.commitments.get(&commitment).ok_or(Refusal::UnknownCommitment { commitment })
    }

    /// All commitments, by name.
    pub fn commitments(&self) -> impl Iterator<Item = &Commitment> {
        self.commitments.iter().map(|(_, commitment)| commitment)
    }

    /// What an opening has on deposit for an order that is recorded after it.
    ///
    /// # Errors
    /// [`Overflow`] when the sum does not fit.
    pub fn opening_deposits(&self, commitment: CommitmentId) -> Result<Units, Overflow> {
        let balances = self.openings().next().into_iter().flat_map(|(_, opening)| &opening.balances);
        let deposits = balances.filter(|balance| {
            balance.account == EQUIPMENT_DEPOSITS && balance.commitment == Some(commitment)
        });
        Units::sum(deposits.map(|balance| Units::new(balance.debit.unwrap_or_default().decimal())))
    }

    /// Interest of a facility that is incurred and not part of anything under construction yet: interest cost may be
    /// capitalised, and no more than was incurred (ASC 835-20-30-6). That of before the opening is not among it.
    ///
    /// # Errors
    /// Refused when there is no such facility.
    pub fn interest_to_capitalise(&self, facility: FacilityId) -> Result<Units, Refusal> {
        Ok(self.facility(facility)?.interest_to_date.minus(self.capitalised(facility))?)
    }

    /// Interest of a facility that was capitalised.
    #[must_use]
    pub fn capitalised(&self, facility: FacilityId) -> Units {
        self.capitalised.get(&facility).copied().unwrap_or_default()
    }

    /// Which invoices a payment settles, and how much of each: those of the commitment it names, or of the vendor's
    /// commitments in its currency, one after the other in the order of their names.
    ///
    /// # Errors
    /// Refused when a commitment is not known, or less is owed.
    pub(crate) fn invoices_paid(&self, e: &CapexPaid) -> Result<Vec<(CommitmentId, Units)>, Refusal> {
        let mut left = e.amount.amount;
        let mut paid = Vec::new();
        if let Some(named) = e.commitment {
            self.commitment(named)?;
        }
        let of_payment = |commitment: &&Commitment| {
            let signed = &commitment.signed;
            let named = e.commitment == Some(signed.commitment) || e.party == Some(signed.vendor);
            named && signed.amount.currency == e.amount.currency
        };
        for commitment in self.commitments().filter(of_payment) {
            let part = commitment.owed.min(left);
            if part.is_positive() {
                paid.push((commitment.signed.commitment, part));
                left = left.minus(part)?;
            }
        }
        if left.is_zero() {
            return Ok(paid);
        }
        let (asked, currency) = (e.amount.amount, e.amount.currency);
        let of = match (e.commitment, e.party) {
            (Some(commitment), _) => format!("invoices of commitment {commitment}"),
            (None, Some(party)) => format!("invoices of capital goods to {party}"),
            (None, None) => return Err(Refusal::ExactlyOne { fields: "`commitment` and `party`" }),
        };
        Err(Refusal::InvoicesExceeded { of, owed: asked.minus(left)?, currency, asked })
    }

    pub(super) fn change_commitments(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        if let Event::CapexCommitted(e) = event {
            let deposits = self.opening_deposits(e.commitment)?;
            self.commitments.set(e.commitment, Commitment::signed(e, deposits));
        } else if let Event::DepositPaid(e) = event {
            let mut commitment = self.commitment(e.commitment)?.clone();
            commitment.deposits = commitment.deposits.plus(e.amount.amount)?;
            commitment.deposits_left = commitment.deposits_left.plus(e.amount.amount)?;
            self.commitments.set(e.commitment, commitment);
        } else if let Event::CapexAmended(e) = event {
            let mut commitment = self.commitment(e.commitment)?.clone();
            commitment.amended = Some(e.clone());
            self.commitments.set(e.commitment, commitment);
        } else if let Event::CapexCancelled(e) = event {
            let mut commitment = self.commitment(e.commitment)?.clone();
            commitment.cancelled = Some((at.day, commitment.outstanding()?));
            commitment.deposits_left = Units::ZERO;
            self.commitments.set(e.commitment, commitment);
        } else if let Event::CapexInvoiced(e) = event {
            let mut commitment = self.commitment(e.commitment)?.clone();
            let covered = amount_of(e.from_deposit);
            let beyond = e.amount.amount.minus(covered)?;
            commitment.deposits_left = commitment.deposits_left.minus(covered)?;
            commitment.invoiced = commitment.invoiced.plus(e.amount.amount)?;
            commitment.invoiced_beyond = commitment.invoiced_beyond.plus(beyond)?;
            commitment.owed = commitment.owed.plus(beyond)?;
            self.commitments.set(e.commitment, commitment);
        } else if let Event::CapexPaid(e) = event {
            for (name, part) in self.invoices_paid(e)? {
                let mut commitment = self.commitment(name)?.clone();
                commitment.owed = commitment.owed.minus(part)?;
                self.commitments.set(name, commitment);
            }
        } else if let Event::InterestCapitalised(e) = event {
            let so_far = self.capitalised(e.facility).plus(e.amount.amount)?;
            self.capitalised.set(e.facility, so_far);
        }
        Ok(())
    }
}
