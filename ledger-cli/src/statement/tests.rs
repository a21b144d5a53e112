//! Every fault provoked, every sample read, and no panic on whatever becomes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

const CODES: [Code; 18] = [
    Code::FormatUnknown,
    Code::Empty,
    Code::TooLarge,
    Code::Malformed,
    Code::Cut,
    Code::FieldMissing,
    Code::BadAmount,
    Code::BadDay,
    Code::BadCurrency,
    Code::BankError,
    Code::ProfileUnknown,
    Code::DoesNotFoot,
    Code::RunningBalance,
    Code::ControlTotal,
    Code::ControlCount,
    Code::Missing,
    Code::Repeated,
    Code::NotContinued,
];

/// The synthetic samples by name.
fn samples() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/statements");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let samples = files.filter(|path| !["md", "txt"].contains(&path.extension().unwrap().to_str().unwrap()));
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    samples.map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
}

fn sample(name: &str) -> String {
    String::from_utf8(samples().remove(name).unwrap()).unwrap()
}

/// A sample in which one text stands for another, which must be there.
#[track_caller]
fn changed(name: &str, from: &str, to: &str) -> Vec<u8> {
    let text = sample(name);
    assert!(text.contains(from), "{name} has no {from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn every_sample_is_right_and_is_read_as_the_same_format_without_being_told() {
    let samples = samples();
    assert_eq!(samples.len(), 25, "a sample was dropped or added");
    let mut profiles = BTreeSet::new();
    for (name, bytes) in &samples {
        let statements = read(bytes, "auto").unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let format = statements[0].format;
        assert_eq!(read(bytes, format).unwrap(), statements, "{name}");
        profiles.extend((format == "csv").then(|| statements[0].variant.clone()));
        assert!(statements.iter().all(|statement| statement.footing != Footing::Differs), "{name}");
    }
    assert_eq!(profiles.len(), super::profiles().count(), "a profile has no sample: {profiles:?}");
}

#[test]
fn lines_keep_their_names_when_they_are_read_again_and_no_two_have_the_same() {
    let mut all = BTreeSet::new();
    let mut lines = 0;
    for (name, bytes) in samples() {
        let ids = |bytes: &[u8]| {
            let statements = read(bytes, "auto").unwrap();
            statements.into_iter().flat_map(|one| one.lines).map(|line| line.id).collect::<Vec<_>>()
        };
        let once = ids(&bytes);
        assert_eq!(once, ids(&bytes), "{name}");
        // Line ends of another system change nothing that is said.
        let turned =
            bytes.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] });
        assert_eq!(once, ids(&turned.collect::<Vec<_>>()), "{name}");
        lines += once.len();
        all.extend(once);
    }
    assert_eq!(all.len(), lines);
    assert!(lines > 60, "only {lines} lines");
}

#[test]
fn two_payments_that_say_the_same_stay_two() {
    let line = ":61:2601050105D1,00NTRFNONREF\n:86:same\n";
    let text = format!(":20:X\n:25:A\n:28C:1\n:60F:C260105EUR10,00\n{line}{line}:62F:C260105EUR8,00\n-\n");
    let statements = read(text.as_bytes(), "mt940").unwrap();
    let [first, second] = statements[0].lines.as_slice() else { panic!("{statements:?}") };
    assert_eq!((first.amount, &first.text), (second.amount, &second.text));
    assert_ne!(first.id, second.id);
}

