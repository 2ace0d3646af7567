//! What each check came to: fine, a note, or a finding.

use super::agreement::{ALPHA_RELIABLE, ALPHA_TENTATIVE};
use super::checks::{Check, CheckKind, Verdict};
use super::duplicates::Cluster;
use super::predictors::{Predictor, PredictorKind};
use super::record::{Audit, AuditParams};
use detente_data::corpus::{Corpus, FoldsParams};

/// A label rarer than this is noted.
const RARE: f64 = 0.05;
/// A group larger than this share is noted: it cannot be spread over folds.
const LARGE: f64 = 0.2;
/// A share of texts of unusual length above this is noted.
const UNUSUAL: f64 = 0.05;

/// Gives every check its verdict.
pub(super) fn checks(audit: &Audit, corpus: &Corpus, params: &AuditParams) -> Vec<Check> {
    let of = |kind| {
        let (verdict, n_cases) = verdict(kind, audit, corpus, params);
        Check {
            kind,
            verdict,
            n_cases,
        }
    };
    CheckKind::ALL.map(of).to_vec()
}

/// The worst verdict that has cases, with its cases.
fn worst(n_findings: usize, n_notes: usize) -> (Verdict, usize) {
    match (n_findings, n_notes) {
        (0, 0) => (Verdict::Fine, 0),
        (0, n) => (Verdict::Note, n),
        (n, _) => (Verdict::Finding, n),
    }
}

fn verdict(
    kind: CheckKind,
    audit: &Audit,
    corpus: &Corpus,
    params: &AuditParams,
) -> (Verdict, usize) {
    let skipped = (Verdict::Skipped, 0);
    match kind {
        CheckKind::Labels => {
            let alone = audit
                .targets
                .iter()
                .filter(|target| target.counts.len() < 2);
            let shares = audit.targets.iter().flat_map(|target| {
                let labels = target.counts.iter();
                labels.filter_map(|(label, _)| target.share(label))
            });
            let n_rare = shares.filter(|share| *share < RARE).count();
            let n_findings = alone.count() + corpus.odd_labels.len();
            worst(n_findings, n_rare + corpus.n_unlabelled + corpus.n_blank)
        }
        CheckKind::Groups => audit.groups.as_ref().map_or(skipped, |groups| {
            let folds = params
                .model
                .as_ref()
                .map_or(FoldsParams::DEFAULT, |m| m.folds);
            let is_large = groups.largest_share > LARGE;
            worst(
                usize::from(groups.n_groups < folds.n_folds),
                usize::from(is_large) + groups.n_ungrouped,
            )
        }),
        CheckKind::Splits => audit.splits.as_ref().map_or(skipped, |splits| {
            worst(splits.cut_groups.len(), splits.missing.len())
        }),
        CheckKind::ExactDuplicates => duplicates(&audit.duplicates.exact, params),
        CheckKind::NearDuplicates => duplicates(&audit.duplicates.near, params),
        CheckKind::Contradictions => worst(audit.duplicates.contradictions().count(), 0),
        CheckKind::Leak => audit.leak.as_ref().map_or(skipped, |leak| {
            worst(
                leak.exact.len() + leak.near.len() + leak.shared_groups.len(),
                0,
            )
        }),
        CheckKind::Openings => worst(0, count(audit, &[PredictorKind::Opening], |_| true)),
        // A word that goes with a label is mostly the reason for it.
        CheckKind::Ngrams => worst(0, count(audit, &[PredictorKind::Ngram], |_| true)),
        CheckKind::Parties => {
            let kinds = [PredictorKind::Name, PredictorKind::Cell];
            worst(
                count(audit, &kinds, Predictor::is_significant),
                count(audit, &kinds, |predictor| !predictor.is_significant()),
            )
        }
        CheckKind::LabelErrors => match &params.model {
            None => skipped,
            Some(_) => {
                let errors = audit.label_noise.iter().map(|noise| noise.errors.len());
                worst(0, errors.sum::<usize>() + audit.unmodelled.len())
            }
        },
        CheckKind::Agreement => match params.second.is_empty() {
            true => skipped,
            false => {
                let below = |least: f64| {
                    let alphas = audit.agreement.iter().map(|agreement| agreement.alpha);
                    alphas
                        .filter(|alpha| alpha.is_none_or(|alpha| alpha < least))
                        .count()
                };
                worst(below(ALPHA_TENTATIVE), below(ALPHA_RELIABLE))
            }
        },
        CheckKind::Lengths => {
            let is_unusual = audit.texts.unusual_share > UNUSUAL;
            worst(0, if is_unusual { audit.texts.n_unusual } else { 0 })
        }
    }
}

/// Duplicates across splits are findings. Without splits, scores are measured by folds that keep
/// groups whole, so those across groups are; with splits they only soften the choice of strength.
fn duplicates(clusters: &[Cluster], params: &AuditParams) -> (Verdict, usize) {
    let is_finding = |cluster: &&Cluster| match params.split {
        Some(_) => cluster.crosses_splits(),
        None => !cluster.is_in_one_group(),
    };
    let n_findings = clusters.iter().filter(is_finding).count();
    worst(n_findings, clusters.len() - n_findings)
}

fn count(audit: &Audit, kinds: &[PredictorKind], keep: impl Fn(&Predictor) -> bool) -> usize {
    let predictors = audit.predictors.iter();
    predictors
        .filter(|p| kinds.contains(&p.kind) && keep(p))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_hide_notes() {
        assert_eq!(worst(2, 5), (Verdict::Finding, 2));
        assert_eq!(worst(0, 5), (Verdict::Note, 5));
        assert_eq!(worst(0, 0), (Verdict::Fine, 0));
    }
}
