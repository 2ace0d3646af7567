//! `detente relations`.

use super::encoding::EncoderArguments;
use super::failure::{Error, ErrorKind, Result};
use super::parties::PartiesArguments;
use super::progress::Progress;
use super::reading::{ReadingArguments, say_notices};
use super::score::{note_passed_over, say_failures};
use super::standard_output::print_bytes;
use super::{NamedModel, note, one_of, print, read_model, set_threads};
use clap::Args;
use detente_actors::Gazetteer;
use detente_data::article::ArticleColumns;
use detente_data::corpus::{Articles, InputKind, parse_date, parse_last_date};
use detente_data::file::{NewFile, check_writable_beside, replace_file};
use detente_error::counted;
use detente_metrics::BootstrapParams;
use detente_model::Model;
use detente_relations::{Period, Relations, RelationsParams, StatementRow};
#[cfg(feature = "html")]
use detente_report::relations_html;
use detente_report::{
    RelationRowRecord, RelationRowWriter, RelationRows, RelationsRecord, to_json,
};
use detente_score::{ScoreParams, score_articles};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How relations are written.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum RelationsFormat {
    Table,
    Json,
    Rows(RelationRows),
    SeriesCsv,
    #[cfg(feature = "html")]
    Html,
}

impl RelationsFormat {
    const ALL: [Self; 5 + 2 * cfg!(feature = "arrow") as usize + cfg!(feature = "html") as usize] = [
        Self::Table,
        Self::Json,
        Self::Rows(RelationRows::Jsonl),
        Self::Rows(RelationRows::Csv),
        Self::SeriesCsv,
        #[cfg(feature = "arrow")]
        Self::Rows(RelationRows::Columnar(
            detente_data::corpus::ColumnarFormat::Parquet,
        )),
        #[cfg(feature = "arrow")]
        Self::Rows(RelationRows::Columnar(
            detente_data::corpus::ColumnarFormat::Arrow,
        )),
        #[cfg(feature = "html")]
        Self::Html,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Rows(RelationRows::Jsonl) => "jsonl",
            Self::Rows(RelationRows::Csv) => "csv",
            #[cfg(feature = "arrow")]
            Self::Rows(RelationRows::Columnar(format)) => format.name(),
            Self::SeriesCsv => "series-csv",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }
}

/// Tell who stands how toward whom, over time
#[derive(Args)]
#[command(
    after_help = "Every statement that has a holder and a counterpart counts: its stances, and the relation of \
        the one toward \
        the other. Rows (`csv`, `jsonl`) are these statements; `table`, `json`, `series-csv` and `html` gather \
            them by pair \
        and period. Articles need a date for a series.

Examples:
  detente relations articles/ --by month
  detente relations articles/ --holder Azerbaijan --counterpart Armenia --by quarter
  detente relations articles/ --format html -o relations.html
  detente relations news.jsonl --from 2023-01-01 --format csv > statements.csv
  detente relations talks.jsonl.gz --author country --by decade --holder India"
)]
pub(super) struct RelationsArguments {
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    inputs: Vec<PathBuf>,
    /// Model file [default: the embedded model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(RelationsFormat::ALL, RelationsFormat::name))]
    format: RelationsFormat,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How long a period is
    #[arg(long, default_value = "year", value_parser = one_of(Period::ALL, Period::name), help_heading = "What counts")]
    by: Period,
    /// The first day that counts: a date, a month (2023-05) or a year
    #[arg(long, value_name = "DATE", help_heading = "What counts")]
    from: Option<String>,
    /// The last day that counts; of a month or a year its last day
    #[arg(long, value_name = "DATE", help_heading = "What counts")]
    to: Option<String>,
    /// Only statements of this party: an id (AZE) or any of its names
    #[arg(long, value_name = "PARTY", help_heading = "What counts")]
    holder: Option<String>,
    /// Only statements toward this party
    #[arg(long, value_name = "PARTY", help_heading = "What counts")]
    counterpart: Option<String>,
    /// Count articles that nearly repeat an earlier one too
    #[arg(long, help_heading = "What counts")]
    repeats: bool,
    /// Pairs that get series and statements, those with most statements
    #[arg(long, value_name = "N", default_value_t = RelationsParams::DEFAULT.n_pairs)]
    top: usize,
    /// Statements that are kept of each pair and period, the strongest
    #[arg(long, value_name = "N", default_value_t = RelationsParams::DEFAULT.n_samples)]
    samples: usize,
    /// Periods that the smoothed line is a mean of, an odd number
    #[arg(long, value_name = "N", default_value_t = RelationsParams::DEFAULT.smooth)]
    smooth: usize,
    /// How often a series without a turn is given a turning point, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = RelationsParams::DEFAULT.false_alarms)]
    false_alarms: f64,
    /// Bootstrap resamples behind the intervals
    #[arg(long, value_name = "N", default_value_t = RelationsParams::DEFAULT.bootstrap.resamples)]
    resamples: usize,
    /// Seed of resamples and permutations
    #[arg(long, default_value_t = BootstrapParams::DEFAULT.seed)]
    seed: u64,
    #[command(flatten)]
    parties: PartiesArguments,
    #[command(flatten)]
    articles: ArticleArguments,
}

