//! Which lines are the same, case by case.

use expect_test::{Expect, expect};
use ledger_core::event::books::AcceptedMatch;
use ledger_core::reconcile::{Ours, Pattern, Rules, line_name, reconcile};

use super::{compared, day, lines, statement, told};

/// Both sides open at nothing; the statement is of February and foots.
#[allow(clippy::needless_pass_by_value, reason = "expected text stands beside its input")]
fn check(ours: &str, theirs: &str, expected: Expect) {
    let sum = ledger_core::money::Units::sum(lines(theirs).iter().map(|line| line.units)).unwrap();
    let found = compared(ours, &[statement(&format!("02-01 02-28 0 {sum}"), theirs)], "02-28");
    expected.assert_eq(&told(&found));
}

#[test]
fn a_reference_and_an_amount_are_the_same_however_far_apart() {
    check(
        "02-01 100 A",
        "02-27 100 A",
        expect![[r#"
        ours 100 theirs 100 matched 1
        1 = 1 (reference)
    "#]],
    );
}

#[test]
fn lines_of_one_amount_pair_with_the_closest_day_first() {
    check(
        "02-01 5 -\n 02-04 5 -\n 02-09 5 -",
        "02-04 5 -\n 02-05 5 -",
        expect![[r#"
        ours 15 theirs 10 matched 1
        2 = 1 (amount and day)
        2026-02-01 unmatched_ours -5 [1|]
        2026-02-05 unmatched_theirs 5 [|2]
        2026-02-09 unmatched_ours -5 [3|]
    "#]],
    );
}

#[test]
fn one_reference_and_another_amount_is_one_break_and_not_two() {
    check(
        "02-03 100.00 A",
        "02-04 100.10 A",
        expect![[r#"
        ours 100 theirs 100.1 matched 0
        2026-02-03 amount_differs 0.1 [1|1]
    "#]],
    );
}

#[test]
fn what_is_recorded_twice_is_a_duplicate_on_that_side() {
    check(
        "02-03 100 A\n 02-04 100 A\n 02-05 7 - fee",
        "02-03 100 A\n 02-05 7 - fee\n 02-05 7 - fee",
        expect![[r#"
            ours 207 theirs 114 matched 2
            1 = 1 (reference)
            3 = 2 (amount and day)
            2026-02-04 duplicate_ours -100 [2|]
            2026-02-05 duplicate_theirs 7 [|3]
        "#]],
    );
}

#[test]
fn the_last_days_are_timing_and_earlier_ones_are_not() {
    check(
        "02-20 10 A\n 02-24 20 B",
        "02-20 -3 C\n 02-28 -4 D",
        expect![[r#"
        ours 30 theirs -7 matched 0
        2026-02-20 unmatched_ours -10 [1|]
        2026-02-20 unmatched_theirs -3 [|1]
        2026-02-24 ours_not_theirs -20 [2|]
        2026-02-28 theirs_not_ours -4 [|2]
    "#]],
    );
}

#[test]
fn lines_of_one_reference_that_add_up_are_a_match_and_others_a_suggestion() {
    check(
        "02-03 60 A\n 02-03 40 A\n 02-10 200 -",
        "02-04 100 A\n 02-09 150 -\n 02-11 50 -\n 02-11 49 -",
        expect![[r#"
            ours 300 theirs 349 matched 1
            2,1 = 1 (sum of one reference)
            2026-02-09 unmatched_theirs 150 [|2]
            2026-02-10 unmatched_ours -200 [3|]
            2026-02-11 unmatched_theirs 49 [|4]
            2026-02-11 unmatched_theirs 50 [|3]
            perhaps 3 = 2,3
        "#]],
    );
}

#[test]
fn a_line_and_its_reversal_on_one_side_are_no_difference() {
    check(
        "02-03 60 A\n 02-05 -60 A",
        "02-03 10 B\n 02-04 -10 B",
        expect![[r#"
        ours 0 theirs 0 matched 2
         = 1,2 (taken back)
        1,2 =  (taken back)
    "#]],
    );
}

#[test]
fn a_suggestion_counts_once_it_is_accepted_and_keeps_counting() {
    let (ours, theirs) = (lines("02-10 200 -"), lines("02-09 150 -\n 02-11 50 -"));
    let accepted = AcceptedMatch {
        ours: ours.iter().map(line_name).collect(),
        theirs: theirs.iter().map(line_name).collect(),
    };
    // What comes later, and would match one of them by itself, does not undo what a person said.
    let later = "02-09 150 -\n 02-11 50 -\n 02-12 200 -";
    let statements = [statement("02-01 02-28 0 400", later)];
    let ours = Ours { lines: ours };
    let rules = Rules::default();
    let found =
        reconcile("bank USD", &ours, &statements, &rules, day("2026-02-28"), &[accepted]).unwrap().unwrap();
    expect![[r#"
        ours 200 theirs 400 matched 2
        1 = 1,2 (accepted)
        2026-02-12 unmatched_theirs 200 [|3]
    "#]]
    .assert_eq(&told(&found));
}

#[test]
fn amounts_may_differ_where_the_rules_say_so_and_a_text_may_hold_a_reference() {
    let rules = Rules {
        tolerance: vec![("USD".parse().unwrap(), "0.05".parse().unwrap())],
        patterns: vec![Pattern::new("INV-###").unwrap()],
        ..Rules::default()
    };
    let ours = Ours { lines: lines("02-10 200 INV-001\n 02-12 9.99 -\n 02-13 5 -") };
    let theirs = "02-25 200 - transfer INV-001\n 02-12 10.04 -\n 02-13 5.06 -";
    let statements = [statement("02-01 02-28 0 215.10", theirs)];
    let found = reconcile("bank USD", &ours, &statements, &rules, day("2026-02-28"), &[]).unwrap().unwrap();
    expect![[r#"
        ours 214.99 theirs 215.1 matched 2
        1 = 1 (reference)
        2 = 2 (within tolerance)
        2026-02-13 unmatched_ours -5 [3|]
        2026-02-13 unmatched_theirs 5.06 [|3]
    "#]]
    .assert_eq(&told(&found));
}

#[test]
fn a_satoshi_is_a_difference() {
    check(
        "02-03 1.00000000 A",
        "02-03 1.00000001 A",
        expect![[r#"
        ours 1 theirs 1.00000001 matched 0
        2026-02-03 amount_differs 0.00000001 [1|1]
    "#]],
    );
}
