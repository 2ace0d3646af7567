//! What stands around the mention of a target, and what the mention is.

use super::ngram::{NgramParams, NgramSink, word_hash};
use super::place::Place;
use super::view::View;
use detente_text::{Span, Term, TermKind};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Surface and stem of a mention in every other view, whatever it is called.
pub(super) const MENTION: &str = "<mention>";

/// How many words to either side of a mention are near it. Measured: 3 and 8 are no better.
const WINDOW: u32 = 5;

/// The words and gaps of a statement, held until the places of all mentions are known.
#[derive(Default)]
pub(super) struct Surroundings {
    strings: String,
    terms: Vec<Held>,
    /// The places of the mentions among the terms.
    mentions: Vec<usize>,
    /// The stems of the words that the mentions consist of.
    inside: Vec<String>,
    is_possessive: bool,
    is_lower_case: bool,
}

/// A term without its text.
struct Held {
    surface: Span,
    stem: Span,
    word: u32,
    kind: TermKind,
    negated: bool,
    quoted: bool,
    clause: u32,
    is_name: bool,
}

/// A name has a capital letter where no sentence asks for one.
fn is_capital(term: &Term<'_>, text: &str) -> bool {
    term.span.slice(text).starts_with(char::is_uppercase)
}

impl Surroundings {
    /// Adds a term that is, or reaches into, a mention at this span of the text.
    pub(super) fn push_inside(&mut self, term: &Term<'_>, text: &str, mention: Span) {
        if term.kind == TermKind::Mark {
            return;
        }
        // "Trump's" is one term of which the mention is a part.
        self.is_possessive |= term.span.end > mention.end;
        if self.inside.is_empty() {
            self.is_lower_case = !is_capital(term, text);
        }
        self.inside.push(term.stem.to_owned());
    }

    /// Adds the statement's next term, the mention as one.
    pub(super) fn push(&mut self, term: &Term<'_>, text: &str, is_mention: bool) {
        if term.kind == TermKind::Mark {
            return;
        }
        if is_mention {
            self.mentions.push(self.terms.len());
        }
        let is_first = self.terms.is_empty();
        let is_name = match term.kind {
            TermKind::Word => !is_first && is_capital(term, text),
            TermKind::Party => !is_mention,
            TermKind::Address | TermKind::Number | TermKind::Mark | TermKind::Frame => false,
        };
        let mut hold = |text: &str| {
            let start = self.strings.len();
            self.strings.push_str(text);
            Span::new(start, self.strings.len())
        };
        self.terms.push(Held {
            surface: hold(term.surface),
            stem: hold(term.stem),
            word: term.word,
            kind: term.kind,
            negated: term.negated,
            quoted: term.quoted,
            clause: term.clause,
            is_name,
        });
    }

    /// Hands everything that depends on the mentions to the sink.
    pub(super) fn visit(&self, params: &NgramParams, sink: &mut impl NgramSink) {
        if self.mentions.is_empty() {
            return;
        }
        let places = self.places();
        sink.places(&places);
        for (at, place) in places.iter().enumerate() {
            let is_near =
                place.distance.unsigned_abs() <= WINDOW && self.terms[at].kind != TermKind::Address;
            match place.distance {
                0 => self.around(at, sink),
                _ if !is_near => continue,
                ..0 => self.emit(View::NearWord, "left~", &[at], sink),
                _ => self.emit(View::NearWord, "right~", &[at], sink),
            }
            if params.char_max > 0 && self.terms[at].kind == TermKind::Word {
                let term = &self.terms[at];
                sink.near_surface(term.surface.slice(&self.strings), term.word, at);
            }
        }
        for stem in &self.inside {
            let hash = hash_of(View::Mention, "in~", &[stem]);
            sink.near(View::Mention, hash, "in~", &[stem], &self.mentions);
        }
        for form in self.forms() {
            let hash = hash_of(View::Mention, form, &[]);
            sink.near(View::Mention, hash, form, &[], &[]);
        }
    }

