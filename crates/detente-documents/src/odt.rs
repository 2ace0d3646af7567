//! Texts of OpenDocument.

use crate::document::Document;
use crate::error::Result;
use crate::limits::Allowance;
use crate::markup::{Fields, Step, Tag, Visit, walk};
use crate::package::Package;
use crate::property;
use crate::writing::Writing;

/// What is no text of the document: remarks, what was deleted, declarations, contents, and words that stand for
/// pictures.
const OVER: [&str; 13] = [
    "annotation",
    "tracked-changes",
    "sequence-decls",
    "variable-decls",
    "user-field-decls",
    "forms",
    "note-citation",
    "table-of-content",
    "ruby-text",
    "desc",
    "title",
    "scripts",
    "hidden-text",
];

/// Blanks that one element may stand for, at the most.
const MOST_BLANKS: u64 = 100;

/// Reads a document.
///
/// # Errors
/// It is broken, encrypted or too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Document> {
    let mut package = Package::open(bytes, allowance)?;
    let content = content(&mut package)?;
    let mut story = Story {
        writing: Writing::new(allowance, true),
        is_body: false,
        n_open: 0,
    };
    walk(&content, allowance, &mut story)?;
    let (text, notes) = story.writing.finish();
    let mut document = Document {
        text,
        notes,
        ..Document::default()
    };
    if let Some(meta) = package.text("meta.xml")? {
        let names = [
            "title",
            "creator",
            "initial-creator",
            "creation-date",
            "date",
        ];
        let fields = Fields::of(&meta, &names, allowance);
        document.title = fields.first("title").and_then(property::title);
        let author = fields.first("initial-creator").or(fields.first("creator"));
        document.author = author.and_then(property::author);
        let date = fields.first("creation-date").or(fields.first("date"));
        document.date = date.and_then(property::date);
    }
    Ok(document)
}

/// The part of a file of OpenDocument that holds what it is about.
///
/// # Errors
/// It is encrypted, or there is none.
pub(crate) fn content(package: &mut Package<'_>) -> Result<String> {
    let allowance = package.allowance;
    let manifest = package.text("META-INF/manifest.xml")?;
    if manifest.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(allowance.encrypted());
    }
    package
        .text("content.xml")?
        .ok_or_else(|| allowance.broken())
}

struct Story<'a> {
    writing: Writing<'a>,
    is_body: bool,
    /// Paragraphs that are open: white space between them is layout.
    n_open: usize,
}

impl Visit for Story<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        if name == "body" {
            self.is_body = true;
        }
        if !self.is_body {
            return Ok(Step::Into);
        }
        if OVER.contains(&name) {
            return Ok(Step::Over);
        }
        match name {
            "p" | "h" => {
                self.n_open += 1;
                self.writing.begin_inner();
            }
            "note-body" => self.writing.open_note(),
            "table-row" => self.writing.open_row(),
            "s" => (0..tag.count("c").min(MOST_BLANKS)).for_each(|_| self.writing.push(' ')),
            "tab" => self.writing.push('\t'),
            "line-break" => self.writing.push('\n'),
            _ => {}
        }
        Ok(Step::Into)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            "body" => self.is_body = false,
            "p" | "h" if self.is_body => {
                self.n_open = self.n_open.saturating_sub(1);
                self.writing.end_inner();
            }
            "note-body" => self.writing.close_note(),
            "table-cell" | "covered-table-cell" => self.writing.close_cell(),
            "table-row" => self.writing.close_row(),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        match self.n_open > 0 {
            true => self.writing.text(text),
            false => Ok(()),
        }
    }
}
