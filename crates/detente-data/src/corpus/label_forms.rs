//! Labels that differ in form only, that are nearly another, or that stand for none.

use super::layout::LayoutParams;
use super::notices::{Notice, shown};
use crate::error::{Error, ErrorKind, Result};
use detente_model::label::{AGAINST, FAVOR, NONE, form_of, visible};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ways of writing the labels of one target that are remembered. With more of them than this a column holds no labels.
const MOST_SPELLINGS: usize = 1 << 16;
/// Labels of one target that are compared with each other.
const MOST_COMPARED: usize = 2_000;
/// A label is rare beside another that has as many times its rows.
const RARE: usize = 10;
/// Characters from which one that differs may be a slip.
const LEAST_LENGTH: usize = 4;
/// The forms in which programs write that there is no value.
const MISSING: [&str; 14] = [
    "nan",
    "na",
    "n/a",
    "n.a.",
    "<na>",
    "#n/a",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "?",
    "missing",
    "(missing)",
];

/// The labels of one target in all the ways in which its cells write them.
#[derive(Clone, Debug, Default)]
pub(super) struct Spellings {
    by_cell: FxHashMap<Box<str>, Spelling>,
    /// The label of each form that was met first.
    by_form: FxHashMap<String, Arc<str>>,
}

#[derive(Clone, Debug)]
struct Spelling {
    /// `None` for a cell that is not labelled.
    label: Option<Arc<str>>,
    n_rows: usize,
    /// Whether the label was taken away on demand.
    is_dropped: bool,
}

impl Spellings {
    /// The label that a cell means; `make` gives each label its one copy. With `folds`, a label is the first that was
    /// met of its form; those that are taken away are counted in `dropped`.
    pub(super) fn label(
        &mut self,
        cell: &str,
        params: &LayoutParams,
        (folds, dropped): (bool, &mut BTreeMap<String, usize>),
        make: impl FnOnce(&str) -> Arc<str>,
    ) -> Option<Arc<str>> {
        if let Some(known) = self.by_cell.get(cell) {
            if known.is_dropped {
                *dropped.entry(visible(cell)).or_default() += 1;
            }
            return known.label.clone();
        }
        let seen = visible(cell);
        if seen.is_empty()
            || params
                .missing
                .iter()
                .any(|missing| is_missing(&seen, missing))
        {
            return None;
        }
        let label = params.renames.apply(cell);
        let is_dropped = label.is_empty()
            || params
                .dropped
                .iter()
                .any(|unwanted| form_of(unwanted) == form_of(&label));
        if is_dropped {
            *dropped.entry(seen).or_default() += 1;
        }
        let mut label = (!is_dropped).then(|| make(&label));
        if self.by_cell.len() < MOST_SPELLINGS {
            if let Some(label) = label.as_mut().filter(|_| folds) {
                let first = self.by_form.entry(form_of(label));
                *label = first.or_insert_with(|| label.clone()).clone();
            }
            let spelling = Spelling {
                label: label.clone(),
                n_rows: 0,
                is_dropped,
            };
            self.by_cell.insert(cell.into(), spelling);
        }
        label
    }

    /// Counts a row with this cell.
    pub(super) fn count(&mut self, cell: &str) {
        if let Some(known) = self.by_cell.get_mut(cell) {
            known.n_rows += 1;
        }
    }

    /// What the labels come to; `target` is their target's name.
    ///
    /// # Errors
    /// Two labels that print alike.
    pub(super) fn forms(&self, target: &str, params: &LayoutParams) -> Result<Forms> {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let cells: BTreeMap<&str, &Spelling> =
            self.by_cell.iter().map(|(cell, s)| (&**cell, s)).collect();
        for (cell, spelling) in cells {
            let Some(label) = spelling.label.as_ref().filter(|_| spelling.n_rows > 0) else {
                continue;
            };
            let group = groups.entry(form_of(label)).or_default();
            *group.labels.entry(label.clone()).or_default() += spelling.n_rows;
            group.n_rows += spelling.n_rows;
            group.cells.push((cell.to_owned(), spelling.n_rows));
        }
        let has = |label: &str| groups.contains_key(label);
        let is_stance = has(FAVOR) || has(AGAINST);
        let mut forms = Forms::default();
        let mut counts: Vec<(&str, String, usize)> = Vec::new();
        for (form, group) in &groups {
            let label = group.label(form);
            for other in group.labels.keys().filter(|other| ***other != *label) {
                forms.canonical.insert(other.clone(), label.clone());
            }
            let own = group
                .cells
                .iter()
                .filter(|(cell, _)| form_of(cell) == *form);
            let mut own: Vec<(String, usize)> = own.cloned().collect();
            own.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let is_real_none =
                form == NONE && (is_stance || own.iter().any(|(cell, _)| cell.trim() == NONE));
            if MISSING.contains(&form.as_str()) && !is_real_none {
                let written = own
                    .first()
                    .map_or(label.to_string(), |(cell, _)| visible(cell));
                forms.notices.push(Notice::MissingLike {
                    target: target.to_owned(),
                    label: written,
                    n_rows: group.n_rows,
                });
            }
            if own.len() > 1 {
                forms.notices.push(Notice::FoldedLabels {
                    target: target.to_owned(),
                    label: label.to_string(),
                    spellings: own,
                });
            }
            counts.push((form, label.to_string(), group.n_rows));
        }
        if counts.len() <= MOST_COMPARED {
            forms.notices.extend(look_alikes(target, &counts));
        }
        refuse_alike(target, &counts)?;
        for notice in &forms.notices {
            params.reading.notices.add(notice.clone());
        }
        Ok(forms)
    }
}

