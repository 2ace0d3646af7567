//! Training row by row: the same model whenever it is made, stopped or not, and one that can be scored with.

use crate::run::{DETENTE, Done, Run, command};
use detente::model::features::{Buckets, Lexicon, Vectorizer, VectorizerParams, Vocabulary};
use detente::model::{Model, StatePool};
use detente::text::{Analyzer, AnalyzerParams};
use proptest::prelude::*;
use std::time::Duration;

const STREAM: [&str; 9] = [
    "--stream",
    "--targets",
    "peace",
    "--group",
    "doc",
    "--buckets",
    "2^18",
    "-o",
    "m.detente",
];
const MEMORY: &str = "memory: 5 MB for 262144 buckets of 4 numbers and 3 bytes, however many the rows; \
    beside it the rows at \
                      hand, up to 50000 rows that wait, and the model as it is written\n";

/// Rows of so many documents, four each; the words of a label are easily learned.
fn rows(n_documents: usize) -> String {
    let mut text = "id,doc,text,peace\n".to_owned();
    for doc in 0..n_documents {
        let kinds = [
            ("We welcome the ceasefire and the talks at place", "favor"),
            ("They shell the town and kill civilians at place", "against"),
            ("The committee met to read its agenda at place", "none"),
            ("We support the peace agreement signed at place", "favor"),
        ];
        for (at, (words, label)) in kinds.into_iter().enumerate() {
            text.push_str(&format!("r{doc}-{at},d{doc},{words} {doc}.,{label}\n"));
        }
    }
    text
}

fn train(csv: &str, more: &[&str]) -> Done {
    Run::new()
        .file("a.csv", csv)
        .args(["train", "a.csv"])
        .args(STREAM)
        .args(more.iter().copied())
        .success()
}

fn score(model: &Model, text: &str) -> detente::model::Score {
    let pool = StatePool::default();
    pool.with(|state| model.score(state, text).targets.swap_remove(0))
}

#[test]
fn it_says_its_memory_and_how_right_it_is_on_rows_it_never_learned_from() {
    let done = train(&rows(100), &[]);
    assert_eq!(done.stderr, format!("{MEMORY}wrote m.detente\n"));
    let first = done.stdout.lines().next().unwrap();
    assert!(
        first.starts_with("400 rows in 2 passes, ") && first.ends_with("n-grams in 262144 buckets"),
        "{first}"
    );
    assert!(done.stdout.contains("favor 200, against 100, none 100"));
    assert!(
        done.stdout
            .contains("that were not learned from, each half calibrated on the other")
    );
    let evaluated = done
        .then()
        .args([
            "evaluate",
            "a.csv",
            "--model",
            "m.detente",
            "--targets",
            "peace",
        ])
        .args(["--format", "json"])
        .success();
    assert!(evaluated.stdout.contains("macro_f1"));
}

