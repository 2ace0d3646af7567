//! The texts of n-grams, which scoring has no use for.

use bytes::Bytes;
use flate2::read::DeflateDecoder;
use miniz_oxide::deflate::compress_to_vec;
use std::io::Read;
use std::sync::OnceLock;

/// Names are as many times longer than what they are deflated to, at the most, beyond a million bytes: those of the
/// default model are three times. Guards against a small file that inflates to fill the memory.
const MOST_INFLATED: u64 = 32;

/// The text of each n-gram, by id, compressed until somebody asks for one.
///
/// The compressed names are those of a model file. Unpacking them took a third of the time in which
/// a short article was scored.
#[derive(Clone, Debug, Default)]
pub struct Names {
    deflated: Option<Bytes>,
    /// How many there are.
    n_names: usize,
    /// `None` where they do not unpack.
    list: OnceLock<Option<Vec<String>>>,
}

impl Names {
    /// So many names as they stand in a model file: deflated, separated by newlines.
    pub fn from_deflated(bytes: impl Into<Bytes>, n_names: usize) -> Self {
        Self {
            deflated: Some(bytes.into()),
            n_names,
            list: OnceLock::new(),
        }
    }

    /// The bytes that deflated names unpack to at the most.
    pub fn longest(&self) -> u64 {
        let n_bytes = self.deflated.as_ref().map_or(0, Bytes::len);
        (1 << 20) + MOST_INFLATED * n_bytes as u64
    }

    /// Whether they unpack, to no more than they may: else there is none.
    pub fn are_whole(&self) -> bool {
        self.unpacked().is_some()
    }

    /// The names as they stand in a model file.
    pub fn deflated(&self) -> Bytes {
        if let Some(bytes) = &self.deflated {
            return bytes.clone();
        }
        deflate(&self.list().join("\n"))
    }

    /// The name at an id; `None` where a file holds none, since its names do not unpack or are fewer
    /// than its n-grams.
    pub fn get(&self, id: usize) -> Option<&str> {
        self.list().get(id).map(String::as_str)
    }

    fn list(&self) -> &[String] {
        self.unpacked().unwrap_or_default()
    }

    fn unpacked(&self) -> Option<&[String]> {
        let unpack = || {
            let Some(bytes) = self.deflated.as_deref() else {
                return Some(Vec::new());
            };
            let mut text = String::new();
            let mut inflating = DeflateDecoder::new(bytes).take(self.longest() + 1);
            let n_read = inflating.read_to_string(&mut text).ok()?;
            let names = text.split('\n').take(self.n_names).map(str::to_owned);
            (n_read as u64 <= self.longest()).then(|| names.collect())
        };
        self.list.get_or_init(unpack).as_deref()
    }
}

impl From<Vec<String>> for Names {
    fn from(list: Vec<String>) -> Self {
        Self {
            deflated: None,
            n_names: list.len(),
            list: OnceLock::from(Some(list)),
        }
    }
}

/// How hard it is tried to make a text small, of 10.
const LEVEL: u8 = 9;

/// A text as it stands in a model file.
///
/// `flate2` would write it with whatever another crate of the program asks it for (`zip` takes `zlib-rs`), and a model
/// would have other bytes in another build.
pub(super) fn deflate(text: &str) -> Bytes {
    compress_to_vec(text.as_bytes(), LEVEL).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_after_a_file() {
        let names = Names::from(vec!["cease fire".to_owned(), "_é".to_owned()]);
        let read = Names::from_deflated(names.deflated(), 2);
        assert_eq!(read.deflated(), names.deflated());
        assert_eq!(
            [read.get(0), read.get(1), read.get(2)],
            [Some("cease fire"), Some("_é"), None]
        );
    }

    #[test]
    fn bytes_that_are_no_names_give_none() {
        assert_eq!(Names::from_deflated(&[7, 7, 7][..], 3).get(0), None);
        assert!(!Names::from_deflated(&[7, 7, 7][..], 3).are_whole());
    }

    #[test]
    fn names_that_fill_the_memory_are_none() {
        let long = deflate(&"a".repeat(50_000_000));
        assert!(long.len() < 100_000);
        let names = Names::from_deflated(long, 1);
        assert!(!names.are_whole() && names.get(0).is_none());
        // Many short ones are as many as there are n-grams.
        let many = Names::from_deflated(deflate(&"\n".repeat(900_000)), 2);
        assert!(many.are_whole() && many.get(1) == Some("") && many.get(2).is_none());
    }
}
