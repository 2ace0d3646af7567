//! The OpenAPI document, made of the routes themselves.

use super::{refusal, request, routes, schema};
use serde_json::Value;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "detente",
        description = "Scores what governments say: stance on peace, cooperation and conflict, and \
            sentiment, with calibrated probabilities. No text is logged or kept.",
    ),
    paths(
        routes::score,
        routes::explain,
        routes::models,
        routes::healthz,
        routes::metrics,
    ),
    components(schemas(
        refusal::ErrorBody,
        request::ScoreRequest,
        request::ArticleRequest,
        schema::ServedModel,
        schema::ServedTarget,
    )),
    modifiers(&BearerToken),
)]
struct Document;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = document.components.as_mut() {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme("token", scheme);
        }
    }
}

/// The document: the routes as they are, the articles as `detente_report` writes them.
///
/// # Errors
/// A part of it cannot be written as JSON, which all can.
pub(super) fn document() -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(Document::openapi())?;
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.extend(schema::article_schemas());
        schemas.sort_keys();
    }
    Ok(document)
}
