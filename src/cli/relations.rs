//! `detente relations`.

use super::articles::ArticleArguments;
use super::failure::{Error, Result};
use super::languages::{LanguageArguments, LeftOut};
use super::output::{Out, put};
use super::parties::{PartiesArguments, party_id};
use super::standard_output;
use super::{NamedModel, bootstrap, note, one_of};
use clap::Args;
use detente_actors::Gazetteer;
use detente_data::article::ArticleColumns;
use detente_data::corpus::{parse_date, parse_last_date};
use detente_data::file::check_writable_beside;
use detente_error::counted;
use detente_metrics::BootstrapParams;
use detente_relations::{Period, Relations, RelationsParams};
#[cfg(feature = "html")]
use detente_report::relations_html;
use detente_report::{
    RelationRowRecord, RelationRowWriter, RelationRows, RelationsRecord, to_json,
};
use detente_score::ScoreParams;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
#[cfg(feature = "documents")]
use {super::output::put_bytes, detente_report::workbook};

/// How relations are written.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum RelationsFormat {
    Table,
    Json,
    Rows(RelationRows),
    SeriesCsv,
    #[cfg(feature = "documents")]
    Xlsx,
    #[cfg(feature = "html")]
    Html,
}

impl RelationsFormat {
    const N_ALL: usize = 5
        + 2 * cfg!(feature = "arrow") as usize
        + cfg!(feature = "documents") as usize
        + cfg!(feature = "html") as usize;

    const ALL: [Self; Self::N_ALL] = [
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
        #[cfg(feature = "documents")]
        Self::Xlsx,
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
            #[cfg(feature = "documents")]
            Self::Xlsx => "xlsx",
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
    languages: LanguageArguments,
    #[command(flatten)]
    articles: ArticleArguments,
}

pub(super) fn run(arguments: RelationsArguments) -> Result<()> {
    arguments.articles.set_threads()?;
    let who = arguments.parties.who()?;
    let params = params(&arguments, who.gazetteer())?;
    let NamedModel { model, name } = (arguments.languages)
        .read_model(arguments.model.as_deref(), &arguments.articles.encoder)?;
    let mut relations = Relations::new(model.heads(), params);
    let columns = ArticleColumns {
        author: arguments.parties.author().cloned(),
        ..ArticleColumns::default()
    };
    let articles = arguments.articles.open(&arguments.inputs, columns)?;
    let path = arguments.output.as_deref();
    match path {
        Some(path) => {
            let beside = arguments.model.iter().chain(arguments.parties.files());
            check_writable_beside(path, &articles.files(beside))?;
        }
        None => standard_output::check()?,
    }
    let targets: Vec<String> = relations.measures().to_vec();
    let mut rows = match arguments.format {
        RelationsFormat::Rows(format) => {
            // The last two measures are no targets of the model.
            let stances = &targets[..targets.len() - 2];
            let out = BufWriter::new(Out::plain(path)?);
            let shown = path.unwrap_or(Path::new("standard output"));
            Some(RelationRowWriter::new(format, stances, out, shown)?)
        }
        _ => None,
    };
    #[cfg(feature = "documents")]
    let mut for_workbook = match arguments.format {
        RelationsFormat::Xlsx => {
            let stances = &targets[..targets.len() - 2];
            let shown = path.unwrap_or(Path::new("standard output"));
            Some(RelationRowWriter::new(
                RelationRows::Csv,
                stances,
                Vec::new(),
                shown,
            )?)
        }
        _ => None,
    };
    articles.note_passed_over();
    let params = ScoreParams {
        who: Some(who),
        languages: arguments.languages.params(arguments.model.as_deref())?,
        ..ScoreParams::DEFAULT
    };
    let mut left_out = LeftOut::default();
    let scoring = articles.score(&model, &params, |article| {
        left_out.add(&article);
        #[cfg(feature = "documents")]
        if let Some(rows) = &mut for_workbook {
            let found = relations.rows(model.heads(), &article);
            for row in &found {
                rows.write(&RelationRowRecord::of(row, &targets))?;
            }
            relations.gather(found);
            return Ok(());
        }
        match &mut rows {
            None => relations.add(model.heads(), &article),
            Some(rows) => {
                for row in relations.rows(model.heads(), &article) {
                    rows.write(&RelationRowRecord::of(&row, &targets))?;
                }
            }
        }
        Ok(())
    });
    scoring.ended?;
    let read = scoring.unread.say();
    left_out.say_without_rules();
    if let Some(rows) = rows {
        // Ending the rows has written what was waiting.
        rows.finish()?.into_parts().0.keep()?;
    } else {
        let record = RelationsRecord::of(&name, &relations);
        #[cfg(feature = "documents")]
        if let Some(rows) = for_workbook {
            let statements = rows.finish()?;
            let book = workbook(&[
                ("statements", &statements),
                ("series", &record.series_csv()),
            ])?;
            put_bytes(path, &book)?;
            say(&relations);
            return read;
        }
        let text = match arguments.format {
            RelationsFormat::Json => to_json(&record),
            RelationsFormat::SeriesCsv => {
                String::from_utf8_lossy(&record.series_csv()).into_owned()
            }
            #[cfg(feature = "html")]
            RelationsFormat::Html => relations_html(&record),
            _ => record.to_string(),
        };
        put(path, &text, arguments.format == RelationsFormat::Table)?;
    }
    say(&relations);
    read
}

fn params(arguments: &RelationsArguments, gazetteer: &Gazetteer) -> Result<RelationsParams> {
    let party = |named: &Option<String>, what| {
        named
            .as_ref()
            .map(|named| party_id(gazetteer, named, what))
            .transpose()
    };
    let day = |given: &Option<String>, parameter, parse: fn(&str) -> Option<_>| {
        let expected = "a date, as in 2023-05-01 or 2023";
        given
            .as_ref()
            .map(|given| {
                parse(given).ok_or_else(|| Error::out_of_range(parameter, given, expected))
            })
            .transpose()
    };
    if arguments.smooth.is_multiple_of(2) || arguments.smooth >= 100 {
        let expected = "an odd number up to 99";
        return Err(Error::out_of_range("--smooth", arguments.smooth, expected));
    }
    if !(0.0001..1.0).contains(&arguments.false_alarms) {
        let expected = "a number from 0.0001 and below 1";
        return Err(Error::out_of_range(
            "--false-alarms",
            arguments.false_alarms,
            expected,
        ));
    }
    let bootstrap = bootstrap(arguments.resamples, arguments.seed)?;
    let (from, to) = (
        day(&arguments.from, "--from", parse_date)?,
        day(&arguments.to, "--to", parse_last_date)?,
    );
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let expected = "a day that is not before `--from`";
        return Err(Error::out_of_range("--to", to, expected));
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
        bootstrap,
    })
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
