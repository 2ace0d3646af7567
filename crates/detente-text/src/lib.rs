//! Turns a text into statements, statements into tokens, and tokens into terms.
//!
//! In comes a `&str`; out go [`Span`]s in bytes into that very text: [`statements`] finds the
//! statements, [`tokens`] the words, numbers and marks of one of them, and an [`Analyzer`]
//! adds to each word its stem, whether it is negated, whether it is quoted, and whether it
//! belongs to the name of a party ([`Parties`]). A [`Sketch`] keeps of a text only what it takes to
//! find its near-duplicates. With the feature `detection`, [`detect_language`] finds the language of a text.
//!
//! The room knows no articles, labels or files, and it drops nothing that a reader would
//! miss: there is no list of stop words, since such lists take the negations away.

mod span;
mod normalised;
mod front_matter;
mod lines;
mod abbreviation;
mod address;
mod boundary;
mod statement;
mod token;
mod beginnings;
mod clitics;
mod simplified;
mod stem;
mod elision;
mod fold;
mod parties;
mod negation;
mod frame;
mod words;
mod quotation;
mod analyzer;
mod sketch;
mod mention;
#[cfg(feature = "detection")]
mod script;
#[cfg(feature = "detection")]
mod function_words;
#[cfg(feature = "detection")]
mod language_names;
#[cfg(feature = "detection")]
mod russian_forms;
#[cfg(feature = "detection")]
mod detection;

pub use analyzer::{ANALYSIS, Analyzer, AnalyzerParams, AnalyzerState, Term, TermKind};
#[cfg(feature = "detection")]
pub use detection::{DetectedLanguage, are_near, detect_language, has_letters_of};
pub use elision::tokens_of;
pub use fold::lexicon_entry;
pub use frame::FRAMES;
pub use front_matter::FrontMatter;
#[cfg(feature = "detection")]
pub use language_names::{language_code, language_name};
pub use lines::LineBreaks;
pub use mention::{Passage, mentions_of};
pub use normalised::{Normalised, is_ignorable};
pub use parties::{Parties, Party, PartyKind, PartyMatch, strip_possessive};
pub use sketch::{Sketch, text_hash};
pub use span::Span;
pub use statement::{MAX_STATEMENT_BYTES, statements};
pub use stem::Language;
pub use token::{Token, TokenKind, tokens};
pub use words::PARTY;
