//! The objects of a JSON or JSON Lines file as the rows of a table.
//!
//! Fields are named by their path (`meta.stance`). The exports of programs for annotation are known by their shape and
//! brought to one form: a field for the text and one for each thing that was labelled.

use super::bytes::{read_line, without_mark};
use super::decoded::Decoded;
use super::json_shape::{Shape, default_targets};
use super::notices::Notice;
use super::reading::ReadParams;
use crate::error::{Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::io::{BufRead, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Objects that are looked at for the names of fields.
const SAMPLE: usize = 1_000;
/// Fields that are known by name, and levels below which they are not looked for.
const MOST_FIELDS: usize = 500;
const MOST_LEVELS: usize = 5;

/// Reads objects one at a time.
pub(super) struct JsonRows {
    objects: Objects,
    /// Objects that were looked at and are not read yet, with their lines.
    sample: VecDeque<(u64, Map<String, Value>)>,
    shape: Shape,
    names: Vec<String>,
    targets: Vec<String>,
    wanted: Vec<usize>,
    cells: Vec<String>,
    n_not_accepted: usize,
    path: PathBuf,
    params: ReadParams,
}

/// Where objects come from.
enum Objects {
    /// One a line.
    Lines { reader: Box<Decoded>, line: u64 },
    /// A document that is held whole: where each stands in it.
    Document {
        text: String,
        places: std::vec::IntoIter<Range<usize>>,
        /// The line of a place that was passed.
        line: u64,
        at: usize,
        /// The field of each that holds the row.
        inside: Option<&'static str>,
    },
}

/// Whether a file holds JSON, by its name or its first characters.
pub(super) fn is_json(start: &[u8], path: &Path) -> bool {
    let name = uncompressed_name(path);
    let extension = name.extension().and_then(|extension| extension.to_str());
    let is_named = extension.is_some_and(|extension| {
        ["json", "jsonl", "ndjson"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    });
    let start = without_mark(start).trim_ascii_start();
    let after = |from: usize| start.get(from..).map_or(&[][..], <[u8]>::trim_ascii_start);
    let is_begun = match start.first() {
        Some(b'{') => matches!(after(1).first(), Some(b'"' | b'}')),
        Some(b'[') => matches!(after(1).first(), Some(b'{')),
        _ => false,
    };
    is_named || is_begun
}

impl JsonRows {
    /// Begins to read the text of a file of this name.
    ///
    /// # Errors
    /// The file cannot be read, or holds no objects.
    pub(super) fn open(mut reader: Decoded, path: &Path, params: &ReadParams) -> Result<Self> {
        let failed = |source| Error::io("cannot read", path, source);
        let start = reader.fill_buf().map_err(failed)?;
        let objects = if is_one_a_line(start, path) {
            Objects::Lines {
                reader: Box::new(reader),
                line: 0,
            }
        } else {
            let mut text = String::new();
            reader.read_to_string(&mut text).map_err(failed)?;
            document(text).map_err(|error| error.in_file(path))?
        };
        let mut rows = Self {
            objects,
            sample: VecDeque::new(),
            shape: Shape::Plain,
            names: Vec::new(),
            targets: Vec::new(),
            wanted: Vec::new(),
            cells: Vec::new(),
            n_not_accepted: 0,
            path: path.to_owned(),
            params: params.clone(),
        };
        rows.look().map_err(|error| error.in_file(path))?;
        Ok(rows)
    }

    /// Reads the first objects for their shape and their names.
    fn look(&mut self) -> Result<()> {
        while self.sample.len() < SAMPLE {
            match self.objects.next()? {
                Some(row) => self.sample.push_back(row),
                None => break,
            }
        }
        self.shape = Shape::of(self.sample.iter().map(|(_, object)| object));
        for (_, object) in &mut self.sample {
            let taken = std::mem::take(object);
            let (adapted, is_accepted) = self.shape.adapt(taken);
            *object = adapted;
            self.n_not_accepted += usize::from(!is_accepted);
            names_of(object, "", 1, &mut self.names);
        }
        self.targets = default_targets(
            self.shape,
            &self.names,
            self.sample.iter().map(|(_, object)| object),
        );
        if let Some(program) = self.shape.program() {
            self.params.notices.add(Notice::Export {
                path: self.path.clone(),
                program,
                targets: self.targets.clone(),
            });
        }
        Ok(())
    }

    /// The fields' names, in the order in which they were met.
    pub(super) fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The fields that hold labels where nothing else is named.
    pub(super) fn targets(&self) -> &[String] {
        &self.targets
    }

    /// Says which fields are read.
    pub(super) fn want(&mut self, positions: &[usize]) {
        self.wanted = positions.to_vec();
        self.cells = vec![String::new(); self.names.len()];
    }

    /// Goes to the next object and gives its line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<u64>> {
        let (line, object) = match self.sample.pop_front() {
            Some(row) => row,
            None => match self.objects.next()? {
                Some((line, object)) => {
                    let (adapted, is_accepted) = self.shape.adapt(object);
                    self.n_not_accepted += usize::from(!is_accepted);
                    (line, adapted)
                }
                None => {
                    if self.n_not_accepted > 0 {
                        self.params.notices.add(Notice::NotAccepted {
                            path: self.path.clone(),
                            n_rows: std::mem::take(&mut self.n_not_accepted),
                        });
                    }
                    return Ok(None);
                }
            },
        };
        for position in &self.wanted {
            let name = &self.names[*position];
            self.cells[*position] = match field(&object, name) {
                Some(value) => cell(value, name).map_err(|error| error.at_line(line))?,
                None => String::new(),
            };
        }
        Ok(Some(line))
    }

    /// A field of the object at hand, empty where there is none.
    pub(super) fn cell(&self, position: usize) -> &str {
        self.cells.get(position).map_or("", String::as_str)
    }
}

impl Objects {
    fn next(&mut self) -> Result<Option<(u64, Map<String, Value>)>> {
        match self {
            Self::Lines { reader, line } => loop {
                *line += 1;
                let Some(text) = read_line(reader, *line)? else {
                    return Ok(None);
                };
                let text = without_mark(&text);
                if !text.trim_ascii().is_empty() {
                    return object(text)
                        .map(|object| Some((*line, object)))
                        .map_err(|e| e.at_line(*line));
                }
            },
            Self::Document {
                text,
                places,
                line,
                at,
                inside,
            } => {
                let Some(place) = places.next() else {
                    return Ok(None);
                };
                *line +=
                    memchr::memchr_iter(b'\n', &text.as_bytes()[*at..place.start]).count() as u64;
                *at = place.start;
                let object =
                    object(&text.as_bytes()[place]).map_err(|error| error.at_line(*line))?;
                let row = match inside.map(|name| object.get(name)) {
                    Some(Some(Value::Object(row))) => row.clone(),
                    _ => object,
                };
                Ok(Some((*line, row)))
            }
        }
    }
}

/// One object.
fn object(text: &[u8]) -> Result<Map<String, Value>> {
    let wrong = |found: String| Error::new(ErrorKind::JsonLine { found });
    match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(wrong("this is JSON but not an object".into())),
        Err(error) => Err(wrong(format!("this line is not JSON ({error})"))),
    }
}

/// Whether objects stand one a line, by the first bytes.
pub(super) fn is_one_a_line(start: &[u8], path: &Path) -> bool {
    let start = without_mark(start).trim_ascii_start();
    if start.first() == Some(&b'[') {
        return false;
    }
    let name = uncompressed_name(path);
    if name
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("jsonl") || e.eq_ignore_ascii_case("ndjson"))
    {
        return true;
    }
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(object)) => {
            rows_inside(|name| object.get(name).is_some_and(is_rows)).is_none()
        }
        _ => false,
    }
}

