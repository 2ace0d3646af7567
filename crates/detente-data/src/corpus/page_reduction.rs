//! A web page made small before a tree is built of it.
//!
//! A tokenizer goes over the page once. What the reduction to an article has no use for never reaches the parser:
//! scripts, comments, attributes, tags that only say how words look. What is left is written anew, each tag closed
//! where it ends, at most [`DEPTH`] deep and [`MOST_TAGS`] long, so that the parser has nothing to mend. Time and
//! memory grow with the bytes of the page and with nothing else.

use super::page::{DateRank, MOST_BYTES, MOST_TAGS, MOST_TEXT, Page, TooMuch, masked, unmasked};
use super::page_attributes::{Attributes, MOST_NAME, MOST_VALUE};
use super::page_hints::Hint;
use super::page_tags::{Shape, Tag};
use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use std::convert::Infallible;

/// Bytes that are left of a page, with the tags and their names.
const MOST_OUT: usize = MOST_TEXT + MOST_TAGS * 4 * MOST_NAME;
/// Elements that stand inside each other; of deeper ones only the text is kept. Real pages have up to 40. The parser
/// adds one to each table.
pub(super) const DEPTH: usize = 100;
/// Elements whose ends are waited for.
const MOST_OPEN: usize = 1_000;
/// Open elements that are looked at to find the one that an end tag closes.
const REACH: usize = 128;
/// Bytes of a title or a date with the tags in it.
const MOST_LINE: usize = 8_000;
/// Bytes of metadata in scripts that are kept.
const MOST_SCRIPT: usize = 256 << 10;
/// Titles, dates and metadata that are kept.
const MOST_FACTS: usize = 200;

impl Page {
    /// Makes a page small.
    ///
    /// # Errors
    /// It is longer than a page is, or more tags or text are left of it than an article has.
    pub(super) fn read(page: &str) -> Result<Self, TooMuch> {
        if page.len() > MOST_BYTES {
            return Err(TooMuch::Bytes);
        }
        let mut reduction = Reduction::default();
        let mut emitter = CallbackEmitter::new(
            |event: CallbackEvent<'_>, _: html5gum::Span<()>| -> Option<Infallible> {
                reduction.see(event);
                None
            },
        );
        emitter.naively_switch_states(true);
        match Tokenizer::new_with_emitter(page, emitter).finish() {
            Ok(_) => {}
        }
        reduction.finish()
    }
}

/// An element whose end has not come.
struct Open {
    tag: Tag,
    /// Whether it is written: not below [`DEPTH`].
    is_written: bool,
    hint: Option<Hint>,
    /// Where it starts in what is written, and how much there was of all before it.
    start: usize,
    n_tags: usize,
    n_text: usize,
    n_linked: usize,
    n_links: usize,
    n_dates: usize,
    n_headings: usize,
    /// The date in its attributes.
    date: Option<(DateRank, String)>,
}

/// What becomes of text that is not read as tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RawText {
    JsonLd,
    Lost,
    Title,
}

#[derive(Default)]
struct Reduction {
    page: Page,
    open: Vec<Open>,
    n_written: usize,
    /// Tags, bytes of text and bytes of text in links so far, and the links themselves.
    n_tags: usize,
    n_text: usize,
    n_linked: usize,
    n_links: usize,
    n_anchors: usize,
    /// Open elements whose text is set as it is.
    n_verbatim: usize,
    /// Line ends one after the other.
    n_breaks: usize,
    tag: Option<(Tag, bool)>,
    attributes: Attributes,
    raw: Option<RawText>,
    has_body: bool,
    n_script: usize,
    too_much: Option<TooMuch>,
}

