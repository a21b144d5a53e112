//! What is wrong with a file or a statement: a stable code, the place, and the fact in words.

use std::fmt;

/// What kind of thing is wrong. The names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    /// No format of the list knows the file.
    FormatUnknown,
    /// Nothing is in the file that could be a statement.
    Empty,
    /// Larger, deeper or longer than any statement.
    TooLarge,
    /// Not built as its format says.
    Malformed,
    /// The file ends, or the next statement begins, before this one is complete.
    Cut,
    /// A field that the format needs is not there.
    FieldMissing,
    /// An amount that cannot be read exactly.
    BadAmount,
    /// A day that is none.
    BadDay,
    /// A currency that is missing, or another than that of the statement.
    BadCurrency,
    /// The bank says that it could not answer.
    BankError,
    /// A table whose header no profile knows.
    ProfileUnknown,
    /// Opening and lines do not come to the closing.
    DoesNotFoot,
    /// A balance beside a line is not what the lines before come to.
    RunningBalance,
    /// A control total differs from what it is over.
    ControlTotal,
    /// A count of records differs from what it is over.
    ControlCount,
    /// A statement or page between two others is not there.
    Missing,
    /// The same statement or page twice.
    Repeated,
    /// A statement does not begin with what the one before ended with.
    NotContinued,
}

impl Code {
    /// The stable name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Code::FormatUnknown => "STATEMENT_FORMAT_UNKNOWN",
            Code::Empty => "STATEMENT_EMPTY",
            Code::TooLarge => "STATEMENT_TOO_LARGE",
            Code::Malformed => "STATEMENT_MALFORMED",
            Code::Cut => "STATEMENT_CUT",
            Code::FieldMissing => "STATEMENT_FIELD_MISSING",
            Code::BadAmount => "STATEMENT_AMOUNT",
            Code::BadDay => "STATEMENT_DAY",
            Code::BadCurrency => "STATEMENT_CURRENCY",
            Code::BankError => "STATEMENT_BANK_ERROR",
            Code::ProfileUnknown => "STATEMENT_PROFILE_UNKNOWN",
            Code::DoesNotFoot => "STATEMENT_DOES_NOT_FOOT",
            Code::RunningBalance => "STATEMENT_RUNNING_BALANCE",
            Code::ControlTotal => "STATEMENT_CONTROL_TOTAL",
            Code::ControlCount => "STATEMENT_CONTROL_COUNT",
            Code::Missing => "STATEMENT_MISSING",
            Code::Repeated => "STATEMENT_REPEATED",
            Code::NotContinued => "STATEMENT_NOT_CONTINUED",
        }
    }
}

/// Something wrong with a file or with a statement in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementFault {
    /// What kind of thing it is.
    pub(crate) code: Code,
    /// The line of the file, from 1, where it shows.
    pub(crate) line: Option<usize>,
    /// The rule and the fact.
    pub(crate) what: String,
}

impl StatementFault {
    /// Of the file or statement as a whole.
    pub(crate) fn new(code: Code, what: impl Into<String>) -> StatementFault {
        StatementFault { code, line: None, what: clean(&what.into()) }
    }

    /// Of a line.
    pub(crate) fn at(code: Code, line: usize, what: impl Into<String>) -> StatementFault {
        StatementFault { code, line: Some(line), what: clean(&what.into()) }
    }
}

impl fmt::Display for StatementFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// Text on one line: a file's own words cannot leave it.
fn clean(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Text from a file as a message may show it: on one line, and not all of it.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let clean = clean(text);
    if clean.chars().count() <= MOST {
        return clean;
    }
    clean.chars().take(MOST).chain("...".chars()).collect()
}
