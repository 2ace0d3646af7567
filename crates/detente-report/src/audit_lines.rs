//! One line on what each check of an audit saw.

use super::table::fine;
use detente_data::corpus::Corpus;
use detente_error::{counted, prose};
use detente_eval::audit::{Audit, Check, CheckKind, Cluster, PredictorKind, USUAL_WORDS, Verdict};

/// Predictors named in the first table.
const N_NAMES: usize = 4;

/// One line on what a check saw.
pub(super) fn what(check: &Check, corpus: &Corpus, audit: &Audit) -> String {
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

/// What a value is called; rows without one have the empty value.
pub(super) fn value_name(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}
