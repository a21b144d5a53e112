//! Current or non-current, derived at the reporting date (ASC 210-10-45). It follows from the world, the account and
//! what the posting is about; nothing of it is recorded.
//!
//! Where the ledger does not know when an amount falls due, it stands where it flatters nobody: a debt is current, an
//! asset is not.

use crate::account::{Account, Class};
use crate::chart::{
    ACCRUED, ACCRUED_INTEREST, BITCOIN, BITCOIN_FROM_POOL, BITCOIN_IN_TRANSIT, BITCOIN_PLEDGED,
    BITCOIN_STRATEGIC, CASH, COINS_TO_RETURN, COLLATERAL_ALLOWANCE, COLLATERAL_RECEIVABLE,
    CONTRACT_LIABILITIES, DEFERRED_FACILITY_COSTS, DEFERRED_TAX, DERIVATIVE_ASSETS, DERIVATIVE_LIABILITIES,
    ISSUE_COST, LOAN_PRINCIPAL, MINER_PURCHASES, PAYABLES, PREPAID, RECEIVABLES, RECEIVABLES_ALLOWANCE,
    RESTRICTED_CASH, SHORT_TERM_INVESTMENTS, STABLECOINS, TAX_PAYABLE,
};
use crate::event::loan::FacilityKind;
use crate::ids::FacilityId;
use crate::posting::Dimensions;
use crate::time::Day;
use crate::world::World;

/// Whether an amount is turned into cash, or has to be paid, within twelve months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// Within twelve months of the reporting date, or whenever somebody else wants.
    Current,
    /// Later.
    NonCurrent,
}

/// Months within which what falls due is current.
const MONTHS: u32 = 12;

/// Accounts that a ledger opens for itself may stand under each other; nobody nests them deeper.
const PARENTS_MAX: usize = 8;

/// Where an amount on an asset or liability account stands on the reporting date.
pub(super) fn term(world: &World, day: Day, account: Account, about: &Dimensions) -> Term {
    let account = shown_under(world, account);
    match account {
        // Cash that is restricted for a debt goes with it (ASC 210-10-45-4).
        RESTRICTED_CASH if about.facility.is_none() => Term::Current,
        // Debt and what belongs to it: its issue cost (ASC 835-30-45-1A), the coins that secure it, the cost of a
        // line that is not drawn.
        RESTRICTED_CASH
        | BITCOIN_PLEDGED
        | COLLATERAL_RECEIVABLE
        | COLLATERAL_ALLOWANCE
        | DEFERRED_FACILITY_COSTS
        | LOAN_PRINCIPAL
        | ISSUE_COST
        | COINS_TO_RETURN => {
            about.facility.map_or_else(|| unknown(world, account), |name| of_facility(world, day, name))
        }
        // Interest is paid as it accrues, whenever the principal is due.
        ACCRUED_INTEREST => Term::Current,
        CASH | SHORT_TERM_INVESTMENTS | STABLECOINS | RECEIVABLES | RECEIVABLES_ALLOWANCE | PREPAID => {
            Term::Current
        }
        // By what the coins are meant for: to be sold in the course of business, or to be held.
        BITCOIN | BITCOIN_IN_TRANSIT | BITCOIN_FROM_POOL => Term::Current,
        BITCOIN_STRATEGIC => Term::NonCurrent,
        // Not designated as hedges of anything longer.
        DERIVATIVE_ASSETS | DERIVATIVE_LIABILITIES => Term::Current,
        PAYABLES | ACCRUED | CONTRACT_LIABILITIES | MINER_PURCHASES | TAX_PAYABLE => Term::Current,
        // ASC 740-10-45-4.
        DEFERRED_TAX => Term::NonCurrent,
        // Equipment and what is paid for it in advance, rights of use, and all whose term nobody stated.
        other => unknown(world, other),
    }
}

/// A debt is current, an asset is not.
fn unknown(world: &World, account: Account) -> Term {
    match world.account(account).map(|info| info.class) {
        Ok(Class::Asset) => Term::NonCurrent,
        Ok(_) | Err(_) => Term::Current,
    }
}

/// The built-in account that one of the ledger's own stands under, or itself.
fn shown_under(world: &World, account: Account) -> Account {
    let mut shown = account;
    for _ in 0..PARENTS_MAX {
        match world.account(shown).ok().and_then(|info| info.parent) {
            Some(parent) => shown = parent,
            None => break,
        }
    }
    shown
}

/// Debt is current if it falls due within twelve months, may be called at any time, or is callable because a margin
/// call is not met (ASC 470-10-45-10, 45-11); and if no maturity was agreed, for the lender is bound by none.
fn of_facility(world: &World, day: Day, name: FacilityId) -> Term {
    let Some(facility) = world.facilities().find(|facility| facility.terms.facility == name) else {
        return Term::Current;
    };
    let callable = facility.kind() == FacilityKind::OnDemand || facility.call.is_some();
    let within = day.date().checked_add_months(chrono::Months::new(MONTHS)).and_then(Day::from_date);
    let is_later = facility.terms.maturity.zip(within).is_some_and(|(maturity, within)| maturity > within);
    if is_later && !callable { Term::NonCurrent } else { Term::Current }
}

