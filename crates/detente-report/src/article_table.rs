//! A scored article as a table for people.

use super::article_record::{
    ArticleRecord, ArticleScoreRecord, ExplanationRecord, TargetScoreRecord,
};
use super::table::{self, cell, faint, head, render, share, signed};
use comfy_table::{Cell, ColumnConstraint, Width};
use detente_error::{counted, visible};
use std::fmt;

impl fmt::Display for ArticleRecord<'_> {
    /// The table that `detente score` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lead(self))?;
        if let Some(note) = &self.language_note {
            writeln!(f, "{note}")?;
        }
        let mut table = table::table();
        let targets = self.scores.iter().map(|(target, _)| head(target));
        table.set_header([head("#"), head("statement")].into_iter().chain(targets));
        let is_title_first = self.statements.first().is_some_and(|first| first.is_title);
        for (idx, statement) in self.statements.iter().enumerate() {
            let number = match statement.is_title {
                true => faint("title"),
                false => faint(idx + usize::from(!is_title_first)),
            };
            let cells = statement.targets.iter().map(|(target, score)| {
                match statement.has_known_features {
                    true => target_cell(target, score),
                    false if statement.is_of_unknown_language => faint("not scored"),
                    false => faint("unknown"),
                }
            });
            let row = [number, cell(on_one_line(statement.text))];
            table.add_row(row.into_iter().chain(cells));
            let explanations = statement
                .targets
                .values()
                .filter_map(|score| score.explanation.as_ref());
            let reasons: Vec<Cell> = explanations.map(|one| faint(reasons(one))).collect();
            if !reasons.is_empty() {
                let row = [cell(""), faint("because of")];
                table.add_row(row.into_iter().chain(reasons));
            }
        }
        let last = [head(""), head(summary(self))];
        table.add_row(
            last.into_iter()
                .chain(self.scores.values().map(article_cell)),
        );
        if let Some(column) = table.column_mut(1) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(44)));
        }
        f.write_str(&render(&table))
    }
}

/// Title, date and id, in one line.
fn lead(article: &ArticleRecord) -> String {
    let parts = [article.title, article.date, Some(article.id)];
    let parts = parts.into_iter().flatten().map(on_one_line);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    format!("{}\n", visible(&parts.join(" | ")))
}

fn target_cell(target: &str, score: &TargetScoreRecord) -> Cell {
    match (score.is_deferred, score.score) {
        (Some(true), _) => defer_cell(score),
        (_, Some(stance)) => table::stance(target, score.label, stance),
        (_, None) => cell(format!("{} {}", score.label, share(score.probability()))),
    }
}

/// `deferred`, and the labels between which a person has to choose; there may be none.
fn defer_cell(score: &TargetScoreRecord) -> Cell {
    let names = score
        .prediction_set
        .as_deref()
        .unwrap_or_default()
        .join(" or ");
    faint(format!("deferred {names}").trim_end())
}

/// The article's own row begins with how many statements it has.
fn summary(article: &ArticleRecord) -> String {
    let not_scored = article
        .statements
        .iter()
        .filter(|s| s.is_of_unknown_language);
    let unknown = article.statements.iter().filter(|s| !s.has_known_features);
    let n_not_scored = not_scored.count();
    let counted = counted(article.statements.len(), "statement");
    let mut text = match unknown.count() - n_not_scored {
        0 => format!("the article: {counted}"),
        n => format!("the article: {counted}, {n} of them unknown to the model"),
    };
    if n_not_scored > 0 {
        text.push_str(&format!(
            ", {n_not_scored} of them of a language that the model does not know"
        ));
    }
    if let Some(n @ 1..) = article.n_without_mention {
        text.push_str(&format!(", {n} more without the mention"));
    }
    text
}

fn article_cell(record: &ArticleScoreRecord) -> Cell {
    let mut lines = Vec::new();
    if let Some(score) = record.score {
        lines.push(score.map_or("-".into(), signed));
        lines.extend(record.favor.map(|n| format!("{n} favor")));
        lines.extend(record.against.map(|n| format!("{n} against")));
    }
    if let Some(shares) = &record.shares {
        let shares = shares.iter().flat_map(|shares| shares.iter());
        let parts = shares.map(|(label, p)| format!("{label} {}", share(Some(*p))));
        // An empty line stands where no statement is known.
        lines.push(parts.collect::<Vec<_>>().join("\n"));
    }
    lines.extend(record.n_deferred.map(|n| format!("{n} deferred")));
    table::head(lines.join("\n"))
}

/// The words that moved a label most: as many as features were asked for. Equal words count together.
fn reasons(explanation: &ExplanationRecord) -> String {
    let mut words: Vec<(String, f64)> = Vec::new();
    for part in &explanation.words {
        let word = on_one_line(part.word);
        let same = |known: &&mut (String, f64)| known.0.to_lowercase() == word.to_lowercase();
        match words.iter_mut().find(same) {
            Some((_, sum)) => *sum += part.contribution,
            None => words.push((word, part.contribution)),
        }
    }
    // Stable: of words as strong as each other the first comes first.
    words.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let parts = words.iter().take(explanation.features.len());
    let parts = parts.map(|(word, sum)| format!("{word} {}", signed(*sum)));
    parts.collect::<Vec<_>>().join("\n")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