#[test]
fn threads_and_compression_do_not_change_a_byte() {
    let csv = rows(100);
    let one = train(&csv, &["--threads", "1"]).read("m.detente");
    assert!(one == train(&csv, &["--threads", "3"]).read("m.detente"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, csv.as_bytes()).unwrap();
    let packed = Run::new()
        .file("a.csv.gz", encoder.finish().unwrap())
        .args(["train", "a.csv.gz"])
        .args(STREAM)
        .success();
    assert!(one == packed.read("m.detente"));
}

#[test]
fn standard_input_is_learned_from_in_one_pass() {
    let csv = rows(100);
    let labels = ["--labels", "peace=favor,against,none"];
    let from_stdin = Run::new()
        .stdin(&csv)
        .args(["train", "-"])
        .args(STREAM)
        .args(labels)
        .success();
    let from_file = train(&csv, &["--passes", "1", "--penalty", "even"]);
    assert!(from_stdin.read("m.detente") == from_file.read("m.detente"));
}

#[test]
fn rows_are_counted_beforehand_but_for_the_even_penalty() {
    let csv = rows(100);
    let ratio = train(&csv, &[]);
    let even = train(&csv, &["--penalty", "even"]);
    assert!(ratio.read("m.detente") != even.read("m.detente"));
    assert!(
        even.stderr
            .starts_with("memory: 4 MB for 262144 buckets of 4 numbers, however")
    );
    let penalty = |done: &Done| {
        let model = Model::from_bytes(&done.read("m.detente")).unwrap();
        model.heads()[0].record.recipe.penalty.clone()
    };
    assert_eq!(
        [penalty(&ratio), penalty(&even)],
        [Some("ratio".to_owned()), None]
    );
}

#[test]
fn the_order_of_rows_matters_and_waiting_rows_change_it() {
    let csv = rows(100);
    let models = ["0", "1", "7"].map(|n| train(&csv, &["--shuffle", n]).read("m.detente"));
    assert!(models[0] == models[1], "one row that waits keeps the order");
    assert!(models[0] != models[2]);
    let other_seed = train(&csv, &["--shuffle", "7", "--seed", "1"]);
    assert!(models[2] != other_seed.read("m.detente"));
}

#[test]
fn both_layouts_give_the_same_weights() {
    let csv = rows(100);
    let mut long = String::from("id,doc,text,target,stance\n");
    for line in csv.lines().skip(1) {
        let (rest, label) = line.rsplit_once(',').unwrap();
        long.push_str(&format!("{rest},peace,{label}\n"));
    }
    let wide = train(&csv, &[]);
    let done = Run::new()
        .file("a.csv", long)
        .args([
            "train",
            "a.csv",
            "--stream",
            "--group",
            "doc",
            "--buckets",
            "262144",
        ])
        .args([
            "--target-column",
            "target",
            "--label-column",
            "stance",
            "-o",
            "m.detente",
        ])
        .success();
    assert!(wide.read("m.detente") == done.read("m.detente"));
}

#[test]
fn filters_weights_and_empty_cells_are_heeded() {
    let mut csv = rows(100).replace("id,doc,text,peace", "id,doc,text,peace,part,much");
    csv = csv
        .lines()
        .map(|line| match line.starts_with("id") {
            true => format!("{line}\n"),
            false => format!("{line},in,1\n"),
        })
        .collect();
    let plain = train(&csv, &[]).read("m.detente");
    csv.push_str(
        "x,y,We welcome the ceasefire.,against,out,1\nx,y,We met.,,in,1\nx,y,,favor,in,1\n",
    );
    let done = train(&csv, &["--where", "part=in"]);
    assert!(plain == done.read("m.detente"));
    assert!(
        done.stdout
            .contains("1 row without a label left out\n1 row with a blank text left out")
    );
    assert!(plain == train(&csv, &["--where", "part=in", "--weight", "much"]).read("m.detente"));
    let light = train(
        &csv.replace(",in,1", ",in,0.5"),
        &["--where", "part=in", "--weight", "much"],
    );
    assert!(plain != light.read("m.detente"));
}

#[test]
fn explanations_name_hashed_ngrams_from_the_text_and_add_up() {
    let done = train(&rows(100), &[]);
    let model = Model::from_bytes(&done.read("m.detente")).unwrap();
    let text = "We welcome the ceasefire at dawn.";
    let mut state = Default::default();
    let explained = model.explain(&mut state, text, 0).swap_remove(0);
    let sum: f64 = explained.contributions.iter().map(|c| c.contribution).sum();
    assert!((explained.intercept + sum + explained.remainder - explained.margin).abs() < 1e-9);
    let names: Vec<&str> = (explained.contributions.iter())
        .map(|contribution| contribution.feature.as_str())
        .collect();
    assert!(
        names.contains(&"word:welcom") && names.contains(&"word:welcom the"),
        "{names:?}"
    );
    assert!(names.iter().all(|name| !name.contains('#')), "{names:?}");
    let inspected = done.then().args(["inspect", "m.detente"]).success().stdout;
    assert!(inspected.contains("hashed into 262144 buckets") && inspected.contains("row by row"));
    done.then()
        .args(["inspect", "m.detente", "--features", "3"])
        .success();
    done.then()
        .args(["inspect", "m.detente", "--format", "json"])
        .success();
}

#[test]
fn a_streamed_model_is_the_same_after_its_file() {
    let bytes = train(&rows(100), &[]).read("m.detente");
    assert!(bytes.starts_with(b"DETENTE-MODEL 3 "));
    let model = Model::from_bytes(&bytes).unwrap();
    assert!(model.to_bytes() == bytes);
    for end in [bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
        assert!(Model::from_bytes(&bytes[..end]).is_err());
    }
}

#[test]
fn a_streamed_model_is_not_shrunk() {
    train(&rows(100), &[])
        .then()
        .args(["shrink", "m.detente", "--to", "10KB", "-o", "s.detente"])
        .stderr(
            "error: m.detente: this model was trained row by row, and its n-grams cannot be told \
             apart to leave some out\n\
             hint: train it with fewer `--buckets` for a smaller model\n",
        )
        .failure(1);
}

#[test]
fn a_training_that_was_killed_goes_on_to_the_same_bytes() {
    let csv = rows(2500);
    let whole = train(&csv, &[]).read("m.detente");
    let saving = ["--checkpoint", "c.point", "--every", "1000"];
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("a.csv"), &csv).unwrap();
    let arguments = || ["train", "a.csv"].into_iter().chain(STREAM).chain(saving);
    let mut child = command(&arguments().collect::<Vec<_>>())
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !path("c.point").exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(path("c.point").exists(), "{DETENTE} saved nothing");
    let _ = std::fs::remove_file(path("m.detente"));
    let arguments: Vec<&str> = arguments().chain(["--resume"]).collect();
    let resumed = command(&arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        resumed.status.success(),
        "{}",
        String::from_utf8_lossy(&resumed.stderr)
    );
    assert!(std::fs::read(path("m.detente")).unwrap() == whole);
}

