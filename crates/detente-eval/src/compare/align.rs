//! Puts contestants side by side: same rows, same gold, same labels, or an error.

use super::{Contestant, ContestantTarget};
use crate::answered::Answered;
use crate::error::{Error, ErrorKind, Result};
use detente_model::label::LabelSet;
use std::collections::BTreeMap;

/// Puts the contestants' answers to one target side by side, rows in the order of their keys.
pub(super) fn align(
    contestants: &[Contestant],
    target: &str,
    documents: &mut BTreeMap<String, u32>,
) -> Result<Vec<Answered>> {
    let of = |one: &Contestant| one.targets.iter().position(|t| t.target == target);
    let given: Vec<(&str, &ContestantTarget)> = contestants
        .iter()
        .filter_map(|one| Some((one.name.as_str(), &one.targets[of(one)?])))
        .collect();
    let (first_name, first) = given[0];
    for (name, other) in &given[1..] {
        same_rows(first_name, first, name, other)?;
        same_rows(name, other, first_name, first)?;
        same_gold(first_name, first, name, other)?;
    }
    let labels = shared_labels(target, &given)?;
    let rows: Vec<u32> = first
        .rows
        .values()
        .map(|row| {
            let next = documents.len() as u32;
            *documents.entry(row.document.clone()).or_insert(next)
        })
        .collect();
    let place = |label: &String| {
        // Invariant: the labels are those stated, which reading checked, or all that occur.
        labels.position(label).expect("the label is among them")
    };
    let sheets = given.iter().map(|(_, one)| Answered {
        target: target.to_owned(),
        labels: labels.clone(),
        gold: one.rows.values().map(|row| place(&row.gold)).collect(),
        predicted: one.rows.values().map(|row| place(&row.predicted)).collect(),
        probabilities: one
            .rows
            .values()
            .map(|row| row.probabilities.clone())
            .collect(),
        documents: rows.clone(),
    });
    Ok(sheets.collect())
}

fn same_rows(
    name: &str,
    one: &ContestantTarget,
    other_name: &str,
    other: &ContestantTarget,
) -> Result<()> {
    let mut missing = one.rows.keys().filter(|id| !other.rows.contains_key(*id));
    match missing.next() {
        None => Ok(()),
        Some(id) => Err(Error::new(ErrorKind::CompareRows {
            names: [name.to_owned(), other_name.to_owned()],
            target: one.target.clone(),
            id: id.clone(),
            n_missing: 1 + missing.count(),
        })),
    }
}

fn same_gold(
    name: &str,
    one: &ContestantTarget,
    other_name: &str,
    other: &ContestantTarget,
) -> Result<()> {
    let mut rows = one.rows.iter().zip(other.rows.values());
    match rows.find(|((_, row), other)| row.gold != other.gold) {
        None => Ok(()),
        Some(((id, row), other)) => Err(Error::new(ErrorKind::CompareGold {
            names: [name.to_owned(), other_name.to_owned()],
            id: id.clone(),
            target: one.target.clone(),
            gold: [row.gold.clone(), other.gold.clone()],
        })),
    }
}

/// The labels that contestants state, which must be the same and hold all that others use; without
/// any statement, all that occur.
fn shared_labels(target: &str, given: &[(&str, &ContestantTarget)]) -> Result<LabelSet> {
    let used = |one: &ContestantTarget| {
        let used = one
            .rows
            .values()
            .flat_map(|row| [&row.gold, &row.predicted]);
        LabelSet::new(used.cloned())
    };
    let stated = given
        .iter()
        .find_map(|(name, one)| Some((*name, one.labels.clone()?)));
    let Some((stating, labels)) = stated else {
        let all = given
            .iter()
            .flat_map(|(_, one)| used(one).labels().to_vec());
        return Ok(LabelSet::new(all));
    };
    for (name, one) in given {
        let (theirs, is_same) = match &one.labels {
            Some(theirs) => (theirs.clone(), *theirs == labels),
            None => {
                let used = used(one);
                let is_within = used.labels().iter().all(|l| labels.position(l).is_some());
                (used, is_within)
            }
        };
        if !is_same {
            return Err(Error::new(ErrorKind::CompareLabels {
                names: [stating.to_owned(), (*name).to_owned()],
                target: target.to_owned(),
                labels: [labels.labels().to_vec(), theirs.labels().to_vec()],
            }));
        }
    }
    Ok(labels)
}
