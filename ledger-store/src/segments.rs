//! The segments of an open log: reading a range of numbers, and finding an id, without walking what can be
//! jumped over.
//!
//! A sealed segment is entered through its footer. One without a footer, or with a damaged one, is walked once
//! and what it holds is kept: the footer is a convenience, the frames are the log.

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::contents::Contents;
use crate::damage::{Damage, Defect};
use crate::disk::{Disk, DiskFile};
use crate::files::io_error;
use crate::filter::Probe;
use crate::footer::{BatchPlace, Footer};
use crate::frame::{Frame, FrameHeader};
use crate::handles::Handles;
use crate::log::{LogError, LogId, Record, RecordId, Whereabouts};
use crate::sealed::{LookUp, Sealed};
use crate::segment::{FRAMES_BEGIN, file_name};
use crate::walk::{Found, Walk};

/// What to do about a footer that is damaged when an id is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DamagedFooter {
    /// A writer goes no further.
    Refuse,
    /// A reader walks the frames instead.
    WalkFrames,
}

/// All segments of a log, the active one last.
#[derive(Debug)]
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    log_id: LogId,
    handles: Handles,
    damaged_footer: DamagedFooter,
    /// The segment whose index is the place here plus one.
    places: Vec<Place>,
    /// The buffer of the last walk, for the next one.
    buffer: Mutex<Vec<u8>>,
}

#[derive(Debug)]
struct Place {
    first: u64,
    /// `None` for the active segment and for one whose footer is damaged.
    sealed: OnceLock<Option<Sealed>>,
    /// What a walk found, if there was one.
    walked: OnceLock<Contents>,
    /// All its frames.
    frames: Frames,
    /// Those from a hint on.
    hinted: OnceLock<Frames>,
}

/// Where the frames of a segment begin, from one of them on; found along their headers when somebody asks.
#[derive(Debug)]
struct Frames {
    begin: BatchPlace,
    found: OnceLock<Vec<BatchPlace>>,
}

impl Frames {
    fn from(begin: BatchPlace) -> Self {
        Self { begin, found: OnceLock::new() }
    }
}

impl Segments {
    pub(crate) fn new(disk: Arc<dyn Disk>, log_id: LogId, damaged_footer: DamagedFooter) -> Self {
        let (handles, buffer) = (Handles::default(), Mutex::new(Vec::new()));
        Self { disk, log_id, handles, damaged_footer, places: Vec::new(), buffer }
    }

    /// Adds a segment that begins with this number; what is before it is sealed.
    pub(crate) fn push(&mut self, first: u64) {
        self.places.push(Place {
            first,
            sealed: OnceLock::new(),
            walked: OnceLock::new(),
            frames: Frames::from(BatchPlace { first, offset: FRAMES_BEGIN }),
            hinted: OnceLock::new(),
        });
    }

    /// Says what the footer of the last segment says.
    pub(crate) fn seal_last(&mut self, footer: Footer) {
        if let Some(last) = self.places.last_mut() {
            last.sealed = OnceLock::from(Some(Sealed::new(footer)));
        }
    }

    /// The number of the last record of the segment at this place.
    fn last_of(&self, place: usize, size: u64) -> u64 {
        self.places.get(place + 1).map_or(size, |next| next.first - 1)
    }

    fn file(&self, place: usize) -> Result<Arc<dyn DiskFile>, LogError> {
        let index = place as u64 + 1;
        self.handles.get(&*self.disk, index).map_err(|error| io_error("open", &file_name(index))(error))
    }

    /// Names the file that could not be read. The name is put together when it is needed only: this is asked for
    /// with every filter that is looked at.
    fn failed(place: usize) -> impl FnOnce(io::Error) -> LogError {
        move |error| io_error("read", &file_name(place as u64 + 1))(error)
    }

    /// The segment's footer; `None` if it has none that can be used.
    fn sealed(&self, place: usize) -> Result<Option<&Sealed>, LogError> {
        let there = &self.places[place];
        if place + 1 == self.places.len() {
            return Ok(None);
        }
        if let Some(sealed) = there.sealed.get() {
            return Ok(sealed.as_ref());
        }
        let read = Footer::read(&*self.file(place)?).map_err(Self::failed(place))?;
        let last = self.last_of(place, u64::MAX);
        let ours = |footer: &Footer| {
            let ending = &footer.ending;
            let placed = (ending.log_id, ending.segment) == (self.log_id, place as u64 + 1);
            placed && (ending.first, ending.frontier.size()) == (there.first, last)
        };
        Ok(there.sealed.get_or_init(|| read.ok().filter(ours).map(Sealed::new)).as_ref())
    }