#[test]
fn every_checkpoint_leads_to_the_same_bytes() {
    let csv = rows(100);
    // What is saved last lies in the first, the second, the third or the fourth pass.
    for (passes, every) in [("1", "200"), ("2", "500"), ("4", "1000"), ("4", "401")] {
        let order = ["--shuffle", "20", "--passes", passes];
        let whole = train(&csv, &order).read("m.detente");
        let saving = [&order[..], &["--checkpoint", "c.point", "--every", every]].concat();
        let done = train(&csv, &saving);
        assert!(done.read("m.detente") == whole);
        let resumed = done
            .then()
            .args(["train", "a.csv"])
            .args(STREAM)
            .args(saving)
            .args(["--resume"])
            .success();
        assert!(resumed.read("m.detente") == whole, "{passes} {every}");
    }
}

#[test]
fn a_model_learns_on() {
    let first = train(&rows(100), &[]);
    // A word that the model has not met, whose rows say what it means.
    let mut new = "doc,text,peace\n".to_owned();
    for doc in 0..300 {
        let (word, label) = [("Zarbax", "favor"), ("Quolmin", "against")][doc % 2];
        new.push_str(&format!("n{doc},{word} said place {doc}.,{label}\n"));
    }
    let done = first
        .then()
        .file("new.csv", new)
        .args([
            "train",
            "new.csv",
            "--update",
            "m.detente",
            "-o",
            "n.detente",
        ])
        .args(["--targets", "peace", "--group", "doc"])
        .success();
    let [old, new] =
        ["m.detente", "n.detente"].map(|name| Model::from_bytes(&done.read(name)).unwrap());
    let favor = |model: &Model, text: &str| score(model, text).probabilities[0];
    assert!(favor(&new, "Zarbax spoke.") > favor(&old, "Zarbax spoke.") + 0.2);
    let known = "We welcome the ceasefire and the talks at place 3.";
    assert_eq!(score(&old, known).label_idx, score(&new, known).label_idx);
    assert_eq!(new.record().n_rows, 700);
}

