//! `detente replicate`.

use super::failure::{Error, ErrorKind, Result};
use super::format::ResultFormat;
use super::hints::hint;
use super::messages::{complain, note};
use super::study_plan::{Plan, Role, plan};
use super::study_run::{Ran, Workplace, files_of};
use super::{one_of, print};
use clap::{Args, Command, Subcommand};
use detente_data::file::{NewFile, check_unpacked, check_writable_beside};
use detente_error::counted;
use detente_replication::{
    Archive, CommandCheck, CommandRecord, Difference, FORMAT, FileDigest, InputRecord, MANIFEST,
    MAX_STUDY_BYTES, Manifest, ModelCheck, ModelRecord, OutputCheck, OutputRecord, PAGE,
    ProgramRecord, StudyRecord, Verdict, Verification, digest_of, first_difference, is_below,
    parse_study, plain_path, reviewer_page, write_archive,
};
use detente_report::to_json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// Pack a study with its results into one archive, and check that an archive still gives them
#[derive(Args)]
#[command(after_help = "Examples:
  detente replicate pack study.run -o archive.zip
  detente replicate verify archive.zip")]
pub(super) struct ReplicateArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Pack(PackArguments),
    Verify(VerifyArguments),
}

/// Run the commands of a study, and pack them with all that they read and wrote
#[derive(Args)]
#[command(
    after_help = "RUN is a text with one `detente` command a line, quoted as for a shell, without pipes, redirects, \
        variables or patterns; what stands behind a `#` is a comment. Paths are relative to the folder of RUN. The \
        commands run in a folder of their own, which holds what they read and nothing else. A command that fails is \
        a result too: its exit code and its message are kept.

Exit codes: 0 packed, 1 failed, 2 misused.

Examples:
  detente replicate pack study.run -o archive.zip
  detente replicate pack study.run -o archive.zip --without-data
  detente replicate pack study.run -o archive.zip --leave-out news/"
)]
struct PackArguments {
    /// Text with the commands of the study
    #[arg(value_name = "RUN")]
    study: PathBuf,
    /// Where the archive is written
    #[arg(short, long, value_name = "ARCHIVE.zip")]
    output: PathBuf,
    /// Leave out the data that commands read, and keep their hashes. Models, settings and outputs stay
    #[arg(long)]
    without_data: bool,
    /// Leave out this file or folder, read or written, and keep its hash; repeatable. What a command printed is called
    /// `streams/01.stdout`
    #[arg(long, value_name = "FILE")]
    leave_out: Vec<String>,
}

/// Run the commands of an archive again, and say of each output whether it is the same
#[derive(Args)]
#[command(
    after_help = "The archive is checked before it is unpacked, and the commands run in a folder of their own that is \
        removed afterwards.

Exit codes: 0 all the same, 3 an output or an exit code differs, 1 it could not be checked, 2 misused.

Examples:
  detente replicate verify archive.zip
  detente replicate verify archive.zip --data corpus/
  detente replicate verify archive.zip --format json"
)]
struct VerifyArguments {
    /// The archive
    #[arg(value_name = "ARCHIVE.zip")]
    archive: PathBuf,
    /// Folder with the inputs that were left out, under their paths
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How the result is written
    #[arg(long, default_value = "table", value_parser = one_of(ResultFormat::ALL, ResultFormat::name))]
    format: ResultFormat,
}

/// The exit code of a study that gives something else.
const DIFFERS: u8 = 3;

/// The member with the text of the study.
const STUDY: &str = "study.run";

/// The models inside the program, by their members.
fn models_inside() -> impl Iterator<Item = (String, &'static [u8])> {
    let by_language = detente_default_model::BY_LANGUAGE
        .iter()
        .map(|(code, file)| {
            let name = match *code {
                "en" => "default",
                code => code,
            };
            (format!("models/{name}.detente"), *file)
        });
    let relations = detente_default_model::RELATIONS;
    by_language.chain([("models/relations.detente".to_owned(), relations)])
}

/// The features that change what commands there are and what they give.
const FEATURES: [(&str, bool); 6] = [
    ("arrow", cfg!(feature = "arrow")),
    ("documents", cfg!(feature = "documents")),
    ("encoder", cfg!(feature = "encoder")),
    ("html", cfg!(feature = "html")),
    ("html-in", cfg!(feature = "html-in")),
    ("serve", cfg!(feature = "serve")),
];

