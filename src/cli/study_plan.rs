//! What the commands of a study read and write, told by the flags of this program, before one of them runs.

use super::DEFAULT_MODEL;
use super::config::{named, with_flags_of, without_config};
use super::failure::{Error, ErrorKind, Result};
use clap::error::ErrorKind as ClapKind;
use clap::{ArgMatches, Command};
use detente_data::file::files_below;
use detente_replication::{StudyLine, is_below, plain_path};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What a command does with a file that an argument names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Role {
    /// It reads models, predictions or settings, which are no data of others.
    Settings,
    /// It reads data.
    Data,
    /// It writes.
    Written,
}

/// The arguments of all commands that name files, by their ids.
const ROLES: [(&str, Role); 16] = [
    ("against", Role::Data),
    ("checkpoint", Role::Written),
    ("config", Role::Settings),
    ("contestants", Role::Settings),
    ("data", Role::Data),
    ("encoder", Role::Settings),
    ("errors", Role::Written),
    ("folder", Role::Written),
    ("inputs", Role::Data),
    ("model", Role::Settings),
    ("output", Role::Written),
    ("parties", Role::Data),
    ("predictions", Role::Written),
    ("report", Role::Written),
    ("summary", Role::Written),
    ("update", Role::Settings),
];

/// What clap says where a command is missing.
const HELP: ClapKind = ClapKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// The name of standard input.
const STANDARD: &str = "-";

/// The arguments that stand for the embedded model when they are `default`.
const MODELS: [&str; 2] = ["contestants", "model"];

/// Commands that no study has, and why.
const OUTSIDE: [(&str, &str); 2] = [
    ("serve", "it does not end"),
    ("replicate", "an archive holds no archives"),
];

fn role_of(id: &str) -> Option<Role> {
    let mut roles = ROLES.iter();
    roles.find(|(known, _)| *known == id).map(|(_, role)| *role)
}

/// A command that is ready to run.
pub(super) struct Step {
    /// Its line, as it is written, with its words.
    pub(super) line: StudyLine,
    /// What runs: its words, with the flags of a file that `--config` names in the place of that file. What was
    /// looked at is what runs, whatever becomes of the file.
    pub(super) arguments: Vec<OsString>,
    /// Whether it stops by the clock.
    pub(super) by_the_clock: bool,
    /// Whether what it says on standard error holds times.
    pub(super) has_times: bool,
}

/// The commands of a study, and the files that they name.
pub(super) struct Plan {
    /// The commands, in their order.
    pub(super) steps: Vec<Step>,
    /// What they read and no earlier one writes: files and folders by their plain paths.
    pub(super) inputs: BTreeMap<String, Role>,
    /// What they write: files and folders by their plain paths, with the line of the command.
    pub(super) outputs: BTreeMap<String, u64>,
    /// Folders that have to be there before.
    pub(super) folders: BTreeSet<String>,
}

/// Reads the commands of a study that stands in a folder.
///
/// # Errors
/// A line is no command of this program, or one that has no place in a study; it names a path outside of the folder, an
/// input that is not there, or writes over one.
pub(super) fn plan(lines: Vec<StudyLine>, folder: &Path, program: fn() -> Command) -> Result<Plan> {
    let mut plan = Plan {
        steps: Vec::new(),
        inputs: BTreeMap::new(),
        outputs: BTreeMap::new(),
        folders: BTreeSet::new(),
    };
    for line in lines {
        let number = line.number;
        let step = plan.step(line, folder, program);
        plan.steps
            .push(step.map_err(|error| error.at_line(number))?);
    }
    for (output, line) in &plan.outputs {
        let is_over = |input: &String| is_below(output, input) || is_below(input, output);
        if plan.inputs.keys().any(is_over) {
            let path = output.clone();
            return Err(Error::new(ErrorKind::StudyOverInput { path }).at_line(*line));
        }
    }
    Ok(plan)
}

