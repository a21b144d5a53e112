//! The way out of each refusal, by its code. `{day}` stands for the day of the entry refused, `{number}` for the entry
//! that it is about.

use ledger_core::refusal::Refusal;
use ledger_core::time::Day;
use ledger_core::world::World;

use super::fault::nearest;

/// The codes of the command's own refusals, beside those of the core.
#[cfg(test)]
pub(crate) const OWN_CODES: &[&str] = &[
    "MALFORMED",
    "UNKNOWN_FIELD",
    "UNKNOWN_EVENT",
    "UNKNOWN_NAME",
    "DUPLICATE_KEY",
    "MISSING_FIELD",
    "EMPTY_INPUT",
    "LINE_TOO_LONG",
    "ENTRY_TOO_LARGE",
    "STORE_EXISTS",
    "ACTOR_MISSING",
    "JOBS_RUNNING",
    "BACKUP_OF_OTHER_LEDGER",
    "BACKUP_HOLDS_MORE",
    "BACKUP_OF_OTHER_HISTORY",
    "NO_BACKUP",
    "KEY_EXISTS",
    "KEY_IN_STORE",
    "NOT_CONTAINED",
    "NOTHING_TO_PROVE",
    "PACK_EXISTS",
    "CHECKPOINT_NOT_SIGNED",
    "CHECKPOINT_OF_OTHER_LOG",
    "CHECKPOINT_ROLLED_BACK",
    "CHECKPOINT_FORKED",
    "GROWTH_NOT_PROVEN",
    "NEVER_COSIGNED",
    "COSIGNED_BEFORE",
    "LAST_IS_A_LINK",
    "SIGNATURES_TOO_MANY",
    "TEXT_ERASED",
    "TEXT_NOT_HELD",
    "NOT_A_TEXT",
    "SOURCE_MISSING",
    "NODE_UNREACHABLE",
    "NODE_UNAUTHORISED",
    "NODE_NOT_READY",
    "NODE_TOO_OLD",
    "NODE_SCAN_BUSY",
    "NODE_REFUSED",
    "NODE_REPLY_UNEXPECTED",
    "NODE_OTHER_NETWORK",
    "NODE_BEHIND",
    "NODE_CONTRADICTS_ITSELF",
    "CHAIN_MOVED",
    "CHAIN_NOT_CONTINUED",
    "BLOCKS_PRUNED",
    "HEIGHT_UNKNOWN",
    "HEIGHT_NOT_CONFIRMED",
    "DESCRIPTOR_INVALID",
    "DESCRIPTOR_PRIVATE",
    "DESCRIPTORS_DIFFER",
    "DESCRIPTOR_RANGE_SHORT",
    "STATED_OTHERWISE",
    "STATEMENT_FORMAT_UNKNOWN",
    "STATEMENT_EMPTY",
    "STATEMENT_TOO_LARGE",
    "STATEMENT_MALFORMED",
    "STATEMENT_CUT",
    "STATEMENT_FIELD_MISSING",
    "STATEMENT_AMOUNT",
    "STATEMENT_DAY",
    "STATEMENT_CURRENCY",
    "STATEMENT_BANK_ERROR",
    "STATEMENT_PROFILE_UNKNOWN",
    "STATEMENT_DOES_NOT_FOOT",
    "STATEMENT_RUNNING_BALANCE",
    "STATEMENT_CONTROL_TOTAL",
    "STATEMENT_CONTROL_COUNT",
    "STATEMENT_MISSING",
    "STATEMENT_REPEATED",
    "STATEMENT_NOT_CONTINUED",
];