pub(super) fn run(arguments: ReplicateArguments, program: fn() -> Command) -> Result<u8> {
    match arguments.action {
        Action::Pack(arguments) => pack(&arguments, program).map(|()| 0),
        Action::Verify(arguments) => verify(&arguments, program),
    }
}

fn pack(arguments: &PackArguments, program: fn() -> Command) -> Result<()> {
    let study = &arguments.study;
    let text = study_text(study)?;
    let folder = study.parent().unwrap_or(Path::new(""));
    let in_study = |error: Error| error.in_file(study);
    let lines = parse_study(&text).map_err(|error| in_study(error.into()))?;
    let plan = plan(lines, folder, program).map_err(in_study)?;
    let sources = sources(folder, &plan)?;
    let left_out = LeftOut::new(arguments, &plan, &sources)?;
    let mut read: Vec<PathBuf> = sources.values().map(|source| source.0.clone()).collect();
    read.push(study.clone());
    check_writable_beside(&arguments.output, &read)?;
    let n_bytes = read
        .iter()
        .map(|path| std::fs::metadata(path).map_or(0, |file| file.len()));
    check_size(&arguments.output, u64::MAX, n_bytes.sum())?;

    let mut place = Workplace::new(plan.folders.iter())?;
    let mut inputs = Vec::new();
    for (path, (from, role)) in &sources {
        inputs.push(InputRecord {
            file: InputRecord::member(path),
            digest: place.take(from, path)?,
            archived: !left_out.has_input(path, *role),
        });
    }
    let ran = place.run(&plan.steps).map_err(in_study)?;
    note_failures(study, &plan, &ran, &place);
    let manifest = Manifest {
        format: FORMAT,
        program: this_program(),
        models: models(),
        study: StudyRecord {
            file: STUDY.to_owned(),
            digest: digest(text.as_bytes()),
        },
        folders: plan.folders.iter().cloned().collect(),
        commands: command_records(&plan, &ran),
        outputs: (ran.outputs.iter())
            .map(|(file, written)| OutputRecord {
                file: file.clone(),
                command: written.command,
                digest: written.digest.clone(),
                archived: !left_out.has_output(file),
                has_times: has_times(file, written.command, &plan),
            })
            .collect(),
        inputs,
    };
    write(&arguments.output, &manifest, &text, &place)?;
    let n_left_out = manifest.files().filter(|(_, _, is_held)| !is_held).count();
    note(format_args!(
        "wrote {}: {}, {}, {}{}",
        arguments.output.display(),
        counted(manifest.commands.len(), "command"),
        counted(manifest.inputs.len(), "input"),
        counted(manifest.outputs.len(), "output"),
        match n_left_out {
            0 => String::new(),
            n => format!("; {} left out", counted(n, "file")),
        }
    ));
    if n_left_out > 0 {
        note(format_args!(
            "note: outputs can quote what was left out; look at them before you hand the archive on"
        ));
    }
    Ok(())
}

/// Reads the text of a study.
fn study_text(path: &Path) -> Result<String> {
    let failed = |source| Error::io("cannot read", path, source);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_STUDY_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_STUDY_BYTES {
        let expected = "at most 1000000 bytes of commands";
        let size = format!("more than {MAX_STUDY_BYTES} bytes long");
        return Err(Error::out_of_range("the study", size, expected).in_file(path));
    }
    String::from_utf8(bytes).map_err(|_| {
        let source = std::io::Error::other("it is not UTF-8 text");
        failed(source)
    })
}

/// The files that the inputs of a study are, by their plain paths: where they are and what they are for.
fn sources(folder: &Path, plan: &Plan) -> Result<BTreeMap<String, (PathBuf, Role)>> {
    let mut sources: BTreeMap<String, (PathBuf, Role)> = BTreeMap::new();
    for (input, role) in &plan.inputs {
        for (from, path) in files_of(folder, input)? {
            let known = sources.entry(path).or_insert((from, *role));
            known.1 = known.1.max(*role);
        }
    }
    Ok(sources)
}

/// What is not to be in the archive.
struct LeftOut {
    data: bool,
    paths: Vec<String>,
}

