use crate::stem::Language;

/// How many words after a negator are negated, at most.
pub(super) const NEGATION_REACH: u8 = 8;

/// How many words after a rejection are negated, at most: its object is near.
const REJECTION_REACH: u8 = 4;

/// What a word does to the negation around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// Stands before a noun and changes nothing: "a".
    Article,
    /// Ends the scope of "never" if it is near: "never been closer".
    Closer,
    /// Ends the scope of a negation: "but".
    Contrast,
    /// Follows a negation that assures, an article between them or not: "no doubt", "without a doubt".
    Doubt,
    /// Negates if "from" follows: "far from".
    Far,
    /// The word "from".
    From,
    /// Negates what follows: "not".
    Negator,
    /// A negator after which a comparative assures: "never".
    Never,
    /// Takes the force from a negator before it: "not only".
    Only,
    /// Any other word.
    Plain,
    /// Negates what follows; after another negator it undoes that one: "never refuse".
    Refusal,
    /// Negates what follows, but not far; after a negator it undoes that one: "not reject".
    Rejection,
    /// The word "to".
    To,
    /// Negates if "to" follows, as a [`Role::Refusal`]: "failed to".
    ToRefusal,
}

/// Gives the role of a lower-case word with straight apostrophes.
///
/// The lists hold what is sure to negate; a language without a list has no negators.
pub(super) fn role(language: Language, word: &str) -> Role {
    match language {
        Language::English => english(word),
        Language::Russian => match word {
            "не"
            | "ни"
            | "нет"
            | "никогда"
            | "нельзя"
            | "никто"
            | "ничто"
            | "ничего"
            | "никакой"
            | "никакого"
            | "никакие"
            | "никаких"
            | "невозможно" => Role::Negator,
            "без" => Role::Refusal,
            "но" | "однако" | "а" | "зато" | "хотя" => Role::Contrast,
            "только" | "просто" => Role::Only,
            _ => Role::Plain,
        },
        Language::German => match word {
            "nicht" | "kein" | "keine" | "keinen" | "keinem" | "keiner" | "keines" | "nie"
            | "niemals" | "niemand" | "nichts" | "weder" | "nirgends" => Role::Negator,
            "ohne" => Role::Refusal,
            "aber" | "sondern" | "jedoch" | "doch" | "obwohl" => Role::Contrast,
            "nur" | "bloß" => Role::Only,
            "zweifel" => Role::Doubt,
            _ => Role::Plain,
        },
        Language::French => match word {
            "ne" | "pas" | "jamais" | "ni" | "aucun" | "aucune" | "rien" | "non" | "personne" => {
                Role::Negator
            }
            "sans" => Role::Refusal,
            "mais" | "cependant" | "toutefois" | "pourtant" | "quoique" => Role::Contrast,
            "seulement" => Role::Only,
            "doute" => Role::Doubt,
            _ if word.starts_with("n'") => Role::Negator,
            _ => Role::Plain,
        },
        Language::Spanish => match word {
            "no" | "nunca" | "jamás" | "ni" | "ningún" | "ninguno" | "ninguna" | "nada"
            | "nadie" | "tampoco" => Role::Negator,
            "sin" => Role::Refusal,
            "pero" | "sino" | "aunque" => Role::Contrast,
            "solo" | "sólo" | "solamente" => Role::Only,
            "duda" | "embargo" => Role::Doubt,
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

/// Follows a negation along the words of a statement.
#[derive(Default)]
pub(super) struct Negation {
    n_left: u8,
    /// How many words ago "never" stood, up to a few.
    since_never: Option<u8>,
}

impl Negation {
    /// Ends the scope, at a mark that ends a clause.
    pub(super) fn end_clause(&mut self) {
        *self = Self::default();
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
                self.n_left = if is_inside { 0 } else { NEGATION_REACH };
                is_inside
            }
            (Role::Rejection, _) => {
                self.n_left = if is_inside { 0 } else { REJECTION_REACH };
                is_inside
            }
            (Role::Negator | Role::Never, _) | (Role::Far, [Some(Role::From), _]) => {
                self.n_left = NEGATION_REACH;
                false
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
