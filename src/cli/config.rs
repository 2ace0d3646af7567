//! Flags out of a file, by the names that they have on the command line.
//!
//! ```toml
//! threads = 2                     # for every command that has the flag
//! [train]
//! targets = ["peace", "conflict"]
//! group = "document"
//! no-curve = true
//! ```

use super::failure::{Error, ErrorKind, Result};
use clap::{Arg, ArgAction, Command};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The longest file of flags that is read.
const MAX_BYTES: u64 = 1_000_000;

/// The environment variable that names the file where `--config` does not.
const VARIABLE: &str = "DETENTE_CONFIG";

/// The arguments with the flags of the file that they name, if they name one. A flag that is given on
/// the command line takes the place of that in the file.
///
/// # Errors
/// The file cannot be read, is not TOML, or has a flag or value that no command takes.
pub(super) fn with_config(
    arguments: Vec<OsString>,
    program: fn() -> Command,
) -> Result<Vec<OsString>> {
    match named(&arguments).or_else(of_environment) {
        Some(path) => with_flags_of(&path, arguments, &program()),
        None => Ok(arguments),
    }
}

/// The arguments without `--config` and its file.
pub(super) fn without_config(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut kept = Vec::with_capacity(arguments.len());
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            kept.push(argument);
            break;
        }
        match argument.to_str() {
            Some("--config") => drop(rest.next()),
            Some(text) if text.starts_with("--config=") => (),
            _ => kept.push(argument),
        }
    }
    kept.extend(rest);
    kept
}

/// As [`with_config`], with the flags of this file.
///
/// # Errors
/// As [`with_config`].
pub(super) fn with_flags_of(
    path: &Path,
    arguments: Vec<OsString>,
    program: &Command,
) -> Result<Vec<OsString>> {
    let failed = |source| Error::io("cannot read", path, source);
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > MAX_BYTES {
        let size = format!("more than {MAX_BYTES} bytes");
        let expected = "at most 1000000 bytes of flags";
        return Err(Error::out_of_range("the size", size, expected).in_file(path));
    }
    let found = place_of_command(&arguments, program);
    let command = found.map(|(_, command)| command);
    let flags = flags(&text, program, command).map_err(|error| error.in_file(path))?;
    let Some((at, _)) = found else {
        return Ok(arguments);
    };
    let (before, after) = arguments.split_at(at + 1);
    let is_given = |flag: &Flag| after.iter().any(|argument| flag.is_given_by(argument));
    let flags = flags.iter().filter(|flag| !is_given(flag));
    let mut all = before.to_vec();
    all.extend(flags.flat_map(|flag| flag.arguments.iter().cloned()));
    all.extend_from_slice(after);
    Ok(all)
}

/// One flag of the file, as arguments.
struct Flag {
    long: String,
    short: Option<char>,
    arguments: Vec<OsString>,
}

impl Flag {
    fn is_given_by(&self, argument: &OsStr) -> bool {
        let argument = argument.to_string_lossy();
        let name = argument.split('=').next().unwrap_or_default();
        match name.strip_prefix("--") {
            Some(long) => long == self.long,
            None => self
                .short
                .is_some_and(|short| argument.starts_with('-') && argument[1..].starts_with(short)),
        }
    }
}

/// The file that the arguments name.
pub(super) fn named(arguments: &[OsString]) -> Option<PathBuf> {
    let mut rest = arguments.iter().take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        if argument == "--config" {
            return rest.next().map(PathBuf::from);
        }
        let path = argument.to_str().and_then(|a| a.strip_prefix("--config="));
        if let Some(path) = path {
            return Some(path.into());
        }
    }
    None
}

/// The file that the environment names.
fn of_environment() -> Option<PathBuf> {
    std::env::var_os(VARIABLE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// The subcommand and where among the arguments it stands.
fn place_of_command<'a>(
    arguments: &[OsString],
    program: &'a Command,
) -> Option<(usize, &'a Command)> {
    let mut is_value = true;
    for (at, argument) in arguments.iter().enumerate() {
        let is_skipped = is_value || argument.to_string_lossy().starts_with('-');
        is_value = argument == "--config";
        if !is_skipped {
            return program.find_subcommand(argument).map(|found| (at, found));
        }
    }
    None
}

/// The flags of the file that the command takes; those of every other command are checked too.
fn flags(text: &str, program: &Command, command: Option<&Command>) -> Result<Vec<Flag>> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or_default();
            1 + before.matches('\n').count() as u64
        });
        let toml = Error::new(ErrorKind::ConfigSyntax {
            message: error.message().to_owned(),
        });
        match line {
            Some(line) => toml.at_line(line),
            None => toml,
        }
    })?;
    let mut found = Vec::new();
    for (name, value) in &table {
        match (value, program.find_subcommand(name)) {
            (Value::Table(own), Some(owner)) => {
                for (name, value) in own {
                    let argument = long_argument(owner, name).ok_or_else(|| {
                        unknown(name, owner.get_name(), long_names([owner].into_iter()))
                    })?;
                    let flag = flag(argument, name, value)?;
                    if command.is_some_and(|command| command.get_name() == owner.get_name()) {
                        found.retain(|shared: &Flag| shared.long != flag.long);
                        found.push(flag);
                    }
                }
            }
            (Value::Table(_), None) => {
                let commands = program.get_subcommands();
                let commands = commands.map(|command| command.get_name().to_owned());
                return Err(Error::new(ErrorKind::UnknownName {
                    what: "the name of a table",
                    value: name.clone(),
                    allowed: commands.collect(),
                }));
            }
            _ => {
                let mut owners = program.get_subcommands();
                let argument = owners
                    .find_map(|owner| long_argument(owner, name))
                    .ok_or_else(|| {
                        unknown(name, "detente", long_names(program.get_subcommands()))
                    })?;
                let flag = flag(argument, name, value)?;
                let is_taken = |command| long_argument(command, name).is_some();
                let has_own = found.iter().any(|own: &Flag| own.long == flag.long);
                if command.is_some_and(is_taken) && !has_own {
                    found.push(flag);
                }
            }
        }
    }
    Ok(found)
}