impl Reduction {
    fn see(&mut self, event: CallbackEvent<'_>) {
        if self.too_much.is_some() {
            return;
        }
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Some((Tag::of(name), name == b"time"));
                self.attributes = Attributes::default();
            }
            CallbackEvent::AttributeName { name } if self.tag.is_some() => {
                self.attributes.see_name(name)
            }
            CallbackEvent::AttributeValue { value } if self.tag.is_some() => {
                self.attributes.see_value(value);
            }
            CallbackEvent::CloseStartTag { .. } => {
                if let Some((tag, is_time)) = self.tag.take() {
                    self.start(tag, is_time);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.tag = None;
                self.end(name);
            }
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag, is_time: bool) {
        match tag.shape {
            Shape::Through => {}
            Shape::Meta => self.meta(),
            Shape::Body => self.body(),
            Shape::Raw => self.raw_text(tag),
            Shape::Break => self.line_end(),
            Shape::Void => self.void(tag),
            Shape::Row | Shape::Cell | Shape::Section | Shape::Caption => self.table_part(tag),
            _ => self.element(tag, is_time),
        }
    }

    fn meta(&mut self) {
        let Attributes {
            name,
            itemprop,
            content,
            ..
        } = std::mem::take(&mut self.attributes);
        let name = if name.is_empty() { itemprop } else { name };
        let is_kept = !name.is_empty() && !content.trim().is_empty();
        if is_kept && self.page.meta.len() < MOST_FACTS {
            let content = content.split_whitespace().collect::<Vec<_>>().join(" ");
            self.page.meta.push((name.to_ascii_lowercase(), content));
        }
    }

    fn body(&mut self) {
        if !std::mem::replace(&mut self.has_body, true) {
            let mut names = String::new();
            self.attributes.write_names(&mut names);
            self.page.body = names;
        }
    }

    fn raw_text(&mut self, tag: Tag) {
        // The tokenizer goes over to raw text by the tag's name too.
        let is_json = self
            .attributes
            .kind
            .to_ascii_lowercase()
            .contains("ld+json");
        self.raw = Some(match tag.name {
            "title" => RawText::Title,
            "script" if is_json => RawText::JsonLd,
            _ => RawText::Lost,
        });
    }

    fn void(&mut self, tag: Tag) {
        match tag.name {
            "hr" => {
                self.close_paragraph();
                self.in_cell();
                self.write("<hr>");
            }
            // How many pictures and fields a part has tells menus from stories.
            "img" if self.attributes.has_source => self.write("<img src=\"x\">"),
            "input" if !self.is_in_table() => self.write("<input>"),
            _ => {}
        }
    }

    /// A tag without an end, or of an element that is not deeper than it may be.
    fn write(&mut self, tag: &str) {
        self.n_tags += 1;
        self.n_breaks = 0;
        if self.n_tags > MOST_TAGS {
            self.too_much = Some(TooMuch::Tags);
        }
        self.page.out.push_str(tag);
    }

    fn line_end(&mut self) {
        // Two say that a paragraph ends; more say no more.
        if self.n_breaks < 2 && !self.is_in_table() {
            let n_breaks = self.n_breaks;
            self.write("<br>");
            self.n_breaks = n_breaks + 1;
        }
    }

    /// Whether what comes would stand in a table but in none of its fields.
    fn is_in_table(&self) -> bool {
        let last = self.open.last().map(|open| open.tag.shape);
        matches!(last, Some(Shape::Table | Shape::Section | Shape::Row))
    }

    /// Opens the field of a table that is missing around what comes: a parser would carry it out of the table.
    fn in_cell(&mut self) {
        if self.is_in_table() {
            if self.open.last().map(|open| open.tag.shape) != Some(Shape::Row) {
                self.push(Tag::of(b"tr"), None, "");
            }
            self.push(Tag::of(b"td"), None, "");
        }
    }

