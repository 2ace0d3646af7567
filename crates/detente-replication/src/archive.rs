//! The zip file of a study: written with the same bytes for the same files, and read as something hostile.

use crate::digest::{FileDigest, copy_with_digest};
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::Manifest;
use crate::plain_path::plain_path;
use crate::study::MAX_STUDY_BYTES;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, Write};
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// The member that names all others.
pub const MANIFEST: &str = "manifest.json";
/// The member for a reviewer.
pub const PAGE: &str = "README.md";
/// Members that an archive may have.
pub const MAX_MEMBERS: usize = 100_000;
/// Bytes that a manifest may have: some hundreds for each member.
const MAX_MANIFEST_BYTES: u64 = 64_000_000;
/// How the permissions of a member begin that is a plain file.
const PLAIN_FILE: u32 = 0o100_000;
/// The bits of those that say so.
const KIND_OF_FILE: u32 = 0o170_000;

/// Writes an archive of these members: sorted by name, without the time, the owner and the system of this moment, so
/// that the same members give the same bytes. `open` gives what a member holds, and its size.
///
/// # Errors
/// A member cannot be read, the archive cannot be written, or there are too many members.
pub fn write_archive<W: Write + Seek, R: Read>(
    out: W,
    members: &BTreeSet<String>,
    mut open: impl FnMut(&str) -> std::io::Result<(R, u64)>,
) -> Result<W> {
    if members.len() > MAX_MEMBERS {
        return Err(Error::new(ErrorKind::TooManyMembers {
            n: members.len(),
            most: MAX_MEMBERS,
        }));
    }
    let failed = |error: ZipError| Error::io("cannot write the archive", error.into());
    let mut writer = ZipWriter::new(out);
    for member in members {
        let in_member = |source| Error::io("cannot read", source).in_file(member);
        let (mut contents, n_bytes) = open(member).map_err(in_member)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .large_file(n_bytes >= u64::from(u32::MAX))
            .system(System::Unix)
            .unix_permissions(0o644);
        writer.start_file(member, options).map_err(failed)?;
        std::io::copy(&mut contents, &mut writer).map_err(in_member)?;
    }
    writer.finish().map_err(failed)
}

