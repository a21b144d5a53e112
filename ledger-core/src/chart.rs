//! The built-in chart of accounts, in the order of a balance sheet and an income statement.

use crate::account::{Account, Class, Side};

/// An account of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartLine {
    /// Its number.
    pub account: Account,
    /// Its name, as statements print it.
    pub name: &'static str,
    /// What kind of account it is.
    pub class: Class,
    /// Whether it is shown as a deduction: it stands on the side opposite to its class.
    pub contra: bool,
}

impl ChartLine {
    /// The side on which it usually stands.
    #[must_use]
    pub fn normal_side(&self) -> Side {
        match (self.class.normal_side(), self.contra) {
            (Side::Debit, false) | (Side::Credit, true) => Side::Debit,
            (Side::Credit, false) | (Side::Debit, true) => Side::Credit,
        }
    }
}

macro_rules! chart {
    ($($class:ident { $($number:literal $constant:ident $name:literal $($contra:ident)?,)* })*) => {
        $($(
            #[doc = concat!(stringify!($number), " ", $name)]
            pub const $constant: Account = Account::new($number);
        )*)*

        /// Every account of the chart.
        pub const CHART: &[ChartLine] = &[
            $($(ChartLine {
                account: $constant,
                name: $name,
                class: Class::$class,
                contra: chart!(@contra $($contra)?),
            },)*)*
        ];
    };
    (@contra contra) => { true };
    (@contra) => { false };
}

chart! {
    Asset {
        1010 CASH "Cash",
        1020 RESTRICTED_CASH "Restricted cash",
        1030 SHORT_TERM_INVESTMENTS "Short-term investments",
        1110 STABLECOINS "Stablecoins",
        1210 BITCOIN "Bitcoin, operating",
        1211 BITCOIN_STRATEGIC "Bitcoin, strategic",
        1215 BITCOIN_IN_TRANSIT "Bitcoin in transit",
        1220 BITCOIN_PLEDGED "Bitcoin pledged, control kept",
        1230 BITCOIN_FROM_POOL "Bitcoin receivable from pool",
        1240 COLLATERAL_RECEIVABLE "Receivable for bitcoin collateral",
        1249 COLLATERAL_ALLOWANCE "Allowance on collateral receivable" contra,
        1310 DERIVATIVE_ASSETS "Derivative assets",
        1410 RECEIVABLES "Receivables",
        1419 RECEIVABLES_ALLOWANCE "Allowance on receivables" contra,
        1420 PREPAID "Prepaid expenses",
        1430 DEFERRED_FACILITY_COSTS "Deferred facility costs",
        1510 MINERS "Miners",
        1511 GPU_SERVERS "GPU servers",
        1512 DATA_CENTRE_PLANT "Data-centre plant",
        1519 ACCUMULATED_DEPRECIATION "Accumulated depreciation and impairment" contra,
        1520 CONSTRUCTION "Construction in progress",
        1530 EQUIPMENT_DEPOSITS "Deposits on equipment",
        1540 POWER_DEPOSITS "Hosting and power deposits",
        1550 RIGHT_OF_USE "Right-of-use assets",
        1590 OTHER_NON_CURRENT "Other assets, not analysed",
    }
    Liability {
        2010 PAYABLES "Payables",
        2020 ACCRUED "Accrued expenses",
        2210 CONTRACT_LIABILITIES "Contract liabilities",
        2310 LOAN_PRINCIPAL "Loan principal",
        2319 ISSUE_COST "Unamortised issue cost" contra,
        2320 ACCRUED_INTEREST "Accrued interest",
        2330 COINS_TO_RETURN "Obligation to return coins",
        2340 DERIVATIVE_LIABILITIES "Derivative liabilities",
        2350 MINER_PURCHASES "Miner purchase liability",
        2410 LEASES "Lease liabilities",
        2590 OTHER_LIABILITIES "Other liabilities, not analysed",
        2610 DEFERRED_TAX "Deferred tax",
        2620 TAX_PAYABLE "Income tax payable",
    }
    Equity {
        3010 SHARES "Share capital",
        3020 PAID_IN_CAPITAL "Paid-in capital",
        3030 TREASURY_STOCK "Treasury stock" contra,
        3100 RETAINED_EARNINGS "Retained earnings",
        3200 OTHER_COMPREHENSIVE "Accumulated other comprehensive income",
        3900 EQUITY_NOT_ANALYSED "Equity not analysed at opening",
    }
    Income {
        4010 MINING_REVENUE "Mining revenue",
        4020 HOSTING_REVENUE "Hosting revenue",
        4110 COMPUTE_REVENUE "AI computing revenue",
        4510 BITCOIN_GAINS "Gains and losses on bitcoin",
        4520 COLLATERAL_GAINS "Gains and losses on collateral receivable",
        4530 DERIVATIVE_GAINS "Gains and losses on derivatives",
        4550 EXCHANGE_DIFFERENCES "Stablecoin, exchange and settlement differences",
        4560 EXTINGUISHMENT "Extinguishment and prepayment of debt",
        4570 EQUIPMENT_DISPOSALS "Disposal of equipment",
        4900 OTHER_INCOME "Other income",
    }
    Expense {
        5010 POWER "Power",
        5020 HOSTING "Hosting",
        5110 COMPUTE_COST "AI cost of revenue",
        6010 GENERAL "General and administrative",
        6020 SHARE_COMPENSATION "Share-based compensation",
        6110 DEPRECIATION "Depreciation",
        6120 IMPAIRMENT "Impairment",
        6510 TRADING_FEES "Trading fees",
        6520 NETWORK_FEES "Network fees",
        6530 LIQUIDATION_FEES "Liquidation fees",
        6610 CREDIT_LOSS "Credit loss",
        6710 INTEREST "Interest",
        7010 INCOME_TAX "Income tax",
        7900 DISCONTINUED "Discontinued operations",
    }
    Memo {
        9010 UNDRAWN_FACILITIES "Undrawn facilities",
        9019 UNDRAWN_FACILITIES_CONTRA "Undrawn facilities, contra" contra,
        9110 PURCHASE_OBLIGATIONS "Capital purchase obligations",
        9119 PURCHASE_OBLIGATIONS_CONTRA "Capital purchase obligations, contra" contra,
        9120 POWER_OBLIGATIONS "Power and hosting obligations",
        9129 POWER_OBLIGATIONS_CONTRA "Power and hosting obligations, contra" contra,
        9210 COMPUTE_BACKLOG "AI computing backlog",
        9219 COMPUTE_BACKLOG_CONTRA "AI computing backlog, contra" contra,
    }
}

