//! The JSON of a long article in a tenth of the space, for the script of its page.
//!
//! Reasons are most of a page: each names features, words and numbers of 17 digits for each target. Here a feature is
//! named once, words are places in the text, and numbers are whole hundredths, as many as can be seen. What came out
//! of rounding is spread so that all parts still add up to the margin. `detente.show` reads both forms.
//!
//! The object is that of the article with an empty list of `statements`, and `packed`:
//!
//! ```text
//! targets     [{ name, labels, sides, sets }]     sides: has a score; sets: has prediction sets
//! terms       features, those that are used most first
//! views       views of features that are not listed
//! who         of each statement who takes its stance, as in the unpacked form; null where nothing is known
//! languages   [[place of a statement, its language, whether no model knows it]] where it is not simply the article's
//! texts       texts of statements that are not a stretch of full_text, in their order
//! statements  numbers, as in source maps: base 64, five bits each, the least first, the sign in the first
//!   n statements, then of each
//!     flags (1 title, 2 known, 4 in the text, 8 has a text of its own, 16 explained)
//!     start less the end before, length                                       where it is in the text
//!     n words; of each: start less the end before, length                     where it is explained
//!     of each target: label, 1 + most probable label where that is another one, else 0
//!       score in 1/10,000 where it has sides; probabilities in 1/10,000
//!       labels of the set as bits, 1 where deferred                           where it has sets
//!       label, margin, intercept, a contribution a word, elsewhere            where it is explained, in 1/100
//!       n features; of each: term, contribution; n others, their contribution
//!       n views; of each: view, n, contribution
//! ```

use crate::article_record::{ArticleRecord, ExplanationRecord, StatementRecord, TargetScoreRecord};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Parts of a log-odd that are kept.
const LOG_ODDS: f64 = 1e2;
/// Parts of a probability that are kept.
const SHARES: f64 = 1e4;

/// The article packed.
pub(super) fn json(article: &ArticleRecord) -> String {
    let terms = terms(article);
    let places: BTreeMap<&str, usize> = terms.iter().copied().zip(0..).collect();
    let mut packer = Packer {
        terms: &places,
        views: Vec::new(),
        texts: Vec::new(),
        numbers: Numbers::default(),
        end: 0,
    };
    packer.numbers.push(article.statements.len() as i64);
    for statement in &article.statements {
        packer.statement(article.full_text, statement);
    }
    let first = article.statements.first();
    let targets = first.into_iter().flat_map(|first| first.targets.iter());
    let targets = targets.map(|(name, score)| {
        let labels: Vec<&str> = score.probabilities.iter().map(|(label, _)| label).collect();
        let (sides, sets) = (score.score.is_some(), score.prediction_set.is_some());
        json!({ "name": name, "labels": labels, "sides": sides, "sets": sets })
    });
    let languages = article
        .statements
        .iter()
        .enumerate()
        .filter(|(_, statement)| {
            statement.is_of_unknown_language || statement.language != article.language
        });
    let languages = languages
        .map(|(at, statement)| json!([at, statement.language, statement.is_of_unknown_language]));
    let packed = json!({
        "targets": targets.collect::<Vec<Value>>(),
        "terms": terms,
        "views": packer.views,
        "who": article.statements.iter().map(|statement| &statement.who).collect::<Vec<_>>(),
        "languages": languages.collect::<Vec<Value>>(),
        "texts": packer.texts,
        "statements": packer.numbers.0,
    });
    let rest = ArticleRecord {
        statements: Vec::new(),
        scores: article.scores.clone(),
        language_note: article.language_note.clone(),
        ..*article
    };
    let mut json = rest.to_json();
    // Invariant: the JSON of an article is an object with fields, so it ends so.
    json.truncate(json.len() - 1);
    json + ",\"packed\":" + &packed.to_string() + "}"
}

/// Every feature that is listed, those that are listed most first.
fn terms<'a>(article: &ArticleRecord<'a>) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in &article.statements {
        for score in statement.targets.values() {
            for part in score.explanation.iter().flat_map(|found| &found.features) {
                *counts.entry(part.feature).or_default() += 1;
            }
        }
    }
    let mut terms: Vec<(&str, usize)> = counts.into_iter().collect();
    terms.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    terms.into_iter().map(|(term, _)| term).collect()
}

struct Packer<'a> {
    terms: &'a BTreeMap<&'a str, usize>,
    views: Vec<&'static str>,
    texts: Vec<&'a str>,
    numbers: Numbers,
    /// Where the statement before has ended.
    end: usize,
}

impl<'a> Packer<'a> {
    fn statement(&mut self, full_text: Option<&str>, statement: &StatementRecord<'a>) {
        let span = statement.start.zip(statement.end);
        let found = full_text.zip(span);
        let found = found.and_then(|(text, (start, end))| text.get(start..end));
        let has_own_text = found != Some(statement.text);
        let scores = || statement.targets.values();
        let words = scores().find_map(|score| Some(&score.explanation.as_ref()?.words));
        let is_explained = words.is_some() && scores().all(|score| score.explanation.is_some());
        let flags = [
            statement.is_title,
            statement.has_known_features,
            span.is_some(),
            has_own_text,
            is_explained,
        ];
        let flags = flags
            .iter()
            .rev()
            .fold(0, |all, flag| 2 * all + i64::from(*flag));
        self.numbers.push(flags);
        if let Some((start, end)) = span {
            self.numbers.push(start as i64 - self.end as i64);
            self.numbers.push((end - start) as i64);
            self.end = end;
        }
        if has_own_text {
            self.texts.push(statement.text);
        }
        if let Some(words) = words.filter(|_| is_explained) {
            self.numbers.push(words.len() as i64);
            let mut before = 0;
            for word in words {
                self.numbers.push(word.start as i64 - before);
                self.numbers.push((word.end - word.start) as i64);
                before = word.end as i64;
            }
        }
        for score in statement.targets.values() {
            self.target(score);
            if let Some(explanation) = score.explanation.as_ref().filter(|_| is_explained) {
                self.explanation(score, explanation);
            }
        }
    }

