//! What is compared: the answers of one classifier, by target and row.

use crate::contamination::{Contamination, contamination};
use crate::error::{Error, ErrorKind, Result};
use detente_data::corpus::{Corpus, PredictionFile, PredictionRow};
use detente_metrics::AnswersError;
use detente_metrics::answers::SUM_TOLERANCE;
use detente_model::label::LabelSet;
use detente_model::{Model, StatePool};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// How rows of different classifiers are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchBy {
    /// By their place among the examples, where all contestants are models.
    Row,
    /// By their id; by their line where the data has none, as prediction files do.
    Id,
}

/// A classifier's answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Contestant {
    /// The name it has in reports.
    pub name: String,
    /// Its targets, in its order.
    pub targets: Vec<ContestantTarget>,
    /// What of the data it was trained on; `None` for a file of predictions, which cannot tell.
    pub contamination: Option<Contamination>,
}

/// A classifier's answers on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct ContestantTarget {
    /// The target.
    pub target: String,
    /// The labels it answers in, where it says so; else they are those that occur.
    pub labels: Option<LabelSet>,
    /// The rows by what they are matched by.
    pub rows: BTreeMap<String, AnsweredRow>,
}

/// A classifier's answer to one row.
#[derive(Clone, Debug, PartialEq)]
pub struct AnsweredRow {
    /// The true label.
    pub gold: String,
    /// The label given.
    pub predicted: String,
    /// One probability a label, where there are any.
    pub probabilities: Option<Vec<f64>>,
    /// The name of the document.
    pub document: String,
}

impl ContestantTarget {
    fn insert(&mut self, id: String, row: AnsweredRow) -> Result<()> {
        match self.rows.insert(id.clone(), row) {
            None => Ok(()),
            Some(_) => Err(Error::new(ErrorKind::DuplicateId {
                id,
                target: Some(self.target.clone()),
            })),
        }
    }
}

impl Contestant {
    /// Lets a model answer every labelled row of the targets that it shares with the corpus.
    ///
    /// # Errors
    /// A gold label that the model does not know; an id that stands twice, when rows are matched by it.
    pub fn of_model(
        name: String,
        model: &Model,
        corpus: &Corpus,
        match_by: MatchBy,
    ) -> Result<Self> {
        model
            .check_mentions(corpus.has_mentions)
            .map_err(|error| error.in_file(&name))?;
        let pool = StatePool::default();
        let examples = &corpus.examples;
        let scored: Vec<_> = examples
            .par_iter()
            .map(|example| pool.with(|state| model.score(state, example.passage()).targets))
            .collect();
        let mut targets = Vec::new();
        for (head_idx, head) in model.heads().iter().enumerate() {
            let known = corpus.targets.iter().position(|t| t.name == head.target);
            let Some(target_idx) = known else {
                continue;
            };
            let labels = head.labels.labels();
            let mut target = ContestantTarget {
                target: head.target.clone(),
                labels: Some(head.labels.clone()),
                rows: BTreeMap::new(),
            };
            for (row_idx, (example, scores)) in examples.iter().zip(&scored).enumerate() {
                let Some(gold) = &example.labels[target_idx] else {
                    continue;
                };
                if head.labels.position(gold).is_none() {
                    let kind = ErrorKind::UnknownLabel {
                        column: corpus.targets[target_idx].column.clone(),
                        value: gold.to_string(),
                        allowed: labels.to_vec(),
                    };
                    return Err(Error::new(kind).at(corpus.place_of(example)));
                }
                let key = match match_by {
                    // Padded, so that the order of keys is that of rows.
                    MatchBy::Row => format!("{row_idx:010}"),
                    MatchBy::Id => example.id_or_line(),
                };
                let score = &scores[head_idx];
                let row = AnsweredRow {
                    gold: gold.to_string(),
                    predicted: labels[score.label_idx].clone(),
                    probabilities: Some(score.probabilities.clone()),
                    document: example.group_key().to_owned(),
                };
                let place = &corpus.paths[example.file_idx];
                target
                    .insert(key, row)
                    .map_err(|error| error.in_file(place).at_line(example.line))?;
            }
            if !target.rows.is_empty() {
                targets.push(target);
            }
        }
        Ok(Self {
            name,
            targets,
            contamination: Some(contamination(model, corpus)),
        })
    }

    /// Takes the answers of a file of predictions; `documents` names the document of each id, else
    /// every id is one.
    ///
    /// # Errors
    /// An id that stands twice for one target, or that has no document; a gold or predicted label
    /// without a probability where others of the target have one.
    pub fn of_predictions(
        name: String,
        path: &Path,
        file: PredictionFile,
        documents: Option<&Documents>,
    ) -> Result<Self> {
        let mut by_target: BTreeMap<String, Vec<PredictionRow>> = BTreeMap::new();
        for row in file.rows {
            by_target.entry(row.target.clone()).or_default().push(row);
        }
        let mut targets = Vec::new();
        for (target, rows) in by_target {
            let is_given = |at: &usize| rows.iter().any(|row| row.probabilities[*at].is_some());
            let mut given: Vec<usize> = (0..file.labels.len()).filter(is_given).collect();
            let labels = LabelSet::new(given.iter().map(|at| file.labels[*at].clone()));
            given.sort_by_key(|at| labels.position(&file.labels[*at]));
            let labels = (!labels.is_empty()).then_some(labels);
            let mut contestant_target = ContestantTarget {
                target,
                labels: labels.clone(),
                rows: BTreeMap::new(),
            };
            for row in rows {
                let place = |error: Error| error.in_file(path).at_line(row.line);
                for (column, label) in [("gold", &row.gold), ("predicted", &row.predicted)] {
                    known_label(labels.as_ref(), column, label).map_err(place)?;
                }
                let document = match documents {
                    Some(documents) => documents.of(&row.id).map_err(place)?,
                    None => row.id.clone(),
                };
                let probabilities = given.iter().map(|at| {
                    row.probabilities[*at].ok_or_else(|| {
                        place(Error::new(ErrorKind::BadNumber {
                            column: format!("p_{}", file.labels[*at]),
                            value: String::new(),
                            expected: "a probability from 0 to 1",
                        }))
                    })
                });
                let probabilities: Vec<f64> = probabilities.collect::<Result<_>>()?;
                let found: f64 = probabilities.iter().sum();
                if labels.is_some() && (found - 1.0).abs() > SUM_TOLERANCE {
                    let row_idx = contestant_target.rows.len();
                    return Err(place(
                        AnswersError::ProbabilitySum {
                            row: row_idx,
                            found,
                        }
                        .into(),
                    ));
                }
                let answered = AnsweredRow {
                    gold: row.gold,
                    predicted: row.predicted,
                    probabilities: labels.is_some().then_some(probabilities),
                    document,
                };
                contestant_target
                    .insert(row.id, answered)
                    .map_err(|error| error.in_file(path).at_line(row.line))?;
            }
            targets.push(contestant_target);
        }
        Ok(Self {
            name,
            targets,
            contamination: None,
        })
    }
}