/// The chart's line for an account, if it is built in.
#[must_use]
pub fn line(account: Account) -> Option<&'static ChartLine> {
    CHART.binary_search_by_key(&account, |line| line.account).ok().and_then(|at| CHART.get(at))
}

/// Accounts kept by sub-ledgers: only events may touch them, never a manual journal or an opening balance.
#[must_use]
pub fn is_control_account(account: Account) -> bool {
    matches!(account.number(), 1110..=1249 | 1519..=1530 | 2310..=2340 | 9000..=9999)
}

/// Accounts whose opening balance follows from the lots, wallets and facilities of the opening.
#[must_use]
pub fn is_derived_at_opening(account: Account) -> bool {
    matches!(account.number(), 1110..=1248 | 2310..=2330 | 9000..=9999)
}

/// Accounts in which lots are of coins that the entity owns; what is claimed back from others (1230, 1240) is not among
/// them. Stablecoins (1110) lie in lots only where a book treats them as crypto assets.
#[must_use]
pub fn is_of_owned_lots(account: Account) -> bool {
    account == STABLECOINS || is_owned_coins(account)
}

/// Coins that the entity owns, as lots; what is claimed back from others (1230, 1240) is not among them.
#[must_use]
pub fn is_owned_coins(account: Account) -> bool {
    matches!(account.number(), 1210..=1220)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_is_in_order_and_every_account_is_found() {
        assert!(CHART.is_sorted_by(|a, b| a.account < b.account));
        assert!(CHART.iter().all(|entry| line(entry.account) == Some(entry)));
        assert_eq!(CHART.len(), 76);
    }
}
