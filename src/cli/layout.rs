//! The flags that say where texts, targets and labels stand in a CSV file.

use super::failure::Result;
use super::note;
use super::reading::{ReadingArguments, say_notices};
use clap::Args;
use detente_data::corpus::{Corpus, Layout, LayoutParams, MentionColumns};
use detente_error::counted;
use detente_model::Model;
use detente_model::label::LabelRenames;
use std::path::PathBuf;

#[derive(Args)]
#[command(next_help_heading = "Layout of the data")]
pub(super) struct LayoutArguments {
    /// Column of texts; in JSON a field by its path, as `data.text`
    #[arg(long, value_name = "COLUMN", default_value = "text")]
    text: String,
    /// Columns of labels, one a target; an empty cell is not labelled [default: the known targets]
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with_all = ["target_column", "label_column"])]
    targets: Vec<String>,
    /// Column that names the target of a row, with --label-column
    #[arg(long, value_name = "COLUMN", requires = "label_column")]
    target_column: Option<String>,
    /// Column of labels, with --target-column
    #[arg(long, value_name = "COLUMN", requires = "target_column")]
    label_column: Option<String>,
    /// Rename a label; repeatable (FAVOR, Favour and other cases are understood without it). `FROM=` drops it
    #[arg(long, value_name = "FROM=TO", allow_hyphen_values = true)]
    label: Vec<String>,
    /// Cells that stand for no label, as `NA,NaN`; empty ones always do
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    missing: Vec<String>,
    /// Drop a label, and the rows that have no other; repeatable
    #[arg(long, value_name = "LABEL", allow_hyphen_values = true)]
    drop_label: Vec<String>,
    /// Read only the rows with this value in this column, or with `!=` only those without; repeatable, all must hold
    #[arg(long = "where", value_name = "COLUMN[!]=VALUE", value_parser = parse_condition)]
    conditions: Vec<Condition>,
    /// Column that names the document of a row: its rows stay together
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Column with the words by which a text mentions its target: what is said around them counts
    #[arg(long, value_name = "COLUMN", conflicts_with = "target_span")]
    target_text: Option<String>,
    /// Columns with the characters, counted from 0, where that mention begins and where it has ended
    #[arg(long, value_name = "FROM,TO", value_parser = parse_span)]
    target_span: Option<(String, String)>,
    /// Column of row weights, numbers from 0
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Column of row ids [default: `id`, where there is one]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    #[command(flatten)]
    reading: ReadingArguments,
}

/// What a cell must be, or must not be, for its row to be read.
#[derive(Clone)]
struct Condition {
    column: String,
    value: String,
    is_excluded: bool,
}

/// Reads a corpus, says what was found on the way, and notes how many rows lack the mention that they name.
pub(super) fn read_corpus(
    paths: &[PathBuf],
    layout: &LayoutParams,
    known_targets: &[&str],
) -> Result<Corpus> {
    let corpus = Corpus::read(paths, layout, known_targets);
    say_notices(&layout.reading.notices);
    let corpus = corpus?;
    let n_without = corpus.n_without_mention();
    if n_without > 0 {
        note(format_args!(
            "note: {n_without} of {} {} not contain the mention named: read as a whole",
            counted(corpus.examples.len(), "row"),
            if n_without == 1 { "does" } else { "do" }
        ));
    }
    Ok(corpus)
}

/// Labels from which what they cost is said.
const MANY_LABELS: usize = 30;
/// Labels of a target as most have them.
const USUAL_LABELS: usize = 3;

/// Says before a training what many labels cost.
pub(super) fn note_many_labels(corpus: &Corpus) {
    for target in corpus
        .targets
        .iter()
        .filter(|target| target.labels.len() >= MANY_LABELS)
    {
        let n_labels = target.labels.len();
        note(format_args!(
            "note: target `{}` has {n_labels} labels: training takes about {} times as long as with {USUAL_LABELS}",
            target.name,
            n_labels / USUAL_LABELS
        ));
    }
}

/// Notes that a model has no use for the mentions of a corpus.
pub(super) fn note_unused_mentions(model: &Model, name: &str, corpus: &Corpus) {
    if corpus.has_mentions && !model.wants_mentions() {
        note(format_args!(
            "note: `{name}` did not learn what is said around a mention: `--target-text` and \
             `--target-span` change none of its answers"
        ));
    }
}

impl LayoutArguments {
    pub(super) fn params(self) -> Result<LayoutParams> {
        let layout = match (self.target_column, self.label_column) {
            (Some(target_column), Some(label_column)) => Layout::Long {
                target_column,
                label_column,
            },
            _ => Layout::Wide {
                targets: self.targets,
            },
        };
        let mention = match (self.target_text, self.target_span) {
            (_, Some((from, to))) => Some(MentionColumns::Span { from, to }),
            (text, None) => text.map(MentionColumns::Text),
        };
        let (exclusions, filters): (Vec<_>, Vec<_>) = self
            .conditions
            .into_iter()
            .partition(|condition| condition.is_excluded);
        let pairs = |conditions: Vec<Condition>| {
            let pairs = conditions.into_iter();
            pairs
                .map(|condition| (condition.column, condition.value))
                .collect()
        };
        Ok(LayoutParams {
            exclusions: pairs(exclusions),
            missing: self.missing,
            dropped: self.drop_label,
            reading: self.reading.params(),
            mention,
            text: self.text,
            layout,
            id: self.id,
            group: self.group,
            weight: self.weight,
            renames: LabelRenames::parse(self.label)?,
            keep: Vec::new(),
            filters: pairs(filters),
            calibration: Vec::new(),
        })
    }
}

fn parse_condition(given: &str) -> std::result::Result<Condition, String> {
    let (column, value) = parse_filter(given)?;
    let excluded = column.strip_suffix('!');
    Ok(Condition {
        is_excluded: excluded.is_some(),
        column: excluded.map_or(column.clone(), str::to_owned),
        value,
    })
}

pub(super) fn parse_filter(given: &str) -> std::result::Result<(String, String), String> {
    given
        .split_once('=')
        .map(|(column, value)| (column.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected COLUMN=VALUE, for example `split=train`".to_owned())
}

fn parse_span(given: &str) -> std::result::Result<(String, String), String> {
    given
        .split_once(',')
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .ok_or_else(|| "expected two columns, for example `from,to`".to_owned())
}
