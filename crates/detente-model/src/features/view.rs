//! Families of features.

/// A family of features that is weighted and normalised apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// Sequences of stems.
    Word,
    /// Sequences of characters inside a word, with `_` at its ends.
    Char,
    /// Stems around the mention of a target, and sequences of them.
    NearWord,
    /// Sequences of characters inside words near the mention.
    NearChar,
    /// The words of the mention itself, its form and its place in the statement.
    Mention,
    /// Categories of a lexicon, and pairs of them.
    Lexicon,
    /// Categories of the lexicon, by where they stand from the mention.
    NearLexicon,
}

impl View {
    /// Every view, in the order of feature ids.
    pub const ALL: [Self; 7] = [
        Self::Word,
        Self::Char,
        Self::NearWord,
        Self::NearChar,
        Self::Mention,
        Self::Lexicon,
        Self::NearLexicon,
    ];

    /// The word for it in feature names (`word:cease fire`, `char:_ceas`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Char => "char",
            Self::NearWord => "near-word",
            Self::NearChar => "near-char",
            Self::Mention => "mention",
            Self::Lexicon => "lexicon",
            Self::NearLexicon => "near-lexicon",
        }
    }

    /// Keeps equal strings of different views apart.
    pub(super) fn seed(self) -> u64 {
        match self {
            Self::Word => 0x776f_7264,
            Self::Char => 0x6368_6172,
            Self::NearWord => 0x6e65_6172_776f_7264,
            Self::NearChar => 0x6e65_6172_6368_6172,
            Self::Mention => 0x6d65_6e74_696f_6e00,
            Self::Lexicon => 0x6c65_7869,
            Self::NearLexicon => 0x6e65_6172_6c65_7869,
        }
    }
}
