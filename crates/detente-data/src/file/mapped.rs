//! Large files as a part of memory, without a copy.

use super::Compression;
use crate::error::{Error, Result};
use bytes::Bytes;
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// Files below this are read: that takes less than the system needs to map them.
const LEAST_BYTES: u64 = 1 << 20;

/// Gives a file whole, as [`read`](super::read) does, but leaves a large one where the system has it: reading
/// 37 MB took half of the time in which a model of a million features scored a sentence.
///
/// For a process that is soon done. Whoever shortens or overwrites the file in its place meanwhile, instead of
/// replacing it as [`replace_file`](super::replace_file) does, changes what this process sees or ends it.
///
/// # Errors
/// The file cannot be read.
pub fn map(path: &Path) -> Result<Bytes> {
    match mapped(path).map_err(|source| Error::io("cannot read", path, source))? {
        Some(bytes) => Ok(bytes),
        None => super::read(path).map(Bytes::from),
    }
}

/// `None` where reading is better or the only way.
fn mapped(path: &Path) -> std::io::Result<Option<Bytes>> {
    if path.as_os_str() == "-" {
        return Ok(None);
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() < LEAST_BYTES {
        return Ok(None);
    }
    // SAFETY: a map is sound as long as nobody writes to its file in place or shortens it. No program of this
    // project does; they replace files by a rename. Others cannot be kept from it, hence the warning above.
    #[allow(unsafe_code, reason = "a map cannot be had otherwise")]
    let map = unsafe { Mmap::map(&file)? };
    let is_compressed = Compression::of_start(&map).is_some();
    Ok((!is_compressed).then(|| Bytes::from_owner(map)))
}

#[cfg(test)]
mod tests {
    use super::{LEAST_BYTES, map};
    use crate::file::replace_file;

    #[test]
    fn a_mapped_file_is_what_is_read_and_outlives_its_replacement() {
        let folder = tempfile::tempdir().unwrap();
        let large: Vec<u8> = (0..LEAST_BYTES as u32).flat_map(u32::to_le_bytes).collect();
        for (name, contents) in [
            ("small", &large[..9]),
            ("large", &large),
            ("large.gz", &large),
        ] {
            let path = folder.path().join(name);
            replace_file(&path, contents).unwrap();
            let mapped = map(&path).unwrap();
            replace_file(&path, b"another").unwrap();
            assert!(mapped == contents, "{name}");
            assert_eq!(map(&path).unwrap(), &b"another"[..]);
        }
        assert!(map(&folder.path().join("none")).is_err());
    }
}
