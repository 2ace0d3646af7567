//! How much a document may take.

use crate::document_kind::DocumentKind;
use crate::error::{Error, ErrorKind, Result};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Bounds of reading one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that it may unpack to, and that its text may have.
    pub max_bytes: u64,
    /// Seconds that reading it may take.
    pub max_seconds: u64,
}

impl Limits {
    /// Half a gigabyte and a minute: a book has one or two megabytes, and is read in less than a second.
    pub const DEFAULT: Self = Self {
        max_bytes: 512 << 20,
        max_seconds: 60,
    };
}

/// Parts within parts, at the most.
pub(crate) const MOST_DEPTH: usize = 1_000;
/// Cells of a workbook at the most.
pub(crate) const MOST_CELLS: usize = 4_000_000;
/// Pages of a PDF at the most.
pub(crate) const MOST_PAGES: usize = 20_000;
/// Steps between two looks at the clock.
const STEPS: u32 = 1 << 10;

/// What is left of the limits while a document is read.
pub(crate) struct Allowance {
    pub(crate) kind: DocumentKind,
    limits: Limits,
    bytes: Cell<u64>,
    steps: Cell<u32>,
    end: Instant,
}

impl Allowance {
    pub(crate) fn new(kind: DocumentKind, limits: Limits) -> Self {
        Self {
            kind,
            limits,
            bytes: Cell::new(limits.max_bytes),
            steps: Cell::new(0),
            end: Instant::now() + Duration::from_secs(limits.max_seconds),
        }
    }

    /// Bytes that may still come.
    pub(crate) fn bytes_left(&self) -> u64 {
        self.bytes.get()
    }

    /// Takes bytes.
    ///
    /// # Errors
    /// There are not as many left.
    pub(crate) fn take(&self, n_bytes: usize) -> Result<()> {
        let left = self.bytes.get().checked_sub(n_bytes as u64);
        let left = left.ok_or_else(|| self.unpacks_too_far())?;
        self.bytes.set(left);
        Ok(())
    }

    pub(crate) fn unpacks_too_far(&self) -> Error {
        Error::new(ErrorKind::UnpacksTooFar {
            what: self.kind.title(),
            most: self.limits.max_bytes,
        })
    }

    /// Counts a step of work.
    ///
    /// # Errors
    /// The time is over.
    pub(crate) fn step(&self) -> Result<()> {
        let n = self.steps.get();
        self.steps.set(n.wrapping_add(1));
        match n.is_multiple_of(STEPS) {
            true => self.check_time(),
            false => Ok(()),
        }
    }

    /// # Errors
    /// The time is over.
    pub(crate) fn check_time(&self) -> Result<()> {
        match Instant::now() > self.end {
            true => Err(self.too_much(
                "takes too long to read",
                format!("{} seconds", self.limits.max_seconds),
            )),
            false => Ok(()),
        }
    }

    /// # Errors
    /// These are too many.
    pub(crate) fn check_depth(&self, depth: usize) -> Result<()> {
        match depth > MOST_DEPTH {
            true => Err(self.too_much("has parts within parts, too deep", format!("{MOST_DEPTH}"))),
            false => Ok(()),
        }
    }

    /// # Errors
    /// These are too many.
    pub(crate) fn check_cells(&self, n_cells: usize) -> Result<()> {
        match n_cells > MOST_CELLS {
            true => Err(self.too_much("has too many cells", format!("{MOST_CELLS}"))),
            false => Ok(()),
        }
    }

    pub(crate) fn too_much(&self, found: &'static str, most: String) -> Error {
        let what = self.kind.title();
        Error::new(ErrorKind::TooMuch { what, found, most })
    }

    pub(crate) fn broken(&self) -> Error {
        let what = self.kind.title();
        Error::new(ErrorKind::Broken { what })
    }

    pub(crate) fn encrypted(&self) -> Error {
        let what = self.kind.title();
        Error::new(ErrorKind::Encrypted { what })
    }
}
