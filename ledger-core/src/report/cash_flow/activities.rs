//! Which activity the cash of an event belongs to, and what an event moves without cash: the table of the cash flow
//! statement (ASC 230-10-45). What a manual journal pays or receives is known by the accounts on its other side.

use crate::account::{Account, Class};
use crate::chart;
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::loan::InterestForm;
use crate::event::{Event, declaration};
use crate::world::World;

/// The activities, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Activity {
    /// What the business earns and costs.
    Operating,
    /// Coins, equipment and other investments.
    Investing,
    /// Lenders and owners.
    Financing,
}

impl Activity {
    /// Its name in the names of rows.
    pub(super) fn id(self) -> &'static str {
        match self {
            Activity::Operating => "operating",
            Activity::Investing => "investing",
            Activity::Financing => "financing",
        }
    }
}

/// Where cash of an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CashOf {
    /// All of it on one line of an activity.
    One(Activity, &'static str),
    /// Coins sold: operating as far as they were mined a few days before, else investing
    /// (ASC 230-10-45-27A, 45-12).
    Sale,
    /// Interest is operating, all else of the payment financing (ASC 230-10-45-17, 45-15).
    DebtService,
    /// By the accounts on the other side.
    ByAccount,
    /// It was there when the books were opened.
    Opening,
}

const COSTS_OF_LOANS: &str = "Costs of loans";
const EQUIPMENT: &str = "Equipment";
const DERIVATIVES: &str = "Derivatives";
const SHARES_BOUGHT_BACK: &str = "Shares bought back";
const STABLECOINS: &str = "Stablecoins bought and sold";

/// Coins sold, where they are investing.
pub(super) const COINS_SOLD: &str = "Coins sold";
/// Coins sold within days of being mined, where they are operating.
pub(super) const MINED_COINS_SOLD: &str = "Mined coins sold within days";
/// Principal and what the lender takes for being paid early (ASC 230-10-45-15).
pub(super) const LOANS_REPAID: &str = "Loans repaid";