/// How articles are read and scored, for what gathers them.
#[derive(Args)]
pub(super) struct ArticleArguments {
    /// How the inputs are read
    #[arg(long, default_value = "auto", value_parser = one_of(InputKind::ALL, InputKind::name))]
    input: InputKind,
    /// Stop at the first file that cannot be read; without it the others count, and the exit code is 1
    #[arg(long)]
    fail_fast: bool,
    #[command(flatten)]
    reading: ReadingArguments,
    /// Threads; 0 for one a processor. Results are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    pub(super) encoder: EncoderArguments,
}

impl ArticleArguments {
    pub(super) fn set_threads(&self) -> Result<()> {
        set_threads(self.threads)
    }
}

pub(super) fn run(arguments: RelationsArguments) -> Result<()> {
    arguments.articles.set_threads()?;
    let params = params(&arguments)?;
    let NamedModel { model, name } =
        read_model(arguments.model.as_deref(), &arguments.articles.encoder)?;
    let mut relations = Relations::new(model.heads(), params);
    let given = files_read(
        &arguments.inputs,
        &arguments.articles,
        &arguments.parties,
        &arguments.model,
    )?;
    match &arguments.output {
        Some(path) => check_writable_beside(path, &given)?,
        None => super::standard_output::check()?,
    }
    let targets: Vec<String> = relations.measures().to_vec();
    let mut rows = match arguments.format {
        RelationsFormat::Rows(format) => {
            let path = arguments.output.as_deref();
            let shown = path.unwrap_or(Path::new("standard output"));
            // The last two measures are no targets of the model.
            let stances = &targets[..targets.len() - 2];
            Some(RelationRowWriter::new(
                format,
                stances,
                Output::new(path)?,
                shown,
            )?)
        }
        _ => None,
    };
    let failure = each_article(
        &arguments.inputs,
        &arguments.articles,
        Some(&arguments.parties),
        None,
        &model,
        |article| {
            let found = relations.add(model.heads(), &article);
            if let Some(rows) = &mut rows {
                for row in &found {
                    rows.write(&RelationRowRecord::of(row, &targets))?;
                }
            }
            Ok(())
        },
    )?;
    if let Some(rows) = rows {
        rows.finish()?.finish()?;
    } else {
        let record = RelationsRecord::of(&name, &relations);
        let text = match arguments.format {
            RelationsFormat::Json => to_json(&record),
            RelationsFormat::SeriesCsv => {
                String::from_utf8_lossy(&record.series_csv()).into_owned()
            }
            #[cfg(feature = "html")]
            RelationsFormat::Html => relations_html(&record),
            _ => record.to_string(),
        };
        match &arguments.output {
            Some(path) => {
                let mut plain = Vec::new();
                let _ = anstream::StripStream::new(&mut plain).write_all(text.as_bytes());
                let is_table = arguments.format == RelationsFormat::Table;
                replace_file(path, if is_table { &plain } else { text.as_bytes() })?;
            }
            None if arguments.format == RelationsFormat::Table => print(&text)?,
            None => print_bytes(text.as_bytes())?,
        }
    }
    say(&relations);
    failure.map_or(Ok(()), Err)
}

