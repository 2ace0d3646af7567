//! The words answers are given in: targets and the labels on them.
//!
//! Labels are free strings. `favor`, `against` and `none` are the words of a *stance* target, which
//! has a score; any other set of labels makes a plain *class* target. This room knows spellings and
//! order; it does not know class indices of any model, rows or files.

use crate::error::{Error, ErrorKind, Result};
use detente_error::nearest;
use serde::Serialize;

/// The label of a statement that supports its target.
pub const FAVOR: &str = "favor";
/// The label of a statement that opposes its target.
pub const AGAINST: &str = "against";
/// The label of a statement that takes no position on its target.
pub const NONE: &str = "none";

/// The stance labels, in the order in which every output gives them.
pub const STANCE_LABELS: [&str; 3] = [FAVOR, AGAINST, NONE];

/// Says whether a target has a stance score or only classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Labels are `favor`, `against` and perhaps `none`; the score is P(favor) - P(against).
    Stance,
    /// Any other labels; there is no score.
    Class,
}

impl TargetKind {
    /// The word for this kind in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stance => "stance",
            Self::Class => "class",
        }
    }
}

/// The labels of one target, in a fixed order: `favor`, `against`, `none` for a stance target, else
/// sorted by their bytes. Two sets are equal when they hold the same labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LabelSet(Vec<String>);

impl LabelSet {
    /// Collects distinct labels in their fixed order.
    pub fn new(labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        labels.sort_unstable_by(|a, b| (stance_rank(a), a).cmp(&(stance_rank(b), b)));
        labels.dedup();
        Self(labels)
    }

    /// The labels in order.
    pub fn labels(&self) -> &[String] {
        &self.0
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of a label in the order.
    pub fn position(&self, label: &str) -> Option<usize> {
        self.0.iter().position(|known| known == label)
    }

    /// Stance when every label is a stance label and one of them is `favor` or `against`.
    pub fn kind(&self) -> TargetKind {
        let all_stance = self.0.iter().all(|label| stance_rank(label) < 3);
        if all_stance && (self.position(FAVOR).is_some() || self.position(AGAINST).is_some()) {
            TargetKind::Stance
        } else {
            TargetKind::Class
        }
    }

    /// Positions of `favor` and `against`, when this is a stance set that has both.
    pub fn stance_positions(&self) -> Option<(usize, usize)> {
        match self.kind() {
            TargetKind::Stance => self.position(FAVOR).zip(self.position(AGAINST)),
            TargetKind::Class => None,
        }
    }

    /// A label of this set that is probably a misspelt stance label: the set has both `favor` and
    /// `against`, and this label is neither but within a slip of one of the three.
    pub fn misspelt_stance(&self) -> Option<&str> {
        self.position(FAVOR)?;
        self.position(AGAINST)?;
        self.0
            .iter()
            .filter(|label| stance_rank(label) == 3)
            .find(|label| nearest(label, &STANCE_LABELS).is_some())
            .map(String::as_str)
    }
}

fn stance_rank(label: &str) -> usize {
    STANCE_LABELS
        .iter()
        .position(|known| *known == label)
        .unwrap_or(STANCE_LABELS.len())
}

/// Renames labels as a user asked (`--label FROM=TO`) and brings the common spellings of the stance
/// labels (`FAVOR`, `Favour`, `AGAINST`, any case) to the one used here.
///
/// # Example
/// ```
/// use detente_model::label::LabelRenames;
/// let renames = LabelRenames::parse(["pro=favor"])?;
/// assert_eq!(renames.apply(" Favour "), "favor");
/// assert_eq!(renames.apply("pro"), "favor");
/// assert_eq!(renames.apply("Neutral"), "Neutral");
/// # Ok::<(), detente_model::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelRenames(Vec<(String, String)>);

impl LabelRenames {
    /// Parses `FROM=TO` pairs.
    ///
    /// # Errors
    /// A pair without `=`, or with an empty side.
    pub fn parse(pairs: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        pairs
            .into_iter()
            .map(|pair| {
                let pair = pair.as_ref();
                pair.split_once('=')
                    .map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()))
                    .filter(|(from, to)| !from.is_empty() && !to.is_empty())
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Rename {
                            value: pair.to_owned(),
                        })
                    })
            })
            .collect::<Result<Vec<_>>>()
            .map(Self)
    }

    /// The label that a raw cell means. Blank cells stay blank.
    pub fn apply(&self, raw: &str) -> String {
        let raw = raw.trim();
        let renamed = self
            .0
            .iter()
            .find(|(from, _)| from == raw)
            .map_or(raw, |(_, to)| to);
        match renamed.to_ascii_lowercase().as_str() {
            "favor" | "favour" => FAVOR.to_owned(),
            "against" => AGAINST.to_owned(),
            "none" => NONE.to_owned(),
            _ => renamed.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stance_labels_come_first_and_in_their_order() {
        let set = LabelSet::new(["none", "against", "favor", "none"]);
        assert_eq!(set.labels(), ["favor", "against", "none"]);
        assert_eq!(set.kind(), TargetKind::Stance);
        assert_eq!(set.stance_positions(), Some((0, 1)));
    }

    #[test]
    fn other_labels_make_a_class_target() {
        let set = LabelSet::new(["positive", "negative", "neutral"]);
        assert_eq!(set.labels(), ["negative", "neutral", "positive"]);
        assert_eq!(set.kind(), TargetKind::Class);
        assert_eq!(set.stance_positions(), None);
    }

    #[test]
    fn a_misspelt_stance_label_is_found() {
        let set = LabelSet::new(["favor", "against", "agianst"]);
        assert_eq!(set.misspelt_stance(), Some("agianst"));
        assert_eq!(
            LabelSet::new(["favor", "against", "query"]).misspelt_stance(),
            None
        );
        assert_eq!(LabelSet::new(["positive", "nono"]).misspelt_stance(), None);
    }

    #[test]
    fn renames_need_two_sides() {
        for bad in ["pro", "=favor", "pro="] {
            assert_eq!(
                LabelRenames::parse([bad]).unwrap_err().to_string(),
                format!("`{bad}` is not a renaming of a label; expected `FROM=TO`")
            );
        }
    }
}
