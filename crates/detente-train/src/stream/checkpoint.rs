//! A training that was stopped and goes on.
//!
//! ```text
//! DETENTE-CHECKPOINT 1 <recipe> <pass> <rows of it> <rows of all> <digest of these rows> <numbers>\n
//! numbers   f32, little-endian             what the learner has gathered
//! checksum  u128, little-endian            XXH3 of all before it
//! ```

use super::targets::Targets;
use super::{CheckpointParams, StreamParams};
use crate::error::{Error, ErrorKind, Result};
use detente_data::corpus::LayoutParams;
use detente_model::Model;
use std::io::{BufRead, Read, Write};
use std::path::Path;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

const MAGIC: &str = "DETENTE-CHECKPOINT";
const FORMAT: u32 = 1;
/// A header line is shorter than this.
const LONGEST_HEADER: u64 = 256;
/// Numbers that are written or read together.
const BLOCK: usize = 1 << 14;

/// A hash of what a checkpoint has to agree on with the training that goes on from it, beside the rows.
pub(super) fn recipe(
    params: &StreamParams,
    layout: &LayoutParams,
    targets: &Targets,
    start: Option<&Model>,
) -> u128 {
    let params = StreamParams {
        name: None,
        date: None,
        ..params.clone()
    };
    let start = start.map(|model| xxh3_128(&model.to_bytes()));
    xxh3_128(format!("{params:?} {layout:?} {targets:?} {start:?}").as_bytes())
}

/// Where and when a training is saved.
pub(super) struct Saving<'a> {
    pub(super) params: &'a CheckpointParams,
    pub(super) recipe: u128,
}

/// What is saved of a training.
pub(super) struct Saved<'a> {
    pub(super) pass: usize,
    pub(super) n_rows: usize,
    pub(super) n_learned: usize,
    pub(super) digest: u128,
    pub(super) state: &'a [f32],
}

impl Saving<'_> {
    /// Puts a checkpoint in the place of the one before.
    pub(super) fn save(&self, saved: &Saved) -> Result<()> {
        let mut file = detente_data::file::begin(&self.params.path)?;
        let header = format!(
            "{MAGIC} {FORMAT} {:032x} {} {} {} {:032x} {}\n",
            self.recipe,
            saved.pass,
            saved.n_rows,
            saved.n_learned,
            saved.digest,
            saved.state.len()
        );
        let mut checksum = Xxh3::new();
        let mut bytes = header.into_bytes();
        for numbers in saved.state.chunks(BLOCK) {
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            checksum.update(&bytes);
            file.write_all(&bytes).map_err(|error| file.failed(error))?;
            bytes.clear();
        }
        let checksum = checksum.digest128().to_le_bytes();
        file.write_all(&checksum)
            .map_err(|error| file.failed(error))?;
        Ok(file.keep()?)
    }
}

/// What a training goes on from.
pub(super) struct Checkpoint {
    /// The pass, from 0.
    pub(super) pass: usize,
    /// Rows learned from in it.
    pub(super) n_rows: usize,
    /// Rows learned from in all passes.
    pub(super) n_learned: usize,
    /// A hash of the rows of the pass.
    pub(super) digest: u128,
    pub(super) state: Vec<f32>,
}

impl Checkpoint {
    /// Reads the checkpoint of a training with this recipe, whose learner keeps so many numbers.
    pub(super) fn read(path: &Path, recipe: u128, n_numbers: usize) -> Result<Self> {
        let here = |kind| Error::new(kind).in_file(path);
        let failed = |source| detente_data::Error::io("cannot read", path, source);
        let mut file = detente_data::file::open(path)?;
        let mut header = Vec::new();
        (&mut file)
            .take(LONGEST_HEADER)
            .read_until(b'\n', &mut header)
            .map_err(failed)?;
        let mut checksum = Xxh3::new();
        checksum.update(&header);
        let header = String::from_utf8_lossy(&header);
        let fields: Vec<&str> = header.trim_end().split(' ').collect();
        let [
            MAGIC,
            format,
            found,
            pass,
            n_rows,
            n_learned,
            digest,
            n_found,
        ] = fields[..]
        else {
            return Err(here(ErrorKind::CheckpointBroken));
        };
        let count = |field: &str| field.parse::<usize>().ok();
        let hash = |field: &str| u128::from_str_radix(field, 16).ok();
        let counts = (count(pass), count(n_rows), count(n_learned), hash(digest));
        let (Some(pass), Some(n_rows), Some(n_learned), Some(digest)) = counts else {
            return Err(here(ErrorKind::CheckpointBroken));
        };
        if format != FORMAT.to_string()
            || hash(found) != Some(recipe)
            || count(n_found) != Some(n_numbers)
        {
            return Err(here(ErrorKind::CheckpointOther));
        }
        let mut state = Vec::with_capacity(n_numbers);
        let mut bytes = Vec::new();
        while state.len() < n_numbers {
            bytes.resize(4 * BLOCK.min(n_numbers - state.len()), 0);
            read_whole(&mut file, &mut bytes, path)?;
            checksum.update(&bytes);
            let (numbers, _) = bytes.as_chunks::<4>();
            state.extend(numbers.iter().map(|number| f32::from_le_bytes(*number)));
        }
        let mut expected = [0; 16];
        read_whole(&mut file, &mut expected, path)?;
        if checksum.digest128().to_le_bytes() != expected {
            return Err(here(ErrorKind::CheckpointBroken));
        }
        Ok(Self {
            pass,
            n_rows,
            n_learned,
            digest,
            state,
        })
    }
}

/// Fills the bytes; a file that ends before is no whole checkpoint.
fn read_whole(file: &mut dyn BufRead, bytes: &mut [u8], path: &Path) -> Result<()> {
    file.read_exact(bytes)
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                Error::new(ErrorKind::CheckpointBroken).in_file(path)
            }
            _ => detente_data::Error::io("cannot read", path, source).into(),
        })
}