/// Facilities whose debt is current only because no maturity is known.
pub(super) fn without_maturity(world: &World) -> impl Iterator<Item = FacilityId> {
    let open =
        world.facilities().filter(|facility| facility.retired.is_none() && facility.principal.is_positive());
    let unknown = open.filter(|facility| {
        facility.terms.maturity.is_none()
            && facility.kind() != FacilityKind::OnDemand
            && facility.call.is_none()
    });
    unknown.map(|facility| facility.terms.facility)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;
    use crate::fold::Fold;
    use crate::replay::replay;
    use crate::resolve::{Question, Recorded};
    use crate::time::Instant;

    /// A world with facilities of each kind, on 31 March 2026.
    fn world() -> Fold {
        let facility = |name: &str, more: &str| {
            format!(
                r#"{{"type":"facility_opened","facility":"{name}","lender":"l","currency":"USD",
                "limit":{{"amount":"100","currency":"USD"}},"rate":{{"fixed":"0.1"}},"day_count":"act/360",
                "count_first_day":true,"count_last_day":false,"control":"kept"{more}}}"#
            )
        };
        let events = [
            r#"{"type":"ledger_opened","entity":"e","functional_currency":"USD","time_zone":"UTC",
                "fiscal_year_end":"12-31"}"#
                .to_owned(),
            r#"{"type":"party_registered","party":"l"}"#.to_owned(),
            r#"{"type":"account_opened","code":"1599","name":"Land","class":"asset"}"#.to_owned(),
            r#"{"type":"account_opened","code":"1429","name":"Insurance","class":"asset","parent":"1420"}"#
                .to_owned(),
            r#"{"type":"account_opened","code":"2999","name":"Claims","class":"liability"}"#.to_owned(),
            facility("soon", r#","kind":"term","maturity":"2027-03-31""#),
            facility("later", r#","kind":"term","maturity":"2027-04-01""#),
            facility("revolving", r#","maturity":"2028-01-01""#),
            facility("open", ""),
            facility("on-demand", r#","kind":"on_demand","maturity":"2028-01-01""#),
            facility("called", r#","maturity":"2028-01-01""#),
            facility("cured", r#","maturity":"2028-01-01""#),
            r#"{"type":"margin_called","facility":"called","at":"2026-01-01T00:00:00Z","ltv":"0.8",
                "required":{"amount":"1","currency":"USD"},"deadline":"2026-01-02T00:00:00Z"},
                {"type":"margin_called","facility":"cured","at":"2026-01-01T00:00:00Z","ltv":"0.8",
                "required":{"amount":"1","currency":"USD"},"deadline":"2026-01-02T00:00:00Z"},
                {"type":"margin_call_met","facility":"cured","how":"repayment"}"#
                .to_owned(),
        ];
        let log: Vec<Recorded> = (1..)
            .zip(events)
            .map(|(number, events)| {
                let id = uuid::Uuid::from_u128(number.into());
                let text =
                    format!(r#"{{"id":"{id}","effective":"2026-01-01","actor":"a","events":[{events}]}}"#);
                let entry = Entry::from_json(&text).unwrap();
                Recorded { number, recorded: Instant::from_micros(0), entry }
            })
            .collect();
        replay(&log, &Question::default(), |_| ()).unwrap()
    }

    #[test]
    fn each_account_stands_where_its_amount_falls_due() {
        let fold = world();
        let day = "2026-03-31".parse().unwrap();
        let (current, later) = (Term::Current, Term::NonCurrent);
        let cases = [
            ("1010", None, current),
            ("1020", None, current),
            ("1020", Some("later"), later),
            ("1110", None, current),
            ("1210", None, current),
            ("1211", None, later),
            ("1215", None, current),
            ("1220", Some("soon"), current),
            ("1220", Some("later"), later),
            ("1230", None, current),
            ("1240", Some("revolving"), later),
            ("1240", Some("called"), current),
            ("1249", Some("later"), later),
            ("1310", None, current),
            ("1410", None, current),
            ("1420", None, current),
            ("1429", None, current),
            ("1430", Some("later"), later),
            ("1510", None, later),
            ("1519", None, later),
            ("1520", None, later),
            ("1530", None, later),
            ("1540", None, later),
            ("1550", None, later),
            ("1590", None, later),
            ("1599", None, later),
            ("2010", None, current),
            ("2020", None, current),
            ("2210", None, current),
            ("2310", Some("soon"), current),
            ("2310", Some("later"), later),
            ("2310", Some("revolving"), later),
            ("2310", Some("open"), current),
            ("2310", Some("on-demand"), current),
            ("2310", Some("called"), current),
            ("2310", Some("cured"), later),
            ("2310", None, current),
            ("2319", Some("later"), later),
            ("2320", Some("later"), current),
            ("2330", Some("later"), later),
            ("2340", None, current),
            ("2350", None, current),
            ("2410", None, current),
            ("2590", None, current),
            ("2610", None, later),
            ("2620", None, current),
            ("2999", None, current),
        ];
        for (account, facility, expected) in cases {
            let facility = facility.map(|name| name.parse().unwrap());
            let about = Dimensions { facility, ..Dimensions::default() };
            let found = term(fold.world(), day, account.parse().unwrap(), &about);
            assert_eq!(found, expected, "{account} {:?}", facility.map(|name| name.as_str()));
        }
        let unknown: Vec<_> = without_maturity(fold.world()).collect();
        assert!(unknown.is_empty(), "nothing is owed yet: {unknown:?}");
    }

    #[test]
    fn every_asset_and_liability_of_the_chart_is_in_the_table_by_name_or_by_rule() {
        let fold = world();
        let day = "2026-03-31".parse().unwrap();
        let sheet =
            crate::chart::CHART.iter().filter(|line| matches!(line.class, Class::Asset | Class::Liability));
        let later: Vec<String> = sheet
            .filter(|line| term(fold.world(), day, line.account, &Dimensions::default()) == Term::NonCurrent)
            .map(|line| line.account.to_string())
            .collect();
        let without_facility = "1211 1220 1240 1249 1430";
        let by_rule = "1510 1511 1512 1519 1520 1530 1540 1550 1590 2610";
        assert_eq!(later.join(" "), format!("{without_facility} {by_rule}"));
    }
}
