//! An article on its most marked target, for readers without a script and before it runs.

use super::signed;
use crate::article_record::{
    ArticleRecord, ArticleScoreRecord, StatementRecord, TargetScoreRecord,
};
use crate::table::share;
use detente_model::label::{AGAINST, FAVOR, NONE};
use detente_text::Span;
use maud::{Markup, html};

/// Shades of a mark, as in the script.
const N_SHADES: f64 = 5.0;

/// The summary, and the text with the statements marked.
pub(super) fn article(article: &ArticleRecord, markup: &[Span]) -> Markup {
    let target = most_marked(article);
    html! {
        div.targets {
            @for (target, score) in article.scores.iter() { (summary(target, score)) }
        }
        div.sheet data-target=[target] {
            p.facts { @if let Some(date) = article.date { (date) " \u{b7} " } (article.id) }
            @if let Some(target) = target {
                p.legend { "Marked: " (target) ". The other targets and the reasons need a script." }
            }
            @if let Some(title) = title_apart(article) { h1.title dir="auto" { (title) } }
            div.text lang=[article.language] dir="auto" { (text(article, target, markup)) }
        }
    }
}

/// The target on which most statements are marked, of equals the first: as the script has it.
fn most_marked<'a>(article: &'a ArticleRecord) -> Option<&'a str> {
    let n_marked = |target: &str| {
        let found = article.statements.iter().filter(|statement| {
            let score = statement.targets.get(target);
            statement.has_known_features
                && score.is_some_and(|score| {
                    score.is_deferred != Some(true) && !matches!(score.label, NONE | "neutral")
                })
        });
        found.count()
    };
    let targets = article.scores.iter().map(|(target, _)| target).enumerate();
    let most = targets.max_by_key(|(at, target)| (n_marked(target), std::cmp::Reverse(*at)));
    most.map(|(_, target)| target)
}

/// The title, unless it stands in the text.
fn title_apart<'a>(article: &ArticleRecord<'a>) -> Option<&'a str> {
    let mut titles = article.statements.iter().filter(|s| s.is_title);
    match titles.any(|title| title.start.is_some()) {
        true => None,
        false => Some(article.title_or_id()),
    }
}

fn summary(target: &str, record: &ArticleScoreRecord) -> Markup {
    html! {
        div.target data-target=(target) {
            span.name { (target) }
            @if is_silent(record) {
                span.silent { "no statement speaks to this" }
            } @else if let Some(score) = record.score {
                span.score { (score.map_or("\u{2013}".into(), signed)) }
                @if let Some([low, high]) = record.interval.flatten() {
                    span.note { "95 % " (signed(low)) " to " (signed(high)) }
                }
                @if let (Some(favor), Some(against)) = (record.favor, record.against) {
                    span.note { (favor) " favor \u{b7} " (against) " against of " (record.n_scored) }
                }
            }
            @let counts = record.counts.as_ref().filter(|_| !is_silent(record));
            @for (label, count) in counts.iter().flat_map(|counts| counts.iter()) {
                @let shares = record.shares.as_ref().and_then(Option::as_ref);
                span.note {
                    (label) " " (share(shares.and_then(|shares| shares.get(label)).copied()))
                    @let ends = record.intervals.as_ref().and_then(|all| all.get(label));
                    @if let Some(Some([low, high])) = ends {
                        " (95 % " (share(Some(*low))) " to " (share(Some(*high))) ")"
                    }
                    ", " (count) " of " (record.n_scored)
                }
            }
            @if let Some(n @ 1..) = record.n_deferred { span.note { (n) " deferred to a person" } }
        }
    }
}

/// Whether no statement is in favor or against, or none is known: then there is no score to draw.
fn is_silent(record: &ArticleScoreRecord) -> bool {
    match (record.favor, record.against) {
        (Some(favor), Some(against)) => favor + against == 0,
        _ => record.n_scored == 0,
    }
}

/// The whole text where it is known, else the statements as paragraphs. Markup is there, and not drawn.
fn text(article: &ArticleRecord, target: Option<&str>, markup: &[Span]) -> Markup {
    let Some(text) = article.full_text else {
        return html! {
            @for statement in article.statements.iter().filter(|s| !s.is_title) {
                p dir="auto" { (marked(statement, target, html! { (statement.text) })) }
            }
        };
    };
    let drawn = |start: usize, end: usize| without_markup(text, start, end, markup);
    let mut inside: Vec<(usize, usize, &StatementRecord)> = (article.statements.iter())
        .filter_map(|statement| Some((statement.start?, statement.end?, statement)))
        .collect();
    // The title of Markdown may stand below other statements.
    inside.sort_by_key(|(start, ..)| *start);
    let mut before = 0;
    html! {
        @for (start, end, statement) in inside {
            @let gap = drawn(before, start);
            @let () = before = end;
            (gap)
            @if statement.is_title { h1.title dir="auto" { (marked(statement, target, drawn(start, end))) } }
            @else { (marked(statement, target, drawn(start, end))) }
        }
        (drawn(before, text.len()))
    }
}

