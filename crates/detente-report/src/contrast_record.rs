//! In what groups of articles differ, as a record and as tables.

use super::sheet::Sheet;
use super::table::signed;
use detente_relations::{ContrastParams, GroupDifference};
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// Each group against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContrastRecord {
    /// The model that scored the statements.
    pub model: String,
    /// What the groups are by: `source`, `period`.
    pub by: String,
    /// Articles.
    pub n_articles: usize,
    /// Orders of the articles that were drawn for each p-value.
    pub permutations: usize,
    /// The corrected p-value up to which a difference is called one.
    pub alpha: f64,
    /// Groups by name, targets in the model's order.
    pub differences: Vec<GroupDifferenceRecord>,
}

/// A group against all others on a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupDifferenceRecord {
    /// The group.
    pub group: String,
    /// The target.
    pub target: String,
    /// Its articles.
    pub n_articles: usize,
    /// Its score, from -1 to 1.
    pub score: Option<f64>,
    /// The score of the others.
    pub others: Option<f64>,
    /// The difference.
    pub difference: Option<f64>,
    /// Its interval, by articles drawn anew.
    pub interval: Option<[f64; 2]>,
    /// The p-value of a permutation test by article.
    pub p: Option<f64>,
    /// The same, corrected by Holm for all groups and targets.
    pub p_corrected: Option<f64>,
    /// Words that make the difference.
    pub words: Vec<WordRecordOfGroup>,
}

/// A word that a group has more often than others, or less.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WordRecordOfGroup {
    /// The word.
    pub word: String,
    /// Statements of the group that have it.
    pub n_group: u32,
    /// Statements of the others that have it.
    pub n_others: u32,
    /// Log-odds ratio by its standard deviation.
    pub z: f64,
}

impl ContrastRecord {
    /// The record of a contrast.
    pub fn of(
        model: &str,
        by: &str,
        n_articles: usize,
        alpha: f64,
        params: &ContrastParams,
        differences: &[GroupDifference],
    ) -> Self {
        let difference = |one: &GroupDifference| GroupDifferenceRecord {
            group: one.group.clone(),
            target: one.target.clone(),
            n_articles: one.n_articles,
            score: one.score,
            others: one.others,
            difference: one.difference,
            interval: one.interval.map(|ends| [ends.low, ends.high]),
            p: one.p,
            p_corrected: one.p_corrected,
            words: one
                .words
                .iter()
                .map(|word| WordRecordOfGroup {
                    word: word.word.clone(),
                    n_group: word.n_group,
                    n_others: word.n_others,
                    z: word.z,
                })
                .collect(),
        };
        Self {
            model: model.to_owned(),
            by: by.to_owned(),
            n_articles,
            permutations: params.permutations,
            alpha,
            differences: differences.iter().map(difference).collect(),
        }
    }

    /// The differences as CSV; the words of a side stand in one cell.
    pub fn csv(&self) -> Vec<u8> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        let header = [
            self.by.as_str(),
            "target",
            "articles",
            "score",
            "others",
            "difference",
            "low",
            "high",
            "p",
            "p_corrected",
            "more_often",
            "less_often",
        ];
        // Invariant: memory takes every row, and every row has the header's fields.
        rows.write_record(header).expect("memory takes every row");
        for one in &self.differences {
            let number =
                |number: Option<f64>| number.map_or(String::new(), |number| format!("{number:.6}"));
            rows.write_record([
                one.group.clone(),
                one.target.clone(),
                one.n_articles.to_string(),
                number(one.score),
                number(one.others),
                number(one.difference),
                number(one.interval.map(|[low, _]| low)),
                number(one.interval.map(|[_, high]| high)),
                number(one.p),
                number(one.p_corrected),
                one.side(true),
                one.side(false),
            ])
            .expect("memory takes every row");
        }
        rows.into_inner().expect("memory takes every row")
    }
}

impl GroupDifferenceRecord {
    fn side(&self, is_more: bool) -> String {
        let words = self.words.iter().filter(|word| (word.z > 0.0) == is_more);
        words.map(|word| &*word.word).collect::<Vec<_>>().join(" ")
    }
}

impl Display for ContrastRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let columns = [
            &*self.by,
            "target",
            "#articles",
            "#score",
            "#others",
            "#difference",
            "#p corrected",
            "more often",
            "less often",
        ];
        let mut sheet = Sheet::new("Groups", &columns);
        for one in &self.differences {
            let number = |number: Option<f64>| number.map_or("-".to_owned(), signed);
            let difference = match (one.difference, one.interval) {
                (Some(difference), Some([low, high])) => {
                    format!("{} [{}, {}]", signed(difference), signed(low), signed(high))
                }
                (difference, _) => number(difference),
            };
            let is_real = one.p_corrected.is_some_and(|p| p <= self.alpha);
            let p = one
                .p_corrected
                .map_or("-".to_owned(), |p| format!("{p:.3}"));
            sheet.row([
                one.group.clone(),
                one.target.clone(),
                one.n_articles.to_string(),
                number(one.score),
                number(one.others),
                difference,
                if is_real { format!("{p} *") } else { p },
                one.side(true),
                one.side(false),
            ]);
        }
        write!(f, "{}", sheet.terminal())?;
        writeln!(
            f,
            "each group against all others; p: {} orders of whole articles, corrected by Holm; * up to {}; \
                words in statements \
             that speak to the target",
            self.permutations, self.alpha
        )
    }
}
