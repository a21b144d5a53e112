//! `treasury explain`: a figure, a lot and an entry, told in what they are made of.

use expect_test::expect;

use crate::sandbox::{Sandbox, entry};

/// What was printed, without when it was recorded and the root of the log.
fn timeless(out: &str) -> String {
    let line = |line: &str| match line.split_once("recorded 20") {
        Some((before, after)) => {
            format!("{before}recorded … {}", after.split_once(' ').map_or("", |(_, rest)| rest))
        }
        None => line.to_owned(),
    };
    out.lines().filter(|line| !line.starts_with("root ")).map(|text| line(text) + "\n").collect()
}

#[test]
fn a_figure_is_told_in_its_parts() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let told = sandbox.run(&["explain", "balance-sheet:1220"]).exits(0);
    expect![[r#"
        Example · Bitcoin pledged, control kept (balance-sheet:current-assets.1220)
        as of the last entry · book us-gaap · USD
        10 entries · verified to entry 10

                                                                                     USD
        ────────────────────────────────────────────────────────────────────  ──────────
        Entry 6 · 2026-02-01 · Coins pledged, still ours                      480,080.00
          facility, pledge and draw
          recorded … by controller-1
          Dr 1220 Bitcoin pledged, control kept 480,080.00, 8.00 BTC
          lot 4.0 of 2026-01-05 arrives facility f1: 8.00 BTC, cost 480,080.00,
            carried at 480,080.00
          no evidence recorded
        Entry 10 · 2026-03-01 · Coins remeasured to fair value                 47,920.00
          mark
          recorded … by controller-1
          Dr 1220 Bitcoin pledged, control kept 47,920.00
          all lots of BTC at facility f1 marked, carried at 528,000.00
          price 66,000.00, stated by the entry
          no evidence recorded
                                                                              ──────────
        Sum of the parts                                                      528,000.00
        As the statement has it                                               528,000.00
                                                                              ──────────
        Difference                                                                  0.00
                                                                              ══════════
    "#]]
    .assert_eq(&timeless(&told.out));
    let by_id = sandbox.run(&["explain", "balance-sheet:current-assets.1220"]).exits(0);
    assert_eq!(by_id.out, told.out);
    let csv =
        sandbox.run(&["explain", "trial-balance:1010.credits", "--as-of", "2026-01", "-f", "csv"]).exits(0);
    let without_time: Vec<String> = csv
        .out
        .lines()
        .map(|line| {
            line.split(',')
                .enumerate()
                .filter(|(at, _)| *at != 4)
                .map(|(_, field)| field)
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    expect![[r#"
        amount,number,effective,day,actor,transaction,memo,journals,lots,prices,evidence,sha256
        600100.00,4,2026-01-05,2026-01-05,controller-1,,buy 10,Coins bought,4.0 arrives wallet cold 10 BTC,,,
        350000.00,5,2026-01-20,2026-01-20,controller-1,,buy 5,Coins bought,5.0 arrives wallet cold 5 BTC,,,"#]].assert_eq(&without_time.join("\n"));
}

#[test]
fn a_long_list_is_folded_by_transaction_unless_all_is_asked_for() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let told = sandbox.run(&["explain", "income-statement:net-income"]).exits(0);
    expect![[r#"
        Cango Inc. · Net income (loss) (income-statement:net-income)
        2026-01-01 to the last entry · book us-gaap · USD
        model from public figures; not filed accounts
        37 entries · verified to entry 37

                                                                                     USD
        ──────────────────────────────────────────────────────────────  ────────────────
        Coins mined · 3 parts, entries 8 to 33                            98,400,000.00
        transaction sales-2026-01 · entry 9                               (6,773,990.00)
        Operating cost paid · 2 parts, entries 10 to 35                  (69,001,685.76)
        Interest accrued · 3 parts, entries 11 to 36                      (5,651,208.33)
        Coins remeasured to fair value · 3 parts, entries 12 to 37      (103,242,640.00)
        transaction antalpha-paydown-2026-02 · 2 parts, entries 14 to    (42,178,000.00)
          15
        transaction sales-2026-02 · entry 23                                (330,000.00)
        Coins given to the lender; a claim to get them back · entry 24      (579,660.00)
        Operating cost paid, Operating cost invoiced · entry 25          (38,389,162.24)
        transaction antalpha-repayment-2026-03 · entry 30                 13,724,280.00
        transaction sales-2026-03 · entry 34                                (629,640.00)
                                                                        ────────────────
        Sum of the parts                                                (154,651,706.33)
        As the statement has it                                         (154,651,706.33)
                                                                        ────────────────
        Difference                                                                 0.00
                                                                        ════════════════

        19 parts are folded into 11 lines; `--all` shows each with its lots, prices and
        evidence.
    "#]]
    .assert_eq(&timeless(&told.out));
    let all = sandbox.run(&["explain", "income-statement:net-income", "--all"]).exits(0);
    let sum = |out: &str| {
        out.lines()
            .find(|line| line.starts_with("Sum of the parts"))
            .map(|line| line.split_whitespace().last().map(str::to_owned))
    };
    assert_eq!(sum(&all.out), sum(&told.out));
    let headings = all.out.lines().filter(|line| line.starts_with("Entry ")).count();
    let json = sandbox.run(&["explain", "income-statement:net-income", "-f", "json"]).exits(0).json();
    assert_eq!(json["parts"].as_array().map(Vec::len), Some(headings));
    assert!(!told.out.contains("Entry 12"), "{}", told.out);
}

#[test]
fn a_lot_is_followed_from_its_birth_to_where_it_lies() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let told = sandbox.run(&["explain", "lot", "5.0"]).exits(0);
    expect![[r#"
        Example · Lot 5.0, acquired 2026-01-20
        as of the last entry · book us-gaap · USD
        10 entries · verified to entry 10

                                                       Units          Cost      Carrying
        ────────────────────────────────────────────  ──────  ────────────  ────────────
        Entry 5 · 2026-01-20 · Coins bought            5.00    350,000.00    350,000.00
          buy 5
          recorded … by controller-1
          lot 5.0 of 2026-01-20 arrives wallet cold: 5.00 BTC, cost 350,000.00,
            carried at 350,000.00
          no evidence recorded
        Entry 7 · 2026-02-15 · Coins remeasured to    (4.00)  (280,000.00)  (280,000.00)
          the price of the sale, and sold
          sell 6 free
          recorded … by controller-1
          lot 5.0 of 2026-01-20 leaves wallet cold: 4.00 BTC, cost 280,000.00, carried
            at 280,000.00
          no evidence recorded
        Entry 10 · 2026-03-01 · Coins remeasured to    0.00          0.00     (4,000.00)
          fair value
          mark
          recorded … by controller-1
          all lots of BTC at wallet cold marked, carried at 66,000.00
          price 66,000.00, stated by the entry
          no evidence recorded
                                                      ──────  ────────────  ────────────
        Left                                           1.00     70,000.00     66,000.00
          at wallet cold on 1210                       1.00     70,000.00     66,000.00
                                                      ──────  ────────────  ────────────
        Beyond the sum of the changes                  0.00          0.00          0.00
                                                      ══════  ════════════  ════════════
    "#]]
    .assert_eq(&timeless(&told.out));
}

#[test]
fn an_entry_tells_the_figures_that_it_is_part_of() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let told = sandbox.run(&["explain", "entry", "8"]).exits(0);
    expect![[r#"
        Example · Entry 8: interest_accrued
        as of the last entry · book us-gaap · USD
        10 entries · verified to entry 10

                                                                                     USD
        ────────────────────────────────────────────────────────────────────  ──────────
        Entry 8 · 2026-02-28 · Interest accrued
          interest
          recorded … by controller-1
          Dr 6710 Interest 1,800.00
          Cr 2320 Accrued interest 1,800.00
          no evidence recorded

        Its part in balance-sheet
          income-of-year Income of the fiscal year to date                    (1,800.00)

        Its part in income-statement
          other-items.6710 Interest                                           (1,800.00)

        Its part in cash-flow
          net-income Net income (loss)                                        (1,800.00)
    "#]]
    .assert_eq(&timeless(&told.out));
}

#[test]
fn evidence_that_came_later_is_told_with_the_entry_that_it_supports() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let document = r#"{"type":"evidence_attached","entry":4,"evidence":{"name":"invoice 17",
        "sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}"#;
    sandbox.append(&entry(1, "2026-04-01", &document.replace('\n', "")));
    let json = sandbox
        .run(&["explain", "balance-sheet:1210", "--as-of", "2026-01-31", "-f", "json"])
        .exits(0)
        .json();
    let evidence = &json["parts"][0]["evidence"];
    assert_eq!((&evidence[0]["name"], &evidence[0]["entry"]), (&"invoice 17".into(), &11.into()));
    assert_eq!(json["parts"][1]["evidence"], serde_json::json!([]));
    let told = sandbox.run(&["explain", "balance-sheet:1210", "--as-of", "2026-01-31"]).exits(0);
    let words = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let document = format!("evidence: invoice 17, sha256 {hash}, attached by entry 11");
    assert!(words.contains(&document), "{}", told.out);
    assert_eq!(told.out.matches("no evidence recorded").count(), 1, "{}", told.out);
}

#[test]
fn what_there_is_not_is_refused_with_what_there_is() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let refused = |args: &[&str], code: i32| {
        let ran = sandbox.run(&[&["explain"], args].concat()).exits(code);
        assert_eq!(ran.out, "");
        ran.err
    };
    expect![[r#"
        refused: UNKNOWN_FIGURE
          balance-sheet has no figure `1215` in book us-gaap
          help: the nearest are balance-sheet:current-assets.1210 (Bitcoin, operating), balance-sheet:current-assets.1010 (Cash), balance-sheet:current-assets.1220 (Bitcoin pledged, control kept), balance-sheet:current-liabilities.2310 (Loan principal), balance-sheet:off-the-sheet.9010 (Undrawn facilities)
    "#]].assert_eq(&refused(&["balance-sheet:1215"], 3));
    expect![[r#"
        refused: UNKNOWN_FIGURE
          cash-flow has no figure `loans` in book us-gaap
          help: the nearest are cash-flow:financing.loans-drawn (Loans drawn), cash-flow:financing.loans-repaid (Loans repaid), cash-flow:change (Change in cash), cash-flow:end (Cash at the end), cash-flow:adjustment.4510 (Gains and losses on bitcoin)
    "#]].assert_eq(&refused(&["cash-flow:loans"], 3));
    expect![[r#"
        refused: NOT_A_STATEMENT
          the figures of facilities are not sums of postings
          help: the statements are balance-sheet, income-statement, cash-flow, equity, trial-balance
    "#]]
    .assert_eq(&refused(&["facilities:f1"], 3));
    expect![[r#"
        refused: UNKNOWN_LOT
          there is no lot 3.0 in book us-gaap
          help: `treasury report lots` lists those that are held; a lot is named by the entry and event that gave birth to it
    "#]].assert_eq(&refused(&["lot", "3.0"], 3));
    expect![[r#"
        refused: UNKNOWN_ENTRY
          there is no entry 12: the ledger has entries 1 to 10
          help: `treasury replay` shows the entries there are
    "#]]
    .assert_eq(&refused(&["entry", "12"], 3));
    expect![[r#"
        refused: UNKNOWN_ENTRY
          entry 10 is later than what is asked for
          help: `treasury replay` shows the entries there are
    "#]]
    .assert_eq(&refused(&["entry", "10", "--as-of", "2026-02-28"], 3));
    expect![[r#"
        error
          `1240` names no figure
          help: `treasury explain balance-sheet:1240`, `treasury explain trial-balance:1010.debits`, `treasury explain lot 12.0`, `treasury explain entry 812`
    "#]].assert_eq(&refused(&["1240"], 2));
    expect![[r#"
        error
          `x` is not a lot's name: the entry's number, a point, the event's, as in `12.0`
          help: `treasury explain balance-sheet:1240`, `treasury explain trial-balance:1010.debits`, `treasury explain lot 12.0`, `treasury explain entry 812`
    "#]].assert_eq(&refused(&["lot", "x"], 2));
    expect![[r#"
        error
          there is no report `balance`
          help: did you mean `balance-sheet`? the reports are balance-sheet, income-statement, cash-flow, equity, trial-balance, journal, accounts, register, holdings, lots, roll-forward, facilities, commitments, assets, contracts, metrics, obligations-ladder, restatement, tie-out, debt-maturities, interest-schedule, realised-gains, restricted, disclosures, allowance, related-parties, ageing, cash-reconciliation, journal-testing, lot-findings
    "#]].assert_eq(&refused(&["balance:1240"], 2));
}
