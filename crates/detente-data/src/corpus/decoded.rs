//! Bytes of any encoding as UTF-8, chunk by chunk.
//!
//! UTF-8 goes through as it is, after a look at every byte. What begins with a byte order mark is decoded as the mark
//! says; UTF-16 without one is known by its zero bytes. Other bytes that are no UTF-8 are guessed at, unless nearly all
//! of the text is UTF-8: then the byte that is wrong is named.
//!
//! # References
//! Sivonen, H. (2020). chardetng: A More Compact Character Encoding Detector for the Legacy Web.

use super::notices::Notice;
use super::reading::{ReadParams, TextEncoding};
use crate::error::{Error, ErrorKind};
use chardetng::EncodingDetector;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Bytes from the first that is no ASCII that a guess rests on, at the most.
const WINDOW: usize = 1 << 20;
/// Bytes in which zeros are counted.
const ZEROS_WINDOW: usize = 1 << 16;

/// Units of UTF-16, of a thousand, that are zero in one half, from which a text of a script like ours is known by it.
const ZEROS_OF_ASCII: usize = 300;
/// The same of any script: its blanks and stops.
const ZEROS_OF_ANY: usize = 50;

/// Text as UTF-8, whatever its bytes were.
pub(super) struct Decoded {
    inner: Box<dyn BufRead + Send>,
    path: PathBuf,
    params: ReadParams,
    state: State,
    /// Bytes that were read and are not decoded yet.
    waiting: Vec<u8>,
    is_end: bool,
    /// What is decoded, and how much of it has been read.
    out: Vec<u8>,
    out_at: usize,
    /// Bytes and line ends before those that wait.
    n_bytes: usize,
    n_lines: u64,
    encoding: &'static Encoding,
    /// The encoding's name where it is not UTF-8, for who no longer has this.
    found: FoundEncoding,
}

/// The encoding of a text, known as soon as a byte of it shows it; empty for UTF-8.
pub(super) type FoundEncoding = Arc<OnceLock<&'static str>>;

enum State {
    /// Nothing has been looked at.
    Begun,
    /// All was ASCII so far.
    Ascii,
    Utf8,
    Other(Box<Decoder>),
}

impl Decoded {
    pub(super) fn new(inner: Box<dyn BufRead + Send>, path: &Path, params: &ReadParams) -> Self {
        Self {
            inner,
            path: path.to_owned(),
            params: params.clone(),
            state: State::Begun,
            waiting: Vec::new(),
            is_end: false,
            out: Vec::new(),
            out_at: 0,
            n_bytes: 0,
            n_lines: 0,
            encoding: UTF_8,
            found: FoundEncoding::default(),
        }
    }

