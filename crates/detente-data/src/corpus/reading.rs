//! How the bytes of a file become text and cells.

use super::notices::Notices;
use crate::error::{Error, ErrorKind, Result};
use encoding_rs::Encoding;

/// How the bytes of a file become text and cells; what is not said is found by looking at the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadParams {
    /// What separates the columns of a CSV; default: what its first rows show.
    pub delimiter: Option<Delimiter>,
    /// The encoding of text; default: what its bytes show.
    pub encoding: Option<TextEncoding>,
    /// Where what was found is told.
    pub notices: Notices,
}

/// An encoding of text, by its name or any of its labels in the Encoding Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(pub(super) &'static Encoding);

impl TextEncoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);

    /// Finds the encoding of a label such as `latin1`.
    ///
    /// # Errors
    /// No encoding has that label.
    ///
    /// # Example
    /// ```
    /// use detente_data::corpus::TextEncoding;
    /// assert_eq!(TextEncoding::parse("cp1252")?.name(), "windows-1252");
    /// # Ok::<(), detente_data::Error>(())
    /// ```
    pub fn parse(label: &str) -> Result<Self> {
        let found = Encoding::for_label(label.as_bytes()).or_else(|| {
            // The names that Python and Windows give them.
            let label = label.trim().to_ascii_lowercase().replace('_', "-");
            let number = label.strip_prefix("cp").or(label.strip_prefix("windows"))?;
            Encoding::for_label(format!("windows-{}", number.trim_start_matches('-')).as_bytes())
        });
        found.map(Self).ok_or_else(|| {
            Error::new(ErrorKind::UnknownName {
                what: "the encoding",
                value: label.to_owned(),
                allowed: [
                    "utf-8",
                    "utf-16le",
                    "windows-1252",
                    "iso-8859-2",
                    "shift_jis",
                    "gb18030",
                ]
                .map(str::to_owned)
                .to_vec(),
            })
        })
    }

    /// Its name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The character between two cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiter(pub(super) u8);

impl Delimiter {
    /// Those that are looked for, the likeliest first.
    pub(super) const ALL: [Self; 4] = [Self(b','), Self(b';'), Self(b'\t'), Self(b'|')];

    /// Reads a character, or the word for one.
    ///
    /// # Errors
    /// It is none of the words, and no character of ASCII that can separate cells.
    ///
    /// # Example
    /// ```
    /// use detente_data::corpus::Delimiter;
    /// assert_eq!(Delimiter::parse("tab")?, Delimiter::parse("\t")?);
    /// assert!(Delimiter::parse("\"").is_err());
    /// # Ok::<(), detente_data::Error>(())
    /// ```
    pub fn parse(given: &str) -> Result<Self> {
        let byte = match given.to_ascii_lowercase().as_str() {
            "tab" | "\\t" => Some(b'\t'),
            "comma" => Some(b','),
            "semicolon" => Some(b';'),
            "pipe" => Some(b'|'),
            "space" => Some(b' '),
            _ => match given.as_bytes() {
                [byte] => Some(*byte),
                _ => None,
            },
        };
        let is_fit = |byte: &u8| {
            *byte == b'\t' || (byte.is_ascii_punctuation() && *byte != b'"') || *byte == b' '
        };
        byte.filter(is_fit).map(Self).ok_or_else(|| {
            Error::new(ErrorKind::OutOfRange {
                parameter: "the delimiter",
                value: format!("`{given}`"),
                expected: "one character such as `;`, or `tab`, `comma`, `semicolon`, or `pipe`",
            })
        })
    }

    /// The character.
    pub fn character(self) -> char {
        char::from(self.0)
    }
}
