//! Tables (CSV, Parquet, Arrow) as articles to score and as labelled examples, in two layouts.

use super::decoded::FoundEncoding;
use super::labelled::{Found, LabelledRow, LabelledRows, Targets};
use super::layout::{Columns, Layout, LayoutParams};
use super::notices::Notice;
use super::table::Table;
use crate::article::{Article, ArticleColumns, Example};
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use detente_error::{IN_MEMORY, Place};
use detente_model::label::{LabelSet, STANCE_LABELS};
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// A target of a corpus, with the labels found on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetColumn {
    /// The target's name.
    pub name: String,
    /// The labels found, renamed.
    pub labels: LabelSet,
    /// The CSV column that holds its labels.
    pub column: String,
}

/// Labelled examples of one or more CSV files, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corpus {
    /// The files; of rows in memory [`detente_error::IN_MEMORY`].
    pub paths: Vec<PathBuf>,
    /// The targets: in the order asked for (wide) or sorted by name (long).
    pub targets: Vec<TargetColumn>,
    /// Rows with a text and at least one label.
    pub examples: Vec<Example>,
    /// Rows without a label on any target.
    pub n_unlabelled: usize,
    /// Rows whose text is blank.
    pub n_blank: usize,
    /// Rows without what the filters ask for.
    pub n_passed_over: usize,
    /// The columns kept: the names of [`Example::kept`].
    pub kept: Vec<String>,
    /// Whether rows say where they mention what their labels are about.
    pub has_mentions: bool,
    /// What is odd about the labels: forms that were brought together, marks for no label, slips.
    pub odd_labels: Vec<Notice>,
}

impl Corpus {
    /// Reads labelled CSV files (`.tsv`: separated by tabs) that share one layout; with the feature
    /// `arrow` also Parquet and Arrow files, of which only the columns named are read. A cell of theirs
    /// without a value is an empty one.
    ///
    /// `known_targets` are the targets to look for when a wide layout names none.
    ///
    /// # Errors
    /// A file that cannot be read, is binary, empty or not UTF-8; a missing column; a row with too
    /// few or too many fields; a weight that is no number; a label that is probably a misspelt stance
    /// label; no row at all.
    pub fn read(paths: &[PathBuf], params: &LayoutParams, known_targets: &[&str]) -> Result<Self> {
        let mut reading = Reading::default();
        for (file_idx, path) in paths.iter().enumerate() {
            let table = Table::open(path, &params.reading)?;
            reading
                .file(table, file_idx, params, known_targets)
                .map_err(|error| error.in_file(path))?;
        }
        let corpus = reading.finish(paths.to_vec(), params)?;
        tracing::info!(
            n_rows = corpus.examples.len(),
            n_targets = corpus.targets.len(),
            "read the rows"
        );
        Ok(corpus)
    }

    /// Reads one CSV from memory; what the fuzz target and the tests use.
    ///
    /// # Errors
    /// As [`Corpus::read`].
    pub fn from_reader(
        reader: impl Read,
        params: &LayoutParams,
        known_targets: &[&str],
    ) -> Result<Self> {
        let mut reading = Reading::default();
        let path = Path::new("-");
        let table = Table::csv(reader, path, &params.reading)?;
        reading
            .file(table, 0, params, known_targets)
            .map_err(|error| error.in_file(path))?;
        reading.finish(vec![path.to_owned()], params)
    }

    /// Puts the examples into their canonical order: by id, then text, then labels, group and
    /// weight. Two files with the same rows in another order become the same corpus.
    pub fn sort(&mut self) {
        let examples = &mut self.examples;
        let mut order: Vec<(u128, usize)> = examples.iter().map(sort_key).zip(0..).collect();
        order.sort_unstable_by(|(a_key, a), (b_key, b)| {
            (a_key.cmp(b_key))
                .then_with(|| canonical_order(&examples[*a], &examples[*b]))
                .then(a.cmp(b))
        });
        for at in 0..order.len() {
            let mut from = order[at].1;
            // What stood there has been swapped away.
            while from < at {
                from = order[from].1;
            }
            examples.swap(at, from);
        }
    }