    fn table_part(&mut self, tag: Tag) {
        let Some(table) = self.find(|shape| shape == Shape::Table, |_| false) else {
            return;
        };
        let keeps = |shape| match tag.shape {
            Shape::Cell => matches!(shape, Shape::Row | Shape::Section),
            Shape::Row => shape == Shape::Section,
            _ => false,
        };
        // A table whose part is far up is left as it is.
        let above = self.find(|shape| shape == Shape::Table || keeps(shape), |_| false);
        self.close_to(above.unwrap_or(table) + 1);
        let last = self.open.last().map(|open| open.tag.shape);
        if tag.shape == Shape::Cell && last != Some(Shape::Row) {
            self.push(Tag::of(b"tr"), None, "");
        }
        let hint = (tag.shape == Shape::Caption).then_some(Hint::Caption);
        let mut names = String::new();
        self.attributes.write_names(&mut names);
        let colspan = &self.attributes.colspan;
        if !colspan.is_empty() && colspan.len() < 3 && colspan.bytes().all(|b| b.is_ascii_digit()) {
            names += &format!(" colspan=\"{colspan}\"");
        }
        self.push(tag, hint, &names);
    }

    fn element(&mut self, mut tag: Tag, is_time: bool) {
        let attributes = std::mem::take(&mut self.attributes);
        match tag.shape {
            // A form between the parts of a table holds nothing, and forms do not hold forms.
            Shape::Form
                if self.is_in_table()
                    || self.find(|shape| shape == Shape::Form, |_| false).is_some() =>
            {
                return;
            }
            Shape::Block | Shape::List | Shape::Paragraph | Shape::Table | Shape::Form => {
                self.close_paragraph();
            }
            Shape::Heading => {
                self.close_paragraph();
                if self.open.last().map(|open| open.tag.shape) == Some(Shape::Heading) {
                    self.close_to(self.open.len() - 1);
                }
            }
            Shape::Item | Shape::Term => {
                let is_end =
                    |shape| matches!(shape, Shape::List | Shape::Block) || is_barrier(shape);
                let is_term = tag.shape == Shape::Term;
                // Items stand in lists, terms in their list, which is a block.
                let own = |shape| shape == tag.shape;
                let is_end = |shape| {
                    if is_term {
                        is_barrier(shape)
                    } else {
                        is_end(shape)
                    }
                };
                if let Some(item) = self.find(own, is_end) {
                    self.close_to(item);
                }
                self.close_paragraph();
            }
            Shape::Anchor => {
                let href = attributes.href.as_deref().unwrap_or("").trim_start();
                let is_script = href
                    .get(..11)
                    .is_some_and(|s| s.eq_ignore_ascii_case("javascript:"));
                let is_link = attributes.href.is_some() && !is_script;
                let is_end = |shape| !matches!(shape, Shape::Inline | Shape::Anchor);
                match self.find(|shape| shape == Shape::Anchor, is_end) {
                    Some(anchor) if is_link => self.close_to(anchor),
                    _ => {}
                }
                if !is_link || self.n_anchors > 0 {
                    tag = Tag::of(b"span");
                }
            }
            _ => {}
        }
        if tag.shape == Shape::Table && self.is_in_table() {
            // A table right in a table ends it.
            if let Some(table) = self.find(|shape| shape == Shape::Table, |_| false) {
                self.close_to(table);
            }
        }
        self.in_cell();
        let hint = attributes.hint(&tag);
        let mut names = String::new();
        if tag.shape == Shape::Anchor {
            let is_inside = attributes
                .href
                .as_deref()
                .is_some_and(|href| href.starts_with('#'));
            names += if is_inside {
                " href=\"#\""
            } else {
                " href=\"x\""
            };
        } else {
            attributes.write_names(&mut names);
        }
        self.push(tag, hint, &names);
        let is_published = attributes.itemprop.eq_ignore_ascii_case("datepublished");
        let rank = match (is_published, is_time) {
            (true, _) => Some(DateRank::Published),
            (false, true) => Some(DateRank::Time),
            (false, false) => {
                matches!(hint, Some(Hint::Date | Hint::Byline)).then_some(DateRank::Named)
            }
        };
        let said = match (is_published, attributes.datetime.is_empty()) {
            (true, true) => attributes.content,
            _ => attributes.datetime,
        };
        // Invariant: `push` has pushed it, or the element is one too many.
        if let (Some(rank), Some(open)) = (rank, self.open.last_mut()) {
            open.date = Some((rank, said));
        }
    }

