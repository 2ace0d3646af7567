//! `detente score`.

use super::articles::ArticleArguments;
use super::failure::Result;
use super::format::{ExcelArguments, ScoreFormat};
use super::languages::{LanguageArguments, LeftOut};
use super::parties::PartiesArguments;
use super::score_output::{OutputParams, ScoreOutput};
use super::{NamedModel, note, one_of};
use clap::Args;
use detente_data::article::ArticleColumns;
use detente_data::file::{check_writable_beside, replace_file};
use detente_error::counted;
use detente_eval::evaluate::is_high;
use detente_metrics::BootstrapParams;
use detente_model::Head;
use detente_model::calibrate::Risk;
use detente_report::{CorpusRecord, to_json, unknown_line};
use detente_score::ScoreParams;
use detente_score::aggregate::CorpusPrevalence;
use std::path::PathBuf;

/// Features that explain a label in the table.
const N_IN_TABLE: usize = 4;
/// Words from which the share of unknown ones is worth a note.
const N_WORDS_TO_NOTE: usize = 50;

/// Score articles: the stance of every statement and of the whole
#[derive(Args)]
#[command(
    after_help = "Inputs: plain text whose first line may be ` date YYYY-MM-DD Title`; Markdown (.md); \
        saved web pages (.html); documents \
(.pdf, .docx, .odt, .rtf, .epub); JSON Lines (.jsonl), CSV (.csv, .tsv) and workbooks (.xlsx, .ods) \
        with a `text` and \
optional `id`, `date`, `title`; a folder, walked in name order; `-` for standard input, which is known by \
        what it begins with.

Examples:
  detente score article.txt
  detente score article.txt --format html -o page.html
  detente score statement.pdf letter.docx
  detente score speeches/ --format html -o pages/
  detente score speeches/ --format jsonl > scores.jsonl
  detente score speeches/ --model news.detente --mention Ankara
  detente score speeches/ --max-risk 0.1 --summary shares.json
  curl -s https://example.org/statement.txt | detente score - --explain"
)]
pub(super) struct ScoreArguments {
    /// Files, folders, or `-` for standard input
    #[arg(required_unless_present = "text", value_name = "FILE|DIR|-")]
    inputs: Vec<PathBuf>,
    /// Score this text instead of a file; repeatable, each an article
    #[arg(
        long,
        value_name = "TEXT",
        conflicts_with = "inputs",
        allow_hyphen_values = true
    )]
    text: Vec<String>,
    /// Model file, which then scores alone [default: the embedded models, each for its language; `detente models` lists
    /// them]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// How results are written
    #[arg(long, default_value = "table", value_parser = one_of(ScoreFormat::ALL, ScoreFormat::name))]
    format: ScoreFormat,
    #[command(flatten)]
    excel: ExcelArguments,
    /// Write here instead of standard output; with `--format html` a folder gets a page for each article
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Give the whole text of articles and the intervals of their scores too (JSON, JSON Lines)
    #[arg(long)]
    full: bool,
    /// Show the features that moved each label most
    #[arg(long)]
    explain: bool,
    /// How many features explain a label; 0 for all [default: 10, in the table 4]
    #[arg(long, value_name = "N", requires = "explain")]
    top: Option<usize>,
    /// Refer answers to a person so that at most this share of all is given and wrong, from 0 to 1
    #[arg(long, value_name = "R")]
    max_risk: Option<f64>,
    /// Write how common each label is in all articles, counted and corrected, as JSON
    #[arg(long, value_name = "OUT.json")]
    summary: Option<PathBuf>,
    /// Score only the statements that contain this text, by what is said around it
    #[arg(long, value_name = "TEXT", conflicts_with = "target_text")]
    mention: Option<String>,
    /// Column (CSV) or field (JSON Lines) that holds such a text for each article
    #[arg(long, value_name = "COLUMN")]
    target_text: Option<String>,
    #[command(flatten)]
    languages: LanguageArguments,
    #[command(flatten)]
    parties: PartiesArguments,
    /// Do not look for who takes a stance, and toward whom
    #[arg(long, conflicts_with_all = ["parties", "author"], help_heading = "Parties")]
    no_parties: bool,
    #[command(flatten)]
    articles: ArticleArguments,
}

