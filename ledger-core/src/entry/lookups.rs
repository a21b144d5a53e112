//! The names under which an entry is looked up: its id and transaction, its references, and every wallet, facility,
//! party, commitment, project, asset, contract, derivative and account that its events name.

use std::fmt;
use std::str::FromStr;

use super::Entry;
use crate::account::Account;
use crate::event::Event;
use crate::ids::{
    AssetId, CommitmentId, ContractId, DerivativeId, FacilityId, PartyId, Place, ProjectId, WalletId,
};

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookupKind {
    /// The entry itself, by its UUID.
    Id,
    /// A transaction that entries belong to.
    Transaction,
    /// A loan facility.
    Facility,
    /// A place of coins or money of our own.
    Wallet,
    /// A counterparty, in whatever role.
    Party,
    /// A capital commitment.
    Commitment,
    /// A project that capital is spent on.
    Project,
    /// A long-lived asset.
    Asset,
    /// A contract for power or computing.
    Contract,
    /// An option, a collar or another derivative.
    Derivative,
    /// An account that an event names; those it only posts to are not among them.
    Account,
    /// A reference into another system, as `system=what it is called there`.
    Reference,
}

impl LookupKind {
    /// All of them.
    pub const ALL: [LookupKind; 12] = [
        LookupKind::Id,
        LookupKind::Transaction,
        LookupKind::Facility,
        LookupKind::Wallet,
        LookupKind::Party,
        LookupKind::Commitment,
        LookupKind::Project,
        LookupKind::Asset,
        LookupKind::Contract,
        LookupKind::Derivative,
        LookupKind::Account,
        LookupKind::Reference,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LookupKind::Id => "id",
            LookupKind::Transaction => "transaction",
            LookupKind::Facility => "facility",
            LookupKind::Wallet => "wallet",
            LookupKind::Party => "party",
            LookupKind::Commitment => "commitment",
            LookupKind::Project => "project",
            LookupKind::Asset => "asset",
            LookupKind::Contract => "contract",
            LookupKind::Derivative => "derivative",
            LookupKind::Account => "account",
            LookupKind::Reference => "reference",
        }
    }
}

impl fmt::Display for LookupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for LookupKind {
    type Err = String;
    fn from_str(text: &str) -> Result<LookupKind, String> {
        let names = || LookupKind::ALL.map(LookupKind::as_str).join(", ");
        let known = LookupKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| format!("`{text}` is not one of {}", names()))
    }
}

impl Entry {
    /// Shows every name of the entry; one that it has several times may be shown several times.
    pub fn lookups(&self, show: &mut dyn FnMut(LookupKind, &str)) {
        show(LookupKind::Id, &self.id.to_string());
        self.names(show);
    }

    /// The same without its id. An entry that is proposed shares its names with the proposal; one that is approved does
    /// not stand in the approval, and whoever asks looks it up.
    fn names(&self, show: &mut dyn FnMut(LookupKind, &str)) {
        if let Some(transaction) = &self.transaction {
            show(LookupKind::Transaction, transaction.as_str());
        }
        for (system, name) in &self.refs.0 {
            show(LookupKind::Reference, &format!("{system}={name}"));
        }
        let mut names = Names { show };
        self.events.iter().for_each(|event| names.event(event));
    }

    /// Whether this is one of its names.
    #[must_use]
    pub fn has_lookup(&self, kind: LookupKind, name: &str) -> bool {
        let mut has = false;
        self.lookups(&mut |there, its| has |= there == kind && its == name);
        has
    }
}

/// Where names are shown.
struct Names<'a> {
    show: &'a mut dyn FnMut(LookupKind, &str),
}

