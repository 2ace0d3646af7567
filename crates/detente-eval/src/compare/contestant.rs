//! What is compared: the predictions of one classifier, by target and row.

use crate::contamination::{Contamination, contamination};
use crate::error::{Error, ErrorKind, Result};
use crate::target_predictions::TargetPredictions;
use detente_data::corpus::{Corpus, PredictionFile, PredictionRow};
use detente_metrics::PredictionsError;
use detente_metrics::predictions::SUM_TOLERANCE;
use detente_model::label::LabelSet;
use detente_model::{Model, StatePool};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How rows of different classifiers are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchBy {
    /// By their place among the examples, where all contestants are models.
    Row,
    /// By their id; by their line where the data has none, as prediction files do.
    Id,
}

/// A classifier's predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct Contestant {
    /// The name it has in reports.
    pub name: String,
    /// Its targets, in its order.
    pub targets: Vec<ContestantTarget>,
    /// What of the data it was trained on; `None` for a file of predictions, which cannot tell.
    pub contamination: Option<Contamination>,
}

/// A classifier's predictions on one target, with what their rows are matched by.
#[derive(Clone, Debug, PartialEq)]
pub struct ContestantTarget {
    given: TargetPredictions,
    states_labels: bool,
    ids: Vec<String>,
    document_names: Vec<String>,
}

impl ContestantTarget {
    /// Puts ids beside predictions, and the rows into the order of their ids.
    ///
    /// `states_labels` says that the classifier knows the labels of `given`; else they are those that occur, and other
    /// classifiers may bring more. `document_names` has the name of each document at the place of its number.
    ///
    /// # Errors
    /// Another number of ids than rows; a document without a name; an id that stands twice.
    pub fn new(
        given: &TargetPredictions,
        states_labels: bool,
        ids: &[String],
        document_names: Vec<String>,
    ) -> Result<Self> {
        let (found, expected) = (ids.len(), given.predictions().n_rows());
        if found != expected {
            let column = "ids";
            let fault = PredictionsError::Length {
                column,
                found,
                expected,
            };
            return Err(fault.into());
        }
        let numbers = given.predictions().documents();
        if let Some(number) = numbers
            .iter()
            .find(|at| **at as usize >= document_names.len())
        {
            let (column, found, expected) =
                ("documents", document_names.len(), *number as usize + 1);
            let fault = PredictionsError::Length {
                column,
                found,
                expected,
            };
            return Err(fault.into());
        }
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_by_key(|row| &ids[*row]);
        let ids: Vec<String> = order.iter().map(|row| ids[*row].clone()).collect();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(stands_twice(&twice[0], given.target()));
        }
        Ok(Self {
            given: given.select(&order)?,
            states_labels,
            ids,
            document_names,
        })
    }

    /// The target's name.
    pub fn name(&self) -> &str {
        self.given.target()
    }

    /// The predictions, in the order of [`Self::ids`].
    pub fn given(&self) -> &TargetPredictions {
        &self.given
    }

    /// Whether the classifier knows the labels; else they are those that occur.
    pub fn states_labels(&self) -> bool {
        self.states_labels
    }

    /// What each row is matched by, in order.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The name of each row's document.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        let numbers = self.given.predictions().documents().iter();
        // Invariant: making it has checked that every number has a name.
        numbers.map(|at| self.document_names[*at as usize].as_str())
    }
}

fn stands_twice(id: &str, target: &str) -> Error {
    Error::new(ErrorKind::DuplicateId {
        id: id.to_owned(),
        target: Some(target.to_owned()),
    })
}

/// The rows of one target as they are met.
#[derive(Default)]
struct Rows {
    ids: Vec<String>,
    known_ids: BTreeSet<String>,
    gold: Vec<usize>,
    predicted: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    documents: Vec<u32>,
    document_names: Vec<String>,
    number_of: BTreeMap<String, u32>,
}

impl Rows {
    fn document(&mut self, name: &str) {
        let number = self.number_of.get(name).copied().unwrap_or_else(|| {
            let number = self.document_names.len() as u32;
            self.document_names.push(name.to_owned());
            self.number_of.insert(name.to_owned(), number);
            number
        });
        self.documents.push(number);
    }

    fn id(&mut self, id: String, target: &str) -> Result<()> {
        if !self.known_ids.insert(id.clone()) {
            return Err(stands_twice(&id, target));
        }
        self.ids.push(id);
        Ok(())
    }

    fn finish(
        self,
        target: String,
        labels: LabelSet,
        states_labels: bool,
    ) -> Result<ContestantTarget> {
        let probabilities = states_labels.then_some(self.probabilities.as_slice());
        let (gold, predicted) = (self.gold, self.predicted);
        let given = TargetPredictions::new(
            target,
            labels,
            gold,
            predicted,
            probabilities,
            &self.documents,
        )?;
        ContestantTarget::new(&given, states_labels, &self.ids, self.document_names)
    }
}

