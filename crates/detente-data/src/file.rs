//! Files: opened, decompressed, compressed, and replaced whole.
//!
//! What is read is decompressed if its first bytes say that it is gzip or Zstandard, whatever its name.
//! What is written is compressed if its name ends in `.gz` or `.zst`.

mod mapped;

pub use mapped::map;

use crate::error::{Error, ErrorKind, Result};
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

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
/// The file cannot be read.
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
        Some(Compression::Gzip) => Box::new(BufReader::with_capacity(
            BUFFER,
            MultiGzDecoder::new(reader),
        )),
        Some(Compression::Zstandard) => {
            let frames = Frames {
                input: Some(reader),
                frame: None,
            };
            Box::new(BufReader::with_capacity(BUFFER, frames))
        }
    })
}

/// Reads a file whole.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io("cannot read", path, source))?;
    Ok(bytes)
}

type Input = Box<dyn BufRead + Send>;

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
    file.as_file().sync_all().map_err(failed)?;
    file.persist(target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A file that is written piece by piece and takes the place of the old one when it is whole. Memory does
/// not grow with it.
pub struct NewFile {
    path: PathBuf,
    target: PathBuf,
    contents: Contents,
}

enum Contents {
    Plain(NamedTempFile),
    Gzip(GzEncoder<NamedTempFile>),
    /// What waits for its frame is not longer than one.
    Zstandard(NamedTempFile, Vec<u8>),
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
                Contents::Gzip(GzEncoder::new(file, flate2::Compression::default()))
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
        file.as_file().sync_all().map_err(failed)?;
        file.persist(self.target)
            .map_err(|error| failed(error.error))?;
        Ok(())
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

/// Makes a folder with those above it, unless it is there, and checks that files can be written into it.
///
/// # Errors
/// The path is a file, or the folder cannot be made or is not writable.
pub fn open_folder(path: &Path) -> Result<()> {
    // Without the separator at its end, which would hide that it is a file.
    let plain: PathBuf = path.components().collect();
    if plain.ancestors().any(Path::is_file) {
        return Err(Error::new(ErrorKind::NotAFolder).in_file(path));
    }
    std::fs::create_dir_all(path)
        .map_err(|source| Error::io("cannot make the folder", path, source))?;
    check_writable(&path.join("index.html"))
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
    let found = path.canonicalize().ok();
    let is_input = |input: &PathBuf| found.is_some() && input.canonicalize().ok() == found;
    match inputs.iter().any(is_input) {
        true => Err(Error::new(ErrorKind::IsInput).in_file(path)),
        false => Ok(()),
    }
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

fn temporary_beside(path: &Path) -> Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".detente-");
    // A temporary file is private; the one it becomes shall be as readable as any other.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|error| {
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
