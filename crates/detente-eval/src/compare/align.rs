//! Puts contestants side by side: same rows, same gold, same labels, or an error.

use super::contestant::{Contestant, ContestantTarget};
use crate::error::{Error, ErrorKind, Result};
use crate::target_predictions::TargetPredictions;
use detente_model::label::LabelSet;
use std::collections::BTreeMap;

/// Puts the contestants' predictions on one target side by side, rows in the order of their ids, with documents
/// numbered alike.
pub(super) fn align(
    contestants: &[Contestant],
    target: &str,
    documents: &mut BTreeMap<String, u32>,
) -> Result<Vec<TargetPredictions>> {
    let on_target = |one: &ContestantTarget| one.name() == target;
    let named = contestants.iter().filter_map(|one| {
        let given = one.targets.iter().find(|given| on_target(given))?;
        Some((one.name.as_str(), given))
    });
    let named: Vec<(&str, &ContestantTarget)> = named.collect();
    let Some(((first_name, first), others)) = named.split_first() else {
        return Ok(Vec::new());
    };
    for (name, other) in others {
        same_rows(first_name, first, name, other)?;
        same_rows(name, other, first_name, first)?;
        same_gold(first_name, first, name, other)?;
    }
    let (stating, labels) = shared_labels(&named);
    let numbers: Vec<u32> = first
        .documents()
        .map(|name| {
            let next = documents.len() as u32;
            *documents.entry(name.to_owned()).or_insert(next)
        })
        .collect();
    let sheets = named.iter().map(|(name, one)| {
        let theirs = one.given().labels();
        let is_same = !one.states_labels() || *theirs == labels;
        let given = match is_same {
            true => one.given().in_labels(&labels, &numbers)?,
            false => None,
        };
        given.ok_or_else(|| {
            Error::new(ErrorKind::CompareLabels {
                names: [stating.to_owned(), (*name).to_owned()],
                target: target.to_owned(),
                labels: [labels.labels().to_vec(), theirs.labels().to_vec()],
            })
        })
    });
    sheets.collect()
}

fn same_rows(
    name: &str,
    one: &ContestantTarget,
    other_name: &str,
    other: &ContestantTarget,
) -> Result<()> {
    let has = |id: &String| other.ids().binary_search(id).is_ok();
    let mut missing = one.ids().iter().filter(|id| !has(id));
    match missing.next() {
        None => Ok(()),
        Some(id) => Err(Error::new(ErrorKind::CompareRows {
            names: [name.to_owned(), other_name.to_owned()],
            target: one.name().to_owned(),
            id: id.clone(),
            n_missing: 1 + missing.count(),
        })),
    }
}

/// Compares gold row by row, of targets with the same ids.
fn same_gold(
    name: &str,
    one: &ContestantTarget,
    other_name: &str,
    other: &ContestantTarget,
) -> Result<()> {
    let mut rows = one.ids().iter().zip(gold(one).zip(gold(other)));
    match rows.find(|(_, (gold, other))| gold != other) {
        None => Ok(()),
        Some((id, (gold, other))) => Err(Error::new(ErrorKind::CompareGold {
            names: [name.to_owned(), other_name.to_owned()],
            id: id.clone(),
            target: one.name().to_owned(),
            gold: [gold.to_owned(), other.to_owned()],
        })),
    }
}

fn gold(one: &ContestantTarget) -> impl Iterator<Item = &str> {
    let labels = one.given().labels().labels();
    let gold = one.given().predictions().gold().iter();
    gold.map(|place| labels[*place].as_str())
}

/// The labels that the first contestant who states any states, with its name; where nobody does, all that occur.
fn shared_labels<'a>(named: &[(&'a str, &ContestantTarget)]) -> (&'a str, LabelSet) {
    match named.iter().find(|(_, one)| one.states_labels()) {
        Some((name, one)) => (name, one.given().labels().clone()),
        None => {
            let all = named
                .iter()
                .flat_map(|(_, one)| one.given().labels().labels());
            ("", LabelSet::new(all.cloned()))
        }
    }
}
