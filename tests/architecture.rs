//! The house is as its pages say: which crate may use which, what each must not do, and how files are kept.

use crate::run::{files_below, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The crates, from the ground up, with the others that each may use. Cargo lets no crate use what its manifest does
/// not name; this holds the manifests to the map in ARCHITECTURE.md.
const CRATES: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("documents", &["error"]),
    ("text", &[]),
    ("actors", &["text"]),
    ("metrics", &[]),
    ("replication", &["error"]),
    ("model", &["error", "text"]),
    ("data", &["documents", "error", "text", "model"]),
    ("encoder", &["error", "model", "data"]),
    ("train", &["error", "text", "metrics", "model", "data"]),
    (
        "score",
        &["error", "text", "actors", "metrics", "model", "data"],
    ),
    (
        "relations",
        &["text", "actors", "metrics", "model", "data", "score"],
    ),
    (
        "eval",
        &[
            "error", "text", "metrics", "model", "data", "train", "score",
        ],
    ),
    (
        "report",
        &[
            "error",
            "text",
            "actors",
            "metrics",
            "model",
            "data",
            "train",
            "score",
            "relations",
            "eval",
        ],
    ),
    (
        "server",
        &["error", "text", "model", "data", "score", "report"],
    ),
];

/// A source file without its unit tests and comments.
struct Source {
    /// Its path below the repository, with `/` between the parts.
    path: String,
    /// The lines that are compiled into the library, with their numbers.
    lines: Vec<(usize, String)>,
}

fn source_folders() -> Vec<PathBuf> {
    let crates = CRATES
        .iter()
        .map(|(name, _)| format!("crates/detente-{name}/src"));
    let mut folders: Vec<PathBuf> = crates.map(|path| root().join(path)).collect();
    folders.push(root().join("src"));
    folders
}

fn sources() -> Vec<Source> {
    let files = source_folders()
        .into_iter()
        .flat_map(|folder| files_below(&folder, ".rs"));
    files
        .map(|file| {
            let path = file.strip_prefix(root()).unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let before_tests = text.lines().take_while(|line| *line != "#[cfg(test)]");
            Source {
                path: path.to_str().unwrap().replace('\\', "/"),
                lines: (1..)
                    .zip(before_tests.map(str::to_owned))
                    .filter(|(_, line)| !line.trim_start().starts_with("//"))
                    .collect(),
            }
        })
        .collect()
}

/// The crates of this workspace that a manifest names for more than tests.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(manifest).unwrap();
    let (_, after) = text.split_once("\n[dependencies]\n").unwrap();
    let section = after.split("\n[").next().unwrap();
    let named = section
        .lines()
        .filter_map(|line| line.strip_prefix("detente-"));
    let names = named.map(|line| line.split(['.', ' ']).next().unwrap().to_owned());
    // The bytes of the default model are no room of the house.
    names.filter(|name| name != "default-model").collect()
}

#[test]
fn crates_use_only_what_stands_below_them() {
    let mut folders = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        folders.insert(entry.unwrap().file_name().into_string().unwrap());
    }
    let known: BTreeSet<String> = CRATES
        .iter()
        .map(|(name, _)| format!("detente-{name}"))
        .collect();
    assert_eq!(folders, known, "every crate stands in the map");
    for (at, (name, may_use)) in CRATES.iter().enumerate() {
        let below: Vec<&str> = CRATES[..at].iter().map(|(name, _)| *name).collect();
        assert!(
            may_use.iter().all(|other| below.contains(other)),
            "{name} uses what stands above it"
        );
        let used = dependencies(&root().join(format!("crates/detente-{name}/Cargo.toml")));
        let expected: BTreeSet<String> = may_use.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(used, expected, "detente-{name}");
    }
}

#[test]
fn inside_a_crate_no_two_files_bear_one_name() {
    for folder in source_folders() {
        let mut names: BTreeMap<String, PathBuf> = BTreeMap::new();
        for file in files_below(&folder, ".rs") {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            // The front page of a folder has the folder's name.
            if let Some(other) = names.insert(name, file.clone()) {
                panic!("{} and {} bear one name", other.display(), file.display());
            }
        }
    }
}

#[test]
fn unit_tests_stand_last() {
    for folder in source_folders() {
        for file in files_below(&folder, ".rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            if let Some((_, tests)) = text.split_once("\n#[cfg(test)]\n") {
                let is_module = tests.starts_with("mod tests {");
                assert!(is_module && tests.ends_with("\n}\n"), "{}", file.display());
                assert_eq!(tests.matches("\n}\n").count(), 1, "{}", file.display());
            }
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
    for folder in [
        "src",
        "crates",
        "tests",
        "benches",
        "examples",
        "fuzz/fuzz_targets",
    ] {
        for file in files_below(&root().join(folder), ".rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            for mark in marks {
                assert!(!text.contains(mark), "{} has {mark}", file.display());
            }
        }
    }
}

