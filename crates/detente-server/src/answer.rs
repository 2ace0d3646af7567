//! Answers: whole where they are short, piece by piece where they are long.

use super::allowance::Client;
use super::media_type::{BodyKind, Wanted};
use super::refusal::Refusal;
use super::request::{self, Options};
use super::routes::App;
use super::work::{Job, Order};
use crate::error::ErrorKind;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

/// The header of an answer on one article that says how many of its words the model knows, as in `12/15`.
const KNOWN_WORDS: HeaderName = HeaderName::from_static("detente-known-words");

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
    // Dropped with this answer, whoever drops it: then the work for it ends.
    let client = Client::new();
    let watch = client.watch(app.params.patience());
    let begun = {
        let (app, watch) = (Arc::clone(&app), watch.clone());
        move || {
            let mut job = Job::begin(app, order, &watch)?;
            let pieces = job.step(&watch)?;
            Ok((job, pieces))
        }
    };
    let (job, mut pieces) = app.threads.run(watch, begun).await?;
    let media_type = job.media_type(wanted);
    let known_words = job.known_words();
    let mut response = match job.is_done() && pieces.len() < 2 {
        true => bytes(media_type, pieces.pop().unwrap_or_default()),
        false => bytes(media_type, rest(app, client, job, pieces)),
    };
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    if let Some(Ok(known_words)) = known_words.map(HeaderValue::try_from) {
        response.headers_mut().insert(KNOWN_WORDS, known_words);
    }
    Ok(response)
}

/// The pieces of a long answer, more of them made when those before were taken: who reads slowly holds up no thread.
/// Who reads too slowly is left. The place and the memory of the request are given back with its last piece.
fn rest(app: Arc<App>, client: Client, job: Job, first: Vec<Vec<u8>>) -> Body {
    struct Sending {
        job: Job,
        pieces: std::vec::IntoIter<Vec<u8>>,
    }
    let watch = client.watch(app.params.patience());
    let begun = Sending {
        job,
        pieces: first.into_iter(),
    };
    let pieces = futures_util::stream::try_unfold(begun, move |mut sending| {
        let (app, watch) = (Arc::clone(&app), watch.clone());
        let _client = &client;
        async move {
            loop {
                if let Some(piece) = sending.pieces.next() {
                    watch.check().map_err(|_| failed_late())?;
                    sending.job.sent();
                    return Ok::<_, std::io::Error>(Some((piece, sending)));
                }
                let mut job = sending.job;
                if job.is_done() {
                    return Ok(None);
                }
                let work = {
                    let watch = watch.clone();
                    move || job.step(&watch).map(|pieces| (job, pieces))
                };
                let made = app.threads.run(watch.clone(), work).await;
                let (job, pieces) = made.map_err(|_| failed_late())?;
                let pieces = pieces.into_iter();
                sending = Sending { job, pieces };
            }
        }
    });
    Body::from_stream(pieces)
}

/// Ends a connection in the middle of an answer, so that its client sees that something is missing.
fn failed_late() -> std::io::Error {
    std::io::Error::other("the answer cannot be ended")
}
