//! The statement of cash flows: worked out by hand for the story, and footing for random logs.

use expect_test::expect;
use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_core::report::Request;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::sheet::{RowKind, Sheet};
use ledger_core::time::{Day, Instant};
use testkit::generate::{self, Options};

use super::{STORY, ask, log, named, shown, story};

#[test]
fn each_quarter_is_the_one_worked_out_by_hand() {
    expect![[r"
        Operating activities
        Net income (loss) | 50900.00
        Income and expense without operating cash
        Mining revenue | 4010 | -62000.00
        Gains and losses on bitcoin | 4510 | -8900.00
        Changes in operating assets and liabilities
        Payables | 2010 | 5000.00
        Net cash from operating activities | -15000.00
        Investing activities
        Coins bought | -600100.00
        Net cash from investing activities | -600100.00
        Financing activities
        Shares issued | 1000000.00
        Net cash from financing activities | 1000000.00
        Change in cash | 384900.00
        Cash at the beginning | 0.00
        Cash at the end | 384900.00
        Without cash
        Mining revenue in coins | 62000.00"]]
    .assert_eq(&shown(&story(), "cash-flow", "2025-10-01", "2025-12-31"));
    // Operating by its payments: interest 1,733.33 and general costs 7,000.
    expect![[r"
        Operating activities
        Net income (loss) | 110583.33
        Income and expense without operating cash
        Mining revenue | 4010 | -30000.00
        Gains and losses on bitcoin | 4510 | -93000.00
        Extinguishment and prepayment of debt | 4560 | 500.00
        Trading fees | 6510 | 50.00
        Changes in operating assets and liabilities
        Accrued interest | 2320 | 3133.34
        Net cash from operating activities | -8733.33
        Investing activities
        Coins sold | 63950.00
        Deposits paid on equipment | -30000.00
        Stablecoins bought and sold | 5000.00
        Net cash from investing activities | 38950.00
        Financing activities
        Loans drawn | 198000.00
        Net cash from financing activities | 198000.00
        Change in cash | 228216.67
        Cash at the beginning | 384900.00
        Cash at the end | 613116.67
        Paid in cash
        Interest | 2320 | 1733.33
        Without cash
        Coins given as collateral | 244000.00
        Coins sold for stablecoins | 65000.00
        Collateral given back | 61000.00
        Debt settled in stablecoins | 50000.00
        Mining revenue in coins | 30000.00"]]
    .assert_eq(&shown(&story(), "cash-flow", "2026-01-01", "2026-03-31"));
}

#[test]
fn a_journals_cash_goes_to_what_stands_on_its_other_side() {
    let mut entries = STORY.to_vec();
    entries.extend_from_slice(&[
        // Restricting cash is no flow.
        ("2026-04-01", r#"{"type":"journal_recorded","lines":[{"account":"1020","debit":"10000"},
            {"account":"1010","credit":"10000","wallet":"bank"}]}"#),
        // A machine for 900, of which 500 is owed: 400 of it is paid.
        ("2026-04-02", r#"{"type":"journal_recorded","lines":[{"account":"1510","debit":"900"},
            {"account":"1010","credit":"400","wallet":"bank"},{"account":"2010","credit":"500"}]}"#),
        // Tax: 300 are due, 200 are paid; a cost of 70 and an old debt of 30 are paid together.
        ("2026-04-03", r#"{"type":"journal_recorded","lines":[{"account":"7010","debit":"300"},{"account":"2620","credit":"300"}]}"#),
        ("2026-04-04", r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"200","currency":"USD"},"category":"tax"}"#),
        ("2026-04-05", r#"{"type":"journal_recorded","lines":[{"account":"6010","debit":"70"},{"account":"2010","debit":"30"},
            {"account":"1010","credit":"100","wallet":"bank"}]}"#),
        // Shares for services.
        ("2026-04-06", r#"{"type":"journal_recorded","lines":[{"account":"6020","debit":"40"},{"account":"3020","credit":"40"}]}"#),
    ]);
    expect![[r"
        Operating activities
        Net income (loss) | -410.00
        Income and expense without operating cash
        Share-based compensation | 6020 | 40.00
        Changes in operating assets and liabilities
        Payables | 2010 | -30.00
        Income tax payable | 2620 | 100.00
        Net cash from operating activities | -300.00
        Investing activities
        Equipment | -400.00
        Net cash from investing activities | -400.00
        Financing activities
        Net cash from financing activities | 0.00
        Change in cash | -700.00
        Cash at the beginning | 613116.67
        Cash at the end | 612416.67
        Cash at the end on the balance sheet
        Cash | 1010 | 602416.67
        Restricted cash | 1020 | 10000.00
        Paid in cash
        Income tax | 2620 | 200.00"]]
    .assert_eq(&shown(&log(&entries), "cash-flow", "2026-04-01", "2026-04-30"));
}

/// The figure of a line.
fn figure(sheet: &Sheet, label: &str) -> Money {
    let is_it = |row: &&ledger_core::sheet::Row| row.cells[0] == ledger_core::sheet::Cell::text(label);
    sheet.rows.iter().find(is_it).and_then(|row| row.cells[2].money()).unwrap_or_default()
}

/// The story with a policy for coins sold soon.
fn within(days: u32, more: &[(&'static str, &'static str)]) -> Vec<Recorded> {
    let policy = format!(
        r#"{{"type":"policy_adopted","book":"us-gaap","from":"2025-10-01","policy":{{"operating_within_days":{days}}},
        "transition":"prospective"}}"#
    );
    let mut entries = STORY.to_vec();
    entries.insert(1, ("2025-10-01", policy.leak()));
    entries.extend_from_slice(more);
    log(&entries)
}

#[test]
fn coins_sold_within_days_of_being_mined_are_operating_lot_by_lot() {
    // In April two coins are mined into a wallet of their own, one is sold five days later, one after eleven.
    let more = [
        (
            "2026-04-01",
            r#"{"type":"wallet_opened","wallet":"new","kind":"hot","commodity":"BTC"},
            {"type":"coins_mined","wallet":"new","units":"1","value":{"amount":"70000","currency":"USD"}}"#,
        ),
        (
            "2026-04-05",
            r#"{"type":"coins_mined","wallet":"new","units":"1","value":{"amount":"70000","currency":"USD"}}"#,
        ),
        (
            "2026-04-06",
            r#"{"type":"coins_sold","commodity":"BTC","units":"1.5","proceeds":{"amount":"108000","currency":"USD"},
            "from":{"wallet":"new"},"to":{"wallet":"bank"}}"#,
        ),
        (
            "2026-04-16",
            r#"{"type":"coins_sold","commodity":"BTC","units":"0.5","proceeds":{"amount":"37000","currency":"USD"},
            "from":{"wallet":"new"},"to":{"wallet":"bank"}}"#,
        ),
    ];
    let april = |days| {
        let log = within(days, &more);
        ask(&log, Some("2026-04-01"), Some("2026-04-30"), named("cash-flow").make).unwrap()
    };
    // Of the 108,000 a third is of the coin that is one day old.
    for (days, operating, investing) in
        [(0, "0", "145000"), (1, "36000", "109000"), (5, "108000", "37000"), (11, "145000", "0")]
    {
        let sheet = april(days);
        assert_eq!(
            figure(&sheet, "Net cash from operating activities"),
            operating.parse().unwrap(),
            "{days}"
        );
        assert_eq!(figure(&sheet, "Mined coins sold within days"), operating.parse().unwrap(), "{days}");
        assert_eq!(figure(&sheet, "Coins sold"), investing.parse().unwrap(), "{days}");
    }
    // The days before the period count too.
    let log = within(5, &more);
    let late = ask(&log, Some("2026-04-06"), Some("2026-04-06"), named("cash-flow").make).unwrap();
    assert_eq!(figure(&late, "Mined coins sold within days"), "108000".parse().unwrap());
}

