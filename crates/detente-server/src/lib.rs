//! Scores over HTTP: requests in, the objects that `detente score` prints out, and a page to paste text
//! into.
//!
//! ```text
//! connection (connections) -> request (routes, guard) -> articles (request) -> scores (work)
//!   -> bytes (report, through work)
//! ```
//!
//! A request that is too much for the server is told so at once, with a number that says when to come
//! again; nothing waits in a line without an end. Texts are scored on threads of their own, so that
//! connections are served meanwhile. No text is kept or written anywhere but into its answer. This crate
//! opens no file and prints nothing: what there is to say of its running goes to the caller as an
//! [`Event`].

#![deny(missing_docs)]

mod allowance;
mod answer;
mod assets;
mod connections;
mod error;
mod guard;
mod measures;
mod media_type;
mod openapi;
mod pieces;
mod refusal;
mod registry;
mod request;
mod routes;
mod schema;
mod work;

pub use error::{Error, ErrorKind, Result};
pub use guard::Token;
pub use registry::{ModelRegistry, Source};

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How a server is run.
#[derive(Clone, Debug)]
pub struct ServeParams {
    /// The address to listen on: a number, or `localhost`. One that other machines can reach needs a
    /// token.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// What a request has to carry; `None` lets every request in.
    pub token: Option<Token>,
    /// Names by which requests may call it beside `localhost` and addresses of this machine alone, as a proxy does that
    /// hands the name on by which it was asked. They matter without a token: then the name tells a request of this
    /// machine from one of a page that had its own name pointed here.
    pub allowed_hosts: Vec<String>,
    /// Size of a body at the most, in bytes; from 1 kB to 1 GB. A body is held whole while it is scored.
    pub max_body: u64,
    /// Seconds that reading a body, scoring until the answer begins, and the rest of the answer may
    /// each take; from 1 to 3600.
    pub timeout: u64,
    /// Requests that are scored or wait for a thread at the most, from 1 to 100,000; one more is told
    /// to come again. More of them take more memory and let answers wait longer.
    pub max_concurrent: usize,
    /// Threads that score; 0 for one a processor.
    pub n_threads: usize,
}

impl ServeParams {
    /// This machine alone, port 8080, bodies of 2 MB, 30 seconds, 256 requests.
    pub const DEFAULT: Self = Self {
        host: String::new(),
        port: 8080,
        token: None,
        allowed_hosts: Vec::new(),
        max_body: 2_000_000,
        timeout: 30,
        max_concurrent: 256,
        n_threads: 0,
    };
    /// The host of [`DEFAULT`](Self::DEFAULT), which a constant cannot hold as a `String`.
    pub const DEFAULT_HOST: &str = "127.0.0.1";

    /// Checks every range, and that a server that other machines can reach has a token.
    ///
    /// # Errors
    /// A parameter is out of its range, the host is no address, or it needs a token.
    pub fn check(&self) -> Result<()> {
        let wrong = |parameter, value: String, expected| {
            Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value,
                expected,
            }))
        };
        if !(1_000..=1_000_000_000).contains(&self.max_body) {
            let expected = "a size from 1kB to 1GB, as in `2MB`";
            return wrong("max-body", self.max_body.to_string(), expected);
        }
        if !(1..=3600).contains(&self.timeout) {
            let expected = "a number of seconds from 1 to 3600";
            return wrong("timeout", self.timeout.to_string(), expected);
        }
        if !(1..=100_000).contains(&self.max_concurrent) {
            let expected = "a number from 1 to 100000";
            return wrong("max-concurrent", self.max_concurrent.to_string(), expected);
        }
        if let Some(name) = self.allowed_hosts.iter().find(|name| !guard::is_name(name)) {
            let expected = "a name without a port, as in `detente.example.org`";
            return wrong("allow-host", format!("`{name}`"), expected);
        }
        if !self.address()?.ip().is_loopback() && self.token.is_none() {
            let host = self.host.clone();
            return Err(Error::new(ErrorKind::Exposed { host }));
        }
        Ok(())
    }

    fn address(&self) -> Result<SocketAddr> {
        let ip = match self.host.as_str() {
            "" | "localhost" => Self::DEFAULT_HOST.parse(),
            host => host.trim_matches(['[', ']']).parse::<IpAddr>(),
        };
        match ip {
            Ok(ip) => Ok(SocketAddr::new(ip, self.port)),
            Err(_) => Err(Error::new(ErrorKind::OutOfRange {
                parameter: "host",
                value: format!("`{}`", self.host),
                expected: "an address such as `127.0.0.1`, `0.0.0.0`, or `::1`",
            })),
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }

    fn n_threads(&self) -> usize {
        match self.n_threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }
}

