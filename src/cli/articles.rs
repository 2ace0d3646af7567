//! How articles are read and scored, by whatever is done with them then.

use super::encoding::EncoderArguments;
use super::failure::{Error, ErrorKind, Result};
use super::hints::hint;
use super::messages::{complain, note};
use super::progress::Progress;
use super::reading::{ReadingArguments, say_notices};
use super::{one_of, set_threads};
use clap::Args;
use detente_data::article::{Article, ArticleColumns};
use detente_data::corpus::{Articles, InputKind, Notices, READ_IN_FOLDERS};
use detente_model::Model;
use detente_score::{ScoreParams, ScoredArticle, score_articles};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct ArticleArguments {
    /// How the inputs are read
    #[arg(long, default_value = "auto", value_parser = one_of(InputKind::ALL, InputKind::name))]
    input: InputKind,
    /// Stop at the first file that cannot be read; without it the others are scored, and the exit code is 1
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

    /// Finds the files of the inputs, and reads none yet.
    ///
    /// # Errors
    /// An input is not there.
    pub(super) fn open(
        &self,
        inputs: &[PathBuf],
        columns: ArticleColumns,
    ) -> Result<ArticleInputs> {
        let reading = self.reading.params();
        let notices = reading.notices.clone();
        let articles = Articles::open(inputs, self.input)?
            .with_columns(columns)
            .with_reading(reading);
        Ok(ArticleInputs {
            given: Vec::new(),
            mention: None,
            articles,
            notices,
            fail_fast: self.fail_fast,
        })
    }
}

/// Articles that wait to be read and scored.
pub(super) struct ArticleInputs {
    given: Vec<Result<Article>>,
    mention: Option<String>,
    articles: Articles,
    notices: Notices,
    fail_fast: bool,
}

impl ArticleInputs {
    /// Puts texts of the command line before the files.
    pub(super) fn after_texts(mut self, texts: &[String]) -> Self {
        let id = |number| match texts {
            [_] => "text".to_owned(),
            _ => format!("text:{number}"),
        };
        let given = (1..)
            .zip(texts)
            .map(|(number, text)| match text.trim().is_empty() {
                true => Err(Error::new(ErrorKind::Empty {
                    what: "the text given is blank",
                })),
                false => Ok(Article::plain(id(number), text.clone())),
            });
        self.given = given.collect();
        self
    }

    /// Keeps of each article what mentions this text.
    pub(super) fn toward(mut self, mention: Option<String>) -> Self {
        self.mention = mention;
        self
    }

    /// All files that are read, with these beside them: no output may take the place of one.
    pub(super) fn files<'a>(&self, beside: impl Iterator<Item = &'a PathBuf>) -> Vec<PathBuf> {
        let files = self.articles.files().map(Path::to_owned);
        files.chain(beside.cloned()).collect()
    }

    /// Notes what the folders hold that is not read.
    pub(super) fn note_passed_over(&self) {
        let counts = self.articles.passed_over();
        if counts.is_empty() {
            return;
        }
        let counts: Vec<String> = counts
            .iter()
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        note(format_args!(
            "note: files passed over: {}; read are {READ_IN_FOLDERS}",
            counts.join(", ")
        ));
    }

    /// Scores the articles and hands each to `sink`, with progress. A file of several that cannot be read is kept for
    /// the end, unless the first such file is to end it all.
    pub(super) fn score(
        self,
        model: &Model,
        params: &ScoreParams,
        mut sink: impl FnMut(ScoredArticle) -> Result<()>,
    ) -> Scoring {
        let n_files = self.articles.n_files();
        let bytes_total = self.articles.bytes_total();
        let goes_on = n_files > 1 && !self.fail_fast;
        let mut failures: Vec<Error> = Vec::new();
        let read = self
            .articles
            .map(|article| article.map_err(Error::from))
            .filter_map(|article| match article {
                Err(error) if goes_on => {
                    failures.push(error);
                    None
                }
                article => Some(article),
            });
        let articles = (self.given.into_iter().chain(read))
            .map(|article| Ok(article?.toward(self.mention.clone())));
        let progress = Progress::new(match bytes_total {
            Some(_) => "{wide_bar} {binary_bytes}/{binary_total_bytes} {msg} {eta}",
            None => "{spinner} {binary_bytes} {msg} {elapsed}",
        });
        let (mut bytes_done, mut n_statements) = (0, 0);
        let ended = score_articles(model, articles, params, |article| {
            bytes_done += article.n_bytes as u64;
            n_statements += article.statements.len();
            progress.at_rate(bytes_done, bytes_total, n_statements, "statements");
            sink(article)
        });
        progress.finish();
        say_notices(&self.notices);
        Scoring {
            ended,
            n_statements,
            unread: UnreadFiles { failures, n_files },
        }
    }
}

/// How the scoring of articles ended.
pub(super) struct Scoring {
    /// The failure that ended it too early.
    pub(super) ended: Result<()>,
    /// Statements scored.
    pub(super) n_statements: usize,
    /// The files that could not be read.
    pub(super) unread: UnreadFiles,
}

/// Files that could not be read, while others could.
pub(super) struct UnreadFiles {
    failures: Vec<Error>,
    n_files: usize,
}

impl UnreadFiles {
    /// Whether no file could be read.
    pub(super) fn is_all(&self) -> bool {
        self.n_files > 0 && self.failures.len() == self.n_files
    }

    /// Lists the files, and fails with the error that stands for all, if there are any.
    pub(super) fn say(&self) -> Result<()> {
        for failure in &self.failures {
            complain(format_args!("error: {failure}"));
            if let Some(hint) = hint(failure.kind()) {
                complain(format_args!("hint: {hint}"));
            }
        }
        match self.failures.len() {
            0 => Ok(()),
            n_bad => Err(Error::new(ErrorKind::BadFiles {
                n_bad,
                n_files: self.n_files,
            })),
        }
    }
}
