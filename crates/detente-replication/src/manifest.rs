//! What an archive says of itself.

use crate::digest::FileDigest;
use crate::error::{Error, ErrorKind, Result};
use crate::plain_path::plain_path;
use crate::study::StudyLine;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format of archives that this version writes, and the latest that it reads.
pub const FORMAT: u32 = 1;

/// The folder of members that hold what commands read.
const INPUTS: &str = "inputs";
/// The folder of members that hold the files that commands wrote.
const OUTPUTS: &str = "outputs";
/// The folder of members that hold what commands said.
const STREAMS: &str = "streams";

/// An archive's table of contents: what was run, with what, and what came of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ReplicationManifest")
)]
pub struct Manifest {
    /// The format of the archive.
    pub format: u32,
    /// The program that ran the commands.
    pub program: ProgramRecord,
    /// The models that the program brings.
    pub models: Vec<ModelRecord>,
    /// The text of the study, a member of the archive.
    pub study: StudyRecord,
    /// Folders that were there before the first command, beside those of the inputs.
    pub folders: Vec<String>,
    /// The commands, in their order.
    pub commands: Vec<CommandRecord>,
    /// What they read and none of them wrote, by name.
    pub inputs: Vec<InputRecord>,
    /// What they wrote, as it was after the last one, by name.
    pub outputs: Vec<OutputRecord>,
}

/// A program as it was built.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramRecord {
    /// Its version.
    pub version: String,
    /// What it was built for, as in `x86_64-linux`.
    pub target: String,
    /// The features that it was built with.
    pub features: Vec<String>,
}

/// A model that the program brings.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelRecord {
    /// The member that holds it.
    pub file: String,
    /// What it is known by.
    #[serde(flatten)]
    pub digest: FileDigest,
}

/// The text of the study.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StudyRecord {
    /// The member that holds it.
    pub file: String,
    /// What it is known by.
    #[serde(flatten)]
    pub digest: FileDigest,
}

/// A command that was run.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandRecord {
    /// Its line in the text of the study, from 1.
    pub line: u64,
    /// The command as it is written.
    pub command: String,
    /// The exit code that it ended with.
    pub exit_code: i32,
    /// Whether it looks at the clock, so that a faster or slower machine may give another result.
    pub by_the_clock: bool,
}

/// A file that commands read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputRecord {
    /// The member that holds it: `inputs/` and its path from the folder of the study.
    pub file: String,
    /// What it is known by.
    #[serde(flatten)]
    pub digest: FileDigest,
    /// Whether the archive holds it.
    pub archived: bool,
}

/// What a command wrote.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputRecord {
    /// The member that holds it: `outputs/` and its path, or `streams/` and the number of the command.
    pub file: String,
    /// The command that wrote it last, counted from 1.
    pub command: usize,
    /// What it is known by.
    #[serde(flatten)]
    pub digest: FileDigest,
    /// Whether the archive holds it.
    pub archived: bool,
    /// Whether it holds times of the run, and is never the same twice.
    pub has_times: bool,
}

impl InputRecord {
    /// The member for an input of this path.
    pub fn member(path: &str) -> String {
        format!("{INPUTS}/{path}")
    }

    /// Its path from the folder of the study.
    pub fn path(&self) -> &str {
        path_in(&self.file, INPUTS).unwrap_or(&self.file)
    }
}

impl OutputRecord {
    /// The member for a file of this path that commands wrote.
    pub fn member(path: &str) -> String {
        format!("{OUTPUTS}/{path}")
    }

    /// The members for the standard output and the standard error of a command, counted from 1.
    pub fn stream_members(command: usize) -> [String; 2] {
        ["stdout", "stderr"].map(|stream| format!("{STREAMS}/{command:02}.{stream}"))
    }

    /// Its path from the folder of the study; `None` for what a command said.
    pub fn path(&self) -> Option<&str> {
        path_in(&self.file, OUTPUTS)
    }
}

fn path_in<'a>(file: &'a str, folder: &str) -> Option<&'a str> {
    file.strip_prefix(folder)?.strip_prefix('/')
}

impl Manifest {
    /// Reads a manifest and checks that it does not contradict itself.
    ///
    /// # Errors
    /// It is not one, is of a later format, or names what no archive has.
    pub fn from_json(bytes: &[u8]) -> Result<Self> {
        let bad = |message: String| Error::new(ErrorKind::BadManifest { message });
        /// What all formats have.
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let Format { format } =
            serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
        if format > FORMAT {
            return Err(Error::new(ErrorKind::TooNew {
                found: format,
                known: FORMAT,
            }));
        }
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
        for folder in &manifest.folders {
            plain_path(folder)?;
        }
        let is_output = |file: &str| {
            [OUTPUTS, STREAMS]
                .iter()
                .any(|f| path_in(file, f).is_some())
        };
        let inputs = manifest.inputs.iter();
        let mut wrong = inputs
            .map(|input| (&input.file, path_in(&input.file, INPUTS).is_some()))
            .chain((manifest.outputs.iter()).map(|output| (&output.file, is_output(&output.file))));
        if let Some((file, _)) = wrong.find(|(_, is_right)| !is_right) {
            return Err(bad(format!("`{file}` is in no folder of its kind")));
        }
        let n_commands = manifest.commands.len();
        for output in &manifest.outputs {
            if !(1..=n_commands).contains(&output.command) {
                let number = output.command;
                let message = format!(
                    "`{}` is of command {number}, and there are {n_commands}",
                    output.file
                );
                return Err(bad(message));
            }
        }
        let n_files = manifest.files().count();
        if manifest.by_file().len() != n_files {
            return Err(bad("it names a file twice".to_owned()));
        }
        for (file, _, _) in manifest.files() {
            if plain_path(file)? != file {
                return Err(bad(format!("`{file}` is not as paths are written")));
            }
        }
        Ok(manifest)
    }