    /// Whether the examples stand in the order that [`sort`](Self::sort) gives them.
    pub fn is_sorted(&self) -> bool {
        let examples = &self.examples;
        examples.is_sorted_by(|a, b| canonical_order(a, b).is_le())
    }

    /// The place of each example's label of a target among `labels`; `None` where the example is not labelled.
    ///
    /// # Errors
    /// A label that is none of them, with its place.
    pub fn gold_classes(&self, target_idx: usize, labels: &LabelSet) -> Result<Vec<Option<usize>>> {
        let classes = self.examples.iter().map(|example| {
            let Some(label) = &example.labels[target_idx] else {
                return Ok(None);
            };
            labels.position_of_form(label).map(Some).ok_or_else(|| {
                let kind = ErrorKind::UnknownLabel {
                    column: self.targets[target_idx].column.clone(),
                    value: label.to_string(),
                    allowed: labels.labels().to_vec(),
                };
                Error::new(kind).at(self.place_of(example))
            })
        });
        classes.collect()
    }

    /// Where the row of an example stands, for an error to say.
    pub fn place_of(&self, example: &Example) -> Place {
        Place {
            path: self.paths.get(example.file_idx).cloned(),
            line: Some(example.line),
        }
    }

    /// The file of an example; empty where the corpus does not say.
    pub fn path_of(&self, example: &Example) -> &Path {
        self.paths
            .get(example.file_idx)
            .map_or(Path::new(""), PathBuf::as_path)
    }

    /// The place of a kept column in [`Example::kept`].
    pub fn kept_idx(&self, name: &str) -> Option<usize> {
        self.kept.iter().position(|known| known == name)
    }

    /// Whether any row has a value in a kept column.
    pub fn has_value(&self, name: &str) -> bool {
        let kept_idx = self.kept_idx(name);
        let is_filled = |example: &Example, idx: usize| {
            let cell = example.kept.get(idx);
            cell.is_some_and(|cell| !cell.trim().is_empty())
        };
        kept_idx.is_some_and(|idx| self.examples.iter().any(|e| is_filled(e, idx)))
    }

    /// Rows in which the mention that they name does not stand; 0 where rows name none.
    pub fn n_without_mention(&self) -> usize {
        let without = self.examples.iter().filter(|e| e.mentions.is_empty());
        if self.has_mentions {
            without.count()
        } else {
            0
        }
    }

    /// Number of distinct groups; without a group column, of distinct texts.
    pub fn group_count(&self) -> usize {
        let keys: FxHashSet<&str> = self.examples.iter().map(Example::group_key).collect();
        keys.len()
    }
}

impl Example {
    /// What keeps rows together in folds: the group, or the text where no group is given.
    pub fn group_key(&self) -> &str {
        self.group.as_deref().unwrap_or(&self.text)
    }

    /// What names the row in files of predictions: its id, or its line where there is none.
    pub fn id_or_line(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.line.to_string())
    }
}

fn canonical_order(a: &Example, b: &Example) -> Ordering {
    (&a.id, &a.text, &a.labels, &a.group, &a.mentions)
        .cmp(&(&b.id, &b.text, &b.labels, &b.group, &b.mentions))
        .then(a.weight.total_cmp(&b.weight))
}

/// A number that rises with the id, or the text of an example without one, and decides the order of most
/// pairs without a look at their strings.
fn sort_key(example: &Example) -> u128 {
    let text = example.id.as_ref().unwrap_or(&example.text);
    let mut bytes = [0; 16];
    let n_bytes = text.len().min(15);
    bytes[0] = u8::from(example.id.is_some());
    bytes[1..=n_bytes].copy_from_slice(&text.as_bytes()[..n_bytes]);
    u128::from_be_bytes(bytes)
}

