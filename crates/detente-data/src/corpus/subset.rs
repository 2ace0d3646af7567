//! Parts of a corpus.

use super::{Corpus, TargetColumn};
use detente_model::label::LabelSet;
use std::sync::Arc;

impl Corpus {
    /// The examples at these places, in the order given. A target keeps the labels that occur among
    /// them, so that a part knows nothing of the rest. There is nothing at a place behind the last example.
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut part = Self {
            paths: self.paths.clone(),
            targets: self.targets.clone(),
            examples: rows
                .iter()
                .filter_map(|row| self.examples.get(*row).cloned())
                .collect(),
            n_unlabelled: 0,
            n_blank: 0,
            n_passed_over: 0,
            kept: self.kept.clone(),
            has_mentions: self.has_mentions,
            odd_labels: self.odd_labels.clone(),
        };
        for (target_idx, target) in part.targets.iter_mut().enumerate() {
            let found = part.examples.iter();
            let found = found.filter_map(|example| example.labels[target_idx].as_deref());
            target.labels = LabelSet::new(found);
        }
        part
    }

    /// The corpus with the targets that `keeps` wants, and with the examples labelled on any of them.
    pub fn with_targets(mut self, keeps: impl Fn(usize, &TargetColumn) -> bool) -> Self {
        let kept: Vec<bool> = (0..)
            .zip(&self.targets)
            .map(|(at, t)| keeps(at, t))
            .collect();
        let keep = |at: &mut usize| {
            *at += 1;
            kept[*at - 1]
        };
        let mut at = 0;
        self.targets.retain(|_| keep(&mut at));
        for example in &mut self.examples {
            let mut at = 0;
            example.labels.retain(|_| keep(&mut at));
        }
        let labelled = |labels: &[Option<Arc<str>>]| labels.iter().any(Option::is_some);
        self.examples.retain(|example| labelled(&example.labels));
        self
    }

    /// The labels of each example over all targets, as numbers, and how many numbers there are: what
    /// [`Folds::cut`](super::Folds::cut) balances.
    pub fn label_numbers(&self) -> (Vec<Vec<usize>>, usize) {
        let mut numbers = vec![Vec::new(); self.examples.len()];
        let mut n_labels = 0;
        for (target_idx, target) in self.targets.iter().enumerate() {
            for (numbers, example) in numbers.iter_mut().zip(&self.examples) {
                let label = example.labels[target_idx].as_deref();
                if let Some(class) = label.and_then(|label| target.labels.position(label)) {
                    numbers.push(n_labels + class);
                }
            }
            n_labels += target.labels.len();
        }
        (numbers, n_labels)
    }
}

#[cfg(test)]
mod tests {
    use crate::corpus::{Corpus, Layout, LayoutParams};

    fn corpus() -> Corpus {
        let csv = "text,a,b\nx,favor,up\ny,against,\nz,,down\n";
        let params = LayoutParams {
            layout: Layout::Wide {
                targets: vec!["a".into(), "b".into()],
            },
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &params, &[]).unwrap()
    }

    #[test]
    fn a_part_knows_nothing_of_the_rest() {
        let part = corpus().select(&[2, 0]);
        let texts: Vec<&str> = part.examples.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["z", "x"]);
        assert_eq!(part.targets[0].labels.labels(), ["favor"]);
        assert_eq!(part.targets[1].labels.labels(), ["down", "up"]);
    }

    #[test]
    fn dropping_a_target_drops_the_examples_of_it_alone() {
        let part = corpus().with_targets(|_, target| target.name == "b");
        let labels: Vec<_> = part.examples.iter().map(|e| e.labels.clone()).collect();
        assert_eq!(labels, [[Some("up".into())], [Some("down".into())]]);
        assert_eq!(part.targets.len(), 1);
    }

    #[test]
    fn labels_of_targets_share_no_number() {
        let (numbers, n_labels) = corpus().label_numbers();
        assert_eq!(numbers, [vec![0, 3], vec![1], vec![2]]);
        assert_eq!(n_labels, 4);
    }
}