#[test]
fn too_few_new_rows_leave_the_calibration_as_it_was() {
    let first = train(&rows(100), &[]);
    let done = first
        .then()
        .file("new.csv", rows(3))
        .args([
            "train",
            "new.csv",
            "--update",
            "m.detente",
            "-o",
            "n.detente",
        ])
        .args(["--targets", "peace", "--group", "doc", "--passes", "1"])
        .success();
    assert!(
        done.stdout.contains("so its calibration stays as it was"),
        "{}",
        done.stdout
    );
    let [old, new] =
        ["m.detente", "n.detente"].map(|name| Model::from_bytes(&done.read(name)).unwrap());
    assert_eq!(old.heads()[0].temperature, new.heads()[0].temperature);
    let known = "They shell the town and kill civilians at place 3.";
    let moved = score(&old, known).probabilities[1] - score(&new, known).probabilities[1];
    assert!(moved.abs() < 0.1, "{moved}");
}

#[test]
fn what_cannot_be_streamed_is_refused() {
    for flags in [
        &["--tune", "1"][..],
        &["--learner", "svm"],
        &["--l2", "1"],
        &["--no-stack"],
        &["--class-weight", "balanced"],
        &["--min-df", "1"],
        &["--folds", "3"],
        &["--no-curve"],
        &["--target-text", "doc"],
        &["--update", "m.detente"],
    ] {
        let done = Run::new()
            .file("a.csv", rows(3))
            .args(["train", "a.csv"])
            .args(STREAM)
            .args(flags.iter().copied())
            .failure(2);
        assert!(
            done.stderr.contains("cannot be used with"),
            "{}",
            done.stderr
        );
    }
    let done = Run::new()
        .args(["train", "a.csv", "-o", "m.detente", "--passes", "2"])
        .failure(2);
    assert!(done.stderr.contains("--stream"), "{}", done.stderr);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_row_that_is_learned_from_is_the_row_that_is_scored(
        text in "([a-zA-Zé']{1,9}[ ,.]?){0,30}",
        char_max in prop::sample::select(vec![0_usize, 3, 5]),
        modulus in 1_u32..5,
    ) {
        let mut params = VectorizerParams::DEFAULT;
        params.ngrams.char_max = char_max;
        params.ngrams.frames = true;
        let text = format!("{text} They lifted no sanctions.");
        let analyzer = Analyzer::new(AnalyzerParams::DEFAULT);
        let all = Buckets::all(18, params.ngrams.views());
        let kept: Vec<u32> = (0..1 << 18).filter(|bucket| bucket % modulus == 0).collect();
        let some = all.only(|bucket| bucket % modulus == 0);
        let lexicon = Some(Lexicon::english());
        let whole = Vectorizer::hashed(params, Vocabulary::hashed(all, lexicon.clone()));
        let part = Vectorizer::hashed(params, Vocabulary::hashed(some, lexicon));
        let mut state = Default::default();
        let learned = whole.transform(&analyzer, &mut state, text.as_str()).row.clone();
        let expected: Vec<(u32, f32)> = learned.ids.iter().copied().zip(learned.values)
            .filter(|(id, _)| *id >= 1 << 18 || id % modulus == 0)
            .collect();
        let scored = part.transform(&analyzer, &mut state, text.as_str()).row.clone();
        let bucket = |id: u32| match kept.get(id as usize) {
            Some(bucket) => *bucket,
            None => id - kept.len() as u32 + (1 << 18),
        };
        let found: Vec<(u32, f32)> = scored.ids.iter().map(|id| bucket(*id)).zip(scored.values).collect();
        prop_assert_eq!(found, expected);
    }
}
