//! Which requests are answered, and what a browser may do with an answer.

use super::refusal::Refusal;
use super::routes::App;
use crate::error::{Error, ErrorKind, Result};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Characters that a token needs.
const N_TOKEN: usize = 16;

/// What a request has to carry as `Authorization: Bearer TOKEN`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Reads a token from the text of its file; space around it is left out.
    ///
    /// # Errors
    /// It is shorter than 16 characters, or has a space in it.
    pub fn parse(text: &str) -> Result<Self> {
        let token = text.trim();
        let is_one_word = token.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_one_word || token.len() < N_TOKEN {
            return Err(Error::new(ErrorKind::Token {
                n_chars: token.chars().count(),
                n_needed: N_TOKEN,
            }));
        }
        Ok(Self(token.to_owned()))
    }

    /// Whether a header holds this token. The time it takes says nothing of where they differ.
    fn is_in(&self, header: Option<&HeaderValue>) -> bool {
        let Some((scheme, given)) = header
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
        else {
            return false;
        };
        let given = given.trim().as_bytes();
        scheme.eq_ignore_ascii_case("bearer")
            && constant_time_eq::constant_time_eq(given, self.0.as_bytes())
    }
}

impl std::fmt::Debug for Token {
    /// A token is a secret: it does not reach a message or a report of a crash.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Turns a request without the token away, before its body is read.
pub(super) async fn with_token(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    match &app.params.token {
        Some(token) if !token.is_in(request.headers().get(header::AUTHORIZATION)) => {
            Refusal(Error::new(ErrorKind::Unauthorized)).into_response()
        }
        _ => next.run(request).await,
    }
}

/// What every answer carries. The page uses no more than its own files, so nothing else is allowed:
/// text that is shown can neither run nor send anything.
pub(super) const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_token_lets_in_and_nothing_else_does() {
        let token = Token::parse(" 0123456789abcdef\n").unwrap();
        let is_in = |value: &str| token.is_in(HeaderValue::from_str(value).ok().as_ref());
        assert!(is_in("Bearer 0123456789abcdef") && is_in("bearer 0123456789abcdef"));
        for wrong in [
            "0123456789abcdef",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdef0",
            "Basic 0123456789abcdef",
        ] {
            assert!(!is_in(wrong), "{wrong}");
        }
        assert!(!token.is_in(None));
    }

    #[test]
    fn a_short_token_is_refused_and_none_is_shown() {
        let error = Token::parse("secret\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the token has 6 characters; expected 16 or more, without spaces, on one line"
        );
        assert!(Token::parse("two words of a token").is_err());
        let token = Token::parse("0123456789abcdef").unwrap();
        assert_eq!(format!("{token:?}"), "Token");
    }
}
