//! What reading decided and passed over, for whoever started it to say.

use detente_error::{counted, prose};
use detente_model::label::is_invisible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that reading decided for a file, or passed over in it. It is written as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The order of day and month in the dates of a column, which other rows settle.
    DateOrder {
        /// The column.
        column: String,
        /// A date that could be read both ways.
        date: String,
        /// Whether the day comes first.
        is_day_first: bool,
    },
    /// What separates the columns, where its name does not say so.
    Delimiter {
        /// The file.
        path: PathBuf,
        /// The character.
        delimiter: char,
        /// Whether the first line of the file says so (`sep=;`).
        is_declared: bool,
    },
    /// Labels that were taken away, since it was asked for.
    DroppedLabels {
        /// The label.
        label: String,
        /// How many cells had it.
        n_labels: usize,
    },
    /// How the bytes of a file were read, where they are no UTF-8.
    Encoding {
        /// The file.
        path: PathBuf,
        /// The encoding's name.
        encoding: &'static str,
    },
    /// The program whose export a file has the shape of.
    Export {
        /// The file.
        path: PathBuf,
        /// The program, as in "doccano".
        program: &'static str,
        /// The fields that hold labels.
        targets: Vec<String>,
    },
    /// Labels that differ in form only and are read as one.
    FoldedLabels {
        /// The target.
        target: String,
        /// The label they are read as.
        label: String,
        /// The ways in which it is written, with their rows, most first.
        spellings: Vec<(String, usize)>,
    },
    /// What kind of text was found where nothing names it.
    Kind {
        /// The file.
        path: PathBuf,
        /// The kind, as in "CSV".
        kind: &'static str,
    },
    /// A rare label that is nearly another.
    LookAlike {
        /// The target.
        target: String,
        /// The rare label.
        label: String,
        /// Its rows.
        n_rows: usize,
        /// The label that it is nearly.
        other: String,
        /// The rows of that.
        n_other: usize,
    },
    /// A label that often stands for none at all.
    MissingLike {
        /// The target.
        target: String,
        /// The label.
        label: String,
        /// Its rows.
        n_rows: usize,
    },
    /// Objects that their annotators rejected or left undecided.
    NotAccepted {
        /// The file.
        path: PathBuf,
        /// How many.
        n_rows: usize,
    },
    /// Pages of a document that are pictures.
    Scanned {
        /// The file.
        path: PathBuf,
        /// Its pages.
        n_pages: usize,
        /// Those without text.
        n_without_text: usize,
    },
    /// Sheets of a workbook that are passed over.
    Sheets {
        /// The file.
        path: PathBuf,
        /// The sheet that is read.
        sheet: String,
        /// The others that have rows.
        others: Vec<String>,
    },
    /// Rows with empty cells behind the last column.
    SurplusCells {
        /// The file.
        path: PathBuf,
        /// How many.
        n_rows: usize,
    },
}

impl Notice {
    /// Whether a reader should do something about it.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::LookAlike { .. } | Self::MissingLike { .. })
    }
}

