//! Memory of passes that are over, for the passes to come.

use std::any::Any;
use std::sync::{Mutex, PoisonError};

/// Vectors of one or several types, taken and given back by tasks of any thread. A pass over many labels needs a few
/// megabytes; taken from the system each time, a fifth of a training's time was spent on clearing pages.
#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<Box<dyn Any + Send>>>,
}

impl Pool {
    /// A vector whose content is not defined: one of those given back, or an empty one.
    pub(super) fn take<T: Send + 'static>(&self) -> Vec<T> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = idle.iter().position(|vector| vector.is::<Vec<T>>());
        let taken = fitting.map(|at| idle.swap_remove(at));
        let vector = taken.and_then(|vector| vector.downcast().ok());
        vector.map_or_else(Vec::new, |vector| *vector)
    }

    /// Keeps vectors for those who take next.
    pub(super) fn give_back<T: Send + 'static>(&self, vectors: impl Iterator<Item = Vec<T>>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(vectors.map(|vector| Box::new(vector) as Box<dyn Any + Send>));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_that_was_given_back_is_taken_by_its_type() {
        let pool = Pool::default();
        pool.give_back([Vec::<u8>::with_capacity(100)].into_iter());
        assert_eq!(pool.take::<f64>().capacity(), 0);
        assert_eq!(pool.take::<u8>().capacity(), 100);
        assert_eq!(pool.take::<u8>().capacity(), 0);
    }
}
