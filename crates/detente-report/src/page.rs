//! A scored article as a page: its text with the statements marked, and why each got its label.
//!
//! The browser draws an article from the JSON that programs get too, with one script and one style that a
//! file holds inside it and a server sends as they are. What the script takes stands at its head. The first
//! target is drawn here too, for readers without a script.

mod index;
mod packed;
mod still;

pub use index::{LIST_SCRIPT, LIST_STYLE, PageIndex};

use super::article_record::ArticleRecord;
use super::language::KnownWords;
use super::table;
use detente_model::Model;
use detente_score::ScoredArticle;
use detente_text::Span;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The script: `detente.show(element, article)` draws the JSON of an article. It asks for nothing, parses
/// no markup, and works under `script-src 'self'; style-src 'self'`.
pub const SCRIPT: &str = include_str!("page.js");

/// The style that the script needs: every rule stands under the class `detente`, which the script gives
/// to its element, or under `detente-page`, which a page gives to its body.
pub const STYLE: &str = include_str!("page.css");

/// What the script of a file of its own does when everything is there.
const START: &str = "detente.show(document.getElementById('article'),\
                     JSON.parse(document.getElementById('data').textContent));";

/// JSON above this many bytes is packed, see [`packed`]: a long speech with its reasons would be a page of 10 MB.
const MOST_PLAIN: usize = 1 << 19;

/// A browser that obeys this asks for nothing, whatever stands in the page.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// What pages say of how their articles were scored.
#[derive(Clone, Copy)]
pub struct PageParams<'a> {
    /// The model.
    pub model: &'a Model,
    /// What the model is called.
    pub name: &'a str,
    /// The risk at which answers are deferred to a person, from 0 to 1, where one was asked for.
    pub max_risk: Option<f64>,
}

impl PageParams<'_> {
    /// An article as one file that asks for nothing. It should be scored with
    /// [`full`](detente_score::ScoreParams::full) and with explanations; what is missing is not shown.
    /// `index` is the address of a page that leads to this one.
    pub fn article_page(&self, article: &ScoredArticle, index: Option<&str>) -> String {
        let record = ArticleRecord::of(self.model, article);
        self.record_page(article, &record, index)
    }

    fn record_page(
        &self,
        scored: &ScoredArticle,
        article: &ArticleRecord,
        index: Option<&str>,
    ) -> String {
        let foreign = article.language_note.clone().or_else(|| foreign(scored));
        let hidden = hidden(scored);
        let json = article.to_json();
        let json = match json.len() > MOST_PLAIN {
            true => packed::json(article),
            false => json,
        };
        let main = html! {
            main {
                @if let Some(index) = index {
                    nav { a href=(index) { "\u{2190} All articles" } }
                }
                div #article .detente.static data-foreign=[&foreign] data-markup=[stretches(&hidden)] {
                    @if let Some(foreign) = &foreign { p.banner { (foreign) } }
                    (still::article(article, &hidden))
                }
            }
            script #data type="application/json" {
                (PreEscaped(inside_script(&json)))
            }
        };
        self.page(article.title_or_id(), &main, START)
    }

    /// What all pages share; `start` is run when the page is there.
    fn page(&self, title: &str, main: &Markup, start: &str) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content={ "detente " (env!("CARGO_PKG_VERSION")) };
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body.detente-page {
                    (main)
                    (self.footer())
                    script { (PreEscaped(SCRIPT)) }
                    script { (PreEscaped(start)) }
                }
            }
        };
        page.into_string()
    }

    fn footer(&self) -> Markup {
        html! {
            footer {
                p {
                    "Scored by detente " (env!("CARGO_PKG_VERSION")) " with the model " (self.name) ". A stance \
                     score is P(favor) \u{2212} P(against), from \u{2212}1 to 1; the article\u{2019}s is the mean of \
                     its statements\u{2019}, weighted by relevance, 1 \u{2212} P(none). An interval says how much it \
                     hangs on single statements: they are drawn anew 1,000 times."
                }
                @if let Some(risk) = self.max_risk {
                    p {
                        "Answers are left to a person where the labels that cannot be ruled out at a risk of "
                        (risk) " are not just the one given."
                    }
                }
                p { "A linear model reads words, not meaning. Read the statement." }
            }
        }
    }
}