    fn push(&mut self, tag: Tag, hint: Option<Hint>, names: &str) {
        if self.open.len() >= MOST_OPEN {
            return;
        }
        let is_part = matches!(
            tag.shape,
            Shape::Row | Shape::Cell | Shape::Section | Shape::Caption
        );
        let is_written = match (is_part, tag.shape) {
            // A part is written if its table is; a table has room for a part of each kind.
            (true, _) => {
                let table = self.find(|shape| shape == Shape::Table, |_| false);
                table.is_some_and(|table| self.open[table].is_written)
            }
            (false, Shape::Table) => self.n_written + 5 <= DEPTH,
            _ => self.n_written < DEPTH,
        };
        let open = Open {
            tag,
            is_written,
            hint,
            start: self.page.out.len(),
            n_tags: self.n_tags,
            n_text: self.n_text,
            n_linked: self.n_linked,
            n_links: self.n_links,
            n_dates: self.page.dates.len(),
            n_headings: self.page.headings.len(),
            date: None,
        };
        if is_written {
            self.write(&format!("<{}{names}>", tag.name));
            self.n_written += 1;
        } else if tag.shape != Shape::Inline && tag.shape != Shape::Anchor {
            self.line_end();
        }
        if tag.shape == Shape::Anchor {
            self.n_anchors += 1;
            self.n_links += 1;
        }
        self.n_verbatim += usize::from(tag.name == "pre");
        self.open.push(open);
    }

    fn end(&mut self, name: &[u8]) {
        if self.raw.take().is_some() {
            return;
        }
        let tag = Tag::of(name);
        let found = match tag.shape {
            Shape::Break => return self.line_end(),
            Shape::Through | Shape::Meta | Shape::Body | Shape::Raw | Shape::Void => return,
            Shape::Row | Shape::Cell | Shape::Section | Shape::Caption => {
                self.find(|shape| shape == tag.shape, |shape| shape == Shape::Table)
            }
            Shape::Table => self.find(|shape| shape == Shape::Table, |_| false),
            // Links inside links were written as spans.
            Shape::Anchor => self.find(|shape| shape == Shape::Anchor, is_barrier),
            // The end of a part of a line never ends what stands around the line.
            Shape::Inline => {
                // Tags of a site's own may hold blocks.
                let is_own = tag.name == "x-part";
                let is_line = |shape| matches!(shape, Shape::Inline | Shape::Anchor);
                self.find_open(
                    |open| open.tag.name == tag.name,
                    |open| is_barrier(open.tag.shape) || (!is_own && !is_line(open.tag.shape)),
                )
            }
            Shape::Paragraph | Shape::Item | Shape::Heading | Shape::Form => {
                self.find(|shape| shape == tag.shape, is_barrier)
            }
            Shape::Block | Shape::List | Shape::Term => self.find_open(
                |open| open.tag.name == tag.name,
                |open| is_barrier(open.tag.shape),
            ),
        };
        match found {
            Some(at) => self.close_to(at),
            // An end without a start still parts two lines.
            None if tag.shape == Shape::Paragraph => {
                self.line_end();
                self.line_end();
            }
            None => {}
        }
    }

    /// The innermost open element of a shape, before one at which the search ends.
    fn find(&self, own: impl Fn(Shape) -> bool, is_end: impl Fn(Shape) -> bool) -> Option<usize> {
        self.find_open(|open| own(open.tag.shape), |open| is_end(open.tag.shape))
    }

    fn find_open(
        &self,
        own: impl Fn(&Open) -> bool,
        is_end: impl Fn(&Open) -> bool,
    ) -> Option<usize> {
        for (idx, open) in self.open.iter().enumerate().rev().take(REACH) {
            if own(open) {
                return Some(idx);
            }
            if is_end(open) {
                return None;
            }
        }
        None
    }

