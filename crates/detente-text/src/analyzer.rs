use crate::elision::tokens_of_into;
use crate::frame::{Frame, FrameItem, FrameWord, frames};
use crate::negation::{Negation, Role, has_phrases, settle};
use crate::normalised::Normalised;
use crate::parties::Parties;
use crate::quotation::{Mark, chinese_mark, mark, starts_quoted, step_quote};
use crate::span::Span;
use crate::stem::Language;
use crate::token::{Token, TokenKind};
use crate::words::{NUMBER_WORD, PARTY_WORD, Words, YEAR_WORD};

/// How texts are turned into terms: this number is raised whenever the same text begins to have other terms with the
/// same [`AnalyzerParams`]. A model learned from the terms of one number only.
///
/// The five languages that came to have a whole pipeline of their own later have a number of their own,
/// [`AnalyzerParams::analysis`].
///
/// 1: as it was. 2: texts are normalised, addresses are no words, rejections negate, bodies of states are parties.
pub const ANALYSIS: u32 = 2;

/// The same of Arabic, Spanish, French, Russian and Chinese.
///
/// 3: words are folded as their language writes them, French elisions are parted, negation, parties and lexicon are
/// those of the language.
const ANALYSIS_OF_FIVE: u32 = 3;

/// How the words of statements are turned into terms.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AnalyzerParams {
    /// The language whose words are stemmed and whose negators are known. Default: English.
    pub language: Language,
    /// Whether the names of parties all become [`PARTY`](crate::PARTY), so that nothing can be learned about one
    /// party from another's words. Default: false, since within one corpus who speaks often tells
    /// what is said. This is the one default: every recipe that masks parties takes it from here.
    /// The model that comes with the program was trained with masking.
    pub mask_parties: bool,
}

impl AnalyzerParams {
    /// English, with the names of parties as they are.
    pub const DEFAULT: Self = Self {
        language: Language::English,
        mask_parties: false,
    };

    /// The number of how texts of the language are turned into terms, see [`ANALYSIS`].
    pub fn analysis(&self) -> u32 {
        match self.language {
            Language::Arabic
            | Language::Spanish
            | Language::French
            | Language::Russian
            | Language::Chinese => ANALYSIS_OF_FIVE,
            _ => ANALYSIS,
        }
    }
}

impl Default for AnalyzerParams {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a term is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TermKind {
    /// An address, a file's name or a handle; nothing is learned of it, and no n-gram goes across it. Its
    /// surface and stem are empty.
    Address,
    /// A word; its stem is that of the language.
    Word,
    /// A number; its stem is "year" from 1900 to 2099, else "0".
    Number,
    /// A question, exclamation or quotation mark; the stem of every double quotation mark is `"`.
    Mark,
    /// The name of a party, if parties are masked.
    Party,
    /// A verb and what it is done to, as `undo→measure`, which is its surface and stem; it spans all from the first
    /// of the two to the last. Each kind comes once, behind the terms of the statement, and counts to its last clause.
    /// Only [`Analyzer::analyze_with_frames`] gives frames.
    Frame,
}

/// A word, number, mark or party of a statement, as it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Term<'a> {
    /// Where it stands in the text that was analyzed.
    pub span: Span,
    /// What it is.
    pub kind: TermKind,
    /// The text under the span, [normalised](crate::Normalised) and in lower case; [`PARTY`](crate::PARTY) for a party.
    pub surface: &'a str,
    /// The stem of the surface; for numbers and parties see [`TermKind`] and [`PARTY`](crate::PARTY); for
    /// marks the surface.
    pub stem: &'a str,
    /// Whether it follows a negator in the same clause, at most eight words after it, with no
    /// "but" or its like between. Marks are never negated.
    pub negated: bool,
    /// Whether it stands within quotation marks. A statement from the middle of a long
    /// quotation, without a mark of its own, does not show it.
    pub quoted: bool,
    /// The number of its clause, from 0: a comma, another mark that ends a clause, or a word such as
    /// "but" begins the next one.
    pub clause: u32,
    /// A number for its surface and stem, by which a caller can remember what it knows of them, as
    /// long as [`Analyzer::epoch`] stays the same; [`Term::NO_WORD`] for marks.
    pub word: u32,
}

