//! The fields of SWIFT messages: a tag at the beginning of a line, and text up to the next.

use super::Source;

/// Tags of both messages. What looks like another, such as the minutes of a time that a bank broke at the colon, is text.
const TAGS: &[&str] = &[
    "20", "21", "25", "25P", "28", "28C", "13", "13D", "34F", "60F", "60M", "61", "86", "62F", "62M", "64",
    "65", "90C", "90D", "NS",
];

/// A field of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Its tag, without colons.
    pub(super) tag: &'static str,
    /// The line of the file, from 1.
    pub(super) line: usize,
    /// Its lines.
    pub(super) texts: Vec<&'a str>,
}

impl<'a> Field<'a> {
    /// Its first line.
    pub(super) fn first(&self) -> &'a str {
        self.texts.first().copied().unwrap_or("")
    }

    /// All of its lines, with something between them.
    pub(super) fn joined(&self, between: &str) -> String {
        let texts: Vec<&str> = self.texts.iter().map(|text| text.trim_end()).collect();
        texts.join(between).trim().to_owned()
    }
}

/// Every field of a file. Headings before the first, the blocks around a message and what follows its end are no part
/// of any.
pub(super) fn fields(source: &Source) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut inside = false;
    for (line, text) in source.lines() {
        // The first field may stand behind the opening of its block.
        let text = text.split_once("{4:").map_or(text, |(_, after)| after);
        let trimmed = text.trim_start_matches([' ', '\u{feff}', '\u{1}']);
        if let Some((tag, rest)) = tagged(trimmed) {
            fields.push(Field { tag, line, texts: vec![rest] });
            inside = true;
        } else if text.trim() == "-" || text.starts_with("-}") {
            inside = false;
        } else if inside
            && !text.trim().is_empty()
            && !text.starts_with("{1:")
            && let Some(field) = fields.last_mut()
        {
            field.texts.push(text);
        }
    }
    fields
}

fn tagged(text: &str) -> Option<(&'static str, &str)> {
    let (tag, rest) = text.strip_prefix(':')?.split_once(':')?;
    TAGS.iter().find(|known| **known == tag).map(|known| (*known, rest))
}
