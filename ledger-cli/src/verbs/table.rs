//! Which words stand for which event.
//!
//! A pattern is the sentence after the verb. `{coins}` is a number and a coin: the fields `units` and `commodity`. A field
//! in braces stands where it is named; after a flag, the flag sets that field. Every other field of the event has a flag
//! of its own name.

use super::schema::{self, Field};

/// A verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verb {
    /// Its words, one or two.
    pub(crate) words: &'static str,
    /// The event.
    pub(crate) event: &'static str,
    /// The sentence after it.
    pub(crate) pattern: &'static str,
    /// What it records, for the help.
    pub(crate) about: &'static str,
}

macro_rules! verbs {
    ($($words:literal => $event:ident, $pattern:literal, $about:literal;)*) => {
        /// The verbs, in the order of the help.
        pub(crate) const VERBS: &[Verb] = &[
            $(Verb { words: $words, event: stringify!($event), pattern: $pattern, about: $about },)*
        ];
    };
}

verbs! {
    "buy" => coins_bought, "{coins} --for {paid} --from {from} --to {to}", "Coins bought";
    "sell" => coins_sold, "{coins} --from {from} --for {proceeds} --to {to} --lot {lots}", "Coins sold";
    "mine" => coins_mined, "{coins} --to {wallet} --worth {value}", "Coins mined and received at once";
    "earn" => coins_earned, "{coins} --pool {pool} --worth {value} --pool-fee {pool_fee}", "Coins earned from a pool that owes them";
    "receive" => coins_received, "{coins} --pool {pool} --to {wallet}", "Coins received that a pool owed";
    "move" => coins_moved, "{coins} --from {from} --to {to} --lot {lots}", "Coins moved between places of ours";
    "designate" => coins_designated, "{coins} --at {wallet} --as {to}", "Coins held for another purpose from now on";
    "spend" => coins_spent, "{coins} --from {from} --worth {value} --settles {settles} --lot {lots}", "Coins given for an expense or a debt";
    "accept" => coins_accepted, "{coins} --counterparty {counterparty} --to {to} --worth {value}", "Coins taken from a customer";
    "contribute" => coins_contributed, "{coins} --counterparty {counterparty} --to {to} --worth {value}", "Coins put in by an owner";
    "distribute" => coins_distributed, "{coins} --counterparty {counterparty} --from {from} --worth {value} --lot {lots}", "Coins given to an owner";
    "impound" => coins_impounded, "{coins} --counterparty {counterparty} --from {from} --worth {value} --lot {lots}", "Coins held back by a custodian: a claim";
    "lose" => coins_lost, "{coins} --from {from} --reason {reason} --lot {lots}", "Coins lost";
    "convert" => currency_converted, "{given} --for {got} --from {from} --to {to}", "Money turned into other money";
    "price" => price_observed, "{commodity} {price} {currency} --source {source} --market {market} --at {at}", "A price seen on a market";
    "mark" => fair_value_marked, "{commodity} --price {price}", "Coins remeasured to fair value";
    "cash in" => cash_received, "{amount} --to {wallet}", "Money received";
    "cash out" => cash_paid, "{amount} --from {wallet}", "Money paid";
    "cost" => operating_cost_recorded, "{amount} --segment {segment} --category {category} --settles {settles}", "A cost of operations";
    "loan open" => facility_opened, "{facility} --lender {lender} --limit {limit}", "A loan agreed on";
    "loan draw" => loan_drawn, "{facility} {amount} --to {to}", "Money drawn";
    "loan accrue" => interest_accrued, "{facility} --through {through}", "Interest accrued through a day";
    "loan pay" => interest_paid, "{facility} {amount} --how {how} --from {from}", "Interest paid";
    "loan repay" => loan_repaid, "{facility} {principal} --interest {interest} --from {from}", "Principal repaid";
    "loan amortise" => issue_cost_amortised, "{facility} --through {through}", "Issue cost charged through a day";
    "loan reset" => rate_reset, "{facility} {index_rate} --from {from}", "The index of a floating rate set";
    "loan amend" => facility_amended, "{facility} --treatment {treatment} --changes {changes}", "Terms changed";
    "loan retire" => facility_retired, "{facility}", "A loan that owes nothing closed";
    "collateral post" => collateral_posted, "{coins} --for {facility} --from {from} --lot {lots}", "Coins pledged";
    "collateral release" => collateral_released, "{coins} --of {facility} --to {to}", "Pledged coins that came back";
    "collateral call" => margin_called, "{facility} --ltv {ltv} --required {required} --at {at} --deadline {deadline}", "A margin call by the lender";
    "collateral cure" => margin_call_met, "{facility} --how {how}", "A margin call met";
    "collateral lapse" => margin_call_lapsed, "{facility}", "A margin call no longer asked for";
    "collateral liquidate" => collateral_liquidated, "{coins} --of {facility} --for {proceeds}", "Collateral sold by the lender";
    "capex commit" => capex_committed, "{commitment} {amount} --project {project} --vendor {vendor} --due {schedule}", "Equipment ordered";
    "capex amend" => capex_amended, "{commitment} {amount} --due {schedule}", "An order changed";
    "capex cancel" => capex_cancelled, "{commitment}", "An order cancelled";
    "capex deposit" => deposit_paid, "{commitment} {amount} --from {from}", "A deposit paid on an order";
    "capex invoice" => capex_invoiced, "{commitment} {amount}", "Equipment invoiced";
    "capex pay" => capex_paid, "{amount} --commitment {commitment} --from {from}", "An invoice for equipment paid";
    "capex capitalise" => interest_capitalised, "{amount} --facility {facility}", "Interest made part of an asset's cost";
    "capex place" => asset_placed_in_service, "{asset} {cost} --class {class} --commitment {commitments} --project {projects}", "An asset taken into service";
    "asset depreciate" => depreciation_charged, "--through {through}", "Depreciation charged through a day";
    "asset impair" => asset_impaired, "{asset} {to}", "An asset written down to an amount";
    "asset dispose" => asset_disposed, "{asset} --for {proceeds} --to {to}", "An asset sold or scrapped";
    "contract power" => power_contracted, "{contract}", "Power contracted";
    "contract bill" => power_billed, "{mwh} {cost} --segment {segment} --settles {settles}", "Power billed, in MWh and money";
    "contract compute" => compute_contracted, "{contract} --customer {customer}", "Compute sold under a contract";
    "contract deliver" => compute_delivered, "{revenue} --customer {customer}", "Compute delivered";
    "derivative open" => derivative_opened, "{derivative} --kind {kind} --counterparty {counterparty} --terms {terms}", "An option or another derivative entered into";
    "derivative mark" => derivative_marked, "{derivative} {value}", "A derivative at its value";
    "derivative settle" => derivative_settled, "{derivative}", "A derivative settled";
    "shares issue" => shares_issued, "{shares} {price} --to {to}", "Shares issued, at a price each";
    "shares buy-back" => shares_repurchased, "{shares} {price} --from {from}", "Own shares bought, at a price each";
    "journal" => journal_recorded, "--line {lines}", "A manual journal";
    "translate" => translation_recorded, "{amount} --account {account}", "A difference of translation";
    "opening" => opening_recorded, "--lot {lots} --balance {balances} --facility {facilities} --asset {assets}", "What there was before the ledger";
    "wallet open" => wallet_opened, "{wallet} --kind {kind}", "A wallet or a bank account";
    "party register" => party_registered, "{party}", "A lender, vendor, customer or broker";
    "account open" => account_opened, "{code} {name} --class {class}", "An account for manual journals";
    "commodity declare" => commodity_declared, "{code} {scale}", "A coin or currency, with its digits";
    "policy adopt" => policy_adopted, "--from {from} --policy {policy} --transition {transition}", "A policy of a book from a day on";
    "instruct" => lot_instruction_recorded, "--lot {lots} --method {method} --document {evidence}", "Which lots a sale takes";
    "metric" => operating_metric_recorded, "{name} {value} {unit} --period {period} --source {source}", "A figure of operations";
    "reverse" => entry_reversed, "{entry} --reason {reason} --dated {on}", "An entry taken back";
    "attach" => evidence_attached, "{entry} --document {evidence}", "A document for an entry recorded before";
    "policy approvals" => approval_policy_adopted, "--rule {rules}", "Who must approve what from now on";
    "actor enrol" => actor_enrolled, "{actor} --key {key} --role {roles}", "Who may record, with which key";
    "actor revoke" => actor_revoked, "{actor} --reason {reason}", "Who may no longer record";
}

