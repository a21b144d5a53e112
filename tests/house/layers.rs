//! Which layer may use which. The order of the core's modules is the table in `ledger-core/src/lib.rs`, read here.

use std::collections::HashMap;

use crate::{assert_none, root, sources, without_tests};

/// The place of each module of the core in the table of its front page.
fn order() -> HashMap<String, usize> {
    let text = std::fs::read_to_string(root().join("ledger-core/src/lib.rs")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("//! | ") && line.contains('`'));
    let modules =
        rows.flat_map(|row| row.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    modules.enumerate().map(|(place, module)| (module, place)).collect()
}

#[test]
fn the_table_of_layers_names_every_module_once() {
    let text = std::fs::read_to_string(root().join("ledger-core/src/lib.rs")).unwrap();
    let declared =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod ")));
    let mut declared: Vec<String> = declared.map(|name| name.trim_end_matches(';').to_owned()).collect();
    let mut listed: Vec<String> = order().into_keys().collect();
    declared.sort();
    listed.sort();
    assert_eq!(declared, listed);
}

#[test]
fn a_module_of_the_core_uses_only_the_layers_above_it() {
    let order = order();
    let mut breaches = Vec::new();
    let mut uses = 0;
    for (name, text) in sources() {
        let Some(inside) = name.strip_prefix("ledger-core/src/") else { continue };
        let module = inside.split(['/', '.']).next().unwrap();
        let Some(place) = order.get(module) else { continue };
        for used in without_tests(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(used_place) = order.get(&used) else { continue };
            uses += 1;
            // The values name their JSON form, whose reader is tested with an amount: one layer, any order.
            let both_values = *place < order["account"] && *used_place < order["account"];
            // An entry's events and the accounts they name are one layer.
            let both_facts = is_fact(&order, *place) && is_fact(&order, *used_place);
            if used_place > place && !both_values && !both_facts {
                breaches.push(format!("{name} uses `{used}`, which comes after `{module}`"));
            }
        }
    }
    assert!(uses > 300, "only {uses} uses found");
    breaches.dedup();
    assert_none("a layer used from above", &breaches);
}

fn is_fact(order: &HashMap<String, usize>, place: usize) -> bool {
    (order["account"]..=order["entry"]).contains(&place)
}

#[test]
fn what_may_be_appended_and_what_is_read_do_not_know_each_other() {
    for (name, text) in sources() {
        let reads = name.starts_with("ledger-core/src/report") || name.starts_with("ledger-core/src/sheet");
        let decides = name.starts_with("ledger-core/src/decide");
        assert!(!(reads && text.contains("crate::decide")), "{name} uses `decide`");
        assert!(!(decides && text.contains("crate::report")), "{name} uses `report`");
    }
}

#[test]
fn the_core_knows_nothing_of_files_clocks_networks_threads_or_terminals() {
    let forbidden = [
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "std::process",
        "std::io",
        "SystemTime",
        "Instant::now",
    ];
    let mut breaches = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| name.starts_with("ledger-core/src/")) {
        let code = without_tests(&text);
        breaches.extend(
            forbidden.iter().filter(|word| code.contains(**word)).map(|word| format!("{name}: {word}")),
        );
    }
    assert_none("the core is pure", &breaches);
}

#[test]
fn crates_depend_downwards_only() {
    let manifest = |name: &str| {
        let text = std::fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        text.split("[dev-dependencies]").next().unwrap().to_owned()
    };
    assert!(!manifest("ledger-core").contains("ledger-store"));
    assert!(!manifest("ledger-core").contains("ledger-cli"));
    assert!(!manifest("ledger-store").contains("ledger-cli"));
}