#[test]
fn collateral_that_came_back_is_never_operating() {
    let more = [
        (
            "2026-04-01",
            r#"{"type":"wallet_opened","wallet":"new","kind":"hot","commodity":"BTC"},
            {"type":"coins_mined","wallet":"new","units":"1","value":{"amount":"70000","currency":"USD"}}"#,
        ),
        (
            "2026-04-02",
            r#"{"type":"collateral_posted","facility":"f1","commodity":"BTC","units":"1","from":{"wallet":"new"}}"#,
        ),
        // The oldest pledged coins come back first; all four do.
        (
            "2026-04-03",
            r#"{"type":"collateral_released","facility":"f1","commodity":"BTC","units":"4","to":{"wallet":"new"}}"#,
        ),
        (
            "2026-04-04",
            r#"{"type":"coins_sold","commodity":"BTC","units":"4","proceeds":{"amount":"280000","currency":"USD"},
            "from":{"wallet":"new"},"to":{"wallet":"bank"}}"#,
        ),
    ];
    let log = within(30, &more);
    let sheet = ask(&log, Some("2026-04-01"), Some("2026-04-30"), named("cash-flow").make).unwrap();
    assert_eq!(figure(&sheet, "Coins sold"), "280000".parse().unwrap());
    assert!(figure(&sheet, "Net cash from operating activities").is_zero());
}

