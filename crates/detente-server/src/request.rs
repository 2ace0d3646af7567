//! Requests into articles, and what is asked of them.

use super::allowance::{SHARE, Watch};
use super::media_type::BodyKind;
use super::routes::App;
use crate::error::{Error, ErrorKind, Result};
use axum::body::Body;
use axum::http::{HeaderMap, header};
use detente_data::article::Article;
use detente_data::corpus::{Articles, InputKind};
use detente_model::calibrate::Risk;
use detente_score::who::Who;
use detente_score::{LanguageParams, ScoreParams};
use detente_text::language_code;
use futures_util::StreamExt;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::{IntoParams, ToSchema};

/// Features that explain a label where no number is given, as in `detente score`.
const N_FEATURES: usize = 10;
/// The id of an article that has none of its own.
const NAME: &str = "body";

/// What is asked for in the address. A field of a JSON body goes before it.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Options {
    /// Name of the model; the first one is taken without it.
    model: Option<String>,
    /// Id of the article; of several without an id of their own, what stands before `:LINE`.
    id: Option<String>,
    /// Score only the statements that contain this text, by what is said around it.
    mention: Option<String>,
    /// Refer answers to a person so that at most this share of all is given and wrong, from 0 to 1.
    #[param(exclusive_minimum = 0, exclusive_maximum = 1)]
    max_risk: Option<f64>,
    /// Tell which features moved each label.
    explain: Option<bool>,
    /// How many features explain a label, 10 without it; 0 for all.
    top: Option<usize>,
    /// Give the whole text back, and intervals of the scores.
    full: Option<bool>,
    /// Find who takes each stance, toward whom, and how the two stand to each other; true without it.
    parties: Option<bool>,
    /// Take every text for this language, a code of ISO 639-1, instead of finding it out.
    language: Option<String>,
    /// Score statements of a language that the model does not know too; false without it.
    any_language: Option<bool>,
}

impl Options {
    /// Asks for explanations.
    pub(super) fn explained(mut self) -> Self {
        self.explain = Some(true);
        self
    }
}

/// One article, or several.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoreRequest {
    /// The text of one article. Its first line may be ` date YYYY-MM-DD Title`.
    text: Option<String>,
    /// Its id.
    id: Option<String>,
    /// Its title, which is scored as a statement of its own.
    title: Option<String>,
    /// Its date, which is handed through.
    date: Option<String>,
    /// Several articles, in place of `text`.
    #[schema(value_type = Option<Vec<ArticleRequest>>)]
    articles: Option<Batch>,
    /// Name of the model; the first one is taken without it.
    model: Option<String>,
    /// Score only the statements that contain this text, by what is said around it.
    mention: Option<String>,
    /// Refer answers to a person so that at most this share of all is given and wrong.
    #[schema(exclusive_minimum = 0, exclusive_maximum = 1)]
    max_risk: Option<f64>,
    /// Tell which features moved each label.
    explain: Option<bool>,
    /// How many features explain a label, 10 without it; 0 for all.
    top: Option<usize>,
    /// Give the whole text back, and intervals of the scores.
    full: Option<bool>,
    /// Find who takes each stance, toward whom, and how the two stand to each other; true without it.
    parties: Option<bool>,
    /// Take every text for this language, a code of ISO 639-1, instead of finding it out.
    language: Option<String>,
    /// Score statements of a language that the model does not know too; false without it.
    any_language: Option<bool>,
}

/// One of several articles.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleRequest {
    /// The text.
    text: String,
    /// Its id; without one, `body:` and its place from 1.
    id: Option<String>,
    /// Its title, which is scored as a statement of its own.
    title: Option<String>,
    /// Its date, which is handed through.
    date: Option<String>,
    /// Score only its statements that contain this text.
    mention: Option<String>,
}

/// Articles, of which no more are kept than one request may have.
struct Batch {
    articles: Vec<ArticleRequest>,
    n: usize,
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Batch;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of articles")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> std::result::Result<Batch, A::Error> {
                let (mut articles, mut n) = (Vec::new(), 0);
                while n < N_ARTICLES
                    && let Some(article) = items.next_element()?
                {
                    articles.push(article);
                    n += 1;
                }
                while n >= N_ARTICLES && items.next_element::<IgnoredAny>()?.is_some() {
                    n += 1;
                }
                Ok(Batch { articles, n })
            }
        }
        deserializer.deserialize_seq(Items)
    }
}

