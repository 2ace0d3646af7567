//! What an audit found, as one screen with details below, or as one JSON object.

use super::table::{self, faint, fine, head, render, right};
use crate::audit::{
    Audit, Check, CheckKind, Cluster, LabelCounts, LeakedRow, Predictor, PredictorKind, Slice,
    USUAL_WORDS, Verdict,
};
use crate::corpus::Corpus;
use crate::error::{counted, prose};
use comfy_table::{Cell, Color, Table};
use serde_json::{Map, Value, json};

/// Longest text shown in a table, in characters.
const TEXT_WIDTH: usize = 160;

/// Predictors named in the first table.
const N_NAMES: usize = 4;

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

/// One line on what a check saw.
fn what(check: &Check, corpus: &Corpus, audit: &Audit) -> String {
    let predictors = |kinds: &[PredictorKind]| {
        let of_kind = audit.predictors.iter().filter(|p| kinds.contains(&p.kind));
        let (surely, by_luck): (Vec<_>, Vec<_>) = of_kind.partition(|p| p.is_significant());
        let mut names: Vec<&str> = Vec::new();
        for predictor in surely {
            if !names.contains(&predictor.feature.as_str()) {
                names.push(&predictor.feature);
            }
        }
        let mut line = match names.len() {
            0 => "none gives a label away".to_owned(),
            n if n > N_NAMES => {
                let shown: Vec<String> =
                    names[..N_NAMES].iter().map(|n| format!("`{n}`")).collect();
                format!("{}, and {} more", shown.join(", "), n - N_NAMES)
            }
            _ => prose(&names, "and"),
        };
        if !by_luck.is_empty() {
            line.push_str(&format!(
                "; {} that luck explains",
                counted(by_luck.len(), "case")
            ));
        }
        line
    };
    let clusters = |clusters: &[Cluster]| {
        let n_rows: usize = clusters.iter().map(|cluster| cluster.rows.len()).sum();
        let mut parts = vec![format!(
            "{} in {}",
            counted(n_rows, "row"),
            counted(clusters.len(), "cluster")
        )];
        let mut part = |n: usize, what: &str| {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        };
        let number = |is: &dyn Fn(&Cluster) -> bool| clusters.iter().filter(|c| is(c)).count();
        part(number(&Cluster::crosses_splits), "across splits");
        part(
            number(&|c| c.n_groups.is_some_and(|n| n > 1)),
            "across groups",
        );
        part(number(&Cluster::is_in_one_group), "within one group");
        parts.join(", ")
    };
    match check.kind {
        CheckKind::Labels => {
            let mut parts: Vec<String> = Vec::new();
            for target in &audit.targets {
                let rarest = target.counts.iter().min_by_key(|(_, n)| *n);
                parts.extend(rarest.map(|(label, _)| {
                    format!("{}: {label} {}", target.target, fine(target.share(label)))
                }));
            }
            let mut line = format!("rarest labels {}", parts.join(", "));
            for (n, why) in [
                (corpus.n_unlabelled, "unlabelled"),
                (corpus.n_blank, "blank"),
            ] {
                if n > 0 {
                    line.push_str(&format!("; {} {why}", counted(n, "row")));
                }
            }
            line
        }
        CheckKind::Groups => match &audit.groups {
            None => "no --group; each distinct text is its own".into(),
            Some(groups) => {
                let mut line = format!(
                    "{}, rows {} to {}, median {}; {} with one row; the largest holds {:.1} %",
                    counted(groups.n_groups, "group"),
                    groups.least,
                    groups.most,
                    groups.median,
                    groups.n_single,
                    100.0 * groups.largest_share
                );
                if groups.n_ungrouped > 0 {
                    line.push_str(&format!(
                        "; {} without one",
                        counted(groups.n_ungrouped, "row")
                    ));
                }
                line
            }
        },
        CheckKind::Splits => match &audit.splits {
            None => "no --split".into(),
            Some(splits) => {
                let total = corpus.examples.len() as f64;
                let parts = splits.slices.iter().map(|slice| {
                    let percent = 100.0 * slice.n_rows as f64 / total;
                    format!(
                        "{} {} ({percent:.0} %)",
                        value_name(&slice.value),
                        slice.n_rows
                    )
                });
                format!(
                    "{}; {} cut; {} missing from a split",
                    parts.collect::<Vec<_>>().join(", "),
                    counted(splits.cut_groups.len(), "group"),
                    counted(splits.missing.len(), "label")
                )
            }
        },
        CheckKind::ExactDuplicates => clusters(&audit.duplicates.exact),
        CheckKind::NearDuplicates => clusters(&audit.duplicates.near),
        CheckKind::Contradictions => {
            let n_rows: usize = audit
                .duplicates
                .contradictions()
                .map(|c| c.rows.len())
                .sum();
            format!(
                "{} with the text of another and a different label",
                counted(n_rows, "row")
            )
        }
        CheckKind::Leak => match &audit.leak {
            None => "no --against".into(),
            Some(leak) => format!(
                "{} exact and {} near of {} in the other file, {} in both",
                leak.exact.len(),
                leak.near.len(),
                counted(leak.n_other_rows, "row"),
                counted(leak.shared_groups.len(), "group")
            ),
        },
        CheckKind::Openings => predictors(&[PredictorKind::Opening]),
        CheckKind::Ngrams => predictors(&[PredictorKind::Ngram]),
        CheckKind::Parties => predictors(&[PredictorKind::Name, PredictorKind::Cell]),
        CheckKind::LabelErrors => match check.verdict {
            Verdict::Skipped => "--no-model".into(),
            _ => {
                let noise = audit
                    .label_noise
                    .iter()
                    .map(|noise| format!("{} {}", noise.target, noise.errors.len()));
                let unfit = audit
                    .unmodelled
                    .iter()
                    .map(|(target, why)| format!("{target} skipped: {why}"));
                noise.chain(unfit).collect::<Vec<_>>().join(", ")
            }
        },
        CheckKind::Agreement => match check.verdict {
            Verdict::Skipped => "no --second".into(),
            _ => {
                let alphas = audit.agreement.iter();
                let alphas = alphas.map(|a| format!("{} {}", a.target, fine(a.alpha)));
                format!("alpha {}", alphas.collect::<Vec<_>>().join(", "))
            }
        },
        CheckKind::Lengths => format!(
            "words mean {:.1}, quartiles {:.0} {:.0} {:.0}, {} to {}; {:.1} % outside {} to {}; \
             {} stems, type-token ratio {}",
            audit.texts.mean,
            audit.texts.quartiles[0],
            audit.texts.quartiles[1],
            audit.texts.quartiles[2],
            audit.texts.least,
            audit.texts.most,
            100.0 * audit.texts.unusual_share,
            USUAL_WORDS.start(),
            USUAL_WORDS.end(),
            audit.texts.n_stems,
            fine(audit.texts.type_token_ratio)
        ),
    }
}

