//! Dates that stand in a line of a text, as under a headline.

use detente_text::{Language, Parties, Party, PartyKind};
use jiff::civil::Date;

/// The months in the languages that articles come in; a word that begins so, and is a name or a short form, is meant.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "janvier",
        "januar",
        "enero",
        "janeiro",
        "gennaio",
        "января",
        "jan",
        "يناير",
    ],
    &[
        "february",
        "février",
        "fevrier",
        "februar",
        "febrero",
        "fevereiro",
        "febbraio",
        "февраля",
        "feb",
        "فبراير",
        "شباط",
    ],
    &[
        "march",
        "mars",
        "märz",
        "marzo",
        "março",
        "марта",
        "mar",
        "مارس",
        "آذار",
    ],
    &[
        "april",
        "avril",
        "abril",
        "aprile",
        "апреля",
        "apr",
        "أبريل",
        "إبريل",
        "نيسان",
    ],
    &[
        "may", "mai", "mayo", "maio", "maggio", "мая", "مايو", "أيار",
    ],
    &[
        "june",
        "juin",
        "juni",
        "junio",
        "junho",
        "giugno",
        "июня",
        "jun",
        "يونيو",
        "حزيران",
    ],
    &[
        "july",
        "juillet",
        "juli",
        "julio",
        "julho",
        "luglio",
        "июля",
        "jul",
        "يوليو",
        "تموز",
    ],
    &[
        "august",
        "août",
        "aout",
        "agosto",
        "августа",
        "aug",
        "أغسطس",
        "آب",
    ],
    &[
        "september",
        "septembre",
        "septiembre",
        "setembro",
        "settembre",
        "сентября",
        "sep",
        "sept",
        "سبتمبر",
        "أيلول",
    ],
    &[
        "october",
        "octobre",
        "oktober",
        "octubre",
        "outubro",
        "ottobre",
        "октября",
        "oct",
        "okt",
        "أكتوبر",
    ],
    &[
        "november",
        "novembre",
        "noviembre",
        "novembro",
        "ноября",
        "nov",
        "نوفمبر",
    ],
    &[
        "december",
        "décembre",
        "decembre",
        "dezember",
        "diciembre",
        "dezembro",
        "dicembre",
        "декабря",
        "dec",
        "dez",
        "ديسمبر",
    ],
];

/// Words that may stand beside the date in a line that says nothing else.
const BESIDE: [&str; 65] = [
    "a",
    "à",
    "am",
    "at",
    "bst",
    "cest",
    "cet",
    "created",
    "date",
    "de",
    "del",
    "du",
    "edt",
    "est",
    "et",
    "first",
    "fri",
    "friday",
    "gmt",
    "h",
    "hours",
    "hrs",
    "issued",
    "ist",
    "last",
    "le",
    "local",
    "min",
    "modified",
    "mon",
    "monday",
    "msk",
    "of",
    "on",
    "p",
    "pdt",
    "pm",
    "posted",
    "pst",
    "publication",
    "published",
    "pubdate",
    "m",
    "read",
    "released",
    "sat",
    "saturday",
    "st",
    "sun",
    "sunday",
    "the",
    "thu",
    "thursday",
    "time",
    "tue",
    "tuesday",
    "uhr",
    "updated",
    "utc",
    "wed",
    "wednesday",
    "г",
    "года",
    "م",
    "في",
];

/// Lines longer than this many bytes say more than a date.
const MOST_BYTES: usize = 160;

/// The day that a whole line gives, where it says nothing else: `18 Oct 2023, 23:25`, `Published: Wednesday,
/// October 18th, 2023 at 11:25 pm`, `2023-10-18T23:25Z`. Days and months in figures, as in `18/10/2023`, count
/// where only one of them can be the month. Of two dates the first is given. A place may stand before it, as in
/// `London, 5 May 2025`.
pub(crate) fn date_of_line(line: &str) -> Option<Date> {
    scan(line, true).or_else(|| {
        let commas = line.match_indices([',', '،', '，']);
        // `London, 5 May 2025`, `Washington, D.C., May 5, 2025`.
        let mut rests = commas.take(2).map(|(at, comma)| &line[at + comma.len()..]);
        let (place, _) = line.split_once([',', '،', '，'])?;
        let date = rests.find_map(|rest| scan(rest, true));
        date.filter(|_| is_place(place))
    })
}

/// The first day that stands in a line with other words, such as that of a byline.
pub(crate) fn date_in_line(line: &str) -> Option<Date> {
    scan(line, false)
}