/// What a person can do, by code.
#[rustfmt::skip]
const ADVICE: &[(&str, &str)] = &[
    // Places and amounts.
    ("COINS_SHORT", "`treasury report holdings --as-of {day}` lists what is where"),
    ("MONEY_SHORT", "`treasury report trial-balance --as-of {day}` shows what is there; record first what came in"),
    ("POOL_SHORT", "record what the pool earned for you with `coins_earned` before `coins_received`"),
    ("COINS_NOT_OWED", "record first what was borrowed, with `coins_accepted` against `borrowed`"),
    // The entry.
    ("LEDGER_NOT_OPENED", "append an entry whose first event is `ledger_opened`, or make a new ledger with `treasury init --entity NAME`"),
    ("LEDGER_ALREADY_OPENED", "leave `ledger_opened` out; another entity needs another store: `--store DIR`"),
    ("NO_EVENTS", "give at least one event"),
    ("ID_REUSED", "give a new entry an id of its own; `treasury replay --from N --to N` shows the entry that has this one"),
    ("OCCURRED_LATER", "nothing takes effect before it happened: correct `effective`, `occurred`, or the day a lot was acquired"),
    ("ARRIVES_TOO_EARLY", "give a later time of arrival, or leave `arrives` out: without it coins arrive at once"),
    ("LATER_ENTRY_CANNOT_STAND", "date it after that entry, or record first what that entry would then lack"),
    ("BEFORE_OPENING", "what lies before the opening belongs into `opening_recorded`"),
    // Values.
    ("NOT_YET_BUILT", "this version never accepts what it would have to ignore; leave it out"),
    ("NOT_POSITIVE", "give an amount above zero; the event says which way it goes"),
    ("NEGATIVE", "give an amount of zero or more; the event says which way it goes"),
    ("TOO_FINE", "give no more digits than the commodity counts"),
    ("SCALE_TOO_LARGE", "declare at most 18 digits after the point"),
    ("AMOUNT_TOO_LARGE", "check the amounts: 15 digits before the point are the most, and a product or sum must fit 28 digits"),
    ("RATE_OUT_OF_RANGE", "write a fraction: 6.5 % is \"0.065\""),
    ("EXACTLY_ONE", "give one of these fields and leave the others out"),
    ("FIELD_NEEDED", "add it"),
    ("FIELD_NOT_ALLOWED", "leave it out"),
    ("NAMED_TWICE", "name it once; a second price goes into an entry of its own"),
    ("EMPTY", "name at least one"),
    ("BAD_TEXT", "shorten it, or say something"),
    // Names.
    ("UNKNOWN_COMMODITY", "declare it before with `commodity_declared` and its digits after the point"),
    ("COMMODITY_DIFFERS", "use the digits it has: a commodity keeps them for good"),
    ("UNKNOWN_BOOK", "the first entry names the books: `treasury replay --to 1 -f json` shows them"),
    ("BOOK_TWICE", "name each book once"),
    ("UNKNOWN_WALLET", "open it before with `wallet_opened`, or correct its name"),
    ("WRONG_KIND", "a wallet of coins names them under `commodity`, a wallet of dollars or their stablecoins under `currency`"),
    ("WALLET_TWICE", "leave `wallet_opened` out: the wallet can be used"),
    ("WALLET_HOLDS_OTHER", "use a wallet that holds it, or open one with `wallet_opened`"),
    ("WRONG_PLACE", "name a place of the right kind: {\"wallet\":\"…\"} or {\"facility\":\"…\"}"),
    ("UNKNOWN_PARTY", "register it before with `party_registered`, or correct its name"),
    ("PARTY_TWICE", "leave `party_registered` out: the party can be named"),
    ("UNKNOWN_ACCOUNT", "open it before with `account_opened`; `treasury report trial-balance` lists those in use"),
    ("ACCOUNT_TWICE", "choose another number, or leave `account_opened` out"),
    ("CONTROL_ACCOUNT", "record the event itself, such as `coins_sold` or `loan_repaid`: it posts to this account"),
    ("NOT_TRANSLATED", "name a book, an account and a commodity whose coins are at fair value, or correct the amount"),
    ("WALLET_NEEDED", "add `wallet` to the line"),
    ("POLICY_NOT_ALLOWED", "choose another policy, or leave it out for the framework's default"),
    // Openings and journals.
    ("OPENING_TWICE", "leave it out, or name under `book` a book that has no opening yet"),
    ("OPENING_MISSING", "append `opening_recorded` for this book first, on the same coins, money and debts"),
    ("OPENING_TOO_LATE", "record openings before anything else happens"),
    ("OPENINGS_DISAGREE", "books may differ in cost, never in what exists: give all the same units and debts"),
    ("OPENING_UNBALANCED", "correct a line, or let `equity_not_analysed` carry the difference on purpose"),
    ("JOURNAL_UNBALANCED", "correct a line: debits must equal credits to the cent"),
    // Prices.
    ("PRICE_STALE", "record one of that time with `price_observed`, or state the price in the event"),
    ("PRICE_MISSING_IN_BOOK", "record one of that source and market with `price_observed`, or state the price in the event"),
    ("PRICE_NOT_TAKEN", "leave `from_observation` out, and each book takes its own; or change `price` with `policy_adopted`"),
    ("PRICE_MISSING", "record one before with `price_observed`, at a time not after {day}"),
    ("UNKNOWN_OBSERVATION", "name the number of an entry that observed a price of this commodity"),
    ("OBSERVATION_REPLACED", "name the entry that replaced it, or record the price anew without `supersedes`"),
    ("WRONG_CURRENCY", "state it in the currency expected, or convert first with `currency_converted`"),
    // Lots.
    ("LOTS_NOT_NAMED", "add `lots`, or record `lot_instruction_recorded` before; `treasury report lots --as-of {day}` lists them"),
    ("LOTS_NOT_TAKEN", "leave `lots` out; a book takes lots by name once `policy_adopted` gives it the method `specific`"),
    ("INSTRUCTION_NOT_ALLOWED", "give a standing instruction a `method`, and one for a sale a `method` or its `lots`"),
    ("UNKNOWN_LOT", "`treasury report lots --as-of {day}` lists the lots of each place"),
    ("LOTS_DO_NOT_ADD_UP", "name lots for exactly the units that leave; `treasury report lots --as-of {day}` lists them"),
    // Loans.
    ("UNKNOWN_FACILITY", "open it before with `facility_opened`; `treasury report facilities` lists those there are"),
    ("FACILITY_TWICE", "leave `facility_opened` out, or give the new loan a name of its own"),
    ("FACILITY_IS_RETIRED", "a retired loan stays as it is; open a new facility for a new loan"),
    ("OVER_LIMIT", "draw less; `treasury report facilities --as-of {day}` shows what is left"),
    ("PRINCIPAL_EXCEEDED", "repay what is owed; `treasury report facilities --as-of {day}` shows it"),
    ("INTEREST_NOT_ACCRUED", "put `interest_accrued` through that day into the same entry, before what pays it: recorded alone, it comes after the payments of its day"),
    ("ACCRUAL_OUT_OF_ORDER", "accrue through a day after the last one"),
    ("ACCRUAL_AHEAD", "accrue no further than the entry's own day, or date the entry later"),
    ("RATE_NOT_SET", "record the index with `rate_reset`, from the first day that bears interest"),
    ("RESET_OUT_OF_ORDER", "give the reset its own first day as its date: it then goes before the accrual"),
    ("RATE_IS_FIXED", "a fixed rate changes by `facility_amended`"),
    ("NO_MATURITY", "agree on a maturity with `facility_amended`, or leave the cost until the facility is retired"),
    ("AMORTISED_ALREADY", "charge it through a later day"),
    ("TREATMENT_CONTRADICTS_TEST", "choose the other treatment, or correct the test (ASC 470-50-40-10)"),
    ("AMENDMENT_NOT_ALLOWED", "change first what stands in the way; `treasury report facilities` shows it"),
    ("LIQUIDATION_DOES_NOT_ADD_UP", "say where all of it went: `applied_principal`, `applied_interest`, `surplus`, and the fee"),
    ("STILL_OWED", "accrue, pay, repay and take the collateral back first; `treasury report facilities --as-of {day}` shows what is left"),
    ("MARGIN_CALL_STATE", "`treasury replay --facility NAME` shows the calls and how they were met"),
    // Commitments and shares.
    ("UNKNOWN_COMMITMENT", "make it before with `capex_committed`; `treasury report commitments` lists those there are"),
    ("COMMITMENT_TWICE", "give the new commitment a name of its own"),
    ("COMMITMENT_EXCEEDED", "pay at most what is outstanding; `treasury report commitments --as-of {day}` shows it"),
    ("SCHEDULE_DOES_NOT_ADD_UP", "let the instalments add up to the amount committed"),
    ("COMMITMENT_IS_CANCELLED", "make a new commitment with `capex_committed`"),
    ("AMENDED_BELOW_DONE", "amend it to no less than what is paid or invoiced; `capex_cancelled` takes all that is left"),
    ("DEPOSITS_EXCEEDED", "use at most the deposits left; `treasury report commitments --as-of {day}` shows them"),
    ("DEPOSITS_NOT_SETTLED", "let `deposit_refunded` and `deposit_forfeited` add up to the deposits left"),
    ("INVOICES_EXCEEDED", "record the invoice before with `capex_invoiced`, or pay less"),
    ("INTEREST_NOT_INCURRED", "accrue it before with `interest_accrued`, and capitalise no more than that"),
    ("PART_EXCEEDS_WHOLE", "correct one of the two"),
    ("BALANCE_SHORT", "`treasury report register ACCOUNT --as-of {day}` shows what is there"),
    // Equipment and contracts.
    ("UNKNOWN_ASSET", "place it in service before with `asset_placed_in_service`; `treasury report assets` lists those there are"),
    ("ASSET_TWICE", "give the new asset a name of its own"),
    ("ASSET_IS_DISPOSED", "an asset that is gone stays gone; place another in service"),
    ("DEPRECIATION_TWICE", "each month is charged once: charge through the end of a later one"),
    ("DEPRECIATION_AHEAD", "charge no further than the entry's own day, or date the entry later"),
    ("DEPRECIATION_BEHIND", "put `depreciation_charged` through that day into the same entry, before this"),
    ("NOT_IMPAIRED", "an impairment lowers the carrying amount; what was written down is not written up again"),
    ("UNKNOWN_CONTRACT", "sign it before with `power_contracted` or `compute_contracted`; `treasury report contracts` lists those there are"),
    ("CONTRACT_TWICE", "give the new contract a name of its own"),
    ("ENDS_BEFORE_START", "correct one of the two days"),
    ("SEGMENT_NOT_ALLOWED", "name the segment `mining` or `ai`; other power is an `operating_cost_recorded`"),
    ("UNKNOWN_DERIVATIVE", "open it before with `derivative_opened`, or correct its name"),
    ("DERIVATIVE_TWICE", "give the new contract a name of its own"),
    ("DERIVATIVE_IS_SETTLED", "a contract that ended stays as it is; open a new one under a name of its own"),
    ("PROCEEDS_DIFFER", "correct the shares, the price or the proceeds: they must agree"),
    ("PROCEEDS_EXCEEDED", "check the fee, the costs and par: they are taken out of what was received"),
    ("UNKNOWN_ENTRY", "`treasury replay` shows the entries there are"),
    ("NOT_REVERSIBLE", "`treasury replay --from {number} --to {number}` shows the entry"),
    ("REVERSED_TWICE", "`treasury replay` shows the reversal; record anew what should stand after all"),
    ("REVERSED_TOO_EARLY", "date the reversal after the entry; on the day of an accrual, state that day under `on` as well"),
    ("DEPENDED_ON", "reverse the later entry first, or record what corrects it instead"),
    ("OTHER_DAY_STATED", "give the entry's own day under `on`, or leave it out"),
    ("MIRRORED_TOO_EARLY", "name a day after the journal's own under `reverses_on`"),
    ("PERIOD_CLOSED", "date it in the open period and state the day itself under `occurred`, or open the period again: `treasury reopen --from DAY --reason WHY`"),
    ("CLOSED_ALREADY", "to close it anew, open it first: `treasury reopen --from DAY --reason WHY`"),
    ("CLOSED_AHEAD", "date the close on the last day of the period or after it"),
    ("NOT_CLOSED", "nothing needs to be opened; leave it out"),
    ("NOT_READY_TO_CLOSE", "record what is missing, or waive a check: `--waive CHECK=REASON`; `treasury close PERIOD --check` lists all of them"),
    ("SEAL_DIFFERS", "let `treasury close` work the seal out, or state this one; docs/seals.md tells how it is made"),
    ("SEAL_UNASKED", "leave that seal out, or close all books: leave `book` out"),
    ("CLOSE_STANDS_ALONE", "record the rest as an entry before it"),
    // Reconciliation.
    ("JOBS_RUNNING", "let it end, or stop it; it holds the file of the jobs with `.lock` behind its name"),
    ("STATEMENT_TWICE", "leave it out: it is compared already"),
    ("BLOCKS_OUT_OF_ORDER", "state the block before the first one, or leave `after` out for a balance alone"),
    ("NOTHING_TO_REPLACE", "leave `replaces` out, or name the entry of a statement that holds"),
    ("COMPARED_AHEAD", "date the entry on the last day compared or after it, or compare fewer days: `--through DAY`"),
    ("SUBJECT_NOT_CLEAR", "name a wallet with what it holds; or a facility with `principal`, `interest` or `collateral`"),
    ("NO_STATEMENT", "record one with `treasury reconcile ACCOUNT STATEMENT`"),
    ("TOO_MANY_BREAKS", "compare with the statements of this account, or by other rules: `--rules FILE`"),
    ("UNKNOWN_BREAK", "`treasury breaks` lists those that are open"),
    ("NOT_A_RUN", "`treasury breaks --all` lists the runs by number"),
    ("RUN_SUPERSEDED", "look at the later one and sign that off"),
    ("SIGNED_OFF_ALREADY", "leave it out"),
    ("BREAKS_OPEN", "`treasury breaks` lists them; say what each is: `treasury break explain NAME --kind KIND --reason WHY`"),
    ("SIGNED_BY_PREPARER", "let another actor sign it off: `treasury --actor NAME sign-off ACCOUNT`"),
    // People.
    ("UNKNOWN_ACTOR", "`treasury actors` lists who is enrolled; name one of them as the entry's `actor`"),
    ("SIGNATURE_MISSING", "give the actor's key, `--sign KEYFILE`; or sign elsewhere what `treasury payload FILE` prints, and give `treasury append` the `--signature`"),
    ("SIGNATURE_INVALID", "sign what `treasury payload FILE` prints for this entry and this ledger: `ssh-keygen -Y sign -n treasury-ledger -f KEYFILE`"),
    ("SIGNER_NOT_ENROLLED", "`treasury actors` lists whose keys are enrolled; sign with one of the actor's own"),
    ("KEY_REVOKED", "sign with a key of the actor that is in force; `treasury actors` lists them"),
    ("ROLE_NOT_HELD", "let an actor record it who has the role; `treasury actors` lists them"),
    ("NEEDS_APPROVAL", "propose it: `treasury propose FILE`, or `close --propose`; `treasury pending` lists what waits, `treasury approve N` approves"),
    ("FIRST_ENROLMENT", "enrol an admin and another actor in one entry, recorded and signed by that admin"),
    ("KEY_TWICE", "make a key of its own for each actor: `ssh-keygen -t ed25519`"),
    ("NOTHING_TO_REVOKE", "`treasury actors` lists the keys in force"),
    ("LAST_ADMIN", "an admin stays, or nobody could be enrolled or revoked any more"),
    ("NOBODY_COULD_ENROL", "enrol an approver or a second admin with it, or before it; `treasury actors` lists who is what"),
    ("NOBODY_TO_APPROVE", "enrol actors first: an admin, who signs, and at least another, one of them an approver"),
    ("TOO_FEW_APPROVERS", "enrol more approvers, or ask for fewer approvals"),
    ("PROPOSAL_STANDS_ALONE", "record each in an entry of its own"),
    ("NOT_TO_BE_PROPOSED", "record it directly"),
    ("PROPOSED_FOR_ANOTHER", "let the actor whom the entry names propose it"),
    ("PAYLOAD_HASH_DIFFERS", "`treasury propose FILE` takes the hash of what it proposes"),
    ("ASKS_TOO_LITTLE", "leave out `--approvals`: `treasury propose` asks for what the policy demands"),
    ("ID_PROPOSED", "`treasury pending` lists what waits; an entry is recorded once, directly or by its approval"),
    ("UNKNOWN_PROPOSAL", "`treasury pending` lists the proposals that wait"),
    ("PROPOSAL_SETTLED", "what is settled stays so; propose the entry anew under another id, or reverse it"),
    ("OTHER_PAYLOAD", "read what is proposed now: `treasury pending -f json` shows it with its hash"),
    ("OWN_PROPOSAL", "let another approver approve; `treasury pending` says who may"),
    ("APPROVED_TWICE", "let another approver approve; `treasury pending` says who may"),
    ("BOARD_MISSING", "name it: `treasury approve N --board REF`"),
    ("OVER_ACTOR_LIMIT", "propose it, or let an actor record or approve it whose limit is higher"),
    ("FAMILY_NOT_HELD", "let an actor do it who is not limited to other families; `treasury actors` lists them"),
    ("DOES_NOT_BALANCE", "this is a defect of the program: please report it with the entry"),
    // The command's own.
    ("MALFORMED", "one entry a line, as JSON; amounts are strings of plain digits such as \"4451.5\", dates such as \"2026-02-08\""),
    ("UNKNOWN_FIELD", "leave it out"),
    ("UNKNOWN_EVENT", "docs/posting-rules.md lists the events"),
    ("UNKNOWN_NAME", "choose one of the known names"),
    ("DUPLICATE_KEY", "keep one of the two"),
    ("MISSING_FIELD", "add it"),
    ("EMPTY_INPUT", "give one entry a line, as JSON"),
    ("LINE_TOO_LONG", "one entry a line; a large document is named by its SHA-256 under `evidence`"),
    ("ENTRY_TOO_LARGE", "split it into several entries of one `transaction`"),
    ("STORE_EXISTS", "append to it with `treasury append`, or name another directory with `--store DIR`"),
    ("ACTOR_MISSING", "name who records: `--actor NAME` or TREASURY_ACTOR"),
    ("BACKUP_OF_OTHER_LEDGER", "give each ledger a directory of its own"),
    ("BACKUP_HOLDS_MORE", "this ledger lost entries, or is an older one: keep both, look at the other with `treasury --store DIR verify`, and back up to another directory"),
    ("BACKUP_OF_OTHER_HISTORY", "both were appended to after one was copied from the other: keep both, and back up to another directory"),
    ("NO_BACKUP", "name a directory that `treasury backup DIR` has finished"),
    ("KEY_EXISTS", "name another file: what the old key signed is checked with the old key"),
    ("KEY_IN_STORE", "keep it elsewhere: who can change the log must not be able to sign it"),
    ("NOT_CONTAINED", "add no name to it before it is known why: `treasury verify --expect FILE` says what differs"),
    ("PACK_EXISTS", "name a directory that is not there yet; what an interrupted `audit pack` left can be removed"),
    ("CHECKPOINT_NOT_SIGNED", "ask the log's operator for one that is: `treasury checkpoint --sign KEYFILE`; give the log's key from a source of your own"),
    ("CHECKPOINT_OF_OTHER_LOG", "keep a file of its own for each log: `--last FILE`"),
    ("CHECKPOINT_ROLLED_BACK", "cosign nothing, and keep both: entries that were there are not; ask for a later checkpoint"),
    ("CHECKPOINT_FORKED", "cosign nothing, and keep both: they are signed evidence of two histories under one name"),
    ("GROWTH_NOT_PROVEN", "ask for the proof from the size cosigned last: `treasury prove consistency OLD NEW --sign KEYFILE`"),
    ("NEVER_COSIGNED", "name the file that has the checkpoint cosigned last; only if there never was one, say `--first`"),
    ("COSIGNED_BEFORE", "leave out `--first`: it is held against the checkpoint cosigned last"),
    ("LAST_IS_A_LINK", "name the file itself: `--last FILE`"),
    ("SIGNATURES_TOO_MANY", "take out the lines of signatures by keys that nobody asks for: they are no part of what is signed"),
    ("TEXT_ERASED", "it is gone for good; `treasury replay --from N --to N` shows why, and reports print `[erased]` in its place"),
    ("TEXT_NOT_HELD", "check the reference; `treasury verify` lists texts that entries refer to and nobody holds"),
    ("NOT_A_TEXT", "name a text that `treasury text add` kept"),
    ("NOTHING_TO_PROVE", "`treasury checkpoint` prints how many entries there are; name an entry or a size within"),
    ("SOURCE_MISSING", "record what is missing with `treasury reconcile ACCOUNT`; of more than two, name two: `--sources A,B`"),
    // Nodes, and wallets on the chain.
    ("NODE_UNREACHABLE", "name where it listens, as its `rpcbind` and `rpcport` have it: `--node http://127.0.0.1:8332`"),
    ("NODE_UNAUTHORISED", "name the file that lets you in: `--cookie FILE`, as `.cookie` in the node's own folder, or one with `user:password`"),
    ("NODE_NOT_READY", "it is starting: ask again when its log says that it is done"),
    ("NODE_TOO_OLD", "it needs `getdescriptoractivity`: Bitcoin Core 29 or later"),
    ("NODE_SCAN_BUSY", "it scans for somebody else: ask again when it has ended; its `scantxoutset status` shows how far it is"),
    ("NODE_REFUSED", "its own log may say more"),
    ("NODE_REPLY_UNEXPECTED", "name a bitcoin node of version 29 or later and nothing in between; no amount is guessed"),
    ("NODE_OTHER_NETWORK", "ask a node of that chain, or name the one that is meant: `--network NAME`"),
    ("NODE_BEHIND", "wait until it has caught up, or state an earlier block: `--through-height N`"),
    ("NODE_CONTRADICTS_ITSELF", "nothing is recorded: let the node check its files with `-reindex-chainstate`, and ask again"),
    ("CHAIN_MOVED", "nothing is recorded: ask again"),
    ("CHAIN_NOT_CONTINUED", "if `--range` was too short before, state all blocks again: `--anew`; else ask another node"),
    ("BLOCKS_PRUNED", "ask a node that keeps them, or begin the series later: `--from-height N`"),
    ("HEIGHT_UNKNOWN", "state an earlier block, or wait for it"),
    ("HEIGHT_NOT_CONFIRMED", "state an earlier block, wait, or ask for less: `--confirmations N`"),
    ("DESCRIPTOR_INVALID", "give it as the wallet exports it: Bitcoin Core by `listdescriptors`, in quotes, with its checksum or without"),
    ("DESCRIPTOR_PRIVATE", "give the public one: `listdescriptors` shows it, with xpub in place of xprv; and whoever saw this one can spend"),
    ("DESCRIPTORS_DIFFER", "give the same ones; or, where the wallet has others now, state all blocks again: `--anew`"),
    ("DESCRIPTOR_RANGE_SHORT", "look for more: `--range N`"),
    // Statements of others.
    ("STATED_OTHERWISE", "if that entry is right, leave `--covers` and `--closing` out; if not, state the file in its place: `--anew`"),
    ("STATEMENT_FORMAT_UNKNOWN", "name the format: `treasury import` lists them; a table needs a header that a profile knows"),
    ("STATEMENT_EMPTY", "ask the bank or exchange for the file again"),
    ("STATEMENT_TOO_LARGE", "ask for the statement in shorter periods"),
    ("STATEMENT_MALFORMED", "ask for the file again, and leave it as it came; docs/reconciliation.md shows the plain form"),
    ("STATEMENT_CUT", "ask for the whole file: what is missing at its end cannot be known"),
    ("STATEMENT_FIELD_MISSING", "ask for a statement with this field; nothing is supposed in its place"),
    ("STATEMENT_AMOUNT", "ask for the file again; an amount is never guessed"),
    ("STATEMENT_DAY", "ask for the file again; a day is never guessed"),
    ("STATEMENT_CURRENCY", "ask for one statement a currency, each naming it"),
    ("STATEMENT_BANK_ERROR", "the file holds an answer without a statement: download it again"),
    ("STATEMENT_PROFILE_UNKNOWN", "export the table with another header, or bring it into that of the profile `bank` or `lender`"),
    ("STATEMENT_DOES_NOT_FOOT", "ask for the statement again: lines are missing or wrong, and until they are there it is not accepted"),
    ("STATEMENT_RUNNING_BALANCE", "a row is missing, twice, or changed just before this one: export the whole period again"),
    ("STATEMENT_CONTROL_TOTAL", "the file was changed or cut on its way: ask for it again"),
    ("STATEMENT_CONTROL_COUNT", "the file was changed or cut on its way: ask for it again"),
    ("STATEMENT_MISSING", "ask for what is missing and give all files together"),
    ("STATEMENT_REPEATED", "give each statement once"),
    ("STATEMENT_NOT_CONTINUED", "something between the two is missing: ask for the statements in between"),
];