/// Each sum of a sheet is that of the rows it says it adds up.
fn check_sums(sheet: &Sheet, at: &str) {
    for row in sheet.rows.iter().filter(|row| matches!(row.kind, RowKind::Subtotal | RowKind::Total)) {
        let terms = row.terms.iter().filter_map(|term| sheet.rows[*term].cells[2].money());
        assert_eq!(Some(Money::sum(terms).unwrap()), row.cells[2].money(), "{at}: {:?}", row.cells);
    }
}

/// A random log, in which at last every book calls coins sold within twenty days of being mined operating.
fn random(seed: u64) -> (Vec<Recorded>, Vec<BookId>) {
    let recorded = |(number, entry)| Recorded { number, recorded: Instant::from_micros(0), entry };
    let mut log: Vec<Recorded> =
        generate::log(seed, 60, Options::default()).into_iter().map(recorded).collect();
    let fold = ledger_core::replay::replay(&log, &Question::default(), |_| ()).unwrap();
    let books: Vec<BookId> = fold.books().iter().map(|book| book.name()).collect();
    let policies: Vec<String> = books
        .iter()
        .map(|book| {
            format!(
                r#"{{"type":"policy_adopted","book":"{book}","from":"2027-12-01","transition":"prospective",
                "policy":{{"operating_within_days":90}}}}"#
            )
        })
        .collect();
    let last = log.last().unwrap().entry.effective;
    let day = match last {
        ledger_core::time::Effective::Day(day) => day.to_string(),
        ledger_core::time::Effective::At(_) => "2029-01-01".to_owned(),
    };
    let number = log.len() as u64 + 1;
    let adopted = super::log(&[(&day, &policies.join(","))]).remove(0);
    log.push(Recorded { number, ..adopted });
    (log, books)
}

/// Whether any coins of a month are operating, and whether any cash moved; the statement must foot, and agree with
/// the others.
fn check_month(request: &Request<'_>, at: &str) -> (bool, bool) {
    let sheet = (named("cash-flow").make)(request).unwrap();
    check_sums(&sheet, at);
    assert!(figure(&sheet, "Other operating cash").is_zero(), "{at}");
    let income = (named("income-statement").make)(request).unwrap();
    assert_eq!(figure(&sheet, "Net income (loss)"), figure(&income, "Net income (loss)"), "{at}");
    check_sums(&(named("equity").make)(request).unwrap(), at);
    let moved = |label| !figure(&sheet, label).is_zero();
    (moved("Mined coins sold within days"), moved("Change in cash"))
}

#[test]
fn it_foots_for_every_month_of_random_logs() {
    let (mut operating, mut periods) = (0, 0);
    for seed in 0..12 {
        let (log, books) = random(seed);
        let first: Day = "2027-11-01".parse().unwrap();
        for (book, month) in books.into_iter().flat_map(|book| (0..12).map(move |month| (book, month))) {
            let from = Day::from_number(first.number() + month * 31).unwrap();
            let to = Day::from_number(from.number() + 30).unwrap();
            let question = Question { as_of: Some(to), ..Question::default() };
            let request = Request { log: &log, question, book, from: Some(from), argument: None };
            let (of_mined, of_any) = check_month(&request, &format!("seed {seed}, {book}, {from}"));
            operating += usize::from(of_mined);
            periods += usize::from(of_any);
        }
    }
    assert!(periods > 60 && operating > 0, "cash moved in {periods} periods, of mined coins in {operating}");
}