    fn target(&mut self, score: &TargetScoreRecord) {
        let place = |label: &str| place(score, label);
        self.numbers.push(place(score.label));
        self.numbers
            .push(score.moved_from.map_or(0, |label| 1 + place(label)));
        if let Some(stance) = score.score {
            self.numbers.push(rounded(stance, SHARES));
        }
        for probability in score.probabilities.values() {
            self.numbers.push(rounded(*probability, SHARES));
        }
        if let Some(set) = &score.prediction_set {
            self.numbers
                .push(set.iter().map(|label| 1 << place(label)).sum());
            self.numbers
                .push(i64::from(score.is_deferred == Some(true)));
        }
    }

    fn explanation(&mut self, score: &TargetScoreRecord, found: &ExplanationRecord<'a>) {
        let margin = rounded(found.margin, LOG_ODDS);
        let intercept = rounded(found.intercept, LOG_ODDS);
        self.numbers.push(place(score, found.label));
        self.numbers.push(margin);
        self.numbers.push(intercept);
        let mut words: Vec<f64> = found.words.iter().map(|word| word.contribution).collect();
        words.push(found.elsewhere);
        for part in adding_up(&words, margin - intercept) {
            self.numbers.push(part);
        }
        let mut parts: Vec<f64> = found
            .features
            .iter()
            .map(|part| part.contribution)
            .collect();
        parts.extend(found.remaining.iter().map(|part| part.contribution));
        let parts = adding_up(&parts, margin - intercept);
        let (features, views) = parts.split_at(found.features.len());
        self.numbers.push(features.len() as i64);
        for (part, contribution) in found.features.iter().zip(features) {
            self.numbers.push(self.terms[part.feature] as i64);
            self.numbers.push(*contribution);
        }
        self.numbers.push(found.n_remaining as i64);
        self.numbers.push(views.iter().sum());
        self.numbers.push(views.len() as i64);
        for (part, contribution) in found.remaining.iter().zip(views) {
            let known = self.views.iter().position(|view| *view == part.view);
            let view = known.unwrap_or_else(|| {
                self.views.push(part.view);
                self.views.len() - 1
            });
            self.numbers.push(view as i64);
            self.numbers.push(part.n as i64);
            self.numbers.push(*contribution);
        }
    }
}

fn place(score: &TargetScoreRecord, label: &str) -> i64 {
    let mut names = score.probabilities.iter().map(|(name, _)| name);
    names.position(|name| name == label).unwrap_or(0) as i64
}

fn rounded(value: f64, parts: f64) -> i64 {
    (value * parts).round() as i64
}

/// Numbers rounded to parts of [`LOG_ODDS`] that add up to `sum`: what is missing goes, one by one, to the largest,
/// where it is seen least. Zeros stay.
fn adding_up(values: &[f64], sum: i64) -> Vec<i64> {
    let mut parts: Vec<i64> = values
        .iter()
        .map(|value| rounded(*value, LOG_ODDS))
        .collect();
    let mut largest: Vec<usize> = (0..values.len()).filter(|at| values[*at] != 0.0).collect();
    largest.sort_by(|a, b| values[*b].abs().total_cmp(&values[*a].abs()));
    let missing = sum - parts.iter().sum::<i64>();
    if let Some(n) = i64::try_from(largest.len()).ok().filter(|n| *n > 0) {
        for (at, part) in largest.iter().enumerate() {
            let is_one_more = (at as i64) < missing.abs() % n;
            parts[*part] += missing / n + i64::from(is_one_more) * missing.signum();
        }
    }
    parts
}

/// Numbers as text.
#[derive(Default)]
struct Numbers(String);

impl Numbers {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    fn push(&mut self, number: i64) {
        let mut rest = number.unsigned_abs() << 1 | u64::from(number < 0);
        loop {
            let (digit, more) = ((rest & 31) as usize, rest >> 5);
            let is_last = more == 0;
            self.0
                .push(char::from(Self::DIGITS[digit | usize::from(!is_last) << 5]));
            if is_last {
                break;
            }
            rest = more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_source_maps() {
        for (number, text) in [
            (0, "A"),
            (1, "C"),
            (-1, "D"),
            (15, "e"),
            (16, "gB"),
            (-511, "/f"),
            (1000, "w+B"),
        ] {
            let mut numbers = Numbers::default();
            numbers.push(number);
            assert_eq!(numbers.0, text, "{number}");
        }
    }

    #[test]
    fn rounded_parts_add_up() {
        assert_eq!(adding_up(&[0.004, 0.004, 0.0, 0.004], 1), [1, 0, 0, 0]);
        assert_eq!(adding_up(&[1.5, -0.25, 0.0], 123), [149, -26, 0]);
        assert_eq!(adding_up(&[0.0; 3], 0), [0; 3]);
        assert_eq!(adding_up(&[], 0), [0; 0]);
    }
}