impl Notice {
    /// What is odd about a label, in a word, with its target and the label itself; `None` for what is not about labels.
    pub fn odd_label(&self) -> Option<(&'static str, &str, &str)> {
        match self {
            Self::FoldedLabels { target, label, .. } => Some(("form", target, label)),
            Self::LookAlike { target, label, .. } => Some(("look-alike", target, label)),
            Self::MissingLike { target, label, .. } => Some(("missing", target, label)),
            _ => None,
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DateOrder {
                column,
                date,
                is_day_first,
            } => {
                let order = if *is_day_first { "day" } else { "month" };
                write!(
                    f,
                    "column `{column}`: the {order} comes first in dates such as `{date}`, as other rows show"
                )
            }
            Self::Delimiter {
                path,
                delimiter,
                is_declared,
            } => {
                let why = if *is_declared {
                    ", as its first line says"
                } else {
                    ""
                };
                write!(
                    f,
                    "{}: columns are separated by {}{why}",
                    name(path),
                    delimiter_name(*delimiter)
                )
            }
            Self::DroppedLabels { label, n_labels } => {
                write!(
                    f,
                    "{} `{}` dropped",
                    counted(*n_labels, "label"),
                    shown(label)
                )
            }
            Self::Encoding { path, encoding } => write!(f, "{}: read as {encoding}", name(path)),
            Self::Export {
                path,
                program,
                targets,
            } => {
                write!(f, "{}: read as an export of {program}", name(path))?;
                if targets.is_empty() {
                    return Ok(());
                }
                write!(f, "; labels are in {}", prose(targets, "and"))
            }
            Self::FoldedLabels {
                target,
                label,
                spellings,
            } => {
                let ways = spellings.iter();
                let ways =
                    ways.map(|(way, n)| format!("`{}` ({})", shown(way), counted(*n, "row")));
                write!(
                    f,
                    "target `{target}`: labels that differ in form only are one, `{}`: {}",
                    shown(label),
                    ways.collect::<Vec<_>>().join(", ")
                )
            }
            Self::Kind { path, kind } => write!(f, "{}: read as {kind}", name(path)),
            Self::LookAlike {
                target,
                label,
                n_rows,
                other,
                n_other,
            } => write!(
                f,
                "target `{target}`: label `{}` ({}) is nearly `{}` ({})",
                shown(label),
                counted(*n_rows, "row"),
                shown(other),
                counted(*n_other, "row")
            ),
            Self::MissingLike {
                target,
                label,
                n_rows,
            } => write!(
                f,
                "target `{target}`: label `{}` ({}) looks like a mark for no label",
                shown(label),
                counted(*n_rows, "row")
            ),
            Self::NotAccepted { path, n_rows } => write!(
                f,
                "{}: {} not accepted by their annotators: not labelled",
                name(path),
                counted(*n_rows, "row")
            ),
            Self::Scanned {
                path,
                n_pages,
                n_without_text,
            } => write!(
                f,
                "{}: {n_without_text} of {} without text, as scans have none",
                name(path),
                counted(*n_pages, "page")
            ),
            Self::Sheets {
                path,
                sheet,
                others,
            } => {
                let others: Vec<String> = others
                    .iter()
                    .map(|other| shown(other).to_string())
                    .collect();
                let sheet = shown(sheet);
                write!(
                    f,
                    "{}: the sheet `{sheet}` is read, and {} passed over",
                    name(path),
                    prose(&others, "and")
                )
            }
            Self::SurplusCells { path, n_rows } => write!(
                f,
                "{}: {} with empty cells behind the last column: the cells are passed over",
                name(path),
                counted(*n_rows, "row")
            ),
        }
    }
}

fn name(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// What a separator is called.
fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        '\t' => "tabs".to_owned(),
        other => format!("`{other}`"),
    }
}

/// A label with what cannot be seen in it written out.
pub(super) fn shown(label: &str) -> String {
    let mut shown = String::new();
    for letter in label.chars() {
        let is_seen = letter == ' '
            || !(letter.is_whitespace() || letter.is_control() || is_invisible(letter));
        match is_seen {
            true => shown.push(letter),
            false => shown.extend(letter.escape_unicode()),
        }
    }
    shown
}

/// Gathers notices while something is read. Copies share what they gather; each notice is gathered once.
#[derive(Clone, Debug, Default)]
pub struct Notices(Arc<Mutex<Gathered>>);

#[derive(Debug, Default)]
struct Gathered {
    all: Vec<Notice>,
    n_taken: usize,
}

impl Notices {
    /// Adds one, unless it was there before.
    pub fn add(&self, notice: Notice) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !gathered.all.contains(&notice) {
            gathered.all.push(notice);
        }
    }

    /// Those that were added since this was last called.
    pub fn take(&self) -> Vec<Notice> {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = gathered.all[gathered.n_taken..].to_vec();
        gathered.n_taken = gathered.all.len();
        new
    }
}

/// Parameters are the same whatever was noticed under them.
impl PartialEq for Notices {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Notices {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_taken_once_however_often_it_is_added() {
        let notices = Notices::default();
        let notice = || Notice::SurplusCells {
            path: "a.csv".into(),
            n_rows: 2,
        };
        notices.add(notice());
        notices.clone().add(notice());
        assert_eq!(notices.take(), [notice()]);
        notices.add(notice());
        assert!(notices.take().is_empty());
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(shown("a b\u{200b}\u{a0}"), "a b\\u{200b}\\u{a0}");
    }
}
