//! Rows of a table by a mapping and lines of statements by rules: each becomes an entry, and none becomes two.

use serde_json::{Value, json};

use crate::entry_files::{MINI, last, of_file};
use crate::sandbox::{Ran, Sandbox};

/// Synthetic. Days, decimals and names as a German bank writes them.
const TABLE: &str = "\
Datum;Art;Betrag;Konto;Text
03.04.2026;Gebühr;-1.234,50;bank;\"a fee; paid\"
04.04.2026;Eingang;5.000,00;bank;
04.04.2026;Info;;;
05.04.2026;Gebühr;-10,00;bank;
05.04.2026;Gebühr;-10,00;bank;
";

const MAPPING: &str = r#"
[columns]
Datum = { day = "%d.%m.%Y" }
Betrag = { decimals = "comma" }
[[entry]]
when = { Art = ["Geb*", "Zins*"], Betrag = "< 0" }
effective = "{Datum}"
memo = "{Text}"
events = ["cash out '{-Betrag} USD' --from {Konto} --category supplier"]
[[entry]]
when = { Betrag = "> 0" }
effective = "{Datum}"
memo = "{Text}"
[[entry.events]]
type = "cash_received"
wallet = "{Konto}"
amount = "{Betrag} USD"
category = "customer"
[[entry]]
when = { Art = "Info" }
skip = true
"#;

fn mapped(sandbox: &Sandbox, table: &str, mapping: &str, more: &[&str]) -> Ran {
    sandbox.file("rows.csv", table.as_bytes());
    sandbox.file("mapping.toml", mapping.as_bytes());
    let args = ["--actor", "controller-1", "append", "rows.csv", "--mapping", "mapping.toml"];
    sandbox.run(&[&args, more].concat())
}

#[test]
fn rows_of_a_table_become_entries_once() {
    let sandbox = Sandbox::with_story(MINI);
    let before = sandbox.store();
    let shown = mapped(&sandbox, TABLE, MAPPING, &["--dry-run"]).exits(0);
    assert_eq!(shown.out.matches("would be entry").count(), 4, "{}", shown.out);
    assert!(shown.err.contains("1 row stands for no entry"), "{}", shown.err);
    assert_eq!(sandbox.store(), before);
    let ran = mapped(&sandbox, TABLE, MAPPING, &[]).exits(0);
    assert_eq!(ran.out, "recorded 11\nrecorded 12\nrecorded 13\nrecorded 14\n");
    let out = sandbox.run(&["export", "jsonl"]).exits(0).out;
    let told: Vec<Value> = out.lines().skip(10).map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<Value> = told
        .iter()
        .map(|entry| {
            json!([
                entry["effective"],
                entry["memo"],
                entry["events"][0]["type"],
                entry["events"][0]["amount"]["amount"]
            ])
        })
        .collect();
    assert_eq!(
        json!(said),
        json!([
            ["2026-04-03", "a fee; paid", "cash_paid", "1234.5"],
            ["2026-04-04", null, "cash_received", "5000"],
            ["2026-04-05", null, "cash_paid", "10"],
            ["2026-04-05", null, "cash_paid", "10"],
        ])
    );
    // Again, and with a row more: what stands there stays.
    let more = format!("{TABLE}06.04.2026;Zins;-1,00;bank;\n");
    let ran = mapped(&sandbox, &more, MAPPING, &[]).exits(0);
    let known: String = (11..15).map(|number| format!("already recorded as {number}\n")).collect();
    assert_eq!(ran.out, format!("{known}recorded 15\n"));
}

#[test]
fn rows_are_told_apart_by_what_the_mapping_says() {
    let sandbox = Sandbox::with_story(MINI);
    let mapping = MAPPING.replacen("[columns]", "row = \"{Text}\"\n[columns]", 1);
    let table =
        "Datum;Art;Betrag;Konto;Text\n05.04.2026;Gebühr;-10,00;bank;A1\n05.04.2026;Gebühr;-10,00;bank;A2\n";
    mapped(&sandbox, table, &mapping, &[]).exits(0);
    // The bank mends its spelling: the row is the same, what it says is not.
    let mended = table.replacen("-10,00;bank;A2", "-11,00;bank;A2", 1);
    let ran = mapped(&sandbox, &mended, &mapping, &[]).exits(3);
    assert!(ran.err.contains("refused: ID_REUSED") && ran.err.contains("rows.csv:3"), "{}", ran.err);
    let ran =
        mapped(&sandbox, "Datum;Art;Betrag;Konto;Text\n05.04.2026;Gebühr;-10,00;bank;\n", &mapping, &[])
            .exits(3);
    assert!(ran.err.contains("what tells the row apart is empty"), "{}", ran.err);
}