/// What a person can do about an account that takes no such thing, by what it does not take.
#[rustfmt::skip]
const ADVICE_BY_WHAT: &[(&str, &str)] = &[
    ("opening balance of its own", "leave it out: it follows from the opening's `lots`, `facilities` and wallets"),
    ("money of a wallet here", "`wallet` goes with account 1010, in a journal of all books: leave it out, or leave `book` out"),
    ("money that goes back by itself", "money moves when somebody moves it: record what comes back as an entry of its own"),
    ("money of this wallet", "an opening has dollars and banks on 1010, wallets of stablecoins on 1110"),
    ("further accounts in its range", "choose a number outside 1110 to 1249, 1519 to 1530, 2310 to 2340 and 9000 to 9999"),
];

/// The way out of the refusal of an entry of a day, where the day is known.
pub(crate) fn filled(why: &Refusal, day: Option<Day>) -> Option<String> {
    let text = of_refusal(why)?;
    let text = match day {
        Some(day) => text.replace("{day}", &day.to_string()),
        None => text.replace(" --as-of {day}", "").replace("{day}", "its day"),
    };
    if let Refusal::NotReversible { number, .. } = why {
        return Some(text.replace("{number}", &number.to_string()));
    }
    Some(text)
}

fn of_refusal(why: &Refusal) -> Option<&'static str> {
    if let Refusal::ControlAccount { what, .. } = why
        && let Some((_, advice)) = ADVICE_BY_WHAT.iter().find(|(known, _)| known == what)
    {
        return Some(advice);
    }
    of(why.code())
}