/// What a page says where the model hardly knows a word of the text.
fn foreign(article: &ScoredArticle) -> Option<String> {
    let known = KnownWords::of(article);
    let KnownWords { n_words, n_known } = known;
    known.is_foreign().then(|| {
        format!(
            "The language is unknown to the model: it knows {n_known} of the {n_words} words of this text. Its \
             scores say nothing here."
        )
    })
}

/// The markup of an article that is not drawn: signs without a word, addresses of links, and tags. Code and front
/// matter are not read either, but somebody wrote them to be seen.
fn hidden(article: &ScoredArticle) -> Vec<Span> {
    let Some(text) = &article.full_text else {
        return Vec::new();
    };
    let is_open = |span: &Span| {
        let sign = span.slice(text);
        match sign.rfind("](") {
            Some(address) => !sign[address..].contains(')'),
            None => sign.starts_with('<') && !sign.contains('>'),
        }
    };
    let mut joined: Vec<Span> = Vec::new();
    for span in &article.markup {
        match joined.last_mut() {
            // The title of a link, and the attributes of a tag, stand behind a space.
            Some(last)
                if is_open(last) && text[last.end..span.start].trim_matches(' ').is_empty() =>
            {
                last.end = span.end;
            }
            _ => joined.push(*span),
        }
    }
    let code = code_blocks(text);
    let is_link = |span: &Span| {
        let sign = span.slice(text);
        let is_one = sign.contains("](") || sign.contains("][") || sign.starts_with('<');
        is_one && !is_open(span)
    };
    let is_word = |span: &Span| span.slice(text).contains(char::is_alphanumeric) && !is_link(span);
    // A sign beside words that are not read is one of theirs, as in front matter.
    let is_beside = |one: &Span, other: Option<&Span>| {
        other.is_some_and(|other| {
            let gap = &text[one.end.min(other.end)..one.start.max(other.start)];
            is_word(other) && gap.chars().all(|letter| matches!(letter, ' ' | '\t'))
        })
    };
    let is_hidden = |at: usize| {
        let span = &joined[at];
        let before = at.checked_sub(1).and_then(|before| joined.get(before));
        let is_code = || {
            let first = code.partition_point(|block| block.end <= span.start);
            code.get(first).is_some_and(|block| block.start < span.end)
        };
        !is_word(span)
            && !is_code()
            && (is_link(span) || !(is_beside(span, before) || is_beside(span, joined.get(at + 1))))
    };
    let hidden = (0..joined.len()).filter(|at| is_hidden(*at));
    hidden.map(|at| joined[at]).collect()
}

/// What stands between the fences of code blocks, in the order of the text.
fn code_blocks(text: &str) -> Vec<Span> {
    let (mut blocks, mut begun, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let is_fence = ["```", "~~~"]
            .iter()
            .any(|sign| line.trim_start().starts_with(sign));
        if is_fence {
            match begun.take() {
                Some(start) => blocks.push(Span::new(start, at)),
                None => begun = Some(at + line.len()),
            }
        }
        at += line.len();
    }
    blocks
}

/// Stretches as the script takes them: `start-end`, with spaces between.
fn stretches(spans: &[Span]) -> Option<String> {
    let written: Vec<String> = spans
        .iter()
        .map(|span| format!("{}-{}", span.start, span.end))
        .collect();
    (!written.is_empty()).then(|| written.join(" "))
}

/// A score as in tables, with a true minus.
fn signed(score: f64) -> String {
    table::signed(score).replace('-', "\u{2212}")
}