#[test]
fn what_does_not_fit_is_told_with_its_line_and_nothing_is_recorded() {
    let sandbox = Sandbox::with_story(MINI);
    let before = sandbox.store();
    let entry = "[[entry]]\neffective = \"{Datum}\"\nevents = [\"cash out '{Betrag} USD' --from {Konto} --category supplier\"]\n";
    let row = |row: &str| format!("Datum;Art;Betrag;Konto;Text\n01.04.2026;Gebühr;-1,00;bank;\n{row}\n");
    let fine = MAPPING.to_owned();
    for (table, mapping, told, at) in [
        (row("05.04.2026;X;;;"), fine.clone(), "the row fits no entry of the mapping", "rows.csv:3"),
        (row("31.02.2026;Zins;-1,00;bank;"), fine.clone(), "Datum: `31.02.2026` is not a day", "rows.csv:3"),
        (
            row("05.04.2026;Zins;-1.0,0;bank;"),
            fine.clone(),
            "Betrag: `-1.0,0` is not an amount",
            "rows.csv:3",
        ),
        (row("05.04.2026;Zins;-1,00;;"), fine.clone(), "--from is missing", "rows.csv:3"),
        (
            row("05.04.2026;Zins;-1,00;bank;a;b"),
            fine.clone(),
            "the row has 6 cells, the header 5",
            "rows.csv:3",
        ),
        (row("05.04.2026;Zins;-1,00;nowhere;"), fine.clone(), "refused: UNKNOWN_WALLET", "rows.csv:3"),
        ("Datum;Art;Betrag;Konto;Text\n".to_owned(), fine.clone(), "refused: EMPTY_INPUT", "rows.csv"),
        (
            row(""),
            entry.replace("Konto", "Knoto"),
            "entry 0: the table has no column `Knoto`; did you mean `Konto`?",
            "mapping.toml",
        ),
        (
            row(""),
            format!("row = \"{{Datm}}\"\n{entry}"),
            "row: the table has no column `Datm`",
            "mapping.toml",
        ),
        (
            row(""),
            format!("[columns]\nDatm = {{ day = \"%d\" }}\n{entry}"),
            "columns: the table has no column `Datm`",
            "mapping.toml",
        ),
        (row(""), entry.replace("{Betrag}", "{Betrag"), "a brace is alone", "mapping.toml"),
        (
            row(""),
            "row = \"{Datum}\"".to_owned(),
            "a mapping has an `[[entry]]` for each kind of row",
            "mapping.toml",
        ),
        (row(""), format!("rows = 1\n{entry}"), "not `rows`", "mapping.toml"),
        (row(""), format!("row = 1\n{entry}"), "`row` is text in quotes", "mapping.toml"),
        (
            row(""),
            format!("[columns]\nDatum = {{ days = \"x\" }}\n{entry}"),
            "columns: `Datum` is { day =",
            "mapping.toml",
        ),
        (
            row(""),
            format!("[columns]\nDatum = {{ decimals = \"x\" }}\n{entry}"),
            "columns: `Datum` is { day =",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replacen("[[entry]]", "[[entry]]\nwhen = 1", 1),
            "`when` is a table of columns",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replacen("[[entry]]", "[[entry]]\nwhen = { Art = 1 }", 1),
            "when: `Art` is a text or a list",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replacen("[[entry]]", "[[entry]]\nwhen = { Art = \"< x\" }", 1),
            "`x` is not a number",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replacen("[[entry]]", "[[entry]]\nwhen = { Arr = \"x\" }", 1),
            "no column `Arr`",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replacen("[[entry]]", "[[entry]]\nskip = true", 1),
            "`skip = true` stands alone",
            "mapping.toml",
        ),
        (
            row(""),
            entry.replace("cash out", "cash away"),
            "entry 0: event 0: `cash away` records nothing",
            "mapping.toml",
        ),
    ] {
        // What precedes a row that is refused by the ledger itself is recorded, as with lines; here all or none.
        let ran = mapped(&sandbox, &table, &mapping, &["--atomic"]).exits(3);
        assert!(ran.err.contains(told) && ran.err.contains(at), "{told}, {at}: {}", ran.err);
    }
    sandbox.file("rows.csv", &[b'a', b';', 0xfc, b'\n']);
    let ran = sandbox.run(&["append", "rows.csv", "--mapping", "mapping.toml", "--actor", "a"]).exits(3);
    assert!(ran.err.contains("not text in UTF-8"), "{}", ran.err);
    assert_eq!(sandbox.store(), before);
}

