//! How much a compressed file may become.

use crate::error::{Error, ErrorKind};
use std::io::{BufRead, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that a compressed file may unpack to, where no other number is set.
pub const DEFAULT_MAX_UNPACKED: u64 = 4_000_000_000;
/// How many times longer than itself it may become then.
const MOST_TIMES: u64 = 200;
/// Bytes that may come out before that is looked at: small files of one word are no danger.
const FREE: u64 = 8_000_000;

/// The bytes that are set; 0 for none.
static MAX_UNPACKED: AtomicU64 = AtomicU64::new(0);

/// Sets how many bytes any compressed file may unpack to in this process, however small it is. Without it a file may
/// unpack to [`DEFAULT_MAX_UNPACKED`] bytes, and beyond a few million to 200 times its own size.
pub fn set_max_unpacked(bytes: u64) {
    MAX_UNPACKED.store(bytes.max(1), Ordering::Relaxed);
}

/// What was set by [`set_max_unpacked`], if anything was.
pub fn max_unpacked() -> Option<u64> {
    Some(MAX_UNPACKED.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
}

/// Counts the bytes that are taken of a compressed file.
pub(super) struct Packed<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: BufRead> Packed<R> {
    /// Reads and counts; what is unpacked from it goes through the reader that the second one makes.
    pub(super) fn new(inner: R) -> (Self, Unpacked) {
        let taken = Arc::new(AtomicU64::new(0));
        let unpacked = Unpacked {
            taken: Arc::clone(&taken),
            n_bytes: 0,
            limit: limit(),
        };
        (Self { inner, taken }, unpacked)
    }
}

impl<R: BufRead> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let n = self.inner.read(buffer)?;
        self.taken.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Packed<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.taken.fetch_add(n as u64, Ordering::Relaxed);
        self.inner.consume(n);
    }
}

/// How much has been unpacked.
pub(super) struct Unpacked {
    taken: Arc<AtomicU64>,
    n_bytes: u64,
    limit: Option<u64>,
}

impl Unpacked {
    /// The same bytes, until they are too many.
    pub(super) fn bounded<R: Read>(self, inner: R) -> Bounded<R> {
        Bounded {
            inner,
            unpacked: self,
        }
    }

    fn check(&self) -> Result<()> {
        let taken = self.taken.load(Ordering::Relaxed);
        check_bytes(taken, self.n_bytes, self.limit).map_err(Error::carried)
    }
}

/// Checks what an archive of these many bytes may unpack to, as it is checked for every compressed file.
///
/// # Errors
/// It is too much.
pub fn check_unpacked(n_packed: u64, n_unpacked: u64) -> std::result::Result<(), Error> {
    check_bytes(n_packed, n_unpacked, limit())
}

/// Bytes that a file of these many may unpack to: those that were set, else by its size, and no more than these.
#[cfg(feature = "documents")]
pub(crate) fn most_unpacked(n_packed: u64, most: u64) -> u64 {
    let by_size = || most.min(FREE.max(n_packed.saturating_mul(MOST_TIMES)));
    limit().unwrap_or_else(by_size)
}

/// The bytes that were set, if some were.
fn limit() -> Option<u64> {
    match MAX_UNPACKED.load(Ordering::Relaxed) {
        0 => None,
        bytes => Some(bytes),
    }
}

fn check_bytes(
    n_packed: u64,
    n_unpacked: u64,
    limit: Option<u64>,
) -> std::result::Result<(), Error> {
    let most = limit.unwrap_or(DEFAULT_MAX_UNPACKED);
    let kind = if n_unpacked > most {
        ErrorKind::UnpacksTooFar { most }
    } else if limit.is_none() && n_unpacked > FREE && n_unpacked / MOST_TIMES > n_packed {
        ErrorKind::UnpacksTooOften { times: MOST_TIMES }
    } else {
        return Ok(());
    };
    Err(Error::new(kind))
}

/// Unpacked bytes, until they are too many.
pub(super) struct Bounded<R> {
    inner: R,
    unpacked: Unpacked,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let n = self.inner.read(buffer)?;
        self.unpacked.n_bytes += n as u64;
        self.unpacked.check()?;
        Ok(n)
    }
}
