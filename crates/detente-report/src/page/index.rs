//! The page that leads to the pages of articles: a table that can be sorted, and a timeline.

use super::{PageParams, signed};
use crate::article_record::{ArticleRecord, ArticleScoreRecord};
use crate::html::{Series, timeline};
use crate::table::share;
use detente_data::corpus::parse_date;
use detente_error::counted;
use detente_model::Head;
use detente_model::label::TargetKind;
use detente_score::ScoredArticle;
use maud::{Markup, PreEscaped, html};

/// Characters of a name that a file takes from its article.
const NAME_LENGTH: usize = 48;

/// The style of a list of articles, whose rules stand under the class `listing`; it needs that of a page.
pub const LIST_STYLE: &str = include_str!("list.css");

/// The script of a list of articles: `detente.listing(element)`. It needs that of a page.
pub const LIST_SCRIPT: &str = include_str!("list.js");

/// What the script of the index does when everything is there.
const START: &str =
    "for (const box of document.querySelectorAll('.listing')) detente.listing(box);";

/// What is kept of each article: a row, whatever the size of its text.
pub struct PageIndex<'a> {
    params: PageParams<'a>,
    rows: Vec<Row>,
}

struct Row {
    file: String,
    title: String,
    date: Option<String>,
    n_statements: usize,
    /// The score of a stance target, the shares of a class target; empty where there are none.
    scores: Vec<Vec<f64>>,
    /// What is shown of each target.
    cells: Vec<Cell>,
}

/// A target of an article: what is sorted by, the side, the score, and below it its interval and what it rests on.
struct Cell {
    order: Option<String>,
    side: Option<&'static str>,
    score: String,
    notes: Vec<String>,
}

impl Cell {
    fn of(record: &ArticleScoreRecord) -> Self {
        let is_silent = record.relevant == Some(0) || record.n_scored == 0;
        if is_silent {
            return Self::silent();
        }
        match (record.score, &record.shares) {
            (Some(Some(score)), _) => Self::of_score(record, score),
            (None, Some(Some(shares))) => {
                let mut shares = shares.iter();
                // Invariant: a target has labels.
                let first = shares.next().expect("a label");
                let most = shares.fold(first, |most, next| match next.1 > most.1 {
                    true => next,
                    false => most,
                });
                Self::of_share(record, most.0, *most.1)
            }
            _ => Self::silent(),
        }
    }

    fn silent() -> Self {
        Self {
            order: None,
            side: None,
            score: "\u{2013}".into(),
            notes: vec!["no statement speaks to this".into()],
        }
    }

    fn of_score(record: &ArticleScoreRecord, score: f64) -> Self {
        let written = signed(score);
        let side = match written.ends_with(".00") && score.abs() < 0.5 {
            true => "plain",
            false if score < 0.0 => "against",
            false => "for",
        };
        let ends = record.interval.flatten();
        let range = ends.map(|[low, high]| format!("{} to {}", signed(low), signed(high)));
        let (favor, against) = (record.favor.unwrap_or(0), record.against.unwrap_or(0));
        let of = record.n_scored;
        let counts = format!("{favor} favor \u{b7} {against} against of {of}");
        Self {
            order: Some(score.to_string()),
            side: Some(side),
            score: written,
            notes: range.into_iter().chain([counts]).collect(),
        }
    }

    fn of_share(record: &ArticleScoreRecord, label: &str, of_label: f64) -> Self {
        let intervals = record.intervals.as_ref();
        let ends = intervals.and_then(|all| all.get(label).copied().flatten());
        let range =
            ends.map(|[low, high]| format!("{} to {}", share(Some(low)), share(Some(high))));
        let counts = record.counts.iter().flat_map(|counts| counts.iter());
        let counts: Vec<String> = counts.map(|(label, n)| format!("{n} {label}")).collect();
        Self {
            order: Some(format!("{label} {of_label:.6}")),
            side: None,
            score: format!("{label} {}", share(Some(of_label))),
            notes: range.into_iter().chain([counts.join(" \u{b7} ")]).collect(),
        }
    }
}

impl<'a> PageIndex<'a> {
    /// The file of the index in its folder.
    pub const FILE: &'static str = "index.html";

    /// An index without articles.
    pub fn new(params: PageParams<'a>) -> Self {
        Self {
            params,
            rows: Vec::new(),
        }
    }

