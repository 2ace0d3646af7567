//! Who says what in a sentence: the verb of saying, its subject and the clause that it reports.

use crate::clause::{
    addressee_end, clause_before, clause_behind, clause_span, is_all_quoted, is_clause_start,
    rest_behind, that_behind,
};
use crate::grammar::{FINITE, INVERTED_STOPS, has_verb, is_day, is_past, is_quote_mark};
use crate::phrase::{has_phrase, phrase_end, subject};
use crate::saying::{Saying, is_noun_too, is_plain, is_plural, may_invert, saying};
use crate::sentence::Sentence;
use detente_text::Span;
use serde::Serialize;

/// How words are quoted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotationKind {
    /// Between quotation marks.
    Direct,
    /// In a clause of the one who reports: "said that it was ready".
    Indirect,
    /// In such a clause, parts of it between quotation marks.
    Mixed,
}

impl QuotationKind {
    /// Gives the name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Indirect => "indirect",
            Self::Mixed => "mixed",
        }
    }
}

/// A verb of saying with its subject and what it reports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Frame {
    /// The tokens of the subject, from and up to; `None` where there is none.
    pub speaker: Option<(usize, usize)>,
    /// The token of the verb.
    pub verb: usize,
    /// The reported clause, where it stands in the words of the one who reports.
    pub clause: Option<Span>,
    /// The rest of a clause that the frame cuts in two: "The talks, he said, will resume".
    pub rest: Option<Span>,
}

/// Words before a noun: "false claims", "amid reports".
#[rustfmt::skip]
const BEFORE_NOUNS: &[&str] = &[
    "about", "amid", "baseless", "by", "despite", "earlier", "false", "from", "growing", "many", "new", "old", "other",
    "over", "past", "previous", "recent", "repeated", "several", "similar", "some", "such", "these", "those",
    "unfounded", "widespread", "with",
];

/// The frames of a sentence from left to right. `quoted` tells whether a token stands between quotation marks.
pub(super) fn frames(sentence: &Sentence<'_>, quoted: impl Fn(usize) -> bool) -> Vec<Frame> {
    let mut found: Vec<Frame> = Vec::new();
    let mut idx = 0;
    while idx < sentence.len() {
        let covered = found
            .last()
            .and_then(|frame| frame.clause)
            .is_some_and(|clause| {
                clause.start <= sentence.start(idx) && sentence.start(idx) < clause.end
            });
        if covered || quoted(idx) {
            idx += 1;
            continue;
        }
        let frame = match sentence.word(idx) {
            "According" | "according" if sentence.is(idx + 1, "to") => {
                // "Aliyev said that talks go on, according to Tass": what Aliyev says is his.
                let is_second = idx > 1 && found.iter().any(|frame| frame.speaker.is_some());
                match is_second && sentence.word(idx) == "according" {
                    true => None,
                    false => according(sentence, idx, &quoted),
                }
            }
            "quoted" | "cited" if sentence.is(idx + 1, "as") => {
                frame_at(sentence, idx + 2, idx, Saying::Participle, &quoted)
            }
            word => saying(word).and_then(|kind| frame_at(sentence, idx, idx, kind, &quoted)),
        };
        match frame {
            Some(frame) => {
                idx = frame.verb + 1;
                found.push(frame);
            }
            None => idx += 1,
        }
    }
    found
}

/// Nouns behind "according to" that say nothing.
#[rustfmt::skip]
const NO_SOURCES: &[&str] = &[
    "ability", "abilities", "capacity", "circumstances", "conditions", "criteria", "interest", "interests", "merit",
    "merits", "need", "needs", "norms", "plan", "plans", "principle", "principles", "procedure", "procedures",
    "provisions", "rule", "rules", "schedule", "standards", "sympathies", "terms", "timetable", "tradition",
    "traditions", "understandings", "wish", "wishes",
];

