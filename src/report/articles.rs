//! Scored articles, one after the other, in four formats.

use super::corpus::corpus_table;
use super::table::{self, faint, head, render, share, signed};
use crate::aggregate::{ArticleScore, CorpusScore};
use crate::error::{Error, counted};
use crate::label::TargetKind;
use crate::model::{Explanation, Head, Model, Score};
use crate::score::{ScoredArticle, ScoredStatement};
use comfy_table::{Cell, ColumnConstraint, Width};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// How scored articles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleFormat {
    /// A table for people.
    Table,
    /// One JSON array of article objects.
    Json,
    /// One JSON object a line, an article each.
    Jsonl,
    /// One row a statement.
    Csv,
}

impl ArticleFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Jsonl, Self::Csv];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// Writes articles as they come.
pub struct ArticleWriter<'a, W: Write> {
    model: &'a Model,
    format: ArticleFormat,
    /// Whether answers have label sets, which the header of a CSV has to say before the first row.
    with_sets: bool,
    out: W,
    n_written: usize,
}

impl<'a, W: Write> ArticleWriter<'a, W> {
    /// Writes articles scored by `model` to `out`; `with_sets` says whether a risk was asked for, so
    /// that answers have label sets.
    pub fn new(model: &'a Model, format: ArticleFormat, with_sets: bool, out: W) -> Self {
        Self {
            model,
            format,
            with_sets,
            out,
            n_written: 0,
        }
    }

    /// Writes one article.
    ///
    /// # Errors
    /// The writer fails.
    pub fn write(&mut self, article: &ScoredArticle) -> crate::error::Result<()> {
        let heads = self.model.heads();
        let written = match self.format {
            ArticleFormat::Table => {
                let gap = if self.n_written > 0 { "\n" } else { "" };
                write!(self.out, "{gap}{}", article_table(heads, article))
            }
            ArticleFormat::Json => {
                let lead = if self.n_written > 0 { ",\n" } else { "[\n" };
                write!(self.out, "{lead}").and_then(|()| self.write_json(article))
            }
            ArticleFormat::Jsonl => self
                .write_json(article)
                .and_then(|()| self.out.write_all(b"\n")),
            ArticleFormat::Csv => self.write_csv(article),
        };
        self.n_written += 1;
        written.map_err(cannot_write)
    }

    /// Ends the output, the table with what there is to say of more than one article; says how many
    /// articles there were.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(mut self, corpus: Option<&CorpusScore>) -> crate::error::Result<usize> {
        let ended = match (self.format, self.n_written, corpus) {
            (ArticleFormat::Json, 0, _) => self.out.write_all(b"[]\n"),
            (ArticleFormat::Json, _, _) => self.out.write_all(b"\n]\n"),
            (ArticleFormat::Table, 2.., Some(corpus)) => {
                let table = corpus_table(self.model.heads(), corpus);
                write!(self.out, "\n{table}")
            }
            _ => Ok(()),
        };
        ended
            .and_then(|()| self.out.flush())
            .map_err(cannot_write)?;
        Ok(self.n_written)
    }

    /// Ends the output after a failure of something else: what was written stays well-formed.
    ///
    /// # Errors
    /// The writer fails.
    pub fn abandon(self) -> crate::error::Result<()> {
        match self.n_written {
            0 => Ok(()),
            _ => self.finish(None).map(|_| ()),
        }
    }

    fn write_json(&mut self, article: &ScoredArticle) -> std::io::Result<()> {
        let record = ArticleRecord(self.model.heads(), article);
        Ok(serde_json::to_writer(&mut self.out, &record)?)
    }

    fn write_csv(&mut self, article: &ScoredArticle) -> std::io::Result<()> {
        let heads = self.model.heads();
        let mut rows = csv::Writer::from_writer(Vec::new());
        if self.n_written == 0 {
            rows.write_record(csv_header(heads, self.with_sets))?;
        }
        for (idx, statement) in article.statements.iter().enumerate() {
            rows.write_record(csv_row(heads, article, idx, statement))?;
        }
        let bytes = rows.into_inner().map_err(|error| error.into_error())?;
        self.out.write_all(&bytes)
    }
}

