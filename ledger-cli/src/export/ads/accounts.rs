//! The trial balance of every period, and the chart of the accounts in it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use ledger_core::account::{Account, Class};
use ledger_core::money::Money;
use ledger_core::posting::Line;
use ledger_core::time::Day;
use ledger_core::world::World;

use super::periods::Period;
use super::{put, records};
use crate::diagnostic::Failure;
use crate::render::figures::fixed;

const TRIAL_BALANCE: &[&str] = &[
    "GL_Account_Number",
    "Business_Unit_Code",
    "Fiscal_Year",
    "Period",
    "Balance_As_Of_Date",
    "Amount_Beginning",
    "Amount_Ending",
    "Amount_Currency",
];

const CHART: &[&str] = &["GL_Account_Number", "GL_Account_Name", "Account_Type", "Parent_GL_Account_Number"];

/// What was posted to each account, period by period.
#[derive(Default)]
pub(super) struct Balances {
    accounts: BTreeMap<Account, Named>,
    periods: BTreeMap<Period, BTreeMap<Account, Money>>,
}

/// What an account is called.
struct Named {
    name: String,
    class: Class,
    parent: Option<Account>,
}

/// What the amounts are of.
pub(super) struct Of<'a> {
    pub(super) unit: &'a str,
    pub(super) currency: &'a str,
    pub(super) digits: u32,
    pub(super) last: Day,
}

impl Balances {
    /// Takes in a line.
    pub(super) fn post(&mut self, world: &World, line: &Line, period: Period) -> Result<(), Failure> {
        let account = line.target.account;
        if let Entry::Vacant(unknown) = self.accounts.entry(account) {
            let info = world.account(account)?;
            unknown.insert(Named { name: info.name.to_owned(), class: info.class, parent: info.parent });
        }
        let sum = self.periods.entry(period).or_default().entry(account).or_default();
        *sum = sum.plus(line.amount).map_err(ledger_core::refusal::Refusal::from)?;
        Ok(())
    }

    /// A row for every account from the first period in which it was posted to, debits positive.
    pub(super) fn write_trial_balance(&self, path: &Path, of: &Of<'_>) -> Result<(), Failure> {
        let mut rows = records(path, TRIAL_BALANCE)?;
        let mut standing: BTreeMap<Account, Money> = BTreeMap::new();
        for (period, posted) in &self.periods {
            for account in posted.keys() {
                standing.entry(*account).or_default();
            }
            for (account, balance) in &mut standing {
                let beginning = *balance;
                if let Some(amount) = posted.get(account) {
                    *balance = balance.plus(*amount).map_err(ledger_core::refusal::Refusal::from)?;
                }
                let amount = |amount: Money| fixed(amount.decimal(), of.digits);
                let row = [
                    account.to_string(),
                    of.unit.to_owned(),
                    period.year.to_string(),
                    period.number.to_string(),
                    period.last.min(of.last).to_string(),
                    amount(beginning),
                    amount(*balance),
                    of.currency.to_owned(),
                ];
                put(&mut rows, &row)?;
            }
        }
        Ok(rows.flush()?)
    }

    /// Every account that was posted to.
    pub(super) fn write_accounts(&self, path: &Path) -> Result<(), Failure> {
        let mut rows = records(path, CHART)?;
        for (account, named) in &self.accounts {
            let kind = match named.class {
                Class::Asset => "Assets",
                Class::Liability => "Liabilities",
                Class::Equity => "Equity",
                Class::Income => "Revenue",
                Class::Expense => "Expenses",
                Class::Memo => "Memo",
            };
            let parent = named.parent.map(|parent| parent.to_string()).unwrap_or_default();
            put(&mut rows, &[account.to_string(), named.name.clone(), kind.to_owned(), parent])?;
        }
        Ok(rows.flush()?)
    }
}
