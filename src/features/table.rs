//! Finds the place of a 64-bit hash in a list of them.

/// An open-addressing table of places in a list of hashes, which the caller keeps.
///
/// ```text
/// slot = tag | place + 1      tag: as many low bits of the hash as fit above the place; 0 is empty
/// first slot of a hash = its highest bits; then the next ones in turn
/// ```
///
/// Most n-grams of a text are unknown, and most of them meet an empty slot or another tag: they cost
/// one read of 4 bytes. Only where the tag fits is the hash itself read. At most half of the slots
/// are filled.
#[derive(Clone, Debug, Default)]
pub(super) struct HashTable {
    slots: Vec<u32>,
    /// By how much a hash is shifted to give its first slot.
    shift: u32,
    /// How many bits of a slot are the place.
    place_bits: u32,
}

impl HashTable {
    /// The table of a list; of equal hashes the last counts.
    ///
    /// # Panics
    /// There are four billion hashes or more.
    pub(super) fn new(
        hashes: impl ExactSizeIterator<Item = u64>,
        at: impl Fn(usize) -> u64,
    ) -> Self {
        let n_hashes = u32::try_from(hashes.len() + 1).expect("places are 32 bits wide");
        let n_slots = (2 * hashes.len()).next_power_of_two().max(2);
        let mut table = Self {
            slots: vec![0; n_slots],
            shift: 64 - n_slots.trailing_zeros(),
            place_bits: u32::BITS - n_hashes.leading_zeros(),
        };
        for (place, hash) in hashes.enumerate() {
            let slot = table.slot_of(hash, &at);
            table.slots[slot] = table.tag(hash) | (place as u32 + 1);
        }
        table
    }

    /// The place of a hash; `at` gives the hash at a place of the list.
    pub(super) fn find(&self, hash: u64, at: impl Fn(usize) -> u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        (self.slots[self.slot_of(hash, at)] & self.place_mask()).checked_sub(1)
    }

    /// The slot with the hash, or the empty one where it belongs.
    fn slot_of(&self, hash: u64, at: impl Fn(usize) -> u64) -> usize {
        let (tag, mask) = (self.tag(hash), self.place_mask());
        let mut slot = (hash >> self.shift) as usize;
        loop {
            let found = self.slots[slot];
            if found == 0 {
                return slot;
            }
            if found & !mask == tag && at((found & mask) as usize - 1) == hash {
                return slot;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn place_mask(&self) -> u32 {
        ((1_u64 << self.place_bits) - 1) as u32
    }

    fn tag(&self, hash: u64) -> u32 {
        hash as u32 & !self.place_mask()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_what_a_map_finds(
            hashes in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..40, (0_u64..40).prop_map(|x| x << 58)], 0..80),
            others in prop::collection::vec(prop_oneof![any::<u64>(), 0_u64..60], 0..40),
        ) {
            let at = |place: usize| hashes[place];
            let table = HashTable::new(hashes.iter().copied(), at);
            for hash in hashes.iter().chain(&others) {
                let expected = hashes.iter().rposition(|other| other == hash);
                prop_assert_eq!(table.find(*hash, at), expected.map(|place| place as u32));
            }
        }
    }
}
