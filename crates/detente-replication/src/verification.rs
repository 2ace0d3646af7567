//! What came of running a study again.

use crate::difference::Difference;
use crate::manifest::ProgramRecord;
use detente_error::{counted, visible};
use serde::Serialize;
use std::fmt;

/// A study that was run again, beside what its archive holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// Whether every exit code and every output that can be the same is the same.
    pub is_same: bool,
    /// Whether the same version of the program ran the commands both times.
    pub is_same_version: bool,
    /// The program that ran the commands first.
    pub packed_by: ProgramRecord,
    /// The program that ran them now.
    pub run_by: ProgramRecord,
    /// The models inside the programs.
    pub models: Vec<ModelCheck>,
    /// The commands, in their order.
    pub commands: Vec<CommandCheck>,
}

/// A model inside the program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelCheck {
    /// The member of the archive.
    pub file: String,
    /// Whether this program has the same.
    pub is_same: bool,
}

/// A command that was run again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandCheck {
    /// Its line in the text of the study, from 1.
    pub line: u64,
    /// The command.
    pub command: String,
    /// Whether it looks at the clock.
    pub by_the_clock: bool,
    /// The exit code that it ended with first.
    pub old_exit_code: i32,
    /// The exit code that it ended with now.
    pub new_exit_code: i32,
    /// What it wrote, by name.
    pub outputs: Vec<OutputCheck>,
}

/// An output beside what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputCheck {
    /// The member of the archive.
    pub file: String,
    /// How it compares.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How an output compares with what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It is another.
    Differs {
        /// Where.
        difference: Difference,
    },
    /// It was not there.
    New,
    /// It was not written.
    NotWritten,
    /// It is the same.
    Same,
    /// It holds times of the run, and is compared with nothing.
    Times,
}

impl Verdict {
    /// Whether it speaks against the archive.
    pub fn is_against(&self) -> bool {
        !matches!(self, Self::Same | Self::Times)
    }
}

impl CommandCheck {
    /// Whether all of it is as it was.
    pub fn is_same(&self) -> bool {
        let is_against = |output: &OutputCheck| output.verdict.is_against();
        self.old_exit_code == self.new_exit_code && !self.outputs.iter().any(is_against)
    }
}

impl Verification {
    /// Puts the checks together.
    pub fn new(
        packed_by: ProgramRecord,
        run_by: ProgramRecord,
        models: Vec<ModelCheck>,
        commands: Vec<CommandCheck>,
    ) -> Self {
        Self {
            is_same: commands.iter().all(CommandCheck::is_same),
            is_same_version: packed_by.version == run_by.version,
            packed_by,
            run_by,
            models,
            commands,
        }
    }
}

/// For people: one line an output, two more where it differs, and a sentence at the end.
impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "packed by  {}", Program(&self.packed_by))?;
        writeln!(f, "run by     {}", Program(&self.run_by))?;
        if !self.is_same_version {
            writeln!(
                f,
                "           the versions differ: outputs may differ for that reason"
            )?;
        }
        for model in &self.models {
            let is = if model.is_same { "same" } else { "another" };
            writeln!(f, "model      {}: {is}", visible(&model.file))?;
        }
        let (mut n_outputs, mut n_against, mut n_codes) = (0, 0, 0);
        for command in &self.commands {
            writeln!(f, "\nline {}: {}", command.line, visible(&command.command))?;
            let (old, new) = (command.old_exit_code, command.new_exit_code);
            match old == new {
                true => writeln!(f, "  same     exit code {old}")?,
                false => writeln!(f, "  differs  exit code was {old}, is {new}")?,
            }
            n_codes += usize::from(old != new);
            for output in &command.outputs {
                n_outputs += 1;
                n_against += usize::from(output.verdict.is_against());
                write_output(f, output)?;
            }
            if command.by_the_clock && !command.is_same() {
                writeln!(
                    f,
                    "  it stops by the clock: another machine may give another result"
                )?;
            }
        }
        let outputs = counted(n_outputs, "output");
        let commands = counted(self.commands.len(), "command");
        match self.is_same {
            true => writeln!(f, "\nsame: {outputs} of {commands}"),
            false => writeln!(
                f,
                "\ndiffers: {n_against} of {outputs} and {} of {commands}",
                counted(n_codes, "exit code")
            ),
        }
    }
}

