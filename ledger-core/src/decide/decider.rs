//! The log as folded so far, ready to decide the next entry. It holds no entry: those that a late one makes it fold
//! again are read from the past.

use std::collections::{HashSet, VecDeque};
use std::ops::{ControlFlow, Range};

use super::approvals::{OnAmount, to_try};
use super::lockout::stays_open;
use super::{
    Accepted, Refused, Showing, Signer, Tried, books, check_declaration, check_form, check_time, closing,
    may_record, observed_once, reconciliation, reversal, try_events,
};
use crate::entry::{Entry, EntryId};
use crate::event::Event;
use crate::fold::{Fold, Posted};
use crate::refusal::Refusal;
use crate::replay::{Archive, Course, Standing, as_posted};
use crate::resolve::{Applied, Outline, Place, Question, Recorded, Seen};
use crate::time::{Effective, Instant, OrderKey};

/// What was recorded before, and standings kept on the way.
pub trait Past: Archive {
    /// A standing before a place, as late as there is one, that the outline lets stand with all of it known; what it
    /// declares does not matter.
    fn before(&self, place: Place, outline: &Outline) -> Option<Standing>;

    /// The number of the entry with an id.
    ///
    /// # Errors
    /// When it cannot be looked up.
    fn number_of(&self, id: EntryId) -> Result<Option<u64>, Self::Error>;
}

/// Why an entry was not accepted.
#[derive(Debug)]
pub enum Undecided<E> {
    /// It may not be appended.
    Refused(Refused),
    /// What was recorded before could not be read.
    Unreadable(E),
}

impl<E> From<Refused> for Undecided<E> {
    fn from(refused: Refused) -> Undecided<E> {
        Undecided::Refused(refused)
    }
}

/// World and books after the last entry, and what a late entry needs.
#[derive(Debug, Default)]
pub struct Decider {
    head: Standing,
    outline: Outline,
    pending: Option<Pending>,
    /// Standings before the head, by place, that folding anew came by and nobody keeps yet.
    marks: Vec<Standing>,
    /// A standing is marked where this divides the number of its last entry on time; none is for zero.
    mark_every: u64,
    /// Standings shortly before the head, by place: where one entry came late, others will, mostly by a few weeks.
    near: VecDeque<Standing>,
}

/// Standings near the head are so many times as close as marks, and at most so many.
const NEARER: u64 = 32;
const NEAR_MOST: usize = 16;

#[derive(Debug)]
struct Pending {
    order: OrderKey,
    seen: Seen,
    /// When what it posts takes effect.
    effective: Effective,
    refolded: Option<Refolded>,
}

#[derive(Debug)]
struct Refolded {
    /// From where on; no standing behind it holds any more.
    from: Place,
    head: Standing,
    marks: Vec<Standing>,
    near: VecDeque<Standing>,
}

impl Decider {
    /// Goes on from a log that was folded to its end.
    #[must_use]
    pub fn of(head: Standing, outline: Outline) -> Decider {
        Decider { head, outline, ..Decider::default() }
    }

    /// The same, marking a standing whenever so many numbers have passed.
    #[must_use]
    pub fn marking_every(self, mark_every: u64) -> Decider {
        Decider { mark_every, ..self }
    }

    /// How far standings near the head are apart; zero without marks.
    fn near_every(&self) -> u64 {
        self.mark_every.div_ceil(NEARER)
    }

    /// World and books after the last entry.
    #[must_use]
    pub fn head(&self) -> &Standing {
        &self.head
    }

    /// Which entries are late, and what is declared.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// Standings that folding anew came by, for whoever keeps them.
    pub fn take_marks(&mut self) -> Vec<Standing> {
        std::mem::take(&mut self.marks)
    }

    /// Tries an entry. What was accepted waits until [`Decider::accept`] or [`Decider::withdraw`].
    ///
    /// # Errors
    /// [`Undecided`] says why it may not be appended; nothing is changed then.
    pub fn consider<P: Past + ?Sized>(
        &mut self,
        entry: &Entry,
        signer: Signer,
        past: &P,
        showing: Showing,
    ) -> Result<Accepted, Undecided<P::Error>> {
        self.withdraw();
        self.may_come(entry, signer, past)?;
        let subject = to_try(self.outline.proposals(), entry).unwrap_or(entry);
        let open = stays_open(self.head.fold.world().people(), subject);
        let accepted = self.considered(entry, past, showing)?;
        if let Err(why) = open {
            self.withdraw();
            return Err(Undecided::Refused(why.into()));
        }
        Ok(accepted)
    }

