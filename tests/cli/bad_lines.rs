//! Lines that are not entries: refused with the code, the path, the place and the way out, and not one byte
//! of the store changed.

use expect_test::{Expect, expect};

use crate::sandbox::{Sandbox, entry};

/// What was given, and all that is told about it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) input: Vec<u8>,
    pub(crate) told: Expect,
}

pub(crate) fn case(name: &'static str, input: impl Into<Vec<u8>>, told: Expect) -> Case {
    Case { name, input: input.into(), told }
}

/// Gives each input to `append`, once for real and once as a dry run: the same refusal, the same bytes.
pub(crate) fn check(sandbox: &Sandbox, cases: Vec<Case>, count: usize) {
    assert_eq!(cases.len(), count, "a case was dropped");
    let before = sandbox.store();
    for Case { name, input, told } in cases {
        let file = sandbox.file("in.jsonl", &input);
        let ran = sandbox.run(&["append", "in.jsonl"]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{name}: {}", ran.err);
        told.assert_eq(&ran.err);
        let tried = sandbox.run(&["append", "--dry-run", "in.jsonl"]);
        assert_eq!((tried.code, &tried.err), (3, &ran.err), "{name}, dry run");
        std::fs::remove_file(file).unwrap();
        assert!(sandbox.store() == before, "{name}: the store was changed");
    }
}

fn bought(fields: &str) -> String {
    let fields = format!(
        r#"{{"type":"coins_bought","commodity":"BTC","from":{{"wallet":"bank"}},"to":{{"wallet":"cold"}},{fields}}}"#
    );
    entry(1, "2026-03-05", &fields)
}

const PAID: &str = r#""paid":{"amount":"10.00","currency":"USD"}"#;

fn units(units: &str) -> String {
    bought(&format!(r#""units":{units},{PAID}"#))
}

#[test]
fn a_line_that_is_not_an_entry_is_refused_with_its_place() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let good = units("\"0.0001\"");
    let cases = vec![
        case(
            "cut off",
            "{\"id\":",
            expect![[r#"
            refused: MALFORMED
              not JSON: EOF while parsing a value at line 1 column 6
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a list",
            "[]",
            expect![[r#"
                refused: MALFORMED
                  expected an object with `id`, `effective`, `actor`, `transaction`, `memo`, `occurred`, `evidence`, `refs`, `events`
                  in.jsonl:1
                  help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
            "#]],
        ),
        case(
            "a list for an object",
            good.replace(r#"{"wallet":"cold"}"#, r#"["cold"]"#),
            expect![[r#"
            refused: MALFORMED
              events[0].to: expected one of wallet, facility
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a list for an amount",
            good.replace(r#"{"amount":"10.00","currency":"USD"}"#, r#"["10.00","USD"]"#),
            expect![[r#"
                refused: MALFORMED
                  events[0].paid: expected an object with `amount`, `currency`
                  in.jsonl:1, event 0 (coins_bought)
                  help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
            "#]],
        ),
        case(
            "an event told by its only field",
            entry(1, "2026-03-05", r#"{"facility_retired":{"facility":"f1"}}"#),
            expect![[r#"
                refused: MISSING_FIELD
                  events[0]: the field `type` is missing
                  in.jsonl:1, event 0
                  help: add it
            "#]],
        ),
        case(
            "a field given as nothing",
            good.replace("\"actor\"", "\"memo\":null,\"actor\""),
            expect![[r#"
                refused: MALFORMED
                  memo: null is no value here; leave the field out
                  in.jsonl:1
                  help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
            "#]],
        ),
        case(
            "two objects on a line",
            format!("{good} {good}"),
            expect![[r#"
            refused: MALFORMED
              not JSON: trailing characters at line 1 column 256
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "on the third line",
            format!("\n  \n{}\n", units("1")),
            expect![[r#"
            refused: MALFORMED
              events[0].units: invalid type: integer `1`, expected an amount as a string, such as "4451.5"
              in.jsonl:3, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a number instead of a string",
            units("1"),
            expect![[r#"
            refused: MALFORMED
              events[0].units: invalid type: integer `1`, expected an amount as a string, such as "4451.5"
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a fraction",
            units("1.5"),
            expect![[r#"
            refused: MALFORMED
              not JSON: invalid type: floating point `1.5`, expected a text, a whole number, a list or an object (amounts are texts: "4451.5") at line 1 column 203
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "nothing",
            units("null"),
            expect![[r#"
                refused: MALFORMED
                  events[0].units: null is no value here; leave the field out
                  in.jsonl:1, event 0 (coins_bought)
                  help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
            "#]],
        ),
        case(
            "a misplaced comma",
            units("\"1,5\""),
            expect![[r#"
            refused: MALFORMED
              events[0].units: `1,5` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "an exponent",
            units("\"1e3\""),
            expect![[r#"
            refused: MALFORMED
              events[0].units: `1e3` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a plus sign",
            units("\"+1\""),
            expect![[r#"
            refused: MALFORMED
              events[0].units: `+1` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "leading zeros",
            units("\"007\""),
            expect![[r#"
            refused: MALFORMED
              events[0].units: `007` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "more digits than can be held",
            units("\"99999999999999999999999999999\""),
            expect![[r#"
            refused: MALFORMED
              events[0].units: `99999999999999999999999999999` has more than 28 digits
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a name in lower case",
            good.replace("BTC", "btc"),
            expect![[r#"
            refused: MALFORMED
              events[0].commodity: `btc` is not a commodity's code: 1 to 10 of capital letters and digits, starting with a letter
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a name with a space",
            good.replace("\"cold\"", "\"cold storage\""),
            expect![[r#"
            refused: MALFORMED
              events[0].to: `cold storage` is not a wallet's name: 1 to 39 of letters, digits, `.`, `_`, `-`, starting with a letter or digit
              in.jsonl:1, event 0 (coins_bought)
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a field misspelt",
            good.replace("\"units\"", "\"unit\""),
            expect![[r#"
            refused: UNKNOWN_FIELD
              events[0]: there is no field `unit` here
              in.jsonl:1, event 0 (coins_bought)
              help: did you mean `units`?
        "#]],
        ),
        case(
            "a field too many",
            good.replace("\"actor\"", "\"author\":\"x\",\"actor\""),
            expect![[r#"
            refused: UNKNOWN_FIELD
              there is no field `author` here
              in.jsonl:1
              help: did you mean `actor`?
        "#]],
        ),
        case(
            "a field missing",
            good.replace("\"units\":\"0.0001\",", ""),
            expect![[r#"
            refused: MISSING_FIELD
              events[0]: the field `units` is missing
              in.jsonl:1, event 0 (coins_bought)
              help: add it
        "#]],
        ),
        case(
            "a key twice",
            good.replace("\"units\"", "\"units\":\"2\",\"units\""),
            expect![[r#"
            refused: DUPLICATE_KEY
              events[0]: the key `units` stands twice
              in.jsonl:1, event 0 (coins_bought)
              help: keep one of the two
        "#]],
        ),
        case(
            "no type",
            good.replace("\"type\":\"coins_bought\",", ""),
            expect![[r#"
            refused: MISSING_FIELD
              events[0]: the field `type` is missing
              in.jsonl:1, event 0
              help: add it
        "#]],
        ),
        case(
            "an event misspelt",
            good.replace("coins_bought", "coin_bought"),
            expect![[r#"
            refused: UNKNOWN_EVENT
              events[0]: `coin_bought` is not known here
              in.jsonl:1, event 0 (coin_bought)
              help: did you mean `coins_bought`?
        "#]],
        ),
        case(
            "an event of another vocabulary",
            good.replace("coins_bought", "airdropped"),
            expect![[r#"
            refused: UNKNOWN_EVENT
              events[0]: `airdropped` is not known here
              in.jsonl:1, event 0 (airdropped)
              help: docs/posting-rules.md lists the events
        "#]],
        ),
        case(
            "an event not yet built",
            entry(1, "2026-03-05", r#"{"type":"price_source"}"#),
            expect![[r#"
            refused: NOT_YET_BUILT
              events[0]: `price_source` is not built yet
              in.jsonl:1, event 0 (price_source)
              help: this version never accepts what it would have to ignore; leave it out
        "#]],
        ),
        case(
            "a choice not yet built",
            entry(
                1,
                "2026-03-05",
                r#"{"type":"account_opened","code":"8900","name":"Coins of others","class":"memo"}"#,
            ),
            expect![[r#"
                refused: NOT_YET_BUILT
                  a memo account of your own is not built yet
                  in.jsonl:1, event 0 (account_opened)
                  help: this version never accepts what it would have to ignore; leave it out
            "#]],
        ),
        case(
            "a field of another shape",
            entry(
                1,
                "2026-03-05",
                r#"{"type":"policy_adopted","book":"tax","from":"2026-04-01","policy":{"stablecoin":"cash"},"transition":"prospective"}"#,
            ),
            expect![[r#"
                refused: MALFORMED
                  events[0].policy.stablecoin: invalid type: string "cash", expected a sequence
                  in.jsonl:1, event 0 (policy_adopted)
                  help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
            "#]],
        ),
        case(
            "a choice that there is not",
            entry(1, "2026-03-05", r#"{"type":"wallet_opened","wallet":"w","kind":"warm","currency":"USD"}"#),
            expect![[r#"
                refused: UNKNOWN_NAME
                  events[0].kind: `warm` is not known here
                  in.jsonl:1, event 0 (wallet_opened)
                  help: known here: bank, hot, cold, custodian, exchange, pool
            "#]],
        ),
        case(
            "an id that is none",
            good.replace("00000000-0000-4000-8000-000000000001", "1"),
            expect![[r#"
            refused: MALFORMED
              id: `1` is not a UUID such as 019c3e1b-7a10-7c3e-9b1f-0242ac120002
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "the id of nobody",
            good.replace("00000000-0000-4000-8000-000000000001", "00000000-0000-0000-0000-000000000000"),
            expect![[r#"
            refused: MALFORMED
              id: `00000000-0000-0000-0000-000000000000` is not a UUID such as 019c3e1b-7a10-7c3e-9b1f-0242ac120002
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a day that there is not",
            good.replace("2026-03-05", "2026-02-30"),
            expect![[r#"
            refused: MALFORMED
              effective: `2026-02-30` is not a date such as 2026-02-08
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a time without a zone",
            good.replace("2026-03-05", "2026-03-05T10:00:00"),
            expect![[r#"
            refused: MALFORMED
              effective: `2026-03-05T10:00:00` is not a time such as 2026-02-08T14:30:00Z, no finer than a microsecond
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "not UTF-8",
            [good.replace("controller", "contr").as_bytes(), b"\xff\xfe"].concat(),
            expect![[r#"
            refused: MALFORMED
              the line is not text in UTF-8
              in.jsonl:1
              help: one entry a line, as JSON; amounts are strings of plain digits such as "4451.5", dates such as "2026-02-08"
        "#]],
        ),
        case(
            "a line without an end",
            vec![b' '; (1 << 20) + 1],
            expect![[r#"
            refused: LINE_TOO_LONG
              the line has more than 1048576 bytes
              in.jsonl:1
              help: one entry a line; a large document is named by its SHA-256 under `evidence`
        "#]],
        ),
        case(
            "nothing at all",
            "",
            expect![[r#"
            refused: EMPTY_INPUT
              in.jsonl has no entries
              help: give one entry a line, as JSON
        "#]],
        ),
        case(
            "blank lines only",
            "\n \n\t\r\n",
            expect![[r#"
            refused: EMPTY_INPUT
              in.jsonl has no entries
              help: give one entry a line, as JSON
        "#]],
        ),
    ];
    check(&sandbox, cases, 37);
}