    /// The encoding found so far; `None` for UTF-8.
    pub(super) fn encoding(&self) -> Option<&'static str> {
        self.found.get().copied()
    }

    /// Where the encoding will be found.
    pub(super) fn found_encoding(&self) -> FoundEncoding {
        self.found.clone()
    }

    /// Reads until this many bytes wait, or the end.
    fn gather(&mut self, n_bytes: usize) -> std::io::Result<()> {
        while self.waiting.len() < n_bytes && !self.is_end {
            let chunk = match self.inner.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.is_end = chunk.is_empty();
            self.waiting.extend_from_slice(chunk);
            let n = chunk.len();
            self.inner.consume(n);
        }
        Ok(())
    }

    /// Hands over the first bytes that wait, which are UTF-8.
    fn pass(&mut self, n: usize) {
        self.count(n);
        self.out.clear();
        self.out.extend(self.waiting.drain(..n));
        self.out_at = 0;
    }

    fn count(&mut self, n: usize) {
        self.n_bytes += n;
        self.n_lines += memchr::memchr_iter(b'\n', &self.waiting[..n]).count() as u64;
    }

    fn decode_as(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        self.found.get_or_init(|| encoding.name());
        self.state = State::Other(Box::new(encoding.new_decoder_with_bom_removal()));
        self.params.notices.add(Notice::Encoding {
            path: self.path.clone(),
            encoding: encoding.name(),
        });
    }

    /// An error at a byte that waits.
    fn wrong(&self, kind: impl FnOnce(usize) -> ErrorKind, at: usize) -> std::io::Error {
        let before = &self.waiting[..at.min(self.waiting.len())];
        let n_lines = self.n_lines + memchr::memchr_iter(b'\n', before).count() as u64;
        let error = Error::new(kind(self.n_bytes + at)).at_line(n_lines + 1);
        error.carried()
    }

    fn refill(&mut self) -> std::io::Result<()> {
        loop {
            if let State::Begun = self.state {
                self.begin()?;
            }
            self.gather(1)?;
            if self.waiting.is_empty() {
                return self.finish();
            }
            match &self.state {
                State::Begun => {}
                State::Ascii => {
                    let n = n_plain(&self.waiting);
                    if n > 0 {
                        self.pass(n);
                        return Ok(());
                    }
                    self.decide()?;
                }
                State::Utf8 => {
                    let n = valid(&self.waiting);
                    if n > 0 {
                        self.pass(n);
                        return Ok(());
                    }
                    self.broken()?;
                }
                State::Other(_) => {
                    self.decode()?;
                    if self.out_at < self.out.len() {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Looks at what is said of the encoding, outside and inside, and whether this is text.
    fn begin(&mut self) -> std::io::Result<()> {
        self.gather(4)?;
        self.state = State::Ascii;
        let marked = Encoding::for_bom(&self.waiting).map(|(encoding, _)| encoding);
        match (self.params.encoding, marked) {
            (Some(TextEncoding(encoding)), _) if encoding != UTF_8 => self.decode_as(encoding),
            (None, Some(encoding)) if encoding != UTF_8 => self.decode_as(encoding),
            (None, None) if self.waiting.contains(&0) => {
                self.gather(ZEROS_WINDOW)?;
                if let Some(encoding) = utf16(&self.waiting) {
                    self.decode_as(encoding);
                }
            }
            (None, None) => {}
            _ => self.state = State::Utf8,
        }
        let is_text = matches!(self.state, State::Other(_)) || !is_binary(&self.waiting);
        match is_text {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::BinaryFile).carried()),
        }
    }

    /// Finds the encoding of bytes of which the first is no ASCII, or is zero.
    fn decide(&mut self) -> std::io::Result<()> {
        self.state = State::Utf8;
        let is_cut_only = match std::str::from_utf8(&self.waiting) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
        };
        // A chunk of UTF-8 is hardly ever something else: only what is doubtful is read further.
        if is_cut_only || self.waiting[0] == 0 {
            return Ok(());
        }
        self.gather(WINDOW)?;
        if let Some(encoding) = guess(&self.waiting, self.is_end) {
            self.decode_as(encoding);
        }
        Ok(())
    }

    /// The first bytes that wait are no UTF-8, or too few to tell.
    fn broken(&mut self) -> std::io::Result<()> {
        let n_before = self.waiting.len();
        if self.waiting[0] != 0 && n_before < 4 && !self.is_end {
            return self.gather(n_before + 1);
        }
        Err(match self.waiting[0] {
            0 => self.wrong(|offset| ErrorKind::NulByte { offset }, 0),
            _ => self.wrong(
                |offset| ErrorKind::NotUtf8 {
                    offset: Some(offset),
                },
                0,
            ),
        })
    }

    fn decode(&mut self) -> std::io::Result<()> {
        self.out.clear();
        self.out_at = 0;
        let State::Other(decoder) = &mut self.state else {
            return Ok(());
        };
        let room = decoder.max_utf8_buffer_length_without_replacement(self.waiting.len());
        self.out.resize(room.unwrap_or(4 * self.waiting.len()), 0);
        let (result, n_read, n_written) =
            decoder.decode_to_utf8_without_replacement(&self.waiting, &mut self.out, false);
        self.out.truncate(n_written);
        if let DecoderResult::Malformed(n_bad, n_after) = result {
            let at = n_read.saturating_sub(usize::from(n_bad) + usize::from(n_after));
            let encoding = self.encoding.name();
            return Err(self.wrong(|offset| ErrorKind::NotDecoded { encoding, offset }, at));
        }
        if memchr::memchr(0, &self.out).is_some() {
            let mut units = self.waiting[..n_read].as_chunks::<2>().0.iter();
            let at = match self.encoding == UTF_16LE || self.encoding == UTF_16BE {
                true => units.position(|unit| *unit == [0, 0]).map(|unit| 2 * unit),
                false => memchr::memchr(0, &self.waiting[..n_read]),
            };
            let at = at.unwrap_or(0);
            return Err(self.wrong(|offset| ErrorKind::NulByte { offset }, at));
        }
        self.count(n_read);
        self.waiting.drain(..n_read);
        Ok(())
    }

    /// What a decoder still holds at the end.
    fn finish(&mut self) -> std::io::Result<()> {
        self.out.clear();
        self.out_at = 0;
        if let State::Other(decoder) = &mut self.state {
            let mut rest = [0; 16];
            let (result, _, n_written) =
                decoder.decode_to_utf8_without_replacement(&[], &mut rest, true);
            let encoding = self.encoding.name();
            if !matches!(result, DecoderResult::InputEmpty) {
                let last = |offset: usize| ErrorKind::NotDecoded {
                    encoding,
                    offset: offset.saturating_sub(1),
                };
                return Err(self.wrong(last, 0));
            }
            self.out.extend_from_slice(&rest[..n_written]);
            self.state = State::Utf8;
        }
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(buffer.len());
        buffer[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.out_at == self.out.len() {
            self.refill()?;
        }
        Ok(&self.out[self.out_at..])
    }

    fn consume(&mut self, n: usize) {
        self.out_at = (self.out_at + n).min(self.out.len());
    }
}

/// How many bytes at the start are ASCII and not zero.
fn n_plain(bytes: &[u8]) -> usize {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    let bytes = &bytes[..end];
    match bytes.is_ascii() {
        true => end,
        false => bytes.iter().take_while(|byte| byte.is_ascii()).count(),
    }
}

/// How many bytes at the start are UTF-8 and not zero.
fn valid(bytes: &[u8]) -> usize {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Ok(_) => end,
        Err(error) => error.valid_up_to(),
    }
}

/// Whether bytes have zeros, and more characters of control than a text with a slip.
fn is_binary(bytes: &[u8]) -> bool {
    let n_control = bytes.iter().filter(|byte| is_control(**byte)).count();
    bytes.contains(&0) && n_control > 1 && 10 * n_control > bytes.len()
}

fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b)
}