    fn close_paragraph(&mut self) {
        let is_end =
            |shape| matches!(shape, Shape::Block | Shape::Item | Shape::Term) || is_barrier(shape);
        if let Some(paragraph) = self.find(|shape| shape == Shape::Paragraph, is_end) {
            self.close_to(paragraph);
        }
    }

    /// Closes the open elements down to this place.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            // Invariant: there are more than `at` of them.
            let open = self.open.pop().expect("an element is open");
            self.close(open);
        }
    }

    fn close(&mut self, open: Open) {
        if open.is_written {
            self.page.out.push_str("</");
            self.page.out.push_str(open.tag.name);
            self.page.out.push('>');
            self.n_written -= 1;
            self.n_breaks = 0;
        } else if open.tag.shape != Shape::Inline && open.tag.shape != Shape::Anchor {
            self.line_end();
        }
        if open.tag.shape == Shape::Anchor {
            self.n_anchors -= 1;
        }
        self.n_verbatim -= usize::from(open.tag.name == "pre");
        let n_text = self.n_text - open.n_text;
        let headings = match open.tag.name {
            "h1" => Some(&mut self.page.headings),
            "h2" => Some(&mut self.page.subheadings),
            _ => None,
        };
        if let Some(headings) = headings.filter(|headings| headings.len() < MOST_FACTS)
            && (1..MOST_VALUE).contains(&n_text)
            && self.page.out.len() - open.start < MOST_LINE
        {
            headings.push(plain(&self.page.out[open.start..]));
        }
        self.note_date(&open, n_text);
        if self.is_beside(&open, n_text) {
            self.page.out.truncate(open.start);
            self.n_tags = open.n_tags;
            self.n_text = open.n_text;
            self.n_linked = open.n_linked;
            self.n_links = open.n_links;
            // Other stories have titles and dates too.
            if open.hint == Some(Hint::Related) {
                self.page.dates.truncate(open.n_dates);
                if open.tag.name == "aside" || open.tag.name == "nav" || open.tag.name == "footer" {
                    self.page.headings.truncate(open.n_headings);
                }
            }
        }
    }

    fn note_date(&mut self, open: &Open, n_text: usize) {
        let Some((rank, said)) = &open.date else {
            return;
        };
        if self.page.dates.len() >= MOST_FACTS {
            return;
        }
        if !said.trim().is_empty() {
            self.page.dates.push((*rank, said.trim().to_owned()));
        } else if (4..150).contains(&n_text) && self.page.out.len() - open.start < MOST_LINE {
            let words = plain(&self.page.out[open.start..]);
            self.page.dates.push((*rank, words));
        }
    }

    /// Whether an element is none of the story, now that all of it is known.
    fn is_beside(&self, open: &Open, n_text: usize) -> bool {
        let n_linked = self.n_linked - open.n_linked;
        let n_links = self.n_links - open.n_links;
        let is_linked = |share: f64| n_linked as f64 > share * n_text as f64;
        let by_hint = open.hint.is_some_and(|hint| {
            let is_menu = hint == Hint::Related && n_links >= 3 && is_linked(0.4);
            n_text <= hint.most_text() || is_menu
        });
        by_hint
            || match open.tag.shape {
                Shape::List => n_links >= 3 && is_linked(0.7),
                // Old pages have their menus in the fields of a table.
                Shape::Cell => n_links >= 3 && is_linked(0.6),
                Shape::Paragraph => n_text > 0 && n_text < 150 && is_linked(0.9),
                _ => false,
            }
    }

    fn text(&mut self, text: &str) {
        match self.raw {
            Some(RawText::Lost) => return,
            Some(RawText::JsonLd) => {
                let is_short = self.n_script + text.len() <= MOST_SCRIPT;
                if is_short && self.page.json_ld.len() < MOST_FACTS {
                    self.n_script += text.len();
                    self.page.json_ld.push(text.to_owned());
                }
                return;
            }
            Some(RawText::Title) => {
                if self.page.title.is_empty() && text.len() < 2 * MOST_VALUE {
                    self.page.title = text.split_whitespace().collect::<Vec<_>>().join(" ");
                }
                return;
            }
            None => {}
        }
        let is_blank = text.chars().all(char::is_whitespace);
        if is_blank && self.is_in_table() {
            return;
        }
        if !is_blank {
            self.in_cell();
        }
        let is_verbatim = self.n_verbatim > 0;
        let before = self.page.out.len();
        let mut blank: Option<char> = None;
        let mut n_blanks = 0;
        for c in text.chars() {
            if c.is_whitespace() {
                // In text set as it is, a line end is one, and two part paragraphs.
                if is_verbatim && c == '\n' {
                    blank = Some('\n');
                    n_blanks += 1;
                } else if blank.is_none() {
                    blank = Some(' ');
                }
                continue;
            }
            self.write_blank(blank.take(), n_blanks);
            n_blanks = 0;
            self.page.out.push(masked(c));
            if self.page.out.len() > MOST_OUT {
                self.too_much = Some(TooMuch::Text);
                return;
            }
        }
        self.write_blank(blank, n_blanks);
        let n_new = self.page.out[before..]
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count();
        self.n_text += n_new;
        if self.n_anchors > 0 {
            self.n_linked += n_new;
        }
        if n_new > 0 {
            self.n_breaks = 0;
        }
        if self.n_text > MOST_TEXT {
            self.too_much = Some(TooMuch::Text);
        }
    }

    fn write_blank(&mut self, blank: Option<char>, n_blanks: usize) {
        let out = &mut self.page.out;
        match blank {
            // Blanks that a comment parts are one too.
            Some('\n') if out.ends_with("\n\n") => {}
            Some('\n') => out.push_str(if n_blanks > 1 { "\n\n" } else { "\n" }),
            Some(blank) if !out.ends_with([' ', '\n']) => out.push(blank),
            _ => {}
        }
    }

    fn finish(mut self) -> Result<Page, TooMuch> {
        self.close_to(0);
        match self.too_much {
            Some(too_much) => Err(too_much),
            None => Ok(self.page),
        }
    }
}

