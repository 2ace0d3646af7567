//! The command line: arguments into params, walks, reports, an exit code.
//!
//! Each `cli/<walk>.rs` goes the same way: arguments, params, walk, report. Results go to standard
//! output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 misused;
//! 3 where the result is a change (`watch`) or a difference (`replicate verify`).

mod audit;
mod calibrate;
mod compare;
mod config;
mod contrast;
mod cross_validate;
mod encoding;
mod failure;
mod evaluate;
mod format;
mod hints;
mod inspect;
mod languages;
mod layout;
mod messages;
mod models;
mod children;
mod parties;
mod signals;
mod size;
mod standard_output;
mod progress;
mod reading;
mod articles;
mod output;
mod score;
mod score_output;
mod relations;
mod study_plan;
mod study_run;
mod replicate;
#[cfg(feature = "serve")]
mod serve;
mod shell;
mod shrink;
mod streaming;
mod text;
mod train;
mod training;
mod watch;

use clap::{CommandFactory, Parser, Subcommand};
use detente_data::file::set_max_unpacked;
use detente_error::visible;
use detente_metrics::BootstrapParams;
use detente_model::Model;
use encoding::{EncoderArguments, read_model_file};
use failure::{Error, ErrorKind, Result};
use messages::{note, set_verbosity};
use size::parse_size;
use standard_output::print;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Reads what governments say: stance on peace, cooperation and conflict, and sentiment
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Examples:
  detente score article.txt
  detente score article.txt --format html -o page.html
  detente score statement.pdf
  detente text statement.pdf -o statement.txt
  detente score speeches/ --format jsonl > scores.jsonl
  detente relations news/ --by month --format html -o relations.html
  detente contrast news.jsonl --by source
  detente watch news/ --pair AZE,ARM --rule \"relation drops .3 in 14 days\"
  detente train labelled.csv --targets peace,conflict --group document -o my.detente
  detente evaluate test.csv --model my.detente
  detente calibrate default mine.csv --group document -o mine.detente
  detente compare default my.detente --data test.csv
  detente cross-validate labelled.csv --group document
  detente inspect my.detente
  detente models
  detente audit labelled.csv --group document --strict
  detente shrink my.detente --to 2MB -o small.detente
  detente replicate pack study.run -o archive.zip
  detente replicate verify archive.zip
  detente serve --port 8080")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// TOML file with flags by their names, for all commands or in a table for one, as in `[train]`; also named by the
    /// variable DETENTE_CONFIG
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    config: Option<PathBuf>,
    /// Bytes that a compressed file may unpack to, as in 500MB or 20GB [default: 4GB, and beyond a few MB 200 times its
    /// size]
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_size, help_heading = "Everywhere")]
    max_unpacked: Option<usize>,
    /// Say nothing on standard error but errors
    #[arg(
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Everywhere"
    )]
    quiet: bool,
    /// Say on standard error what is done and when
    #[arg(long, global = true, help_heading = "Everywhere")]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    Score(score::ScoreArguments),
    Relations(relations::RelationsArguments),
    Contrast(contrast::ContrastArguments),
    Watch(watch::WatchArguments),
    Train(train::TrainArguments),
    Evaluate(evaluate::EvaluateArguments),
    Calibrate(calibrate::CalibrateArguments),
    Compare(compare::CompareArguments),
    CrossValidate(cross_validate::CrossValidateArguments),
    Inspect(inspect::InspectArguments),
    Models(models::ModelsArguments),
    Audit(audit::AuditArguments),
    Shrink(shrink::ShrinkArguments),
    Text(text::TextArguments),
    Replicate(replicate::ReplicateArguments),
    #[cfg(feature = "serve")]
    Serve(serve::ServeArguments),
    Completions(shell::CompletionsArguments),
    Man(shell::ManArguments),
}

/// How the program is started anew, where that is not by its own file.
static LAUNCHER: OnceLock<Vec<OsString>> = OnceLock::new();

/// As [`run`], in a process that is another program: `launcher` is its file and the arguments by which it becomes this
/// one. The first call in a process says it.
pub fn run_within(launcher: Vec<OsString>, arguments: impl IntoIterator<Item = OsString>) -> u8 {
    LAUNCHER.get_or_init(|| launcher);
    run(arguments)
}

/// The file of the program, and the arguments that come before its own.
fn launcher() -> Result<(PathBuf, &'static [OsString])> {
    if let Some([program, before @ ..]) = LAUNCHER.get().map(Vec::as_slice) {
        return Ok((PathBuf::from(program), before));
    }
    let own = std::env::current_exe();
    let own = own.map_err(|source| Error::io("cannot find", Path::new("detente"), source))?;
    Ok((own, &[]))
}