    /// Adds an article: the name of its file beside the index, and its page.
    pub fn add(&mut self, article: &ScoredArticle) -> (String, String) {
        let file = file_name(self.rows.len() + 1, &article.id);
        let record = ArticleRecord::of(self.params.model, article);
        let scores = |record: &ArticleScoreRecord| match (record.score, &record.shares) {
            (Some(score), _) => score.into_iter().collect(),
            (None, Some(Some(shares))) => shares.values().copied().collect(),
            (None, _) => Vec::new(),
        };
        self.rows.push(Row {
            file: file.clone(),
            title: record.title_or_id().to_owned(),
            date: record.date.map(str::to_owned),
            n_statements: record.statements.len(),
            scores: record.scores.values().map(scores).collect(),
            cells: record.scores.values().map(Cell::of).collect(),
        });
        (
            file,
            self.params.record_page(article, &record, Some(Self::FILE)),
        )
    }

    /// The articles added.
    pub fn n_articles(&self) -> usize {
        self.rows.len()
    }

    /// The page of the index.
    pub fn page(&self) -> String {
        let heads = self.params.model.heads();
        let title = counted(self.rows.len(), "article");
        let main = html! {
            main.index {
                h1.title { (title) }
                (self.timelines(heads))
                (self.table(heads))
            }
        };
        self.params
            .page(&title, &main, &format!("{LIST_SCRIPT}{START}"))
    }

    fn timelines(&self, heads: &[Head]) -> Markup {
        let dated: Vec<(f64, &Row)> = (self.rows.iter())
            .filter_map(|row| Some((year(row.date.as_deref()?)?, row)))
            .collect();
        let is_one_day = dated.windows(2).all(|pair| pair[0].0 == pair[1].0);
        if is_one_day {
            return html! {};
        }
        let n_undated = self.rows.len() - dated.len();
        html! {
            section.timelines aria-label="By date" {
                @for (head_idx, head) in heads.iter().enumerate() {
                    @let series = series(head, head_idx, &dated);
                    figure {
                        figcaption {
                            strong { (head.target) }
                            @if head.labels.kind() == TargetKind::Class {
                                ": share of " @for (at, series) in series.iter().enumerate() {
                                    @if at > 0 { ", " }
                                    span class={ "series" (at) } { (series.mark()) "\u{a0}" (series.name) }
                                }
                            }
                        }
                        (timeline(&head.target, &series))
                    }
                }
                @if n_undated > 0 { p.note { (counted(n_undated, "article")) " without a date not shown." } }
            }
        }
    }

    fn table(&self, heads: &[Head]) -> Markup {
        html! {
            style { (PreEscaped(LIST_STYLE)) }
            div.listing {
                div.find {
                    label for="filter" { "Filter" }
                    input #filter type="search" autocomplete="off" placeholder="words of a title or a date";
                    span role="status" {}
                }
                table aria-label="Articles with their scores" {
                    thead {
                        tr {
                            th.th.date scope="col" { "date" }
                            th.th scope="col" { "article" }
                            @for head in heads { th.th.score scope="col" { (head.target) } }
                            th.th.number scope="col" { "statements" }
                        }
                    }
                    tbody { @for row in &self.rows { (row.markup(heads)) } }
                }
            }
        }
    }
}

fn is_stance(head: &Head) -> bool {
    head.labels.kind() == TargetKind::Stance
}

impl Row {
    fn markup(&self, heads: &[Head]) -> Markup {
        let date = self.date.as_deref().unwrap_or_default();
        // What is no date comes after all dates.
        let order = year(date).map_or(date.to_owned(), |year| format!("{year:.4}"));
        html! {
            tr {
                td.date.empty[date.is_empty()] data-order=(order) { (date) }
                th scope="row" { a href=(self.file) { (self.title) } }
                @for (head, cell) in heads.iter().zip(&self.cells) {
                    td class={ "score" @if let Some(side) = cell.side { " " (side) } } data-target=(head.target)
                        data-name=(head.target) data-order=(cell.order.as_deref().unwrap_or_default()) {
                        b { (cell.score) }
                        @for note in &cell.notes { small { (note) } }
                    }
                }
                td.number data-name="statements" data-order=(self.n_statements) { (self.n_statements) }
            }
        }
    }
}

/// One series for a stance target, one a label for a class target.
fn series<'a>(head: &'a Head, head_idx: usize, dated: &[(f64, &Row)]) -> Vec<Series<'a>> {
    let n_series = match head.labels.kind() {
        TargetKind::Stance => 1,
        TargetKind::Class => head.labels.len().min(Series::MOST),
    };
    let series = (0..n_series).map(|at| {
        let scored = dated.iter();
        let points = scored.filter_map(|(year, row)| Some((*year, *row.scores[head_idx].get(at)?)));
        let name = match is_stance(head) {
            true => "score",
            false => &head.labels.labels()[at],
        };
        Series::new(at, name, points.collect())
    });
    series.collect()
}

