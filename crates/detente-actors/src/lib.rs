//! Who takes a stance toward whom: the parties of a text, its quotations and their speakers, and of each statement
//! the party that holds its stance and the one that it is taken toward.
//!
//! In come a text and the spans of its statements ([`detente_text::statements`]); out goes an [`Actors`] for each
//! statement, and the [`Quotation`]s of the text. Everything that was read off the text has its [`Span`] in it.
//!
//! ```text
//! text, spans -> sentences (sentence.rs)
//!   -> mentions of parties, with ids      gazetteer.rs, homonym.rs, mention.rs
//!   -> quotation marks, in pairs          marks.rs
//!   -> who says what                      saying.rs, phrase.rs, clause.rs, frame.rs, turn.rs
//!   -> persons and the parties they speak for   person.rs
//!   -> who acts, who speaks in the first person           subject.rs, own.rs
//!   -> holder and counterpart, each with the rule that found it   holder.rs
//! ```
//!
//! Everything here is a rule, so that a result can be named and argued with. Nothing is learned, and no rule knows
//! what a party is like: whether a stance is friendly is the business of a model.
//!
//! # Example
//! ```
//! use detente_actors::{ArticleFacts, Gazetteer, actors};
//! use detente_text::{LineBreaks, statements};
//!
//! let text = "Baku is ready to sign, President Aliyev said. He thanked Iran for its help.";
//! let spans = statements(text, LineBreaks::Detect);
//! let found = actors(text, &spans, Gazetteer::embedded(), &ArticleFacts::default());
//! let first = found.statements[0].holder.as_ref().unwrap();
//! assert_eq!((&*first.party.id, first.rule.name()), ("AZE", "speaker"));
//! let second = &found.statements[1];
//! assert_eq!(&*second.counterpart.as_ref().unwrap().party.id, "IRN");
//! ```

#![deny(missing_docs)]

mod ends;
mod sentence;
mod gazetteer;
mod homonym;
mod mention;
mod marks;
mod saying;
mod grammar;
mod phrase;
mod clause;
mod frame;
mod turn;
mod person;
mod subject;
mod own;
mod holder;
mod actors;

pub use actors::{Actors, ArticleActors, ArticleFacts, Quotation, actors};
pub use detente_text::Span;
pub use ends::span_ends;
pub use frame::QuotationKind;
pub use gazetteer::{Gazetteer, OwnParty, PartyIdentity, PartySort};
pub use holder::{Role, Rule};
pub use mention::{Mention, MentionKind};