/// Languages with a table of names, capitals among them.
const NAMED: [Language; 6] = [
    Language::English,
    Language::French,
    Language::Spanish,
    Language::Russian,
    Language::Arabic,
    Language::Chinese,
];

/// Cities that datelines name and that are no capitals.
const CITIES: [&str; 24] = [
    "aleppo",
    "almaty",
    "bonn",
    "camp david",
    "dubai",
    "geneva",
    "gaza",
    "goma",
    "hong kong",
    "istanbul",
    "jeddah",
    "lagos",
    "mumbai",
    "nairobi",
    "new york",
    "rio de janeiro",
    "shanghai",
    "strasbourg",
    "tel aviv",
    "the hague",
    "united nations",
    "vienna",
    "washington",
    "zurich",
];

/// Whether words before a comma are the name of a place: a capital in one of the languages with a table of names, or
/// a city that datelines name. Other words may be a headline, which must not be lost.
fn is_place(words: &str) -> bool {
    let words = words.trim();
    let lower = words.to_lowercase();
    CITIES.contains(&lower.as_str())
        || NAMED.iter().any(|language| {
            let rows = Parties::of(*language).rows();
            let is_same = |party: &Party| {
                party.kind == PartyKind::Capital && party.name.to_lowercase() == lower
            };
            rows.iter().any(is_same)
        })
}

fn scan(line: &str, is_alone: bool) -> Option<Date> {
    if line.len() > MOST_BYTES {
        return None;
    }
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || "|·•–—,;()[]".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    if let Some(date) = in_chinese(line, is_alone) {
        return Some(date);
    }
    let mut found = None;
    let mut idx = 0;
    while idx < words.len() {
        if let Some((date, n_words)) = date_at(&words[idx..]) {
            found = found.or(Some(date));
            idx += n_words;
        } else if is_alone && !is_beside(words[idx]) {
            return None;
        } else {
            idx += 1;
        }
    }
    found
}

fn is_beside(word: &str) -> bool {
    let bare = word
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let letters = bare.replace('.', "");
    // A time: `23:25`, `23.25`, `11pm`, `23h25`, `+0400`.
    let is_time = |word: &str| {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit() || ":.h+".contains(c));
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.len() <= 12
            && ["", "am", "pm", "z", "m"].contains(&rest)
            && (word.len() <= 2
                || word.contains([':', '.', 'h'])
                || !rest.is_empty()
                || word.len() == 4)
    };
    bare.is_empty() || BESIDE.contains(&letters.as_str()) || is_time(&bare)
}

/// A date at the start of these words, and how many of them it takes.
fn date_at(words: &[&str]) -> Option<(Date, usize)> {
    let first = words[0].trim_matches(|c: char| !c.is_alphanumeric());
    if let Some(date) = in_figures(first) {
        return Some((date, 1));
    }
    let (second, third) = (words.get(1)?, words.get(2));
    let is_of = |word: &str| matches!(word.to_lowercase().as_str(), "of" | "de" | "del");
    // `18 October 2023`, `18th of October 2023`, `18 de octubre de 2023`.
    if let Some(day) = day_of(first) {
        let mut rest = words[1..]
            .iter()
            .enumerate()
            .filter(|(_, word)| !is_of(word));
        let month = month_of(rest.next()?.1)?;
        let (at, year) = rest.next()?;
        return Some((Date::new(year_of(year)?, month, day).ok()?, at + 2));
    }
    // `October 18, 2023`, `Oct. 18th 2023`.
    let month = month_of(first)?;
    let date = Date::new(year_of(third?)?, month, day_of(second)?).ok()?;
    Some((date, 3))
}

/// `2023年10月18日`, with a day of the week or a time behind it; with other words too, unless it `is_alone`.
fn in_chinese(line: &str, is_alone: bool) -> Option<Date> {
    let (before, rest) = line.split_once('年')?;
    let before = before.trim_end();
    let (month, rest) = rest.split_once('月')?;
    let (day, after) = rest.split_once('日')?;
    let year_at = before
        .char_indices()
        .rfind(|(_, c)| !c.is_ascii_digit())
        .map_or(0, |(at, c)| at + c.len_utf8());
    let (before, year) = before.split_at(year_at);
    // What a line of a date alone may have beside it: a day of the week, a time, brackets.
    let is_beside = |c: char| {
        !c.is_alphanumeric()
            || c.is_ascii_digit()
            || "星期一二三四五六日天周晚上下午点时分发布时间發時間點".contains(c)
    };
    if is_alone && !(before.chars().all(is_beside) && after.chars().all(is_beside)) {
        return None;
    }
    let number = |digits: &str| {
        let digits = digits.trim();
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| digits.parse::<i8>().ok()).flatten()
    };
    Date::new(year_of(year)?, number(month)?, number(day)?).ok()
}

