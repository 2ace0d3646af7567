//! Rich Text Format: control words, groups, and bytes in the code page of their font.
//!
//! `rtf-parser` 0.4.3 takes every such byte for a character of its own and panics at half a surrogate.
//!
//! # References
//! Microsoft (2008). Rich Text Format (RTF) Specification, version 1.9.1.

use crate::document::Document;
use crate::error::Result;
use crate::limits::Allowance;
use crate::property;
use crate::writing::Writing;
use encoding_rs::Encoding;
use rustc_hash::FxHashMap;

/// Groups that hold no text of the document.
const OVER: [&str; 29] = [
    "annotation",
    "atnauthor",
    "atnid",
    "background",
    "bkmkend",
    "bkmkstart",
    "colortbl",
    "falt",
    "fldinst",
    "filetbl",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "generator",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "listtable",
    "listtext",
    "nonshppict",
    "objdata",
    "operator",
    "pict",
    "pntext",
    "revtbl",
    "stylesheet",
    "xe",
];

/// Reads a document.
///
/// # Errors
/// It goes too deep or is too large.
pub(crate) fn read(bytes: &[u8], allowance: &Allowance) -> Result<Document> {
    let mut reader = Reader {
        allowance,
        writing: Writing::new(allowance, false),
        groups: Vec::new(),
        group: Group::default(),
        fonts: FxHashMap::default(),
        default_font: 0,
        ansi: encoding_rs::WINDOWS_1252,
        waiting: Vec::new(),
        surrogate: None,
        n_to_skip: 0,
        info: Info::default(),
    };
    reader.run(bytes)?;
    reader.decode()?;
    let (text, notes) = reader.writing.finish();
    let info = reader.info;
    let date = format!(
        "{:04}-{:02}-{:02}",
        info.date[0], info.date[1], info.date[2]
    );
    Ok(Document {
        text,
        notes,
        title: property::title(&info.title),
        author: property::author(&info.author),
        date: property::date(&date),
        ..Document::default()
    })
}

/// What holds inside of a group.
#[derive(Clone)]
struct Group {
    place: Place,
    font: i32,
    /// Characters that stand behind `\u` for programs that know none.
    n_fallback: usize,
    is_hidden: bool,
    is_deleted: bool,
    in_table: bool,
    /// Whether it began as a note, which its end closes.
    is_note: bool,
    /// Whether nothing but `\*` has come in it.
    is_starred: bool,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            place: Place::Text,
            font: -1,
            n_fallback: 1,
            is_hidden: false,
            is_deleted: false,
            in_table: false,
            is_note: false,
            is_starred: false,
        }
    }
}

/// What the text of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text,
    Over,
    Fonts,
    Info,
    Title,
    Author,
    Created,
}

#[derive(Default)]
struct Info {
    title: String,
    author: String,
    date: [i32; 3],
}

struct Reader<'a> {
    allowance: &'a Allowance,
    writing: Writing<'a>,
    groups: Vec<Group>,
    group: Group,
    /// The encoding of each font.
    fonts: FxHashMap<i32, &'static Encoding>,
    default_font: i32,
    ansi: &'static Encoding,
    /// Bytes that are not decoded yet: a character may have two.
    waiting: Vec<u8>,
    surrogate: Option<u16>,
    n_to_skip: usize,
    info: Info,
}

