//! Reports as sheets of a workbook (Office Open XML): every figure a number that can be counted with, every sum of lines
//! a formula over them, and beside each number its exact text, since a number in a workbook has fifteen digits.

mod looks;
mod page;

use std::io::Write;

use ledger_core::sheet::Sheet;
use ledger_core::time::Instant;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet, XlsxError};

pub(crate) use looks::{Shade, figure, words};
pub(crate) use page::{Placed, number};

use super::{Look, Proof};
use crate::diagnostic::Failure;

/// What the name of a sheet may not hold, and how long it may be.
const FORBIDDEN: &[char] = &['[', ']', ':', '*', '?', '/', '\\', '\''];
const NAME_MAX: usize = 31;

/// A workbook under way.
pub(crate) struct Workbook {
    inner: rust_xlsxwriter::Workbook,
    names: Vec<String>,
}

impl Workbook {
    /// An empty one about an entity, with the time at which its last entry was recorded: the same log gives the same bytes.
    pub(crate) fn new(entity: &str, title: &str, made: Instant) -> Workbook {
        let mut inner = rust_xlsxwriter::Workbook::new();
        let mut properties = DocProperties::new().set_title(title).set_company(entity);
        if let Ok(made) = ExcelDateTime::from_timestamp(made.micros().div_euclid(1_000_000)) {
            properties = properties.set_creation_datetime(&made);
        }
        inner.set_properties(&properties);
        Workbook { inner, names: Vec::new() }
    }

    /// Adds a report as a sheet.
    ///
    /// # Errors
    /// When it has more rows than a sheet of a workbook.
    pub(crate) fn add(&mut self, sheet: &Sheet, proof: &Proof, look: &Look) -> Result<Placed, Failure> {
        let name = self.name(&sheet.title);
        let worksheet = self.inner.add_worksheet();
        worksheet.set_name(&name)?;
        page::fill(worksheet, name, sheet, proof, look)
    }

    /// Adds an empty sheet.
    pub(crate) fn add_plain(&mut self, title: &str) -> Result<&mut Worksheet, Failure> {
        let name = self.name(title);
        let worksheet = self.inner.add_worksheet();
        worksheet.set_name(&name)?;
        Ok(worksheet)
    }

    /// Writes it.
    pub(crate) fn write(mut self, out: &mut dyn Write) -> Result<(), Failure> {
        out.write_all(&self.inner.save_to_buffer()?)?;
        Ok(())
    }

    /// A name for a sheet that is allowed and not given out yet.
    fn name(&mut self, title: &str) -> String {
        let plain: String =
            title.chars().map(|letter| if FORBIDDEN.contains(&letter) { '-' } else { letter }).collect();
        let cut = |most: usize| plain.chars().take(most).collect::<String>().trim().to_owned();
        let mut name = cut(NAME_MAX);
        for number in 2.. {
            if !name.is_empty() && !self.names.iter().any(|taken| taken.eq_ignore_ascii_case(&name)) {
                break;
            }
            name = format!("{} {number}", cut(NAME_MAX - 4));
        }
        self.names.push(name.clone());
        name
    }
}

/// Prints one report as a workbook.
pub(crate) fn print(
    out: &mut dyn Write,
    sheet: &Sheet,
    proof: &Proof,
    look: &Look,
    made: Instant,
) -> Result<(), Failure> {
    let mut workbook = Workbook::new(&sheet.head.entity, &sheet.title, made);
    workbook.add(sheet, proof, look)?;
    workbook.write(out)
}

impl From<XlsxError> for Failure {
    fn from(error: XlsxError) -> Failure {
        Failure::Bug(format!("the workbook cannot be made: {error}"))
    }
}