/// `2023-10-18`, with a time or without, `2023/10/18`, `18.10.2023`, `18/10/2023`.
fn in_figures(word: &str) -> Option<Date> {
    let word = match word.as_bytes().get(10) {
        Some(b'T') => word.get(..10)?,
        _ => word,
    };
    let sign = ['-', '/', '.']
        .into_iter()
        .find(|sign| word.contains(*sign))?;
    let parts: Vec<&str> = word.split(sign).collect();
    let [a, b, c] = parts[..] else { return None };
    if !parts
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    let number = |part: &str| part.parse::<i8>().ok();
    if a.len() == 4 {
        return Date::new(year_of(a)?, number(b)?, number(c)?).ok();
    }
    let (day, month, year) = (number(a)?, number(b)?, year_of(c)?);
    match sign {
        '.' => Date::new(year, month, day).ok(),
        _ if day > 12 => Date::new(year, month, day).ok(),
        _ if month > 12 => Date::new(year, day, month).ok(),
        _ => None,
    }
}

fn year_of(word: &str) -> Option<i16> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let year = is_year.then(|| word.parse().ok()).flatten()?;
    (1800..=2100).contains(&year).then_some(year)
}

fn day_of(word: &str) -> Option<i8> {
    let n_digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = word.split_at(n_digits);
    let rest = rest.trim_matches('.').to_lowercase();
    let is_day = (1..=2).contains(&n_digits)
        && ["", "st", "nd", "rd", "th", "er", "º"].contains(&rest.as_str());
    is_day.then(|| digits.parse().ok()).flatten()
}

fn month_of(word: &str) -> Option<i8> {
    let word = word
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let month = MONTHS
        .iter()
        .position(|names| names.contains(&word.as_str()))?;
    Some(month as i8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_a_date_gives_its_day() {
        let day = Date::new(2023, 10, 18).ok();
        for line in [
            "18 Oct 2023, 23:25",
            "18 October 2023",
            "Wednesday, 18 October 2023",
            "October 18, 2023",
            "Oct. 18th, 2023 | 11:25 p.m. ET",
            "Published: October 18, 2023 at 3:00 pm",
            "Published on 18 October 2023 – Updated 19 October 2023",
            "2023-10-18",
            "2023-10-18T23:25:00+04:00",
            "18.10.2023 12:30 Uhr",
            "18/10/2023",
            "10/18/2023",
            "18 октября 2023 года, 15:00",
            "le 18 octobre 2023 à 10h30",
            "18 de octubre de 2023",
            "18th of October 2023",
            "(18 October 2023)",
            "London, 18 October 2023",
            "NEW YORK, October 18, 2023",
            "Washington, D.C., October 18, 2023",
            "北京，2023年10月18日",
            "2023 年 10 月 18 日",
            "Rio de Janeiro, 18 de outubro de 2023",
            "القاهرة، 18 أكتوبر 2023",
            "18 أكتوبر 2023 م",
            "2023年10月18日",
            "2023年10月18日 星期三 10:30",
            "发布时间：2023年10月18日",
        ] {
            assert_eq!(date_of_line(line), day, "{line}");
        }
    }

    #[test]
    fn a_line_that_says_more_is_no_date() {
        for line in [
            "On 18 October 2023 the ministers met.",
            "18 October",
            "03/04/2023",
            "32 October 2023",
            "May 2023 be kinder",
            "March 18 2023 protests",
            "2023",
            "",
            "Resolution 2231 (2015)",
            "In the treaty, 18 October 2023",
            "Truce Signed, 18 October 2023",
            "Dear Sir, 18 October 2023",
            "Joint Statement, 18 October 2023",
            "Iran, 18 October 2023",
            "两国外长在日内瓦举行会谈，2023年10月18日",
            "نرفض الحرب ونطالب بالسلام، 18 أكتوبر 2023",
            "2023年+10月18日",
            "the Council met, 18 October 2023",
            "2023年10月18日，两国外长会晤。",
            "2023年13月18日",
        ] {
            assert_eq!(date_of_line(line), None, "{line}");
        }
        let byline = "By Anna Lind, Geneva | 18 October 2023";
        assert_eq!(date_in_line(byline), Date::new(2023, 10, 18).ok());
        assert_eq!(date_in_line("By Anna Lind"), None);
        let chinese = "新华社北京2023年10月18日电";
        assert_eq!(date_in_line(chinese), Date::new(2023, 10, 18).ok());
    }
}