/// Runs the command line with these arguments (the program's name first), and gives the exit code of the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = arguments.into_iter().collect();
    let arguments: Vec<OsString> = match config::with_config(arguments, Arguments::command) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&error),
    };
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // What is quoted of the arguments must not steer the terminal, so they are read again written out.
            let shown = arguments.iter().map(|one| {
                let one = one.to_string_lossy();
                OsString::from(visible(&one).into_owned())
            });
            let error = Arguments::try_parse_from(shown).err().unwrap_or(error);
            let printed = match error.use_stderr() {
                true => error.print().or(Ok(())),
                false => standard_output::check()
                    .and_then(|()| error.print().map_err(standard_output::failed)),
            };
            return match printed {
                Ok(()) => code,
                // A closed pipe is the reader's choice.
                Err(error) if error.is_broken_pipe() => 0,
                Err(error) => failed(&error),
            };
        }
    };
    set_verbosity(arguments.quiet, arguments.verbose);
    if let Some(bytes) = arguments.max_unpacked {
        set_max_unpacked(bytes as u64);
    }
    // The server ends its work in its own way.
    #[cfg(feature = "serve")]
    let ends_itself = matches!(arguments.command, Command::Serve(_));
    #[cfg(not(feature = "serve"))]
    let ends_itself = false;
    if !ends_itself {
        signals::end_cleanly();
    }
    let done = match arguments.command {
        Command::Score(arguments) => score::run(arguments),
        Command::Relations(arguments) => relations::run(arguments),
        Command::Contrast(arguments) => contrast::run(arguments),
        Command::Watch(arguments) => match watch::run(arguments) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Train(arguments) => train::run(arguments),
        Command::Evaluate(arguments) => evaluate::run(arguments),
        Command::Calibrate(arguments) => calibrate::run(arguments),
        Command::Compare(arguments) => compare::run(arguments),
        Command::CrossValidate(arguments) => cross_validate::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Models(arguments) => models::run(arguments),
        Command::Audit(arguments) => audit::run(arguments),
        Command::Shrink(arguments) => shrink::run(arguments),
        Command::Text(arguments) => text::run(arguments),
        Command::Replicate(arguments) => match replicate::run(arguments, Arguments::command) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::run(arguments),
        Command::Completions(arguments) => shell::run_completions(&arguments, Arguments::command()),
        Command::Man(arguments) => shell::run_man(&arguments, Arguments::command()),
    };
    match done {
        Ok(()) => 0,
        Err(error) if error.is_broken_pipe() => 0,
        Err(error) => failed(&error),
    }
}

/// Says what failed, and gives the exit code for it.
fn failed(error: &Error) -> u8 {
    messages::complain(format_args!("error: {error}"));
    if let Some(hint) = hints::hint(error.kind()) {
        messages::complain(format_args!("hint: {hint}"));
    }
    let misused = hints::is_misuse(error.kind());
    if misused { 2 } else { 1 }
}

/// A model with the name it has in reports: its path, or `default` for the embedded one.
struct NamedModel {
    model: std::borrow::Cow<'static, Model>,
    name: String,
}

/// The word for the embedded model.
const DEFAULT_MODEL: &str = "default";

/// The file of a model that has to be named; `None` for the word `default`, unless a file has that name.
fn model_path(named: &Path) -> Option<&Path> {
    let is_default = named.as_os_str() == DEFAULT_MODEL && !named.exists();
    (!is_default).then_some(named)
}

/// Reads a model; `None` is the embedded one.
fn read_model(path: Option<&Path>, encoder: &EncoderArguments) -> Result<NamedModel> {
    match path {
        Some(path) => {
            let model = read_model_file(path, encoder)?;
            if !model.is_read_as_trained() {
                note(format_args!(
                    "note: {} was trained by a version that read texts in another way; its measures and its promises \
                     do not hold here until it is trained again",
                    path.display()
                ));
            }
            Ok(NamedModel {
                model: std::borrow::Cow::Owned(model),
                name: path.display().to_string(),
            })
        }
        None => Ok(NamedModel {
            model: std::borrow::Cow::Borrowed(Model::embedded()),
            name: DEFAULT_MODEL.to_owned(),
        }),
    }
}

/// More threads than this only wait for each other: a hundred thousand of them stop a machine.
const MOST_THREADS: usize = 1024;

/// Sets the number of threads of all parallel work; 0 takes one for each processor.
fn set_threads(n_threads: usize) -> Result<()> {
    if n_threads > MOST_THREADS {
        let expected = "at most 1024, and 0 for one a processor";
        return Err(Error::out_of_range("--threads", n_threads, expected));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build_global()
        .map_err(|source| {
            Error::new(ErrorKind::Io {
                action: "cannot start threads",
            })
            .caused_by(source)
        })
}

/// How intervals are made, with the resamples and the seed that were asked for.
fn bootstrap(resamples: usize, seed: u64) -> Result<BootstrapParams> {
    let params = BootstrapParams {
        resamples,
        seed,
        ..BootstrapParams::DEFAULT
    };
    params.check().map_err(detente_eval::Error::from)?;
    Ok(params)
}

/// Makes a clap parser for a closed set of names.
fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl clap::builder::TypedValueParser<Value = T> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(all.map(name)).map(move |given| {
        // Invariant: clap lets only the names of the set through.
        all.into_iter()
            .find(|value| name(*value) == given)
            .expect("clap checked the name")
    })
}
