//! What the numbers of a model file may be.
//!
//! They reach sums, quotients and exponents: within these ranges none of those leaves the numbers. What training gives
//! lies far inside of them.

use super::metadata::{
    DataMeta, EncoderMeta, HeadMeta, MemberMeta, Metadata, OutOfFoldMeta, StreamedMeta, malformed,
};
use crate::error::Result;
use std::collections::HashSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// The largest size of a weight, an intercept or an offset.
pub(super) const LARGEST: f64 = 1e9;
/// What a document frequency can weigh, where it weighs anything: `ln((1 + n) / (1 + df)) + 1` is from 1 to 29.
const IDF: RangeInclusive<f32> = 0.5..=100.0;
/// Ids are 32 bits wide, and one of them stands for none.
const MOST_FEATURES: usize = u32::MAX as usize;
/// Rows that a count can be of.
const MOST_ROWS: usize = 1 << 40;
/// Shares are sums of rounded numbers.
const SHARE: RangeInclusive<f64> = 0.0..=1.000_001;

/// Checks the numbers that stand in the metadata.
///
/// # Errors
/// One is out of its range, or a list has another length than it must have.
pub(super) fn check(metadata: &Metadata) -> Result<()> {
    check_date(metadata.date.as_deref())?;
    check_data(&metadata.data)?;
    is_below("n_folds", metadata.folds.n_folds, MOST_ROWS)?;
    let features = &metadata.features;
    is_below("n_features", features.n_features, MOST_FEATURES)?;
    if let Some(shrunk) = &metadata.shrunk_from {
        is_below("shrunk_from.bytes", shrunk.bytes, 1 << 50)?;
        is_below("shrunk_from.n_features", shrunk.n_features, MOST_FEATURES)?;
    }
    if let Some(calibrated) = &metadata.calibrated {
        is_below("calibrated.n_rows", calibrated.n_rows, MOST_ROWS)?;
        is_below("calibrated.n_groups", calibrated.n_groups, MOST_ROWS)?;
    }
    if let Some(streamed) = &metadata.streamed {
        check_streamed(streamed)?;
    }
    if let Some(EncoderMeta { n_columns, .. }) = &metadata.encoder {
        is_below("encoder.n_columns", *n_columns, MOST_FEATURES)?;
    }
    let mut seen = HashSet::new();
    for head in &metadata.targets {
        if !seen.insert(&head.target) {
            return Err(malformed(format!(
                "it has the target `{}` twice",
                head.target
            )));
        }
        check_head(head)?;
    }
    Ok(())
}

fn check_date(date: Option<&str>) -> Result<()> {
    let is_none = |date: &&str| date.len() > 64 || date.chars().any(char::is_control);
    match date.filter(is_none) {
        None => Ok(()),
        Some(date) => refuse(
            "date",
            format_args!("{} bytes of text", date.len()),
            "a day",
        ),
    }
}

fn check_data(data: &DataMeta) -> Result<()> {
    is_below("data.n_rows", data.n_rows, MOST_ROWS)?;
    is_below("data.n_groups", data.n_groups, MOST_ROWS)?;
    is_share("data.unknown_words", data.unknown_words)?;
    is_share("data.unknown_rows", data.unknown_rows)
}

fn check_streamed(streamed: &StreamedMeta) -> Result<()> {
    is_below("streamed.n_passes", streamed.n_passes, MOST_ROWS)?;
    is_below("streamed.n_held_out", streamed.n_held_out, MOST_ROWS)?;
    are_sized("streamed.intercepts", &streamed.intercepts)?;
    let gathered = streamed.gathered_intercepts.iter();
    match gathered.copied().find(|n| !(0.0..=f32::MAX).contains(n)) {
        None => Ok(()),
        Some(found) => refuse("streamed.gathered_intercepts", found, "numbers from 0"),
    }
}

fn check_head(head: &HeadMeta) -> Result<()> {
    let HeadMeta {
        target,
        labels,
        label_counts,
        intercept,
        decision,
        tolerance,
        members,
        out_of_fold,
        ..
    } = head;
    let named = |name: &str| format!("{name} of target `{target}`");
    if label_counts.len() != labels.len() {
        let expected = format!("one for each of its {} labels", labels.len());
        return refuse(&named("label_counts"), label_counts.len(), &expected);
    }
    for count in label_counts {
        is_below(&named("label_counts"), *count, MOST_ROWS)?;
    }
    are_sized(&named("intercept"), intercept)?;
    are_sized(&named("decision"), decision)?;
    is_in(&named("tolerance"), *tolerance, 0.0..=f64::MAX)?;
    for MemberMeta { l2, share, .. } in members {
        is_in(&named("l2"), *l2, 0.0..=f64::MAX)?;
        is_in(&named("share"), *share, SHARE)?;
    }
    let OutOfFoldMeta {
        accuracy,
        macro_f1,
        f_avg,
        log_loss,
        ece,
        confusion: _,
    } = out_of_fold;
    is_share(&named("accuracy"), *accuracy)?;
    is_share(&named("macro_f1"), *macro_f1)?;
    is_share(&named("f_avg"), *f_avg)?;
    is_share(&named("ece"), *ece)?;
    match log_loss {
        Some(log_loss) => is_in(&named("log_loss"), *log_loss, 0.0..=LARGEST),
        None => Ok(()),
    }
}

/// Whether numbers are none too large for a weight. Without an early end, so that several are looked at together.
pub(super) fn are_weights(numbers: impl Iterator<Item = f32>) -> bool {
    numbers.fold(true, |all, number| all & (number.abs() <= LARGEST as f32))
}

/// Whether numbers can be inverse document frequencies.
pub(super) fn are_frequencies(numbers: impl Iterator<Item = f32>) -> bool {
    let (least, most) = IDF.into_inner();
    numbers.fold(true, |all, idf| {
        all & ((idf == 0.0) | ((idf >= least) & (idf <= most)))
    })
}

fn are_sized(name: &str, numbers: &[f64]) -> Result<()> {
    (numbers.iter()).try_for_each(|number| is_in(name, *number, -LARGEST..=LARGEST))
}

fn is_share(name: &str, share: Option<f64>) -> Result<()> {
    match share {
        Some(share) if !SHARE.contains(&share) => refuse(name, share, "a number from 0 to 1"),
        _ => Ok(()),
    }
}

fn is_in(name: &str, found: f64, range: RangeInclusive<f64>) -> Result<()> {
    match range.contains(&found) {
        true => Ok(()),
        false => {
            let expected = format!("a number from {:e} to {:e}", range.start(), range.end());
            refuse(name, format_args!("{found:e}"), &expected)
        }
    }
}

fn is_below(name: &str, found: usize, most: usize) -> Result<()> {
    match found < most {
        true => Ok(()),
        false => refuse(name, found, &format!("a number below {most}")),
    }
}

fn refuse(name: &str, found: impl Display, expected: &str) -> Result<()> {
    Err(malformed(format!("{name} is {found}; expected {expected}")))
}