pub(super) fn run(arguments: ScoreArguments) -> Result<()> {
    let format = arguments.format;
    let for_excel = arguments.excel.is_asked(format.is_csv(), format.name())?;
    arguments.articles.set_threads()?;
    let max_risk = arguments.max_risk.map(Risk::new).transpose()?;
    let columns = ArticleColumns {
        mention: arguments.target_text.clone(),
        author: arguments.parties.author().cloned(),
        group: None,
    };
    let articles = (arguments.articles)
        .open(&arguments.inputs, columns)?
        .after_texts(&arguments.text)
        .toward(arguments.mention.clone());
    let read = articles.files(arguments.model.iter().chain(arguments.parties.files()));
    if let Some(path) = &arguments.summary {
        check_writable_beside(path, &read)?;
    }
    let path = arguments.model.as_deref();
    let NamedModel { model, name } =
        (arguments.languages).read_model(path, &arguments.articles.encoder)?;
    articles.note_passed_over();
    let is_toward = arguments.mention.is_some() || arguments.target_text.is_some();
    match (model.wants_mentions(), is_toward) {
        (true, false) => note(format_args!(
            "note: the model learned what is said around a mention; without `--mention` or \
             `--target-text` it reads statements as a whole"
        )),
        (false, true) => note(format_args!(
            "note: the model did not learn what is said around a mention: statements that contain it \
             are read as a whole"
        )),
        _ => {}
    }
    let default_top = match arguments.format.is_table() {
        true => N_IN_TABLE,
        false => 10,
    };
    let is_page = arguments.format.is_page();
    let who = match arguments.no_parties || !format.tells_who() {
        true => None,
        false => Some(arguments.parties.who()?),
    };
    let params = ScoreParams {
        who,
        explain: (arguments.explain || is_page).then(|| arguments.top.unwrap_or(default_top)),
        max_risk,
        full: arguments.full || format.is_of_articles(),
        languages: arguments.languages.params(path)?,
    };
    if let Some(risk) = max_risk {
        let is_blind = |head: &&Head| head.conformal.threshold(risk).is_blind();
        for head in model.heads().iter().filter(is_blind) {
            note(format_args!(
                "warning: every answer on `{}` is deferred: {} of training cannot promise a risk of {}",
                head.target,
                counted(head.conformal.n_rows(), "row"),
                risk.value()
            ));
        }
    }
    let mut output = ScoreOutput::open(&OutputParams {
        model: &model,
        name: &name,
        format: arguments.format,
        for_excel,
        max_risk: max_risk.map(Risk::value),
        path: arguments.output.as_deref(),
        inputs: &read,
    })?;
    let wants_corpus = arguments.summary.is_some() || arguments.format.is_table();
    let mut corpus = wants_corpus.then(|| CorpusPrevalence::new(model.heads()));
    let (mut n_words, mut n_known_words, mut n_unknown_statements) = (0, 0, 0);
    let mut n_without_mention = 0;
    let mut left_out = LeftOut::default();
    let scoring = articles.score(&model, &params, |article| {
        n_without_mention += article.n_without_mention.unwrap_or(0);
        left_out.add(&article);
        for statement in &article.statements {
            // What training knows is known of this model.
            if !statement.is_of_given_model {
                continue;
            }
            n_words += statement.scores.n_tokens;
            n_known_words += statement.scores.n_known_tokens;
            n_unknown_statements += usize::from(statement.scores.n_known_tokens == 0);
        }
        if let Some(corpus) = &mut corpus {
            let scores = article.statements.iter().map(|statement| &statement.scores);
            corpus.add(scores, article.deferred.as_deref())?;
            let unknown = article.unknown_languages.as_ref();
            corpus.add_of_unknown_language(unknown.map_or(0, |unknown| unknown.n_statements));
        }
        output.write(&article)
    });
    let n_statements = scoring.n_statements;
    if n_statements == 0 && scoring.unread.is_all() {
        let _ = output.abandon();
        return scoring.unread.say();
    }
    if let Err(error) = scoring.ended {
        // Of two failures the first is the one to tell.
        let _ = output.abandon();
        return Err(error);
    }
    let is_several = |corpus: &CorpusPrevalence| corpus.n_articles() > 1;
    let corpus = corpus
        .filter(|corpus| arguments.summary.is_some() || is_several(corpus))
        .map(|corpus| corpus.score(model.heads(), Some(&BootstrapParams::DEFAULT)))
        .transpose()?;
    let n_articles = output.finish(corpus.as_ref())?;
    if let (Some(path), Some(corpus)) = (&arguments.summary, &corpus) {
        let record = CorpusRecord::of(&name, model.heads(), corpus);
        replace_file(path, to_json(&record).as_bytes())?;
    }
    if n_articles > 1 {
        note(format_args!(
            "{} in {}",
            counted(n_statements, "statement"),
            counted(n_articles, "article")
        ));
    }
    if n_without_mention > 0 {
        note(format_args!(
            "note: {} without the mention not scored",
            counted(n_without_mention, "statement")
        ));
    }
    left_out.say();
    let unknown = 1.0 - n_known_words as f64 / n_words.max(1) as f64;
    let training = model.record().training_texts.unknown_words;
    if n_words >= N_WORDS_TO_NOTE && is_high(unknown, training) {
        let rows = format!(
            "{} without a known word",
            counted(n_unknown_statements, "statement")
        );
        note(format_args!("{}", unknown_line(unknown, training, &rows)));
    }
    scoring.unread.say()
}