/// The way out of a refusal; of a name that is not known, the nearest that is.
pub(crate) fn with_near(why: &Refusal, day: Option<Day>, world: &World) -> Option<String> {
    let advice = filled(why, day)?;
    let (name, known): (String, Vec<String>) = if let Refusal::UnknownWallet { wallet } = why {
        (wallet.to_string(), world.wallets().map(|of| of.wallet.to_string()).collect())
    } else if let Refusal::UnknownFacility { facility } = why {
        (facility.to_string(), world.facilities().map(|of| of.terms.facility.to_string()).collect())
    } else if let Refusal::UnknownParty { party } = why {
        (party.to_string(), world.parties().map(|of| of.party.to_string()).collect())
    } else {
        return Some(advice);
    };
    let near = nearest(&name, known.iter().map(String::as_str));
    Some(near.map_or_else(|| advice.clone(), |near| format!("did you mean `{near}`? If not, {advice}")))
}

/// The way out of a refusal with this code.
pub(crate) fn of(code: &str) -> Option<&'static str> {
    ADVICE.iter().find(|(known, _)| *known == code).map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_core::refusal::CODES;

    #[test]
    fn every_code_has_advice_and_every_advice_a_code() {
        let known = || CODES.iter().chain(OWN_CODES);
        for code in known() {
            assert!(of(code).is_some(), "{code} has no advice");
        }
        let stale: Vec<_> = ADVICE.iter().filter(|(code, _)| known().all(|known| known != code)).collect();
        assert!(stale.is_empty(), "{stale:?}");
        assert_eq!(ADVICE.len(), known().count(), "an advice stands twice");
    }
}
