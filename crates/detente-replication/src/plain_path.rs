//! Paths that mean the same on every system, and lead out of no folder.

use crate::error::{Error, ErrorKind, PathFault, Result};

/// Bytes that a path may have.
const MAX_BYTES: usize = 1000;

/// The path with `/` between its parts, and without `.` and doubled or closing separators. The folder itself (`.`) is
/// the empty text.
///
/// # Errors
/// It is absolute, goes up, is empty or too long, or has a backslash or a control character.
///
/// # Example
/// ```
/// use detente_replication::plain_path;
/// assert_eq!(plain_path("./news//a.txt")?, "news/a.txt");
/// assert_eq!(plain_path("news/")?, "news");
/// assert!(plain_path("/etc/passwd").is_err());
/// assert!(plain_path("a/../../b").is_err());
/// # Ok::<(), detente_replication::Error>(())
/// ```
pub fn plain_path(path: &str) -> Result<String> {
    let bytes = path.as_bytes();
    let has_drive = bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    let fault = if path.is_empty() {
        Some(PathFault::Empty)
    } else if path.starts_with('/') || path.starts_with('\\') || has_drive {
        Some(PathFault::Absolute)
    } else if path.contains(|c: char| c == '\\' || c.is_control()) {
        Some(PathFault::Odd)
    } else if path.split('/').any(|part| part == "..") {
        Some(PathFault::LeadsOut)
    } else if path.len() > MAX_BYTES {
        Some(PathFault::Long)
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(Error::new(ErrorKind::BadPath {
            path: path.to_owned(),
            fault,
        }));
    }
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    Ok(parts.collect::<Vec<_>>().join("/"))
}

/// Whether a plain path is a folder's, or of something in it.
pub fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_stay_inside_are_plain() {
        for path in ["a", "./a", "a/", "a//", "./././a"] {
            assert_eq!(plain_path(path).unwrap(), "a", "{path}");
        }
        assert_eq!(plain_path(".").unwrap(), "");
        for path in [
            "",
            "/",
            "/a",
            "..",
            "../a",
            "a/..",
            "a/../b",
            "C:/a",
            "c:a",
            "\\\\server\\a",
            "a\\b",
            "a\0b",
            "a\nb",
        ] {
            assert!(plain_path(path).is_err(), "{path:?}");
        }
        assert!(plain_path(&"a/".repeat(600)).is_err());
        // A name that only looks like going up.
        assert_eq!(plain_path("..a/b..").unwrap(), "..a/b..");
    }

    #[test]
    fn what_is_below_a_folder_is_told_by_whole_names() {
        assert!(is_below("news/a", "news") && is_below("news", "news") && is_below("a", ""));
        assert!(!is_below("newspaper", "news") && !is_below("new", "news"));
    }
}
