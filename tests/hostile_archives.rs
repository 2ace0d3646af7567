//! Archives of studies that somebody altered, or made to do harm: refused with a sentence.

use crate::run::Run;
use crate::study::{digest_of, forged, members, pack, study, with_manifest, zipped};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

#[track_caller]
fn refused(archive: impl AsRef<[u8]>, said: &str) {
    let done = Run::new()
        .file("folder/a.zip", archive)
        .args(["replicate", "verify", "folder/a.zip"])
        .failure(1);
    assert!(
        done.stderr.starts_with("error: folder/a.zip"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains(said), "{said}\n{}", done.stderr);
    assert_eq!(done.names(), ["folder"]);
}

#[test]
fn hostile_archives_are_refused_with_a_sentence() {
    let archive = pack(
        study("detente score speeches/ --format csv -o rows.csv\n"),
        &[],
    )
    .read("a.zip");
    refused("not a zip", "this is no archive of a study: ");
    refused("", "this is no archive of a study: ");
    refused(
        &archive[..archive.len() / 2],
        "this is no archive of a study: ",
    );
    refused(zipped(&BTreeMap::new()), "it has no `manifest.json`");
    let with = |name: &str| {
        let mut members = members(&archive);
        members.insert(name.to_owned(), b"x".to_vec());
        zipped(&members)
    };
    refused(
        with("../escaped.txt"),
        "`../escaped.txt` leads out of the folder",
    );
    refused(with("/escaped.txt"), "escaped.txt");
    refused(
        with("inputs/more.txt"),
        "`inputs/more.txt` is not named by the manifest",
    );
    let mut less = members(&archive);
    less.remove("inputs/speeches/a.txt");
    refused(
        zipped(&less),
        "`inputs/speeches/a.txt` is not in the archive",
    );
    let mut changed = members(&archive);
    changed.insert(
        "inputs/speeches/a.txt".into(),
        b"We condemn the ceasefire.".to_vec(),
    );
    refused(zipped(&changed), "the archive was changed");
    let mut changed = members(&archive);
    changed.insert("outputs/rows.csv".into(), b"id\n".to_vec());
    refused(zipped(&changed), "the archive was changed");
    let mut no_manifest = members(&archive);
    no_manifest.insert("manifest.json".into(), b"{}".to_vec());
    refused(zipped(&no_manifest), "the manifest cannot be used: ");
    refused(
        with_manifest(&archive, |m| m["format"] = 9.into()),
        "a later version of detente wrote it",
    );
    let climbs = |m: &mut Value| m["inputs"][0]["file"] = "inputs/../../x".into();
    refused(
        with_manifest(&archive, climbs),
        "`inputs/../../x` leads out",
    );
    let folder = |m: &mut Value| m["folders"] = json!(["../../x"]);
    refused(with_manifest(&archive, folder), "`../../x` leads out");
    let other = |m: &mut Value| m["commands"][0]["command"] = "detente score speeches".into();
    refused(
        with_manifest(&archive, other),
        "its commands are not those of `study.run`",
    );
}

#[test]
fn commands_of_an_archive_reach_nothing_outside_of_their_folder() {
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("x.csv");
    let archive = pack(
        study("detente score speeches/ --format csv -o rows.csv\n"),
        &[],
    )
    .read("a.zip");
    for command in [
        format!(
            "detente score speeches/ --format csv -o {}",
            target.display()
        ),
        "detente score speeches/ --format csv -o ../../x.csv".to_owned(),
        "detente score /etc/hostname --format csv -o rows.csv".to_owned(),
        "detente serve --port 0".to_owned(),
        "detente score speeches/ --format csv -o rows.csv; touch x".to_owned(),
        "detente score other/ --format csv -o rows.csv".to_owned(),
    ] {
        let archive = forged(&archive, "study.run", command.as_bytes());
        let archive = with_manifest(&archive, |m| m["commands"][0]["command"] = command.into());
        refused(archive, "folder/a.zip/study.run:1: ");
    }
    assert!(!target.exists());
    // A file that no command reads could become the flags of a later one.
    let mut held = members(&archive);
    let stray = b"output = '/x'".as_slice();
    held.insert("inputs/c.toml".into(), stray.to_vec());
    let archive = with_manifest(&zipped(&held), |m| {
        let mut input = m["inputs"][0].clone();
        let digest = digest_of(stray);
        for (name, value) in digest.as_object().unwrap() {
            input[name] = value.clone();
        }
        input["file"] = "inputs/c.toml".into();
        m["inputs"].as_array_mut().unwrap().insert(0, input);
    });
    refused(
        archive,
        "`c.toml` has no place in a study: no command reads it",
    );
}

#[test]
fn a_small_archive_that_becomes_a_large_one_is_refused() {
    let archive = pack(study("detente score speeches/a.txt --format csv\n"), &[]).read("a.zip");
    // Without its models, so that it is small.
    let mut small = members(&with_manifest(&archive, |m| m["models"] = json!([])));
    small.retain(|name, _| !name.starts_with("models/"));
    Run::new()
        .file("a.zip", zipped(&small))
        .args(["replicate", "verify", "a.zip"])
        .success();
    let mut bomb = small.clone();
    bomb.insert("inputs/zeros".into(), vec![0; 50_000_000]);
    let bomb = zipped(&bomb);
    assert!(bomb.len() < 100_000);
    refused(
        &bomb,
        "it unpacks to more than 200 times its size; expected at most as much",
    );
    let done = Run::new()
        .file("a.zip", &bomb)
        .args(["replicate", "verify", "a.zip", "--max-unpacked", "1MB"])
        .failure(1);
    let hint = "hint: `--max-unpacked SIZE` lets it become larger";
    assert!(
        done.stderr.contains("more than 1000000 bytes") && done.stderr.contains(hint),
        "{}",
        done.stderr
    );
}

#[test]
fn links_and_doubled_names_are_refused() {
    let archive = pack(study("detente score speeches/a.txt --format csv\n"), &[]).read("a.zip");
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    type Writer = ZipWriter<Cursor<Vec<u8>>>;
    let with = |add: &dyn Fn(&mut Writer)| {
        let mut writer = ZipWriter::new_append(Cursor::new(archive.clone())).unwrap();
        add(&mut writer);
        writer.finish().unwrap().into_inner()
    };
    refused(
        with(&|writer| {
            writer
                .add_symlink("inputs/link", "/etc/passwd", options)
                .unwrap()
        }),
        "`inputs/link` is a link; expected plain files",
    );
    refused(
        with(&|writer| writer.add_directory("inputs/folder", options).unwrap()),
        "is a folder; expected plain files",
    );
    // The writer takes no name twice, so it is put there by hand, in both places.
    let mut twice = with(&|writer| {
        writer.start_file("inputs/speeches/b.txt", options).unwrap();
        writer.write_all(b"They left.").unwrap();
    });
    let (old, new) = (b"inputs/speeches/b.txt", b"inputs/speeches/a.txt");
    let places: Vec<usize> = (0..twice.len() - old.len())
        .filter(|at| twice[*at..].starts_with(old))
        .collect();
    assert_eq!(places.len(), 2);
    places
        .into_iter()
        .for_each(|at| twice[at..at + new.len()].copy_from_slice(new));
    refused(twice, "two members have one name; expected a name for each");
}
