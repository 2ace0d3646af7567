//! What a run never does: write over what it reads, leave half of something behind, fill the memory, or lose its
//! results without a word.

use crate::run::{Run, command};
use crate::toy;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

fn gzip(contents: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents).unwrap();
    encoder.finish().unwrap()
}

/// A CSV whose one text is long, which packs a thousandfold.
fn long_cell(n_bytes: usize) -> String {
    let text = "we met ".repeat(n_bytes / 7);
    format!("{}r99,d9,{text},none,neutral,1\n", toy::wide())
}

#[test]
fn what_unpacks_to_too_much_is_refused_wherever_it_is_read() {
    let bomb = gzip(&vec![b'a'; 50_000_000]);
    let sentence = "cannot read: it unpacks to more than 200 times its size; expected at most as much\n\
                    hint: `--max-unpacked SIZE` lets it become larger, as in `--max-unpacked 20GB`\n";
    let zstd = ruzstd::encoding::compress_to_vec(
        &vec![b'a'; 50_000_000][..],
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    for (name, bytes) in [("a.txt.gz", &bomb), ("a.txt.zst", &zstd)] {
        Run::new()
            .file(name, bytes)
            .args(["score", name])
            .stderr(format!("error: {name}: {sentence}"))
            .failure(1);
    }
    // As a model it is read no further than its first bytes.
    Run::new()
        .file("m.gz", &bomb)
        .file("a.txt", "We met.")
        .args(["score", "a.txt", "--model", "m.gz"])
        .stderr("error: m.gz: this is not a detente model\nhint: `--model` takes a file that `detente train -o FILE` \
                 wrote\n")
        .failure(1);
    let model = [
        b"DETENTE-MODEL 1 50000000 ".to_vec(),
        vec![b'a'; 50_000_000],
    ]
    .concat();
    Run::new()
        .file("m.gz", gzip(&model))
        .args(["inspect", "m.gz"])
        .stderr(format!("error: m.gz: {sentence}"))
        .failure(1);
    let rows = gzip(format!("{}{}", toy::wide(), "\n".repeat(50_000_000)).as_bytes());
    for walk in ["train", "evaluate", "audit", "cross-validate"] {
        let run = Run::new().file("a.csv.gz", &rows).args([walk, "a.csv.gz"]);
        let run = match walk {
            "train" => run.args(["-o", "m"]),
            _ => run,
        };
        let done = run.args(["--targets", "peace"]).failure(1);
        assert!(
            done.stderr.starts_with("error: a.csv.gz"),
            "{walk}: {}",
            done.stderr
        );
        assert!(done.stderr.ends_with(sentence), "{walk}: {}", done.stderr);
    }
}

#[test]
fn a_flag_says_how_much_may_be_unpacked() {
    let packed = gzip("We met. ".repeat(1_250_000).as_bytes());
    let run = || {
        Run::new()
            .file("a.txt.gz", &packed)
            .args(["score", "a.txt.gz", "--format", "csv"])
    };
    let done = run().args(["--max-unpacked", "9.9MB"]).failure(1);
    let expected = "error: a.txt.gz: cannot read: it unpacks to more than 9900000 bytes; expected at most as many\n";
    assert!(done.stderr.starts_with(expected), "{}", done.stderr);
    // What is asked for is given, however well it packs.
    run().args(["--max-unpacked", "10MB"]).success();
    let plain = Run::new().file("a.txt", "We met.");
    plain
        .args(["score", "a.txt", "--max-unpacked", "5B"])
        .success();
}

#[test]
fn a_row_or_line_may_have_so_many_bytes() {
    let sentence = |what: &str| {
        format!(
            "{what} has more than 16777216 bytes; expected at most as many\n\
             hint: cut it into texts of its own, one a row, line or file\n"
        )
    };
    let csv = long_cell(20_000_000);
    for walk in ["train", "evaluate", "score"] {
        let run = Run::new().file("a.csv", &csv).args([walk, "a.csv"]);
        let done = match walk {
            "train" => run.args(["-o", "m", "--targets", "peace"]).failure(1),
            "evaluate" => run.args(["--targets", "peace"]).failure(1),
            _ => run.args(["--format", "csv", "-o", "s.csv"]).failure(1),
        };
        let expected = format!("error: a.csv:26: {}", sentence("this row"));
        assert_eq!(done.stderr, expected, "{walk}");
    }
    let lines = format!(
        "{{\"text\": \"We met.\", \"peace\": \"none\"}}\n{{\"text\": \"{}\", \"peace\": \"none\"}}\n",
        "a ".repeat(10_000_000)
    );
    let walks: [&[&str]; 2] = [
        &["score", "a.jsonl", "-o", "s"],
        &["train", "a.jsonl", "-o", "m", "--targets", "peace"],
    ];
    for walk in walks {
        let done = Run::new()
            .file("a.jsonl", &lines)
            .args(walk.iter().copied())
            .failure(1);
        let expected = format!("error: a.jsonl:2: {}", sentence("this line"));
        assert_eq!(done.stderr, expected, "{walk:?}");
    }
    // Long ones that are allowed.
    let csv = long_cell(2_000_000);
    let done = Run::new()
        .file("a.csv", csv)
        .args(["score", "a.csv", "--format", "jsonl"])
        .success();
    assert_eq!(done.json_lines().len(), 25);
}

#[test]
fn no_input_is_written_over_by_any_of_its_names() {
    let sentence = "cannot write: this file is read as data; expected another name\n";
    let cases: [(&[&str], &str); 12] = [
        (&["score", "a.txt", "-o", "a.txt"], "a.txt"),
        (
            &["score", "a.txt", "--format", "jsonl", "-o", "./a.txt"],
            "./a.txt",
        ),
        (&["score", "a.txt", "--format", "csv", "-o", "soft"], "soft"),
        (&["score", "a.txt", "--format", "csv", "-o", "hard"], "hard"),
        (
            &["score", "a.txt", "--format", "html", "-o", "a.txt"],
            "a.txt",
        ),
        (&["score", "a.txt", "--summary", "a.txt"], "a.txt"),
        (
            &["score", "in", "--format", "csv", "-o", "in/b.txt"],
            "in/b.txt",
        ),
        (
            &[
                "score", "in", "--input", "text", "--format", "html", "-o", "in",
            ],
            "in/index.html",
        ),
        (&["score", "a.txt", "--model", "toy", "-o", "toy"], "toy"),
        (
            &["evaluate", "a.csv", "--model", "toy", "--errors", "toy"],
            "toy",
        ),
        (&["shrink", "toy", "--to", "10KB", "-o", "./toy"], "./toy"),
        (&["inspect", "toy", "-o", "toy"], "toy"),
    ];
    for (command, output) in cases {
        let run = Run::new()
            .file("a.txt", "We met.")
            .file("a.csv", toy::wide())
            .file("toy", toy::model_bytes())
            .file("in/b.txt", "We met.")
            .file(
                "in/index.html",
                "<p>We met the ministers at the river, and they signed a treaty there.</p>",
            );
        let folder = run.folder().to_owned();
        std::fs::hard_link(folder.join("a.txt"), folder.join("hard")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("a.txt", folder.join("soft")).unwrap();
        #[cfg(not(unix))]
        std::fs::hard_link(folder.join("a.txt"), folder.join("soft")).unwrap();
        let done = run
            .args(command.iter().copied())
            .stderr(format!("error: {output}: {sentence}"))
            .failure(1);
        assert_eq!(done.read("a.txt"), b"We met.", "{command:?}");
        assert!(done.read("toy") == toy::model_bytes(), "{command:?}");
        assert!(
            done.names()
                .iter()
                .all(|name| !name.starts_with(".detente-"))
        );
    }
}

fn hidden(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".detente-")).collect()
}

