//! One line on what each check of an audit saw.

use super::audit_record::{
    AgreementRecord, AuditRecord, ClusterRecord, GroupsRecord, LeakRecord, PredictorRecord,
    SplitsRecord, TextsRecord,
};
use super::table::fine;
use detente_error::{counted, prose};
use detente_eval::audit::{Check, CheckKind, PredictorKind, Verdict};

/// Predictors named in the first table.
const N_NAMES: usize = 4;

impl AuditRecord {
    /// One line on what a check saw.
    pub(super) fn what(&self, check: &Check) -> String {
        let is_skipped = check.verdict == Verdict::Skipped;
        match check.kind {
            CheckKind::Labels => self.labels_line(),
            CheckKind::Groups => match &self.groups {
                None => "no --group; each distinct text is its own".into(),
                Some(groups) => groups.line(),
            },
            CheckKind::Splits => match &self.splits {
                None => "no --split".into(),
                Some(splits) => splits.line(self.n_rows),
            },
            CheckKind::ExactDuplicates => clusters_line(&self.exact_duplicates),
            CheckKind::NearDuplicates => clusters_line(&self.near_duplicates),
            CheckKind::Contradictions => self.contradictions_line(),
            CheckKind::Leak => match &self.leak {
                None => "no --against".into(),
                Some(leak) => leak.line(),
            },
            CheckKind::Openings => self.predictors_line(&[PredictorKind::Opening]),
            CheckKind::Ngrams => self.predictors_line(&[PredictorKind::Ngram]),
            CheckKind::Parties => self.predictors_line(&[PredictorKind::Name, PredictorKind::Cell]),
            CheckKind::LabelErrors if is_skipped => "--no-model".into(),
            CheckKind::LabelErrors => self.label_errors_line(),
            CheckKind::Agreement if is_skipped => "no --second".into(),
            CheckKind::Agreement => agreement_line(&self.agreement),
            CheckKind::Lengths => self.texts.line(),
        }
    }

    /// The rarest label of each target.
    fn labels_line(&self) -> String {
        let rarest = self.targets.iter().filter_map(|(target, counts)| {
            let (label, rarest) = counts.labels.iter().min_by_key(|(_, count)| count.n_rows)?;
            Some(format!("{target}: {label} {}", fine(rarest.share)))
        });
        let mut line = format!("rarest labels {}", rarest.collect::<Vec<_>>().join(", "));
        for (n, why) in [(self.n_unlabelled, "unlabelled"), (self.n_blank, "blank")] {
            if n > 0 {
                line.push_str(&format!("; {} {why}", counted(n, "row")));
            }
        }
        for (kind, why) in [
            ("form", "written in several ways"),
            ("missing", "like a mark for no label"),
            ("look-alike", "nearly another"),
        ] {
            let n = self
                .odd_labels
                .iter()
                .filter(|label| label.kind == kind)
                .count();
            if n > 0 {
                line.push_str(&format!("; {} {why}", counted(n, "label")));
            }
        }
        line
    }

    fn contradictions_line(&self) -> String {
        let n_rows: usize = self
            .contradictions()
            .map(|cluster| cluster.rows.len())
            .sum();
        format!(
            "{} with the text of another and a different label",
            counted(n_rows, "row")
        )
    }

    /// What of these kinds gives a label away.
    fn predictors_line(&self, kinds: &[PredictorKind]) -> String {
        let (surely, by_luck): (Vec<_>, Vec<_>) = self
            .predictors_of(kinds)
            .partition(|predictor| predictor.is_significant);
        let mut names: Vec<&str> = Vec::new();
        for predictor in surely {
            if !names.contains(&predictor.feature.as_str()) {
                names.push(&predictor.feature);
            }
        }
        let mut line = match names.len() {
            0 => "none gives a label away".to_owned(),
            n if n > N_NAMES => {
                let shown = names[..N_NAMES].iter().map(|name| format!("`{name}`"));
                let shown = shown.collect::<Vec<_>>().join(", ");
                format!("{shown}, and {} more", n - N_NAMES)
            }
            _ => prose(&names, "and"),
        };
        if !by_luck.is_empty() {
            let cases = counted(by_luck.len(), "case");
            line.push_str(&format!("; {cases} that luck explains"));
        }
        line
    }

