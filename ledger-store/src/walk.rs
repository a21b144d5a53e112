//! Walking through the frames of one segment file, strictly forward, through one buffer.

use std::io;

use crate::bytes::is_zero;
use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::frame::{ALIGNMENT, Frame, FrameHeader, HEADER_BYTES};
use crate::log::LogId;

/// How much is read at once where only headers are looked at.
const HEADERS_BYTES: usize = 4 << 10;

/// How much is read at first: enough for a header and most single entries.
const FIRST_BYTES: usize = 4 << 10;

/// How much is read at once in the end, unless a frame is longer. Each reading doubles the one before, so that a
/// look at one entry costs little and a long walk soon goes at full speed.
const WINDOW_BYTES: usize = 256 << 10;

/// What stands at a place where a frame may begin.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// A whole frame, its checksums good.
    Frame(Frame<'a>),
    /// Nothing: the file ends here, or zeros follow for the length of a header at least.
    Nothing,
    /// Bytes that are not a frame as written.
    Broken {
        /// What is wrong with them.
        defect: Defect,
        /// The header, if it can be trusted; it tells how far the frame was to reach.
        header: Option<FrameHeader>,
    },
}

/// A window on a segment file.
#[derive(Debug)]
pub(crate) struct Walk<'f> {
    file: &'f dyn DiskFile,
    window: Vec<u8>,
    /// How much of the window was read.
    filled: usize,
    begins: u64,
    /// How much is read next.
    next_bytes: usize,
    /// How much is read at once at most, unless a frame is longer.
    bytes_max: usize,
}

impl<'f> Walk<'f> {
    pub(crate) fn new(file: &'f dyn DiskFile) -> Self {
        Self::with_buffer(file, Vec::new())
    }

    /// A walk through a buffer that an earlier one has used, whatever is in it.
    pub(crate) fn with_buffer(file: &'f dyn DiskFile, buffer: Vec<u8>) -> Self {
        Self { file, window: buffer, filled: 0, begins: 0, next_bytes: FIRST_BYTES, bytes_max: WINDOW_BYTES }
    }

    /// A walk from header to header, which reads little of what lies between.
    pub(crate) fn along_headers(file: &'f dyn DiskFile) -> Self {
        Self { next_bytes: HEADERS_BYTES, bytes_max: HEADERS_BYTES, ..Self::new(file) }
    }

