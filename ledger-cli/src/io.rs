//! Where output goes: data to stdout, everything else to stderr, colours only to a terminal that wants them.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstyle::Style;

/// Widths that a layout is made for.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=200;

/// The width for output that goes to a file or a pipe.
const WIDTH_UNKNOWN: usize = 100;

/// Both streams and what is known about them.
pub(crate) struct Io {
    /// Data.
    pub(crate) out: Box<dyn Write>,
    /// Everything else.
    pub(crate) err: Box<dyn Write>,
    /// Columns that a table on stdout may take.
    pub(crate) width: usize,
    /// Columns of the terminal that stderr is, if it is one.
    pub(crate) err_width: Option<usize>,
    /// Whether notes are unwanted.
    pub(crate) quiet: bool,
}

impl Io {
    /// The streams of the process.
    pub(crate) fn of_process(quiet: bool) -> Io {
        let stated = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let seen = |terminal: bool| {
            let size = terminal.then(terminal_size::terminal_size).flatten();
            size.map(|(width, _)| usize::from(width.0))
        };
        let width = stated.or_else(|| seen(io::stdout().is_terminal())).unwrap_or(WIDTH_UNKNOWN);
        let err_width = io::stderr().is_terminal().then(|| stated.or_else(|| seen(true))).flatten();
        Io {
            out: Box::new(BufWriter::new(anstream::stdout())),
            err: Box::new(anstream::stderr()),
            width: width.clamp(*WIDTHS.start(), *WIDTHS.end()),
            err_width: err_width.map(|width| width.clamp(*WIDTHS.start(), *WIDTHS.end())),
            quiet,
        }
    }

    /// Tells a person something that is not data, unless they asked for quiet.
    pub(crate) fn note(&mut self, text: impl std::fmt::Display) {
        if !self.quiet {
            self.warn(text);
        }
    }

    /// Tells a person something that changes how the data is to be read.
    pub(crate) fn warn(&mut self, text: impl std::fmt::Display) {
        // Who closed stderr does not want to know.
        let _ = writeln!(self.err, "{text}");
    }
}

/// Text in a style; the streams take the style out where it is not wanted.
pub(crate) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Headings and totals.
pub(crate) const BOLD: Style = Style::new().bold();

/// What a reader may skip.
pub(crate) const DIM: Style = Style::new().dimmed();

/// What is wrong.
pub(crate) const WRONG: Style =
    Style::new().bold().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Red)));

/// What is right.
pub(crate) const RIGHT: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(anstyle::AnsiColor::Green)));
