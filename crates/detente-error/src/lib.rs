//! What the errors of all crates of detente have in common: a kind, a place, and a source.
//!
//! Each crate has one `Error`, made by [`error_type!`], over an enum `ErrorKind` of its own whose sentences stand
//! beside the variants. A sentence says what was found and what is allowed; it knows no flag of a command line.
//! Where a crate passes on the error of another, the place moves along: `news.csv:41: ...` is said once.
//!
//! ```
//! mod pantry {
//!     #[derive(Debug)]
//!     #[non_exhaustive]
//!     pub enum ErrorKind {
//!         NoBread,
//!     }
//!
//!     impl std::fmt::Display for ErrorKind {
//!         fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
//!             f.write_str("there is no bread; expected a loaf")
//!         }
//!     }
//!
//!     detente_error::error_type!(ErrorKind);
//! }
//!
//! let error = pantry::Error::new(pantry::ErrorKind::NoBread).in_file("registry.csv").at_line(3);
//! assert_eq!(error.to_string(), "registry.csv:3: there is no bread; expected a loaf");
//! ```

#![deny(missing_docs)]

mod prose;
mod visible;

pub use prose::{counted, list, nearest, prose};
pub use visible::{visible, visible_lines};

use std::fmt;
use std::path::PathBuf;

/// Says where an error happened; either part may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, `-` for standard input, or [`IN_MEMORY`].
    pub path: Option<PathBuf>,
    /// The line in that file, counted from 1.
    pub line: Option<u64>,
}

/// The path of rows that come from no file: their errors name the row, as in `row 3: ...`.
pub const IN_MEMORY: &str = "<rows>";

/// The error that caused another one.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A kind of failure with its place and source: what the `Error` of a crate holds.
#[derive(Debug)]
pub struct Located<K> {
    /// What failed.
    pub kind: K,
    /// Where.
    pub place: Place,
    /// Why, where another error says so.
    pub source: Option<Source>,
}

impl<K> Located<K> {
    /// The same failure as the kind of another crate.
    pub fn map<L>(self, lift: impl FnOnce(K) -> L) -> Located<L> {
        Located {
            kind: lift(self.kind),
            place: self.place,
            source: self.source,
        }
    }
}

impl<K: fmt::Display> fmt::Display for Located<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place.path, self.place.line) {
            (Some(path), line) if path.as_os_str() == IN_MEMORY => match line {
                Some(row) => write!(f, "row {row}: ")?,
                None => f.write_str("rows in memory: ")?,
            },
            (Some(path), line) => {
                match path.as_os_str() == "-" {
                    true => f.write_str("standard input")?,
                    false => write!(f, "{}", path.display())?,
                }
                if let Some(line) = line {
                    write!(f, ":{line}")?;
                }
                f.write_str(": ")?;
            }
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        write!(f, "{}", self.kind)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

/// Defines `Error` and `Result` of a crate over its `ErrorKind`.
///
/// `error_type!(ErrorKind, Data: detente_data::Error)` lets errors of `detente_data` become errors of this crate:
/// their kind goes into the variant `ErrorKind::Data`, their place and source are kept.
#[macro_export]
macro_rules! error_type {
    ($kind:ident $(, $variant:ident: $lower:ty)* $(,)?) => {
        // Not every crate has a use for it.
        #[allow(dead_code, unreachable_pub, reason = "one set of types for all crates")]
        /// The result of anything in this crate that can fail.
        pub type Result<T, E = Error> = std::result::Result<T, E>;

        /// Says what failed and where.
        #[allow(unreachable_pub, reason = "one set of types for all crates")]
        #[derive(Debug)]
        pub struct Error(Box<$crate::Located<$kind>>);

        // Not every crate has a use for each of these.
        #[allow(dead_code, unreachable_pub, reason = "one set of methods for all crates")]
        impl Error {
            /// Makes an error of a kind without a place.
            pub fn new(kind: $kind) -> Self {
                Self(Box::new($crate::Located {
                    kind,
                    place: $crate::Place::default(),
                    source: None,
                }))
            }

            /// Adds the file, unless one is already known.
            pub fn in_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
                self.0.place.path.get_or_insert_with(|| path.into());
                self
            }

            /// Adds the line (from 1), unless one is already known.
            pub fn at_line(mut self, line: u64) -> Self {
                self.0.place.line.get_or_insert(line);
                self
            }

            /// Adds what of a place is not known yet.
            pub fn at(mut self, place: $crate::Place) -> Self {
                let known = &mut self.0.place;
                known.path = known.path.take().or(place.path);
                known.line = known.line.or(place.line);
                self
            }

            /// Adds the error that caused this one.
            pub fn caused_by(mut self, source: impl Into<$crate::Source>) -> Self {
                self.0.source = Some(source.into());
                self
            }

            /// What failed.
            pub fn kind(&self) -> &$kind {
                &self.0.kind
            }

            /// Where it failed.
            pub fn place(&self) -> &$crate::Place {
                &self.0.place
            }

            /// Its parts, for an error that shall hold them.
            pub fn into_located(self) -> $crate::Located<$kind> {
                *self.0
            }

            /// Whether the cause is a closed pipe, which ends a program quietly.
            pub fn is_broken_pipe(&self) -> bool {
                let source = self.0.source.as_deref();
                source
                    .and_then(|source| source.downcast_ref::<std::io::Error>())
                    .is_some_and(|source| source.kind() == std::io::ErrorKind::BrokenPipe)
            }
        }

        impl std::fmt::Display for Error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::error::Error for Error {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                let source = self.0.source.as_deref();
                source.map(|source| source as &(dyn std::error::Error + 'static))
            }
        }

        $(
            impl From<$lower> for Error {
                fn from(error: $lower) -> Self {
                    Self(Box::new(error.into_located().map($kind::$variant)))
                }
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    mod lower {
        #[derive(Debug)]
        pub(super) struct Broken;

        impl std::fmt::Display for Broken {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("it is broken")
            }
        }

        crate::error_type!(Broken);
    }

    mod upper {
        #[derive(Debug)]
        pub(super) enum ErrorKind {
            Lower(super::lower::Broken),
        }

        impl std::fmt::Display for ErrorKind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let Self::Lower(kind) = self;
                kind.fmt(f)
            }
        }

        crate::error_type!(ErrorKind, Lower: super::lower::Error);
    }

    fn broken() -> lower::Error {
        lower::Error::new(lower::Broken)
    }

    #[test]
    fn the_first_place_known_stays() {
        let error = broken().at_line(3).in_file("a.csv").in_file("b.csv");
        assert_eq!(error.at_line(9).to_string(), "a.csv:3: it is broken");
        assert_eq!(
            broken().in_file("-").to_string(),
            "standard input: it is broken"
        );
    }

    #[test]
    fn the_place_moves_along_when_a_crate_passes_an_error_on() {
        let passed_on = upper::Error::from(broken().at_line(3)).in_file("a.csv");
        assert_eq!(passed_on.to_string(), "a.csv:3: it is broken");
        assert_eq!(passed_on.place().line, Some(3));
    }

    #[test]
    fn a_closed_pipe_is_recognised() {
        let of = |kind: std::io::ErrorKind| broken().caused_by(std::io::Error::from(kind));
        assert!(of(std::io::ErrorKind::BrokenPipe).is_broken_pipe());
        assert!(!of(std::io::ErrorKind::NotFound).is_broken_pipe());
        assert!(!broken().is_broken_pipe());
    }
}
