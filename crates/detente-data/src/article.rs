//! What is read, before anything is done to it: articles to score and labelled examples.
//!
//! Text comes in as a string; an [`Article`] knows where its title and body are in it. Markdown is
//! read by blanking its markup with spaces, byte for byte, so that every span stays a span of the
//! input. Nothing here opens a file.

use crate::date_line::date_of_line;
use crate::error::ColumnRole;
use crate::headline::{opening, under_title};
use detente_text::{LineBreaks, Passage, Span};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::sync::Arc;

/// Where an article's title stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Title {
    /// In the text itself, at this span.
    Inside(Span),
    /// Apart from the text: a field of its own in CSV or JSON.
    Apart(String),
}

/// Columns or fields of articles beside `id`, `date`, `title` and `text`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ArticleColumns {
    /// What each article is scored toward.
    pub mention: Option<String>,
    /// The party that speaks the whole of an article.
    pub author: Option<String>,
    /// The group that an article belongs to: its source, its country.
    pub group: Option<String>,
}

impl ArticleColumns {
    /// The first of them that is asked for, if any.
    pub(crate) fn first_role(&self) -> Option<ColumnRole> {
        let roles = [
            (&self.mention, ColumnRole::TargetText),
            (&self.author, ColumnRole::Author),
            (&self.group, ColumnRole::ArticleGroup),
        ];
        let mut asked = roles.iter().filter(|(column, _)| column.is_some());
        asked.next().map(|(_, role)| *role)
    }
}

/// Characters at the start of a document in which its title may stand.
#[cfg(feature = "documents")]
const FIRST_CHARACTERS: usize = 1000;

/// One text to score, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The name in every output: the `id` field, or the path (with `:line` in CSV and JSON Lines).
    pub id: String,
    /// The date as it was given.
    pub date: Option<String>,
    /// The title, which is scored as a statement of its own.
    pub title: Option<Title>,
    /// The words by which it mentions what it is scored toward: only the statements that contain them
    /// are scored. `None` for all statements.
    pub mention: Option<String>,
    /// The group that it belongs to, where one was asked for: its source, its country.
    pub group: Option<String>,
    /// The party that speaks the whole text, by any of its names, where that is known.
    pub author: Option<String>,
    /// The input text, unchanged. Every span points into it.
    pub text: String,
    /// The encoding that the text was decoded from, where that is not UTF-8.
    pub encoding: Option<&'static str>,
    /// The text with markup blanked, of the same length, where there is markup.
    readable: Option<String>,
    /// Where the body starts in the text, after a header.
    body_start: usize,
    breaks: LineBreaks,
}

impl Article {
    /// Reads plain text. A first line ` date YYYY-MM-DD Title` is a header; the rest is the body. Without one,
    /// a first line above a blank line is the title, if it is no sentence and no letterhead; lines beside it
    /// that only give a date or the names of authors are no part of the statements, and the date is kept.
    ///
    /// # Example
    /// ```
    /// use detente_data::article::{Article, Title};
    /// let article = Article::plain("a".into(), " date 2025-05-18 Talks Resume\nThey met.".into());
    /// assert_eq!(article.date.as_deref(), Some("2025-05-18"));
    /// assert_eq!(article.title_text(), Some("Talks Resume"));
    /// assert_eq!(article.body(), "They met.");
    /// ```
    pub fn plain(id: String, text: String) -> Self {
        let mut article = Self::headed(id, text);
        if article.title.is_none() {
            let opening = opening(&article.text, article.body_start);
            article.title = opening.title.map(Title::Inside);
            article.date = opening.date;
            article.leave_out(&opening.beside);
        }
        article
    }

    /// Reads a text in which only a header is looked for.
    fn headed(id: String, text: String) -> Self {
        let (date, title, body_start) = match header(&text) {
            Some((date, title, body_start)) => (Some(date), Some(Title::Inside(title)), body_start),
            // A byte order mark is no part of the first statement.
            None if text.starts_with('\u{feff}') => (None, None, '\u{feff}'.len_utf8()),
            None => (None, None, 0),
        };
        Self {
            id,
            date,
            title,
            mention: None,
            author: None,
            group: None,
            text,
            encoding: None,
            readable: None,
            body_start,
            breaks: LineBreaks::Detect,
        }
    }

