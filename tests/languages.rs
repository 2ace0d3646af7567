//! What is done about the language of a text: it is told, statements of one that no model knows are not scored, and
//! each is scored by the model of its own language where there is one.

use crate::run::{Done, Run};
use crate::toy;
use detente::Language;
use detente::data::article::Article;
use detente::data::corpus::Corpus;
use detente::model::Model;
use detente::score::{LanguageParams, ModelsBeside, ScoreParams, score_article};
use serde_json::Value;

const RUSSIAN: &str = "Мы приветствуем прекращение огня. Министр осудил нападение на город.";
const GERMAN: &str =
    "Wir begrüßen den Waffenstillstand. Der Minister verurteilte den Angriff auf die Stadt.";
const UKRAINIAN: &str = "Ми вітаємо припинення вогню. Міністр засудив напад на місто.";
/// Which languages have a default model.
const KNOWN: &str = "the models know English, French, Spanish, Russian, Arabic and Chinese";
const MIXED: &str = "We welcome the ceasefire at the border. Nous condamnons les attaques contre la ville et le port.";

#[track_caller]
fn scored(text: &str, args: &[&str]) -> (Value, Done) {
    let done = Run::new()
        .args(["score", "-", "--format", "jsonl", "--input", "text"])
        .args(args.iter().copied())
        .stdin(text)
        .success();
    (done.json_lines()[0].clone(), done)
}

fn languages(article: &Value) -> Vec<&str> {
    let statements = article["statements"].as_array().unwrap();
    statements
        .iter()
        .map(|one| one["language"].as_str().unwrap_or(""))
        .collect()
}

#[test]
fn a_text_of_another_language_is_not_scored_and_a_sentence_says_so() {
    for (text, code, name) in [(GERMAN, "de", "German"), (UKRAINIAN, "uk", "Ukrainian")] {
        let (article, done) = scored(text, &[]);
        assert_eq!(article["language"], code);
        assert_eq!(languages(&article), [code, code]);
        assert_eq!(
            article["language_note"],
            format!("This article is in {name}; {KNOWN}: its statements are not scored.")
        );
        for statement in article["statements"].as_array().unwrap() {
            assert_eq!(statement["has_known_features"], false);
            assert_eq!(statement["unknown_language"], true);
        }
        assert_eq!(article["article"]["peace"]["n_scored"], 0);
        assert_eq!(article["article"]["peace"]["score"], Value::Null);
        assert_eq!(
            done.stderr,
            format!(
                "note: 2 statements not scored, in {name}: {KNOWN}; `--any-language` scores such too\n"
            )
        );
        let table = Run::new().args(["score", "-"]).stdin(text).success().stdout;
        assert!(table.contains("This article is in "), "{table}");
        assert!(
            table.contains("not scored") && !table.contains("unknown"),
            "{table}"
        );
    }
}

#[test]
fn the_statements_of_a_mixed_article_are_each_of_their_language() {
    let mixed = format!("We welcome the ceasefire at the border. {UKRAINIAN}");
    let (article, done) = scored(&mixed, &[]);
    assert_eq!(languages(&article), ["en", "uk", "uk"]);
    assert_eq!(
        article["statements"][0]["targets"]["peace"]["label"],
        "favor"
    );
    assert_eq!(article["article"]["peace"]["n_scored"], 1);
    assert_eq!(
        article["language_note"],
        format!("2 of 3 statements are in Ukrainian; {KNOWN}: they are not scored.")
    );
    assert!(
        done.stderr
            .starts_with("note: 2 statements not scored, in Ukrainian:"),
        "{}",
        done.stderr
    );
    let alone = scored("We welcome the ceasefire at the border.", &[]).0;
    assert_eq!(
        alone["article"]["peace"]["score"],
        article["article"]["peace"]["score"]
    );
}