/// The code, what is wrong, the file, and the words of it.
type Case = (Code, &'static str, Vec<u8>, &'static str);

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let deep = format!("<Document xmlns='camt.053'>{}", "<a>".repeat(100));
    let deep_ofx = format!("OFXHEADER:100\n<OFX>{}", "<A>".repeat(100));
    let unknown_table = "date;who;what;how much\n1;2;3;4\n";
    let near_kraken = "txid,refid,time,type,aclass,asset,amount,fee,worth\n";
    vec![
        (Code::FormatUnknown, "words", b"hello\nworld\n".to_vec(), "looks like no format"),
        (Code::Empty, "nothing", b" \n\0".to_vec(), "the file is empty"),
        (Code::Empty, "a sign-on alone", b"OFXHEADER:100\n<OFX><SONRS></SONRS></OFX>".to_vec(), "holds no statement"),
        (Code::Empty, "a table without rows", changed("bank.csv", sample("bank.csv").split_once('\n').unwrap().1, ""), "holds no statement"),
        (Code::Empty, "no account", b"01,A,B,260105,0600,1,,,2/\n99,0,0,2/\n".to_vec(), "no account, record 03"),
        (Code::TooLarge, "elements without end", deep.into_bytes(), "more than 64 deep"),
        (Code::TooLarge, "SGML without end", deep_ofx.into_bytes(), "more than 64 deep"),
        (Code::Malformed, "a movement that is none", changed("mt940.sta", "2601050105D250,00", "2601050105X250,00"), "is not a movement"),
        (Code::Malformed, "a balance that is none", changed("mt940.sta", ":60F:C", ":60F:X"), "field :60F: cannot be"),
        (Code::Malformed, "a number that is none", changed("mt940.sta", "00012/001", "twelve"), "is not a statement's number"),
        (Code::Malformed, "not XML", changed("camt053-v08.xml", "</Bal>", "</Bla>"), "not XML"),
        (Code::Malformed, "an entity of one's own", changed("camt053-v08.xml", "&amp;", "&bomb;"), "`&bomb;` stands for nothing"),
        (Code::Malformed, "a direction", changed("camt053-v08.xml", "DBIT", "BOTH"), "neither CRDT nor DBIT"),
        (Code::Malformed, "a status", changed("camt053-v08.xml", "PDNG", "LATE"), "no status of an entry"),
        (Code::Malformed, "a record", changed("bai2.bai", "\n16,195", "\n17,195"), "no code of a record"),
        (Code::Malformed, "a record out of place", changed("bai2.bai", "\n98,", "\n99,"), "cannot stand here"),
        (Code::Malformed, "a type code", changed("bai2.bai", "\n16,195", "\n16,015"), "neither a credit nor a debit"),
        (Code::Malformed, "a type of funds", changed("bai2.bai", ",V,", ",Q,"), "no type of funds"),
        (Code::Malformed, "a movement of nothing", b"01,A,B,260105,0600,1,,,2/\n16,195,1,,/".to_vec(), "cannot stand here"),
        (Code::Malformed, "a tag", changed("ofx2.ofx", "<CURDEF>", "<CUR$>"), "is no element of OFX"),
        (Code::Malformed, "a short row", changed("bank.csv", ",Scrap", ""), "the row has 10 columns, the header 11"),
        (Code::Malformed, "a direction of a table", changed("bitstamp-2.csv", "Buy", "Swap"), "tells no direction"),
        (Code::Malformed, "a status of a table", changed("fireblocks.csv", "FAILED", "LOST"), "no Status that is known"),
        (Code::Malformed, "a field of an assertion", changed("assertion.toml", "note =", "remark ="), "unknown field"),
        (Code::Malformed, "a number for an amount", changed("assertion.json", "\"3023.61234567\"", "3023.61234567"), "invalid type"),
        (Code::Malformed, "a document's hash", changed("assertion.json", "\"document\": \"", "\"document\": \"x"), "is not the SHA-256"),
        (Code::Cut, "no closing balance", changed("mt940.sta", ":62F:C260106EUR9740,01\n", ""), "no closing balance, field :62F:"),
        (Code::Cut, "no opening balance", changed("mt940.sta", ":60F:C260105EUR10000,00\n", ""), "no opening balance, field :60F:"),
        (Code::Cut, "camt without its closing", changed("camt053-v02.xml", "<Cd>CLBD</Cd>", "<Cd>CLAV</Cd>"), "no closing balance"),
        (Code::Cut, "XML without its end", sample("camt053-v08.xml").split("<TxsSummry>").next().unwrap().as_bytes().to_vec(), "the file ends within"),
        (Code::Cut, "BAI2 without its trailer", changed("bai2.bai", "99,3810200,1,13/\n", ""), "record 99, is missing"),
        (Code::Cut, "SGML within a tag", changed("ofx1-unclosed.qfx", "<BALAMT>10.00\n<DTASOF>20260103\n", "<BALAMT"), "does not end"),
        (Code::FieldMissing, "no account", changed("mt942.sta", ":25:10020030/1234567\n", ""), "field :25: is missing"),
        (Code::FieldMissing, "camt without an account", changed("camt054-v04.xml", "<Othr><Id>0012345678</Id></Othr>", "<Othr/>"), "Acct lacks its Id"),
        (Code::FieldMissing, "no day", changed("ofx2.ofx", "<DTPOSTED>20260115</DTPOSTED>", ""), "STMTTRN lacks DTPOSTED"),
        (Code::FieldMissing, "a row without its day", changed("bank.csv", "2026-01-06,", ","), "the row lacks booked"),
        (Code::FieldMissing, "BAI2 without an account", changed("bai2.bai", "03,987654321", "03,"), "record 03 names no account"),
        (Code::FieldMissing, "nobody signed", changed("assertion.toml", "\"controller-1\"", "\"\""), "signed_off_by says nothing"),
        (Code::BadAmount, "letters", changed("ofx2.ofx", "-19.99<", "-19.9O<"), "`-19.9O` is not an amount"),
        (Code::BadAmount, "a float", changed("kraken-1.csv", "-4300.0000", "-4.3e3"), "`-4.3e3` is not an amount"),
        (Code::BadAmount, "more digits than can be held", changed("mt940.sta", "D250,00", "D123456789012345678901234567890,00"), "more than 28 digits"),
        (Code::BadAmount, "a sum beyond what can be held", changed("mt940.sta", "D250,00", "D9999999999999999999999999999,00"), "more digits than the ledger can hold"),
        (Code::BadAmount, "a point in a smallest unit", changed("bai2.bai", "200050,V", "2000.50,V"), "is not an amount"),
        (Code::BadAmount, "in and out at once", changed("bank.csv", "120.00,,", "120.00,1.00,"), "both adds and takes"),
        (Code::BadDay, "no such month", changed("mt940.sta", ":61:2601050105D", ":61:2613050105D"), "`261305` is not a day"),
        (Code::BadDay, "no such day", changed("camt053-v02.xml", "<Dt>2026-01-06</Dt></BookgDt>", "<Dt>2026-02-29</Dt></BookgDt>"), "`2026-02-29` is not a day"),
        (Code::BadDay, "a day the wrong way round", changed("lender.csv", "2026-01-05", "05/01/2026"), "is not a day"),
        (Code::BadDay, "of an assertion", changed("assertion.toml", "2026-01-31", "January"), "`January` is not a day"),
        (Code::BadCurrency, "two currencies", changed("mt940.sta", ":62M:C260105EUR", ":62M:C260105USD"), "the statement is in EUR, this is in USD"),
        (Code::BadCurrency, "an entry of another", changed("camt053-v02.xml", "\"EUR\">400", "\"USD\">400"), "an entry in USD on a statement in EUR"),
        (Code::BadCurrency, "none", changed("ofx2.ofx", "<CURDEF>USD</CURDEF>", "<CURDEF></CURDEF>"), "CURDEF names no currency"),
        (Code::BadCurrency, "without digits", changed("bitgo.csv", "tr-1,btc", "tr-1,doge"), "how many digits DOGE has"),
        (Code::BankError, "an error for an answer", b"OFXHEADER:100\n<OFX><STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>General error</STATUS></OFX>".to_vec(), "error 2000: General error"),
        (Code::ProfileUnknown, "a header near none", unknown_table.as_bytes().to_vec(), "no profile has the header of this table"),
        (Code::ProfileUnknown, "a header near one", near_kraken.as_bytes().to_vec(), "the nearest is kraken-ledgers-1, of which it lacks balance"),
        (Code::DoesNotFoot, "MT940", changed("mt940.sta", "D250,00", "D251,00"), "come to 11249.5, the closing balance is 11250.5"),
        (Code::DoesNotFoot, "camt", changed("camt053-v02.xml", ">400.00<", ">401.00<"), "come to 9249, the closing balance is 9250"),
        (Code::ControlTotal, "of an account", changed("bai2.bai", "010,5000", "010,5001"), "the account from line 9 comes to 10001, its control total is 10000"),
        (Code::ControlTotal, "of a group", changed("bai2.bai", "98,3810200", "98,3810201"), "the group from line 2 comes to 3810200"),
        (Code::ControlTotal, "of a file", changed("bai2.bai", "99,3810200", "99,3810201"), "the file from line 1 comes to 3810200"),
        (Code::ControlTotal, "of a day under way", changed("mt942.sta", "90D:1EUR100", "90D:1EUR101"), "the debits come to 100, the report says 101"),
        (Code::ControlCount, "of a day under way", changed("mt942.sta", "90D:1EUR", "90D:2EUR"), "there are 1 debits, the report counts 2"),
        (Code::ControlCount, "of a group", changed("bai2.bai", "98,3810200,2", "98,3810200,3"), "the group has 2 accounts, its trailer counts 3"),
        (Code::ControlCount, "of a file", changed("bai2.bai", "3810200,1,13", "3810200,1,14"), "the file has 13 records, its trailer counts 14"),
        (Code::RunningBalance, "a row changed", changed("kraken-1.csv", "5693.1200", "5693.1300"), "must be 5693.12, the statement says 5693.13"),
        (Code::RunningBalance, "a row left out", changed("bank.csv", "US-001,USD,2026-01-06,2026-01-05,,500.00,10500.00,BK-2,Example Buyer,,Scrap\n", ""), "must be 9880, the statement says 10380"),
        (Code::ControlTotal, "of a summary", changed("camt053-v08.xml", "<Sum>800.00", "<Sum>801.00"), "the debits come to 800, the summary says 801"),
        (Code::ControlCount, "of a batch", changed("camt053-v08.xml", "<NbOfTxs>2", "<NbOfTxs>3"), "the batch has 2 payments, it counts 3"),
        (Code::Missing, "a page", changed("mt940.sta", "00012/002", "00012/003"), "page 2 is missing"),
        (Code::Missing, "a statement", changed("mt940.sta", "00013/001", "00015/001"), "statements 13 to 14 are missing"),
        (Code::Repeated, "a transaction", changed("ofx1-unclosed.qfx", "<STMTTRN>\n<TRNTYPE>CREDIT", "<STMTTRN>\n<TRNTYPE>DEBIT\n<DTPOSTED>20260102\n<TRNAMT>-1006.60\n<FITID>A\n<STMTTRN>\n<TRNTYPE>CREDIT"), "transaction A is there twice"),
        (Code::Repeated, "a statement", format!("{0}{0}", sample("mt940.sta")).into_bytes(), "is there twice"),
        (Code::NotContinued, "a gap between days", sample("mt940.sta").replace("60F:C260105EUR9750,00", "60F:C260105EUR9751,00").replace("EUR9740,01", "EUR9741,01").into_bytes(), "statement 13 page 1 opens with 9751"),
    ]
}

