//! Frames: a verb of diplomacy and what it is done to, with the negations before it.
//!
//! `Washington lifted the sanctions` and `Ottawa eased its embargo` share no word that matters, and one frame:
//! `undo→measure`. `Ottawa did not ease its embargo` has `not~undo→measure`. What one party tells of another has a
//! mark: `Bangui said that the rebels had rejected the truce` has `told~refuse→settlement`, and `Bangui accused the
//! rebels of rejecting the truce` has `accused~refuse→settlement`. The words are English ones, in `frame_words.tsv`; a
//! word may be of several classes. Order and distance are looked at, and forms of `be` for the passive; grammar is not:
//! a frame is a feature that a model may weigh, no parse.

use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::stem::Language;

/// The number of the rules and of the table: raised whenever the same statement begins to have other frames. A model
/// learned from the frames of one number only.
pub const FRAMES: u32 = 2;

/// The verb's object stands at most so many items behind it.
const MOST_BEHIND: usize = 6;
/// The auxiliary stands at most so many items before its verb.
const MOST_BEFORE_VERB: usize = 3;
/// What a passive verb is done to stands at most so many items before the auxiliary.
const MOST_BEFORE_AUXILIARY: usize = 4;
/// Negators count this many items before a verb; of a passive, before what it is done to.
const MOST_NEGATORS_BEFORE: usize = 4;
/// A verb is told of another at most so many items behind the word that tells.
const MOST_BEHIND_TELLING: usize = 16;

/// The classes that words of frames have: verbs first, then objects, in the order of their bits.
const CLASSES: [&str; 20] = [
    "undo",
    "breach",
    "start",
    "support",
    "refuse",
    "condemn",
    "send",
    "measure",
    "settlement",
    "cooperation",
    "force",
    "arms",
    "negator",
    "auxiliary",
    "perfect",
    "tell",
    "accuse",
    "pronoun",
    "link",
    "without",
];
const N_VERBS: usize = 7;
const N_OBJECTS: usize = 5;

/// The mark of a frame by its [`Teller`].
const TOLD: [&str; 3] = ["", "told~", "accused~"];
/// The mark of a frame by the number of its negators.
const NEGATIONS: [&str; 3] = ["", "not~", "not~not~"];

/// The names of all frames: by verb, object, who tells it, and whether there are no negators, one, or more.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names = Vec::new();
    for verb in &CLASSES[..N_VERBS] {
        for object in &CLASSES[N_VERBS..N_VERBS + N_OBJECTS] {
            for told in TOLD {
                names.extend(NEGATIONS.map(|negation| format!("{told}{negation}{verb}→{object}")));
            }
        }
    }
    names
});

static WORDS: LazyLock<FxHashMap<&str, FrameWord>> = LazyLock::new(|| {
    let rows = include_str!("frame_words.tsv").lines().skip(1);
    rows.filter_map(|row| {
        let (word, classes) = row.split_once('\t')?;
        let bit = |class| CLASSES.iter().position(|known| *known == class);
        let bits = classes.split(' ').filter_map(bit);
        Some((word, FrameWord(bits.fold(0, |bits, bit| bits | 1 << bit))))
    })
    .collect()
});

/// The classes of one word.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct FrameWord(u32);

impl FrameWord {
    /// All verbs.
    const VERB: Self = Self((1 << N_VERBS) - 1);
    /// All objects.
    const OBJECT: Self = Self(((1 << N_OBJECTS) - 1) << N_VERBS);
    const UNDO: Self = Self(1);
    const REFUSE: Self = Self(1 << 4);
    const SETTLEMENT: Self = Self(1 << (N_VERBS + 1));
    const COOPERATION: Self = Self(1 << (N_VERBS + 2));
    const NEGATOR: Self = Self(1 << 12);
    /// Forms of `be` and `get`.
    const AUXILIARY: Self = Self(1 << 13);
    /// Forms of `have`, and `will`: `the truce has collapsed`.
    const PERFECT: Self = Self(1 << 14);
    /// `said`, `reported`: what follows in the perfect may be told of another.
    const TELL: Self = Self(1 << 15);
    /// `accused`, `blamed`: what follows as a gerund is told of another.
    const ACCUSE: Self = Self(1 << 16);
    /// Who tells something of himself: `said that they had`, `said that his country had`.
    const PRONOUN: Self = Self(1 << 17);
    /// `of`, `for` and `and`: `blamed for breaking`.
    const LINK: Self = Self(1 << 18);
    /// `without`, which negates gerunds alone.
    const WITHOUT: Self = Self(1 << 19);

