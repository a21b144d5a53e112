//! Statements one after the other: what is missing, what comes twice, and balances alone.

use expect_test::{Expect, expect};
use ledger_core::reconcile::{Agreement, Line, Rules, Statement, ThreeWay, three_way};

use super::{compared, statement, told};

#[allow(clippy::needless_pass_by_value, reason = "expected text stands beside its input")]
fn check(ours: &str, statements: &[Statement], through: &str, expected: Expect) {
    expected.assert_eq(&told(&compared(ours, statements, through)));
}

#[test]
fn a_missing_statement_is_one_break_with_all_our_lines_of_its_days() {
    let statements =
        [statement("02-01 02-10 0 100", "02-03 100 A"), statement("02-16 02-20 130 135", "02-17 5 B")];
    let ours = "02-03 100 A\n 02-12 20 X\n 02-13 10 Y\n 02-17 5 B";
    check(
        ours,
        &statements,
        "02-20",
        expect![[r#"
        ours 135 theirs 135 matched 2
        1 = 1 (reference)
        4 = 1 (reference)
        2026-02-11 missing_statement 0 [2,3|]
    "#]],
    );
}

#[test]
fn days_without_a_statement_on_which_nothing_happened_are_no_break_unless_a_number_is_left_out() {
    let quiet = [statement("02-01 02-06 0 0 7", ""), statement("02-09 02-10 0 5 8", "02-09 5 A")];
    check(
        "02-09 5 A",
        &quiet,
        "02-10",
        expect![[r#"
        ours 5 theirs 5 matched 1
        1 = 1 (reference)
    "#]],
    );
    let left_out = [statement("02-01 02-06 0 0 7", ""), statement("02-09 02-10 0 5 9", "02-09 5 A")];
    check(
        "02-09 5 A",
        &left_out,
        "02-10",
        expect![[r#"
        ours 5 theirs 5 matched 1
        1 = 1 (reference)
        2026-02-07 missing_statement 0 [|]
    "#]],
    );
}

#[test]
fn statements_that_overlap_have_their_lines_once() {
    let statements = [
        statement("02-01 02-10 0 110", "02-03 100 A\n 02-10 5 - fee\n 02-10 5 - fee"),
        statement("02-10 02-12 100 117", "02-10 5 - fee\n 02-10 5 - fee\n 02-11 7 B"),
    ];
    let ours = "02-03 100 A\n 02-10 5 - fee\n 02-10 5 - fee\n 02-11 7 B";
    check(
        ours,
        &statements,
        "02-12",
        expect![[r#"
        ours 117 theirs 117 matched 4
        1 = 1 (reference)
        2 = 2 (amount and day)
        3 = 3 (amount and day)
        4 = 3 (reference)
    "#]],
    );
}

#[test]
fn an_end_without_a_statement_is_missing_too() {
    check(
        "02-03 100 A\n 02-25 8 B",
        &[statement("02-01 02-10 0 100", "02-03 100 A")],
        "02-28",
        expect![[r#"
            ours 108 theirs 100 matched 1
            1 = 1 (reference)
            2026-02-11 missing_statement -8 [2|]
        "#]],
    );
}

#[test]
fn balances_that_differ_at_the_start_and_statements_that_do_not_foot_are_breaks_of_their_own() {
    check(
        "01-15 1000 O\n 02-03 100 A",
        &[statement("02-01 02-10 990 1089", "02-03 100 A")],
        "02-10",
        expect![[r#"
            ours 1100 theirs 1089 matched 1
            2 = 1 (reference)
            2026-02-01 opening_differs -10 [|]
            2026-02-10 balance_differs -1 [|]
        "#]],
    );
}

/// 6-K of 9 February 2026: 7,474.6 BTC held, 4,451 sold; a public tracker still shows 3,644.7.
#[test]
fn a_trackers_balance_after_the_sale_does_not_tie_to_the_books() {
    let ours = "01-31 7474.62 O\n 02-08 -4451.00 SALE";
    check(
        ours,
        &[statement("02-09 02-09 - 3644.7", "")],
        "02-28",
        expect![[r#"
        ours 3023.62 theirs 3644.7 matched 0
        2026-02-09 balance_differs 621.08 [|]
    "#]],
    );
}

/// On one day the chain may state several balances; the highest block's is the last, however small.
#[test]
fn of_statements_of_one_day_the_one_of_the_highest_block_is_the_last() {
    let statements =
        [statement("02-06 02-06 0 9 0 110", "02-06 9 A"), statement("02-06 02-06 9 2 0 112", "02-06 -7 B")];
    check(
        "02-06 9 A\n 02-06 -7 B",
        &statements,
        "02-06",
        expect![[r#"
        ours 2 theirs 2 matched 2
        1 = 1 (reference)
        2 = 1 (reference)
    "#]],
    );
}

/// All three have P, Q and R, and of each another side has another amount; of S no two have the same.
#[test]
fn three_sides_say_whose_amount_is_another() {
    let ours = "02-03 100 P\n 02-04 20 Q\n 02-05 7 R\n 02-06 4 S\n 02-26 1 T";
    let custodian =
        statement("02-01 02-28 0 144", "02-03 101 P\n 02-04 22 Q\n 02-05 7 R\n 02-06 5 S\n 02-27 9 U");
    let chain = statement("02-01 02-28 0 135", "02-03 101 P\n 02-04 20 Q\n 02-05 8 R\n 02-06 6 S");
    let (first, second) = (compared(ours, &[custodian], "02-28"), compared(ours, &[chain], "02-28"));
    expect![[r#"
        0 agreed, 9 between them
        P 100 101 101 OursDiffers
        Q 20 22 20 FirstDiffers
        R 7 7 8 SecondDiffers
        S 4 5 6 NoneAgree
        T 1 - - OnlyOurs, timing
        U - 9 - OnlyFirst, timing
    "#]]
    .assert_eq(&side_by_side(&three_way(&first, &second, &Rules::default()).unwrap()));
}

/// What each of the three has, a line each.
fn side_by_side(found: &ThreeWay) -> String {
    let mut told = format!("{} agreed, {} between them\n", found.agreed, found.between);
    for row in &found.apart {
        let units = |side: &Option<Line>| side.as_ref().map_or("-".to_owned(), |line| line.units.to_string());
        let units = [&row.ours, &row.first, &row.second].map(units).join(" ");
        let lines = if row.lines > 1 { format!(", {} lines", row.lines) } else { String::new() };
        let references = row.line().map(|line| line.references.join(" ")).unwrap_or_default();
        let timing = if row.timing { ", timing" } else { "" };
        told += &format!("{references} {units} {:?}{timing}{lines}\n", row.who);
    }
    told
}

#[test]
fn three_sides_say_who_lacks_what() {
    let ours = "02-03 100 A\n 02-04 20 B\n 02-05 7 C\n 02-06 9 D";
    let custodian = statement("02-01 02-28 0 130", "02-03 100 A\n 02-04 20 B\n 02-10 3 E\n 02-11 7 C");
    let chain = statement("02-01 02-28 0 113", "02-03 100 A\n 02-06 9 D\n 02-11 3 E\n 02-12 1 F");
    let first = compared(ours, &[custodian], "02-28");
    let second = compared(ours, &[chain], "02-28");
    let found = three_way(&first, &second, &Rules::default()).unwrap();
    assert!(found.apart.iter().any(|row| row.who == Agreement::NotOurs));
    expect![[r#"
        1 agreed, 17 between them
        B 20 20 - NotSecond
        C 7 7 - NotSecond
        D 9 - 9 NotFirst
        E - 3 3 NotOurs
        F - - 1 OnlySecond
    "#]]
    .assert_eq(&side_by_side(&found));
}

/// The custodian has A and B of one reference as their sum. The chain has that sum, or A alone, or nothing.
#[test]
fn a_sum_that_one_side_has_is_one_row_for_the_other() {
    let ours = "02-03 100 P\n 02-03 20 P\n 02-05 7 C";
    let custodian = statement("02-01 02-28 0 127", "02-03 120 P\n 02-05 7 C");
    let first = compared(ours, &[custodian], "02-28");
    let with = |closing: &str, lines: &str| {
        let second = compared(ours, &[statement(closing, lines)], "02-28");
        let one = side_by_side(&three_way(&first, &second, &Rules::default()).unwrap());
        let other = side_by_side(&three_way(&second, &first, &Rules::default()).unwrap());
        format!("{one}{other}")
    };
    expect![[r#"
        3 agreed, 0 between them
        3 agreed, 0 between them
    "#]]
    .assert_eq(&with("02-01 02-28 0 127", "02-04 120 Q\n 02-05 7 C"));
    expect![[r#"
        1 agreed, 120 between them
        P 120 120 - NotSecond, 2 lines
        1 agreed, -120 between them
        P 120 - 120 NotFirst, 2 lines
    "#]]
    .assert_eq(&with("02-01 02-28 0 7", "02-05 7 C"));
    expect![[r#"
        2 agreed, 20 between them
        P 20 20 - NotSecond
        2 agreed, -20 between them
        P 20 - 20 NotFirst
    "#]]
    .assert_eq(&with("02-01 02-28 0 107", "02-03 100 P\n 02-05 7 C"));
}
