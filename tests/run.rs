//! Runs the built program in a temporary folder and compares what it says.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use tempfile::TempDir;

/// The built program.
pub(crate) const DETENTE: &str = env!("CARGO_BIN_EXE_detente");

/// One run of the program: files, arguments, and what is expected of it.
///
/// ```text
/// Run::new().file("a.csv", "text\n").args(["score", "a.csv"]).stderr("error: ...\n").failure(1)
/// ```
pub(crate) struct Run {
    folder: Rc<TempDir>,
    args: Vec<String>,
    stdin: Vec<u8>,
    stdout: Option<String>,
    stderr: Option<String>,
}

/// What a run left behind.
pub(crate) struct Done {
    folder: Rc<TempDir>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self::in_folder(Rc::new(tempfile::tempdir().unwrap()))
    }

    fn in_folder(folder: Rc<TempDir>) -> Self {
        Self {
            folder,
            args: Vec::new(),
            stdin: Vec::new(),
            stdout: None,
            stderr: None,
        }
    }

    /// Puts a file into the folder, which is the current one of the run.
    pub(crate) fn file(self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
        self
    }

    /// The folder of the run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Adds arguments.
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.args.extend(args.into_iter().map(str::to_owned));
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Expects exactly this on standard output.
    pub(crate) fn stdout(mut self, expected: impl Into<String>) -> Self {
        self.stdout = Some(expected.into());
        self
    }

    /// Expects exactly this on standard error.
    pub(crate) fn stderr(mut self, expected: impl Into<String>) -> Self {
        self.stderr = Some(expected.into());
        self
    }

    /// Runs, and expects exit code 0.
    #[track_caller]
    pub(crate) fn success(self) -> Done {
        self.code(0)
    }

    /// Runs, and expects this exit code and an empty standard output.
    #[track_caller]
    pub(crate) fn failure(mut self, code: i32) -> Done {
        self.stdout.get_or_insert_default();
        self.code(code)
    }

    /// Runs, and expects that it fails, with an empty standard output.
    #[track_caller]
    pub(crate) fn failure_of_any_kind(mut self) -> Done {
        self.stdout.get_or_insert_default();
        self.ends(|code| matches!(code, Some(1 | 2)))
    }

    /// Runs, and expects that it ends by itself, with a result or a sentence.
    #[track_caller]
    #[cfg(feature = "documents")]
    pub(crate) fn any(self) -> Done {
        self.ends(|code| matches!(code, Some(0..=3)))
    }

    /// Runs, and expects this exit code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Done {
        self.ends(|found| found == Some(code))
    }

    #[track_caller]
    fn ends(self, is_expected: impl Fn(Option<i32>) -> bool) -> Done {
        let mut child = command(&self.args)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program may end without reading; that is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let shown = format!("$ detente {}\n{stdout}{stderr}", self.args.join(" "));
        let code = output.status.code();
        assert!(is_expected(code), "ended with {code:?}\n{shown}");
        if let Some(expected) = self.stderr {
            assert_eq!(stderr, expected, "{shown}");
        }
        if let Some(expected) = self.stdout {
            assert_eq!(stdout, expected, "{shown}");
        }
        Done {
            folder: self.folder,
            stdout,
            stderr,
        }
    }
}

impl Done {
    /// Another run in the same folder.
    pub(crate) fn then(&self) -> Run {
        Run::in_folder(Rc::clone(&self.folder))
    }

    /// Where a file in the folder is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bytes of a file in the folder.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap()
    }

    /// The names in the folder, hidden ones too, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Each line of standard output as JSON.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Standard output as CSV: the header, then rows by column name.
    #[track_caller]
    pub(crate) fn csv(&self) -> Table {
        Table::read(self.stdout.as_bytes())
    }
}

/// A CSV with a header.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    #[track_caller]
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        Self {
            header: words(reader.headers().unwrap()),
            rows: reader.records().map(|r| words(&r.unwrap())).collect(),
        }
    }

    #[track_caller]
    pub(crate) fn cell(&self, row: usize, column: &str) -> &str {
        let position = self.header.iter().position(|name| name == column);
        &self.rows[row][position.unwrap_or_else(|| panic!("there is no column {column}"))]
    }
}

/// The program with arguments, free of the caller's settings.
pub(crate) fn command(args: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = Command::new(DETENTE);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    command.args(args);
    command
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder whose name ends so, sorted; none if there is no such folder.
pub(crate) fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}
