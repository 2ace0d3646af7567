//! Orders that are drawn at random, the same ones for the same seed.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// A source of orders.
pub(super) struct Shuffle(Xoshiro256PlusPlus);

impl Shuffle {
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `n`, each as likely.
    fn below(&mut self, n: usize) -> usize {
        // The multiplication of Lemire 2019; the bias is below 2^-32 for what is shuffled here.
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Brings the members into another order, by Fisher and Yates.
    pub(super) fn shuffle<T>(&mut self, members: &mut [T]) {
        for at in (1..members.len()).rev() {
            members.swap(at, self.below(at + 1));
        }
    }
}