fn is_rows(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|rows| rows.first().is_some_and(Value::is_object))
}

/// The field of an object that holds all rows, and the field of each of those that holds the row itself.
fn rows_inside(has: impl Fn(&str) -> bool) -> Option<(&'static str, Option<&'static str>)> {
    let known = [("data", None), ("rows", Some("row"))];
    known.into_iter().find(|(name, _)| has(name))
}

/// Finds the objects of a document: the elements of an array, alone or in a field, or one object after the other.
fn document(text: String) -> Result<Objects> {
    let wrong = |found: String| Error::new(ErrorKind::JsonDocument { found });
    let not_json = |error: serde_json::Error| {
        let line = error.line() as u64;
        wrong(format!("this is not JSON ({error})")).at_line(line.max(1))
    };
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let values = serde_json::Deserializer::from_str(body).into_iter::<&RawValue>();
    let values: Vec<&RawValue> = values
        .collect::<serde_json::Result<_>>()
        .map_err(not_json)?;
    let mut inside = None;
    let rows: Vec<&RawValue> = match values.as_slice() {
        [only] if only.get().starts_with('[') => {
            serde_json::from_str(only.get()).map_err(not_json)?
        }
        [only] if only.get().starts_with('{') => {
            let fields: std::collections::BTreeMap<String, &RawValue> =
                serde_json::from_str(only.get()).map_err(not_json)?;
            let is_array = |name: &str| {
                fields
                    .get(name)
                    .is_some_and(|value| value.get().starts_with('['))
            };
            match rows_inside(is_array) {
                Some((name, row)) => {
                    inside = row;
                    serde_json::from_str(fields[name].get()).map_err(not_json)?
                }
                None => vec![only],
            }
        }
        _ => values,
    };
    if let Some(other) = rows.iter().find(|row| !row.get().starts_with('{')) {
        let start = other.get().as_ptr() as usize - text.as_ptr() as usize;
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u64 + 1;
        return Err(wrong("here is a value that is no object".into()).at_line(line));
    }
    let places = rows.iter().map(|row| {
        let start = row.get().as_ptr() as usize - text.as_ptr() as usize;
        start..start + row.get().len()
    });
    let places: Vec<Range<usize>> = places.collect();
    Ok(Objects::Document {
        text,
        places: places.into_iter(),
        line: 1,
        at: 0,
        inside,
    })
}

