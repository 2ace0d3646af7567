//! What an audit found, as one screen with details below.

use super::audit_lines::{value_name, what};
use super::table::{self, faint, fine, head, render, right};
use comfy_table::{Cell, Color, Table};
use detente_data::corpus::Corpus;
use detente_error::counted;
use detente_eval::audit::{Audit, Cluster, LabelCounts, PredictorKind, Slice, Verdict};

/// Longest text shown in a table, in characters.
const TEXT_WIDTH: usize = 160;

/// Rows of one cluster shown in a table.
const N_MEMBERS: usize = 3;

/// The audit as tables: a line for each check, then up to `top` cases of each.
pub fn audit_table(corpus: &Corpus, other: Option<&Corpus>, audit: &Audit, top: usize) -> String {
    let paths: Vec<String> = corpus
        .paths
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    let mut text = format!(
        "{}: {}, {}\n\n",
        paths.join(", "),
        counted(corpus.examples.len(), "row"),
        counted(audit.targets.len(), "target")
    );
    let mut checks = table::table();
    checks.set_header(["check", "verdict", "cases", "what"].map(head));
    for check in &audit.checks {
        let verdict = check.verdict.name();
        let verdict = match check.verdict {
            Verdict::Finding => Cell::new(verdict).fg(Color::Red),
            Verdict::Note => Cell::new(verdict).fg(Color::Yellow),
            Verdict::Fine => Cell::new(verdict).fg(Color::Green),
            Verdict::Skipped => faint(verdict),
        };
        let n_cases = match check.n_cases {
            0 => String::new(),
            n => n.to_string(),
        };
        checks.add_row([
            Cell::new(check.kind.name()),
            verdict,
            right(n_cases),
            Cell::new(what(check, corpus, audit)),
        ]);
    }
    text.push_str(&render(&checks));
    Details {
        corpus,
        other,
        audit,
        top,
        text,
    }
    .all()
}

/// The part of the table report below the first screen.
struct Details<'a> {
    corpus: &'a Corpus,
    other: Option<&'a Corpus>,
    audit: &'a Audit,
    top: usize,
    text: String,
}

