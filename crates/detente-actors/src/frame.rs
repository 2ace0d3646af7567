//! Who says what in a sentence: the verb of saying, its subject and the clause that it reports.

use crate::saying::{Saying, is_noun_too, is_plain, is_plural, may_invert, may_take_bare, saying};
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

/// Tokens from a verb to its "that", at the most.
const REACH: usize = 16;

/// Words that a subject is not part of: it begins behind them.
#[rustfmt::skip]
const BEGIN_CLAUSES: &[&str] = &[
    "after", "although", "as", "because", "before", "but", "despite", "how", "if", "since", "so", "than", "that",
    "though",
    "unless", "until", "what", "when", "where", "whereas", "which", "while", "whom", "whose", "why", "whether",
    "yet", "nor", "or",
];

/// Words between a subject and its verb.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "again", "all", "already", "also", "always", "both", "did", "does", "earlier", "even", "ever", "further", "had",
    "has", "have", "himself", "herself", "itself", "just", "last", "late", "later", "long", "never", "not", "now",
    "often", "once", "only", "previously",
    "rather", "recently", "since", "initially", "reportedly", "still", "then", "therefore", "thus", "today", "too",
    "week", "year", "month", "yesterday",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "on", "will", "would", "this",
    "morning", "evening", "night",
    "could", "should", "might", "may", "must", "can", "is", "are", "was", "were", "be", "been", "being",
];

/// Words that begin an adverbial behind a verb.
#[rustfmt::skip]
const ADVERBIALS: &[&str] = &[
    "after", "again", "ahead", "also", "as", "at", "before", "by", "during", "earlier", "early", "following", "for",
    "from", "in", "last", "late", "later",
    "monday", "next", "on", "over", "previously", "recently", "separately", "since", "sunday", "saturday", "friday",
    "thursday", "through", "to", "today", "tuesday", "upon", "via", "wednesday",
    "with", "without", "yesterday", "publicly", "repeatedly", "of", "about", "out", "further",
];

/// Words that a clause may begin with.
#[rustfmt::skip]
const CLAUSE_STARTS: &[&str] = &[
    "a", "all", "an", "any", "both", "each", "either", "every", "everyone", "few", "he", "her", "his", "i", "it", "its",
    "many", "more", "most", "my", "neither", "no", "nobody", "none", "nothing", "one", "our", "several", "she",
    "some", "such", "that",
    "the", "their", "there", "these", "they", "this", "those", "two", "we", "what", "you", "your", "there's", "it's",
    "he's", "she's",
    "they're", "we're", "i'm", "if", "while", "although",
];

/// Words that an adverbial in front of a subject begins with.
#[rustfmt::skip]
const NO_CLAUSES: &[&str] = &[
    "after", "all", "although", "amid", "as", "asked", "at", "before", "by", "despite", "during", "following", "for",
    "from", "in", "like", "on", "once",
    "since", "speaking", "though", "through", "throughout", "to", "under", "until", "when", "while", "with",
    "within", "without",
];

/// Words that end a subject behind its verb.
const INVERTED_STOPS: &[&str] = &[
    "in", "on", "at", "during", "after", "before", "as", "while", "when", "to", "by",
];

/// Words that show a finite clause.
#[rustfmt::skip]
pub(super) const FINITE: &[&str] = &[
    "are", "can", "cannot", "can't", "could", "couldn't", "did", "didn't", "do", "does", "doesn't", "don't", "had",
    "has", "have", "is",
    "isn't", "it's", "may", "might", "must", "needs", "remains", "shall", "should", "was", "wasn't", "were", "will",
    "won't", "would", "wouldn't",
    "there's", "he's", "she's", "they're", "we're", "i'm", "wants", "made", "makes", "came", "went", "got", "took",
];

