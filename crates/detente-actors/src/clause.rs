//! The clause that a verb of saying reports: where it begins and ends.

use crate::grammar::{
    ADVERBIALS, CLAUSE_STARTS, FINITE, NO_CLAUSES, REACH, has_verb, is_day, is_past, is_quote_mark,
};
use crate::saying::{Saying, is_plain, may_take_bare, saying};
use crate::sentence::Sentence;
use detente_text::Span;

/// The clause behind a frame between two commas: "The talks, he said, will resume".
pub(super) fn rest_behind(
    sentence: &Sentence<'_>,
    begins: usize,
    ends: usize,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Span> {
    let from = ends + 1;
    let is_cut = begins > 1 && sentence.word(begins - 1) == "," && !quoted(begins - 2);
    let is_other = quoted(from)
        || is_quote_mark(sentence.word(from))
        || sentence.is_any(
            from,
            &[
                "a", "an", "and", "but", "or", "so", "which", "who", "whose", "with",
            ],
        )
        || sentence.is_any(from, ADVERBIALS)
        || sentence.word(from).ends_with("ing")
        || is_day(sentence, from);
    if !is_cut || is_other || !has_verb(sentence, from, sentence.len().min(from + 6)) {
        return None;
    }
    let clause = clause_span(sentence, from, clause_end(sentence, from, quoted))?;
    (!is_all_quoted(sentence, clause, quoted)).then_some(clause)
}

/// The token behind "that", if the verb has one soon.
pub(super) fn that_behind(sentence: &Sentence<'_>, verb: usize, kind: Saying) -> Option<usize> {
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
            let is_other =
                sentence.word(at - 1) != "," && (verb + 2..at).any(|at| sentence.word(at) == ",");
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

pub(super) fn is_clause_start(sentence: &Sentence<'_>, idx: usize, n_before_verb: usize) -> bool {
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
pub(super) fn clause_behind(
    sentence: &Sentence<'_>,
    verb: usize,
    kind: Saying,
    that: Option<usize>,
    quoted: &impl Fn(usize) -> bool,
) -> Option<Span> {
    if kind == Saying::Judging {
        return None;
    }
    let is_told = matches!(kind, Saying::Told) || sentence.is_any(verb, &["telling", "reminding"]);
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
                || sentence.is_any(at + 1, &["also", "later", "then"])
                    && is_plain(sentence.word(at + 2)));
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
pub(super) fn addressee_end(sentence: &Sentence<'_>, from: usize) -> usize {
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
pub(super) fn clause_before(
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
pub(super) fn is_all_quoted(
    sentence: &Sentence<'_>,
    clause: Span,
    quoted: &impl Fn(usize) -> bool,
) -> bool {
    let from = sentence.at(clause.start);
    let to = sentence.at(clause.end);
    (from..to).all(|at| quoted(at) || sentence.is_mark(at))
}

/// The span of tokens without the marks at its ends that do not belong to it.
pub(super) fn clause_span(sentence: &Sentence<'_>, from: usize, to: usize) -> Option<Span> {
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