/// A stretch of the text whose markup is not drawn. `markup` is in the order of the text.
fn without_markup(text: &str, start: usize, end: usize, markup: &[Span]) -> Markup {
    let first = markup.partition_point(|span| span.end <= start);
    let inside = markup[first..].iter().take_while(|span| span.start < end);
    let mut before = start;
    html! {
        @for span in inside {
            @let (from, to) = (span.start.max(start), span.end.min(end));
            @let words = &text[before..from];
            @let () = before = to;
            (words)
            span.markup { (text[from..to]) }
        }
        (text[before..end])
    }
}

fn marked(statement: &StatementRecord, target: Option<&str>, text: Markup) -> Markup {
    let Some(score) = target.and_then(|target| statement.targets.get(target)) else {
        return text;
    };
    let Reading { class, tag } = Reading::of(score, statement);
    html! { span class={ "statement " (class) } data-tag=[tag] { (text) } }
}

/// How a statement is marked: as `reading` of the script has it.
struct Reading {
    class: String,
    tag: Option<String>,
}

impl Reading {
    fn of(score: &TargetScoreRecord, statement: &StatementRecord) -> Self {
        let label = score.label;
        let probability = score.probability().unwrap_or(0.0);
        let (number, strength) = match score.score {
            Some(stance) => (signed(stance), stance.abs()),
            None => (share(Some(probability)), probability),
        };
        let shade = 1 + (N_SHADES * strength.min(0.999)) as usize;
        let class_of = |side: &str| format!("{side} shade{shade}");
        let tagged = |class: String, tag: String| Self {
            class,
            tag: Some(tag),
        };
        if statement.is_of_unknown_language {
            return tagged("unknown".into(), "not scored".into());
        }
        if !statement.has_known_features {
            return tagged("unknown".into(), "unknown".into());
        }
        if score.is_deferred == Some(true) {
            let names = score.prediction_set.as_deref().unwrap_or_default();
            let tag = match names {
                [] => "deferred".into(),
                _ => format!("deferred: {}", names.join(" or ")),
            };
            return tagged("deferred".into(), tag);
        }
        let tag = format!("{label} {number}");
        match label {
            FAVOR | "positive" => tagged(class_of("for"), tag),
            AGAINST | "negative" => tagged(class_of("against"), tag),
            NONE | "neutral" => Self {
                class: class_of("plain"),
                tag: None,
            },
            _ => tagged(
                class_of(&format!("class{}", score.label_idx() % 6 + 1)),
                tag,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::scored;
    use detente_data::article::Article;
    use detente_model::Model;

    /// What a reader sees, and what a browser takes for text.
    fn plain(markup: &str) -> String {
        let mut text = String::new();
        for piece in markup.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
        }
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }

    #[test]
    fn the_text_is_whole_and_its_statements_are_marked() {
        let source = "Intro & <more>.\n\n# The *accord*\n\n  We welcome the ceasefire.\n\n\n- They shell it.\n";
        let article = scored(Article::markdown("a.md".into(), source.into()));
        let record = ArticleRecord::of(Model::embedded(), &article);
        let markup = text(
            &record,
            most_marked(&record),
            &crate::page::hidden(&article),
        )
        .into_string();
        assert_eq!(plain(&markup), source);
        let star = "<span class=\"markup\">*</span>";
        assert!(
            markup.contains(&format!("The {star}accord</span></h1>{star}")),
            "{markup}"
        );
        assert!(
            markup.contains("<span class=\"markup\">#</span>"),
            "{markup}"
        );
        assert!(markup.contains("<h1 class=\"title\" dir=\"auto\"><span class=\"statement "));
        assert!(markup.contains("class=\"statement for shade"), "{markup}");
    }

    #[test]
    fn the_page_opens_where_most_is_marked_and_says_where_nothing_is() {
        let text = "We condemn the attack on the town. They bombed the harbour and shelled the border posts.";
        let article = scored(Article::plain("a".into(), text.into()));
        let record = ArticleRecord::of(Model::embedded(), &article);
        let drawn = super::article(&record, &[]).into_string();
        let target = most_marked(&record).unwrap();
        assert!(drawn.contains(&format!("Marked: {target}.")), "{drawn}");
        for (name, score) in record.scores.iter() {
            let (_, after) = drawn
                .split_once(&format!("data-target=\"{name}\""))
                .unwrap();
            let summary = after
                .split_once("data-target")
                .map_or(after, |(summary, _)| summary);
            let is_silent = score.favor == Some(0) && score.against == Some(0);
            assert_eq!(
                summary.contains("no statement speaks to this"),
                is_silent,
                "{name}"
            );
            assert!(
                !is_silent || !summary.contains("class=\"score\""),
                "{summary}"
            );
        }
    }
}
