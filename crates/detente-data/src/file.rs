//! Files: opened, decompressed, compressed, and replaced whole.
//!
//! What is read is decompressed if its first bytes say that it is gzip or Zstandard, whatever its name, up to a bound
//! ([`set_max_unpacked`]). Files are read, never mapped: one that another program shortens or overwrites meanwhile
//! ends no process.
//! What is written is compressed if its name ends in `.gz` or `.zst`.

mod listing;
mod temporary;
mod unpacked;

pub use listing::{files_below, shown_files_below};
pub(crate) use listing::{is_hidden, listed};
pub use temporary::remove_unfinished;
#[cfg(feature = "documents")]
pub(crate) use unpacked::most_unpacked;
pub use unpacked::{DEFAULT_MAX_UNPACKED, check_unpacked, max_unpacked, set_max_unpacked};

use crate::error::{Error, ErrorKind, Result};
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use temporary::{TemporaryFile, TemporaryFolder};
use unpacked::Packed;

/// Bytes that a reader holds.
const BUFFER: usize = 1 << 16;

/// A way to make files smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstandard,
}

impl Compression {
    const ALL: [Self; 2] = [Self::Gzip, Self::Zstandard];

    fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zstandard => "zst",
        }
    }

    /// The first bytes of every file of this kind.
    fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b],
            Self::Zstandard => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }

    fn of_start(bytes: &[u8]) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| bytes.starts_with(kind.magic()))
    }

    fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?;
        let is_named = |kind: &Self| extension.eq_ignore_ascii_case(kind.extension());
        Self::ALL.into_iter().find(is_named)
    }
}

/// The path without `.gz` or `.zst`: what its contents are called.
///
/// # Example
/// ```
/// use detente_data::file::uncompressed_name;
/// use std::path::Path;
/// assert_eq!(uncompressed_name(Path::new("a/b.csv.gz")), Path::new("a/b.csv"));
/// assert_eq!(uncompressed_name(Path::new("b.csv")), Path::new("b.csv"));
/// ```
pub fn uncompressed_name(path: &Path) -> PathBuf {
    match Compression::of_name(path) {
        Some(_) => path.with_extension(""),
        None => path.to_owned(),
    }
}

/// Opens a file, or standard input for `-`, and decompresses it as it is read.
///
/// # Errors
/// The file cannot be read. Reading on fails where it unpacks to more than it may.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    let failed = |source| Error::io("cannot read", path, source);
    let mut reader: Box<dyn BufRead + Send> = if path.as_os_str() == "-" {
        Box::new(BufReader::with_capacity(BUFFER, std::io::stdin()))
    } else {
        let file = File::open(path).map_err(failed)?;
        Box::new(BufReader::with_capacity(BUFFER, file))
    };
    let start = reader.fill_buf().map_err(failed)?;
    Ok(match Compression::of_start(start) {
        None => reader,
        Some(kind) => {
            let (packed, unpacked) = Packed::new(reader);
            let decoder: Box<dyn Read + Send> = match kind {
                Compression::Gzip => Box::new(MultiGzDecoder::new(packed)),
                Compression::Zstandard => Box::new(Frames {
                    input: Some(packed),
                    frame: None,
                }),
            };
            Box::new(BufReader::with_capacity(BUFFER, unpacked.bounded(decoder)))
        }
    })
}

/// Reads a file whole.
///
/// # Errors
/// The file cannot be read, or unpacks to more than it may.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io("cannot read", path, source))?;
    Ok(bytes)
}

type Input = Packed<Box<dyn BufRead + Send>>;

/// Decompresses the frames of a Zstandard file, one after the other; one of them has a reader at a time.
struct Frames {
    input: Option<Input>,
    frame: Option<StreamingDecoder<Input, FrameDecoder>>,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let n = frame.read(buffer)?;
                if n > 0 || buffer.is_empty() {
                    return Ok(n);
                }
                self.input = self.frame.take().map(StreamingDecoder::into_inner);
            }
            let Some(mut input) = self.input.take() else {
                return Ok(0);
            };
            if input.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = StreamingDecoder::new(input).map_err(std::io::Error::other)?;
            self.frame = Some(frame);
        }
    }
}

fn compressed(path: &Path, bytes: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
    Ok(match Compression::of_name(path) {
        None => None,
        Some(Compression::Gzip) => {
            // Without a time in its header: the same contents are the same file.
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes)?;
            Some(encoder.finish()?)
        }
        Some(Compression::Zstandard) => Some(compress_to_vec(bytes, CompressionLevel::Fastest)),
    })
}

