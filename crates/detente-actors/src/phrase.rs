//! The noun phrase of the one who speaks: the subject of a verb of saying, or of the whole sentence.

use crate::grammar::{
    BEGIN_CLAUSES, BETWEEN, FINITE, REACH, is_day, is_initial, is_past, is_quote_mark,
};
use crate::saying::{Saying, saying};
use crate::sentence::Sentence;

/// Whether a subject may begin here: a name, an article.
pub(super) fn has_phrase(sentence: &Sentence<'_>, idx: usize) -> bool {
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

/// Where a phrase that begins at `from` ends: before a mark, a verb of saying or a word of `stops`.
pub(super) fn phrase_end(
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

/// The subject before a verb.
pub(super) fn subject(
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