/// Whether a cell is a mark for no label, in any form; but `None` does not stand for the label `none`.
fn is_missing(seen: &str, mark: &str) -> bool {
    let form = form_of(mark);
    visible(mark) == seen || form != NONE && form == form_of(seen)
}

/// What is to be said of the labels of one target, and done with them.
#[derive(Default)]
pub(super) struct Forms {
    /// The label to take for each that is written in another way than most.
    pub(super) canonical: FxHashMap<Arc<str>, Arc<str>>,
    pub(super) notices: Vec<Notice>,
}

/// Labels of one form.
#[derive(Default)]
struct Group {
    labels: BTreeMap<Arc<str>, usize>,
    n_rows: usize,
    /// The cells that mean them, and their rows.
    cells: Vec<(String, usize)>,
}

impl Group {
    /// The label that stands for all: of several numbers the shortest, else the one with the most rows, else the first.
    fn label(&self, form: &str) -> Arc<str> {
        let is_number =
            form.parse::<f64>().is_ok() && form.bytes().any(|byte| byte.is_ascii_digit());
        if is_number && self.labels.len() > 1 {
            return form.into();
        }
        let best = self
            .labels
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        best.map_or_else(|| form.into(), |(label, _)| label.clone())
    }
}

/// Rare labels that are one slip away from another.
fn look_alikes(target: &str, counts: &[(&str, String, usize)]) -> Vec<Notice> {
    let mut found = Vec::new();
    let is_long = |form: &str| form.chars().count() >= LEAST_LENGTH;
    // `class 1` and `class 2` differ on purpose.
    let letters = |form: &str| {
        form.chars()
            .filter(|letter| !letter.is_numeric())
            .collect::<String>()
    };
    for (form, label, n_rows) in counts.iter().filter(|(form, ..)| is_long(form)) {
        let is_near = |other: &&(&str, String, usize)| {
            n_rows * RARE <= other.2
                && other.0.chars().count().abs_diff(form.chars().count()) <= 1
                && is_long(other.0)
                && strsim::osa_distance(form, other.0) == 1
                && letters(form) != letters(other.0)
        };
        if let Some((_, other, n_other)) = counts.iter().filter(is_near).max_by_key(|other| other.2)
        {
            found.push(Notice::LookAlike {
                target: target.to_owned(),
                label: label.clone(),
                n_rows: *n_rows,
                other: other.clone(),
                n_other: *n_other,
            });
        }
    }
    found
}

/// Letters of Cyrillic and Greek, each with the one of Latin that prints like it.
const TWINS: [(&str, &str); 2] = [
    (
        "аеорсухіјѕһԁԛԝкмнтвзοαιυνρτκχγ",
        "aeopcyxijshdqwkmhtb3oaiuvptkxy",
    ),
    ("ё", "e"),
];

/// How a form prints, as far as letters of other scripts are concerned.
fn print_of(form: &str) -> String {
    let twin = |letter: char| {
        let twins = TWINS
            .iter()
            .flat_map(|(from, to)| from.chars().zip(to.chars()));
        twins
            .into_iter()
            .find(|(from, _)| *from == letter)
            .map_or(letter, |(_, to)| to)
    };
    form.chars().map(twin).collect()
}

