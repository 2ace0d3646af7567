//! Title and date of a web page, out of what the page says of itself.

use super::page::{DateRank, Page};
use crate::date_line::{date_in_line, date_of_line};
use serde_json::Value;

/// Names of metadata that give the day of publication, the surest first.
const DATES: [&str; 18] = [
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "publishdate",
    "publish-date",
    "publication_date",
    "pubdate",
    "sailthru.date",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.available",
    "citation_publication_date",
    "date",
];

/// Names of metadata that give the name of the site.
const SITES: [&str; 4] = [
    "og:site_name",
    "application-name",
    "publisher",
    "dc.publisher",
];

/// Names of metadata that give a title.
const TITLES: [&str; 6] = [
    "og:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "twitter:title",
    "title",
];

/// Values of JSON-LD that are looked at.
const MOST_VALUES: usize = 20_000;

/// What a page says of its story.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The heading or title, without the name of the site.
    pub(super) title: Option<String>,
    /// The day, or the words of metadata that give none that is understood.
    pub(super) date: Option<String>,
    /// The names of the site.
    sites: Vec<String>,
    /// The title of the whole page, as it was.
    page_title: String,
}

impl Facts {
    /// Reads what a page says of itself.
    pub(super) fn of(page: &Page) -> Self {
        let json = JsonFacts::of(&page.json_ld);
        let named = |names: &[&str]| {
            let values = names.iter().flat_map(|name| {
                let of_name = page.meta.iter().filter(move |(known, _)| known == name);
                of_name.map(|(_, value)| value.clone())
            });
            values.collect::<Vec<String>>()
        };
        let mut sites = named(&SITES);
        sites.extend(json.site);
        let mut facts = Self {
            title: None,
            date: None,
            sites,
            page_title: page.title.clone(),
        };
        facts.title = facts.title_of(page, json.title, named(&TITLES));
        facts.date = date_of(page, json.date, named(&DATES));
        facts
    }

    /// A heading of the first level stands before what only machines and window frames show; where a page
    /// has several, the one that the title of the page repeats.
    fn title_of(&self, page: &Page, json: Option<String>, named: Vec<String>) -> Option<String> {
        let is_title = |title: &&String| {
            let is_site = self.sites.iter().any(|site| is_same(site, title));
            title.chars().any(char::is_alphabetic) && title.len() <= 500 && !is_site
        };
        let headings: Vec<&String> = page.headings.iter().filter(is_title).collect();
        let said = [&self.page_title]
            .into_iter()
            .chain(json.iter())
            .chain(&named);
        let said: Vec<String> = said.map(|title| folded(title)).collect();
        let is_said = |heading: &str| {
            let heading = folded(heading);
            said.iter().any(|title| title.contains(&heading))
        };
        // A name of one or two words is that of the site or of a section, if the title does not say it too.
        let has_words = |heading: &str| heading.split_whitespace().count() > 2;
        let said_heading = headings.iter().copied().find(|heading| is_said(heading));
        let heading = said_heading.or_else(|| {
            let is_only = headings.len() == 1 || said.iter().all(String::is_empty);
            let mut long = headings
                .iter()
                .copied()
                .filter(|heading| has_words(heading));
            long.next().filter(|_| is_only)
        });
        // Some pages have their title in a heading of the second level.
        let heading = heading.or_else(|| {
            let second = page.subheadings.iter().filter(is_title);
            let mut second = second.filter(|heading| has_words(heading));
            second
                .find(|heading| is_said(heading))
                .filter(|_| headings.is_empty())
        });
        let title = match heading {
            Some(heading) => Some(heading.clone()),
            None => json
                .into_iter()
                .chain(named)
                .chain([self.page_title.clone()])
                .find(|title| is_title(&title)),
        };
        title.map(|title| self.without_site(&title).to_owned())
    }