fn cannot_write(source: std::io::Error) -> Error {
    Error::io("cannot write", Path::new("standard output"), source)
}

fn csv_header(heads: &[Head], with_sets: bool) -> Vec<String> {
    let fixed = [
        "id",
        "date",
        "statement",
        "start",
        "end",
        "title",
        "known",
        "text",
    ];
    let mut header: Vec<String> = fixed.map(str::to_owned).to_vec();
    for head in heads {
        header.push(format!("{}_label", head.target));
        if head.labels.kind() == TargetKind::Stance {
            header.push(format!("{}_score", head.target));
        }
        for label in head.labels.labels() {
            header.push(format!("{}_p_{label}", head.target));
        }
        if with_sets {
            header.push(format!("{}_label_set", head.target));
            header.push(format!("{}_refer", head.target));
        }
    }
    header
}

fn csv_row(
    heads: &[Head],
    article: &ScoredArticle,
    idx: usize,
    statement: &ScoredStatement,
) -> Vec<String> {
    let offset = |end: bool| {
        statement.span.map_or(String::new(), |s| {
            if end { s.end } else { s.start }.to_string()
        })
    };
    let mut row = vec![
        article.id.clone(),
        article.date.clone().unwrap_or_default(),
        (idx + 1).to_string(),
        offset(false),
        offset(true),
        statement.is_title.to_string(),
        statement.scores.is_known.to_string(),
        statement.text.clone(),
    ];
    for (head_idx, (head, score)) in heads.iter().zip(&statement.scores.targets).enumerate() {
        row.push(head.labels.labels()[score.label_idx].clone());
        row.extend(score.stance.map(|stance| format!("{stance:.6}")));
        row.extend(score.probabilities.iter().map(|p| format!("{p:.6}")));
        if let Some(referral) = Referral::of(head, statement, head_idx) {
            row.push(referral.names().collect::<Vec<_>>().join("|"));
            row.push(referral.refer.to_string());
        }
    }
    row
}

/// The labels that cannot be ruled out at the risk asked for, and what follows.
#[derive(Clone, Copy)]
struct Referral<'a> {
    head: &'a Head,
    label_set: &'a [usize],
    refer: bool,
}

impl<'a> Referral<'a> {
    fn of(head: &'a Head, statement: &'a ScoredStatement, head_idx: usize) -> Option<Self> {
        Some(Self {
            head,
            label_set: &statement.label_sets.as_ref()?[head_idx],
            refer: statement.is_referred(head_idx)?,
        })
    }

    fn names(self) -> impl Iterator<Item = &'a str> + Clone {
        let labels = self.head.labels.labels();
        self.label_set.iter().map(|idx| labels[*idx].as_str())
    }
}

/// An article as a JSON object. It is written field by field without a tree in between, which on
/// large inputs saves a third of the time.
struct ArticleRecord<'a>(&'a [Head], &'a ScoredArticle);

impl Serialize for ArticleRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(heads, article) = self;
        let statements = article.statements.iter().map(|s| StatementRecord(heads, s));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &article.id)?;
        map.serialize_entry("title", &article.title)?;
        map.serialize_entry("date", &article.date)?;
        if let Some(n) = &article.n_without_mention {
            map.serialize_entry("without_mention", n)?;
        }
        map.serialize_entry("statements", &Listed(|| statements.clone()))?;
        let scores = heads.iter().zip(&article.scores).enumerate();
        let scores = scores.map(|(head_idx, (head, score))| {
            let referred = article.referred.as_ref().map(|all| all[head_idx]);
            (&head.target, ShareRecord(head, score, referred))
        });
        map.serialize_entry("article", &Named(|| scores.clone()))?;
        map.end()
    }
}

