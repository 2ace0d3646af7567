use memchr::{memchr, memchr_iter, memrchr};

use crate::abbreviation::{keeps_open, starts_sentence};
use crate::boundary::boundaries;
use crate::lines::{LineBreaks, bullet_len, is_roman, segments};
use crate::normalised::Normalised;
use crate::span::Span;

/// Statements longer than this many bytes, once [normalised](Normalised), are cut: after a semicolon if the second
/// half of the stretch has one, else at a blank, else between two characters.
pub const MAX_STATEMENT_BYTES: usize = 2_000;

/// An open bracket keeps a statement together if it closes within this many bytes.
const BRACKET_REACH: usize = 200;

/// The longest paragraph number, with the marks around it, in bytes.
const MAX_ENUMERATOR_BYTES: usize = 16;

/// A quotation opened inside a statement keeps it together if it closes within this many bytes.
const QUOTE_REACH: usize = 80;

/// Finds the statements of a text, in order and without overlap.
///
/// Takes the sentence boundaries of UAX 29, drops those that only look like one
/// (abbreviations, initials, addresses, paragraph numbers, short quotations and brackets, a quotation
/// before its "he said"), and adds those where the blank after a period is missing, behind the mark of a
/// footnote, and between the points of a list inside a line. Texts that only look different
/// ([`Normalised`]) have the same statements. Each span
/// is trimmed and holds a letter or digit; what lies between two spans is white space, bullets
/// and bare paragraph numbers. A statement may hold soft newlines.
///
/// # Example
/// ```
/// use detente_text::{LineBreaks, statements};
/// let text = "Mr. Guterres met the U.S. envoy. \"Will they sign?\" he asked.\n\n47. They did.";
/// let found = statements(text, LineBreaks::Detect);
/// let found: Vec<&str> = found.iter().map(|span| span.slice(text)).collect();
/// let expected = [
///     "Mr. Guterres met the U.S. envoy.",
///     "\"Will they sign?\" he asked.",
///     "47. They did.",
/// ];
/// assert_eq!(found, expected);
/// ```
///
/// # References
///
/// Unicode Standard Annex #29, Unicode Text Segmentation, section 5, Sentence Boundaries.
pub fn statements(text: &str, breaks: LineBreaks) -> Vec<Span> {
    let normalised = Normalised::of(text);
    let mut spans = of_normalised(normalised.text(), breaks);
    if normalised.is_original() {
        return spans;
    }
    let mut end = 0;
    for span in &mut spans {
        let original = normalised.original(*span);
        // A boundary may lie inside of what one character became.
        *span = Span::new(original.start.max(end), original.end.max(end));
        end = span.end;
    }
    spans.retain(|span| span.slice(text).contains(char::is_alphanumeric));
    spans
}

fn of_normalised(text: &str, breaks: LineBreaks) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut bounds = Vec::new();
    for span in segments(text, breaks) {
        let segment = span.slice(text);
        bounds.clear();
        boundaries(segment, &mut bounds);
        let mut quotes = Quotes::new(segment);
        let mut start = 0;
        // Up to here, the statement has no letter and no digit.
        let mut wordless = 0;
        for &bound in &bounds {
            let bound = attach_quotes(segment, bound, &mut quotes);
            let bound = before_first_number(segment, start, bound);
            wordless = wordless.max(start);
            let is_wordless =
                bound > wordless && !segment[wordless..bound].contains(char::is_alphanumeric);
            if is_wordless {
                wordless = bound;
            }
            if bound > wordless
                && bound < segment.len()
                && !joins(segment, start, bound, &mut quotes)
            {
                emit(segment, Span::new(start, bound), span.start, &mut spans);
                start = bound;
            }
        }
        emit(
            segment,
            Span::new(start, segment.len()),
            span.start,
            &mut spans,
        );
    }
    spans
}