fn known_label(labels: Option<&LabelSet>, column: &str, label: &str) -> Result<()> {
    match labels {
        Some(labels) if labels.position(label).is_none() => {
            Err(Error::new(ErrorKind::UnknownLabel {
                column: column.to_owned(),
                value: label.to_owned(),
                allowed: labels.labels().to_vec(),
            }))
        }
        _ => Ok(()),
    }
}

/// The document of each row of the data, by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    of_id: BTreeMap<String, String>,
    data: Vec<String>,
}

impl Documents {
    /// Collects the documents of a corpus.
    ///
    /// # Errors
    /// An id that stands in two documents.
    pub fn of_corpus(corpus: &Corpus) -> Result<Self> {
        let data = corpus.paths.iter().map(|path| path.display().to_string());
        let mut documents = Self {
            of_id: BTreeMap::new(),
            data: data.collect(),
        };
        for example in &corpus.examples {
            let id = example.id_or_line();
            let document = example.group_key();
            let known = documents
                .of_id
                .entry(id.clone())
                .or_insert_with(|| document.to_owned());
            if known.as_str() != document {
                return Err(Error::new(ErrorKind::DuplicateId { id, target: None })
                    .at(corpus.place_of(example)));
            }
        }
        Ok(documents)
    }

    fn of(&self, id: &str) -> Result<String> {
        self.of_id.get(id).cloned().ok_or_else(|| {
            Error::new(ErrorKind::UnknownId {
                id: id.to_owned(),
                data: self.data.clone(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::{Layout, LayoutParams};

    fn file(rows: &[(&str, &str, Option<f64>)]) -> PredictionFile {
        let rows = rows
            .iter()
            .zip(2..)
            .map(|((id, gold, p), line)| PredictionRow {
                id: (*id).into(),
                target: "peace".into(),
                gold: (*gold).into(),
                predicted: "favor".into(),
                probabilities: vec![p.map(|p| 1.0 - p), *p, None],
                line,
            });
        PredictionFile {
            labels: ["none", "favor", "up"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }
    }

    fn read(file: PredictionFile, documents: Option<&Documents>) -> Result<Contestant> {
        Contestant::of_predictions("a.csv".into(), Path::new("a.csv"), file, documents)
    }

    fn documents(csv: &str) -> Result<Documents> {
        let params = LayoutParams {
            layout: Layout::Texts,
            group: Some("doc".into()),
            ..LayoutParams::default()
        };
        Documents::of_corpus(&Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap())
    }

    #[test]
    fn labels_are_those_with_probabilities_in_the_order_of_all_outputs() {
        let read = read(file(&[("1", "none", Some(0.75))]), None).unwrap();
        let target = &read.targets[0];
        let labels = target.labels.as_ref().unwrap();
        assert_eq!(labels.labels(), ["favor", "none"]);
        let row = &target.rows["1"];
        assert_eq!(row.probabilities, Some(vec![0.75, 0.25]));
        assert_eq!(row.document, "1");
    }

    #[test]
    fn ids_find_their_documents() {
        let documents = documents("id,text,doc\n1,x,d\n2,y,d\n").unwrap();
        let read = |id| read(file(&[(id, "none", None)]), Some(&documents));
        assert_eq!(read("2").unwrap().targets[0].rows["2"].document, "d");
        assert_eq!(
            read("3").unwrap_err().to_string(),
            "a.csv:2: id `3` is not among the rows of `-`"
        );
    }

    #[test]
    fn ids_that_are_not_certain_are_refused() {
        let twice = file(&[("1", "none", None), ("1", "none", None)]);
        assert_eq!(
            read(twice, None).unwrap_err().to_string(),
            "a.csv:3: id `1` stands twice for target `peace`; expected each row once"
        );
        assert_eq!(
            documents("id,text,doc\n1,x,d\n1,y,e\n")
                .unwrap_err()
                .to_string(),
            "standard input:3: id `1` stands in two documents; expected one"
        );
        let mut uneven = file(&[("1", "none", Some(0.5))]);
        uneven.rows[0].probabilities[0] = Some(0.9);
        assert_eq!(
            read(uneven, None).unwrap_err().to_string(),
            "a.csv:2: the predictions cannot be measured: the probabilities of a row do not sum to 1"
        );
        let other_label = file(&[("1", "against", Some(0.5))]);
        assert_eq!(
            read(other_label, None).unwrap_err().to_string(),
            "a.csv:2: column `gold` is `against`; expected `favor` or `none`"
        );
    }
}
