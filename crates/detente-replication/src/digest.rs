//! The SHA-256 of a file with its size.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{Read, Result, Write};

/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

/// What a file is known by.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileDigest {
    /// SHA-256 as 64 hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Reads to the end.
///
/// # Errors
/// Reading fails.
///
/// # Example
/// ```
/// let digest = detente_replication::digest_of(&b"abc"[..])?;
/// // FIPS 180-2, appendix B.1.
/// assert_eq!(digest.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// assert_eq!(digest.bytes, 3);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn digest_of(reader: impl Read) -> Result<FileDigest> {
    copy_with_digest(reader, std::io::sink())
}

/// Copies to the end, and says what was copied.
///
/// # Errors
/// Reading or writing fails.
pub fn copy_with_digest(mut reader: impl Read, mut writer: impl Write) -> Result<FileDigest> {
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let n = match reader.read(&mut piece) {
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if n == 0 {
            break;
        }
        hash.update(&piece[..n]);
        writer.write_all(&piece[..n])?;
        bytes += n as u64;
    }
    let mut sha256 = String::with_capacity(64);
    for byte in hash.finalize().as_slice() {
        // Invariant: a String takes all that is written to it.
        write!(sha256, "{byte:02x}").expect("a String takes all");
    }
    Ok(FileDigest { sha256, bytes })
}