impl Term<'_> {
    /// Stands for no word in particular.
    pub const NO_WORD: u32 = u32::MAX;
}

/// Turns a statement into terms, always in the same way. Texts that only look different ([`Normalised`]) have
/// the same terms, at spans of their own.
///
/// # Example
///
/// ```
/// use detente_text::{Analyzer, AnalyzerParams, AnalyzerState};
/// let params = AnalyzerParams { mask_parties: true, ..AnalyzerParams::DEFAULT };
/// let analyzer = Analyzer::new(params);
/// let mut stems = Vec::new();
/// analyzer.analyze(&mut AnalyzerState::new(), "Ankara will not sign treaties.", &mut |term| {
///     stems.push((term.stem.to_owned(), term.negated));
/// });
/// let stems: Vec<(&str, bool)> = stems.iter().map(|(s, n)| (s.as_str(), *n)).collect();
/// let expected = [
///     ("<party>", false),
///     ("will", false),
///     ("not", false),
///     ("sign", true),
///     ("treati", true),
/// ];
/// assert_eq!(stems, expected);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Analyzer {
    params: AnalyzerParams,
}

/// The memory one thread reuses between calls: a cache of words and buffers. The terms never
/// depend on it.
#[derive(Default)]
pub struct AnalyzerState {
    words: Words,
    tokens: Vec<Token>,
    items: Vec<Item>,
    /// Where the terms of the items stand in the text; empty for those that have no place of their own.
    spans: Vec<Span>,
    frame_items: Vec<FrameItem>,
    frames: Vec<Frame>,
}

/// A term before its negation and quotation are known.
#[derive(Clone, Copy)]
struct Item {
    span: Span,
    kind: TermKind,
    /// The number of the word.
    word: u32,
    role: Role,
    mark: Mark,
}

impl AnalyzerState {
    /// Makes an empty state.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Analyzer {
    /// Makes the analyzer that `params` describe.
    pub fn new(params: AnalyzerParams) -> Self {
        Self { params }
    }

    /// Gives the parameters it was made from.
    pub fn params(&self) -> AnalyzerParams {
        self.params
    }

    /// Prepares a state for the next statement, and gives a number that changes whenever the numbers of
    /// words ([`Term::word`]) begin to stand for others.
    pub fn epoch(&self, state: &mut AnalyzerState) -> u64 {
        state.words.prepare(self.params.language);
        state.words.epoch()
    }

