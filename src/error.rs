//! Every sentence a user can be told when something fails.
//!
//! Imports: nothing.
//!
//! An [`Error`] is a boxed [`ErrorKind`] with an optional [`Place`] (path and line) and an optional
//! source. All wording is in `wording.rs`, so that it can be read aloud in one sitting: where, then
//! what was found, then what is allowed; what to do follows as a hint. Nothing here prints.

mod kind;
mod prose;
mod wording;

pub use kind::ErrorKind;
pub use prose::{counted, nearest, prose};

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of anything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what failed, where, and what the user can do about it.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    place: Place,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Says where an error happened; either part may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, or `-` for standard input.
    pub path: Option<PathBuf>,
    /// The line in that file, counted from 1.
    pub line: Option<u64>,
}

impl Error {
    /// Makes an error of a kind without a place.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            place: Place::default(),
            source: None,
        }))
    }

    /// Makes an input/output error at a path.
    pub fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io { action })
            .in_file(path)
            .caused_by(source)
    }

    /// Adds the file, unless one is already known.
    pub fn in_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.0.place.path.get_or_insert_with(|| path.into());
        self
    }

    /// Adds the line (from 1), unless one is already known.
    pub fn at_line(mut self, line: u64) -> Self {
        self.0.place.line.get_or_insert(line);
        self
    }

    /// Adds the error that caused this one.
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What failed.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where it failed.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Whether the cause is a closed pipe, which ends a program quietly.
    pub fn is_broken_pipe(&self) -> bool {
        self.0
            .source
            .as_ref()
            .and_then(|source| source.downcast_ref::<std::io::Error>())
            .is_some_and(|source| source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            kind,
            place,
            source,
        } = &*self.0;
        if let Some(path) = &place.path {
            if path.as_os_str() == "-" {
                write!(f, "standard input")?;
            } else {
                write!(f, "{}", path.display())?;
            }
            if let Some(line) = place.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        } else if let Some(line) = place.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{kind}")?;
        if let Some(source) = source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_ref()
            .map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

impl From<linfa::Error> for Error {
    fn from(source: linfa::Error) -> Self {
        Self::new(ErrorKind::Learner { learner: "linfa" }).caused_by(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_where_found_allowed() {
        let error = Error::new(ErrorKind::UnknownLabel {
            column: "stance".into(),
            value: "favr".into(),
            allowed: vec!["favor".into(), "against".into(), "none".into()],
        })
        .in_file("news/train.csv")
        .at_line(41);
        assert_eq!(
            error.to_string(),
            "news/train.csv:41: column `stance` is `favr`; expected `favor`, `against`, or `none`"
        );
        assert_eq!(
            error.hint().as_deref(),
            Some("rename your own labels with `--label favr=favor`")
        );
    }

    #[test]
    fn the_first_place_known_stays() {
        let error = Error::new(ErrorKind::BinaryFile)
            .at_line(3)
            .in_file("a.csv")
            .in_file("b.csv")
            .at_line(9);
        assert_eq!(error.place().line, Some(3));
        assert_eq!(error.place().path.as_deref(), Some(Path::new("a.csv")));
    }
}