#[derive(Clone)]
struct StatementRecord<'a>(&'a [Head], &'a ScoredStatement);

impl Serialize for StatementRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(heads, statement) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("start", &statement.span.map(|span| span.start))?;
        map.serialize_entry("end", &statement.span.map(|span| span.end))?;
        map.serialize_entry("title", &statement.is_title)?;
        map.serialize_entry("known", &statement.scores.is_known)?;
        map.serialize_entry("text", &statement.text)?;
        let targets = heads.iter().enumerate().map(|(head_idx, head)| {
            let score = &statement.scores.targets[head_idx];
            let explanation = statement.explanations.as_ref().map(|all| &all[head_idx]);
            let referral = Referral::of(head, statement, head_idx);
            (
                &head.target,
                ScoreRecord(head, score, referral, explanation),
            )
        });
        map.serialize_entry("targets", &Named(|| targets.clone()))?;
        map.end()
    }
}

struct ScoreRecord<'a>(
    &'a Head,
    &'a Score,
    Option<Referral<'a>>,
    Option<&'a Explanation>,
);

impl Serialize for ScoreRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(head, score, referral, explanation) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("label", &head.labels.labels()[score.label_idx])?;
        map.serialize_entry("score", &score.stance)?;
        let probabilities = by_label(head, &score.probabilities);
        map.serialize_entry("probabilities", &Named(|| probabilities.clone()))?;
        if let Some(referral) = referral {
            map.serialize_entry("label_set", &Listed(|| referral.names()))?;
            map.serialize_entry("refer", &referral.refer)?;
        }
        if let Some(explanation) = explanation {
            map.serialize_entry("explanation", &explanation_json(head, explanation))?;
        }
        map.end()
    }
}

struct ShareRecord<'a>(&'a Head, &'a ArticleScore, Option<usize>);

impl Serialize for ShareRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.1 {
            ArticleScore::Stance(share) => {
                map.serialize_entry("score", &share.score)?;
                map.serialize_entry("favor", &share.favor)?;
                map.serialize_entry("against", &share.against)?;
                map.serialize_entry("relevant", &share.relevant)?;
                map.serialize_entry("n", &share.n)?;
            }
            ArticleScore::Class(share) => {
                let shares = share.shares.as_ref().map(|shares| by_label(self.0, shares));
                map.serialize_entry("shares", &shares.map(|s| Named(move || s.clone())))?;
                let counts = by_label(self.0, &share.counts);
                map.serialize_entry("counts", &Named(|| counts.clone()))?;
                map.serialize_entry("n", &share.n)?;
            }
        }
        if let Some(referred) = self.2 {
            map.serialize_entry("referred", &referred)?;
        }
        map.end()
    }
}

/// A JSON array of what the function gives.
struct Listed<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Listed<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// A JSON object of the names and values that the function gives.
struct Named<F>(F);

impl<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>, F: Fn() -> I> Serialize for Named<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0())
    }
}

fn by_label<'a, T>(
    head: &'a Head,
    values: &'a [T],
) -> impl Iterator<Item = (&'a String, &'a T)> + Clone {
    head.labels.labels().iter().zip(values)
}

fn explanation_json(head: &Head, explanation: &Explanation) -> Value {
    let features: Vec<Value> = explanation
        .contributions
        .iter()
        .map(|part| {
            json!({
                "feature": part.feature,
                "value": part.value,
                "weight": part.weight,
                "contribution": part.contribution,
            })
        })
        .collect();
    json!({
        "label": head.labels.labels()[explanation.label_idx],
        "margin": explanation.margin,
        "intercept": explanation.intercept,
        "features": features,
        "remainder": explanation.remainder,
        "n_remaining": explanation.n_remaining,
    })
}