#[test]
fn an_article_in_several_languages_is_scored_whole() {
    let said = [
        ("en", "We welcome the ceasefire at the border."),
        (
            "fr",
            "Nous saluons le cessez-le-feu et la reprise des pourparlers de paix.",
        ),
        (
            "es",
            "Celebramos el alto el fuego y la reanudación de las conversaciones de paz.",
        ),
        (
            "ru",
            "Мы приветствуем прекращение огня и возобновление мирных переговоров.",
        ),
        ("ar", "نرحب بوقف إطلاق النار واستئناف محادثات السلام."),
        ("zh", "我们欢迎停火，欢迎恢复和平谈判。"),
    ];
    let text: Vec<&str> = said.iter().map(|(_, statement)| *statement).collect();
    let (article, done) = scored(&text.join("\n\n"), &[]);
    assert_eq!(languages(&article), said.map(|(code, _)| code));
    assert_eq!(article["article"]["peace"]["n_scored"], 6);
    assert_eq!(done.stderr, "");
    for ((code, alone), together) in said.iter().zip(article["statements"].as_array().unwrap()) {
        assert_eq!(together["targets"]["peace"]["label"], "favor", "{code}");
        let alone = &scored(alone, &[]).0["statements"][0];
        assert_eq!(alone["targets"], together["targets"], "{code}");
    }
}

#[test]
fn rows_of_what_is_not_scored_are_empty_and_left_to_a_person() {
    for (flags, is_deferred) in [(&[][..], ""), (&["--max-risk", "0.1"], "true")] {
        let done = Run::new()
            .args(["score", "-", "--format", "csv", "--input", "text", "--quiet"])
            .args(flags.iter().copied())
            .stdin("We welcome the ceasefire at the border.\n\nWir begrüßen den Waffenstillstand an der Grenze.")
            .success();
        let table = done.csv();
        for column in [
            "peace_label",
            "peace_score",
            "peace_p_none",
            "sentiment_label",
        ] {
            assert_ne!(table.cell(0, column), "", "{column}");
            assert_eq!(table.cell(1, column), "", "{column}");
        }
        assert_eq!(table.cell(1, "language"), "de");
        if !is_deferred.is_empty() {
            assert_eq!(table.cell(1, "peace_prediction_set"), "");
            assert_eq!(table.cell(1, "peace_deferred"), is_deferred);
        }
    }
}

#[test]
fn an_article_is_of_the_language_of_most_of_its_letters() {
    // Fewer letters, and more bytes.
    let text = "The ministers of both countries agreed on a truce. Министры обеих стран договорились о мире.";
    assert_eq!(scored(text, &[]).0["language"], "en");
}

#[test]
fn what_is_of_no_language_is_scored_as_before() {
    for (text, language) in [
        ("12.5 % 2024-05-01 +994 12 555", Value::Null),
        (
            "Angela Merkel, Emmanuel Macron, Recep Tayyip Erdoğan, Inácio Lula da Silva",
            Value::Null,
        ),
        (
            "fn main() { let x = vec![1, 2]; println!(\"{x:?}\"); }",
            "en".into(),
        ),
    ] {
        let (article, _) = scored(text, &[]);
        assert_eq!(article["language"], language, "{text}");
        assert_eq!(article.get("language_note"), None, "{text}");
        let english = scored(text, &["--language", "en"]).0;
        for target in ["peace", "sentiment"] {
            assert_eq!(
                article["statements"][0]["targets"][target],
                english["statements"][0]["targets"][target],
                "{text}"
            );
        }
        assert_eq!(
            article["statements"][0].get("unknown_language"),
            None,
            "{text}"
        );
    }
    let empty = Run::new().file("a.jsonl", "{\"text\":\"\"}\n");
    let empty = empty
        .args(["score", "a.jsonl", "--format", "jsonl"])
        .success();
    let empty = &empty.json_lines()[0];
    assert_eq!(
        (
            &empty["language"],
            empty["statements"].as_array().unwrap().len()
        ),
        (&Value::Null, 0)
    );
}

