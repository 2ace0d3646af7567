//! Verbs that report what somebody says.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// How a verb takes what is said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Saying {
    /// A clause may follow with or without "that": "said it was ready".
    Bare,
    /// The verb has many uses; a clause needs "that", a colon or a quotation: "announced that".
    WithThat,
    /// As [`Saying::Bare`], with somebody who is told: "told reporters (that) it was ready".
    Told,
    /// The verb judges; only words in quotation marks behind it are its subject's: "called it \"a disgrace\"".
    Judging,
    /// A participle that goes on with an earlier subject: "saying that", "adding:".
    Participle,
}

/// Verbs that take a bare clause.
#[rustfmt::skip]
const BARE: &[&str] = &[
    "added", "adds", "admits", "admitted", "agreed", "argue", "argued", "argues", "believe", "believed", "believes",
    "claim", "claimed", "claims", "conceded", "concedes", "confirmed", "confirms", "denied", "denies", "feared",
    "fears",
    "hoped", "hopes", "insist", "insisted", "insists", "maintained", "maintains", "predicted", "predicts", "promised",
    "reckons", "said", "say", "says", "suggested", "suggests", "think", "thinks", "thought", "tweeted", "tweets",
    "vowed", "vows", "write", "writes", "wrote",
];

/// Verbs that need "that" or a mark.
#[rustfmt::skip]
const WITH_THAT: &[&str] = &[
    "acknowledged", "acknowledges", "affirmed", "affirms", "alleged", "alleges", "announced", "announces", "asked",
    "asks", "asserted", "asserts", "cautioned", "cautions", "charged", "clarified", "clarifies", "commented",
    "complained",
    "complains", "concluded", "concludes", "confessed", "considered", "considers", "contended", "contends",
    "continued", "countered", "cried",
    "declared", "declares", "demanded", "demands", "disclosed", "emphasised", "emphasises", "emphasized",
    "emphasizes", "estimated",
    "estimates", "expected", "expects", "explained", "explains", "expressed", "highlighted", "highlights", "hinted",
    "hints", "indicated", "indicates", "informed", "joked", "lamented", "mentioned", "mentions", "noted", "notes",
    "observed", "observes",
    "pledged", "pledges", "pointed", "posted", "proclaimed", "proposed", "quipped", "read", "reaffirmed",
    "reaffirms", "recalled", "recalls",
    "recognised", "recognized", "reiterated", "reiterates", "remarked", "repeated", "replied", "replies", "reported",
    "reports", "responded",
    "responds", "revealed", "reveals", "shouted", "signaled", "signalled", "speculated", "stated", "states",
    "stressed", "stresses",
    "summarized", "summarised", "swore", "testified", "testifies", "told", "tells", "underlined", "underlines",
    "underscored",
    "underscores", "warned", "warns", "went",
];

/// The same of several who say so: "critics acknowledge that". Where somebody speaks of themself or of what may be,
/// nobody is reported.
#[rustfmt::skip]
const PLURAL: &[&str] = &[
    "acknowledge", "admit", "advocate", "allege", "announce", "argue", "assert", "believe", "complain", "concede",
    "conclude", "confirm", "contend", "declare", "deny", "emphasise", "emphasize", "indicate", "insist", "maintain",
    "predict", "reveal", "stress", "suggest", "think", "warn",
];

/// Verbs with somebody who is told.
const TOLD: &[&str] = &[
    "assured",
    "assures",
    "informed",
    "informs",
    "reassured",
    "reminded",
    "reminds",
    "tells",
    "told",
];

/// Verbs that judge.
#[rustfmt::skip]
const JUDGING: &[&str] = &[
    "accused", "accuses", "attacked", "blamed", "blasted", "branded", "call", "called", "calls", "characterised",
    "characterized", "cited", "condemned", "condemns", "criticised", "criticized", "decried", "defended",
    "denounced", "denounces", "described", "describes", "dismissed", "dismisses", "dubbed", "hailed", "hails",
    "labeled", "labelled", "likened", "lauded", "mocked", "praised", "praises", "promised",
    "rejected", "ridiculed", "slammed", "spoke", "thanked", "termed", "touted", "urged", "urges", "voiced", "welcomed",
];

/// Participles that go on with an earlier subject.
#[rustfmt::skip]
const PARTICIPLES: &[&str] = &[
    "acknowledging", "adding", "admitting", "alleging", "announcing", "arguing", "asserting", "believing", "calling",
    "cautioning",
    "claiming", "complaining", "confirming", "declaring", "denying", "describing", "emphasising", "emphasizing",
    "explaining", "fearing",
    "hoping", "indicating", "insisting", "noting", "observing", "pledging", "predicting", "promising", "reiterating",
    "recalling",
    "reminding", "revealing", "saying", "stating", "stressing", "suggesting", "telling", "testifying", "tweeting",
    "underlining", "underscoring", "vowing",
    "warning", "writing",
];