fn article_table(heads: &[Head], article: &ScoredArticle) -> String {
    let mut text = String::new();
    let title = article.title.as_deref().unwrap_or_default();
    for part in [
        title,
        article.date.as_deref().unwrap_or_default(),
        &article.id,
    ] {
        if !part.is_empty() {
            text.push_str(if text.is_empty() { "" } else { " | " });
            text.push_str(&on_one_line(part));
        }
    }
    text.push('\n');
    let mut table = table::table();
    let targets = heads.iter().map(|h| head(&h.target));
    table.set_header([head("#"), head("statement")].into_iter().chain(targets));
    for (idx, statement) in article.statements.iter().enumerate() {
        let number = if statement.is_title {
            faint("title")
        } else {
            faint(idx + usize::from(!article.statements[0].is_title))
        };
        let mut row = vec![number, Cell::new(on_one_line(&statement.text))];
        for (head_idx, (head, score)) in heads.iter().zip(&statement.scores.targets).enumerate() {
            let referral = Referral::of(head, statement, head_idx);
            let label = &head.labels.labels()[score.label_idx];
            row.push(match score.stance {
                _ if !statement.scores.is_known => faint("unknown"),
                _ if referral.is_some_and(|referral| referral.refer) => refer_cell(referral),
                Some(stance) => table::stance(label, stance),
                None => Cell::new(format!(
                    "{label} {}",
                    share(Some(score.probabilities[score.label_idx]))
                )),
            });
        }
        table.add_row(row);
        if let Some(explanations) = &statement.explanations {
            let mut row = vec![Cell::new(""), faint("because of")];
            row.extend(explanations.iter().map(|e| faint(reasons(e))));
            table.add_row(row);
        }
    }
    let mut last = vec![head(""), head(summary(article))];
    let scores = heads.iter().zip(&article.scores).enumerate();
    last.extend(scores.map(|(head_idx, (head, score))| {
        let referred = article.referred.as_ref().map(|all| all[head_idx]);
        article_cell(head, score, referred)
    }));
    table.add_row(last);
    if let Some(column) = table.column_mut(1) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(44)));
    }
    text.push_str(&render(&table));
    text
}

/// The article's own row begins with how many statements it has.
fn summary(article: &ScoredArticle) -> String {
    let n_unknown = article
        .statements
        .iter()
        .filter(|s| !s.scores.is_known)
        .count();
    let counted = counted(article.statements.len(), "statement");
    let mut text = match n_unknown {
        0 => format!("the article: {counted}"),
        n => format!("the article: {counted}, {n} of them unknown to the model"),
    };
    if let Some(n @ 1..) = article.n_without_mention {
        text.push_str(&format!(", {n} more without the mention"));
    }
    text
}

/// `refer`, and the labels between which a person has to choose; there may be none.
fn refer_cell(referral: Option<Referral>) -> Cell {
    let names = referral.into_iter().flat_map(Referral::names);
    let names = names.collect::<Vec<_>>().join(" or ");
    faint(format!("refer {names}").trim_end())
}

fn article_cell(head: &Head, score: &ArticleScore, referred: Option<usize>) -> Cell {
    let mut text = match score {
        ArticleScore::Stance(share) => format!(
            "{}\n{} favor\n{} against",
            share.score.map_or("-".into(), signed),
            share.favor,
            share.against
        ),
        ArticleScore::Class(class) => {
            let shares = class.shares.iter().flatten();
            let parts = head.labels.labels().iter().zip(shares);
            let parts: Vec<String> = parts
                .map(|(label, p)| format!("{label} {}", share(Some(*p))))
                .collect();
            parts.join("\n")
        }
    };
    if let Some(referred) = referred {
        text.push_str(&format!("\n{referred} referred"));
    }
    table::head(text)
}

/// The strongest features of an explanation in few words.
fn reasons(explanation: &Explanation) -> String {
    let parts = explanation.contributions.iter().map(|part| {
        let name = part.feature.split_once(':').map_or("", |(_, name)| name);
        format!("{name} {}", signed(part.contribution))
    });
    parts.collect::<Vec<_>>().join("\n")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