#[test]
fn short_statements_are_of_the_language_of_their_article() {
    let text = format!("{RUSSIAN} Нет. Да.");
    let (article, _) = scored(&text, &[]);
    assert!(
        languages(&article).iter().all(|code| *code == "ru"),
        "{article}"
    );
    let (article, _) = scored(
        "WAR LOOMS\nThe army shelled the town and the harbour. Emmanuel Macron.",
        &[],
    );
    assert!(
        languages(&article).iter().all(|code| *code == "en"),
        "{article}"
    );
}

#[test]
fn any_language_is_scored_where_that_is_asked_for() {
    let (article, done) = scored(MIXED, &["--any-language"]);
    assert_eq!(languages(&article), ["en", "fr"]);
    assert_eq!(article["article"]["peace"]["n_scored"], 2);
    assert_eq!(article.get("language_note"), None);
    assert_eq!(done.stderr, "");
    let config = Run::new()
        .file("c.toml", "[score]\nany-language = true\n")
        .args(["--config", "c.toml", "score", "-", "--format", "jsonl"])
        .stdin(MIXED)
        .success();
    assert_eq!(config.json_lines()[0], article);
}

#[test]
fn a_language_can_be_told_and_is_one_that_has_a_model() {
    let (article, _) = scored(MIXED, &["--language", "en"]);
    assert_eq!(languages(&article), ["en", "en"]);
    assert_eq!(article["article"]["peace"]["n_scored"], 2);
    let done = Run::new()
        .args(["score", "-", "--language", "ta"])
        .stdin("x")
        .failure(2);
    assert!(
        done.stderr
            .starts_with("error: the language is `ta`; expected "),
        "{}",
        done.stderr
    );
    let toy = Run::new().file("toy.detente", toy::model_bytes());
    toy.args(["score", "-", "--model", "toy.detente", "--language", "fr"])
        .stdin("x")
        .stderr("error: toy.detente: the language is `fr`; expected `en`\n")
        .failure(2);
}

#[test]
fn summaries_count_what_is_not_scored() {
    let done = Run::new()
        .file("a.txt", MIXED)
        .file("b.txt", UKRAINIAN)
        .args([
            "score",
            "a.txt",
            "b.txt",
            "--format",
            "csv",
            "--summary",
            "s.json",
        ])
        .success();
    let summary: Value = serde_json::from_slice(&done.read("s.json")).unwrap();
    assert_eq!(summary["statements"], 4);
    assert_eq!(summary["unknown_statements"], 2);
    assert_eq!(summary["unknown_language_statements"], 2);
    let columns: Vec<&str> = done.stdout.lines().next().unwrap().split(',').collect();
    assert_eq!(columns.last(), Some(&"language"));
    let ends: Vec<&str> = done
        .stdout
        .lines()
        .skip(1)
        .map(|row| row.rsplit(',').next().unwrap())
        .collect();
    assert_eq!(ends, ["en", "fr", "uk", "uk"]);
}

#[test]
fn relations_leave_other_languages_out_and_say_so() {
    let text = format!(
        " date 2023-05-01 Talks\nKenya condemned the attack by Eritrea on the town. {RUSSIAN}"
    );
    let done = Run::new()
        .file("a.txt", text)
        .args(["relations", "a.txt", "--format", "jsonl"])
        .success();
    assert_eq!(done.stdout.lines().count(), 1, "{}", done.stdout);
    assert!(
        done.stderr.contains(
            "note: 2 statements in other languages than English left out: holders and counterparts are found by \
             English rules\n"
        ),
        "{}",
        done.stderr
    );
}

#[test]
fn the_default_models_are_listed() {
    let listed = Run::new().args(["models"]).success().stdout;
    let first = listed.lines().next().unwrap();
    assert!(first.starts_with("en  English "), "{listed}");
    assert!(
        first.ends_with(": peace, cooperation, conflict, sentiment"),
        "{listed}"
    );
    let codes: Vec<&str> = Model::embedded_languages().collect();
    assert_eq!(codes[0], "en");
    for code in codes {
        let model = Model::embedded_of(code).unwrap();
        assert_eq!(model.language().code(), code);
        assert!(model.has_targets_of(Model::embedded()), "{code}");
    }
}

