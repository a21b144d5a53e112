//! A wallet as the chain has it, by its descriptors: a statement through a block, with the block's hash and time. It follows
//! the last one whose block is still in the chain, and takes the place of those whose blocks are not.
//!
//! The balance at a block is that at the end of the chain, less what moved since. It is not believed as it comes: each coin
//! found by the scan must have come in a block looked through, or before them, and not have gone; and the balance must go on
//! where the last statement ended.

mod blocks;
mod document;
mod movements;
mod series;
mod typed;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ledger_core::event::StatementRecorded;
use ledger_core::event::books::{AtBlock, Subject};
use ledger_core::evidence::Sha256Hex;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Statement};
use ledger_core::time::{Day, Effective, Instant, Zone};

use super::statement::Given;
use crate::diagnostic::Failure;
use crate::io::Io;
use crate::node::{Activity, Address, Client, Scan};
use crate::render::shown;
use blocks::Blocks;
use movements::Moved;
pub(super) use series::Gone;
use series::Series;
pub(super) use typed::{OfJob, of_job, typed};
use wanted::Wanted;

/// How often the chain may move while it is asked.
const TRIES: u32 = 3;
/// More blocks than any chain will have for a hundred years: heights beyond are not counted with.
const HEIGHT_MOST: u64 = 10_000_000;
/// From how many blocks on a person is told that it takes a while.
const MANY: u64 = 2_000;

/// A node, and what is asked of it.
#[derive(Debug, Clone)]
pub(crate) struct Wallet {
    /// Where it listens.
    pub(crate) node: Address,
    /// The file that says who may ask.
    pub(crate) cookie: Option<PathBuf>,
    /// The chain that it must be of.
    pub(crate) network: String,
    /// What finds the wallet's coins.
    pub(crate) descriptors: Vec<String>,
    /// Up to which address of each.
    pub(crate) range: u32,
    /// The first block of a series, where the day of the ledger's opening is not meant.
    pub(crate) from_height: Option<u64>,
    /// The last block.
    pub(crate) through_height: Option<u64>,
    /// How deep the last block must lie.
    pub(crate) confirmations: u64,
    /// Whether a new series takes the place of what was stated before.
    pub(crate) anew: bool,
}

/// What the ledger knows, and how it counts days.
pub(super) struct Known<'a> {
    pub(super) account: &'a Subject,
    /// The statements of the account that hold, by entry.
    pub(super) statements: &'a [(u64, StatementRecorded)],
    /// The day it was opened.
    pub(super) opened: Day,
    pub(super) zone: Zone,
    /// The last day asked for.
    pub(super) through: Option<Day>,
}

/// What was answered.
pub(super) struct Asked {
    /// A statement, unless nothing happened since the last one.
    pub(super) given: Option<Given>,
    /// The last day of it, or of the last one.
    pub(super) to: Day,
    /// Statements whose blocks are no longer in the chain.
    pub(super) gone: Vec<Gone>,
}

impl Asked {
    /// Whether a recorded statement still counts: not one whose place is taken, nor one of later blocks than were asked.
    pub(super) fn leaves(&self, wallet: &Wallet, number: u64, stated: &StatementRecorded) -> bool {
        let Some(at) = stated.chain.as_ref().filter(|_| stated.source == series::source(&wallet.network))
        else {
            return true;
        };
        let replaced =
            self.given.as_ref().and_then(|given| given.replaces).is_some_and(|first| first <= number);
        let is_gone = self.gone.iter().any(|one| one.number == number);
        !replaced && !is_gone && wallet.through_height.is_none_or(|height| at.height <= height)
    }
}