/// Where cash of an event stands.
pub(super) fn cash_of(event: &Event) -> CashOf {
    use Activity::{Financing, Investing, Operating};
    match event {
        Event::OpeningRecorded(_) => CashOf::Opening,
        Event::CoinsBought(_) => CashOf::One(Investing, "Coins bought"),
        Event::CoinsSold(_) => CashOf::Sale,
        Event::FacilityOpened(_) | Event::FacilityAmended(_) => CashOf::One(Financing, COSTS_OF_LOANS),
        Event::LoanDrawn(_) => CashOf::One(Financing, "Loans drawn"),
        Event::InterestPaid(_) | Event::LoanRepaid(_) => CashOf::DebtService,
        Event::CollateralLiquidated(_) => CashOf::One(Investing, "Left over from collateral sold by lenders"),
        Event::DepositPaid(_) => CashOf::One(Investing, "Deposits paid on equipment"),
        Event::CapexCancelled(_) => CashOf::One(Investing, "Orders of equipment called off"),
        Event::CapexPaid(_) => CashOf::One(Investing, EQUIPMENT),
        Event::AssetDisposed(_) => CashOf::One(Investing, "Equipment sold"),
        Event::OperatingCostRecorded(_) | Event::PowerBilled(_) => CashOf::One(Operating, "Operating costs"),
        Event::SharesIssued(_) => CashOf::One(Financing, "Shares issued"),
        Event::SharesRepurchased(_) => CashOf::One(Financing, SHARES_BOUGHT_BACK),
        Event::DerivativeOpened(_) | Event::DerivativeSettled(_) => CashOf::One(Investing, DERIVATIVES),
        Event::JournalRecorded(_)
        | Event::EntryReversed(_)
        | Event::CurrencyConverted(_)
        | Event::CashReceived(_)
        | Event::CashPaid(_) => CashOf::ByAccount,
        // These move no cash.
        declaration!()
        | Event::FairValueMarked(_)
        | Event::CoinsEarned(_)
        | Event::CoinsReceived(_)
        | Event::CoinsMined(_)
        | Event::CoinsMoved(_)
        | Event::CoinsDesignated(_)
        | Event::CoinsSpent(_)
        | Event::CoinsAccepted(_)
        | Event::CoinsContributed(_)
        | Event::CoinsDistributed(_)
        | Event::CoinsImpounded(_)
        | Event::CoinsLost(_)
        | Event::DerivativeMarked(_)
        | Event::TranslationRecorded(_)
        | Event::RateReset(_)
        | Event::InterestAccrued(_)
        | Event::IssueCostAmortised(_)
        | Event::FacilityRetired(_)
        | Event::CollateralPosted(_)
        | Event::CollateralReleased(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::CapexInvoiced(_)
        | Event::OperatingMetricRecorded(_)
        | Event::CapexAmended(_)
        | Event::InterestCapitalised(_)
        | Event::AssetPlacedInService(_)
        | Event::DepreciationCharged(_)
        | Event::AssetImpaired(_)
        | Event::PowerContracted(_)
        | Event::ComputeContracted(_)
        | Event::ComputeDelivered(_)
        | Event::CapexCommitted(_) => CashOf::ByAccount,
    }
}

/// Where cash stands that was paid or received against an account.
pub(super) fn activity_of(world: &World, account: Account) -> (Activity, &'static str) {
    use Activity::{Financing, Investing, Operating};
    let class = world.account(account).map_or(Class::Expense, |info| info.class);
    match (class, account.number()) {
        (Class::Asset, 1030) => (Investing, "Short-term investments"),
        (Class::Asset, 1110) => (Investing, STABLECOINS),
        (Class::Asset, 1200..=1299) => (Investing, "Coins bought and sold"),
        (Class::Asset, 1310) | (Class::Liability, 2340) => (Investing, DERIVATIVES),
        (Class::Asset, 1430) => (Financing, COSTS_OF_LOANS),
        (Class::Asset, 1500..=1539) | (Class::Income, 4570) => (Investing, EQUIPMENT),
        (Class::Asset, 1590..) => (Investing, "Other assets"),
        // What is paid to a vendor later than soon after the purchase is a loan by it (ASC 230-10-45-13).
        (Class::Liability, 2350) => (Financing, "Miner purchase liabilities paid"),
        (Class::Liability, 2300..=2339) | (Class::Income, 4560) => (Financing, LOANS_REPAID),
        (Class::Equity, 3030) => (Financing, SHARES_BOUGHT_BACK),
        (Class::Equity, 3100) => (Financing, "Distributions"),
        (Class::Equity, _) => (Financing, "Capital of the owners"),
        (Class::Asset | Class::Liability | Class::Income | Class::Expense | Class::Memo, _) => {
            (Operating, "Operating")
        }
    }
}

/// Whether a change of the account is one of operating assets and liabilities.
pub(super) fn is_working_capital(world: &World, account: Account) -> bool {
    let on_sheet =
        matches!(world.account(account).map(|info| info.class), Ok(Class::Asset | Class::Liability));
    let accrues = account == chart::ACCRUED_INTEREST;
    on_sheet && (accrues || activity_of(world, account).0 == Activity::Operating)
}

/// What an event moves without cash, and which lines of its journal tell how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Without {
    /// What stablecoins that are not cash paid or brought.
    Stablecoins(&'static str),
    /// What was debited to coins and claims for coins.
    CoinsIn(&'static str),
    /// What was credited to coins, at what they were carried at.
    CoinsOut(&'static str),
    /// What was debited to debt and the interest on it.
    DebtSettled(&'static str),
    /// What was credited to debt.
    DebtIncurred(&'static str),
    /// What was credited to vendors.
    Owed(&'static str),
}

/// What an event moves without cash (ASC 230-10-50-3 to 50-6).
pub(super) fn without_cash(event: &Event) -> Option<Without> {
    use Without::{CoinsIn, CoinsOut, DebtIncurred, DebtSettled, Owed, Stablecoins};
    match event {
        Event::CoinsMined(_) | Event::CoinsEarned(_) => Some(CoinsIn("Mining revenue in coins")),
        Event::CoinsAccepted(e) => Some(CoinsIn(match e.against {
            Acceptance::Borrowed => "Coins borrowed",
            Acceptance::Hosting | Acceptance::Compute => "Revenue in coins",
            Acceptance::Receivable | Acceptance::ContractLiability => "Customers' payments in coins",
        })),
        Event::CoinsContributed(_) => Some(CoinsIn("Coins contributed in kind")),
        Event::CoinsDistributed(_) => Some(CoinsOut("Coins distributed in kind")),
        Event::CoinsSpent(e) => Some(match e.settles {
            Spending::Principal | Spending::Interest => DebtSettled("Debt settled in coins"),
            Spending::Deposit => CoinsOut("Deposits on equipment paid in coins"),
            Spending::Expense | Spending::Payable | Spending::Payroll => {
                CoinsOut("Costs and payables paid in coins")
            }
            Spending::Borrowed => CoinsOut("Borrowed coins given back"),
        }),
        Event::CoinsImpounded(_) => Some(CoinsOut("Coins impounded with a failed custodian")),
        Event::SharesRepurchased(_) => Some(Stablecoins("Shares bought back with stablecoins")),
        Event::DerivativeOpened(_) | Event::DerivativeSettled(_) => {
            Some(Stablecoins("Derivatives settled in stablecoins"))
        }
        Event::CoinsBought(_) => Some(Stablecoins("Coins bought with stablecoins")),
        Event::CoinsSold(_) => Some(Stablecoins("Coins sold for stablecoins")),
        Event::CollateralPosted(_) => Some(CoinsIn("Coins given as collateral")),
        Event::CollateralReleased(_) => Some(CoinsIn("Collateral given back")),
        Event::CollateralLiquidated(_) => Some(DebtSettled("Debt settled by collateral that lenders sold")),
        Event::LoanDrawn(_) => Some(Stablecoins("Loans drawn in stablecoins")),
        Event::LoanRepaid(e) if e.coins.is_some() => Some(DebtSettled("Debt settled in coins")),
        Event::LoanRepaid(_) => Some(Stablecoins("Debt settled in stablecoins")),
        Event::InterestPaid(e) => Some(match e.how {
            InterestForm::Cash => Stablecoins("Interest paid in stablecoins"),
            InterestForm::InKind => DebtIncurred("Interest added to the principal"),
            InterestForm::Coins => DebtSettled("Interest paid in coins"),
        }),
        Event::FacilityOpened(_) => Some(Stablecoins("Costs of loans paid in stablecoins")),
        Event::FacilityAmended(e) if e.forgiven.is_some() => {
            Some(DebtSettled("Principal given up by lenders"))
        }
        Event::FacilityAmended(_) => Some(Stablecoins("Costs of loans paid in stablecoins")),
        Event::DepositPaid(_) => Some(Stablecoins("Deposits on equipment paid in stablecoins")),
        Event::SharesIssued(_) => Some(Stablecoins("Shares issued for stablecoins")),
        Event::CashReceived(_) => Some(Stablecoins("Received in stablecoins")),
        Event::CapexInvoiced(_) => Some(Owed("Equipment invoiced and not paid")),
        Event::CapexPaid(_) => Some(Stablecoins("Equipment paid in stablecoins")),
        Event::CapexCancelled(_) => Some(Stablecoins("Orders called off, settled in stablecoins")),
        Event::AssetDisposed(_) => Some(Stablecoins("Equipment sold for stablecoins")),
        Event::CashPaid(_) | Event::OperatingCostRecorded(_) | Event::PowerBilled(_) => {
            Some(Stablecoins("Paid in stablecoins"))
        }
        declaration!()
        | Event::OpeningRecorded(_)
        | Event::FairValueMarked(_)
        | Event::JournalRecorded(_)
        | Event::EntryReversed(_)
        | Event::CoinsReceived(_)
        | Event::CoinsMoved(_)
        | Event::CoinsDesignated(_)
        | Event::CoinsLost(_)
        | Event::DerivativeMarked(_)
        | Event::TranslationRecorded(_)
        | Event::CurrencyConverted(_)
        | Event::RateReset(_)
        | Event::InterestAccrued(_)
        | Event::IssueCostAmortised(_)
        | Event::FacilityRetired(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::OperatingMetricRecorded(_)
        | Event::CapexAmended(_)
        | Event::InterestCapitalised(_)
        | Event::AssetPlacedInService(_)
        | Event::DepreciationCharged(_)
        | Event::AssetImpaired(_)
        | Event::PowerContracted(_)
        | Event::ComputeContracted(_)
        | Event::ComputeDelivered(_)
        | Event::CapexCommitted(_) => None,
    }
}
