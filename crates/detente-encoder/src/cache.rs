//! Rows kept on disk by the hash of their text.
//!
//! A folder for each encoder holds pieces, each written once and whole:
//!
//! ```text
//! DETENTE-ROWS 1 <hash of the encoder> <n_columns> <n_rows> <XXH3-128 of what follows>\n
//! keys  u128 (n_rows)             XXH3-128 of each text
//! rows  f32  (n_rows, n_columns)  little-endian
//! ```

use crate::error::{Error, ErrorKind, Result};
use bytes::Bytes;
use detente_data::file;
use detente_model::encoder::EncoderIdentity;
use rustc_hash::FxHashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &str = "DETENTE-ROWS 1";
/// The longest header that is looked for.
const LONGEST_HEADER: usize = 160;
/// Ending of the names of pieces.
const EXTENSION: &str = "rows";
/// Rows that wait in memory at the most before they are written.
const PIECE_ROWS: usize = 2048;
/// Bytes of a key.
const KEY: usize = 16;

/// The recipe for a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheParams {
    /// The folder; those of encoders are made below it.
    pub folder: PathBuf,
    /// Bytes that the rows of one encoder may take on disk; default 2 GiB. The oldest pieces make room for new ones.
    pub max_bytes: u64,
}

impl CacheParams {
    /// The default bound.
    pub const MAX_BYTES: u64 = 1 << 31;
}

/// Rows of one encoder, found by their text.
///
/// A piece that is damaged, or another encoder's, is passed over, and its rows are made anew. Several programs may use
/// one folder: each writes pieces of its own, under a temporary name first.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    max_bytes: u64,
    /// What a piece of this encoder begins with.
    header: String,
    n_columns: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    pieces: Vec<Bytes>,
    /// Where a row stands: the piece and its place there; rows that wait are in the piece after the last.
    places: FxHashMap<u128, (u32, u32)>,
    waiting_keys: Vec<u128>,
    waiting: Vec<f32>,
}

fn key_of(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}

