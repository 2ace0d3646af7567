//! What words do to the negation around them.

/// What a word does to the negation around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// Stands before a noun and changes nothing: "a".
    Article,
    /// Ends the scope of "never" if it is near: "never been closer".
    Closer,
    /// Ends the scope of a negation: "but".
    Contrast,
    /// Follows a negation that assures, an article between them or not: "no doubt", "without a doubt".
    Doubt,
    /// Takes a negator before it back: "لا حل إلا السلام", "no quiere más que paz".
    Except,
    /// Negates if "from" follows: "far from".
    Far,
    /// The word "from".
    From,
    /// The French "ne": negates, unless "que" takes it back, or it says nothing ("avant qu'il ne parte").
    Ne,
    /// Negates the words that it stands before, and no more: "non-proliferation".
    Near,
    /// Negates what follows: "not".
    Negator,
    /// A negator after which a comparative assures: "never".
    Never,
    /// Takes the force from a negator before it: "not only".
    Only,
    /// Any other word.
    Plain,
    /// The French "que", which makes "only" of "ne".
    Que,
    /// Negates what follows; after another negator it undoes that one: "never refuse".
    Refusal,
    /// Negates what follows, but not far; after a negator it undoes that one: "not reject".
    Rejection,
    /// The word "to".
    To,
    /// Negates if "to" follows, as a [`Role::Refusal`]: "failed to".
    ToRefusal,
    /// Negates together with "ne" only: the French "plus", "personne".
    WithNe,
}
