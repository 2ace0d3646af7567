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
use maud::{Markup, html};

/// Characters of a name that a file takes from its article.
const NAME_LENGTH: usize = 48;

/// What the script of the index does when everything is there.
const START: &str =
    "for (const table of document.querySelectorAll('table')) detente.sortable(table);";

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
        self.params.page(&title, &main, START)
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
            div.scroll tabindex="0" role="region" aria-label="Articles" {
                table {
                    caption.sr { "Articles with their scores" }
                    thead {
                        tr {
                            th scope="col" { "date" }
                            th scope="col" { "article" }
                            @for head in heads {
                                th scope="col" class=[is_stance(head).then_some("number")] { (head.target) }
                            }
                            th.number scope="col" { "statements" }
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
                td data-order=(order) { (date) }
                th scope="row" { a href=(self.file) { (self.title) } }
                @for (head, scores) in heads.iter().zip(&self.scores) {
                    @if is_stance(head) {
                        @let score = scores.first().copied();
                        td.number.for[score > Some(0.0)].against[score < Some(0.0)]
                            data-order=[score] { (score.map_or("\u{2013}".into(), signed)) }
                    } @else {
                        @let most = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
                        @let label = scores.get(most).map(|_| head.labels.labels()[most].as_str());
                        td data-order=[label.map(|label| format!("{label} {:.6}", scores[most]))] {
                            (label.unwrap_or("\u{2013}")) " " span.faint { (share(scores.get(most).copied())) }
                        }
                    }
                }
                td.number data-order=(self.n_statements) { (self.n_statements) }
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
    }
}