impl Names<'_> {
    fn wallet(&mut self, name: impl Into<Option<WalletId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Wallet, name.as_str()));
    }

    fn facility(&mut self, name: impl Into<Option<FacilityId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Facility, name.as_str()));
    }

    fn party(&mut self, name: impl Into<Option<PartyId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Party, name.as_str()));
    }

    fn commitment(&mut self, name: impl Into<Option<CommitmentId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Commitment, name.as_str()));
    }

    fn project(&mut self, name: impl Into<Option<ProjectId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Project, name.as_str()));
    }

    fn asset(&mut self, name: impl Into<Option<AssetId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Asset, name.as_str()));
    }

    fn contract(&mut self, name: impl Into<Option<ContractId>>) {
        name.into().iter().for_each(|name| (self.show)(LookupKind::Contract, name.as_str()));
    }

    fn derivative(&mut self, name: DerivativeId) {
        (self.show)(LookupKind::Derivative, name.as_str());
    }

    fn account(&mut self, account: impl Into<Option<Account>>) {
        account.into().iter().for_each(|account| (self.show)(LookupKind::Account, &account.to_string()));
    }

    fn place(&mut self, place: impl Into<Option<Place>>) {
        match place.into() {
            Some(Place::Wallet(wallet)) => self.wallet(wallet),
            Some(Place::Facility(facility)) => self.facility(facility),
            None => {}
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::LedgerOpened(_)
            | Event::PolicyAdopted(_)
            | Event::CommodityDeclared(_)
            | Event::PriceObserved(_)
            | Event::FairValueMarked(_)
            | Event::OperatingMetricRecorded(_)
            | Event::EntryReversed(_)
            | Event::PeriodClosed(_)
            | Event::PeriodReopened(_)
            | Event::LotInstructionRecorded(_)
            | Event::ActorEnrolled(_)
            | Event::ActorRevoked(_)
            | Event::BreakExplained(_)
            | Event::ReconciliationSignedOff(_)
            | Event::ApprovalPolicyAdopted(_)
            | Event::EntryApproved(_)
            | Event::EntryRejected(_)
            | Event::EvidenceAttached(_)
            | Event::TextErased(_) => {}
            Event::StatementRecorded(stated) => self.place(stated.account.place),
            Event::ReconciliationRun(run) => self.place(run.account.place),
            Event::EntryProposed(proposed) => proposed.payload.entry().names(self.show),
            Event::AccountOpened(opened) => {
                self.account(opened.code);
                self.account(opened.parent);
            }
            Event::WalletOpened(opened) => {
                self.wallet(opened.wallet);
                self.party(opened.custodian);
            }
            Event::PartyRegistered(registered) => self.party(registered.party),
            Event::OpeningRecorded(opening) => {
                opening.lots.iter().for_each(|lot| self.place(lot.place));
                for balance in &opening.balances {
                    self.account(balance.account);
                    self.wallet(balance.wallet);
                    self.party(balance.party);
                    self.facility(balance.facility);
                    self.commitment(balance.commitment);
                    self.asset(balance.asset);
                }
                opening.assets.iter().for_each(|asset| self.asset(asset.asset));
                opening.facilities.iter().for_each(|debt| self.facility(debt.facility));
            }
            Event::JournalRecorded(journal) => {
                for line in &journal.lines {
                    self.account(line.account);
                    self.wallet(line.wallet);
                    self.facility(line.facility);
                    self.party(line.party);
                    self.project(line.project);
                    self.asset(line.asset);
                }
            }
            Event::CoinsEarned(earned) => self.wallet(earned.pool),
            Event::CoinsReceived(received) => {
                self.wallet(received.pool);
                self.wallet(received.wallet);
            }
            Event::CoinsMined(mined) => self.wallet(mined.wallet),
            Event::CoinsBought(bought) => self.ends(bought.from, bought.to),
            Event::CoinsSold(sold) => self.ends(sold.from, sold.to),
            Event::CoinsMoved(moved) => self.ends(moved.from, moved.to),
            Event::CoinsDesignated(designated) => self.wallet(designated.wallet),
            Event::CurrencyConverted(converted) => self.ends(converted.from, converted.to),
            Event::CashReceived(received) => {
                self.wallet(received.wallet);
                self.account(received.account);
                self.party(received.party);
            }
            Event::CashPaid(paid) => {
                self.wallet(paid.wallet);
                self.account(paid.account);
                self.party(paid.party);
            }
            Event::CoinsSpent(spent) => {
                self.place(spent.from);
                self.party(spent.party);
                self.account(spent.account);
                self.facility(spent.facility);
                self.commitment(spent.commitment);
            }
            Event::CoinsAccepted(accepted) => self.of_party(accepted.counterparty, accepted.to),
            Event::CoinsContributed(contributed) => self.of_party(contributed.counterparty, contributed.to),
            Event::CoinsDistributed(distributed) => self.of_party(distributed.counterparty, distributed.from),
            Event::CoinsImpounded(impounded) => self.of_party(impounded.counterparty, impounded.from),
            Event::CoinsLost(lost) => self.place(lost.from),
            Event::DerivativeOpened(opened) => {
                self.derivative(opened.derivative);
                self.party(opened.counterparty);
                self.place(opened.from);
                self.place(opened.to);
            }
            Event::DerivativeMarked(marked) => self.derivative(marked.derivative),
            Event::DerivativeSettled(settled) => {
                self.derivative(settled.derivative);
                self.place(settled.from);
                self.place(settled.to);
            }
            Event::FacilityOpened(opened) => {
                self.of_facility(opened.facility, opened.fee_from);
                self.party(opened.lender);
            }
            Event::FacilityAmended(amended) => self.of_facility(amended.facility, amended.from),
            Event::RateReset(reset) => self.facility(reset.facility),
            Event::IssueCostAmortised(amortised) => self.facility(amortised.facility),
            Event::LoanDrawn(drawn) => self.of_facility(drawn.facility, drawn.to),
            Event::InterestAccrued(accrued) => self.facility(accrued.facility),
            Event::InterestPaid(paid) => self.of_facility(paid.facility, paid.from),
            Event::LoanRepaid(repaid) => self.of_facility(repaid.facility, repaid.from),
            Event::FacilityRetired(retired) => self.facility(retired.facility),
            Event::CollateralPosted(posted) => self.of_facility(posted.facility, posted.from),
            Event::CollateralReleased(released) => self.of_facility(released.facility, released.to),
            Event::MarginCalled(called) => self.facility(called.facility),
            Event::MarginCallMet(met) => self.facility(met.facility),
            Event::MarginCallLapsed(lapsed) => self.facility(lapsed.facility),
            Event::CollateralLiquidated(sold) => self.of_facility(sold.facility, sold.surplus_to),
            Event::CapexCommitted(committed) => {
                self.commitment(committed.commitment);
                self.project(committed.project);
                self.party(committed.vendor);
            }
            Event::DepositPaid(paid) => {
                self.commitment(paid.commitment);
                self.place(paid.from);
            }
            Event::CapexAmended(amended) => self.commitment(amended.commitment),
            Event::CapexCancelled(cancelled) => {
                self.commitment(cancelled.commitment);
                self.party(cancelled.party);
                self.place(cancelled.to);
                self.place(cancelled.from);
            }
            Event::CapexInvoiced(invoiced) => self.commitment(invoiced.commitment),
            Event::CapexPaid(paid) => {
                self.commitment(paid.commitment);
                self.party(paid.party);
                self.place(paid.from);
            }
            Event::InterestCapitalised(capitalised) => {
                self.commitment(capitalised.commitment);
                self.project(capitalised.project);
                self.facility(capitalised.facility);
            }
            Event::AssetPlacedInService(placed) => {
                self.asset(placed.asset);
                placed.commitments.iter().for_each(|commitment| self.commitment(*commitment));
                placed.projects.iter().for_each(|project| self.project(*project));
            }
            Event::DepreciationCharged(charged) => self.asset(charged.asset),
            Event::AssetImpaired(impaired) => self.asset(impaired.asset),
            Event::AssetDisposed(disposed) => {
                self.asset(disposed.asset);
                self.place(disposed.to);
                self.party(disposed.receivable);
            }
            Event::OperatingCostRecorded(cost) => {
                self.place(cost.from);
                self.party(cost.party);
            }
            Event::PowerContracted(contracted) => {
                self.contract(contracted.contract);
                self.party(contracted.counterparty);
            }
            Event::PowerBilled(billed) => {
                self.contract(billed.contract);
                self.place(billed.from);
                self.party(billed.party);
            }
            Event::ComputeContracted(contracted) => {
                self.contract(contracted.contract);
                self.party(contracted.customer);
            }
            Event::ComputeDelivered(delivered) => {
                self.contract(delivered.contract);
                self.party(delivered.customer);
            }
            Event::SharesIssued(issued) => {
                self.place(issued.to);
                self.party(issued.party);
            }
            Event::SharesRepurchased(repurchased) => {
                self.place(repurchased.from);
                self.party(repurchased.party);
            }
            Event::TranslationRecorded(translated) => self.account(translated.account),
        }
    }

    fn ends(&mut self, from: Place, to: Place) {
        self.place(from);
        self.place(to);
    }

    fn of_party(&mut self, party: PartyId, place: Place) {
        self.party(party);
        self.place(place);
    }

    fn of_facility(&mut self, facility: FacilityId, other: impl Into<Option<Place>>) {
        self.facility(facility);
        self.place(other);
    }
}