    /// A title without the site's name before or behind it.
    pub(super) fn without_site<'t>(&self, title: &'t str) -> &'t str {
        let title = title.trim();
        for sign in [
            " | ", " :: ", " » ", " · ", " • ", " - ", " – ", " — ", " / ",
        ] {
            if let Some((rest, last)) = title.rsplit_once(sign)
                && self.is_site(last, rest, sign)
            {
                return self.without_site(rest);
            }
            if let Some((first, rest)) = title.split_once(sign)
                && self.sites.iter().any(|site| is_same(site, first))
            {
                return rest.trim();
            }
        }
        title
    }

    /// Whether what stands behind a sign is the name of a site: it is known, or it looks like one and what
    /// stands before it looks like a title.
    fn is_site(&self, last: &str, rest: &str, sign: &str) -> bool {
        if self.sites.iter().any(|site| is_same(site, last)) {
            return true;
        }
        let n_words = |text: &str| text.split_whitespace().count();
        let is_name = |word: &str| {
            let is_small =
                ["of", "the", "for", "and", "de", "la", "du", "des", "in"].contains(&word);
            is_small
                || word.starts_with(|c: char| c.is_uppercase() || !c.is_alphabetic())
                || word.contains('.')
        };
        let (n_last, n_rest) = (n_words(last), n_words(rest));
        let looks_like_a_name = n_last <= 6 && last.split_whitespace().all(is_name);
        match sign {
            " | " | " :: " | " » " | " · " | " • " => {
                n_rest >= 2 && n_last <= 6 && n_last <= n_rest + 2
            }
            // A dash stands inside titles too: only a short name behind a longer title is cut off.
            " - " | " – " | " — " => {
                looks_like_a_name
                    && n_last <= 4
                    && n_rest >= 3
                    && n_rest > n_last
                    && !last.ends_with(['.', '?', '!'])
            }
            _ => false,
        }
    }

    /// Whether a line of the text repeats the title.
    pub(super) fn is_title(&self, line: &str) -> bool {
        let repeats = |title: &String| is_same(title, line);
        self.title.iter().any(repeats) || is_same(&self.page_title, line)
    }
}

/// A text without signs and case, for comparison.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded += &word.to_lowercase();
    }
    folded
}

fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (folded(a), folded(b));
    !a.is_empty() && a == b
}

/// The day in what a machine or a person wrote for one.
fn day(said: &str) -> Option<String> {
    let words = said.trim();
    let is_figures = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = words.get(..10).and_then(|day| day.parse().ok());
    let date = date
        .or_else(|| date_of_line(words))
        .or_else(|| date_in_line(words))
        .or_else(|| {
            let digits = words.get(..8).filter(|digits| is_figures(digits))?;
            jiff::civil::Date::strptime("%Y%m%d", digits).ok()
        });
    date.map(|date: jiff::civil::Date| date.to_string())
}

fn date_of(page: &Page, json: Option<String>, named: Vec<String>) -> Option<String> {
    let of_rank = |rank: DateRank| {
        let mut dates = page.dates.iter().filter(move |(own, _)| *own == rank);
        dates.find_map(|(_, said)| day(said))
    };
    let sure = json.iter().chain(&named).find_map(|said| day(said));
    sure.or_else(|| of_rank(DateRank::Published))
        .or_else(|| of_rank(DateRank::Time))
        .or_else(|| of_rank(DateRank::Named))
        // What is given and not understood stays as it is.
        .or_else(|| json.into_iter().chain(named).next())
}

/// What JSON-LD says of an article.
#[derive(Default)]
struct JsonFacts {
    title: Option<String>,
    date: Option<String>,
    site: Option<String>,
}

impl JsonFacts {
    fn of(scripts: &[String]) -> Self {
        let mut facts = Self::default();
        for script in scripts {
            let script = script
                .trim()
                .trim_start_matches("<![CDATA[")
                .trim_end_matches("]]>");
            // Values nested more than 128 deep are refused by the parser.
            let Ok(value) = serde_json::from_str::<Value>(script) else {
                continue;
            };
            facts.read(value);
        }
        facts
    }

