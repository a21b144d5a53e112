//! The statements of a small miner over two quarters. Every figure was worked out by hand; the working stands in
//! [`story`], beside what happened.

mod balance_sheet;
mod cash_flow;
mod equity;
mod income;
mod parts;
mod periods;
mod trial_balance;

use ledger_core::entry::Entry;
use ledger_core::report::{NoReport, Period, REPORTS, Report, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::sheet::Sheet;
use ledger_core::time::Instant;

use crate::mini_story::rows;

/// What happens, day by day: the events of an entry.
const STORY: &[(&str, &str)] = &[
    (
        "2025-10-01",
        r#"{"type":"ledger_opened","entity":"Example","functional_currency":"USD","time_zone":"UTC",
        "fiscal_year_end":"12-31"}"#,
    ),
    (
        "2025-10-01",
        r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"},
        {"type":"wallet_opened","wallet":"desk","kind":"exchange","currency":"USDT"},
        {"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"},
        {"type":"wallet_opened","wallet":"vault","kind":"cold","commodity":"BTC","designation":"strategic"},
        {"type":"party_registered","party":"lender"},{"type":"party_registered","party":"vendor"}"#,
    ),
    // Cash 1,000,000.
    (
        "2025-10-02",
        r#"{"type":"shares_issued","shares":"1000","price":"1000","par":{"amount":"1000","currency":"USD"},
        "to":{"wallet":"bank"}}"#,
    ),
    // Ten coins for 600,100; cash 399,900.
    (
        "2025-10-10",
        r#"{"type":"coins_bought","commodity":"BTC","units":"10","paid":{"amount":"600000","currency":"USD"},
        "from":{"wallet":"bank"},"fee":{"amount":"100","currency":"USD"},"to":{"wallet":"cold"}}"#,
    ),
    (
        "2025-11-01",
        r#"{"type":"coins_moved","commodity":"BTC","units":"4","from":{"wallet":"cold"},"to":{"wallet":"vault"}}"#,
    ),
    (
        "2025-11-15",
        r#"{"type":"coins_mined","wallet":"cold","units":"1","value":{"amount":"62000","currency":"USD"}}"#,
    ),
    (
        "2025-11-30",
        r#"{"type":"operating_cost_recorded","segment":"mining","category":"power",
        "amount":{"amount":"20000","currency":"USD"},"settles":"payable","party":"vendor"}"#,
    ),
    // Payables 5,000 are left; cash 384,900.
    (
        "2025-12-15",
        r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"15000","currency":"USD"},
        "category":"supplier","party":"vendor"}"#,
    ),
    // Eleven coins carried at 662,100 are worth 671,000: a gain of 8,900. Net income 62,000 - 20,000 + 8,900 = 50,900.
    ("2025-12-31", r#"{"type":"fair_value_marked","commodity":"BTC","price":"61000"}"#),
    // 198,000 arrive; cash 582,900. Four coins are pledged and stay ours.
    (
        "2026-01-05",
        r#"{"type":"facility_opened","facility":"f1","lender":"lender","kind":"term","currency":"USD",
        "limit":{"amount":"300000","currency":"USD"},"rate":{"fixed":"0.12"},"day_count":"act/360",
        "count_first_day":false,"count_last_day":true,"maturity":"2028-01-05","control":"kept"},
        {"type":"collateral_posted","facility":"f1","commodity":"BTC","units":"4","from":{"wallet":"cold"}},
        {"type":"loan_drawn","facility":"f1","amount":{"amount":"200000","currency":"USD"},
        "fee":{"amount":"2000","currency":"USD"},"to":{"wallet":"bank"}}"#,
    ),
    (
        "2026-01-20",
        r#"{"type":"coins_mined","wallet":"cold","units":"0.5","value":{"amount":"30000","currency":"USD"}}"#,
    ),
    // A coin at 61,000 for 64,000: a gain of 3,000; cash 646,850.
    (
        "2026-01-25",
        r#"{"type":"coins_sold","commodity":"BTC","units":"1","proceeds":{"amount":"64000","currency":"USD"},
        "from":{"wallet":"cold"},"to":{"wallet":"bank"},"fee":{"amount":"50","currency":"USD"}}"#,
    ),
    // 26 days from 6 January on 200,000 at 12 % over 360: 1,733.33.
    ("2026-01-31", r#"{"type":"interest_accrued","facility":"f1","through":"2026-01-31"}"#),
    // Cash 645,116.67.
    (
        "2026-02-01",
        r#"{"type":"interest_paid","facility":"f1","amount":{"amount":"1733.33","currency":"USD"},
        "how":"cash","from":{"wallet":"bank"}}"#,
    ),
    (
        "2026-02-10",
        r#"{"type":"price_observed","commodity":"USDT","currency":"USD","price":"1","source":"s","market":"m",
        "at":"2026-02-10T00:00:00Z"}"#,
    ),
    // A coin at 61,000 for 65,000 USDT: a gain of 4,000 and no cash.
    (
        "2026-02-10",
        r#"{"type":"coins_sold","commodity":"BTC","units":"1","proceeds":{"amount":"65000","currency":"USDT"},
        "from":{"wallet":"cold"},"to":{"wallet":"desk"}}"#,
    ),
    // A quarter of the debt: 500 of the issue cost goes with it.
    (
        "2026-02-11",
        r#"{"type":"loan_repaid","facility":"f1","principal":{"amount":"50000","currency":"USD"},
        "from":{"wallet":"desk"}}"#,
    ),
    // Cash 615,116.67.
    (
        "2026-02-20",
        r#"{"type":"capex_committed","commitment":"c1","project":"site","vendor":"vendor",
        "amount":{"amount":"100000","currency":"USD"},"schedule":[]},
        {"type":"deposit_paid","commitment":"c1","amount":{"amount":"30000","currency":"USD"},"from":{"wallet":"bank"}}"#,
    ),
    // Cash 608,116.67.
    (
        "2026-02-25",
        r#"{"type":"operating_cost_recorded","segment":"corporate","category":"general",
        "amount":{"amount":"7000","currency":"USD"},"settles":"cash","from":{"wallet":"bank"}}"#,
    ),
    // Cash 613,116.67, and 10,000 USDT are left.
    (
        "2026-03-01",
        r#"{"type":"currency_converted","given":{"amount":"5000","currency":"USDT"},
        "got":{"amount":"5000","currency":"USD"},"from":{"wallet":"desk"},"to":{"wallet":"bank"}}"#,
    ),
    (
        "2026-03-10",
        r#"{"type":"collateral_released","facility":"f1","commodity":"BTC","units":"1","to":{"wallet":"cold"}}"#,
    ),
    // 37 days on 200,000 and 48 on 150,000: 4,866.67 to date, 3,133.34 of it new.
    ("2026-03-31", r#"{"type":"interest_accrued","facility":"f1","through":"2026-03-31"}"#),
    // 9.5 coins carried at 671,000 - 61,000 - 61,000 + 30,000 = 579,000 are worth 665,000: a gain of 86,000.
    // Net income 30,000 + 93,000 - 50 - 4,866.67 - 500 - 7,000 = 110,583.33.
    ("2026-03-31", r#"{"type":"fair_value_marked","commodity":"BTC","price":"70000"}"#),
];

/// A log of entries, each the events of a day.
fn log(entries: &[(&str, &str)]) -> Vec<Recorded> {
    let entry = |(number, (day, events)): (u64, &(&str, &str))| {
        let id = uuid::Uuid::from_u128(number.into());
        let text = format!(r#"{{"id":"{id}","effective":"{day}","actor":"a","events":[{events}]}}"#);
        let entry = Entry::from_json(&text).unwrap_or_else(|why| panic!("{why}: {text}"));
        Recorded { number, recorded: Instant::from_micros(0), entry }
    };
    (1..).zip(entries).map(entry).collect()
}

fn story() -> Vec<Recorded> {
    log(STORY)
}

fn named(report: &str) -> &'static Report {
    REPORTS.iter().find(|offered| offered.name == report).unwrap()
}

/// Asks for the only book.
fn ask<T>(log: &Vec<Recorded>, from: Option<&str>, to: Option<&str>, of: impl Fn(&Request<'_>) -> T) -> T {
    let day = |text: &str| text.parse().unwrap();
    let question = Question { as_of: to.map(day), ..Question::default() };
    let book = "us-gaap".parse().unwrap();
    of(&Request { log, question, book, from: from.map(day), argument: None })
}

/// A report over some days, its rows as text.
fn shown(log: &Vec<Recorded>, report: &str, from: &str, to: &str) -> String {
    rows(&ask(log, Some(from), Some(to), |request| (named(report).make)(request)).unwrap())
}

/// A report over periods, each given as `name=first..last`.
fn over(log: &Vec<Recorded>, report: &str, periods: &[&str]) -> Result<Sheet, NoReport> {
    let period = |text: &&str| {
        let (name, days) = text.split_once('=').unwrap();
        let (first, last) = days.split_once("..").unwrap();
        Period { name: name.to_owned(), first: first.parse().unwrap(), last: last.parse().unwrap() }
    };
    let periods: Vec<Period> = periods.iter().map(period).collect();
    ask(log, None, None, |request| named(report).over(request, &periods))
}
