//! The file of jobs. Paths in it are relative to it:
//!
//! ```toml
//! [[job]]
//! name = "bank"
//! account = "bank"                  # as `treasury reconcile` takes it
//! statements = "incoming/bank-*.json"
//! rules = "bank-rules.toml"         # else the usual ones
//! every = "15m"                     # with --watch; s, m, h, d
//! retries = 3
//! backoff = "2s"                    # doubled after each failure
//! sign = "/run/keys/reconciler"
//!
//! [[job]]
//! name = "cold"
//! account = "cold"
//! node = "http://127.0.0.1:8332"    # else as it is set
//! cookie = "/run/bitcoin/.cookie"
//! network = "main"
//! descriptors_file = "cold.desc"    # or `descriptors`, a list
//! confirmations = 6
//! range = 1000
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::{Table, Value};

use super::super::onchain::OfJob;
use crate::config::files::toml;
use crate::diagnostic::Failure;

/// What stands in a job.
const KNOWN: &[&str] = &[
    "name",
    "account",
    "statements",
    "rules",
    "every",
    "retries",
    "backoff",
    "sign",
    "node",
    "cookie",
    "network",
    "descriptors",
    "descriptors_file",
    "confirmations",
    "range",
];

/// A job.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) account: String,
    /// The folder of the statements, and the pattern of their names.
    files: Option<(PathBuf, String)>,
    /// What a node is asked.
    pub(super) wallet: OfJob,
    pub(super) rules: Option<PathBuf>,
    pub(super) every: Duration,
    pub(super) retries: u32,
    pub(super) backoff: Duration,
    pub(super) sign: Option<PathBuf>,
}

/// Reads the jobs of a file.
pub(super) fn read(file: &Path) -> Result<Vec<Job>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    let fault = |why: String| Failure::usage(format!("{}: {why}", file.display()));
    let table = toml(&text, &file.to_string_lossy())?;
    all(&table, file.parent().unwrap_or(Path::new(""))).map_err(fault)
}

/// The folder to list for a file; of a bare name that is the one where the process is.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn all(table: &Table, beside: &Path) -> Result<Vec<Job>, String> {
    if let Some(other) = table.keys().find(|name| *name != "job") {
        return Err(format!("there is no `{other}` beside [[job]]"));
    }
    let jobs = table.get("job").and_then(Value::as_array).ok_or("there is no [[job]]")?;
    let jobs: Vec<Job> = jobs.iter().map(|job| one(job, beside)).collect::<Result<_, _>>()?;
    let mut names = BTreeSet::new();
    match jobs.iter().find(|job| !names.insert(job.name.clone())) {
        Some(twice) => Err(format!("the job `{}` stands twice", twice.name)),
        None => Ok(jobs),
    }
}

fn one(value: &Value, beside: &Path) -> Result<Job, String> {
    let table = value.as_table().ok_or("a job is a table")?;
    if let Some(other) = table.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(format!("a job has no `{other}` among {}", KNOWN.join(", ")));
    }
    let text = |name: &str| {
        table.get(name).map(|value| value.as_str().ok_or(format!("`{name}` is a text"))).transpose()
    };
    let needed = |name: &str| text(name)?.ok_or_else(|| format!("a job has a `{name}`"));
    let time = |name: &str, usual: u64| text(name)?.map_or(Ok(Duration::from_secs(usual)), duration);
    let name = needed("name")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(format!("`{name}` is no name of a job: letters, digits, `.`, `_`, `-`"));
    }
    let files = text("statements")?.map(|pattern| files(&beside.join(pattern))).transpose()?;
    let wallet = wallet(table, beside)?;
    if files.is_none() && wallet.descriptors.is_empty() && wallet.descriptors_file.is_none() {
        return Err("a job has `statements`, or `descriptors` of a wallet".to_owned());
    }
    let retries = table.get("retries").map_or(Some(3), |value| value.as_integer());
    Ok(Job {
        name: name.to_owned(),
        account: needed("account")?.to_owned(),
        files,
        wallet,
        rules: text("rules")?.map(|file| beside.join(file)),
        every: time("every", 3600)?,
        retries: retries
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= 100)
            .ok_or("`retries` is 0 to 100")?,
        backoff: time("backoff", 1)?,
        sign: text("sign")?.map(|file| beside.join(file)),
    })
}

/// A folder, and a pattern of names in it.
fn files(pattern: &Path) -> Result<(PathBuf, String), String> {
    let name = pattern.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((folder(pattern).to_owned(), name.ok_or("`statements` names files")?))
}

/// What a job says of a wallet on the chain.
fn wallet(table: &Table, beside: &Path) -> Result<OfJob, String> {
    let text = |name: &str| {
        table.get(name).map(|value| value.as_str().ok_or(format!("`{name}` is a text"))).transpose()
    };
    let number = |name: &str| {
        let read = |value: &Value| value.as_integer().and_then(|n| u64::try_from(n).ok());
        table.get(name).map(|value| read(value).ok_or(format!("`{name}` is a whole number"))).transpose()
    };
    let descriptors = match table.get("descriptors") {
        None => Vec::new(),
        Some(value) => {
            let told = "`descriptors` is a list of texts";
            let all = value.as_array().ok_or(told)?;
            all.iter().map(|one| one.as_str().map(str::to_owned).ok_or(told)).collect::<Result<_, _>>()?
        }
    };
    let range = number("range")?.map(|n| u32::try_from(n).ok().filter(|n| (20..=1_000_000).contains(n)));
    Ok(OfJob {
        node: text("node")?.map(str::parse).transpose().map_err(|why: String| format!("`node`: {why}"))?,
        cookie: text("cookie")?.map(|file| beside.join(file)),
        network: text("network")?.map(str::to_owned),
        descriptors,
        descriptors_file: text("descriptors_file")?.map(|file| beside.join(file)),
        confirmations: number("confirmations")?,
        range: range.map(|range| range.ok_or("`range` is 20 to 1000000")).transpose()?,
    })
}

/// A time such as `90s`, `15m`, `6h`, `1d`; `250ms` too.
fn duration(text: &str) -> Result<Duration, String> {
    let refused = || format!("`{text}` is no time such as 90s, 15m, 6h or 1d");
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| refused())?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(refused()),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(refused)
}

impl Job {
    /// The files that fit the pattern, by name.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let Some((folder, pattern)) = &self.files else { return Ok(Vec::new()) };
        let listed = std::fs::read_dir(folder).map_err(|why| Failure::unreadable(folder, &why))?;
        let mut files = Vec::new();
        for entry in listed {
            let path = entry.map_err(|why| Failure::unreadable(folder, &why))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_file() && fits(pattern, &name) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Whether a name fits a pattern in which `*` stands for any letters.
fn fits(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_files_and_a_time_is_a_number_with_its_unit() {
        let cases = [
            ("bank-*.json", "bank-2026-02.json", true),
            ("bank-*.json", "bank-.json", true),
            ("bank-*.json", "xbank-1.json", false),
            ("*-bank-*", "a-bank-b-bank-c", true),
            ("one.json", "one.json", true),
            ("ab*ba", "aba", false),
        ];
        for (pattern, name, is_one) in cases {
            assert_eq!(fits(pattern, name), is_one, "{pattern} {name}");
        }
        assert_eq!(duration("15m"), Ok(Duration::from_secs(900)));
        for text in ["", "15", "m", "1.5h", "-1s", "99999999999999999999d", "9999999999999999999d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
