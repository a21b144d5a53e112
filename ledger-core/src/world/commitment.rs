//! Capital commitments: what is signed and not yet paid or invoiced.

use super::World;
use serde::{Deserialize, Serialize};

use crate::event::{CapexCommitted, Event};
use crate::exact::Overflow;
use crate::ids::CommitmentId;
use crate::kept;
use crate::money::Units;
use crate::refusal::Refusal;

/// A commitment and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// What was signed.
    #[serde(with = "kept::fact")]
    pub signed: CapexCommitted,
    /// Deposits paid on it.
    pub deposits: Units,
}

impl Commitment {
    /// What is not yet paid.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn outstanding(&self) -> Result<Units, Overflow> {
        self.signed.amount.amount.minus(self.deposits)
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

    pub(super) fn change_commitments(&mut self, event: &Event) -> Result<(), Refusal> {
        if let Event::CapexCommitted(e) = event {
            self.commitments.set(e.commitment, Commitment { signed: e.clone(), deposits: Units::ZERO });
        } else if let Event::DepositPaid(e) = event {
            self.pay_deposit(e.commitment, e.amount.amount)?;
        }
        Ok(())
    }

    pub(super) fn pay_deposit(&mut self, name: CommitmentId, amount: Units) -> Result<(), Refusal> {
        let mut commitment = self.commitment(name)?.clone();
        commitment.deposits = commitment.deposits.plus(amount)?;
        self.commitments.set(name, commitment);
        Ok(())
    }
}
