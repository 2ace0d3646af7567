//! What is checked, and the words for what a check came to.

use serde::{Serialize, Serializer};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    /// Rows that cannot be used, and labels that are rare or alone.
    Labels,
    /// Rows per group.
    Groups,
    /// Groups cut by the splits, labels that a split lacks.
    Splits,
    /// The same text in several rows.
    ExactDuplicates,
    /// The same text with different labels.
    Contradictions,
    /// Nearly the same text in several rows.
    NearDuplicates,
    /// Texts and groups in common with the other file.
    Leak,
    /// Openings that give a label away.
    Openings,
    /// N-grams that give a label away.
    Ngrams,
    /// Parties that give a label away, by name or by cell.
    Parties,
    /// Labels that a model doubts.
    LabelErrors,
    /// The agreement of two coders.
    Agreement,
    /// Texts of unusual length.
    Lengths,
}

impl Serialize for CheckKind {
    /// By its name in reports.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl CheckKind {
    /// Every check, in the order of the report.
    pub const ALL: [Self; 13] = [
        Self::Labels,
        Self::Groups,
        Self::Splits,
        Self::ExactDuplicates,
        Self::Contradictions,
        Self::NearDuplicates,
        Self::Leak,
        Self::Openings,
        Self::Ngrams,
        Self::Parties,
        Self::LabelErrors,
        Self::Agreement,
        Self::Lengths,
    ];

    /// The words for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Groups => "groups",
            Self::Splits => "splits",
            Self::ExactDuplicates => "exact duplicates",
            Self::Contradictions => "contradictions",
            Self::NearDuplicates => "near-duplicates",
            Self::Leak => "leak",
            Self::Openings => "openings",
            Self::Ngrams => "n-grams",
            Self::Parties => "parties",
            Self::LabelErrors => "label errors",
            Self::Agreement => "agreement",
            Self::Lengths => "lengths",
        }
    }
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It was not asked for, or there is nothing to check it on.
    Skipped,
    /// There is nothing to say.
    Fine,
    /// There is something for a reader to judge.
    Note,
    /// Scores measured on this data would be wrong, or training fails.
    Finding,
}

impl Serialize for Verdict {
    /// By its name in reports.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Verdict {
    /// Every verdict, from the mildest.
    pub const ALL: [Self; 4] = [Self::Skipped, Self::Fine, Self::Note, Self::Finding];

    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "-",
            Self::Fine => "ok",
            Self::Note => "note",
            Self::Finding => "finding",
        }
    }
}

/// One check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// What it came to.
    pub verdict: Verdict,
    /// How many cases the verdict rests on.
    pub n_cases: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_checks_are_unique_and_all_is_in_order() {
        let mut names = CheckKind::ALL.map(CheckKind::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(CheckKind::ALL.is_sorted());
    }
}
