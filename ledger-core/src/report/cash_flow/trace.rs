//! What each journal adds to each line of the statement of cash flows: the flows of that journal alone, gathered as
//! those of the period are.

use super::activities::Activity;
use super::flows::{Flows, is_cash};
use super::fresh::Fresh;
use super::{NoReport, Request, fresh_from};
use crate::report::traced::{AMOUNT, Addition, Show, Traced, each_step};
use crate::sheet::RowId;

/// The names of the lines.
pub(super) mod id {
    use super::super::activities::Activity;
    use super::super::flows::Caption;
    use crate::account::Account;
    use crate::sheet::slug;

    /// Income less expense.
    pub(in super::super) const NET_INCOME: &str = "net-income";
    /// Cash before the period.
    pub(in super::super) const BEGINNING: &str = "beginning";
    /// Cash that was there when the books were opened.
    pub(in super::super) const RECORDED: &str = "recorded-at-opening";
    /// The label of interest paid.
    pub(in super::super) const INTEREST: &str = "Interest";
    /// The label of income tax paid.
    pub(in super::super) const INCOME_TAX: &str = "Income tax";

    /// Income or expense without operating cash, before the account or the words.
    pub(in super::super) const ADJUSTMENT: &str = "adjustment";
    /// A change of an operating asset or liability, before the account.
    pub(in super::super) const WORKING_CAPITAL: &str = "working-capital";
    /// What cash changed by.
    pub(in super::super) const CHANGE: &str = "change";
    /// Cash after the period.
    pub(in super::super) const AT_END: &str = "end";

    /// Income or expense without operating cash.
    pub(in super::super) fn adjustment((account, caption): &Caption) -> String {
        let words = [account.map(|account| account.to_string()), Some(slug(caption))];
        let words = words.into_iter().flatten().filter(|word| !word.is_empty());
        std::iter::once(ADJUSTMENT.to_owned()).chain(words).collect::<Vec<_>>().join(".")
    }

    /// A change of an operating asset or liability.
    pub(in super::super) fn working_capital(account: Account) -> String {
        format!("{WORKING_CAPITAL}.{account}")
    }

    /// Cash of investing or financing.
    pub(in super::super) fn of_activity(activity: Activity, caption: &str) -> String {
        format!("{}.{}", activity.id(), slug(caption))
    }

    /// Cash on an account at the end.
    pub(in super::super) fn end(account: Account) -> String {
        format!("{AT_END}.{account}")
    }

    /// What was paid in cash, by its label.
    pub(in super::super) fn paid(label: &str) -> String {
        format!("paid.{}", slug(label))
    }

    /// What moved without cash.
    pub(in super::super) fn without_cash(caption: &str) -> String {
        format!("without-cash.{}", slug(caption))
    }
}

/// The sums that add up a line.
pub(in crate::report) fn sums_of(id: &str) -> Vec<RowId> {
    let section = id.split_once('.').map_or(id, |(section, _)| section);
    let of_activity = [Activity::Investing, Activity::Financing].into_iter().find(|of| of.id() == section);
    let sums: &[&'static str] = match (section, of_activity) {
        (id::NET_INCOME | id::ADJUSTMENT | id::WORKING_CAPITAL, _) => {
            &[Activity::Operating.id(), id::CHANGE, id::AT_END]
        }
        (id::BEGINNING | id::RECORDED, _) => &[id::AT_END],
        (section, Some(activity)) if section != id => &[activity.id(), id::CHANGE, id::AT_END],
        (_, _) => &[],
    };
    sums.iter().copied().map(RowId::from).collect()
}

/// Shows what each journal adds to which line; of cash at the beginning and the end, what each posting does.
pub(in crate::report) fn trace(request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
    let from = request.first_day()?;
    let standing = request.standing()?;
    let policy = standing.fold.world().book(request.book)?.policy_on(request.last_day(&standing)?);
    let window = fresh_from(request, request.standing_before(from)?.fold.world(), from)?;
    let mut fresh = Fresh::new(request.book);
    each_step(request, None, |step, day| {
        if day >= window {
            fresh.take_in(step, day);
        }
        for posted in step.posted.iter().filter(|posted| posted.book == request.book) {
            for line in posted.journal.lines().iter().filter(|line| is_cash(&policy, &line.target)) {
                let traced = Traced { step, posted, line };
                if day < from {
                    show(&traced.adds(id::BEGINNING.into(), AMOUNT, line.amount))?;
                }
                show(&traced.adds(id::end(line.target.account).into(), AMOUNT, line.amount))?;
            }
            if day < from {
                continue;
            }
            let mut flows = Flows::default();
            flows.take_in_journal(step, posted, day, &policy, &fresh)?;
            for (id, amount) in flows.lines().into_iter().filter(|(_, amount)| !amount.is_zero()) {
                show(&Addition { id: id.into(), column: AMOUNT, amount, step, posted, line: None })?;
            }
        }
        Ok(())
    })
}

impl Flows {
    /// What it comes to by line.
    fn lines(&self) -> Vec<(String, crate::money::Money)> {
        let mut lines = vec![
            (id::NET_INCOME.to_owned(), self.net_income),
            (id::RECORDED.to_owned(), self.recorded_at_opening),
            (id::paid(id::INTEREST), self.interest_paid),
            (id::paid(id::INCOME_TAX), self.tax_paid),
        ];
        lines.extend(self.taken_back.iter().map(|(caption, amount)| (id::adjustment(caption), *amount)));
        lines.extend(
            self.working_capital.iter().map(|(account, amount)| (id::working_capital(*account), *amount)),
        );
        let other = self.other.iter();
        lines.extend(
            other.map(|((activity, caption), amount)| (id::of_activity(*activity, caption), *amount)),
        );
        lines.extend(self.without_cash.iter().map(|(caption, amount)| (id::without_cash(caption), *amount)));
        lines
    }
}