/// A file that stands in its place once it is whole, or standard output.
struct Output {
    file: Option<NewFile>,
    out: Option<Box<dyn Write>>,
}

impl Output {
    fn new(path: Option<&Path>) -> Result<Self> {
        Ok(match path {
            Some(path) => Self {
                file: Some(NewFile::at(path)?),
                out: None,
            },
            None => Self {
                file: None,
                out: Some(Box::new(std::io::BufWriter::new(std::io::stdout().lock()))),
            },
        })
    }

    fn finish(self) -> Result<()> {
        match self.file {
            Some(file) => Ok(file.keep()?),
            None => Ok(()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match (&mut self.file, &mut self.out) {
            (Some(file), _) => file.write(bytes),
            (None, Some(out)) => out.write(bytes),
            (None, None) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match (&mut self.file, &mut self.out) {
            (Some(file), _) => file.flush(),
            (None, Some(out)) => out.flush(),
            (None, None) => Ok(()),
        }
    }
}

fn params(arguments: &RelationsArguments) -> Result<RelationsParams> {
    let gazetteer = arguments.parties.who()?.gazetteer();
    let party = |named: &Option<String>, what| {
        named
            .as_ref()
            .map(|named| party_id(gazetteer, named, what))
            .transpose()
    };
    let day = |given: &Option<String>, parameter: &'static str, parse: fn(&str) -> Option<_>| {
        let Some(given) = given else {
            return Ok(None);
        };
        match parse(given) {
            Some(date) => Ok(Some(date)),
            None => Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value: given.clone(),
                expected: "a date, as in 2023-05-01 or 2023",
            })),
        }
    };
    let in_range =
        |is: bool, parameter: &'static str, value: String, expected: &'static str| match is {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::OutOfRange {
                parameter,
                value,
                expected,
            })),
        };
    in_range(
        arguments.smooth % 2 == 1 && arguments.smooth < 100,
        "--smooth",
        arguments.smooth.to_string(),
        "an odd number up to 99",
    )?;
    in_range(
        arguments.false_alarms >= 0.0001 && arguments.false_alarms < 1.0,
        "--false-alarms",
        arguments.false_alarms.to_string(),
        "a number from 0.0001 and below 1",
    )?;
    in_range(
        arguments.resamples >= 20,
        "--resamples",
        arguments.resamples.to_string(),
        "20 or more",
    )?;
    let (from, to) = (
        day(&arguments.from, "--from", parse_date)?,
        day(&arguments.to, "--to", parse_last_date)?,
    );
    if let (Some(from), Some(to)) = (from, to) {
        in_range(
            from <= to,
            "--to",
            to.to_string(),
            "a day that is not before `--from`",
        )?;
    }
    Ok(RelationsParams {
        period: arguments.by,
        from,
        to,
        holder: party(&arguments.holder, "the holder")?,
        counterpart: party(&arguments.counterpart, "the counterpart")?,
        once: !arguments.repeats,
        n_samples: arguments.samples,
        n_pairs: arguments.top,
        smooth: arguments.smooth,
        false_alarms: arguments.false_alarms,
        bootstrap: BootstrapParams {
            resamples: arguments.resamples,
            seed: arguments.seed,
            ..RelationsParams::DEFAULT.bootstrap
        },
    })
}

/// The id of a party by any of its names.
pub(super) fn party_id(gazetteer: &Gazetteer, named: &str, what: &'static str) -> Result<Arc<str>> {
    match gazetteer.identity(named) {
        Some(party) => Ok(party.id.clone()),
        None => Err(Error::new(ErrorKind::UnknownParty {
            what,
            value: named.to_owned(),
            known: gazetteer
                .identities()
                .iter()
                .map(|party| party.name.to_string())
                .collect(),
        })),
    }
}