    /// Reads a text whose date and title, if any, are known from elsewhere (a CSV row, a JSON
    /// object). Without them, a header in the text is understood as in plain text; a headline is not looked for.
    pub fn record(id: String, date: Option<String>, title: Option<String>, text: String) -> Self {
        let mut article = Self::headed(id, text);
        if date.is_some() {
            article.date = date;
        }
        if let Some(title) = title {
            article.title = Some(Title::Apart(title));
        }
        article
    }

    /// Reads the text of a document as plain text. A title and a date that are known of it hold where the text has
    /// none; a title that stands in the first lines is no statement of its own.
    #[cfg(feature = "documents")]
    pub(crate) fn document(
        id: String,
        text: String,
        title: Option<String>,
        date: Option<String>,
    ) -> Self {
        let mut article = Self::plain(id, text);
        article.date = article.date.or(date);
        let start: String = article.text.chars().take(FIRST_CHARACTERS).collect();
        let words = |text: &str| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        };
        let is_inside = |title: &String| words(&start).contains(&words(title));
        if article.title.is_none() {
            article.title = title.filter(|title| !is_inside(title)).map(Title::Apart);
        }
        article
    }

    /// Reads Markdown: headings, list items, table cells and paragraphs are read, the markup, code
    /// blocks and raw HTML are not. The first level-one heading is the title, or a heading of another level that
    /// opens the text; YAML or TOML front matter may give `title` and `date`. Lines under the title that only give
    /// a date or the names of authors are no part of the statements. A header line as in plain text is understood too.
    pub fn markdown(id: String, text: String) -> Self {
        let mut article = Self::headed(id, text);
        let markdown = Markdown::read(&article.text, article.body_start);
        if article.title.is_none() {
            article.title = markdown.title;
        }
        article.date = article.date.or(markdown.date);
        article.readable = Some(markdown.readable);
        article.breaks = LineBreaks::Hard;
        let title_end = match article.title {
            Some(Title::Inside(span)) => span.end,
            _ => markdown.front_end.max(article.body_start),
        };
        if article.title.is_some() {
            let under = under_title(article.readable(), title_end);
            article.date = article.date.or(under.date);
            article.leave_out(&under.beside);
        }
        article
    }

    /// Blanks lines that are no statements.
    fn leave_out(&mut self, lines: &[Span]) {
        if lines.is_empty() {
            return;
        }
        let mut bytes = self.readable().as_bytes().to_vec();
        for line in lines {
            bytes[line.start..line.end].fill(b' ');
        }
        // Invariant: lines are whole, so the bytes are UTF-8.
        self.readable = String::from_utf8(bytes).ok().or(self.readable.take());
    }

    /// Says by which words it mentions what it is scored toward; `None` takes nothing back.
    pub fn toward(mut self, mention: Option<String>) -> Self {
        self.mention = mention.or(self.mention);
        self
    }

    /// Says which group it belongs to.
    pub fn of_group(mut self, group: Option<String>) -> Self {
        self.group = group;
        self
    }

    /// Says which party speaks the whole text.
    pub fn spoken_by(mut self, author: Option<String>) -> Self {
        self.author = author;
        self
    }

    /// Says what encoding the text was decoded from; `None` for UTF-8.
    pub(crate) fn decoded_from(mut self, encoding: Option<&'static str>) -> Self {
        self.encoding = encoding;
        self
    }

    /// The body with markup blanked.
    pub fn body(&self) -> &str {
        &self.readable()[self.body_start..]
    }

    /// Offset of the body in the text, in bytes.
    pub fn body_start(&self) -> usize {
        self.body_start
    }

    /// How line breaks of the body are to be read.
    pub fn breaks(&self) -> LineBreaks {
        self.breaks
    }

    /// The text with markup blanked; of the same length as the text.
    pub fn readable(&self) -> &str {
        self.readable.as_deref().unwrap_or(&self.text)
    }

    /// The title's words.
    pub fn title_text(&self) -> Option<&str> {
        match self.title.as_ref()? {
            Title::Inside(span) => Some(span.slice(self.readable()).trim()),
            Title::Apart(title) => Some(title),
        }
    }
}