/// Begins an output in a folder, and waits for more input until something has been begun.
fn begun(folder: &Path, output: &[&str]) -> Child {
    let mut child = command(&[&["score", "-", "--input", "jsonl"][..], output].concat())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let line = "{\"text\": \"We met.\"}\n".repeat(500);
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
    let begin = Instant::now();
    while hidden(folder).is_empty() {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "nothing is begun"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

const OUTPUTS: [&[&str]; 3] = [
    &["--format", "csv", "-o", "s.csv"],
    &["--format", "jsonl", "-o", "s.jsonl.gz"],
    &["--format", "html", "-o", "pages"],
];

#[test]
#[cfg(unix)]
fn a_run_that_is_told_to_end_leaves_nothing_behind() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        for output in OUTPUTS {
            let folder = tempfile::tempdir().unwrap();
            let mut child = begun(folder.path(), output);
            // A moment, so that the pages of a folder are begun.
            std::thread::sleep(Duration::from_millis(200));
            let id = child.id().to_string();
            let killed = std::process::Command::new("kill")
                .args(["-s", signal, &id])
                .status();
            assert!(killed.unwrap().success());
            // Its input goes on meanwhile, or the run might come to its own end first.
            let input = child.stdin.take();
            let done = child.wait_with_output().unwrap();
            drop(input);
            assert_eq!(done.status.code(), Some(code), "{output:?}");
            let said = String::from_utf8(done.stderr).unwrap();
            assert_eq!(said, format!("error: stopped by SIG{signal}\n"));
            assert_eq!(
                std::fs::read_dir(folder.path()).unwrap().count(),
                0,
                "{output:?}"
            );
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_killed_run_left_is_gone_after_the_next() {
    for output in OUTPUTS {
        let folder = tempfile::tempdir().unwrap();
        let mut child = begun(folder.path(), output);
        // One that is still at work loses nothing to another.
        let other = command(&["score", "-", "--format", "csv", "-o", "other.csv"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        assert!(other.wait_with_output().is_ok() && hidden(folder.path()).len() == 1);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(hidden(folder.path()).len(), 1);
        let mut next = command(&["score", "-", "--format", "csv", "-o", "next.csv"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        next.stdin.take().unwrap().write_all(b"We met.").unwrap();
        assert!(next.wait().unwrap().success());
        assert!(hidden(folder.path()).is_empty(), "{output:?}");
        assert!(folder.path().join("next.csv").exists());
    }
}

#[test]
#[cfg(feature = "html")]
fn a_folder_of_pages_is_whole_or_not_there() {
    let good = "{\"id\": \"one\", \"text\": \"We met.\"}\n";
    let bad = format!("{good}no json\n");
    let done = Run::new()
        .file("bad.jsonl", bad)
        .file("good.jsonl", good)
        .args(["score", "bad.jsonl", "--format", "html", "-o", "new/pages"])
        .failure(1);
    assert!(done.path("new").read_dir().unwrap().next().is_none());
    let pages = ["--format", "html", "-o", "new/pages"];
    done.then()
        .args(["score", "good.jsonl"])
        .args(pages)
        .success();
    let first = done.read("new/pages/index.html");
    std::fs::write(done.path("new/pages/notes.txt"), "mine").unwrap();
    // A run that fails changes no page, one that does not leaves other files alone.
    done.then()
        .args(["score", "bad.jsonl"])
        .args(pages)
        .failure(1);
    assert!(done.read("new/pages/index.html") == first);
    let two = format!("{good}{}", good.replace("one", "two"));
    std::fs::write(done.path("good.jsonl"), two).unwrap();
    done.then()
        .args(["score", "good.jsonl"])
        .args(pages)
        .success();
    assert!(done.read("new/pages/index.html") != first);
    assert_eq!(done.read("new/pages/notes.txt"), b"mine");
    assert!(hidden(&done.path("new/pages")).is_empty() && hidden(&done.path("new")).is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn results_that_go_nowhere_are_a_failure() {
    let done = Run::new()
        .file("a.txt", "We met.")
        .file("toy", toy::model_bytes())
        .args(["inspect", "toy"])
        .success();
    let folder = done.path("");
    let shell = |line: &str| {
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("\"$DETENTE\" {line}")])
            .env("DETENTE", crate::run::DETENTE)
            .current_dir(&folder)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let commands = [
        "score a.txt",
        "score a.txt --format jsonl",
        "score a.txt --format csv",
        "score a.txt --format html",
        "inspect toy --format json",
        "--help",
        "--version",
    ];
    for command in commands {
        let (code, said) = shell(&format!("{command} >&-"));
        let expected = "error: standard output: cannot write: it is closed\n";
        assert_eq!((code, said.as_str()), (Some(1), expected), "{command}");
        let (code, said) = shell(&format!("{command} > /dev/full"));
        let expected = "error: standard output: cannot write: No space left on device";
        assert!(
            code == Some(1) && said.starts_with(expected),
            "{command}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{command}: {said}");
    }
    // What needs no standard output works without one, and a reader may leave.
    assert_eq!(shell("score a.txt --format csv -o s.csv >&-").0, Some(0));
    assert!(folder.join("s.csv").exists());
    assert_eq!(shell("score a.txt > /dev/null").0, Some(0));
    assert_eq!(
        shell("inspect toy --format json | head -c 1 > /dev/null").0,
        Some(0)
    );
}

#[test]
#[cfg(unix)]
fn a_model_or_data_that_is_cut_while_it_is_read_ends_no_run_by_a_signal() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let bytes = detente::model::Model::embedded().to_bytes();
    let statements = "We welcome the ceasefire at the river.\n".repeat(3000);
    std::fs::write(at("a.txt"), &statements).unwrap();
    std::fs::write(at("m"), &bytes).unwrap();
    let run = || {
        let args = [
            "score",
            "a.txt",
            "--model",
            "m",
            "--format",
            "csv",
            "--threads",
            "1",
        ];
        let mut child = command(&args);
        child
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        child.spawn().unwrap()
    };
    let whole = run().wait_with_output().unwrap().stdout;
    for wait in [0, 5, 20, 60, 150] {
        std::fs::write(at("m"), &bytes).unwrap();
        let child = run();
        std::thread::sleep(Duration::from_millis(wait));
        // In its place, as no program should.
        std::fs::write(at("m"), b"DETENTE").unwrap();
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.signal(), None);
        assert!(
            !done.status.success() || done.stdout == whole,
            "other scores"
        );
    }
}