/// A hash of what was learned from: ids, texts, labels, groups and weights in canonical order, so
/// that neither file names nor row order matter. 128-bit XXH3 as 32 hexadecimal digits.
pub fn fingerprint(corpus: &Corpus) -> String {
    let mut hash = Xxh3::new();
    let mut field = |text: Option<&str>| {
        let text = text.unwrap_or("\u{1}");
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for target in &corpus.targets {
        field(Some(&target.name));
    }
    for example in &corpus.examples {
        field(example.id.as_deref());
        field(Some(&example.text));
        field(example.group.as_deref());
        field(Some(&example.weight.to_string()));
        if !example.calibrates {
            field(Some("not calibrated on"));
        }
        for label in &example.labels {
            field(label.as_deref());
        }
        if corpus.has_mentions {
            field(Some(&format!("{:?}", example.mentions)));
        }
    }
    format!("{:032x}", hash.digest128())
}

/// Rows of any source on their way into a corpus.
#[derive(Default)]
pub(super) struct Reading {
    targets: Targets,
    is_long: bool,
    rows: Vec<LabelledRow>,
    n_unlabelled: usize,
    n_blank: usize,
    n_passed_over: usize,
}

impl Reading {
    fn file(
        &mut self,
        table: Table<impl Read>,
        file_idx: usize,
        params: &LayoutParams,
        known_targets: &[&str],
    ) -> Result<()> {
        self.is_long |= matches!(params.layout, Layout::Long { .. });
        let targets = &mut self.targets;
        let mut rows = LabelledRows::open(table, file_idx, params, known_targets, targets)?;
        while let Some(found) = rows.next(params, &mut self.targets)? {
            self.take(found);
        }
        Ok(())
    }

    pub(super) fn take(&mut self, found: Found) {
        match found {
            Found::Labelled(row) => self.rows.push(row),
            Found::Unlabelled => self.n_unlabelled += 1,
            Found::Blank => self.n_blank += 1,
            Found::PassedOver => self.n_passed_over += 1,
        }
    }

    /// The targets, where each row names its own.
    pub(super) fn long_targets(&mut self) -> &mut Targets {
        self.is_long = true;
        &mut self.targets
    }

    pub(super) fn finish(self, paths: Vec<PathBuf>, params: &LayoutParams) -> Result<Corpus> {
        if self.rows.is_empty() {
            let is_filtered = !params.filters.is_empty() || !params.exclusions.is_empty();
            let what = match (self.n_blank, self.n_unlabelled) {
                (0, 0) if paths.iter().any(|path| path.as_os_str() == IN_MEMORY) => {
                    "there is no row"
                }
                (0, 0) => "there is a header but no row",
                (_, 0) => "every row has a blank text",
                _ => "no row has both a text and a label",
            };
            let kind = match (self.n_blank, self.n_unlabelled) {
                (0, 0) if is_filtered => ErrorKind::AllFiltered,
                _ => ErrorKind::Empty { what },
            };
            let error = Error::new(kind);
            return Err(match paths.first() {
                Some(path) => error.in_file(path),
                None => error,
            });
        }
        // The order in which a long file happens to name its targets must not matter.
        let mut order: Vec<usize> = (0..self.targets.names.len()).collect();
        if self.is_long {
            order.sort_by(|a, b| self.targets.names[*a].cmp(&self.targets.names[*b]));
        }
        let mut rank = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            rank[*old] = new;
        }
        let forms = self
            .targets
            .forms(params)
            .map_err(|error| match paths.first() {
                Some(path) => error.in_file(path),
                None => error,
            })?;
        let mut prediction_sets = vec![BTreeSet::new(); order.len()];
        // Collected in the memory of the rows themselves.
        let examples = self.rows.into_iter().map(|row| {
            let mut example = row.example;
            example.labels = vec![None; order.len()];
            for (old, label) in row.labels {
                let label = forms[old].canonical.get(&label).cloned().unwrap_or(label);
                if !prediction_sets[rank[old]].contains(&label) {
                    prediction_sets[rank[old]].insert(label.clone());
                }
                example.labels[rank[old]] = Some(label);
            }
            example
        });
        let mut examples: Vec<Example> = examples.collect();
        // The rows were as many again as room for them.
        examples.shrink_to_fit();
        let targets: Vec<TargetColumn> = order
            .iter()
            .zip(prediction_sets)
            .map(|(old, labels)| TargetColumn {
                name: self.targets.names[*old].0.clone(),
                column: self.targets.names[*old].1.clone(),
                labels: LabelSet::new(labels.iter().map(|label| &**label)),
            })
            .collect();
        let corpus = Corpus {
            paths,
            targets,
            examples,
            n_unlabelled: self.n_unlabelled,
            n_blank: self.n_blank,
            n_passed_over: self.n_passed_over,
            kept: params.keep.iter().map(|kept| kept.name.clone()).collect(),
            has_mentions: params.mention.is_some(),
            odd_labels: order
                .iter()
                .flat_map(|old| forms[*old].notices.clone())
                .collect(),
        };
        corpus.refuse_misspelt_stances()?;
        Ok(corpus)
    }
}

