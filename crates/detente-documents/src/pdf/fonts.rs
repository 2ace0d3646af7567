//! Fonts: what letters a code stands for, and how wide its glyph is.

use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use unicode_normalization::UnicodeNormalization;

/// Bytes that a table from codes to letters may unpack to.
const MOST_MAP: usize = 16 << 20;
/// Widths of `Helvetica` from the blank on, for the fonts that every reader has and no file describes.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Font dictionaries reduced to their tables from codes to letters, which outlive the fonts that borrow them.
pub(super) struct Maps(FxHashMap<ObjectId, Dictionary>);

impl Maps {
    pub(super) fn of(document: &Document) -> Self {
        let mut maps = FxHashMap::default();
        for (id, object) in &document.objects {
            if let Object::Dictionary(font) = object
                && font.has_type(b"Font")
                && let Ok(map) = font.get(b"ToUnicode")
            {
                let mut only = Dictionary::new();
                only.set("Type", Object::Name(b"Font".to_vec()));
                only.set("ToUnicode", map.clone());
                maps.insert(*id, only);
            }
        }
        Self(maps)
    }
}

/// A font as it is used.
pub(super) struct Font<'a> {
    /// By its table, where it has one.
    map: Option<Encoding<'a>>,
    /// By its encoding.
    encoding: Option<Encoding<'a>>,
    /// Bytes of a code.
    pub(super) n_bytes: usize,
    widths: FxHashMap<u32, f32>,
    default_width: Option<f32>,
    letters: RefCell<FxHashMap<u32, Rc<str>>>,
}

impl<'a> Font<'a> {
    pub(super) fn new(
        document: &'a Document,
        maps: &'a Maps,
        id: Option<ObjectId>,
        font: &'a Dictionary,
    ) -> Self {
        let is = |name: &[u8]| {
            font.get(b"Subtype")
                .and_then(Object::as_name)
                .is_ok_and(|found| found == name)
        };
        let is_composite = is(b"Type0");
        let map = id.and_then(|id| maps.0.get(&id));
        let map = map.and_then(|map| map.get_font_encoding_with_limit(document, MOST_MAP).ok());
        let map = map.filter(|map| matches!(map, Encoding::UnicodeMapEncoding(_)));
        // A composite font without a table has codes of glyphs, which stand for no letters.
        let encoding = font.get_font_encoding_with_limit(document, MOST_MAP).ok();
        let encoding = encoding.filter(|found| {
            !is_composite
                || matches!(
                    found,
                    Encoding::UnicodeMapEncoding(_) | Encoding::SimpleEncoding(_)
                )
        });
        let mut made = Self {
            map,
            encoding,
            n_bytes: if is_composite { 2 } else { 1 },
            widths: FxHashMap::default(),
            default_width: None,
            letters: RefCell::default(),
        };
        match is_composite {
            true => made.composite_widths(document, font),
            false => made.simple_widths(document, font, is(b"Type3")),
        }
        made
    }

    fn simple_widths(&mut self, document: &Document, font: &Dictionary, is_drawn: bool) {
        let first = font
            .get_deref(b"FirstChar", document)
            .and_then(Object::as_i64)
            .unwrap_or(0);
        // A font that is drawn says itself how large a unit of it is.
        let matrix = font
            .get_deref(b"FontMatrix", document)
            .and_then(Object::as_array)
            .ok();
        let unit = matrix
            .and_then(|matrix| matrix.first()?.as_float().ok())
            .filter(|_| is_drawn);
        let unit = unit.map_or(1.0, |unit| unit.abs() * 1000.0);
        if let Ok(widths) = font
            .get_deref(b"Widths", document)
            .and_then(Object::as_array)
        {
            for (at, width) in widths.iter().take(256).enumerate() {
                let width = document
                    .dereference(width)
                    .ok()
                    .and_then(|(_, width)| width.as_float().ok());
                if let (Some(width), Ok(code)) = (width, u32::try_from(first + at as i64)) {
                    self.widths.insert(code, width * unit);
                }
            }
            let about = font
                .get_deref(b"FontDescriptor", document)
                .and_then(Object::as_dict);
            let missing =
                about.and_then(|about| about.get_deref(b"MissingWidth", document)?.as_float());
            self.default_width = missing.ok();
        }
    }

