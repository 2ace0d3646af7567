//! Which words are negated: the roles of words and phrases, and the scope of those that negate.

mod role;
mod arabic_roles;
mod chinese_roles;
mod french_roles;
mod russian_roles;
mod spanish_roles;
mod phrase;

pub(super) use phrase::{Phrase, has_phrases, phrases};
pub(super) use role::Role;

use crate::stem::Language;

/// How many words after a negator are negated, at most.
pub(super) const NEGATION_REACH: u8 = 8;

/// How many words after a rejection are negated, at most: its object is near.
const REJECTION_REACH: u8 = 4;

/// How many words after a [`Role::Near`] are negated.
const NEAR_REACH: u8 = 2;

/// How many words apart "ne" and its second half are, or a negator and what takes it back.
const PAIR_REACH: usize = 8;

/// Gives the role of a lower-case word with straight apostrophes.
///
/// The lists hold what is sure to negate; a language without a list has no negators.
pub(super) fn role(language: Language, word: &str) -> Role {
    match language {
        Language::English => english(word),
        Language::Arabic => arabic_roles::role(word),
        Language::Spanish => spanish_roles::role(word),
        Language::French => french_roles::role(word),
        Language::Russian => russian_roles::role(word),
        Language::Chinese => chinese_roles::role(word),
        Language::German => match word {
            "nicht" | "kein" | "keine" | "keinen" | "keinem" | "keiner" | "keines" | "nie"
            | "niemals" | "niemand" | "nichts" | "weder" | "nirgends" => Role::Negator,
            "ohne" => Role::Refusal,
            "aber" | "sondern" | "jedoch" | "doch" | "obwohl" => Role::Contrast,
            "nur" | "bloß" => Role::Only,
            "zweifel" => Role::Doubt,
            _ => Role::Plain,
        },
        Language::Italian => match word {
            "non" | "mai" | "né" | "nessun" | "nessuno" | "nessuna" | "niente" | "nulla" => {
                Role::Negator
            }
            "senza" => Role::Refusal,
            "ma" | "bensì" | "però" | "tuttavia" | "sebbene" => Role::Contrast,
            "solo" | "soltanto" | "solamente" => Role::Only,
            "dubbio" => Role::Doubt,
            _ => Role::Plain,
        },
        Language::Portuguese => match word {
            "não" | "nunca" | "jamais" | "nem" | "nenhum" | "nenhuma" | "nada" | "ninguém"
            | "tampouco" => Role::Negator,
            "sem" => Role::Refusal,
            "mas" | "porém" | "contudo" | "todavia" | "embora" => Role::Contrast,
            "só" | "apenas" | "somente" => Role::Only,
            "dúvida" => Role::Doubt,
            _ => Role::Plain,
        },
        _ => Role::Plain,
    }
}

fn english(word: &str) -> Role {
    match word {
        "never" => Role::Never,
        "no" | "not" | "nor" | "neither" | "cannot" | "nothing" | "none" | "nobody" | "nowhere" => {
            Role::Negator
        }
        "without" | "refuse" | "refused" | "refuses" | "refusing" => Role::Refusal,
        "reject" | "rejected" | "rejects" | "rejecting" | "oppose" | "opposed" | "opposes"
        | "opposing" | "decline" | "declined" | "declines" | "declining" | "lift" | "lifted"
        | "lifts" | "lifting" | "ease" | "eased" | "eases" | "easing" | "waive" | "waived"
        | "waives" | "waiving" | "unfreeze" | "unfroze" | "unfrozen" | "revoke" | "revoked"
        | "revokes" | "revoking" | "repeal" | "repealed" | "repeals" | "repealing" | "end"
        | "ended" | "ends" | "ending" | "suspend" | "suspended" | "suspends" | "suspending"
        | "scrap" | "scrapped" | "scraps" | "scrapping" | "relax" | "relaxed" | "relaxes"
        | "relaxing" => Role::Rejection,
        "a" | "an" | "any" | "the" | "slightest" | "reasonable" => Role::Article,
        "closer" | "nearer" | "better" | "stronger" | "greater" | "more" => Role::Closer,
        "fail" | "failed" | "fails" | "failing" | "failure" | "unable" | "unwilling" => {
            Role::ToRefusal
        }
        "far" => Role::Far,
        "from" => Role::From,
        "to" => Role::To,
        "but" | "however" | "although" | "though" | "yet" | "nevertheless" | "nonetheless"
        | "whereas" | "instead" | "rather" => Role::Contrast,
        "only" | "just" | "merely" | "simply" | "solely" | "least" => Role::Only,
        "doubt" | "question" | "less" | "wonder" | "matter" | "alternative" | "alternatives"
        | "substitute" => Role::Doubt,
        _ if word.ends_with("n't") => Role::Negator,
        _ => Role::Plain,
    }
}

