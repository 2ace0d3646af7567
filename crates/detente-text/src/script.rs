//! The script of letters, and those that only some languages of a script have.

/// The writing of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Han,
    /// One that hardly any other language has.
    One(&'static str),
}

/// The script of a letter; `None` for any other character.
pub(super) fn script_of(letter: char) -> Option<Script> {
    Some(match letter {
        'a'..='z' | 'A'..='Z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'ə' | 'Ḁ'..='ỿ' => {
            Script::Latin
        }
        'Ͱ'..='Ͽ' | 'ἀ'..='῿' => Script::One("el"),
        'Ѐ'..='ԯ' => Script::Cyrillic,
        'Ա'..='֏' => Script::One("hy"),
        'א'..='ת' => Script::One("he"),
        'ء'..='ي' | 'ٮ'..='ۓ' | 'ۺ'..='ۿ' => Script::Arabic,
        'ऄ'..='ॿ' => Script::Devanagari,
        'ঀ'..='৿' => Script::One("bn"),
        '\u{a01}'..='\u{a76}' => Script::One("pa"),
        '\u{a81}'..='\u{aff}' => Script::One("gu"),
        '\u{b82}'..='\u{bfa}' => Script::One("ta"),
        '\u{c00}'..='\u{c7f}' => Script::One("te"),
        '\u{c80}'..='\u{cff}' => Script::One("kn"),
        '\u{d00}'..='\u{d7f}' => Script::One("ml"),
        '\u{d80}'..='\u{dff}' => Script::One("si"),
        '\u{e01}'..='\u{e5b}' => Script::One("th"),
        '\u{e81}'..='\u{edf}' => Script::One("lo"),
        '\u{1000}'..='\u{109f}' => Script::One("my"),
        'Ⴀ'..='ჿ' | 'Ა'..='Ჿ' => Script::One("ka"),
        '\u{1200}'..='\u{137f}' => Script::One("am"),
        '\u{1780}'..='\u{17ff}' => Script::One("km"),
        'ᄀ'..='ᇿ' | '가'..='힣' => Script::One("ko"),
        'ぁ'..='ヿ' | '一'..='鿿' | '㐀'..='䶿' | '々' => Script::Han,
        _ => return None,
    })
}

/// How often a text in Cyrillic has the letters that only some of its languages have.
#[derive(Default)]
pub(super) struct CyrillicLetters {
    n_ukrainian: usize,
    n_russian: usize,
    n_belarusian: usize,
    n_serbian: usize,
    n_macedonian: usize,
    n_kazakh: usize,
    /// `ы`, which Ukrainian and Bulgarian do not have.
    pub(super) n_yery: usize,
    /// `і`, which Russian does not have.
    pub(super) n_dotted_i: usize,
    /// Letters of Russian that Bulgarian does not have.
    pub(super) n_not_bulgarian: usize,
    /// Letters of Kazakh that Kyrgyz has too.
    pub(super) n_shared_with_kyrgyz: usize,
    /// Letters of Serbian that Macedonian has too.
    pub(super) n_shared_with_macedonian: usize,
}

impl CyrillicLetters {
    pub(super) fn of(text: &str) -> Self {
        let mut n = Self::default();
        for letter in text.chars() {
            match letter {
                'і' | 'І' => {
                    n.n_ukrainian += 1;
                    n.n_dotted_i += 1;
                }
                'ї' | 'є' | 'ґ' | 'Ї' | 'Є' | 'Ґ' => n.n_ukrainian += 1,
                'ы' | 'Ы' => {
                    n.n_russian += 1;
                    n.n_not_bulgarian += 1;
                    n.n_yery += 1;
                }
                'э' | 'ё' | 'Э' | 'Ё' => {
                    n.n_russian += 1;
                    n.n_not_bulgarian += 1;
                }
                'ъ' | 'Ъ' => n.n_russian += 1,
                'ў' | 'Ў' => n.n_belarusian += 1,
                'ј' | 'љ' | 'њ' | 'џ' | 'Ј' | 'Љ' | 'Њ' | 'Џ' => {
                    n.n_serbian += 1;
                    n.n_shared_with_macedonian += 1;
                }
                'ћ' | 'ђ' | 'Ћ' | 'Ђ' => n.n_serbian += 1,
                'ѓ' | 'ќ' | 'ѕ' | 'Ѓ' | 'Ќ' | 'Ѕ' => n.n_macedonian += 1,
                'ө' | 'ү' | 'ң' | 'Ө' | 'Ү' | 'Ң' => {
                    n.n_kazakh += 1;
                    n.n_shared_with_kyrgyz += 1;
                }
                'ә' | 'қ' | 'ғ' | 'ұ' | 'һ' | 'Ә' | 'Қ' | 'Ғ' | 'Ұ' | 'Һ' => {
                    n.n_kazakh += 1
                }
                _ => {}
            }
        }
        n
    }

    /// The letters that tell a language, by its code; those that hardly any other has count twice.
    pub(super) fn n_of(&self, code: &str) -> usize {
        match code {
            "uk" => self.n_ukrainian,
            "ru" => self.n_russian,
            "be" => 2 * self.n_belarusian,
            "sr" => self.n_serbian,
            "mk" => 2 * self.n_macedonian,
            "kk" => self.n_kazakh,
            _ => 0,
        }
    }
}

/// The language of a text in Arabic letters, by those that only some languages have; `None` where it has none of them.
pub(super) fn arabic(text: &str) -> Option<&'static str> {
    let (mut ur, mut ps, mut ku, mut fa, mut ar) = (0_usize, 0, 0, 0, 0);
    for letter in text.chars() {
        match letter {
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ھ' | 'ہ' | 'ۃ' => ur += 3,
            'ټ' | 'ډ' | 'ړ' | 'ښ' | 'ږ' | 'ڼ' | 'ۍ' | 'ې' | 'ځ' | 'څ' => ps += 3,
            'ڵ' | 'ڕ' | 'ێ' | 'ۆ' | 'ە' => ku += 3,
            'پ' | 'چ' | 'ژ' | 'گ' => fa += 2,
            'ک' | 'ی' => fa += 1,
            'ة' | 'ى' | 'أ' | 'إ' | 'ي' | 'ك' | 'ؤ' => ar += 1,
            _ => {}
        }
    }
    let of = [("ur", ur), ("ps", ps), ("ku", ku), ("fa", fa), ("ar", ar)];
    let most = of.iter().map(|(_, n)| *n).max().unwrap_or(0);
    // The article of Arabic stands before half of its nouns.
    let has_article = || {
        let mut words = text.split(|letter: char| !letter.is_alphabetic());
        words.any(|word| {
            let word = word.trim_start_matches(['و', 'ب', 'ف', 'ك']);
            word.starts_with("ال")
        })
    };
    if most <= 1 && has_article() {
        return Some("ar");
    }
    let found = of.iter().find(|(_, n)| *n == most && most > 0);
    found.map(|(code, _)| *code)
}