/// Moves the boundary after the first number of a list inside a line to before that number: "as follows: 1. We".
fn before_first_number(segment: &str, start: usize, bound: usize) -> usize {
    if bound <= start {
        return bound;
    }
    let piece = segment[start..bound].trim_end();
    let reach = piece.ceil_char_boundary(piece.len().saturating_sub(MAX_ENUMERATOR_BYTES));
    let Some(blank) = piece[reach..].rfind(char::is_whitespace) else {
        return bound;
    };
    let number = piece[reach + blank..].trim_start();
    let before = &piece[..piece.len() - number.len()];
    let is_first =
        before.trim_end().ends_with([':', ';']) && number.ends_with('.') && is_enumerator(number);
    if is_first {
        start + before.len()
    } else {
        bound
    }
}

/// Counts straight quotation marks up to ever later places, to tell opening ones from closing.
struct Quotes<'t> {
    segment: &'t str,
    pos: usize,
    count: usize,
}

impl<'t> Quotes<'t> {
    fn new(segment: &'t str) -> Self {
        Self {
            segment,
            pos: 0,
            count: 0,
        }
    }

    fn is_open_before(&mut self, at: usize) -> bool {
        let count =
            |from: usize, to: usize| memchr_iter(b'"', &self.segment.as_bytes()[from..to]).count();
        if at < self.pos {
            self.count -= count(at, self.pos);
        } else {
            self.count += count(self.pos, at);
        }
        self.pos = at;
        self.count % 2 == 1
    }

    /// Tells whether the straight quotation mark at `at` opens: by its neighbors if they
    /// differ, else by the number of marks before it.
    fn opens(&mut self, at: usize) -> bool {
        let before = self.segment[..at].chars().next_back();
        let after = self.segment[at + 1..].chars().next();
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match (is_blank(before), is_blank(after)) {
            (true, false) if after.is_some_and(char::is_alphanumeric) => true,
            (false, true) => false,
            _ => !self.is_open_before(at),
        }
    }
}

/// Moves a boundary so that no opening mark is left behind and no closing mark comes first.
fn attach_quotes(segment: &str, bound: usize, quotes: &mut Quotes) -> usize {
    let mut end = bound;
    while let Some(last) = segment[..end].chars().next_back() {
        let at = end - last.len_utf8();
        let opens = matches!(last, '«' | '(' | '[' | '{')
            || (last == '"' && quotes.opens(at))
            || (last == '\'' && segment[..at].ends_with(char::is_whitespace));
        if !opens {
            break;
        }
        end = at;
    }
    if end < bound {
        return end;
    }
    while let Some(next) = segment[end..].chars().next() {
        let after = &segment[end + next.len_utf8()..];
        let stands_free = after
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || ".,;:!?".contains(c));
        let closes = match next {
            ')' | ']' | '}' | '」' | '』' => true,
            '"' | '»' | '›' => stands_free,
            _ => false,
        };
        if !closes {
            break;
        }
        end = segment.len() - after.trim_start().len();
    }
    end
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '»' | '›' | ')' | ']' | '}' | '」' | '』')
}

/// Tells whether a boundary of UAX 29 lies inside a statement.
fn joins(segment: &str, start: usize, bound: usize, quotes: &mut Quotes) -> bool {
    let piece = segment[start..bound].trim_end();
    let next = &segment[bound..];
    if is_enumerator(piece) {
        return true;
    }
    let bare = piece.trim_end_matches(|c: char| is_closer(c) || c.is_whitespace());
    let is_closed = bare.len() < piece.len();
    let goes_on = match bare.chars().next_back() {
        // The dots of Chinese stand inside of sentences, with no blank behind them.
        Some('.')
            if bare.ends_with("..") && piece.len() == bound - start && next.starts_with(is_han) =>
        {
            true
        }
        Some('.') if is_closed => is_retired(piece) && !starts_sentence(next),
        Some('.') => {
            next.starts_with(['&', '/', '+', '=']) || keeps_open(&bare[..bare.len() - 1], next)
        }
        Some('?' | '!') => {
            next.starts_with(char::is_lowercase)
                || (piece.ends_with('»') && next.starts_with([',', ';', ':']))
                || (is_closed && (next.starts_with('(') || is_attribution(next)))
        }
        Some('。' | '？' | '！') => {
            is_closed && piece.len() == bound - start && is_cjk_attribution(next)
        }
        _ => false,
    };
    goes_on || in_bracket(piece, next) || in_short_quote(segment, start, bound, quotes)
}