    /// Tries an entry that may come.
    fn considered<P: Past + ?Sized>(
        &mut self,
        entry: &Entry,
        past: &P,
        showing: Showing,
    ) -> Result<Accepted, Undecided<P::Error>> {
        let on_amount = OnAmount::of(self.head.fold.world().people(), entry);
        let proposals = self.outline.proposals();
        let to_try = to_try(proposals, entry).cloned();
        let Some(payload) = to_try else {
            return self.tried(entry, (entry, entry), &on_amount, past, showing);
        };
        if proposals.posts(entry).is_some() {
            return self.tried(entry, (entry, &payload), &on_amount, past, showing);
        }
        // What waits for approvals is tried as if it were recorded now, and nothing of it is kept.
        let rehearsed = self.tried(entry, (&payload, &payload), &on_amount, past, showing)?;
        self.withdraw();
        let accepted = self.tried(entry, (entry, entry), &OnAmount::default(), past, showing)?;
        Ok(Accepted { would_post: rehearsed.posted, ..accepted })
    }

    /// Whether an entry may be recorded by whoever signed it, and was not proposed before.
    fn may_come<P: Past + ?Sized>(
        &self,
        entry: &Entry,
        signer: Signer,
        past: &P,
    ) -> Result<(), Undecided<P::Error>> {
        let (proposals, world) = (self.outline.proposals(), self.head.fold.world());
        let refused = |why: Refusal| Undecided::Refused(why.into());
        check_form(entry, self.outline.size() == 0).map_err(refused)?;
        may_record(world.people(), proposals, entry, signer)?;
        let taken = |id: EntryId| proposals.of_id(id).map(|number| Refusal::IdProposed { number, id });
        taken(entry.id).map_or(Ok(()), Err).map_err(refused)?;
        if entry.about_proposals().is_some() {
            check_time(world, entry).map_err(refused)?;
        }
        if let Some(proposed) = entry.proposed() {
            let id = proposed.payload.entry().id;
            taken(id).map_or(Ok(()), Err).map_err(refused)?;
            let own = (id == entry.id).then_some(self.outline.size() + 1);
            let before = past.number_of(id).map_err(Undecided::Unreadable)?;
            let number = own.or(before);
            number.map_or(Ok(()), |number| Err(refused(Refusal::IdReused { number, id })))?;
        }
        Ok(())
    }

    /// Tries what the log will hold and what that posts, which is the same or what it approves of; and holds what it
    /// amounts to against policy and limits of the actor of an entry.
    fn tried<P: Past + ?Sized>(
        &mut self,
        entry: &Entry,
        (recorded, subject): (&Entry, &Entry),
        on_amount: &OnAmount,
        past: &P,
        showing: Showing,
    ) -> Result<Accepted, Undecided<P::Error>> {
        let shown = if on_amount.matters() { Showing::Journals } else { showing };
        let mut accepted = self.in_place(recorded, subject, past, shown)?;
        // An entry that goes before others was tried in a fold of its own, and only that knows what it declares.
        let refolded = self.pending.as_ref().and_then(|pending| pending.refolded.as_ref());
        let world = refolded.map_or(&self.head, |refolded| &refolded.head).fold.world();
        if let Err(why) = on_amount.judge(world, entry, &accepted.posted) {
            self.withdraw();
            return Err(Undecided::Refused(why.into()));
        }
        if showing == Showing::Nothing {
            accepted.posted = Vec::new();
        }
        Ok(accepted)
    }

    /// Tries an entry in its place: `recorded` is what the log will hold, `entry` what it posts.
    fn in_place<P: Past + ?Sized>(
        &mut self,
        recorded: &Entry,
        entry: &Entry,
        past: &P,
        showing: Showing,
    ) -> Result<Accepted, Undecided<P::Error>> {
        let number = self.outline.size() + 1;
        let declared = self.declare(number, entry).map_err(Undecided::from);
        let tried = declared.and_then(|order| Ok((order, self.reaches_back(entry, past)?)));
        let tried = tried.and_then(|places| self.ready_to_close(entry, past).map(|()| places));
        let tried = tried.and_then(|places| self.answered_by_another(entry, past).map(|()| places));
        let (order, back) = tried.inspect_err(|_| self.head.fold.rollback())?;
        let late = order < self.outline.greatest();
        let own = Place { order, number };
        let from = back.map_or(own, |back| back.min(own));
        let seen = self.outline.see(order, Some(recorded));
        let due = self.outline.echoes_after(self.head.place).next().is_some_and(|(echo, _)| echo < own);
        let posted = if late || from < own || due {
            self.head.fold.rollback();
            self.refold(
                &Recorded { number, recorded: Instant::from_micros(0), entry: entry.clone() },
                from,
                past,
                showing,
            )
            .map(|(posted, refolded)| (posted, Some(refolded)))
        } else {
            let applied = Applied { order, number, recorded: None, entry };
            let posted =
                try_events(&mut self.head.fold, &applied, Tried::New, showing).map_err(Undecided::Refused);
            posted.map(|posted| (posted, None))
        };
        match posted {
            Ok((posted, refolded)) => {
                let late = late || from < own;
                self.pending = Some(Pending { order, seen, effective: entry.effective, refolded });
                Ok(Accepted { number, order, late, posted, would_post: Vec::new() })
            }
            Err(why) => {
                self.outline.forget(seen);
                self.head.fold.rollback();
                Err(why)
            }
        }
    }