/// Forms that are nouns as often as verbs: "reports", "claims".
#[rustfmt::skip]
const NOUNS_TOO: &[&str] = &[
    "call", "calls", "claim", "claims", "demands", "estimates", "fears", "hints", "hopes", "notes", "reports",
    "states", "read", "calling", "thought", "write", "writing",
    "warning", "telling", "say", "charged", "think", "believe", "argue", "insist",
];

/// What a word reports, if it is a verb of saying, thinking or writing.
pub(super) fn saying(word: &str) -> Option<Saying> {
    let starts_lower = word.starts_with(|c: char| c.is_ascii_lowercase());
    // Capitals are names or headlines; of the latter only the plain forms count.
    let word = match starts_lower {
        true => word,
        false => match word {
            "Says" => "says",
            "Said" => "said",
            "SAID" => "said",
            "SAYS" => "says",
            _ => return None,
        },
    };
    SAYINGS.get(word).copied()
}

/// All verbs, with how each takes what is said.
static SAYINGS: LazyLock<FxHashMap<&'static str, Saying>> = LazyLock::new(|| {
    let lists = [
        (PARTICIPLES, Saying::Participle),
        (PLURAL, Saying::WithThat),
        (WITH_THAT, Saying::WithThat),
        (JUDGING, Saying::Judging),
        (BARE, Saying::Bare),
        // The last list that a word is in says what it is.
        (TOLD, Saying::Told),
    ];
    let each = lists
        .into_iter()
        .flat_map(|(list, kind)| list.iter().map(move |word| (*word, kind)));
    each.collect()
});

/// Whether the form is a noun as often as a verb, or a verb that is seldom a report.
pub(super) fn is_noun_too(word: &str) -> bool {
    NOUNS_TOO.contains(&word) || is_plural(word)
}

/// Whether the form is one that several say: "critics acknowledge".
pub(super) fn is_plural(word: &str) -> bool {
    PLURAL.contains(&word)
}

/// Whether a verb may stand before its subject: "said the minister".
pub(super) fn may_invert(word: &str) -> bool {
    #[rustfmt::skip]
    const INVERT: &[&str] = &[
        "added", "adds", "argued", "argues", "asked", "asks", "claimed", "claims", "commented", "complained",
        "concluded", "continued", "declared",
        "explained", "explains", "insisted", "insists", "joked", "lamented", "noted", "notes", "quipped", "recalled",
        "remarked", "replied", "reported", "responded", "said", "says", "stated",
        "stressed", "tweeted", "warned", "warns", "writes", "wrote",
    ];
    INVERT.contains(&word)
}

/// Whether a verb takes a clause without "that" where the clause shows its verb soon: "stated the talks were over".
pub(super) fn may_take_bare(word: &str) -> bool {
    #[rustfmt::skip]
    const MAY: &[&str] = &[
        "acknowledged", "acknowledges", "acknowledging", "admitting", "alleged", "alleges", "alleging", "announced",
        "announces", "announcing", "asserted", "asserts", "concluded", "concludes", "confirming", "declared",
        "declares", "denying", "estimated", "estimates", "explained", "explaining", "explains", "expected", "expects",
        "fearing", "hoping", "indicated", "indicates", "indicating", "noted", "notes", "noting", "reported",
        "revealed", "revealing", "reveals", "speculated", "stated", "states", "stressed", "suggesting", "testified",
        "testifies", "testifying", "warned", "warning", "warns",
    ];
    MAY.contains(&word)
}

/// Whether a verb of saying names a demand or a judgement, whose object is no clause: "called it a disgrace". Words in
/// quotation marks behind it are still its subject's.
pub(super) fn is_plain(word: &str) -> bool {
    [
        "say", "said", "says", "saying", "told", "tells", "wrote", "tweeted", "added", "adds",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_told_by_how_they_take_a_clause() {
        assert_eq!(saying("said"), Some(Saying::Bare));
        assert_eq!(saying("told"), Some(Saying::Told));
        assert_eq!(saying("announced"), Some(Saying::WithThat));
        assert_eq!(saying("adding"), Some(Saying::Participle));
        assert_eq!(saying("SAYS"), Some(Saying::Bare));
        assert_eq!((saying("Reports"), saying("signed")), (None, None));
    }
}
