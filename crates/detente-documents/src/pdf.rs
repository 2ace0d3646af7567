//! Portable Document Format: glyphs into lines, columns and paragraphs.
//!
//! ```text
//! page     -> Glyph      pdf/glyphs.rs, fonts.rs   where each stands, and its letters
//!          -> Fragment   pdf/lines.rs              in the order of reading, also from right to left
//!          -> Block      pdf/columns.rs            behind the edges that repeat (edges.rs)
//!          -> text       pdf/paragraphs.rs         parted words joined, notes apart
//! ```

mod fonts;
mod glyphs;
mod lines;
mod columns;
mod edges;
mod paragraphs;

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Allowance, MOST_PAGES};
use crate::property;
use crate::writing::joined;
use columns::{Block, blocks};
use edges::remove_edges;
use flate2::read::ZlibDecoder;
use fonts::Maps;
use glyphs::Walker;
use lines::{Fragment, fragments};
use lopdf::{LoadOptions, Object};
use paragraphs::Paragraphs;
use std::io::Read;

/// Bytes of a file at the most: what is made of its objects takes some times as many.
const MOST_BYTES: usize = 256 << 20;
/// Bytes that one stream may unpack to.
const MOST_STREAM: usize = 128 << 20;

/// Reads a document.
///
/// # Errors
/// It is broken, encrypted, too large, or has no letters.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Document> {
    if bytes.len() > MOST_BYTES {
        return Err(allowance.too_much("is too large", format!("{MOST_BYTES} bytes")));
    }
    check_object_streams(bytes, allowance)?;
    let options = LoadOptions {
        max_decompressed_size: Some(
            MOST_STREAM.min(usize::try_from(allowance.bytes_left()).unwrap_or(MOST_STREAM)),
        ),
        ..LoadOptions::default()
    };
    let what = allowance.kind.title();
    let pdf = lopdf::Document::load_mem_with_options(bytes, options);
    let pdf = pdf.map_err(|error| match error {
        lopdf::Error::InvalidPassword
        | lopdf::Error::Decryption(_)
        | lopdf::Error::UnsupportedSecurityHandler(_) => allowance.encrypted(),
        _ => allowance.broken(),
    })?;
    if pdf.is_encrypted() && !pdf.was_encrypted() {
        return Err(allowance.encrypted());
    }
    let ids: Vec<_> = pdf.page_iter().take(MOST_PAGES + 1).collect();
    if ids.len() > MOST_PAGES {
        return Err(allowance.too_much("has too many pages", MOST_PAGES.to_string()));
    }
    if ids.is_empty() {
        return Err(allowance.broken());
    }
    let maps = Maps::of(&pdf);
    let mut walker = Walker::new(&pdf, &maps, allowance);
    let mut pages: Vec<Vec<Fragment>> = Vec::with_capacity(ids.len());
    let (mut n_known, mut n_unknown, mut n_without_text) = (0, 0, 0);
    for id in &ids {
        allowance.check_time()?;
        let shown = walker.page(*id)?;
        n_known += shown.glyphs.len();
        n_unknown += shown.n_unknown;
        n_without_text += usize::from(shown.glyphs.is_empty() && shown.has_picture);
        pages.push(fragments(shown.glyphs));
    }
    if n_unknown > n_known {
        return Err(Error::new(ErrorKind::UnknownLetters { what }));
    }
    remove_edges(&mut pages);
    let laid_out = pages.into_iter().map(|page| {
        allowance.check_time()?;
        Ok(blocks(page))
    });
    let pages: Vec<Vec<Block>> = laid_out.collect::<Result<_>>()?;
    let (paragraphs, notes) = Paragraphs::of(&pages);
    let info = pdf
        .trailer
        .get_deref(b"Info", &pdf)
        .and_then(Object::as_dict)
        .ok();
    let field = |name: &[u8]| {
        let text = info.and_then(|info| info.get_deref(name, &pdf).ok());
        text.and_then(|text| lopdf::decode_text_string(text).ok())
    };
    Ok(Document {
        text: joined(&paragraphs),
        notes,
        title: field(b"Title").and_then(|title| property::title(&title)),
        author: field(b"Author").and_then(|author| property::author(&author)),
        date: field(b"CreationDate").and_then(|date| property::date(&date)),
        n_pages: Some(ids.len()),
        n_without_text,
    })
}

/// Unpacks what may be streams of objects once and throws it away: all of them are unpacked together when a file is
/// opened. One begins with numbers; what stands in its dictionary may be written in many ways.
fn check_object_streams(bytes: &[u8], allowance: &Allowance) -> Result<()> {
    let mut buffer = vec![0; 1 << 16];
    let (mut from, mut may_be) = (0, false);
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        // The dictionary of the stream, behind the end of the one before.
        let before = &bytes[from..at];
        from = at + b"stream".len();
        if before.ends_with(b"end") {
            may_be = false;
            continue;
        }
        allowance.step()?;
        // A name may be written with `#` and the numbers of its letters.
        may_be |= memchr::memmem::find(before, b"ObjStm").is_some() || before.contains(&b'#');
        let data = &bytes[from..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        let mut decoder = ZlibDecoder::new(data);
        let mut is_counted = may_be;
        let mut n_read = FIRST_BYTES;
        while let Ok(n) = decoder.read(&mut buffer[..n_read])
            && n > 0
        {
            is_counted |= begins_with_number(&buffer[..n]);
            if !is_counted {
                break;
            }
            n_read = buffer.len();
            allowance.step()?;
            allowance.take(n)?;
        }
    }
    Ok(())
}

/// Bytes of a stream that say whether it begins with a number.
const FIRST_BYTES: usize = 256;

/// Whether a stream begins with a number, behind blanks and the mark of a predictor.
fn begins_with_number(bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| **byte > b' ');
    first.is_none_or(u8::is_ascii_digit)
}