    /// Takes in the entry just considered, which the log now holds or soon will; tells whether there was one.
    pub fn accept(&mut self) -> bool {
        let Some(Pending { order, effective, refolded, .. }) = self.pending.take() else { return false };
        let number = self.outline.size();
        match refolded {
            Some(refolded) => {
                self.marks.retain(|mark| mark.place < refolded.from);
                self.marks.extend(refolded.marks);
                self.near.retain(|near| near.place < refolded.from);
                self.near.extend(refolded.near);
                self.head = refolded.head;
            }
            None => {
                self.head.fold.commit();
                self.head.moved_on(Place { order, number }, effective, false);
                if !self.near.is_empty() && number.is_multiple_of(self.near_every()) {
                    self.near.push_back(self.head.clone());
                }
            }
        }
        let surplus = self.near.len().saturating_sub(NEAR_MOST);
        self.near.drain(..surplus);
        self.head.known = number;
        true
    }

    /// Forgets the entry just considered.
    pub fn withdraw(&mut self) {
        if let Some(pending) = self.pending.take() {
            self.outline.forget(pending.seen);
            self.head.fold.rollback();
        }
    }

    /// Checks what an entry is and declares, and takes that in, revocably; gives its place.
    fn declare(&mut self, number: u64, entry: &Entry) -> Result<OrderKey, Refused> {
        let fold = &mut self.head.fold;
        check_form(entry, number == 1)?;
        let mut observed = HashSet::new();
        for (index, event) in entry.events.iter().enumerate() {
            let checked = books::no_facts_yet(fold.world(), event)
                .and_then(|()| observed_once(&mut observed, event))
                .and_then(|()| check_declaration(fold, entry, event));
            checked.map_err(|why| Refused { event: Some(index), why })?;
            fold.declare(number, entry.effective, event);
        }
        check_time(fold.world(), entry)?;
        Ok(entry.order(fold.zone()))
    }