/// Finds ` date YYYY-MM-DD Title` on the first line: date, the title's span, where the body starts.
fn header(text: &str) -> Option<(String, Span, usize)> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    // Most texts have none, which is seen before their first line is looked for.
    if !start.starts_with("date") {
        return None;
    }
    let line_end = text.find('\n').unwrap_or(text.len());
    let line = &text[..line_end];
    let rest = line
        .trim_start_matches('\u{feff}')
        .trim_start()
        .strip_prefix("date")?;
    let after_date_word = rest.trim_start();
    if after_date_word.len() == rest.len() {
        return None;
    }
    let date = after_date_word.get(..10)?;
    date.parse::<jiff::civil::Date>().ok()?;
    let title = after_date_word[10..].trim_end();
    if !title.is_empty() && !title.starts_with(char::is_whitespace) {
        return None;
    }
    let title = title.trim_start();
    let end = line.trim_end().len();
    let span = Span {
        start: end - title.len(),
        end,
    };
    Some((date.to_owned(), span, (line_end + 1).min(text.len())))
}

/// A labelled text: one row of a training or evaluation file.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The row's id, where the file has one.
    pub id: Option<String>,
    /// The text of one statement.
    pub text: String,
    /// The label on each target of the corpus, in its order; `None` is not labelled.
    pub labels: Vec<Option<Arc<str>>>,
    /// The document the row belongs to; rows of one group stay together in every fold.
    pub group: Option<Arc<str>>,
    /// How much the row counts in fitting; 1 unless the file says otherwise.
    pub weight: f64,
    /// Whether calibration may rest on the row, as it does unless the file is told otherwise
    /// ([`LayoutParams::calibration`](crate::corpus::LayoutParams::calibration)).
    pub calibrates: bool,
    /// Index of the file it came from, in the order given.
    pub file_idx: usize,
    /// Its line in that file, from 1.
    pub line: u64,
    /// The cells of the columns that the reader was asked to keep, in that order.
    pub kept: Vec<String>,
    /// Where the text mentions what its labels are about, in bytes; empty where that is not known.
    pub mentions: Vec<Span>,
}

impl Example {
    /// The text with its mentions: what a model scores.
    pub fn passage(&self) -> Passage<'_> {
        Passage::toward(&self.text, &self.mentions)
    }
}

struct Markdown {
    readable: String,
    title: Option<Title>,
    date: Option<String>,
    /// Where the front matter ends.
    front_end: usize,
}

