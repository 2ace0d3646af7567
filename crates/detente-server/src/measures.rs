//! What the server counts of itself, as Prometheus reads it. Nothing of a text is in it.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Upper ends of the bins of durations, in seconds.
const BINS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Counters of a server.
pub(super) struct Measures {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Histogram,
    articles: Counter,
    statements: Counter,
    text: Counter,
    reloads: Family<Outcome, Counter>,
    /// Connections that are open.
    pub(super) connections: Gauge,
}

impl Measures {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("detente");
        let measures = Self {
            requests: Family::default(),
            seconds: Histogram::new(BINS),
            articles: Counter::default(),
            statements: Counter::default(),
            text: Counter::default(),
            reloads: Family::default(),
            connections: Gauge::default(),
            registry: Registry::default(),
        };
        let Self {
            requests,
            seconds,
            articles,
            statements,
            text,
            reloads,
            connections,
            ..
        } = &measures;
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("articles", "Articles scored", articles.clone());
        registry.register("statements", "Statements scored", statements.clone());
        registry.register_with_unit("text", "Text scored", Unit::Bytes, text.clone());
        registry.register(
            "reloads",
            "Models read again, or not, since the start",
            reloads.clone(),
        );
        registry.register("connections", "Connections open", connections.clone());
        Self {
            registry,
            ..measures
        }
    }

    /// Counts a request. A route is one of those there are, never what was asked for.
    pub(super) fn answered(&self, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.requests
            .get_or_create(&Answered { route, status })
            .inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub(super) fn scored(&self, n_articles: usize, n_statements: usize, n_bytes: usize) {
        self.articles.inc_by(n_articles as u64);
        self.statements.inc_by(n_statements as u64);
        self.text.inc_by(n_bytes as u64);
    }

    pub(super) fn reloaded(&self, is_ok: bool) {
        let outcome = if is_ok { "read" } else { "kept" };
        self.reloads.get_or_create(&Outcome { outcome }).inc();
    }

    /// The text that Prometheus reads.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
