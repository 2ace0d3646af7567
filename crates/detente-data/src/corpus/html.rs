//! A saved web page reduced to its article.

use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};

/// Whether this program can read web pages.
pub(super) const IS_BUILT: bool = cfg!(feature = "html-in");

/// Tags that a page may open. An article has some hundreds, a long page some thousands; the parser
/// of HTML takes time by the square of tags that are never closed.
#[cfg(feature = "html-in")]
const N_TAGS: usize = 10_000;
/// Elements that may stand inside each other: the reduction climbs down by recursion.
#[cfg(feature = "html-in")]
const DEPTH: usize = 256;

/// Reads a page: what a reader's view would show is the text, the rest (menus, notices, scripts) is
/// left out. Title and date come from the page's metadata; spans point into the text that is left.
///
/// # Errors
/// The page has no article text, or more tags or deeper ones than an article has.
///
/// # References
/// Mozilla, Readability.js, which `dom_smoothie` follows.
#[cfg(feature = "html-in")]
pub(super) fn article(id: String, page: String) -> Result<Article> {
    use dom_smoothie::{Config, Readability, TextMode};
    let wrong = |found: String| Error::new(ErrorKind::NoArticle { found });
    let none = || wrong("has no text of an article".into());
    let is_tag = |pair: &[u8]| pair[0] == b'<' && pair[1].is_ascii_alphabetic();
    let n_tags = page.as_bytes().windows(2).filter(|pair| is_tag(pair));
    if n_tags.count() > N_TAGS {
        return Err(wrong(format!("opens more than {N_TAGS} tags")));
    }
    let config = Config {
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let mut readability = Readability::new(page, None, Some(config)).map_err(|_| none())?;
    let mut waiting = vec![(readability.doc.root(), 0)];
    while let Some((node, depth)) = waiting.pop() {
        if depth > DEPTH {
            return Err(wrong(format!("nests its tags more than {DEPTH} deep")));
        }
        waiting.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    let page = readability.parse().map_err(|_| none())?;
    let text = page.text_content.trim();
    if text.is_empty() {
        return Err(none());
    }
    let title = Some(page.title).filter(|title| !title.trim().is_empty());
    Ok(Article::record(
        id,
        page.published_time.map(day),
        title,
        text.to_owned(),
    ))
}

/// Says that pages cannot be read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "html-in"))]
pub(super) fn article(_: String, _: String) -> Result<Article> {
    Err(Error::new(ErrorKind::NotBuilt { feature: "html-in" }))
}

/// The day of a time such as `2025-05-18T10:00:00Z`; other dates stay as they are.
#[cfg(feature = "html-in")]
fn day(time: String) -> String {
    match time.get(..10) {
        Some(day) if day.parse::<jiff::civil::Date>().is_ok() => day.to_owned(),
        _ => time,
    }
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
        let deep = "<div>".repeat(1_000) + "We met." + &"</div>".repeat(1_000);
        let endless = "<div>".repeat(400_000);
        for (page, found) in [
            ("<html><body></body></html>", "has no text of an article"),
            ("<p>", "has no text of an article"),
            (&deep, "nests its tags more than 256 deep"),
            (&endless, "opens more than 10000 tags"),
        ] {
            let error = article("a".into(), page.to_owned()).unwrap_err();
            let expected = format!("this web page {found}; expected a page with a story to read");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[cfg(feature = "html-in")]
    #[test]
    fn a_time_gives_its_day_and_other_dates_stay() {
        assert_eq!(day("2025-05-18T10:00:00+04:00".into()), "2025-05-18");
        assert_eq!(day("18 May 2025".into()), "18 May 2025");
    }
}