    fn places(&self) -> Vec<Place> {
        let mut n_names = 0;
        let names_before: Vec<u32> = (self.terms.iter())
            .map(|term| {
                n_names += u32::from(term.is_name);
                n_names - u32::from(term.is_name)
            })
            .collect();
        let mut next = 0;
        let places = self.terms.iter().enumerate().map(|(at, term)| {
            // Of two mentions as near as each other the first counts.
            while let Some(later) = self.mentions.get(next + 1)
                && later.abs_diff(at) < self.mentions[next].abs_diff(at)
            {
                next += 1;
            }
            let mention = self.mentions[next];
            let (first, last) = (mention.min(at), mention.max(at));
            let own = u32::from(self.terms[first].is_name && first != last);
            Place {
                distance: at as i32 - mention as i32,
                n_names: names_before[last] - names_before[first] - own,
                is_in_clause: term.clause == self.terms[mention].clause,
            }
        });
        places.collect()
    }

    /// The n-grams of two and three words that hold the mention.
    fn around(&self, at: usize, sink: &mut impl NgramSink) {
        for order in 2..=3 {
            for first in at.saturating_sub(order - 1)..=at {
                let goes_across = |places: &[usize]| {
                    (places.iter()).any(|place| self.terms[*place].kind == TermKind::Address)
                };
                let places: Vec<usize> = (first..first + order).collect();
                if first + order <= self.terms.len() && !goes_across(&places) {
                    self.emit(View::NearWord, "", &places, sink);
                }
            }
        }
    }

    fn emit(&self, view: View, mark: &str, places: &[usize], sink: &mut impl NgramSink) {
        let stems = places
            .iter()
            .map(|at| self.terms[*at].stem.slice(&self.strings));
        let stems: Vec<&str> = stems.collect();
        sink.near(view, hash_of(view, mark, &stems), mark, &stems, places);
    }

    /// What the mention looks like and where it stands, in words of a closed set; what is said of each
    /// mention comes once for each.
    fn forms(&self) -> Vec<&'static str> {
        let n_terms = self.terms.len();
        let n_words = self.inside.len() / self.mentions.len();
        let n_names = self.terms.iter().filter(|term| term.is_name).count();
        let mut forms = vec![
            ["<no other name>", "<1 other name>", "<2 other names>"]
                .get(n_names)
                .unwrap_or(&"<3 or more other names>"),
            ["<1 word>", "<2 words>"]
                .get(n_words.saturating_sub(1))
                .unwrap_or(&"<3 or more words>"),
            ["<below 10>", "<below 20>", "<below 30>", "<below 40>"]
                .get(n_terms / 10)
                .unwrap_or(&"<40 or more>"),
        ];
        let flags = [
            (self.is_possessive, &"<'s>"),
            (self.is_lower_case, &"<lower case>"),
            (self.mentions.len() > 1, &"<repeated>"),
        ];
        forms.extend(flags.iter().filter(|(holds, _)| *holds).map(|(_, f)| *f));
        for at in &self.mentions {
            let term = &self.terms[*at];
            forms.push(&["<first third>", "<middle third>", "<last third>"][3 * at / n_terms]);
            let flags = [
                (*at == 0, &"<begins>"),
                (term.quoted, &"<quoted>"),
                (term.negated, &"<negated>"),
            ];
            forms.extend(flags.iter().filter(|(holds, _)| *holds).map(|(_, f)| *f));
        }
        forms.into_iter().copied().collect()
    }
}