impl Cache {
    /// Opens the cache of an encoder, and makes its folder where there is none.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(params: &CacheParams, identity: &EncoderIdentity) -> Result<Self> {
        // Another pooling gives other rows.
        let pooling = xxh3_128(identity.pooling.as_bytes()) as u32;
        let folder = params
            .folder
            .join(format!("{}-{pooling:08x}", identity.hash));
        let io = |action, error| {
            Error::new(ErrorKind::Io { action })
                .in_file(&folder)
                .caused_by(error)
        };
        fs::create_dir_all(&folder)
            .map_err(|error| io("cannot make the folder of the cache", error))?;
        let cache = Self {
            header: format!("{MAGIC} {} {}", identity.hash, identity.n_columns),
            n_columns: identity.n_columns,
            max_bytes: params.max_bytes,
            kept: Mutex::default(),
            folder: folder.clone(),
        };
        let pieces =
            pieces(&folder).map_err(|error| io("cannot read the folder of the cache", error))?;
        {
            let mut kept = cache.kept();
            for piece in pieces {
                let bytes = file::read(&piece.path).map(Bytes::from).ok();
                let added = bytes.and_then(|bytes| kept.add(cache.rows_of(&bytes)?));
                if added.is_none() {
                    tracing::warn!(path = %piece.path.display(), "passed over a damaged piece of the cache");
                }
            }
        }
        Ok(cache)
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.kept().places.len()
    }

    /// Whether the row of a text is known.
    pub fn knows(&self, text: &str) -> bool {
        self.kept().places.contains_key(&key_of(text))
    }

    /// The row of a text, if it is known.
    pub fn get(&self, text: &str) -> Option<Vec<f32>> {
        let kept = self.kept();
        let (piece, at) = *kept.places.get(&key_of(text))?;
        let at = at as usize;
        Some(match kept.pieces.get(piece as usize) {
            Some(bytes) => {
                let n_rows = bytes.len() / (KEY + 4 * self.n_columns);
                let start = n_rows * KEY + at * 4 * self.n_columns;
                let numbers = bytes[start..start + 4 * self.n_columns].chunks_exact(4);
                // Invariant: chunks have four bytes.
                let number =
                    |chunk: &[u8]| f32::from_le_bytes(chunk.try_into().expect("four bytes"));
                numbers.map(number).collect()
            }
            None => kept.waiting[at * self.n_columns..(at + 1) * self.n_columns].to_vec(),
        })
    }

    /// Keeps the row of a text; now and then rows are written.
    ///
    /// # Panics
    /// The row is not as long as those of the encoder.
    pub fn put(&self, text: &str, row: &[f32]) {
        assert_eq!(row.len(), self.n_columns, "a row of this encoder");
        let mut kept = self.kept();
        let place = (kept.pieces.len() as u32, kept.waiting_keys.len() as u32);
        let key = key_of(text);
        if kept.places.contains_key(&key) {
            return;
        }
        kept.places.insert(key, place);
        kept.waiting_keys.push(key);
        kept.waiting.extend_from_slice(row);
        if kept.waiting_keys.len() >= PIECE_ROWS {
            self.write_waiting(&mut kept);
        }
    }

    /// Writes the rows that wait.
    pub fn flush(&self) {
        self.write_waiting(&mut self.kept());
    }

    /// Writes the rows that wait as a new piece. One that cannot be written stays in memory: a cache that fails costs
    /// time, and no result.
    fn write_waiting(&self, kept: &mut Kept) {
        if kept.waiting_keys.is_empty() {
            return;
        }
        let mut body = Vec::with_capacity(kept.waiting_keys.len() * (KEY + 4 * self.n_columns));
        kept.waiting_keys
            .iter()
            .for_each(|key| body.extend_from_slice(&key.to_le_bytes()));
        kept.waiting
            .iter()
            .for_each(|value| body.extend_from_slice(&value.to_le_bytes()));
        let n_rows = kept.waiting_keys.len();
        let checksum = xxh3_128(&body);
        let mut bytes = format!("{} {n_rows} {checksum:032x}\n", self.header).into_bytes();
        bytes.extend_from_slice(&body);
        let written = self.make_room(bytes.len() as u64).and_then(|()| {
            let path = self.folder.join(format!("{checksum:032x}.{EXTENSION}"));
            file::replace_file(&path, &bytes).map_err(Error::from)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "cannot write a piece of the cache");
        }
        kept.pieces.push(Bytes::from(body));
        kept.waiting_keys.clear();
        kept.waiting.clear();
    }

    /// Removes the oldest pieces until so many more bytes fit.
    fn make_room(&self, n_bytes: u64) -> Result<()> {
        let io = |error| {
            let action = "cannot make room in the cache";
            Error::new(ErrorKind::Io { action })
                .in_file(&self.folder)
                .caused_by(error)
        };
        let mut pieces = pieces(&self.folder).map_err(io)?;
        let mut total: u64 = pieces.iter().map(|piece| piece.n_bytes).sum();
        pieces.sort_by(|a, b| (a.written, &a.path).cmp(&(b.written, &b.path)));
        for piece in pieces {
            if total + n_bytes <= self.max_bytes {
                break;
            }
            fs::remove_file(&piece.path).map_err(io)?;
            total -= piece.n_bytes;
        }
        Ok(())
    }

    /// The part of a piece after its header, if it is whole and this encoder's.
    fn rows_of(&self, bytes: &Bytes) -> Option<(Bytes, usize)> {
        let end = bytes
            .iter()
            .take(LONGEST_HEADER)
            .position(|byte| *byte == b'\n')?;
        let header = std::str::from_utf8(&bytes[..end]).ok()?;
        let (n_rows, checksum) = header
            .strip_prefix(&self.header)?
            .trim_start()
            .split_once(' ')?;
        let n_rows: usize = n_rows.parse().ok()?;
        let body = bytes.slice(end + 1..);
        let n_bytes = n_rows.checked_mul(KEY + 4 * self.n_columns)?;
        let is_whole = body.len() == n_bytes && format!("{:032x}", xxh3_128(&body)) == checksum;
        is_whole.then_some((body, n_rows))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Invariant: nobody panics while holding it.
        self.kept.lock().expect("the cache is whole")
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Kept {
    /// Adds a piece with so many rows.
    fn add(&mut self, (body, n_rows): (Bytes, usize)) -> Option<()> {
        let piece = u32::try_from(self.pieces.len()).ok()?;
        for (at, key) in body[..n_rows * KEY].chunks_exact(KEY).enumerate() {
            let key = u128::from_le_bytes(key.try_into().ok()?);
            self.places
                .entry(key)
                .or_insert((piece, u32::try_from(at).ok()?));
        }
        self.pieces.push(body);
        Some(())
    }
}

/// A file of rows.
struct Piece {
    path: PathBuf,
    n_bytes: u64,
    written: Option<SystemTime>,
}

/// The pieces in a folder, in the order of their names.
fn pieces(folder: &Path) -> std::io::Result<Vec<Piece>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_piece = path
            .extension()
            .is_some_and(|extension| extension == EXTENSION);
        // Another program may remove one meanwhile.
        if let (true, Ok(metadata)) = (is_piece, path.metadata()) {
            found.push(Piece {
                path,
                n_bytes: metadata.len(),
                written: metadata.modified().ok(),
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> EncoderIdentity {
        EncoderIdentity {
            name: "tiny".into(),
            hash: "0123".into(),
            pooling: "mean".into(),
            n_columns: 2,
        }
    }

    fn params(folder: &Path) -> CacheParams {
        CacheParams {
            folder: folder.to_owned(),
            max_bytes: CacheParams::MAX_BYTES,
        }
    }

    #[test]
    fn rows_are_found_again_bit_by_bit() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&params(folder.path()), &identity()).unwrap();
        assert_eq!(cache.get("a"), None);
        cache.put("a", &[1.0, f32::MIN_POSITIVE]);
        cache.put("b", &[-0.0, 2.5]);
        assert_eq!(cache.get("a"), Some(vec![1.0, f32::MIN_POSITIVE]));
        drop(cache);
        let cache = Cache::open(&params(folder.path()), &identity()).unwrap();
        assert_eq!(cache.n_rows(), 2);
        let bits = |text| {
            cache
                .get(text)
                .map(|row| row.into_iter().map(f32::to_bits).collect::<Vec<_>>())
        };
        assert_eq!(
            bits("b"),
            Some(vec![(-0.0_f32).to_bits(), 2.5_f32.to_bits()])
        );
        cache.put("c", &[3.0, 4.0]);
        assert_eq!(cache.get("c"), Some(vec![3.0, 4.0]));
        cache.flush();
        assert_eq!(
            cache.get("c"),
            Some(vec![3.0, 4.0]),
            "from memory after it was written"
        );
    }

    #[test]
    fn damaged_pieces_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Cache::open(&params(folder.path()), &identity()).unwrap();
        let cache = open();
        cache.put("a", &[1.0, 2.0]);
        drop(cache);
        let path = pieces(&open().folder).unwrap().remove(0).path;
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, &changed).unwrap();
            assert_eq!(open().get("a"), None, "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(open().get("a"), None, "cut at {at}");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(open().get("a"), Some(vec![1.0, 2.0]));
    }

    #[test]
    fn another_encoder_has_other_rows() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&params(folder.path()), &identity()).unwrap();
        cache.put("a", &[1.0, 2.0]);
        drop(cache);
        for other in [
            EncoderIdentity {
                hash: "4567".into(),
                ..identity()
            },
            EncoderIdentity {
                pooling: "maximum".into(),
                ..identity()
            },
        ] {
            let cache = Cache::open(&params(folder.path()), &other).unwrap();
            assert_eq!(cache.get("a"), None);
        }
    }

    #[test]
    fn the_oldest_pieces_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let params = CacheParams {
            max_bytes: 400,
            ..params(folder.path())
        };
        for number in 0..20 {
            let cache = Cache::open(&params, &identity()).unwrap();
            cache.put(&number.to_string(), &[number as f32, 0.0]);
            drop(cache);
        }
        let cache = Cache::open(&params, &identity()).unwrap();
        let total: u64 = pieces(&cache.folder)
            .unwrap()
            .iter()
            .map(|piece| piece.n_bytes)
            .sum();
        assert!(
            total <= 400 && cache.n_rows() >= 2,
            "{total} bytes, {} rows",
            cache.n_rows()
        );
        assert_eq!(cache.get("19"), Some(vec![19.0, 0.0]));
    }
}
