//! What an audit found, as one screen with details below.

use super::audit_checks::value_name;
use super::audit_record::{
    AuditRecord, ClusterRecord, LabelCountsRecord, LabelSliceRecord, RowRecord,
};
use super::table::{self, cell, faint, fine, head, render, right};
use comfy_table::{Color, Table};
use detente_error::{counted, visible};
use detente_eval::audit::{PredictorKind, Verdict};
use std::fmt;

/// Longest text shown in a table, in characters.
const TEXT_WIDTH: usize = 160;

/// Rows of one cluster shown in a table.
const N_MEMBERS: usize = 3;

impl fmt::Display for AuditRecord {
    /// The tables that `detente audit` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table(Self::TOP))
    }
}

impl AuditRecord {
    /// Cases of each check in the tables, where no other number is asked for.
    pub const TOP: usize = 10;

    /// The audit as tables: a line for each check, then up to `top` cases of each.
    pub fn table(&self, top: usize) -> String {
        let mut text = format!(
            "{}: {}, {}\n\n",
            visible(&self.data.join(", ")),
            counted(self.n_rows, "row"),
            counted(self.targets.len(), "target")
        );
        let mut checks = table::table();
        checks.set_header(["check", "verdict", "cases", "what"].map(head));
        for check in &self.checks {
            let verdict = match check.verdict {
                "finding" => cell(check.verdict).fg(Color::Red),
                "note" => cell(check.verdict).fg(Color::Yellow),
                "skipped" => faint(Verdict::Skipped.name()),
                _ => cell(check.verdict).fg(Color::Green),
            };
            let n_cases = match check.n_cases {
                0 => String::new(),
                n => n.to_string(),
            };
            checks.add_row([
                cell(check.check),
                verdict,
                right(n_cases),
                cell(&check.what),
            ]);
        }
        text.push_str(&render(&checks));
        Cases {
            audit: self,
            top,
            text,
        }
        .all()
    }
}

/// The part of the tables below the first screen.
struct Cases<'a> {
    audit: &'a AuditRecord,
    top: usize,
    text: String,
}

