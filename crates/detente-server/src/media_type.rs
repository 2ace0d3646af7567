//! How a body is read and an answer is written: what the headers say.

use crate::error::{Error, ErrorKind, Result};
use axum::http::{HeaderMap, header};
use detente_data::corpus::InputKind;

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyKind {
    Json,
    Input(InputKind),
    /// What its bytes say that it is; `is_sheet` says that it was called one of rows.
    Document {
        is_sheet: bool,
    },
}

impl BodyKind {
    /// Each media type with its kind.
    #[rustfmt::skip]
    const ALL: [(&str, Self); 15] = [
        ("application/json", Self::Json),
        ("application/x-ndjson", Self::Input(InputKind::Jsonl)),
        ("text/plain", Self::Input(InputKind::Text)),
        ("text/markdown", Self::Input(InputKind::Markdown)),
        ("text/html", Self::Input(InputKind::Html)),
        ("text/csv", Self::Input(InputKind::Csv)),
        ("application/pdf", Self::Document { is_sheet: false }),
        ("application/epub+zip", Self::Document { is_sheet: false }),
        ("application/msword", Self::Document { is_sheet: false }),
        ("application/rtf", Self::Document { is_sheet: false }),
        ("text/rtf", Self::Document { is_sheet: false }),
        ("application/vnd.oasis.opendocument.text", Self::Document { is_sheet: false }),
        ("application/vnd.oasis.opendocument.spreadsheet", Self::Document { is_sheet: true }),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Document { is_sheet: false },
        ),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Self::Document { is_sheet: true }),
    ];

    /// # Errors
    /// The header is missing or names a kind that is not read.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self> {
        let given = headers.get(header::CONTENT_TYPE);
        let given = given.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let bare = given.as_deref().map(|value| {
            let (bare, _) = value.split_once(';').unwrap_or((value, ""));
            bare.trim().to_ascii_lowercase()
        });
        let bare = match bare.as_deref() {
            Some("application/jsonl" | "application/ndjson") => Some("application/x-ndjson"),
            other => other,
        };
        let found = Self::ALL.into_iter().find(|(name, _)| bare == Some(*name));
        found.map(|(_, kind)| kind).ok_or_else(|| {
            Error::new(ErrorKind::MediaType {
                found: given,
                allowed: Self::ALL.map(|(name, _)| name.to_owned()).to_vec(),
            })
        })
    }

    /// Whether a body of this kind holds several articles, however many there are.
    pub(super) fn is_several(self) -> bool {
        matches!(
            self,
            Self::Input(InputKind::Jsonl | InputKind::Csv) | Self::Document { is_sheet: true }
        )
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Json,
    Lines,
    Csv,
}

impl Wanted {
    /// The first of the kinds known that `Accept` names; without one, lines for lines and else JSON.
    pub(super) fn of(headers: &HeaderMap, kind: BodyKind) -> Self {
        let accept = headers.get_all(header::ACCEPT).into_iter();
        let accept = accept.filter_map(|value| value.to_str().ok());
        let named = accept.flat_map(|value| value.split(',')).find_map(|value| {
            let (bare, _) = value.split_once(';').unwrap_or((value, ""));
            match bare.trim() {
                "application/json" => Some(Self::Json),
                "application/x-ndjson" | "application/jsonl" | "application/ndjson" => {
                    Some(Self::Lines)
                }
                "text/csv" => Some(Self::Csv),
                _ => None,
            }
        });
        named.unwrap_or(match kind {
            BodyKind::Input(InputKind::Jsonl) => Self::Lines,
            _ => Self::Json,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_header() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static(value),
            );
            BodyKind::of(&headers)
        };
        assert_eq!(
            of("Text/HTML; charset=utf-8").ok(),
            Some(BodyKind::Input(InputKind::Html))
        );
        assert_eq!(
            of("image/png").unwrap_err().to_string(),
            "the `Content-Type` is `image/png`; expected `application/json`, `application/x-ndjson`, \
             `text/plain`, `text/markdown`, `text/html`, `text/csv`, `application/pdf`, `application/epub+zip`, \
             `application/msword`, `application/rtf`, `text/rtf`, `application/vnd.oasis.opendocument.text`, \
             `application/vnd.oasis.opendocument.spreadsheet`, \
             `application/vnd.openxmlformats-officedocument.wordprocessingml.document`, or \
             `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`"
        );
    }

    #[test]
    fn accept_says_how_an_answer_is_written() {
        let of = |value: &'static str, kind| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, header::HeaderValue::from_static(value));
            Wanted::of(&headers, kind)
        };
        assert_eq!(of("*/*", BodyKind::Json), Wanted::Json);
        assert_eq!(of("*/*", BodyKind::Input(InputKind::Jsonl)), Wanted::Lines);
        assert_eq!(of("text/html, text/csv;q=0.9", BodyKind::Json), Wanted::Csv);
    }
}