/// Gives the words of a clause the roles that they have beside each other.
pub(super) fn settle(roles: &mut [Role]) {
    for at in 0..roles.len() {
        let before = at.saturating_sub(PAIR_REACH)..at;
        match roles[at] {
            Role::Ne => roles[at] = settled_ne(roles, at),
            Role::Except => {
                let negator = roles[before.clone()]
                    .iter()
                    .rposition(|role| *role == Role::Negator);
                if let Some(negator) = negator {
                    roles[before.start + negator] = Role::Plain;
                    roles[at] = Role::Contrast;
                }
            }
            _ => {}
        }
    }
    for role in roles {
        if matches!(role, Role::WithNe | Role::Que | Role::Except) {
            *role = Role::Plain;
        }
    }
}

/// The role of the "ne" at a place; what it stands together with becomes a negator, or nothing.
fn settled_ne(roles: &mut [Role], at: usize) -> Role {
    let end = (at + 1 + PAIR_REACH).min(roles.len());
    let is_second = |role: &Role| matches!(role, Role::Negator | Role::WithNe | Role::Que);
    let Some(second) = roles[at + 1..end].iter().position(is_second) else {
        let before = &roles[at.saturating_sub(PAIR_REACH)..at];
        // "Avant qu'il ne parte" says the same without "ne"; "que personne ne parte" does not.
        let que = before.iter().rposition(|role| *role == Role::Que);
        let is_empty = que.is_some_and(|que| {
            let between = &before[que..];
            !between
                .iter()
                .any(|role| matches!(role, Role::Negator | Role::WithNe))
        });
        return if is_empty { Role::Plain } else { Role::Negator };
    };
    let second = at + 1 + second;
    match (roles[second], roles.get(second + 1)) {
        (Role::Que, _) => {
            roles[second] = Role::Plain;
            Role::Plain
        }
        (_, Some(Role::Only)) => {
            roles[second] = Role::Plain;
            Role::Plain
        }
        _ => {
            roles[second] = Role::Negator;
            Role::Negator
        }
    }
}

/// Follows a negation along the words of a statement.
#[derive(Default)]
pub(super) struct Negation {
    /// Whether words are characters, which say less, so that a negation reaches more of them.
    is_by_character: bool,
    n_left: u8,
    /// How many words ago "never" stood, up to a few.
    since_never: Option<u8>,
}

impl Negation {
    /// Before the first word of a statement of a language.
    pub(super) fn of(language: Language) -> Self {
        Self {
            is_by_character: language == Language::Chinese,
            ..Self::default()
        }
    }

    /// Ends the scope, at a mark that ends a clause.
    pub(super) fn end_clause(&mut self) {
        *self = Self {
            is_by_character: self.is_by_character,
            ..Self::default()
        };
    }

    /// The reach of a negation in words of the language.
    fn reach(&self, n_words: u8) -> u8 {
        match self.is_by_character {
            true => n_words * 3 / 2,
            false => n_words,
        }
    }

    /// Takes the next word and tells whether it is negated; `next` has the roles of the two words after it
    /// in the same clause.
    pub(super) fn step(&mut self, role: Role, next: [Option<Role>; 2]) -> bool {
        let is_inside = self.n_left > 0;
        self.n_left = self.n_left.saturating_sub(1);
        self.since_never = match role {
            Role::Never => Some(0),
            _ => self.since_never.map(|n| n + 1).filter(|n| *n <= 2),
        };
        match (role, next) {
            (Role::Negator | Role::Never | Role::Refusal, [Some(Role::Only), _]) => false,
            (Role::Negator | Role::Never | Role::Refusal, [Some(Role::Doubt), _]) => {
                self.n_left = 1;
                false
            }
            (Role::Refusal, [Some(Role::Article), Some(Role::Doubt)]) => {
                self.n_left = 2;
                false
            }
            (Role::Refusal, _) | (Role::ToRefusal, [Some(Role::To), _]) => {
                self.n_left = if is_inside {
                    0
                } else {
                    self.reach(NEGATION_REACH)
                };
                is_inside
            }
            (Role::Rejection, _) => {
                self.n_left = if is_inside {
                    0
                } else {
                    self.reach(REJECTION_REACH)
                };
                is_inside
            }
            (Role::Negator | Role::Never, _) | (Role::Far, [Some(Role::From), _]) => {
                self.n_left = self.reach(NEGATION_REACH);
                false
            }
            (Role::Near, [Some(Role::Only), _]) => is_inside,
            (Role::Near, _) => {
                self.n_left = self.n_left.max(self.reach(NEAR_REACH));
                is_inside
            }
            (Role::Closer, _) if self.since_never.is_some() => {
                self.n_left = 0;
                false
            }
            (Role::Contrast, _) => {
                self.n_left = 0;
                false
            }
            _ => is_inside,
        }
    }
}
