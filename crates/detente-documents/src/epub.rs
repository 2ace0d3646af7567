//! Electronic books: the chapters in the order of reading.

use crate::document::Document;
use crate::error::Result;
use crate::limits::Allowance;
use crate::markup::{Fields, Step, Tag, Visit, walk};
use crate::package::Package;
use crate::property;
use crate::writing::Writing;
use rustc_hash::FxHashMap;

/// Elements that are a paragraph of their own.
const BLOCKS: [&str; 26] = [
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "ul",
];
/// Elements that hold no text of the book.
const OVER: [&str; 8] = ["head", "script", "style", "nav", "svg", "math", "rt", "rp"];
/// Chapters at the most.
const MOST_CHAPTERS: usize = 10_000;

/// Reads a book.
///
/// # Errors
/// It is broken, encrypted or too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Document> {
    let mut package = Package::open(bytes, allowance)?;
    if let Some(encryption) = package.text("META-INF/encryption.xml")?
        && [".xhtml\"", ".html\"", ".htm\"", ".xml\""]
            .iter()
            .any(|end| encryption.contains(end))
    {
        return Err(allowance.encrypted());
    }
    let container = package
        .text("META-INF/container.xml")?
        .ok_or_else(|| allowance.broken())?;
    let mut root = RootFile(None);
    walk(&container, allowance, &mut root)?;
    let path = root.0.ok_or_else(|| allowance.broken())?;
    let opf = package.text(&path)?.ok_or_else(|| allowance.broken())?;
    let mut spine = Spine::default();
    walk(&opf, allowance, &mut spine)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut chapters = Chapters {
        writing: Writing::new(allowance, true),
        notes: Vec::new(),
    };
    let order = spine.order.iter().take(MOST_CHAPTERS);
    for href in order.filter_map(|id| spine.items.get(id)) {
        if let Some(chapter) = package.text(&below(folder, href))? {
            walk(&chapter, allowance, &mut chapters)?;
            chapters.writing.end_paragraph();
        }
    }
    let fields = Fields::of(&opf, &["title", "creator", "date"], allowance);
    let (text, notes) = chapters.writing.finish();
    Ok(Document {
        text,
        notes,
        title: fields.first("title").and_then(property::title),
        author: fields.first("creator").and_then(property::author),
        date: fields.first("date").and_then(property::date),
        ..Document::default()
    })
}

/// A path as a chapter is named: `%20` is a blank, and `..` the folder above.
fn below(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or(href);
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = (*byte == b'%').then(|| after.get(..2)).flatten();
        let code =
            code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*byte));
        rest = &after[if code.is_some() { 2 } else { 0 }..];
    }
    let href = String::from_utf8_lossy(&bytes).into_owned();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

struct RootFile(Option<String>);

impl Visit for RootFile {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        if name == "rootfile" && self.0.is_none() {
            self.0 = tag.get("full-path");
        }
        Ok(Step::Into)
    }
}

/// The files of a book by their ids, and the ids in the order of reading.
#[derive(Default)]
struct Spine {
    items: FxHashMap<String, String>,
    order: Vec<String>,
}

impl Visit for Spine {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        let is_contents = || {
            tag.get("properties")
                .is_some_and(|value| value.split(' ').any(|word| word == "nav"))
        };
        match name {
            "item" if !is_contents() => {
                if let (Some(id), Some(href)) = (tag.get("id"), tag.get("href")) {
                    // Of two with one id the first counts.
                    self.items.entry(id).or_insert(href);
                }
            }
            "itemref" if tag.get("linear").as_deref() != Some("no") => {
                self.order.extend(tag.get("idref"))
            }
            _ => {}
        }
        Ok(Step::Into)
    }
}

struct Chapters<'a> {
    writing: Writing<'a>,
    /// The elements that are open notes, each with the elements of its name that are open in it.
    notes: Vec<(String, usize)>,
}

impl Visit for Chapters<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        // `epub:type`, or the role that takes its place.
        let kind = tag
            .get("type")
            .or_else(|| tag.get("role"))
            .unwrap_or_default();
        let is = |words: &[&str]| kind.split(' ').any(|word| words.contains(&word));
        // In the text a link to its note, and in a note the one back, is a number.
        let is_back =
            || !self.notes.is_empty() && tag.get("href").is_some_and(|href| href.contains('#'));
        if OVER.contains(&name) || name == "a" && (is(&["noteref", "doc-noteref"]) || is_back()) {
            return Ok(Step::Over);
        }
        if matches!(name, "aside" | "li" | "div" | "p")
            && is(&[
                "footnote",
                "endnote",
                "rearnote",
                "note",
                "doc-footnote",
                "doc-endnote",
            ])
        {
            self.writing.open_note();
            self.notes.push((name.to_owned(), 0));
            return Ok(Step::Into);
        }
        if let Some((of, n_inside)) = self.notes.last_mut()
            && of == name
        {
            *n_inside += 1;
        }
        match name {
            "tr" => self.writing.open_row(),
            "br" => self.writing.push('\n'),
            name if BLOCKS.contains(&name) => self.writing.end_paragraph(),
            _ => {}
        }
        Ok(Step::Into)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        if let Some((of, n_inside)) = self.notes.last_mut()
            && of == name
        {
            if *n_inside == 0 {
                self.notes.pop();
                self.writing.close_note();
                return Ok(());
            }
            *n_inside -= 1;
        }
        match name {
            "td" | "th" => self.writing.close_cell(),
            "tr" => self.writing.close_row(),
            name if BLOCKS.contains(&name) => self.writing.end_paragraph(),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        self.writing.text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_found_by_their_paths() {
        assert_eq!(below("OEBPS", "text/a%20b.xhtml#c"), "OEBPS/text/a b.xhtml");
        assert_eq!(below("OEBPS/p", "../a.xhtml"), "OEBPS/a.xhtml");
        assert_eq!(below("", "%é.xhtml"), "%é.xhtml");
    }
}