/// About the memory that an article takes, in bytes.
pub(super) fn n_bytes_held(article: &Article) -> usize {
    let title = article.title_text().map_or(0, str::len);
    let of = |field: &Option<String>| field.as_ref().map_or(0, String::len);
    // Markup is blanked in a copy.
    let texts = if std::ptr::eq(article.readable(), article.text.as_str()) {
        1
    } else {
        2
    };
    size_of::<Article>()
        + texts * article.text.len()
        + title
        + article.id.len()
        + of(&article.date)
        + of(&article.mention)
}

/// A body with the part of the server's memory that it takes.
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    share: Option<OwnedSemaphorePermit>,
}

/// How often a body is held while it grows.
pub(super) const N_HELD: usize = 2;
/// Articles in one request at the most.
pub(super) const N_ARTICLES: usize = 50_000;
/// Characters of a title at the most. It is one statement whatever its length, so that work could not end within it.
pub(super) const TITLE_CHARS: usize = 10_000;
/// Characters of a mention at the most: every statement is searched for it.
pub(super) const MENTION_CHARS: usize = 1_000;

/// Reads a body whole.
///
/// `tower_http`'s limits of bodies and of time would stand in for the comparison and the timer alone: they answer with
/// bodies of their own instead of the sentences of [`ErrorKind`], and know nothing of the memory that all bodies share.
///
/// # Errors
/// It is too large, comes too slowly, breaks off, or there is no memory left for it.
pub(super) async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Held> {
    let limit = app.params.max_body;
    let too_large = || Error::new(ErrorKind::TooLarge { limit });
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let whole = async {
        let mut held = Held {
            // A length is a promise; memory is taken as the bytes come.
            bytes: Vec::with_capacity(length.unwrap_or(0).min(1 << 16) as usize),
            share: None,
        };
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| {
                Error::new(ErrorKind::Request {
                    found: "the body breaks off".into(),
                    expected: "as many bytes as `Content-Length` says",
                })
            })?;
            if held.bytes.len() as u64 + part.len() as u64 > limit {
                return Err(too_large());
            }
            held.bytes.extend_from_slice(&part);
            let n_drawn = held.share.as_ref().map_or(0, |share| share.num_permits());
            let n_shares = (N_HELD * held.bytes.len()).div_ceil(SHARE);
            let share = Arc::clone(&app.bodies).try_acquire_many_owned((n_shares - n_drawn) as u32);
            let share = share.map_err(|_| Error::new(ErrorKind::Overloaded))?;
            match &mut held.share {
                Some(held) => held.merge(share),
                None => held.share = Some(share),
            }
        }
        Ok(held)
    };
    let late = ErrorKind::OutOfTime {
        what: "the body of the request",
        seconds: app.params.timeout,
    };
    tokio::time::timeout(app.params.patience(), whole)
        .await
        .unwrap_or(Err(Error::new(late)))
}

/// A request as it is worked on.
pub(super) struct Asked {
    pub(super) articles: Vec<Article>,
    pub(super) is_several: bool,
    pub(super) model: Option<String>,
    pub(super) params: ScoreParams<'static>,
}

impl Asked {
    /// Understands a body.
    ///
    /// # Errors
    /// It is not what its kind promises, has more than a request may have, or an option is out of its range; it takes
    /// too long, or the client is gone.
    pub(super) fn parse(
        held: Held,
        kind: BodyKind,
        options: Options,
        watch: &Watch,
    ) -> Result<Self> {
        let Held {
            bytes,
            share: _share,
        } = held;
        if bytes.is_empty() {
            return Err(wrong("the body is empty", "a text"));
        }
        let input = match kind {
            BodyKind::Json => return Self::of_json(bytes, options),
            BodyKind::Input(input) => input,
            BodyKind::Document { .. } => InputKind::Document,
        };
        let name = options.id.as_deref().filter(|id| !id.is_empty());
        let mut articles = Vec::new();
        for article in Articles::of_bytes(name.unwrap_or(NAME), bytes, input)? {
            watch.check()?;
            articles.push(article?);
            at_most(articles.len())?;
        }
        // A document is what its bytes say, whatever it is called.
        let is_several = kind.is_several() || articles.len() > 1;
        Self::of(articles, is_several, options)
    }

