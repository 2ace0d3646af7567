//! The tokens of a language: French parts what an elision writes together.

use crate::span::Span;
use crate::stem::Language;
use crate::token::{Token, TokenKind, tokens_into};

/// Finds the tokens of a statement of a language: [`tokens`](crate::tokens()), of French with elided words apart.
///
/// # Example
/// ```
/// use detente_text::{Language, tokens_of};
/// let text = "Aujourd'hui, l'accord n'est qu'un texte.";
/// let found = tokens_of(text, Language::French);
/// let found: Vec<&str> = found.iter().map(|token| token.span.slice(text)).collect();
/// assert_eq!(found, ["Aujourd'hui", ",", "l'", "accord", "n'", "est", "qu'", "un", "texte", "."]);
/// ```
pub fn tokens_of(text: &str, language: Language) -> Vec<Token> {
    let mut out = Vec::new();
    tokens_of_into(text, language, &mut out);
    out
}

/// Clears `out` and fills it with the tokens of `text`, to reuse its memory.
pub(super) fn tokens_of_into(text: &str, language: Language, out: &mut Vec<Token>) {
    tokens_into(text, out);
    if language == Language::French && out.iter().any(|token| elided_len(text, *token).is_some()) {
        let whole = std::mem::take(out);
        for token in whole {
            let mut rest = token;
            while let Some(len) = elided_len(text, rest) {
                let cut = rest.span.start + len;
                out.push(Token {
                    span: Span::new(rest.span.start, cut),
                    kind: TokenKind::Word,
                });
                rest.span = Span::new(cut, rest.span.end);
            }
            out.push(rest);
        }
    }
}

/// The bytes of the elided word at the start of a token, its apostrophe included. Only before a vowel or an `h` is a
/// word elided: "N'Djamena" is one word.
fn elided_len(text: &str, token: Token) -> Option<usize> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let word = token.span.slice(text);
    let at = word.find(['\'', '’'])?;
    let apostrophe = word[at..].chars().next()?;
    let rest = &word[at + apostrophe.len_utf8()..];
    let is_before_vowel = rest.chars().next().is_some_and(|c| {
        c.to_lowercase()
            .all(|c| "aeiouyhàâäéèêëîïôöùûüœæ".contains(c))
    });
    let is_elided = is_before_vowel && ELIDED.contains(&word[..at].to_lowercase().as_str());
    is_elided.then(|| word.len() - rest.len())
}

/// Words that lose their last vowel before another.
const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "c", "ç", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
];

#[cfg(test)]
mod tests {
    use super::tokens_of;
    use crate::stem::Language;

    fn words(text: &str) -> Vec<&str> {
        let tokens = tokens_of(text, Language::French);
        tokens
            .into_iter()
            .map(|token| token.span.slice(text))
            .collect()
    }

    #[test]
    fn elided_words_stand_apart() {
        assert_eq!(words("D’aujourd’hui"), ["D’", "aujourd’hui"]);
        assert_eq!(words("jusqu'à l'ONU"), ["jusqu'", "à", "l'", "ONU"]);
        assert_eq!(words("qu'il n'y ait"), ["qu'", "il", "n'", "y", "ait"]);
        assert_eq!(
            words("N'Djamena quelqu'un O'Neill"),
            ["N'Djamena", "quelqu'un", "O'Neill"]
        );
        assert_eq!(words("Côte d'Ivoire"), ["Côte", "d'", "Ivoire"]);
    }
}
