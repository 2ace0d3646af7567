//! A scored article as a page: its text with the statements marked, and why each got its label.
//!
//! The browser draws an article from the JSON that programs get too, with one script and one style that a
//! file holds inside it and a server sends as they are. What the script takes stands at its head. The first
//! target is drawn here too, for readers without a script.

mod index;
mod still;

pub use index::{LIST_SCRIPT, LIST_STYLE, PageIndex};

use super::article_record::ArticleRecord;
use super::table;
use detente_model::Model;
use detente_score::ScoredArticle;
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

/// A browser that obeys this asks for nothing, whatever stands in the page.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
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
        self.record_page(&record, index)
    }

    fn record_page(&self, article: &ArticleRecord, index: Option<&str>) -> String {
        let main = html! {
            main {
                @if let Some(index) = index {
                    nav { a href=(index) { "\u{2190} All articles" } }
                }
                div #article .detente.static { (still::article(article)) }
            }
            script #data type="application/json" {
                (PreEscaped(inside_script(&article.to_json())))
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

/// A score as in tables, with a true minus.
fn signed(score: f64) -> String {
    table::signed(score).replace('-', "\u{2212}")
}

/// JSON that can stand in a script element: nothing in it begins or ends markup, and it is the same JSON.
fn inside_script(json: &str) -> String {
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
