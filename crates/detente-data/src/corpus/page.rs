//! What is left of a web page that was made small, and why one is refused.

/// Bytes of a page: a book has one or two millions.
pub(super) const MOST_BYTES: usize = 16 << 20;
/// Bytes of text that are left of a page.
pub(super) const MOST_TEXT: usize = 4 << 20;
/// Tags that are left of a page. An article has some hundreds, a long page some thousands.
pub(super) const MOST_TAGS: usize = 10_000;

/// Stand for `<` and `&` in the text that is left, so that the parser finds no entity to decode. Unicode
/// keeps both code points free of characters.
pub(super) const LESS: char = '\u{fdd0}';
pub(super) const AMPERSAND: char = '\u{fdd1}';

/// What is left of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The class and id of the body, as attributes.
    pub(super) body: String,
    /// The body's tags and text.
    pub(super) out: String,
    /// The words of `<title>`.
    pub(super) title: String,
    /// The headings of the first level, in order.
    pub(super) headings: Vec<String>,
    /// Those of the second level.
    pub(super) subheadings: Vec<String>,
    /// Metadata: names in lower case, with what they say.
    pub(super) meta: Vec<(String, String)>,
    /// Scripts of JSON-LD.
    pub(super) json_ld: Vec<String>,
    /// Dates that stand in the page: how sure it is that they are those of the story, and the words.
    pub(super) dates: Vec<(DateRank, String)>,
}

/// How sure it is that a date in a page is that of the story; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateRank {
    /// It is marked as the day of publication.
    Published,
    /// It stands in `<time>`.
    Time,
    /// It stands in a part that is named for it, or among the names of the authors.
    Named,
}

/// Why a page is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    Bytes,
    Tags,
    Text,
}

impl TooMuch {
    /// What is found, as the end of a sentence.
    pub(super) fn found(self) -> String {
        match self {
            Self::Bytes => format!("is longer than {} MiB", MOST_BYTES >> 20),
            Self::Tags => format!("opens more than {MOST_TAGS} tags"),
            Self::Text => format!("holds more than {} MiB of text", MOST_TEXT >> 20),
        }
    }
}

impl Page {
    /// The page for the parser, under this title.
    pub(super) fn html(&self, title: &str) -> String {
        let mut safe = String::with_capacity(title.len());
        title.chars().for_each(|c| safe.push(masked(c)));
        let (body, out) = (&self.body, &self.out);
        format!(
            "<!DOCTYPE html><html><head><title>{safe}</title></head><body{body}>{out}</body></html>"
        )
    }
}

/// Puts back the signs that stood for others in text that went through the parser.
pub(super) fn unmasked(text: &str) -> String {
    let back = |c| match c {
        LESS => '<',
        AMPERSAND => '&',
        c => c,
    };
    text.chars().map(back).collect()
}

/// What stands for a character in the text that is left.
pub(super) fn masked(c: char) -> char {
    match c {
        '<' => LESS,
        '&' => AMPERSAND,
        LESS | AMPERSAND | '\0' => '\u{fffd}',
        c => c,
    }
}
