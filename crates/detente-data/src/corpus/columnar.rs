//! Parquet and Arrow files: how they are known, and their rows.

use std::path::Path;

/// A kind of file that holds a table column by column, with types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnarFormat {
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, as a file (Feather version 2) or as a stream.
    Arrow,
}

impl ColumnarFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Parquet, Self::Arrow];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// What it is called in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
        }
    }

    /// The format that a file's name promises.
    ///
    /// # Example
    /// ```
    /// use detente_data::corpus::ColumnarFormat;
    /// use std::path::Path;
    /// assert_eq!(ColumnarFormat::of_name(Path::new("a.feather")), Some(ColumnarFormat::Arrow));
    /// assert_eq!(ColumnarFormat::of_name(Path::new("a.csv")), None);
    /// ```
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "parquet" => Some(Self::Parquet),
            "arrow" | "arrows" | "feather" | "ipc" => Some(Self::Arrow),
            _ => None,
        }
    }

    /// The format that the first bytes of a file are those of. None of them begins a text in UTF-8 but
    /// for `PAR1` and `ARROW1`, behind which a text would have no NUL byte.
    pub(super) fn of_start(start: &[u8]) -> Option<Self> {
        if start.starts_with(b"ARROW1\0\0") || start.starts_with(&STREAM) {
            Some(Self::Arrow)
        } else {
            let is_parquet = start.starts_with(b"PAR1") && start.contains(&0);
            is_parquet.then_some(Self::Parquet)
        }
    }
}

/// What begins each message of an Arrow stream.
pub(super) const STREAM: [u8; 4] = [0xff; 4];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_say_what_a_file_is() {
        let of = ColumnarFormat::of_start;
        assert_eq!(of(b"PAR1\x15\x04\x00"), Some(ColumnarFormat::Parquet));
        assert_eq!(of(b"PAR1 of the report\n"), None);
        assert_eq!(of(b"ARROW1\0\0"), Some(ColumnarFormat::Arrow));
        assert_eq!(of(&STREAM), Some(ColumnarFormat::Arrow));
        assert_eq!(of(b"text\n"), None);
    }
}
