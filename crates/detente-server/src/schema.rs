//! What answers look like, for the OpenAPI document.

use detente_model::Model;
use detente_model::label::TargetKind;
use detente_report::ArticleRecord;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A model that can be asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = Model)]
pub(super) struct ServedModel {
    /// The name by which to ask for it.
    name: String,
    /// Its targets.
    targets: Vec<ServedTarget>,
    /// Rows that it learned from.
    n_rows: usize,
    /// Documents that they come from.
    n_documents: usize,
    /// Hash of those rows, which tells two trainings apart.
    fingerprint: String,
    /// Whether it learned what is said around a `mention`.
    wants_mention: bool,
}

/// What a model judges statements on.
#[derive(Serialize, ToSchema)]
#[schema(as = Target)]
pub(super) struct ServedTarget {
    /// The name.
    target: String,
    /// Whether it has a score from -1 to 1.
    is_stance: bool,
    /// Its labels.
    labels: Vec<String>,
}

impl ServedModel {
    pub(super) fn of(name: &str, model: &Model) -> Self {
        let targets = model.heads().iter().map(|head| ServedTarget {
            target: head.target.clone(),
            is_stance: head.labels.kind() == TargetKind::Stance,
            labels: head.labels.labels().to_vec(),
        });
        let record = model.record();
        Self {
            name: name.to_owned(),
            targets: targets.collect(),
            n_rows: record.n_rows,
            n_documents: record.n_groups,
            fingerprint: record.fingerprint.clone(),
            wants_mention: model.wants_mentions(),
        }
    }
}

/// The schemas of a scored article and of all it is made of, by name, from the record that answers are written from.
pub(super) fn article_schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings =
        settings.with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    generator.subschema_for::<ArticleRecord>();
    generator.take_definitions(true)
}
