//! How far coders of the same units agree.

use crate::confusion::{Confusion, ratio};
use std::collections::BTreeSet;

/// Krippendorff's alpha for nominal labels, any number of coders, and missing values.
///
/// Shape `(n_coders, n_units)`: `codings[coder][unit]` is the label, `None` where the coder gave
/// none. Units with fewer than two labels are not pairable and are left out.
///
/// ```text
/// alpha = 1 - (m - 1) Σ_{c≠k} o_ck / Σ_{c≠k} m_c m_k
/// o_ck  = Σ_u (ordered pairs of labels c, k in unit u) / (m_u - 1)
/// m_c   = Σ_k o_ck      m = Σ_c m_c      m_u = labels given to unit u
/// ```
///
/// At most 1; 0 for chance; below 0 for systematic disagreement. `None` when nothing is pairable or
/// only one label occurs (then chance cannot be told from agreement).
/// A list that is shorter than another has no labels for the units at its end.
///
/// # References
///
/// Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; Hayes and Krippendorff 2007.
pub fn krippendorff_alpha(codings: &[Vec<Option<usize>>]) -> Option<f64> {
    let n_units = codings.iter().map(Vec::len).max()?;
    let codings = ranked(&codings.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let n_labels = codings.iter().flatten().flatten().max()? + 1;
    let mut margins = vec![0_u64; n_labels];
    let mut disagreement = 0.0;
    let mut counts = vec![0_u64; n_labels];
    for unit in 0..n_units {
        counts.fill(0);
        codings
            .iter()
            .filter_map(|coding| coding.get(unit).copied().flatten())
            .for_each(|label| counts[label] += 1);
        let given: u64 = counts.iter().sum();
        if given < 2 {
            continue;
        }
        // The margin of o is the plain count: each label is paired with given - 1 others.
        margins
            .iter_mut()
            .zip(&counts)
            .for_each(|(margin, count)| *margin += count);
        let agreeing: u64 = counts
            .iter()
            .map(|count| count * count.saturating_sub(1))
            .sum();
        disagreement += (given * (given - 1) - agreeing) as f64 / (given - 1) as f64;
    }
    let total = margins.iter().sum::<u64>() as f64;
    let same: f64 = margins
        .iter()
        .map(|&margin| (margin as f64) * (margin as f64))
        .sum();
    let expected = total * total - same;
    (expected > 0.0).then(|| 1.0 - (total - 1.0) * disagreement / expected)
}

/// Cohen's kappa of two codings, over the units that both coded.
///
/// ```text
/// kappa = (p_o - p_e) / (1 - p_e)
/// ```
///
/// In `[-1, 1]`; `None` when no unit is shared or both coders gave one and the same label only.
/// A list that is shorter than another has no labels for the units at its end.
///
/// # References
///
/// Cohen 1960, A coefficient of agreement for nominal scales.
pub fn cohen_kappa(first: &[Option<usize>], second: &[Option<usize>]) -> Option<f64> {
    shared(first, second).kappa()
}

/// The share of units with the same label, over the units that both coded.
///
/// ```text
/// agreement = (units with equal labels) / (units both coded)
/// ```
///
/// In `[0, 1]`, not corrected for chance; `None` when no unit is shared.
/// A list that is shorter than another has no labels for the units at its end.
pub fn percent_agreement(first: &[Option<usize>], second: &[Option<usize>]) -> Option<f64> {
    let confusion = shared(first, second);
    ratio(confusion.right_count(), confusion.n_rows())
}

/// The codings with labels numbered from 0 in their order: a large number for a label must not take memory.
fn ranked(codings: &[&[Option<usize>]]) -> Vec<Vec<Option<usize>>> {
    let all = codings.iter().copied().flatten().flatten();
    let labels: Vec<usize> = all
        .copied()
        .collect::<BTreeSet<usize>>()
        .into_iter()
        .collect();
    let rank = |label: usize| labels.partition_point(|other| *other < label);
    codings
        .iter()
        .map(|coding| coding.iter().map(|label| label.map(rank)).collect())
        .collect()
}

fn shared(first: &[Option<usize>], second: &[Option<usize>]) -> Confusion {
    let codings = ranked(&[first, second]);
    let n_labels = codings.iter().flatten().flatten().max();
    let mut confusion = Confusion::empty(n_labels.map_or(0, |label| label + 1));
    for pair in codings[0].iter().zip(&codings[1]) {
        if let (Some(first), Some(second)) = pair {
            confusion.add(*first, *second, 1);
        }
    }
    confusion
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of digits as labels, `*` for none, as Krippendorff prints them.
    fn coding(text: &str) -> Vec<Option<usize>> {
        text.chars()
            .map(|label| label.to_digit(10).map(|label| label as usize))
            .collect()
    }

    #[test]
    fn alpha_is_that_of_krippendorffs_example_with_missing_values() {
        // Krippendorff 2011, section C: four observers, twelve units, nominal alpha 0.743.
        let codings = [
            "123321412***",
            "1233224125*3",
            "*3332342251*",
            "12332441251*",
        ]
        .map(coding);
        assert!((krippendorff_alpha(&codings).unwrap() - 0.743).abs() < 5e-4);
    }

    #[test]
    fn alpha_of_two_codings_is_that_of_their_confusion() {
        let (first, second) = (coding("0012210011"), coding("0112010211"));
        let alpha = krippendorff_alpha(&[first.clone(), second.clone()]).unwrap();
        assert!((alpha - shared(&first, &second).alpha().unwrap()).abs() < 1e-15);
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(krippendorff_alpha(&[]), None);
        assert_eq!(krippendorff_alpha(&[coding("**"), coding("**")]), None);
        assert_eq!(krippendorff_alpha(&[coding("01**"), coding("**01")]), None);
        assert_eq!(krippendorff_alpha(&[coding("11"), coding("11")]), None);
        assert_eq!(percent_agreement(&coding("0*"), &coding("*0")), None);
        assert_eq!(cohen_kappa(&coding("0*1"), &coding("0*1")), Some(1.0));
        assert_eq!(
            percent_agreement(&coding("012*"), &coding("0111")),
            Some(2.0 / 3.0)
        );
    }

    #[test]
    fn shorter_codings_and_large_labels_are_no_trouble() {
        let (long, short) = (
            vec![Some(usize::MAX), Some(3), Some(3)],
            vec![Some(usize::MAX)],
        );
        assert_eq!(percent_agreement(&long, &short), Some(1.0));
        assert_eq!(krippendorff_alpha(&[long, short]), None);
    }
}
