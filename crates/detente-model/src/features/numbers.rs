//! Numbers as they stand in a model file, read where they are.

use bytes::Bytes;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;

/// A number that a file has in `N` bytes, the lowest first.
pub trait LittleEndian<const N: usize>: Copy {
    /// The number of these bytes.
    fn from_bytes(bytes: [u8; N]) -> Self;
    /// The bytes of the number.
    fn to_bytes(self) -> [u8; N];
}

macro_rules! little_endian {
    ($($number:ty: $n_bytes:literal),*) => {$(
        impl LittleEndian<$n_bytes> for $number {
            fn from_bytes(bytes: [u8; $n_bytes]) -> Self {
                Self::from_le_bytes(bytes)
            }

            fn to_bytes(self) -> [u8; $n_bytes] {
                self.to_le_bytes()
            }
        }
    )*};
}

little_endian!(u64: 8, f32: 4, i16: 2);

/// A list of numbers in the bytes of a file, which several may share: nothing is copied or unpacked
/// before a number is asked for, so that a model of millions of features is ready when it is read.
#[derive(Clone)]
pub struct Numbers<T, const N: usize> {
    bytes: Bytes,
    of: PhantomData<fn() -> T>,
}

/// Hashes of n-grams.
pub type Hashes = Numbers<u64, 8>;

impl<T: LittleEndian<N>, const N: usize> Numbers<T, N> {
    /// Numbers that stand in a file; `None` where the last one is not whole.
    pub fn from_bytes(bytes: Bytes) -> Option<Self> {
        bytes.len().is_multiple_of(N).then_some(Self {
            bytes,
            of: PhantomData,
        })
    }

    /// The numbers as a file has them.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    fn chunks(&self) -> &[[u8; N]] {
        self.bytes.as_chunks().0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.chunks().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The number at a place, if there is one.
    pub fn get(&self, at: usize) -> Option<T> {
        self.chunks().get(at).map(|bytes| T::from_bytes(*bytes))
    }

    /// The number at a place.
    ///
    /// # Panics
    /// There is none.
    pub fn at(&self, at: usize) -> T {
        T::from_bytes(self.chunks()[at])
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + '_ {
        self.chunks().iter().map(|bytes| T::from_bytes(*bytes))
    }
}

impl<T: LittleEndian<N>, const N: usize> FromIterator<T> for Numbers<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Self {
        let bytes: Vec<u8> = numbers.into_iter().flat_map(T::to_bytes).collect();
        Self {
            bytes: bytes.into(),
            of: PhantomData,
        }
    }
}

impl<T: LittleEndian<N>, const N: usize> From<Vec<T>> for Numbers<T, N> {
    fn from(numbers: Vec<T>) -> Self {
        numbers.into_iter().collect()
    }
}

impl<T: LittleEndian<N>, const N: usize> Default for Numbers<T, N> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T: LittleEndian<N> + PartialEq, const N: usize> PartialEq for Numbers<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: LittleEndian<N> + Debug, const N: usize> Debug for Numbers<T, N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_where_they_stand() {
        let file = Bytes::from_static(b"?\x01\0\0\0\0\0\0\x80\x02\0\0\0\0\0\0\0!");
        let hashes = Hashes::from_bytes(file.slice(1..17)).unwrap();
        assert_eq!(hashes, Hashes::from(vec![0x8000_0000_0000_0001, 2]));
        assert_eq!((hashes.len(), hashes.at(1), hashes.get(2)), (2, 2, None));
        assert_eq!(hashes.bytes().as_ptr(), file[1..].as_ptr());
        assert!(Hashes::from_bytes(file).is_none());
    }
}
