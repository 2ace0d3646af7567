//! What a model says of one statement.

use crate::error::{Error, ErrorKind, Result};
use detente_model::{Head, StatementScores};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::sync::Arc;

/// The words that the scores of a model are given in.
#[derive(Debug, PartialEq)]
pub(crate) struct TargetNames {
    target: String,
    labels: Vec<String>,
}

impl TargetNames {
    pub(crate) fn of(head: &Head) -> Self {
        Self {
            target: head.target.clone(),
            labels: head.labels.labels().to_vec(),
        }
    }

    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    pub(crate) fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(crate) fn position(all: &[Self], target: &str) -> Result<usize> {
        let place = all.iter().position(|names| names.target == target);
        place.ok_or_else(|| {
            Error::new(ErrorKind::UnknownTarget {
                target: target.to_owned(),
                available: all.iter().map(|names| names.target.clone()).collect(),
            })
        })
    }
}

/// The scores of a statement on every target of a model, by the targets' names.
///
/// Serialised it is an object with one entry a target: `{"peace": {"label": "favor", "stance": 0.8, ...}, ...}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    names: Arc<[TargetNames]>,
    scores: StatementScores,
}

impl Score {
    pub(crate) fn new(names: Arc<[TargetNames]>, scores: StatementScores) -> Self {
        Self { names, scores }
    }

    /// The score on a target.
    ///
    /// # Errors
    /// The model has no such target; the error names those it has.
    pub fn target(&self, name: &str) -> Result<TargetScore<'_>> {
        let place = TargetNames::position(&self.names, name)?;
        Ok(self.at(place))
    }

    /// The scores on all targets, in the model's order.
    pub fn targets(&self) -> impl Iterator<Item = TargetScore<'_>> {
        (0..self.names.len()).map(|place| self.at(place))
    }

    /// Whether the model knows anything in the statement. If not, its scores are how common each label was in
    /// training.
    pub fn has_known_features(&self) -> bool {
        self.scores.is_known
    }

    fn at(&self, place: usize) -> TargetScore<'_> {
        TargetScore {
            names: &self.names[place],
            score: &self.scores.targets[place],
        }
    }
}

/// The score of a statement on one target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetScore<'a> {
    names: &'a TargetNames,
    score: &'a detente_model::Score,
}

impl<'a> TargetScore<'a> {
    /// The target's name.
    pub fn name(&self) -> &'a str {
        &self.names.target
    }

    /// The label given. It is mostly the most probable one; the model's logit adjustment gives rare labels sooner.
    pub fn label(&self) -> &'a str {
        &self.names.labels[self.score.label_idx]
    }

    /// The calibrated probability of a label, from 0 to 1.
    ///
    /// # Errors
    /// The target has no such label; the error names those it has.
    pub fn probability(&self, label: &str) -> Result<f64> {
        let place = self.names.labels.iter().position(|known| known == label);
        match place {
            Some(place) => Ok(self.score.probabilities[place]),
            None => Err(Error::new(ErrorKind::UnknownLabel {
                target: self.names.target.clone(),
                label: label.to_owned(),
                available: self.names.labels.clone(),
            })),
        }
    }

    /// Every label with its calibrated probability; together 1.
    pub fn probabilities(&self) -> impl Iterator<Item = (&'a str, f64)> {
        let labels = self.names.labels.iter().map(String::as_str);
        labels.zip(self.score.probabilities.iter().copied())
    }

    /// The stance score P(favor) - P(against), from -1 to 1; `None` for a target without sides, as sentiment.
    pub fn stance(&self) -> Option<f64> {
        self.score.stance
    }

    /// How much the statement speaks to the target, 1 - P(none), from 0 to 1; `None` for a target without sides.
    pub fn relevance(&self) -> Option<f64> {
        self.score.relevance
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.targets().map(|target| (target.name(), target)))
    }
}

impl Serialize for TargetScore<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        struct Probabilities<'a>(TargetScore<'a>);

        impl Serialize for Probabilities<'_> {
            fn serialize<S: Serializer>(
                &self,
                serializer: S,
            ) -> std::result::Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.names.labels.len()))?;
                for (label, probability) in self.0.probabilities() {
                    map.serialize_entry(label, &probability)?;
                }
                map.end()
            }
        }

        let mut fields = serializer.serialize_struct("TargetScore", 4)?;
        fields.serialize_field("label", self.label())?;
        fields.serialize_field("stance", &self.stance())?;
        fields.serialize_field("relevance", &self.relevance())?;
        fields.serialize_field("probabilities", &Probabilities(*self))?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use crate::Model;

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        let score = Model::embedded().score("We welcome the talks.");
        assert_eq!(
            score.target("paece").unwrap_err().to_string(),
            "there is no target `paece`; there is `peace`, `cooperation`, `conflict`, and `sentiment`"
        );
        let peace = score.target("peace").unwrap();
        assert_eq!(
            peace.probability("pro").unwrap_err().to_string(),
            "target `peace` has no label `pro`; it has `favor`, `against`, and `none`"
        );
    }

    #[test]
    fn a_score_is_serialised_by_names() {
        let score = Model::embedded().score("We welcome the talks.");
        let json = serde_json::to_value(&score).unwrap();
        let peace = score.target("peace").unwrap();
        assert_eq!(json["peace"]["label"], peace.label());
        assert_eq!(json["peace"]["stance"].as_f64(), peace.stance());
        let favor = json["peace"]["probabilities"]["favor"].as_f64();
        assert_eq!(favor, peace.probability("favor").ok());
        assert!(json["sentiment"]["stance"].is_null());
    }

    #[test]
    fn many_are_scored_as_one() {
        let model = Model::embedded();
        let texts = ["We sign the treaty.", "", "Trade will resume."];
        let one_by_one: Vec<_> = texts.iter().map(|text| model.score(text)).collect();
        assert_eq!(model.score_all(texts), one_by_one);
    }
}
