//! Texts as they come: from PDFs, word processors and posts. What only looks different has one score.

use detente::data::article::Article;
use detente::model::Model;
use detente::score::{ScoreParams, ScoredArticle, score_article};
use detente::text::{Analyzer, AnalyzerParams, AnalyzerState};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn scored(text: &str) -> ScoredArticle {
    score_article(
        Model::embedded(),
        &mut Default::default(),
        Article::plain("a".into(), text.into()),
        &ScoreParams::DEFAULT,
    )
}

/// The probabilities of all statements, target by target.
fn probabilities(text: &str) -> Vec<Vec<Vec<f64>>> {
    let statements = scored(text).statements;
    let of_statement = statements.iter().map(|statement| {
        let targets = statement.scores.targets.iter();
        targets.map(|score| score.probabilities.clone()).collect()
    });
    of_statement.collect()
}

fn texts(text: &str) -> Vec<String> {
    let statements = scored(text).statements;
    statements
        .into_iter()
        .map(|statement| statement.text)
        .collect()
}

/// Curly marks, decomposed letters, characters that are not seen.
fn disguised(text: &str) -> String {
    let mut is_open = false;
    let mut out = String::new();
    for (idx, c) in text.nfd().enumerate() {
        match c {
            '"' => {
                is_open = !is_open;
                out.push(if is_open { '\u{201c}' } else { '\u{201d}' });
            }
            '\'' => out.push('\u{2019}'),
            c => out.push(c),
        }
        if c.is_alphabetic() && idx % 5 == 3 {
            out.push('\u{200b}');
        }
    }
    out
}

#[test]
fn texts_that_only_look_different_have_one_score() {
    let text = "The caf\u{e9} owner said: \"We don't want war.\" The C\u{f4}te d'Ivoire delegation \
        welcomed the ceasefire at first sight.";
    let expected = probabilities(text);
    assert_eq!(expected.len(), 2);
    assert_eq!(probabilities(&disguised(text)), expected);
    let ligatures = text.replace("fi", "\u{fb01}");
    assert_ne!(ligatures, text);
    assert_eq!(probabilities(&ligatures), expected);
    let wide = text.replace("war", "\u{ff57}\u{ff41}\u{ff52}");
    assert_eq!(probabilities(&wide), expected);
    let bare = text.replace("don't", "dont");
    assert_eq!(probabilities(&bare), expected);
}

#[test]
fn words_of_addresses_decide_nothing() {
    let line = |address: &str| probabilities(&format!("Read more at {address} today."));
    let expected = line("https://example.org/");
    for address in [
        "https://example.org/attack-war-bomb?kill=everyone",
        "www.peace-treaty.example/ceasefire",
        "peace@example.org",
        "condemn_the_attack.pdf",
        "@WarDesk",
        "bombing.org/massacre",
    ] {
        assert_eq!(line(address), expected, "{address}");
    }
}

#[test]
fn no_ngram_goes_across_an_address() {
    let stems = |text: &str| {
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let mut stems = Vec::new();
        analyzer.analyze(&mut AnalyzerState::new(), text, &mut |term| {
            stems.push(term.stem.to_owned());
        });
        stems
    };
    assert_eq!(stems("cease https://un.org fire"), ["ceas", "", "fire"]);
    assert_ne!(
        probabilities("They cease fire"),
        probabilities("They cease @UN fire")
    );
}

#[test]
fn the_words_of_a_hashtag_are_read() {
    assert_eq!(
        probabilities("We say #StopTheWar"),
        probabilities("We say Stop The War")
    );
}

#[test]
fn broken_lines_are_joined_and_spans_stay_in_the_original() {
    let wrapped = "The members of the Security Coun-\ncil welcomed the announcement of a ceasefire in the\nvalley \
        and re-\niterated their full support for the African Union in Addis\nAbaba. They called for calm.";
    let plain = "The members of the Security Council welcomed the announcement of a ceasefire in the valley and \
        reiterated their full support for the African Union in Addis Ababa. They called for calm.";
    assert_eq!(texts(plain).len(), 2);
    assert_eq!(texts(wrapped).len(), 2);
    assert_eq!(probabilities(wrapped), probabilities(plain));
    for statement in scored(wrapped).statements {
        assert_eq!(statement.span.unwrap().slice(wrapped), statement.text);
    }
    let doubled = "The members of the Security Council welcomed the news\n\nof a ceasefire in the valley and \
        reiterated their full\n\nsupport for the African Union. They called for calm and\n\nfor talks.";
    assert_eq!(texts(doubled).len(), 2, "{:?}", texts(doubled));
}

#[test]
fn sentences_end_where_a_reader_ends_them() {
    let cases: [(&str, &[&str]); 5] = [
        (
            "They adopted the resolution.12 It calls for calm.[3] All agreed.",
            &[
                "They adopted the resolution.12",
                "It calls for calm.[3]",
                "All agreed.",
            ],
        ),
        (
            "Der Rat begr\u{fc}\u{df}t z. B. die Waffenruhe. Die K\u{e4}mpfe ruhen.",
            &[
                "Der Rat begr\u{fc}\u{df}t z. B. die Waffenruhe.",
                "Die K\u{e4}mpfe ruhen.",
            ],
        ),
        (
            "The order came from Com. & Adm. Park on Friday.",
            &["The order came from Com. & Adm. Park on Friday."],
        ),
        (
            "Our demands: 1. Withdraw all troops. 2. Free the prisoners.",
            &[
                "Our demands:",
                "1. Withdraw all troops.",
                "2. Free the prisoners.",
            ],
        ),
        (
            "They agreed: \u{2022} Withdraw all troops. \u{2022} Free the prisoners.",
            &[
                "They agreed:",
                "Withdraw all troops.",
                "Free the prisoners.",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(texts(text), expected);
    }
}

#[test]
fn names_of_bodies_do_not_decide() {
    let line = |body: &str| probabilities(&format!("{body} ordered its troops to the border."));
    for body in ["Brussels", "ASEAN", "NATO", "CSTO", "Mercosur"] {
        assert_eq!(line(body).last(), line("France").last(), "{body}");
    }
}

#[test]
fn assurances_are_no_refusals() {
    for text in [
        "Without a doubt we support the ceasefire.",
        "There is no alternative to a negotiated peace.",
        "We have never been closer to peace.",
    ] {
        let article = scored(text);
        let peace = article.statements[0].scores.targets[0].stance.unwrap();
        assert!(peace > 0.3, "{text}: {peace}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_in_disguise_has_the_same_scores(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "We", "don't", "want", "war.", "They", "\"welcome\"", "the", "caf\u{e9}", "ceasefire,", "and", "peace.",
                "Mr.", "L\u{f3}pez", "#NoWar", "https://x.org/?A=b", "No", "attack!", "U.S.", "\u{419}\u{43e}\u{434}",
            ]),
            1..30,
        )
    ) {
        let text = words.join(" ");
        prop_assert_eq!(probabilities(&disguised(&text)), probabilities(&text));
    }
}
