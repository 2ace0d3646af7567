//! A study and its results in one archive: packed and verified.

use crate::run::{Run, command, root};
use crate::study::{files, forged, gzip, manifest, members, pack, study, with_manifest, zipped};
use crate::toy;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;

const STUDY: &str = "\
# What the speeches say.
detente score speeches/ --format csv -o 'out/all rows.csv' --summary out/shares.json
detente score 'a b.txt.gz' --format jsonl # to standard output
detente train labelled.csv --targets peace --group doc -o my.detente \\
    --no-curve
detente evaluate labelled.csv --model my.detente --targets peace --predictions answers.csv
detente compare default my.detente --data labelled.csv --group doc
detente score speeches --model my.detente --format html -o pages/
detente audit labelled.csv --targets peace --against labelled.csv --strict
";

#[test]
fn a_study_that_was_packed_is_verified() {
    let done = pack(study(STUDY), &[]);
    let note = "note: study/study.run:9: the command ended with exit code 1: error: the audit has findings";
    assert!(done.stderr.contains(note), "{}", done.stderr);
    assert!(
        done.stderr.contains("wrote a.zip: 7 commands, 5 inputs, "),
        "{}",
        done.stderr
    );
    let archive = done.read("a.zip");
    let manifest = manifest(&archive);
    let inputs = [
        "inputs/a b.txt.gz",
        "inputs/labelled.csv",
        "inputs/speeches/a.txt",
        "inputs/speeches/c.dat",
        "inputs/speeches/later/b.txt",
    ];
    assert_eq!(files(&manifest["inputs"]), inputs);
    let codes = manifest["commands"].as_array().unwrap().iter();
    let codes: Vec<&Value> = codes.map(|command| &command["exit_code"]).collect();
    assert_eq!(
        codes,
        [0, 0, 0, 0, 0, 0, 1]
            .map(Value::from)
            .iter()
            .collect::<Vec<_>>()
    );
    let outputs = files(&manifest["outputs"]);
    for file in [
        "outputs/all rows.csv",
        "outputs/out/all rows.csv",
        "outputs/out/shares.json",
        "outputs/answers.csv",
        "outputs/my.detente",
        "outputs/pages/index.html",
        "streams/02.stdout",
        "streams/07.stderr",
    ] {
        assert_eq!(
            outputs.contains(&file),
            file != "outputs/all rows.csv",
            "{file}: {outputs:?}"
        );
    }
    let held = members(&archive);
    assert_eq!(held["outputs/my.detente"][..13], *b"DETENTE-MODEL");
    assert_eq!(held["study.run"], STUDY.as_bytes());
    assert_eq!(
        held["models/default.detente"],
        std::fs::read(root().join("models/default.detente")).unwrap()
    );
    assert!(held["README.md"].starts_with(b"# A study made with detente "));

    // The archive alone is enough, anywhere.
    let verified = Run::new()
        .file("a.zip", &archive)
        .args(["replicate", "verify", "a.zip"])
        .stderr("")
        .success();
    let said = &verified.stdout;
    assert!(
        said.ends_with(&format!(
            "\nsame: {} outputs of 7 commands\n",
            outputs.len()
        )),
        "{said}"
    );
    assert!(said.contains(
        "\nline 9: detente audit labelled.csv --targets peace --against labelled.csv --strict\n  same     exit code 1\n"
    ));
    assert_eq!(verified.names(), ["a.zip"]);
    let json = verified
        .then()
        .args(["replicate", "verify", "a.zip", "--format", "json"])
        .success()
        .json();
    assert_eq!(
        (&json["is_same"], &json["is_same_version"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        json["commands"][3]["outputs"][0],
        json!({"file": "outputs/answers.csv", "verdict": "same"})
    );
}

#[test]
fn an_archive_has_the_same_bytes_anywhere_and_with_any_number_of_threads() {
    let commands = "detente score speeches/ --format csv -o out.csv\ndetente score 'a b.txt.gz'\n";
    let first = pack(study(commands), &[]).read("a.zip");
    let run = study(commands);
    let temporary = run.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let output = command(&[
        "replicate",
        "pack",
        "study.run",
        "-o",
        "../a.zip",
        "--quiet",
    ])
    .current_dir(run.folder().join("study"))
    .envs([
        ("RAYON_NUM_THREADS", "1"),
        ("NO_COLOR", "1"),
        ("COLUMNS", "40"),
    ])
    .env("TMPDIR", &temporary)
    .output()
    .unwrap();
    assert!(output.status.success());
    assert!(std::fs::read(run.folder().join("a.zip")).unwrap() == first);
    assert_eq!(
        std::fs::read_dir(temporary).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn the_folder_of_a_study_is_left_as_it_was() {
    let run = study(STUDY)
        .file("study/my.detente", "by hand")
        .file("study/pages/old.html", "old");
    let folder = run.folder().join("study");
    let listed = || {
        let mut names = crate::run::files_below(&folder, "");
        names.sort();
        names
            .into_iter()
            .map(|file| (file.clone(), std::fs::read(file).unwrap()))
            .collect::<Vec<_>>()
    };
    let before = listed();
    let done = pack(run, &[]);
    let done = done.then();
    assert!(done.folder().join("a.zip").exists());
    let outputs = manifest(&std::fs::read(done.folder().join("a.zip")).unwrap());
    assert!(!files(&outputs["outputs"]).contains(&"outputs/pages/old.html"));
    assert_eq!(
        crate::run::files_below(&done.folder().join("study"), "").len(),
        before.len()
    );
    for (file, contents) in before {
        assert_eq!(std::fs::read(file).unwrap(), contents);
    }
}

#[test]
fn what_differs_is_shown_by_its_first_line() {
    let commands = "detente score speeches/ --format csv -o rows.csv.gz\ndetente score speeches/a.txt --format csv\n";
    let done = pack(study(commands), &[]);
    let archive = done.read("a.zip");
    let old = String::from_utf8(members(&archive)["streams/02.stdout"].clone()).unwrap();
    let changed = old.replacen("We welcome", "We welcomed", 1);
    assert_ne!(old, changed);
    let archive = forged(&archive, "streams/02.stdout", changed.as_bytes());
    let archive = forged(&archive, "outputs/rows.csv.gz", &gzip("id\n"));
    let archive = with_manifest(&archive, |manifest| {
        manifest["program"]["version"] = "0.0.9".into();
        manifest["commands"][1]["exit_code"] = 4.into();
        let mut gone = manifest["outputs"][0].clone();
        gone["file"] = "outputs/gone.csv".into();
        gone["archived"] = false.into();
        manifest["outputs"].as_array_mut().unwrap().push(gone);
    });
    let verified = Run::new()
        .file("a.zip", archive)
        .args(["replicate", "verify", "a.zip"])
        .stderr("")
        .code(3);
    let said = &verified.stdout;
    for line in [
        "packed by  detente 0.0.9 (",
        "           the versions differ: outputs may differ for that reason\n",
        "model      models/default.detente: same\n",
        "  differs  outputs/gone.csv is not written\n",
        "  differs  outputs/rows.csv.gz, which had ",
        "  differs  exit code was 4, is 0\n",
        "  differs  streams/02.stdout, line 2\n    was …ches/a.txt",
        "\ndiffers: 3 of 6 outputs and 1 exit code of 2 commands\n",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn data_that_was_left_out_is_asked_for_by_name() {
    let done = pack(study(STUDY), &["--without-data"]);
    assert!(
        done.stderr.contains("; 5 files left out\n"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr
            .contains("note: outputs can quote what was left out"),
        "{}",
        done.stderr
    );
    let archive = done.read("a.zip");
    assert!(
        !members(&archive)
            .keys()
            .any(|name| name.starts_with("inputs/"))
    );
    let page = String::from_utf8(members(&archive)["README.md"].clone()).unwrap();
    assert!(page.contains("| `inputs/labelled.csv` | "), "{page}");
    let missing = done
        .then()
        .args(["replicate", "verify", "a.zip"])
        .failure(1);
    let expected = "error: a b.txt.gz: the input was left out of the archive, and is not there; expected it as it was \
         packed\n";
    assert!(missing.stderr.starts_with(expected), "{}", missing.stderr);
    for said in [
        "error: speeches/later/b.txt: the input was left out",
        "hint: `--data DIR` names the folder",
        "error: a.zip: 5 of 5 inputs cannot be used; expected all as they were packed\n",
    ] {
        assert!(missing.stderr.contains(said), "{}", missing.stderr);
    }
    let with_data = |run: Run| run.args(["replicate", "verify", "a.zip", "--data", "study"]);
    with_data(done.then()).stderr("").success();
    let changed = done
        .then()
        .file("study/speeches/a.txt", "We welcome the cease-fire")
        .file("study/labelled.csv", "text,peace\n");
    let changed = with_data(changed).failure(1);
    for said in [
        "error: study/labelled.csv: the input is another than the one that was packed: it has 11 bytes; expected ",
        "error: study/speeches/a.txt: the input is another than the one that was packed: it has SHA-256 ",
        "error: a.zip: 2 of 5 inputs cannot be used",
    ] {
        assert!(changed.stderr.contains(said), "{said}\n{}", changed.stderr);
    }
}

#[test]
fn single_files_are_left_out_by_name() {
    let commands = "detente score speeches/ --format csv -o rows.csv\n";
    let leave = [
        "--leave-out",
        "speeches/later",
        "--leave-out",
        "./rows.csv",
        "--leave-out",
        "streams/01.stderr",
    ];
    let done = pack(study(commands), &leave);
    let archive = done.read("a.zip");
    let held = members(&archive);
    let names: Vec<&str> = held.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.md",
            "inputs/speeches/a.txt",
            "inputs/speeches/c.dat",
            "manifest.json",
            "models/ar.detente",
            "models/default.detente",
            "models/es.detente",
            "models/fr.detente",
            "models/relations.detente",
            "models/ru.detente",
            "models/zh.detente",
            "streams/01.stdout",
            "study.run",
        ]
    );
    let verify = ["replicate", "verify", "a.zip", "--data", "study"];
    done.then().args(verify).success();
    // Of an output without its contents the hash still tells.
    let archive = with_manifest(&archive, |manifest| {
        let outputs = manifest["outputs"].as_array_mut().unwrap();
        outputs[0]["sha256"] = "0".repeat(64).into();
    });
    let said = done
        .then()
        .file("a.zip", archive)
        .args(verify)
        .code(3)
        .stdout;
    assert!(
        said.contains("differs  outputs/rows.csv, which has "),
        "{said}"
    );
    done.then()
        .args(["replicate", "pack", "study/study.run", "-o", "b.zip", "--leave-out", "speches"])
        .stderr(
            "error: what is left out is `speches`; expected `speeches`, `rows.csv`, `streams/01.stdout`, or \
             `streams/01.stderr`\nhint: did you mean `speeches`?\n",
        )
        .failure(2);
}

#[test]
fn times_of_a_run_are_told_and_compared_with_nothing() {
    let done = pack(
        study("detente score speeches/ --verbose --format csv\n"),
        &[],
    );
    let said = done
        .then()
        .args(["replicate", "verify", "a.zip"])
        .success()
        .stdout;
    assert!(
        said.contains("  passed   streams/01.stderr, which holds times of the run\n"),
        "{said}"
    );
    assert!(said.contains("  same     streams/01.stdout\n"), "{said}");
    // What an archive says of itself does not hide a difference.
    let archive = with_manifest(
        &pack(study("detente score speeches/ --format csv\n"), &[]).read("a.zip"),
        |manifest| {
            for output in manifest["outputs"].as_array_mut().unwrap() {
                output["has_times"] = true.into();
                output["sha256"] = "0".repeat(64).into();
                output["archived"] = false.into();
            }
        },
    );
    let mut held = members(&archive);
    held.retain(|name, _| !name.starts_with("streams/"));
    let said = Run::new()
        .file("a.zip", zipped(&held))
        .args(["replicate", "verify", "a.zip"])
        .code(3)
        .stdout;
    assert!(said.contains("\ndiffers: 2 of 2 outputs"), "{said}");
}

#[test]
fn what_has_no_place_in_a_study_is_refused_with_its_line() {
    for (commands, said) in [
        (
            "\ndetente score /etc/hosts\n",
            "study/study.run:2: `/etc/hosts` is an absolute path; expected",
        ),
        (
            "detente score ../a.zip\n",
            "study/study.run:1: `../a.zip` leads out of the folder of the study",
        ),
        (
            "detente serve --port 0\n",
            "study/study.run:1: `detente serve` has no place in a study: it does not end",
        ),
        (
            "detente replicate verify b.zip\n",
            "`detente replicate` has no place in a study",
        ),
        (
            "detente score speeches > a.csv\n",
            "study/study.run:1: `>` is a sign of the shell; expected one command",
        ),
        (
            "detente score -\n",
            "study/study.run:1: `-` is standard input; expected files",
        ),
        (
            "python plot.py\n",
            "study/study.run:1: the line begins with `python`; expected a command",
        ),
        (
            "# nothing\n",
            "study/study.run: there is no command; expected one a line",
        ),
        (
            "detente score missing.txt\n",
            "study/study.run:1: the input `missing.txt` is not there",
        ),
        (
            "detente score 'a\n",
            "study/study.run:1: a quotation mark has no partner",
        ),
        (
            "detente score speeches --formt csv\n",
            "study/study.run:1: this is no command of the program: unexpected",
        ),
        (
            "detente score speeches -o labelled.csv\ndetente audit labelled.csv\ndetente score a.txt",
            "a.txt` is not",
        ),
        (
            "detente audit labelled.csv\ndetente score speeches -o labelled.csv\n",
            "study.run:2: `labelled.csv` is an",
        ),
        (
            "detente score 'a b.txt.gz' --format csv -o speeches/rows.csv\ndetente score speeches\n",
            "study.run:1: `speeches/rows.csv` is an input, and written over here",
        ),
        (
            "detente score speeches --format csv -o c.toml\ndetente score speeches --config c.toml\n",
            "study.run:2: `--config c.toml` has no place in a study: an earlier command writes it",
        ),
        (
            "detente score speeches --config /dev/zero\n",
            "study.run:1: `/dev/zero` is an absolute path",
        ),
        (
            "detente score speeches --max-unpacked 100GB\n",
            "`--max-unpacked` has no place in a study: it is a limit of the machine",
        ),
    ] {
        let done = study(commands)
            .args(["replicate", "pack", "study/study.run", "-o", "a.zip"])
            .failure_of_any_kind();
        assert!(done.stderr.starts_with("error: "), "{}", done.stderr);
        assert!(done.stderr.contains(said), "{said}\n{}", done.stderr);
        assert_eq!(done.names(), ["study"], "{commands}");
    }
    let done = study("detente score speeches\n")
        .args(["replicate", "pack", "study/study.run", "-o", "a.zip"])
        .args(["--leave-out", "speeches/latr"])
        .failure_of_any_kind();
    assert!(done.stderr.contains("speeches/latr"), "{}", done.stderr);
    // An archive takes the place of nothing that is read.
    study("detente score speeches\n")
        .args([
            "replicate",
            "pack",
            "study/study.run",
            "-o",
            "study/speeches/a.txt",
        ])
        .failure_of_any_kind();
    study("detente score speeches\n")
        .args(["replicate", "pack", "study/study.run", "-o", "none/a.zip"])
        .failure(1);
}

#[cfg(unix)]
#[test]
fn a_pack_that_is_told_to_end_ends_its_command_and_leaves_nothing_behind() {
    let rows = toy::wide();
    let (header, body) = rows.split_once('\n').unwrap();
    // Long enough to be stopped while the command runs.
    let labelled = format!("{header}\n{}", body.repeat(400));
    let commands =
        "detente train labelled.csv --stream --targets peace --passes 1000 -o m --shuffle 0\n";
    let run = study(commands).file("study/labelled.csv", labelled);
    let temporary = run.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut child = command(&["replicate", "pack", "study/study.run", "-o", "a.zip"])
        .current_dir(run.folder())
        .env("TMPDIR", &temporary)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let begun = || crate::run::files_below(&temporary, "01.stdout").len() == 1;
    while !begun() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let killed = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(killed.unwrap().success());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15), "{said}");
    assert_eq!(said, "error: stopped by SIGTERM\n");
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    assert!(!run.folder().join("a.zip").exists());
}

/// The study of the manual's page runs on the data of the repository.
#[test]
fn the_study_of_the_manual_is_packed_and_verified() {
    let Ok(page) = std::fs::read_to_string(root().join("docs/replication.md")) else {
        return;
    };
    let (_, after) = page.split_once("<!-- study.run -->\n```sh\n").unwrap();
    let (commands, _) = after.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = |path: &str| {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root().join(path), to).unwrap();
    };
    for file in crate::run::files_below(&root().join("datasets/articles"), "") {
        copy(file.strip_prefix(root()).unwrap().to_str().unwrap());
    }
    copy("datasets/diplomatic/modern.csv");
    let run = |args: &[&str]| {
        std::fs::write(folder.path().join("study.run"), commands).unwrap();
        let output = command(args).current_dir(folder.path()).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["replicate", "pack", "study.run", "-o", "archive.zip"]);
    let said = run(&["replicate", "verify", "archive.zip"]);
    for line in said.lines() {
        let is_shown =
            page.contains(line) || line.starts_with("packed by") || line.starts_with("run by");
        assert!(is_shown, "docs/replication.md does not show: {line}");
    }
    assert!(Path::new(&folder.path().join("archive.zip")).exists());
}
