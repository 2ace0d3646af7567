//! What can fail, each with its sentence: what was found, then what is allowed.

use crate::encoder::EncoderIdentity;

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A model whose sentence encoder is not given.
    #[error(
        "this model reads what a sentence encoder says (`{}`, hash {}); expected the folder of that encoder",
        .expected.name, .expected.hash
    )]
    EncoderMissing {
        /// The encoder it was trained with.
        expected: Box<EncoderIdentity>,
    },
    /// A sentence encoder that the model was not trained with.
    #[error(
        "the sentence encoder is `{}` (hash {}, {}); expected `{}` (hash {}, {}), which the model was trained with",
        .found.name, .found.hash, .found.pooling, .expected.name, .expected.hash, .expected.pooling
    )]
    EncoderOther {
        /// The encoder it was trained with.
        expected: Box<EncoderIdentity>,
        /// The one given.
        found: Box<EncoderIdentity>,
    },
    /// A line of a lexicon that is not an entry, a category and a weight.
    #[error(
        "this line of the lexicon is `{found}`; expected an entry of up to 6 words, a category and a \
            weight from 0.001 to 1000, separated by tabs"
    )]
    LexiconLine {
        /// The line.
        found: String,
    },
    /// The bytes after the model's header do not match its checksum.
    #[error("this model was altered after it was written: its checksum does not match")]
    ModelAltered,
    /// The file is not a detente model.
    #[error("this is not a detente model")]
    ModelMagic,
    /// A model whose metadata cannot be understood although its checksum is right.
    #[error("this model cannot be read: {found}")]
    ModelMalformed {
        /// What is wrong, as the end of the sentence.
        found: String,
    },
    /// The model was written by a newer version of detente.
    #[error("this model has format version {found}; this program reads versions up to {supported}")]
    ModelTooNew {
        /// The format version found.
        found: u32,
        /// The newest format version that this program reads.
        supported: u32,
    },
    /// The model file ends early.
    #[error("this model is truncated: it has {found} bytes; expected {expected}")]
    ModelTruncated {
        /// Bytes the header promises.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// A model that wants mentions is to be measured on rows that name none.
    #[error(
        "the model learned what is said around the mention of a target; expected rows that say where theirs is"
    )]
    NoMentions,
    /// A parameter outside its range.
    #[error("{parameter} is {value}; expected {expected}")]
    OutOfRange {
        /// The parameter's name.
        parameter: &'static str,
        /// The value given.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A renaming of labels that is not `FROM=TO`.
    #[error("`{value}` is not a renaming of a label; expected `FROM=TO`")]
    Rename {
        /// The argument of `--label`.
        value: String,
    },
    /// A model whose n-grams are hashed is to be shrunk.
    #[error(
        "this model was trained row by row, and its n-grams cannot be told apart to leave some out"
    )]
    ShrinkHashed,
    /// A model that is to be shrunk is already as small.
    #[error(
        "the size asked for is {max_bytes} bytes and the model has {n_bytes}; expected less than it has"
    )]
    ShrinkNothing {
        /// The bytes asked for.
        max_bytes: usize,
        /// The bytes of the model.
        n_bytes: usize,
    },
    /// A model cannot be shrunk so far.
    #[error(
        "the size asked for is {max_bytes} bytes; expected at least {least}, which the model takes \
            without any n-gram"
    )]
    ShrinkTooSmall {
        /// The bytes asked for.
        max_bytes: usize,
        /// The bytes of the model without any n-gram.
        least: usize,
    },
}

detente_error::error_type!(ErrorKind);
