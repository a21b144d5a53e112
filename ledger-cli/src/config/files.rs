//! The files that settings are read from. A key that there is not is refused: a slip of the pen must not become a setting
//! that is silently left out.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::KEYS;
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;

/// The file in the working directory.
const NEAR: &str = "./treasury.toml";

/// A file of settings.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// Its path, as it is shown.
    pub(super) name: String,
    /// What it sets, if it is there.
    pub(super) values: Option<BTreeMap<String, String>>,
}

/// Both files, the nearest first.
pub(super) fn read() -> Result<Vec<File>, Failure> {
    let own = users().map(|path| path.display().to_string());
    [Some(NEAR.to_owned()), own].into_iter().flatten().map(read_one).collect()
}

/// The user's own file, where the system keeps such (XDG Base Directory).
fn users() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    let folder = named("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let folder = folder.or_else(|| named("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("treasury/config.toml"))
}

fn read_one(name: String) -> Result<File, Failure> {
    let path = Path::new(&name);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) if matches!(why.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(File { name, values: None });
        }
        Err(why) => return Err(Failure::unreadable(path, &why)),
    };
    let values = values(&text, &name)?;
    Ok(File { name, values: Some(values) })
}

/// The table of a text in TOML, in the file with this name.
///
/// # Errors
/// When it is none, with the line.
pub(crate) fn toml(text: &str, name: &str) -> Result<Table, Failure> {
    text.parse().map_err(|why: toml::de::Error| {
        let before = why.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = 1 + before.matches('\n').count();
        Failure::usage(format!("this is no TOML: {}", why.message())).at(format!("{name}:{line}"))
    })
}

fn values(text: &str, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let table = toml(text, name)?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !KEYS.contains(&key.as_str()) {
            let near = nearest(&key, KEYS.iter().copied());
            let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            return Err(Failure::usage(format!("there is no setting `{key}`"))
                .at(name)
                .with_help(format!("{near}the settings are {}", KEYS.join(", "))));
        }
        let Value::String(value) = value else {
            return Err(Failure::usage(format!("`{key}` is text in quotes")).at(name));
        };
        values.insert(key, value);
    }
    Ok(values)
}
