//! Threads to score with.

use crate::failure::out_of_range;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, PoisonError};

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 1024;

/// Pools that are kept for the next time.
const MOST_POOLS: usize = 4;

/// Pools by the process that made them: a forked process has none of its parent's threads.
static POOLS: Mutex<Vec<(u32, usize, Arc<ThreadPool>)>> = Mutex::new(Vec::new());

/// The pool with so many threads; none or 0 takes one for each processor.
///
/// # Errors
/// There are too many; the system gives no more.
pub(crate) fn pool(n_threads: Option<i64>) -> PyResult<Arc<ThreadPool>> {
    let n_threads = match n_threads {
        None | Some(0) => std::thread::available_parallelism().map_or(1, usize::from),
        Some(given) => match usize::try_from(given) {
            Ok(n) if n <= MOST_THREADS => n,
            _ => {
                let expected = "1 to 1024, and None for one a processor";
                return Err(out_of_range("threads", &given.to_string(), expected));
            }
        },
    };
    let process = std::process::id();
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    for (_, _, pool) in pools.extract_if(.., |(owner, _, _)| *owner != process) {
        // Its threads are in another process; to wait for them here would be to wait for ever.
        std::mem::forget(pool);
    }
    if let Some((_, _, pool)) = pools.iter().find(|(_, n, _)| *n == n_threads) {
        return Ok(pool.clone());
    }
    let pool = ThreadPoolBuilder::new().num_threads(n_threads).build();
    let pool =
        pool.map_err(|error| PyRuntimeError::new_err(format!("cannot start threads: {error}")))?;
    let pool = Arc::new(pool);
    if pools.len() == MOST_POOLS {
        // Whoever works with it still has it.
        pools.remove(0);
    }
    pools.push((process, n_threads, pool.clone()));
    Ok(pool)
}
