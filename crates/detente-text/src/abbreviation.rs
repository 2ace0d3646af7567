/// How an abbreviation bears on the period at its end.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    /// Never ends a sentence: "Mr.", "e.g.".
    Open,
    /// Ends one unless a number follows: "Art. 5", "Sept. 11".
    BeforeNumber,
    /// Ends one only if a word follows that often starts a sentence: "in the U.S. The ...".
    Either,
}

/// Tells whether the period between `before` and `next` belongs to an abbreviation or an
/// initial, so that the sentence goes on.
///
/// `before` ends just before the period, `next` starts with the first character that follows
/// the blanks.
pub(super) fn keeps_open(before: &str, next: &str) -> bool {
    let (head, word) = last_word(before);
    if (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()) {
        return GERMAN_MONTHS.iter().any(|month| next.starts_with(month));
    }
    if is_letter_pair(word, next) {
        return true;
    }
    let Some(kind) = kind(head, word) else {
        return false;
    };
    if matches!(word, "UU" | "EE.UU" | "RR") && starts_spanish_sentence(next) {
        return false;
    }
    let Some(first) = next.chars().next() else {
        return false;
    };
    match kind {
        Kind::Open => true,
        Kind::BeforeNumber => {
            let label = next
                .split(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or("");
            first.is_numeric()
                || "([§".contains(first)
                || (!label.is_empty() && crate::lines::is_roman(label) && label != "I")
        }
        Kind::Either => first == '(' || (first.is_alphanumeric() && !starts_sentence(next)),
    }
}

/// Tells whether a period stands inside of an abbreviation of letters with blanks between them: "z. B.",
/// "d. h.", "EE. UU.". A single capital is left to the rules for initials.
fn is_letter_pair(word: &str, next: &str) -> bool {
    let is_part = |part: &str| {
        let mut chars = part.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(only), None, _) => only.is_alphabetic(),
            (Some(first), Some(second), None) => first.is_uppercase() && first == second,
            _ => false,
        }
    };
    let follower = next
        .split('.')
        .next()
        .filter(|part| part.len() < next.len());
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_part(word) && !is_initial && follower.is_some_and(is_part)
}

/// German writes the day before a month with a period: "am 5. Mai".
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// Tells whether a word is an abbreviation by itself, whatever follows.
pub(super) fn is_abbreviation(word: &str) -> bool {
    kind("", word).is_some()
}

/// Splits off the last word, periods inside it included.
fn last_word(before: &str) -> (&str, &str) {
    let is_edge = |c: char| c.is_whitespace() || "([{\"'“”‘’«»„-–—/,;:".contains(c);
    let cut = before.rfind(is_edge).map_or(0, |at| {
        at + before[at..].chars().next().map_or(0, char::len_utf8)
    });
    before.split_at(cut)
}

