//! `detente serve`.

use super::failure::{Error, Result};
use super::note;
use clap::Args;
use detente_error::counted;
use detente_server::{Event, ModelRegistry, ServeParams, Source, Token, serve};
use std::path::PathBuf;
use std::sync::Arc;

/// Answer over HTTP: a page to paste text into, and an interface for programs
#[derive(Args)]
#[command(
    after_help = "The page is at /, the interface for programs at /v1/score, its description at /docs: \
`curl -s localhost:8080/v1/score -H 'Content-Type: text/plain' --data-binary @article.txt`. SIGHUP reads \
        the models again \
without dropping a request; SIGINT and SIGTERM end the server once it has answered what it was asked. No \
        text is logged or \
kept.

Examples:
  detente serve
  detente serve --model news=news.detente --model un.detente --port 8000
  detente serve --host 0.0.0.0 --token-file token"
)]
pub(super) struct ServeArguments {
    /// Model file; may be given several times. It is asked for by its file's name, or by the name
    /// before the `=` [default: the embedded model]
    #[arg(long = "model", value_name = "[NAME=]MODEL")]
    models: Vec<String>,
    /// Address to listen on
    #[arg(long, default_value = ServeParams::DEFAULT_HOST)]
    host: String,
    /// Port to listen on; 0 for a free one
    #[arg(long, default_value_t = ServeParams::DEFAULT.port)]
    port: u16,
    /// File whose text requests have to carry as a bearer token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Name by which requests may ask for this server, beside `localhost` and `127.0.0.1`, as behind a proxy; may be
    /// given several times. With a token any name will do
    #[arg(long = "allow-host", value_name = "NAME")]
    allowed_hosts: Vec<String>,
    /// Largest body of a request [default: 2MB]
    #[arg(long, value_name = "SIZE")]
    max_body: Option<String>,
    /// Seconds for reading a body, for scoring, and for sending an answer
    #[arg(long, value_name = "SECONDS", default_value_t = ServeParams::DEFAULT.timeout)]
    timeout: u64,
    /// Requests that are scored or wait for it; more are told to come again
    #[arg(long, value_name = "N", default_value_t = ServeParams::DEFAULT.max_concurrent)]
    max_concurrent: usize,
    /// Threads that score; 0 for one a processor
    #[arg(long, value_name = "N", default_value_t = ServeParams::DEFAULT.n_threads)]
    threads: usize,
}

pub(super) fn run(arguments: ServeArguments) -> Result<()> {
    let token = arguments.token_file.as_ref().map(|path| {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::io("cannot read", path, source))?;
        let token = Token::parse(&text).map_err(|error| error.in_file(path))?;
        Ok::<_, Error>(token)
    });
    let params = ServeParams {
        host: arguments.host,
        port: arguments.port,
        token: token.transpose()?,
        allowed_hosts: arguments.allowed_hosts,
        max_body: match &arguments.max_body {
            Some(size) => bytes(size)?,
            None => ServeParams::DEFAULT.max_body,
        },
        timeout: arguments.timeout,
        max_concurrent: arguments.max_concurrent,
        n_threads: arguments.threads,
    };
    params.check()?;
    let sources = arguments.models.iter().map(|model| Source::parse(model));
    let registry = ModelRegistry::read(sources.collect())?;
    // What a panic says may hold a piece of text.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_default();
        note(format_args!("warning: a request failed in {place}"));
    }));
    Ok(serve(registry, &params, Arc::new(say))?)
}

fn say(event: Event) {
    match event {
        Event::Listening(address) => note(format_args!("listening on http://{address}")),
        Event::Reloaded { n_models } => {
            note(format_args!("{} read again", counted(n_models, "model")));
        }
        Event::NotReloaded(error) => {
            note(format_args!("warning: a model is kept as it was: {error}"))
        }
        Event::Stopping { n_connections } => note(format_args!(
            "stopping with {} open",
            counted(n_connections, "connection")
        )),
    }
}

/// A size such as `2MB`, `500kB`, or `1000000`.
fn bytes(size: &str) -> Result<u64> {
    let lower = size.trim().to_ascii_lowercase();
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: Option<u64> = match lower[number.len()..].trim() {
        "" | "b" => Some(1),
        "k" | "kb" => Some(1_000),
        "m" | "mb" => Some(1_000_000),
        "g" | "gb" => Some(1_000_000_000),
        _ => None,
    };
    let bytes = unit.and_then(|unit| number.trim().parse::<u64>().ok()?.checked_mul(unit));
    bytes.ok_or_else(|| {
        let expected = "a size from 1kB to 1GB, as in `2MB`";
        Error::out_of_range("max-body", format!("`{size}`"), expected)
    })
}