/// An archive whose members are what its manifest names, plain files with plain paths, each once.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    manifest: Manifest,
    /// What the files that the manifest names are known by.
    digests: BTreeMap<String, FileDigest>,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the list of members and the manifest, and unpacks nothing else. `check_size` gets the bytes that all
    /// members say they have, before one is unpacked.
    ///
    /// # Errors
    /// It is no zip file; a member is a link, a folder, locked, of another name than a plain path, there twice, or not
    /// named by the manifest; one that it names is missing; there are too many. What `check_size` fails with.
    pub fn open<E: From<Error>>(
        reader: R,
        check_size: impl FnOnce(u64) -> Result<(), E>,
    ) -> Result<Self, E> {
        let (zip, n_unpacked) = checked_list(reader)?;
        check_size(n_unpacked)?;
        Ok(Self::with_manifest(zip)?)
    }

    fn with_manifest(mut zip: ZipArchive<R>) -> Result<Self> {
        let mut bytes = Vec::new();
        let member = zip.by_name(MANIFEST).map_err(|error| match error {
            ZipError::FileNotFound => not_an_archive("it has no `manifest.json`"),
            error => damaged(&error),
        })?;
        if member.size() > MAX_MANIFEST_BYTES {
            let message = format!("it has more than {MAX_MANIFEST_BYTES} bytes");
            return Err(Error::new(ErrorKind::BadManifest { message }));
        }
        let said = member.size();
        let read = member.take(said + 1).read_to_end(&mut bytes);
        read.map_err(|source| Error::io("cannot read the manifest", source))?;
        let manifest = Manifest::from_json(&bytes)?;
        {
            let named = manifest.by_file();
            for file in zip.file_names() {
                let file = file.map_err(|error| damaged(&error))?;
                let is_named = named.get(&*file).is_some_and(|(_, is_held)| *is_held);
                if !is_named && ![MANIFEST, PAGE].contains(&&*file) {
                    let file = file.into_owned();
                    return Err(Error::new(ErrorKind::Foreign { file }));
                }
            }
            let is_missing = |file: &str| zip.index_for_name(file).is_none();
            let mut held = named.iter().filter(|(_, (_, is_held))| *is_held);
            if let Some((file, _)) = held.find(|(file, _)| is_missing(file)) {
                let file = (*file).to_owned();
                return Err(Error::new(ErrorKind::Missing { file }));
            }
        }
        let files = manifest.files();
        let digests = files.map(|(file, digest, _)| (file.to_owned(), digest.clone()));
        Ok(Self {
            zip,
            digests: digests.collect(),
            manifest,
        })
    }

    /// What the archive says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The text of the study.
    ///
    /// # Errors
    /// As [`Archive::unpack`]; it is too long, or no text.
    pub fn study(&mut self) -> Result<String> {
        let study = self.manifest.study.clone();
        let bad = |message: String| Error::new(ErrorKind::BadManifest { message });
        if study.digest.bytes > MAX_STUDY_BYTES {
            return Err(bad(format!(
                "`{}` has more than {MAX_STUDY_BYTES} bytes",
                study.file
            )));
        }
        let mut text = Vec::new();
        self.unpack(&study.file, &mut text)?;
        String::from_utf8(text).map_err(|_| bad(format!("`{}` is not UTF-8 text", study.file)))
    }

    /// Unpacks a member that the manifest names, and checks that it is the one named.
    ///
    /// # Errors
    /// It is not in the archive, damaged, longer than it says, or another than the manifest names; or `out` takes no
    /// more.
    pub fn unpack(&mut self, file: &str, out: impl Write) -> Result<()> {
        let missing = || {
            let file = file.to_owned();
            Error::new(ErrorKind::Missing { file })
        };
        let expected = self.digests.get(file).ok_or_else(missing)?;
        let member = self.zip.by_name(file).map_err(|error| match error {
            ZipError::FileNotFound => missing(),
            error => damaged(&error),
        })?;
        let said = member.size();
        if said != expected.bytes {
            return Err(Error::new(ErrorKind::OtherSize {
                file: file.to_owned(),
                expected: expected.bytes,
                found: said,
            }));
        }
        let found = copy_with_digest(member.take(said + 1), out)
            .map_err(|source| Error::io("cannot unpack", source).in_file(file))?;
        if found.bytes > said {
            let file = file.to_owned();
            return Err(Error::new(ErrorKind::Understated { file, said }));
        }
        if found != *expected {
            return Err(Error::new(ErrorKind::Altered {
                file: file.to_owned(),
                expected: expected.sha256.clone(),
                found: found.sha256,
            }));
        }
        Ok(())
    }
}

/// The list of members, each a plain file of a plain path, and the bytes that they say they have.
fn checked_list<R: Read + Seek>(reader: R) -> Result<(ZipArchive<R>, u64)> {
    let mut zip = ZipArchive::new(reader).map_err(|error| damaged(&error))?;
    if zip.len() > MAX_MEMBERS {
        return Err(Error::new(ErrorKind::TooManyMembers {
            n: zip.len(),
            most: MAX_MEMBERS,
        }));
    }
    if zip.has_duplicate_names() {
        return Err(Error::new(ErrorKind::Duplicates));
    }
    let mut n_unpacked = 0_u64;
    for at in 0..zip.len() {
        let member = zip.by_index_raw(at).map_err(|error| damaged(&error))?;
        let name = member.name().map_err(|error| damaged(&error))?.into_owned();
        if let Some(found) = unlike_a_plain_file(&member) {
            return Err(Error::new(ErrorKind::BadMember { file: name, found }));
        }
        if plain_path(&name)? != name {
            let found = "not named as paths are written";
            return Err(Error::new(ErrorKind::BadMember { file: name, found }));
        }
        n_unpacked = n_unpacked.saturating_add(member.size());
    }
    // What lies twice in the bytes unpacks to more than was paid for; two lists of members are two archives.
    zip.validate_header_consistency()
        .map_err(|error| damaged(&error))?;
    Ok((zip, n_unpacked))
}