/// Tells whether a piece ends in what stands behind the rank of who has left the service, before the name.
fn is_retired(piece: &str) -> bool {
    let lower = piece.get(piece.len().saturating_sub(7)..);
    let lower = lower.unwrap_or("").to_lowercase();
    ["(ret.)", "(retd.)", "(a.d.)"]
        .iter()
        .any(|mark| lower.ends_with(mark))
}

/// Tells whether a piece is nothing but a paragraph number or letter: "47.", "(a)", "IV.".
fn is_enumerator(piece: &str) -> bool {
    if piece.len() > MAX_ENUMERATOR_BYTES {
        return false;
    }
    let piece = piece.trim_start_matches(|c: char| "(\"'*#■\\".contains(c));
    let label = piece.trim_end_matches(['.', ')']);
    let is_letter = label.chars().count() == 1 && label.chars().all(char::is_alphabetic);
    label.len() < piece.len()
        && (is_number(label) || is_letter || (!label.is_empty() && is_roman(label)))
}

fn is_number(label: &str) -> bool {
    (1..=4).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit())
}

/// Tells whether a piece is a paragraph or page number that no statement follows.
fn is_bare_number(piece: &str) -> bool {
    is_number(piece.trim_matches(|c: char| c.is_whitespace() || "().[]-–—".contains(c)))
}

const SPEECH_VERBS: &[&str] = &[
    "said",
    "says",
    "asked",
    "asks",
    "told",
    "added",
    "wrote",
    "tweeted",
    "replied",
    "answered",
    "declared",
    "stated",
    "warned",
    "exclaimed",
    "shouted",
    "insisted",
    "noted",
    "wondered",
    "continued",
    "remarked",
    "demanded",
];

/// Tells whether a text starts by naming who spoke the words before it: "President X asked".
fn is_attribution(next: &str) -> bool {
    if starts_sentence(next) {
        return false;
    }
    for word in next.split_whitespace().take(5) {
        let bare = word.trim_end_matches(['.', ',', ':']);
        if SPEECH_VERBS.contains(&bare) {
            return true;
        }
        if !bare.starts_with(char::is_uppercase)
            && !matches!(bare, "al" | "de" | "bin" | "van" | "von" | "el")
        {
            return false;
        }
    }
    false
}

fn is_han(c: char) -> bool {
    matches!(c, '一'..='鿿' | '㐀'..='䶿')
}

fn is_cjk_attribution(next: &str) -> bool {
    let end = next.char_indices().nth(12).map_or(next.len(), |(at, _)| at);
    let head = &next[..end];
    let sentence = next.split(['。', '！', '？']).next().unwrap_or("");
    let names_speaker = sentence.chars().nth(60).is_none()
        && ["说", "說", "道", "表示", "称", "稱", "问", "問"]
            .iter()
            .any(|verb| sentence.ends_with(verb));
    names_speaker
        || head.starts_with('と')
        || ["说", "說", "表示", "问", "問", "指出", "强调", "強調"]
            .iter()
            .any(|verb| head.contains(verb))
}

/// Gives the longest start of `text` of at most `n_bytes` bytes.
fn head(text: &str, n_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(n_bytes)]
}

