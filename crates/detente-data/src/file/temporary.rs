//! Temporary files and folders, of which nothing is left behind however a run ends.
//!
//! One is named `.detente-PID-RANDOM`, locked while it is written, and known here. A program that is told to end calls
//! [`remove_unfinished`]; what a run that was killed has left is removed by the next one that writes into that folder.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile, TempDir};

/// How names of temporary files begin.
const PREFIX: &str = ".detente-";

/// What this process is writing.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
/// Folders in which this process has looked for what others left.
static LOOKED_INTO: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What this process is writing, which nobody else adds to, puts into its place or removes meanwhile.
fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every file and folder that this process has begun and not put into its place, and lets it begin no other.
/// For a process that ends at once.
pub fn remove_unfinished() {
    let mut unfinished = unfinished();
    for path in std::mem::take(&mut *unfinished) {
        remove(&path);
    }
    // Whoever begins another one, or goes on with one of these, waits until the process is gone.
    std::mem::forget(unfinished);
}

/// A path that is removed if the process is told to end.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(path: &Path) -> Self {
        // The process may go to another folder meanwhile.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        unfinished().insert(path.clone());
        Self(path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().remove(&self.0);
    }
}

/// A file that is gone when it is dropped, unless it was put into a place.
pub(super) struct TemporaryFile {
    file: NamedTempFile,
    _unfinished: Unfinished,
}

impl TemporaryFile {
    /// Begins one in a folder.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        remove_stale(folder);
        // A temporary file is private; the one it becomes shall be as readable as any other.
        let file = builder(0o666, |builder| builder.tempfile_in(folder))?;
        // Where there are no locks, the number of the process has to do.
        let _ = file.as_file().try_lock();
        let unfinished = Unfinished::new(file.path());
        Ok(Self {
            file,
            _unfinished: unfinished,
        })
    }

    /// What was written, on its disk and in its place.
    pub(super) fn keep(self, target: &Path) -> Result<()> {
        self.file.as_file().sync_all()?;
        let _guard = unfinished();
        let kept = self.file.persist(target);
        kept.map(drop).map_err(|error| error.error)
    }
}

impl std::io::Write for TemporaryFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

/// A folder that is gone when it is dropped, with all that is in it.
pub(super) struct TemporaryFolder {
    folder: TempDir,
    _lock: Option<File>,
    _unfinished: Unfinished,
}

impl TemporaryFolder {
    /// Begins one in a folder.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        Self::with_mode(folder, 0o777)
    }

    /// Begins one in a folder that others can write into: nobody else can look into it.
    pub(super) fn private_in(folder: &Path) -> Result<Self> {
        Self::with_mode(folder, 0o700)
    }

    fn with_mode(folder: &Path, mode: u32) -> Result<Self> {
        remove_stale(folder);
        let folder = builder(mode, |builder| builder.tempdir_in(folder))?;
        let lock = File::open(folder.path()).ok();
        let lock = lock.filter(|file| file.try_lock().is_ok());
        let unfinished = Unfinished::new(folder.path());
        Ok(Self {
            folder,
            _lock: lock,
            _unfinished: unfinished,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in it.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let _guard = unfinished();
        std::fs::write(self.folder.path().join(name), bytes)
    }

    /// Puts it, or where a folder is already its files of these names, into its place. Where that fails, what could not
    /// be put there is said.
    pub(super) fn keep(
        self,
        target: &Path,
        names: &[String],
    ) -> std::result::Result<(), (PathBuf, std::io::Error)> {
        let _guard = unfinished();
        let from = self.folder.path();
        if !target.is_dir() {
            return std::fs::rename(from, target).map_err(|error| (target.to_owned(), error));
        }
        for name in names {
            let to = target.join(name);
            std::fs::rename(from.join(name), &to).map_err(|error| (to, error))?;
        }
        Ok(())
    }
}

fn builder<T>(
    #[cfg_attr(
        not(unix),
        expect(unused_variables, reason = "there are no such modes")
    )]
    mode: u32,
    begin: impl FnOnce(&Builder<'_, '_>) -> Result<T>,
) -> Result<T> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let mut builder = Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    begin(&builder)
}

/// Removes what runs that were killed have left in a folder; once in each run. What cannot be removed stays.
fn remove_stale(folder: &Path) {
    let known = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut looked_into = LOOKED_INTO.lock().unwrap_or_else(PoisonError::into_inner);
    if !looked_into.insert(known) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if !is_link && is_stale(&entry.file_name(), &entry.path()) {
            tracing::info!(path = %entry.path().display(), "removed what a killed run left");
            remove(&entry.path());
        }
    }
}

/// Whether a file has the name of a temporary one, and neither its process is there nor anybody holds its lock.
fn is_stale(name: &OsStr, path: &Path) -> bool {
    let process = || {
        let (process, _) = name.to_str()?.strip_prefix(PREFIX)?.split_once('-')?;
        process.parse::<u32>().ok()
    };
    let Some(process) = process() else {
        return false;
    };
    // Where processes are no files, the lock alone tells.
    let is_there = Path::new("/proc").join(process.to_string()).exists();
    process != std::process::id()
        && !is_there
        && File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

fn remove(path: &Path) {
    // Nobody is left who could be told.
    let _ = match path.is_dir() {
        true => std::fs::remove_dir_all(path),
        false => std::fs::remove_file(path),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // No process has the highest number.
        let (stale, stale_folder) = (at(".detente-4294967295-abc"), at(".detente-4294967295-dir"));
        std::fs::write(&stale, "half").unwrap();
        std::fs::create_dir(&stale_folder).unwrap();
        std::fs::write(stale_folder.join("page.html"), "half").unwrap();
        let kept = [
            at(&format!(".detente-{}-mine", std::process::id())),
            at(".detente-notes"),
            at(".detente-x-y"),
            at("detente-4294967295-abc"),
        ];
        kept.iter()
            .for_each(|path| std::fs::write(path, "").unwrap());
        let locked = at(".detente-4294967295-locked");
        let lock = File::create(&locked).unwrap();
        lock.lock().unwrap();
        drop(TemporaryFile::in_folder(folder.path()).unwrap());
        assert!(!stale.exists() && !stale_folder.exists());
        assert!(kept.iter().all(|path| path.exists()) && locked.exists());
    }
}
