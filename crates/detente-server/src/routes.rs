//! The addresses of the server.

use super::connections::ConnectionLimiter;
use super::measures::Measures;
use super::refusal::Refusal;
use super::registry::ModelRegistry;
use super::request::{N_HELD, Options, ScoreRequest};
use super::schema::ServedModel;
use super::work::Threads;
use super::{ServeParams, allowance, answer, assets, guard, openapi};
use crate::error::{Error, ErrorKind};
use axum::extract::rejection::QueryRejection;
use axum::extract::{MatchedPath, Query, Request, State};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

/// Bytes of bodies that are held at the same time, whatever the number of requests.
const BODIES: usize = 1 << 28;

/// What every request shares.
pub(super) struct App {
    pub(super) registry: ModelRegistry,
    pub(super) params: ServeParams,
    pub(super) threads: Threads,
    /// Requests that may be scored or wait for it.
    pub(super) in_progress: Arc<Semaphore>,
    /// Memory for bodies that are not understood yet.
    pub(super) bodies: Arc<Semaphore>,
    /// Memory for what is made of them, beside what each has in any case.
    pub(super) pool: Arc<Semaphore>,
    pub(super) measures: Measures,
    pub(super) connections: ConnectionLimiter,
}

impl App {
    pub(super) fn new(
        registry: ModelRegistry,
        params: &ServeParams,
        connections: ConnectionLimiter,
    ) -> Self {
        let bodies = BODIES.max(2 * N_HELD * params.max_body as usize);
        Self {
            registry,
            threads: Threads::new(params.n_threads()),
            in_progress: Arc::new(Semaphore::new(params.max_concurrent)),
            bodies: allowance::pool(bodies),
            pool: allowance::pool(allowance::pool_bytes(params.max_body)),
            measures: Measures::new(),
            params: params.clone(),
            connections,
        }
    }
}

/// Everything that is answered.
pub(super) fn router(app: &Arc<App>) -> Router {
    let guarded = Router::new()
        .route("/v1/score", post(score))
        .route("/v1/explain", post(explain))
        .route("/v1/models", get(models))
        .route("/metrics", get(metrics))
        .route_layer(from_fn_with_state(Arc::clone(app), guard::with_token));
    let mut router = Router::new()
        .route("/healthz", get(healthz))
        .route("/openapi.json", get(openapi));
    for (path, asset) in assets::ALL {
        router = router.route(path, get(async move || asset.answer()));
    }
    router
        .merge(guarded)
        .fallback(no_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(app), guard::of_this_machine))
        .layer(middleware::map_response(with_headers))
        .layer(from_fn_with_state(Arc::clone(app), measured))
        .with_state(Arc::clone(app))
}

/// Score one article or several.
///
/// The answer is what `detente score` prints: one object for one article, a list for several. A body
/// that is no JSON is read as `detente score` reads such a file.
#[utoipa::path(
    post,
    path = "/v1/score",
    params(Options),
    request_body(description = "What to score.", content(
        (ScoreRequest = "application/json"),
        (String = "text/plain"),
        (String = "text/markdown"),
        (String = "text/html"),
        (String = "text/csv"),
        (String = "application/x-ndjson"),
        (Vec<u8> = "application/pdf"),
    )),
    responses(
        (status = 200, description = "The scores; by line or as CSV where `Accept` says so.", content(
            (ref("#/components/schemas/Article") = "application/json"),
            (ref("#/components/schemas/Article") = "application/x-ndjson"),
            (String = "text/csv"),
        )),
    ),
    security((), ("token" = [])),
)]
pub(super) async fn score(
    State(app): State<Arc<App>>,
    options: Result<Query<Options>, QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    answer::scores(app, understood(options)?, request).await
}

/// Score, and tell which features moved each label.
///
/// As `/v1/score` with `explain`. The contributions of a label add up to its margin.
#[utoipa::path(
    post,
    path = "/v1/explain",
    params(Options),
    request_body(description = "What to score.", content(
        (ScoreRequest = "application/json"),
        (String = "text/plain"),
        (String = "text/markdown"),
        (String = "text/html"),
        (String = "text/csv"),
        (String = "application/x-ndjson"),
        (Vec<u8> = "application/pdf"),
    )),
    responses(
        (status = 200, description = "The scores with explanations.", content(
            (ref("#/components/schemas/Article") = "application/json"),
            (ref("#/components/schemas/Article") = "application/x-ndjson"),
            (String = "text/csv"),
        )),
    ),
    security((), ("token" = [])),
)]
pub(super) async fn explain(
    State(app): State<Arc<App>>,
    options: Result<Query<Options>, QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    answer::scores(app, understood(options)?.explained(), request).await
}

/// List the models; the first is taken where none is named.
#[utoipa::path(
    get,
    path = "/v1/models",
    responses(
        (status = 200, description = "The models.", body = [ServedModel]),
    ),
    security((), ("token" = [])),
)]
pub(super) async fn models(State(app): State<Arc<App>>) -> Response {
    let all = app.registry.all();
    let all: Vec<ServedModel> = all
        .map(|(name, loaded)| ServedModel::of(name, &loaded.model))
        .collect();
    answer::json(&all)
}

/// Tell that the server answers.
#[utoipa::path(
    get,
    path = "/healthz",
    responses((status = 200, description = "It does.", body = String, content_type = "text/plain")),
)]
pub(super) async fn healthz() -> Response {
    answer::bytes("text/plain; charset=utf-8", "ok\n")
}

/// Count requests, durations, articles and statements, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    responses((
        status = 200,
        description = "The counts.",
        body = String,
        content_type = "application/openmetrics-text"
    )),
    security((), ("token" = [])),
)]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    answer::bytes(media_type, app.measures.text())
}

async fn openapi() -> Result<Response, Refusal> {
    match openapi::document() {
        Ok(document) => Ok(Json(document).into_response()),
        Err(_) => Err(ErrorKind::Panicked.into()),
    }
}

fn understood(options: Result<Query<Options>, QueryRejection>) -> Result<Options, Refusal> {
    match options {
        Ok(Query(options)) => Ok(options),
        Err(rejection) => Err(Refusal(Error::new(ErrorKind::Request {
            found: format!("the address cannot be read ({})", rejection.body_text()),
            expected: "options that `/openapi.json` lists",
        }))),
    }
}

/// A path is shown to this many characters.
const N_SHOWN: usize = 80;

async fn no_page(uri: Uri) -> Refusal {
    let path = uri.path().chars().take(N_SHOWN).collect();
    ErrorKind::NoPage { path }.into()
}

async fn wrong_method(method: Method) -> Refusal {
    let found = method.as_str().chars().take(N_SHOWN).collect();
    ErrorKind::Method { found }.into()
}

async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in guard::HEADERS {
        headers.insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}

async fn measured(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await.into_response();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    app.measures.answered(route, status, started.elapsed());
    response
}