impl Cases<'_> {
    fn all(mut self) -> String {
        let audit = self.audit;
        self.labels();
        let odd: Vec<String> = audit
            .odd_labels
            .iter()
            .map(|label| label.what.clone())
            .collect();
        self.list("odd labels", &odd, "label");
        self.slices(audit.splits.as_ref().map_or(&[], |splits| &splits.values));
        self.slices(&audit.slices);
        if let Some(splits) = &audit.splits {
            self.list("groups cut by the splits", &splits.cut_groups, "group");
        }
        self.clusters("exact duplicates", audit.exact_duplicates.iter(), true);
        self.clusters("contradictions", audit.contradictions(), true);
        let (within, across): (Vec<_>, Vec<_>) =
            (audit.near_duplicates.iter()).partition(|cluster| cluster.is_in_one_group());
        self.clusters("near-duplicates", across.into_iter(), false);
        self.clusters(
            "near-duplicates within one group (minimal pairs)",
            within.into_iter(),
            false,
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
        let title = visible(title);
        self.text
            .push_str(&format!("\n{title}{shown}\n{}", render(&table)));
    }

    fn labels(&mut self) {
        let mut labels = table::table();
        for (target, counts) in self.audit.targets.iter() {
            labels.add_row([
                cell(target),
                right(counts.n_rows),
                cell(shares(counts, true)),
            ]);
        }
        labels.set_header(["target", "rows", "labels"].map(head));
        self.text.push_str(&format!("\n{}", render(&labels)));
    }

    fn slices(&mut self, slices: &[LabelSliceRecord]) {
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
                cell(if is_new { column } else { "" }),
                cell(value_name(&slice.value)),
                right(slice.n_rows),
                right(format!(
                    "{:.1} %",
                    100.0 * slice.n_rows as f64 / self.audit.n_rows as f64
                )),
            ];
            let counts = slice.targets.values();
            cells.extend(counts.map(|counts| cell(shares(counts, false))));
            table.add_row(cells);
        }
        let mut names = vec![head("column"), head("value"), head("rows"), head("share")];
        names.extend(first.targets.iter().map(|(target, counts)| {
            let labels: Vec<&str> = counts.labels.iter().map(|(label, _)| label).collect();
            head(format!("{target}: {}", labels.join(" / ")))
        }));
        table.set_header(names);
        self.text.push_str(&format!("\n{}", render(&table)));
    }

    fn list(&mut self, title: &str, names: &[String], head: &str) {
        let mut table = table::table();
        for name in names.iter().take(self.top) {
            table.add_row([cell(name)]);
        }
        self.section(title, names.len(), table, &[head]);
    }

    /// The texts of exact duplicates are the same, but for case and space.
    fn clusters<'c>(
        &mut self,
        title: &str,
        clusters: impl Iterator<Item = &'c ClusterRecord>,
        is_exact: bool,
    ) {
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
                    cell(row_name(&self.audit.data, row)),
                    cell(match at {
                        0 => facts(cluster),
                        _ if is_last => format!("and {more} more"),
                        _ => String::new(),
                    }),
                    cell(self.labels_of(row)),
                    match at > 0 && is_exact {
                        true => faint("the same"),
                        false => cell(short(&row.text)),
                    },
                ]);
            }
        }
        let names = ["alike", "row", "where", "labels", "text"];
        self.section(title, n_clusters, table, &names);
    }

    fn leak(&mut self) {
        let (Some(leak), Some(against)) = (&self.audit.leak, &self.audit.against) else {
            return;
        };
        let mut table = table::table();
        for leaked in leak.exact.iter().chain(&leak.near).take(self.top) {
            let other = leaked.other.as_ref();
            table.add_row([
                right(fine(Some(leaked.resemblance))),
                cell(row_name(&self.audit.data, &leaked.row)),
                cell(short(&leaked.row.text)),
                cell(other.map_or(String::new(), |other| row_name(against, other))),
                cell(other.map_or(String::new(), |other| short(&other.text))),
            ]);
        }
        let n_cases = leak.exact.len() + leak.near.len();
        self.section(
            "rows that are in the other file",
            n_cases,
            table,
            &["alike", "row", "text", "other row", "other text"],
        );
        self.list("groups in both files", &leak.shared_groups, "group");
    }

    fn predictors(&mut self, title: &str, kinds: &[PredictorKind]) {
        let of_kind = self.audit.predictors_of(kinds);
        let mut table = table::table();
        for predictor in of_kind.clone().take(self.top) {
            table.add_row([
                cell(&predictor.feature),
                cell(&predictor.target),
                cell(&predictor.label),
                right(format!(
                    "{} of {}",
                    predictor.n_with_label, predictor.n_rows
                )),
                right(fine(Some(predictor.share))),
                right(fine(Some(predictor.base))),
                right(match predictor.is_significant {
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
        for (target, noise) in self.audit.label_errors.iter() {
            let mut table = table::table();
            for error in noise.errors.iter().take(self.top) {
                table.add_row([
                    cell(row_name(&self.audit.data, &error.row)),
                    cell(&error.given),
                    right(fine(Some(error.p_given))),
                    cell(&error.suggested),
                    right(fine(Some(error.p_suggested))),
                    cell(short(&error.row.text)),
                ]);
            }
            let title = format!(
                "probable label errors on {target}, estimated noise {}",
                fine(Some(noise.noise))
            );
            let names = ["row", "given", "p", "suggested", "p", "text"];
            self.section(&title, noise.errors.len(), table, &names);
        }
    }

    fn agreement(&mut self) {
        let mut table = table::table();
        for agreement in &self.audit.agreement {
            let disagreements = agreement.disagreements.iter().take(self.top);
            let disagreements = disagreements
                .map(|pair| format!("{} / {} {}", pair.first, pair.second, pair.n_rows));
            table.add_row([
                cell(&agreement.target),
                cell(&agreement.second),
                right(agreement.n_rows),
                right(fine(agreement.alpha)),
                right(fine(agreement.kappa)),
                right(fine(agreement.agreement)),
                cell(disagreements.collect::<Vec<_>>().join(", ")),
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

    fn labels_of(&self, row: &RowRecord) -> String {
        let targets = self.audit.targets.iter();
        let labels = targets.map(|(target, _)| row.labels.get(target).map_or("-", String::as_str));
        labels.collect::<Vec<_>>().join(" ")
    }
}

/// A row's line, with its file where there are several, and its id.
fn row_name(files: &[String], row: &RowRecord) -> String {
    let line = match files.len() {
        1 => format!(":{}", row.line),
        _ => format!("{}:{}", row.file, row.line),
    };
    match &row.id {
        Some(id) => format!("{id} {line}"),
        None => line,
    }
}

fn shares(counts: &LabelCountsRecord, with_counts: bool) -> String {
    let labels = counts.labels.iter().map(|(label, count)| {
        let share = table::share(count.share);
        match with_counts {
            true => format!("{label} {} ({share})", count.n_rows),
            false => share,
        }
    });
    let between = if with_counts { ", " } else { " / " };
    labels.collect::<Vec<_>>().join(between)
}

fn facts(cluster: &ClusterRecord) -> String {
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
