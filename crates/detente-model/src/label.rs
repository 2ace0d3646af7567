//! The words answers are given in: targets and the labels on them.
//!
//! Labels are free strings. `favor`, `against` and `none` are the words of a *stance* target, which
//! has a score; any other set of labels makes a plain *class* target. This room knows spellings and
//! order; it does not know class indices of any model, rows or files.

use crate::error::{Error, ErrorKind, Result};
use detente_error::nearest;
use detente_text::is_ignorable;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// The label of a statement that supports its target.
pub const FAVOR: &str = "favor";
/// The label of a statement that opposes its target.
pub const AGAINST: &str = "against";
/// The label of a statement that takes no position on its target.
pub const NONE: &str = "none";

/// The stance labels, in the order in which every output gives them.
pub const STANCE_LABELS: [&str; 3] = [FAVOR, AGAINST, NONE];

/// Says whether a target has a stance score or only classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Labels are `favor`, `against` and perhaps `none`; the score is P(favor) - P(against).
    Stance,
    /// Any other labels; there is no score.
    Class,
}

impl TargetKind {
    /// The word for this kind in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stance => "stance",
            Self::Class => "class",
        }
    }
}

/// The labels of one target, in a fixed order: `favor`, `against`, `none` for a stance target, else
/// sorted by their bytes. Two sets are equal when they hold the same labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LabelSet(Vec<String>);

impl LabelSet {
    /// Collects distinct labels in their fixed order.
    pub fn new(labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        labels.sort_unstable_by(|a, b| (stance_rank(a), a).cmp(&(stance_rank(b), b)));
        labels.dedup();
        Self(labels)
    }

    /// The labels in order.
    pub fn labels(&self) -> &[String] {
        &self.0
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of a label in the order.
    pub fn position(&self, label: &str) -> Option<usize> {
        self.0.iter().position(|known| known == label)
    }

    /// The place of the one label that is this one, or differs from it in form only ([`form_of`]).
    pub fn position_of_form(&self, label: &str) -> Option<usize> {
        self.position(label).or_else(|| {
            let form = form_of(label);
            let mut alike = (0..self.0.len()).filter(|at| form_of(&self.0[*at]) == form);
            alike.next().filter(|_| alike.next().is_none())
        })
    }

    /// Stance when every label is a stance label and one of them is `favor` or `against`.
    pub fn kind(&self) -> TargetKind {
        let all_stance = self.0.iter().all(|label| stance_rank(label) < 3);
        if all_stance && (self.position(FAVOR).is_some() || self.position(AGAINST).is_some()) {
            TargetKind::Stance
        } else {
            TargetKind::Class
        }
    }

    /// Positions of `favor` and `against`, when this is a stance set that has both.
    pub fn stance_positions(&self) -> Option<(usize, usize)> {
        match self.kind() {
            TargetKind::Stance => self.position(FAVOR).zip(self.position(AGAINST)),
            TargetKind::Class => None,
        }
    }

    /// A label of this set that is probably a misspelt stance label: the set has both `favor` and
    /// `against`, and this label is neither but within a slip of one of the three.
    pub fn misspelt_stance(&self) -> Option<&str> {
        self.position(FAVOR)?;
        self.position(AGAINST)?;
        self.0
            .iter()
            .filter(|label| stance_rank(label) == 3)
            .find(|label| nearest(label, &STANCE_LABELS).is_some())
            .map(String::as_str)
    }
}

fn stance_rank(label: &str) -> usize {
    STANCE_LABELS
        .iter()
        .position(|known| *known == label)
        .unwrap_or(STANCE_LABELS.len())
}

/// Renames labels as a user asked (`--label FROM=TO`) and brings the common spellings of the stance
/// labels (`FAVOR`, `Favour`, `AGAINST`, any case) to the one used here.
///
/// # Example
/// ```
/// use detente_model::label::LabelRenames;
/// let renames = LabelRenames::parse(["pro=favor"])?;
/// assert_eq!(renames.apply(" Favour "), "favor");
/// assert_eq!(renames.apply("pro"), "favor");
/// assert_eq!(renames.apply("Neutral"), "Neutral");
/// # Ok::<(), detente_model::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelRenames(Vec<Rename>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rename {
    from: String,
    /// The form of that.
    form: String,
    to: String,
}

