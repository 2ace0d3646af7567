//! Spans as JSON has them.

use detente_text::Span;
use serde::{Serialize, Serializer};

/// A span as its two ends, for `serde`.
pub fn span_ends<S: Serializer>(span: &Span, serializer: S) -> Result<S::Ok, S::Error> {
    [span.start, span.end].serialize(serializer)
}

pub(super) fn optional_ends<S: Serializer>(
    span: &Option<Span>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    span.map(|span| [span.start, span.end])
        .serialize(serializer)
}
