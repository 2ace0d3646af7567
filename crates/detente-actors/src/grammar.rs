//! What kind of word a token of a sentence is.

use crate::sentence::Sentence;

/// Tokens from a verb to its "that", at the most.
pub(super) const REACH: usize = 16;

/// Words that a subject is not part of: it begins behind them.
#[rustfmt::skip]
pub(super) const BEGIN_CLAUSES: &[&str] = &[
    "after", "although", "as", "because", "before", "but", "despite", "how", "if", "since", "so", "than", "that",
    "though",
    "unless", "until", "what", "when", "where", "whereas", "which", "while", "whom", "whose", "why", "whether",
    "yet", "nor", "or",
];

/// Words between a subject and its verb.
#[rustfmt::skip]
pub(super) const BETWEEN: &[&str] = &[
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
pub(super) const ADVERBIALS: &[&str] = &[
    "after", "again", "ahead", "also", "as", "at", "before", "by", "during", "earlier", "early", "following", "for",
    "from", "in", "last", "late", "later",
    "monday", "next", "on", "over", "previously", "recently", "separately", "since", "sunday", "saturday", "friday",
    "thursday", "through", "to", "today", "tuesday", "upon", "via", "wednesday",
    "with", "without", "yesterday", "publicly", "repeatedly", "of", "about", "out", "further",
];

/// Words that a clause may begin with.
#[rustfmt::skip]
pub(super) const CLAUSE_STARTS: &[&str] = &[
    "a", "all", "an", "any", "both", "each", "either", "every", "everyone", "few", "he", "her", "his", "i", "it", "its",
    "many", "more", "most", "my", "neither", "no", "nobody", "none", "nothing", "one", "our", "several", "she",
    "some", "such", "that",
    "the", "their", "there", "these", "they", "this", "those", "two", "we", "what", "you", "your", "there's", "it's",
    "he's", "she's",
    "they're", "we're", "i'm", "if", "while", "although",
];

/// Words that an adverbial in front of a subject begins with.
#[rustfmt::skip]
pub(super) const NO_CLAUSES: &[&str] = &[
    "after", "all", "although", "amid", "as", "asked", "at", "before", "by", "despite", "during", "following", "for",
    "from", "in", "like", "on", "once",
    "since", "speaking", "though", "through", "throughout", "to", "under", "until", "when", "while", "with",
    "within", "without",
];

/// Words that end a subject behind its verb.
pub(super) const INVERTED_STOPS: &[&str] = &[
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

pub(super) fn is_quote_mark(word: &str) -> bool {
    matches!(word, "\"" | "“" | "”" | "«" | "»" | "„")
}

pub(super) fn is_day(sentence: &Sentence<'_>, idx: usize) -> bool {
    #[rustfmt::skip]
    const DAYS: &[&str] = &[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "june",
        "july", "august", "september", "october", "november", "december", "yesterday", "today", "tomorrow",
    ];
    sentence.is_any(idx, DAYS)
}

/// Whether a period belongs to a title or an initial: "Mr. Price", "J. Smith".
pub(super) fn is_initial(sentence: &Sentence<'_>, at: usize) -> bool {
    at > 0
        && sentence.is_capital(at - 1)
        && sentence.word(at - 1).chars().count() <= 4
        && (sentence.is_capital(at + 1) || sentence.word(at + 1).starts_with(char::is_numeric))
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
