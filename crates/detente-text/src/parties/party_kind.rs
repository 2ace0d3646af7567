//! What kinds of names there are.

use crate::stem::Language;

/// What kind of name stands for a party.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PartyKind {
    /// A body of several states that acts as one, or its seat: "NATO", "ASEAN", "Brussels".
    Body,
    /// A capital that stands for its government: "Ankara".
    Capital,
    /// The people of a party, or its adjective: "Russians", "Congolese".
    Demonym,
    /// An armed group or movement: "Hamas".
    Group,
    /// A well-known leader, who stands for the party: "Arafat".
    Leader,
    /// A contested city or region: "Crimea".
    Region,
    /// An office or building that stands for a government: "the Kremlin".
    Seat,
    /// A state or territory, present or past: "Zaire".
    State,
}

impl PartyKind {
    /// All members, in the order of their names.
    pub const ALL: [Self; 8] = [
        Self::Body,
        Self::Capital,
        Self::Demonym,
        Self::Group,
        Self::Leader,
        Self::Region,
        Self::Seat,
        Self::State,
    ];

    /// Whether names of this kind stand in lower case too, but for those that are words of the language.
    pub(super) fn is_plain(self, language: Language) -> bool {
        match (language, self) {
            (_, Self::Demonym) => true,
            (Language::English, kind) => {
                matches!(kind, Self::State | Self::Capital | Self::Region)
            }
            _ => false,
        }
    }

    /// Gives the name, as in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Capital => "capital",
            Self::Demonym => "demonym",
            Self::Group => "group",
            Self::Leader => "leader",
            Self::Region => "region",
            Self::Seat => "seat",
            Self::State => "state",
        }
    }
}