#[test]
fn every_fault_is_provoked_with_its_words() {
    let cases = cases();
    let mut seen = BTreeSet::new();
    for (code, what, bytes, words) in &cases {
        let fault = read(bytes, "auto").expect_err(what);
        assert!(fault.code == *code && fault.what.contains(words), "{code:?}, {what}: {fault:?}");
        seen.insert(fault.code);
    }
    let missed: Vec<_> = CODES.iter().filter(|code| !seen.contains(code)).collect();
    assert!(missed.is_empty(), "never provoked: {missed:?}");
    assert_eq!(cases.len(), 73, "a case was dropped");
}

/// Numbers that look drawn and are the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// What files are made of, for putting it where it does not belong.
const PIECES: &[&str] = &[
    ":61:",
    ":86:",
    ":60F:C",
    ":62F:",
    "-}",
    "{4:",
    "<",
    ">",
    "</",
    "/>",
    "<Ntry>",
    "<STMTTRN>",
    "</OFX>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "\"",
    ",",
    "/",
    "\n",
    "\r",
    "\0",
    "88,",
    "03,",
    "16,",
    "99999999999999999999999999999",
    "-",
    "0230",
    "D",
    "RC",
    "\u{feff}",
    "\u{2028}",
    "é",
    "[[assertion]]",
    "?20",
    "?",
    ",D,99999999,",
    ",V,",
    "e9",
    "EUR",
    " ",
    ";",
    "\t",
];