/// What there is to say of a running server.
#[derive(Debug)]
pub enum Event {
    /// It answers at this address.
    Listening(SocketAddr),
    /// Every model was read again.
    Reloaded {
        /// How many.
        n_models: usize,
    },
    /// A model could not be read again; the old one stays.
    NotReloaded(Error),
    /// It was told to stop and ends what it has begun.
    Stopping {
        /// Connections that are open.
        n_connections: usize,
    },
}

/// What is called with each [`Event`].
pub type EventHandler = Arc<dyn Fn(Event) + Send + Sync>;

/// Serves until the process gets SIGINT or SIGTERM; SIGHUP reads the models again.
///
/// # Errors
/// A parameter is out of its range, or the address cannot be listened on.
pub fn serve(registry: ModelRegistry, params: &ServeParams, on_event: EventHandler) -> Result<()> {
    params.check()?;
    let address = params.address()?;
    let cannot = |action: &'static str| {
        move |source: std::io::Error| Error::new(ErrorKind::Io { action }).caused_by(source)
    };
    // One thread for each processor carries connections, as many more score: the second kind sleeps
    // unless there is work, and the system shares the processors out between the two.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(params.n_threads() + 4)
        .enable_all()
        .build()
        .map_err(cannot("cannot start threads"))?;
    let served = runtime.block_on(connections::run(registry, params, address, on_event));
    // A text that is still being scored is not waited for: nobody is left to answer.
    runtime.shutdown_background();
    served.map_err(cannot("cannot listen there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(change: impl FnOnce(&mut ServeParams)) -> String {
        let mut params = ServeParams::DEFAULT;
        change(&mut params);
        params
            .check()
            .map_or_else(|e| e.to_string(), |()| "fine".into())
    }

    #[test]
    fn ranges_are_checked() {
        assert_eq!(message(|_| {}), "fine");
        assert_eq!(
            message(|p| p.max_body = 10),
            "max-body is 10; expected a size from 1kB to 1GB, as in `2MB`"
        );
        assert_eq!(
            message(|p| p.timeout = 0),
            "timeout is 0; expected a number of seconds from 1 to 3600"
        );
        assert_eq!(
            message(|p| p.max_concurrent = 0),
            "max-concurrent is 0; expected a number from 1 to 100000"
        );
        assert_eq!(
            message(|p| p.allowed_hosts = vec!["a.example:80".into()]),
            "allow-host is `a.example:80`; expected a name without a port, as in `detente.example.org`"
        );
        assert_eq!(
            message(|p| p.allowed_hosts = vec!["a.example".into()]),
            "fine"
        );
        assert_eq!(
            message(|p| p.host = "example".into()),
            "host is `example`; expected an address such as `127.0.0.1`, `0.0.0.0`, or `::1`"
        );
    }

    #[test]
    fn what_others_can_reach_needs_a_token() {
        assert_eq!(
            message(|p| p.host = "0.0.0.0".into()),
            "the address `0.0.0.0` can be reached from other machines; expected a token with it"
        );
        for host in ["::1", "[::1]", "localhost", "127.8.0.1"] {
            assert_eq!(message(|p| p.host = host.into()), "fine", "{host}");
        }
        let token = Token::parse("0123456789abcdef").ok();
        let served = message(|p| {
            p.host = "::".into();
            p.token = token;
        });
        assert_eq!(served, "fine");
    }
}