/// JSON that can stand in a script element: nothing in it begins or ends markup, and it is the same JSON.
pub(super) fn inside_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for letter in json.chars() {
        match letter {
            // These stand in strings alone, where an escape means the same.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", letter as u32));
            }
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::article::Article;
    use detente_score::{ScoreParams, score_article};

    const NASTY: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \u{2028}";

    pub(super) fn scored(article: Article) -> ScoredArticle {
        let params = ScoreParams {
            explain: Some(5),
            full: true,
            ..ScoreParams::DEFAULT
        };
        score_article(Model::embedded(), &mut Default::default(), article, &params)
    }

    pub(super) fn params() -> PageParams<'static> {
        PageParams {
            model: Model::embedded(),
            name: "default",
            max_risk: None,
        }
    }

    #[test]
    fn what_is_untrusted_never_becomes_markup() {
        let text = format!("We welcome the {NASTY} ceasefire. They met {NASTY}");
        let article = Article::record(NASTY.into(), Some(NASTY.into()), Some(NASTY.into()), text);
        let article = scored(article);
        let page = params().article_page(&article, None);
        assert!(!page.contains("<img") && !page.contains("alert(1)</script>"));
        assert_eq!(page.matches("<script").count(), 3);
        assert_eq!(page.matches("</script>").count(), 3);
        let (_, rest) = page.split_once("type=\"application/json\">").unwrap();
        let (json, _) = rest.split_once("</script>").unwrap();
        assert!(!json.contains('\u{2028}'));
        let read: serde_json::Value = serde_json::from_str(json).unwrap();
        let meant: serde_json::Value =
            serde_json::from_str(&ArticleRecord::of(Model::embedded(), &article).to_json())
                .unwrap();
        assert_eq!(read, meant);
        assert_eq!(read["title"], NASTY);
    }

    #[test]
    fn a_page_of_an_unknown_language_says_so() {
        let banner = |text: &str| {
            let article = Article::plain("a".into(), text.into());
            let page = params().article_page(&scored(article), None);
            page.contains("<p class=\"banner\">This article is in ")
        };
        for text in [
            "Wir begrüßen den Waffenstillstand. Beide Seiten unterzeichneten den Vertrag über das Wasser.",
            "Мы приветствуем прекращение огня. Министр осудил нападение.",
            "Nous saluons le cessez-le-feu et condamnons les attaques contre la ville.",
        ] {
            assert!(banner(text), "{text}");
        }
        assert!(!banner("We welcome the ceasefire. They met in Zzqville."));
        assert!(!banner("Qzz zzq."), "too short to tell");
    }

    #[test]
    fn markdown_is_drawn_as_text() {
        let text = "# The *accord*\n\nWe [welcome](https://a.org/b \"a title\") the **ceasefire** \
                    [**here**](x_y) <b class=\"x\">now</b>.\n\n\
                    - A `step` on\n\n```\nlet code = {\n};\n```\n";
        let article = scored(Article::markdown("a.md".into(), text.into()));
        let hidden = hidden(&article);
        let mut drawn = text.to_owned();
        for span in hidden.iter().rev() {
            drawn.replace_range(span.start..span.end, "");
        }
        for word in [
            "accord",
            "welcome the ceasefire here now",
            "A step on",
            "let code = {\n};\n",
        ] {
            assert!(drawn.contains(word), "{word} in {drawn}");
        }
        for sign in ["#", "*", "](", "https", "title", "class"] {
            assert!(!drawn.contains(sign), "{sign} in {drawn}");
        }
        let plain = scored(Article::plain("a".into(), "We 1 * 2 [met](x).".into()));
        assert!(super::hidden(&plain).is_empty());
    }

    #[test]
    fn a_long_speech_is_a_page_below_a_megabyte() {
        let text = "We welcome the ceasefire that both sides signed, and we call on the council to support the \
                    talks on trade and water. They shelled the harbour of the town again last night.\n\n";
        let text = text.repeat(117_000 / text.len());
        let page = params().article_page(&scored(Article::plain("a".into(), text)), None);
        assert!(page.len() < 1_000_000, "{}", page.len());
    }

    #[test]
    fn script_and_style_do_not_end_their_elements() {
        for text in [SCRIPT, STYLE, START] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }

    #[test]
    fn the_script_parses_no_markup_and_writes_no_style() {
        for way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "DOMParser",
            "eval(",
            "Function(",
            "\"style\"",
            "setTimeout",
            "fetch",
            "XMLHttp",
            "import(",
        ] {
            assert!(!SCRIPT.contains(way), "{way}");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
