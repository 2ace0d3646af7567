//! Finds the place of a 64-bit hash in a list of them.

use super::numbers::Hashes;

/// Slots that are looked at together: those of one cache line.
const N_SLOTS: usize = 16;

/// Buckets that a hash of an n-gram is away from its own at the most: with two fifths of the slots taken, three are
/// rare already.
const MOST_AWAY: usize = 64;

/// A list of hashes that a table is made of.
pub trait HashList {
    /// How many there are.
    fn n_hashes(&self) -> usize;
    /// The hash at a place, if there is one.
    fn hash_at(&self, place: usize) -> Option<u64>;
}

impl HashList for Vec<u64> {
    fn n_hashes(&self) -> usize {
        self.len()
    }

    fn hash_at(&self, place: usize) -> Option<u64> {
        self.get(place).copied()
    }
}

impl HashList for Hashes {
    fn n_hashes(&self) -> usize {
        self.len()
    }

    fn hash_at(&self, place: usize) -> Option<u64> {
        self.get(place)
    }
}

/// A table of places in a list of hashes, which the caller keeps.
///
/// ```text
/// slot = tag | place + 1      tag: as many low bits of the hash as fit above the place; 0 is empty
/// bucket of a hash = hash * buckets / 2^64; where it is full, the next one
/// ```
///
/// A hash costs the reading of one bucket, whose slots are all compared at once, and of the hash
/// itself where a tag fits. Whether an n-gram is known is hard to guess, so nothing branches on it.
/// Two fifths of the slots are taken, so that few buckets are full.
///
/// ```
/// use detente_model::features::HashTable;
///
/// let hashes: Vec<u64> = vec![77, 5, 1 << 40];
/// let table = HashTable::new(&hashes);
/// assert_eq!(table.find(5, &hashes), 1);
/// assert_eq!(table.find(6, &hashes), HashTable::NONE);
/// ```
#[derive(Clone, Debug, Default)]
pub struct HashTable {
    buckets: Vec<Bucket>,
    /// The bits of a slot that are the place.
    place_mask: u32,
}

#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Bucket([u32; N_SLOTS]);

impl HashTable {
    /// Stands for no place.
    pub const NONE: u32 = u32::MAX;

    /// The table of a list that has each hash once. (Of equal ones any is found, on every run the same.)
    ///
    /// # Panics
    /// There are four billion hashes or more.
    pub fn new(hashes: &impl HashList) -> Self {
        // Invariant: no bucket is further away than all of them.
        Self::within(hashes, usize::MAX).expect("every hash has a place")
    }

