//! The files of the pages, which are part of the program: a page asks no other server for anything.

use super::answer;
use axum::response::Response;
use detente_report::page::{LIST_SCRIPT, LIST_STYLE, SCRIPT, STYLE};

/// A file of a page.
#[derive(Clone, Copy)]
pub(super) struct Asset {
    media_type: &'static str,
    text: &'static str,
}

impl Asset {
    const fn html(text: &'static str) -> Self {
        let media_type = "text/html; charset=utf-8";
        Self { media_type, text }
    }

    const fn script(text: &'static str) -> Self {
        let media_type = "text/javascript; charset=utf-8";
        Self { media_type, text }
    }

    const fn style(text: &'static str) -> Self {
        let media_type = "text/css; charset=utf-8";
        Self { media_type, text }
    }

    const fn picture(text: &'static str) -> Self {
        let media_type = "image/svg+xml";
        Self { media_type, text }
    }

    pub(super) fn answer(self) -> Response {
        answer::bytes(self.media_type, self.text)
    }
}

/// Every file with its path.
pub(super) const ALL: [(&str, Asset); 11] = [
    ("/", Asset::html(include_str!("page/index.html"))),
    ("/icon.svg", Asset::picture(include_str!("page/icon.svg"))),
    ("/page.js", Asset::script(SCRIPT)),
    ("/page.css", Asset::style(STYLE)),
    ("/list.js", Asset::script(LIST_SCRIPT)),
    ("/list.css", Asset::style(LIST_STYLE)),
    ("/app.js", Asset::script(include_str!("page/app.js"))),
    ("/app.css", Asset::style(include_str!("page/app.css"))),
    ("/docs", Asset::html(include_str!("page/docs.html"))),
    ("/docs.js", Asset::script(include_str!("page/docs.js"))),
    ("/docs.css", Asset::style(include_str!("page/docs.css"))),
];
