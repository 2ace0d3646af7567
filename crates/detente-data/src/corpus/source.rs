//! Articles out of files, folders and standard input, one at a time.

use super::columnar::ColumnarFormat;
use super::decoded::{Decoded, FoundEncoding};
use super::document::{self, Opened as OpenedDocument};
use super::input_kind::{InputKind, READ_IN_FOLDERS, Sniffed, is_json_name, is_page, sniffed};
use super::notices::Notice;
use super::reading::{ReadParams, TextEncoding};
use super::table::Table;
use super::{bytes, html};
use crate::article::{Article, ArticleColumns};
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use crate::file::{is_hidden, listed, uncompressed_name};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, Cursor};
use std::path::{Path, PathBuf};

/// Streams the articles of several inputs in order: files, folders (walked in name order), `-`. Behind an error it goes
/// on with the next file.
/// Only one input is open at a time, and only one article of it is held.
pub struct Articles {
    waiting: VecDeque<PathBuf>,
    kind: InputKind,
    params: SourceParams,
    open: Option<Opened>,
    n_files: usize,
    skipped_files: Vec<PathBuf>,
    n_hidden: usize,
    bytes_total: Option<u64>,
}

impl Articles {
    /// Finds the files behind the inputs. A file that is named is read whatever its extension; in a
    /// folder only text, Markdown, HTML, JSON Lines and CSV files are (with the feature `documents` also PDF and those
    /// of offices, with `arrow` Parquet and Arrow), and no README; the others are listed as skipped. Files whose names
    /// begin with a period are counted only.
    ///
    /// # Errors
    /// An input that does not exist, or a folder without a file to read.
    pub fn open(inputs: &[PathBuf], kind: InputKind) -> Result<Self> {
        let mut articles = Self {
            waiting: VecDeque::new(),
            kind,
            params: SourceParams::default(),
            open: None,
            n_files: 0,
            skipped_files: Vec::new(),
            n_hidden: 0,
            bytes_total: Some(0),
        };
        for input in inputs {
            if input.as_os_str() == "-" {
                articles.waiting.push_back(input.clone());
                articles.n_files += 1;
                articles.bytes_total = None;
                continue;
            }
            let metadata = std::fs::metadata(input)
                .map_err(|source| Error::io("cannot read", input, source))?;
            if metadata.is_dir() {
                articles.add_folder(input)?;
            } else {
                articles.add(input.clone(), metadata.len());
            }
        }
        Ok(articles)
    }

    /// Reads articles out of bytes, as out of a file of this name; the name is also the id of an
    /// article that has none of its own.
    ///
    /// # Errors
    /// There is no byte, the bytes are no UTF-8 or no text of the kind, or the header of a CSV lacks a column.
    ///
    /// # Example
    /// ```
    /// use detente_data::corpus::{Articles, InputKind};
    /// let csv = b"id,text\na,We met.\n".to_vec();
    /// let mut articles = Articles::of_bytes("body", csv, InputKind::Csv).unwrap();
    /// assert_eq!(articles.next().unwrap().unwrap().id, "a");
    /// ```
    pub fn of_bytes(name: &str, bytes: Vec<u8>, kind: InputKind) -> Result<Self> {
        let path = PathBuf::from(name);
        let bytes_total = bytes.len() as u64;
        let reader = bytes::checked(Box::new(Cursor::new(bytes)), &path)?;
        // Whoever sends bytes says what they are.
        let params = SourceParams {
            reading: ReadParams {
                encoding: Some(TextEncoding::UTF_8),
                ..ReadParams::default()
            },
            ..SourceParams::default()
        };
        Ok(Self {
            waiting: VecDeque::new(),
            kind,
            open: Some(read_from(reader, path, kind, &params, false)?),
            params,
            n_files: 1,
            skipped_files: Vec::new(),
            n_hidden: 0,
            bytes_total: Some(bytes_total),
        })
    }

    /// Takes the mention of each article from this column or field of its row or object, instead of
    /// scoring all of its statements. Texts without columns then give an error.
    pub fn with_mention_column(mut self, column: Option<String>) -> Self {
        self.params.columns.mention = column;
        self
    }