    /// Folds everything behind a place anew with a late entry in its own.
    fn refold<P: Past + ?Sized>(
        &self,
        candidate: &Recorded,
        from: Place,
        past: &P,
        showing: Showing,
    ) -> Result<(Vec<Posted>, Refolded), Undecided<P::Error>> {
        let archive = WithCandidate { past, candidate, order: candidate.entry.order(self.outline.zone()) };
        let course = Course { archive: &archive, outline: &self.outline, question: Question::default() };
        let own = self.near.iter().rev().chain(self.marks.iter().rev()).find(|mark| mark.place < from);
        // What is mirrored by itself meanwhile makes an entry on time go on from the head.
        let head = (self.head.place < from).then_some(&self.head);
        let kept = head.or(own).cloned().or_else(|| past.before(from, &self.outline));
        let start = course.declared(kept.unwrap_or_default());
        let mut own_posted = Vec::new();
        let (mut marks, mut near) = (Vec::new(), VecDeque::new());
        let near_every = self.near_every();
        let far = candidate.number.saturating_sub(near_every * NEAR_MOST as u64);
        let mut apply = |fold: &mut Fold, applied: &Applied<'_>| {
            if applied.number == candidate.number {
                own_posted.extend(try_events(fold, applied, Tried::New, showing)?);
            } else {
                try_events(fold, applied, Tried::Recorded, Showing::Nothing).map_err(|refused| {
                    Refused::from(Refusal::LaterEntryCannotStand {
                        number: applied.number,
                        effective: applied.entry.effective,
                        why: Box::new(refused.why),
                    })
                })?;
            }
            fold.commit();
            Ok::<(), Undecided<P::Error>>(())
        };
        let mut mark = |mark: &Standing| {
            if self.mark_every > 0 && mark.on_time.is_multiple_of(self.mark_every) {
                marks.push(mark.clone());
            }
            if mark.on_time > far && mark.on_time.is_multiple_of(near_every) {
                near.push_back(mark.clone());
            }
        };
        let head = course.run::<Undecided<P::Error>>(start, &mut apply, &mut mark)?;
        Ok((own_posted, Refolded { from, head, marks, near }))
    }

    /// Whether the books at the end of a period that an entry closes are ready for it and have its seals.
    fn ready_to_close<P: Past + ?Sized>(&self, entry: &Entry, past: &P) -> Result<(), Undecided<P::Error>> {
        for (index, event) in entry.events.iter().enumerate() {
            let Event::PeriodClosed(closed) = event else { continue };
            let question = Question { as_of: Some(closed.through), ..Question::default() };
            let course = Course { archive: &Read(past), outline: &self.outline, question };
            let kept = past.before(question.limit(self.outline.zone()), &self.outline);
            let start = course.declared(kept.unwrap_or_default());
            let mut apply = |fold: &mut Fold, applied: &Applied<'_>| {
                let number = applied.number;
                let cannot = |why| Refusal::LaterEntryCannotStand {
                    number,
                    effective: applied.entry.effective,
                    why: Box::new(why),
                };
                fold.apply_unseen(applied).map_err(|why| Undecided::Refused(cannot(why).into()))
            };
            let standing = course.run::<Undecided<P::Error>>(start, &mut apply, &mut |_| ())?;
            let ready = closing::ready(&standing.fold, closed);
            ready.map_err(|why| Undecided::Refused(Refused { event: Some(index), why }))?;
        }
        Ok(())
    }

    /// Whether what an entry answers for is there, and was another's.
    fn answered_by_another<P: Past + ?Sized>(
        &self,
        entry: &Entry,
        past: &P,
    ) -> Result<(), Undecided<P::Error>> {
        for (index, number) in reconciliation::answered(entry) {
            let found = self.recorded(past, number)?;
            reconciliation::by_another(entry, index, number, found.as_ref().map(|(recorded, _)| recorded))?;
        }
        Ok(())
    }

    /// The place from which on it changes what was folded already: the rules of days that have entries, or what is to
    /// be kept of an entry that it reverses.
    fn reaches_back<P: Past + ?Sized>(
        &self,
        entry: &Entry,
        past: &P,
    ) -> Result<Option<Place>, Undecided<P::Error>> {
        let mut places = Vec::new();
        for (index, event) in entry.events.iter().enumerate() {
            if let Some(from) = event.reaches_back_to() {
                let place = Place::start_of(from, self.outline.zone());
                places.extend((place.order <= self.outline.greatest()).then_some(place));
            } else if let Event::EntryReversed(reversed) = event {
                let number = reversed.entry;
                let refused = |why| Undecided::Refused(Refused { event: Some(index), why });
                let (recorded, order) =
                    self.recorded(past, number)?.ok_or_else(|| refused(Refusal::UnknownEntry { number }))?;
                reversal::reversible(number, &recorded.entry).map_err(refused)?;
                places.push(Place { order, number });
            }
        }
        Ok(places.into_iter().min())
    }

    /// An entry of the past as it posts, and its order.
    fn recorded<P: Past + ?Sized>(
        &self,
        past: &P,
        number: u64,
    ) -> Result<Option<(Recorded, OrderKey)>, Undecided<P::Error>> {
        if !(1..=self.outline.size()).contains(&number) {
            return Ok(None);
        }
        as_posted(past, &self.outline, number).map_err(Undecided::Unreadable)
    }
}

/// The past as an archive whose faults are those of deciding.
struct Read<'a, P: ?Sized>(&'a P);

impl<P: Past + ?Sized> Archive for Read<'_, P> {
    type Error = Undecided<P::Error>;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), Undecided<P::Error>> {
        self.0.read(numbers, visit).map_err(Undecided::Unreadable)
    }
}

/// The past with an entry that is tried.
struct WithCandidate<'a, P: ?Sized> {
    past: &'a P,
    candidate: &'a Recorded,
    order: OrderKey,
}

impl<P: Past + ?Sized> Archive for WithCandidate<'_, P> {
    type Error = Undecided<P::Error>;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), Undecided<P::Error>> {
        let last = self.candidate.number;
        let mut broken = false;
        let recorded = numbers.start..numbers.end.min(last);
        let read = self.past.read(recorded, &mut |recorded, order| {
            let flow = visit(recorded, order);
            broken = flow.is_break();
            flow
        });
        read.map_err(Undecided::Unreadable)?;
        if !broken && numbers.contains(&last) {
            let _the_last = visit(self.candidate, self.order);
        }
        Ok(())
    }
}
