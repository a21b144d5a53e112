//! What the ledger holds and owes as its entries are made, in whole cents, satoshis and millionths of a
//! stablecoin: enough to propose only what can stand.

/// A coin, in satoshis.
pub(super) const COIN: i64 = 100_000_000;

/// A dollar, in cents.
pub(super) const DOLLAR: i64 = 100;

/// Cents at the bank below which nothing is paid that can wait.
pub(super) const BANK_FLOOR: i64 = 5_000_000 * DOLLAR;

/// A cent, in millionths of a stablecoin.
pub(super) const CENT_MILLIONTHS: i64 = 10_000;

#[derive(Debug, Clone)]
pub(super) struct Purse {
    /// The price of a coin, in cents.
    pub(super) price: i64,
    /// Satoshis that the pool owes us.
    pub(super) claim: i64,
    /// Satoshis by place.
    pub(super) hot: i64,
    pub(super) cold: i64,
    pub(super) exchange: i64,
    /// Cents at the bank.
    pub(super) bank: i64,
    /// Millionths of a stablecoin.
    pub(super) stable: i64,
    /// Cents.
    pub(super) payables: i64,
    pub(super) receivables: i64,
    /// Cents of the order that are not yet paid.
    pub(super) ordered: i64,
    pub(super) loans: [Loan; 2],
    /// The month of the last closing, counted from January of year 0.
    pub(super) month: i64,
}

/// What is owed under a facility, and what lies with its lender.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loan {
    /// Cents.
    pub(super) principal: i64,
    /// Cents owed times days, up to the last accrual.
    pub(super) cent_days: i128,
    /// The principal that bears interest from the last accrual to the day before the next: what is drawn or repaid
    /// on the day of a closing bears from, or stops, that day.
    pub(super) bearing: i64,
    /// The last day accrued, in days since 1970.
    pub(super) accrued_through: i64,
    /// Cents of interest paid.
    pub(super) interest_paid: i64,
    /// Satoshis pledged.
    pub(super) pledged: i64,
}

impl Default for Purse {
    fn default() -> Purse {
        Purse {
            price: 40_000 * DOLLAR,
            claim: 0,
            hot: 0,
            cold: 0,
            exchange: 0,
            bank: 0,
            stable: 0,
            payables: 0,
            receivables: 0,
            ordered: 0,
            loans: [Loan::default(); 2],
            month: 0,
        }
    }
}