fn refuse_alike(target: &str, counts: &[(&str, String, usize)]) -> Result<()> {
    let mut prints: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (form, label, _) in counts {
        let Some((other_form, other)) = prints.insert(print_of(form), (form, label)) else {
            continue;
        };
        let mut pairs = form.chars().zip(other_form.chars());
        let Some((a, b)) = pairs.find(|(a, b)| a != b) else {
            continue;
        };
        let (foreign, own) = if a.is_ascii() { (b, a) } else { (a, b) };
        let code = |letter: char| format!("U+{:04X}", u32::from(letter));
        return Err(Error::new(ErrorKind::AlikeLabels {
            target: target.to_owned(),
            a: shown(label),
            b: shown(other),
            different: format!(
                "`{foreign}` ({}) is another letter than `{own}` ({})",
                code(foreign),
                code(own)
            ),
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Corpus, Layout};
    use detente_model::label::LabelRenames;

    fn corpus(
        labels: &[(&str, usize)],
        change: impl Fn(&mut LayoutParams),
    ) -> Result<(Corpus, Vec<String>)> {
        let mut csv = "text,tone\n".to_owned();
        for (label, n_rows) in labels {
            csv += &format!("We met.,\"{label}\"\n").repeat(*n_rows);
        }
        let targets = vec!["tone".to_owned()];
        let mut params = LayoutParams {
            layout: Layout::Wide { targets },
            ..LayoutParams::default()
        };
        change(&mut params);
        let corpus = Corpus::from_reader(csv.as_bytes(), &params, &[])?;
        let said = params
            .reading
            .notices
            .take()
            .iter()
            .map(Notice::to_string)
            .collect();
        Ok((corpus, said))
    }

    #[test]
    fn labels_that_differ_in_form_only_become_the_most_common_and_are_named() {
        for (labels, expected) in [
            (
                &[("Positive", 2), ("positive", 3), ("negative", 1)][..],
                &["negative", "positive"][..],
            ),
            (
                &[("sad\u{200b}", 9), ("sad", 1), ("glad", 1)],
                &["glad", "sad"],
            ),
            (
                &[("caf\u{e9}", 1), ("cafe\u{301}", 1), ("bar", 1)],
                &["bar", "caf\u{e9}"],
            ),
            (&[("1.0", 5), ("1", 1), ("0", 1)], &["0", "1"]),
            (
                &[("very\u{a0}good", 1), ("very good", 1), ("bad", 1)],
                &["bad", "very good"],
            ),
        ] {
            let (corpus, said) = corpus(labels, |_| ()).unwrap();
            assert_eq!(corpus.targets[0].labels.labels(), expected);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].contains("differ in form only"), "{said:?}");
            assert_eq!(corpus.odd_labels.len(), 1);
        }
        let (corpus, said) = corpus(&[("1.0", 2), ("2.0", 2)], |_| ()).unwrap();
        assert_eq!(corpus.targets[0].labels.labels(), ["1.0", "2.0"]);
        assert!(said.is_empty());
    }

    #[test]
    fn marks_for_no_value_are_named_and_can_be_taken_for_it() {
        for mark in [
            "NaN", "NA", "NULL", "None", "n/a", "N/A", "-", "?", "nan", "null",
        ] {
            let labels = [(mark, 2), ("up", 3), ("down", 3)];
            let (_, said) = corpus(&labels, |_| ()).unwrap();
            assert_eq!(
                said,
                [format!(
                    "target `tone`: label `{mark}` (2 rows) looks like a mark for no label"
                )]
            );
            let (found, said) =
                corpus(&labels, |params| params.missing = vec![mark.to_owned()]).unwrap();
            assert_eq!((found.n_unlabelled, said.len()), (2, 0), "{mark}");
            let in_form = |params: &mut LayoutParams| params.missing = vec![mark.to_lowercase()];
            let n_missing = corpus(&labels, in_form).unwrap().0.n_unlabelled;
            assert_eq!(n_missing, if mark == "None" { 0 } else { 2 }, "{mark}");
            assert_eq!(found.targets[0].labels.labels(), ["down", "up"]);
        }
    }

    #[test]
    fn none_is_a_label_where_it_says_so() {
        for labels in [
            &[("favor", 1), ("against", 1), ("none", 1)][..],
            &[("favor", 1), ("against", 1), ("None", 1)],
            &[("joy", 1), ("anger", 1), ("none", 1)],
        ] {
            assert!(corpus(labels, |_| ()).unwrap().1.is_empty(), "{labels:?}");
        }
    }

    #[test]
    fn labels_are_dropped_by_name_and_by_renaming_to_nothing() {
        let labels = [("up", 2), ("Mixed", 3), ("down", 1)];
        let drop = |params: &mut LayoutParams| params.dropped = vec!["mixed".into()];
        let rename =
            |params: &mut LayoutParams| params.renames = LabelRenames::parse(["mixed="]).unwrap();
        for (found, said) in [
            corpus(&labels, drop).unwrap(),
            corpus(&labels, rename).unwrap(),
        ] {
            assert_eq!(found.examples.len(), 3);
            assert_eq!(said, ["3 labels `Mixed` dropped"]);
        }
    }

    #[test]
    fn a_rare_label_beside_a_common_one_is_named() {
        let (_, said) = corpus(
            &[("positive", 30), ("postive", 1), ("negative", 30)],
            |_| (),
        )
        .unwrap();
        assert_eq!(
            said,
            ["target `tone`: label `postive` (1 row) is nearly `positive` (30 rows)"]
        );
        for labels in [
            [("class1", 30), ("class2", 1)],
            [("positive", 30), ("postive", 20)],
            [("pro", 30), ("pre", 1)],
        ] {
            assert!(corpus(&labels, |_| ()).unwrap().1.is_empty(), "{labels:?}");
        }
    }

    #[test]
    fn labels_that_print_alike_are_refused() {
        let error = corpus(&[("peace", 3), ("pe\u{430}ce", 3)], |_| ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "standard input: labels `pe\u{430}ce` and `peace` of target `tone` look the same, but `\u{430}` (U+0430) \
             is another letter than `a` (U+0061); expected one spelling"
        );
    }
}