impl Markdown {
    fn read(text: &str, body_start: usize) -> Self {
        let body = &text[body_start..];
        // Everything is markup until an event says that it is text; only line ends stay.
        let mut bytes: Vec<u8> = text
            .bytes()
            .map(|byte| if byte == b'\n' { b'\n' } else { b' ' })
            .collect();
        bytes[..body_start].copy_from_slice(&text.as_bytes()[..body_start]);
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
        let (mut named, mut heading, mut date, mut published) = (None, None, None, None);
        // A heading of another level that opens the text, and whether anything has stood before it.
        let (mut opener, mut is_open, mut front_end) = (None, false, body_start);
        let mut skipped_depth = 0_usize;
        let mut in_front_matter = false;
        for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
            let (start, end) = (body_start + range.start, body_start + range.end);
            match event {
                Event::Start(Tag::MetadataBlock(_)) => in_front_matter = true,
                Event::End(TagEnd::MetadataBlock(_)) => {
                    in_front_matter = false;
                    front_end = end;
                }
                Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => skipped_depth += 1,
                Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => skipped_depth -= 1,
                Event::Start(Tag::Heading {
                    level: pulldown_cmark::HeadingLevel::H1,
                    ..
                }) if heading.is_none() => heading = Some(Span { start, end }),
                Event::Start(Tag::Heading { .. }) if !is_open => {
                    is_open = true;
                    opener = Some(Span { start, end });
                }
                Event::Start(
                    Tag::Paragraph | Tag::List(_) | Tag::Table(_) | Tag::BlockQuote(_),
                ) => is_open = true,
                Event::End(TagEnd::TableCell) if bytes.get(end) == Some(&b' ') => {
                    bytes[end] = b'\n';
                }
                Event::Text(words) if in_front_matter => {
                    for line in words.lines() {
                        let value = |key: &str| {
                            let (name, value) = line.split_once([':', '='])?;
                            let is_key = name.trim_end().eq_ignore_ascii_case(key);
                            let value = value.trim().trim_matches(['"', '\'']).trim();
                            (is_key && !value.is_empty()).then(|| value.to_owned())
                        };
                        named = value("title").or(named);
                        date = value("date").or(date);
                        published = published
                            .or_else(|| {
                                ["published", "pubdate", "publishdate"]
                                    .into_iter()
                                    .find_map(value)
                            })
                            .filter(|day| date_of_line(day).is_some());
                    }
                }
                Event::Text(_) if skipped_depth == 0 => {
                    bytes[start..end].copy_from_slice(&text.as_bytes()[start..end]);
                }
                Event::Code(_) if skipped_depth == 0 => {
                    let marks = text[start..end].bytes().take_while(|b| *b == b'`').count();
                    let (start, end) = (start + marks, end - marks);
                    if start < end {
                        bytes[start..end].copy_from_slice(&text.as_bytes()[start..end]);
                    }
                }
                Event::SoftBreak => bytes[start..end].fill(b' '),
                _ => {}
            }
        }
        // The title is trimmed to its words; scoring leaves it out of the body.
        let heading = heading.or(opener).and_then(|span: Span| {
            let readable = String::from_utf8_lossy(&bytes[span.start..span.end]);
            let lead = readable.len() - readable.trim_start().len();
            let start = span.start + lead;
            let end = start + readable.trim().len();
            Some(Span { start, end }).filter(|span| !span.is_empty())
        });
        let title = match (named, heading) {
            // Front matter and heading often say the same, which must not count twice.
            (Some(named), Some(heading)) => {
                let readable = String::from_utf8_lossy(&bytes[heading.start..heading.end]);
                let is_same = named.split_whitespace().eq(readable.split_whitespace());
                Some(match is_same {
                    true => Title::Inside(heading),
                    false => Title::Apart(named),
                })
            }
            (Some(named), None) => Some(Title::Apart(named)),
            (None, heading) => heading.map(Title::Inside),
        };
        // Invariant: only whole text ranges were copied, so the bytes are UTF-8; the lossy
        // conversion cannot lengthen them.
        let readable = String::from_utf8_lossy(&bytes).into_owned();
        Self {
            readable,
            title,
            // A day as people write it is given as other days are; what is none stays as it was.
            date: date.or(published).map(|date| match date_of_line(&date) {
                Some(day) => day.to_string(),
                None => date,
            }),
            front_end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_gives_date_title_and_body() {
        let article = Article::plain(
            "a".into(),
            " date 2025-05-18 Baku Looks East\r\nFirst line.\nSecond.".into(),
        );
        assert_eq!(article.title_text(), Some("Baku Looks East"));
        assert_eq!(article.body(), "First line.\nSecond.");
        let Some(Title::Inside(span)) = article.title else {
            panic!("the title is inside the text");
        };
        assert_eq!(span.slice(&article.text), "Baku Looks East");
    }

    #[test]
    fn a_first_line_that_is_no_header_stays_in_the_body() {
        for text in [
            "date palms grew by the river.\nMore.",
            " date 2025-13-45 Title\nMore.",
            "dated 2025-05-18 Title",
            "date 2025-05-18T10:00 Title",
            "",
        ] {
            let article = Article::plain("a".into(), text.into());
            assert_eq!((article.date.as_deref(), article.body()), (None, text));
        }
    }

    #[test]
    fn a_byte_order_mark_stays_outside_the_body() {
        let article = Article::plain("a".into(), "\u{feff}We met.".into());
        assert_eq!((article.body(), article.body_start()), ("We met.", 3));
    }

    #[test]
    fn markdown_keeps_every_offset() {
        let text = "---\ntitle: \"On talks\"\ndate: 2024-01-02\n---\n\n## Part\n\nWe **welcome** the\n\
                    [accord](https://example.org/x_y).\n\n```\ncode here\n```\n\n- one thing\n- `two`\n\n\
                    | a | b |\n|---|---|\n| cell one | cell two |\n";
        let article = Article::markdown("a".into(), text.into());
        assert_eq!(article.readable().len(), text.len());
        assert_eq!(article.title_text(), Some("On talks"));
        assert_eq!(article.date.as_deref(), Some("2024-01-02"));
        let words: Vec<&str> = article.body().split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "Part We welcome the accord . one thing two a b cell one cell two"
        );
        let at = article.readable().find("accord").unwrap();
        assert_eq!(&text[at..at + 6], "accord");
    }