/// Adds the paths of an object's fields to the names.
fn names_of(object: &Map<String, Value>, above: &str, level: usize, names: &mut Vec<String>) {
    for (key, value) in object {
        let name = format!("{above}{key}");
        match value {
            Value::Object(inner) if level < MOST_LEVELS && !is_choices(inner) => {
                names_of(inner, &format!("{name}."), level + 1, names);
            }
            _ if names.len() < MOST_FIELDS && !names.contains(&name) => names.push(name),
            _ => {}
        }
    }
}

/// The field of a path; a key that holds the points itself comes first.
fn field<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let mut points = path.match_indices('.');
    points.find_map(|(at, _)| match object.get(&path[..at]) {
        Some(Value::Object(inner)) => field(inner, &path[at + 1..]),
        _ => None,
    })
}

/// Several choices as Label Studio writes them in a flat file.
fn is_choices(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.get("choices").is_some_and(Value::is_array)
}

/// A value as a cell; a list of one is that one.
fn cell(value: &Value, name: &str) -> Result<String> {
    let wrong = |found: String| {
        Err(Error::new(ErrorKind::JsonField {
            field: name.to_owned(),
            found,
        }))
    };
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) => Ok(value.to_string()),
        Value::String(value) => Ok(value.clone()),
        Value::Array(values) => match values.as_slice() {
            [] => Ok(String::new()),
            [only] if !only.is_array() && !only.is_object() => cell(only, name),
            [_] => wrong("a list of lists or objects".into()),
            several => wrong(format!("a list of {} values", several.len())),
        },
        Value::Object(inner) if is_choices(inner) => cell(&inner["choices"], name),
        Value::Object(_) => wrong("an object".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Corpus, LayoutParams};

    fn read(
        name: &str,
        json: &str,
        change: impl Fn(&mut LayoutParams),
    ) -> std::result::Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        crate::file::replace_file(&path, json.as_bytes()).unwrap();
        let mut params = LayoutParams::default();
        change(&mut params);
        let corpus = Corpus::read(&[path], &params, &["peace"]);
        let said = params.reading.notices.take();
        let said = said.iter().filter_map(|notice| match notice {
            Notice::Export { program, .. } => Some(format!("{program}: ")),
            _ => None,
        });
        let said: String = said.collect();
        let folder = format!("{}/", folder.path().display());
        let corpus = corpus.map_err(|error| error.to_string().replace(&folder, ""))?;
        let rows = corpus.examples.iter().map(|example| {
            let labels = example
                .labels
                .iter()
                .map(|label| label.as_deref().unwrap_or("-"));
            let labels: Vec<&str> = labels.collect();
            format!("{}={}", example.text, labels.join("/"))
        });
        let rows: Vec<String> = rows.collect();
        let targets: Vec<&str> = corpus.targets.iter().map(|t| t.name.as_str()).collect();
        Ok(format!("{said}{}; {}", targets.join("/"), rows.join(", ")))
    }

    fn plain(name: &str, json: &str) -> std::result::Result<String, String> {
        read(name, json, |_| ())
    }

    #[test]
    fn fields_are_named_by_their_path() {
        let json = "{\"data\": {\"body\": \"a\"}, \"meta\": {\"tone\": 1}}\n\n{\"meta\": {\"tone\": null}, \"data\": \
                    {\"body\": \"b\"}}\n{\"data\": {\"body\": \"c\"}, \"meta\": {\"tone\": true}}\n";
        for name in ["a.jsonl", "a.json", "a.txt"] {
            let found = read(name, json, |params| {
                *params = LayoutParams::wide(["meta.tone"]).with_text("data.body");
            });
            assert_eq!(found.unwrap(), "meta.tone; a=1, c=true");
        }
    }

    #[test]
    fn documents_are_read_as_lines_are() {
        for json in [
            "[{\"text\": \"a\", \"peace\": \"favor\"},\n {\"text\": \"b\", \"peace\": \"against\"}]",
            "{\"version\": 1, \"data\": [{\"text\": \"a\", \"peace\": \"favor\"}, \
             {\"text\": \"b\", \"peace\": \"against\"}]}",
            "{\n\"text\": \"a\",\n\"peace\": \"favor\"\n}\n{\"text\": \"b\",\n\"peace\": \"against\"}",
            "{\"rows\": [{\"row\": {\"text\": \"a\", \"peace\": \"favor\"}}, \
             {\"row\": {\"text\": \"b\", \"peace\": \"against\"}}]}",
        ] {
            assert_eq!(
                plain("a.json", json).unwrap(),
                "peace; a=favor, b=against",
                "{json}"
            );
        }
    }

    #[test]
    fn exports_are_known_by_their_shape() {
        for (json, expected) in [
            (
                "{\"id\": 1, \"text\": \"a\", \"label\": [\"x\"]}\n{\"id\": 2, \"text\": \"b\", \"label\": []}\n\
                 {\"id\": 3, \"text\": \"c\", \"label\": [\"y\"]}",
                "doccano: label; a=x, c=y",
            ),
            (
                "{\"data\": \"a\", \"labels\": [\"x\"]}",
                "doccano: labels; a=x",
            ),
            (
                "{\"text\": \"a\", \"label\": \"x\", \"answer\": \"accept\"}\n{\"text\": \"b\", \"label\": \"x\", \
                 \"answer\": \"reject\"}\n{\"text\": \"c\", \"label\": \"x\", \"answer\": \"ignore\"}",
                "Prodigy: label; a=x",
            ),
            (
                "{\"text\": \"a\", \"options\": [{\"id\": \"x\"}], \"accept\": [\"x\"], \"answer\": \"accept\"}",
                "Prodigy: label; a=x",
            ),
            (
                "{\"text\": \"a\", \"label\": 0}\n{\"text\": \"b\", \"label\": 2}",
                "Hugging Face: label; a=0, b=2",
            ),
            (
                "[{\"id\": 5, \"data\": {\"tweet\": \"a\"}, \
                 \"annotations\": [{\"was_cancelled\": true, \"result\": []}, \
                 {\"result\": [{\"from_name\": \"tone\", \"to_name\": \"t\", \"type\": \"choices\", \"value\": \
                 {\"choices\": [\"x\"]}}]}]}, {\"id\": 6, \"data\": {\"tweet\": \"b\"}, \"annotations\": []}]",
                "Label Studio: tone; a=x",
            ),
            (
                "[{\"text\": \"a\", \"id\": 1, \"tone\": \"x\", \"annotator\": 1, \"annotation_id\": 1, \
                 \"created_at\": \"2024\", \"updated_at\": \"2024\", \"lead_time\": 2.5}]",
                "Label Studio: tone; a=x",
            ),
        ] {
            assert_eq!(plain("a.json", json).as_deref(), Ok(expected), "{json}");
        }
    }

    #[test]
    fn what_is_no_row_is_named_with_its_line() {
        let end = "expected one JSON object with a string field `text` on each line";
        for (name, json, expected) in [
            (
                "a.jsonl",
                "{\"text\": \"a\", \"label\": [\"x\"]}\n{\"text\": \"b\", \"label\": [\"x\", \"y\"]}",
                "a.jsonl:2: the field `label` is a list of 2 values; expected text, a number, a truth value, or null"
                    .to_owned(),
            ),
            (
                "a.jsonl",
                "{\"text\": \"a\", \"peace\": \"favor\"}\n[1]",
                format!("a.jsonl:2: this is JSON but not an object; {end}"),
            ),
            (
                "a.json",
                "[{\"text\": \"a\", \"peace\": \"favor\"},\n\n1]",
                "a.json:3: here is a value that is no object; expected objects, one a line or in one array, or an \
                 object with an array `data`"
                    .to_owned(),
            ),
            (
                "a.jsonl",
                "{\"text\": \"a\", \"tone\": \"x\"}",
                "a.jsonl: no column is named as a target; the columns are `text` and `tone`".to_owned(),
            ),
        ] {
            assert_eq!(plain(name, json).unwrap_err(), expected);
        }
        let found = read("a.jsonl", "{\"body\": \"a\", \"peace\": \"favor\"}", |_| ()).unwrap_err();
        assert_eq!(
            found,
            "a.jsonl: there is no column `text`; the columns are `body` and `peace`"
        );
    }
}