impl Corpus {
    fn refuse_misspelt_stances(&self) -> Result<()> {
        for (target_idx, target) in self.targets.iter().enumerate() {
            let Some(wrong) = target.labels.misspelt_stance() else {
                continue;
            };
            let found = self
                .examples
                .iter()
                .find(|example| example.labels[target_idx].as_deref() == Some(wrong));
            if let Some(example) = found {
                let kind = ErrorKind::UnknownLabel {
                    column: target.column.clone(),
                    value: wrong.to_owned(),
                    allowed: STANCE_LABELS.map(str::to_owned).to_vec(),
                };
                return Err(Error::new(kind).at(self.place_of(example)));
            }
        }
        Ok(())
    }
}

/// The articles of a table, row by row.
pub(super) fn articles<R: Read + Send>(
    mut table: Table<R>,
    path: PathBuf,
    asked: ArticleColumns,
    encoding: FoundEncoding,
) -> Result<impl Iterator<Item = Result<Article>> + Send> {
    let place = |error: Error, path: &Path| error.in_file(path);
    let columns = Columns::of(&mut table).map_err(|error| place(error, &path))?;
    let text = columns
        .require("text", ColumnRole::Fixed)
        .map_err(|error| place(error, &path))?;
    let optional = |column: &Option<String>, role| {
        columns
            .optional(column.as_ref(), role)
            .map_err(|error| place(error, &path))
    };
    let mention = optional(&asked.mention, ColumnRole::TargetText)?;
    let author = optional(&asked.author, ColumnRole::Author)?;
    let group = optional(&asked.group, ColumnRole::ArticleGroup)?;
    let [id, date, title] = ["id", "date", "title"].map(|name| columns.position(name));
    table
        .want(&columns.asked())
        .map_err(|error| place(error, &path))?;
    Ok(std::iter::from_fn(move || match table.next() {
        Ok(None) => None,
        Err(error) => Some(Err(error.in_file(&path))),
        Ok(Some(line)) => {
            let field = |position: Option<usize>| {
                position
                    .map(|position| table.cell(position))
                    .filter(|value| !value.is_empty())
                    .map(str::to_owned)
            };
            let id = field(id).unwrap_or_else(|| format!("{}:{line}", path.display()));
            let body = field(Some(text)).unwrap_or_default();
            let mut article = Article::record(id, field(date), field(title), body);
            article.encoding = encoding.get().copied();
            let (author, group) = (field(author), field(group));
            let mention = mention.map(|position| table.cell(position));
            let article = article.toward(mention.map(str::to_owned));
            Some(Ok(article.spoken_by(author).of_group(group)))
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::super::layout::KeptColumn;
    use super::*;

    fn wide(csv: &str, targets: &[&str]) -> Result<Corpus> {
        let params = LayoutParams {
            layout: Layout::Wide {
                targets: targets.iter().map(|t| (*t).to_owned()).collect(),
            },
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &["peace"])
    }

    fn long(csv: &str) -> Result<Corpus> {
        let params = LayoutParams {
            layout: Layout::Long {
                target_column: "target".into(),
                label_column: "stance".into(),
            },
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &[])
    }

    #[test]
    fn an_empty_cell_is_not_labelled() {
        let corpus = wide("text,a,b\nx,FAVOR,\ny,,up\nz,,\n,none,up\n", &["a", "b"]).unwrap();
        let labels: Vec<_> = corpus.examples.iter().map(|e| e.labels.clone()).collect();
        assert_eq!(
            labels,
            [
                vec![Some("favor".into()), None],
                vec![None, Some("up".into())]
            ]
        );
        assert_eq!((corpus.n_unlabelled, corpus.n_blank), (1, 1));
    }

    #[test]
    fn a_long_file_has_a_target_for_each_value_in_name_order() {
        let corpus = long("text,target,stance\nx,zinc,FAVOR\ny,atom,AGAINST\n").unwrap();
        let names: Vec<&str> = corpus.targets.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["atom", "zinc"]);
        assert_eq!(corpus.examples[0].labels, [None, Some("favor".into())]);
    }

    #[test]
    fn a_wide_file_without_named_targets_takes_the_known_ones() {
        let corpus = wide("text,peace\nx,favor\n", &[]).unwrap();
        assert_eq!(corpus.targets[0].name, "peace");
        assert_eq!(
            wide("text,war\nx,favor\n", &[]).unwrap_err().to_string(),
            "standard input: no column is named as a target; the columns are `text` and `war`"
        );
    }

    #[test]
    fn wrong_files_are_refused_with_their_line() {
        let cases = [
            (
                wide("texte,peace\nx,favor\n", &[]),
                "standard input:1: there is no column `text`; the columns are `texte` and `peace`",
            ),
            (
                wide("text,peace\nx,favor\ny\n", &[]),
                "standard input:3: this row has 1 field; expected 2 as in the header",
            ),
            (
                wide("text,peace\nx,favor\ny,against\nz,favr\n", &[]),
                "standard input:4: column `peace` is `favr`; expected `favor`, `against`, or `none`",
            ),
            (
                wide("text,peace\n", &[]),
                "standard input: there is nothing to read: there is a header but no row",
            ),
        ];
        for (result, expected) in cases {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn kept_columns_stay_with_their_rows() {
        let keep = |name: &str, role| KeptColumn {
            name: name.into(),
            role,
        };
        let read = |keep| {
            let params = LayoutParams {
                layout: Layout::Texts,
                keep,
                ..LayoutParams::default()
            };
            Corpus::from_reader("text,year\nx,1999\n".as_bytes(), &params, &[])
        };
        let corpus = read(vec![
            keep("region", None),
            keep("year", Some(ColumnRole::Slice)),
        ])
        .unwrap();
        assert_eq!(corpus.examples[0].kept, ["", "1999"]);
        assert_eq!(corpus.kept_idx("year"), Some(1));
        assert_eq!(
            read(vec![keep("region", Some(ColumnRole::Slice))])
                .unwrap_err()
                .to_string(),
            "standard input:1: there is no column `region`; the columns are `text` and `year`"
        );
    }

    #[test]
    fn rows_are_filtered_by_their_cells() {
        let params = LayoutParams {
            filters: vec![("split".into(), "train".into())],
            ..LayoutParams::default()
        };
        let csv = "text,peace,split\nx,favor,train\ny,none,test\nz,against,train\n";
        let corpus = Corpus::from_reader(csv.as_bytes(), &params, &["peace"]).unwrap();
        let texts: Vec<&str> = corpus.examples.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["x", "z"]);
        let none = "text,peace,split\nx,favor,dev\n";
        assert_eq!(
            Corpus::from_reader(none.as_bytes(), &params, &["peace"])
                .unwrap_err()
                .to_string(),
            "standard input: there is nothing to read: no row passes the filters"
        );
    }

    #[test]
    fn row_order_does_not_reach_the_fingerprint() {
        let mut a = wide("id,text,peace\n1,x,favor\n2,y,against\n", &[]).unwrap();
        let mut b = wide("id,text,peace\n2,y,against\n1,x,favor\n", &[]).unwrap();
        a.sort();
        b.sort();
        assert_eq!(fingerprint(&a), fingerprint(&b));
        let mut c = wide("id,text,peace\n2,y,favor\n1,x,favor\n", &[]).unwrap();
        c.sort();
        assert_ne!(fingerprint(&a), fingerprint(&c));
    }
}