/// The toy problem in another language.
fn french() -> Model {
    let csv = toy::wide()
        .replace(
            "We welcome the ceasefire at the",
            "Nous saluons le cessez-le-feu dans le",
        )
        .replace(
            "They shell the town on the",
            "Ils bombardent la ville sur le",
        )
        .replace("The committee met near the", "Le comité se réunit près du");
    let mut params = toy::params();
    params.language = Language::French;
    let mut corpus = Corpus::from_reader(csv.as_bytes(), &toy::layout(), &[]).unwrap();
    detente::train::train(&mut corpus, &params, &|_, _| {})
        .unwrap()
        .0
}

#[test]
fn each_statement_is_scored_by_the_model_of_its_language() {
    let (english, french) = (toy::model(), [french()]);
    let article = |text: &str| Article::record("a".into(), None, None, text.into());
    let of = |model: &Model, text: &str, beside| {
        let languages = LanguageParams {
            beside,
            ..LanguageParams::DEFAULT
        };
        let params = ScoreParams {
            languages,
            ..ScoreParams::DEFAULT
        };
        score_article(model, &mut Default::default(), article(text), &params)
    };
    let welcome = "Nous saluons le cessez-le-feu dans le port et la ville.";
    let text = format!(
        "They shell the town on the coast. {welcome} We welcome the ceasefire at the border."
    );
    let mixed = of(english, &text, ModelsBeside::These(&french));
    let codes: Vec<_> = mixed.statements.iter().map(|one| one.language).collect();
    assert_eq!(codes, [Some("en"), Some("fr"), Some("en")]);
    assert_eq!(mixed.unknown_languages, None);
    // As if its own model had scored it alone, and the others theirs.
    assert_eq!(
        mixed.statements[1].scores,
        of(&french[0], welcome, ModelsBeside::None).statements[0].scores
    );
    let alone = of(english, &text, ModelsBeside::None);
    assert_eq!(mixed.statements[2].scores, alone.statements[2].scores);
    let unknown = alone.unknown_languages.unwrap();
    assert_eq!(
        (unknown.n_statements, unknown.languages, unknown.known),
        (1, vec!["fr"], vec!["en"])
    );
    assert!(!alone.statements[1].scores.is_known && mixed.statements[1].scores.is_known);
}

#[test]
fn a_model_of_no_language_scores_everything() {
    let mut params = toy::params();
    params.language = Language::Unstemmed;
    let mut corpus = Corpus::from_reader(toy::wide().as_bytes(), &toy::layout(), &[]).unwrap();
    let model = detente::train::train(&mut corpus, &params, &|_, _| {})
        .unwrap()
        .0;
    let done = Run::new()
        .file("xx.detente", model.to_bytes())
        .args(["score", "-", "--model", "xx.detente", "--format", "jsonl"])
        .stdin("Die Stadt am Fluss wird nicht mit uns sein und the town ist es auch nicht.")
        .success();
    let article = &done.json_lines()[0];
    assert_eq!(article["language"], "de");
    assert_eq!(article.get("language_note"), None);
    assert_eq!(article["statements"][0]["has_known_features"], true);
}

#[cfg(feature = "serve")]
#[test]
fn the_server_gives_what_the_program_prints() {
    let server = crate::serve::Server::start(&[]);
    let (article, _) = scored(MIXED, &[]);
    let answer = server.post("/v1/score?id=standard%20input", "text/plain", MIXED);
    let mut found: Value = serde_json::from_str(&answer.body).unwrap();
    found["id"] = article["id"].clone();
    assert_eq!(found, article);
    let body = serde_json::json!({ "text": MIXED, "any_language": true }).to_string();
    let answer = server.post("/v1/score", "application/json", body);
    let all: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(all["article"]["peace"]["n_scored"], 2);
    let body = serde_json::json!({ "text": MIXED, "language": "english" }).to_string();
    let answer = server.post("/v1/score", "application/json", body);
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(
        answer
            .body
            .contains("`language` is `english`; expected a code of two letters, as in `en`")
    );
}