    fn composite_widths(&mut self, document: &Document, font: &Dictionary) {
        let below = font
            .get_deref(b"DescendantFonts", document)
            .and_then(Object::as_array)
            .ok();
        let below =
            below.and_then(|below| document.dereference(below.first()?).ok()?.1.as_dict().ok());
        let Some(below) = below else {
            return;
        };
        let default = below.get_deref(b"DW", document).and_then(Object::as_float);
        self.default_width = Some(default.unwrap_or(1000.0));
        let Ok(widths) = below.get_deref(b"W", document).and_then(Object::as_array) else {
            return;
        };
        let number = |object: &Object| {
            document
                .dereference(object)
                .ok()
                .and_then(|(_, object)| object.as_float().ok())
        };
        // Codes have two bytes; what says more of them than four times says it to take time.
        let mut n_left = 4_usize << 16;
        let mut at = 0;
        while at + 1 < widths.len() {
            let Some(first) = number(&widths[at]).map(|first| first.max(0.0) as u32) else {
                return;
            };
            if let Ok((_, Object::Array(several))) = document.dereference(&widths[at + 1]) {
                n_left = n_left.saturating_sub(several.len());
                for (code, width) in (first..).zip(several.iter().take(n_left.min(1 << 16))) {
                    self.widths.insert(code, number(width).unwrap_or(1000.0));
                }
                at += 2;
                continue;
            }
            let (Some(last), Some(width)) =
                (number(&widths[at + 1]), widths.get(at + 2).and_then(number))
            else {
                return;
            };
            let last = (last.max(0.0) as u32).min(first.saturating_add(1 << 16));
            n_left = n_left.saturating_sub(last.saturating_sub(first) as usize + 1);
            if n_left == 0 {
                return;
            }
            for code in first..=last {
                self.widths.insert(code, width);
            }
            at += 3;
        }
    }

    /// The width of a glyph, in thousandths of its size.
    pub(super) fn width(&self, code: u32) -> f32 {
        let known = self.widths.get(&code).copied().or(self.default_width);
        let helvetica = || {
            (code as usize)
                .checked_sub(32)
                .and_then(|at| HELVETICA.get(at))
                .map(|width| f32::from(*width))
        };
        known.or_else(helvetica).unwrap_or(556.0)
    }

    /// The ligatures of the fonts of TeX, which are often embedded without a word on their codes. No other encoding of
    /// letters has these codes.
    fn of_tex(&self, code: u32) -> &'static str {
        // From 11 on in the older encoding, from 27 on in the one for European languages.
        let at = code.wrapping_sub(if code < 27 { 11 } else { 27 }) as usize;
        let ligatures = ["ff", "fi", "fl", "ffi", "ffl"];
        let is_simple = self.n_bytes == 1;
        ligatures
            .get(at)
            .copied()
            .filter(|_| is_simple)
            .unwrap_or_default()
    }

    /// The letters that a code stands for; empty where that is not known.
    pub(super) fn letters(&self, code: u32, bytes: &[u8]) -> Rc<str> {
        if let Some(known) = self.letters.borrow().get(&code) {
            return Rc::clone(known);
        }
        let by = |encoding: &Option<Encoding<'a>>| {
            let text = encoding.as_ref()?.bytes_to_string(bytes).ok()?;
            let is_known =
                !text.is_empty() && !text.contains('\u{fffd}') && !text.chars().all(is_private);
            is_known.then_some(text)
        };
        let text = by(&self.map).or_else(|| by(&self.encoding));
        let text = text.unwrap_or_else(|| self.of_tex(code).to_owned());
        let letters: Rc<str> = plain(&text).into();
        self.letters.borrow_mut().insert(code, Rc::clone(&letters));
        letters
    }
}

/// Letters as they are typed: ligatures and presentation forms are forms of letters.
pub(super) fn plain(text: &str) -> String {
    let is_form = |c: char| matches!(c, '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_form(c) => out.extend(std::iter::once(c).nfkc()),
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\t' => out.push(' '),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {}
            c if c.is_control() || is_private(c) => {}
            c => out.push(c),
        }
    }
    out
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_letters_are_these_letters() {
        assert_eq!(plain("e\u{fb03}cient \u{fb01}re"), "efficient fire");
        assert_eq!(plain("\u{fefb}\u{200f}"), "لا");
        assert_eq!(plain("a\u{a0}b\u{e001}"), "a b");
    }
}
