//! One suite for all backends.

use std::sync::Arc;

use ledger_store::conformance::{LOG_ID, check};
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, MemoryLog, Options, RealDisk};

use crate::harness::{shared, small};

const RULES: usize = 12;

#[test]
fn the_memory_backend_conforms() {
    assert_eq!(check(&mut || Box::new(MemoryLog::new(LOG_ID))).unwrap(), RULES);
}

#[test]
fn the_file_backend_conforms_on_a_simulated_disk() {
    for options in [small(), Options::default()] {
        let mut new_log = || {
            let disk = FaultDisk::new(1);
            FileLog::init(&disk, LOG_ID, &options).unwrap();
            Box::new(FileLog::open(shared(&disk), &options).unwrap().0) as _
        };
        assert_eq!(check(&mut new_log).unwrap(), RULES);
    }
}

#[test]
fn the_file_backend_conforms_on_a_real_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    let mut new_log = || {
        count += 1;
        let disk = RealDisk::at(folder.path().join(format!("deep/log {count}")));
        FileLog::init(&disk, LOG_ID, &small()).unwrap();
        Box::new(FileLog::open(Arc::new(disk), &small()).unwrap().0) as _
    };
    assert_eq!(check(&mut new_log).unwrap(), RULES);
}