fn in_bracket(piece: &str, next: &str) -> bool {
    if piece.len() > MAX_STATEMENT_BYTES {
        return false;
    }
    let near = head(next, BRACKET_REACH).as_bytes();
    let Some(close) = memchr(b')', near) else {
        return false;
    };
    if memchr(b'(', &near[..close]).is_some() {
        return false;
    }
    let n_open = memchr_iter(b'(', piece.as_bytes()).count();
    let n_closed = memchr_iter(b')', piece.as_bytes()).count();
    n_open > n_closed
}

fn in_short_quote(segment: &str, start: usize, bound: usize, quotes: &mut Quotes) -> bool {
    let (piece, near) = (&segment[start..bound], head(&segment[bound..], QUOTE_REACH));
    let opened = piece.rfind('«').filter(|&at| !piece[at..].contains('»'));
    if let (Some(opened), Some(closed)) = (opened, near.find('»')) {
        let is_inner = piece[..opened].contains(char::is_alphanumeric);
        return is_inner
            && bound - start - opened + closed <= QUOTE_REACH
            && !near[..closed].contains('«');
    }
    let Some(closed) = memchr(b'"', near.as_bytes()) else {
        return false;
    };
    let Some(opened) = memrchr(b'"', piece.as_bytes()) else {
        return false;
    };
    let is_inner = piece[..opened].contains(char::is_alphanumeric);
    is_inner
        && piece.len() - opened + closed <= QUOTE_REACH
        && quotes.is_open_before(bound)
        && !quotes.opens(bound + closed)
}

/// Trims a piece, drops it if nothing is left to read, cuts it if it is too long.
fn emit(segment: &str, piece: Span, offset: usize, spans: &mut Vec<Span>) {
    let Some(mut piece) = trim(segment, piece) else {
        return;
    };
    while piece.len() > MAX_STATEMENT_BYTES {
        let cut = piece.start + cut_place(piece.slice(segment));
        if let Some(front) = trim(segment, Span::new(piece.start, cut)) {
            spans.push(front.shifted(offset));
        }
        match trim(segment, Span::new(cut, piece.end)) {
            Some(rest) => piece = rest,
            None => return,
        }
    }
    spans.push(piece.shifted(offset));
}

fn trim(segment: &str, piece: Span) -> Option<Span> {
    let mut body = piece.slice(segment).trim();
    loop {
        let mut chars = body.chars();
        let first = chars.next()?;
        let rest = chars.as_str();
        let stands_free = rest
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || ".,;:!?".contains(c));
        let n_bytes = match first {
            ')' | ']' | '}' | '」' | '』' => first.len_utf8(),
            '"' | '\'' | '»' | '›' if stands_free => first.len_utf8(),
            _ => bullet_len(body),
        };
        if n_bytes == 0 {
            break;
        }
        body = body[n_bytes..].trim_start();
    }
    if !body.contains(char::is_alphanumeric)
        || is_bare_number(body)
        || (body.len() <= 5 && body.ends_with(')') && is_enumerator(body))
    {
        return None;
    }
    let start = piece.start + (body.as_ptr() as usize - piece.slice(segment).as_ptr() as usize);
    Some(Span::new(start, start + body.len()))
}