/// All files that are read: none of them may be written over.
pub(super) fn files_read(
    inputs: &[PathBuf],
    arguments: &ArticleArguments,
    parties: &PartiesArguments,
    model: &Option<PathBuf>,
) -> Result<Vec<PathBuf>> {
    let articles = Articles::open(inputs, arguments.input)?;
    let files = articles.files().map(Path::to_owned);
    Ok(files
        .chain(model.clone())
        .chain(parties.files().cloned())
        .collect())
}

/// Scores the articles of inputs with their parties and hands each to `sink`. Gives the error that stands for files
/// that
/// could not be read, after the others.
pub(super) fn each_article(
    inputs: &[PathBuf],
    arguments: &ArticleArguments,
    parties: Option<&PartiesArguments>,
    group: Option<String>,
    model: &Model,
    mut sink: impl FnMut(detente_score::ScoredArticle) -> Result<()>,
) -> Result<Option<Error>> {
    let reading = arguments.reading.params();
    let notices = reading.notices.clone();
    let articles = Articles::open(inputs, arguments.input)?
        .with_columns(ArticleColumns {
            mention: None,
            author: parties.and_then(PartiesArguments::author).cloned(),
            group,
        })
        .with_reading(reading);
    note_passed_over(&articles);
    let n_files = articles.n_files();
    let bytes_total = articles.bytes_total();
    let goes_on = n_files > 1 && !arguments.fail_fast;
    let mut failures: Vec<Error> = Vec::new();
    let articles = articles.filter_map(|article| match article {
        Err(error) if goes_on => {
            failures.push(error.into());
            None
        }
        article => Some(article.map_err(Error::from)),
    });
    let params = ScoreParams {
        // Groups are contrasted by scores alone.
        who: parties.map(PartiesArguments::who).transpose()?,
        ..ScoreParams::DEFAULT
    };
    let progress = Progress::new(match bytes_total {
        Some(_) => "{wide_bar} {binary_bytes}/{binary_total_bytes} {msg} {eta}",
        None => "{spinner} {binary_bytes} {msg} {elapsed}",
    });
    let (mut bytes_done, mut n_statements) = (0, 0);
    let scored = score_articles(model, articles, &params, |article| {
        bytes_done += article.n_bytes as u64;
        n_statements += article.statements.len();
        progress.at_rate(bytes_done, bytes_total, n_statements, "statements");
        sink(article)
    });
    progress.finish();
    say_notices(&notices);
    scored?;
    Ok((!failures.is_empty()).then(|| say_failures(&failures, n_files)))
}

/// Notes what a reader of the result must know.
fn say(relations: &Relations) {
    let (n_articles, n_repeats) = (relations.n_articles(), relations.n_repeats());
    let params = relations.params();
    let is_one_pair = params.holder.is_some() || params.counterpart.is_some();
    note(format_args!(
        "{} of {} have {}, in {}",
        counted(relations.n_rows(), "statement"),
        relations.n_statements(),
        if is_one_pair {
            "the parties asked for"
        } else {
            "a holder and a counterpart"
        },
        counted(n_articles, "article")
    ));
    let left_out = [
        (
            n_repeats,
            "nearly the same as an earlier one; `--repeats` counts such too",
        ),
        (
            relations.n_outside(),
            "outside of the days asked for, or without a date",
        ),
    ];
    for (n, why) in left_out.into_iter().filter(|(n, _)| *n > 0) {
        note(format_args!(
            "note: left out: {}, {why}",
            counted(n, "article")
        ));
    }
    if relations.n_undated() > 0 {
        note(format_args!(
            "note: {} without a date that can be read: counted in the whole, and in no period",
            counted(relations.n_undated(), "article")
        ));
    }
}

/// The rows of one pair, for those who watch it.
pub(super) fn rows_of(model: &Model, article: &detente_score::ScoredArticle) -> Vec<StatementRow> {
    detente_relations::statement_rows(model.heads(), article)
}
