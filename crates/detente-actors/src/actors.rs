//! The walk over a text: from its statements to who says what, who holds it and toward whom.

use crate::ends::{optional_ends, span_ends};
use crate::frame::{Frame, QuotationKind, frames};
use crate::gazetteer::{Gazetteer, PartyIdentity};
use crate::holder::{Known, KnownPair, REACH_OF_BOTH, Role, Rule, holder_and_counterpart};
use crate::homonym::Homonyms;
use crate::marks::{Quoted, quoted};
use crate::mention::{Mention, MentionKind, mentions};
use crate::person::Persons;
use crate::phrase::main_subject;
use crate::sentence::Sentence;
use crate::turn::{Turn, is_questioner, turns};
use detente_text::Span;
use serde::Serialize;
use std::sync::Arc;

/// What is known of a text beside its words.
#[derive(Clone, Debug, Default)]
pub struct ArticleFacts {
    /// The year of its date: leaders stand for their party in their years only.
    pub year: Option<i16>,
    /// The party that speaks the whole text, as in a speech before the General Assembly.
    pub author: Option<Arc<PartyIdentity>>,
}

/// Words that somebody is reported to have said or written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quotation {
    /// The quoted words, without their marks.
    #[serde(serialize_with = "span_ends")]
    pub span: Span,
    /// How they are quoted.
    pub kind: QuotationKind,
    /// The speaker as written; `None` where the text does not say.
    #[serde(serialize_with = "optional_ends")]
    pub speaker: Option<Span>,
    /// The party that the speaker speaks for.
    pub party: Option<Arc<PartyIdentity>>,
}

/// Who takes a stance toward whom in one statement.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Actors {
    /// The party that holds the stance.
    pub holder: Option<Role>,
    /// The party that it is taken toward.
    pub counterpart: Option<Role>,
    /// The speaker of a quotation or a report, as written; its span lies in the text, often in another statement.
    #[serde(serialize_with = "optional_ends")]
    pub speaker: Option<Span>,
    /// The parties that the statement names, in order.
    pub mentions: Vec<Mention>,
}

/// What is found in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArticleActors {
    /// One for each statement, in their order.
    pub statements: Vec<Actors>,
    /// The quotations, in their order.
    pub quotations: Vec<Quotation>,
}

/// A speaker: as written, and the party.
#[derive(Clone, Default)]
struct Speaker {
    written: Option<Span>,
    party: Option<Arc<PartyIdentity>>,
}

/// Finds who takes a stance toward whom in the statements of a text. `statements` are spans in the text, in order.
pub fn actors(
    text: &str,
    statements: &[Span],
    gazetteer: &Gazetteer,
    facts: &ArticleFacts,
) -> ArticleActors {
    let sentences: Vec<Sentence<'_>> = statements
        .iter()
        .map(|span| Sentence::new(text, *span))
        .collect();
    let homonyms = Homonyms::new(text);
    let mut persons = Persons::default();
    let mut named: Vec<Vec<Mention>> = Vec::with_capacity(sentences.len());
    for sentence in &sentences {
        let found = mentions(sentence, gazetteer, &homonyms, facts.year);
        persons.learn(sentence, &found);
        named.push(found);
    }
    for (sentence, named) in sentences.iter().zip(&mut named) {
        persons.find(sentence, named);
    }
    let quoted = quoted(text);
    let turns = turns(text);
    let mut walk = Walk {
        text,
        sentences: &sentences,
        named: &named,
        persons: &persons,
        gazetteer,
        facts,
        quoted: &quoted,
        speakers: vec![Speaker::default(); quoted.len()],
        last_person: Speaker::default(),
        quotations: Vec::new(),
    };
    let frames = walk.all_frames();
    walk.attribute(&frames);
    walk.finish(&frames, &turns)
}

