//! Forms of words that tell Russian from its neighbours.

/// Whether a text has cases or a soft sign as Russian has them and Bulgarian, Serbian and Macedonian do not. Ukrainian
/// has them too, and hardly a sentence without a letter of its own.
pub(super) fn has_russian_forms(text: &str) -> bool {
    const ENDINGS: [&str; 8] = ["ого", "его", "ому", "ему", "ями", "ую", "ых", "ться"];
    // Of Bulgarian and Serbian, with an ending like a case.
    const OTHERS: [&str; 5] = ["много", "немного", "строго", "никого", "някого"];
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.any(|word| {
        let has_ending = |ending: &&str| word.len() > ending.len() + 2 && word.ends_with(*ending);
        let mut after_soft_sign = word.split('ь').skip(1);
        // Bulgarian writes it before `о` alone.
        after_soft_sign.any(|rest| !rest.starts_with('о'))
            || (ENDINGS.iter().any(has_ending) && !OTHERS.contains(&word.to_lowercase().as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_have_no_forms_of_russian() {
        assert!(has_russian_forms("Пункт передан Второму комитету."));
        assert!(has_russian_forms("Вильнюс снял ограничения."));
        for text in [
            "Много страни подкрепиха предложението.",
            "Делегати дошли много касно.",
            "Ворог атакував ракетами.",
            "Уряд схвалив новими угодами припинення вогню.",
            "Програмите бяха заменени с нови програми.",
        ] {
            assert!(!has_russian_forms(text), "{text}");
        }
    }
}
