//! The glyphs of a page, each where it stands.
//!
//! `pdf-extract` has such a walk too: it panics at a color it does not know, takes the fonts of a form for those of
//! the page, and draws a form that draws itself until the stack is full.
//!
//! # References
//! ISO 32000-1:2008, 8.3 (coordinate systems), 9.4 (text objects), 14.6 (marked content).

use super::fonts::{Font, Maps, plain};
use crate::error::Result;
use crate::limits::Allowance;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Forms within forms at the most.
const MOST_FORMS: usize = 12;
/// Glyphs of a page at the most: a page of a newspaper has thirty thousand.
const MOST_GLYPHS: usize = 400_000;
/// States that are kept at the most.
const MOST_STATES: usize = 1_000;

/// A matrix of six numbers, as PDF writes it.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// What `first` does, and then `second`.
fn after(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [g, h, i, j, k, l] = second;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

/// A glyph with its letters.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// Where its baseline begins, and how far it goes, along the direction of its line.
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    pub(super) letters: Rc<str>,
    /// Quarters of a turn by which its line is turned.
    pub(super) n_quarters: u8,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) glyphs: Vec<Glyph>,
    /// Glyphs whose letters are not known.
    pub(super) n_unknown: usize,
    pub(super) has_picture: bool,
}

/// Finds the glyphs of pages; what is known of fonts is kept from page to page.
pub(super) struct Walker<'a> {
    document: &'a Document,
    maps: &'a Maps,
    allowance: &'a Allowance,
    /// By the place of their dictionaries, which the document holds.
    fonts: FxHashMap<*const Dictionary, Rc<Font<'a>>>,
}

/// What holds for text and drawing at a place of the content.
#[derive(Clone)]
struct State<'a> {
    matrix: Matrix,
    font: Option<Rc<Font<'a>>>,
    size: f32,
    character_gap: f32,
    word_gap: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

/// Content that is marked.
enum Mark {
    /// It is no part of the text: a header, a footer, a line.
    Artifact,
    /// It stands for these letters, once.
    Text(Option<Rc<str>>),
    Other,
}

impl<'a> Walker<'a> {
    pub(super) fn new(document: &'a Document, maps: &'a Maps, allowance: &'a Allowance) -> Self {
        Self {
            document,
            maps,
            allowance,
            fonts: FxHashMap::default(),
        }
    }

    /// # Errors
    /// The page takes more than it may.
    pub(super) fn page(&mut self, id: ObjectId) -> Result<Shown> {
        let mut shown = Shown::default();
        let most = usize::try_from(self.allowance.bytes_left()).unwrap_or(usize::MAX);
        let Ok(content) = self.document.get_page_content_with_limit(id, most) else {
            return Err(self.allowance.unpacks_too_far());
        };
        let resources = self.resources(id);
        self.run(&content, &resources, IDENTITY, 0, &mut shown)?;
        Ok(shown)
    }

