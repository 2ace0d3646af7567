//! What README.md shows is what the program prints.
//!
//! In each block fenced as `console`, the lines `$ detente ...` are run in a shell and must print
//! the lines below them, up to the next `$`. Other commands are not run. A block fenced as
//! `console no-run` is left alone. The blocks share one temporary folder in which the repository's
//! entries are linked, so that relative paths work and outputs stay out of the repository.

use crate::run::{DETENTE, root};
use std::path::Path;
use std::process::Command;

/// A command of README.md and what it shall print.
#[derive(Debug, PartialEq)]
struct Shown {
    line: usize,
    command: String,
    output: String,
}

fn shown(markdown: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let (mut is_run, mut is_fenced) = (false, false);
    for (number, line) in (1..).zip(markdown.lines()) {
        if let Some(info) = line.strip_prefix("```") {
            is_fenced = !is_fenced;
            let words: Vec<&str> = info.split_whitespace().collect();
            is_run = is_fenced && words == ["console"];
        } else if is_run {
            if let Some(command) = line.strip_prefix("$ ") {
                all.push(Shown {
                    line: number,
                    command: command.to_owned(),
                    output: String::new(),
                });
            } else {
                let last = all.last_mut().expect("a console block begins with `$ `");
                last.output.push_str(line);
                last.output.push('\n');
            }
        }
    }
    all.retain(|shown| shown.command.starts_with("detente "));
    all
}

#[cfg(unix)]
fn link_repository(folder: &Path) {
    for entry in std::fs::read_dir(root()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name != "target" && !name.to_string_lossy().starts_with('.') {
            std::os::unix::fs::symlink(entry.path(), folder.join(name)).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn the_readme_shows_what_is_printed() {
    let Ok(markdown) = std::fs::read_to_string(root().join("README.md")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    link_repository(folder.path());
    let mut path = vec![Path::new(DETENTE).parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    for shown in shown(&markdown) {
        let run = Command::new("sh")
            .args(["-c", &shown.command])
            .env("PATH", std::env::join_paths(&path).unwrap())
            .env_remove("COLUMNS")
            .env_remove("CLICOLOR_FORCE")
            .current_dir(folder.path())
            .output()
            .unwrap();
        let Shown {
            line,
            command,
            output,
        } = shown;
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(
            run.status.success(),
            "README.md:{line}: {command}: {stderr}"
        );
        let stdout = String::from_utf8(run.stdout).unwrap();
        assert_eq!(stdout.trim_end(), output.trim_end(), "README.md:{line}");
    }
}

#[test]
fn commands_are_found_in_console_blocks_alone() {
    let markdown = "text\n```console\n$ cargo build\n$ detente inspect m\na\n\nb\n$ ls\nx\n```\n\
                    ```console no-run\n$ detente a\n```\n```sh\ndetente b\n```\n";
    let expected = Shown {
        line: 4,
        command: "detente inspect m".into(),
        output: "a\n\nb\n".into(),
    };
    assert_eq!(shown(markdown), [expected]);
}

/// The Rust of README.md is a doctest of the front page, so that it compiles and runs.
#[test]
fn the_rust_of_the_readme_is_a_doctest() {
    let Ok(markdown) = std::fs::read_to_string(root().join("README.md")) else {
        return;
    };
    let front_page = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let (_, after) = markdown.split_once("```rust\n").unwrap();
    let (block, _) = after.split_once("```").unwrap();
    for line in block.lines() {
        let doc = format!("//! {line}");
        assert!(
            front_page.contains(doc.trim_end()),
            "src/lib.rs lacks `{line}`"
        );
    }
}
