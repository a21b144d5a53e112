//! The ledger itself, its prices, openings, corrections and owners, in sentences.

use ledger_core::event::Event;
use ledger_core::event::books::{
    ActorEnrolled, FairValueMarked, JournalRecorded, LedgerOpened, OpeningRecorded, PeriodClosed,
    WalletOpened,
};
use ledger_core::ids::BookId;
use ledger_core::money::Money;

use super::{Words, besides, party};
use crate::render::figures::{grouped, so_many};

impl Words<'_> {
    pub(super) fn of_books(&self, event: &Event) -> String {
        if let Event::LedgerOpened(e) = event {
            opened(e)
        } else if let Event::PolicyAdopted(e) = event {
            format!("Book {} changes its rules from {} on ({})", e.book, e.from, e.transition)
        } else if let Event::CommodityDeclared(e) = event {
            format!("{} is counted to {} digits after the point", e.code, e.scale)
        } else if let Event::AccountOpened(e) = event {
            format!("Account {} {} is opened", e.code, e.name)
        } else if let Event::WalletOpened(e) = event {
            wallet(e)
        } else if let Event::PartyRegistered(e) = event {
            let name = e.name.as_ref().map_or_else(String::new, |name| format!(", {name}"));
            let related = if e.related_party { ", a related party" } else { "" };
            format!("{}{name} is known from now on{related}", e.party)
        } else if let Event::OpeningRecorded(e) = event {
            opening(e)
        } else if let Event::PriceObserved(e) = event {
            let price = self.price(e.price);
            format!(
                "{} stood at {price} {} on {} at {}, says {}",
                e.commodity, e.currency, e.market, e.at, e.source
            )
        } else if let Event::FairValueMarked(e) = event {
            self.marked(e)
        } else if let Event::PeriodClosed(e) = event {
            closed(e)
        } else if let Event::PeriodReopened(e) = event {
            format!("The days from {} on are open again: {}", e.from, e.reason)
        } else if let Event::LotInstructionRecorded(e) = event {
            format!("Which lots leave book {} is instructed, given at {}", e.book, e.given_at)
        } else {
            self.of_corrections(event)
        }
    }

    fn of_corrections(&self, event: &Event) -> String {
        if let Event::JournalRecorded(e) = event {
            self.journal(e)
        } else if let Event::EvidenceAttached(e) = event {
            format!("A document supports entry {}: {}", e.entry, e.evidence.name)
        } else if let Event::TextErased(e) = event {
            format!("The text {} is erased: {}", e.text, e.reason)
        } else if let Event::EntryReversed(e) = event {
            format!("Entry {} is reversed: {}", e.entry, e.reason)
        } else if let Event::OperatingMetricRecorded(e) = event {
            let value = grouped(e.value.decimal(), 0);
            format!(
                "{} was {value} {} from {} to {}, says {}",
                e.name, e.unit, e.period.from, e.period.to, e.source
            )
        } else if let Event::ActorEnrolled(e) = event {
            enrolled(e)
        } else if let Event::ActorRevoked(e) = event {
            format!("{} may record no more with that key: {}", e.actor, e.reason)
        } else if let Event::ApprovalPolicyAdopted(e) = event {
            let rules = e.rules.len();
            format!("From here on {rules} rules say what needs the approval of others")
        } else if let Event::EntryProposed(e) = event {
            let names: Vec<&str> = e.payload.entry().events.iter().map(Event::name).collect();
            format!("{} is proposed, and asks for {} approvals", names.join(", "), e.asks())
        } else if let Event::EntryApproved(e) = event {
            format!("Proposal {} is approved, and waits for more approvals", e.proposal)
        } else if let Event::EntryRejected(e) = event {
            format!("Proposal {} is rejected: {}", e.proposal, e.reason)
        } else if let Event::StatementRecorded(e) = event {
            let (account, source, to, closing) = (&e.account, &e.source, e.to, e.closing);
            let block =
                e.chain.as_ref().map(|at| format!(", through block {}", at.height)).unwrap_or_default();
            let instead = e.replaces.map_or_else(String::new, |first| match e.chain {
                Some(_) => format!(", in place of what was stated from entry {first} on"),
                None => format!(", in place of what entry {first} stated"),
            });
            let from = e.document.map_or_else(String::new, |hash| format!(", read from document {hash}"));
            let lines = so_many(e.lines, "line");
            format!("{source} states {closing:#} for {account} on {to}{block}, by {lines}{instead}{from}")
        } else if let Event::ReconciliationRun(e) = event {
            let (lines, breaks) = (so_many(e.matched, "line"), so_many(e.breaks.len() as u64, "break"));
            format!("{} is compared through {}: {lines} matched, {breaks}", e.account, e.through)
        } else if let Event::BreakExplained(e) = event {
            format!("The break {} is {}: {}", e.r#break, e.kind, e.reason)
        } else if let Event::ReconciliationSignedOff(e) = event {
            format!("The reconciliation of entry {} is signed off", e.run)
        } else if let Event::TranslationRecorded(e) = event {
            format!(
                "Translation changes account {} of book {} by {}",
                e.account,
                e.book,
                self.amount(e.amount)
            )
        } else if let Event::SharesIssued(e) = event {
            let costs = besides(self, e.costs, "less costs of");
            let shares = grouped(e.shares.decimal(), 0);
            let to = party("to", e.party);
            format!("{shares} shares are issued{to} at {}, paid into {}{costs}", self.price(e.price), e.to)
        } else if let Event::SharesRepurchased(e) = event {
            let fee = besides(self, e.fee, "for a fee of");
            let shares = grouped(e.shares.decimal(), 0);
            format!("{shares} shares are bought back at {}, paid from {}{fee}", self.price(e.price), e.from)
        } else {
            event.name().to_owned()
        }
    }

    fn marked(&self, e: &FairValueMarked) -> String {
        let price = e.price.map_or_else(
            || match e.from_observation {
                Some(number) => format!("the price that entry {number} observed"),
                None => "the latest price observed".to_owned(),
            },
            |price| self.price(price),
        );
        format!("All {} is measured at {price}, where a book carries it at what it is worth", e.commodity)
    }

    fn journal(&self, e: &JournalRecorded) -> String {
        let debits = Money::sum(e.lines.iter().filter_map(|line| line.debit)).unwrap_or_default();
        let back = e.reverses_on.map_or_else(String::new, |day| format!(", and taken back on {day}"));
        format!("A journal of {} is recorded by hand in {}{back}", self.money(debits), in_book(e.book))
    }
}