    fn of_json(bytes: Vec<u8>, options: Options) -> Result<Self> {
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let offset = Some(error.valid_up_to());
            Error::new(ErrorKind::NotUtf8 { offset })
        })?;
        // What the body says takes the place of what the address says, but does not make it right.
        check_mention(options.mention.as_deref())?;
        options.max_risk.map(Risk::new).transpose()?;
        let expected = "a JSON object with a string `text` or a list `articles`";
        let request: ScoreRequest = serde_json::from_str(text)
            .map_err(|error| wrong(format!("the body cannot be read ({error})"), expected))?;
        let is_single_field =
            request.id.is_some() || request.title.is_some() || request.date.is_some();
        let (articles, is_several) = match (request.text, request.articles) {
            (Some(text), None) => {
                let id = request.id.or(options.id.clone());
                let id = id.unwrap_or_else(|| NAME.to_owned());
                let article = Article::record(id, request.date, request.title, text);
                (vec![article], false)
            }
            (None, Some(_)) if is_single_field => {
                let found = "`id`, `title` and `date` stand beside `articles`";
                return Err(wrong(found, "them in each article"));
            }
            (None, Some(Batch { articles, n })) => {
                at_most(n)?;
                let articles =
                    (1..)
                        .zip(articles)
                        .map(|(place, article): (usize, ArticleRequest)| {
                            let id = article.id.unwrap_or_else(|| format!("{NAME}:{place}"));
                            Article::record(id, article.date, article.title, article.text)
                                .toward(article.mention)
                        });
                (articles.collect(), true)
            }
            (Some(_), Some(_)) => {
                return Err(wrong(
                    "the body has both `text` and `articles`",
                    "one of them",
                ));
            }
            (None, None) => {
                return Err(wrong("the body has no `text`", expected));
            }
        };
        let options = Options {
            model: request.model.or(options.model),
            id: None,
            mention: request.mention.or(options.mention),
            max_risk: request.max_risk.or(options.max_risk),
            explain: request.explain.or(options.explain),
            top: request.top.or(options.top),
            full: request.full.or(options.full),
            parties: request.parties.or(options.parties),
            language: request.language.or(options.language),
            any_language: request.any_language.or(options.any_language),
        };
        Self::of(articles, is_several, options)
    }

    fn of(articles: Vec<Article>, is_several: bool, options: Options) -> Result<Self> {
        let mention = &options.mention;
        check_mention(mention.as_deref())?;
        let toward = |article: Article| match article.mention.is_some() {
            true => article,
            false => article.toward(mention.clone()),
        };
        let articles: Vec<Article> = articles.into_iter().map(toward).collect();
        articles.iter().try_for_each(check)?;
        Ok(Self {
            articles,
            is_several,
            params: ScoreParams {
                who: (options.parties != Some(false)).then(Who::embedded),
                explain: match options.explain {
                    Some(true) => Some(options.top.unwrap_or(N_FEATURES)),
                    _ => None,
                },
                max_risk: options.max_risk.map(Risk::new).transpose()?,
                full: options.full == Some(true),
                languages: LanguageParams {
                    taken_for: options.language.as_deref().map(taken_for).transpose()?,
                    any: options.any_language == Some(true),
                    ..LanguageParams::DEFAULT
                },
            },
            model: options.model,
        })
    }
}

/// The language of a code.
fn taken_for(code: &str) -> Result<&'static str> {
    let expected = "a code of two letters, as in `en`";
    language_code(code).ok_or_else(|| wrong(format!("`language` is `{code}`"), expected))
}

fn at_most(n_articles: usize) -> Result<()> {
    match n_articles > N_ARTICLES {
        true => Err(Error::new(ErrorKind::TooMany { limit: N_ARTICLES })),
        false => Ok(()),
    }
}

/// Whether the parts of an article that are looked at whole are short enough.
fn check(article: &Article) -> Result<()> {
    let n_title = article.title_text().map_or(0, n_chars);
    if n_title > TITLE_CHARS {
        let expected = "at most 10000, and the rest as text";
        return Err(wrong(format!("a title has {n_title} characters"), expected));
    }
    check_mention(article.mention.as_deref())
}

fn check_mention(mention: Option<&str>) -> Result<()> {
    let n_mention = mention.map_or(0, n_chars);
    match n_mention > MENTION_CHARS {
        true => {
            let found = format!("a mention has {n_mention} characters");
            Err(wrong(found, "a name of at most 1000"))
        }
        false => Ok(()),
    }
}

fn n_chars(text: &str) -> usize {
    text.chars().count()
}

