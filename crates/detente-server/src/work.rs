//! Articles into the bytes of an answer, on threads that do nothing else.

use super::refusal::Refusal;
use super::registry::Loaded;
use super::request::{Asked, BodyKind, Held, Options, Wanted};
use super::routes::App;
use crate::error::{ErrorKind, Result};
use detente_data::article::Article;
use detente_report::{ArticleFormat, ArticleWriter};
use detente_score::{ScoreParams, score_article};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Text that is scored before a thread is given to the next who waits for one.
const PIECE_BYTES: usize = 1 << 16;

/// Threads that score. A piece of work is given up between texts, never within one, so a request of
/// many articles does not keep others waiting.
pub(super) struct Threads(Arc<Semaphore>);

impl Threads {
    pub(super) fn new(n_threads: usize) -> Self {
        Self(Arc::new(Semaphore::new(n_threads)))
    }

    /// Does a piece of work once a thread is free.
    ///
    /// # Errors
    /// The work panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let free = Arc::clone(&self.0).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the thread: who has given up waiting does not make a thread free.
            let _free = free;
            work()
        });
        done.await.map_err(|_| ErrorKind::Panicked.into())
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
    params: ScoreParams,
    format: ArticleFormat,
    waiting: VecDeque<Article>,
    n_written: usize,
    is_done: bool,
    _share: Option<OwnedSemaphorePermit>,
    _slot: OwnedSemaphorePermit,
}

impl Job {
    /// Understands a request. All of it is understood before a byte of the answer is written, so that
    /// an error is never told in the middle of one.
    ///
    /// # Errors
    /// The request is not of the expected form, or names a model that there is not.
    pub(super) fn begin(app: Arc<App>, order: Order) -> Result<Self> {
        let asked = Asked::parse(order.held.bytes, order.kind, order.options)?;
        Ok(Self {
            loaded: app.registry.take(asked.model.as_deref())?,
            app,
            params: asked.params,
            format: match (order.wanted, asked.is_several) {
                (Wanted::Csv, _) => ArticleFormat::Csv,
                (Wanted::Json, true) => ArticleFormat::Json,
                // One object is a line of its own.
                (Wanted::Lines, _) | (Wanted::Json, false) => ArticleFormat::Jsonl,
            },
            waiting: asked.articles.into(),
            n_written: 0,
            is_done: false,
            _share: order.held.share,
            _slot: order.slot,
        })
    }

    /// Whether the last byte was written.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// The media type of the answer.
    pub(super) fn media_type(&self, wanted: Wanted) -> &'static str {
        match wanted {
            Wanted::Json => "application/json",
            Wanted::Lines => "application/x-ndjson",
            Wanted::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The next bytes of the answer, as `detente score` would print them.
    ///
    /// # Errors
    /// Writing to memory fails, which it does not.
    pub(super) fn step(&mut self) -> Result<Vec<u8>> {
        let loaded = Arc::clone(&self.loaded);
        let mut bytes = Vec::new();
        let with_sets = self.params.max_risk.is_some();
        let mut writer = ArticleWriter::new(&loaded.model, self.format, with_sets, &mut bytes)
            .behind(self.n_written);
        let mut n_bytes = 0;
        let (mut n_articles, mut n_statements) = (0, 0);
        while n_bytes < PIECE_BYTES
            && let Some(article) = self.waiting.pop_front()
        {
            n_bytes += article.text.len();
            let scored = loaded
                .states
                .with(|state| score_article(&loaded.model, state, article, &self.params));
            n_articles += 1;
            n_statements += scored.statements.len();
            writer.write(&scored)?;
        }
        self.n_written += n_articles;
        if self.waiting.is_empty() {
            writer.finish(None)?;
            self.is_done = true;
        }
        let measures = &self.app.measures;
        measures.scored(n_articles, n_statements, n_bytes);
        Ok(bytes)
    }
}
