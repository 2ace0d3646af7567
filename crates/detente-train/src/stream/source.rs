//! Where the rows of a training come from.

use detente_data::corpus::{Layout, LayoutParams, RowStream};
use std::path::PathBuf;

/// Where the rows of a training come from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The files; `-` is standard input, which can be read once.
    pub paths: &'a [PathBuf],
    /// Which columns mean what.
    pub layout: &'a LayoutParams,
    /// The targets to look for when a wide layout names none.
    pub known_targets: &'a [&'a str],
}

impl<'a> Source<'a> {
    pub(super) fn rows(&self) -> RowStream<'a> {
        RowStream::new(self.paths, self.layout, self.known_targets)
    }

    /// Whether it cannot be read a second time.
    pub(super) fn is_once(&self) -> bool {
        self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    pub(super) fn is_long(&self) -> bool {
        matches!(self.layout.layout, Layout::Long { .. })
    }
}