    #[test]
    fn headlines_and_dates_of_plain_text_are_no_statements() {
        let text =
            "MINISTRY OF FOREIGN AFFAIRS\n\nTalks resume\n18 Oct 2023, 23:25\n\nThe sides met.";
        let article = Article::plain("a".into(), text.into());
        assert_eq!(article.title_text(), Some("Talks resume"));
        assert_eq!(article.date.as_deref(), Some("2023-10-18"));
        assert_eq!(article.readable().len(), text.len());
        let words: Vec<&str> = article.body().split_whitespace().collect();
        let expected = "MINISTRY OF FOREIGN AFFAIRS Talks resume The sides met.";
        assert_eq!(words.join(" "), expected);
        // A record's text is taken as it is.
        let record = Article::record("a".into(), None, None, text.into());
        assert_eq!((record.title_text(), record.body()), (None, text));
    }

    #[test]
    fn markdown_has_its_title_and_date_in_many_places() {
        let day = Some("2023-10-18");
        for text in [
            "---\ntitle: Talks resume\ndate: 18 Oct 2023, 23:25\n---\nThe sides met.\n",
            "---\nTitle: 'Talks resume'\nDate: 2023-10-18T23:25:00Z\n---\nThe sides met.\n",
            "+++\ntitle = \"Talks resume\"\ndate = 2023-10-18\n+++\n\nThe sides met.\n",
            "# Talks resume\n\n*18 October 2023*\n\nThe sides met.\n",
            "Talks resume\n============\n18 Oct 2023, 23:25\n\nThe sides met.\n",
            "Talks resume\n------------\n\nBy Anna Lind, October 18, 2023\n\nThe sides met.\n",
            "## Talks resume\n\nPublished: 2023-10-18\n\nThe sides met.\n",
        ] {
            let article = Article::markdown("a".into(), text.into());
            assert_eq!(article.title_text(), Some("Talks resume"), "{text}");
            assert_eq!(article.date.as_deref(), day, "{text}");
            assert_eq!(article.readable().len(), text.len());
            let body: Vec<&str> = article.body().split_whitespace().collect();
            assert!(
                body.join(" ")
                    .trim_start_matches("Talks resume ")
                    .eq("The sides met."),
                "{body:?}"
            );
        }
    }

    #[test]
    fn the_first_heading_of_markdown_is_its_title() {
        let article = Article::markdown("a".into(), "# A *new* phase\n\nBody.\n".into());
        assert_eq!(article.title_text(), Some("A  new  phase"));
    }

    #[test]
    fn a_title_that_front_matter_repeats_counts_once() {
        let title = |front: &str| {
            let text = format!("---\ntitle: {front}\n---\n\n# A new phase\n\nBody.\n");
            Article::markdown("a".into(), text).title.unwrap()
        };
        let Title::Inside(span) = title("\"A new phase\"") else {
            panic!("the heading is the title");
        };
        assert_eq!(span.len(), "A new phase".len());
        assert_eq!(title("News"), Title::Apart("News".to_owned()));
    }
}
