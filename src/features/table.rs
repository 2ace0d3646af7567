//! Finds the place of a 64-bit hash in a list of them.

/// Slots that are looked at together: those of one cache line.
const N_SLOTS: usize = 16;

/// A table of places in a list of hashes, which the caller keeps.
///
/// ```text
/// slot = tag | place + 1      tag: as many low bits of the hash as fit above the place; 0 is empty
/// bucket of a hash = its highest bits; where it is full, the next one
/// ```
///
/// A hash costs the reading of one bucket, whose slots are all compared at once, and of the hash
/// itself where a tag fits. Whether an n-gram is known is hard to guess, so nothing branches on it.
/// Buckets are about half full.
#[derive(Clone, Debug, Default)]
pub(super) struct HashTable {
    buckets: Vec<Bucket>,
    /// By how much a hash is shifted to give its bucket.
    shift: u32,
    /// The bits of a slot that are the place.
    place_mask: u32,
}

#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Bucket([u32; N_SLOTS]);

impl HashTable {
    /// Stands for no place.
    pub(super) const NONE: u32 = u32::MAX;

    /// The table of a list; of equal hashes the last counts.
    ///
    /// # Panics
    /// There are four billion hashes or more.
    pub(super) fn new(hashes: &[u64]) -> Self {
        let n_hashes = u32::try_from(hashes.len() + 1).expect("places are 32 bits wide");
        let n_buckets = (2 * hashes.len() / N_SLOTS).next_power_of_two().max(2);
        let mut table = Self {
            buckets: vec![Bucket::default(); n_buckets],
            shift: 64 - n_buckets.trailing_zeros(),
            place_mask: u32::MAX >> n_hashes.leading_zeros(),
        };
        for (place, hash) in hashes.iter().enumerate() {
            let tag = *hash as u32 & !table.place_mask;
            let (bucket, slot) = table.slot_of(*hash, hashes);
            table.buckets[bucket].0[slot] = tag | (place as u32 + 1);
        }
        table
    }

    /// The place of a hash in the list, or [`NONE`](Self::NONE).
    pub(super) fn find(&self, hash: u64, hashes: &[u64]) -> u32 {
        if hashes.is_empty() {
            return Self::NONE;
        }
        let bucket = &self.buckets[(hash >> self.shift) as usize].0;
        let tag = hash as u32 & !self.place_mask;
        let mut found = 0;
        for slot in bucket {
            let differs = slot ^ tag;
            found |= if differs & !self.place_mask == 0 {
                differs
            } else {
                0
            };
        }
        let place = found.wrapping_sub(1);
        // Tags that are equal by chance, and full buckets, are rare enough for the slow way.
        let is_sure = match hashes.get(place as usize) {
            Some(known) => *known == hash,
            None => found == 0 && bucket[N_SLOTS - 1] == 0,
        };
        if is_sure {
            return place;
        }
        let (bucket, slot) = self.slot_of(hash, hashes);
        (self.buckets[bucket].0[slot] & self.place_mask).wrapping_sub(1)
    }

    /// The slot with the hash, or the empty one where it belongs.
    fn slot_of(&self, hash: u64, hashes: &[u64]) -> (usize, usize) {
        let mut bucket = (hash >> self.shift) as usize;
        loop {
            for (at, slot) in self.buckets[bucket].0.iter().enumerate() {
                let has_tag = (slot ^ hash as u32) & !self.place_mask == 0;
                let place = (slot & self.place_mask).wrapping_sub(1) as usize;
                if *slot == 0 || (has_tag && hashes[place] == hash) {
                    return (bucket, at);
                }
            }
            bucket = (bucket + 1) & (self.buckets.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_what_a_list_finds(
            hashes in prop::collection::btree_set(prop_oneof![any::<u64>(), 0_u64..40, (0_u64..40).prop_map(|x| x << 58)], 0..100),
            others in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..60], 0..40),
        ) {
            // A vocabulary has each hash once.
            let hashes: Vec<u64> = hashes.into_iter().collect();
            let table = HashTable::new(&hashes);
            for hash in hashes.iter().chain(&others) {
                let expected = hashes.iter().position(|other| other == hash);
                let expected = expected.map_or(HashTable::NONE, |place| place as u32);
                prop_assert_eq!(table.find(*hash, &hashes), expected);
            }
        }
    }
}