    /// The classes of a word as it is written, in lower case.
    pub(super) fn of(language: Language, surface: &str) -> Self {
        match language {
            Language::English => WORDS.get(surface).copied().unwrap_or_default(),
            _ => Self::default(),
        }
    }

    /// The classes of a word with these before and behind it, where they make it another: `cease fire`, `co-operation`,
    /// `rule out`, `call off`, `give up`, `not only`.
    pub(super) fn beside(self, previous: &str, surface: &str, next: &str) -> Self {
        match surface {
            "cease" if next.starts_with("fire") => Self::SETTLEMENT,
            "operation" if previous == "co" => Self::COOPERATION,
            "rule" | "rules" | "ruled" | "ruling" if next != "out" => Self::default(),
            "call" | "calls" | "called" | "calling" if next == "off" => Self::UNDO,
            "give" | "gives" | "gave" | "given" if next == "up" => Self::UNDO,
            "not" if next == "only" => Self::default(),
            _ => self,
        }
    }

    fn is(self, class: Self) -> bool {
        self.0 & class.0 != 0
    }

    fn verbs(self) -> impl Iterator<Item = usize> {
        (0..N_VERBS).filter(move |verb| self.0 & 1 << verb != 0)
    }

    /// The first of its classes that is an object.
    fn object(self) -> Option<usize> {
        (0..N_OBJECTS).find(|object| self.0 & 1 << (N_VERBS + object) != 0)
    }
}

/// What a frame finder needs of a word, number or mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameItem {
    /// The classes of the word [beside its neighbours](FrameWord::beside).
    pub(super) word: FrameWord,
    /// Whether it ends in `-ing`, as in `stopped lifting`.
    pub(super) is_gerund: bool,
    /// Whether it ends a clause.
    pub(super) is_border: bool,
}

/// A frame that was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Frame {
    /// Of [`CLASSES`], their objects and negations, in the order of the names.
    kind: usize,
    /// The item of the verb.
    pub(super) verb: usize,
    /// The item of what it is done to.
    pub(super) object: usize,
}

impl Frame {
    /// `undo→measure`, with `not~` before it for each negator, at most two, and `told~` or `accused~` before these
    /// if it is told of another.
    pub(super) fn name(self) -> &'static str {
        &NAMES[self.kind]
    }
}

/// Clears `found` and fills it with the frames of a statement's items, each kind once, in the order of their verbs.
pub(super) fn frames(items: &[FrameItem], found: &mut Vec<Frame>) {
    found.clear();
    // The first item of the clause that is gone through.
    let mut clause = 0;
    for (verb, item) in items.iter().enumerate() {
        if item.is_border {
            clause = verb + 1;
        }
        if !item.word.is(FrameWord::VERB) {
            continue;
        }
        let before = |auxiliary| object_before(&items[..verb], clause, auxiliary);
        let object = before(FrameWord::AUXILIARY)
            .or_else(|| object_behind(items, verb))
            .or_else(|| before(FrameWord::PERFECT));
        let Some((object, of)) = object.and_then(|at| Some((at, items[at].word.object()?))) else {
            continue;
        };
        let first = verb.min(object).saturating_sub(MOST_NEGATORS_BEFORE);
        let negators = items[first.max(clause)..verb].iter();
        let n_negators = negators
            .filter(|before| {
                let word = before.word;
                word.is(FrameWord::NEGATOR) || item.is_gerund && word.is(FrameWord::WITHOUT)
            })
            .count();
        let told = teller(items, verb) as usize;
        for class in item.word.verbs() {
            let kind = ((class * N_OBJECTS + of) * TOLD.len() + told) * NEGATIONS.len();
            let kind = kind + n_negators.min(NEGATIONS.len() - 1);
            if !found.iter().any(|known| known.kind == kind) {
                found.push(Frame { kind, verb, object });
            }
        }
    }
}

