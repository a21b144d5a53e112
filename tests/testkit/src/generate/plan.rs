//! What the generator believes to exist: who and what there is, and how much of it is where at any moment, so
//! that most of what it proposes can stand, late entries too.

use ledger_core::time::Day;

/// A moment of local time: a day and a minute of it; the bare day comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct When {
    pub(super) day: i64,
    pub(super) minute: i64,
}

/// The minute that stands for the bare day.
pub(super) const BARE: i64 = 1440;

impl When {
    pub(super) fn bare(day: i64) -> When {
        When { day, minute: BARE }
    }
}

/// Something that there is an amount of. Money in millionths, coins in hundred-millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stock {
    /// Coins or money at a wallet.
    In(String),
    /// Of a wallet's coins, those that are designated strategic.
    Strategic(String),
    /// What a pool owes.
    Owed(String),
    /// Coins pledged under a facility.
    Pledged(String),
    /// Principal.
    Principal(String),
    /// What may still be drawn.
    Undrawn(String),
    /// What is left of a commitment.
    Committed(String),
    /// Deposits on it.
    Deposited(String),
    /// What is owed on its invoices.
    Invoiced(String),
    /// What stands in construction for it, or for a project.
    Built(String),
    /// Costs paid in advance.
    Prepaid,
    /// Computing that customers paid in advance.
    Advance,
    /// Coins of a kind that are to be given back.
    Borrowed(String),
}

/// A wallet.
#[derive(Debug, Clone)]
pub(super) struct Wallet {
    pub(super) name: String,
    pub(super) holds: String,
    pub(super) kind: Kind,
}

/// What a wallet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Coins,
    Money,
    Pool,
}

/// A facility that is open.
#[derive(Debug, Clone)]
pub(super) struct Facility {
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) opened: When,
    pub(super) accrued_through: i64,
    pub(super) revolving: bool,
    pub(super) called: bool,
    pub(super) was_ever_called: bool,
    /// The last day of a margin call that is open.
    pub(super) deadline: i64,
    pub(super) lapsed: bool,
    pub(super) floating: bool,
    /// Whether interest bears interest.
    pub(super) compounds: bool,
    /// The first day of the rate set last.
    pub(super) rate_from: i64,
    pub(super) maturity: Option<i64>,
    pub(super) amortised_through: i64,
}

/// An order.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) name: String,
    pub(super) signed: When,
    pub(super) currency: &'static str,
    pub(super) total: i128,
    pub(super) cancelled: bool,
}

/// An asset in service.
#[derive(Debug, Clone)]
pub(super) struct Asset {
    pub(super) name: String,
    pub(super) placed: When,
    pub(super) items: Option<i128>,
    pub(super) gone: bool,
}

/// A charge of depreciation: when, through which month, of which asset or of all.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    pub(super) when: When,
    pub(super) month: i64,
    pub(super) asset: Option<String>,
}

/// A change of a stock.
#[derive(Debug, Clone)]
struct Change {
    when: When,
    stock: Stock,
    amount: i128,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) wallets: Vec<Wallet>,
    pub(super) facilities: Vec<Facility>,
    /// Prices of coins in cents, the last one first known.
    pub(super) prices: Vec<(String, i128)>,
    /// Numbers of the entries that observed prices, with what they observed.
    pub(super) observations: Vec<(u64, String, When)>,
    pub(super) orders: Vec<Order>,
    pub(super) assets: Vec<Asset>,
    pub(super) charges: Vec<Charge>,
    /// Contracts for power, and for computing.
    pub(super) power: Vec<(String, When)>,
    pub(super) computing: Vec<(String, When)>,
    /// Derivatives that are open.
    pub(super) derivatives: Vec<(String, When)>,
    /// The latest moment that anything was recorded for.
    pub(super) latest: When,
    /// The last day that is closed.
    pub(super) closed_through: Option<i64>,
    changes: Vec<Change>,
    /// How many changes there were after each entry.
    entered: Vec<usize>,
}

impl Plan {
    /// What changed since the entry before belongs to the next one.
    pub(super) fn entered(&mut self) {
        self.entered.push(self.changes.len());
    }

    /// Changes everything back that an entry changed.
    pub(super) fn take_back(&mut self, entry: u64, when: When) {
        let at = usize::try_from(entry).expect("a number of an entry");
        let end_of = |entry: usize| entry.checked_sub(1).and_then(|at| self.entered.get(at)).copied();
        let own = end_of(at - 1).unwrap_or(0)..end_of(at).unwrap_or(0);
        let back = |change: &Change| Change { when, stock: change.stock.clone(), amount: -change.amount };
        let all: Vec<Change> = self.changes[own].iter().map(back).collect();
        self.changes.extend(all);
    }

    pub(super) fn change(&mut self, when: When, stock: Stock, amount: i128) {
        self.changes.push(Change { when, stock, amount });
    }

    /// What may be taken at a moment so that neither then nor at any later moment less than nothing is there.
    pub(super) fn available(&self, stock: &Stock, when: When) -> i128 {
        let of_stock = || self.changes.iter().filter(|change| change.stock == *stock);
        let through = |end: When| -> i128 {
            of_stock().filter(|change| change.when <= end).map(|change| change.amount).sum()
        };
        let later = of_stock().map(|change| change.when).filter(|then| *then > when).map(through);
        later.min().map_or(through(when), |least| least.min(through(when))).max(0)
    }

    pub(super) fn wallets_of(&self, kind: Kind) -> Vec<Wallet> {
        self.wallets.iter().filter(|wallet| wallet.kind == kind).cloned().collect()
    }

    pub(super) fn facility(&mut self, name: &str) -> &mut Facility {
        self.facilities.iter_mut().find(|facility| facility.name == name).expect("an open facility")
    }

    pub(super) fn order(&mut self, name: &str) -> &mut Order {
        self.orders.iter_mut().find(|order| order.name == name).expect("an order")
    }

    /// The last month through which an asset is charged by the day before `when`.
    pub(super) fn charged(&self, asset: &Asset, when: When) -> i64 {
        let charges = self.charges.iter().filter(|charge| {
            let of_asset = charge.asset.is_none() || charge.asset.as_ref() == Some(&asset.name);
            of_asset && charge.when.day >= asset.placed.day && charge.when.day < when.day
        });
        charges.map(|charge| charge.month).max().unwrap_or(0).max(month(asset.placed.day) - 1)
    }

    pub(super) fn price(&mut self, commodity: &str) -> &mut i128 {
        let found = self.prices.iter_mut().find(|(name, _)| name == commodity);
        &mut found.expect("a price").1
    }
}

/// An amount with so many digits after the point.
pub(super) fn text(amount: i128, digits: u32) -> String {
    let one = 10_i128.pow(digits);
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, rest) = (amount.abs() / one, amount.abs() % one);
    if digits == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest:0width$}", width = digits as usize)
    }
}

/// The month of a day, counted from the year zero.
pub(super) fn month(day: i64) -> i64 {
    use chrono::Datelike;
    let date = Day::from_number(day).expect("a day of the calendar").date();
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

/// A day as text.
pub(super) fn date(day: i64) -> String {
    Day::from_number(day).expect("a day of the calendar").to_string()
}