    /// Shows the records with these numbers, of the first `size`, until the visitor breaks. A writer knows what
    /// the active segment holds.
    pub(crate) fn read(
        &self,
        numbers: &Range<u64>,
        size: u64,
        active: Option<&Contents>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let last = numbers.end.saturating_sub(1).min(size);
        let first = numbers.start.max(1);
        let begin = self.places.partition_point(|place| place.first <= first).saturating_sub(1);
        for (place, there) in self.places.iter().enumerate().skip(begin) {
            if there.first.max(first) > last {
                break;
            }
            let wanted = there.first.max(first)..self.last_of(place, size).min(last) + 1;
            let from = self.batch_of(place, wanted.start, size, active)?;
            let walked = self.frames(place, from, wanted.end - 1, size, &mut |frame, _| {
                frame.records().filter(|record| wanted.contains(&record.number)).try_for_each(&mut *visit)
            })?;
            if walked.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Shows the frames of a segment from one on until one that holds the number `last`.
    fn frames(
        &self,
        place: usize,
        from: BatchPlace,
        last: u64,
        size: u64,
        visit: &mut dyn FnMut(&Frame<'_>, u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LogError> {
        let file = self.file(place)?;
        let buffer = std::mem::take(&mut *self.buffer.lock().unwrap_or_else(PoisonError::into_inner));
        let mut walk = Walk::with_buffer(&*file, buffer);
        let shown = self.frames_in(&mut walk, place, from, last, size, visit);
        *self.buffer.lock().unwrap_or_else(PoisonError::into_inner) = walk.into_buffer();
        shown
    }

    fn frames_in(
        &self,
        walk: &mut Walk<'_>,
        place: usize,
        from: BatchPlace,
        last: u64,
        size: u64,
        visit: &mut dyn FnMut(&Frame<'_>, u64) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LogError> {
        let BatchPlace { first: mut next, mut offset } = from;
        while next <= last {
            let damaged = |defect| {
                let segment = place as u64 + 1;
                Box::new(Damage { defect, segment, offset, first_missing: next, last_missing: Some(size) })
            };
            let frame = match walk.at(offset).map_err(Self::failed(place))? {
                Found::Frame(frame) => frame,
                Found::Nothing => return Err(damaged(Defect::EntriesMissing).into()),
                Found::Broken { defect, .. } => return Err(damaged(defect).into()),
            };
            if frame.header.first != next || frame.header.log_id != self.log_id {
                return Err(damaged(Defect::BatchNumber).into());
            }
            if visit(&frame, offset).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            offset += frame.bytes().len() as u64;
            next = frame.header.last() + 1;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The frame of the segment at this place that holds the number.
    fn batch_of(
        &self,
        place: usize,
        number: u64,
        size: u64,
        active: Option<&Contents>,
    ) -> Result<BatchPlace, LogError> {
        let begin = BatchPlace { first: self.places[place].first, offset: FRAMES_BEGIN };
        if number == begin.first {
            return Ok(begin);
        }
        if let Some(active) = active
            && place + 1 == self.places.len()
        {
            return Ok(active.batch_of(number).unwrap_or(begin));
        }
        if let Some(sealed) = self.sealed(place)?
            && let Ok(found) = sealed.batch_of(&*self.file(place)?, number).map_err(Self::failed(place))?
        {
            return Ok(found);
        }
        let there = &self.places[place];
        let hinted = there.hinted.get().filter(|hinted| hinted.begin.first <= number);
        let frames = self.frame_places(place, hinted.unwrap_or(&there.frames), size)?;
        let after = frames.partition_point(|frame| frame.first <= number);
        Ok(after.checked_sub(1).and_then(|at| frames.get(at)).copied().unwrap_or(begin))
    }

    /// Where a batch of the active segment lies that holds this number. Sealed segments know it by themselves.
    pub(crate) fn whereabouts(
        &self,
        number: u64,
        size: u64,
        active: Option<&Contents>,
    ) -> Option<Whereabouts> {
        let place = self.places.len().checked_sub(1).filter(|place| self.places[*place].first <= number)?;
        let BatchPlace { first, offset } = self.batch_of(place, number, size, active).ok()?;
        Some(Whereabouts { segment: place as u64 + 1, first, offset })
    }

    /// Takes a hint where a batch of the active segment lies; one at which no such batch begins is passed over.
    pub(crate) fn hint(&self, Whereabouts { segment, first, offset }: Whereabouts) {
        let Some((place, there)) = self.places.iter().enumerate().next_back() else { return };
        if segment != place as u64 + 1 || offset < FRAMES_BEGIN {
            return;
        }
        let Ok(file) = self.file(place) else { return };
        let found = Walk::along_headers(&*file).header_at(offset);
        let fits = |header: &FrameHeader| (header.first, header.log_id) == (first, self.log_id);
        if matches!(found, Ok(Ok(Some(header))) if fits(&header)) {
            let _the_first_stays = there.hinted.set(Frames::from(BatchPlace { first, offset }));
        }
    }

    /// Where frames of the segment at this place begin, found along their headers.
    fn frame_places<'a>(
        &self,
        place: usize,
        from: &'a Frames,
        size: u64,
    ) -> Result<&'a [BatchPlace], LogError> {
        if let Some(frames) = from.found.get() {
            return Ok(frames);
        }
        let file = self.file(place)?;
        let mut walk = Walk::along_headers(&*file);
        let mut frames = Vec::new();
        let BatchPlace { mut first, mut offset } = from.begin;
        // What is wrong with a header is told by whoever reads its frame.
        while first <= self.last_of(place, size)
            && let Ok(Some(header)) = walk.header_at(offset).map_err(Self::failed(place))?
            && header.first == first
        {
            frames.push(BatchPlace { first, offset });
            first = header.last() + 1;
            offset += header.frame_bytes() as u64;
        }
        Ok(from.found.get_or_init(|| frames))
    }

    /// The number of the record with this id, among the first `size`.
    pub(crate) fn find(&self, id: &RecordId, size: u64) -> Result<Option<u64>, LogError> {
        let Some(active) = self.places.len().checked_sub(1) else { return Ok(None) };
        match self.walked(active, size)?.number_of(id) {
            Some(number) => Ok(Some(number)),
            None => self.find_sealed(id),
        }
    }

    /// The number of the record with this id, if a segment before the active one holds it; the latest first.
    pub(crate) fn find_sealed(&self, id: &RecordId) -> Result<Option<u64>, LogError> {
        let probe = Probe::of(id);
        for place in (0..self.places.len().saturating_sub(1)).rev() {
            if let Some(number) = self.find_in(place, id, &probe)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn find_in(&self, place: usize, id: &RecordId, probe: &Probe) -> Result<Option<u64>, LogError> {
        let found = match self.sealed(place)? {
            Some(sealed) => self.look_up(place, sealed, id, probe).map_err(Self::failed(place))?,
            None => Err(Defect::FooterHead),
        };
        match found {
            Ok(number) => Ok(number),
            Err(_) if self.damaged_footer == DamagedFooter::WalkFrames => {
                Ok(self.walked(place, self.last_of(place, u64::MAX))?.number_of(id))
            }
            Err(defect) => Err(self.footer_damage(place, defect).into()),
        }
    }

    fn look_up(&self, place: usize, sealed: &Sealed, id: &RecordId, probe: &Probe) -> LookUp<Option<u64>> {
        if sealed.excludes(probe) {
            return Ok(Ok(None));
        }
        sealed.find(&*self.handles.get(&*self.disk, place as u64 + 1)?, id, probe)
    }

    fn footer_damage(&self, place: usize, defect: Defect) -> Box<Damage> {
        let (first_missing, last_missing) = (self.places[place].first, Some(self.last_of(place, u64::MAX)));
        Box::new(Damage { defect, segment: place as u64 + 1, offset: 0, first_missing, last_missing })
    }

    /// What the segment at this place holds up to the number `size`, found by walking through its frames once.
    fn walked(&self, place: usize, size: u64) -> Result<&Contents, LogError> {
        let there = &self.places[place];
        if let Some(walked) = there.walked.get() {
            return Ok(walked);
        }
        let mut contents = Contents::new(there.first);
        let from = BatchPlace { first: there.first, offset: FRAMES_BEGIN };
        let _ = self.frames(place, from, self.last_of(place, size), size, &mut |frame, offset| {
            contents.add_batch(frame.header.first, offset);
            for (number, id) in (frame.header.first..=size).zip(frame.ids()) {
                // An id that is there twice is found by verification; the first of them answers.
                let _ = contents.claim(id, number);
            }
            ControlFlow::Continue(())
        })?;
        Ok(there.walked.get_or_init(|| contents))
    }
}
