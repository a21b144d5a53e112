//! The commands in the order in which they are needed, for `treasury --help`.

use clap::Command;

use crate::render::wrap;

/// Columns of the list: what a terminal of 80 holds.
const WIDTH: usize = 79;

/// Columns of a command's name, with the space around it.
const NAMES: usize = 15;

/// Headings, and the commands under each.
const GROUPS: &[(&str, &[&str])] = &[
    ("Begin", &["init", "demo", "config", "completions", "man", "help"]),
    ("Names that the rest uses", &["wallet", "party", "account", "commodity", "policy", "actor"]),
    ("Balances taken over, corrections", &["opening", "journal", "reverse", "attach", "translate"]),
    (
        "Coins",
        &[
            "buy",
            "sell",
            "mine",
            "earn",
            "receive",
            "move",
            "designate",
            "spend",
            "accept",
            "contribute",
            "distribute",
            "impound",
            "lose",
            "instruct",
        ],
    ),
    ("Money and shares", &["cash", "convert", "cost", "shares"]),
    ("Prices and figures", &["price", "mark", "metric"]),
    ("Loans", &["loan", "collateral"]),
    ("Equipment, contracts, derivatives", &["capex", "asset", "contract", "derivative"]),
    ("Look", &["report", "explain", "compare", "replay", "find"]),
    ("Statements of others", &["import", "reconcile", "breaks", "break", "sign-off"]),
    ("Close", &["check", "close", "reopen"]),
    ("Files and other programs", &["entry", "append", "export", "schema", "payload"]),
    ("Four eyes", &["actors", "propose", "approve", "reject", "pending"]),
    ("Proof and documents", &["verify", "checkpoint", "cosign", "prove", "audit", "evidence", "text", "key"]),
    ("Keep", &["backup", "restore", "doctor"]),
];

/// The grammar with its commands listed in groups. Only help is other than without it: names stay what they are.
pub(crate) fn in_groups(mut grammar: Command) -> Command {
    // `help` is made by clap, once it is asked.
    grammar.build();
    let listed = listed(&grammar);
    let names: Vec<String> = grammar.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        grammar = grammar.mut_subcommand(name, |command| command.hide(true));
    }
    let template = "{before-help}{about-with-newline}\n{usage-heading} {usage}\n\n";
    let grammar = grammar.override_usage("treasury [OPTIONS] <COMMAND>");
    grammar.help_template(format!("{template}{listed}\n{{all-args}}{{after-help}}"))
}

fn listed(grammar: &Command) -> String {
    let mut text = String::new();
    for (heading, names) in GROUPS {
        text.push_str(&format!("{heading}:\n"));
        for name in *names {
            let command = grammar.get_subcommands().find(|command| command.get_name() == *name);
            let about = command.and_then(Command::get_about).map(ToString::to_string).unwrap_or_default();
            let mut label = format!("  {name:<width$}", width = NAMES - 2);
            for line in wrap(&about, WIDTH - NAMES) {
                text.push_str(&format!("{label}{line}\n"));
                label = " ".repeat(NAMES);
            }
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group_and_every_group_has_commands_that_there_are() {
        let grammar = crate::app::grammar();
        let listed: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for command in grammar.get_subcommands().map(Command::get_name) {
            let times = listed.iter().filter(|name| **name == command).count();
            assert_eq!(times, 1, "{command} stands in {times} groups of the help");
        }
        for name in listed.iter().filter(|name| **name != "help") {
            assert!(grammar.find_subcommand(name).is_some(), "the help lists {name}, which there is not");
        }
    }

    #[test]
    fn the_list_fits_a_terminal() {
        let text = listed(&crate::app::grammar());
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{long:?}");
        assert!(text.contains("  sign-off     Answer for"), "{text}");
    }
}