/// Verbs whose past has no "ed".
#[rustfmt::skip]
const IRREGULAR_PAST: &[&str] = &[
    "ate", "became", "began", "bought", "broke", "brought", "built", "came", "caught", "chose", "dealt", "died",
    "drank", "drew", "drove", "fed", "fell", "felt", "fled", "flew", "forgot", "fought", "found", "froze", "gave",
    "got", "grew", "heard", "held", "hid", "hit", "hung", "kept", "knew", "laid", "led", "left", "lied", "lost",
    "made", "meant", "met", "mistook", "paid", "ran", "rode", "rose", "sang", "sank", "sat", "saw", "sent", "shot",
    "slept", "sold", "sought", "spent", "spoke", "stole", "stood", "struck", "swept", "swore", "taught", "threw",
    "took", "understood", "undertook", "used", "went", "withdrew", "woke", "won", "wore",
];

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
            let (from, to) = (verb + 2, phrase_end(sentence, verb + 2, &["as", "for"], quoted));
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
    let has_colon =
        mark_next == ":" || (mark_next == "," && quoted_soon(next + 1, quoted));
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
                    "can", "could", "did", "do", "does", "may", "might", "must", "not", "shall", "should", "will",
                    "would",
                ],
            );
        if is_open {
            return None;
        }
    }
    let may_stand_behind =
        first > 0 && is_mark_before(sentence, first) && may_invert(word) && has_phrase(sentence, next);
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
            && matches!(word, "argue" | "believe" | "claim" | "hope" | "insist" | "say" | "think");
        let is_open = from > 0
            && sentence.is_any(from - 1, &["if", "when"])
            && matches!(word, "believe" | "believes" | "claims" | "says" | "think" | "thinks");
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
    let rest = if is_cut { rest_behind(sentence, subject_from.min(first), ends, quoted) } else { None };
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