impl Details<'_> {
    fn all(mut self) -> String {
        self.labels();
        let splits = self.audit.splits.as_ref();
        self.slices(splits.map_or(&[], |splits| &splits.slices));
        self.slices(&self.audit.slices);
        if let Some(splits) = splits {
            self.list("groups cut by the splits", &splits.cut_groups);
        }
        self.clusters("exact duplicates", self.audit.duplicates.exact.iter());
        self.clusters("contradictions", self.audit.duplicates.contradictions());
        let (within, across): (Vec<_>, Vec<_>) =
            (self.audit.duplicates.near.iter()).partition(|cluster| cluster.is_in_one_group());
        self.clusters("near-duplicates", across.into_iter());
        self.clusters(
            "near-duplicates within one group (minimal pairs)",
            within.into_iter(),
        );
        self.leak();
        for (title, kinds) in [
            (
                "openings that give a label away",
                &[PredictorKind::Opening][..],
            ),
            ("n-grams that give a label away", &[PredictorKind::Ngram]),
            (
                "parties that give a label away",
                &[PredictorKind::Name, PredictorKind::Cell],
            ),
        ] {
            self.predictors(title, kinds);
        }
        self.label_errors();
        self.agreement();
        self.text
    }

    /// Adds a section with at most `top` of its rows.
    fn section(&mut self, title: &str, n_cases: usize, mut table: Table, names: &[&str]) {
        if n_cases == 0 || self.top == 0 {
            return;
        }
        table.set_header(names.iter().map(head));
        let shown = match n_cases > self.top {
            true => format!(" (first {} of {n_cases})", self.top),
            false => String::new(),
        };
        self.text
            .push_str(&format!("\n{title}{shown}\n{}", render(&table)));
    }

    fn labels(&mut self) {
        let mut labels = table::table();
        for target in &self.audit.targets {
            labels.add_row([
                Cell::new(&target.target),
                right(target.n_rows()),
                Cell::new(shares(target, true)),
            ]);
        }
        labels.set_header(["target", "rows", "labels"].map(head));
        self.text.push_str(&format!("\n{}", render(&labels)));
    }

    fn slices(&mut self, slices: &[Slice]) {
        let Some(first) = slices.first() else {
            return;
        };
        // Every value is shown: a table of shares with some left out misleads.
        let mut table = table::table();
        let mut column = "";
        for slice in slices {
            let is_new = column != slice.column;
            column = &slice.column;
            let mut cells = vec![
                Cell::new(if is_new { column } else { "" }),
                Cell::new(value_name(&slice.value)),
                right(slice.n_rows),
                right(format!(
                    "{:.1} %",
                    100.0 * slice.n_rows as f64 / self.corpus.examples.len() as f64
                )),
            ];
            cells.extend(
                slice
                    .targets
                    .iter()
                    .map(|target| Cell::new(shares(target, false))),
            );
            table.add_row(cells);
        }
        let mut names = vec![head("column"), head("value"), head("rows"), head("share")];
        names.extend(first.targets.iter().map(|target| {
            let labels: Vec<&str> = target
                .counts
                .iter()
                .map(|(label, _)| label.as_str())
                .collect();
            head(format!("{}: {}", target.target, labels.join(" / ")))
        }));
        table.set_header(names);
        self.text.push_str(&format!("\n{}", render(&table)));
    }

    fn list(&mut self, title: &str, names: &[String]) {
        let mut table = table::table();
        for name in names.iter().take(self.top) {
            table.add_row([Cell::new(name)]);
        }
        self.section(title, names.len(), table, &["group"]);
    }

    fn clusters<'c>(&mut self, title: &str, clusters: impl Iterator<Item = &'c Cluster>) {
        let mut table = table::table();
        let mut n_clusters = 0;
        for cluster in clusters {
            n_clusters += 1;
            if n_clusters > self.top {
                continue;
            }
            for (at, row) in cluster.rows.iter().take(N_MEMBERS).enumerate() {
                let more = cluster.rows.len() - cluster.rows.len().min(N_MEMBERS);
                let is_last = at + 1 == N_MEMBERS && more > 0;
                table.add_row([
                    right(if at == 0 {
                        fine(Some(cluster.resemblance))
                    } else {
                        String::new()
                    }),
                    Cell::new(self.place(*row)),
                    Cell::new(match at {
                        0 => facts(cluster),
                        _ if is_last => format!("and {more} more"),
                        _ => String::new(),
                    }),
                    Cell::new(labels_of(self.corpus, *row)),
                    // The texts of exact duplicates are the same, but for case and space.
                    match at > 0 && cluster.is_exact {
                        true => faint("the same"),
                        false => Cell::new(short(&self.corpus.examples[*row].text)),
                    },
                ]);
            }
        }
        let names = ["alike", "row", "where", "labels", "text"];
        self.section(title, n_clusters, table, &names);
    }

    fn leak(&mut self) {
        let (Some(leak), Some(other)) = (&self.audit.leak, self.other) else {
            return;
        };
        let mut table = table::table();
        for leaked in leak.exact.iter().chain(&leak.near).take(self.top) {
            let theirs = &other.examples[leaked.other_row];
            table.add_row([
                right(fine(Some(leaked.resemblance))),
                Cell::new(self.place(leaked.row)),
                Cell::new(short(&self.corpus.examples[leaked.row].text)),
                Cell::new(row_name(other, leaked.other_row)),
                Cell::new(short(&theirs.text)),
            ]);
        }
        let n_cases = leak.exact.len() + leak.near.len();
        self.section(
            "rows that are in the other file",
            n_cases,
            table,
            &["alike", "row", "text", "other row", "other text"],
        );
        self.list("groups in both files", &leak.shared_groups);
    }

    fn predictors(&mut self, title: &str, kinds: &[PredictorKind]) {
        let of_kind = self
            .audit
            .predictors
            .iter()
            .filter(|p| kinds.contains(&p.kind));
        let mut table = table::table();
        for predictor in of_kind.clone().take(self.top) {
            table.add_row([
                Cell::new(&predictor.feature),
                Cell::new(&predictor.target),
                Cell::new(&predictor.label),
                right(format!("{} of {}", predictor.n_label, predictor.n_rows)),
                right(fine(Some(predictor.share))),
                right(fine(Some(predictor.base))),
                right(match predictor.is_significant() {
                    true => p_value(predictor.p_value),
                    false => format!("{} (luck)", p_value(predictor.p_value)),
                }),
                right(predictor.n_groups),
            ]);
        }
        self.section(
            title,
            of_kind.count(),
            table,
            &[
                "feature", "target", "label", "rows", "share", "base", "p (Holm)", "groups",
            ],
        );
    }

    fn label_errors(&mut self) {
        for noise in &self.audit.label_noise {
            let mut table = table::table();
            for error in noise.errors.iter().take(self.top) {
                table.add_row([
                    Cell::new(self.place(error.row)),
                    Cell::new(&noise.labels[error.given]),
                    right(fine(Some(error.p_given))),
                    Cell::new(&noise.labels[error.suggested]),
                    right(fine(Some(error.p_suggested))),
                    Cell::new(short(&self.corpus.examples[error.row].text)),
                ]);
            }
            let title = format!(
                "probable label errors on {}, estimated noise {}",
                noise.target,
                fine(Some(noise.noise))
            );
            let names = ["row", "given", "p", "suggested", "p", "text"];
            self.section(&title, noise.errors.len(), table, &names);
        }
    }

    fn agreement(&mut self) {
        let mut table = table::table();
        for agreement in &self.audit.agreement {
            let disagreements = agreement
                .disagreements
                .iter()
                .take(self.top)
                .map(|pair| format!("{} / {} {}", pair.first, pair.second, pair.rows.len()));
            table.add_row([
                Cell::new(&agreement.target),
                Cell::new(&agreement.column),
                right(agreement.n_rows),
                right(fine(agreement.alpha)),
                right(fine(agreement.kappa)),
                right(fine(agreement.percent)),
                Cell::new(disagreements.collect::<Vec<_>>().join(", ")),
            ]);
        }
        let names = [
            "target",
            "second",
            "rows",
            "alpha",
            "kappa",
            "agree",
            "first / second",
        ];
        // A line for each target is the whole result, so none is left out.
        table.set_header(names.map(head));
        if !self.audit.agreement.is_empty() {
            self.text
                .push_str(&format!("\nagreement of two coders\n{}", render(&table)));
        }
    }

    fn place(&self, row: usize) -> String {
        row_name(self.corpus, row)
    }
}