/// Writes a file whole or not at all: the bytes go to a temporary file in the same folder, which is
/// then renamed over the old one.
///
/// # Errors
/// The folder or the file cannot be written; the old file is left as it was.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| Error::io("cannot write", path, source);
    let target = regular_file(path)?;
    let mut file = temporary_beside(&target)?;
    let compressed = compressed(path, bytes).map_err(failed)?;
    let bytes = compressed.as_deref().unwrap_or(bytes);
    file.write_all(bytes).map_err(failed)?;
    file.keep(&target).map_err(failed)
}

/// A file that is written piece by piece and takes the place of the old one when it is whole. Memory does
/// not grow with it.
pub struct NewFile {
    path: PathBuf,
    target: PathBuf,
    contents: Contents,
}

enum Contents {
    Plain(TemporaryFile),
    Gzip(Box<GzEncoder<TemporaryFile>>),
    /// What waits for its frame is not longer than one.
    Zstandard(TemporaryFile, Vec<u8>),
}

/// Bytes in a frame of a Zstandard file that is written piece by piece.
const FRAME: usize = 1 << 22;

impl NewFile {
    /// Begins a file that shall stand at a path; dropping it leaves nothing behind.
    ///
    /// # Errors
    /// As [`check_writable`].
    pub fn at(path: &Path) -> Result<Self> {
        let target = regular_file(path)?;
        let file = temporary_beside(&target)?;
        let contents = match Compression::of_name(path) {
            None => Contents::Plain(file),
            Some(Compression::Gzip) => {
                let encoder = GzEncoder::new(file, flate2::Compression::default());
                Contents::Gzip(Box::new(encoder))
            }
            Some(Compression::Zstandard) => Contents::Zstandard(file, Vec::new()),
        };
        Ok(Self {
            path: path.to_owned(),
            target,
            contents,
        })
    }

    /// The failure of writing to it.
    pub fn failed(&self, source: std::io::Error) -> Error {
        Error::io("cannot write", &self.path, source)
    }

    /// Puts it in the place of the old one.
    ///
    /// # Errors
    /// It cannot be written to the end; the old file is left as it was.
    pub fn keep(self) -> Result<()> {
        let failed = |source| Error::io("cannot write", &self.path, source);
        let file = match self.contents {
            Contents::Plain(file) => file,
            Contents::Gzip(encoder) => encoder.finish().map_err(failed)?,
            Contents::Zstandard(mut file, waiting) => {
                let frame = compress_to_vec(&waiting[..], CompressionLevel::Fastest);
                file.write_all(&frame).map_err(failed)?;
                file
            }
        };
        file.keep(&self.target).map_err(failed)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.contents {
            Contents::Plain(file) => file.write(bytes),
            Contents::Gzip(encoder) => encoder.write(bytes),
            Contents::Zstandard(file, waiting) => {
                let taken = bytes.len().min(FRAME - waiting.len());
                waiting.extend_from_slice(&bytes[..taken]);
                if waiting.len() == FRAME {
                    let frame = compress_to_vec(&waiting[..], CompressionLevel::Fastest);
                    file.write_all(&frame)?;
                    waiting.clear();
                }
                Ok(taken)
            }
        }
    }

    /// Compressed files are written on when they are whole.
    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.contents {
            Contents::Plain(file) => file.flush(),
            Contents::Gzip(_) | Contents::Zstandard(..) => Ok(()),
        }
    }
}

/// Begins a file that shall stand at a path, as [`NewFile::at`] does.
///
/// # Errors
/// As [`check_writable`].
pub fn begin(path: &Path) -> Result<NewFile> {
    NewFile::at(path)
}

/// A folder of files that is there with all of them or not at all. Where a folder is already, it keeps its files, and
/// those of the same names are replaced, once all new ones are whole.
pub struct NewFolder {
    path: PathBuf,
    /// What is read, and must not be replaced.
    inputs: Vec<PathBuf>,
    names: Vec<String>,
    temporary: TemporaryFolder,
}