impl Plan {
    fn step(&mut self, line: StudyLine, folder: &Path, program: fn() -> Command) -> Result<Step> {
        let words = line.words.iter().map(OsString::from);
        let own = std::iter::once(OsString::from("detente")).chain(words);
        let mut arguments: Vec<OsString> = own.collect();
        if let Some(path) = named(&arguments) {
            let path = self.settings(&path, folder)?;
            arguments = with_flags_of(&path, arguments, &program())?;
        }
        let found = program().try_get_matches_from(&arguments);
        let matches = found.map_err(|error| {
            let is_help = !error.use_stderr() || error.kind() == HELP;
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            let message = match is_help {
                true => "it prints a help text or a version".to_owned(),
                false => first.trim_start_matches("error: ").to_owned(),
            };
            Error::new(ErrorKind::StudyCommand { message })
        })?;
        let Some((command, matches)) = matches.subcommand() else {
            let message = "it has no command".to_owned();
            return Err(Error::new(ErrorKind::StudyCommand { message }));
        };
        if let Some((_, why)) = OUTSIDE.iter().find(|(name, _)| *name == command) {
            return Err(outside(format!("detente {command}"), why));
        }
        if is_set(matches, "resume") {
            return Err(outside(
                "--resume".to_owned(),
                "it goes on from a run before the study",
            ));
        }
        if matches.try_contains_id("max_unpacked").unwrap_or(false) {
            return Err(outside(
                "--max-unpacked".to_owned(),
                "it is a limit of the machine; give it to `detente replicate`",
            ));
        }
        let mut written = Vec::new();
        for id in matches.ids() {
            let id = id.as_str();
            // Groups, and arguments that name no files, are of other types.
            let Ok(Some(paths)) = matches.try_get_many::<PathBuf>(id) else {
                continue;
            };
            let Some(role) = role_of(id) else {
                let why = "it keeps files outside of the study";
                return Err(outside(format!("--{}", id.replace('_', "-")), why));
            };
            for path in paths {
                match role {
                    Role::Written => written.push(path),
                    _ if is_embedded(id, path, folder) => {}
                    _ => self.read(path, role, folder)?,
                }
            }
        }
        for path in written {
            self.write(path, line.number, folder)?;
        }
        Ok(Step {
            by_the_clock: matches.try_contains_id("tune").unwrap_or(false),
            has_times: is_set(matches, "verbose")
                || matches.try_contains_id("encoder").unwrap_or(false),
            line,
            arguments: without_config(arguments).split_off(1),
        })
    }

    /// Where a file of flags is that a command names.
    fn settings(&self, path: &Path, folder: &Path) -> Result<PathBuf> {
        let path = plain(path)?;
        let is_of_earlier = |output: &String| is_below(&path, output) || is_below(output, &path);
        if self.outputs.keys().any(is_of_earlier) {
            let why = "an earlier command writes it; expected a file that is there before";
            return Err(outside(format!("--config {path}"), why));
        }
        let there = folder.join(&path);
        match there.is_file() {
            true => Ok(there),
            false => Err(Error::new(ErrorKind::StudyInput { path })),
        }
    }

    fn read(&mut self, path: &Path, role: Role, folder: &Path) -> Result<()> {
        if path.as_os_str() == STANDARD {
            return Err(Error::new(ErrorKind::StudyStandardInput));
        }
        let path = plain(path)?;
        if path.is_empty() {
            return Err(Error::new(ErrorKind::StudyFolder));
        }
        let there = folder.join(&path);
        let is_written = |path: &str| self.outputs.keys().any(|output| is_below(path, output));
        if is_written(&path) {
            return Ok(());
        }
        if self.outputs.keys().any(|output| is_below(output, &path)) {
            // A folder that holds outputs of earlier commands and nothing else.
            let files = match there.is_dir() {
                true => files_below(&there)?,
                false => Vec::new(),
            };
            let own = files
                .iter()
                .filter_map(|file| file.strip_prefix(folder).ok());
            let mut own = own.map(|file| file.to_string_lossy().replace('\\', "/"));
            if own.all(|file| is_written(&file)) {
                return Ok(());
            }
        }
        if !there.exists() {
            return Err(Error::new(ErrorKind::StudyInput { path }));
        }
        if there.is_dir() {
            self.folders.insert(path.clone());
        }
        let known = self.inputs.entry(path).or_insert(role);
        *known = role.max(*known);
        Ok(())
    }

    fn write(&mut self, path: &Path, line: u64, folder: &Path) -> Result<()> {
        let path = plain(path)?;
        // The folders above it are made, and a folder that is there is there again: what a command writes may depend
        // on that.
        let above = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        self.folders.extend(above);
        if folder.join(&path).is_dir() && !path.is_empty() {
            self.folders.insert(path.clone());
        }
        self.outputs.insert(path, line);
        Ok(())
    }
}

fn outside(what: String, why: &'static str) -> Error {
    Error::new(ErrorKind::StudyOutside { what, why })
}

fn plain(path: &Path) -> Result<String> {
    Ok(plain_path(&path.to_string_lossy())?)
}

fn is_embedded(id: &str, path: &Path, folder: &Path) -> bool {
    MODELS.contains(&id) && path.as_os_str() == DEFAULT_MODEL && !folder.join(path).exists()
}