    /// The buffer, for the next walk.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.window
    }

    /// What stands at this offset.
    pub(crate) fn at(&mut self, offset: u64) -> io::Result<Found<'_>> {
        let header = match self.header_at(offset)? {
            Ok(Some(header)) => header,
            Ok(None) => return Ok(Found::Nothing),
            Err(defect) => return Ok(Found::Broken { defect, header: None }),
        };
        let bytes = self.bytes(offset, header.frame_bytes())?;
        Ok(match Frame::check(header.clone(), bytes) {
            Ok(frame) => Found::Frame(frame),
            Err(defect) => Found::Broken { defect, header: Some(header) },
        })
    }

    /// The header at this offset, or nothing; the body is not read.
    pub(crate) fn header_at(&mut self, offset: u64) -> io::Result<Result<Option<FrameHeader>, Defect>> {
        let bytes = self.bytes(offset, HEADER_BYTES)?;
        if is_zero(bytes) {
            return Ok(Ok(None));
        }
        // A file cut within a header leaves fewer bytes than a header has.
        let header = bytes.first_chunk().ok_or(Defect::BatchHeader);
        Ok(header.and_then(FrameHeader::decode).map(Some))
    }

    /// The next place from `offset` on where a header of this log stands.
    pub(crate) fn next_header(&mut self, offset: u64, log_id: LogId) -> io::Result<Option<u64>> {
        let mut offset = offset.next_multiple_of(ALIGNMENT as u64);
        loop {
            let window = self.bytes(offset, WINDOW_BYTES)?;
            if window.len() < HEADER_BYTES {
                return Ok(None);
            }
            let places = (window.len() - HEADER_BYTES) / ALIGNMENT + 1;
            let is_header = |start: &usize| {
                let header = window[*start..].first_chunk().map(FrameHeader::decode);
                matches!(header, Some(Ok(header)) if header.log_id == log_id)
            };
            if let Some(start) = (0..places).map(|place| place * ALIGNMENT).find(is_header) {
                return Ok(Some(offset + start as u64));
            }
            offset += (places * ALIGNMENT) as u64;
        }
    }

    /// The first byte from `offset` to the file's end that is not zero.
    pub(crate) fn next_written(&mut self, offset: u64) -> io::Result<Option<u64>> {
        let mut offset = offset;
        loop {
            let window = self.bytes(offset, WINDOW_BYTES)?;
            if window.is_empty() {
                return Ok(None);
            }
            if !is_zero(window)
                && let Some(place) = window.iter().position(|byte| *byte != 0)
            {
                return Ok(Some(offset + place as u64));
            }
            offset += window.len() as u64;
        }
    }

    /// The last byte from `offset` to the file's end that is not zero.
    pub(crate) fn last_written(&mut self, offset: u64) -> io::Result<Option<u64>> {
        let (mut offset, mut last) = (offset, None);
        loop {
            let window = self.bytes(offset, WINDOW_BYTES)?;
            if window.is_empty() {
                return Ok(last);
            }
            if !is_zero(window)
                && let Some(place) = window.iter().rposition(|byte| *byte != 0)
            {
                last = Some(offset + place as u64);
            }
            offset += window.len() as u64;
        }
    }

    /// The first byte from `offset` to the file's end that is not as wanted, a byte missing or too many included.
    pub(crate) fn first_difference(&mut self, offset: u64, wanted: &[u8]) -> io::Result<Option<u64>> {
        let end = offset + wanted.len() as u64;
        let unlike = self.first_unlike(offset, wanted)?;
        Ok(unlike.or((self.file.len()? != end).then_some(end)))
    }

    /// The first byte from `offset` on that is not as wanted or missing; what follows does not matter.
    pub(crate) fn first_unlike(&mut self, offset: u64, wanted: &[u8]) -> io::Result<Option<u64>> {
        let mut offset = offset;
        for wanted in wanted.chunks(WINDOW_BYTES) {
            let window = self.bytes(offset, wanted.len())?;
            if window != wanted {
                let same = window.iter().zip(wanted).take_while(|(there, wanted)| there == wanted).count();
                return Ok(Some(offset + same as u64));
            }
            offset += wanted.len() as u64;
        }
        Ok(None)
    }

    /// A checksum over all bytes from `offset` to the file's end.
    pub(crate) fn checksum(&mut self, offset: u64) -> io::Result<u32> {
        let (mut offset, mut crc) = (offset, 0);
        loop {
            let window = self.bytes(offset, WINDOW_BYTES)?;
            if window.is_empty() {
                return Ok(crc);
            }
            crc = crc32c::crc32c_append(crc, window);
            offset += window.len() as u64;
        }
    }

    /// `wanted` bytes from this offset, fewer only where the file ends.
    fn bytes(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        let inside = offset.checked_sub(self.begins).and_then(|skip| usize::try_from(skip).ok());
        let inside = inside.filter(|skip| skip.saturating_add(wanted) <= self.filled);
        let skip = match inside {
            Some(skip) => skip,
            None => {
                let reading = self.next_bytes.max(wanted);
                self.next_bytes = (self.next_bytes * 2).min(self.bytes_max);
                if self.window.len() < reading {
                    // A new one, as the system has zeros at hand; what was in the old one is read again anyway.
                    self.window = vec![0; reading];
                }
                // After an error the window holds nothing that may be used.
                self.filled = 0;
                self.filled = self.file.read_at(&mut self.window[..reading], offset)?;
                self.begins = offset;
                0
            }
        };
        let end = self.filled.min(skip + wanted);
        Ok(&self.window[skip..end])
    }
}