fn mutated(bytes: &[u8], drawn: &mut Drawn) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=drawn.below(2) {
        let (from, to) = (drawn.below(bytes.len() + 1), drawn.below(bytes.len() + 1));
        let part = from.min(to)..from.max(to).min(from.min(to) + 80);
        match drawn.below(7) {
            0 if !bytes.is_empty() => {
                let at = from.min(bytes.len() - 1);
                bytes[at] = u8::try_from(drawn.below(256)).unwrap();
            }
            1 => drop(bytes.drain(part)),
            2 => {
                let copy = bytes[part].to_vec();
                bytes.splice(to..to, copy);
            }
            3 => bytes.truncate(from),
            4 => drop(bytes.splice(part, PIECES[drawn.below(PIECES.len())].bytes())),
            _ => drop(bytes.splice(from..from, PIECES[drawn.below(PIECES.len())].bytes())),
        }
    }
    bytes
}

#[test]
fn whatever_becomes_of_a_sample_it_is_read_or_refused_and_nothing_panics() {
    const EACH: usize = 200;
    let mut drawn = Drawn(20_260_105);
    let (mut inputs, mut right, mut refused) = (0, 0, 0);
    for (name, bytes) in samples() {
        let own = read(&bytes, "auto").unwrap()[0].format;
        for format in FORMATS {
            // A format that the file is not in.
            inputs += 1;
            drop(examine(&bytes, format.name));
        }
        for _ in 0..EACH {
            let bytes = mutated(&bytes, &mut drawn);
            for format in ["auto", own] {
                inputs += 1;
                match read(&bytes, format) {
                    Ok(statements) => {
                        right += 1;
                        let foots =
                            |one: &Statement| one.footing != Footing::Differs && one.findings.is_empty();
                        assert!(statements.iter().all(foots), "{name}");
                    }
                    Err(fault) => {
                        refused += 1;
                        assert!(!fault.what.is_empty() && !fault.what.contains('\n'), "{name}: {fault:?}");
                    }
                }
            }
        }
    }
    assert_eq!(inputs, 25 * (6 + 2 * EACH), "10,150 inputs");
    assert!(right > 500 && refused > 500, "{right} read, {refused} refused");
}
