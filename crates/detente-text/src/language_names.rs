//! The languages that may be found, with their codes and names.

use whatlang::Lang;

/// The English name of a language that may be found, by its code; of any other its code.
pub fn language_name(code: &str) -> &str {
    let of_trigrams = LANGUAGES.iter().map(|(_, known, name)| (*known, *name));
    let mut all = of_trigrams.chain(MORE_NAMES);
    all.find(|(known, _)| *known == code)
        .map_or(code, |(_, name)| name)
}

/// A code of ISO 639-1 as it is given for a language that may be found; `None` for any other.
pub fn language_code(code: &str) -> Option<&'static str> {
    let of_trigrams = LANGUAGES.iter().map(|(_, known, _)| *known);
    let mut all = of_trigrams.chain(MORE_NAMES.iter().map(|(known, _)| *known));
    all.find(|known| *known == code && *known != "xx")
}

/// The languages that trigrams are known of, with their codes of ISO 639-1 and their names.
#[rustfmt::skip]
const LANGUAGES: [(Lang, &str, &str); 70] = [
    (Lang::Afr, "af", "Afrikaans"), (Lang::Aka, "ak", "Akan"), (Lang::Amh, "am", "Amharic"),
    (Lang::Ara, "ar", "Arabic"), (Lang::Aze, "az", "Azerbaijani"), (Lang::Bel, "be", "Belarusian"),
    (Lang::Ben, "bn", "Bengali"), (Lang::Bul, "bg", "Bulgarian"), (Lang::Cat, "ca", "Catalan"),
    (Lang::Ces, "cs", "Czech"), (Lang::Cmn, "zh", "Chinese"), (Lang::Cym, "cy", "Welsh"), (Lang::Dan, "da", "Danish"),
    (Lang::Deu, "de", "German"), (Lang::Ell, "el", "Greek"), (Lang::Eng, "en", "English"),
    (Lang::Epo, "eo", "Esperanto"), (Lang::Est, "et", "Estonian"), (Lang::Fin, "fi", "Finnish"),
    (Lang::Fra, "fr", "French"), (Lang::Guj, "gu", "Gujarati"), (Lang::Heb, "he", "Hebrew"),
    (Lang::Hin, "hi", "Hindi"), (Lang::Hrv, "hr", "Croatian"), (Lang::Hun, "hu", "Hungarian"),
    (Lang::Hye, "hy", "Armenian"), (Lang::Ind, "id", "Indonesian"), (Lang::Ita, "it", "Italian"),
    (Lang::Jav, "jv", "Javanese"), (Lang::Jpn, "ja", "Japanese"), (Lang::Kan, "kn", "Kannada"),
    (Lang::Kat, "ka", "Georgian"), (Lang::Khm, "km", "Khmer"), (Lang::Kor, "ko", "Korean"),
    (Lang::Lat, "la", "Latin"), (Lang::Lav, "lv", "Latvian"), (Lang::Lit, "lt", "Lithuanian"),
    (Lang::Mal, "ml", "Malayalam"), (Lang::Mar, "mr", "Marathi"), (Lang::Mkd, "mk", "Macedonian"),
    (Lang::Mya, "my", "Burmese"), (Lang::Nep, "ne", "Nepali"), (Lang::Nld, "nl", "Dutch"),
    (Lang::Nob, "no", "Norwegian"), (Lang::Ori, "or", "Odia"), (Lang::Pan, "pa", "Punjabi"),
    (Lang::Pes, "fa", "Persian"), (Lang::Pol, "pl", "Polish"), (Lang::Por, "pt", "Portuguese"),
    (Lang::Ron, "ro", "Romanian"), (Lang::Rus, "ru", "Russian"), (Lang::Sin, "si", "Sinhala"),
    (Lang::Slk, "sk", "Slovak"), (Lang::Slv, "sl", "Slovenian"), (Lang::Sna, "sn", "Shona"),
    (Lang::Spa, "es", "Spanish"), (Lang::Srp, "sr", "Serbian"), (Lang::Swe, "sv", "Swedish"),
    (Lang::Tam, "ta", "Tamil"), (Lang::Tel, "te", "Telugu"), (Lang::Tgl, "tl", "Tagalog"), (Lang::Tha, "th", "Thai"),
    (Lang::Tuk, "tk", "Turkmen"), (Lang::Tur, "tr", "Turkish"), (Lang::Ukr, "uk", "Ukrainian"),
    (Lang::Vie, "vi", "Vietnamese"), (Lang::Urd, "ur", "Urdu"), (Lang::Uzb, "uz", "Uzbek"),
    (Lang::Yid, "yi", "Yiddish"), (Lang::Zul, "zu", "Zulu"),
];

/// Those that are known by their letters or words alone.
const MORE_NAMES: [(&str, &str); 8] = [
    ("ku", "Kurdish"),
    ("kk", "Kazakh"),
    ("ky", "Kyrgyz"),
    ("lo", "Lao"),
    ("ps", "Pashto"),
    ("sq", "Albanian"),
    ("sw", "Swahili"),
    ("xx", "any language"),
];

/// The code of a language that trigrams are known of.
pub(super) fn code_of(lang: Lang) -> Option<&'static str> {
    let found = LANGUAGES.iter().find(|(known, ..)| *known == lang);
    found.map(|(_, code, _)| *code)
}

/// The language that trigrams are known of, by its code.
pub(super) fn lang_of(code: &str) -> Option<Lang> {
    let found = LANGUAGES.iter().find(|(_, known, _)| *known == code);
    found.map(|(lang, ..)| *lang)
}