    /// Checks that its commands are those of the text of the study.
    ///
    /// # Errors
    /// They are others.
    pub fn check_commands<'a>(&self, lines: impl Iterator<Item = &'a StudyLine>) -> Result<()> {
        let told = self
            .commands
            .iter()
            .map(|one| (one.line, one.command.as_str()));
        if told.eq(lines.map(|line| (line.number, line.command.as_str()))) {
            return Ok(());
        }
        let message = format!("its commands are not those of `{}`", self.study.file);
        Err(Error::new(ErrorKind::BadManifest { message }))
    }

    /// The manifest as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Invariant: the keys of all maps are texts.
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest is JSON");
        bytes.push(b'\n');
        bytes
    }

    /// All files that it names, with what they are known by and whether the archive holds them.
    pub fn files(&self) -> impl Iterator<Item = (&str, &FileDigest, bool)> {
        let study = std::iter::once((self.study.file.as_str(), &self.study.digest, true));
        let models = self.models.iter();
        let inputs = self.inputs.iter();
        let outputs = self.outputs.iter();
        study
            .chain(models.map(|one| (one.file.as_str(), &one.digest, true)))
            .chain(inputs.map(|one| (one.file.as_str(), &one.digest, one.archived)))
            .chain(outputs.map(|one| (one.file.as_str(), &one.digest, one.archived)))
    }

    /// As [`Manifest::files`], by name.
    pub fn by_file(&self) -> BTreeMap<&str, (&FileDigest, bool)> {
        self.files()
            .map(|(file, digest, is_held)| (file, (digest, is_held)))
            .collect()
    }

    /// A study of one command that read one file and wrote another.
    #[cfg(test)]
    pub(crate) fn toy() -> Self {
        let digest = |text: &str| crate::digest::digest_of(text.as_bytes()).unwrap();
        Self {
            format: FORMAT,
            program: ProgramRecord {
                version: "0.1.0".into(),
                target: "x86_64-linux".into(),
                features: vec!["cli".into()],
            },
            models: Vec::new(),
            study: StudyRecord {
                file: "study.run".into(),
                digest: digest("detente score a.txt -o b.csv\n"),
            },
            folders: Vec::new(),
            commands: vec![CommandRecord {
                line: 1,
                command: "detente score a.txt -o b.csv".into(),
                exit_code: 0,
                by_the_clock: false,
            }],
            inputs: vec![InputRecord {
                file: InputRecord::member("a.txt"),
                digest: digest("We met."),
                archived: true,
            }],
            outputs: vec![OutputRecord {
                file: OutputRecord::member("b.csv"),
                command: 1,
                digest: digest("id\na\n"),
                archived: true,
                has_times: false,
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_the_same_after_its_file() {
        let manifest = Manifest::toy();
        assert_eq!(Manifest::from_json(&manifest.to_json()).unwrap(), manifest);
        let input = &manifest.inputs[0];
        assert_eq!(
            (input.file.as_str(), input.path()),
            ("inputs/a.txt", "a.txt")
        );
        assert_eq!(manifest.outputs[0].path(), Some("b.csv"));
    }

    #[test]
    fn a_manifest_that_names_what_no_archive_has_is_refused() {
        let changed = |change: &dyn Fn(&mut Manifest)| {
            let mut manifest = Manifest::toy();
            change(&mut manifest);
            Manifest::from_json(&manifest.to_json())
                .unwrap_err()
                .to_string()
        };
        let expected = "the manifest cannot be used: ";
        type Change = dyn Fn(&mut Manifest);
        let cases: [(&str, &Change); 8] = [
            ("`inputs/../../a` leads out", &|m| {
                m.inputs[0].file = "inputs/../../a".into();
            }),
            ("`/a` is in no folder of its kind", &|m| {
                m.inputs[0].file = "/a".into();
            }),
            ("`outputs/a` is in no folder of its kind", &|m| {
                m.inputs[0].file = "outputs/a".into();
            }),
            ("is of command 2, and there are 1", &|m| {
                m.outputs[0].command = 2
            }),
            ("`../x` leads out", &|m| m.folders.push("../x".into())),
            ("it names a file twice", &|m| {
                m.inputs.push(m.inputs[0].clone());
            }),
            ("`inputs//a` is not as paths are written", &|m| {
                m.inputs[0].file = "inputs//a".into();
            }),
            ("the archive has format 2; expected at most 1", &|m| {
                m.format = 2
            }),
        ];
        for (sentence, change) in cases {
            let error = changed(change);
            assert!(error.contains(sentence), "{sentence}: {error}");
        }
        for text in ["", "{}", "[]", "{\"format\": 1}", "\0"] {
            let error = Manifest::from_json(text.as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
