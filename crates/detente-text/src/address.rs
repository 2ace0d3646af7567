//! Internet addresses, mail addresses, file names and handles: they are named in a text, but are no words of it.

/// In so many bytes after its start an address is known for one.
const REACH: usize = 256;

/// The longest address, in bytes.
const MAX_ADDRESS_BYTES: usize = 4_096;

/// Ends of host names that are no word with which a sentence starts; a host with a path, or with `www.`, needs none.
#[rustfmt::skip]
const TOP_LEVEL: &[&str] = &[
    "ae", "aero", "af", "ar", "asia", "az", "ba", "bd", "bg", "biz", "br", "by", "ca", "cat", "ch", "cl", "cn", "com",
    "cy", "cz", "dk", "edu", "ee", "eg", "es", "eu", "fi", "fr", "ge", "gov", "gr", "hk", "hr", "hu", "ie", "il",
    "info", "int", "io", "iq", "ir", "jo", "jp", "ke", "kg", "kp", "kr", "kz", "lb", "lk", "lt", "lv", "ly", "ma",
    "md", "mil", "mk", "mm", "mx", "my", "net", "news", "ng", "nl", "np", "nz", "om", "org", "ph", "pk", "pl", "ps",
    "pt", "qa", "rs", "ru", "sa", "sd", "se", "sg", "si", "sk", "su", "sy", "th", "tj", "tm", "tn", "tr", "tv", "tw",
    "ua", "uk", "un", "uz", "vn", "ye", "za", "рф",
];

/// Ends of the names of files.
#[rustfmt::skip]
const EXTENSIONS: &[&str] = &[
    "7z", "aac", "avi", "bmp", "bz2", "css", "csv", "doc", "docm", "docx", "eml", "epub", "exe", "flac", "gif", "gz",
    "htm", "html", "ics", "jpeg", "jpg", "js", "json", "jsonl", "md", "mkv", "mov", "mp3", "mp4", "msg", "odp", "ods",
    "odt", "ogg", "parquet", "pdf", "php", "png", "ppt", "pptx", "ps1", "py", "rar", "rtf", "svg", "tar", "tgz", "tif",
    "tiff", "tsv", "txt", "wav", "webm", "webp", "xls", "xlsm", "xlsx", "xml", "yaml", "yml", "zip", "zst",
];

/// Whether a word that ends before `end` may go on as an address, judged by the next two bytes: hardly any does.
pub(super) fn may_go_on(bytes: &[u8], end: usize) -> bool {
    let follows = |is: fn(&u8) -> bool| bytes.get(end + 1).is_some_and(is);
    match bytes.get(end) {
        Some(b':' | b'.' | b'@' | b'_' | b'-' | b'/' | b'+' | b'%') => {
            follows(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'~') || *b >= 0x80)
        }
        _ => false,
    }
}

/// The end of the address that starts at `start`, where a word does.
pub(super) fn address_end(text: &str, start: usize) -> Option<usize> {
    let is_stop = |c: char| c.is_whitespace() || "<>\"“”«»„|—…，。、！？；：（）".contains(c);
    let within = |n_bytes: usize| {
        let near = &text[start..text.floor_char_boundary(start + n_bytes)];
        trimmed(&near[..near.find(is_stop).unwrap_or(near.len())])
    };
    let near = within(REACH);
    let starts_with = |prefix: &str| {
        near.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
            && near.len() > prefix.len()
    };
    let is_scheme = |scheme: &str| {
        scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
    };
    let has_scheme = (near.split_once("://"))
        .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty());
    if has_scheme || starts_with("www.") || starts_with("mailto:") {
        return Some(start + within(MAX_ADDRESS_BYTES).len());
    }
    let len = mail_len(near)
        .or_else(|| file_len(near))
        .or_else(|| host_len(near))?;
    // A path may go on.
    let len = if len == near.len() {
        within(MAX_ADDRESS_BYTES).len().max(len)
    } else {
        len
    };
    Some(start + len)
}

/// The end of the handle of a person (`@un_spokesperson`) whose sign stands at `at`.
pub(super) fn handle_end(text: &str, at: usize) -> Option<usize> {
    let is_inner = |c: char| c.is_alphanumeric() || c == '_';
    if text[..at].ends_with(is_inner) {
        return None;
    }
    let rest = &text[at + 1..];
    let len = rest.find(|c| !is_inner(c)).unwrap_or(rest.len());
    (len > 0).then_some(at + 1 + len)
}

/// An address without the marks of the sentence behind it, and without a bracket that was opened before it.
fn trimmed(chunk: &str) -> &str {
    let mut chunk = chunk;
    loop {
        let shorter =
            chunk.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’', '*', '_', ']', '}']);
        let shorter = match shorter.strip_suffix(')') {
            Some(bare) if !bare.contains('(') => bare,
            _ => shorter,
        };
        if shorter.len() == chunk.len() {
            return chunk;
        }
        chunk = shorter;
    }
}

fn mail_len(chunk: &str) -> Option<usize> {
    let at = chunk.find('@')?;
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b"._%+-'".contains(&b);
    if at == 0 || !chunk[..at].bytes().all(is_local) {
        return None;
    }
    let domain = labels(&chunk[at + 1..]);
    let (_, last) = domain.rsplit_once('.')?;
    let is_name = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    is_name.then_some(at + 1 + domain.len())
}