fn write_output(f: &mut fmt::Formatter<'_>, output: &OutputCheck) -> fmt::Result {
    let file = visible(&output.file);
    match &output.verdict {
        Verdict::Same => writeln!(f, "  same     {file}"),
        Verdict::Times => writeln!(f, "  passed   {file}, which holds times of the run"),
        Verdict::New => writeln!(f, "  differs  {file} was not there"),
        Verdict::NotWritten => writeln!(f, "  differs  {file} is not written"),
        Verdict::Differs {
            difference: Difference::Bytes { old, new },
        } if old == new => writeln!(f, "  differs  {file}, which has {new} bytes as before"),
        Verdict::Differs {
            difference: Difference::Bytes { old, new },
        } => writeln!(f, "  differs  {file}, which had {old} bytes and has {new}"),
        Verdict::Differs {
            difference: Difference::Line { line, old, new },
        } => {
            let of = |text: &Option<String>| match text {
                Some(text) => format!(" {text}"),
                None => " (it has ended)".to_owned(),
            };
            writeln!(f, "  differs  {file}, line {line}")?;
            writeln!(f, "    was{}", of(old))?;
            writeln!(f, "    is {}", of(new))
        }
    }
}

/// A program in one line.
struct Program<'a>(&'a ProgramRecord);

impl fmt::Display for Program<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.0;
        let line = format!(
            "detente {} ({}; {})",
            record.version,
            record.target,
            record.features.join(", ")
        );
        f.write_str(&visible(&line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_output_is_told() {
        let program = |version: &str| ProgramRecord {
            version: version.into(),
            target: "x86_64-linux".into(),
            features: vec!["cli".into(), "html".into()],
        };
        let output = |file: &str, verdict| OutputCheck {
            file: file.into(),
            verdict,
        };
        let line = Difference::Line {
            line: 3,
            old: Some("a,0.1".into()),
            new: None,
        };
        let sizes = Difference::Bytes { old: 4, new: 5 };
        let command = CommandCheck {
            line: 2,
            command: "detente score a.txt".into(),
            by_the_clock: false,
            old_exit_code: 0,
            new_exit_code: 1,
            outputs: vec![
                output("outputs/a", Verdict::Same),
                output("outputs/b", Verdict::Differs { difference: line }),
                output("outputs/c", Verdict::Differs { difference: sizes }),
                output("outputs/d", Verdict::NotWritten),
                output("outputs/e", Verdict::New),
                output("outputs/f", Verdict::Times),
            ],
        };
        let model = ModelCheck {
            file: "models/default.detente".into(),
            is_same: false,
        };
        let of = |commands| {
            Verification::new(
                program("0.1.0"),
                program("0.2.0"),
                vec![model.clone()],
                commands,
            )
        };
        let verification = of(vec![command]);
        assert!(!verification.is_same && !verification.is_same_version);
        assert_eq!(
            verification.to_string(),
            "packed by  detente 0.1.0 (x86_64-linux; cli, html)
run by     detente 0.2.0 (x86_64-linux; cli, html)
           the versions differ: outputs may differ for that reason
model      models/default.detente: another

line 2: detente score a.txt
  differs  exit code was 0, is 1
  same     outputs/a
  differs  outputs/b, line 3
    was a,0.1
    is  (it has ended)
  differs  outputs/c, which had 4 bytes and has 5
  differs  outputs/d is not written
  differs  outputs/e was not there
  passed   outputs/f, which holds times of the run

differs: 4 of 6 outputs and 1 exit code of 1 command
"
        );
        assert!(of(Vec::new()).is_same);
    }
}