/// The encoding of bytes that are not all UTF-8; `None` where they are, but for a few.
fn guess(window: &[u8], is_end: bool) -> Option<&'static Encoding> {
    let (mut n_valid, mut n_broken) = (0, 0);
    for chunk in window.utf8_chunks() {
        n_valid += chunk
            .valid()
            .chars()
            .filter(|letter| !letter.is_ascii())
            .count();
        n_broken += usize::from(!chunk.invalid().is_empty());
    }
    if n_valid >= n_broken {
        return None;
    }
    let mut detector = EncodingDetector::new();
    detector.feed(window, is_end);
    let encoding = match is_western(window) {
        true => WINDOWS_1252,
        false => detector.guess(None, false),
    };
    let (text, has_errors) = encoding.decode_without_bom_handling(window);
    let letters = || text.chars().filter(|letter| !letter.is_ascii());
    // No keyboard writes the first two where they are not letters of a word; the others are no characters.
    let is_odd =
        |letter: char| letter.is_control() || matches!(letter, '\u{fffd}' | 'ÿ' | 'þ' | '˙');
    let n_odd = letters().filter(|letter| is_odd(*letter)).count();
    // At the end of a window a character may be cut.
    let is_whole = !has_errors || !is_end && letters().filter(|l| *l == '\u{fffd}').count() <= 1;
    (is_whole && 2 * n_odd < letters().count() && !text.chars().any(is_c1)).then_some(encoding)
}

/// Bytes that are no ASCII up to which a guess has little to go by.
const FEW: usize = 8;

/// Whether a few bytes that are no ASCII are, as windows-1252, letters of western Europe that stand alone between
/// others, or marks of typography: of several encodings that give such a text it is by far the most common.
fn is_western(window: &[u8]) -> bool {
    let n_bytes = window.iter().filter(|byte| !byte.is_ascii()).count();
    if n_bytes > FEW {
        return false;
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(window);
    let is_letter = |letter: char| "éèêëàâäáãçñöôóòõüûùúïîíßåæøÉÈÀÂÄÁÇÑÖÓÜÚÍÅÆØœŒ".contains(letter);
    let is_mark = |letter: char| "‘’“”«»„–—…€£§°·\u{a0}".contains(letter);
    let mut was_letter = false;
    text.chars().all(|letter| {
        let is_alone = !(was_letter && is_letter(letter));
        was_letter = is_letter(letter);
        is_alone && (letter.is_ascii() || is_letter(letter) || is_mark(letter))
    })
}

fn is_c1(letter: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&letter) && letter != '\u{85}'
}

