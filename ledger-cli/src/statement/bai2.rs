//! BAI2, in which banks of the United States report balances and movements. A file holds groups, a group accounts; each
//! of the three levels ends with a control total and counts, and every one of them is checked.

mod record;

use ledger_core::exact;
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::fault::{Code, StatementFault, shown};
use super::source::Source;
use super::value;
use super::{Balance, Line, OtherBalance, Statement};
use record::Record;

/// Currencies whose amounts are not in hundredths.
const DECIMALS: &[(&str, u32)] = &[
    ("CLP", 0),
    ("ISK", 0),
    ("JPY", 0),
    ("KRW", 0),
    ("PYG", 0),
    ("VND", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("IQD", 3),
    ("JOD", 3),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("TND", 3),
];

/// A file header first.
pub(super) fn sniff(source: &Source) -> bool {
    source
        .lines()
        .map(|(_, text)| text.trim())
        .find(|text| !text.is_empty())
        .is_some_and(|text| text.starts_with("01,") && text.matches(',').count() >= 7)
}

/// What was met so far of a level: its sum, the units below it and its records.
#[derive(Debug, Default)]
struct Level {
    line: usize,
    sum: i128,
    units: usize,
    records: usize,
}

impl Level {
    fn begun(record: &Record<'_>) -> Level {
        Level { line: record.line, sum: 0, units: 0, records: record.lines }
    }
}

/// Where a reader is in a file.
#[derive(Default)]
struct Reader {
    file: Option<Level>,
    group: Option<Level>,
    account: Option<Level>,
    day: Option<Day>,
    group_currency: String,
    decimals: u32,
    statements: Vec<Statement>,
    /// What is wrong with a group or the file, told with its last account.
    wrong: Vec<StatementFault>,
    ended: bool,
}

/// Reads every account of a file.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let mut reader = Reader::default();
    for record in record::records(source)? {
        reader.take(source, &record)?;
    }
    if !reader.ended {
        reader
            .wrong
            .push(StatementFault::new(Code::Cut, "the file is cut: its trailer, record 99, is missing"));
    }
    match reader.statements.last_mut() {
        Some(last) => last.findings.append(&mut reader.wrong),
        None => {
            return Err(reader.wrong.into_iter().next().unwrap_or_else(|| {
                StatementFault::new(Code::Empty, "the file holds no account, record 03")
            }));
        }
    }
    Ok(reader.statements)
}

fn misplaced(record: &Record<'_>) -> StatementFault {
    let what = format!("record {} cannot stand here", shown(record.code));
    StatementFault::at(Code::Malformed, record.line, what)
}

impl Reader {
    fn take(&mut self, source: &Source, record: &Record<'_>) -> Result<(), StatementFault> {
        let records = record.lines;
        match record.code {
            "01" if self.file.is_none() => {
                self.file = Some(Level::begun(record));
                return Ok(());
            }
            "02" if self.group.is_none() && self.file.is_some() => return self.begin_group(record),
            "03" if self.account.is_none() && self.group.is_some() => {
                return self.begin_account(source, record);
            }
            "16" if self.account.is_some() => self.movement(record)?,
            "49" => return self.end_account(record),
            "98" if self.account.is_none() => return self.end_group(record),
            "99" if self.account.is_none() && self.group.is_none() => return self.end_file(record),
            _ => return Err(misplaced(record)),
        }
        if let Some(account) = &mut self.account {
            account.records += records;
        }
        Ok(())
    }

    fn begin_group(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        self.group = Some(Level::begun(record));
        let day = record.field(3);
        self.day =
            if day.is_empty() { None } else { Some(value::short_day(day, record.line, &mut Vec::new())?) };
        record.field(5).clone_into(&mut self.group_currency);
        Ok(())
    }

