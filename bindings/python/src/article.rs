//! Articles as they come from Python.

use crate::texts::text_of;
use detente::data::article::Article;
use pyo3::prelude::*;

/// An article: id, date, title, text, author.
pub(crate) type ArticleCells<'py> = (
    String,
    Option<String>,
    Option<String>,
    Bound<'py, PyAny>,
    Option<String>,
);

/// The article of these cells, as a row of a table is one; a missing text is an empty one.
///
/// # Errors
/// The text is none.
pub(crate) fn article_of(cells: &ArticleCells<'_>, row: usize) -> PyResult<Article> {
    let (id, date, title, text, author) = cells;
    let text = text_of(text, row)?.unwrap_or_default();
    let article = Article::record(id.clone(), date.clone(), title.clone(), text);
    Ok(article.spoken_by(author.clone()))
}

/// One article as a file of plain text is one, unless its date or title is given.
pub(crate) fn single(
    id: String,
    date: Option<String>,
    title: Option<String>,
    text: String,
    author: Option<String>,
) -> Article {
    let article = match date.is_none() && title.is_none() {
        true => Article::plain(id, text),
        false => Article::record(id, date, title, text),
    };
    article.spoken_by(author)
}