impl LeftOut {
    fn new<S>(
        arguments: &PackArguments,
        plan: &Plan,
        sources: &BTreeMap<String, S>,
    ) -> Result<Self> {
        let mut paths = Vec::new();
        let streams = (1..=plan.steps.len()).flat_map(OutputRecord::stream_members);
        let named = plan.inputs.keys().chain(plan.outputs.keys()).cloned();
        let known: Vec<String> = named.chain(streams).collect();
        for given in &arguments.leave_out {
            let path = plain_path(given)?;
            // What a command will have written below its output is not known yet.
            let is_file = sources
                .keys()
                .chain(&known)
                .any(|file| is_below(file, &path));
            let is_output = |output: &String| is_below(&path, output);
            if !is_file && !plan.outputs.keys().any(is_output) {
                return Err(Error::new(ErrorKind::UnknownName {
                    what: "what is left out",
                    value: given.clone(),
                    allowed: known,
                }));
            }
            paths.push(path);
        }
        Ok(Self {
            data: arguments.without_data,
            paths,
        })
    }

    fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|left_out| is_below(path, left_out))
    }

    fn has_input(&self, path: &str, role: Role) -> bool {
        (self.data && role == Role::Data) || self.has(path)
    }

    fn has_output(&self, member: &str) -> bool {
        self.has(member.strip_prefix("outputs/").unwrap_or(member))
    }
}

/// Writes the archive beside its place, and puts it there once it is whole.
fn write(path: &Path, manifest: &Manifest, study: &str, place: &Workplace) -> Result<()> {
    let held = manifest.files().filter(|(_, _, is_held)| *is_held);
    let mut members: BTreeSet<String> = held.map(|(file, _, _)| file.to_owned()).collect();
    members.extend([MANIFEST, PAGE].map(str::to_owned));
    let open = |member: &str| -> std::io::Result<(Box<dyn Read>, u64)> {
        let model = models_inside().find(|(file, _)| *file == member);
        let bytes = match (member, model) {
            (_, Some((_, bytes))) => bytes.to_vec(),
            (MANIFEST, _) => manifest.to_json(),
            (PAGE, _) => reviewer_page(manifest).into_bytes(),
            (STUDY, _) => study.as_bytes().to_vec(),
            _ => {
                let file = File::open(place.path_of(member))?;
                let n_bytes = file.metadata()?.len();
                return Ok((Box::new(file), n_bytes));
            }
        };
        let n_bytes = bytes.len() as u64;
        Ok((Box::new(Cursor::new(bytes)), n_bytes))
    };
    let failed = |source| Error::io("cannot write", path, source);
    let unfinished = place.unfinished();
    let file = File::create_new(&unfinished).map_err(failed)?;
    let written = write_archive(file, &members, open).map_err(Error::from);
    drop(written.map_err(|error| error.in_file(path))?);
    let mut packed = File::open(&unfinished).map_err(failed)?;
    let n_packed = packed.metadata().map_err(failed)?.len();
    let n_unpacked = manifest.files().map(|(_, digest, _)| digest.bytes).sum();
    if check_unpacked(n_packed, n_unpacked).is_err() {
        note(format_args!(
            "note: the archive unpacks to {n_unpacked} bytes, more than is unpacked unasked; `detente replicate \
             verify` needs `--max-unpacked {n_unpacked}`"
        ));
    }
    let mut file = NewFile::at(path)?;
    std::io::copy(&mut packed, &mut file).map_err(failed)?;
    Ok(file.keep()?)
}

/// Says which commands failed, and which look at the clock.
fn note_failures(study: &Path, plan: &Plan, ran: &Ran, place: &Workplace) {
    for (number, (step, code)) in (1..).zip(plan.steps.iter().zip(&ran.exit_codes)) {
        let at = format!("{}:{}", study.display(), step.line.number);
        if *code != 0 {
            let [_, stderr] = OutputRecord::stream_members(number);
            let said = std::fs::read_to_string(place.path_of(&stderr)).unwrap_or_default();
            let error = said.lines().find(|line| line.starts_with("error: "));
            let error = error.map(|error| format!(": {error}")).unwrap_or_default();
            note(format_args!(
                "note: {at}: the command ended with exit code {code}{error}"
            ));
        }
        if step.by_the_clock {
            note(format_args!(
                "note: {at}: `--tune` stops by the clock, and another machine may choose other settings; the flags \
                 that its report names give the same model anywhere"
            ));
        }
    }
}