fn is_set(matches: &ArgMatches, switch: &str) -> bool {
    matches!(matches.try_get_one::<bool>(switch), Ok(Some(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_replication::parse_study;
    use std::any::TypeId;

    fn program() -> Command {
        <crate::cli::Arguments as clap::CommandFactory>::command()
    }

    fn planned(files: &[&str], study: &str) -> Result<Plan> {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        plan(parse_study(study).unwrap(), folder.path(), program)
    }

    #[track_caller]
    fn refusal(files: &[&str], study: &str) -> String {
        planned(files, study).err().expect(study).to_string()
    }

    #[test]
    fn every_argument_that_names_a_file_is_known_as_read_or_written() {
        for command in program().get_subcommands() {
            if OUTSIDE.iter().any(|(name, _)| *name == command.get_name()) {
                continue;
            }
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let is_path = argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
                let is_known = role_of(id).is_some() || id == "encoder_cache";
                assert!(!is_path || is_known, "{} {id}", command.get_name());
            }
        }
        assert!(ROLES.is_sorted());
    }

    #[test]
    fn what_an_earlier_command_wrote_is_no_input() {
        let study = "detente train a.csv -o out/my.detente --targets peace
            detente score news/ --model out/my.detente --format html -o pages/
            detente compare default out/my.detente --data a.csv
            detente score pages out --model default --summary s.json";
        let plan = planned(
            &["a.csv", "news/a.txt", "news/b.txt", "pages/old.html"],
            study,
        );
        let plan = plan.unwrap();
        let inputs: Vec<(&str, Role)> = plan.inputs.iter().map(|(p, r)| (p.as_str(), *r)).collect();
        assert_eq!(inputs, [("a.csv", Role::Data), ("news", Role::Data)]);
        assert!(
            plan.outputs
                .keys()
                .eq(["out/my.detente", "pages", "s.json"])
        );
        assert!(plan.folders.iter().eq(["news", "out", "pages"]));
    }

    #[test]
    fn commands_that_have_no_place_in_a_study_are_refused_with_their_line() {
        for (study, sentence) in [
            (
                "detente score /etc/hosts",
                "`/etc/hosts` is an absolute path",
            ),
            (
                "detente score ../a.txt",
                "`../a.txt` leads out of the folder",
            ),
            (
                "detente score a.txt -o /tmp/x",
                "`/tmp/x` is an absolute path",
            ),
            (
                "detente score a.txt -o ../x",
                "`../x` leads out of the folder",
            ),
            ("detente score -", "`-` is standard input"),
            ("detente score .", "`.` is the folder of the study"),
            ("detente score b.txt", "the input `b.txt` is not there"),
            (
                "detente score a.txt -o ./a.txt",
                "`a.txt` is an input, and written over",
            ),
            (
                "detente score d/ -o d/x.txt",
                "`d/x.txt` is an input, and written over",
            ),
            (
                "detente serve --port 1",
                "`detente serve` has no place in a study: it does not end",
            ),
            ("detente", "it prints a help text"),
            ("detente --help", "it prints a help text"),
            ("detente scoer a.txt", "unrecognized subcommand"),
            ("detente score a.txt --formt csv", "unexpected argument"),
            (
                "detente train a.txt -o m --stream --checkpoint c --resume",
                "`--resume` has no place",
            ),
            (
                "detente score a.txt --config c.toml",
                "the input `c.toml` is not there",
            ),
        ] {
            let error = refusal(&["a.txt", "d/a.txt"], &format!("\n{study}"));
            assert!(error.contains(sentence), "{study}: {error}");
            assert!(
                error.contains("line 2: ") || error.contains("c.toml"),
                "{error}"
            );
        }
    }

    #[test]
    fn flags_of_a_configuration_count() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "").unwrap();
        let config = "[score]\noutput = \"/tmp/out.csv\"\n";
        std::fs::write(folder.path().join("c.toml"), config).unwrap();
        let study = parse_study("detente score a.txt --config c.toml").unwrap();
        let error = plan(study, folder.path(), program).err().unwrap();
        assert!(
            error
                .to_string()
                .contains("`/tmp/out.csv` is an absolute path"),
            "{error}"
        );
    }

    #[test]
    fn what_looks_at_the_clock_is_known() {
        let study = "detente train a.csv -o m --tune 1\ndetente --verbose score a.csv";
        let plan = planned(&["a.csv"], study).unwrap();
        let clocks: Vec<bool> = plan.steps.iter().map(|step| step.by_the_clock).collect();
        let times: Vec<bool> = plan.steps.iter().map(|step| step.has_times).collect();
        assert_eq!((clocks, times), (vec![true, false], vec![false, true]));
    }
}
