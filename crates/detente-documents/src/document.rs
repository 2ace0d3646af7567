//! What is read of a document.

/// A document as text, with what its properties say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The text: paragraphs, with a blank line between them. A row of a table is a line with tabs, or, where its cells
    /// hold paragraphs, these.
    pub text: String,
    /// The title that its properties give, where that is one.
    pub title: Option<String>,
    /// The day it was made, as `YYYY-MM-DD`, where its properties say.
    pub date: Option<String>,
    /// Who made it, where its properties say.
    pub author: Option<String>,
    /// Footnotes and endnotes, in their order.
    pub notes: Vec<String>,
    /// Pages, where it has some.
    pub n_pages: Option<usize>,
    /// Pages of a PDF that have a picture and no text.
    pub n_without_text: usize,
}
