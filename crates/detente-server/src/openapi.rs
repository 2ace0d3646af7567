//! The OpenAPI document, made of the routes themselves.

use super::request::{MENTION_CHARS, N_ARTICLES, TITLE_CHARS};
use super::{refusal, request, routes, schema};
use serde_json::{Map, Value, json};
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
        restrict(schemas);
        schemas.sort_keys();
    }
    let articles = json!({"type": "array", "items": {"$ref": "#/components/schemas/Article"}});
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            let responses = &mut operation["responses"];
            for (status, description) in refusals(path, method) {
                let schema = json!({"schema": {"$ref": "#/components/schemas/Error"}});
                responses[status] =
                    json!({"description": description, "content": {"application/json": schema}});
            }
            // One article for one, a list for several.
            if method == "post" {
                for of in (operation["parameters"].as_array_mut().into_iter().flatten())
                    .filter(|parameter| parameter["name"] == "mention")
                {
                    of["schema"]["maxLength"] = MENTION_CHARS.into();
                }
                let kinds = &mut operation["requestBody"]["content"];
                for (kind, of) in kinds.as_object_mut().into_iter().flatten() {
                    if kind != "application/json" {
                        of["schema"]["minLength"] = 1.into();
                    }
                }
                let responses = &mut operation["responses"];
                let schema = &mut responses["200"]["content"]["application/json"]["schema"];
                *schema = json!({"anyOf": [schema.take(), articles]});
                let lines = &mut responses["200"]["content"]["application/x-ndjson"]["schema"];
                *lines = json!({
                    "type": "string", "description": "An object as in `application/json` on each line.",
                });
                responses["200"]["headers"]["Detente-Known-Words"] = json!({
                    "description": "Of one article, how many of its words the model knows, and how many there are.",
                    "schema": {"type": "string", "pattern": "^[0-9]+/[0-9]+$"},
                });
            }
        }
    }
    Ok(document)
}

/// What an address can answer beside its `200`, each with an [`ErrorBody`](refusal::ErrorBody).
fn refusals(path: &str, method: &str) -> Vec<(&'static str, &'static str)> {
    let mut refusals = vec![
        ("400", "The request is not of the expected form."),
        (
            "403",
            "The request comes from a page of another site, or its `Host` is no name of this server. Only where no \
             token is asked for.",
        ),
    ];
    if path.starts_with("/v1/") || path == "/metrics" {
        refusals.push(("401", "The token is missing or wrong."));
    }
    if method == "post" {
        refusals.extend([
            ("404", "There is no model of this name."),
            ("408", "The body came too slowly."),
            (
                "413",
                "The body is too large, has too many articles, or would give an answer that is too large.",
            ),
            ("415", "A body of this kind is not read."),
            ("500", "A defect inside the server."),
            ("501", "This server was built without what reads such a body."),
            (
                "503",
                "The server has too much to do, or the request takes too long; `Retry-After` says when to come again.",
            ),
        ]);
    }
    refusals.sort_unstable();
    refusals
}

/// Says of a request what its fields alone do not: that it has a text or articles, and how long what is looked at whole
/// may be.
fn restrict(schemas: &mut Map<String, Value>) {
    let absent = json!({"type": "null"});
    schemas["ScoreRequest"]["oneOf"] = json!([
        {"required": ["text"], "properties": {"text": {"type": "string"}, "articles": absent}},
        {
            "required": ["articles"],
            "properties": {
                "articles": {"type": "array"}, "text": absent, "id": absent, "title": absent, "date": absent,
            },
        },
    ]);
    schemas["ScoreRequest"]["properties"]["articles"]["maxItems"] = N_ARTICLES.into();
    for name in ["ScoreRequest", "ArticleRequest"] {
        let fields = &mut schemas[name]["properties"];
        fields["title"]["maxLength"] = TITLE_CHARS.into();
        fields["mention"]["maxLength"] = MENTION_CHARS.into();
    }
}