struct Walk<'a, 't> {
    text: &'t str,
    sentences: &'a [Sentence<'t>],
    named: &'a [Vec<Mention>],
    persons: &'a Persons<'t>,
    gazetteer: &'a Gazetteer,
    facts: &'a ArticleFacts,
    quoted: &'a [Quoted],
    /// One for each of `quoted`.
    speakers: Vec<Speaker>,
    /// The latest person or body that was named as a speaker.
    last_person: Speaker,
    quotations: Vec<Quotation>,
}

impl<'t> Walk<'_, 't> {
    /// The quotations that share a byte with a sentence.
    fn quoted_in(&self, sentence: &Sentence<'_>) -> std::ops::Range<usize> {
        let from = self
            .quoted
            .partition_point(|one| one.outer.end <= sentence.span.start);
        let to = self
            .quoted
            .partition_point(|one| one.outer.start < sentence.span.end);
        from..to.max(from)
    }

    fn all_frames(&self) -> Vec<Vec<Frame>> {
        let each = self.sentences.iter().map(|sentence| {
            let range = self.quoted_in(sentence);
            let quoted = &self.quoted[range];
            let is_quoted = |idx: usize| {
                let at = sentence.start(idx);
                idx < sentence.len()
                    && quoted.iter().any(|one| {
                        one.outer.start < at
                            && at < one.outer.end
                            && !sentence.is_quote_end(idx, one.outer)
                    })
            };
            frames(sentence, is_quoted)
        });
        each.collect()
    }

    /// Finds the speaker of every quotation, in the order of the text.
    fn attribute(&mut self, frames: &[Vec<Frame>]) {
        let mut last_quote: Option<usize> = None;
        for at in 0..self.sentences.len() {
            let sentence = &self.sentences[at];
            let range = self.quoted_in(sentence);
            let of_sentence = &frames[at];
            let speaker_of = |walk: &mut Self, frame: &Frame| {
                let (from, to) = frame.speaker?;
                Some(walk.speaker(at, from, to))
            };
            let mut said: Vec<(&Frame, Speaker)> = Vec::new();
            for frame in of_sentence {
                if let Some(speaker) = speaker_of(self, frame) {
                    said.push((frame, speaker));
                }
            }
            let mut whole = None;
            for quote in range.clone() {
                let one = self.quoted[quote];
                if self.speakers[quote].written.is_some()
                    || one.outer.start < sentence.span.start
                        && !said.is_empty()
                        && self.is_inside(one.outer, sentence.span)
                {
                    continue;
                }
                let begins_here = one.outer.start >= sentence.span.start;
                let ends_here = one.outer.end <= sentence.span.end;
                let nearest = said.iter().min_by_key(|(frame, _)| {
                    let verb = sentence.start(frame.verb);
                    // A frame before the quotation goes before one behind it at the same distance.
                    if verb < one.outer.start {
                        one.outer.start - verb
                    } else {
                        verb.saturating_sub(one.outer.end)
                    }
                });
                if let Some((_, speaker)) = nearest
                    && (begins_here || ends_here)
                {
                    self.speakers[quote] = speaker.clone();
                } else if begins_here
                    && self.text[..one.outer.start].trim_end().ends_with(':')
                    && let Some((from, to)) =
                        main_subject(sentence, &|idx| sentence.start(idx) >= one.outer.start)
                    && sentence.start(from) < one.outer.start
                {
                    self.speakers[quote] = self.speaker(at, from, to);
                } else if begins_here
                    && one.goes_on
                    && let Some(last) = last_quote
                {
                    self.speakers[quote] = self.speakers[last].clone();
                } else if begins_here && said.is_empty() {
                    // Nothing in this sentence says whose: a frame that ends with a colon before it, or who went on.
                    let is_whole = *whole.get_or_insert_with(|| self.is_all_quoted(at));
                    if is_whole && let Some(speaker) = self.announced(at, frames) {
                        self.speakers[quote] = speaker;
                    } else if is_whole
                        && let Some(last) = last_quote
                        && self.is_next(at, last)
                    {
                        self.speakers[quote] = self.speakers[last].clone();
                    }
                }
                last_quote = Some(quote);
            }
            self.emit(at, &said, range);
            if let Some((_, speaker)) = said.last()
                && (speaker.party.is_some() || speaker.written.is_some())
            {
                self.last_person = speaker.clone();
            }
        }
    }

    fn is_inside(&self, inner: Span, outer: Span) -> bool {
        outer.start <= inner.start && inner.end <= outer.end
    }

    /// Whether all words of a sentence stand between quotation marks.
    fn is_all_quoted(&self, at: usize) -> bool {
        let sentence = &self.sentences[at];
        let quoted = &self.quoted[self.quoted_in(sentence)];
        (0..sentence.len())
            .filter(|idx| !sentence.is_mark(*idx))
            .all(|idx| {
                let start = sentence.start(idx);
                quoted
                    .iter()
                    .any(|one| one.inner.start <= start && start < one.inner.end)
            })
    }

    /// The speaker whom the sentence before announces: "According to Hajiyev, the region is calm:".
    fn announced(&mut self, at: usize, frames: &[Vec<Frame>]) -> Option<Speaker> {
        let before = at.checked_sub(1)?;
        let sentence = &self.sentences[before];
        let ends = sentence.word(sentence.len().saturating_sub(1)) == ":";
        let frame = frames[before].last();
        let (from, to) = frame
            .and_then(|frame| frame.speaker)
            .filter(|_| ends || frame.is_some_and(|f| f.clause.is_some()))?;
        Some(self.speaker(before, from, to))
    }

    /// Whether a quotation ends in the sentence before, or in this one.
    fn is_next(&self, at: usize, last: usize) -> bool {
        let end = self.quoted[last].outer.end;
        let from = at.saturating_sub(1);
        self.sentences[from].span.start <= end
    }

    /// The speaker whom these tokens name.
    fn speaker(&mut self, at: usize, from: usize, to: usize) -> Speaker {
        let sentence = &self.sentences[at];
        let written = Some(sentence.span_of(from, to));
        let is_pronoun = to == from + 1
            && sentence.is_any(from, &["he", "she", "it", "they", "him", "her", "who"]);
        if is_pronoun {
            let of_last = self.last_person.party.clone();
            return Speaker {
                written,
                party: of_last.or_else(|| self.subject_before(at)),
            };
        }
        let inside = |one: &&Mention| from <= one.from && one.to <= to;
        // A person whom the text introduced goes before the places and partners that the phrase names.
        let of_phrase = self.named[at].iter().filter(inside);
        let mut party = of_phrase
            .clone()
            .find(|one| !is_foreign_part(sentence, one, from))
            .map(|one| one.party.clone());
        if party.is_none() {
            party = self.persons.party(sentence.word(to - 1));
        }
        if party.is_none() && is_office_back(sentence, from, to) {
            party = self
                .last_person
                .party
                .clone()
                .or_else(|| self.subject_before(at));
        }
        Speaker { written, party }
    }

    /// The first party that one of the sentences before names.
    fn subject_before(&self, at: usize) -> Option<Arc<PartyIdentity>> {
        let from = at.saturating_sub(2);
        let mut before = self.named[from..at].iter().rev();
        before.find_map(|named| named.first().map(|one| one.party.clone()))
    }

    /// Gives out the quotations of a sentence: its reported clauses, and what stands in marks outside of them.
    fn emit(&mut self, at: usize, said: &[(&Frame, Speaker)], range: std::ops::Range<usize>) {
        let sentence = &self.sentences[at];
        let mut inside_clauses = Vec::new();
        let clauses = said.iter().flat_map(|(frame, speaker)| {
            let parts = [frame.clause, frame.rest].into_iter().flatten();
            parts.map(move |clause| (clause, speaker))
        });
        for (clause, speaker) in clauses {
            let holds = range.clone().any(|quote| {
                let outer = self.quoted[quote].outer;
                clause.start <= outer.start && outer.end <= clause.end + 2
            });
            inside_clauses.push(clause);
            self.quotations.push(Quotation {
                span: clause,
                kind: match holds {
                    true => QuotationKind::Mixed,
                    false => QuotationKind::Indirect,
                },
                speaker: speaker.written,
                party: speaker.party.clone(),
            });
        }
        for quote in range {
            let one = self.quoted[quote];
            let begins_here = one.outer.start >= sentence.span.start;
            let is_reported = inside_clauses
                .iter()
                .any(|clause| clause.start <= one.outer.start && one.outer.end <= clause.end + 2);
            if !begins_here || is_reported {
                continue;
            }
            let n_words = one.inner.slice(self.text).split_whitespace().count();
            let speaker = &self.speakers[quote];
            // Few words that nobody says are a name or a title: a verb of saying has to stand before them.
            let is_said = said.iter().any(|(frame, _)| {
                let verb = sentence.start(frame.verb);
                verb < one.outer.start
                    && !one.inner.slice(self.text).starts_with(char::is_uppercase)
                    || frame.clause.is_none() && verb >= one.outer.end
            });
            let is_announced = self.text[..one.outer.start]
                .trim_end()
                .ends_with([':', ',']);
            // What nobody says inside of a sentence is a slogan or a title.
            let is_most = one.outer.len() * 2 >= sentence.span.len()
                || self.text[..one.outer.start].trim_end().ends_with(':');
            if speaker.written.is_none() && !is_most && n_words <= 6 {
                continue;
            }
            if n_words <= 3 && (speaker.written.is_none() || !(is_said || is_announced)) {
                continue;
            }
            self.quotations.push(Quotation {
                span: one.inner,
                kind: QuotationKind::Direct,
                speaker: speaker.written,
                party: speaker.party.clone(),
            });
        }
    }

    fn finish(mut self, frames: &[Vec<Frame>], turns: &[Turn]) -> ArticleActors {
        self.quotations
            .sort_by_key(|one| (one.span.start, one.span.end));
        let mut out = Vec::with_capacity(self.sentences.len());
        let mut before: Vec<KnownPair> = Vec::new();
        let mut of_turn: Option<(usize, Speaker)> = None;
        // Who answered last: "A:" goes on for them.
        let mut answering: Option<(usize, Speaker)> = None;
        for at in 0..self.sentences.len() {
            let sentence = &self.sentences[at];
            let turn = turns
                .partition_point(|turn| turn.label.start <= sentence.span.start)
                .checked_sub(1);
            if let Some(turn) = turn
                && of_turn.as_ref().is_none_or(|(known, _)| *known != turn)
            {
                of_turn = Some((turn, self.turn_speaker(&turns[turn], &answering)));
                if !is_questioner(turns[turn].label.slice(self.text)) {
                    answering = of_turn.clone();
                }
            }
            let quotation = self.quotation_of(at, frames);
            let speaker = quotation.as_ref().map(|one| Speaker {
                written: one.speaker,
                party: one.party.clone(),
            });
            let author = match &of_turn {
                Some((_, speaker)) => speaker.party.clone().map(|party| (party, Rule::Turn)),
                None => self.facts.author.clone().map(|party| (party, Rule::Author)),
            };
            let tokens = speaker
                .as_ref()
                .and_then(|speaker| speaker.written)
                .and_then(|span| {
                    let is_here =
                        sentence.span.start <= span.start && span.end <= sentence.span.end;
                    is_here.then(|| (sentence.at(span.start), sentence.at(span.end)))
                });
            let has_other_speaker = speaker
                .as_ref()
                .is_some_and(|speaker| speaker.party.is_none());
            let known = Known {
                sentence,
                mentions: &self.named[at],
                speaker: speaker
                    .as_ref()
                    .and_then(|speaker| Some((speaker.party.clone()?, tokens))),
                author,
                before: &before,
                has_other_speaker,
            };
            let (holder, counterpart) = holder_and_counterpart(&known);
            before.push((
                holder.as_ref().map(|role| role.party.clone()),
                counterpart.as_ref().map(|role| role.party.clone()),
            ));
            if before.len() > REACH_OF_BOTH {
                before.remove(0);
            }
            let written = speaker.and_then(|speaker| speaker.written);
            let of_turn_label = turn.map(|turn| turns[turn].label);
            out.push(Actors {
                holder,
                counterpart,
                speaker: written.or(of_turn_label),
                mentions: self.named[at].clone(),
            });
        }
        ArticleActors {
            statements: out,
            quotations: self.quotations,
        }
    }

    fn turn_speaker(&self, turn: &Turn, last: &Option<(usize, Speaker)>) -> Speaker {
        let label = turn.label.slice(self.text);
        let written = Some(turn.label);
        if is_questioner(label) {
            return Speaker {
                written,
                party: None,
            };
        }
        if label == "A" {
            return last
                .as_ref()
                .map(|(_, speaker)| speaker.clone())
                .unwrap_or_default();
        }
        let surname = label.split_whitespace().next_back().unwrap_or(label);
        let capitalised = capitalised(surname);
        let party = self
            .persons
            .party(&capitalised)
            .or_else(|| self.gazetteer.identity(label))
            .or_else(|| self.gazetteer.identity(&capitalised))
            .or_else(|| self.facts.author.clone());
        Speaker { written, party }
    }

    /// The quotation that a statement is, or that its main clause reports: the one that covers most of it, if that is
    /// a third of it and more, or it has a speaker in this statement.
    fn quotation_of(&self, at: usize, frames: &[Vec<Frame>]) -> Option<Quotation> {
        let span = self.sentences[at].span;
        let first = self
            .quotations
            .partition_point(|one| one.span.start + 25_000 < span.start);
        let overlapping = self.quotations[first..]
            .iter()
            .take_while(|one| one.span.start < span.end)
            .filter(|one| one.span.end > span.start);
        let covered = |one: &Quotation| one.span.end.min(span.end) - one.span.start.max(span.start);
        let best = overlapping.max_by_key(|one| {
            (
                one.speaker.is_some(),
                covered(one),
                std::cmp::Reverse(one.span.start),
            )
        })?;
        let is_most = covered(best) * 3 >= span.len();
        let is_framed = frames[at].iter().any(|frame| frame.speaker.is_some());
        (is_most || is_framed).then(|| best.clone())
    }
}

