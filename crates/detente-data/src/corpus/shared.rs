//! Names that many rows have in common.

use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Gives equal names the same memory: labels and documents repeat in nearly every row.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedNames(FxHashSet<Arc<str>>);

/// With more names than this it begins again: so a stream of rows that each have their own takes no more
/// memory as it goes on.
const MOST_NAMES: usize = 1 << 16;

impl SharedNames {
    pub(super) fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        if self.0.len() == MOST_NAMES {
            self.0.clear();
        }
        let name: Arc<str> = name.into();
        self.0.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_share_memory_and_few_are_remembered() {
        let mut names = SharedNames::default();
        let first = names.get("a");
        assert!(Arc::ptr_eq(&first, &names.get("a")));
        for at in 0..MOST_NAMES {
            assert_eq!(*names.get(&at.to_string()), *at.to_string());
        }
        assert!(names.0.len() <= MOST_NAMES);
        assert_eq!(names.get("a"), first);
    }
}