fn opened(e: &LedgerOpened) -> String {
    let books: Vec<&str> = e.books.iter().map(|book| book.book.as_str()).collect();
    format!(
        "The ledger of {} is opened in {}, with the books {}",
        e.entity,
        e.functional_currency,
        books.join(", ")
    )
}

fn wallet(e: &WalletOpened) -> String {
    let holds = e.commodity.or(e.currency).map_or_else(String::new, |holds| format!(" for {holds}"));
    let by = party("with", e.custodian);
    format!("Wallet {} is opened{holds}{by} ({})", e.wallet, e.kind)
}

fn opening(e: &OpeningRecorded) -> String {
    let counts = [
        (e.lots.len(), "lot"),
        (e.balances.len(), "balance"),
        (e.facilities.len(), "loan"),
        (e.assets.len(), "asset"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = counts.map(|(count, what)| so_many(*count as u64, what)).collect();
    format!("What was there when the ledger began goes into {}: {}", in_book(e.book), told.join(", "))
}

fn closed(e: &PeriodClosed) -> String {
    let waived = match e.waivers.len() {
        0 => String::new(),
        waived => format!(", with {waived} checks waived"),
    };
    format!("The days to {} are closed in {} and sealed{waived}", e.through, in_book(e.book))
}

fn enrolled(e: &ActorEnrolled) -> String {
    let roles: Vec<&str> = e.roles.iter().map(|role| role.as_str()).collect();
    format!("{} is enrolled as {}", e.actor, roles.join(", "))
}

fn in_book(book: Option<BookId>) -> String {
    book.map_or_else(|| "all books".to_owned(), |book| format!("book {book}"))
}
