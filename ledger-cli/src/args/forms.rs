//! The forms that data has, and what amounts are shown in.

use clap::ValueEnum;

/// Forms of data as they are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    Table,
    /// For programs: stable, exact, amounts as strings
    Json,
    /// For spreadsheets: a header line and rows, amounts plain
    Csv,
    /// A report as a workbook: totals as formulas, exact text beside every number
    Xlsx,
    /// A report as a page to print or send on
    Html,
    /// A report as a table in Markdown
    Md,
}

/// Forms that most commands have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Forms that only a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    /// A workbook.
    Xlsx,
    /// A page.
    Html,
    /// A table in Markdown.
    Md,
}

impl Form {
    /// The form that every command knows, and the one that a report has instead.
    pub(crate) fn parts(self) -> (Format, Option<Paper>) {
        match self {
            Form::Table => (Format::Table, None),
            Form::Json => (Format::Json, None),
            Form::Csv => (Format::Csv, None),
            Form::Xlsx => (Format::Table, Some(Paper::Xlsx)),
            Form::Html => (Format::Table, Some(Paper::Html)),
            Form::Md => (Format::Table, Some(Paper::Md)),
        }
    }
}

/// What amounts of money are shown in. Each figure is rounded by itself, half to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum In {
    /// Rounded to thousands
    Thousands,
    /// Rounded to hundreds of thousands, shown in millions
    Millions,
}

/// What amounts are shown in, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShownIn {
    /// All digits
    Exact,
    /// Rounded to thousands
    Thousands,
    /// Rounded to hundreds of thousands, shown in millions
    Millions,
}

impl ShownIn {
    /// To what money is rounded, if at all.
    pub(crate) fn rounded(self) -> Option<In> {
        match self {
            ShownIn::Exact => None,
            ShownIn::Thousands => Some(In::Thousands),
            ShownIn::Millions => Some(In::Millions),
        }
    }
}

impl In {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            In::Thousands => "thousands",
            In::Millions => "millions",
        }
    }
}
