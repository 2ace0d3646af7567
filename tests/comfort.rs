//! What makes the program pleasant: flags out of a file, compressed files, quiet and verbose runs, shells and manuals.

use crate::run::Run;
use crate::toy;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const TEXT: &str = "We welcome the ceasefire at the river. They shell the town.\n";

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(bytes.as_ref(), level)
}

#[test]
fn a_file_of_flags_does_what_the_flags_do() {
    let config = "threads = 1\n\n[train]\ntargets = [\"peace\", \"tone\"]\ngroup = \"doc\"\nid = \
        \"id\"\nl2 = 0.5\nno-curve = true\noutput = \"a.detente\"\n\n[score]\nformat = \"jsonl\"\n";
    let done = Run::new()
        .file("toy.csv", toy::wide())
        .file("detente.toml", config)
        .args(["train", "toy.csv", "--config", "detente.toml"])
        .success();
    let by_flags = ["--group", "doc", "--id", "id", "--l2", "0.5", "--no-curve"];
    done.then()
        .args([
            "train",
            "toy.csv",
            "--targets",
            "peace,tone",
            "-o",
            "b.detente",
        ])
        .args(by_flags)
        .success();
    assert!(done.read("a.detente") == done.read("b.detente"));
    let done = done
        .then()
        .file("a.txt", TEXT)
        .args([
            "--config",
            "detente.toml",
            "score",
            "a.txt",
            "--model",
            "a.detente",
        ])
        .success();
    assert_eq!(done.json_lines().len(), 1);
    let done = done
        .then()
        .args(["score", "a.txt", "--config=detente.toml", "--format", "csv"])
        .success();
    assert!(done.stdout.starts_with("id,date,"), "{}", done.stdout);
}

#[test]
fn compressed_inputs_are_read_as_what_they_hold() {
    let run = || Run::new().file("model.detente", toy::model_bytes());
    let score = ["score", "--model", "model.detente", "--format", "csv"];
    let csv = format!("text\n{TEXT}");
    let plain = run()
        .file("a.csv", &csv)
        .args(score)
        .args(["a.csv"])
        .success();
    for (name, bytes) in [
        ("a.csv.gz", gzip(&csv)),
        ("a.csv.zst", zstandard(&csv)),
        ("in/a.csv.gz", gzip(&csv)),
    ] {
        let input = name.split('/').next().unwrap();
        let done = run().file(name, bytes).args(score).args([input]).success();
        assert_eq!(done.stdout.replace(name, "a.csv"), plain.stdout, "{name}");
    }
    run().args(score).args(["-"]).stdin(gzip(TEXT)).success();
    let cut = &gzip(&csv)[..20];
    run()
        .file("a.csv.gz", cut)
        .args(["score", "a.csv.gz"])
        .failure(1);
}

#[test]
fn outputs_are_compressed_by_their_names() {
    let done = Run::new()
        .file("toy.csv.zst", zstandard(toy::wide()))
        .args([
            "train",
            "toy.csv.zst",
            "--targets",
            "peace",
            "--group",
            "doc",
            "--l2=1",
            "--no-curve",
        ])
        .args(["-o", "m.detente.gz"])
        .success();
    assert!(done.read("m.detente.gz").starts_with(&[0x1f, 0x8b]));
    let done = done
        .then()
        .args([
            "evaluate",
            "toy.csv.zst",
            "--targets",
            "peace",
            "--model",
            "m.detente.gz",
        ])
        .args(["--predictions", "p.csv.zst"])
        .success();
    done.then().args(["inspect", "m.detente.gz"]).success();
    let done = done
        .then()
        .args([
            "compare",
            "m.detente.gz",
            "p.csv.zst",
            "--data",
            "toy.csv.zst",
            "--targets",
            "peace",
        ])
        .success();
    assert!(done.stdout.contains("peace"), "{}", done.stdout);
}

#[test]
fn quiet_says_nothing_but_errors_and_verbose_says_what_is_done() {
    let run = || {
        Run::new()
            .file("in/a.txt", TEXT)
            .file("in/b.txt", TEXT)
            .file("in/c.png", "")
    };
    let plain = run().args(["score", "in"]).success();
    assert!(
        plain.stderr.contains("passed over: 1 .png"),
        "{}",
        plain.stderr
    );
    let quiet = run().args(["score", "in", "--quiet"]).stderr("").success();
    assert_eq!(quiet.stdout, plain.stdout);
    run()
        .args(["--quiet", "score", "no.txt"])
        .stderr("error: no.txt: cannot read: No such file or directory (os error 2)\n")
        .failure(1);
    let verbose = run().args(["score", "in", "--verbose"]).success();
    assert_eq!(verbose.stdout, plain.stdout);
    for event in ["opened path=in/a.txt", "scored a batch n_articles=2"] {
        assert!(verbose.stderr.contains(event), "{}", verbose.stderr);
    }
    run()
        .args(["--quiet", "--verbose", "score", "in"])
        .failure(2);
}

#[test]
fn shells_and_manuals_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = Run::new().args(["completions", shell]).success();
        for word in ["cross-validate", "max-risk", "un-general"] {
            let is_there = done.stdout.contains(word);
            assert_eq!(is_there, word != "un-general", "{shell}: {word}");
        }
    }
    let done = Run::new().args(["man", "pages/man1"]).success();
    let page = String::from_utf8(done.read("pages/man1/detente-score.1")).unwrap();
    assert!(page.contains("max\\-risk"), "{page}");
    let page = String::from_utf8(done.read("pages/man1/detente.1")).unwrap();
    assert!(page.contains("detente\\-train(1)"), "{page}");
}