    /// Takes more of each article from these columns or fields. Texts without columns then give an error.
    pub fn with_columns(mut self, columns: ArticleColumns) -> Self {
        self.params.columns = columns;
        self
    }

    /// Says how bytes become text and cells, and where what is found is told.
    pub fn with_reading(mut self, reading: ReadParams) -> Self {
        self.params.reading = reading;
        self
    }

    /// How many files are read.
    pub fn n_files(&self) -> usize {
        self.n_files
    }

    /// Files of the folders that were passed over, for their extension or as one that tells of the others (README).
    pub fn skipped_files(&self) -> &[PathBuf] {
        &self.skipped_files
    }

    /// What was passed over in the folders: extensions, README and hidden files, each with how many files there are.
    pub fn passed_over(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for path in &self.skipped_files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let extension = uncompressed_name(path)
                .extension()
                .map(|e| e.to_string_lossy().to_lowercase());
            let kind = match extension {
                _ if is_readme(path) => name.into_owned(),
                Some(extension) => format!(".{extension}"),
                None => "without an extension".to_owned(),
            };
            *counts.entry(kind).or_default() += 1;
        }
        if self.n_hidden > 0 {
            counts.insert("hidden".to_owned(), self.n_hidden);
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }

    /// Size of all files, in bytes, where it is known: not with standard input or a compressed file.
    pub fn bytes_total(&self) -> Option<u64> {
        self.bytes_total
    }

    /// The files that are still to be read, `-` for standard input.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.waiting.iter().map(PathBuf::as_path)
    }

    fn add(&mut self, path: PathBuf, n_bytes: u64) {
        let is_compressed = uncompressed_name(&path) != path;
        let total = self.bytes_total.filter(|_| !is_compressed);
        self.bytes_total = total.map(|total| total + n_bytes);
        self.n_files += 1;
        self.waiting.push_back(path);
    }

    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let before = self.waiting.len();
        let mut n_hidden = 0;
        let files = listed(folder, |name| {
            let is_hidden = is_hidden(name);
            n_hidden += usize::from(is_hidden);
            !is_hidden
        });
        for path in files? {
            let kind = InputKind::of_extension(&path).filter(|kind| kind.is_read());
            if is_readme(&path) || self.kind == InputKind::Auto && kind.is_none() {
                self.skipped_files.push(path);
            } else {
                let n_bytes = std::fs::metadata(&path).map_or(0, |m| m.len());
                self.add(path, n_bytes);
            }
        }
        self.n_hidden += n_hidden;
        if self.waiting.len() == before {
            return Err(Error::new(ErrorKind::EmptyFolder {
                read: READ_IN_FOLDERS,
            })
            .in_file(folder));
        }
        Ok(())
    }
}

/// Whether a file tells of the others in its folder.
fn is_readme(path: &Path) -> bool {
    let stem = path.file_name().and_then(|name| name.to_str());
    let stem = stem.and_then(|name| name.split('.').next());
    stem.is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
}