fn command_records(plan: &Plan, ran: &Ran) -> Vec<CommandRecord> {
    let ended = plan.steps.iter().zip(&ran.exit_codes);
    ended
        .map(|(step, exit_code)| CommandRecord {
            line: step.line.number,
            command: step.line.command.clone(),
            exit_code: *exit_code,
            by_the_clock: step.by_the_clock,
        })
        .collect()
}

fn has_times(file: &str, command: usize, plan: &Plan) -> bool {
    let [_, stderr] = OutputRecord::stream_members(command);
    file == stderr && plan.steps[command - 1].has_times
}

fn this_program() -> ProgramRecord {
    let features = FEATURES.iter().filter(|(_, is_built)| *is_built);
    ProgramRecord {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        features: features.map(|(name, _)| (*name).to_owned()).collect(),
    }
}

fn models() -> Vec<ModelRecord> {
    let models = models_inside().map(|(file, bytes)| ModelRecord {
        file,
        digest: digest(bytes),
    });
    models.collect()
}

fn digest(bytes: &[u8]) -> FileDigest {
    // Invariant: bytes in memory can be read.
    digest_of(bytes).expect("bytes can be read")
}

/// Checks what an archive unpacks to.
fn check_size(path: &Path, n_packed: u64, n_unpacked: u64) -> Result<()> {
    let checked = check_unpacked(n_packed, n_unpacked);
    checked.map_err(|error| error.in_file(path).into())
}

type OpenArchive = Archive<BufReader<File>>;

fn verify(arguments: &VerifyArguments, program: fn() -> Command) -> Result<u8> {
    let path = &arguments.archive;
    let failed = |source| Error::io("cannot read", path, source);
    let in_archive = |error: detente_replication::Error| Error::from(error.in_file(path));
    let file = File::open(path).map_err(failed)?;
    let n_packed = file.metadata().map_err(failed)?.len();
    let opened = Archive::open(BufReader::new(file), |n_unpacked| {
        check_size(path, n_packed, n_unpacked)
    });
    let mut archive: OpenArchive = opened.map_err(|error: Error| error.in_file(path))?;
    let manifest = archive.manifest().clone();
    let study_path = path.join(&manifest.study.file);
    let in_study = |error: Error| error.in_file(&study_path);
    let text = archive.study().map_err(in_archive)?;
    let lines = parse_study(&text).map_err(|error| in_study(error.into()))?;

    let mut place = Workplace::new(manifest.folders.iter())?;
    unpack_inputs(&mut archive, path, arguments.data.as_deref(), &mut place)?;
    let plan = plan(lines, &place.work(), program).map_err(in_study)?;
    manifest
        .check_commands(plan.steps.iter().map(|step| &step.line))
        .map_err(in_archive)?;
    let is_named = |path: &str| plan.inputs.keys().any(|input| is_below(path, input));
    if let Some(stray) = manifest.inputs.iter().find(|input| !is_named(input.path())) {
        let (what, why) = (stray.path().to_owned(), "no command reads it");
        return Err(Error::new(ErrorKind::StudyOutside { what, why }).in_file(path));
    }
    // What nobody looks at could be anything: nothing that the archive holds is passed over.
    let inputs: BTreeSet<&str> = (manifest.inputs.iter())
        .map(|input| input.file.as_str())
        .collect();
    for (file, _, is_held) in manifest.files() {
        if is_held && !inputs.contains(file) {
            archive.unpack(file, std::io::sink()).map_err(in_archive)?;
        }
    }
    let ran = place.run(&plan.steps).map_err(in_study)?;
    let mut outputs: Vec<Vec<OutputCheck>> = plan.steps.iter().map(|_| Vec::new()).collect();
    let old: BTreeMap<&str, &OutputRecord> = (manifest.outputs.iter())
        .map(|output| (output.file.as_str(), output))
        .collect();
    let names: BTreeSet<&str> = old
        .keys()
        .copied()
        .chain(ran.outputs.keys().map(String::as_str))
        .collect();
    for file in names {
        let (old, new) = (old.get(file).copied(), ran.outputs.get(file));
        let command = old
            .map(|output| output.command)
            .or(new.map(|new| new.command));
        let verdict = match (old, new) {
            (None, _) => Verdict::New,
            (Some(_), None) => Verdict::NotWritten,
            (Some(old), Some(_)) if old.has_times && has_times(file, old.command, &plan) => {
                Verdict::Times
            }
            (Some(old), Some(new)) if old.digest == new.digest => Verdict::Same,
            (Some(old), Some(new)) => Verdict::Differs {
                difference: difference(&mut archive, path, old, &new.digest, &place)?,
            },
        };
        outputs[command.unwrap_or(1) - 1].push(OutputCheck {
            file: file.to_owned(),
            verdict,
        });
    }
    let models = models();
    let is_ours = |model: &&ModelRecord| models.contains(model);
    let models = manifest.models.iter().map(|model| ModelCheck {
        file: model.file.clone(),
        is_same: is_ours(&model),
    });
    let commands = manifest.commands.iter().zip(&ran.exit_codes).zip(outputs);
    let commands = commands.map(|((old, new_exit_code), outputs)| CommandCheck {
        line: old.line,
        command: old.command.clone(),
        by_the_clock: old.by_the_clock,
        old_exit_code: old.exit_code,
        new_exit_code: *new_exit_code,
        outputs,
    });
    let verification = Verification::new(
        manifest.program.clone(),
        this_program(),
        models.collect(),
        commands.collect(),
    );
    print(&match arguments.format {
        ResultFormat::Table => verification.to_string(),
        ResultFormat::Json => to_json(&verification),
    })?;
    Ok(if verification.is_same { 0 } else { DIFFERS })
}

