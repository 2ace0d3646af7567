//! A folder in which the commands of a study run, with their inputs and nothing else.

use super::children;
use super::failure::{Error, ErrorKind, Result};
use super::progress::Progress;
use super::study_plan::Step;
use detente_data::file::{ScratchFolder, files_below, max_unpacked, shown_files_below};
use detente_replication::{FileDigest, OutputRecord, copy_with_digest, digest_of, plain_path};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// The variables of the environment that commands of a study see: where programs and temporary files are, and how many
/// threads there are. What would change a result or a message is not among them.
const VARIABLES: [&str; 7] = [
    "PATH",
    "RAYON_NUM_THREADS",
    "SYSTEMROOT",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
];

/// The folder, which is gone when it is dropped.
pub(super) struct Workplace {
    scratch: ScratchFolder,
    inputs: BTreeSet<String>,
}

/// What came of the commands.
#[derive(Default)]
pub(super) struct Ran {
    /// The exit codes, in the order of the commands.
    pub(super) exit_codes: Vec<i32>,
    /// What they wrote, by the members of an archive.
    pub(super) outputs: BTreeMap<String, Written>,
}

/// A file that a command wrote.
pub(super) struct Written {
    /// The command, counted from 1.
    pub(super) command: usize,
    pub(super) digest: FileDigest,
}