impl LabelRenames {
    /// Parses `FROM=TO` pairs; `FROM=` takes the label away.
    ///
    /// # Errors
    /// A pair without `=`, or with nothing before it.
    pub fn parse(pairs: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        pairs
            .into_iter()
            .map(|pair| {
                let pair = pair.as_ref();
                pair.split_once('=')
                    .map(|(from, to)| Rename {
                        from: from.trim().to_owned(),
                        form: form_of(from),
                        to: to.trim().to_owned(),
                    })
                    .filter(|rename| !rename.from.is_empty())
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Rename {
                            value: pair.to_owned(),
                        })
                    })
            })
            .collect::<Result<Vec<_>>>()
            .map(Self)
    }

    /// The label that a raw cell means, without what cannot be seen. Blank cells stay blank, and so do labels that
    /// are taken away. A label that differs in form only ([`form_of`]) from one that is renamed is renamed with it.
    pub fn apply(&self, raw: &str) -> String {
        let raw = raw.trim();
        let renamed = self.of(raw).map_or(raw, |rename| &rename.to);
        let renamed = visible(renamed);
        match renamed.to_ascii_lowercase().as_str() {
            "favor" | "favour" => FAVOR.to_owned(),
            "against" => AGAINST.to_owned(),
            "none" => NONE.to_owned(),
            _ => renamed,
        }
    }

    /// Whether a raw cell is renamed, or taken away.
    pub fn renames(&self, raw: &str) -> bool {
        self.of(raw.trim()).is_some()
    }

    fn of(&self, raw: &str) -> Option<&Rename> {
        if self.0.is_empty() || raw.is_empty() {
            return None;
        }
        let exact = self.0.iter().find(|rename| rename.from == raw);
        exact.or_else(|| {
            let form = form_of(raw);
            self.0.iter().find(|rename| rename.form == form)
        })
    }
}

/// Whether a character takes no room where it is shown: marks of width, direction, joining and variation, the soft
/// hyphen, characters of control.
pub fn is_invisible(letter: char) -> bool {
    let is_control =
        letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}');
    is_control || is_ignorable(letter)
}

/// A label or name as it is seen: composed (NFC), without invisible characters, with one plain blank for any others.
///
/// # Example
/// ```
/// use detente_model::label::visible;
/// assert_eq!(visible(" pro\u{200b}\u{a0} peace "), "pro peace");
/// ```
pub fn visible(label: &str) -> String {
    let is_plain = label.bytes().all(|byte| (b' '..0x7f).contains(&byte)) && !label.contains("  ");
    if is_plain {
        return label.trim().to_owned();
    }
    // In scripts that need them, joiners are a part of the spelling.
    let has_joiners = label
        .chars()
        .any(|letter| ('\u{590}'..'\u{1e00}').contains(&letter));
    let is_kept = |letter: &char| {
        !is_invisible(*letter) || has_joiners && matches!(*letter, '\u{200c}' | '\u{200d}')
    };
    let composed: String = label.nfc().filter(is_kept).collect();
    let words: Vec<&str> = composed.split_whitespace().collect();
    words.join(" ")
}

/// What labels have in common that differ in form only: in case, blanks, invisible characters, the form of Unicode
/// (NFC, NFD, full width), straight or curly quotes and dashes, or as numbers (`1`, `1.0`, `01`).
///
/// # Example
/// ```
/// use detente_model::label::form_of;
/// assert_eq!(form_of("Pro\u{200b}"), form_of("pro "));
/// assert_eq!(form_of("1.0"), form_of("01"));
/// assert_ne!(form_of("pro"), form_of("pros"));
/// ```
pub fn form_of(label: &str) -> String {
    let mut form = String::with_capacity(label.len());
    for letter in label.nfkc().filter(|letter| !is_invisible(*letter)) {
        match letter {
            '\u{2018}' | '\u{2019}' | '\u{2bc}' => form.push('\''),
            '\u{201c}' | '\u{201d}' => form.push('"'),
            '\u{2010}'..='\u{2013}' | '\u{2212}' => form.push('-'),
            'ß' | 'ẞ' => form.push_str("ss"),
            'ς' => form.push('σ'),
            _ => form.extend(letter.to_lowercase()),
        }
    }
    let words: Vec<&str> = form.split_whitespace().collect();
    let form = words.join(" ");
    number_form(&form).unwrap_or(form)
}