    /// Takes the first article among the values, in their order.
    fn read(&mut self, value: Value) {
        let mut waiting = std::collections::VecDeque::from([value]);
        let mut n_values = 0;
        while let Some(value) = waiting.pop_front() {
            n_values += 1;
            if n_values > MOST_VALUES {
                return;
            }
            match value {
                Value::Array(values) => waiting.extend(values),
                Value::Object(mut object) => {
                    let is_article = object.get("@type").is_some_and(is_article);
                    let text = |value: Option<&Value>| {
                        let text = value?
                            .as_str()?
                            .split_whitespace()
                            .collect::<Vec<_>>()
                            .join(" ");
                        Some(text).filter(|text| !text.is_empty() && text.len() <= 500)
                    };
                    if is_article {
                        let title =
                            text(object.get("headline")).or_else(|| text(object.get("name")));
                        self.title = self.title.take().or(title);
                        self.date = self
                            .date
                            .take()
                            .or_else(|| text(object.get("datePublished")));
                        let site = object
                            .get("publisher")
                            .and_then(|publisher| publisher.get("name"));
                        self.site = self.site.take().or_else(|| text(site));
                    }
                    for name in ["@graph", "mainEntity", "mainEntityOfPage"] {
                        waiting.extend(object.remove(name));
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a type of schema.org is that of a text to read.
fn is_article(kind: &Value) -> bool {
    let is_known = |kind: &str| {
        kind.ends_with("Article")
            || kind.ends_with("Posting")
            || matches!(kind, "Report" | "PressRelease")
    };
    match kind {
        Value::String(kind) => is_known(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is_known),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(page: &str) -> (Option<String>, Option<String>) {
        let facts = Facts::of(&Page::read(page).unwrap());
        (facts.title, facts.date)
    }

    #[test]
    fn names_of_sites_are_cut_off() {
        let site = "<meta property='og:site_name' content='The Daily Envoy'>";
        for (title, expected) in [
            (
                "Talks resume in Geneva | The Daily Envoy",
                "Talks resume in Geneva",
            ),
            (
                "Talks resume in Geneva - The Daily Envoy",
                "Talks resume in Geneva",
            ),
            (
                "The Daily Envoy — Talks resume in Geneva",
                "Talks resume in Geneva",
            ),
            ("Talks resume | World | The Daily Envoy", "Talks resume"),
            (
                "Iran - Statement by the spokesperson",
                "Iran - Statement by the spokesperson",
            ),
            ("Armenia – Azerbaijan", "Armenia – Azerbaijan"),
        ] {
            let page = format!("<head><title>{title}</title>{site}</head><p>We met.</p>");
            assert_eq!(facts(&page).0.as_deref(), Some(expected), "{title}");
        }
        let unnamed = "<title>Ministers agree on a new border - Reuters</title><p>We met.</p>";
        assert_eq!(
            facts(unnamed).0.as_deref(),
            Some("Ministers agree on a new border")
        );
    }

    #[test]
    fn a_heading_stands_before_the_title() {
        let page = "<title>Envoys meet - Site</title><header><h1>Site</h1></header><h1>Envoys meet in Vienna</h1>\
                    <aside><h1>Another story of the day</h1></aside>";
        let site = format!("<meta property='og:site_name' content='Site'>{page}");
        assert_eq!(facts(&site).0.as_deref(), Some("Envoys meet in Vienna"));
        let both =
            "<title>Envoys meet | Site</title><h1>All the news of today</h1><h1>Envoys meet</h1>";
        assert_eq!(facts(both).0.as_deref(), Some("Envoys meet"));
        assert_eq!(facts("<p>We met.</p>").0, None);
    }

    #[test]
    fn dates_are_found_in_the_surest_place() {
        let json = r#"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":
            "WebSite","name":"S"},{"@type":["NewsArticle"],"headline":"H","datePublished":"2023-10-18T23:25:00Z"}]}
            </script>"#;
        let meta = "<meta property='article:published_time' content='2023-10-17'>";
        let time = "<time datetime='2023-10-16T10:00'>yesterday</time>";
        let named = "<div class='article__date'>15 Oct 2023, 23:25</div>";
        for (page, expected) in [
            (format!("{json}{meta}{time}{named}"), "2023-10-18"),
            (format!("{meta}{time}{named}"), "2023-10-17"),
            (format!("{time}{named}"), "2023-10-16"),
            (named.to_owned(), "2023-10-15"),
            (
                "<span itemprop='datePublished' content='2023-10-14'>then</span>".into(),
                "2023-10-14",
            ),
            (
                "<p class='byline'>By A. Lind | 13 October 2023</p>".into(),
                "2023-10-13",
            ),
            ("<meta name='date' content='20231012'>".into(), "2023-10-12"),
            (
                "<meta name='date' content='last spring'>".into(),
                "last spring",
            ),
        ] {
            assert_eq!(facts(&page).1.as_deref(), Some(expected), "{page}");
        }
        let other = "<nav><time datetime='2020-01-01'>old</time></nav><p>We met.</p>";
        assert_eq!(facts(other).1, None);
    }

    #[test]
    fn json_that_is_nested_or_broken_says_nothing() {
        for json in [
            "[".repeat(100_000),
            "{\"@graph\":[".repeat(5_000),
            "{".into(),
            "null".into(),
        ] {
            let page =
                format!("<script type='application/ld+json'>{json}</script><h1>We met again</h1>");
            assert_eq!(facts(&page), (Some("We met again".into()), None));
        }
    }
}