/// The clause behind a frame between two commas: "The talks, he said, will resume".
fn rest_behind(
    sentence: &Sentence<'_>,
    begins: usize,
    ends: usize,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Span> {
    let from = ends + 1;
    let is_cut = begins > 1 && sentence.word(begins - 1) == "," && !quoted(begins - 2);
    let is_other = quoted(from)
        || is_quote_mark(sentence.word(from))
        || sentence.is_any(from, &["a", "an", "and", "but", "or", "so", "which", "who", "whose", "with"])
        || sentence.is_any(from, ADVERBIALS)
        || sentence.word(from).ends_with("ing")
        || is_day(sentence, from);
    if !is_cut || is_other || !has_verb(sentence, from, sentence.len().min(from + 6)) {
        return None;
    }
    let clause = clause_span(sentence, from, clause_end(sentence, from, quoted))?;
    (!is_all_quoted(sentence, clause, quoted)).then_some(clause)
}

/// "pointed out", "went on": without its particle the verb says nothing.
fn goes_with_its_particle(sentence: &Sentence<'_>, verb: usize) -> bool {
    match sentence.word(verb) {
        "pointed" => sentence.is(verb + 1, "out"),
        "went" => sentence.is(verb + 1, "on"),
        _ => true,
    }
}

fn is_quote_mark(word: &str) -> bool {
    matches!(word, "\"" | "“" | "”" | "«" | "»" | "„")
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

/// Whether a subject may begin here: a name, an article.
fn has_phrase(sentence: &Sentence<'_>, idx: usize) -> bool {
    if sentence.is_any(idx, &["that", "it", "in", "on"]) {
        return false;
    }
    sentence.is_capital(idx) && !is_day(sentence, idx)
        || sentence.is_any(
            idx,
            &[
                "a", "an", "the", "one", "another", "he", "she", "they", "his", "her", "its",
                "their",
            ],
        )
}

fn is_day(sentence: &Sentence<'_>, idx: usize) -> bool {
    #[rustfmt::skip]
    const DAYS: &[&str] = &[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "june",
        "july", "august", "september", "october", "november", "december", "yesterday", "today", "tomorrow",
    ];
    sentence.is_any(idx, DAYS)
}

fn quoted_soon(idx: usize, quoted: &impl Fn(usize) -> bool) -> bool {
    quoted(idx) || quoted(idx + 1)
}

/// Where a phrase that begins at `from` ends: before a mark, a verb of saying or a word of `stops`.
fn phrase_end(
    sentence: &Sentence<'_>,
    from: usize,
    stops: &[&str],
    quoted: &impl Fn(usize) -> bool,
) -> usize {
    let mut at = from;
    while at < sentence.len() && at < from + REACH + 2 {
        let word = sentence.word(at);
        let is_stop = quoted(at)
            || (sentence.is_mark(at) && !(word == "." && is_initial(sentence, at)))
            || (at > from && sentence.is_any(at, stops))
            || (at > from && is_day(sentence, at))
            || matches!(
                sentence.word(at),
                "who" | "which" | "that" | "whose" | "where" | "if" | "because" | "although"
            )
            || (at > from && sentence.is_any(at, FINITE));
        if is_stop {
            break;
        }
        at += 1;
    }
    at
}

/// Whether a period belongs to a title or an initial: "Mr. Price", "J. Smith".
fn is_initial(sentence: &Sentence<'_>, at: usize) -> bool {
    at > 0
        && sentence.is_capital(at - 1)
        && sentence.word(at - 1).chars().count() <= 4
        && (sentence.is_capital(at + 1) || sentence.word(at + 1).starts_with(char::is_numeric))
}

/// The subject before a verb.
fn subject(
    sentence: &Sentence<'_>,
    verb: usize,
    kind: Saying,
    quoted: &impl Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    let is_adverb = |at: usize| sentence.word(at).ends_with("ly") && !sentence.is_capital(at);
    let mut end = verb;
    while end > 0 && (sentence.is_any(end - 1, BETWEEN) || is_adverb(end - 1)) {
        end -= 1;
        // "quickly and firmly".
        if end > 1 && is_adverb(end) && sentence.is(end - 1, "and") && is_adverb(end - 2) {
            end -= 1;
        }
    }
    // "Nancy Pelosi (D-Calif.) told".
    if end > 0 && sentence.word(end - 1) == ")" {
        let open = (0..end)
            .rev()
            .take(REACH)
            .find(|at| sentence.word(*at) == "(");
        end = open.unwrap_or(end);
    }
    if end == 0 {
        return None;
    }
    if kind == Saying::Participle {
        // "was quoted as saying" hands the passive's verb in; its subject stands before it.
        let is_passive = sentence.is_any(verb, &["quoted", "cited"]);
        if !is_passive
            && (sentence.is_mark(end - 1)
                || sentence.is_any(
                    end - 1,
                    &["and", "but", "by", "while", "before", "after", "in"],
                ))
        {
            return main_subject(sentence, quoted);
        }
    }
    if sentence.is_any(end - 1, &["and", "but", "then", "&"])
        || saying(sentence.word(end - 1)).is_some()
    {
        return main_subject(sentence, quoted);
    }
    if sentence.is_any(end - 1, &["which", "that", "what"]) {
        return None;
    }
    if sentence.word(end - 1) == "who" {
        // The one that the relative clause is about.
        let mut to = end - 1;
        if to > 0 && sentence.word(to - 1) == "," {
            to -= 1;
        }
        let from = phrase_start(sentence, to, quoted);
        return (from < to).then_some((from, to));
    }
    if sentence.word(end - 1) == ","
        || sentence.word(end - 1) == "–"
        || sentence.word(end - 1) == "—"
    {
        // A phrase between two commas: "Peskov, the Kremlin's spokesman, said".
        let to = end - 1;
        let comma = (0..to).rev().take(REACH + 6).find(|at| {
            (sentence.word(*at) == "," || sentence.word(*at) == "–" || sentence.word(*at) == "—")
                && !quoted(*at)
        });
        let Some(comma) = comma else {
            // "In Baku, said" has none; a name before a comma has.
            let from = phrase_start(sentence, to, quoted);
            return (from < to).then_some((from, to));
        };
        let mut head = comma;
        // "Baku, Azerbaijan, and": an age or a place between commas goes further back.
        if sentence.tokens[comma + 1..to].len() <= 1 {
            while head > 0 && sentence.word(head - 1) == "," {
                head -= 1;
            }
        }
        let from = phrase_start(sentence, head, quoted);
        return (from < head).then_some((from, to));
    }
    let from = phrase_start(sentence, end, quoted);
    (from < end).then_some((from, end))
}

/// Where a phrase that ends before `end` begins.
fn phrase_start(sentence: &Sentence<'_>, end: usize, quoted: &impl Fn(usize) -> bool) -> usize {
    let mut from = end;
    while from > 0 {
        let at = from - 1;
        let word = sentence.word(at);
        let is_stop = quoted(at)
            || (sentence.is_mark(at) && !(word == "." && is_initial(sentence, at)))
            || (sentence.is_any(at, BEGIN_CLAUSES) && !(word == "as" && from < end))
            || (word == "and" && saying_behind(sentence, from))
            || end - from > REACH;
        if is_stop {
            break;
        }
        from = at;
    }
    // What stands before a subject: "But", "On Monday", "Earlier".
    loop {
        if from + 1 < end
            && sentence.is_any(
                from,
                &[
                    "and",
                    "but",
                    "so",
                    "meanwhile",
                    "earlier",
                    "later",
                    "still",
                    "then",
                    "however",
                    "also",
                    "now",
                    "yet",
                    "indeed",
                    "instead",
                    "separately",
                    "too",
                ],
            )
        {
            from += 1;
        } else if from + 2 < end
            && sentence.is_any(from, &["on", "last", "late", "early", "in", "this"])
            && (is_day(sentence, from + 1)
                || sentence.is_any(from + 1, &["week", "month", "year", "night"]))
        {
            from += 2;
        } else if from + 1 < end && is_day(sentence, from) {
            from += 1;
        } else {
            break;
        }
    }
    if from + 1 < end
        && sentence.is(from, "with")
        && saying(sentence.word(end)) == Some(Saying::Participle)
    {
        return from + 1;
    }
    // A phrase that begins with a preposition holds the subject at its end: "In Moscow Lavrov said".
    if sentence.is_any(
        from,
        &[
            "in", "at", "during", "for", "from", "with", "by", "under", "asked", "speaking",
        ],
    ) && from + 2 < end
    {
        let tail = (from..end)
            .rev()
            .take_while(|at| sentence.is_capital(*at))
            .count();
        let pronoun = sentence.is_any(end - 1, &["he", "she", "they", "it", "we", "i"]);
        if pronoun {
            return end - 1;
        }
        if tail > 0 && tail < end - from - 1 {
            return end - tail;
        }
    }
    from
}

fn saying_behind(sentence: &Sentence<'_>, idx: usize) -> bool {
    sentence.is_any(idx, &["he", "she", "they", "it", "we"])
}

/// The subject of the whole sentence: the phrase that it begins with, up to its first verb.
pub(super) fn main_subject(
    sentence: &Sentence<'_>,
    quoted: &impl Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    let mut from = 0;
    // A quotation in front is not it, nor is an adverbial: "In Baku, Aliyev".
    while from < sentence.len() && (quoted(from) || sentence.is_mark(from)) {
        from += 1;
    }
    // "Update: Lavrov says".
    let label = (from..sentence.len().min(from + 8)).find(|at| sentence.word(*at) == ":");
    if let Some(label) = label
        && !quoted(label + 1)
        && !is_quote_mark(sentence.word(label + 1))
        && sentence.is_capital(label + 1)
    {
        from = label + 1;
    }
    if sentence.is_any(
        from,
        &[
            "in",
            "at",
            "on",
            "during",
            "after",
            "before",
            "as",
            "while",
            "speaking",
            "when",
            "for",
            "with",
            "although",
            "despite",
            "following",
            "earlier",
            "asked",
        ],
    ) {
        let comma = (from..sentence.len()).find(|at| sentence.word(*at) == ",")?;
        from = comma + 1;
    }
    if sentence.is_any(from, &["but", "and", "so", "meanwhile", "however"]) {
        from += 1;
    }
    let mut to = from;
    let mut last_capital = None;
    while to < sentence.len() && to < from + REACH {
        let word = sentence.word(to);
        if quoted(to) || (sentence.is_mark(to) && !(word == "." && is_initial(sentence, to))) {
            break;
        }
        if to > from
            && (sentence.is_any(to, FINITE) || saying(word).is_some() || is_past(sentence, to))
        {
            break;
        }
        if sentence.is_capital(to) {
            last_capital = Some(to);
        }
        to += 1;
    }
    if sentence.is_any(from, &["he", "she", "they", "it", "we", "i", "who"]) {
        return Some((from, from + 1));
    }
    // The last capital ends a name; a phrase without one ends before its verb.
    let is_determined = sentence.is_any(
        from,
        &[
            "the", "a", "an", "his", "her", "its", "their", "one", "some", "many",
        ],
    );
    let to = match last_capital {
        Some(last) if last > from || !is_determined => last + 1,
        _ => to,
    };
    (to > from).then_some((from, to))
}

/// Whether one of these tokens shows a finite clause.
pub(super) fn has_verb(sentence: &Sentence<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|at| sentence.is_any(at, FINITE) || is_past(sentence, at))
}

/// Whether a word looks like a verb of the past: "rejected".
pub(super) fn is_past(sentence: &Sentence<'_>, at: usize) -> bool {
    let word = sentence.word(at);
    let is_regular = word.len() > 4 && word.ends_with("ed");
    !sentence.is_capital(at) && (is_regular || IRREGULAR_PAST.contains(&word))
}

/// The token behind "that", if the verb has one soon.
fn that_behind(sentence: &Sentence<'_>, verb: usize, kind: Saying) -> Option<usize> {
    let end = sentence.len().min(verb + REACH);
    let mut at = verb + 1;
    while at < end {
        if sentence.is(at, "that") {
            // "told the committee that", "said on Monday that"; not "said the plan that", "down that road".
            let is_pronoun = sentence.is_any(
                at - 1,
                &[
                    "after", "at", "by", "down", "for", "from", "if", "in", "into", "of", "on",
                    "over", "to", "with", "all", "like",
                ],
            );
            // "announced a review, following concerns that": the "that" of another phrase.
            let is_other = sentence.word(at - 1) != ","
                && (verb + 2..at).any(|at| sentence.word(at) == ",");
            let is_close = at == verb + 1
                || matches!(kind, Saying::Told | Saying::WithThat)
                || sentence.is_any(verb, &["telling", "reminding"])
                || is_day(sentence, verb + 1)
                || sentence.is_any(verb + 1, ADVERBIALS)
                || sentence.word(verb + 1) == ",";
            return (is_close && !is_pronoun && !is_other).then_some(at);
        }
        let word = sentence.word(at);
        if is_quote_mark(word)
            || matches!(word, ";" | ":" | "?" | "!")
            || saying(word).is_some_and(|_| is_plain(word))
        {
            return None;
        }
        at += 1;
    }
    None
}

fn is_clause_start(sentence: &Sentence<'_>, idx: usize, n_before_verb: usize) -> bool {
    // "there's", "she'll": a pronoun with its verb.
    let is_contracted = sentence.word(idx).contains(['\'', '’'])
        && ["he", "i", "it", "she", "that", "there", "they", "we", "you"]
            .iter()
            .any(|one| {
                sentence
                    .word(idx)
                    .split(['\'', '’'])
                    .next()
                    .is_some_and(|head| head.eq_ignore_ascii_case(one))
            });
    let is_pronoun = sentence.is_any(idx, &["he", "i", "it", "she", "they", "we"]);
    if is_contracted
        || is_pronoun
            && (sentence.word(idx + 1).starts_with(char::is_lowercase)
                || is_quote_mark(sentence.word(idx + 1)))
    {
        return true;
    }
    let starts = sentence.is_any(idx, CLAUSE_STARTS)
        || sentence.is_capital(idx)
        || sentence.word(idx).ends_with('s');
    let end = sentence.len().min(idx + 14);
    starts
        && (idx + n_before_verb..end).any(|at| sentence.is_any(at, FINITE) || is_past(sentence, at))
}

/// The clause behind a verb.
fn clause_behind(
    sentence: &Sentence<'_>,
    verb: usize,
    kind: Saying,
    that: Option<usize>,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Span> {
    if kind == Saying::Judging {
        return None;
    }
    let is_told =
        matches!(kind, Saying::Told) || sentence.is_any(verb, &["telling", "reminding"]);
    if that.is_none()
        && (is_told || sentence.is_any(verb, &["asked", "asks", "asking", "wondered"]))
    {
        // "asked Trump if the move was right".
        let question = (verb + 1..sentence.len().min(verb + 8))
            .find(|at| sentence.is_any(*at, &["if", "whether", "why", "how"]));
        if let Some(question) = question
            && !(verb + 1..question).any(|at| sentence.is_mark(at))
        {
            return clause_span(sentence, question, clause_end(sentence, question, quoted));
        }
    }
    let from = match that {
        Some(that) => that + 1,
        None => {
            let mut at = verb + 1;
            if is_told {
                // The one who is told: a pronoun, a name, an agency.
                at = addressee_end(sentence, at);
            }
            let takes_bare = matches!(kind, Saying::Bare | Saying::Told)
                || (kind == Saying::Participle
                    && sentence.is_any(
                        verb,
                        &[
                            "saying",
                            "adding",
                            "claiming",
                            "arguing",
                            "insisting",
                            "believing",
                            "telling",
                        ],
                    ));
            if !takes_bare && !may_take_bare(sentence.word(verb)) {
                return None;
            }
            at = adverbial_end(sentence, at);
            if sentence.word(at) == "," && at > verb + 1 {
                at += 1;
            }
            let is_said = sentence.is_any(verb, &["said", "says", "saying"])
                && !sentence.is_mark(at)
                && !sentence.is_any(at, ADVERBIALS)
                && !sentence.is_any(at, &["because", "when", "while"]);
            let is_shown = || {
                let end = sentence.len().min(at + 9);
                (at + 1..end).any(|one| {
                    sentence.is_any(one, FINITE) || at == verb + 1 && is_past(sentence, one)
                })
            };
            let n_left = (at..sentence.len())
                .filter(|at| !sentence.is_mark(*at))
                .count();
            let is_long = sentence.is_any(
                at,
                &[
                    "a", "an", "the", "his", "her", "its", "their", "this", "these",
                ],
            ) || sentence.is_capital(at) && !is_day(sentence, at);
            if !is_clause_start(sentence, at, 1)
                && !(is_said && (is_shown() || is_long && n_left > 4))
            {
                return None;
            }
            // "tweeted a response after he had come": a verb behind a conjunction is no clause's own.
            let shows_verb = || {
                let end = sentence.len().min(at + 9);
                (at + 1..end)
                    .take_while(|at| {
                        sentence.word(*at) != ","
                            && !sentence.is_any(*at, &["after", "before", "which", "when", "while"])
                    })
                    .any(|at| sentence.is_any(at, FINITE) || is_past(sentence, at))
            };
            let is_wide = is_told || sentence.is_any(verb, &["said", "say", "saying", "says"]);
            if !is_wide
                && !shows_verb()
                && (!takes_bare || sentence.is_any(at, &["a", "an", "any", "the", "no"]))
            {
                return None;
            }
            at
        }
    };
    let to = clause_end(sentence, from, quoted);
    let clause = clause_span(sentence, from, to)?;
    let words = (from..to).filter(|at| !sentence.is_mark(*at)).count();
    (words >= 2 && !is_all_quoted(sentence, clause, quoted)).then_some(clause)
}

/// Where a clause ends: the same subject says more (", adding that", "and said"), or the one who reports goes on
/// (", but did not say").
fn clause_end(sentence: &Sentence<'_>, from: usize, quoted: &impl Fn(usize) -> bool) -> usize {
    let ends = |at: usize| {
        if quoted(at) {
            return false;
        }
        let before = sentence.word(at - 1);
        let word = sentence.word(at);
        // ", according to a report", ", but he said", "“a disgrace” – a word that".
        let is_source = word == "according" && sentence.is(at + 1, "to");
        let is_aside = matches!(word, "–" | "—") && matches!(before, "”" | "\"") && at > from + 2;
        // "argued that it failed: “They left.”"
        let is_announced = word == ":" && (quoted(at + 1) || is_quote_mark(sentence.word(at + 1)));
        let says_again = matches!(before, "and" | "but")
            && at > from + 3
            && sentence.word(at - 2) == ","
            && sentence.is_any(at, &["he", "she", "they"])
            && (is_plain(sentence.word(at + 1))
                || sentence.is_any(at + 1, &["also", "later", "then"]) && is_plain(sentence.word(at + 2)));
        if is_source || is_aside || is_announced || says_again {
            return true;
        }
        let is_participle = before == "," && saying(word) == Some(Saying::Participle);
        let goes_on = matches!(before, "and" | "but")
            && !quoted(at - 1)
            && (is_plain(word) && word != "say"
                || matches!(saying(word), Some(Saying::WithThat | Saying::Told))
                    && sentence.is(at + 1, "that"));
        let turns = before == "but"
            && at > from + 3
            && matches!(sentence.word(at - 2), "," | "”" | "\"")
            && (is_past(sentence, at)
                || sentence.is_any(
                    at,
                    &["did", "declined", "has", "refused", "stressed", "warned"],
                ));
        is_participle || goes_on || turns
    };
    let end = (from + 1..sentence.len()).find(|at| ends(*at));
    // The conjunction is no part of it.
    end.map_or(sentence.len(), |end| {
        let is_conjunction = matches!(sentence.word(end - 1), "and" | "but");
        if is_conjunction { end - 1 } else { end }
    })
}

/// Behind the one who is told.
fn addressee_end(sentence: &Sentence<'_>, from: usize) -> usize {
    let mut at = from;
    if sentence.is_any(
        at,
        &[
            "him",
            "her",
            "them",
            "me",
            "us",
            "you",
            "reporters",
            "journalists",
            "lawmakers",
            "parliament",
        ],
    ) {
        return at + 1;
    }
    if sentence.is_any(
        at,
        &["the", "a", "an", "his", "her", "their", "state", "local"],
    ) {
        at += 1;
    }
    while at < sentence.len() && at < from + 8 {
        if at > from
            && (sentence.is_any(at, CLAUSE_STARTS)
                || sentence.is_mark(at)
                || sentence.is_any(at, ADVERBIALS))
        {
            break;
        }
        at += 1;
    }
    at
}

/// Behind "on Monday", "in a statement", "Tuesday", "late last night".
fn adverbial_end(sentence: &Sentence<'_>, from: usize) -> usize {
    let mut at = from;
    let end = sentence.len().min(from + 12);
    while at < end {
        if is_day(sentence, at)
            || sentence.is_any(
                at,
                &[
                    "earlier",
                    "later",
                    "also",
                    "late",
                    "early",
                    "again",
                    "publicly",
                    "repeatedly",
                ],
            )
        {
            at += 1;
        } else if sentence.is_any(at, &["last", "this", "next"])
            && sentence.is_any(
                at + 1,
                &[
                    "week", "month", "year", "night", "fall", "spring", "summer", "winter",
                ],
            )
        {
            at += 2;
        } else if sentence.is_any(
            at,
            &[
                "on", "in", "at", "to", "during", "after", "via", "through", "by", "for", "of",
                "from",
            ],
        ) && at + 1 < end
        {
            // A preposition with an article or not, and its noun.
            let mut noun = at + 1;
            if sentence.is_any(
                noun,
                &["a", "an", "the", "his", "her", "its", "their", "this"],
            ) {
                noun += 1;
            }
            while noun < end
                && sentence.is_capital(noun)
                && !sentence.is_mark(noun)
                && sentence.is_capital(noun + 1)
            {
                noun += 1;
            }
            at = noun + 1;
        } else {
            break;
        }
    }
    at
}

/// The clause before a frame at the end: "The talks will resume, the ministry said on Monday."
fn clause_before(
    sentence: &Sentence<'_>,
    subject_from: usize,
    ends: usize,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Span> {
    if subject_from < 3
        || !matches!(
            sentence.word(subject_from - 1),
            "," | "”" | "\"" | "–" | "—"
        )
    {
        return None;
    }
    // Behind the frame only an adverbial may stand.
    let rest = (ends..sentence.len())
        .filter(|at| !sentence.is_mark(*at))
        .count();
    let is_adverbial = rest == 0
        || sentence.is_any(ends, ADVERBIALS)
        || sentence.is_any(ends, &["when", "while"])
        || is_day(sentence, ends)
        || sentence.word(ends) == ",";
    if !is_adverbial || quoted(ends) {
        return None;
    }
    let mut to = subject_from - 1;
    if matches!(sentence.word(to), "”" | "\"") {
        to += 1;
    }
    // What is quoted as a sentence of its own is no part of a clause: it is preceded by a colon, or begins with a
    // capital.
    let last_quoted = (0..to)
        .rev()
        .find(|at| !sentence.is_mark(*at))
        .filter(|at| quoted(*at));
    if let Some(last) = last_quoted {
        let begin = (0..=last)
            .rev()
            .find(|at| !quoted(*at) && !sentence.is_mark(*at))
            .map_or(0, |at| at + 1);
        let first_word = (begin..=last)
            .find(|at| !sentence.is_mark(*at))
            .unwrap_or(begin);
        if sentence.is_capital(first_word) {
            return None;
        }
    }
    // "After his death, the group called for revenge": no clause, but where and when.
    let is_adverbial =
        sentence.is_any(0, NO_CLAUSES) && !(1..to).any(|at| sentence.word(at) == ",");
    if is_adverbial {
        return None;
    }
    let is_finite = (0..to).any(|at| {
        sentence.is_any(at, FINITE) || is_past(sentence, at) || sentence.word(at).ends_with('s')
    });
    let clause = clause_span(sentence, 0, to)?;
    let words = (0..to).filter(|at| !sentence.is_mark(*at)).count();
    (is_finite && words >= 3 && !is_all_quoted(sentence, clause, quoted)).then_some(clause)
}

/// Whether all words of a clause stand between quotation marks.
fn is_all_quoted(sentence: &Sentence<'_>, clause: Span, quoted: &impl Fn(usize) -> bool) -> bool {
    let from = sentence.at(clause.start);
    let to = sentence.at(clause.end);
    (from..to).all(|at| quoted(at) || sentence.is_mark(at))
}

/// The span of tokens without the marks at its ends that do not belong to it.
fn clause_span(sentence: &Sentence<'_>, from: usize, to: usize) -> Option<Span> {
    let mut from = from;
    let mut to = to.min(sentence.len());
    while from < to && matches!(sentence.word(from), "," | ":" | ";" | "." | "—" | "–") {
        from += 1;
    }
    while from < to
        && matches!(
            sentence.word(to - 1),
            "," | ":" | ";" | "." | "—" | "–" | "!" | "?"
        )
    {
        to -= 1;
    }
    (from < to).then(|| sentence.span_of(from, to))
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
            ("The firm announced a review, following concerns that talks failed.", &[]),
            (
                "Soon, according to experts, the talks will resume.",
                &[("experts", "the talks will resume")],
            ),
            ("The paper stirs anger with false claims that talks failed.", &[]),
            ("They met according to the rules of the house.", &[]),
            ("The envoy resigned, the ministry said when talks failed.", &[("the ministry", "The envoy resigned")]),
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
