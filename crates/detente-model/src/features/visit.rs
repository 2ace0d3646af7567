//! The one way from a passage to its n-grams, which training and scoring share.
//!
//! A passage comes in; a [`NgramSink`] is told of each n-gram. Nothing is counted or looked up here.

use super::near::{MENTION, Surroundings};
use super::ngram::{NgramParams, NgramSink, join};
use detente_text::{Analyzer, AnalyzerState, Passage, Span, Term, TermKind};

/// Visits the n-grams of a passage in the order in which they end, then those around its mentions.
///
/// ```
/// use detente_model::features::{NgramParams, NgramSink, visit};
/// use detente_text::{Analyzer, AnalyzerParams, AnalyzerState, Passage, Term};
///
/// /// Keeps the word n-grams as text.
/// struct Words(Vec<String>);
///
/// impl NgramSink for Words {
///     fn word(&mut self, _hash: u64, stems: &[&str]) {
///         self.0.push(stems.join(" "));
///     }
///
///     fn surface(&mut self, _term: &Term<'_>, _is_known: bool) {}
/// }
///
/// let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
/// let mut words = Words(Vec::new());
/// let passage = Passage::from("They signed treaties");
/// visit(&analyzer, &mut AnalyzerState::default(), passage, &NgramParams::DEFAULT, &mut words);
/// assert_eq!(words.0, ["they", "sign", "they sign", "treati", "sign treati"]);
/// ```
pub fn visit(
    analyzer: &Analyzer,
    state: &mut AnalyzerState,
    passage: Passage<'_>,
    params: &NgramParams,
    sink: &mut impl NgramSink,
) {
    let mut window = TermWindow::default();
    if passage.mentions.is_empty() || !params.mention {
        analyze(analyzer, state, passage, params, &mut |term| {
            window.term(&term, params, sink)
        });
        return;
    }
    let mut surroundings = Surroundings::default();
    let mut last_mention = None;
    analyze(analyzer, state, passage, params, &mut |mut term| {
        if term.kind == TermKind::Frame {
            // What a mention is must not be told by its class.
            let ends = [term.span.start, term.span.end - 1];
            let of_mention = |at: usize| passage.mention_at(Span::new(at, at + 1)).is_some();
            if ends.into_iter().any(of_mention) {
                return;
            }
            window.term(&term, params, sink);
            return;
        }
        let mention = passage.mention_at(term.span);
        if let Some(mention) = mention {
            surroundings.push_inside(&term, passage.text, passage.mentions[mention]);
            if last_mention == Some(mention) || term.kind == TermKind::Mark {
                return;
            }
            last_mention = Some(mention);
            term.kind = TermKind::Party;
            term.surface = MENTION;
            term.stem = MENTION;
            term.word = Term::NO_WORD;
        }
        window.term(&term, params, sink);
        surroundings.push(&term, passage.text, mention.is_some());
    });
    surroundings.visit(params, sink);
}

/// Passes the terms of a passage on, with the frames if the parameters say so.
fn analyze(
    analyzer: &Analyzer,
    state: &mut AnalyzerState,
    passage: Passage<'_>,
    params: &NgramParams,
    sink: &mut impl FnMut(Term<'_>),
) {
    match params.frames {
        true => analyzer.analyze_with_frames(state, passage.text, sink),
        false => analyzer.analyze(state, passage.text, sink),
    }
}

/// The two stems before a term, with their hashes.
#[derive(Default)]
struct TermWindow {
    hashes: [u64; 2],
    /// Left empty for sinks that look at no stems.
    stems: [String; 2],
    n_previous: usize,
}

impl TermWindow {
    fn term<S: NgramSink>(&mut self, term: &Term<'_>, params: &NgramParams, sink: &mut S) {
        if term.kind == TermKind::Address {
            sink.address(term);
            sink.gap();
            self.n_previous = 0;
            return;
        }
        let (hash, is_known) = sink.stem(term);
        if matches!(term.kind, TermKind::Mark | TermKind::Frame) {
            return;
        }
        if term.kind == TermKind::Word {
            sink.surface(term, is_known);
            if params.negation && term.negated {
                sink.negated(term);
            }
        } else {
            sink.gap();
        }
        let ([second, first], [second_stem, first_stem]) = (self.hashes, &self.stems);
        if params.word_max >= 2 && self.n_previous >= 1 {
            sink.word(join(first, hash), &[first_stem, term.stem]);
            if params.word_max >= 3 && self.n_previous >= 2 {
                let triple = join(join(second, first), hash);
                sink.word(triple, &[second_stem, first_stem, term.stem]);
            }
        }
        self.hashes = [first, hash];
        if S::WANTS_STEMS {
            self.stems.swap(0, 1);
            self.stems[1].clear();
            self.stems[1].push_str(term.stem);
        }
        self.n_previous += 1;
    }
}
