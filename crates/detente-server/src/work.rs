//! Articles into the bytes of an answer, on threads that do nothing else.

use super::allowance::{Allowance, Watch, most_bytes};
use super::media_type::{BodyKind, Wanted};
use super::pieces::{PIECE, Pieces};
use super::refusal::Refusal;
use super::registry::Loaded;
use super::request::{Asked, Held, Options, n_bytes_held};
use super::routes::App;
use crate::error::{ErrorKind, Result};
use detente_data::article::Article;
use detente_report::{ArticleFormat, ArticleWriter};
use detente_score::{ScoreParams, score_article_while};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{timeout, timeout_at};

/// Text that is scored before a thread is given to the next who waits for one.
const TEXT_BYTES: usize = 1 << 16;
/// The same of the bytes that came of it.
const ANSWER_BYTES: usize = 1 << 18;
/// Work looks at its watch between statements; who waits for it waits so much longer than it may take.
const GRACE: Duration = Duration::from_millis(500);

/// Threads that score. A piece of work is given up between texts, so that a request of many articles does not keep
/// others waiting, and within one only when nobody wants it any more.
pub(super) struct Threads(Arc<Semaphore>);

impl Threads {
    pub(super) fn new(n_threads: usize) -> Self {
        Self(Arc::new(Semaphore::new(n_threads)))
    }

    /// Does a piece of work once a thread is free.
    ///
    /// # Errors
    /// No thread became free in time; the work failed, took too long, or panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        watch: Watch,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let until = watch.until().into();
        let free = timeout_at(until, Arc::clone(&self.0).acquire_owned()).await;
        let free = free.map_err(|_| Refusal::from(ErrorKind::Overloaded))?;
        let mut done = tokio::task::spawn_blocking(move || {
            // Held by the thread: who has given up waiting does not make a thread free.
            let _free = free;
            work()
        });
        if let Ok(done) = timeout_at(until, &mut done).await {
            return Ok(done.map_err(|_| Refusal::from(ErrorKind::Panicked))??);
        }
        match timeout(GRACE, done).await {
            Ok(done) => Ok(done.map_err(|_| Refusal::from(ErrorKind::Panicked))??),
            Err(_) => Err(watch.too_long().into()),
        }
    }
}

/// What a request is, before it is understood.
pub(super) struct Order {
    pub(super) held: Held,
    pub(super) kind: BodyKind,
    pub(super) wanted: Wanted,
    pub(super) options: Options,
    /// The place of the request among those that are answered at the same time.
    pub(super) slot: OwnedSemaphorePermit,
}

/// Articles that are not all scored yet.
pub(super) struct Job {
    app: Arc<App>,
    loaded: Arc<Loaded>,
    params: ScoreParams<'static>,
    format: ArticleFormat,
    waiting: VecDeque<Article>,
    n_written: usize,
    is_done: bool,
    is_several: bool,
    n_words: usize,
    n_known_words: usize,
    allowance: Allowance,
    _slot: OwnedSemaphorePermit,
}

impl Job {
    /// Understands a request. All of it is understood before a byte of the answer is written, so that
    /// an error is never told in the middle of one.
    ///
    /// # Errors
    /// The request is not of the expected form, has more than one may have, or names a model that there is not.
    pub(super) fn begin(app: Arc<App>, order: Order, watch: &Watch) -> Result<Self> {
        watch.check()?;
        let mut allowance = Allowance::new(&app.pool, most_bytes(app.params.max_body));
        let asked = Asked::parse(order.held, order.kind, order.options, watch)?;
        let articles = asked.articles.iter();
        allowance.take(articles.map(n_bytes_held).sum())?;
        let loaded = app.registry.take(asked.model.as_deref())?;
        let mut params = asked.params;
        params.languages.beside = loaded.beside;
        Ok(Self {
            loaded,
            app,
            params,
            format: match (order.wanted, asked.is_several) {
                (Wanted::Csv, _) => ArticleFormat::Csv,
                (Wanted::Json, true) => ArticleFormat::Json,
                // One object is a line of its own.
                (Wanted::Lines, _) | (Wanted::Json, false) => ArticleFormat::Jsonl,
            },
            waiting: asked.articles.into(),
            n_written: 0,
            is_done: false,
            is_several: asked.is_several,
            n_words: 0,
            n_known_words: 0,
            allowance,
            _slot: order.slot,
        })
    }

    /// Whether the last byte was written.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Of one article, how many of its words the model knows, and how many there are: where it knows few, the text is
    /// probably of another language.
    pub(super) fn known_words(&self) -> Option<String> {
        let is_told = !self.is_several && self.n_written > 0;
        is_told.then(|| format!("{}/{}", self.n_known_words, self.n_words))
    }

    /// The media type of the answer.
    pub(super) fn media_type(&self, wanted: Wanted) -> &'static str {
        match wanted {
            Wanted::Json => "application/json",
            Wanted::Lines => "application/x-ndjson",
            Wanted::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Takes the memory of a piece back that was sent.
    pub(super) fn sent(&mut self) {
        self.allowance.give_back(PIECE);
    }

    /// The next bytes of the answer, as `detente score` would print them, in pieces.
    ///
    /// # Errors
    /// There is too much of them, it takes too long, or the client is gone.
    pub(super) fn step(&mut self, watch: &Watch) -> Result<Vec<Vec<u8>>> {
        let loaded = Arc::clone(&self.loaded);
        let mut pieces = Pieces::new(&mut self.allowance, watch);
        let with_sets = self.params.max_risk.is_some();
        let (mut n_articles, mut n_statements, mut n_bytes, mut n_done) = (0, 0, 0, 0);
        while n_done < TEXT_BYTES
            && pieces.len() < ANSWER_BYTES
            && let Some(article) = self.waiting.pop_front()
        {
            watch.check()?;
            let n_held = n_bytes_held(&article);
            n_done += n_held;
            n_bytes += article.text.len();
            let before = pieces.allowance().n_bytes();
            let allowance = pieces.allowance();
            let go_on = |n_taken| {
                watch.check()?;
                allowance.take(n_taken)
            };
            let scored = loaded.states.with(|state| {
                score_article_while(&loaded.model, state, article, &self.params, go_on)
            })?;
            let n_scores = pieces.allowance().n_bytes() - before;
            n_statements += scored.statements.len();
            for statement in &scored.statements {
                self.n_words += statement.scores.n_tokens;
                self.n_known_words += statement.scores.n_known_tokens;
            }
            let mut writer = ArticleWriter::new(&loaded.model, self.format, with_sets, &mut pieces)
                .behind(self.n_written);
            if writer.write(&scored).is_err() {
                break;
            }
            self.n_written += 1;
            n_articles += 1;
            drop(scored);
            pieces.allowance().give_back(n_scores + n_held);
        }
        if self.waiting.is_empty() {
            // A failure is told by `pieces`, which it stopped.
            let writer = ArticleWriter::new(&loaded.model, self.format, with_sets, &mut pieces);
            let _ = writer.behind(self.n_written).finish(None);
            self.is_done = true;
        }
        let measures = &self.app.measures;
        measures.scored(n_articles, n_statements, n_bytes);
        pieces.finish()
    }
}