/// A row's line, with its file where there are several, and its id.
fn row_name(corpus: &Corpus, row: usize) -> String {
    let example = &corpus.examples[row];
    let line = match corpus.paths.len() {
        1 => format!(":{}", example.line),
        _ => format!("{}:{}", corpus.path_of(example).display(), example.line),
    };
    match &example.id {
        Some(id) => format!("{id} {line}"),
        None => line,
    }
}

fn shares(target: &LabelCounts, with_counts: bool) -> String {
    let labels = target.counts.iter().map(|(label, n)| match with_counts {
        true => format!("{label} {n} ({})", table::share(target.share(label))),
        false => table::share(target.share(label)),
    });
    labels
        .collect::<Vec<_>>()
        .join(if with_counts { ", " } else { " / " })
}

fn facts(cluster: &Cluster) -> String {
    let mut facts = Vec::new();
    if cluster.crosses_splits() {
        facts.push(cluster.splits.join(" + "));
    }
    facts.extend(cluster.n_groups.map(|n| counted(n, "group")));
    if !cluster.contested.is_empty() {
        facts.push(format!("{} differs", cluster.contested.join(", ")));
    }
    facts.join("; ")
}

fn labels_of(corpus: &Corpus, row: usize) -> String {
    let labels = corpus.examples[row].labels.iter();
    labels
        .map(|label| label.as_deref().unwrap_or("-"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(TEXT_WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn p_value(p: f64) -> String {
    match p {
        p if p < 1e-99 => "< 1e-99".into(),
        p if p < 0.001 => format!("{p:.0e}"),
        p => fine(Some(p)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_written_short() {
        assert_eq!(p_value(0.0), "< 1e-99");
        assert_eq!(p_value(3.2e-7), "3e-7");
        assert_eq!(p_value(0.0421), ".042");
        assert_eq!(short("a\n b"), "a b");
        assert_eq!(short(&"é".repeat(200)).chars().count(), TEXT_WIDTH + 1);
    }
}
