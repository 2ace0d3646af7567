//! What can fail, each with its sentence: what was found, then what is allowed.

/// What failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Bytes that are no whole file of their kind.
    #[error(
        "this {what} cannot be read; expected a file that is whole, as the program that made it saves it"
    )]
    Broken {
        /// The kind, as in "PDF file".
        what: &'static str,
    },
    /// A file behind a password.
    #[error("this {what} is encrypted; expected one that is saved without a password, or its text")]
    Encrypted {
        /// The kind.
        what: &'static str,
    },
    /// A kind of file that is known and not read.
    #[error("this is {what}; expected {expected}")]
    NotRead {
        /// What it is, as in "a file of an old Microsoft Word (.doc)".
        what: &'static str,
        /// What it may be saved as.
        expected: &'static str,
    },
    /// A workbook without a cell.
    #[error("there is nothing to read: no sheet of this {what} has a row")]
    NoRows {
        /// The kind.
        what: &'static str,
    },
    /// A document without a word.
    #[error(
        "there is nothing to read: this {what} is empty, or has nothing but pictures; expected one with text, which a \
         program for the recognition of letters (OCR) adds to pictures"
    )]
    Empty {
        /// The kind.
        what: &'static str,
    },
    /// Pages of pictures.
    #[error(
        "this {what} has no text, as a scan has none; expected one with text, which a program for the recognition of \
         letters (OCR) adds"
    )]
    NoText {
        /// The kind.
        what: &'static str,
    },
    /// Fonts whose glyphs stand for no letters that are known.
    #[error(
        "this {what} does not say which letters its glyphs stand for; expected one with text, as another program \
         prints it, or as the recognition of letters (OCR) adds it"
    )]
    UnknownLetters {
        /// The kind.
        what: &'static str,
    },
    /// A document that would unpack to too much.
    #[error("this {what} unpacks to too much; expected at most {most} bytes")]
    UnpacksTooFar {
        /// The kind.
        what: &'static str,
        /// How many bytes are allowed.
        most: u64,
    },
    /// A document that would take too much.
    #[error("this {what} {found}; expected at most {most}")]
    TooMuch {
        /// The kind.
        what: &'static str,
        /// What there is too much of, as in "has parts within parts".
        found: &'static str,
        /// How much is allowed, with its unit.
        most: String,
    },
}

detente_error::error_type!(ErrorKind);
