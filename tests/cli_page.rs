//! Pages of articles, and outputs in files, as a user makes them.

use crate::run::{Done, Run};
use crate::toy;
use serde_json::Value;

const TEXT: &str = " date 2025-05-18 Talks Resume\n\nWe welcome the ceasefire at the border.\n\n\n  They shell \
                    the town on the coast!  Zzq qzz.\n";

fn with_toy() -> Run {
    Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("a.txt", TEXT)
        .args(["score", "--model", "toy.detente"])
}

/// The JSON in a page.
#[track_caller]
pub(crate) fn data(page: &str) -> Value {
    let (_, after) = page.split_once("type=\"application/json\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_page_holds_what_json_says_of_its_article() {
    let page = with_toy()
        .args(["a.txt", "--format", "html", "-o", "page.html"])
        .stdout("")
        .stderr("")
        .success();
    assert_eq!(page.names(), ["a.txt", "page.html", "toy.detente"]);
    let printed = with_toy().args(["a.txt", "--format", "html"]).success();
    assert_eq!(text(page.read("page.html")), printed.stdout);
    let json = with_toy()
        .args(["a.txt", "--format", "json", "--explain", "--full"])
        .success();
    assert_eq!(data(&printed.stdout), json.json()[0]);
    assert_eq!(json.json()[0]["full_text"], TEXT);
}

#[test]
fn the_parts_that_a_page_draws_add_up_to_the_margins() {
    let done = with_toy().args(["a.txt", "--format", "html"]).success();
    let article = data(&done.stdout);
    let mut n = 0;
    for statement in article["statements"].as_array().unwrap() {
        for target in statement["targets"].as_object().unwrap().values() {
            let explanation = &target["explanation"];
            let number = |key: &str| explanation[key].as_f64().unwrap();
            let sum = |key: &str| -> f64 {
                let parts = explanation[key].as_array().unwrap().iter();
                parts
                    .map(|part| part["contribution"].as_f64().unwrap())
                    .sum()
            };
            let drawn = number("intercept") + sum("features") + sum("remaining");
            assert!((drawn - number("margin")).abs() < 1e-9, "{explanation}");
            assert!((sum("remaining") - number("remainder")).abs() < 1e-9);
            let by_word = number("intercept") + sum("words") + number("elsewhere");
            assert!((by_word - number("margin")).abs() < 1e-9, "{explanation}");
            n += 1;
        }
    }
    assert_eq!(n, 4 * 2);
}

#[test]
fn text_and_intervals_come_only_when_asked_for() {
    let run = |more: &[&str]| {
        let run = with_toy().args(["a.txt", "--format", "jsonl"]);
        run.args(more.iter().copied())
            .success()
            .json_lines()
            .remove(0)
    };
    let (plain, full) = (run(&[]), run(&["--full"]));
    assert_eq!(plain.get("full_text"), None);
    let peace = &full["article"]["peace"];
    let ends = |value: &Value| [0, 1].map(|end| value[end].as_f64().unwrap());
    let [low, high] = ends(&peace["interval"]);
    let score = peace["score"].as_f64().unwrap();
    assert!(
        low <= score && score <= high && -1.0 <= low && high <= 1.0,
        "{peace}"
    );
    for (label, share) in full["article"]["tone"]["shares"].as_object().unwrap() {
        let [low, high] = ends(&full["article"]["tone"]["intervals"][label]);
        let share = share.as_f64().unwrap();
        assert!(low <= share && share <= high, "{label}");
    }
    let mut same = full;
    same.as_object_mut().unwrap().remove("full_text");
    same["article"]["peace"]
        .as_object_mut()
        .unwrap()
        .remove("interval");
    same["article"]["tone"]
        .as_object_mut()
        .unwrap()
        .remove("intervals");
    assert_eq!(same, plain);
}

#[test]
fn a_file_gets_what_is_printed_in_every_format() {
    for format in ["table", "json", "jsonl", "csv", "html"] {
        let printed = with_toy().args(["a.txt", "--format", format]).success();
        let written = with_toy()
            .file("out", "old")
            .args(["a.txt", "--format", format, "-o", "out"])
            .stdout("")
            .success();
        assert_eq!(text(written.read("out")), printed.stdout, "{format}");
    }
}

#[test]
fn a_failed_run_leaves_the_old_file() {
    for format in ["table", "jsonl", "html"] {
        let done = with_toy()
            .file("b.jsonl", "{\"text\": \"We met.\"}\n{\n")
            .file("out.txt", "old")
            .args(["b.jsonl", "--format", format, "-o", "out.txt"])
            .failure(1);
        assert_eq!(text(done.read("out.txt")), "old");
        assert_eq!(done.names(), ["a.txt", "b.jsonl", "out.txt", "toy.detente"]);
    }
}

fn several() -> Run {
    let lines = "{\"id\": \"x/One.txt\", \"date\": \"2024-02-01\", \"text\": \"We welcome the ceasefire.\"}\n\
                 {\"id\": \"<b>\", \"date\": \"2024-03-01\", \"title\": \"T & <i>\", \"text\": \"They shell it.\"}\n\
                 {\"id\": \"three\", \"text\": \"\"}\n";
    with_toy()
        .file("b.jsonl", lines)
        .args(["b.jsonl", "--format", "html"])
}

fn names(done: &Done, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(done.path(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_gets_a_page_for_each_article_and_an_index() {
    let pages = [
        "0001-one.html",
        "0002-b.html",
        "0003-three.html",
        "index.html",
    ];
    for folder in ["pages", "new/pages/"] {
        let done = several().args(["-o", folder]).stdout("").success();
        assert_eq!(
            done.stderr,
            "2 statements in 3 articles\n".replace("2 s", "3 s")
        );
        assert_eq!(names(&done, folder), pages);
        let index = text(done.read(&format!("{folder}/index.html")));
        for page in &pages[..3] {
            assert!(index.contains(&format!("<a href=\"{page}\">")), "{page}");
            let page = text(done.read(&format!("{folder}/{page}")));
            assert!(page.contains("<a href=\"index.html\">"));
        }
        assert!(index.contains("T &amp; &lt;i&gt;") && !index.contains("<i>"));
        assert!(index.contains("1 article without a date not shown."));
    }
}

#[test]
fn pages_do_not_depend_on_threads() {
    let page = |threads: &str| {
        let done = several()
            .args(["-o", "pages", "--threads", threads])
            .success();
        text(done.read("pages/0002-b.html")) + &text(done.read("pages/index.html"))
    };
    assert_eq!(page("1"), page("3"));
}
