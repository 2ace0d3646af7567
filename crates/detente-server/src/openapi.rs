//! The OpenAPI document, made of the routes themselves.

use super::{refusal, request, routes, schema};
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
        schema::Article,
        schema::Statement,
        schema::Score,
        schema::Explanation,
        schema::Feature,
        schema::Remaining,
        schema::Share,
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

/// The document.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
