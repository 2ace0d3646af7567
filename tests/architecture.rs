//! The house is as its pages say: reading order, imports, and what each room must not do.

use crate::run::{files_below, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A source file without its unit tests and comments, and what it belongs to.
struct Source {
    /// Its path below `src`, with `/` between the parts.
    path: String,
    /// The room: the first part of the path, without `.rs`.
    room: String,
    /// The lines that are compiled into the library, with their numbers.
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    files_below(&src, ".rs")
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&src).unwrap();
            let path = path.to_str().unwrap().replace('\\', "/");
            let first = path.split('/').next().unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let before_tests = text.lines().take_while(|line| *line != "#[cfg(test)]");
            Source {
                room: first.trim_end_matches(".rs").to_owned(),
                lines: (1..)
                    .zip(before_tests.map(str::to_owned))
                    .filter(|(_, line)| !line.trim_start().starts_with("//"))
                    .collect(),
                path,
            }
        })
        .collect()
}

/// The rooms in the order of `lib.rs`.
fn rooms() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// What a room's page declares behind `Imports:`.
fn declared(room: &str) -> BTreeSet<String> {
    let src = root().join("src");
    let page = [format!("{room}.rs"), format!("{room}/mod.rs")]
        .map(|name| src.join(name))
        .into_iter()
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("the room {room} has no page"));
    let text = std::fs::read_to_string(&page).unwrap();
    let docs: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .collect();
    let docs = docs.join(" ");
    let (_, after) = docs
        .split_once("Imports: ")
        .unwrap_or_else(|| panic!("{} has no line `Imports:`", page.display()));
    let list = after.split_once('.').map_or(after, |(list, _)| list);
    let list = list.split_once(" (").map_or(list, |(list, _)| list);
    list.split(", ")
        .filter(|name| *name != "nothing")
        .map(str::to_owned)
        .collect()
}

/// The rooms that a line names as `crate::room`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|after| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        &after[..after.find(|c| !is_part(c)).unwrap_or(after.len())]
    })
}

#[test]
fn imports_are_declared_used_and_above() {
    let rooms = rooms();
    assert!(rooms.len() > 10, "lib.rs lists the rooms");
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in &source.lines {
            if line.contains("use crate::{") {
                wrong.push(format!("{}:{number}: one line a room", source.path));
            }
            for name in named(line).filter(|name| *name != source.room) {
                if rooms.iter().any(|room| room == name) {
                    let used = used.entry(source.room.clone()).or_default();
                    used.insert(name.to_owned());
                } else {
                    wrong.push(format!("{}:{number}: `{name}` is no room", source.path));
                }
            }
        }
    }
    for (at, room) in rooms.iter().enumerate() {
        let declared = declared(room);
        let used = used.remove(room).unwrap_or_default();
        for name in used.difference(&declared) {
            wrong.push(format!("{room} uses {name} but does not declare it"));
        }
        for name in declared.difference(&used) {
            wrong.push(format!("{room} declares {name} but does not use it"));
        }
        for name in &used {
            if !rooms[..at].contains(name) {
                wrong.push(format!("{room} uses {name}, which does not stand above it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_and_file_is_a_room() {
    let rooms = rooms();
    for source in sources() {
        let known = rooms.contains(&source.room) || ["lib", "main"].contains(&&*source.room);
        assert!(known, "src/{} belongs to no room", source.path);
    }
}

#[test]
fn unit_tests_stand_last() {
    for file in files_below(&root().join("src"), ".rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        if let Some((_, tests)) = text.split_once("\n#[cfg(test)]\n") {
            let is_module = tests.starts_with("mod tests {");
            assert!(is_module && tests.ends_with("\n}\n"), "{}", file.display());
            assert_eq!(tests.matches("\n}\n").count(), 1, "{}", file.display());
        }
    }
}

#[test]
fn nothing_is_left_undone() {
    let marks = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("FIX", "ME"),
        concat!("TO", "DO"),
        concat!("#[", "ignore"),
        concat!("```", "ignore"),
    ];
    for folder in ["src", "tests", "benches", "fuzz/fuzz_targets"] {
        for file in files_below(&root().join(folder), ".rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            for mark in marks {
                assert!(!text.contains(mark), "{} has {mark}", file.display());
            }
        }
    }
}

#[test]
fn imports_name_things_and_climb_one_step() {
    for source in sources() {
        for (number, line) in source.lines {
            let place = format!("src/{}:{number}", source.path);
            assert!(!line.contains("super::super"), "{place} climbs two steps");
            let is_glob = line.trim_start().starts_with("use ") && line.contains("::*");
            // rayon's prelude is made to be taken whole.
            assert!(!is_glob || line.contains("prelude::*"), "{place} is a glob");
        }
    }
}

/// Fails for each file that names a thing outside the places where it may be named.
fn only_in(thing: &str, finds: impl Fn(&str) -> bool, places: &[&str]) {
    let mut found = 0;
    for source in sources() {
        for (number, _) in source.lines.iter().filter(|(_, line)| finds(line)) {
            found += 1;
            assert!(
                places.iter().any(|place| source.path.starts_with(place)),
                "src/{}:{number} has {thing}; it belongs in {}",
                source.path,
                places.join(", ")
            );
        }
    }
    assert!(found > 0, "{thing} is nowhere; has this test gone stale?");
}

/// Whether a line names a crate, and not a module of our own with the same name.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::"))
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn each_format_has_one_home() {
    only_in(
        "serde",
        |line| names_crate(line, "serde"),
        &["model/", "report/", "serve/"],
    );
    let places = ["model/", "corpus/source.rs", "report/", "serve/"];
    only_in(
        "serde_json",
        |line| names_crate(line, "serde_json"),
        &places,
    );
    let places = ["corpus/rows.rs", "corpus/table.rs", "report/"];
    only_in("the csv crate", |line| names_crate(line, "csv"), &places);
}

#[test]
fn files_are_opened_in_few_places() {
    let places = ["file.rs", "file/", "corpus/", "cli/"];
    let opens = |line: &str| ["fs::", "File::"].iter().any(|word| line.contains(word));
    only_in("file access", opens, &places);
}

#[test]
fn only_the_command_line_speaks() {
    let speaks = |line: &str| {
        let words = ["print!(", "println!(", "stdout()", "stderr()", "exit("];
        words.iter().any(|word| line.contains(word))
    };
    only_in("output", speaks, &["cli/"]);
}

#[test]
fn every_dataset_has_a_readme() {
    let Ok(entries) = std::fs::read_dir(root().join("datasets")) else {
        return;
    };
    let folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    for folder in folders {
        let readme = folder.join("README.md");
        assert!(readme.is_file(), "{} is missing", readme.display());
    }
}

#[test]
fn every_model_is_described() {
    let folder = root().join("models");
    let text = read_or_empty(&folder.join("README.md"));
    for model in files_below(&folder, ".detente") {
        let name = model.file_name().unwrap().to_str().unwrap();
        assert!(text.contains(name), "models/README.md does not name {name}");
    }
}

fn read_or_empty(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