/// Asks a node for a statement.
pub(super) fn ask(wallet: &Wallet, known: &Known<'_>, io: &mut Io) -> Result<Asked, Failure> {
    if known.account.commodity.as_str() != "BTC" {
        let account = known.account;
        return Err(Failure::usage(format!(
            "the chain says nothing of {account}: a node is asked about BTC"
        )));
    }
    let node = Client::new(wallet.node.clone(), wallet.cookie.as_deref())?;
    if !wallet.node.is_here() {
        io.note(format!(
            "{} is not this machine: what is asked and who asks go there unencrypted",
            wallet.node
        ));
    }
    let wanted = Wanted::of(&node, wallet)?;
    let mut tried = 1;
    loop {
        match (Inquiry { wallet, known, node: &node, wanted: &wanted }).once(io) {
            Err(Failure::Refused { code: "CHAIN_MOVED", .. }) if tried < TRIES => tried += 1,
            done => return done,
        }
    }
}

/// A question as long as the chain does not move.
struct Inquiry<'a> {
    wallet: &'a Wallet,
    known: &'a Known<'a>,
    node: &'a Client,
    wanted: &'a Wanted,
}

/// The blocks that a statement is of.
struct Period {
    /// The block before the first; none where only a balance is stated.
    after: Option<u64>,
    /// The last.
    through: u64,
    /// The first day, and the last where that is known to be over.
    days: (Option<Day>, Option<Day>),
}