/// UTF-16 without a mark, known by zeros in one half of its units.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let bytes = &bytes[..bytes.len().min(ZEROS_WINDOW)];
    let pairs = bytes.as_chunks::<2>().0;
    let n_zeros = |half: usize| pairs.iter().filter(|pair| pair[half] == 0).count();
    let (encoding, half) = match (n_zeros(0), n_zeros(1)) {
        (0, zeros) if zeros > 1 => (UTF_16LE, 1),
        (zeros, 0) if zeros > 1 => (UTF_16BE, 0),
        _ => return None,
    };
    let zeros = 1000 * n_zeros(half) / pairs.len();
    // The other halves of a script lie in a few blocks of 256 characters; those with a zero are its blanks and stops.
    let is_script = || {
        let mut blocks: Vec<u8> = pairs.iter().map(|pair| pair[half]).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let blanks = pairs.iter().filter(|pair| pair[half] == 0);
        blocks.len() <= 8
            && blanks
                .clone()
                .all(|pair| pair[1 - half] >= 9 && pair[1 - half] < 128)
    };
    (zeros >= ZEROS_OF_ASCII || zeros >= ZEROS_OF_ANY && is_script()).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Result<(String, Option<&'static str>), String> {
        let inner = Box::new(Cursor::new(bytes.to_vec()));
        let mut decoded = Decoded::new(inner, Path::new("a.txt"), &ReadParams::default());
        let mut text = String::new();
        match decoded.read_to_string(&mut text) {
            Ok(_) => Ok((text, decoded.encoding())),
            Err(error) => Err(error.to_string()),
        }
    }

    fn utf16(text: &str, is_little: bool) -> Vec<u8> {
        let bytes = |unit: u16| match is_little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_goes_through_as_it_is() {
        for text in ["We met.", "Genève — “déjà vu”", "\u{feff}We met.", "条約"] {
            assert_eq!(read(text.as_bytes()), Ok((text.to_owned(), None)));
        }
    }

    #[test]
    fn utf16_is_known_with_and_without_its_mark() {
        for text in [
            "We welcome the truce.\n",
            "Мы приветствуем перемирие и мир.\n",
            "X",
        ] {
            for (is_little, name) in [(true, "UTF-16LE"), (false, "UTF-16BE")] {
                let marked = utf16(&format!("\u{feff}{text}"), is_little);
                assert_eq!(read(&marked), Ok((text.to_owned(), Some(name))));
                if text.len() > 1 {
                    let bare = utf16(text, is_little);
                    assert_eq!(read(&bare), Ok((text.to_owned(), Some(name))));
                }
            }
        }
    }

    #[test]
    fn single_byte_text_is_guessed() {
        for (text, encoding) in [
            (
                "The minister said “we welcome the truce” — in Genève.",
                "windows-1252",
            ),
            ("na\u{ef}ve", "windows-1252"),
            (
                "Министр приветствует перемирие и надеется на мир.",
                "windows-1251",
            ),
            (
                "Minister řekl, že příměří je vítané a že žádá mír.",
                "windows-1250",
            ),
        ] {
            let encoding = Encoding::for_label(encoding.as_bytes()).unwrap();
            let (bytes, _, _) = encoding.encode(text);
            assert_eq!(read(&bytes), Ok((text.to_owned(), Some(encoding.name()))));
        }
    }

    #[test]
    fn a_long_text_is_decoded_from_where_its_encoding_is_seen() {
        let text = format!(
            "{}caf\u{e9}, {}d\u{e9}j\u{e0}",
            "We met. ".repeat(40_000),
            "No. ".repeat(400_000)
        );
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        assert!(read(&bytes) == Ok((text.clone(), Some("windows-1252"))));
        assert!(read(text.as_bytes()) == Ok((text, None)));
    }

    #[test]
    fn a_broken_byte_is_named_with_its_line_and_offset() {
        for (bytes, expected) in [
            (
                &b"We met.\n\xc3\xa9t\xc3\xa9 \xff."[..],
                "line 2: the byte at offset 14 is not UTF-8",
            ),
            (b"We met\xff.", "line 1: the byte at offset 6 is not UTF-8"),
            (
                b"\xc3\xa9t\xc3",
                "line 1: the byte at offset 3 is not UTF-8",
            ),
            (
                b"We met.\nWe\0 left.",
                "line 2: the byte at offset 10 is NUL",
            ),
            (
                b"\xc3\xa9t\xc3\xa9\0.",
                "line 1: the byte at offset 5 is NUL",
            ),
            (b"a\0bcdefghijklmn", "line 1: the byte at offset 1 is NUL"),
        ] {
            let error = read(bytes).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        assert!(read(b"\x01\0\0\x02\x05\0x").unwrap_err().contains("binary"));
    }
}