impl NewFolder {
    /// Begins a folder that shall stand at a path, and makes those above it; dropping it leaves no file behind.
    ///
    /// # Errors
    /// The path is a file, or the folder cannot be made or is not writable.
    pub fn at(path: &Path, inputs: Vec<PathBuf>) -> Result<Self> {
        // Without the separator at its end, which would hide that it is a file.
        let plain: PathBuf = path.components().collect();
        if plain.ancestors().any(Path::is_file) {
            return Err(Error::new(ErrorKind::NotAFolder).in_file(path));
        }
        let failed = |source| Error::io("cannot make the folder", path, source);
        let beside = match plain.is_dir() {
            true => plain.as_path(),
            false => folder_of(&plain),
        };
        std::fs::create_dir_all(beside).map_err(failed)?;
        Ok(Self {
            temporary: TemporaryFolder::in_folder(beside).map_err(|error| {
                // The temporary folder's name means nothing to the user.
                failed(std::io::Error::from(error.kind()))
            })?,
            path: plain,
            inputs,
            names: Vec::new(),
        })
    }

    /// Writes a file of the folder.
    ///
    /// # Errors
    /// It cannot be written, or would take the place of a file that is read.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let target = self.path.join(name);
        check_is_none_of(&target, &self.inputs)?;
        (self.temporary.write(name, bytes))
            .map_err(|source| Error::io("cannot write", &target, source))?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Puts the folder into its place. Where there was one, the new files go into it in the order in which they were
    /// written.
    ///
    /// # Errors
    /// It cannot be put there.
    pub fn keep(self) -> Result<()> {
        let kept = self.temporary.keep(&self.path, &self.names);
        kept.map_err(|(target, source)| Error::io("cannot write", &target, source))
    }
}

/// A folder to work in, where the system has those that are not kept: nobody else can look into it, and it is gone when
/// it is dropped or the process is told to end.
pub struct ScratchFolder(TemporaryFolder);