    fn begin_account(&mut self, source: &Source, record: &Record<'_>) -> Result<(), StatementFault> {
        self.account = Some(Level::begun(record));
        let mut read = Statement::new("bai2", "BAI2", source, record.line);
        record.field(0).clone_into(&mut read.account);
        if read.account.is_empty() {
            return Err(StatementFault::at(Code::FieldMissing, record.line, "record 03 names no account"));
        }
        let named = [record.field(1), &self.group_currency].into_iter().find(|name| !name.is_empty());
        match named {
            Some(name) => name.clone_into(&mut read.currency),
            None => {
                "USD".clone_into(&mut read.currency);
                read.notes
                    .push("neither account nor group names a currency: USD, as the format has it".to_owned());
            }
        }
        let known = DECIMALS.iter().find(|(currency, _)| *currency == read.currency);
        self.decimals = known.map_or(2, |(_, decimals)| *decimals);
        read.to = self.day;
        self.statements.push(read);
        self.summaries(record)
    }

    /// Type code, amount, count and funds type, over and over.
    fn summaries(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        let mut at = 2;
        while at < record.fields.len() {
            let code = record.field(at);
            if code.is_empty() {
                at += 1;
                continue;
            }
            let amount = record.field(at + 1);
            let after = record.after_funds(at + 3)?;
            let (count, line) = (record.field(at + 2), record.line);
            at = after;
            if amount.is_empty() {
                continue;
            }
            self.add(amount, line)?;
            let amount = value::implied(amount, self.decimals, line)?;
            let day = self.day;
            let Some(read) = self.statements.last_mut() else { return Err(misplaced(record)) };
            match code {
                "010" => read.opening = Some(Balance { day: None, amount }),
                "015" => read.closing = Some(Balance { day, amount }),
                _ => {
                    let count = if count.is_empty() { String::new() } else { format!(" ({count})") };
                    let name = format!("{code}{count}");
                    read.others.push(OtherBalance { name, amount, currency: read.currency.clone(), day });
                }
            }
        }
        Ok(())
    }

    /// Adds an amount as written to the account's control total.
    fn add(&mut self, text: &str, line: usize) -> Result<(), StatementFault> {
        let amount = value::implied(text, 0, line)?.mantissa();
        if let Some(account) = &mut self.account {
            account.sum += amount;
        }
        Ok(())
    }

    fn movement(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        let (code, amount) = (record.field(0), record.field(1));
        let rest = record.after_funds(2)?;
        let day = self.day.ok_or_else(|| {
            StatementFault::at(Code::FieldMissing, record.line, "the group of this movement has no day")
        })?;
        let decimals = self.decimals;
        if !amount.is_empty() {
            self.add(amount, record.line)?;
        }
        let Some(read) = self.statements.last_mut() else { return Err(misplaced(record)) };
        let text = record.text(rest + 2);
        if amount.is_empty() || code == "890" {
            read.notes.push(format!("line {}: no amount: {}", record.line, shown(&text)));
            return Ok(());
        }
        let size = value::implied(amount, decimals, record.line)?;
        let signed = if is_debit(code, record)? { exact::normal(-size) } else { size };
        let mut line = Line::new(record.line, day, signed);
        line.value = record.value_day(2)?;
        code.clone_into(&mut line.kind);
        line.refer("bank", record.field(rest));
        line.refer("customer", record.field(rest + 1));
        line.text = text;
        read.lines.push(line);
        Ok(())
    }

    fn end_account(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        let mut level = self.account.take().ok_or_else(|| misplaced(record))?;
        level.records += record.lines;
        let mut wrong = Vec::new();
        let total = check_total("account", &level, record, &mut wrong)?;
        check_count("account", "records", level.records, record, 1, &mut wrong)?;
        if let Some(read) = self.statements.last_mut() {
            read.findings.append(&mut wrong);
            check_movements(read, level.line);
        }
        if let Some(group) = &mut self.group {
            group.sum += total;
            group.units += 1;
            group.records += level.records;
        }
        Ok(())
    }

