//! The statement of changes in equity.

use expect_test::expect;

use super::{ask, log, named, over, shown, story};
use crate::mini_story::rows;

#[test]
fn each_component_goes_from_opening_to_closing() {
    expect![[r"
        Share capital
        Opening | 3010 | 1000.00
        Closing | 3010 | 1000.00
        Paid-in capital
        Opening | 3020 | 999000.00
        Closing | 3020 | 999000.00
        Retained earnings
        Opening | 3100 | 50900.00
        Net income (loss) | 3100 | 110583.33
        Closing | 3100 | 161483.33
        Total equity
        Opening | 1050900.00
        Net income (loss) | 110583.33
        Closing | 1161483.33"]]
    .assert_eq(&shown(&story(), "equity", "2026-01-01", "2026-03-31"));
}

#[test]
fn periods_stand_side_by_side_and_one_closes_where_the_next_opens() {
    let both = over(&story(), "equity", &["2025Q4=2025-10-01..2025-12-31", "2026Q1=2026-01-01..2026-03-31"]);
    expect![[r"
        Share capital
        Opening | 3010 | 1000.00
        Shares issued | 3010 | 1000.00
        Closing | 3010 | 1000.00 | 1000.00
        Paid-in capital
        Opening | 3020 | 999000.00
        Shares issued | 3020 | 999000.00
        Closing | 3020 | 999000.00 | 999000.00
        Retained earnings
        Opening | 3100 | 50900.00
        Net income (loss) | 3100 | 50900.00 | 110583.33
        Closing | 3100 | 50900.00 | 161483.33
        Total equity
        Opening | 1050900.00
        Shares issued | 1000000.00
        Net income (loss) | 50900.00 | 110583.33
        Closing | 1050900.00 | 1161483.33"]]
    .assert_eq(&rows(&both.unwrap()));
}

#[test]
fn in_every_column_the_movements_have_one_order() {
    let mut entries = super::STORY.to_vec();
    // In the first quarter shares were issued and nothing was paid in; in the second it is the other way round.
    entries.push((
        "2026-03-31",
        r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"7","currency":"USD"},"category":"equity"}"#,
    ));
    let periods = ["b=2026-01-01..2026-03-31", "a=2025-10-01..2025-12-31"];
    let both = over(&log(&entries), "equity", &periods).unwrap();
    let text = rows(&both);
    let total: Vec<&str> = text.lines().skip_while(|line| *line != "Total equity").collect();
    expect![[r"
        Total equity
        Opening | 1050900.00
        Shares issued | 1000000.00
        Received from and paid to owners | 7.00
        Net income (loss) | 110583.33 | 50900.00
        Closing | 1161490.33 | 1050900.00"]]
    .assert_eq(&total.join("\n"));
}

#[test]
fn owners_journals_and_openings_are_told_apart() {
    let entries = [
        super::STORY[0],
        super::STORY[1],
        (
            "2026-01-01",
            r#"{"type":"opening_recorded","balances":[{"account":"1010","debit":"500","wallet":"bank"},
            {"account":"3010","credit":"100"},{"account":"4900","credit":"60"}],"equity_not_analysed":"340"}"#,
        ),
        (
            "2026-01-02",
            r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"50","currency":"USD"},"category":"equity"}"#,
        ),
        (
            "2026-01-03",
            r#"{"type":"journal_recorded","lines":[{"account":"3200","credit":"5"},{"account":"3900","debit":"5"}]}"#,
        ),
        (
            "2026-01-04",
            r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"20","currency":"USD"},"category":"other"}"#,
        ),
    ];
    let sheet = ask(&log(&entries), Some("2026-01-01"), None, named("equity").make).unwrap();
    expect![[r"
        Share capital
        Recorded when the books were opened | 3010 | 100.00
        Closing | 3010 | 100.00
        Paid-in capital
        Received from and paid to owners | 3020 | 50.00
        Closing | 3020 | 50.00
        Retained earnings
        Recorded when the books were opened | 3100 | 60.00
        Net income (loss) | 3100 | -20.00
        Closing | 3100 | 40.00
        Accumulated other comprehensive income
        Journals | 3200 | 5.00
        Closing | 3200 | 5.00
        Equity not analysed at opening
        Recorded when the books were opened | 3900 | 340.00
        Journals | 3900 | -5.00
        Closing | 3900 | 335.00
        Total equity
        Recorded when the books were opened | 500.00
        Received from and paid to owners | 50.00
        Net income (loss) | -20.00
        Closing | 530.00"]]
    .assert_eq(&rows(&sheet));
}