fn long_argument<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let mut arguments = command.get_arguments();
    arguments.find(|argument| argument.get_long() == Some(name))
}

fn long_names<'a>(commands: impl Iterator<Item = &'a Command>) -> Vec<String> {
    let arguments = commands.flat_map(Command::get_arguments);
    let mut names: Vec<String> = arguments
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn unknown(flag: &str, command: &str, allowed: Vec<String>) -> Error {
    Error::new(ErrorKind::ConfigFlag {
        command: command.to_owned(),
        flag: flag.to_owned(),
        allowed,
    })
}

fn flag(argument: &Arg, name: &str, value: &Value) -> Result<Flag> {
    let is_switch = !matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let wrong = |expected| {
        Error::new(ErrorKind::ConfigValue {
            flag: name.to_owned(),
            value: value.to_string(),
            expected,
        })
    };
    let with_value = |value: &str| OsString::from(format!("--{name}={value}"));
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) | Value::Float(_) | Value::Datetime(_) => Some(value.to_string()),
        Value::Boolean(_) | Value::Array(_) | Value::Table(_) => None,
    };
    let arguments = match value {
        Value::Boolean(true) if is_switch => vec![format!("--{name}").into()],
        Value::Boolean(false) if is_switch => Vec::new(),
        _ if is_switch => return Err(wrong("`true` or `false`")),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values.iter().map(text).collect();
            let texts = texts.ok_or_else(|| wrong("a list of texts or numbers"))?;
            match argument.get_action() {
                ArgAction::Append => texts.iter().map(|text| with_value(text)).collect(),
                _ => vec![with_value(&texts.join(","))],
            }
        }
        _ => {
            vec![with_value(&text(value).ok_or_else(|| {
                wrong("a text, a number or a list of these")
            })?)]
        }
    };
    Ok(Flag {
        long: name.to_owned(),
        short: argument.get_short(),
        arguments,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name);
        Command::new("detente")
            .subcommand(
                Command::new("train")
                    .arg(flag("targets").action(ArgAction::Append))
                    .arg(flag("output").short('o'))
                    .arg(flag("threads"))
                    .arg(flag("no-curve").action(ArgAction::SetTrue)),
            )
            .subcommand(Command::new("score").arg(flag("threads")))
    }

    fn expanded(config: &str, arguments: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, config).unwrap();
        let mut all = vec![OsString::from("detente"), "--config".into(), path.into()];
        all.extend(arguments.iter().map(OsString::from));
        let all = with_config(all, program).unwrap();
        all[3..]
            .iter()
            .map(|a| a.to_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn flags_come_after_the_command_and_before_its_own() {
        let config = "threads = 2\n[train]\ntargets = [\"a\", \"b\"]\nno-curve = true\n";
        assert_eq!(
            expanded(config, &["train", "x.csv"]),
            [
                "train",
                "--threads=2",
                "--no-curve",
                "--targets=a",
                "--targets=b",
                "x.csv"
            ]
        );
        assert_eq!(
            expanded(config, &["score", "x"]),
            ["score", "--threads=2", "x"]
        );
        assert_eq!(expanded(config, &[]), [""; 0]);
    }

    #[test]
    fn the_command_line_and_the_own_table_come_first() {
        let config = "threads = 2\n[train]\nthreads = 3\noutput = \"m\"\nno-curve = false\n";
        assert_eq!(
            expanded(config, &["train", "-on", "x.csv"]),
            ["train", "--threads=3", "-on", "x.csv"]
        );
        assert_eq!(
            expanded(config, &["train", "--threads", "1", "--output=n"]),
            ["train", "--threads", "1", "--output=n"]
        );
    }
}
