//! The flags that say how bytes become text and cells, and what was found where they do not.

use super::messages::note;
use clap::Args;
use detente_data::corpus::{Delimiter, Notice, Notices, ReadParams, TextEncoding};

#[derive(Args, Clone)]
pub(super) struct ReadingArguments {
    /// What separates the columns of a CSV: a character, or `tab` [default: what its first rows show]
    #[arg(long, value_name = "CHARACTER", value_parser = Delimiter::parse)]
    delimiter: Option<Delimiter>,
    /// Encoding of the files, as `utf-8` or `windows-1252` [default: what their bytes show]
    #[arg(long, value_name = "NAME", value_parser = TextEncoding::parse)]
    encoding: Option<TextEncoding>,
}

impl ReadingArguments {
    pub(super) fn params(&self) -> ReadParams {
        ReadParams {
            delimiter: self.delimiter,
            encoding: self.encoding,
            notices: Notices::default(),
        }
    }
}

/// Says what reading found since this was last asked.
pub(super) fn say_notices(notices: &Notices) {
    for notice in notices.take() {
        let word = if notice.is_warning() {
            "warning"
        } else {
            "note"
        };
        note(format_args!("{word}: {notice}{}", remedy(&notice)));
    }
}

/// The flag that helps, where one does.
fn remedy(notice: &Notice) -> String {
    match notice {
        Notice::LookAlike { label, other, .. } => {
            let renaming = quoted(&format!("{label}={other}"));
            format!("; `--label {renaming}` makes them one")
        }
        Notice::MissingLike { label, .. } => {
            format!("; `--missing {}` reads it as not labelled", quoted(label))
        }
        _ => String::new(),
    }
}

/// A word as a shell has to be given it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_=./,:+".contains(letter);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{word}'"),
    }
}
