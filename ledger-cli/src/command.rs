//! One file per command.

pub(crate) mod actors;
pub(crate) mod append;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod checkpoint;
pub(crate) mod close;
pub(crate) mod compare;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod find;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod made;
pub(crate) mod payload;
pub(crate) mod proposals;
pub(crate) mod prove;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod restore;
pub(crate) mod speak;
pub(crate) mod verify;
