//! A book in the files and fields of the AICPA's Audit Data Standard for the general ledger (July 2015): what an auditor's
//! programs read without a mapping made by hand. Text in UTF-8, fields divided by a bar, days as in ISO 8601.

mod accounts;
mod periods;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use ledger_core::posting::Line;
use ledger_core::time::Day;

use super::names::parts;
use super::{Export, Transaction, one_line};
use crate::diagnostic::Failure;
use crate::render::figures::fixed;
use crate::render::journal::is_credit;

use accounts::Balances;
use periods::{Period, period_of};

/// The fields of a line of a journal; those of the standard first, then what it is about.
const GL_DETAIL: &[&str] = &[
    "Journal_ID",
    "Journal_ID_Line_Number",
    "JE_Header_Description",
    "JE_Line_Description",
    "Source",
    "Business_Unit_Code",
    "Effective_Date",
    "Fiscal_Year",
    "Period",
    "GL_Account_Number",
    "Amount",
    "Amount_Credit_Debit_Indicator",
    "Amount_Currency",
    "Entered_By",
    "Entered_Date",
    "Entered_Time",
    "Segment01",
    "Segment02",
    "Segment03",
    "Segment04",
];

/// What the segments of a line are: where it lies, the loan, the other party, the line of business.
const SEGMENTS: [&str; 4] = ["wallet", "facility", "party", "segment"];

/// Records divided by bars.
type Records = csv::Writer<BufWriter<File>>;

/// Writes the book into a folder.
pub(super) fn write(export: &Export<'_>, folder: &Path) -> Result<(), Failure> {
    let opening = export.opening()?;
    let year_end = export.loaded.opened()?.fiscal_year_end;
    let currency = opening.currency.to_string();
    // The name of a file has the days that it is of, so the lines go where they can be named afterwards.
    let under_way = folder.join("GL_Detail.partial");
    let mut detail = records(&under_way, GL_DETAIL)?;
    let mut balances = Balances::default();
    let mut days: Option<(Day, Day)> = None;
    export.journals(|transaction| {
        let period = period_of(transaction.day, year_end)
            .ok_or_else(|| Failure::usage(format!("{} lies in no fiscal year", transaction.day)))?;
        days = Some(match days {
            None => (transaction.day, transaction.day),
            Some((first, last)) => (first.min(transaction.day), last.max(transaction.day)),
        });
        for (number, line) in (1_usize..).zip(transaction.lines) {
            let place = Place { number, period, currency: &currency };
            put(&mut detail, &record(export, transaction, line, &place)?)?;
            balances.post(transaction.world, line, period)?;
        }
        Ok(())
    })?;
    detail.flush()?;
    let (first, last) = days.unwrap_or((opening.day, opening.day));
    let last = export.question.as_of.unwrap_or(last).max(last);
    let plain = |day: Day| day.to_string().replace('-', "");
    let span = format!("{}_{}", plain(first), plain(last));
    std::fs::rename(&under_way, folder.join(format!("GL_Detail_{span}.txt")))?;
    let unit = export.book.to_string();
    let of = accounts::Of { unit: &unit, currency: &currency, digits: export.digits, last };
    balances.write_trial_balance(&folder.join(format!("Trial_Balance_{span}.txt")), &of)?;
    balances.write_accounts(&folder.join(format!("Chart_Of_Accounts_{}.txt", plain(last))))
}

/// Where a line stands.
struct Place<'a> {
    number: usize,
    period: Period,
    currency: &'a str,
}

fn record(
    export: &Export<'_>,
    transaction: &Transaction<'_>,
    line: &Line,
    place: &Place<'_>,
) -> Result<Vec<String>, Failure> {
    let Transaction { kind, day, entry, title, world, recorded, .. } = transaction;
    let info = world.account(line.target.account)?;
    let memo = entry.memo.as_deref().map(one_line).unwrap_or_default();
    let header = if memo.is_empty() { (*title).to_owned() } else { format!("{title}: {memo}") };
    let recorded = recorded.map(|time| time.to_string()).unwrap_or_default();
    let (entered_on, entered_at) = recorded.split_once('T').unwrap_or_default();
    let mut record = vec![
        journal_id(transaction),
        place.number.to_string(),
        one_line(&header),
        one_line(info.name),
        (*kind).to_owned(),
        export.book.to_string(),
        day.to_string(),
        place.period.year.to_string(),
        place.period.number.to_string(),
        line.target.account.to_string(),
        fixed(line.amount.abs().decimal(), export.digits),
        (if is_credit(line) { "C" } else { "D" }).to_owned(),
        place.currency.to_owned(),
        entry.actor.to_string(),
        entered_on.to_owned(),
        entered_at.get(..8).unwrap_or_default().to_owned(),
    ];
    record.extend(SEGMENTS.map(|wanted| {
        let about = parts(&line.target.about).find(|(kind, _)| *kind == wanted);
        about.map(|(_, name)| name).unwrap_or_default()
    }));
    Ok(record)
}

/// The entry and the event within it. What an entry posts again by itself, coins that arrive and a journal that goes back,
/// has its day behind it; who writes such a memo by hand gets a longer name, and no other harm.
fn journal_id(transaction: &Transaction<'_>) -> String {
    let Transaction { number, event, day, entry, kind, .. } = transaction;
    let goes_back = entry.memo.as_deref() == Some(format!("Reversal of entry {number}").as_str());
    if *kind == "coins_arrived" || goes_back {
        format!("{number}.{event}-{}", day.to_string().replace('-', ""))
    } else {
        format!("{number}.{event}")
    }
}

/// A new file with its header.
fn records(path: &Path, header: &[&str]) -> Result<Records, Failure> {
    let file = BufWriter::new(File::create(path)?);
    let mut records = csv::WriterBuilder::new().delimiter(b'|').from_writer(file);
    records.write_record(header).map_err(std::io::Error::from)?;
    Ok(records)
}

fn put(records: &mut Records, record: &[String]) -> Result<(), Failure> {
    Ok(records.write_record(record).map_err(std::io::Error::from)?)
}
