//! Articles out of files, folders and standard input, one at a time.

use super::columnar::ColumnarFormat;
use super::table::Table;
use super::{bytes, html};
use crate::article::Article;
use crate::error::{ColumnRole, Error, ErrorKind, Result};
use crate::file::uncompressed_name;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::io::{BufRead, Cursor, Read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// How the bytes of an input are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// By the file's extension; standard input is JSON Lines if it starts with `{`, else text.
    Auto,
    /// Plain text, one article a file.
    Text,
    /// Markdown, one article a file.
    Markdown,
    /// A saved web page, reduced to the text, title and date of its article.
    Html,
    /// One JSON object a line.
    Jsonl,
    /// CSV with a header (`.tsv`: separated by tabs), one article a row.
    Csv,
    /// Parquet or Arrow, one article a row.
    Columnar(ColumnarFormat),
}

/// What is read in a folder, as a note says it.
#[cfg(feature = "arrow")]
pub const READ_IN_FOLDERS: &str = ".txt, .md, .html, .jsonl, .csv, .parquet or .arrow";
/// What is read in a folder, as a note says it.
#[cfg(not(feature = "arrow"))]
pub const READ_IN_FOLDERS: &str = ".txt, .md, .html, .jsonl or .csv";

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Jsonl,
        Self::Csv,
        Self::Columnar(ColumnarFormat::Parquet),
        Self::Columnar(ColumnarFormat::Arrow),
    ];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Columnar(format) => format.name(),
        }
    }

    /// Whether a folder's file of this kind is read: those that this build cannot read are passed over.
    fn is_read(self) -> bool {
        cfg!(feature = "arrow") || !matches!(self, Self::Columnar(_))
    }

    fn of_extension(path: &Path) -> Option<Self> {
        let path = uncompressed_name(path);
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" if html::IS_BUILT => Some(Self::Html),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" | "tsv" => Some(Self::Csv),
            _ => ColumnarFormat::of_name(&path).map(Self::Columnar),
        }
    }
}

/// Streams the articles of several inputs in order: files, folders (walked in name order), `-`.
/// Only one input is open at a time, and only one article of it is held.
pub struct Articles {
    waiting: VecDeque<PathBuf>,
    kind: InputKind,
    mention_column: Option<String>,
    open: Option<Box<dyn Iterator<Item = Result<Article>> + Send>>,
    skipped_files: Vec<PathBuf>,
    bytes_total: Option<u64>,
}

impl Articles {
    /// Finds the files behind the inputs. A file that is named is read whatever its extension; in a
    /// folder only text, Markdown, HTML, JSON Lines and CSV files are (with the feature `arrow` Parquet
    /// and Arrow too), the others are listed as skipped; files whose names begin with a period are left
    /// out without being listed.
    ///
    /// # Errors
    /// An input that does not exist, or a folder without a file to read.
    pub fn open(inputs: &[PathBuf], kind: InputKind) -> Result<Self> {
        let mut articles = Self {
            waiting: VecDeque::new(),
            kind,
            mention_column: None,
            open: None,
            skipped_files: Vec::new(),
            bytes_total: Some(0),
        };
        for input in inputs {
            if input.as_os_str() == "-" {
                articles.waiting.push_back(input.clone());
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
    /// There is no byte, the bytes are no text of the kind, or the header of a CSV lacks a column.
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
        Ok(Self {
            waiting: VecDeque::new(),
            kind,
            mention_column: None,
            open: Some(read_from(reader, path, kind, None, false)?),
            skipped_files: Vec::new(),
            bytes_total: Some(bytes_total),
        })
    }

    /// Takes the mention of each article from this column or field of its row or object, instead of
    /// scoring all of its statements. Texts without columns then give an error.
    pub fn with_mention_column(mut self, column: Option<String>) -> Self {
        self.mention_column = column;
        self
    }

    /// Files of the folders that were passed over for their extension.
    pub fn skipped_files(&self) -> &[PathBuf] {
        &self.skipped_files
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
        self.waiting.push_back(path);
    }

    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let before = self.waiting.len();
        let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name();
        let is_shown = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_str();
            entry.depth() == 0 || !name.is_some_and(|name| name.starts_with('.'))
        };
        for entry in entries.into_iter().filter_entry(is_shown) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).to_owned();
                Error::io("cannot read", &path, error.into())
            })?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.into_path();
            let kind = InputKind::of_extension(&path).filter(|kind| kind.is_read());
            if self.kind == InputKind::Auto && kind.is_none() {
                self.skipped_files.push(path);
            } else {
                let n_bytes = std::fs::metadata(&path).map_or(0, |m| m.len());
                self.add(path, n_bytes);
            }
        }
        if self.waiting.len() == before {
            return Err(Error::new(ErrorKind::Empty {
                what: if cfg!(feature = "arrow") {
                    "the folder has no .txt, .md, .html, .jsonl, .csv, .parquet or .arrow file"
                } else {
                    "the folder has no .txt, .md, .html, .jsonl or .csv file"
                },
            })
            .in_file(folder));
        }
        Ok(())
    }
}