    fn end_group(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        let mut level = self.group.take().ok_or_else(|| misplaced(record))?;
        level.records += record.lines;
        let total = check_total("group", &level, record, &mut self.wrong)?;
        check_count("group", "accounts", level.units, record, 1, &mut self.wrong)?;
        check_count("group", "records", level.records, record, 2, &mut self.wrong)?;
        if let Some(file) = &mut self.file {
            file.sum += total;
            file.units += 1;
            file.records += level.records;
        }
        self.report();
        Ok(())
    }

    fn end_file(&mut self, record: &Record<'_>) -> Result<(), StatementFault> {
        let mut level = self.file.take().ok_or_else(|| misplaced(record))?;
        level.records += record.lines;
        check_total("file", &level, record, &mut self.wrong)?;
        check_count("file", "groups", level.units, record, 1, &mut self.wrong)?;
        check_count("file", "records", level.records, record, 2, &mut self.wrong)?;
        self.ended = true;
        self.report();
        Ok(())
    }

    fn report(&mut self) {
        if let Some(last) = self.statements.last_mut() {
            last.findings.append(&mut self.wrong);
        }
    }
}

/// Whether a type code is of a debit. The code says it: amounts of movements have no sign.
fn is_debit(code: &str, record: &Record<'_>) -> Result<bool, StatementFault> {
    match code.parse::<u32>() {
        Ok(101..=399 | 720..=759 | 920..=959) => Ok(false),
        Ok(401..=699 | 760..=799 | 960..=999) => Ok(true),
        Ok(_) | Err(_) => {
            let what = format!("type code `{}` is of neither a credit nor a debit", shown(code));
            Err(StatementFault::at(Code::Malformed, record.line, what))
        }
    }
}

/// The total that a trailer states, compared with the sum of its level; nothing stated is nothing.
fn check_total(
    name: &str,
    level: &Level,
    record: &Record<'_>,
    wrong: &mut Vec<StatementFault>,
) -> Result<i128, StatementFault> {
    let text = record.field(0);
    let stated = if text.is_empty() { 0 } else { value::implied(text, 0, record.line)?.mantissa() };
    if stated != level.sum {
        let what = format!(
            "the {name} from line {} comes to {}, its control total is {stated}, in the smallest unit",
            level.line, level.sum
        );
        wrong.push(StatementFault::at(Code::ControlTotal, record.line, what));
    }
    Ok(stated)
}

fn check_count(
    name: &str,
    of: &str,
    counted: usize,
    record: &Record<'_>,
    field: usize,
    wrong: &mut Vec<StatementFault>,
) -> Result<(), StatementFault> {
    let text = record.field(field);
    let stated: usize = text.parse().map_err(|_| {
        let what = format!("`{}` is not a count of {of}", shown(text));
        StatementFault::at(Code::Malformed, record.line, what)
    })?;
    if stated != counted {
        let what = format!("the {name} has {counted} {of}, its trailer counts {stated}");
        wrong.push(StatementFault::at(Code::ControlCount, record.line, what));
    }
    Ok(())
}

/// Total credits and debits, 100 and 400, are those of the movements, where movements are listed.
fn check_movements(read: &mut Statement, place: usize) {
    let mut wrong = Vec::new();
    for (code, word, debits) in [("100", "credits", false), ("400", "debits", true)] {
        let is_code = |name: &str| name.split(' ').next() == Some(code);
        let Some(stated) = read.others.iter().find(|other| is_code(&other.name)) else { continue };
        let side = read.lines.iter().filter(|line| line.amount.is_sign_negative() == debits);
        let sizes: Vec<Decimal> = side.map(|line| line.amount.abs()).collect();
        let sum = sizes.iter().copied().try_fold(Decimal::ZERO, exact::add).map(exact::normal);
        if !sizes.is_empty() && sum != Ok(stated.amount) {
            let sum = sum.map(|sum| sum.to_string()).unwrap_or_default();
            let what = format!("the {word} listed come to {sum}, the bank says {}", stated.amount);
            wrong.push(StatementFault::at(Code::ControlTotal, place, what));
        }
    }
    read.findings.extend(wrong);
}
