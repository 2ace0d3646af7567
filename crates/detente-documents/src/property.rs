//! Titles, dates and names of authors, as properties give them.

/// Names that programs write where nobody gave one.
const NOBODY: [&str; 10] = [
    "admin",
    "administrator",
    "author",
    "microsoft office user",
    "owner",
    "python-docx",
    "unknown",
    "user",
    "usuario",
    "windows user",
];
/// Titles that programs write where nobody gave one.
const NO_TITLE: [&str; 8] = [
    "document",
    "document1",
    "microsoft word",
    "no title",
    "powerpoint presentation",
    "sans titre",
    "title",
    "untitled",
];
/// Ends of names of files.
const EXTENSIONS: [&str; 13] = [
    ".doc", ".docx", ".dotx", ".htm", ".html", ".indd", ".odt", ".p65", ".pdf", ".qxd", ".rtf",
    ".tex", ".txt",
];
/// Characters of a title or name at the most.
const LONGEST: usize = 500;

/// A title that somebody gave.
pub(crate) fn title(text: &str) -> Option<String> {
    let text = plain(text)?;
    let text = text
        .strip_prefix("Microsoft Word - ")
        .unwrap_or(&text)
        .trim();
    let lower = text.to_lowercase();
    let is_name = EXTENSIONS.iter().any(|end| lower.ends_with(end));
    let is_none = NO_TITLE.contains(&lower.as_str());
    // One word with no blank is a name of a file, or a number of one.
    let is_sign = !text.contains(' ') && text.chars().any(|c| c == '_' || c.is_ascii_digit());
    (!is_name && !is_none && !is_sign && text.chars().any(char::is_alphabetic))
        .then(|| text.to_owned())
}

/// The name of an author that somebody gave.
pub(crate) fn author(text: &str) -> Option<String> {
    let text = plain(text)?;
    let is_name =
        !NOBODY.contains(&text.to_lowercase().as_str()) && text.chars().any(char::is_alphabetic);
    is_name.then_some(text)
}

/// The day of a date as `YYYY-MM-DD...` or, as PDF has it, `D:YYYYMMDD...`.
pub(crate) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = match text.strip_prefix("D:") {
        Some(rest) => rest.chars().take(8).collect(),
        None => {
            let bytes = text.as_bytes();
            let is_iso = bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-';
            let day = text.get(..10).filter(|_| is_iso)?;
            day.chars().filter(char::is_ascii_digit).collect()
        }
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..]);
    let in_range =
        |part: &str, most: u32| part.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n));
    // What no clock was set for is dated to the first day of a count.
    let is_day = in_range(month, 12) && in_range(day, 31) && year > "1980";
    is_day.then(|| format!("{year}-{month}-{day}"))
}

fn plain(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}')
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    (!text.is_empty() && text.chars().count() <= LONGEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_that_nobody_gave_are_none() {
        for (given, expected) in [
            ("Talks resume", Some("Talks resume")),
            ("  Microsoft Word - Talks resume ", Some("Talks resume")),
            ("Microsoft Word - 41_final.docx", None),
            ("Untitled", None),
            ("PR_41", None),
            ("Communiqué", Some("Communiqué")),
            ("", None),
        ] {
            assert_eq!(title(given).as_deref(), expected, "{given}");
        }
        assert_eq!(author("Microsoft Office User"), None);
        assert_eq!(author("Press Office").as_deref(), Some("Press Office"));
    }

    #[test]
    fn dates_of_properties_are_days() {
        for (given, expected) in [
            ("2025-05-18T09:30:00Z", Some("2025-05-18")),
            ("D:20250518093000+02'00'", Some("2025-05-18")),
            ("D:2025", None),
            ("1970-01-01T00:00:00Z", None),
            ("2025-13-18", None),
            ("18 May 2025", None),
            ("2025-05-é", None),
        ] {
            assert_eq!(date(given).as_deref(), expected, "{given}");
        }
    }
}
