//! A study as one archive: the commands, what they read, what they wrote, and what made it, each with its SHA-256.
//!
//! ```text
//! text of commands -> StudyLine      study.rs
//! files, digests   -> Manifest       manifest.rs
//! Manifest, files  -> zip            archive.rs   same files, same bytes
//! zip              -> Archive        archive.rs   nothing of it is believed before it was checked
//! old, new         -> Difference     difference.rs
//!                  -> Verification   verification.rs
//! ```
//!
//! It opens no file, runs no command, and knows no command's flags: who calls it does.

#![deny(missing_docs)]

mod error;
mod digest;
mod plain_path;
mod study;
mod manifest;
mod reviewer;
mod archive;
mod difference;
mod verification;

pub use archive::{Archive, MANIFEST, MAX_MEMBERS, PAGE, write_archive};
pub use difference::{Difference, first_difference};
pub use digest::{FileDigest, copy_with_digest, digest_of};
pub use error::{Error, ErrorKind, PathFault, Result};
pub use manifest::{
    CommandRecord, FORMAT, InputRecord, Manifest, ModelRecord, OutputRecord, ProgramRecord,
    StudyRecord,
};
pub use plain_path::{is_below, plain_path};
pub use reviewer::reviewer_page;
pub use study::{MAX_COMMANDS, MAX_STUDY_BYTES, StudyLine, parse_study};
pub use verification::{CommandCheck, ModelCheck, OutputCheck, Verdict, Verification};
