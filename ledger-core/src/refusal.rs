//! What the ledger refuses, in the user's words, with the facts in fields. Codes never change; advice
//! belongs to the command.

use crate::account::Account;
use crate::entry::EntryId;
use crate::evidence::Sha256Hex;
use crate::exact::Overflow;
use crate::ids::{
    ActorId, AssetId, BookId, BreakId, CommitmentId, Commodity, ContractId, DerivativeId, FacilityId, LotId,
    PartyId, Place, Segment, WalletId,
};
use crate::money::{Money, Units};
use crate::posting::NotAJournal;
use crate::time::{Day, Effective};

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $code:literal $message:literal { $($field:ident: $type:ty,)* })*) => {
        /// Why an entry may not be appended.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[allow(missing_docs, reason = "each variant's message names every field in a sentence")]
        pub enum Refusal {
            $($(#[$doc])* #[error($message)] $variant { $($field: $type,)* },)*
        }

        impl Refusal {
            /// The stable code.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(Refusal::$variant { .. } => $code,)* }
            }
        }

        /// Every code a refusal may have.
        pub const CODES: &[&str] = &[$($code,)*];
    };
}

refusals! {
    /// More coins leave a place than lie there.
    CoinsShort "COINS_SHORT"
    "{place} holds {held:#} {commodity} on {day}, {short:#} less than the {asked:#} asked for"
    { place: Place, commodity: Commodity, day: Day, held: Units, short: Units, asked: Units, }
    /// More money leaves a wallet than it holds.
    MoneyShort "MONEY_SHORT"
    "wallet {wallet} holds {held:#} {currency} on {day}, {short:#} less than the {asked:#} to be paid"
    { wallet: WalletId, currency: Commodity, day: Day, held: Units, short: Units, asked: Units, }
    /// A pool pays out more than it owed.
    PoolShort "POOL_SHORT"
    "pool {pool} owes {held:#} {commodity} on {day}, {short:#} less than the {asked:#} received"
    { pool: WalletId, commodity: Commodity, day: Day, held: Units, short: Units, asked: Units, }
    /// More coins are given back than were borrowed.
    CoinsNotOwed "COINS_NOT_OWED"
    "party {party} is owed {held:#} {commodity} on {day}, {short:#} less than the {asked:#} given back"
    { party: PartyId, commodity: Commodity, day: Day, held: Units, short: Units, asked: Units, }

    /// The log has no opening entry yet.
    LedgerNotOpened "LEDGER_NOT_OPENED" "the ledger has not been opened: its first event is `ledger_opened`" { }
    /// The ledger is opened twice.
    LedgerAlreadyOpened "LEDGER_ALREADY_OPENED" "the ledger was opened by its first entry" { }
    /// An entry says nothing.
    NoEvents "NO_EVENTS" "the entry has no events" { }
    /// The same id with other content.
    IdReused "ID_REUSED" "entry {number} has the id {id} and other content" { number: u64, id: EntryId, }
    /// The time it occurred lies after the time it takes effect.
    OccurredLater "OCCURRED_LATER" "it occurred on {occurred}, after {effective}, when it takes effect"
    { occurred: Day, effective: Effective, }
    /// Coins arrive before they are sent, or at once.
    ArrivesTooEarly "ARRIVES_TOO_EARLY" "coins sent at {effective} cannot be on their way until {arrives}"
    { effective: Effective, arrives: Effective, }
    /// An entry recorded late would leave a later one without ground.
    LaterEntryCannotStand "LATER_ENTRY_CANNOT_STAND"
    "entry {number}, effective {effective}, could then not stand: {why}"
    { number: u64, effective: Effective, why: Box<Refusal>, }
    /// Facts may not lie before the ledger's opening.
    BeforeOpening "BEFORE_OPENING" "{effective} lies before the ledger's opening on {opened}"
    { effective: Effective, opened: Effective, }

    /// A name that the closed list knows, but this version does not.
    NotYetBuilt "NOT_YET_BUILT" "{what} is not built yet" { what: String, }
    /// An amount that must be above zero is not.
    NotPositive "NOT_POSITIVE" "{what} must be above zero, not {amount}" { what: &'static str, amount: String, }
    /// An amount that may be zero is below it.
    Negative "NEGATIVE" "{what} must not be negative: {amount}" { what: &'static str, amount: String, }
    /// An amount has digits that its commodity does not count.
    TooFine "TOO_FINE" "{what} {amount} is finer than {commodity} is counted, {scale} digits after the point"
    { what: &'static str, amount: String, commodity: Commodity, scale: u8, }
    /// A commodity's scale is beyond what is supported.
    ScaleTooLarge "SCALE_TOO_LARGE" "{code} cannot have {scale} digits after the point, at most 18"
    { code: Commodity, scale: u8, }
    /// A sum or product does not fit.
    AmountTooLarge "AMOUNT_TOO_LARGE" "an amount is too large: at most fifteen digits before the point, and no sum or product of more than 28 in all" { }
    /// A rate or ratio outside its range.
    RateOutOfRange "RATE_OUT_OF_RANGE" "{what} must be a fraction from 0 to {most}, not {rate}"
    { what: &'static str, most: u8, rate: String, }
    /// One of two fields must be given, not none or both.
    ExactlyOne "EXACTLY_ONE" "exactly one of {fields} must be given" { fields: &'static str, }
    /// A field that one choice needs is left out.
    FieldNeeded "FIELD_NEEDED" "{field} must be given {when}" { field: &'static str, when: &'static str, }
    /// A field that has no meaning here.
    FieldNotAllowed "FIELD_NOT_ALLOWED" "{field} must not be given {when}" { field: &'static str, when: &'static str, }
    /// Something that an entry or a list may name once is named twice.
    NamedTwice "NAMED_TWICE" "{what} is named twice" { what: String, }
    /// A list that must not be empty is.
    Empty "EMPTY" "{what} must not be empty" { what: &'static str, }
    /// A text that must not be empty is, or is too long.
    BadText "BAD_TEXT" "{what} must have 1 to {most} characters" { what: &'static str, most: usize, }

    /// A commodity nobody declared.
    UnknownCommodity "UNKNOWN_COMMODITY" "the commodity {code} has not been declared" { code: Commodity, }
    /// A commodity declared anew with another scale.
    CommodityDiffers "COMMODITY_DIFFERS" "{code} has {held} digits after the point, not {asked}"
    { code: Commodity, held: u8, asked: u8, }
    /// A book the ledger does not have.
    UnknownBook "UNKNOWN_BOOK" "the ledger has no book {book}" { book: BookId, }
    /// A book named twice.
    BookTwice "BOOK_TWICE" "the book {book} is named twice" { book: BookId, }
    /// A wallet nobody opened.
    UnknownWallet "UNKNOWN_WALLET" "wallet {wallet} has not been opened" { wallet: WalletId, }
    /// A coin where money is asked for, or money where a coin is.
    WrongKind "WRONG_KIND" "{code} is {kind}" { code: Commodity, kind: &'static str, }
    /// A wallet opened twice.
    WalletTwice "WALLET_TWICE" "wallet {wallet} is open already" { wallet: WalletId, }
    /// A wallet holds something else.
    WalletHoldsOther "WALLET_HOLDS_OTHER" "wallet {wallet} holds {holds}, not {asked}"
    { wallet: WalletId, holds: Commodity, asked: Commodity, }
    /// A place that cannot play the part it is given.
    WrongPlace "WRONG_PLACE" "{place} cannot be {part}" { place: Place, part: &'static str, }
    /// A party nobody registered.
    UnknownParty "UNKNOWN_PARTY" "party {party} has not been registered" { party: PartyId, }
    /// A party registered twice.
    PartyTwice "PARTY_TWICE" "party {party} is registered already" { party: PartyId, }
    /// An account the ledger does not have.
    UnknownAccount "UNKNOWN_ACCOUNT" "there is no account {account}" { account: Account, }
    /// An account opened twice, or one of the chart.
    AccountTwice "ACCOUNT_TWICE" "account {account} exists already" { account: Account, }
    /// An account that only events may touch.
    ControlAccount "CONTROL_ACCOUNT" "account {account} takes no {what}"
    { account: Account, what: &'static str, }
    /// Coins that are not carried at fair value, or at less than the loss.
    NotTranslated "NOT_TRANSLATED"
    "book {book} carries {commodity} on {account} at {carried:#.2}, and translates only coins at fair value, down to nothing: not by {difference:#.2}"
    { book: BookId, account: Account, commodity: Commodity, carried: Money, difference: Money, }
    /// Money of no wallet.
    WalletNeeded "WALLET_NEEDED" "account {account} needs the wallet that the money lies in" { account: Account, }
    /// A policy that may not be chosen or changed so.
    PolicyNotAllowed "POLICY_NOT_ALLOWED" "book {book}: {why}" { book: BookId, why: &'static str, }

    /// A book has its opening already.
    OpeningTwice "OPENING_TWICE" "book {book} has its opening already" { book: BookId, }
    /// Something happens while some books have their opening and one has not.
    OpeningMissing "OPENING_MISSING" "book {book} has no opening yet, and others have: it comes before anything happens"
    { book: BookId, }
    /// A book opened after facts were recorded.
    OpeningTooLate "OPENING_TOO_LATE" "book {book} has facts already: its opening comes first" { book: BookId, }
    /// Two books' openings differ about the world.
    OpeningsDisagree "OPENINGS_DISAGREE" "the opening of book {book} differs in {what} from the one before"
    { book: BookId, what: &'static str, }
    /// An opening that does not balance.
    OpeningUnbalanced "OPENING_UNBALANCED" "the opening of book {book} does not balance: debits and credits differ by {difference:#.2}"
    { book: BookId, difference: Money, }
    /// A journal that does not balance.
    JournalUnbalanced "JOURNAL_UNBALANCED" "the journal does not balance: debits and credits differ by {difference:#.2}"
    { difference: Money, }

    /// An event needs a price that nobody observed in time.
    PriceMissing "PRICE_MISSING" "no price of {commodity} in {currency} has been observed by {effective}"
    { commodity: Commodity, currency: Commodity, effective: Effective, }
    /// A book takes prices that nobody observed in time.
    PriceMissingInBook "PRICE_MISSING_IN_BOOK"
    "book {book} takes prices of {commodity} in {currency}{terms}, and none has been observed by {effective}"
    { book: BookId, commodity: Commodity, currency: Commodity, terms: String, effective: Effective, }
    /// A mark names an observation that a book does not take.
    PriceNotTaken "PRICE_NOT_TAKEN"
    "book {book} takes prices of {commodity} in {currency}{terms}, and entry {number} observed that of {publisher} on {market} at {seen_at}"
    { book: BookId, commodity: Commodity, currency: Commodity, terms: String, number: u64, publisher: &'static str, market: &'static str, seen_at: Effective, }
    /// The latest price is older than the book's policy allows.
    PriceStale "PRICE_STALE"
    "book {book} takes prices of {commodity} no older than {hours} h on {effective}, and entry {number} observed the latest at {at}"
    { book: BookId, commodity: Commodity, number: u64, at: Effective, effective: Effective, hours: u32, }
    /// An observation that does not exist.
    UnknownObservation "UNKNOWN_OBSERVATION" "entry {number} has no observation of the price of {commodity}"
    { number: u64, commodity: Commodity, }
    /// An observation is replaced a second time.
    ObservationReplaced "OBSERVATION_REPLACED" "the observation of entry {number} was replaced by entry {by}"
    { number: u64, by: u64, }
    /// A price of the wrong currency.
    WrongCurrency "WRONG_CURRENCY" "{what} is in {given}, not in {expected}"
    { what: &'static str, given: Commodity, expected: Commodity, }

    /// The method is `specific` and no lots are named.
    LotsNotNamed "LOTS_NOT_NAMED" "book {book} takes the lots that the event names, and it names none" { book: BookId, }
    /// Lots are named where something else says which leave.
    LotsNotTaken "LOTS_NOT_TAKEN" "the lots named have no say in {books} on {day}: {order}"
    { books: String, day: Day, order: String, }
    /// An instruction about lots that cannot be followed.
    InstructionNotAllowed "INSTRUCTION_NOT_ALLOWED" "the instruction for book {book}: {why}" { book: BookId, why: &'static str, }
    /// A named lot is not there.
    UnknownLot "UNKNOWN_LOT" "book {book} has {held:#} of lot {lot} at {place}, {short:#} less than named"
    { book: BookId, lot: LotId, place: Place, held: Units, short: Units, }
    /// Named lots do not add up.
    LotsDoNotAddUp "LOTS_DO_NOT_ADD_UP" "the lots named for book {book} hold {named:#}, not the {asked:#} that leave"
    { book: BookId, named: Units, asked: Units, }

    /// A facility nobody opened.
    UnknownFacility "UNKNOWN_FACILITY" "facility {facility} has not been opened" { facility: FacilityId, }
    /// A facility opened twice.
    FacilityTwice "FACILITY_TWICE" "facility {facility} was opened before" { facility: FacilityId, }
    /// A facility that has ended.
    FacilityIsRetired "FACILITY_IS_RETIRED" "facility {facility} was retired" { facility: FacilityId, }
    /// More is drawn than may be.
    OverLimit "OVER_LIMIT" "facility {facility} has {left:#} {currency} left to draw, not {asked:#}"
    { facility: FacilityId, left: Units, currency: Commodity, asked: Units, }
    /// More principal is repaid than owed.
    PrincipalExceeded "PRINCIPAL_EXCEEDED" "facility {facility} owes {owed:#} {currency} of principal, not {asked:#}"
    { facility: FacilityId, owed: Units, currency: Commodity, asked: Units, }
    /// More interest is paid than accrued.
    InterestNotAccrued "INTEREST_NOT_ACCRUED" "facility {facility} owes {owed:#} {currency} of accrued interest, not {asked:#}"
    { facility: FacilityId, owed: Units, currency: Commodity, asked: Units, }
    /// Interest is accrued through a day that is not after the last.
    AccrualOutOfOrder "ACCRUAL_OUT_OF_ORDER" "interest on {facility} is accrued through {last} already, {asked} is not after it"
    { facility: FacilityId, last: Day, asked: Day, }
    /// Interest is accrued through a day after the entry's own.
    AccrualAhead "ACCRUAL_AHEAD" "on {day} interest through {asked} has not run yet"
    { asked: Day, day: Day, }
    /// Interest of a day whose rate nobody has set.
    RateNotSet "RATE_NOT_SET" "facility {facility} has no rate for {day}: its index has not been reset by then"
    { facility: FacilityId, day: Day, }
    /// A reset that goes back before another, or before what is accrued.
    ResetOutOfOrder "RESET_OUT_OF_ORDER" "the index of {facility} cannot change from {from} on: a later day is reset or accrued already"
    { facility: FacilityId, from: Day, }
    /// A fixed rate is reset.
    RateIsFixed "RATE_IS_FIXED" "facility {facility} has a fixed rate, which no index changes" { facility: FacilityId, }
    /// Cost cannot be spread over a debt that has no end.
    NoMaturity "NO_MATURITY" "facility {facility} has no maturity, so its cost has no life to be charged over"
    { facility: FacilityId, }
    /// Issue cost is charged through a day that is not after the last.
    AmortisedAlready "AMORTISED_ALREADY" "the issue cost of {facility} is charged through {last} already, {asked} is not after it"
    { facility: FacilityId, last: Day, asked: Day, }
    /// The cash-flow test says another treatment than the amendment does.
    TreatmentContradictsTest "TREATMENT_CONTRADICTS_TEST" "cash flows that differ by {difference} are {treatment}"
    { difference: String, treatment: &'static str, }
    /// New terms that the facility's state does not allow.
    AmendmentNotAllowed "AMENDMENT_NOT_ALLOWED" "facility {facility} cannot be amended so: {why}"
    { facility: FacilityId, why: &'static str, }
    /// What a liquidation brought is not what it went to.
    LiquidationDoesNotAddUp "LIQUIDATION_DOES_NOT_ADD_UP" "proceeds less fee are {received:#}, principal, interest and surplus {applied:#}"
    { received: Units, applied: Units, }
    /// A facility that still owes or holds something is retired.
    StillOwed "STILL_OWED" "facility {facility} cannot be retired: {what}" { facility: FacilityId, what: String, }
    /// A call is not open, or one is open already.
    MarginCallState "MARGIN_CALL_STATE" "facility {facility} {what}" { facility: FacilityId, what: &'static str, }

    /// A commitment nobody made.
    UnknownCommitment "UNKNOWN_COMMITMENT" "there is no commitment {commitment}" { commitment: CommitmentId, }
    /// A commitment made twice.
    CommitmentTwice "COMMITMENT_TWICE" "the commitment {commitment} exists already" { commitment: CommitmentId, }
    /// More is paid on a commitment than is outstanding.
    CommitmentExceeded "COMMITMENT_EXCEEDED" "{outstanding:#} {currency} of commitment {commitment} are outstanding, not {asked:#}"
    { commitment: CommitmentId, outstanding: Units, currency: Commodity, asked: Units, }
    /// A schedule that does not add up to its commitment.
    ScheduleDoesNotAddUp "SCHEDULE_DOES_NOT_ADD_UP" "the schedule of {commitment} adds up to {sum:#}, not {amount:#}"
    { commitment: CommitmentId, sum: Units, amount: Units, }
    /// A derivative nobody opened.
    UnknownDerivative "UNKNOWN_DERIVATIVE" "derivative {derivative} has not been opened" { derivative: DerivativeId, }
    /// A derivative opened twice.
    DerivativeTwice "DERIVATIVE_TWICE" "derivative {derivative} was opened before" { derivative: DerivativeId, }
    /// A derivative that has ended.
    DerivativeIsSettled "DERIVATIVE_IS_SETTLED" "derivative {derivative} was settled" { derivative: DerivativeId, }

    /// A commitment that was called off.
    CommitmentIsCancelled "COMMITMENT_IS_CANCELLED" "the commitment {commitment} was cancelled on {day}"
    { commitment: CommitmentId, day: Day, }
    /// A commitment is lowered below what was paid or invoiced on it.
    AmendedBelowDone "AMENDED_BELOW_DONE" "{done:#} {currency} of commitment {commitment} are paid or invoiced, more than {asked:#}"
    { commitment: CommitmentId, done: Units, currency: Commodity, asked: Units, }
    /// An invoice uses more deposits than there are.
    DepositsExceeded "DEPOSITS_EXCEEDED" "commitment {commitment} has {left:#} {currency} of deposits left, not {asked:#}"
    { commitment: CommitmentId, left: Units, currency: Commodity, asked: Units, }
    /// A cancellation does not say what becomes of all deposits.
    DepositsNotSettled "DEPOSITS_NOT_SETTLED" "{left:#} {currency} of deposits on commitment {commitment} are left, and {asked:#} are refunded or forfeited"
    { commitment: CommitmentId, left: Units, currency: Commodity, asked: Units, }
    /// More is paid on invoices than is owed.
    InvoicesExceeded "INVOICES_EXCEEDED" "{owed:#} {currency} are owed on {of}, not {asked:#}"
    { of: String, owed: Units, currency: Commodity, asked: Units, }
    /// More interest is capitalised than was incurred.
    InterestNotIncurred "INTEREST_NOT_INCURRED" "facility {facility} has {left:#} {currency} of interest incurred and not capitalised, not {asked:#}"
    { facility: FacilityId, left: Units, currency: Commodity, asked: Units, }
    /// A part is larger than what it is a part of.
    PartExceedsWhole "PART_EXCEEDS_WHOLE" "{part} {given:#} is more than {whole} {most:#}"
    { part: &'static str, given: Units, whole: &'static str, most: Units, }
    /// An account of a book holds less than an event takes from it.
    BalanceShort "BALANCE_SHORT" "book {book} has {held:#.2} of it on account {account}, not {asked:#.2}"
    { book: BookId, account: Account, held: Money, asked: Money, }
    /// An asset nobody placed in service.
    UnknownAsset "UNKNOWN_ASSET" "asset {asset} was not placed in service" { asset: AssetId, }
    /// An asset placed in service twice.
    AssetTwice "ASSET_TWICE" "asset {asset} was placed in service before" { asset: AssetId, }
    /// An asset that is gone.
    AssetIsDisposed "ASSET_IS_DISPOSED" "asset {asset} was disposed of" { asset: AssetId, }
    /// Depreciation of a month is charged twice.
    DepreciationTwice "DEPRECIATION_TWICE" "depreciation of {what} is charged through {last}, and no month after that has ended by {asked}"
    { what: String, last: Day, asked: Day, }
    /// Depreciation is charged through a day after the entry's own.
    DepreciationAhead "DEPRECIATION_AHEAD" "on {day} depreciation through {asked} cannot be charged yet"
    { asked: Day, day: Day, }
    /// What an asset is carried at cannot be said before months gone by are charged.
    DepreciationBehind "DEPRECIATION_BEHIND" "depreciation of asset {asset} through {due} comes first" { asset: AssetId, due: Day, }
    /// An impairment that is none.
    NotImpaired "NOT_IMPAIRED" "asset {asset} is carried at {carrying:#.2}, not more than {to:#.2}"
    { asset: AssetId, carrying: Money, to: Money, }
    /// A contract nobody signed.
    UnknownContract "UNKNOWN_CONTRACT" "there is no contract {contract} for {of}" { contract: ContractId, of: &'static str, }
    /// A contract signed twice.
    ContractTwice "CONTRACT_TWICE" "the contract {contract} exists already" { contract: ContractId, }
    /// A term or period that ends before it begins.
    EndsBeforeStart "ENDS_BEFORE_START" "{what} ends on {to}, before {from}, when it begins" { what: &'static str, from: Day, to: Day, }
    /// A line of business that cannot have such a cost.
    SegmentNotAllowed "SEGMENT_NOT_ALLOWED" "{what} cannot belong to the segment {segment}" { what: &'static str, segment: Segment, }

    /// Shares times price is far from the proceeds stated.
    ProceedsDiffer "PROCEEDS_DIFFER" "shares times price is {computed:#}, more than one unit of price away from {stated:#}"
    { computed: Money, stated: Money, }
    /// A fee, costs or par exceed what was received.
    ProceedsExceeded "PROCEEDS_EXCEEDED" "what is deducted exceeds the {proceeds:#.2} received" { proceeds: Money, }
    /// An entry that does not exist.
    UnknownEntry "UNKNOWN_ENTRY" "there is no entry {number}" { number: u64, }
    /// An entry that no reversal undoes.
    NotReversible "NOT_REVERSIBLE" "entry {number} cannot be reversed: {why}" { number: u64, why: &'static str, }
    /// An entry is reversed a second time.
    ReversedTwice "REVERSED_TWICE" "entry {number} was reversed by entry {by}" { number: u64, by: u64, }
    /// A reversal comes before the entry that it reverses.
    ReversedTooEarly "REVERSED_TOO_EARLY" "entry {number} comes after its reversal in accounting order" { number: u64, }
    /// Something that an entry brought or changed was changed by another since.
    DependedOn "DEPENDED_ON" "entry {number} cannot be reversed: {what} was changed by entry {by} since"
    { number: u64, what: String, by: u64, }
    /// The day stated is not that of the entry.
    OtherDayStated "OTHER_DAY_STATED" "`on` says {on}, and the entry takes effect on {day}" { on: Day, day: Day, }
    /// A journal is to be mirrored before it stands.
    MirroredTooEarly "MIRRORED_TOO_EARLY" "a journal of {day} cannot reverse itself on {on}" { on: Day, day: Day, }
    /// Nobody enrolled the actor of an entry.
    UnknownActor "UNKNOWN_ACTOR" "{actor} has not been enrolled, and once anybody is, only those enrolled record" { actor: ActorId, }
    /// An entry that must be signed is not.
    SignatureMissing "SIGNATURE_MISSING" "the entry is not signed: since actors are enrolled, {actor} signs what {actor} records"
    { actor: ActorId, }
    /// A signature is not one over this entry for this ledger.
    SignatureInvalid "SIGNATURE_INVALID" "the signature is none of {actor} over this entry: {why}" { actor: ActorId, why: &'static str, }
    /// A sound signature by a key that is not the actor's.
    SignerNotEnrolled "SIGNER_NOT_ENROLLED" "the key that signs is not enrolled for {actor}" { actor: ActorId, }
    /// A sound signature by a key that counts no more.
    KeyRevoked "KEY_REVOKED" "the key that signs was {actor}'s until entry {by} revoked it" { actor: ActorId, by: u64, }
    /// The actor may not record such an event.
    RoleNotHeld "ROLE_NOT_HELD" "{actor} is not {needed}, who may record {what}" { actor: ActorId, what: &'static str, needed: String, }
    /// Something that one person alone cannot do.
    NeedsApproval "NEEDS_APPROVAL" "{what} needs an approval by another actor, {why}" { what: &'static str, why: String, }
    /// Approvals are spoken of where nobody could be told from another.
    NobodyToApprove "NOBODY_TO_APPROVE" "nobody is enrolled, so nobody could approve what another proposes" { }
    /// A policy that those enrolled could not follow.
    TooFewApprovers "TOO_FEW_APPROVERS" "a rule asks for {asked} approvals, and {approvers} actors with a key in force are approvers"
    { asked: u8, approvers: usize, }
    /// A proposal, an approval or a rejection with something beside it.
    ProposalStandsAlone "PROPOSAL_STANDS_ALONE" "a proposal, an approval and a rejection share their entry with nothing else" { }
    /// Something that is recorded directly or not at all.
    NotToBeProposed "NOT_TO_BE_PROPOSED" "{what} cannot be proposed" { what: &'static str, }
    /// A proposal in another's name.
    ProposedForAnother "PROPOSED_FOR_ANOTHER" "the entry names {named} as who records it, and {actor} proposes it"
    { named: ActorId, actor: ActorId, }
    /// A proposal's hash is not that of its payload.
    PayloadHashDiffers "PAYLOAD_HASH_DIFFERS" "the payload has the hash {hash}, not {stated}"
    { stated: Sha256Hex, hash: Sha256Hex, }
    /// A proposal asks for less than the policy demands.
    AsksTooLittle "ASKS_TOO_LITTLE" "the proposal asks for {asked} approvals{asked_board}; what it proposes needs {needed}{needed_board}"
    { asked: u8, asked_board: &'static str, needed: u8, needed_board: &'static str, }
    /// An id that a payload has already.
    IdProposed "ID_PROPOSED" "the id {id} is that of what entry {number} proposed" { number: u64, id: EntryId, }
    /// An approval or rejection of no proposal.
    UnknownProposal "UNKNOWN_PROPOSAL" "entry {number} is no proposal" { number: u64, }
    /// An approval or rejection of what is settled.
    ProposalSettled "PROPOSAL_SETTLED" "proposal {number} was {what} by entry {by}" { number: u64, what: &'static str, by: u64, }
    /// An approval of another payload than the proposal's.
    OtherPayload "OTHER_PAYLOAD" "proposal {number} has the hash {hash}, and the approval names {given}"
    { number: u64, hash: Sha256Hex, given: Sha256Hex, }
    /// Maker and checker are one.
    OwnProposal "OWN_PROPOSAL" "{actor} proposed entry {number}, and another must approve of it" { actor: ActorId, number: u64, }
    /// An actor approves twice.
    ApprovedTwice "APPROVED_TWICE" "{actor} approved of proposal {number} by entry {by}, and counts once"
    { actor: ActorId, number: u64, by: u64, }
    /// The last approval names no resolution, and none before it did.
    BoardMissing "BOARD_MISSING" "proposal {number} asks for a resolution of the board, and no approval names one" { number: u64, }
    /// More than the actor's limit.
    OverActorLimit "OVER_ACTOR_LIMIT" "{actor} is limited to {limit:#.2} an entry, and it debits {amount:#.2}"
    { actor: ActorId, limit: Money, amount: Money, }
    /// A family beyond the actor's limits.
    FamilyNotHeld "FAMILY_NOT_HELD" "{actor} is limited to {named}, and {what} is of the family {family}"
    { actor: ActorId, what: &'static str, family: &'static str, named: String, }
    /// The first enrolment does not make a root for later ones.
    FirstEnrolment "FIRST_ENROLMENT" "the first enrolment: {why}" { why: &'static str, }
    /// A key that is or was somebody's is enrolled again.
    KeyTwice "KEY_TWICE" "the key was enrolled for {actor} by entry {by}; a key is enrolled once" { actor: ActorId, by: u64, }
    /// A revocation of what is not in force.
    NothingToRevoke "NOTHING_TO_REVOKE" "{actor} has no such key in force" { actor: ActorId, }
    /// A revocation would leave nobody to enrol others.
    LastAdmin "LAST_ADMIN" "without that key of {actor} no admin is left" { actor: ActorId, }
    /// Nobody would be left who could enrol others.
    NobodyCouldEnrol "NOBODY_COULD_ENROL" "nobody could be enrolled any more: an admin proposes that, and {asked} of the others, approvers or admins, must approve"
    { asked: u8, }
    /// Something happens on a day that is closed.
    PeriodIsClosed "PERIOD_CLOSED" "{day} is closed: entry {by} closed everything through {through}"
    { day: Day, through: Day, by: u64, }
    /// A period is closed that is closed already.
    ClosedAlready "CLOSED_ALREADY" "book {book} is closed through {through} by entry {by}"
    { book: BookId, through: Day, by: u64, }
    /// A period is closed before it has ended.
    ClosedAhead "CLOSED_AHEAD" "on {day} the period through {through} has not ended" { through: Day, day: Day, }
    /// A period is opened again that is open.
    NotClosed "NOT_CLOSED" "book {book} is not closed on {from}" { book: BookId, from: Day, }
    /// Something is missing for a close and not waived.
    NotReadyToClose "NOT_READY_TO_CLOSE" "book {book} cannot be closed through {through}: {what}"
    { book: BookId, through: Day, what: String, }
    /// A close states another seal than the books have.
    SealDiffers "SEAL_DIFFERS" "the seal of book {book} through {through} is {hash}, under rules {rules}"
    { book: BookId, through: Day, hash: Sha256Hex, rules: u8, }
    /// A close states the seal of a book that it does not close.
    SealUnasked "SEAL_UNASKED" "the close is not of book {book}, whose seal it states" { book: BookId, }
    /// A close shares its entry with something else.
    CloseStandsAlone "CLOSE_STANDS_ALONE" "a close shares its entry with nothing but other closes" { }
    /// A statement is recorded a second time.
    StatementTwice "STATEMENT_TWICE" "that statement of {account} was recorded by entry {by}" { account: String, by: u64, }
    /// A statement of the chain that begins after it ends.
    BlocksOutOfOrder "BLOCKS_OUT_OF_ORDER" "the lines begin after block {after}, and the last block is {height}"
    { after: u64, height: u64, }
    /// A statement takes the place of what is no statement of its source, or whose place another took.
    NothingToReplace "NOTHING_TO_REPLACE" "entry {number} has no statement of {account} by this source whose place could be taken"
    { account: String, number: u64, }
    /// A statement or a comparison of days that have not ended.
    ComparedAhead "COMPARED_AHEAD" "{what} through {through} cannot be recorded on {day}"
    { what: &'static str, through: Day, day: Day, }
    /// What is compared is not said clearly.
    SubjectNotClear "SUBJECT_NOT_CLEAR" "{place} cannot be compared in {commodity}: {why}"
    { place: Place, commodity: Commodity, why: &'static str, }
    /// An account is compared with nothing.
    NoStatement "NO_STATEMENT" "no statement of {account} through {through} or earlier is recorded" { account: String, through: Day, }
    /// So much is left over that the comparison is of the wrong account, or by the wrong rules.
    TooManyBreaks "TOO_MANY_BREAKS" "a reconciliation of {count} breaks is none; {most} may be recorded" { count: usize, most: usize, }
    /// A break that no run has found.
    UnknownBreak "UNKNOWN_BREAK" "no reconciliation has found the break {name}" { name: BreakId, }
    /// An entry that compared nothing is signed off.
    NotARun "NOT_A_RUN" "entry {number} is no reconciliation" { number: u64, }
    /// A reconciliation is signed off that another has replaced.
    RunSuperseded "RUN_SUPERSEDED" "{account} was compared again by entry {by}" { account: String, by: u64, }
    /// A reconciliation is signed off twice.
    SignedOffAlready "SIGNED_OFF_ALREADY" "the reconciliation of entry {run} was signed off by entry {by}" { run: u64, by: u64, }
    /// A reconciliation is signed off while nobody answers for some of its breaks.
    BreaksOpen "BREAKS_OPEN" "{count} breaks of {account} are not explained, the first is {first}"
    { count: u64, account: String, first: BreakId, }
    /// Whoever compared signs off as well.
    SignedByPreparer "SIGNED_BY_PREPARER" "{actor} recorded entry {run}, which another actor signs off" { actor: ActorId, run: u64, }
    /// A measurement that does not balance: a defect of the ledger, not of the entry.
    DoesNotBalance "DOES_NOT_BALANCE" "the posting rule does not balance by {difference:#.2}; nothing was recorded" { difference: Money, }
}

impl From<Overflow> for Refusal {
    fn from(_: Overflow) -> Refusal {
        Refusal::AmountTooLarge {}
    }
}

impl From<NotAJournal> for Refusal {
    fn from(why: NotAJournal) -> Refusal {
        match why {
            NotAJournal::Unbalanced(difference) => Refusal::DoesNotBalance { difference },
            NotAJournal::Overflow(overflow) => overflow.into(),
        }
    }
}