impl Iterator for Articles {
    type Item = Result<Article>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(article) = open.next() {
                    return Some(article);
                }
                self.open = None;
            }
            let path = self.waiting.pop_front()?;
            match read(path, self.kind, self.mention_column.clone()) {
                Ok(articles) => self.open = Some(articles),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn read(
    path: PathBuf,
    kind: InputKind,
    mention_column: Option<String>,
) -> Result<Box<dyn Iterator<Item = Result<Article>> + Send>> {
    let reader = bytes::open(&path)?;
    read_from(reader, path, kind, mention_column, true)
}

/// Reads articles out of bytes; `on_disk` says whether they are those of the file with this name, which
/// may then be read from any place.
fn read_from(
    mut reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    kind: InputKind,
    mention_column: Option<String>,
    on_disk: bool,
) -> Result<Box<dyn Iterator<Item = Result<Article>> + Send>> {
    let start = reader
        .fill_buf()
        .map_err(|source| Error::io("cannot read", &path, source))?;
    let kind = match (kind, ColumnarFormat::of_start(start)) {
        (InputKind::Auto, Some(format)) => InputKind::Columnar(format),
        (InputKind::Columnar(format), None) => {
            let format = format.title();
            return Err(Error::new(ErrorKind::NotColumnar { format }).in_file(&path));
        }
        (kind, None) => {
            bytes::refuse_binary(&mut reader, &path)?;
            kind
        }
        (kind, Some(_)) => kind,
    };
    let kind = match kind {
        InputKind::Auto => match InputKind::of_extension(&path) {
            Some(kind) => kind,
            None if path
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("json")) =>
            {
                return Err(Error::new(ErrorKind::UnknownName {
                    what: "the kind of this file",
                    value: "json".into(),
                    allowed: InputKind::ALL[1..]
                        .iter()
                        .filter(|kind| kind.is_read())
                        .map(|k| k.name().to_owned())
                        .collect(),
                })
                .in_file(&path));
            }
            None => {
                let start = reader
                    .fill_buf()
                    .map_err(|source| Error::io("cannot read", &path, source))?;
                let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
                if path.as_os_str() == "-" && first == Some(&b'{') {
                    InputKind::Jsonl
                } else {
                    InputKind::Text
                }
            }
        },
        kind => kind,
    };
    let is_text = matches!(kind, InputKind::Text | InputKind::Markdown);
    if mention_column.is_some() && is_text {
        let role = ColumnRole::TargetText;
        return Err(Error::new(ErrorKind::NoColumns { role }).in_file(&path));
    }
    let id = path.display().to_string();
    Ok(match kind {
        InputKind::Auto | InputKind::Text => {
            let text = bytes::read_to_string(reader, &path)?;
            Box::new(std::iter::once(Ok(Article::plain(id, text))))
        }
        InputKind::Markdown => {
            let text = bytes::read_to_string(reader, &path)?;
            Box::new(std::iter::once(Ok(Article::markdown(id, text))))
        }
        InputKind::Html => {
            let page = bytes::read_to_string(reader, &path)?;
            let article = html::article(id, page).map_err(|error| error.in_file(&path))?;
            Box::new(std::iter::once(Ok(article)))
        }
        InputKind::Jsonl => Box::new(json_lines(reader, path, mention_column)),
        InputKind::Csv | InputKind::Columnar(_) => {
            let table = Table::from_reader(reader, &path, on_disk)?;
            Box::new(super::csv::articles(table, path, mention_column)?)
        }
    })
}