    /// The table of hashes that come from outside; `None` where one of them is there twice, or many are so near to each
    /// other that finding one would take long, which no hashes of n-grams are.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn checked(hashes: &impl HashList) -> Option<Self> {
        let table = Self::within(hashes, MOST_AWAY)?;
        (!table.has_equal(hashes)).then_some(table)
    }

    /// The table, if no hash stands more than so many buckets away from its own.
    fn within(hashes: &impl HashList, most_away: usize) -> Option<Self> {
        let n_hashes = hashes.n_hashes();
        let n_places = u32::try_from(n_hashes + 1).expect("places are 32 bits wide");
        let n_buckets = (5 * n_hashes).div_ceil(2 * N_SLOTS).max(2);
        let mut table = Self {
            buckets: vec![Bucket::default(); n_buckets],
            place_mask: u32::MAX >> n_places.leading_zeros(),
        };
        // How full each bucket is fits into the nearest cache, where the buckets do not: they are only
        // written to, which nothing has to wait for.
        let mut n_filled = vec![0_u8; n_buckets];
        let places = (0..n_hashes).filter_map(|place| Some((place, hashes.hash_at(place)?)));
        for (place, hash) in places {
            let mut bucket = table.bucket_of(hash);
            let mut n_away = 0;
            while n_filled[bucket] as usize == N_SLOTS {
                bucket = (bucket + 1) % n_buckets;
                n_away += 1;
                if n_away > most_away {
                    return None;
                }
            }
            let tag = hash as u32 & !table.place_mask;
            table.buckets[bucket].0[n_filled[bucket] as usize] = tag | (place as u32 + 1);
            n_filled[bucket] += 1;
        }
        Some(table)
    }

    /// Whether two of the hashes are equal. Equal ones stand in one bucket, or in those that follow a full one.
    fn has_equal(&self, hashes: &impl HashList) -> bool {
        let place_of = |slot: u32| (slot & self.place_mask).wrapping_sub(1) as usize;
        let are_equal = |one: u32, other: u32| {
            (one ^ other) & !self.place_mask == 0
                && hashes.hash_at(place_of(one)) == hashes.hash_at(place_of(other))
        };
        let n_buckets = self.buckets.len();
        (0..n_buckets).any(|idx| {
            let bucket = &self.buckets[idx].0;
            let n = bucket.iter().take_while(|slot| **slot != 0).count();
            let is_twice = |at: usize| {
                let mut others = bucket[at + 1..n].iter();
                others.any(|other| are_equal(bucket[at], *other))
            };
            let goes_on = |at: usize| {
                let following =
                    (1..n_buckets).map(|next| &self.buckets[(idx + next) % n_buckets].0);
                let mut reached = following.scan(true, |is_full, bucket| {
                    let was_full = std::mem::replace(is_full, bucket[N_SLOTS - 1] != 0);
                    was_full.then_some(bucket)
                });
                reached.any(|next| {
                    let mut used = next.iter().take_while(|slot| **slot != 0);
                    used.any(|other| are_equal(bucket[at], *other))
                })
            };
            (0..n).any(|at| is_twice(at) || (n == N_SLOTS && goes_on(at)))
        })
    }

    /// The place of a hash in the list that the table was made of, or [`NONE`](Self::NONE). With another list it is
    /// some place or none.
    pub fn find(&self, hash: u64, hashes: &impl HashList) -> u32 {
        if self.buckets.is_empty() {
            return Self::NONE;
        }
        let bucket = &self.buckets[self.bucket_of(hash)].0;
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
        let is_sure = match hashes.hash_at(place as usize) {
            Some(known) => known == hash,
            None => found == 0 && bucket[N_SLOTS - 1] == 0,
        };
        if is_sure {
            return place;
        }
        self.find_slowly(hash, hashes)
    }

    fn bucket_of(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.buckets.len() as u128) >> 64) as usize
    }

    fn find_slowly(&self, hash: u64, hashes: &impl HashList) -> u32 {
        let mut bucket = self.bucket_of(hash);
        loop {
            for slot in &self.buckets[bucket].0 {
                let has_tag = (slot ^ hash as u32) & !self.place_mask == 0;
                let place = (slot & self.place_mask).wrapping_sub(1);
                if *slot == 0 || (has_tag && hashes.hash_at(place as usize) == Some(hash)) {
                    return place;
                }
            }
            bucket = (bucket + 1) % self.buckets.len();
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
            hashes in prop::collection::btree_set(
                prop_oneof![any::<u64>(), 0_u64..40, (0_u64..40).prop_map(|x| x << 58)],
                0..100
            ),
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

    #[test]
    fn equal_and_crowded_hashes_of_a_file_are_refused() {
        let spread = |n: u64| -> Vec<u64> {
            (1..=n)
                .map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15))
                .collect()
        };
        for n in [0, 1, 20, 3000] {
            assert!(HashTable::checked(&spread(n)).is_some(), "{n}");
        }
        for at in [0, 1, 7, 2998] {
            let mut hashes = spread(3000);
            hashes[2999] = hashes[at];
            assert!(HashTable::checked(&hashes).is_none(), "{at}");
        }
        // Twenty equal ones fill a bucket and go on in the next.
        assert!(HashTable::checked(&vec![5_u64; 20]).is_none());
        let crowded: Vec<u64> = (0..100_000).collect();
        assert!(HashTable::checked(&crowded).is_none());
    }
}