    pub(super) fn predictors_of<'a>(
        &'a self,
        kinds: &'a [PredictorKind],
    ) -> impl Iterator<Item = &'a PredictorRecord> + Clone {
        let is_of_kind =
            |found: &&PredictorRecord| kinds.iter().any(|kind| kind.name() == found.kind);
        self.predictors.iter().filter(is_of_kind)
    }

    /// How many labels are probably wrong.
    fn label_errors_line(&self) -> String {
        let noise = self.label_errors.iter();
        let noise = noise.map(|(target, noise)| format!("{target} {}", noise.errors.len()));
        let unfit = self.unmodelled.iter();
        let unfit = unfit.map(|(target, why)| format!("{target} skipped: {why}"));
        noise.chain(unfit).collect::<Vec<_>>().join(", ")
    }
}

impl GroupsRecord {
    fn line(&self) -> String {
        let mut line = format!(
            "{}, rows {} to {}, median {}; {} with one row; the largest holds {:.1} %",
            counted(self.n_groups, "group"),
            self.min,
            self.max,
            self.median,
            self.n_with_one_row,
            100.0 * self.largest_share
        );
        if self.n_rows_without_group > 0 {
            let rows = counted(self.n_rows_without_group, "row");
            line.push_str(&format!("; {rows} without one"));
        }
        line
    }
}

impl SplitsRecord {
    fn line(&self, n_rows: usize) -> String {
        let parts = self.values.iter().map(|slice| {
            let percent = 100.0 * slice.n_rows as f64 / n_rows as f64;
            let name = value_name(&slice.value);
            format!("{name} {} ({percent:.0} %)", slice.n_rows)
        });
        format!(
            "{}; {} cut; {} missing from a split",
            parts.collect::<Vec<_>>().join(", "),
            counted(self.cut_groups.len(), "group"),
            counted(self.missing.len(), "label")
        )
    }
}

fn clusters_line(clusters: &[ClusterRecord]) -> String {
    let n_rows: usize = clusters.iter().map(|cluster| cluster.rows.len()).sum();
    let rows = counted(n_rows, "row");
    let mut parts = vec![format!("{rows} in {}", counted(clusters.len(), "cluster"))];
    let number = |is: &dyn Fn(&ClusterRecord) -> bool| clusters.iter().filter(|c| is(c)).count();
    let kinds = [
        (number(&ClusterRecord::crosses_splits), "across splits"),
        (
            number(&|cluster| cluster.n_groups.is_some_and(|n| n > 1)),
            "across groups",
        ),
        (number(&ClusterRecord::is_in_one_group), "within one group"),
    ];
    let kinds = kinds.into_iter().filter(|(n, _)| *n > 0);
    parts.extend(kinds.map(|(n, what)| format!("{n} {what}")));
    parts.join(", ")
}

impl LeakRecord {
    fn line(&self) -> String {
        format!(
            "{} exact and {} near of {} in the other file, {} in both",
            self.exact.len(),
            self.near.len(),
            counted(self.n_other_rows, "row"),
            counted(self.shared_groups.len(), "group")
        )
    }
}

fn agreement_line(agreement: &[AgreementRecord]) -> String {
    let alphas = agreement.iter();
    let alphas = alphas.map(|one| format!("{} {}", one.target, fine(one.alpha)));
    format!("alpha {}", alphas.collect::<Vec<_>>().join(", "))
}

impl TextsRecord {
    fn line(&self) -> String {
        let words = &self.words;
        let [first, second, third] = words.quartiles;
        let [least, most] = words.usual;
        format!(
            "words mean {:.1}, quartiles {first:.0} {second:.0} {third:.0}, {} to {}; {:.1} % outside {least} \
             to {most}; {} stems, type-token ratio {}",
            words.mean,
            words.min,
            words.max,
            100.0 * words.unusual_share,
            self.n_stems,
            fine(self.type_token_ratio)
        )
    }
}

/// What a value is called; rows without one have the empty value.
pub(super) fn value_name(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}
