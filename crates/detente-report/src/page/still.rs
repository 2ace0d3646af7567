//! An article on its first target, for readers without a script and before it runs.

use super::signed;
use crate::article_record::{
    ArticleRecord, ArticleScoreRecord, StatementRecord, TargetScoreRecord,
};
use crate::table::share;
use detente_model::label::{AGAINST, FAVOR, NONE};
use maud::{Markup, html};

/// Shades of a mark, as in the script.
const N_SHADES: f64 = 5.0;

/// The summary, and the text with the statements marked.
pub(super) fn article(article: &ArticleRecord) -> Markup {
    html! {
        div.targets {
            @for (target, score) in article.scores.iter() { (summary(target, score)) }
        }
        div.sheet {
            p.facts { @if let Some(date) = article.date { (date) " \u{b7} " } (article.id) }
            @if let Some((target, _)) = article.scores.iter().next() {
                p.legend { "Marked: " (target) ". The other targets and the reasons need a script." }
            }
            @if let Some(title) = title_apart(article) { h1.title { (title) } }
            div.text { (text(article)) }
        }
    }
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
        div.target {
            span.name { (target) }
            @if let Some(score) = record.score {
                span.score { (score.map_or("\u{2013}".into(), signed)) }
                @if let Some([low, high]) = record.interval.flatten() {
                    span.note { "95 % " (signed(low)) " to " (signed(high)) }
                }
                @if let (Some(favor), Some(against)) = (record.favor, record.against) {
                    span.note { (favor) " favor \u{b7} " (against) " against of " (record.n_scored) }
                }
            }
            @for (label, count) in record.counts.iter().flat_map(|counts| counts.iter()) {
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

/// The whole text where it is known, else the statements as paragraphs.
fn text(article: &ArticleRecord) -> Markup {
    let Some(text) = article.full_text else {
        return html! {
            @for statement in article.statements.iter().filter(|s| !s.is_title) {
                p { (marked(statement)) }
            }
        };
    };
    let mut inside: Vec<(usize, usize, &StatementRecord)> = (article.statements.iter())
        .filter_map(|statement| Some((statement.start?, statement.end?, statement)))
        .collect();
    // The title of Markdown may stand below other statements.
    inside.sort_by_key(|(start, ..)| *start);
    let mut before = 0;
    html! {
        @for (start, end, statement) in inside {
            @let gap = &text[before..start];
            @let () = before = end;
            (gap)
            @if statement.is_title { h1.title { (marked(statement)) } }
            @else { (marked(statement)) }
        }
        (text[before..])
    }
}

fn marked(statement: &StatementRecord) -> Markup {
    let Some(score) = statement.targets.values().next() else {
        return html! { (statement.text) };
    };
    let Reading { class, tag } = Reading::of(score, statement.has_known_features);
    html! { span class={ "statement " (class) } data-tag=[tag] { (statement.text) } }
}

/// How a statement is marked: as `reading` of the script has it.
struct Reading {
    class: String,
    tag: Option<String>,
}

impl Reading {
    fn of(score: &TargetScoreRecord, is_known: bool) -> Self {
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
        if !is_known {
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
        let markup = text(&record).into_string();
        assert_eq!(plain(&markup), source);
        assert!(markup.contains("<h1 class=\"title\"><span class=\"statement "));
        assert!(markup.contains("class=\"statement for shade"), "{markup}");
    }
}