fn cut_place(body: &str) -> usize {
    let window = head(body, MAX_STATEMENT_BYTES);
    let half = window.len() / 2;
    let semicolon = window.rfind("; ").map(|at| at + 1).filter(|&at| at > half);
    let blank = || window.rfind(char::is_whitespace).filter(|&at| at > 0);
    semicolon.or_else(blank).unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        LineBreaks, MAX_STATEMENT_BYTES, Normalised, Span, is_number, is_roman, statements,
    };
    use crate::token::tokens;

    fn split(text: &str, breaks: LineBreaks) -> Vec<&str> {
        statements(text, breaks)
            .iter()
            .map(|span| span.slice(text))
            .collect()
    }

    #[test]
    fn the_table_of_cases_holds() {
        let cases: Vec<&str> = include_str!("statement_cases.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(cases.len() >= 40);
        let mut failures = String::new();
        for case in cases {
            let case = case.replace("\\n", "\n");
            let text: String = case.replace(['|', '~'], "");
            let parts = case.split('|').map(|part| {
                let kept: String = part.split('~').step_by(2).collect();
                kept.trim().to_owned()
            });
            let expected: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
            let found = split(&text, LineBreaks::Detect);
            if found != expected {
                failures += &format!("{text:?}\n  expected {expected:?}\n  found    {found:?}\n");
            }
        }
        assert!(failures.is_empty(), "{failures}");
    }

    #[test]
    fn hard_wrapped_lines_go_on_and_short_lines_end() {
        let wrapped = "The parties to the conflict have agreed on a ceasefire\nthat will enter into force \
            at midnight and will be\nwatched by observers of the Organization.\nIt is the third such ceasefire.";
        assert_eq!(split(wrapped, LineBreaks::Detect).len(), 2);
        assert_eq!(split(wrapped, LineBreaks::Hard).len(), 4);
        assert_eq!(split(wrapped, LineBreaks::Soft).len(), 2);
        let ragged = "The Minister said that the two sides had agreed to go on\nwith the talks on the\nborder, \
            on behalf of the \
            Government and the\nAfrican Union, and that they\nwould meet again.";
        let lower =
            "The Minister said that the two sides had agreed to meet, and\nto talk about trade.";
        assert_eq!(split(lower, LineBreaks::Detect).len(), 1);
        assert_eq!(split(ragged, LineBreaks::Soft).len(), 1);
        let doubled = "The parties to the conflict have agreed on a ceasefire\n\nthat will enter into \
            force at midnight and will be\n\n\
            watched by observers of the Organization. It is the\n\nthird such ceasefire.";
        assert_eq!(split(doubled, LineBreaks::Detect).len(), 2);
        let page = "The parties to the conflict have agreed on a ceasefire\n\nthat will enter into force.\n\n\
            It is good.";
        assert_eq!(split(page, LineBreaks::Detect).len(), 2);
        let headlines = "Ministers Meet\nTalks On Border Fail Again\nNo Date For Next Round";
        assert_eq!(split(headlines, LineBreaks::Detect).len(), 3);
        assert_eq!(split(headlines, LineBreaks::Soft).len(), 1);
        let blank = "We agree on this\n\nand on that";
        for breaks in LineBreaks::ALL {
            assert_eq!(split(blank, breaks).len(), 2, "{}", breaks.name());
        }
    }

    #[test]
    fn a_title_the_signature_of_mr_and_crlf_do_not_confuse_lines() {
        let wrapped = "This is a long line of text that was wrapped by hand, says Mr.\r\nPutin of the \
            delegation, and it goes on in the next line too\r\nuntil it ends.";
        assert_eq!(split(wrapped, LineBreaks::Detect).len(), 1);
        let article = "Two Sides Deepen Ties\nThe President's assistant, who heads the department of \
            foreign policy, has stated that bilateral relations between the two countries have entered a \
            new phase.\nIn an interview, he said so.";
        assert_eq!(split(article, LineBreaks::Detect).len(), 3);
    }

    #[test]
    fn clauses_of_a_resolution_stand_alone() {
        let text = "Recalling its previous resolutions on the matter of the border,\nReaffirming the \
            purposes of the Charter of the United Nations,\nDeeply concerned by the fighting;\nDecides to \
            remain seized of it;\n(a) calls for calm;\n(b) asks for a report.";
        assert_eq!(split(text, LineBreaks::Detect).len(), 6);
    }

    #[test]
    fn very_long_statements_are_cut() {
        let blanks = "peace and war ".repeat(1_000);
        let joined = "和".repeat(3_000);
        for text in [blanks.as_str(), joined.as_str()] {
            let spans = statements(text, LineBreaks::Detect);
            assert!(spans.len() > 4 && spans.iter().all(|span| span.len() <= MAX_STATEMENT_BYTES));
        }
    }

    fn length(text: &str, span: Span) -> usize {
        Normalised::of(span.slice(text)).text().len()
    }

    #[test]
    fn no_text_takes_time_beyond_its_length() {
        let unit = [
            "!a",
            "A. ",
            "aa.Bb",
            "(a. A) ",
            "x \"a. A\" ",
            "x “a. A” ",
            "((",
            "\" ",
            "- ",
            ".\"",
            ". 1",
            "47. ",
            "Mr. ",
            "中。",
            "a.",
            "\n",
            "a\n",
            "a-",
            "a-\na",
            "a@",
            "\u{301}",
            "e\u{301}\u{200b}",
            "\u{2019}",
            ".1 A",
            ".[1]",
            "[1]",
            "• ",
            ": 1. ",
            "?a.b/",
            "\n\na",
        ];
        for unit in unit {
            let text = unit.repeat(200_000 / unit.len());
            for breaks in LineBreaks::ALL {
                assert!(
                    statements(&text, breaks)
                        .iter()
                        .all(|span| length(&text, *span) <= MAX_STATEMENT_BYTES)
                );
            }
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("Mr. "),
            Just("No. 5"),
            Just("U.S. "),
            Just("“"),
            Just("”"),
            Just("\""),
            Just("("),
            Just(")"),
            Just(". "),
            Just("? "),
            Just("!"),
            Just("…"),
            Just("\n"),
            Just("\r\n"),
            Just("\n\n"),
            Just("47."),
            Just("(a) "),
            Just("- "),
            Just("The "),
            Just("peace "),
            Just("said"),
            Just("мир"),
            Just("г. "),
            Just("和。"),
            Just("؟ "),
            Just("’"),
            Just("« "),
            Just(" »"),
            Just("I"),
            Just(":"),
            Just(";\n"),
        ];
        prop_oneof![
            proptest::collection::vec(pieces, 0..40).prop_map(|parts| parts.concat()),
            any::<String>(),
            "\\PC{0,60}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn statements_and_gaps_rebuild_the_text(text in any_text()) {
            for breaks in LineBreaks::ALL {
                let mut pos = 0;
                let mut rebuilt = String::new();
                let mut gaps = Vec::new();
                for span in statements(&text, breaks) {
                    prop_assert!(span.start >= pos && span.len() <= MAX_STATEMENT_BYTES);
                    gaps.push(&text[pos..span.start]);
                    rebuilt += &text[pos..span.start];
                    rebuilt += span.slice(&text);
                    prop_assert_eq!(span.slice(&text).trim(), span.slice(&text));
                    prop_assert!(span.slice(&text).contains(char::is_alphanumeric));
                    pos = span.end;
                }
                gaps.push(&text[pos..]);
                rebuilt += &text[pos..];
                prop_assert_eq!(&rebuilt, &text);
                for gap in gaps {
                    for line in gap.split(['\n', '\r']) {
                        let words = line.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
                        for word in words {
                            let label = word.trim_matches(|c: char| !c.is_alphanumeric());
                            let is_lettered = |part: &str| {
                                word.contains(')') && (part.chars().count() == 1 || is_roman(part))
                            };
                            // Two of them can stand without a space: "47.(47.", ")47.I)".
                            let mut parts = label.split(|c: char| ".()".contains(c));
                            let are_labels =
                                parts.all(|part| part.is_empty() || is_number(part) || is_lettered(part));
                            prop_assert!(are_labels, "{:?}", gap);
                        }
                    }
                }
            }
        }

        #[test]
        fn tokens_stay_inside_their_statement(text in any_text()) {
            for span in statements(&text, LineBreaks::Detect) {
                for token in tokens(span.slice(&text)) {
                    let inside = token.span.shifted(span.start);
                    prop_assert!(inside.end <= span.end);
                    prop_assert_eq!(inside.slice(&text), token.span.slice(span.slice(&text)));
                }
            }
        }
    }
}