/// A date as a year with its part that has passed.
fn year(date: &str) -> Option<f64> {
    let date = parse_date(date)?;
    let passed = f64::from(date.day_of_year() - 1) / f64::from(date.days_in_year());
    Some(f64::from(date.year()) + passed)
}

/// `0007-the-name.html`: its number makes it the only one, the rest says what it is.
fn file_name(number: usize, id: &str) -> String {
    let id = id.rsplit(['/', '\\']).next().unwrap_or(id);
    let stem = match id.rsplit_once('.') {
        Some((stem, "txt" | "text" | "md" | "markdown")) => stem,
        _ => id,
    };
    let mut name = format!("{number:04}-");
    for letter in stem.chars().take(NAME_LENGTH) {
        if letter.is_alphanumeric() {
            name.extend(letter.to_lowercase().filter(char::is_ascii_alphanumeric));
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    name + ".html"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::{params, scored};
    use detente_data::article::Article;

    #[test]
    fn names_of_files_are_plain_and_say_what_is_in_them() {
        let of = |id| file_name(7, id);
        assert_eq!(of("news/River Talks.txt"), "0007-river-talks.html");
        assert_eq!(of("data.csv:12"), "0007-data-csv-12.html");
        assert_eq!(of("../<b>.html"), "0007-b-html.html");
        assert_eq!(of("переговоры"), "0007.html");
    }

    #[test]
    fn years_pass_day_by_day() {
        assert_eq!(year("2024-01-01"), Some(2024.0));
        assert_eq!(year("2023-07-02"), Some(2023.0 + 182.0 / 365.0));
        assert_eq!(year("soon"), None);
    }

    #[test]
    fn the_index_leads_to_its_pages_and_escapes_their_titles() {
        let mut index = PageIndex::new(params());
        let article = |id: &str, date: Option<&str>, title: &str| {
            let text = "We welcome the ceasefire. They shelled the town.";
            let date = date.map(str::to_owned);
            scored(Article::record(
                id.into(),
                date,
                Some(title.into()),
                text.into(),
            ))
        };
        let names = [
            index.add(&article("a", Some("2024-05-01"), "One <b>")).0,
            index.add(&article("b", Some("2024-06-01"), "Two")).0,
            index.add(&article("c", None, "Three")).0,
        ];
        assert_eq!(names, ["0001-a.html", "0002-b.html", "0003-c.html"]);
        let page = index.page();
        for name in names {
            assert!(page.contains(&format!("<a href=\"{name}\">")), "{name}");
        }
        assert!(page.contains("One &lt;b&gt;") && !page.contains("One <b>"));
        assert!(page.contains("1 article without a date not shown."));
        assert_eq!(page.matches("<svg").count(), 4);
        let intervals = page.matches(" to ").count();
        assert!(intervals >= 6, "{intervals}");
    }

    #[test]
    fn a_target_to_which_nothing_speaks_has_no_score_and_zero_has_no_side() {
        let mut index = PageIndex::new(params());
        let article = |text: &str| scored(Article::plain("a".into(), text.into()));
        index.add(&article(
            "The committee met in the hall. The weather was fine.",
        ));
        let page = index.page();
        let silent = "<b>\u{2013}</b><small>no statement speaks to this</small>";
        assert_eq!(page.matches(silent).count(), 3, "{page}");
        let record = |score| ArticleScoreRecord {
            score: Some(Some(score)),
            favor: Some(1),
            against: Some(1),
            relevant: Some(2),
            shares: None,
            counts: None,
            n_scored: 5,
            n_deferred: None,
            interval: Some(Some([-0.5, 0.5])),
            intervals: None,
        };
        let cell = |score| Cell::of(&record(score));
        assert_eq!(cell(0.004).side, Some("plain"));
        assert_eq!(cell(-0.004).side, Some("plain"));
        assert_eq!(
            (cell(0.006).side, cell(-0.006).side),
            (Some("for"), Some("against"))
        );
        assert_eq!(
            (cell(1.0).side, cell(-1.0).side),
            (Some("for"), Some("against"))
        );
        assert_eq!(
            cell(0.5).notes,
            ["\u{2212}.50 to +.50", "1 favor \u{b7} 1 against of 5"]
        );
    }
}