/// The nearest object behind a verb in its clause; of two that stand side by side, the [head](head).
fn object_behind(items: &[FrameItem], verb: usize) -> Option<usize> {
    let is_object = |at: usize| {
        items
            .get(at)
            .is_some_and(|item| item.word.is(FrameWord::OBJECT))
    };
    for (at, item) in items.iter().enumerate().skip(verb + 1).take(MOST_BEHIND) {
        let FrameItem {
            word,
            is_gerund,
            is_border,
        } = *item;
        if is_border {
            return None;
        }
        if is_object(at) {
            let last = at + usize::from(is_object(at + 1));
            return Some(head(items, last));
        }
        // A verb that turns others has the objects behind it for itself. Right behind a verb only a gerund is one.
        let is_verb = at > verb + 1 || is_gerund;
        if is_verb && (word.is(FrameWord::UNDO) || word.is(FrameWord::REFUSE)) {
            return None;
        }
    }
    None
}

/// The nearest object before the auxiliary of a verb in its clause, `the embargo was lifted`, among the items
/// before it.
fn object_before(before: &[FrameItem], clause: usize, auxiliary: FrameWord) -> Option<usize> {
    let first = before.len().saturating_sub(MOST_BEFORE_VERB).max(clause);
    let auxiliary = (first..before.len()).find(|at| before[*at].word.is(auxiliary))?;
    let first = auxiliary.saturating_sub(MOST_BEFORE_AUXILIARY).max(clause);
    let object = (first..auxiliary).rfind(|at| before[*at].word.is(FrameWord::OBJECT));
    object.map(|at| head(before, at))
}

/// The object that says what two side by side are: of a `peace agreement` the first, of a `trade embargo` the second.
fn head(items: &[FrameItem], object: usize) -> usize {
    let is_first = object > 0
        && items[object].word.is(FrameWord::COOPERATION)
        && items[object - 1].word.is(FrameWord::SETTLEMENT);
    object - usize::from(is_first)
}

/// Who tells what a verb says.
#[derive(Clone, Copy)]
enum Teller {
    /// Who does it, or no one in particular.
    Doer,
    /// Another: `said that the rebels had rejected`.
    Another,
    /// Another, with blame: `accused the rebels of rejecting`.
    Accuser,
}