#[test]
fn an_amount_is_read_the_same_in_a_condition_and_in_a_hole() {
    let sandbox = Sandbox::with_story(MINI);
    let mapping = "[[entry]]\nwhen = { Amount = \"< 0\", Kind = \"F\" }\neffective = \"{Date}\"\nevents = [\"cash out '{-Amount} USD' --from bank --category supplier\"]\n[[entry]]\nskip = true\n";
    let table = |cell: &str| format!("Date,Kind,Amount\n2026-04-03,F,{cell}\n2026-04-03,I,n/a\n");
    let ran = mapped(&sandbox, &table("\"-1,234.50\""), mapping, &[]).exits(0);
    assert_eq!(
        (ran.out.as_str(), last(&sandbox)["events"][0]["amount"]["amount"].clone()),
        ("recorded 11\n", json!("1234.5"))
    );
    // What cannot be read where an amount must stand is not passed over.
    for cell in ["(5.00)", "\"-1.234,50\"", "five"] {
        let ran = mapped(&sandbox, &table(cell), mapping, &[]).exits(3);
        assert!(ran.err.contains("Amount: `") && ran.err.contains("rows.csv:2"), "{cell}: {}", ran.err);
    }
    let twice = mapped(&sandbox, "Date,Amount,Amount\n2026-04-03,1,2\n", mapping, &[]).exits(3);
    assert!(twice.err.contains("two columns are called `Amount`"), "{}", twice.err);
}

#[test]
fn a_row_that_is_named_twice_is_recorded_once() {
    let sandbox = Sandbox::with_story(MINI);
    let mapping = MAPPING.replacen("[columns]", "row = \"{Text}\"\n[columns]", 1);
    let row = "05.04.2026;Gebühr;-10,00;bank;A1\n";
    let table = format!("Datum;Art;Betrag;Konto;Text\n{row}{row}");
    assert_eq!(mapped(&sandbox, &table, &mapping, &[]).exits(0).out, "recorded 11\nalready recorded as 11\n");
    let other = table.replacen("-10,00", "-11,00", 1);
    let fresh = Sandbox::with_story(MINI);
    let ran = mapped(&fresh, &other, &mapping, &[]).exits(3);
    assert!(ran.err.contains("tells of something else") && ran.err.contains("rows.csv:3"), "{}", ran.err);
    assert_eq!(fresh.run(&["export", "jsonl"]).exits(0).out.lines().count(), 10);
    // Who records it again, and in which words, makes it no other row.
    let words = mapping.replace("memo = \"{Text}\"", "memo = \"again\"");
    fresh.file("rows.csv", table.as_bytes());
    fresh.file("mapping.toml", mapping.as_bytes());
    let args = ["append", "rows.csv", "--mapping", "mapping.toml", "--actor"];
    fresh.run(&[&args[..], &["controller-1"]].concat()).exits(0);
    fresh.file("mapping.toml", words.as_bytes());
    let again = fresh.run(&[&args[..], &["clerk-1"]].concat()).exits(0);
    assert_eq!(again.out, "already recorded as 11\nalready recorded as 11\n");
}

#[test]
fn a_line_is_the_same_on_a_daily_and_on_a_weekly_statement() {
    let sandbox = Sandbox::with_story(MINI);
    sandbox.file("rules.toml", RULES.as_bytes());
    // The same week in one statement, and its second day in another, of another number and with other balances.
    let day = STATEMENT
        .replace(":28C:4", ":28C:77")
        .replace(":60F:C260401USD1000,00", ":60F:C260402USD990,00")
        .replace(":61:2604020402D10,00NCHGNONREF//B1\n:86:a charge\n", "");
    sandbox.file("week.sta", STATEMENT.as_bytes());
    sandbox.file("day.sta", day.as_bytes());
    let import = |file: &str| {
        sandbox
            .run(&["--actor", "controller-1", "import", "mt940", file, "--rules", "rules.toml"])
            .exits(0)
            .out
    };
    assert_eq!(import("day.sta"), "recorded 11\n");
    assert_eq!(import("week.sta"), "recorded 12\nalready recorded as 11\n");
    // Two payments of one statement that look alike stay two.
    let alike = STATEMENT.replace(
        ":61:2604020402D10,00NCHGNONREF//B1\n:86:a charge\n",
        ":61:2604020402D5,00NCHGNONREF\n:86:a charge\n:61:2604020402D5,00NCHGNONREF\n:86:a charge\n",
    );
    sandbox.file("alike.sta", alike.as_bytes());
    assert_eq!(import("alike.sta"), "recorded 13\nrecorded 14\nalready recorded as 11\n");
    let none = ":20:S2\n:25:bank-1\n:28C:1\n:34F:USD0,00\n:13D:2604071200+0000\n:61:2604070407C1,00NTRFNONREF\n:86:soon\n-\n";
    sandbox.file("announced.sta", none.as_bytes());
    let ran =
        sandbox.run(&["import", "mt940", "announced.sta", "--rules", "rules.toml", "--actor", "a"]).exits(0);
    assert!(
        ran.err.contains("1 line is only announced") && ran.err.contains("nothing to record"),
        "{}",
        ran.err
    );
}