impl Inquiry<'_> {
    fn once(&self, io: &mut Io) -> Result<Asked, Failure> {
        let chain = self.node.chain()?;
        let (tip, network) = (chain.blocks, &self.wallet.network);
        if chain.chain != *network {
            let message = format!(
                "the node at {} is of the chain {}, and {network} is asked",
                self.wallet.node,
                shown(&chain.chain)
            );
            return Err(Failure::refused("NODE_OTHER_NETWORK", message));
        }
        if tip > HEIGHT_MOST {
            return Err(blocks::contradiction(format!("no chain has {tip} blocks")));
        }
        if chain.headers > tip {
            io.note(format!("the node has checked {tip} of {} blocks", chain.headers));
        }
        let blocks = Blocks { node: self.node, tip };
        let (last, day_over) = self.last_block(&blocks)?;
        let series = Series::of(self.wallet, self.known, &self.wanted.fingerprint, &blocks, last)?;
        // Of the same block there is more to say only where a later day is known to be over.
        let is_said = |base: &StatementRecorded| day_over.is_none_or(|day| day <= base.to);
        let same_block = series.base.as_ref().filter(|(_, base, at)| at.height == last && is_said(base));
        if let Some((_, base, _)) = same_block {
            return Ok(Asked { given: None, to: base.to, gone: series.gone });
        }
        let period = self.period(&blocks, &series, last, day_over)?;
        if let Some(first) = chain.pruneheight.filter(|first| period.after.unwrap_or(last) + 1 < *first) {
            let from = period.after.unwrap_or(last) + 1;
            let message = format!("block {from} is needed, and the node keeps those from {first} on");
            return Err(Failure::refused("BLOCKS_PRUNED", message));
        }
        let found = self.look_through(&blocks, &series, &period, io)?;
        self.made(&series, &period, found)
    }

    /// The last block, and the day that it is known to end, where a day was asked for.
    fn last_block(&self, blocks: &Blocks<'_>) -> Result<(u64, Option<Day>), Failure> {
        let least = self.wallet.confirmations.max(1);
        let deep_enough = (blocks.tip + 1).checked_sub(least);
        if let Some(height) = self.wallet.through_height {
            if height > blocks.tip {
                let message =
                    format!("block {height} is not there yet: the node's last one is {}", blocks.tip);
                return Err(Failure::refused("HEIGHT_UNKNOWN", message));
            }
            let has = blocks.tip - height + 1;
            if has < least {
                let message = format!("block {height} is confirmed {has} times, fewer than {least}");
                return Err(Failure::refused("HEIGHT_NOT_CONFIRMED", message));
            }
            return Ok((height, None));
        }
        let deep_enough = deep_enough.ok_or_else(|| {
            let message =
                format!("no block is confirmed {least} times: the node's last one is {}", blocks.tip);
            Failure::refused("HEIGHT_NOT_CONFIRMED", message)
        })?;
        let Some(day) = self.known.through else { return Ok((deep_enough, None)) };
        Ok(match blocks.first_from(self.known.zone.end_of(day))? {
            Some(next) if next <= deep_enough + 1 => (next.saturating_sub(1), Some(day)),
            Some(_) | None => (deep_enough, None),
        })
    }

    fn period(
        &self,
        blocks: &Blocks<'_>,
        series: &Series,
        last: u64,
        day_over: Option<Day>,
    ) -> Result<Period, Failure> {
        if let Some((_, base, at)) = &series.base {
            return Ok(Period { after: Some(at.height), through: last, days: (Some(base.to), day_over) });
        }
        let opened = self.known.opened;
        let eve = Day::from_number(opened.number() - 1).unwrap_or(Day::FIRST);
        let (first, day) = match self.wallet.from_height {
            Some(height) => {
                let made = blocks.headers(&[height.min(blocks.tip)])?.pop().as_ref().map(blocks::time);
                (Some(height), made.map(|made| self.known.zone.day_of(Effective::At(made))))
            }
            None => (blocks.first_from(self.known.zone.end_of(eve))?, Some(opened)),
        };
        let after = first.filter(|first| *first <= last).map(|first| first.saturating_sub(1));
        let first_day = day.filter(|_| after.is_some());
        Ok(Period { after, through: last, days: (first_day, day_over) })
    }

    /// Scans the end of the chain, and looks through all blocks from the first one of the period up to it.
    fn look_through(
        &self,
        blocks: &Blocks<'_>,
        series: &Series,
        period: &Period,
        io: &mut Io,
    ) -> Result<Found, Failure> {
        let moved =
            |why: &str| Failure::refused("CHAIN_MOVED", format!("the chain moved while it was asked: {why}"));
        let after = period.after.unwrap_or(period.through);
        let count = blocks.tip.saturating_sub(after);
        if count > MANY {
            io.note(format!("looking through {count} blocks"));
        }
        let scan = self.node.scan(&self.wanted.objects)?;
        if !scan.success || scan.height < period.through {
            return Err(moved("the scan was broken off, or ends before the last block"));
        }
        // The chain may have grown while it was scanned.
        if scan.height > HEIGHT_MOST {
            let (height, tip) = (scan.height, blocks.tip);
            return Err(blocks::contradiction(format!(
                "the scan ends at block {height}, and the last is {tip}"
            )));
        }
        let hashes = self.node.hashes(after..=scan.height)?;
        if hashes.last() != Some(&scan.bestblock) {
            return Err(moved("the scan ends with a block that is no longer the last"));
        }
        if let Some((.., at)) = series.base.as_ref().filter(|(.., at)| hashes.first() != Some(&at.hash)) {
            return Err(moved(&format!("block {} is another one now", at.height)));
        }
        let wanted = self.relevant(hashes.get(1..).unwrap_or_default(), after + 1, scan.height)?;
        let wanted = wanted.ok_or_else(|| moved("a block that may be of the wallet is not one of those"))?;
        let activity = self.node.activity(&wanted, &self.wanted.objects)?;
        if self.node.hashes([scan.height].into_iter())?.first() != Some(&scan.bestblock) {
            return Err(moved("its last block is another one now"));
        }
        movements::agree(&scan, &activity, after)
            .map_err(|why| blocks::contradiction(format!("its scan and its blocks do not agree, {why}")))?;
        self.wanted.has_room(&scan, &activity)?;
        let moves = movements::by_transaction(&activity)?;
        let mut heights: Vec<u64> =
            moves.iter().map(|one| one.height).filter(|at| *at <= period.through).collect();
        heights.push(period.through);
        heights.sort_unstable();
        heights.dedup();
        let headers = blocks.headers(&heights)?;
        let at = |height: u64| hashes.get(usize::try_from(height.checked_sub(after)?).ok()?);
        if headers.iter().any(|header| at(header.height) != Some(&header.hash)) {
            return Err(moved("a block is another one now"));
        }
        let times =
            headers.iter().map(|header| (header.height, (header.hash, blocks::time(header)))).collect();
        Ok(Found { scan, activity, moves, times })
    }

    /// Those of the blocks that have to be looked through, all where the node has no filters; nothing where it names others.
    fn relevant(&self, hashes: &[Sha256Hex], from: u64, to: u64) -> Result<Option<Vec<Sha256Hex>>, Failure> {
        if hashes.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let Some(relevant) = self.node.relevant(&self.wanted.objects, from, to)? else {
            return Ok(Some(hashes.to_vec()));
        };
        let known: BTreeSet<[u8; 32]> = hashes.iter().map(|hash| hash.bytes()).collect();
        let are_known = relevant.iter().all(|hash| known.contains(&hash.bytes()));
        Ok(are_known.then_some(relevant))
    }

    fn made(&self, series: &Series, period: &Period, found: Found) -> Result<Asked, Failure> {
        let zone = self.known.zone;
        let bug = || Failure::Bug("a block was looked up and is not there".to_owned());
        let day = |time: Instant| zone.day_of(Effective::At(time));
        let (hash, time) = found.times.get(&period.through).copied().ok_or_else(bug)?;
        let since = |height: u64| {
            Units::sum(found.moves.iter().filter(|one| one.height > height).map(|one| one.units))
        };
        let total = found.scan.total_amount.0;
        let closing = total.minus(since(period.through)?)?;
        let opening = period.after.map(|after| total.minus(since(after)?)).transpose()?;
        series.goes_on(opening)?;
        let mut lines = Vec::new();
        for one in found.moves.iter().filter(|one| period.after.is_some() && one.height <= period.through) {
            let (_, time) = found.times.get(&one.height).ok_or_else(bug)?;
            lines.push(line(one, day(*time), self.known.account));
        }
        let (first, last) =
            (lines.iter().map(|line| line.day).min(), lines.iter().map(|line| line.day).max());
        let to = period.days.1.unwrap_or(day(time)).max(last.unwrap_or(Day::FIRST));
        let from = period.days.0.unwrap_or(to).min(first.unwrap_or(to)).min(to);
        let is_said = |base: &StatementRecorded| {
            lines.is_empty() && to == base.to && self.wallet.through_height.is_none()
        };
        if let Some((_, base, _)) =
            series.base.as_ref().filter(|(_, base, _)| series.replaces.is_none() && is_said(base))
        {
            return Ok(Asked { given: None, to: base.to, gone: Vec::new() });
        }
        let chain = AtBlock {
            network: self.wallet.network.clone(),
            height: period.through,
            hash,
            time,
            after: period.after,
            descriptors: self.wanted.fingerprint,
        };
        let source = series::source(&self.wallet.network);
        let document = document::of(&chain, &found.scan, &found.activity);
        let height = Some(chain.height);
        let statement = Statement { source, number: None, height, from, to, opening, closing, lines };
        let given = Given::of_chain(statement, chain, series.replaces, document);
        Ok(Asked { given: Some(given), to, gone: series.gone.clone() })
    }
}

/// What the node found.
struct Found {
    scan: Scan,
    activity: Vec<Activity>,
    moves: Vec<Moved>,
    /// Hashes and times of the blocks with movements and of the last, by height.
    times: BTreeMap<u64, (Sha256Hex, Instant)>,
}

/// A transaction's line: what the wallet has more or less after it, its fee included and its change left out.
fn line(one: &Moved, day: Day, account: &Subject) -> Line {
    let text = if one.units.is_negative() { "sent" } else { "received" };
    Line {
        day,
        units: one.units,
        commodity: account.commodity,
        references: vec![one.txid.clone()],
        text: text.to_owned(),
        place: format!("block {}", one.height),
    }
}
