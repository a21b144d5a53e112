//! Walking through the frames of one segment file, strictly forward, through one buffer.

use std::io;

use crate::bytes::is_zero;
use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::frame::{ALIGNMENT, Frame, FrameHeader, HEADER_BYTES};
use crate::log::LogId;

/// How much is read at once, unless a frame is longer.
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
}

impl<'f> Walk<'f> {
    pub(crate) fn new(file: &'f dyn DiskFile) -> Self {
        Self { file, window: vec![0; WINDOW_BYTES], filled: 0, begins: 0 }
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

    /// `wanted` bytes from this offset, fewer only where the file ends.
    fn bytes(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        let inside = offset.checked_sub(self.begins).and_then(|skip| usize::try_from(skip).ok());
        let inside = inside.filter(|skip| skip.saturating_add(wanted) <= self.filled);
        let skip = match inside {
            Some(skip) => skip,
            None => {
                if self.window.len() < wanted {
                    self.window = vec![0; wanted];
                }
                // After an error the window holds nothing that may be used.
                self.filled = 0;
                self.filled = self.file.read_at(&mut self.window, offset)?;
                self.begins = offset;
                0
            }
        };
        let end = self.filled.min(skip + wanted);
        Ok(&self.window[skip..end])
    }
}