impl Reader<'_> {
    fn run(&mut self, bytes: &[u8]) -> Result<()> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            self.allowance.step()?;
            at += 1;
            match byte {
                b'{' => {
                    self.decode()?;
                    self.allowance.check_depth(self.groups.len())?;
                    let mut inner = self.group.clone();
                    (inner.is_note, inner.is_starred) = (false, false);
                    self.groups.push(std::mem::replace(&mut self.group, inner));
                    self.n_to_skip = 0;
                }
                b'}' => {
                    self.decode()?;
                    if self.group.is_note {
                        self.writing.close_note();
                    }
                    match self.groups.pop() {
                        Some(outer) => self.group = outer,
                        // What stands behind the last group is no text.
                        None => return Ok(()),
                    }
                    if self.groups.is_empty() {
                        return Ok(());
                    }
                    self.n_to_skip = 0;
                }
                b'\\' => at += self.control(&bytes[at..])?,
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        Ok(())
    }

    /// Reads what stands behind a backslash, and gives its length.
    fn control(&mut self, rest: &[u8]) -> Result<usize> {
        let Some(first) = rest.first().copied() else {
            return Ok(0);
        };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first, rest);
        }
        let n_name = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count()
            .min(32);
        let is_number =
            |(at, byte): &(usize, &u8)| byte.is_ascii_digit() || *at == 0 && **byte == b'-';
        let n_number = rest[n_name..]
            .iter()
            .enumerate()
            .take_while(is_number)
            .count()
            .min(12);
        // Invariant: both are ASCII.
        let name = std::str::from_utf8(&rest[..n_name]).unwrap_or_default();
        let number = std::str::from_utf8(&rest[n_name..n_name + n_number]).unwrap_or_default();
        let number: Option<i32> = number.parse().ok();
        let mut n = n_name + n_number;
        n += usize::from(rest.get(n) == Some(&b' '));
        if name == "bin" {
            let n_bytes = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            return Ok((n + n_bytes).min(rest.len()));
        }
        if name == "u" {
            self.unicode(number.unwrap_or(0))?;
            return Ok(n);
        }
        self.decode()?;
        self.word(name, number)?;
        Ok(n)
    }

    fn symbol(&mut self, first: u8, rest: &[u8]) -> Result<usize> {
        match first {
            b'\'' => {
                let code = rest
                    .get(1..3)
                    .and_then(|code| std::str::from_utf8(code).ok());
                let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
                if let Some(byte) = code {
                    self.byte(byte);
                }
                return Ok(if code.is_some() { 3 } else { 1 });
            }
            b'\\' | b'{' | b'}' => self.byte(first),
            b'~' => self.characters("\u{a0}")?,
            b'_' => self.characters("-")?,
            b'\r' | b'\n' => self.word("par", None)?,
            b'*' => self.group.is_starred = true,
            _ => {}
        }
        Ok(1)
    }

    fn unicode(&mut self, number: i32) -> Result<()> {
        if !self.waiting.is_empty() {
            self.decode()?;
        }
        // Numbers above 32767 are written as negative ones.
        let unit = (number & 0xffff) as u16;
        self.n_to_skip = self.group.n_fallback;
        match (self.surrogate.take(), unit) {
            (_, 0xd800..=0xdbff) => self.surrogate = Some(unit),
            (high, unit) => {
                let units = high.into_iter().chain([unit]);
                let text: String = char::decode_utf16(units).flatten().collect();
                self.characters(&text)?;
            }
        }
        Ok(())
    }

    fn word(&mut self, name: &str, number: Option<i32>) -> Result<()> {
        let is_on = number != Some(0);
        let was_starred = std::mem::take(&mut self.group.is_starred);
        if OVER.contains(&name) {
            self.group.place = Place::Over;
            return Ok(());
        }
        let is_text = self.group.place == Place::Text;
        match name {
            "fonttbl" => self.group.place = Place::Fonts,
            "info" => self.group.place = Place::Info,
            "title" if self.group.place == Place::Info => self.group.place = Place::Title,
            "author" if self.group.place == Place::Info => self.group.place = Place::Author,
            "creatim" if self.group.place == Place::Info => self.group.place = Place::Created,
            "yr" | "mo" | "dy" if self.group.place == Place::Created => {
                let at = ["yr", "mo", "dy"].iter().position(|part| *part == name);
                self.info.date[at.unwrap_or(0)] = number.unwrap_or(0);
            }
            "f" => self.group.font = number.unwrap_or(0),
            "plain" => (self.group.font, self.group.is_hidden) = (-1, false),
            "deff" => self.default_font = number.unwrap_or(0),
            "fcharset" if self.group.place == Place::Fonts => {
                if let Some(encoding) = of_charset(number.unwrap_or(0)) {
                    self.fonts.insert(self.group.font, encoding);
                }
            }
            "ansicpg" => self.ansi = of_code_page(number.unwrap_or(0)).unwrap_or(self.ansi),
            "mac" => self.ansi = encoding_rs::MACINTOSH,
            "uc" => {
                self.group.n_fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16)
            }
            "v" => self.group.is_hidden = is_on,
            "deleted" => self.group.is_deleted = is_on,
            "footnote" if is_text => {
                self.writing.open_note();
                self.group.is_note = true;
                self.group.in_table = false;
            }
            "pard" => self.group.in_table = false,
            "intbl" => self.group.in_table = is_on,
            _ if was_starred && !matches!(name, "shppict" | "shpinst" | "shptxt") => {
                self.group.place = Place::Over
            }
            _ if is_text => self.layout(name)?,
            _ => {}
        }
        Ok(())
    }

    fn layout(&mut self, name: &str) -> Result<()> {
        match name {
            "par" | "sect" | "page" => {
                self.begin_row();
                self.writing.end_paragraph();
            }
            "cell" | "nestcell" => {
                self.group.in_table = true;
                self.begin_row();
                self.writing.close_cell();
            }
            "row" | "nestrow" => self.writing.close_row(),
            "line" | "lbr" => self.characters("\n")?,
            "tab" => self.characters("\t")?,
            "emdash" => self.characters("—")?,
            "endash" => self.characters("–")?,
            "lquote" => self.characters("‘")?,
            "rquote" => self.characters("’")?,
            "ldblquote" => self.characters("“")?,
            "rdblquote" => self.characters("”")?,
            "bullet" => self.characters("•")?,
            "emspace" | "enspace" | "qmspace" => self.characters(" ")?,
            _ => {}
        }
        Ok(())
    }

    /// A row begins with the first of its paragraphs, and one that was not ended ends before other text.
    fn begin_row(&mut self) {
        match (self.group.in_table, self.writing.is_in_row()) {
            (true, false) => self.writing.row_of_current(),
            (false, true) => self.writing.close_row_before(),
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.n_to_skip {
            0 => self.waiting.push(byte),
            _ => self.n_to_skip -= 1,
        }
    }

    /// Turns the bytes that wait into text.
    fn decode(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.waiting);
        let font = match self.group.font {
            -1 => self.default_font,
            font => font,
        };
        let encoding = self.fonts.get(&font).copied().unwrap_or(self.ansi);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.characters(&text)
    }

    fn characters(&mut self, text: &str) -> Result<()> {
        if !self.waiting.is_empty() {
            self.decode()?;
        }
        match self.group.place {
            Place::Text if !self.group.is_hidden && !self.group.is_deleted => {
                self.writing.text(text)?
            }
            Place::Title => self.info.title.push_str(text),
            // Some programs name the author twice.
            Place::Author if !self.info.author.ends_with(text) => self.info.author.push_str(text),
            _ => {}
        }
        Ok(())
    }
}

