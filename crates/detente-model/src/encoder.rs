//! What a model asks of a sentence encoder, which lies beside it: who it is, and a row of numbers for a text.
//!
//! The encoder itself is in `detente-encoder`; here is only what a model and its training need to know of one.

use detente_text::{Analyzer, Parties, PartyKind, Passage, Span, tokens_of};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Says which encoder it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderIdentity {
    /// The name of its folder, for people.
    pub name: String,
    /// XXH3-128 of its files, as 32 hexadecimal digits.
    pub hash: String,
    /// How the hidden states of its layers become a row.
    pub pooling: String,
    /// Numbers in a row.
    pub n_columns: usize,
}

impl EncoderIdentity {
    /// Whether both give the same rows; names may differ.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.hash, &self.pooling, self.n_columns)
            == (&other.hash, &other.pooling, other.n_columns)
    }
}

/// Gives a dense row for a text.
pub trait SentenceEncoder: fmt::Debug + Send + Sync {
    /// Who it is.
    fn identity(&self) -> &EncoderIdentity;

    /// The row of a text, of `n_columns` finite numbers. It depends on nothing but the text.
    fn encode(&self, text: &str) -> Vec<f32>;
}

/// An encoder that several models or threads share. Two are equal if they give the same rows.
#[derive(Clone, Debug)]
pub struct SharedEncoder(Arc<dyn SentenceEncoder>);

impl SharedEncoder {
    /// Shares an encoder.
    pub fn new(encoder: impl SentenceEncoder + 'static) -> Self {
        Self(Arc::new(encoder))
    }
}

impl Deref for SharedEncoder {
    type Target = dyn SentenceEncoder;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for SharedEncoder {
    fn eq(&self, other: &Self) -> bool {
        self.identity().is_same(other.identity())
    }
}

/// The text that an encoder is given for a passage: with what stands for the names of parties where the analyzer masks
/// them, and for the mention of a target, since neither shall decide by its name.
pub fn encoded_text<'a>(analyzer: &Analyzer, passage: Passage<'a>) -> Cow<'a, str> {
    let text = passage.text;
    let mut masks: Vec<(Span, &str)> = passage.mentions.iter().map(|span| (*span, "it")).collect();
    if analyzer.params().mask_parties {
        let language = analyzer.params().language;
        let found = Parties::of(language).find(text, &tokens_of(text, language));
        let apart = found
            .into_iter()
            .filter(|found| passage.mention_at(found.span).is_none());
        masks.extend(apart.map(|found| (found.span, word_for(found.party.kind))));
    }
    if masks.is_empty() {
        return Cow::Borrowed(text);
    }
    masks.sort_by_key(|(span, _)| (span.start, span.end));
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for (span, word) in masks.into_iter().filter(|(span, _)| span.start <= span.end) {
        if span.start < end {
            continue;
        }
        masked.push_str(&text[end..span.start]);
        let has_article = masked.trim_end().to_lowercase().ends_with("the");
        masked.push_str(match has_article {
            true => word.trim_start_matches("the "),
            false => word,
        });
        let name = span.slice(text);
        if name.ends_with("'s") || name.ends_with("\u{2019}s") {
            masked.push_str("'s");
        }
        end = span.end;
    }
    masked.push_str(&text[end..]);
    Cow::Owned(masked)
}

/// What a name of this kind is replaced by: words that go where such a name goes.
fn word_for(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Capital | PartyKind::Seat => "the government",
        PartyKind::Demonym => "foreign",
        PartyKind::Group => "the group",
        PartyKind::Leader => "the leader",
        PartyKind::Region => "the region",
        PartyKind::Body => "the organisation",
        PartyKind::State => "the country",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_text::{AnalyzerParams, mentions_of};

    fn read(mask_parties: bool, text: &str, mention: &str) -> String {
        let analyzer = Analyzer::new(AnalyzerParams {
            mask_parties,
            ..AnalyzerParams::DEFAULT
        });
        let mentions = mentions_of(text, mention);
        encoded_text(&analyzer, Passage::toward(text, &mentions)).into_owned()
    }

    #[test]
    fn names_are_replaced_where_they_are_masked() {
        let text = "The Kremlin and Syria's envoys met the Turkish side.";
        let masked = "The government and the country's envoys met the foreign side.";
        assert_eq!(read(true, text, ""), masked);
        assert_eq!(read(false, text, ""), text);
    }

    #[test]
    fn a_mention_is_replaced_in_any_case() {
        let text = "Syria thanked the UN, and Iran thanked Syria.";
        assert_eq!(
            read(false, text, "Syria"),
            "it thanked the UN, and Iran thanked it."
        );
        assert_eq!(
            read(true, text, "Syria"),
            "it thanked the UN, and the country thanked it."
        );
    }
}