/// Whether a mention in a speaker's phrase is of another party than the speaker's: "the envoy to Iran", "in Baku".
fn is_foreign_part(sentence: &Sentence<'_>, mention: &Mention, from: usize) -> bool {
    if mention.from == from {
        return false;
    }
    let mut before = mention.from - 1;
    while before > from && sentence.is_any(before, &["the", "neighbouring", "neighboring"]) {
        before -= 1;
    }
    sentence.is_any(
        before,
        &[
            "to", "in", "on", "at", "with", "against", "near", "toward", "towards", "from",
        ],
    ) && mention.kind != MentionKind::Person
}

/// "the ministry", "the minister", "officials": an office without its party.
fn is_office_back(sentence: &Sentence<'_>, from: usize, to: usize) -> bool {
    let is_definite = sentence.is_any(from, &["the", "his", "her", "its", "their"]);
    is_definite
        && (from..to).any(|at| {
            sentence.is_any(
                at,
                &[
                    "ambassador",
                    "army",
                    "chancellor",
                    "delegation",
                    "diplomat",
                    "envoy",
                    "foreign",
                    "government",
                    "king",
                    "leader",
                    "leadership",
                    "military",
                    "minister",
                    "ministry",
                    "premier",
                    "presidency",
                    "president",
                    "prince",
                    "spokesman",
                    "spokesperson",
                    "spokeswoman",
                ],
            )
        })
}

