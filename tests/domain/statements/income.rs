//! The income statement, whole and by segment.

use expect_test::expect;
use ledger_core::report::Dimension;

use super::{ask, log, named, shown, story};
use crate::mini_story::rows;

#[test]
fn each_quarter_is_the_one_worked_out_by_hand() {
    expect![[r"
        Revenue
        Mining revenue | 4010 | 62000.00
        Total revenue | 62000.00
        Cost of revenue
        Power | 5010 | -20000.00
        Total cost of revenue | -20000.00
        Gross profit (loss) | 42000.00
        Operating items
        Gains and losses on bitcoin | 4510 | 8900.00
        Total operating items | 8900.00
        Operating income (loss) | 50900.00
        Income (loss) before tax | 50900.00
        Net income (loss) | 50900.00"]]
    .assert_eq(&shown(&story(), "income-statement", "2025-10-01", "2025-12-31"));
    expect![[r"
        Revenue
        Mining revenue | 4010 | 30000.00
        Total revenue | 30000.00
        Gross profit (loss) | 30000.00
        Operating items
        Gains and losses on bitcoin | 4510 | 93000.00
        General and administrative | 6010 | -7000.00
        Trading fees | 6510 | -50.00
        Total operating items | 85950.00
        Operating income (loss) | 115950.00
        Other items
        Extinguishment and prepayment of debt | 4560 | -500.00
        Interest | 6710 | -4866.67
        Total other items | -5366.67
        Income (loss) before tax | 110583.33
        Net income (loss) | 110583.33"]]
    .assert_eq(&shown(&story(), "income-statement", "2026-01-01", "2026-03-31"));
}

#[test]
fn tax_and_discontinued_operations_come_after_income_before_tax() {
    let mut entries = super::STORY.to_vec();
    entries.push((
        "2026-04-01",
        r#"{"type":"account_opened","code":"4490","name":"Heat sold","class":"income"},
        {"type":"account_opened","code":"6690","name":"Sundry","class":"expense"},
        {"type":"journal_recorded","lines":[{"account":"1010","debit":"1000","wallet":"bank"},
        {"account":"4490","credit":"1000"},{"account":"6690","debit":"100"},{"account":"7010","debit":"200"},
        {"account":"7900","debit":"50"},{"account":"2620","credit":"200"},{"account":"2590","credit":"150"}]}"#,
    ));
    expect![[r"
        Revenue
        Heat sold | 4490 | 1000.00
        Total revenue | 1000.00
        Gross profit (loss) | 1000.00
        Operating items
        Sundry | 6690 | -100.00
        Total operating items | -100.00
        Operating income (loss) | 900.00
        Income (loss) before tax | 900.00
        Tax
        Income tax | 7010 | -200.00
        Income (loss) from continuing operations | 700.00
        Discontinued operations
        Discontinued operations | 7900 | -50.00
        Net income (loss) | 650.00"]]
    .assert_eq(&shown(&log(&entries), "income-statement", "2026-04-01", "2026-04-30"));
}

#[test]
fn by_segment_the_parts_add_up_to_the_whole() {
    let log = story();
    let sheet = ask(&log, Some("2025-10-01"), Some("2026-03-31"), |request| {
        named("income-statement").by(request, Dimension::Segment)
    })
    .unwrap();
    let labels: Vec<&str> = sheet.columns.iter().skip(2).map(|column| column.label.as_str()).collect();
    assert_eq!(labels, ["mining", "corporate", "unassigned", "total"]);
    expect![[r"
        Revenue
        Mining revenue | 4010 | 92000.00 | 92000.00
        Total revenue | 92000.00 | 0.00 | 0.00 | 92000.00
        Cost of revenue
        Power | 5010 | -20000.00 | -20000.00
        Total cost of revenue | -20000.00 | -20000.00
        Gross profit (loss) | 72000.00 | 0.00 | 0.00 | 72000.00
        Operating items
        Gains and losses on bitcoin | 4510 | 101900.00 | 101900.00
        General and administrative | 6010 | -7000.00 | -7000.00
        Trading fees | 6510 | -50.00 | -50.00
        Total operating items | -7000.00 | 101850.00 | 94850.00
        Operating income (loss) | 72000.00 | -7000.00 | 101850.00 | 166850.00
        Other items
        Extinguishment and prepayment of debt | 4560 | -500.00 | -500.00
        Interest | 6710 | -4866.67 | -4866.67
        Total other items | -5366.67 | -5366.67
        Income (loss) before tax | 72000.00 | -7000.00 | 96483.33 | 161483.33
        Net income (loss) | 72000.00 | -7000.00 | 96483.33 | 161483.33"]]
    .assert_eq(&rows(&sheet));
}

#[test]
fn by_month_each_month_stands_beside_the_period() {
    let log = story();
    let sheet = ask(&log, Some("2026-01-01"), Some("2026-03-31"), |request| {
        named("income-statement").by_month(request)
    })
    .unwrap();
    let labels: Vec<&str> = sheet.columns.iter().skip(2).map(|column| column.label.as_str()).collect();
    assert_eq!(labels, ["2026-01", "2026-02", "2026-03", "total"]);
    let text = rows(&sheet);
    // January: 30,000 + 3,000 - 50 - 1,733.33. February: 4,000 - 7,000 - 500. March: 86,000 - 3,133.34.
    let net = "Net income (loss) | 31216.67 | -3500.00 | 82866.66 | 110583.33";
    assert!(text.lines().any(|line| line == net), "{text}");
}