/// Synthetic.
pub(crate) const STATEMENT: &str = "\
:20:S1
:25:bank-1
:28C:4
:60F:C260401USD1000,00
:61:2604020402D10,00NCHGNONREF//B1
:86:a charge
:61:2604030403C250,00NTRFINV-7//B2
:86:an invoice paid
:62F:C260403USD1240,00
-
";

/// What a mapping makes of its lines.
pub(crate) const RULES: &str = r#"
[[entry]]
when = { text = "*charge*", amount = "< 0" }
effective = "{day}"
memo = "{text}"
refs = { bank = "{reference}" }
evidence = [{ name = "{file}", sha256 = "{sha256}" }]
events = ["cash out '{-amount} {currency}' --from bank --category supplier"]
[[entry]]
when = { amount = "> 0" }
effective = "{day}"
memo = "{text}"
refs = { bank = "{reference}" }
events = ["cash in '{amount} {currency}' --to bank --category customer"]
"#;

#[test]
fn lines_of_statements_become_entries_once() {
    let sandbox = Sandbox::with_story(MINI);
    sandbox.file("april.sta", STATEMENT.as_bytes());
    sandbox.file("rules.toml", RULES.as_bytes());
    let import = ["--actor", "controller-1", "import", "mt940", "april.sta", "--rules", "rules.toml"];
    let before = sandbox.store();
    let shown = sandbox.run(&[&import[..], &["--dry-run"]].concat()).exits(0);
    assert_eq!(shown.out.matches("would be entry").count(), 2, "{}", shown.out);
    assert_eq!(sandbox.store(), before);
    assert_eq!(sandbox.run(&import).exits(0).out, "recorded 11\nrecorded 12\n");
    assert_eq!(sandbox.run(&import).exits(0).out, "already recorded as 11\nalready recorded as 12\n");
    let entry = last(&sandbox);
    assert_eq!((&entry["effective"], &entry["memo"]), (&json!("2026-04-03"), &json!("an invoice paid")));
}

#[test]
fn of_statements_that_are_wrong_nothing_is_recorded() {
    let sandbox = Sandbox::with_story(MINI);
    sandbox.file("rules.toml", RULES.as_bytes());
    let before = sandbox.store();
    let wrong = STATEMENT.replace("USD1240,00", "USD1241,00");
    let gap = STATEMENT
        .replace(":28C:4", ":28C:6")
        .replace("C260401USD1000,00", "C260403USD1240,00")
        .replace("C260403USD1240,00\n-", "C260403USD1480,00\n-");
    for (files, code) in [
        (vec![("a.sta", wrong.as_str())], "STATEMENT_DOES_NOT_FOOT"),
        (vec![("a.sta", STATEMENT), ("b.sta", gap.as_str())], "STATEMENT_MISSING"),
        (vec![("a.sta", "no statement\n")], "STATEMENT_"),
    ] {
        let mut args = vec!["--actor", "controller-1", "import", "mt940"];
        for (name, text) in &files {
            sandbox.file(name, text.as_bytes());
            args.push(name);
        }
        args.extend(["--rules", "rules.toml"]);
        let ran = sandbox.run(&args).exits(3);
        assert!(ran.err.contains(code), "{code}: {}", ran.err);
    }
    assert_eq!(sandbox.run(&["import", "mt940", "a.sta"]).exits(2).err.matches("--rules FILE").count(), 1);
    assert_eq!(sandbox.store(), before);
}

/// The blocks of the page in this language, in order.
fn blocks(language: &str) -> Vec<String> {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/entry-files.md")).unwrap();
    let fence = format!("```{language}\n");
    let parts = page.split(&fence).skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_examples_of_the_page_are_recorded() {
    let sandbox = Sandbox::with_story(MINI);
    let [entry, mapping, rules] = blocks("toml").try_into().unwrap();
    let [table] = blocks("csv").try_into().unwrap();
    let ran = of_file(&sandbox, "entry.toml", &entry, &["--yes"]).exits(0);
    assert!(ran.out.ends_with("recorded 11\n"), "{}", ran.out);
    let ran = mapped(&sandbox, &table, &mapping, &[]).exits(0);
    assert_eq!(ran.out, "recorded 12\nrecorded 13\n");
    sandbox.file("april.sta", STATEMENT.as_bytes());
    let rules = format!("{rules}\n[[entry]]\nwhen = {{ amount = \"> 0\" }}\nskip = true\n");
    sandbox.file("rules.toml", rules.as_bytes());
    let import = ["--actor", "controller-1", "import", "mt940", "april.sta", "--rules", "rules.toml"];
    assert_eq!(sandbox.run(&import).exits(0).out, "recorded 14\n");
}
