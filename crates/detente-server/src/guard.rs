//! Which requests are answered, and what a browser may do with an answer.

use super::refusal::Refusal;
use super::routes::App;
use crate::error::{Error, ErrorKind, Result};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv4Addr};
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

/// Turns away what a page of another site asks for. Without a token a browser is the way in: a page may send to this
/// machine whatever needs no leave of the server (a form, a `text/plain`), and by pointing its own name at this machine
/// (DNS rebinding) read the answer too. With a token neither works, since a browser does not know it.
pub(super) async fn of_this_machine(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    match checked(&app, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => Refusal(error).into_response(),
    }
}

fn checked(app: &App, request: &Request) -> Result<()> {
    let headers = request.headers();
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.count()) {
        (host, 0) => host,
        (_, more) => {
            return Err(of_host(format!(
                "the request has {} `Host` headers",
                more + 1
            )));
        }
    };
    // HTTP/1.0 knows no `Host`, and no browser speaks it.
    if host.is_none() && request.version() > Version::HTTP_10 {
        return Err(of_host("the request has no `Host` header".into()));
    }
    if app.params.token.is_some() {
        return Ok(());
    }
    let host = host.map(|host| shown(host.as_bytes()));
    // Where the address itself names a host, that one counts.
    let in_address = request
        .uri()
        .authority()
        .map(|host| host.as_str().to_owned());
    for host in in_address.iter().chain(&host) {
        if !is_of_here(host, &app.params.allowed_hosts) {
            let found = host.clone();
            return Err(Error::new(ErrorKind::ForeignHost { found }));
        }
    }
    let foreign = |found| Err(Error::new(ErrorKind::ForeignPage { found }));
    for origin in headers.get_all(header::ORIGIN) {
        let origin = shown(origin.as_bytes());
        if !host
            .as_deref()
            .is_some_and(|host| is_origin_of(&origin, host))
        {
            return foreign(format!("a page of `{origin}`"));
        }
    }
    let is = |name: &str, value: &str| headers.get_all(name).iter().any(|given| given == value);
    // Who follows a link to a page of this server may come from anywhere: the other site does not see the page.
    let is_link = request.method() == Method::GET
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document");
    if is("sec-fetch-site", "cross-site") && !is_link {
        return foreign("a page of another site".into());
    }
    Ok(())
}

fn of_host(found: String) -> Error {
    let expected = "one `Host` header";
    Error::new(ErrorKind::Request { found, expected })
}

/// Bytes of a header that are shown at the most.
const N_SHOWN: usize = 255;

/// The value of a header, which is told back if it is wrong.
fn shown(value: &[u8]) -> String {
    let cut = &value[..value.len().min(N_SHOWN)];
    String::from_utf8_lossy(cut).into_owned()
}

/// Whether a `Host` is this machine's: `localhost` or an address that only it can reach, or one of these names, each
/// with any port.
fn is_of_here(host: &str, names: &[String]) -> bool {
    let Some(name) = without_port(host) else {
        return false;
    };
    let is_loopback = |address: &str| address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let name = name.strip_suffix('.').unwrap_or(name);
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost")
        || bare.map_or_else(
            || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback()),
            is_loopback,
        )
        || (names.iter()).any(|known| known.eq_ignore_ascii_case(bare.unwrap_or(name)))
}

/// A host without its port; nothing if what stands there is no port.
fn without_port(host: &str) -> Option<&str> {
    let after = host.rfind(']').map_or(0, |at| at + 1);
    match host[after..].split_once(':') {
        Some((_, port)) if !port.bytes().all(|byte| byte.is_ascii_digit()) => None,
        Some((name, _)) => Some(&host[..after + name.len()]),
        None => Some(host),
    }
}

/// Whether a page of this origin came from this `Host`: the same name and the same port.
fn is_origin_of(origin: &str, host: &str) -> bool {
    let bare =
        |host: &str, port: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
    match origin.split_once("://") {
        Some(("http", of_page)) => bare(of_page, ":80") == bare(host, ":80"),
        // A proxy may have taken TLS off.
        Some(("https", of_page)) => bare(of_page, ":443") == bare(host, ":443"),
        _ => false,
    }
}

/// Whether this is the name of a host, or an address.
pub(super) fn is_name(name: &str) -> bool {
    let is_address = name.parse::<IpAddr>().is_ok();
    let mut bytes = name.bytes();
    let is_name = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_address || (is_name && !name.is_empty())
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
    fn a_host_of_this_machine_is_known_with_any_port() {
        let names = ["detente.example".to_owned(), "192.168.0.7".to_owned()];
        let is_of_here = |host: &str| is_of_here(host, &names);
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.",
            "localhost:",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.8.0.1:1",
            "[::1]",
            "[::1]:8080",
            "detente.example",
            "Detente.Example:443",
            "192.168.0.7:8080",
        ] {
            assert!(is_of_here(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:80@localhost",
            "localhost:80@evil.example",
            "localhost:evil",
            "0.0.0.0",
            "[::]",
            "[::1",
            "192.168.0.8",
            "::1",
            "example",
            "localhost/../evil",
            "localhost evil",
            "[fe80::1]",
        ] {
            assert!(!is_of_here(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_of_a_host_if_both_name_the_same() {
        for (origin, host) in [
            ("http://localhost:8080", "localhost:8080"),
            ("http://LOCALHOST", "localhost:80"),
            ("https://detente.example", "detente.example"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            assert!(is_origin_of(origin, host), "{origin} {host}");
        }
        for (origin, host) in [
            ("null", "localhost:8080"),
            ("http://evil.example", "localhost:8080"),
            ("http://localhost:3000", "localhost:8080"),
            ("http://localhost:8080.evil.example", "localhost:8080"),
            ("http://127.0.0.1:8080", "localhost:8080"),
            ("file://localhost:8080", "localhost:8080"),
            ("", "localhost"),
        ] {
            assert!(!is_origin_of(origin, host), "{origin} {host}");
        }
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
