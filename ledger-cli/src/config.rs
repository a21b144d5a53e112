//! Settings in layers: a flag, else the environment, else `treasury.toml` in the working directory, else the user's own
//! file, else a default. Each value remembers where it is from, so that `config show` can say so.

pub(crate) mod files;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use ledger_core::ids::{ActorId, BookId};

use crate::app::{OneOrTwo, StorePlace};
use crate::args::{Form, Global, ShownIn};
use crate::diagnostic::Failure;
use crate::node::Address;

use files::File;

/// What can be set, by the names in files.
pub(crate) const KEYS: &[&str] = &["store", "book", "actor", "format", "in", "node", "cookie", "network"];

/// Where a ledger is looked for when nobody says.
const STORE: &str = "./books";

/// Where a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Typed in this command.
    Flag,
    /// This variable of the environment.
    Environment(String),
    /// This file.
    File(String),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag => f.write_str("flag"),
            Origin::Environment(name) | Origin::File(name) => f.write_str(name),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value and where it is from.
#[derive(Debug, Clone)]
pub(crate) struct Set<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it is from.
    pub(crate) origin: Origin,
}

/// What is set.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where the ledger lies.
    pub(crate) store: Set<StorePlace>,
    /// The book, if one is named.
    pub(crate) book: Set<Option<BookId>>,
    /// Who records, if anybody is named.
    pub(crate) actor: Set<Option<ActorId>>,
    /// How data is printed.
    pub(crate) format: Set<Form>,
    /// The files that were looked at, the nearest first.
    files: Vec<File>,
}

impl Settings {
    /// Gathers what is set.
    ///
    /// # Errors
    /// When a file is no TOML, has a key that there is not, or a value anywhere is not of its kind.
    pub(crate) fn gather(global: &Global) -> Result<Settings, Failure> {
        let files = files::read()?;
        let book = global.book.as_ref().map(|book| match book {
            OneOrTwo::One(book) => Some(*book),
            OneOrTwo::Two(..) => None,
        });
        Ok(Settings {
            store: chosen(
                &files,
                "store",
                global.store.clone(),
                StorePlace::Directory(STORE.into()),
                parsed,
            )?,
            book: chosen(&files, "book", book, None, |text| parsed(text).map(Some))?,
            actor: chosen(&files, "actor", global.actor.map(Some), None, |text| parsed(text).map(Some))?,
            format: chosen(&files, "format", global.format, Form::Table, usual_form)?,
            files,
        })
    }

    /// Where the ledger lies, when nothing else is asked.
    pub(crate) fn store(flag: Option<StorePlace>) -> Result<StorePlace, Failure> {
        let default = StorePlace::Directory(STORE.into());
        Ok(chosen(&files::read()?, "store", flag, default, parsed)?.value)
    }

    /// What amounts are shown in; the flag is the report's own.
    pub(crate) fn shown_in(&self, flag: Option<ShownIn>) -> Result<Set<ShownIn>, Failure> {
        chosen(&self.files, "in", flag, ShownIn::Exact, choice)
    }

    /// The node that is asked about wallets.
    pub(crate) fn node(&self, flag: Option<Address>) -> Result<Set<Option<Address>>, Failure> {
        chosen(&self.files, "node", flag.map(Some), None, |text| parsed(text).map(Some))
    }

    /// The file that says who may ask it.
    pub(crate) fn cookie(&self, flag: Option<PathBuf>) -> Result<Set<Option<PathBuf>>, Failure> {
        chosen(&self.files, "cookie", flag.map(Some), None, |text| parsed(text).map(Some))
    }

    /// The chain that it must be of.
    pub(crate) fn network(&self, flag: Option<String>) -> Result<Set<String>, Failure> {
        chosen(&self.files, "network", flag, "main".to_owned(), parsed)
    }

    /// The files that are looked at, each with whether it is there.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, bool)> {
        self.files.iter().map(|file| (file.name.as_str(), file.values.is_some()))
    }
}

/// The first layer that says anything.
fn chosen<T>(
    files: &[File],
    key: &str,
    flag: Option<T>,
    default: T,
    read: fn(&str) -> Result<T, String>,
) -> Result<Set<T>, Failure> {
    if let Some(value) = flag {
        return Ok(Set { value, origin: Origin::Flag });
    }
    let variable = format!("TREASURY_{}", key.to_uppercase());
    let of_environment = std::env::var(&variable).ok().filter(|text| !text.is_empty());
    let of_files = files.iter().find_map(|file| {
        let text = file.values.as_ref()?.get(key)?;
        Some((text.clone(), Origin::File(file.name.clone())))
    });
    let Some((text, origin)) = of_environment.map(|text| (text, Origin::Environment(variable))).or(of_files)
    else {
        return Ok(Set { value: default, origin: Origin::Default });
    };
    match read(&text) {
        Ok(value) => Ok(Set { value, origin }),
        Err(why) => {
            // An address of a node may have a password in it.
            let is_secret = key == "node";
            let text = if is_secret { "this" } else { &format!("`{text}`") };
            Err(Failure::usage(format!("`{key}` cannot be {text}: {why}")).at(origin.to_string()))
        }
    }
}

fn parsed<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|why: T::Err| why.to_string())
}

/// One of a few names.
fn choice<T: ValueEnum>(text: &str) -> Result<T, String> {
    let names = || T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    T::from_str(text, false).map_err(|_| {
        let names: Vec<String> = names().map(|value| value.get_name().to_owned()).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// A form that every command has, since a setting is for all of them.
fn usual_form(text: &str) -> Result<Form, String> {
    match choice(text)? {
        form @ (Form::Table | Form::Json) => Ok(form),
        Form::Csv | Form::Xlsx | Form::Html | Form::Md => {
            Err("a setting is for every command, so it is table or json; ask for other forms with `--format`"
                .to_owned())
        }
    }
}