impl Contestant {
    /// Lets a model label every row of the targets that it shares with the corpus and whose label is known.
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
            let classes = corpus.gold_classes(target_idx, &head.labels)?;
            let mut rows = Rows::default();
            for (row_idx, (example, scores)) in examples.iter().zip(&scored).enumerate() {
                let Some(gold) = classes[row_idx] else {
                    continue;
                };
                let id = match match_by {
                    // Padded, so that the order of ids is that of rows.
                    MatchBy::Row => format!("{row_idx:010}"),
                    MatchBy::Id => example.id_or_line(),
                };
                let score = &scores[head_idx];
                rows.id(id, &head.target)
                    .map_err(|error| error.at(corpus.place_of(example)))?;
                rows.gold.push(gold);
                rows.predicted.push(score.label_idx);
                rows.probabilities.push(score.probabilities.clone());
                rows.document(example.group_key());
            }
            if !rows.ids.is_empty() {
                targets.push(rows.finish(head.target.clone(), head.labels.clone(), true)?);
            }
        }
        Ok(Self {
            name,
            targets,
            contamination: Some(contamination(model, corpus)),
        })
    }

    /// Takes the rows of a file of predictions; `documents` names the document of each id, else
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
        let targets = by_target
            .into_iter()
            .map(|(target, rows)| target_of_rows(target, &rows, path, &file.labels, documents));
        Ok(Self {
            name,
            targets: targets.collect::<Result<_>>()?,
            contamination: None,
        })
    }
}

/// The rows of a file on one target; `columns` are the labels that the file has a column of probabilities for.
fn target_of_rows(
    target: String,
    given_rows: &[PredictionRow],
    path: &Path,
    columns: &[String],
    documents: Option<&Documents>,
) -> Result<ContestantTarget> {
    let probability = |row: &PredictionRow, at: usize| row.probabilities.get(at).copied().flatten();
    let is_given = |at: &usize| given_rows.iter().any(|row| probability(row, *at).is_some());
    let mut given: Vec<usize> = (0..columns.len()).filter(is_given).collect();
    let stated = LabelSet::new(given.iter().map(|at| columns[*at].clone()));
    given.sort_by_key(|at| stated.position(&columns[*at]));
    let states_labels = !stated.is_empty();
    let labels = match states_labels {
        true => stated,
        false => LabelSet::new(
            given_rows
                .iter()
                .flat_map(|row| [&row.gold, &row.predicted])
                .cloned(),
        ),
    };
    let mut rows = Rows::default();
    for (row_idx, row) in given_rows.iter().enumerate() {
        let place = |error: Error| error.in_file(path).at_line(row.line);
        let gold = known_label(&labels, "gold", &row.gold).map_err(place)?;
        let predicted = known_label(&labels, "predicted", &row.predicted).map_err(place)?;
        match documents {
            Some(documents) => rows.document(documents.of(&row.id).map_err(place)?),
            None => rows.document(&row.id),
        }
        let probabilities = given.iter().map(|at| {
            probability(row, *at).ok_or_else(|| {
                place(Error::new(ErrorKind::BadNumber {
                    column: format!("p_{}", columns[*at]),
                    value: String::new(),
                    expected: "a probability from 0 to 1",
                }))
            })
        });
        let probabilities: Vec<f64> = probabilities.collect::<Result<_>>()?;
        let found: f64 = probabilities.iter().sum();
        if states_labels && (found - 1.0).abs() > SUM_TOLERANCE {
            return Err(place(
                PredictionsError::ProbabilitySum {
                    row: row_idx,
                    found,
                }
                .into(),
            ));
        }
        rows.id(row.id.clone(), &target).map_err(place)?;
        rows.gold.push(gold);
        rows.predicted.push(predicted);
        rows.probabilities.push(probabilities);
    }
    rows.finish(target, labels, states_labels)
}

fn known_label(labels: &LabelSet, column: &str, label: &str) -> Result<usize> {
    labels.position(label).ok_or_else(|| {
        Error::new(ErrorKind::UnknownLabel {
            column: column.to_owned(),
            value: label.to_owned(),
            allowed: labels.labels().to_vec(),
        })
    })
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

    fn of(&self, id: &str) -> Result<&str> {
        self.of_id.get(id).map(String::as_str).ok_or_else(|| {
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
        assert!(target.states_labels());
        assert_eq!(target.given().labels().labels(), ["favor", "none"]);
        let probabilities = target.given().predictions().probabilities().unwrap();
        assert_eq!(probabilities, ndarray::array![[0.75, 0.25]]);
        assert!(target.documents().eq(["1"]));
    }

    #[test]
    fn ids_find_their_documents() {
        let documents = documents("id,text,doc\n1,x,d\n2,y,d\n").unwrap();
        let read = |id| read(file(&[(id, "none", None)]), Some(&documents));
        assert!(read("2").unwrap().targets[0].documents().eq(["d"]));
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
