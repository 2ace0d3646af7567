//! A study to test with, and the archive of one, as it was packed or altered.

use crate::run::{Done, Run};
use crate::toy;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

pub(crate) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A folder with a study and what it reads.
pub(crate) fn study(commands: &str) -> Run {
    Run::new()
        .file("study/study.run", commands)
        .file("study/speeches/a.txt", "We welcome the ceasefire.")
        .file("study/speeches/later/b.txt", "They shell the town. We met.")
        .file("study/speeches/.notes", "private")
        .file("study/speeches/c.dat", "passed over")
        .file("study/a b.txt.gz", gzip("We condemn the attack."))
        .file("study/labelled.csv", toy::wide())
}

pub(crate) fn pack(run: Run, more: &[&str]) -> Done {
    run.args(["replicate", "pack", "study/study.run", "-o", "a.zip"])
        .args(more.iter().copied())
        .stdout("")
        .success()
}

/// The members of an archive.
pub(crate) fn members(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let names: Vec<String> = (zip.file_names().map(|name| name.unwrap().into_owned())).collect();
    let read = |name: String| {
        let mut bytes = Vec::new();
        zip.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    names.into_iter().map(read).collect()
}

pub(crate) fn zipped(members: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn manifest(archive: &[u8]) -> Value {
    serde_json::from_slice(&members(archive)["manifest.json"]).unwrap()
}

/// The digest that the program itself gives a text, found by packing it.
pub(crate) fn digest_of(text: &[u8]) -> Value {
    let run = Run::new()
        .file("study/study.run", "detente score x.txt")
        .file("study/x.txt", text);
    manifest(&pack(run, &[]).read("a.zip"))["inputs"][0].clone()
}

/// The archive with other contents of a member, and a manifest that names them.
pub(crate) fn forged(archive: &[u8], member: &str, contents: &[u8]) -> Vec<u8> {
    let digest = digest_of(contents);
    let mut members = members(archive);
    let mut manifest: Value = serde_json::from_slice(&members["manifest.json"]).unwrap();
    let mut change = |record: &mut Value| {
        if record["file"] == member {
            record["sha256"] = digest["sha256"].clone();
            record["bytes"] = digest["bytes"].clone();
        }
    };
    change(&mut manifest["study"]);
    for list in ["inputs", "outputs", "models"] {
        manifest[list]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(&mut change);
    }
    members.insert(
        "manifest.json".into(),
        serde_json::to_vec(&manifest).unwrap(),
    );
    members.insert(member.into(), contents.to_vec());
    zipped(&members)
}

/// The archive with a change in its manifest.
pub(crate) fn with_manifest(archive: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut members = members(archive);
    let mut manifest: Value = serde_json::from_slice(&members["manifest.json"]).unwrap();
    change(&mut manifest);
    members.insert(
        "manifest.json".into(),
        serde_json::to_vec(&manifest).unwrap(),
    );
    zipped(&members)
}

pub(crate) fn files(list: &Value) -> Vec<&str> {
    let records = list.as_array().unwrap().iter();
    records
        .map(|record| record["file"].as_str().unwrap())
        .collect()
}