/// "PRICE" as "Price".
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first
            .to_uppercase()
            .chain(letters.flat_map(char::to_lowercase))
            .collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_text::{LineBreaks, statements};
    use proptest::prelude::*;

    fn found(text: &str) -> (Vec<Span>, ArticleActors) {
        let spans = statements(text, LineBreaks::Detect);
        let found = actors(
            text,
            &spans,
            Gazetteer::embedded(),
            &ArticleFacts::default(),
        );
        (spans, found)
    }

    fn ids(text: &str) -> Vec<(String, String)> {
        let id = |role: &Option<Role>| {
            role.as_ref()
                .map_or(String::new(), |role| role.party.id.to_string())
        };
        let (_, found) = found(text);
        found
            .statements
            .iter()
            .map(|one| (id(&one.holder), id(&one.counterpart)))
            .collect()
    }

    #[test]
    fn each_kind_of_sentence_has_its_holder_and_counterpart() {
        let cases: &[(&str, &str, &str)] = &[
            ("The Russian military attacked Ukraine.", "RUS", "UKR"),
            ("The Iranian president condemned Israel.", "IRN", "ISR"),
            ("Iran Attacks Israel", "IRN", "ISR"),
            ("Iran-backed Houthis attacked Israel.", "HOUTHIS", "ISR"),
            ("Israel was condemned by Turkey.", "TUR", "ISR"),
            ("Talks between Iran and Iraq resumed.", "IRN", "IRQ"),
            ("Kyiv said that Russia had shelled the port.", "UKR", "RUS"),
            (
                "According to the Egyptian foreign ministry, Ethiopia broke its word.",
                "EGY",
                "ETH",
            ),
            ("We thank Uganda for its help.", "", "UGA"),
            ("Condemns the attack on Mali;", "", "MLI"),
            ("Paraguay was suspended from the group.", "", "PRY"),
            ("On behalf of Peru, I thank Japan.", "PER", "JPN"),
            ("Despite our losses, Peru has helped Japan.", "PER", "JPN"),
            ("Peru must withdraw its troops.", "", "PER"),
            ("The treaty must be accepted by Peru.", "", "PER"),
            ("Peru is a danger to all of us.", "", "PER"),
            (
                "Peru backed the Security Council's embargo on Iraq.",
                "PER",
                "IRQ",
            ),
            ("The minister has called Chad a friend.", "", "TCD"),
        ];
        for (text, holder, counterpart) in cases {
            assert_eq!(
                ids(text),
                [((*holder).into(), (*counterpart).into())],
                "{text}"
            );
        }
    }

    #[test]
    fn a_surname_of_two_parties_is_nobodys() {
        let text =
            "Iran's foreign minister Ali Brown met Kenya's envoy Ann Brown. Brown thanked Chad.";
        assert_eq!(ids(text)[1].0, "");
    }

    #[test]
    fn a_transcript_has_turns() {
        let text = "MR. PRICE: Good afternoon. We thank Jordan.\nQ: And Iran?\nMR. PRICE: We condemn it.\n";
        let (_, found) = found(text);
        let speakers: Vec<&str> = found
            .statements
            .iter()
            .map(|one| one.speaker.map_or("", |span| span.slice(text)))
            .collect();
        assert_eq!(speakers, ["MR. PRICE", "MR. PRICE", "Q", "MR. PRICE"]);
    }

    proptest! {
        #[test]
        fn everything_found_lies_in_the_text(
            text in "([A-Z][a-z]{1,6}|said|that|Iran|Israel|the|he|by|was|\\PC){0,30}\
                     ([ ,.\"“”'‘’:\n]|according to){0,30}([A-Z][a-z]+|said|Iran| ){0,20}"
        ) {
            let (spans, found) = found(&text);
            prop_assert_eq!(spans.len(), found.statements.len());
            for (span, one) in spans.iter().zip(&found.statements) {
                for mention in &one.mentions {
                    prop_assert!(span.start <= mention.span.start && mention.span.end <= span.end);
                }
                prop_assert!(one.speaker.is_none_or(|span| !span.slice(&text).is_empty()));
            }
            for quotation in &found.quotations {
                prop_assert!(!quotation.span.slice(&text).trim().is_empty());
            }
        }
    }
}