/// Puts the inputs of an archive where the commands run, those that it does not hold from a folder.
///
/// # Errors
/// Inputs are missing, or are others than those packed: each is told.
fn unpack_inputs(
    archive: &mut OpenArchive,
    path: &Path,
    data: Option<&Path>,
    place: &mut Workplace,
) -> Result<()> {
    let inputs = archive.manifest().inputs.clone();
    let mut failures: Vec<Error> = Vec::new();
    for input in &inputs {
        if input.archived {
            let file = place.new_input(input.path())?;
            let unpacked = archive.unpack(&input.file, file);
            unpacked.map_err(|error| Error::from(error.in_file(path)))?;
            continue;
        }
        let from = data.unwrap_or(Path::new("")).join(input.path());
        let failure = if data.is_none() || !from.exists() {
            Some(Error::new(ErrorKind::StudyMissingInput))
        } else {
            // One of another size is another; it is not copied to see that.
            let n_bytes = std::fs::metadata(&from).map_or(0, |file| file.len());
            let digest = &input.digest;
            let [found, expected] = match n_bytes == digest.bytes {
                true => {
                    let taken = place.take(&from, input.path())?.sha256;
                    [taken, digest.sha256.clone()].map(|sha256| format!("SHA-256 {sha256}"))
                }
                false => [n_bytes, digest.bytes].map(|n| format!("{n} bytes")),
            };
            (found != expected)
                .then(|| Error::new(ErrorKind::StudyChangedInput { found, expected }))
        };
        failures.extend(failure.map(|error| error.in_file(&from)));
    }
    for failure in &failures {
        complain(format_args!("error: {failure}"));
    }
    match failures.first() {
        None => Ok(()),
        Some(first) => {
            if let Some(hint) = hint(first.kind()).filter(|_| data.is_none()) {
                complain(format_args!("hint: {hint}"));
            }
            Err(Error::new(ErrorKind::StudyBadInputs {
                n_bad: failures.len(),
                n_inputs: inputs.len(),
            })
            .in_file(path))
        }
    }
}

/// Where an output begins to differ from the one in the archive; of one that the archive does not hold, the sizes.
fn difference(
    archive: &mut OpenArchive,
    path: &Path,
    old: &OutputRecord,
    new: &FileDigest,
    place: &Workplace,
) -> Result<Difference> {
    let sizes = Difference::Bytes {
        old: old.digest.bytes,
        new: new.bytes,
    };
    if !old.archived {
        return Ok(sizes);
    }
    let failed = |source| Error::io("cannot compare", Path::new(&old.file), source);
    let aside = place.aside();
    let file = File::create(&aside).map_err(failed)?;
    let unpacked = archive.unpack(&old.file, file);
    unpacked.map_err(|error| Error::from(error.in_file(path)))?;
    let open = |path: &Path| File::open(path).map(BufReader::new).map_err(failed);
    let found = first_difference(
        (open(&aside)?, old.digest.bytes),
        (open(&place.path_of(&old.file))?, new.bytes),
    );
    Ok(found.map_err(failed)?.unwrap_or(sizes))
}
