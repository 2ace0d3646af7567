//! The texts of n-grams, which scoring has no use for.

use bytes::Bytes;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use std::io::{Read, Write};
use std::sync::OnceLock;

/// No list of names of a sensible model is longer; guards against a small file that inflates to fill
/// the memory.
const LONGEST: u64 = 1 << 30;

/// The text of each n-gram, by id, compressed until somebody asks for one.
///
/// The compressed names are those of a model file. Unpacking them took a third of the time in which
/// a short article was scored.
#[derive(Clone, Debug, Default)]
pub struct Names {
    deflated: Option<Bytes>,
    list: OnceLock<Vec<String>>,
}

impl Names {
    /// Names as they stand in a model file: deflated, separated by newlines.
    pub fn from_deflated(bytes: impl Into<Bytes>) -> Self {
        Self {
            deflated: Some(bytes.into()),
            list: OnceLock::new(),
        }
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
        self.list.get_or_init(|| {
            let bytes = self.deflated.as_deref().unwrap_or_default();
            let mut text = String::new();
            match DeflateDecoder::new(bytes)
                .take(LONGEST)
                .read_to_string(&mut text)
            {
                Ok(_) => text.split('\n').map(str::to_owned).collect(),
                Err(_) => Vec::new(),
            }
        })
    }
}

impl From<Vec<String>> for Names {
    fn from(list: Vec<String>) -> Self {
        Self {
            deflated: None,
            list: OnceLock::from(list),
        }
    }
}

/// A text as it stands in a model file.
pub(super) fn deflate(text: &str) -> Bytes {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let bytes = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish());
    // Invariant: writing to memory does not fail.
    bytes.expect("memory takes every byte").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_after_a_file() {
        let names = Names::from(vec!["cease fire".to_owned(), "_é".to_owned()]);
        let read = Names::from_deflated(names.deflated());
        assert_eq!(read.deflated(), names.deflated());
        assert_eq!(
            [read.get(0), read.get(1), read.get(2)],
            [Some("cease fire"), Some("_é"), None]
        );
    }

    #[test]
    fn bytes_that_are_no_names_give_none() {
        assert_eq!(Names::from_deflated(&[7, 7, 7][..]).get(0), None);
    }
}