/// Events that commands of their own record.
#[cfg(test)]
pub(crate) const BY_COMMAND: &[&str] = &[
    "ledger_opened",
    "period_closed",
    "period_reopened",
    "entry_proposed",
    "entry_approved",
    "entry_rejected",
    "text_erased",
    "statement_recorded",
    "reconciliation_run",
    "break_explained",
    "reconciliation_signed_off",
];

/// The verb that records an event.
pub(crate) fn of_event(event: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.event == event)
}

/// A place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A number and a coin.
    Coins,
    /// A field.
    Field(&'static str),
}

impl Verb {
    /// What stands after the verb without a flag, in order.
    pub(crate) fn positions(&self) -> Vec<Slot> {
        let mut after_flag = false;
        let mut slots = Vec::new();
        for word in self.pattern.split(' ').filter(|word| !word.is_empty()) {
            match field(word) {
                Some("coins") => slots.push(Slot::Coins),
                Some(name) if !after_flag => slots.push(Slot::Field(name)),
                Some(_) | None => {}
            }
            after_flag = word.starts_with("--");
        }
        slots
    }

    /// Where in the sentence a field stands: units before their coin; what it does not name stands behind it.
    pub(crate) fn place_of(&self, of: &str) -> (usize, bool) {
        let names = |word: &'static str| match field(word) {
            Some("coins") => ["units", "commodity"].contains(&of),
            Some(name) => name == of,
            None => false,
        };
        (self.pattern.split(' ').position(names).unwrap_or(usize::MAX), of == "commodity")
    }

    /// The sentence for people: `UNITS COIN --from FROM --for PROCEEDS [--lot LOTS]`; what may be left out is in brackets,
    /// and what may not stands last where the pattern does not name it.
    pub(crate) fn usage(&self) -> String {
        let fields = schema::event(self.event);
        let may_lack = |name: &str| fields.iter().any(|field| field.name == name && field.optional);
        let mut shown: Vec<String> = Vec::new();
        let mut flag = None;
        for word in self.pattern.split(' ') {
            match (field(word), flag.take()) {
                (Some("coins"), _) => shown.push("UNITS COIN".to_owned()),
                (Some(name), Some(flag)) if may_lack(name) => {
                    shown.push(format!("[{flag} {}]", name.to_uppercase()));
                }
                (Some(name), before) => {
                    shown.extend(before.map(str::to_owned));
                    shown.push(name.to_uppercase());
                }
                (None, _) => flag = Some(word),
            }
        }
        let is_placed = |field: &&Field| self.place_of(field.name).0 != usize::MAX;
        let beyond = fields.iter().filter(|field| field.must_be_said() && !is_placed(field));
        shown
            .extend(beyond.map(|field| format!("--{} {}", self.flag(field.name), field.name.to_uppercase())));
        shown.join(" ")
    }

    /// The flag that sets a field, without its dashes.
    pub(crate) fn flag(&self, of: &str) -> String {
        let words: Vec<&str> = self.pattern.split(' ').collect();
        let named = words.windows(2).find_map(|pair| match pair {
            [flag, word] if field(word) == Some(of) => flag.strip_prefix("--"),
            _ => None,
        });
        named.map_or_else(|| of.replace('_', "-"), str::to_owned)
    }
}

fn field(word: &'static str) -> Option<&'static str> {
    word.strip_prefix('{')?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_verb_or_a_command() {
        for event in schema::events() {
            let verbs = VERBS.iter().filter(|verb| verb.event == event).count();
            let commands = BY_COMMAND.iter().filter(|name| **name == event).count();
            assert_eq!(verbs + commands, 1, "{event}");
        }
        let known = schema::events();
        assert!(VERBS.iter().all(|verb| known.contains(&verb.event)), "a verb of no event");
    }

    #[test]
    fn a_pattern_names_fields_of_its_event() {
        for verb in VERBS {
            let fields = schema::event(verb.event);
            for word in verb.pattern.split(' ').filter_map(field).filter(|name| *name != "coins") {
                assert!(fields.iter().any(|field| field.name == word), "{}: {word}", verb.words);
            }
        }
    }
}
