//! Word documents, of 2007 and later.

use crate::document::Document;
use crate::error::Result;
use crate::limits::Allowance;
use crate::markup::{Fields, Step, Tag, Visit, walk};
use crate::package::Package;
use crate::property;
use crate::writing::Writing;

/// What is no text of the document: what was deleted or stands for a field, layout, and the second form of a drawing.
const OVER: [&str; 14] = [
    "Fallback",
    "del",
    "moveFrom",
    "pPr",
    "sectPr",
    "tblPr",
    "trPr",
    "tcPr",
    "tblGrid",
    "instrText",
    "delText",
    "rt",
    "sdtPr",
    "sdtEndPr",
];

/// Reads a document.
///
/// # Errors
/// It is broken, encrypted or too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Document> {
    let mut package = Package::open(bytes, allowance)?;
    let main = main_part(&mut package)?;
    let body = package.text(&main)?.ok_or_else(|| allowance.broken())?;
    let mut document = Document::default();
    let (text, inner) = story(&body, allowance)?;
    document.text = text;
    document.notes = inner;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    for name in ["footnotes.xml", "endnotes.xml"] {
        if let Some(notes) = package.text(&format!("{folder}/{name}"))? {
            let (_, notes) = story(&notes, allowance)?;
            document.notes.extend(notes);
        }
    }
    if let Some(core) = package.text("docProps/core.xml")? {
        let fields = Fields::of(
            &core,
            &["title", "creator", "created", "modified"],
            allowance,
        );
        document.title = fields.first("title").and_then(property::title);
        document.author = fields.first("creator").and_then(property::author);
        let date = fields.first("created").or(fields.first("modified"));
        document.date = date.and_then(property::date);
    }
    Ok(document)
}

/// The name of the part that holds the body, which need not be `word/document.xml`.
fn main_part(package: &mut Package<'_>) -> Result<String> {
    struct Types(Option<String>);
    impl Visit for Types {
        fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
            let is_main = |kind: String| kind.contains("word") && kind.ends_with(".main+xml");
            if name == "Override" && self.0.is_none() && tag.get("ContentType").is_some_and(is_main)
            {
                self.0 = tag.get("PartName");
            }
            Ok(Step::Into)
        }
        fn close(&mut self, _: &str) -> Result<()> {
            Ok(())
        }
        fn text(&mut self, _: &str) -> Result<()> {
            Ok(())
        }
    }
    let mut types = Types(None);
    if let Some(xml) = package.text("[Content_Types].xml")? {
        walk(&xml, package.allowance, &mut types)?;
    }
    let name = types.0.map(|name| name.trim_start_matches('/').to_owned());
    Ok(name.unwrap_or_else(|| "word/document.xml".to_owned()))
}

fn story(xml: &str, allowance: &Allowance) -> Result<(String, Vec<String>)> {
    let mut story = Story {
        writing: Writing::new(allowance, false),
        is_text: false,
        is_hidden: false,
    };
    walk(xml, allowance, &mut story)?;
    Ok(story.writing.finish())
}

struct Story<'a> {
    writing: Writing<'a>,
    /// Whether text stands between tags here, and not layout.
    is_text: bool,
    is_hidden: bool,
}

impl Visit for Story<'_> {
    fn open(&mut self, name: &str, tag: &Tag<'_>) -> Result<Step> {
        if OVER.contains(&name) {
            return Ok(Step::Over);
        }
        match name {
            "p" => self.writing.begin_inner(),
            "tr" => self.writing.open_row(),
            "footnote" | "endnote" => match tag.get("type").as_deref() {
                Some("separator" | "continuationSeparator" | "continuationNotice") => {
                    return Ok(Step::Over);
                }
                _ => self.writing.open_note(),
            },
            "r" => self.is_hidden = false,
            "vanish" => {
                let value = tag.get("val");
                self.is_hidden = !matches!(value.as_deref(), Some("0" | "false" | "off"));
            }
            "t" => self.is_text = true,
            "tab" | "ptab" if !self.is_hidden => self.writing.push('\t'),
            "br" | "cr" if !self.is_hidden => self.writing.push('\n'),
            "noBreakHyphen" if !self.is_hidden => self.writing.push('-'),
            _ => {}
        }
        Ok(Step::Into)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        match name {
            "p" => self.writing.end_inner(),
            "tc" => self.writing.close_cell(),
            "tr" => self.writing.close_row(),
            "footnote" | "endnote" => self.writing.close_note(),
            "t" => self.is_text = false,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        match self.is_text && !self.is_hidden {
            true => self.writing.text(text),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document_kind::DocumentKind;
    use crate::limits::Limits;

    fn text_of(body: &str) -> (String, Vec<String>) {
        let allowance = Allowance::new(DocumentKind::Docx, Limits::DEFAULT);
        let xml = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
        story(&xml, &allowance).unwrap()
    }

    #[test]
    fn what_was_deleted_or_hidden_is_no_text() {
        let (text, _) = text_of(
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>We </w:t></w:r><w:del><w:r>\
             <w:delText>never </w:delText>\
             </w:r></w:del><w:ins><w:r><w:t>met</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>\
             <w:r><w:softHyphen/><w:t>.</w:t></w:r></w:p><w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>",
        );
        assert_eq!(text, "We met.\n");
    }

    #[test]
    fn boxes_and_tables_within_tables_keep_their_paragraphs() {
        let (text, _) = text_of(
            "<w:p><w:r><w:t>We </w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r>\
             <w:t>A box.</w:t></w:r>\
             </w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>A box.</w:t></w:r></w:p></mc:Fallback>\
             </mc:AlternateContent><w:r><w:t>met.</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r>\
             <w:t>b</w:t></w:r></w:p></w:tc>\
             <w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>",
        );
        assert_eq!(text, "A box.\n\nWe met.\n\na\n\nb\tc\n");
    }
}
