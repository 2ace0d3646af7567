//! Arabic words: their letters in one form, and what is written together with them.

use crate::beginnings::starts_any;

/// An Arabic word with its letters in one form: without marks of vowels and the stretching sign, with one alef, one ya
/// and no ta marbuta. Words of other scripts stay as they are.
///
/// # References
/// Larkey, Ballesteros and Connell 2007, Light Stemming for Arabic Information Retrieval, section 3.
pub(super) fn folded_letters(word: &str) -> String {
    let letters = word.chars().filter(|c| !is_vowel_mark(*c));
    letters
        .map(|c| match c {
            'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
            'ى' | 'ی' => 'ي',
            'ة' => 'ه',
            'ک' => 'ك',
            _ => c,
        })
        .collect()
}

/// Marks of vowels, of doubling and of recitation, and the stretching sign.
fn is_vowel_mark(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}')
}

/// A [folded](folded_letters) word without the "and" and the article before it: `والسلام`, `بالسلام`, `للسلام` and
/// `السلام` are `سلام`.
///
/// The prepositions of one letter stay where no article follows them, since as many words begin with these letters;
/// the lists hold the words that begin like "and" or the article.
pub(super) fn bare(word: &str) -> &str {
    let rest = match word.strip_prefix('و') {
        Some(rest) if is_long(rest, 3) && !starts_any(word, WITH_WAW) => rest,
        _ => word,
    };
    let rest = match rest.strip_prefix('ف') {
        Some(after) if after.starts_with("ال") && is_long(after, 5) => after,
        _ => rest,
    };
    if starts_any(rest, WITH_ARTICLE) {
        return rest;
    }
    let cut = |prefix: &str, n_letters| {
        rest.strip_prefix(prefix)
            .filter(|after| is_long(after, n_letters))
    };
    let cuts = [("بال", 3), ("كال", 3), ("لل", 3), ("ال", 2)];
    let found = cuts
        .iter()
        .find_map(|(prefix, n_letters)| cut(prefix, *n_letters));
    found.unwrap_or(rest)
}

/// The forms under which a [bare](bare) word may be known as a name: itself, then without an "and" or "so" and a
/// preposition that are written together with it (`وبروسيا`).
pub(super) fn without_clitics(word: &str) -> impl Iterator<Item = &str> {
    let cut = |word: &'_ str, letters: [char; 3]| -> Option<usize> {
        let rest = word.strip_prefix(letters)?;
        is_long(rest, 3).then(|| word.len() - rest.len())
    };
    let after_and = cut(word, ['و', 'ف', 'ف']).map(|at| &word[at..]);
    let after_preposition = cut(word, ['ب', 'ل', 'ك']).map(|at| &word[at..]);
    let after_both = after_and.and_then(|word| cut(word, ['ب', 'ل', 'ك']).map(|at| &word[at..]));
    std::iter::once(word)
        .chain(after_and)
        .chain(after_preposition)
        .chain(after_both)
}

fn is_long(word: &str, n_letters: usize) -> bool {
    word.chars().nth(n_letters - 1).is_some()
}

/// Beginnings of words whose first letter is no "and".
#[rustfmt::skip]
const WITH_WAW: &[&str] = &[
    "وزير", "وزار", "وزرا", "وثيق", "وثاي", "وثائ", "وفاه", "وفاق", "وفود", "وفد", "وساط", "وسيط", "وسط", "وسائ",
    "وسيل", "وحد", "وحيد", "وقود", "وقوع", "وقوف", "وقاي", "وقائ", "ودي", "وصول", "وصي", "وصايا", "واقع", "واضح",
    "واسع", "واحد", "واجه", "واجب", "وافق", "وارد", "واصل", "وازن", "واكب", "واشنطن", "وكيل", "وكال", "وكلا", "وعود",
    "وعي", "ورق", "ورث", "ورش", "ولاي", "ولاد", "ولاء", "وطن", "وجود", "وجه", "وجيه", "وجب", "وظيف", "وظائ", "والد",
    "وتير", "وشيك", "وصف", "وصل", "وعد", "وضع", "وضوح", "ويل", "وباء", "وبائ", "وهم", "وهن", "وريث", "وقت", "وقع",
    "وقف", "وقاح", "وحش", "ودائ", "وديع", "ورد", "وسام", "وصم", "وطيد", "وفي", "وقر", "وهاب",
];

/// Beginnings of words that begin like the article.
#[rustfmt::skip]
const WITH_ARTICLE: &[&str] = &[
    "الله", "الان", "اليه", "اليك", "الينا", "المانيا", "الماني", "المان", "البانيا", "الباني", "التزم", "التزام",
    "التقي", "التقا", "التقت", "التقو", "الغاء", "الغي", "الغت", "التحق", "التحا", "التما", "التمس", "التها", "التفا",
    "الحاق", "الحقت", "الزام", "الزم", "القاء", "القي", "القت", "الهام", "اليات", "الاف",
];

#[cfg(test)]
mod tests {
    use super::{bare, folded_letters, without_clitics};

    #[test]
    fn marks_and_forms_of_letters_are_folded() {
        for (word, expected) in [
            ("السَّلامُ", "السلام"),
            ("ســلام", "سلام"),
            ("إلى", "الي"),
            ("أُمَّة", "امه"),
            ("آسيا", "اسيا"),
            ("peace", "peace"),
        ] {
            assert_eq!(folded_letters(word), expected, "{word}");
        }
    }

    #[test]
    fn what_is_written_together_with_a_word_is_taken_off() {
        for (word, expected) in [
            ("والسلام", "سلام"),
            ("فالسلام", "سلام"),
            ("بالسلام", "سلام"),
            ("وللسلام", "سلام"),
            ("السلام", "سلام"),
            ("وقال", "قال"),
            ("وليس", "ليس"),
            ("وزير", "وزير"),
            ("والوزير", "وزير"),
            ("واشنطن", "واشنطن"),
            ("التزام", "التزام"),
            ("الالتزام", "التزام"),
            ("الله", "الله"),
            ("ولا", "ولا"),
            ("لا", "لا"),
        ] {
            assert_eq!(bare(&folded_letters(word)), expected, "{word}");
        }
    }

    #[test]
    fn names_are_tried_without_prepositions() {
        let forms: Vec<&str> = without_clitics("وبروسيا").collect();
        assert_eq!(forms, ["وبروسيا", "بروسيا", "روسيا"]);
        assert_eq!(without_clitics("لكن").collect::<Vec<_>>(), ["لكن"]);
    }
}
