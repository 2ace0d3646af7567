//! An article on its first target, for readers without a script and before it runs.

use super::signed;
use crate::article_json::Deferral;
use crate::table::share;
use detente_model::Head;
use detente_model::label::{AGAINST, FAVOR, NONE};
use detente_score::aggregate::ArticleScore;
use detente_score::{ScoredArticle, ScoredStatement};
use maud::{Markup, html};

/// Shades of a mark, as in the script.
const N_SHADES: f64 = 5.0;

/// The summary, and the text with the statements marked.
pub(super) fn article(heads: &[Head], article: &ScoredArticle) -> Markup {
    html! {
        div.targets {
            @for (head_idx, head) in heads.iter().enumerate() { (summary(head, head_idx, article)) }
        }
        div.sheet {
            p.facts { @if let Some(date) = &article.date { (date) " \u{b7} " } (article.id) }
            @if let Some(head) = heads.first() {
                p.legend { "Marked: " (head.target) ". The other targets and the reasons need a script." }
            }
            @if let Some(title) = title_apart(article) { h1.title { (title) } }
            div.text { (text(heads, article)) }
        }
    }
}

/// The title, unless it stands in the text.
fn title_apart(article: &ScoredArticle) -> Option<&str> {
    let mut titles = article.statements.iter().filter(|s| s.is_title);
    match titles.any(|title| title.span.is_some()) {
        true => None,
        false => Some(article.title.as_deref().unwrap_or(&article.id)),
    }
}

fn summary(head: &Head, head_idx: usize, article: &ScoredArticle) -> Markup {
    let intervals = article.intervals.as_ref().map(|all| &all[head_idx]);
    let deferred = article.deferred.as_ref().map(|all| all[head_idx]);
    html! {
        div.target {
            span.name { (head.target) }
            @match &article.scores[head_idx] {
                ArticleScore::Stance(stance) => {
                    span.score { (stance.score.map_or("\u{2013}".into(), signed)) }
                    @if let Some(interval) = intervals.and_then(|all| all[0]) {
                        span.note { "95 % " (signed(interval.low)) " to " (signed(interval.high)) }
                    }
                    span.note { (stance.favor) " favor \u{b7} " (stance.against) " against of " (stance.n) }
                }
                ArticleScore::Class(class) => {
                    @for (label_idx, label) in head.labels.labels().iter().enumerate() {
                        span.note {
                            (label) " " (share(class.shares.as_ref().map(|shares| shares[label_idx])))
                            @if let Some(interval) = intervals.and_then(|all| all[label_idx]) {
                                " (95 % " (share(Some(interval.low))) " to " (share(Some(interval.high))) ")"
                            }
                            ", " (class.counts[label_idx]) " of " (class.n)
                        }
                    }
                }
            }
            @if let Some(n @ 1..) = deferred { span.note { (n) " deferred to a person" } }
        }
    }
}

/// The whole text where it is known, else the statements as paragraphs.
fn text(heads: &[Head], article: &ScoredArticle) -> Markup {
    let Some(text) = &article.full_text else {
        return html! {
            @for statement in article.statements.iter().filter(|s| !s.is_title) {
                p { (marked(heads, statement)) }
            }
        };
    };
    let mut inside: Vec<(_, &ScoredStatement)> = (article.statements.iter())
        .filter_map(|statement| Some((statement.span?, statement)))
        .collect();
    // The title of Markdown may stand below other statements.
    inside.sort_by_key(|(span, _)| span.start);
    let mut end = 0;
    html! {
        @for (span, statement) in inside {
            @let gap = &text[end..span.start];
            @let () = end = span.end;
            (gap)
            @if statement.is_title { h1.title { (marked(heads, statement)) } }
            @else { (marked(heads, statement)) }
        }
        (text[end..])
    }
}

fn marked(heads: &[Head], statement: &ScoredStatement) -> Markup {
    let Some(head) = heads.first() else {
        return html! { (statement.text) };
    };
    let Reading { class, tag } = Reading::of(head, statement);
    html! { span class={ "statement " (class) } data-tag=[tag] { (statement.text) } }
}

/// How a statement is marked: as `reading` of the script has it.
struct Reading {
    class: String,
    tag: Option<String>,
}

impl Reading {
    fn of(head: &Head, statement: &ScoredStatement) -> Self {
        let score = &statement.scores.targets[0];
        let label = head.labels.labels()[score.label_idx].as_str();
        let probability = score.probabilities[score.label_idx];
        let (number, strength) = match score.stance {
            Some(stance) => (signed(stance), stance.abs()),
            None => (share(Some(probability)), probability),
        };
        let shade = 1 + (N_SHADES * strength.min(0.999)) as usize;
        let class_of = |side: &str| format!("{side} shade{shade}");
        let tagged = |class: String, tag: String| Self {
            class,
            tag: Some(tag),
        };
        if !statement.scores.is_known {
            return tagged("unknown".into(), "unknown".into());
        }
        if let Some(deferral) =
            Deferral::of(head, statement, 0).filter(|deferral| deferral.is_deferred)
        {
            let names: Vec<&str> = deferral.names().collect();
            let tag = match names[..] {
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
            _ => tagged(class_of(&format!("class{}", score.label_idx % 6 + 1)), tag),
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
        let markup = text(Model::embedded().heads(), &article).into_string();
        assert_eq!(plain(&markup), source);
        assert!(markup.contains("<h1 class=\"title\"><span class=\"statement "));
        assert!(markup.contains("class=\"statement for shade"), "{markup}");
    }
}