/// The encoding of a character set of Windows, where it is not that of the document.
fn of_charset(number: i32) -> Option<&'static Encoding> {
    let page = match number {
        77 => return Some(encoding_rs::MACINTOSH),
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    of_code_page(page)
}

fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        20866 => "koi8-r".to_owned(),
        65001 => "utf-8".to_owned(),
        866 | 874 => format!("ibm{number}"),
        1250..=1258 => format!("windows-{number}"),
        _ => return None,
    };
    let label = if label == "ibm874" {
        "windows-874".to_owned()
    } else {
        label
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document_kind::DocumentKind;
    use crate::limits::Limits;

    fn document(rtf: &str) -> Document {
        let allowance = Allowance::new(DocumentKind::Rtf, Limits::DEFAULT);
        read(rtf.as_bytes(), &allowance).unwrap()
    }

    #[test]
    fn bytes_are_letters_of_the_font_at_hand() {
        let rtf = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}
            {\header Page}\f1\'cc\'e8\'f0\f0 , caf\'e9, \u1084?\u1080\'3f\u1088 ?\uc0\u8364 \u-10179\u-8704 .\par}";
        assert_eq!(document(rtf).text, "Мир, café, мир€😀.\n");
    }

    #[test]
    fn rows_notes_and_hidden_text_are_told_apart() {
        let rtf = r"{\rtf1 {\info{\title Talks resume}{\author Press Office}{\creatim\yr2025\mo5\dy18}}
            We met{\super 1}{\footnote See below.}.{\v secret}\par
            \trowd\cellx1\cellx2\pard\intbl State\cell Sum\cell\row
            \pard They {\*\bkmkstart x}left.{\deleted Never.}{\field{\*\fldinst HYPERLINK}{\fldrslt here}}\par}";
        let document = document(rtf);
        assert_eq!(document.text, "We met1.\n\nState\tSum\n\nThey left.here\n");
        assert_eq!(document.notes, ["See below."]);
        assert_eq!(document.title.as_deref(), Some("Talks resume"));
        assert_eq!(document.date.as_deref(), Some("2025-05-18"));
    }

    #[test]
    fn whatever_the_bytes_nothing_panics() {
        for rtf in [
            "{\\rtf1",
            "{\\rtf1\\",
            "{\\rtf1\\'",
            "{\\rtf1\\u",
            "{\\rtf1\\bin99999999 x}",
            "}}}}",
            "{\\rtf1\\row\\cell",
        ] {
            document(rtf);
        }
        let allowance = Allowance::new(DocumentKind::Rtf, Limits::DEFAULT);
        assert!(read("{".repeat(5_000).as_bytes(), &allowance).is_err());
    }
}
