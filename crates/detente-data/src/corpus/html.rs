//! A saved web page reduced to its article.

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "html-in")]
use {
    super::page::{Page, unmasked},
    super::page_facts::Facts,
    super::page_hints::{is_beside_story, is_sources},
    crate::date_line::date_of_line,
};

/// Whether this program can read web pages.
pub(super) const IS_BUILT: bool = cfg!(feature = "html-in");

/// Lines at the start of a story among which its date may stand, as under the title.
#[cfg(feature = "html-in")]
const FIRST_LINES: usize = 8;

/// Reads a page: what a reader's view would show is the text, the rest (menus, notices, captions, bylines,
/// scripts) is left out. The title is the heading, or what the metadata or `<title>` say without the name of
/// the site; the date is that of the metadata, of `<time>` or of a line under the heading. Spans point into
/// the text that is left.
///
/// # Errors
/// The page has no article text, or more bytes, tags or text than a page with an article.
///
/// # References
/// Mozilla, Readability.js, which `dom_smoothie` follows.
#[cfg(feature = "html-in")]
pub(super) fn article(id: String, page: String) -> Result<Article> {
    use dom_smoothie::{Config, Readability, TextMode};
    let wrong = |found: String| Error::new(ErrorKind::NoArticle { found });
    let none = || wrong("has no text of an article".into());
    let reduced = Page::read(&page).map_err(|too_much| wrong(too_much.found()))?;
    drop(page);
    let facts = Facts::of(&reduced);
    let config = Config {
        text_mode: TextMode::Formatted,
        disable_json_ld: true,
        ..Config::default()
    };
    let html = reduced.html(facts.title.as_deref().unwrap_or(""));
    drop(reduced);
    let mut readability = Readability::new(html, None, Some(config)).map_err(|_| none())?;
    let story = readability.parse().map_err(|_| none())?;
    let (text, date) = story_of(&unmasked(&story.text_content), &facts);
    if text.is_empty() {
        return Err(none());
    }
    Ok(Article::record(id, facts.date.or(date), facts.title, text))
}

/// The lines of the story, without those that repeat the title, give the date or ask for something; and
/// the date that a line gives.
#[cfg(feature = "html-in")]
fn story_of(text: &str, facts: &Facts) -> (String, Option<String>) {
    let mut story = String::with_capacity(text.len());
    let mut date = None;
    let mut n_lines = 0;
    let text = text.trim();
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if words.is_empty() {
            story.push_str(line);
            continue;
        }
        // Sources stand at the end, and are less than the story.
        if is_sources(words) && 2 * story.len() > text.len() {
            break;
        }
        if is_beside_story(words) || (n_lines < FIRST_LINES && facts.is_title(words)) {
            continue;
        }
        if let Some(day) = date_of_line(words) {
            if n_lines < FIRST_LINES && date.is_none() {
                date = Some(day.to_string());
            }
            continue;
        }
        n_lines += 1;
        story.push_str(line);
    }
    (story.trim().to_owned(), date)
}

/// Says that pages cannot be read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "html-in"))]
pub(super) fn article(_: String, _: String) -> Result<Article> {
    Err(Error::new(ErrorKind::NotBuilt { feature: "html-in" }))
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "html-in")]
    use super::*;

    #[cfg(feature = "html-in")]
    #[test]
    fn a_page_is_reduced_to_its_article() {
        let story = "<p>The delegations met on Monday and agreed on a ceasefire, which both sides \
                     welcomed as a first step toward a settlement of the dispute.</p>"
            .repeat(8);
        let page = format!(
            "<html><head><title>Talks resume</title><meta property=\"article:published_time\" \
             content=\"2025-05-18T10:00:00Z\"><script>var a = \"<p>no</p>\";</script></head><body>\
             <nav><a href=\"/\">Home</a> <a href=\"/b\">World</a></nav><article><h1>Talks resume</h1>\
             {story}<p>Second &amp; last.</p></article><footer>All rights reserved</footer></body></html>"
        );
        let article = article("a".into(), page).unwrap();
        assert_eq!(article.title_text(), Some("Talks resume"));
        assert_eq!(article.date.as_deref(), Some("2025-05-18"));
        assert!(
            article.text.starts_with("The delegations met"),
            "{}",
            article.text
        );
        assert!(article.text.ends_with("Second & last."), "{}", article.text);
        assert!(!article.text.contains("rights reserved"));
    }

    #[cfg(feature = "html-in")]
    #[test]
    fn a_page_that_is_no_article_is_refused() {
        let endless = "<p>We met.</p>".repeat(20_000);
        let long = "We met. ".repeat(1 << 20);
        let huge = " ".repeat((16 << 20) + 1);
        for (page, found) in [
            ("<html><body></body></html>", "has no text of an article"),
            ("<p>", "has no text of an article"),
            (&"<div>".repeat(400_000), "has no text of an article"),
            (&endless, "opens more than 10000 tags"),
            (&long, "holds more than 4 MiB of text"),
            (&huge, "is longer than 16 MiB"),
        ] {
            let error = article("a".into(), page.to_owned()).unwrap_err();
            let expected = format!("this web page {found}; expected a page with a story to read");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[cfg(feature = "html-in")]
    #[test]
    fn what_stands_deep_is_read() {
        let deep = "<div>".repeat(1_000) + "<p>We met in Geneva.</p>" + &"</div>".repeat(1_000);
        assert_eq!(article("a".into(), deep).unwrap().text, "We met in Geneva.");
    }

    #[cfg(feature = "html-in")]
    #[test]
    fn the_lines_of_a_story_keep_signs_of_markup() {
        let page = "<p>Trade &lt;= 5 &amp; rising &amp;amp; falling &gt; 3, said <b>R&amp;D</b> &nbsp;experts.</p>";
        let text = article("a".into(), page.to_owned()).unwrap().text;
        assert!(
            text.starts_with("Trade <= 5 & rising &amp; falling > 3, said R&D"),
            "{text}"
        );
    }
}
