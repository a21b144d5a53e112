//! What a shell may complete: commands and flags from the grammar, and the names of wallets, facilities, accounts, books and
//! reports as the ledger has them at that moment.

mod names;

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use ledger_core::entry::lookups::LookupKind;
use ledger_core::report::REPORTS;

use crate::app;
use crate::export::TARGETS;
use crate::verbs::schema;

use names::Names;

/// The variable by which a shell asks; its value names the shell.
pub(crate) const VARIABLE: &str = "TREASURY_COMPLETE";

/// What stands in an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Wallet,
    Facility,
    /// A wallet or a facility.
    Place,
    Account,
    /// What a statement is of: a wallet, or a part of a facility.
    Subject,
    Book,
    Report,
    /// What a report takes beside: an account or a facility.
    OfReport,
    Target,
    Event,
    Lookup,
    /// One of a closed list of the vocabulary.
    Choice(&'static str),
}

/// Answers a shell that asks what may stand next, and ends the program then; does nothing otherwise.
pub(crate) fn answer_shell() {
    CompleteEnv::with_factory(|| with_candidates(app::grammar()))
        .var(VARIABLE)
        .bin("treasury")
        .completer("treasury")
        .complete();
}

fn with_candidates(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| match wanted(&name, &arg) {
        Some(wanted) => arg.add(ArgValueCandidates::new(move || candidates(wanted))),
        None => arg,
    });
    command.mut_subcommands(with_candidates)
}

/// What stands in an argument of a command; a flag of a verb says its type.
fn wanted(command: &str, arg: &Arg) -> Option<Wanted> {
    let kind = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
    match (command, arg.get_id().as_str()) {
        (_, "book") => Some(Wanted::Book),
        ("report", "name") | (_, "report") => Some(Wanted::Report),
        ("report", "argument") => Some(Wanted::OfReport),
        ("replay", "facility") => Some(Wanted::Facility),
        ("export", "target") => Some(Wanted::Target),
        ("schema", "event") => Some(Wanted::Event),
        ("reconcile" | "three-way" | "breaks" | "sign-off", "account") => Some(Wanted::Subject),
        ("find", "kind") => Some(Wanted::Lookup),
        _ => match kind {
            "WALLETID" => Some(Wanted::Wallet),
            "FACILITYID" => Some(Wanted::Facility),
            "PLACE" => Some(Wanted::Place),
            "ACCOUNT" => Some(Wanted::Account),
            "BOOKID" => Some(Wanted::Book),
            kind => schema::choice_in_capitals(kind).map(Wanted::Choice),
        },
    }
}

fn candidates(wanted: Wanted) -> Vec<CompletionCandidate> {
    let with_help = |name: &str, help: &str| {
        let help = (!help.is_empty()).then(|| help.to_owned().into());
        CompletionCandidate::new(name).help(help)
    };
    let plain = |names: &[String]| -> Vec<CompletionCandidate> {
        names.iter().map(CompletionCandidate::new).collect()
    };
    let names = || Names::of_ledger().unwrap_or_default();
    match wanted {
        Wanted::Wallet => plain(&names().wallets),
        Wanted::Facility => plain(&names().facilities),
        Wanted::Place => {
            let names = names();
            plain(&[names.wallets, names.facilities].concat())
        }
        Wanted::Account => names().accounts.iter().map(|(code, name)| with_help(code, name)).collect(),
        Wanted::Subject => {
            let names = names();
            let parts = ["principal", "interest", "collateral"];
            let of = |facility: &String| parts.map(|part| format!("{facility}/{part}"));
            let facilities: Vec<String> = names.facilities.iter().flat_map(of).collect();
            plain(&[names.wallets, facilities].concat())
        }
        Wanted::OfReport => {
            let names = names();
            let accounts = names.accounts.iter().map(|(code, name)| with_help(code, name));
            accounts.chain(plain(&names.facilities)).collect()
        }
        Wanted::Book => plain(&names().books),
        Wanted::Report => REPORTS.iter().map(|report| with_help(report.name, report.about)).collect(),
        Wanted::Target => TARGETS.iter().map(|target| with_help(target.name, target.about)).collect(),
        Wanted::Event => schema::events().into_iter().map(CompletionCandidate::new).collect(),
        Wanted::Lookup => {
            LookupKind::ALL.iter().map(|kind| CompletionCandidate::new(kind.as_str())).collect()
        }
        Wanted::Choice(list) => {
            schema::choices(list).into_iter().flatten().map(CompletionCandidate::new).collect()
        }
    }
}