impl Iterator for Articles {
    type Item = Result<Article>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(open) = &mut self.open {
                match open.next() {
                    Some(Ok(article)) => return Some(Ok(article)),
                    Some(Err(error)) => {
                        self.open = None;
                        return Some(Err(error));
                    }
                    None => self.open = None,
                }
            }
            let path = self.waiting.pop_front()?;
            match read(path, self.kind, &self.params) {
                Ok(articles) => self.open = Some(articles),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// What of the parameters of [`Articles`] reading a file needs.
#[derive(Clone, Default)]
struct SourceParams {
    columns: ArticleColumns,
    reading: ReadParams,
}

type Opened = Box<dyn Iterator<Item = Result<Article>> + Send>;

fn read(path: PathBuf, kind: InputKind, params: &SourceParams) -> Result<Opened> {
    let reader = bytes::open(&path)?;
    read_from(reader, path, kind, params, true)
}

/// Reads articles out of bytes; `on_disk` says whether they are those of the file with this name, which
/// may then be read from any place.
fn read_from(
    mut reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    kind: InputKind,
    params: &SourceParams,
    on_disk: bool,
) -> Result<Opened> {
    let failed = |source| Error::io("cannot read", &path, source);
    let start = reader.fill_buf().map_err(failed)?;
    let kind = match (kind, ColumnarFormat::of_start(start)) {
        (InputKind::Auto, Some(format)) => InputKind::Columnar(format),
        // A document is known by its bytes: a page of an error that was saved as `a.pdf` is a page.
        (InputKind::Auto, None) if document::may_begin(start) => InputKind::Document,
        (InputKind::Auto, None) => {
            let named = InputKind::of_extension(&path).filter(|kind| *kind != InputKind::Document);
            named.unwrap_or(InputKind::Auto)
        }
        (InputKind::Columnar(format), None) => {
            let format = format.title();
            return Err(Error::new(ErrorKind::NotColumnar { format }).in_file(&path));
        }
        (kind, _) => kind,
    };
    let columns = params.columns.clone();
    let reading = &params.reading;
    if let InputKind::Columnar(_) = kind {
        let table = Table::from_reader(reader, &path, on_disk, reading)?;
        return Ok(Box::new(super::csv::articles(
            table,
            path,
            columns,
            FoundEncoding::default(),
        )?));
    }
    if kind == InputKind::Document {
        return match document::open(reader, &path, on_disk, reading)? {
            #[cfg(feature = "documents")]
            OpenedDocument::Rows(rows) => {
                let table: Table<Box<dyn BufRead + Send>> = Table::Sheet(rows);
                let encoding = FoundEncoding::default();
                Ok(Box::new(super::csv::articles(
                    table, path, columns, encoding,
                )?))
            }
            OpenedDocument::Article(article) => match columns.first_role() {
                Some(role) => Err(Error::new(ErrorKind::NoColumns { role }).in_file(&path)),
                None => Ok(Box::new(std::iter::once(Ok(*article)))),
            },
        };
    }
    let id = path.display().to_string();
    if kind == InputKind::Html {
        let (page, encoding) = bytes::read_page(reader, &path, reading)?;
        let article = html::article(id, page).map_err(|error| error.in_file(&path))?;
        return Ok(Box::new(std::iter::once(
            Ok(article.decoded_from(encoding)),
        )));
    }
    // The bytes of a page are needed again where its start names another encoding than was guessed.
    let (mut reader, page) = match kind {
        InputKind::Auto if html::IS_BUILT && is_page(reader.fill_buf().map_err(failed)?) => {
            (None, Some(reader))
        }
        _ => (Some(bytes::text(reader, &path, reading)?), None),
    };
    if let Some(page) = page {
        say_kind(&path, "HTML", reading);
        return read_from(page, path, InputKind::Html, params, on_disk);
    }
    let Some(mut reader) = reader.take() else {
        return Ok(Box::new(std::iter::empty()));
    };
    let kind = match kind {
        InputKind::Auto => {
            let found = sniffed(reader.fill_buf().map_err(failed)?, &path);
            if path.as_os_str() == "-" || !matches!(found, Sniffed::Text) && !is_json_name(&path) {
                say_kind(&path, found.name(), reading);
            }
            match found {
                Sniffed::Csv => InputKind::Csv,
                Sniffed::Jsonl => InputKind::Jsonl,
                Sniffed::Text => InputKind::Text,
                Sniffed::Json => {
                    let encoding = reader.found_encoding();
                    let table = Table::json(reader, &path, reading)?;
                    return Ok(Box::new(super::csv::articles(
                        table, path, columns, encoding,
                    )?));
                }
            }
        }
        kind => kind,
    };
    let is_text = matches!(kind, InputKind::Text | InputKind::Markdown);
    if let Some(role) = columns.first_role().filter(|_| is_text) {
        return Err(Error::new(ErrorKind::NoColumns { role }).in_file(&path));
    }
    Ok(match kind {
        InputKind::Jsonl => Box::new(json_lines(reader, path, columns)),
        InputKind::Csv => {
            let encoding = reader.found_encoding();
            let table = Table::csv(Box::new(reader), &path, reading)?;
            Box::new(super::csv::articles(table, path, columns, encoding)?)
        }
        kind => {
            let text = bytes::read_to_string(&mut reader, &path)?;
            let article = match kind {
                InputKind::Markdown => Article::markdown(id, text),
                _ => Article::plain(id, text),
            };
            Box::new(std::iter::once(Ok(article.decoded_from(reader.encoding()))))
        }
    })
}

fn say_kind(path: &Path, kind: &'static str, reading: &ReadParams) {
    reading.notices.add(Notice::Kind {
        path: path.to_owned(),
        kind,
    });
}

fn json_lines(
    mut reader: Decoded,
    path: PathBuf,
    columns: ArticleColumns,
) -> impl Iterator<Item = Result<Article>> + Send {
    let mut line_number = 0_u64;
    std::iter::from_fn(move || {
        loop {
            line_number += 1;
            let place = |error: Error| error.in_file(&path).at_line(line_number);
            let line = match bytes::read_line(&mut reader, line_number) {
                Ok(line) => line?,
                Err(error) => return Some(Err(error.in_file(&path))),
            };
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let article = bytes::utf8(line).and_then(|line| {
                let default_id = || format!("{}:{line_number}", path.display());
                let line = line.trim_start_matches('\u{feff}');
                json_article(line, default_id, &columns)
            });
            let article = article.map(|article| article.decoded_from(reader.encoding()));
            return Some(article.map_err(place));
        }
    })
}

/// One line of a JSON Lines file as an article.
fn json_article(
    line: &str,
    default_id: impl FnOnce() -> String,
    columns: &ArticleColumns,
) -> Result<Article> {
    let wrong = |found: String| Error::new(ErrorKind::JsonLine { found });
    let mut object: Map<String, Value> = match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(wrong("this line is JSON but not an object".into())),
        Err(error) => return Err(wrong(format!("this line is not JSON ({error})"))),
    };
    let named = |column: &Option<String>, role: ColumnRole| {
        let Some(name) = column else {
            return Ok(None);
        };
        match object.get(name) {
            Some(Value::String(value)) => Ok(Some(value.clone())),
            Some(Value::Null) | None if role != ColumnRole::TargetText => Ok(None),
            Some(Value::Number(value)) if role != ColumnRole::TargetText => {
                Ok(Some(value.to_string()))
            }
            Some(_) => Err(wrong(format!("the field `{name}` is not a string"))),
            None => Err(Error::new(ErrorKind::MissingColumn {
                column: name.to_owned(),
                role,
                available: object.keys().cloned().collect(),
            })),
        }
    };
    let mention = named(&columns.mention, ColumnRole::TargetText)?;
    let author = named(&columns.author, ColumnRole::Author)?;
    let group = named(&columns.group, ColumnRole::ArticleGroup)?;
    let text = match object.remove("text") {
        Some(Value::String(text)) => text,
        Some(_) => return Err(wrong("the field `text` is not a string".into())),
        None => return Err(wrong("this object has no field `text`".into())),
    };
    let mut field = |name: &str| match object.remove(name) {
        Some(Value::String(value)) if !value.is_empty() => Some(value),
        Some(Value::Number(value)) => Some(value.to_string()),
        _ => None,
    };
    let id = field("id").unwrap_or_else(default_id);
    let article = Article::record(id, field("date"), field("title"), text);
    Ok(article.toward(mention).spoken_by(author).of_group(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_line_gives_an_article() {
        let article = json_article(
            r#"{"id": 7, "date": "1985", "title": "On debt", "text": "We met."}"#,
            || "x".into(),
            &ArticleColumns::default(),
        )
        .unwrap();
        assert_eq!(article.id, "7");
        assert_eq!(article.date.as_deref(), Some("1985"));
        assert_eq!(article.title_text(), Some("On debt"));
    }

    #[test]
    fn a_wrong_json_line_says_what_it_is() {
        let message = |line| {
            json_article(line, String::new, &ArticleColumns::default())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            message(r#"{"txt": "a"}"#),
            "this object has no field `text`; expected one JSON object with a string field `text` \
             on each line"
        );
        assert!(message("[1]").starts_with("this line is JSON but not an object"));
        assert!(message("{").starts_with("this line is not JSON (EOF"));
    }
}