impl Workplace {
    /// Makes it, with these folders in it.
    pub(super) fn new<'a>(folders: impl Iterator<Item = &'a String>) -> Result<Self> {
        let scratch = ScratchFolder::new()?;
        let place = Self {
            scratch,
            inputs: BTreeSet::new(),
        };
        let own = [place.work(), place.streams(), place.old()];
        for folder in own
            .into_iter()
            .chain(folders.map(|path| place.work().join(path)))
        {
            make_folder(&folder)?;
        }
        Ok(place)
    }

    /// Where the commands run.
    pub(super) fn work(&self) -> PathBuf {
        self.scratch.path().join("work")
    }

    fn streams(&self) -> PathBuf {
        self.scratch.path().join("streams")
    }

    fn old(&self) -> PathBuf {
        self.scratch.path().join("old")
    }

    /// A place for a file of the archive, to be looked at beside the new one.
    pub(super) fn aside(&self) -> PathBuf {
        self.old().join("file")
    }

    /// A place for an archive that is not whole yet.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.scratch.path().join("archive")
    }

    /// Makes an input of this path, and gives the file to fill.
    pub(super) fn new_input(&mut self, path: &str) -> Result<File> {
        let at = self.work().join(path);
        if let Some(folder) = at.parent() {
            make_folder(folder)?;
        }
        self.inputs.insert(path.to_owned());
        File::create_new(&at).map_err(|source| Error::io("cannot write", Path::new(path), source))
    }

    /// Takes a copy of a file as an input of this path.
    pub(super) fn take(&mut self, from: &Path, path: &str) -> Result<FileDigest> {
        let file = File::open(from).map_err(|source| Error::io("cannot read", from, source))?;
        let copy = self.new_input(path)?;
        copy_with_digest(file, copy).map_err(|source| Error::io("cannot copy", from, source))
    }

    /// Where a file is that shall be a member of an archive.
    pub(super) fn path_of(&self, member: &str) -> PathBuf {
        match member.split_once('/') {
            Some(("streams", name)) => self.streams().join(name),
            Some((_, path)) => self.work().join(path),
            None => self.work().join(member),
        }
    }

    /// Runs the commands one after the other, each as a run of this program of its own. One that fails is a result too.
    pub(super) fn run(&self, steps: &[Step]) -> Result<Ran> {
        let (program, before) = super::launcher()?;
        let limit = max_unpacked().map(|bytes| format!("--max-unpacked={bytes}"));
        let progress = Progress::new("{wide_bar} {pos}/{len} commands {elapsed}");
        let mut ran = Ran::default();
        let mut seen = BTreeMap::new();
        for (number, step) in (1..).zip(steps) {
            let streams = OutputRecord::stream_members(number);
            let [stdout, stderr] = streams.clone().map(|member| self.path_of(&member));
            let failed = |source| {
                let failed = Error::io("cannot run the command", &program, source);
                failed.at_line(step.line.number)
            };
            let variables = VARIABLES.into_iter();
            let variables = variables.filter_map(|name| Some((name, std::env::var_os(name)?)));
            let mut command = Command::new(&program);
            command
                .args(before)
                .args(&step.arguments)
                .args(&limit)
                .current_dir(self.work())
                .env_clear()
                .envs(variables)
                .stdin(Stdio::null())
                .stdout(File::create(&stdout).map_err(failed)?)
                .stderr(File::create(&stderr).map_err(failed)?);
            let n_done = number as u64 - 1;
            let ended = children::run(&mut command, || {
                progress.at(n_done, Some(steps.len() as u64));
            });
            let Some(code) = ended.map_err(failed)?.code() else {
                return Err(Error::new(ErrorKind::StudyStopped).at_line(step.line.number));
            };
            ran.exit_codes.push(code);
            let mut found = self.written()?;
            for (path, stamp) in &found {
                if seen.get(path) != Some(stamp) {
                    let member = OutputRecord::member(path);
                    ran.outputs.insert(member, Written::by(number));
                }
            }
            seen = std::mem::take(&mut found);
            for member in streams {
                ran.outputs.insert(member, Written::by(number));
            }
        }
        progress.finish();
        let is_left = |member: &String| self.path_of(member).is_file();
        ran.outputs.retain(|member, _| is_left(member));
        for (member, written) in &mut ran.outputs {
            let path = self.path_of(member);
            let digest = File::open(&path).and_then(digest_of);
            written.digest =
                digest.map_err(|source| Error::io("cannot read", Path::new(member), source))?;
        }
        Ok(ran)
    }

    /// What is in the folder and no input, with what changes when it is written anew.
    fn written(&self) -> Result<BTreeMap<String, (u64, Option<SystemTime>)>> {
        let work = self.work();
        let mut written = BTreeMap::new();
        for file in files_below(&work)? {
            let below = file.strip_prefix(&work).unwrap_or(&file);
            let parts = below
                .components()
                .map(|part| part.as_os_str().to_string_lossy());
            let path = parts.collect::<Vec<_>>().join("/");
            if self.inputs.contains(&path) {
                continue;
            }
            let metadata = std::fs::metadata(&file);
            let metadata = metadata.map_err(|source| Error::io("cannot read", below, source))?;
            let stamp = (metadata.len(), metadata.modified().ok());
            written.insert(plain_path(&path)?, stamp);
        }
        Ok(written)
    }
}

impl Written {
    /// Not read yet.
    fn by(command: usize) -> Self {
        let (sha256, bytes) = (String::new(), 0);
        Self {
            command,
            digest: FileDigest { sha256, bytes },
        }
    }
}

/// The path of each file of an input, with its plain path from the folder of the study.
pub(super) fn files_of(folder: &Path, input: &str) -> Result<Vec<(PathBuf, String)>> {
    let at = folder.join(input);
    if !at.is_dir() {
        return Ok(vec![(at, input.to_owned())]);
    }
    let mut files = Vec::new();
    for file in shown_files_below(&at)? {
        let below = file.strip_prefix(&at).unwrap_or(&file);
        let names = below.components().map(|part| part.as_os_str().to_str());
        let Some(names) = names.collect::<Option<Vec<&str>>>() else {
            let path = file.clone();
            return Err(Error::new(ErrorKind::StudyName).in_file(path));
        };
        let path = plain_path(&format!("{input}/{}", names.join("/")))?;
        files.push((file, path));
    }
    Ok(files)
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .map_err(|source| Error::io("cannot make the folder", folder, source))
}