fn hash_of(view: View, mark: &str, stems: &[&str]) -> u64 {
    let mut bytes = mark.as_bytes().to_vec();
    for stem in stems {
        bytes.extend_from_slice(&word_hash(stem).to_le_bytes());
    }
    xxh3_64_with_seed(&bytes, view.seed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::visit;
    use detente_text::{Analyzer, AnalyzerParams, AnalyzerState, Passage, mentions_of};

    #[derive(Default)]
    struct Heard {
        words: Vec<String>,
        near: Vec<String>,
        surfaces: Vec<String>,
        places: Vec<Place>,
    }

    impl NgramSink for Heard {
        fn word(&mut self, _hash: u64, stems: &[&str]) {
            self.words.push(stems.join(" "));
        }

        fn surface(&mut self, _term: &Term<'_>, _is_known: bool) {}

        fn near(&mut self, view: View, _hash: u64, mark: &str, stems: &[&str], _places: &[usize]) {
            self.near
                .push(format!("{}:{mark}{}", view.name(), stems.join(" ")));
        }

        fn near_surface(&mut self, surface: &str, _word: u32, _place: usize) {
            self.surfaces.push(surface.to_owned());
        }

        fn places(&mut self, places: &[Place]) {
            self.places = places.to_vec();
        }
    }

    fn heard(text: &str, mention: &str) -> Heard {
        let analyzer = Analyzer::new(AnalyzerParams {
            mask_parties: false,
            ..AnalyzerParams::DEFAULT
        });
        let params = NgramParams {
            mention: true,
            ..NgramParams::DEFAULT
        };
        let mentions = mentions_of(text, mention);
        let passage = Passage::toward(text, &mentions);
        let mut heard = Heard::default();
        visit(
            &analyzer,
            &mut AnalyzerState::new(),
            passage,
            &params,
            &mut heard,
        );
        heard
    }

    #[test]
    fn the_mention_is_masked_and_its_words_stand_apart() {
        let heard = heard("They praised Ann Lee's plan.", "Ann Lee");
        assert!(heard.words.contains(&"prais <mention>".to_owned()));
        assert!(!heard.words.iter().any(|word| word.contains("lee")));
        let expected = [
            "near-word:left~they",
            "near-word:left~prais",
            "near-word:prais <mention>",
            "near-word:<mention> plan",
            "near-word:they prais <mention>",
            "near-word:prais <mention> plan",
            "near-word:right~plan",
            "mention:in~ann",
            "mention:in~lee",
            "mention:<no other name>",
            "mention:<2 words>",
            "mention:<below 10>",
            "mention:<'s>",
            "mention:<middle third>",
        ];
        assert_eq!(heard.near, expected);
        assert_eq!(heard.surfaces, ["they", "praised", "plan"]);
    }

    #[test]
    fn places_are_seen_from_the_nearest_mention() {
        let heard = heard("Ann met Bob, and Ann left.", "Ann");
        let place = |distance, n_names, is_in_clause| Place {
            distance,
            n_names,
            is_in_clause,
        };
        let expected = [
            place(0, 0, true),
            place(1, 0, true),
            place(2, 0, true),
            place(-1, 0, true),
            place(0, 0, true),
            place(1, 0, true),
        ];
        assert_eq!(heard.places, expected);
        assert!(heard.near.contains(&"mention:<repeated>".to_owned()));
    }

    #[test]
    fn other_names_and_clauses_part_a_word_from_the_mention() {
        let heard = heard("Ann heard Bob, who blamed Carl.", "Ann");
        let found: Vec<(u32, bool)> = (heard.places.iter())
            .map(|place| (place.n_names, place.is_in_clause))
            .collect();
        let expected = [
            (0, true),
            (0, true),
            (0, true),
            (1, false),
            (1, false),
            (1, false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn words_far_from_the_mention_are_not_near() {
        let heard = heard("a b c d e f Ann", "Ann");
        assert!(!heard.near.contains(&"near-word:left~a".to_owned()));
        assert!(heard.near.contains(&"near-word:left~b".to_owned()));
    }

    #[test]
    fn a_text_without_its_mention_is_a_text_alone() {
        let heard = heard("They praised the plan.", "Ann");
        assert!(heard.near.is_empty() && heard.places.is_empty());
        assert!(heard.words.contains(&"prais".to_owned()));
    }
}