fn value_name(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
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
        _ => format!(
            "{}:{}",
            corpus.paths[example.file_idx].display(),
            example.line
        ),
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

/// The audit as one JSON object, which holds every case. Undefined numbers are `null`.
pub fn audit_json(corpus: &Corpus, other: Option<&Corpus>, audit: &Audit) -> Value {
    let row = |row: usize| row_json(corpus, row);
    let rows = |rows: &[usize]| rows.iter().map(|idx| row(*idx)).collect::<Vec<Value>>();
    let clusters = |clusters: &[Cluster]| -> Vec<Value> {
        let cluster = |cluster: &Cluster| {
            json!({
                "resemblance": cluster.resemblance,
                "splits": cluster.splits,
                "groups": cluster.n_groups,
                "contested": cluster.contested,
                "rows": rows(&cluster.rows),
            })
        };
        clusters.iter().map(cluster).collect()
    };
    let leaked = |leaked: &[LeakedRow]| -> Vec<Value> {
        let leaked = leaked.iter().map(|leaked| {
            json!({
                "resemblance": leaked.resemblance,
                "row": row(leaked.row),
                "other": other.map(|other| row_json(other, leaked.other_row)),
            })
        });
        leaked.collect()
    };
    json!({
        "data": corpus.paths,
        "against": other.map(|other| &other.paths),
        "n": corpus.examples.len(),
        "unlabelled": corpus.n_unlabelled,
        "blank": corpus.n_blank,
        "findings": audit.n_findings(),
        "checks": audit.checks.iter().map(|check| json!({
            "check": check.kind.name(),
            "verdict": match check.verdict {
                Verdict::Skipped => "skipped",
                verdict => verdict.name(),
            },
            "cases": check.n_cases,
            "what": what(check, corpus, audit),
        })).collect::<Vec<_>>(),
        "targets": targets_json(&audit.targets),
        "groups": audit.groups.as_ref().map(|groups| json!({
            "n": groups.n_groups,
            "min": groups.least,
            "median": groups.median,
            "max": groups.most,
            "largest": groups.largest,
            "largest_share": groups.largest_share,
            "with_one_row": groups.n_single,
            "rows_without_group": groups.n_ungrouped,
        })),
        "splits": audit.splits.as_ref().map(|splits| json!({
            "values": splits.slices.iter().map(slice_json).collect::<Vec<_>>(),
            "cut_groups": splits.cut_groups,
            "missing": splits.missing.iter().map(|(split, target, label)| {
                json!({"split": split, "target": target, "label": label})
            }).collect::<Vec<_>>(),
        })),
        "exact_duplicates": clusters(&audit.duplicates.exact),
        "near_duplicates": clusters(&audit.duplicates.near),
        "leak": audit.leak.as_ref().map(|leak| json!({
            "other_rows": leak.n_other_rows,
            "exact": leaked(&leak.exact),
            "near": leaked(&leak.near),
            "shared_groups": leak.shared_groups,
        })),
        "predictors": audit.predictors.iter().map(predictor_json).collect::<Vec<_>>(),
        "label_errors": audit.label_noise.iter().map(|noise| (noise.target.clone(), json!({
            "n": noise.n_rows,
            "noise": noise.noise,
            "labels": noise.labels,
            "joint": noise.joint,
            "errors": noise.errors.iter().map(|error| json!({
                "row": row(error.row),
                "given": noise.labels[error.given],
                "p_given": error.p_given,
                "suggested": noise.labels[error.suggested],
                "p_suggested": error.p_suggested,
            })).collect::<Vec<_>>(),
        }))).collect::<Map<String, Value>>(),
        "unmodelled": audit.unmodelled.iter().map(|(target, why)| {
            (target.clone(), json!(why))
        }).collect::<Map<String, Value>>(),
        "agreement": audit.agreement.iter().map(|agreement| json!({
            "target": agreement.target,
            "second": agreement.column,
            "n": agreement.n_rows,
            "agreement": agreement.percent,
            "kappa": agreement.kappa,
            "alpha": agreement.alpha,
            "disagreements": agreement.disagreements.iter().map(|pair| json!({
                "first": pair.first,
                "second": pair.second,
                "n": pair.rows.len(),
                "rows": rows(&pair.rows),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "texts": {
            "words": {
                "n": audit.texts.n_words,
                "mean": audit.texts.mean,
                "min": audit.texts.least,
                "quartiles": audit.texts.quartiles,
                "max": audit.texts.most,
                "usual": [USUAL_WORDS.start(), USUAL_WORDS.end()],
                "unusual": audit.texts.n_unusual,
                "unusual_share": audit.texts.unusual_share,
            },
            "stems": audit.texts.n_stems,
            "types": audit.texts.n_types,
            "type_token_ratio": audit.texts.type_token_ratio,
        },
        "by": audit.slices.iter().map(slice_json).collect::<Vec<_>>(),
    })
}

fn row_json(corpus: &Corpus, row: usize) -> Value {
    let example = &corpus.examples[row];
    let labels = corpus.targets.iter().zip(&example.labels);
    let labels: Map<String, Value> = labels
        .filter_map(|(target, label)| Some((target.name.clone(), json!(label.as_ref()?))))
        .collect();
    json!({
        "id": example.id,
        "file": corpus.paths[example.file_idx],
        "line": example.line,
        "group": example.group,
        "labels": labels,
        "text": example.text,
    })
}

fn targets_json(targets: &[LabelCounts]) -> Value {
    let target = |target: &LabelCounts| {
        let labels = target
            .counts
            .iter()
            .map(|(label, n)| (label.clone(), json!({"n": n, "share": target.share(label)})));
        let labels: Map<String, Value> = labels.collect();
        (
            target.target.clone(),
            json!({"n": target.n_rows(), "labels": labels}),
        )
    };
    Value::Object(targets.iter().map(target).collect())
}

fn slice_json(slice: &Slice) -> Value {
    json!({
        "column": slice.column,
        "value": slice.value,
        "n": slice.n_rows,
        "targets": targets_json(&slice.targets),
    })
}

fn predictor_json(predictor: &Predictor) -> Value {
    json!({
        "kind": predictor.kind.name(),
        "feature": predictor.feature,
        "target": predictor.target,
        "label": predictor.label,
        "rows": predictor.n_rows,
        "with_label": predictor.n_label,
        "share": predictor.share,
        "base": predictor.base,
        "p_value": predictor.p_value,
        "significant": predictor.is_significant(),
        "groups": predictor.n_groups,
    })
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
