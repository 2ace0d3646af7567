//! What a request may take of the server: memory out of a pool that all requests share, time, and both only as long as
//! its client is there.

use crate::error::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that one permit of a pool stands for.
pub(super) const SHARE: usize = 1 << 12;
/// Bytes that each request has without drawing on the pool: who asks for little is never told that others ask for much.
pub(super) const FREE: usize = 1 << 19;
/// Bytes that the pool has at the least.
const POOL: usize = 512_000_000;
/// Bytes that one request may take at the least.
const MOST: usize = 128_000_000;
/// Bytes that a request may take for each byte that its body may have.
const MOST_PER_BYTE: usize = 64;

/// Bytes that one request may take at the most for what is made of its body: articles, scores, and the part of the
/// answer that is not sent yet.
pub(super) fn most_bytes(max_body: u64) -> usize {
    MOST.max(MOST_PER_BYTE.saturating_mul(max_body as usize))
}

/// Bytes that all requests may take together, beside the [`FREE`] ones of each.
pub(super) fn pool_bytes(max_body: u64) -> usize {
    POOL.max(most_bytes(max_body).saturating_mul(2))
}

/// A pool of so many bytes.
pub(super) fn pool(n_bytes: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(
        (n_bytes / SHARE).min(Semaphore::MAX_PERMITS),
    ))
}

/// The memory of a request.
pub(super) struct Allowance {
    pool: Arc<Semaphore>,
    drawn: Option<OwnedSemaphorePermit>,
    n_bytes: usize,
    most: usize,
}

impl Allowance {
    pub(super) fn new(pool: &Arc<Semaphore>, most: usize) -> Self {
        Self {
            pool: Arc::clone(pool),
            drawn: None,
            n_bytes: 0,
            most,
        }
    }

    /// Takes so many bytes more.
    ///
    /// # Errors
    /// The request would have more than one may, or all together more than there is.
    pub(super) fn take(&mut self, n_bytes: usize) -> Result<()> {
        let sum = self.n_bytes.saturating_add(n_bytes);
        if sum > self.most {
            return Err(Error::new(ErrorKind::TooMuch { limit: self.most }));
        }
        let n_missing = n_shares(sum).saturating_sub(self.n_drawn());
        if n_missing > 0 {
            let more = Arc::clone(&self.pool).try_acquire_many_owned(n_missing as u32);
            let more = more.map_err(|_| Error::new(ErrorKind::Overloaded))?;
            match &mut self.drawn {
                Some(drawn) => drawn.merge(more),
                None => self.drawn = Some(more),
            }
        }
        self.n_bytes = sum;
        Ok(())
    }

    /// Gives so many bytes back.
    pub(super) fn give_back(&mut self, n_bytes: usize) {
        self.n_bytes = self.n_bytes.saturating_sub(n_bytes);
        let n_more = self.n_drawn() - n_shares(self.n_bytes).min(self.n_drawn());
        if let Some(drawn) = &mut self.drawn {
            drop(drawn.split(n_more));
        }
    }

    /// The bytes that are taken.
    pub(super) fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    fn n_drawn(&self) -> usize {
        let drawn = self.drawn.as_ref();
        drawn.map_or(0, OwnedSemaphorePermit::num_permits)
    }
}

fn n_shares(n_bytes: usize) -> usize {
    n_bytes.saturating_sub(FREE).div_ceil(SHARE)
}

/// Is held by who waits for an answer; when it is dropped, the work for the answer ends.
pub(super) struct Client(Arc<AtomicBool>);

impl Client {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// What the work for this client looks at.
    pub(super) fn watch(&self, patience: Duration) -> Watch {
        Watch {
            is_gone: Arc::clone(&self.0),
            until: Instant::now() + patience,
            seconds: patience.as_secs(),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Says how long work is worth while.
#[derive(Clone)]
pub(super) struct Watch {
    is_gone: Arc<AtomicBool>,
    until: Instant,
    seconds: u64,
}

impl Watch {
    /// Whether to go on.
    ///
    /// # Errors
    /// The client is gone, or the time is over.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_gone.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::ClientGone));
        }
        if Instant::now() >= self.until {
            return Err(self.too_long());
        }
        Ok(())
    }

    /// That the time is over.
    pub(super) fn too_long(&self) -> Error {
        let seconds = self.seconds;
        Error::new(ErrorKind::TooLong { seconds })
    }

    /// When the time is over.
    pub(super) fn until(&self) -> Instant {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_gives_back_what_it_took() {
        let all = pool(10 * SHARE);
        let mut one = Allowance::new(&all, FREE + 8 * SHARE);
        one.take(FREE).unwrap();
        assert_eq!(all.available_permits(), 10);
        one.take(8 * SHARE).unwrap();
        assert_eq!(all.available_permits(), 2);
        assert_eq!(
            one.take(1).unwrap_err().to_string(),
            "the scores of this request take too much memory; expected at most 557056 bytes, as with less text at once \
             or a smaller `top`"
        );
        let mut other = Allowance::new(&all, FREE + 8 * SHARE);
        other.take(FREE + 2 * SHARE).unwrap();
        let refused = other.take(1).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Overloaded), "{refused}");
        one.give_back(FREE + 7 * SHARE);
        assert_eq!((one.n_bytes(), all.available_permits()), (SHARE, 8));
        other.take(1).unwrap();
        drop((one, other));
        assert_eq!(all.available_permits(), 10);
    }

    #[test]
    fn work_ends_with_its_client_and_its_time() {
        let client = Client::new();
        let watch = client.watch(Duration::from_secs(60));
        assert!(watch.check().is_ok());
        let over = client.watch(Duration::ZERO).check().unwrap_err();
        assert!(matches!(over.kind(), ErrorKind::TooLong { .. }), "{over}");
        drop(client);
        let gone = watch.check().unwrap_err();
        assert!(matches!(gone.kind(), ErrorKind::ClientGone), "{gone}");
    }
}