/// A number without a plus, zeros before it or zeros behind its decimals; `None` for what is no number.
fn number_form(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    Some(match (whole, decimals) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", decimals) => format!("{sign}0.{decimals}"),
        (whole, decimals) => format!("{sign}{whole}.{decimals}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stance_labels_come_first_and_in_their_order() {
        let set = LabelSet::new(["none", "against", "favor", "none"]);
        assert_eq!(set.labels(), ["favor", "against", "none"]);
        assert_eq!(set.kind(), TargetKind::Stance);
        assert_eq!(set.stance_positions(), Some((0, 1)));
    }

    #[test]
    fn other_labels_make_a_class_target() {
        let set = LabelSet::new(["positive", "negative", "neutral"]);
        assert_eq!(set.labels(), ["negative", "neutral", "positive"]);
        assert_eq!(set.kind(), TargetKind::Class);
        assert_eq!(set.stance_positions(), None);
    }

    #[test]
    fn a_misspelt_stance_label_is_found() {
        let set = LabelSet::new(["favor", "against", "agianst"]);
        assert_eq!(set.misspelt_stance(), Some("agianst"));
        assert_eq!(
            LabelSet::new(["favor", "against", "query"]).misspelt_stance(),
            None
        );
        assert_eq!(LabelSet::new(["positive", "nono"]).misspelt_stance(), None);
    }

    #[test]
    fn renames_need_a_label_to_rename() {
        for bad in ["pro", "=favor", " ="] {
            assert_eq!(
                LabelRenames::parse([bad]).unwrap_err().to_string(),
                format!("`{bad}` is not a renaming of a label; expected `FROM=TO`")
            );
        }
    }

    #[test]
    fn a_label_is_renamed_whatever_its_form_and_may_be_taken_away() {
        let renames = LabelRenames::parse(["pro=favor", "mixed=", "-1=against"]).unwrap();
        for raw in ["pro", " Pro", "PRO\u{200b}", "pro\u{ad}", "ｐｒｏ"] {
            assert_eq!(renames.apply(raw), "favor", "{raw}");
        }
        assert_eq!(renames.apply("Mixed"), "");
        assert_eq!(renames.apply("\u{2212}1.0"), "against");
        assert_eq!(renames.apply("favor\u{feff}"), "favor");
        assert_eq!(renames.apply("pros"), "pros");
    }

    #[test]
    fn labels_that_differ_in_form_only_have_one_form() {
        for (a, b) in [
            ("Negative", "negative"),
            ("negative\u{200b}", "negative"),
            ("soft\u{ad}ly", "softly"),
            ("very  good", "Very\u{a0}good"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("ﬁne", "fine"),
            ("don’t know", "Don't know"),
            ("1", "1.0"),
            ("+1", "01"),
            ("-0", "0.00"),
            ("1,50", "1.5"),
            ("STRASSE", "Straße"),
        ] {
            assert_eq!(form_of(a), form_of(b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "-1"),
            ("1", "10"),
            ("1.5", "15"),
            ("a-b", "ab"),
            ("v1.0", "v1"),
        ] {
            assert_ne!(form_of(a), form_of(b), "{a} {b}");
        }
    }

    #[test]
    fn a_place_is_found_by_form_where_that_is_clear() {
        let set = LabelSet::new(["Positive", "negative", "1", "1.0"]);
        assert_eq!(set.position_of_form("positive"), set.position("Positive"));
        assert_eq!(set.position_of_form("1.0"), set.position("1.0"));
        assert_eq!(set.position_of_form("01"), None);
        assert_eq!(set.position_of_form("neutral"), None);
    }
}
