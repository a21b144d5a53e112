//! How cells of a workbook look: figures as accountants write them, sums under a rule, exact text in grey.

use ledger_core::sheet::{Cell, Row, RowKind};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::args::In;
use crate::render::Look;

/// The exact text beside the numbers, and what ties the sheet to its log.
const GREY: Color = Color::RGB(0x6B_6B6B);

/// What words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shade {
    /// The first line of a sheet.
    Title,
    /// A heading or a warning.
    Bold,
    /// Plain.
    Plain,
    /// What a reader may skip.
    Grey,
    /// A column's label over words.
    Head,
    /// A column's label over figures.
    HeadOfFigures,
}

/// Words.
pub(crate) fn words(shade: Shade) -> Format {
    let head = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
    match shade {
        Shade::Title => Format::new().set_bold().set_font_size(14),
        Shade::Bold => Format::new().set_bold(),
        Shade::Plain => Format::new(),
        Shade::Grey => Format::new().set_font_color(GREY),
        Shade::Head => head,
        Shade::HeadOfFigures => head.set_align(FormatAlign::Right),
    }
}

/// The label of a row.
pub(crate) fn label(row: &Row) -> Format {
    let plain = Format::new().set_indent(row.depth);
    if row.kind == RowKind::Line { plain } else { plain.set_bold() }
}

/// A figure of a row.
pub(crate) fn figure(kind: RowKind, cell: &Cell, look: &Look) -> Format {
    let format = Format::new().set_num_format(code(cell, look));
    let is_day = matches!(cell, Cell::Day(_));
    ruled(kind, if is_day { format.set_align(FormatAlign::Left) } else { format })
}

/// The exact text of a figure.
pub(super) fn exact(kind: RowKind) -> Format {
    ruled(kind, Format::new().set_align(FormatAlign::Right).set_font_color(GREY))
}

/// A sum stands under a rule, the last one on a double rule.
fn ruled(kind: RowKind, format: Format) -> Format {
    match kind {
        RowKind::Line => format,
        RowKind::Heading => format.set_bold(),
        RowKind::Subtotal => format.set_bold().set_border_top(FormatBorder::Thin),
        RowKind::Total => {
            format.set_bold().set_border_top(FormatBorder::Thin).set_border_bottom(FormatBorder::Double)
        }
    }
}

/// The code by which a workbook shows a number: negatives in parentheses, thousands separated. Rounding is only shown.
fn code(cell: &Cell, look: &Look) -> String {
    let grouped = |digits: u32, scaled: &str| {
        let fraction = if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits as usize)) };
        format!("#,##0{fraction}{scaled}_);(#,##0{fraction}{scaled})")
    };
    let money = |digits: u32, scale: u32| match look.rounded {
        None => grouped(digits.max(scale), ""),
        Some(In::Thousands) => grouped(0, ","),
        Some(In::Millions) => grouped(1, ",,"),
    };
    match cell {
        Cell::Money(amount) => money(look.digits, amount.decimal().normalize().scale()),
        Cell::Amount(amount, digits) => money((*digits).into(), amount.decimal().normalize().scale()),
        Cell::Units(units, digits) => grouped(units.decimal().normalize().scale().max((*digits).into()), ""),
        Cell::Price(price) => grouped(price.decimal().normalize().scale().max(look.digits), ""),
        Cell::Number(_) => "0".to_owned(),
        Cell::Percent(_) => "#,##0.00\" %\"_);(#,##0.00\" %\")".to_owned(),
        Cell::Day(_) => "yyyy-mm-dd".to_owned(),
        Cell::Empty | Cell::Text(_) | Cell::Code(_) => "General".to_owned(),
    }
}