    /// Passes the terms of one statement to `sink`, in order.
    ///
    /// Spans refer to `text`, which should be one statement: negation and quotation start
    /// afresh with each call.
    pub fn analyze(&self, state: &mut AnalyzerState, text: &str, sink: &mut impl FnMut(Term<'_>)) {
        self.pass(state, text, false, sink);
    }

    /// Passes the terms of one statement to `sink` as [`analyze`](Self::analyze) does, and then its frames
    /// ([`TermKind::Frame`]), each kind once. English has frames, other languages have none.
    ///
    /// # Example
    ///
    /// ```
    /// use detente_text::{Analyzer, AnalyzerParams, AnalyzerState};
    /// let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
    /// let mut last = String::new();
    /// analyzer.analyze_with_frames(&mut AnalyzerState::new(), "They did not lift the embargo.", &mut |term| {
    ///     last = term.stem.to_owned();
    /// });
    /// assert_eq!(last, "not~undo→measure");
    /// ```
    pub fn analyze_with_frames(
        &self,
        state: &mut AnalyzerState,
        text: &str,
        sink: &mut impl FnMut(Term<'_>),
    ) {
        self.pass(state, text, true, sink);
    }

    fn pass(
        &self,
        state: &mut AnalyzerState,
        text: &str,
        with_frames: bool,
        sink: &mut impl FnMut(Term<'_>),
    ) {
        let normalised = Normalised::of(text);
        let text = normalised.text();
        state.words.prepare(self.params.language);
        state.items.clear();
        self.collect(state, text);
        if has_phrases(self.params.language) {
            self.settle_negation(state);
        }
        let mut negation = Negation::of(self.params.language);
        let marks = state.items.iter().map(|item| (item.mark, item.span));
        let mut quoted = starts_quoted(marks, text);
        let mut clause = 0;
        let mut end = 0;
        state.spans.clear();
        // Items are collected before they are passed on, since a negator looks at the word after it.
        for (idx, item) in state.items.iter().enumerate() {
            let kind = item.kind;
            // Of several terms that one character became, only the first has a place in the text.
            let span = normalised.original(item.span);
            let span = Span::new(span.start.max(end), span.end.max(end));
            if with_frames {
                state.spans.push(span);
            }
            if span.end == end {
                continue;
            }
            end = span.end;
            if kind == TermKind::Address {
                sink(Term {
                    span,
                    kind,
                    surface: "",
                    stem: "",
                    negated: false,
                    quoted,
                    clause,
                    word: Term::NO_WORD,
                });
                continue;
            }
            if kind == TermKind::Mark {
                if matches!(item.mark, Mark::Clause | Mark::Loud) {
                    negation.end_clause();
                    clause += 1;
                }
                let (before, after) = step_quote(item.mark, quoted);
                quoted = after;
                if !matches!(item.mark, Mark::Clause | Mark::Idle) {
                    let surface = match item.mark {
                        Mark::Loud if has_phrases(self.params.language) => {
                            loud_mark(item.span.slice(text))
                        }
                        Mark::Loud => item.span.slice(text),
                        _ => "\"",
                    };
                    sink(Term {
                        span,
                        kind,
                        surface,
                        stem: surface,
                        negated: false,
                        quoted: before && after,
                        clause,
                        word: Term::NO_WORD,
                    });
                }
                continue;
            }
            let role = |at: usize| {
                let item = state.items.get(at);
                item.filter(|item| item.kind != TermKind::Mark)
                    .map(|item| item.role)
            };
            let next = role(idx + 1);
            let next = [next, next.and_then(|_| role(idx + 2))];
            clause += u32::from(item.role == Role::Contrast);
            let negated = negation.step(item.role, next);
            let word = state.words.get(item.word);
            let surface = match kind {
                TermKind::Number => item.span.slice(text),
                _ => &*word.surface,
            };
            sink(Term {
                span,
                kind,
                surface,
                stem: &word.stem,
                negated,
                quoted,
                clause,
                word: item.word,
            });
        }
        if with_frames {
            pass_frames(state, clause, sink);
        }
    }

    fn collect(&self, state: &mut AnalyzerState, text: &str) {
        let language = self.params.language;
        let mut tokens = std::mem::take(&mut state.tokens);
        tokens_of_into(text, language, &mut tokens);
        let mut idx = 0;
        // Up to this token, a phrase such as "Latin America" shields its words.
        let mut shielded = 0;
        while idx < tokens.len() {
            let Token { span, kind } = tokens[idx];
            let mut item = Item {
                span,
                kind: TermKind::Number,
                word: PARTY_WORD,
                role: Role::Plain,
                mark: Mark::Idle,
            };
            let mut end = idx + 1;
            match kind {
                TokenKind::Address => item.kind = TermKind::Address,
                TokenKind::Number => item.word = number_word(span.slice(text), language),
                TokenKind::Mark => {
                    item.kind = TermKind::Mark;
                    item.mark = match language {
                        Language::Chinese => chinese_mark(text, span),
                        _ => mark(text, span),
                    };
                }
                TokenKind::Word => {
                    item.kind = TermKind::Word;
                    item.word = state.words.number(text, span, language);
                    let word = state.words.get(item.word);
                    item.role = word.role;
                    if let (true, Some(names)) =
                        (self.params.mask_parties && idx >= shielded, word.names)
                        && let Some((after, row)) = Parties::longest(names, text, &tokens, idx)
                    {
                        if row.is_some() {
                            item.kind = TermKind::Party;
                            item.word = PARTY_WORD;
                            item.role = Role::Plain;
                            item.span = Span::new(span.start, tokens[after - 1].span.end);
                            end = after;
                        } else {
                            shielded = after;
                        }
                    }
                }
            }
            state.items.push(item);
            idx = end;
        }
        state.tokens = tokens;
    }

    /// Gives the phrases of negation their role, and negators what the words around them make of them.
    fn settle_negation(&self, state: &mut AnalyzerState) {
        let AnalyzerState { words, items, .. } = state;
        let mut idx = 0;
        while idx < items.len() {
            let phrases = (items[idx].kind == TermKind::Word)
                .then(|| words.get(items[idx].word).phrases)
                .flatten();
            let rest = |at: usize| {
                let item = items
                    .get(idx + at)
                    .filter(|item| item.kind == TermKind::Word)?;
                Some(&*words.get(item.word).surface)
            };
            let found =
                phrases.and_then(|phrases| phrases.iter().find(|phrase| phrase.goes_on(rest)));
            let Some(phrase) = found else {
                idx += 1;
                continue;
            };
            let end = idx + phrase.n_words();
            for item in &mut items[idx..end] {
                item.role = Role::Plain;
            }
            items[idx].role = phrase.role();
            idx = end;
        }
        let is_clause_end = |item: &Item| {
            item.kind == TermKind::Mark && matches!(item.mark, Mark::Clause | Mark::Loud)
        };
        for clause in items.split_mut(is_clause_end) {
            let mut settled: Vec<Role> = clause.iter().map(|item| item.role).collect();
            settle(&mut settled);
            for (item, role) in clause.iter_mut().zip(settled) {
                item.role = role;
            }
        }
    }
}

/// Finds the frames of the items and passes them on.
fn pass_frames(state: &mut AnalyzerState, clause: u32, sink: &mut impl FnMut(Term<'_>)) {
    let AnalyzerState {
        words,
        items,
        spans,
        frame_items,
        frames: found,
        ..
    } = state;
    let surface = |at: usize| {
        let item = items.get(at).filter(|item| item.kind == TermKind::Word);
        item.map_or("", |item| &*words.get(item.word).surface)
    };
    frame_items.clear();
    frame_items.extend(items.iter().enumerate().map(|(at, item)| {
        let mut found = FrameItem {
            word: FrameWord::default(),
            is_gerund: false,
            is_border: matches!(item.mark, Mark::Clause | Mark::Loud),
        };
        let classes = words.get(item.word).frame;
        // Most words are of no class, whatever stands beside them.
        if item.kind == TermKind::Word && classes != FrameWord::default() {
            let previous = at.checked_sub(1).map_or("", surface);
            found.word = classes.beside(previous, surface(at), surface(at + 1));
            found.is_gerund = surface(at).ends_with("ing");
        }
        found
    }));
    frames(frame_items, found);
    for frame in found {
        let (verb, object) = (spans[frame.verb], spans[frame.object]);
        let name = frame.name();
        sink(Term {
            span: Span::new(verb.start.min(object.start), verb.end.max(object.end)),
            kind: TermKind::Frame,
            surface: name,
            stem: name,
            negated: false,
            quoted: false,
            clause,
            word: Term::NO_WORD,
        });
    }
}

/// The mark of ASCII for that of another script.
fn loud_mark(mark: &str) -> &str {
    match mark {
        "؟" | "？" => "?",
        "！" => "!",
        _ => mark,
    }
}

fn number_word(number: &str, language: Language) -> u32 {
    if language == Language::Arabic && !number.is_ascii() {
        let western: Option<String> = number.chars().map(western_digit).collect();
        return western.map_or(NUMBER_WORD, |number| {
            number_word(&number, Language::English)
        });
    }
    let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    if is_year && number.bytes().all(|b| b.is_ascii_digit()) {
        YEAR_WORD
    } else {
        NUMBER_WORD
    }
}

/// The digit that stands for one of the Arabic world.
fn western_digit(c: char) -> Option<char> {
    let zero = match c {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        _ => return Some(c),
    };
    char::from_digit(c as u32 - zero as u32, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::{Analyzer, AnalyzerParams, AnalyzerState, TermKind};
    use crate::stem::Language;

    const MASKED: AnalyzerParams = AnalyzerParams {
        language: Language::English,
        mask_parties: true,
    };

    fn terms(
        params: AnalyzerParams,
        state: &mut AnalyzerState,
        text: &str,
    ) -> Vec<(String, String, bool, bool)> {
        let mut out = Vec::new();
        Analyzer::new(params).analyze(state, text, &mut |term| {
            out.push((
                term.surface.to_owned(),
                term.stem.to_owned(),
                term.negated,
                term.quoted,
            ));
        });
        out
    }

    fn in_english(text: &str) -> Vec<(String, String, bool, bool)> {
        terms(MASKED, &mut AnalyzerState::new(), text)
    }

    fn negated(language: Language, text: &str) -> String {
        let params = AnalyzerParams {
            language,
            mask_parties: false,
        };
        let terms = terms(params, &mut AnalyzerState::new(), text);
        terms
            .into_iter()
            .filter(|term| term.2)
            .map(|term| term.0)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn a_statement_becomes_terms() {
        let stems: Vec<String> = in_english("Ankara’s envoys can’t accept 3 of the 1995 accords!")
            .into_iter()
            .map(|term| term.1)
            .collect();
        assert_eq!(
            stems,
            [
                "<party>", "envoy", "can't", "accept", "0", "of", "the", "year", "accord", "!"
            ]
        );
        assert_eq!(in_english("CAN’T")[0].0, "can't");
    }

    #[test]
    fn parties_are_masked_as_one_term_or_kept() {
        let text = "The Democratic Republic of the Congo's army and Latin America";
        let mut spans = Vec::new();
        Analyzer::new(MASKED).analyze(&mut AnalyzerState::new(), text, &mut |term| {
            if term.kind == TermKind::Party {
                spans.push(term.span.slice(text).to_owned());
            }
        });
        assert_eq!(spans, ["Democratic Republic of the Congo's"]);
        let params = AnalyzerParams {
            mask_parties: false,
            ..MASKED
        };
        assert!(
            terms(params, &mut AnalyzerState::new(), text)
                .iter()
                .all(|term| term.0 != crate::words::PARTY)
        );
    }

    #[test]
    fn negation_reaches_to_the_end_of_the_clause() {
        let cases = [
            ("We will not sign the treaty, they will.", "sign the treaty"),
            ("We do not want war but peace", "want war"),
            ("They can't and won't accept it", "and accept it"),
            (
                "It is no longer based on aggression",
                "longer based on aggression",
            ),
            ("Not only peace but justice", ""),
            ("No doubt we support peace", "doubt"),
            ("They refused to negotiate", "to negotiate"),
            ("They failed to agree. We agreed.", "to agree"),
            ("They failed again", ""),
            ("Peace is far from certain", "from certain"),
            ("Far away lies peace", ""),
            ("We will never refuse peace", "refuse"),
            ("Without justice there is none", "justice there is"),
            ("Neither side yields nor talks", "side yields talks"),
            ("one not a b c d e f g h i j", "a b c d e f g h"),
            ("We cannot, however, accept this", ""),
            ("Nothing has changed although we tried", "has changed"),
            ("Peace (not war) wins", "war"),
            ("No one wants it: all suffer", "one wants it"),
            ("We support peace", ""),
            ("We do not oppose the ceasefire", "oppose"),
            ("Nobody among us rejects the truce", "among us rejects"),
            (
                "They reject the truce now and want war",
                "the truce now and",
            ),
            ("Without a doubt we support peace", "a doubt"),
            ("There is no alternative to peace", "alternative"),
            ("We have never been closer to peace", "been"),
            ("We have never been so far from peace", "been so from peace"),
        ];
        for (text, expected) in cases {
            assert_eq!(negated(Language::English, text), expected, "{text}");
        }
        assert_eq!(
            negated(Language::Russian, "Мы не хотим войны, но мира"),
            "хотим войны"
        );
        assert_eq!(
            negated(Language::German, "Wir wollen keinen Krieg, sondern Frieden"),
            "krieg"
        );
        assert_eq!(
            negated(Language::French, "Nous n’acceptons pas cela mais attendons"),
            "acceptons cela"
        );
        assert_eq!(
            negated(Language::Spanish, "No queremos guerra pero sí paz"),
            "queremos guerra"
        );
        assert_eq!(negated(Language::Unstemmed, "We do not agree"), "");
    }

    #[test]
    fn the_table_of_negations_holds() {
        let mut failures = String::new();
        let table = include_str!("negation_cases.txt");
        let cases = table.lines().filter(|line| !line.starts_with('#'));
        for case in cases {
            let cells: Vec<&str> = case.split('|').map(str::trim).collect();
            let language = Language::from_code(cells[0]).expect("a language");
            let found = negated(language, cells[1]);
            if found != cells[2] {
                failures += &format!(
                    "{}\n  expected {}\n  found    {found}\n",
                    cells[1], cells[2]
                );
            }
        }
        assert!(failures.is_empty(), "{failures}");
    }

    fn stems(language: Language, text: &str) -> Vec<String> {
        let params = AnalyzerParams {
            language,
            mask_parties: true,
        };
        let terms = terms(params, &mut AnalyzerState::new(), text);
        terms.into_iter().map(|term| term.1).collect()
    }

    #[test]
    fn what_a_language_writes_in_several_ways_has_the_same_terms() {
        for (language, texts) in [
            (Language::Arabic, ["السَّلامُ في سنة ٢٠١٤", "السلام في سنة 2014"]),
            (Language::Arabic, ["إنّ الأمّة", "ان الامة"]),
            (Language::French, ["L’œuvre n’est", "l'oeuvre n'est"]),
            (Language::Russian, ["Ещё всё", "Еще все"]),
            (Language::Chinese, ["２０１４年，停火！", "2014年,停火!"]),
            (Language::Chinese, ["美國拒絕談判", "美国拒绝谈判"]),
        ] {
            assert_eq!(
                stems(language, texts[0]),
                stems(language, texts[1]),
                "{}",
                texts[0]
            );
        }
    }

    #[test]
    fn parties_are_masked_in_each_language() {
        for (language, text, expected) in [
            (Language::Arabic, "وبروسيا والصين", "<party> <party>"),
            (
                Language::Arabic,
                "الولايات المتحدة وسوريا",
                "<party> <party>",
            ),
            (Language::Spanish, "La Paz y la paz", "<party> y la paz"),
            (Language::Spanish, "LA PAZ ES POSIBLE", "la paz es posibl"),
            (
                Language::French,
                "la Côte d'Ivoire et les Etats-Unis",
                "la <party> et le <party>",
            ),
            (Language::French, "N'Djamena", "<party>"),
            (Language::Russian, "России и США", "<party> и <party>"),
            (Language::Chinese, "中国和俄罗斯", "<party> 和 <party>"),
        ] {
            assert_eq!(stems(language, text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn words_in_quotation_marks_are_quoted() {
        let quoted = |text: &str| {
            let terms = in_english(text)
                .into_iter()
                .filter(|term| term.3 && term.0.chars().any(char::is_alphanumeric));
            terms.map(|term| term.0).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(quoted("He called it “a true peace” today"), "a true peace");
        assert_eq!(
            quoted("He called it \"a true peace\" today"),
            "a true peace"
        );
        assert_eq!(quoted("«Мир» и война"), "мир");
        assert_eq!(quoted("„Friede“ jetzt"), "friede");
        assert_eq!(quoted("we gained peace,” he said"), "we gained peace");
        assert_eq!(quoted("we gained peace,\" he said"), "we gained peace");
        assert_eq!(quoted("he said: \"we gained"), "we gained");
        assert_eq!(
            quoted("we gained peace,\" he said, \"and more"),
            "we gained peace and more"
        );
        assert_eq!(quoted("no quotation"), "");
    }

    #[test]
    fn addresses_are_no_words_and_hashtags_are() {
        let surfaces = |text: &str| -> Vec<String> {
            in_english(text).into_iter().map(|term| term.0).collect()
        };
        let text = "See https://war.org/attack.html or @WarDesk: #NoWar";
        assert_eq!(surfaces(text), ["see", "", "or", "", "no", "war"]);
        assert_eq!(negated(Language::English, "#NoWar"), "war");
    }

    #[test]
    fn contractions_without_their_apostrophe_negate() {
        for text in [
            "They dont want war",
            "They don\u{2019}t want war",
            "They don\u{b4}t want war",
        ] {
            assert_eq!(negated(Language::English, text), "want war", "{text}");
            assert_eq!(in_english(text)[1].0, "don't", "{text}");
        }
    }

    /// A text with other quotation marks and apostrophes, decomposed, with characters that are not seen.
    fn in_disguise(text: &str, seed: u64) -> String {
        let mut out = String::new();
        let mut is_open = false;
        let mut chars = text.nfd().enumerate().peekable();
        while let Some((idx, c)) = chars.next() {
            match c {
                '"' => {
                    is_open = !is_open;
                    out.push(if is_open { '\u{201c}' } else { '\u{201d}' });
                }
                '\'' => out.push('\u{2019}'),
                c => out.push(c),
            }
            let draw = (seed >> (idx % 64)) & 3;
            // A soft hyphen at the end of a line has a meaning.
            let is_followed = chars.peek().is_some_and(|(_, next)| !next.is_whitespace());
            if draw == 3 && is_followed {
                out.push(['\u{200b}', '\u{ad}', '\u{2060}', '\u{feff}'][idx % 4]);
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(800))]
        #[test]
        fn a_text_in_disguise_has_the_same_terms(
            text in "(peace |don't |\"|été |Йод |#NoWar |a@b.org |https://x.org/?q |Russia's |, |\\. |\\PC)*",
            seed in any::<u64>()
        ) {
            let disguised = in_disguise(&text, seed);
            prop_assert_eq!(in_english(&disguised), in_english(&text), "{}", disguised);
        }

        #[test]
        fn a_text_in_disguise_has_the_same_terms_in_every_language(
            text in "(l'accord |n'est |« |» |España |¿|ещё |Йемен |السَّلام |وروسيا |إلا |؟ |停火|不|中国|。|２|, \
                |\\. |\\PC)*",
            seed in any::<u64>()
        ) {
            let disguised = in_disguise(&text, seed);
            for language in Language::WITH_TABLES {
                prop_assert_eq!(stems(language, &disguised), stems(language, &text), "{}", disguised);
            }
        }

        #[test]
        fn the_cache_never_changes_a_term(texts in proptest::collection::vec("([A-Za-z]{1,4} |not |Russia \
            |\"|, |\\PC)*", 1..6)) {
            let mut state = AnalyzerState::new();
            for language in Language::ALL {
                let params = AnalyzerParams { language, mask_parties: true };
                for text in &texts {
                    prop_assert_eq!(terms(params, &mut state, text), terms(params, &mut AnalyzerState::new(), text));
                }
            }
        }

        #[test]
        fn spans_are_ordered_and_inside_the_text(
            text in "(\\PC|l'été|qu'|n'|وال|السَّلام|不|中国|ё|Россия|\u{301}|’|\n)*"
        ) {
            for language in Language::ALL {
                let mut pos = 0;
                let mut spans = Vec::new();
                let analyzer = Analyzer::new(AnalyzerParams { language, mask_parties: true });
                analyzer.analyze(&mut AnalyzerState::new(), &text, &mut |term| spans.push(term.span));
                for span in spans {
                    prop_assert!(span.start >= pos && text.get(span.start..span.end).is_some());
                    pos = span.end;
                }
            }
        }
    }
}