fn json_lines(
    mut reader: Box<dyn BufRead + Send>,
    path: PathBuf,
    mention_column: Option<String>,
) -> impl Iterator<Item = Result<Article>> + Send {
    let mut line_number = 0_u64;
    std::iter::from_fn(move || {
        loop {
            let mut line = Vec::new();
            line_number += 1;
            let place = |error: Error| error.in_file(&path).at_line(line_number);
            let mut bounded = (&mut reader).take(bytes::LONGEST_ROW + 1);
            match bounded.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(n) if n as u64 > bytes::LONGEST_ROW => {
                    let error = Error::io("cannot read", &path, bytes::too_long("this line"));
                    return Some(Err(place(error)));
                }
                Ok(_) => {}
                Err(source) => return Some(Err(Error::io("cannot read", &path, source))),
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let article = bytes::utf8(line).and_then(|line| {
                let default_id = || format!("{}:{line_number}", path.display());
                let line = line.trim_start_matches('\u{feff}');
                json_article(line, default_id, mention_column.as_deref())
            });
            return Some(article.map_err(place));
        }
    })
}

/// One line of a JSON Lines file as an article.
fn json_article(
    line: &str,
    default_id: impl FnOnce() -> String,
    mention_column: Option<&str>,
) -> Result<Article> {
    let wrong = |found: String| Error::new(ErrorKind::JsonLine { found });
    let mut object: Map<String, Value> = match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(wrong("this line is JSON but not an object".into())),
        Err(error) => return Err(wrong(format!("this line is not JSON ({error})"))),
    };
    let mention = mention_column.map(|name| match object.get(name) {
        Some(Value::String(value)) => Ok(value.clone()),
        Some(_) => Err(wrong(format!("the field `{name}` is not a string"))),
        None => Err(Error::new(ErrorKind::MissingColumn {
            column: name.to_owned(),
            role: ColumnRole::TargetText,
            available: object.keys().cloned().collect(),
        })),
    });
    let mention = mention.transpose()?;
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
    Ok(article.toward(mention))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_line_gives_an_article() {
        let article = json_article(
            r#"{"id": 7, "date": "1985", "title": "On debt", "text": "We met."}"#,
            || "x".into(),
            None,
        )
        .unwrap();
        assert_eq!(article.id, "7");
        assert_eq!(article.date.as_deref(), Some("1985"));
        assert_eq!(article.title_text(), Some("On debt"));
    }

    #[test]
    fn a_wrong_json_line_says_what_it_is() {
        let message = |line| {
            json_article(line, String::new, None)
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

    #[test]
    fn kinds_are_known_by_extension() {
        let of = |name: &str| InputKind::of_extension(Path::new(name));
        assert_eq!(of("a.TXT"), Some(InputKind::Text));
        assert_eq!(of("a.md"), Some(InputKind::Markdown));
        assert_eq!(of("a.tsv"), Some(InputKind::Csv));
        assert_eq!(of("a.HTM").is_some(), html::IS_BUILT);
        assert_eq!(of("a.pdf"), None);
    }
}