/// rustfmt leaves strings and comments as long as they are.
#[test]
fn no_line_is_longer_than_120_columns() {
    for folder in ["src", "crates", "tests", "benches", "examples", "models"] {
        for file in files_below(&root().join(folder), ".rs") {
            let text = std::fs::read_to_string(&file).unwrap();
            for (number, line) in (1..).zip(text.lines()) {
                let n_columns = line.chars().count();
                assert!(
                    n_columns <= 120,
                    "{}:{number} has {n_columns} columns",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn imports_name_things_and_climb_one_step() {
    for source in sources() {
        for (number, line) in source.lines {
            let place = format!("{}:{number}", source.path);
            assert!(!line.contains("super::super"), "{place} climbs two steps");
            let is_glob = line.trim_start().starts_with("use ") && line.contains("::*");
            // rayon's prelude is made to be taken whole.
            assert!(!is_glob || line.contains("prelude::*"), "{place} is a glob");
            assert!(!line.contains("use crate::{"), "{place}: one line a room");
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
                "{}:{number} has {thing}; it belongs in {}",
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
fn csv_has_one_home_to_come_in_and_one_to_go_out() {
    let corpus = "crates/detente-data/src/corpus";
    let places = [
        &format!("{corpus}/rows.rs"),
        &format!("{corpus}/table.rs"),
        "crates/detente-report/",
    ];
    only_in("the csv crate", |line| names_crate(line, "csv"), &places);
}

/// What a title or a label could do to a terminal is written out where cells are made.
#[test]
fn cells_of_tables_are_made_in_one_place() {
    // The cells of documents and of training are those of the standard library.
    let places = [
        "crates/detente-report/src/table.rs",
        "crates/detente-documents/",
        "crates/detente-train/",
    ];
    only_in(
        "cells of tables",
        |line| line.contains("Cell::new(") && !line.contains("RefCell::new("),
        &places,
    );
}

#[test]
fn files_are_opened_in_few_places() {
    let places = [
        "crates/detente-data/",
        "crates/detente-encoder/src/cache.rs",
        "src/cli/",
    ];
    let opens = |line: &str| ["fs::", "File::"].iter().any(|word| line.contains(word));
    only_in("file access", opens, &places);
}

/// What a browser or an executor of a cluster needs: no files, no threads, no clock.
#[test]
fn a_model_needs_no_operating_system() {
    for source in sources() {
        let is_core = ["error", "text", "model"].map(|name| format!("crates/detente-{name}/"));
        if is_core.iter().any(|folder| source.path.starts_with(folder)) {
            for (number, line) in source.lines {
                for word in [
                    "std::fs",
                    "std::net",
                    "std::thread",
                    "std::time",
                    "std::env",
                    "rayon",
                ] {
                    assert!(!line.contains(word), "{}:{number} has {word}", source.path);
                }
            }
        }
    }
}

#[test]
fn only_the_command_line_speaks() {
    let speaks = |line: &str| {
        let words = ["print!(", "println!(", "stdout()", "stderr()", "exit("];
        words.iter().any(|word| line.contains(word))
    };
    only_in("output", speaks, &["src/cli"]);
}

/// Errors say what was found and what is allowed; which flag helps is for `src/cli/hints.rs` to say.
#[test]
fn libraries_know_no_flags() {
    let is_flag = |line: &str| {
        let after = line.split("`--").nth(1);
        after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    for source in sources()
        .into_iter()
        .filter(|source| source.path.ends_with("/error.rs"))
    {
        for (number, line) in source.lines {
            let is_cli = source.path.starts_with("src/cli");
            assert!(
                is_cli || !is_flag(&line),
                "{}:{number} names a flag",
                source.path
            );
        }
    }
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

/// Crates whose `mod` lines stand in reading order: a file imports only what stands above it.
const IN_READING_ORDER: &[&str] = &[
    "crates/detente-text",
    "crates/detente-model",
    "crates/detente-encoder",
    "crates/detente-train",
];

/// Files that still import each other, by way of others or not.
const CIRCLES: &[&[&str]] = &[
    &[
        "crates/detente-report/src/columnar.rs",
        "crates/detente-report/src/value.rs",
    ],
    &[
        "crates/detente-server/src/answer.rs",
        "crates/detente-server/src/assets.rs",
        "crates/detente-server/src/connections.rs",
        "crates/detente-server/src/guard.rs",
        "crates/detente-server/src/openapi.rs",
        "crates/detente-server/src/request.rs",
        "crates/detente-server/src/routes.rs",
        "crates/detente-server/src/work.rs",
    ],
];

/// A file as a module of its crate.
#[derive(Default)]
struct Module {
    path: String,
    /// The names in its `mod` lines.
    children: Vec<String>,
    /// The modules of the crate that its `use` lines name.
    imports: BTreeSet<String>,
}

/// The things that a `use` line names, without what they are called here: `a::{b, c::d}` gives `a::b` and `a::c::d`.
fn named_things(path: &str) -> Vec<String> {
    let Some((before, inside)) = path.split_once('{') else {
        return vec![path.split(" as ").next().unwrap().trim().to_owned()];
    };
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut items) = (0, vec![String::new()]);
    for letter in inside.chars() {
        match letter {
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                items.last_mut().unwrap().push(letter);
            }
        }
    }
    let items = items
        .iter()
        .map(|item| item.trim())
        .filter(|item| !item.is_empty());
    items
        .flat_map(|item| named_things(&format!("{before}{item}")))
        .collect()
}

/// The modules of the crate in a folder by their paths (`stream::pass`); the front page is ``.
fn modules(folder: &str, sources: &[Source]) -> BTreeMap<String, Module> {
    let front = format!("{folder}/src/");
    let of_crate = sources.iter().filter_map(|source| {
        let name = source.path.strip_prefix(&front)?.strip_suffix(".rs")?;
        Some((
            if name == "lib" {
                String::new()
            } else {
                name.replace('/', "::")
            },
            source,
        ))
    });
    let files: BTreeMap<String, &Source> = of_crate.collect();
    let mut modules = BTreeMap::new();
    for (name, source) in &files {
        let lines: Vec<&str> = source.lines.iter().map(|(_, line)| line.as_str()).collect();
        let declared = lines
            .iter()
            .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
        let mut module = Module {
            path: source.path.clone(),
            children: declared
                .map(|line| line.trim_end_matches(';').to_owned())
                .collect(),
            imports: BTreeSet::new(),
        };
        let parent = name.rsplit_once("::").map_or("", |(parent, _)| parent);
        let text = lines.join(" ");
        let uses = text
            .split("use ")
            .skip(1)
            .filter_map(|rest| rest.split_once(';'));
        for thing in uses.flat_map(|(path, _)| named_things(path)) {
            let (start, rest) = thing.split_once("::").unwrap_or((&thing, ""));
            let base = match start {
                "crate" => "",
                "super" => parent,
                "self" => name,
                _ => continue,
            };
            let mut path = format!("{base}::{rest}").trim_matches(':').to_owned();
            // What is named is an item of the file that is found, or the file itself.
            while !files.contains_key(&path) {
                path = path
                    .rsplit_once("::")
                    .map_or("", |(above, _)| above)
                    .to_owned();
            }
            // A page and the files below it are one thing to a reader.
            let is_below =
                |a: &str, b: &str| b.is_empty() || a == b || a.starts_with(&format!("{b}::"));
            if !is_below(name, &path) && !is_below(&path, name) {
                module.imports.insert(path);
            }
        }
        modules.insert(name.clone(), module);
    }
    modules
}

/// All modules that are reached from one by imports.
fn reached(modules: &BTreeMap<String, Module>, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        for import in &modules[&name].imports {
            if found.insert(import.clone()) {
                open.push(import.clone());
            }
        }
    }
    found
}

/// Where a module stands in reading order: its place among the `mod` lines of each page above it.
fn place(modules: &BTreeMap<String, Module>, name: &str) -> Vec<Option<usize>> {
    let mut page = String::new();
    let mut places = Vec::new();
    for part in name.split("::") {
        places.push(
            modules[&page]
                .children
                .iter()
                .position(|child| child == part),
        );
        page = format!("{page}::{part}").trim_matches(':').to_owned();
    }
    places
}

#[test]
fn files_import_only_what_stands_above_them() {
    let sources = sources();
    let mut circles = BTreeSet::new();
    let mut n_imports = 0;
    for (name, _) in CRATES {
        let folder = format!("crates/detente-{name}");
        let modules = modules(&folder, &sources);
        for (name, module) in &modules {
            n_imports += module.imports.len();
            let reached_from = |other: &&String| reached(&modules, other).contains(name);
            let reached = reached(&modules, name);
            let circle: BTreeSet<&str> = (reached.iter().filter(reached_from))
                .map(|other| modules[other].path.as_str())
                .collect();
            if !circle.is_empty() {
                circles.insert(circle.into_iter().map(str::to_owned).collect::<Vec<_>>());
            }
            if IN_READING_ORDER.contains(&folder.as_str()) {
                for import in &module.imports {
                    assert!(
                        place(&modules, import) < place(&modules, name),
                        "{} uses {import}, which stands below it",
                        module.path
                    );
                }
            }
        }
    }
    assert!(
        n_imports > 100,
        "only {n_imports} imports found; has this test gone stale?"
    );
    let known: BTreeSet<Vec<String>> = CIRCLES
        .iter()
        .map(|circle| circle.iter().map(|path| (*path).to_owned()).collect())
        .collect();
    assert_eq!(circles, known, "files that import each other");
}
