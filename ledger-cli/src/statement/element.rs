//! Elements within elements, as XML and the SGML of OFX have them, with the line on which each begins.

use super::fault::{Code, StatementFault};

/// An element without its namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name.
    pub(super) name: String,
    /// Its own text.
    pub(super) text: String,
    /// The attributes that are read: a currency, a namespace.
    pub(super) attributes: Vec<(String, String)>,
    /// What is inside, in order.
    pub(super) children: Vec<Element>,
    /// The line of the file, from 1.
    pub(super) line: usize,
}

impl Element {
    /// An empty element.
    pub(super) fn new(name: impl Into<String>, line: usize) -> Element {
        Element { name: name.into(), line, ..Element::default() }
    }

    /// The first element at a path such as `Acct/Id/IBAN`.
    pub(super) fn find(&self, path: &str) -> Option<&Element> {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match rest {
            None => self.all(first).next(),
            Some(rest) => self.all(first).find_map(|child| child.find(rest)),
        }
    }

    /// The children of a name.
    pub(super) fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Element> + use<'a, 'n> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text at a path, unless it is blank.
    pub(super) fn say(&self, path: &str) -> Option<&str> {
        self.find(path).map(|found| found.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text at the first of some paths that says something.
    pub(super) fn say_any(&self, paths: &[&str]) -> Option<&str> {
        paths.iter().find_map(|path| self.say(path))
    }

    /// The element at a path, which must be there.
    ///
    /// # Errors
    /// `STATEMENT_FIELD_MISSING`.
    pub(super) fn need(&self, path: &str) -> Result<&Element, StatementFault> {
        self.find(path)
            .filter(|found| !found.text.trim().is_empty() || !found.children.is_empty())
            .ok_or_else(|| {
                StatementFault::at(Code::FieldMissing, self.line, format!("{} lacks {path}", self.name))
            })
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Every element of a name below this one, whatever lies between.
    pub(super) fn anywhere<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            } else {
                child.anywhere(name, found);
            }
        }
    }
}