fn wrong(found: impl Into<String>, expected: &'static str) -> Error {
    Error::new(ErrorKind::Request {
        found: found.into(),
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::super::allowance::Client;
    use super::*;

    fn parse(json: &str) -> Result<Asked> {
        parse_as(json, BodyKind::Json)
    }

    fn parse_as(body: &str, kind: BodyKind) -> Result<Asked> {
        let client = Client::new();
        let watch = client.watch(std::time::Duration::from_secs(60));
        let held = Held {
            bytes: body.into(),
            share: None,
        };
        Asked::parse(held, kind, Options::default(), &watch)
    }

    fn message(json: &str) -> String {
        parse(json).err().unwrap().to_string()
    }

    #[test]
    fn one_article_and_several_are_told_apart() {
        let one = parse(r#"{"text": "We met.", "title": "Talks", "explain": true}"#).unwrap();
        assert_eq!(
            (one.articles[0].id.as_str(), one.is_several),
            ("body", false)
        );
        assert_eq!(one.params.explain, Some(10));
        let json = r#"{"articles": [{"text": "a"}, {"text": "b", "id": "x", "mention": "b"}], "mention": "a"}"#;
        let two = parse(json).unwrap();
        let ids: Vec<&str> = two.articles.iter().map(|a| a.id.as_str()).collect();
        assert_eq!((ids, two.is_several), (vec!["body:1", "x"], true));
        let mentions = two.articles.iter().map(|a| a.mention.as_deref());
        assert_eq!(mentions.collect::<Vec<_>>(), [Some("a"), Some("b")]);
    }

    #[test]
    fn a_wrong_body_gets_one_sentence() {
        let expected = "expected a JSON object with a string `text` or a list `articles`";
        assert_eq!(message("{}"), format!("the body has no `text`; {expected}"));
        assert_eq!(
            message("{"),
            format!(
                "the body cannot be read (EOF while parsing an object at line 1 column 1); {expected}"
            )
        );
        assert!(
            message(r#"{"txt": "a"}"#).starts_with("the body cannot be read (unknown field `txt`")
        );
        assert_eq!(
            message(r#"{"text": "a", "articles": []}"#),
            "the body has both `text` and `articles`; expected one of them"
        );
        assert_eq!(
            message(r#"{"id": "a", "articles": []}"#),
            "`id`, `title` and `date` stand beside `articles`; expected them in each article"
        );
        assert_eq!(message(""), "the body is empty; expected a text");
        assert!(message(r#"{"text": "a", "max_risk": 2}"#).contains("is 2; expected"));
        let deep = format!("{{\"text\": {}", "[".repeat(100_000));
        assert!(message(&deep).starts_with("the body cannot be read ("));
    }

    #[test]
    fn a_request_has_so_many_articles_at_the_most() {
        let list = |n: usize| {
            format!(
                "{{\"articles\": [{}]}}",
                vec!["{\"text\":\"\"}"; n].join(",")
            )
        };
        assert_eq!(parse(&list(N_ARTICLES)).unwrap().articles.len(), N_ARTICLES);
        let sentence = "the body has too many articles; expected at most 50000 in one request";
        assert_eq!(message(&list(N_ARTICLES + 1)), sentence);
        assert_eq!(message(&list(2 * N_ARTICLES)), sentence);
        let lines = "{\"text\":\"\"}\n".repeat(N_ARTICLES + 1);
        let rows = format!("text\n{}", "a\n".repeat(N_ARTICLES + 1));
        for (body, kind) in [(lines, InputKind::Jsonl), (rows, InputKind::Csv)] {
            let refused = parse_as(&body, BodyKind::Input(kind)).err().unwrap();
            assert_eq!(refused.to_string(), sentence);
        }
    }

    #[test]
    fn what_is_looked_at_whole_is_short() {
        let of = |field: &str, n: usize| {
            format!("{{\"text\": \"a\", \"{field}\": \"{}\"}}", "a".repeat(n))
        };
        assert!(parse(&of("title", 10_000)).is_ok() && parse(&of("mention", 1_000)).is_ok());
        let title = "a title has 10001 characters; expected at most 10000, and the rest as text";
        assert_eq!(message(&of("title", 10_001)), title);
        assert_eq!(
            message(&of("mention", 1_001)),
            "a mention has 1001 characters; expected a name of at most 1000"
        );
        let heading = format!("# {}", "a".repeat(10_001));
        let markdown = BodyKind::Input(InputKind::Markdown);
        assert_eq!(
            parse_as(&heading, markdown).err().unwrap().to_string(),
            title
        );
        let header = format!(" date 2025-05-18 {}", "a".repeat(10_001));
        let plain = BodyKind::Input(InputKind::Text);
        assert_eq!(parse_as(&header, plain).err().unwrap().to_string(), title);
    }
}