fn teller(items: &[FrameItem], verb: usize) -> Teller {
    let first = verb.saturating_sub(MOST_BEHIND_TELLING);
    let auxiliary = verb.saturating_sub(MOST_BEFORE_VERB);
    let is_any = |range: Range<usize>, class| items[range].iter().any(|item| item.word.is(class));
    let last_of = |range: Range<usize>, class| range.rev().find(|at| items[*at].word.is(class));
    let perfect = last_of(auxiliary..verb, FrameWord::PERFECT);
    // `breaking`, or `having broken`.
    let mut verbs = [Some(verb), perfect].into_iter().flatten();
    if let Some(gerund) = verbs.find(|at| items[*at].is_gerund) {
        let is_linked = is_any(gerund.saturating_sub(2)..gerund, FrameWord::LINK);
        let is_blamed = is_linked && is_any(first..gerund, FrameWord::ACCUSE);
        return if is_blamed {
            Teller::Accuser
        } else {
            Teller::Doer
        };
    }
    let Some(perfect) = perfect else {
        return Teller::Doer;
    };
    let Some(tell) = last_of(first..perfect, FrameWord::TELL) else {
        return Teller::Doer;
    };
    // Another stands between the two, in the same clause: no pronoun, and not `said this and had rejected`.
    let between = &items[tell + 1..perfect];
    let is_own = |item: &FrameItem| item.is_border || item.word.is(FrameWord::PRONOUN);
    match between.last() {
        Some(last) if !last.word.is(FrameWord::LINK) && !between.iter().any(is_own) => {
            Teller::Another
        }
        _ => Teller::Doer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyzer::{Analyzer, AnalyzerParams, AnalyzerState, TermKind};

    /// The frames of a statement with the text that each spans.
    fn found(text: &str) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        analyzer.analyze_with_frames(&mut AnalyzerState::new(), text, &mut |term| {
            if term.kind == TermKind::Frame {
                found.push((term.stem.to_owned(), term.span.slice(text)));
            }
        });
        found
    }

    fn names(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(name, _)| name).collect()
    }

    /// Holds that each text has this frame and no other.
    fn each_has_one(cases: &[(&str, &str)]) {
        for (text, name) in cases {
            assert_eq!(names(text), [*name], "{text}");
        }
    }

    #[test]
    fn a_verb_and_its_object_are_a_frame() {
        for (text, name, span) in [
            (
                "Washington lifted the sanctions.",
                "undo→measure",
                "lifted the sanctions",
            ),
            (
                "The two countries ended the trade embargo.",
                "undo→measure",
                "ended the trade embargo",
            ),
            (
                "The embargo has now been lifted.",
                "undo→measure",
                "embargo has now been lifted",
            ),
            (
                "Rebels broke the cease-fire.",
                "breach→settlement",
                "broke the cease",
            ),
            (
                "They suspended military co-operation.",
                "undo→cooperation",
                "suspended military co-operation",
            ),
            (
                "Moscow sent fresh troops.",
                "send→arms",
                "sent fresh troops",
            ),
        ] {
            assert!(
                found(text).contains(&(name.to_owned(), span)),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    #[test]
    fn negators_before_the_verb_are_counted() {
        assert_eq!(
            names("We do not oppose the truce."),
            ["not~refuse→settlement"]
        );
        assert_eq!(
            names("Nobody here rejects the truce."),
            ["not~refuse→settlement"]
        );
        assert_eq!(
            names("He did not refuse to sign the treaty."),
            ["not~refuse→settlement", "not~not~support→settlement"]
        );
        assert_eq!(names("No, we support the truce."), ["support→settlement"]);
        assert_eq!(
            names("The rebels denied rejecting the peace agreement."),
            ["not~refuse→settlement"]
        );
        assert_eq!(
            names("The peace agreement was rejected."),
            ["refuse→settlement"]
        );
    }

    #[test]
    fn of_a_passive_the_negators_before_its_object_count() {
        for text in [
            "No sanctions were lifted.",
            "No sanctions have been lifted.",
            "Not a single embargo was lifted.",
            "None of the sanctions were ever lifted.",
            "The embargo has not yet been formally lifted.",
        ] {
            assert_eq!(names(text), ["not~undo→measure"], "{text}");
        }
        assert_eq!(
            names("No further sanctions will be imposed."),
            ["not~start→measure"]
        );
    }

    #[test]
    fn neighbours_make_a_word_another() {
        assert_eq!(names("They called off the talks."), ["undo→settlement"]);
        assert_eq!(names("They called for talks."), ["support→settlement"]);
        assert_eq!(names("The court ruled that the sanctions stand."), [""; 0]);
        assert_eq!(names("We do not rule out an attack."), ["not~refuse→force"]);
        assert_eq!(
            names("They not only lifted the sanctions."),
            ["undo→measure"]
        );
        assert_eq!(names("They stopped lifting sanctions."), ["undo→measure"]);
        assert_eq!(
            names("The truce was broken by an attack."),
            ["breach→settlement"]
        );
    }

    #[test]
    fn what_is_told_of_another_has_a_mark() {
        each_has_one(&[
            (
                "The president said that the rebels had rejected the truce.",
                "told~refuse→settlement",
            ),
            (
                "The rebels were accused by the president of rejecting the truce.",
                "accused~refuse→settlement",
            ),
            (
                "Kyiv accused Moscow of having broken the ceasefire.",
                "accused~breach→settlement",
            ),
            (
                "The envoy reported that neither side had broken the truce.",
                "told~not~breach→settlement",
            ),
            (
                "The rebels said that they had rejected the truce.",
                "refuse→settlement",
            ),
            ("The rebels have rejected the truce.", "refuse→settlement"),
            (
                "The rebels, he said, rejected the truce.",
                "refuse→settlement",
            ),
        ]);
    }

    #[test]
    fn what_one_does_oneself_has_no_mark() {
        for text in [
            "Kenya condemned the coup, breaking the truce.",
            "The rebels charged into the town, breaking the truce.",
            "The president said that his government has broken the truce.",
            "The president said this and has broken the truce.",
            "The minister said nothing; the rebels have broken the truce.",
            "They said they've broken the truce.",
        ] {
            assert!(
                names(text).contains(&"breach→settlement".to_owned()),
                "{text}: {:?}",
                names(text)
            );
        }
    }

    #[test]
    fn contractions_are_words_too() {
        assert_eq!(
            names("Kyiv said that the rebels hadn't broken the truce."),
            ["told~not~breach→settlement"]
        );
        assert_eq!(names("The embargo wasn't lifted."), ["not~undo→measure"]);
        assert_eq!(
            names("Kyiv said that the fighting had broken the truce."),
            ["told~breach→settlement"]
        );
    }

    #[test]
    fn without_negates_gerunds() {
        each_has_one(&[
            (
                "Without a doubt we support the truce.",
                "support→settlement",
            ),
            (
                "Without any delay we support the truce.",
                "support→settlement",
            ),
            ("They left without lifting the embargo.", "not~undo→measure"),
            (
                "They left without the lifting of the embargo.",
                "not~undo→measure",
            ),
        ]);
    }

    #[test]
    fn clauses_and_plain_words_make_no_frames() {
        for text in [
            "They ended, and the sanctions stay.",
            "Tariffs are up, cuts are coming.",
            "The truce was good; extend our hours.",
            "The cease-fire.",
            "Sanctions and embargoes.",
            "We lifted our glasses to the guests of honour at last, sanctions or not.",
            "",
        ] {
            assert!(names(text).is_empty(), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn without_frames_the_terms_are_the_same() {
        let text = "Washington lifted the sanctions, and the truce was not broken.";
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let mut plain = Vec::new();
        analyzer.analyze(&mut AnalyzerState::new(), text, &mut |term| {
            plain.push((term.span, term.kind, term.stem.to_owned()));
        });
        let mut with = Vec::new();
        analyzer.analyze_with_frames(&mut AnalyzerState::new(), text, &mut |term| {
            with.push((term.span, term.kind, term.stem.to_owned()));
        });
        assert_eq!(with[..plain.len()], plain);
        assert!(
            with[plain.len()..]
                .iter()
                .all(|term| term.1 == TermKind::Frame)
        );
        assert_eq!(with.len(), plain.len() + 2);
    }

    #[test]
    fn bits_stand_for_the_classes_that_they_are_named_after() {
        for (class, name) in [
            (FrameWord::UNDO, "undo"),
            (FrameWord::REFUSE, "refuse"),
            (FrameWord::SETTLEMENT, "settlement"),
            (FrameWord::COOPERATION, "cooperation"),
            (FrameWord::NEGATOR, "negator"),
            (FrameWord::AUXILIARY, "auxiliary"),
            (FrameWord::PERFECT, "perfect"),
            (FrameWord::TELL, "tell"),
            (FrameWord::ACCUSE, "accuse"),
            (FrameWord::PRONOUN, "pronoun"),
            (FrameWord::LINK, "link"),
            (FrameWord::WITHOUT, "without"),
        ] {
            assert_eq!(CLASSES[class.0.trailing_zeros() as usize], name);
        }
        assert_eq!(CLASSES[N_VERBS], "measure");
        assert_eq!(CLASSES[N_VERBS + N_OBJECTS], "negator");
    }

    #[test]
    fn the_table_is_in_order_and_of_known_classes() {
        let rows: Vec<&str> = include_str!("frame_words.tsv").lines().skip(1).collect();
        assert!(rows.is_sorted());
        assert_eq!(WORDS.len(), rows.len());
        for row in rows {
            let (_, classes) = row.split_once('\t').unwrap();
            assert!(
                classes.split(' ').all(|class| CLASSES.contains(&class)),
                "{row}"
            );
        }
    }
}
