//! Answers: whole where they are short, piece by piece where they are long.

use super::refusal::Refusal;
use super::request::{self, BodyKind, Options, Wanted};
use super::routes::App;
use super::work::{Job, Order};
use crate::error::ErrorKind;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use tokio::time::{Instant, timeout, timeout_at};

/// Bytes with their media type.
pub(super) fn bytes(media_type: &'static str, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    let media_type = HeaderValue::from_static(media_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

/// A value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(mut line) => {
            line.push(b'\n');
            bytes("application/json", line)
        }
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Answers a request to score.
///
/// # Errors
/// The request is not of the expected form, or the server has too much to do.
pub(super) async fn scores(
    app: Arc<App>,
    options: Options,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let kind = BodyKind::of(&head.headers)?;
    let wanted = Wanted::of(&head.headers, kind);
    let held = request::read(&app, &head.headers, body).await?;
    let slot = Arc::clone(&app.in_progress).try_acquire_owned();
    let order = Order {
        held,
        kind,
        wanted,
        options,
        slot: slot.map_err(|_| Refusal::from(ErrorKind::Overloaded))?,
    };
    let begun = {
        let app = Arc::clone(&app);
        move || {
            let mut job = Job::begin(app, order)?;
            let bytes = job.step()?;
            Ok::<_, crate::error::Error>((job, bytes))
        }
    };
    let begun = timeout(app.params.patience(), app.threads.run(begun)).await;
    let Ok(begun) = begun else {
        return Err(ErrorKind::Overloaded.into());
    };
    let (job, first) = begun??;
    let media_type = job.media_type(wanted);
    let mut response = match job.is_done() {
        true => bytes(media_type, first),
        false => bytes(media_type, rest(app, job, first)),
    };
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// The bytes of a long answer, each piece made when the one before it was taken: who reads slowly
/// holds up no thread. Who reads too slowly is left.
fn rest(app: Arc<App>, job: Job, first: Vec<u8>) -> Body {
    enum Next {
        Send(Job, Vec<u8>),
        Make(Job),
    }
    let until = Instant::now() + app.params.patience();
    let pieces = futures_util::stream::try_unfold(Some(Next::Send(job, first)), move |next| {
        let app = Arc::clone(&app);
        async move {
            let mut job = match next {
                None => return Ok(None),
                Some(Next::Send(job, bytes)) => return Ok(Some((bytes, Some(Next::Make(job))))),
                Some(Next::Make(job)) => job,
            };
            let made = app
                .threads
                .run(move || job.step().map(|bytes| (job, bytes)));
            let failed = || std::io::Error::other("the answer cannot be ended");
            let (job, bytes) = timeout_at(until, made)
                .await
                .map_err(|_| failed())?
                .map_err(|_| failed())?
                .map_err(|_| failed())?;
            let next = Some(job).filter(|job| !job.is_done()).map(Next::Make);
            Ok::<_, std::io::Error>(Some((bytes, next)))
        }
    });
    Body::from_stream(pieces)
}
