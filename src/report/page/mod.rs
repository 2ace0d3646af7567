//! A scored article as a page: its text with the statements marked, and why each got its label.
//!
//! The browser draws an article from the JSON that programs get too, with one script and one style that
//! the server sends as they are. What the script takes and gives stands at its head.

/// The script: `detente.show(element, article)` draws the JSON of an article. It asks for nothing, parses
/// no markup, and works under `script-src 'self'; style-src 'self'`.
pub const SCRIPT: &str = include_str!("page.js");

/// The style that the script needs: every rule stands under the class `detente`, which the script gives
/// to its element, or under `detente-page`, which a page gives to its body.
pub const STYLE: &str = include_str!("page.css");
