//! `detente contrast`.

use super::articles::ArticleArguments;
use super::failure::{Error, ErrorKind, Result};
use super::languages::{LanguageArguments, LeftOut};
use super::output::put;
use super::standard_output;
use super::{NamedModel, bootstrap, note, one_of};
use clap::Args;
use detente_data::article::ArticleColumns;
use detente_data::corpus::parse_date;
use detente_data::file::check_writable_beside;
use detente_error::counted;
use detente_metrics::BootstrapParams;
use detente_model::label::TargetKind;
use detente_relations::{Contrast, ContrastParams, Period, Repeats};
use detente_report::{ContrastRecord, to_json};
use detente_score::ScoreParams;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How contrasts are written.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum ContrastFormat {
    Table,
    Json,
    Csv,
}

impl ContrastFormat {
    const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Csv];

    fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// Tell in what groups of articles differ: on which target, by how much, and in which words
#[derive(Args)]
#[command(
    after_help = "A group is what articles share in a column or field (`--by source`), or the period that they \
        are from \
        (`--by period:year`; month, quarter and decade too). Each group is compared with all others.

Examples:
  detente contrast news.jsonl --by source
  detente contrast speeches.jsonl.gz --by period:decade
  detente contrast news.csv --by country --format csv -o differences.csv"
)]
pub(super) struct ContrastArguments {
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    inputs: Vec<PathBuf>,
    /// Column or field that holds the group of each article, or `period:year`
    #[arg(long, value_name = "COLUMN|period:PERIOD")]
    by: String,
    /// Model file [default: the embedded model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(ContrastFormat::ALL, ContrastFormat::name))]
    format: ContrastFormat,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Corrected p-value up to which a difference is called one
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    alpha: f64,
    /// Words that are shown of each side
    #[arg(long, value_name = "N", default_value_t = ContrastParams::DEFAULT.n_words)]
    words: usize,
    /// Orders of the articles that are drawn for each p-value
    #[arg(long, value_name = "N", default_value_t = ContrastParams::DEFAULT.permutations)]
    shuffles: usize,
    /// Bootstrap resamples behind the intervals
    #[arg(long, value_name = "N", default_value_t = ContrastParams::DEFAULT.bootstrap.resamples)]
    resamples: usize,
    /// Count articles that nearly repeat an earlier one too
    #[arg(long)]
    repeats: bool,
    /// Seed of resamples and shuffles
    #[arg(long, default_value_t = BootstrapParams::DEFAULT.seed)]
    seed: u64,
    #[command(flatten)]
    languages: LanguageArguments,
    #[command(flatten)]
    articles: ArticleArguments,
}

/// More groups than this are no groups but articles.
const MOST_GROUPS: usize = 200;

pub(super) fn run(arguments: ContrastArguments) -> Result<()> {
    arguments.articles.set_threads()?;
    let bootstrap = bootstrap(arguments.resamples, arguments.seed)?;
    let period = match arguments.by.strip_prefix("period:") {
        None => None,
        Some(named) => match Period::ALL
            .into_iter()
            .find(|period| period.name() == named)
        {
            Some(period) => Some(period),
            None => {
                return Err(Error::new(ErrorKind::UnknownName {
                    what: "the period",
                    value: named.to_owned(),
                    allowed: Period::ALL.map(|period| period.name().to_owned()).to_vec(),
                }));
            }
        },
    };
    if !(0.0..=1.0).contains(&arguments.alpha) {
        let expected = "a number from 0 to 1";
        return Err(Error::out_of_range("--alpha", arguments.alpha, expected));
    }
    let columns = ArticleColumns {
        group: period.is_none().then(|| arguments.by.clone()),
        ..ArticleColumns::default()
    };
    let articles = arguments.articles.open(&arguments.inputs, columns)?;
    match &arguments.output {
        Some(path) => check_writable_beside(path, &articles.files(arguments.model.iter()))?,
        None => standard_output::check()?,
    }
    let NamedModel { model, name } = (arguments.languages)
        .read_model(arguments.model.as_deref(), &arguments.articles.encoder)?;
    let mut contrast = Contrast::new(model.heads());
    let mut n_without = 0;
    let (mut repeats, mut n_repeats): (BTreeMap<String, Repeats>, usize) = Default::default();
    articles.note_passed_over();
    // Groups are contrasted by scores alone: nobody asks for the parties.
    let params = ScoreParams {
        languages: arguments.languages.params(arguments.model.as_deref())?,
        ..ScoreParams::DEFAULT
    };
    let mut left_out = LeftOut::default();
    let scoring = articles.score(&model, &params, |article| {
        left_out.add(&article);
        let group = match period {
            None => article.group.clone(),
            Some(period) => {
                let date = article.date.as_deref().and_then(parse_date);
                date.map(|date| period.label(period.of(date)))
            }
        };
        match group {
            // The same story in two groups is a story of both.
            Some(group)
                if !arguments.repeats
                    && repeats
                        .entry(group.clone())
                        .or_default()
                        .is_repeated(&article) =>
            {
                n_repeats += 1;
            }
            Some(group) => contrast.add(model.heads(), &article, &group),
            None => n_without += 1,
        }
        if contrast.groups().len() > MOST_GROUPS {
            return Err(Error::out_of_range(
                "the number of groups",
                format!("over {MOST_GROUPS}"),
                "at most 200",
            ));
        }
        Ok(())
    });
    scoring.ended?;
    let read = scoring.unread.say();
    left_out.say();
    if n_without > 0 {
        note(format_args!(
            "note: {} without a group not compared",
            counted(n_without, "article")
        ));
    }
    if n_repeats > 0 {
        note(format_args!(
            "note: left out: {}, nearly the same as an earlier one of their group; `--repeats` counts such too",
            counted(n_repeats, "article")
        ));
    }
    let n_tests = contrast.groups().len()
        * model
            .heads()
            .iter()
            .filter(|head| head.labels.kind() == TargetKind::Stance)
            .count();
    if n_tests as f64 / (arguments.shuffles + 1) as f64 > arguments.alpha {
        note(format_args!(
            "note: with {n_tests} tests and {} orders no corrected p can be as low as {}; draw more with `--shuffles`",
            arguments.shuffles, arguments.alpha
        ));
    }
    if contrast.groups().len() < 2 {
        let found = contrast.groups().len();
        return Err(Error::out_of_range(
            "the number of groups",
            found,
            "2 or more",
        ));
    }
    let params = ContrastParams {
        permutations: arguments.shuffles,
        n_words: arguments.words,
        bootstrap,
    };
    let differences = contrast.finish(&params);
    let record = ContrastRecord::of(
        &name,
        &arguments.by,
        contrast.n_articles(),
        arguments.alpha,
        &params,
        &differences,
    );
    let text = match arguments.format {
        ContrastFormat::Table => record.to_string(),
        ContrastFormat::Json => to_json(&record),
        ContrastFormat::Csv => String::from_utf8_lossy(&record.csv()).into_owned(),
    };
    let is_table = arguments.format == ContrastFormat::Table;
    put(arguments.output.as_deref(), &text, is_table)?;
    read
}