fn unlike_a_plain_file<R: Read>(member: &ZipFile<'_, R>) -> Option<&'static str> {
    let mode = member.unix_mode().unwrap_or(PLAIN_FILE) & KIND_OF_FILE;
    let methods = [CompressionMethod::Stored, CompressionMethod::Deflated];
    if member.is_symlink() {
        Some("a link")
    } else if member.is_dir() {
        Some("a folder")
    } else if ![0, PLAIN_FILE].contains(&mode) {
        Some("a device or pipe")
    } else if member.encrypted() {
        Some("locked with a password")
    } else if !methods.contains(&member.compression()) {
        Some("compressed in another way")
    } else {
        None
    }
}

fn not_an_archive(message: &str) -> Error {
    let message = message.to_owned();
    Error::new(ErrorKind::NotAnArchive { message })
}

/// The failure of a zip file, in the words of the crate that reads it.
fn damaged(error: &ZipError) -> Error {
    not_an_archive(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// What the members of the toy study hold.
    fn contents(member: &str) -> Vec<u8> {
        match member {
            MANIFEST => Manifest::toy().to_json(),
            "study.run" => b"detente score a.txt -o b.csv\n".to_vec(),
            "inputs/a.txt" => b"We met.".to_vec(),
            "outputs/b.csv" => b"id\na\n".to_vec(),
            _ => b"page".to_vec(),
        }
    }

    const MEMBERS: [&str; 5] = [PAGE, "inputs/a.txt", MANIFEST, "outputs/b.csv", "study.run"];

    fn packed(members: &[&str]) -> Vec<u8> {
        let members = members.iter().map(|name| (*name).to_owned()).collect();
        let open = |name: &str| {
            let bytes = contents(name);
            let n_bytes = bytes.len() as u64;
            Ok((Cursor::new(bytes), n_bytes))
        };
        let written = write_archive(Cursor::new(Vec::new()), &members, open);
        written.unwrap().into_inner()
    }

    fn opened(bytes: Vec<u8>) -> Result<Archive<Cursor<Vec<u8>>>> {
        Archive::open(Cursor::new(bytes), |_| Ok(()))
    }

    /// An archive made by another program.
    fn foreign(write: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>, SimpleFileOptions)) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for name in MEMBERS {
            writer.start_file(name, options).unwrap();
            writer.write_all(&contents(name)).unwrap();
        }
        write(&mut writer, options);
        writer.finish().unwrap().into_inner()
    }

    #[track_caller]
    fn refusal(bytes: Vec<u8>) -> String {
        opened(bytes).err().expect("it is refused").to_string()
    }

    #[test]
    fn the_same_members_give_the_same_bytes_and_come_back() {
        let bytes = packed(&MEMBERS);
        assert!(bytes == packed(&MEMBERS));
        let mut archive = opened(bytes).unwrap();
        assert_eq!(archive.manifest(), &Manifest::toy());
        for file in ["study.run", "inputs/a.txt", "outputs/b.csv"] {
            let mut out = Vec::new();
            archive.unpack(file, &mut out).unwrap();
            assert!(out == contents(file), "{file}");
        }
        assert!(archive.unpack("inputs/b", std::io::sink()).is_err());
        assert!(opened(foreign(|_, _| {})).is_ok());
    }

    #[test]
    fn only_what_the_manifest_names_is_in_an_archive() {
        let missing = packed(&[PAGE, MANIFEST, "inputs/a.txt", "study.run"]);
        let expected = "`outputs/b.csv` is not in the archive, though its manifest names it";
        assert_eq!(refusal(missing), expected);
        let mut more = MEMBERS.to_vec();
        more.push("inputs/b.txt");
        let expected = "`inputs/b.txt` is not named by the manifest; expected only what it names";
        assert_eq!(refusal(packed(&more)), expected);
        let expected = "this is no archive of a study: it has no `manifest.json`";
        assert_eq!(refusal(packed(&["study.run"])), expected);
    }

    #[test]
    fn hostile_members_are_refused_before_anything_is_unpacked() {
        for name in [
            "../a",
            "/a",
            "a/../../b",
            "C:\\a",
            "a\\..\\b",
            "./a",
            "a//b",
        ] {
            let bytes = foreign(|writer, options| writer.start_file(name, options).unwrap());
            let error = refusal(bytes);
            assert!(error.contains("; expected "), "{name}: {error}");
        }
        let link = foreign(|writer, options| {
            writer
                .add_symlink("inputs/link", "/etc/passwd", options)
                .unwrap();
        });
        let expected = "`inputs/link` is a link; expected plain files, stored or deflated";
        assert_eq!(refusal(link), expected);
        let folder = foreign(|writer, options| {
            writer.add_directory("inputs/folder", options).unwrap();
        });
        assert!(refusal(folder).contains("is a folder; expected"));
    }

    #[test]
    fn two_members_of_one_name_are_refused() {
        let mut bytes = foreign(|writer, options| {
            writer.start_file("inputs/b.txt", options).unwrap();
            writer.write_all(b"They left.").unwrap();
        });
        // The writer refuses a second name, so it is put there by hand, in both places.
        let (old, new) = (b"inputs/b.txt", b"inputs/a.txt");
        for at in 0..bytes.len() - old.len() {
            if bytes[at..].starts_with(old) {
                bytes[at..at + new.len()].copy_from_slice(new);
            }
        }
        assert_eq!(
            refusal(bytes),
            "two members have one name; expected a name for each"
        );
    }

    #[test]
    fn the_size_is_looked_at_before_anything_is_unpacked() {
        let mut said = 0;
        let opened = Archive::open(Cursor::new(packed(&MEMBERS)), |n_bytes| {
            said = n_bytes;
            Err(Error::new(ErrorKind::EmptyStudy))
        });
        assert!(opened.is_err());
        let n_bytes: usize = MEMBERS.iter().map(|name| contents(name).len()).sum();
        assert_eq!(said, n_bytes as u64);
    }

    #[test]
    fn a_changed_archive_is_told() {
        let bytes = foreign(|_, _| {});
        let at = bytes
            .windows(7)
            .position(|bytes| bytes == b"We met.")
            .unwrap();
        let mut changed = bytes.clone();
        changed[at] = b'H';
        // A flipped bit is found by the checksum of the zip file.
        let mut archive = opened(changed).unwrap();
        assert!(archive.unpack("inputs/a.txt", std::io::sink()).is_err());
        for end in [0, 1, 20, bytes.len() / 2, bytes.len() - 1] {
            let error = refusal(bytes[..end].to_vec());
            assert!(
                error.starts_with("this is no archive of a study: "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_member_that_is_another_than_named_is_told() {
        for (held, sentence) in [
            ("We left", "as the manifest says: the archive was changed"),
            (
                "We left for home.",
                "has 17 bytes; expected 7, as the manifest says: the archive was changed",
            ),
        ] {
            let error = instead(held)
                .unpack("inputs/a.txt", std::io::sink())
                .unwrap_err();
            assert!(error.to_string().ends_with(sentence), "{error}");
        }
    }

    /// An archive with another input than its manifest names.
    fn instead(held: &str) -> Archive<Cursor<Vec<u8>>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        let options = options.compression_method(CompressionMethod::Stored);
        for name in MEMBERS {
            writer.start_file(name, options).unwrap();
            let contents = match name {
                "inputs/a.txt" => held.as_bytes().to_vec(),
                _ => contents(name),
            };
            writer.write_all(&contents).unwrap();
        }
        opened(writer.finish().unwrap().into_inner()).unwrap()
    }
}