#[cfg(feature = "html")]
#[test]
fn text_from_right_to_left_is_shown_so_and_marks_stand_where_they_should() {
    let Some(browser) = crate::browser::Browser::start() else {
        return;
    };
    let arabic = "نرحب بوقف إطلاق النار بين الطرفين. أدان الوزير الهجوم على المدينة.";
    let text =
        format!("{arabic}\n\nWe welcome the ceasefire at the border and the talks on trade.\n");
    let done = Run::new()
        .file("a.txt", &text)
        .args(["score", "a.txt", "--format", "html", "-o", "page.html"])
        .success();
    browser.set_media("screen", "light");
    browser.set_width(1280);
    browser.open(&done.path("page.html"));
    assert_eq!(
        browser.script("return document.querySelector('.text').textContent"),
        text.as_str()
    );
    let directions = browser.script(
        "return [...document.querySelectorAll('.paragraph')].map(p => getComputedStyle(p).direction)",
    );
    assert_eq!(directions, serde_json::json!(["rtl", "ltr"]));
    let marked = browser.script(
        "return [...document.querySelectorAll('.statement')].map(s => s.textContent.trim())",
    );
    assert_eq!(
        marked,
        serde_json::json!([
            "نرحب بوقف إطلاق النار بين الطرفين.",
            "أدان الوزير الهجوم على المدينة.",
            "We welcome the ceasefire at the border and the talks on trade."
        ])
    );
    let lang = browser.script("return [...document.querySelectorAll('[lang]')].map(e => e.lang)");
    assert_eq!(lang, serde_json::json!(["en", "ar", "en"]));
    let banner =
        browser.script("return [...document.querySelectorAll('.banner')].map(b => b.textContent)");
    assert_eq!(banner, serde_json::json!([]));
    // The first word of a line of Arabic stands at its right end.
    let place = "const p = document.querySelector('.paragraph'), range = document.createRange(); \
                 const words = p.querySelector('.statement').firstChild; \
                 range.setStart(words, 0); range.setEnd(words, 1); \
                 const at = range.getBoundingClientRect(), all = p.getBoundingClientRect(); \
                 return all.right - at.right < 20 && at.left > all.left + 100";
    assert_eq!(browser.script(place), true);
}

/// How the default models of other languages were made; `docs/languages.md` has the command.
#[test]
fn the_default_models_of_other_languages_are_what_their_rows_give() {
    for (code, name) in [
        ("fr", "French"),
        ("es", "Spanish"),
        ("ru", "Russian"),
        ("ar", "Arabic"),
        ("zh", "Chinese"),
    ] {
        let rows = crate::run::root().join(format!("datasets/{code}/statements.csv"));
        let done = Run::new()
            .file("rows.csv", std::fs::read(rows).unwrap())
            .args([
                "train",
                "rows.csv",
                "--where",
                "split=train",
                "--lang",
                code,
            ])
            .args(["--targets", "peace,cooperation,conflict,sentiment"])
            .args([
                "--group",
                "document",
                "--mask-parties",
                "--tilt",
                "best",
                "--no-curve",
            ])
            .args(["--name", &format!("detente {name}"), "--date", "2026-11-29"])
            .args(["-o", "whole.detente"])
            .success();
        let made = Run::new()
            .file("whole.detente", done.read("whole.detente"))
            .args(["shrink", "whole.detente", "--to", "1.9MB"])
            .args(["-o", "made.detente"])
            .success();
        let kept = crate::run::root().join(format!("models/{code}.detente"));
        assert!(
            made.read("made.detente") == std::fs::read(kept).unwrap(),
            "models/{code}.detente is another model"
        );
    }
}
