//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_error::counted;

/// What failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes of a member are not those that the manifest names.
    #[error(
        "`{file}` has SHA-256 {found}; expected {expected}, as the manifest says: the archive was changed"
    )]
    Altered {
        /// The member.
        file: String,
        /// The digest that the manifest names.
        expected: String,
        /// The digest found.
        found: String,
    },
    /// The manifest is no manifest, or one that contradicts itself.
    #[error("the manifest cannot be used: {message}")]
    BadManifest {
        /// Why.
        message: String,
    },
    /// A member is no plain file.
    #[error("`{file}` is {found}; expected plain files, stored or deflated")]
    BadMember {
        /// The member.
        file: String,
        /// What it is.
        found: &'static str,
    },
    /// A path that is no plain one.
    #[error("`{path}` {fault}")]
    BadPath {
        /// The path.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// Two members of one name.
    #[error("two members have one name; expected a name for each")]
    Duplicates,
    /// No command.
    #[error("there is no command; expected one a line, as in `detente score news/`")]
    EmptyStudy,
    /// A member that the manifest does not name.
    #[error("`{file}` is not named by the manifest; expected only what it names")]
    Foreign {
        /// The member.
        file: String,
    },
    /// Reading or writing.
    #[error("{action}")]
    Io {
        /// What was tried.
        action: &'static str,
    },
    /// A member that the manifest names and that is not there.
    #[error("`{file}` is not in the archive, though its manifest names it")]
    Missing {
        /// The member.
        file: String,
    },
    /// Not a zip file, or a damaged one.
    #[error("this is no archive of a study: {message}")]
    NotAnArchive {
        /// Why.
        message: String,
    },
    /// A line that begins with another program.
    #[error(
        "the line begins with `{word}`; expected a command of this program, as in `detente score news/`"
    )]
    NotDetente {
        /// Its first word.
        word: String,
    },
    /// A quotation mark without its partner.
    #[error("a quotation mark has no partner; expected it closed on the same line")]
    OpenQuote,
    /// A member has another size than the manifest names.
    #[error(
        "`{file}` has {found} bytes; expected {expected}, as the manifest says: the archive was changed"
    )]
    OtherSize {
        /// The member.
        file: String,
        /// The size that the manifest names.
        expected: u64,
        /// The size found.
        found: u64,
    },
    /// A sign that only a shell understands.
    #[error(
        "`{sign}` is a sign of the shell; expected one command a line without pipes, redirects, variables or patterns \
         (in single quotes a sign stands for itself)"
    )]
    ShellSign {
        /// The sign.
        sign: char,
    },
    /// More commands than a study may have.
    #[error("there are {}; expected at most {most}", counted(*.n, "command"))]
    TooManyCommands {
        /// How many there are.
        n: usize,
        /// How many there may be.
        most: usize,
    },
    /// More members than an archive may have.
    #[error("there are {}; expected at most {most}", counted(*.n, "file"))]
    TooManyMembers {
        /// How many there are.
        n: usize,
        /// How many there may be.
        most: usize,
    },
    /// An archive of a later version.
    #[error(
        "the archive has format {found}; expected at most {known}: a later version of detente wrote it"
    )]
    TooNew {
        /// Its format.
        found: u32,
        /// The latest one known.
        known: u32,
    },
    /// A member that is longer than it says.
    #[error("`{file}` unpacks to more bytes than it says; expected {said}")]
    Understated {
        /// The member.
        file: String,
        /// The bytes that it says it has.
        said: u64,
    },
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PathFault {
    /// It begins at the root of a disk.
    #[error("is an absolute path; expected one relative to the folder of the study")]
    Absolute,
    /// It is empty.
    #[error("names nothing; expected the name of a file or folder")]
    Empty,
    /// It goes up.
    #[error("leads out of the folder of the study; expected a path without `..`")]
    LeadsOut,
    /// It is longer than some systems allow.
    #[error("is longer than 1000 bytes; expected a shorter path")]
    Long,
    /// It has a backslash or a control character.
    #[error("has a backslash or a control character; expected a path that all systems read alike")]
    Odd,
}

detente_error::error_type!(ErrorKind);

impl Error {
    /// Makes an input/output error.
    pub(crate) fn io(action: &'static str, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io { action }).caused_by(source)
    }
}
