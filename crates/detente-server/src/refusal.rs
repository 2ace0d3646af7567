//! Errors as answers: a status, and one sentence as JSON.

use crate::error::{Error, ErrorKind};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use detente_data::ErrorKind as DataKind;
use detente_error::nearest;
use serde::Serialize;
use utoipa::ToSchema;

/// Seconds after which a request that was too much is worth another try.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error that is told to who asked.
pub(super) struct Refusal(pub(super) Error);

/// Why a request was not answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(super) struct ErrorBody {
    /// One sentence: what was found, and what is expected.
    error: String,
    /// What to do, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self.0.kind() {
            ErrorKind::ForeignHost { .. } | ErrorKind::ForeignPage { .. } => StatusCode::FORBIDDEN,
            ErrorKind::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorKind::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            ErrorKind::NoPage { .. } | ErrorKind::UnknownName { .. } => StatusCode::NOT_FOUND,
            ErrorKind::NotBuilt { .. } => StatusCode::NOT_IMPLEMENTED,
            ErrorKind::ClientGone | ErrorKind::OutOfTime { .. } => StatusCode::REQUEST_TIMEOUT,
            ErrorKind::Overloaded | ErrorKind::TooLong { .. } => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorKind::TooLarge { .. } | ErrorKind::TooMany { .. } | ErrorKind::TooMuch { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            ErrorKind::Unauthorized => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ErrorKind> for Refusal {
    fn from(kind: ErrorKind) -> Self {
        Self(Error::new(kind))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = ErrorBody {
            error: self.0.to_string(),
            hint: hint(self.0.kind()),
        };
        let mut response = super::answer::json(&body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            StatusCode::UNAUTHORIZED => {
                let scheme = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            // What is left of the body is not read, so the connection is of no more use.
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// What to do, where a client of the server can do something.
fn hint(kind: &ErrorKind) -> Option<String> {
    match kind {
        ErrorKind::UnknownName { value, allowed, .. } => {
            nearest(value, allowed).map(|name| format!("did you mean `{name}`?"))
        }
        ErrorKind::NotUtf8 { .. }
        | ErrorKind::Data(
            DataKind::BinaryFile
            | DataKind::NotText { .. }
            | DataKind::NotUtf8 { .. }
            | DataKind::NulByte { .. },
        ) => Some("save the file as UTF-8 text and try again".into()),
        _ => None,
    }
}
