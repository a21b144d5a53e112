//! Open files of segments, kept so that a read need not open its file again; never more than a few dozen, however
//! many segments there are.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::{Access, Disk, DiskFile};
use crate::segment::file_name;

const OPEN_MAX: usize = 64;

/// The segment files that were read last.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    /// Index and file, the one used last in front.
    open: Mutex<Vec<(u64, Arc<dyn DiskFile>)>>,
}

impl Handles {
    /// The file of the segment with this index, for reading.
    pub(crate) fn get(&self, disk: &dyn Disk, index: u64) -> io::Result<Arc<dyn DiskFile>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.iter().position(|(there, _)| *there == index) {
            Some(place) => open[..=place].rotate_right(1),
            None => {
                let file = disk.open(&file_name(index), Access::Read)?;
                open.truncate(OPEN_MAX - 1);
                open.insert(0, (index, Arc::from(file)));
            }
        }
        Ok(Arc::clone(&open[0].1))
    }
}