/// The start of a text that may be a host: letters, digits, hyphens, and periods between them.
fn labels(text: &str) -> &str {
    let is_inner = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let host = &text[..text.find(|c| !is_inner(c)).unwrap_or(text.len())];
    host.trim_end_matches(['.', '-'])
}

fn file_len(chunk: &str) -> Option<usize> {
    let name = &chunk[..chunk
        .find([',', ';', '(', ')', '?', '#'])
        .unwrap_or(chunk.len())];
    let (stem, extension) = name.rsplit_once('.')?;
    let is_known = extension.len() <= 7
        && EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
        && stem.ends_with(|c: char| c.is_alphanumeric() || "_-)".contains(c));
    is_known.then_some(name.len())
}

fn host_len(chunk: &str) -> Option<usize> {
    let host = labels(chunk);
    let (before, last) = host.rsplit_once('.')?;
    let is_host = before.split('.').all(|label| !label.is_empty() && !label.starts_with('-'))
        // Initials with periods between them are no host: "p.m.ru".
        && before.split('.').any(|label| label.chars().nth(1).is_some());
    let path = &chunk[host.len()..];
    // A capital behind a period begins a sentence; only of the best known ends it may be a host's.
    let is_end = match last.starts_with(char::is_uppercase) {
        true => ["Com", "Org", "Net", "Gov", "COM", "ORG", "NET", "GOV"].contains(&last),
        false => TOP_LEVEL.contains(&last),
    };
    let has_path = path.starts_with('/')
        && last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_lowercase())
        && before
            .bytes()
            .all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if !is_host || !(is_end || has_path) {
        return None;
    }
    let len = match path.bytes().next() {
        Some(b'/' | b'?' | b'#') => chunk.len(),
        Some(b':') => {
            let port = path[1..].bytes().take_while(u8::is_ascii_digit).count();
            if port > 0 { chunk.len() } else { host.len() }
        }
        _ => host.len(),
    };
    Some(len)
}

/// The words of a hashtag's body, which change of case, digits and `_` part: `PeaceNow` is two, each as
/// start and end.
pub(super) fn hashtag_words(body: &str) -> Vec<(usize, usize)> {
    let chars: Vec<(usize, char)> = body.char_indices().collect();
    let mut words = Vec::new();
    let mut start = 0;
    let end_of = |idx: usize| chars.get(idx).map_or(body.len(), |(at, _)| *at);
    for idx in 1..=chars.len() {
        let begins = match chars.get(idx) {
            None => true,
            Some((_, c)) => {
                let before = chars[idx - 1].1;
                let next_is_lower = chars
                    .get(idx + 1)
                    .is_some_and(|(_, next)| next.is_lowercase());
                *c == '_'
                    || before == '_'
                    || c.is_numeric() != before.is_numeric()
                    || (c.is_uppercase()
                        && (before.is_lowercase() || (before.is_uppercase() && next_is_lower)))
            }
        };
        if begins {
            if chars[start].1 != '_' {
                words.push((end_of(start), end_of(idx)));
            }
            start = idx;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        let cases = [
            (
                "https://example.org/attack-war?x=Y&z=(1). Next",
                "https://example.org/attack-war?x=Y&z=(1)",
            ),
            ("http://un.org/a), he", "http://un.org/a"),
            ("www.un.org, then", "www.un.org"),
            ("un.org/en/ga/ is", "un.org/en/ga/"),
            ("mfa.gov.az.", "mfa.gov.az"),
            ("example.com", "example.com"),
            ("peace@example.org;", "peace@example.org"),
            ("first.last+war@mail.un.org's", "first.last+war@mail.un.org"),
            ("mailto:war@un.org.", "mailto:war@un.org"),
            ("final_draft-v2.docx and", "final_draft-v2.docx"),
            ("peace-treaty.pdf", "peace-treaty.pdf"),
            ("kremlin.ru:8080/war", "kremlin.ru:8080/war"),
            ("Booking.Com for", "Booking.Com"),
            ("bit.ly/3war", "bit.ly/3war"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                address_end(text, 0).map(|end| &text[..end]),
                Some(expected),
                "{text}"
            );
        }
        let none = [
            "said.The M23",
            "restored.Org",
            "S/2014/189",
            "cease-fire",
            "U.S. and",
            "p.m.ru",
            "and/or",
            "a:b",
            "3.5bn",
            "peace.in the",
            "No.12",
            "e.g.this",
            "a@b",
            "well-known.",
            "12.5.2020",
            "Order.We",
            "www.",
        ];
        // `Org` alone may be a host's end.
        for text in none.iter().filter(|text| **text != "restored.Org") {
            assert_eq!(address_end(text, 0), None, "{text}");
        }
    }

    #[test]
    fn hashtags_are_parted_where_the_case_changes() {
        let words = |body: &str| -> Vec<String> {
            let parts = hashtag_words(body).into_iter();
            parts
                .map(|(start, end)| body[start..end].to_owned())
                .collect()
        };
        assert_eq!(words("PeaceNow"), ["Peace", "Now"]);
        assert_eq!(words("NATOSummit2023"), ["NATO", "Summit", "2023"]);
        assert_eq!(words("no_to_War"), ["no", "to", "War"]);
        assert_eq!(words("ceasefire"), ["ceasefire"]);
        assert_eq!(words("МирСейчас"), ["Мир", "Сейчас"]);
        assert_eq!(words("_"), [""; 0]);
    }
}
