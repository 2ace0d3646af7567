//! What can fail, each with its sentence: what was found, then what is allowed.

use detente_error::{counted, prose};

/// What failed. Each variant carries what its sentence shows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client of a request has left, so there is nobody to tell.
    #[error("the client has left")]
    ClientGone,
    /// A failure of `detente_data`.
    #[error(transparent)]
    Data(detente_data::ErrorKind),
    /// An address that does not answer to this machine alone is to be served without a token.
    #[error("the address `{host}` can be reached from other machines; expected a token with it")]
    Exposed {
        /// The address.
        host: String,
    },
    /// A request whose `Host` is no name of this server, as after a name was pointed at this machine.
    #[error(
        "the `Host` of the request is `{found}`; expected `localhost`, `127.0.0.1`, `[::1]`, or a name that this \
         server is told to answer to"
    )]
    ForeignHost {
        /// The host.
        found: String,
    },
    /// A request that a page of another site sent.
    #[error(
        "the request comes from {found}; expected one of a page of this server, or of a program"
    )]
    ForeignPage {
        /// Where it comes from.
        found: String,
    },
    /// The operating system refused to read or write.
    #[error("{action}")]
    Io {
        /// What was tried, as in "cannot read".
        action: &'static str,
    },
    /// The body of a request is of a kind that is not read.
    #[error("{}; expected {}", media_type(.found.as_deref()), prose(.allowed, "or"))]
    MediaType {
        /// The `Content-Type` given.
        found: Option<String>,
        /// The kinds that are read.
        allowed: Vec<String>,
    },
    /// A request with a method that its address does not take.
    #[error("this address does not take `{found}`; `/openapi.json` says what it takes")]
    Method {
        /// The method.
        found: String,
    },
    /// A failure of `detente_model`.
    #[error(transparent)]
    Model(detente_model::ErrorKind),
    /// An address of the server behind which there is nothing.
    #[error("there is nothing at `{path}`; `/openapi.json` lists what there is")]
    NoPage {
        /// The path.
        path: String,
    },
    /// What was asked for is not part of this build.
    #[error("this program was built without the feature `{feature}`")]
    NotBuilt {
        /// The cargo feature that brings it.
        feature: &'static str,
    },
    /// Bytes that are not UTF-8.
    #[error("{}; expected UTF-8 text", not_utf8(*.offset))]
    NotUtf8 {
        /// Offset of the first bad byte, where known.
        offset: Option<usize>,
    },
    /// A parameter outside its range.
    #[error("{parameter} is {value}; expected {expected}")]
    OutOfRange {
        /// The parameter's name.
        parameter: &'static str,
        /// The value given.
        value: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// The server took longer than it may, or its client did.
    #[error("{what} took longer than {}", counted(*.seconds as usize, "second"))]
    OutOfTime {
        /// What took so long, as in "the request".
        what: &'static str,
        /// How long it may take, in seconds.
        seconds: u64,
    },
    /// The server has as much to do as it may.
    #[error("the server has as much to do as it may; expected another try in a second")]
    Overloaded,
    /// Something went wrong inside the server.
    #[error("something went wrong inside the server; nothing was scored")]
    Panicked,
    /// A failure of `detente_report`.
    #[error(transparent)]
    Report(detente_report::ErrorKind),
    /// A request that is not of the expected form.
    #[error("{found}; expected {expected}")]
    Request {
        /// What was found, as the start of the sentence.
        found: String,
        /// What is allowed, as the end of "expected ...".
        expected: &'static str,
    },
    /// A failure of `detente_score`.
    #[error(transparent)]
    Score(detente_score::ErrorKind),
    /// A file of a token that holds none, or a short one.
    #[error(
        "the token has {}; expected {n_needed} or more, without spaces, on one line",
        counted(*.n_chars, "character")
    )]
    Token {
        /// Characters it has.
        n_chars: usize,
        /// Characters it needs.
        n_needed: usize,
    },
    /// The body of a request is larger than the limit.
    #[error("the body is too large; expected at most {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Scoring takes longer than it may.
    #[error(
        "the request took longer than {} to score; expected less text at once",
        counted(*.seconds as usize, "second")
    )]
    TooLong {
        /// How long it may take, in seconds.
        seconds: u64,
    },
    /// A request with more articles than one may have.
    #[error("the body has too many articles; expected at most {limit} in one request")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// What is made of a request takes more memory than it may.
    #[error(
        "the scores of this request take too much memory; expected at most {limit} bytes, as with less text at once or \
         a smaller `top`"
    )]
    TooMuch {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Two models are served by one name.
    #[error("two models are named `{name}`; expected a name for each, as in `b=path`")]
    TwiceNamed {
        /// The name.
        name: String,
    },
    /// A request without the token, or with another one.
    #[error("the request lacks the token of this server; expected `Authorization: Bearer TOKEN`")]
    Unauthorized,
    /// A value that names none of a closed set.
    #[error("{what} is `{value}`; expected {}", prose(.allowed, "or"))]
    UnknownName {
        /// What is named, as in "language".
        what: &'static str,
        /// The value given.
        value: String,
        /// The values allowed.
        allowed: Vec<String>,
    },
}

detente_error::error_type!(
    ErrorKind,
    Data: detente_data::Error,
    Model: detente_model::Error,
    Score: detente_score::Error,
    Report: detente_report::Error,
);

fn media_type(found: Option<&str>) -> String {
    match found {
        Some(found) => format!("the `Content-Type` is `{found}`"),
        None => "the request has no `Content-Type`".into(),
    }
}

fn not_utf8(offset: Option<usize>) -> String {
    match offset {
        Some(offset) => format!("the byte at offset {offset} is not UTF-8"),
        None => "a field is not UTF-8".into(),
    }
}