fn kind(head: &str, word: &str) -> Option<Kind> {
    let mut chars = word.chars();
    let (first, second) = (chars.next()?, chars.next());
    if second.is_none() {
        return letter_kind(head, first);
    }
    if matches!(
        (head.trim_end().rsplit(' ').next(), word),
        (Some("EE."), "UU") | (Some("RR."), "EE")
    ) {
        return Some(Kind::Either);
    }
    let lower = word.to_lowercase();
    if let Some(kind) = listed(&lower, first.is_uppercase()) {
        return Some(kind);
    }
    if matches!(&*lower, "т.д" | "т.п") {
        return None;
    }
    let is_initialism = word.contains('.')
        && word.split('.').all(|part| {
            (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
        });
    is_initialism.then_some(Kind::Either)
}

/// A single capital is an initial, except after a word that letters number: "in annex B."
fn letter_kind(head: &str, letter: char) -> Option<Kind> {
    if letter.is_uppercase() {
        let before = head
            .trim_end()
            .rsplit(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or("");
        let is_numbered = NUMBERED_BY_LETTERS.contains(&before.to_lowercase().as_str());
        let is_pronoun = letter == 'I' && before.ends_with(char::is_lowercase);
        return (!is_numbered && !is_pronoun).then_some(Kind::Either);
    }
    match letter {
        // "И т. д." and "и т. п." may end a sentence, and so may a year: "2014 م."
        'д' | 'п' if head.trim_end().ends_with("т.") => None,
        'م' if head.trim_end().ends_with(char::is_numeric) => None,
        'p' | 'c' | 'n' | 'п' | 'с' | 'ч' | 'т' | '№' => Some(Kind::BeforeNumber),
        'v' | 'д' | 'м' | 'ء'..='ي' => Some(Kind::Open),
        'г' | 'в' => Some(Kind::Either),
        // The second letter of "u. a."
        _ if is_letter_pair(last_word(head.trim_end().trim_end_matches('.')).1, "a.") => {
            Some(Kind::Either)
        }
        _ => None,
    }
}

const NUMBERED_BY_LETTERS: &[&str] = &[
    "annex",
    "appendix",
    "article",
    "category",
    "chapter",
    "class",
    "exhibit",
    "grade",
    "group",
    "hepatitis",
    "letter",
    "option",
    "paragraph",
    "part",
    "plan",
    "point",
    "schedule",
    "section",
    "table",
    "type",
    "vitamin",
    "zone",
];

fn listed(lower: &str, is_capital: bool) -> Option<Kind> {
    Some(match lower {
        "mr" | "mrs" | "ms" | "messrs" | "mme" | "mlle" | "mm" | "dr" | "drs" | "prof" | "rev"
        | "hon" | "h.e" | "s.e" | "h.m" | "h.r.h" | "s.m" | "gen" | "col" | "lt" | "sgt"
        | "capt" | "cpt" | "maj" | "adm" | "brig" | "cmdr" | "cdr" | "cpl" | "pvt" | "sen"
        | "rep" | "reps" | "sens" | "gov" | "pres" | "amb" | "supt" | "insp" | "atty" | "ste"
        | "mt" | "ft" | "sra" | "srta" | "exc" | "hr" | "fr" | "com" | "comdr" | "commr"
        | "comm" | "govt" | "min" | "secy" | "dir" | "asst" | "assoc" | "dep" | "depy" | "dipl"
        | "ing" | "mag" | "excmo" | "excma" | "hno" | "msgr" | "mons" | "pte" | "pfc" | "vadm"
        | "radm" | "brig-gen" | "dra" | "sres" | "sras" | "gral" | "cnel" | "cdte" | "lic"
        | "pdte" | "tte" | "mgr" | "mmes" | "mlles" | "dña" | "ilmo" | "ilma" | "rvdo"
        | "s.a.r" | "s.e.m" | "s.s" | "ss.mm"
            if is_capital =>
        {
            Kind::Open
        }
        "evtl" | "ggf" | "inkl" | "vgl" | "sog" | "bspw" | "insb" | "einschl" | "zzgl" | "z.t"
        | "p.ex" | "p.ej" | "e.g" | "i.e" | "cf" | "viz" | "vs" | "approx" | "ca" | "incl"
        | "esp" | "z.b" | "d.h" | "u.a" | "bzw" | "usw" | "т.е" | "т.н" | "т.к" | "им" | "ул"
        | "пр-т" | "проф" | "акад" | "ген" | "гос" | "см" | "напр" | "тов" | "гр" | "пос"
        | "обл" | "т. е" | "т.ч" | "ej" | "зам" | "нач" | "полк" | "подполк" | "адм" | "респ"
        | "просп" | "ред" | "изд" | "ок" | "св" | "кв" | "пом" | "дир" | "табл" => {
            Kind::Open
        }
        "no" | "nos" | "art" | "arts" | "para" | "paras" | "par" | "pp" | "vol" | "vols"
        | "fig" | "figs" | "sec" | "secs" | "sect" | "ch" | "chap" | "op" | "doc" | "res"
        | "suppl" | "ann" | "corr" | "add" | "nr" | "abs" | "núm" | "art-s" | "al" | "p"
        | "ziff" | "abb" | "kap" | "bd" | "pág" | "págs" | "cap" | "bull" | "sess" | "mtg"
        | "suppl.no" | "jan" | "feb" | "mar" | "apr" | "jun" | "jul" | "aug" | "sep" | "sept"
        | "oct" | "nov" | "dec" | "ст" | "стр" | "пп" | "рис" | "гл" | "ed" | "eds" | "párr"
        | "párrs" | "janv" | "févr" | "juill" | "déc" | "ene" | "янв" | "февр" | "апр" | "авг"
        | "сент" | "окт" | "нояб" | "дек" | "разд" | "тел" | "éd" | "ص" => {
            Kind::BeforeNumber
        }
        "inc" | "st" | "ltd" | "co" | "corp" | "cos" | "bros" | "dept" | "univ" | "assn" | "jr"
        | "sr" | "esq" | "ph.d" | "a.m" | "p.m" | "d.c" | "u.n" | "u.s" | "u.k" | "e.u"
        | "ee.uu" | "ud" | "uds" | "гг" | "вв" | "тыс" | "млн" | "млрд" | "руб" | "долл"
        | "чел" | "р.х" | "н.э" | "д-р" | "calif" | "fla" | "mass" | "conn" | "ariz" | "pa"
        | "va" | "ga" | "ill" | "tex" | "wash" | "ore" | "mich" | "minn" | "wis" | "tenn"
        | "ky" | "la" | "okla" | "colo" | "nev" | "md" | "del" | "penn"
            if is_capital
                || !matches!(
                    lower,
                    "mass"
                        | "wash"
                        | "pa"
                        | "va"
                        | "ga"
                        | "ill"
                        | "ore"
                        | "la"
                        | "del"
                        | "co"
                        | "conn"
                        | "nev"
                ) =>
        {
            Kind::Either
        }
        _ => return None,
    })
}

/// Tells whether a text starts with a capitalised word that rarely follows an abbreviation.
pub(super) fn starts_sentence(next: &str) -> bool {
    let word = next
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    // "S. A. Khan" has an initial there, no article.
    let is_initial = word.chars().count() == 1 && next[word.len()..].starts_with('.');
    !is_initial && SENTENCE_STARTERS.contains(&word)
}

/// Tells whether a text starts with a word that rarely follows "EE. UU." inside of a Spanish sentence.
fn starts_spanish_sentence(next: &str) -> bool {
    let word = next
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    SPANISH_STARTERS.contains(&word)
}

#[rustfmt::skip]
const SPANISH_STARTERS: &[&str] = &[
    "A", "Además", "Al", "Ambos", "Ante", "Con", "De", "El", "Ella", "Ellos", "En", "Esa", "Ese", "Eso", "Esta", "Este",
    "Esto", "La", "Las", "Los", "No", "Para", "Pero", "Por", "Se", "Según", "Si", "Sin", "Su", "Sus", "También", "Tras",
    "Un", "Una", "Y", "Ya",
];

#[rustfmt::skip]
const SENTENCE_STARTERS: &[&str] = &[
    "A", "About", "Above", "According", "After", "Again", "Against", "All", "Also", "Although", "Among", "An", "And",
    "Another", "Any", "As", "At", "Because", "Before", "Between", "Both", "But", "By", "Can", "Clearly",
    "Despite", "Do",
    "Does", "During", "Each", "Either", "Even", "Every", "Few", "Finally", "First", "For", "From", "Further",
    "Furthermore", "Given", "Had", "Has", "Have", "He", "Hence", "Her", "Here", "His", "How", "However", "I",
    "If", "In",
    "Indeed", "Instead", "Is", "It", "Its", "Just", "Last", "Lastly", "Later", "Let", "Like", "Many", "Meanwhile",
    "More", "Moreover", "Most", "Much", "My", "Neither", "Never", "Nevertheless", "No", "Nobody", "None", "Nor", "Not",
    "Nothing", "Now", "Of", "On", "Once", "One", "Only", "Or", "Other", "Others", "Our", "Over", "Perhaps", "Please",
    "Rather", "Second", "Secondly", "Several", "She", "Should", "Similarly", "Since", "So", "Some", "Still", "Such",
    "That", "The", "Their", "Then", "There", "Therefore", "These", "They", "Third", "This", "Those", "Though",
    "Through", "Thus", "To", "Today", "Tomorrow", "Under", "Unless", "Until", "Upon", "Was", "We", "Were", "What",
    "When", "Where", "Whereas", "Whether", "Which", "While", "Who", "Why", "Will", "With", "Within", "Without", "Would",
    "Yes", "Yesterday", "Yet", "You", "Your",
    "А", "Без", "Более", "Был", "В", "Во", "Все", "Всё", "Где", "Для", "До", "Его", "Если", "Есть", "Её", "За", "Затем",
    "И", "Из", "Их", "К", "Как", "Когда", "Кроме", "Кто", "Мы", "На", "Не", "Но", "О", "Об", "Однако", "Он", "Она",
    "Они", "Оно", "От", "По", "Поэтому", "После", "При", "Ранее", "С", "Сегодня", "Так", "Также", "Там", "Тем", "То",
    "Тогда", "Только", "У", "Хотя", "Что", "Эта", "Эти", "Это", "Этот", "Я",
    "Er", "Es", "Wir", "Der", "Das", "Sie", "Il", "Elle", "Nous", "Ils", "Ella", "Nosotros",
];
