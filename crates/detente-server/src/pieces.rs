//! The bytes of an answer as they are made, in pieces, counted before they are there.

use super::allowance::{Allowance, Watch};
use crate::error::{Error, Result};
use std::io::{self, Write};

/// Bytes of a piece. The connection holds one of them beside what it has handed to the system.
pub(super) const PIECE: usize = 1 << 15;

/// A writer that stops when its request has taken too much, or its client is gone.
pub(super) struct Pieces<'a> {
    allowance: &'a mut Allowance,
    watch: &'a Watch,
    whole: Vec<Vec<u8>>,
    last: Vec<u8>,
    /// Why it stopped, which an error of `io` cannot say in its kind.
    failure: Option<Error>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(allowance: &'a mut Allowance, watch: &'a Watch) -> Self {
        Self {
            allowance,
            watch,
            whole: Vec::new(),
            last: Vec::new(),
            failure: None,
        }
    }

    /// The memory of the request, to count what else is made for it.
    pub(super) fn allowance(&mut self) -> &mut Allowance {
        self.allowance
    }

    /// The bytes written.
    pub(super) fn len(&self) -> usize {
        self.whole.len() * PIECE + self.last.len()
    }

    /// What was written, if nothing stopped it.
    ///
    /// # Errors
    /// Why it stopped.
    pub(super) fn finish(mut self) -> Result<Vec<Vec<u8>>> {
        match self.failure {
            Some(error) => Err(error),
            None => {
                if !self.last.is_empty() {
                    self.whole.push(self.last);
                }
                Ok(self.whole)
            }
        }
    }

    fn begin_piece(&mut self) -> Result<()> {
        self.watch.check()?;
        self.allowance.take(PIECE)
    }
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.last.len() == PIECE {
            self.whole.push(std::mem::take(&mut self.last));
        }
        if self.last.is_empty() && !bytes.is_empty() {
            if let Err(error) = self.begin_piece() {
                self.failure.get_or_insert(error);
                return Err(io::Error::other("the answer is given up"));
            }
            // Short answers stay short.
            let is_first = self.whole.is_empty();
            self.last.reserve(if is_first { 0 } else { PIECE });
        }
        let n = bytes.len().min(PIECE - self.last.len());
        self.last.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::allowance::{Client, pool};
    use super::*;
    use std::time::Duration;

    #[test]
    fn pieces_are_the_bytes_in_order() {
        let client = Client::new();
        let watch = client.watch(Duration::from_secs(60));
        let mut allowance = Allowance::new(&pool(1 << 20), 1 << 20);
        let mut pieces = Pieces::new(&mut allowance, &watch);
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        bytes
            .chunks(777)
            .for_each(|part| pieces.write_all(part).unwrap());
        assert_eq!(pieces.len(), bytes.len());
        let pieces = pieces.finish().unwrap();
        assert_eq!(pieces.len(), bytes.len().div_ceil(PIECE));
        assert_eq!(pieces.concat(), bytes);
        assert_eq!(allowance.n_bytes(), pieces.len() * PIECE);
    }

    #[test]
    fn a_writer_stops_when_there_is_too_much_or_nobody_reads() {
        let client = Client::new();
        let watch = client.watch(Duration::from_secs(60));
        let mut allowance = Allowance::new(&pool(1 << 20), 2 * PIECE);
        let mut pieces = Pieces::new(&mut allowance, &watch);
        pieces.write_all(&vec![b'a'; 2 * PIECE]).unwrap();
        pieces.write_all(b"a").unwrap_err();
        let refused = pieces.finish().unwrap_err().to_string();
        assert!(
            refused.contains("expected at most 65536 bytes"),
            "{refused}"
        );
        drop(client);
        let mut allowance = Allowance::new(&pool(1 << 20), 1 << 20);
        let mut pieces = Pieces::new(&mut allowance, &watch);
        pieces.write_all(b"a").unwrap_err();
        assert!(pieces.finish().is_err());
    }
}