    fn resources(&self, id: ObjectId) -> Vec<&'a Dictionary> {
        let document = self.document;
        let Ok((own, others)) = document.get_page_resources(id) else {
            return Vec::new();
        };
        let others = others
            .into_iter()
            .filter_map(|id| document.get_dictionary(id).ok());
        own.into_iter().chain(others).collect()
    }

    /// A named thing of the resources at hand, with its number.
    fn named(
        &self,
        resources: &[&'a Dictionary],
        kind: &[u8],
        name: &[u8],
    ) -> Option<(Option<ObjectId>, &'a Object)> {
        let document = self.document;
        resources.iter().find_map(|resources| {
            let kind = resources
                .get_deref(kind, document)
                .and_then(Object::as_dict)
                .ok()?;
            document.dereference(kind.get(name).ok()?).ok()
        })
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &[&'a Dictionary],
        matrix: Matrix,
        depth: usize,
        shown: &mut Shown,
    ) -> Result<()> {
        self.allowance.take(content.len())?;
        let mut state = State {
            matrix,
            font: None,
            size: 0.0,
            character_gap: 0.0,
            word_gap: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut kept: Vec<State<'a>> = Vec::new();
        let mut marks: Vec<Mark> = Vec::new();
        let (mut line, mut text) = (IDENTITY, IDENTITY);
        // One at a time: all of a large stream together would take many times its bytes.
        for operation in Content::decode_iter(content) {
            self.allowance.step()?;
            // A page is read up to where it cannot be understood.
            let Ok(Operation { operator, operands }) = operation else {
                break;
            };
            let number = |at: usize| {
                operands
                    .get(at)
                    .and_then(|operand| operand.as_float().ok())
                    .unwrap_or(0.0)
            };
            let name = || operands.first().and_then(|operand| operand.as_name().ok());
            let six = || {
                [
                    number(0),
                    number(1),
                    number(2),
                    number(3),
                    number(4),
                    number(5),
                ]
            };
            match operator.as_str() {
                "q" if kept.len() < MOST_STATES => kept.push(state.clone()),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.matrix = after(six(), state.matrix),
                "BT" => (line, text) = (IDENTITY, IDENTITY),
                "Tc" => state.character_gap = number(0),
                "Tw" => state.word_gap = number(0),
                "Tz" => state.stretch = number(0) / 100.0,
                "TL" => state.leading = number(0),
                "Ts" => state.rise = number(0),
                "Tf" => {
                    state.size = number(1);
                    state.font = name().and_then(|name| self.font(resources, name));
                }
                "Td" | "TD" => {
                    if operator == "TD" {
                        state.leading = -number(1);
                    }
                    line = after([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line);
                    text = line;
                }
                "Tm" => {
                    line = six();
                    text = line;
                }
                "T*" | "'" | "\"" => {
                    line = after([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if operator == "\"" {
                        (state.word_gap, state.character_gap) = (number(0), number(1));
                    }
                    if let Some(Object::String(bytes, _)) = operands.last() {
                        self.show(&state, &mut text, bytes, &mut marks, shown)?;
                    }
                }
                "Tj" => {
                    if let Some(Object::String(bytes, _)) = operands.first() {
                        self.show(&state, &mut text, bytes, &mut marks, shown)?;
                    }
                }
                "TJ" => {
                    for part in operands
                        .first()
                        .and_then(|parts| parts.as_array().ok())
                        .into_iter()
                        .flatten()
                    {
                        match part {
                            Object::String(bytes, _) => {
                                self.show(&state, &mut text, bytes, &mut marks, shown)?
                            }
                            part => {
                                let back = part.as_float().unwrap_or(0.0) / 1000.0
                                    * state.size
                                    * state.stretch;
                                text = after([1.0, 0.0, 0.0, 1.0, -back, 0.0], text);
                            }
                        }
                    }
                }
                "BMC" | "BDC" => marks.push(self.mark(resources, &operands)),
                "EMC" => drop(marks.pop()),
                "BI" | "EI" | "INLINE_IMAGE" => shown.has_picture = true,
                "Do" => {
                    let is_beside = marks.iter().any(|mark| matches!(mark, Mark::Artifact));
                    if let Some(name) = name()
                        && !is_beside
                    {
                        self.object(resources, name, state.matrix, depth, shown)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Draws a form, or notes that there is a picture.
    fn object(
        &mut self,
        resources: &[&'a Dictionary],
        name: &[u8],
        matrix: Matrix,
        depth: usize,
        shown: &mut Shown,
    ) -> Result<()> {
        let document = self.document;
        let found = self.named(resources, b"XObject", name);
        let Some(form) = found.and_then(|(_, object)| object.as_stream().ok()) else {
            return Ok(());
        };
        if form
            .dict
            .get(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|kind| kind == b"Image")
        {
            shown.has_picture = true;
            return Ok(());
        }
        if depth >= MOST_FORMS {
            return Ok(());
        }
        let most = usize::try_from(self.allowance.bytes_left()).unwrap_or(usize::MAX);
        let content = match form.filters().is_ok() {
            true => form.decompressed_content_with_limit(most).ok(),
            false => Some(form.content.clone()),
        };
        let Some(content) = content else {
            return Ok(());
        };
        let own = form
            .dict
            .get_deref(b"Matrix", document)
            .and_then(Object::as_array)
            .ok();
        let mut inner = IDENTITY;
        for (at, number) in own.into_iter().flatten().take(6).enumerate() {
            inner[at] = number.as_float().unwrap_or(inner[at]);
        }
        let own = form
            .dict
            .get_deref(b"Resources", document)
            .and_then(Object::as_dict)
            .ok();
        let own: Vec<&Dictionary> = own
            .into_iter()
            .chain(resources.iter().copied())
            .take(2 * MOST_FORMS)
            .collect();
        self.run(&content, &own, after(inner, matrix), depth + 1, shown)
    }

    fn font(&mut self, resources: &[&'a Dictionary], name: &[u8]) -> Option<Rc<Font<'a>>> {
        let (id, font) = self.named(resources, b"Font", name)?;
        let font = font.as_dict().ok()?;
        let make = || Rc::new(Font::new(self.document, self.maps, id, font));
        let fonts = self.fonts.entry(std::ptr::from_ref(font));
        Some(Rc::clone(fonts.or_insert_with(make)))
    }

    fn mark(&self, resources: &[&'a Dictionary], operands: &[Object]) -> Mark {
        if operands.first().and_then(|tag| tag.as_name().ok()) == Some(b"Artifact") {
            return Mark::Artifact;
        }
        let properties = match operands.get(1) {
            Some(Object::Dictionary(properties)) => Some(properties),
            Some(Object::Name(name)) => self
                .named(resources, b"Properties", name)
                .and_then(|(_, found)| found.as_dict().ok()),
            _ => None,
        };
        let actual = properties.and_then(|properties| properties.get(b"ActualText").ok());
        match actual.and_then(|text| lopdf::decode_text_string(text).ok()) {
            Some(text) => Mark::Text(Some(plain(&text).into())),
            None => Mark::Other,
        }
    }

    fn show(
        &self,
        state: &State<'a>,
        text: &mut Matrix,
        bytes: &[u8],
        marks: &mut [Mark],
        shown: &mut Shown,
    ) -> Result<()> {
        let Some(font) = &state.font else {
            return Ok(());
        };
        let is_beside = marks.iter().any(|mark| matches!(mark, Mark::Artifact));
        for code_bytes in bytes.chunks(font.n_bytes) {
            self.allowance.step()?;
            let code = code_bytes
                .iter()
                .fold(0, |code, byte| code << 8 | u32::from(*byte));
            let width = font.width(code) / 1000.0 * state.size;
            let is_blank = font.n_bytes == 1 && code == 32;
            let gap = state.character_gap + if is_blank { state.word_gap } else { 0.0 };
            if !is_beside {
                let mut letters = font.letters(code, code_bytes);
                if let Some(Mark::Text(actual)) =
                    marks.iter_mut().find(|mark| matches!(mark, Mark::Text(_)))
                {
                    letters = actual.take().unwrap_or_default();
                } else if letters.is_empty() {
                    shown.n_unknown += 1;
                }
                let place = after(
                    after([state.stretch, 0.0, 0.0, 1.0, 0.0, state.rise], *text),
                    state.matrix,
                );
                if !letters.is_empty() {
                    if shown.glyphs.len() >= MOST_GLYPHS {
                        return Err(self
                            .allowance
                            .too_much("has too many letters on a page", MOST_GLYPHS.to_string()));
                    }
                    shown
                        .glyphs
                        .extend(placed(place, width, state.size, letters));
                }
            }
            let along = (width + gap) * state.stretch;
            *text = after([1.0, 0.0, 0.0, 1.0, along, 0.0], *text);
        }
        Ok(())
    }
}

/// A glyph, in coordinates in which its line goes to the right.
fn placed(place: Matrix, width: f32, size: f32, letters: Rc<str>) -> Option<Glyph> {
    let [a, b, c, d, e, f] = place;
    let (along, up) = (a.hypot(b), c.hypot(d));
    let (n_quarters, x, y) = match (a.abs() >= b.abs(), a >= 0.0, b >= 0.0) {
        (true, true, _) => (0, e, f),
        (true, false, _) => (2, -e, -f),
        (false, _, true) => (1, f, -e),
        (false, _, false) => (3, -f, e),
    };
    let (width, size) = (width.abs() * along, size.abs() * up);
    let is_there = [x, y, width, size]
        .iter()
        .all(|number| number.is_finite() && number.abs() < 1e6);
    (is_there && size > 0.5).then_some(Glyph {
        x,
        y,
        width,
        size,
        letters,
        n_quarters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_line_goes_to_the_right() {
        let glyph = placed([0.0, 2.0, -2.0, 0.0, 100.0, 50.0], 6.0, 10.0, "a".into()).unwrap();
        assert_eq!((glyph.n_quarters, glyph.x, glyph.y), (1, 50.0, -100.0));
        assert_eq!((glyph.width, glyph.size), (12.0, 20.0));
        assert!(placed([f32::NAN; 6], 1.0, 1.0, "a".into()).is_none());
    }
}