/// Elements that the end of what stands around them does not reach into.
fn is_barrier(shape: Shape) -> bool {
    matches!(
        shape,
        Shape::Cell | Shape::Caption | Shape::Table | Shape::Row | Shape::Section
    )
}

/// The words of a piece of what was written.
fn plain(written: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in written.chars() {
        match c {
            '<' => {
                is_tag = true;
                text.push(' ');
            }
            '>' if is_tag => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    unmasked(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::page::{AMPERSAND, LESS};
    use dom_smoothie::Readability;

    /// Nodes and depth of the tree that the parser builds of a page, or why it is refused.
    fn tree(page: &str) -> Result<(usize, usize), TooMuch> {
        let reduced = Page::read(page)?;
        let parsed = Readability::new(reduced.html("Talks"), None, None).unwrap();
        let mut waiting = vec![(parsed.doc.root(), 0)];
        let (mut n_nodes, mut deepest) = (0, 0);
        while let Some((node, depth)) = waiting.pop() {
            n_nodes += 1;
            deepest = deepest.max(depth);
            waiting.extend(node.children_it(false).map(|child| (child, depth + 1)));
        }
        Ok((n_nodes, deepest))
    }

    fn written(page: &str) -> String {
        Page::read(page).unwrap().out
    }

    #[test]
    fn no_page_makes_a_large_or_a_deep_tree() {
        let units = [
            "<p><b a=#>",
            "<font size=#>",
            "<a href=#>",
            "<a href=#><div>",
            "<i><p><u>",
            "</p>",
            "</br>",
            "<br>",
            "<!>",
            "< ",
            "&amp;",
            "<div>",
            "<table>",
            "<table>x<tr>",
            "x<tr>",
            "<td>a",
            "<table><td>",
            "<select>",
            "<template>",
            "<svg>",
            "<math><mi>",
            "<li>",
            "<ul><li>",
            "<dl><dt>",
            "<h1>a",
            "<form>",
            "<button>",
            "<nobr>",
            "<x-part>",
            "<object><p>",
            "<span hidden>",
            "<p class='a b' id=#>",
            "<caption>",
            "<nav>",
            "<li><div>",
            "<a href=x>a</a>",
            "<body>",
            "<html class=#>",
            "<frameset>",
            "<hr>",
            "<img src=#>",
            "<div><p>word, word</p></div>",
            "<title>a</title>",
            "<textarea>a</textarea>",
            "<pre>\n a",
        ];
        let story = "<p>The delegations met on Monday and agreed, which both welcomed.</p>";
        for unit in units {
            let page = |n: usize| {
                let units: String = (0..n).map(|i| unit.replace('#', &i.to_string())).collect();
                format!("<title>Talks</title><table><tr><td>{story}{units}{story}")
            };
            let (small, large) = (tree(&page(1_000)), tree(&page(4_000)));
            for size in [small, large].into_iter().flatten() {
                // Each tag makes an element and perhaps a text; the parser adds head and parts of tables.
                assert!(size.0 <= 3 * MOST_TAGS, "{unit}: {size:?}");
                assert!(size.1 <= DEPTH + DEPTH / 3 + 5, "{unit}: {size:?}");
            }
            if let (Ok(small), Ok(large)) = (small, large) {
                assert!(
                    large.0 <= 5 * small.0 + 100,
                    "{unit}: {small:?} and {large:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_written_is_closed_and_parsed_as_it_is_written() {
        for (page, expected) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
            ("<b>a<i>b</b>c</i>", "<span>a<span>b</span>c</span>"),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>",
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            ),
            (
                "<table>x<tr><td>a</table>",
                "<table><tr><td>x</td></tr><tr><td>a</td></tr></table>",
            ),
            (
                "<a href=1>a<a href=2>b",
                "<a href=\"x\">a</a><a href=\"x\">b</a>",
            ),
            ("<a name=top>a", "<span>a</span>"),
            ("a<br><br><br><br>b", "a<br><br>b"),
            ("a<script>b</script><!-- c --><style>d</style>e", "ae"),
            (
                "<p onclick=x class='a\"><b' data-x=y>a",
                "<p class=\"ab\">a</p>",
            ),
            ("<div class=cookie-bar>We use cookies</div>a", "a"),
            (
                "<aside>b</aside><figcaption>c</figcaption><p hidden>d</p>a",
                "a",
            ),
            ("a  b\n\n c", "a b c"),
            ("a&nbsp;&nbsp; &#8195;b", "a b"),
            ("<pre>a\nb\n\n\nc</pre>", "<pre>a\nb\n\nc</pre>"),
            ("<h2>a<h3>b", "<h2>a</h2><h3>b</h3>"),
            ("<div>a</section></div>", "<div>a</div>"),
        ] {
            assert_eq!(written(page), expected, "{page}");
        }
        assert_eq!(
            written("1 < 2 &amp; &lt;b&gt;"),
            format!("1 {LESS} 2 {AMPERSAND} {LESS}b>")
        );
    }

    #[test]
    fn facts_of_a_page_are_collected() {
        let page = Page::read(
            "<head><title>A\n &amp; B</title><meta property='og:Title' content=' T '><meta name=date></head>\
             <h1>H <em>1</em></h1><time datetime=2023-10-18>then</time>",
        )
        .unwrap();
        assert_eq!(page.title, "A & B");
        assert_eq!(page.meta, [("og:title".to_owned(), "T".to_owned())]);
        assert_eq!(page.headings, ["H 1"]);
        assert_eq!(page.dates, [(DateRank::Time, "2023-10-18".to_owned())]);
    }
}