/// "according to NP".
fn according(
    sentence: &Sentence<'_>,
    idx: usize,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Frame> {
    let from = idx + 2;
    let mut to = phrase_end(sentence, from, &[], quoted);
    if to > from + 1 && sentence.is(to - 1, "on") {
        to -= 1;
    }
    if to == from
        || to == from + 1 && sentence.is_any(from, &["a", "an", "the", "its", "his", "their"])
    {
        return None;
    }
    // "according to the plan": in accordance with it, which nobody says.
    if (from..to).any(|at| sentence.is_any(at, NO_SOURCES)) {
        return None;
    }
    let clause = if idx <= 1 || sentence.word(idx) == "According" {
        // "According to officials on Saturday,".
        let comma = (to..to + 4).find(|at| {
            matches!(sentence.word(*at), "," | ":")
                || !(sentence.is(*at, "on") || is_day(sentence, *at))
        });
        comma
            .filter(|at| matches!(sentence.word(*at), "," | ":"))
            .and_then(|comma| clause_span(sentence, comma + 1, sentence.len()))
    } else {
        let before = if sentence.word(idx - 1) == "," {
            idx - 1
        } else {
            idx
        };
        // "Soon, according to experts, it will": what stands before has no verb, what stands behind has.
        let is_begun = !has_verb(sentence, 0, before)
            && sentence.word(to) == ","
            && saying(sentence.word(to + 1)).is_none()
            && has_verb(sentence, to + 1, sentence.len().min(to + 8));
        let n_words = (0..before).filter(|at| !sentence.is_mark(*at)).count();
        match (is_begun, n_words) {
            (true, _) => clause_span(sentence, to + 1, sentence.len()),
            // "Witnesses, according to Tass, said".
            (false, 0..2) => None,
            (false, _) => clause_span(sentence, 0, before),
        }
    };
    Some(Frame {
        speaker: Some((from, to)),
        verb: idx,
        clause: clause.filter(|clause| !is_all_quoted(sentence, *clause, quoted)),
        rest: None,
    })
}

fn frame_at(
    sentence: &Sentence<'_>,
    verb: usize,
    first: usize,
    kind: Saying,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Frame> {
    let word = sentence.word(verb);
    let is_passive_quote = first != verb;
    if !is_passive_quote && first > 0 {
        // "to say", "the reported attack", "was told", "is said to".
        if sentence.is_any(
            first - 1,
            &[
                "to", "a", "an", "the", "its", "their", "his", "of", "any", "no", "such",
            ],
        ) {
            return None;
        }
        let is_passive = sentence.is_any(
            first - 1,
            &[
                "was",
                "were",
                "is",
                "are",
                "been",
                "being",
                "be",
                "widely",
                "reportedly",
                "it's",
            ],
        );
        let is_impersonal = sentence.is_any(0, &["it"]) && sentence.is(verb + 1, "that");
        if kind == Saying::Judging && sentence.is(verb + 1, "by") {
            // "was described by the ministry as “a step back”".
            let (from, to) = (
                verb + 2,
                phrase_end(sentence, verb + 2, &["as", "for"], quoted),
            );
            let has_quote = (to..sentence.len()).any(quoted);
            return (has_quote && to > from).then_some(Frame {
                speaker: Some((from, to)),
                verb,
                clause: None,
                rest: None,
            });
        }
        if is_passive && kind != Saying::Participle && !is_impersonal {
            return None;
        }
        // "It goes without saying that".
        if sentence.is_any(first - 1, &["having", "without"])
            || !goes_with_its_particle(sentence, verb)
        {
            return None;
        }
    }
    let next = verb + 1;
    let mark_next = sentence.word(next);
    let has_quote_next = quoted(next) || is_quote_mark(mark_next);
    let has_colon = mark_next == ":" || (mark_next == "," && quoted_soon(next + 1, quoted));
    let that = that_behind(sentence, verb, kind);
    if is_noun_too(word)
        && kind != Saying::Participle
        && that != Some(next)
        && !has_quote_next
        && !has_colon
    {
        let is_verb = first > 0
            && (sentence.is_any(first - 1, &["he", "she", "it", "they", "who", "we", "i"])
                || (word == "say" && !sentence.is_mark(first - 1)))
            || (word.ends_with('s')
                && first > 0
                && sentence.is_capital(first - 1)
                && is_clause_start(sentence, next, 1))
            || (matches!(word, "argue" | "believe" | "insist" | "think")
                && first > 0
                && !sentence.is_mark(first - 1)
                && is_clause_start(sentence, next, 1));
        if !is_verb {
            return None;
        }
    }
    // "with false claims that": a noun.
    if first > 0
        && word.ends_with('s')
        && is_noun_too(word)
        && sentence.is_any(first - 1, BEFORE_NOUNS)
    {
        return None;
    }
    // "I would argue that", "if they believe": nobody is reported.
    if first > 0 && is_plural(word) {
        let is_open = sentence.is_any(first - 1, &["i", "we", "you", "let"])
            || sentence.is_any(
                first - 1,
                &[
                    "can", "could", "did", "do", "does", "may", "might", "must", "not", "shall",
                    "should", "will", "would",
                ],
            );
        if is_open {
            return None;
        }
    }
    let may_stand_behind = first > 0
        && is_mark_before(sentence, first)
        && may_invert(word)
        && has_phrase(sentence, next);
    let phrase = match may_stand_behind {
        true => phrase_end(sentence, next, INVERTED_STOPS, quoted),
        false => next,
    };
    // "Either way, said Lavrov, talks": a frame between two commas cuts a clause.
    let is_between = may_stand_behind
        && sentence.is_capital(next)
        && sentence.word(first - 1) == ","
        && sentence.word(phrase) == ",";
    // "Lavrov, who came late, said he had": a subject with its verb is what is said.
    let is_clause = sentence.is_any(phrase, FINITE)
        || sentence.is_any(next, &["he", "she", "they"]) && is_past(sentence, next + 1);
    let is_inverted = may_stand_behind
        && !matches!(sentence.word(phrase), ":" | "“" | "\"")
        && !is_clause
        && (is_between || ends_what_is_said(sentence, first, quoted));
    let is_elided = first == 0;
    let speaker = if is_inverted {
        (phrase > next).then_some((next, phrase))
    } else if is_elided && kind != Saying::Participle {
        None
    } else {
        subject(sentence, first, kind, quoted)
    };
    let ends = match speaker {
        Some((_, to)) if is_inverted => to,
        _ if kind == Saying::Told => addressee_end(sentence, verb + 1),
        _ => verb + 1,
    };
    let subject_from = speaker.map_or(first, |(from, _)| from.min(first));
    // The clause behind the verb, else the one before it.
    let behind = if is_inverted {
        None
    } else {
        clause_behind(sentence, verb, kind, that, quoted)
    };
    let clause = behind.or_else(|| {
        let before = if is_inverted { first } else { subject_from };
        if has_quote_next || has_colon {
            return None;
        }
        clause_before(sentence, before, ends, quoted)
    });
    // "I think", "if he thinks": no report.
    if let Some((from, to)) = speaker {
        let is_own = to == from + 1
            && matches!(sentence.word(from), "I" | "we" | "We" | "you")
            && matches!(
                word,
                "argue" | "believe" | "claim" | "hope" | "insist" | "say" | "think"
            );
        let is_open = from > 0
            && sentence.is_any(from - 1, &["if", "when"])
            && matches!(
                word,
                "believe" | "believes" | "claims" | "says" | "think" | "thinks"
            );
        if is_own || is_open {
            return None;
        }
    }
    let is_cut = (!is_inverted || is_between)
        && behind.is_none()
        && !has_quote_next
        && !has_colon
        && speaker.is_some()
        && sentence.word(ends) == ",";
    let rest = if is_cut {
        rest_behind(sentence, subject_from.min(first), ends, quoted)
    } else {
        None
    };
    let clause = match (clause, rest) {
        // "After they had come, he said, they left": the adverbial is said too.
        (None, Some(_)) if !is_inverted && has_verb(sentence, 0, subject_from) => {
            clause_span(sentence, 0, subject_from)
        }
        (clause, _) => clause,
    };
    let frame = Frame {
        speaker,
        verb,
        clause,
        rest,
    };
    let has_quote = has_quote_next
        || has_colon
        || (0..sentence.len()).any(quoted)
        || sentence.word(sentence.len().saturating_sub(1)) == ":";
    let is_frame = frame.clause.is_some() || frame.rest.is_some() || has_quote;
    (is_frame && (frame.speaker.is_some() || is_plain(word))).then_some(frame)
}

/// "pointed out", "went on": without its particle the verb says nothing.
fn goes_with_its_particle(sentence: &Sentence<'_>, verb: usize) -> bool {
    match sentence.word(verb) {
        "pointed" => sentence.is(verb + 1, "out"),
        "went" => sentence.is(verb + 1, "on"),
        _ => true,
    }
}

/// Whether a mark stands before a token that ends what is quoted or reported before it: a comma, a closing mark.
fn is_mark_before(sentence: &Sentence<'_>, idx: usize) -> bool {
    matches!(
        sentence.word(idx - 1),
        "," | "\"" | "”" | "»" | "?" | "!" | "—" | "–" | "“"
    ) || sentence.text[..sentence.start(idx)]
        .trim_end()
        .ends_with(['\'', '’', ','])
}

/// Whether what stands before a comma is quoted or a clause of its own, so that a verb behind it closes it.
fn ends_what_is_said(
    sentence: &Sentence<'_>,
    first: usize,
    quoted: &impl Fn(usize) -> bool,
) -> bool {
    let before = first.saturating_sub(2);
    quoted(before)
        || quoted(first - 1)
        || is_quote_mark(sentence.word(first - 1))
        || (0..first).any(|at| sentence.is_any(at, FINITE) || is_past(sentence, at))
}

fn quoted_soon(idx: usize, quoted: &impl Fn(usize) -> bool) -> bool {
    quoted(idx) || quoted(idx + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speakers and clauses of a sentence without quotation marks.
    fn found(text: &str) -> Vec<(&str, &str)> {
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let frames = frames(&sentence, |_| false).into_iter();
        let shown = frames.map(|frame| {
            let speaker = frame
                .speaker
                .map_or("", |(from, to)| sentence.span_of(from, to).slice(text));
            (
                speaker,
                frame.clause.map_or("", |clause| clause.slice(text)),
            )
        });
        shown.collect()
    }

    #[test]
    fn subjects_and_clauses_are_found_around_the_verb() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            (
                "Lavrov said that the talks will resume.",
                &[("Lavrov", "the talks will resume")],
            ),
            (
                "Lavrov said on Monday that talks will resume.",
                &[("Lavrov", "talks will resume")],
            ),
            (
                "The talks will resume, the ministry said on Monday.",
                &[("the ministry", "The talks will resume")],
            ),
            (
                "The talks will resume, said Foreign Minister Sergei Lavrov in Baku.",
                &[("Foreign Minister Sergei Lavrov", "The talks will resume")],
            ),
            (
                "According to the ministry, talks will resume.",
                &[("the ministry", "talks will resume")],
            ),
            (
                "Talks will resume, according to two officials.",
                &[("two officials", "Talks will resume")],
            ),
            (
                "Peskov, the Kremlin's spokesman, told reporters the army was ready.",
                &[("Peskov, the Kremlin's spokesman", "the army was ready")],
            ),
            (
                "But he also said it was too early.",
                &[("he", "it was too early")],
            ),
            (
                "The minister was quoted as saying that Iran would wait.",
                &[("The minister", "Iran would wait")],
            ),
            (
                "The envoy met Hamas and said that a deal was close.",
                &[("The envoy", "a deal was close")],
            ),
            (
                "Critics acknowledge that the talks failed.",
                &[("Critics", "the talks failed")],
            ),
            (
                "Prosecutors believe he acted alone.",
                &[("Prosecutors", "he acted alone")],
            ),
            (
                "The envoy, who came late, said he had lost his way.",
                &[("The envoy, who came late", "he had lost his way")],
            ),
            (
                "Lavrov suggested that talks had failed, according to a report.",
                &[("Lavrov", "talks had failed")],
            ),
            (
                "The envoy testified that talks had failed, but he said he had warned them.",
                &[
                    ("The envoy", "talks had failed"),
                    ("he", "he had warned them"),
                ],
            ),
            (
                "According to officials on Saturday, the talks may resume.",
                &[("officials", "the talks may resume")],
            ),
            (
                "The letter alleges Lavrov lied.",
                &[("The letter", "Lavrov lied")],
            ),
            (
                "The firm announced a review, following concerns that talks failed.",
                &[],
            ),
            (
                "Soon, according to experts, the talks will resume.",
                &[("experts", "the talks will resume")],
            ),
            (
                "The paper stirs anger with false claims that talks failed.",
                &[],
            ),
            ("They met according to the rules of the house.", &[]),
            (
                "The envoy resigned, the ministry said when talks failed.",
                &[("the ministry", "The envoy resigned")],
            ),
            ("It is what happens when they think talks are over.", &[]),
            ("I think talks will resume.", &[]),
            ("It is bad if he thinks the talks failed.", &[]),
            ("They would argue that talks failed.", &[]),
            ("Iran announced the visit.", &[]),
            ("The reports of the attack were denied.", &[]),
            ("He has nothing to say on it.", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_frame_between_commas_cuts_a_clause_in_two() {
        let text = "The talks had failed, Lavrov said, they would not resume.";
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let found = frames(&sentence, |_| false);
        let parts = [found[0].clause, found[0].rest].map(|part| part.map(|part| part.slice(text)));
        assert_eq!(
            parts,
            [Some("The talks had failed"), Some("they would not resume")]
        );
    }

    #[test]
    fn the_agent_of_a_passive_speaks() {
        let text = "The plan was described by the ministry as a step back.";
        let sentence = Sentence::new(text, Span::new(0, text.len()));
        let found = frames(&sentence, |idx| idx > 8);
        let (from, to) = found[0].speaker.unwrap();
        assert_eq!(sentence.span_of(from, to).slice(text), "the ministry");
    }
}
