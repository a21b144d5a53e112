//! What is asked of a node, from what is typed, written into a job, and set.

use std::path::Path;

use super::Wallet;
use crate::app::App;
use crate::args::OnChain;
use crate::diagnostic::Failure;
use crate::node::Address;

/// What is typed; nothing where no descriptor is.
pub(crate) fn typed(app: &App, args: &OnChain, anew: bool) -> Result<Option<Wallet>, Failure> {
    let mut descriptors = args.descriptor.clone();
    if let Some(file) = &args.descriptors {
        descriptors.extend(of_file(file)?);
    }
    if descriptors.is_empty() {
        let unused = args.through_height.is_some() || args.from_height.is_some() || args.node.is_some();
        return if unused { Err(no_descriptor()) } else { Ok(None) };
    }
    let typed = args.node.as_deref().map(str::parse::<Address>).transpose();
    let typed = typed.map_err(|why| Failure::usage(format!("`--node`: {why}")))?;
    Ok(Some(Wallet {
        node: node(app.settings.node(typed)?)?,
        cookie: app.settings.cookie(args.cookie.clone())?.value,
        network: app.settings.network(args.network.clone())?.value,
        descriptors,
        range: args.range,
        from_height: args.from_height,
        through_height: args.through_height,
        confirmations: args.confirmations,
        anew,
    }))
}

/// What a job says of a wallet, by the names that flags have.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfJob {
    pub(crate) node: Option<Address>,
    pub(crate) cookie: Option<std::path::PathBuf>,
    pub(crate) network: Option<String>,
    pub(crate) descriptors: Vec<String>,
    pub(crate) descriptors_file: Option<std::path::PathBuf>,
    pub(crate) confirmations: Option<u64>,
    pub(crate) range: Option<u32>,
}

/// What a job asks; nothing where it has no descriptor.
pub(crate) fn of_job(app: &App, job: &OfJob) -> Result<Option<Wallet>, Failure> {
    let args = OnChain {
        node: job.node.as_ref().map(ToString::to_string),
        cookie: job.cookie.clone(),
        network: job.network.clone(),
        descriptor: job.descriptors.clone(),
        descriptors: job.descriptors_file.clone(),
        range: job.range.unwrap_or(OnChain::RANGE),
        from_height: None,
        through_height: None,
        confirmations: job.confirmations.unwrap_or(OnChain::CONFIRMATIONS),
    };
    typed(app, &args, false)
}

fn node(set: crate::config::Set<Option<Address>>) -> Result<Address, Failure> {
    let missing = || {
        Failure::usage("no node is named")
            .with_help("name it: `--node http://127.0.0.1:8332`, or `node` in treasury.toml")
    };
    set.value.ok_or_else(missing)
}

fn no_descriptor() -> Failure {
    Failure::usage("no descriptor is given, and without one a node is not asked")
        .with_help("`--descriptors FILE` names a file with one a line, `--descriptor` gives one")
}

/// The descriptors of a file, one a line; a line that begins with `#` is a remark.
fn of_file(file: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let all: Vec<String> = lines.map(str::to_owned).collect();
    if all.is_empty() {
        Err(Failure::usage(format!("{} holds no descriptor", file.display())))
    } else {
        Ok(all)
    }
}
