//! What files there are below a folder.

use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// All files below a folder, sorted, through links.
///
/// # Errors
/// A folder cannot be read, or a link leads up.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    listed(folder, |_| true)
}

/// As [`files_below`], but hidden ones: those of which scoring a folder may read some.
///
/// # Errors
/// As [`files_below`].
pub fn shown_files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    listed(folder, |name| !is_hidden(name))
}

/// The files below a folder, of which all files and folders with names that are not wanted are left out.
///
/// # Errors
/// As [`files_below`].
pub(crate) fn listed(
    folder: &Path,
    mut is_wanted: impl FnMut(&OsStr) -> bool,
) -> Result<Vec<PathBuf>> {
    let is_wanted = |entry: &DirEntry| entry.depth() == 0 || is_wanted(entry.file_name());
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let mut files = Vec::new();
    for entry in entries.into_iter().filter_entry(is_wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) if leads_nowhere(&error) => files.extend(error.path().map(Path::to_owned)),
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                return Err(Error::io("cannot read", &path, error.into()));
            }
        }
    }
    Ok(files)
}

/// Whether an entry of a folder is a link to what is not there. It is a file like others, which cannot be read: who
/// reads it says so, and goes on.
fn leads_nowhere(error: &walkdir::Error) -> bool {
    let kind = error.io_error().map(std::io::Error::kind);
    error.depth() > 0 && kind == Some(std::io::ErrorKind::NotFound)
}

/// Whether a file's name keeps it out of sight; the second are what programs leave beside a file that they have open.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || name.starts_with("~$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_a_folder_are_sorted_and_hidden_ones_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b.txt", "a/c.txt", "a/.git/x", ".hidden", "~$b.txt"] {
            std::fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            std::fs::write(at(name), "").unwrap();
        }
        let shown = shown_files_below(folder.path()).unwrap();
        assert_eq!(shown, [at("a/c.txt"), at("b.txt")]);
        assert_eq!(files_below(folder.path()).unwrap().len(), 5);
        assert!(files_below(&at("none")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_a_file_among_others() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.txt"), "").unwrap();
        std::os::unix::fs::symlink(at("gone"), at("b.txt")).unwrap();
        let files = shown_files_below(folder.path()).unwrap();
        assert_eq!(files, [at("a.txt"), at("b.txt")]);
        std::os::unix::fs::symlink(folder.path(), at("c")).unwrap();
        assert!(shown_files_below(folder.path()).is_err());
    }
}