impl ScratchFolder {
    /// Begins one.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new() -> Result<Self> {
        let folder = std::env::temp_dir();
        let failed = |source| Error::io("cannot make a folder to work in", &folder, source);
        Ok(Self(TemporaryFolder::private_in(&folder).map_err(failed)?))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Checks that a file can be written at a path, before the work that fills it.
///
/// # Errors
/// The path is a folder, a device or a pipe, or its folder does not exist or is not writable.
pub fn check_writable(path: &Path) -> Result<()> {
    temporary_beside(&regular_file(path)?).map(drop)
}

/// As [`check_writable`], and that the file is none of those that are read.
///
/// # Errors
/// As [`check_writable`]; the path means one of `inputs`.
pub fn check_writable_beside(path: &Path, inputs: &[PathBuf]) -> Result<()> {
    check_writable(path)?;
    check_is_none_of(path, inputs)
}

/// Checks that a path means none of these files, by whatever name: through links, and as another name of the same file.
fn check_is_none_of(path: &Path, inputs: &[PathBuf]) -> Result<()> {
    let Some(found) = identity(path) else {
        return Ok(());
    };
    let is_found = |input: &PathBuf| identity(input).as_ref() == Some(&found);
    match inputs.iter().any(is_found) {
        true => Err(Error::new(ErrorKind::IsInput).in_file(path)),
        false => Ok(()),
    }
}

/// What is the same for all names of a file that is there.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// What is the same for all names of a file that is there.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

/// The regular file that a path means, through symbolic links, or the path of one that can be made.
fn regular_file(path: &Path) -> Result<PathBuf> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            Err(Error::io("cannot write", path, source))
        }
        Ok(metadata) if !metadata.is_file() => Err(Error::new(ErrorKind::NotAFile).in_file(path)),
        Ok(_) => path
            .canonicalize()
            .map_err(|source| Error::io("cannot write", path, source)),
        Err(_) => Ok(path.to_owned()),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary_beside(path: &Path) -> Result<TemporaryFile> {
    let folder = folder_of(path);
    TemporaryFile::in_folder(folder).map_err(|error| {
        // The temporary file's name means nothing to the user.
        let source = if folder.is_dir() {
            std::io::Error::from(error.kind())
        } else {
            std::io::Error::other("its folder does not exist")
        };
        Error::io("cannot write", path, source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(name: &str, bytes: &[u8]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&path).unwrap()
    }

    #[test]
    fn a_name_says_how_a_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let contents = "We met. ".repeat(1000);
        for (name, magic) in [
            ("a.txt", &b"We"[..]),
            ("a.txt.gz", &[0x1f, 0x8b]),
            ("a.ZST", &[0x28, 0xb5, 0x2f, 0xfd]),
        ] {
            let path = folder.path().join(name);
            replace_file(&path, contents.as_bytes()).unwrap();
            let written = std::fs::read(&path).unwrap();
            assert!(written.starts_with(magic), "{name}");
            assert_eq!(written.len() < contents.len(), name != "a.txt");
            assert!(read(&path).unwrap() == contents.as_bytes());
        }
    }

    #[test]
    fn pieces_make_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let contents: Vec<u8> = (0..FRAME as u32 / 2).flat_map(u32::to_le_bytes).collect();
        for name in ["a", "a.gz", "a.zst"] {
            let path = folder.path().join(name);
            let mut file = NewFile::at(&path).unwrap();
            contents
                .chunks(100_000)
                .for_each(|piece| file.write_all(piece).unwrap());
            assert!(!path.exists());
            file.keep().unwrap();
            assert!(read(&path).unwrap() == contents, "{name}");
            drop(NewFile::at(&path).unwrap());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("above").join("pages");
        let names = |path: &Path| -> Vec<String> {
            let entries = std::fs::read_dir(path).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        };
        let mut new = NewFolder::at(&at, Vec::new()).unwrap();
        new.write("a.html", b"a").unwrap();
        drop(new);
        assert!(names(at.parent().unwrap()).is_empty());
        for contents in ["one", "two"] {
            let mut new = NewFolder::at(&at, Vec::new()).unwrap();
            new.write("a.html", contents.as_bytes()).unwrap();
            new.keep().unwrap();
            std::fs::write(at.join("mine.txt"), "mine").unwrap();
            assert_eq!(
                std::fs::read_to_string(at.join("a.html")).unwrap(),
                contents
            );
        }
        assert_eq!(names(&at), ["a.html", "mine.txt"]);
        // A new page over one that is read.
        let mut new = NewFolder::at(&at, vec![at.join("mine.txt")]).unwrap();
        assert!(new.write("mine.txt", b"").is_err());
        drop(new);
        assert_eq!(names(&at), ["a.html", "mine.txt"]);
    }

    #[test]
    fn all_names_of_an_input_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a"), "").unwrap();
        std::fs::write(at("b"), "").unwrap();
        std::fs::hard_link(at("a"), at("hard")).unwrap();
        let inputs = [at("a")];
        for name in ["a", "./a", "hard"] {
            assert!(check_writable_beside(&at(name), &inputs).is_err(), "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("a"), at("soft")).unwrap();
            assert!(check_writable_beside(&at("soft"), &inputs).is_err());
        }
        for name in ["b", "new"] {
            assert!(check_writable_beside(&at(name), &inputs).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_small_file_that_becomes_a_large_one_is_refused() {
        let zeros = vec![0; 20_000_000];
        for name in ["a.gz", "a.zst"] {
            let packed = compressed(Path::new(name), &zeros).unwrap().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            std::fs::write(&path, packed).unwrap();
            let error = read(&path).unwrap_err().to_string();
            let expected =
                "cannot read: it unpacks to more than 200 times its size; expected at most as much";
            assert_eq!(error, format!("{}: {expected}", path.display()));
        }
    }

    #[test]
    fn the_first_bytes_say_how_a_file_is_read() {
        let member = compressed(Path::new("a.gz"), b"We met. ").unwrap().unwrap();
        assert_eq!(read_back("a.txt", &member), b"We met. ");
        assert_eq!(read_back("a.txt", &member.repeat(2)), b"We met. We met. ");
        let frame = compressed(Path::new("a.zst"), b"We met. ")
            .unwrap()
            .unwrap();
        assert_eq!(read_back("a", &frame.repeat(3)), b"We met. ".repeat(3));
        assert_eq!(read_back("a.gz", b"plain"), b"plain");
        assert_eq!(read_back("a.gz", b""), b"");
    }

    #[test]
    fn a_scratch_folder_is_gone_when_it_is_dropped() {
        let scratch = ScratchFolder::new().unwrap();
        let path = scratch.path().to_owned();
        std::fs::create_dir(path.join("a")).unwrap();
        std::fs::write(path.join("a/b"), "b").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o77, 0);
        }
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn half_a_compressed_file_is_an_error() {
        let contents: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for name in ["a.gz", "a.zst"] {
            let whole = compressed(Path::new(name), &contents).unwrap().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains("cannot read"), "{error}");
        }
    }
}
