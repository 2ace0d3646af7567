//! A wider search: settings of the recipe, one change at a time.

use super::params::TrainParams;
use super::prepared_training::PreparedTraining;
use super::selection::{FoldMargins, SelectedStack};
use crate::error::{Error, ErrorKind, Result};
use crate::linear::ClassWeight;
use crate::standard_error::mean_and_error;
use detente_data::corpus::Corpus;
use detente_model::features::Lexicon;
use rayon::prelude::*;
use std::time::Duration;

/// One change of the recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The longest word n-gram.
    WordMax(usize),
    /// The longest character n-gram.
    CharMax(usize),
    /// The rows in which a feature must occur.
    MinDf(u32),
    /// Negation is not marked.
    NoNegation,
    /// The lexicon is left out.
    NoLexicon,
    /// Each label counts as much as any other.
    Balanced,
}

impl Setting {
    /// Every change that is tried, in the order of trying.
    pub const ALL: [Self; 12] = [
        Self::WordMax(1),
        Self::WordMax(2),
        Self::WordMax(3),
        Self::CharMax(4),
        Self::CharMax(5),
        Self::CharMax(6),
        Self::MinDf(1),
        Self::MinDf(2),
        Self::MinDf(3),
        Self::NoNegation,
        Self::NoLexicon,
        Self::Balanced,
    ];

    /// The flag of `train` that makes the change.
    pub fn flag(self) -> String {
        match self {
            Self::WordMax(n) => format!("--word-max {n}"),
            Self::CharMax(n) => format!("--char-max {n}"),
            Self::MinDf(n) => format!("--min-df {n}"),
            Self::NoNegation => "--no-negation".into(),
            Self::NoLexicon => "--no-lexicon".into(),
            Self::Balanced => format!("--class-weight {}", ClassWeight::Balanced.name()),
        }
    }

    fn apply(self, params: &TrainParams) -> TrainParams {
        let mut params = params.clone();
        let vectorizer = &mut params.vectorizer;
        match self {
            Self::WordMax(n) => vectorizer.ngrams.word_max = n,
            Self::CharMax(n) => vectorizer.ngrams.char_max = n,
            Self::MinDf(n) => vectorizer.weighting.min_df = n,
            Self::NoNegation => vectorizer.ngrams.negation = false,
            Self::NoLexicon => vectorizer.ngrams.lexicon = false,
            Self::Balanced => params.head.class_weight = ClassWeight::Balanced,
        }
        params
    }

    /// Whether the change can make a difference: not every language has a lexicon, and the learners of linfa take
    /// no weights.
    fn has_effect(self, params: &TrainParams) -> bool {
        match self {
            Self::NoLexicon => Lexicon::of(params.language).is_some(),
            Self::Balanced => params.head.learner.is_sparse(),
            _ => true,
        }
    }
}

/// How long to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TuneParams {
    /// Minutes that searching and the training after it may take, above 0. More try more settings; a
    /// search that finds nothing better ends by itself.
    pub minutes: f64,
}

impl TuneParams {
    /// Checks the range.
    ///
    /// # Errors
    /// Minutes that are not above 0, or more than a year of them.
    pub fn check(&self) -> Result<()> {
        if self.minutes > 0.0 && self.minutes <= 525_600.0 {
            return Ok(());
        }
        Err(Error::new(ErrorKind::OutOfRange {
            parameter: "the time to tune",
            value: self.minutes.to_string(),
            expected: "a number of minutes above 0, at most 525600",
        }))
    }
}

/// A change that was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The change to the best settings before it.
    pub setting: Setting,
    /// The out-of-fold log-loss after it, as the mean over targets and folds.
    pub loss: f64,
    /// How much lower that is than without the change, as the mean over folds.
    pub gain: f64,
    /// The standard error of the gain over the folds.
    pub error: f64,
    /// Whether it was kept: the gain is above its standard error.
    pub is_kept: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuning {
    /// The loss of the settings that the search began with.
    pub first_loss: f64,
    /// What was tried, in order.
    pub trials: Vec<Trial>,
    /// Whether nothing was left to try when the search ended; otherwise its time was over.
    pub is_finished: bool,
    /// The recipe found.
    pub params: TrainParams,
}

impl Tuning {
    /// The flags that give these settings to a `train` that does not search.
    pub fn flags(&self) -> String {
        let ngrams = &self.params.vectorizer.ngrams;
        let mut settings = vec![
            Setting::WordMax(ngrams.word_max),
            Setting::CharMax(ngrams.char_max),
            Setting::MinDf(self.params.vectorizer.weighting.min_df),
        ];
        let switches = [Setting::NoNegation, Setting::NoLexicon, Setting::Balanced];
        let is_on = |switch: &&Setting| switch.apply(&self.params) == self.params;
        settings.extend(switches.iter().filter(is_on));
        let flags: Vec<String> = settings.into_iter().map(Setting::flag).collect();
        flags.join(" ")
    }
}

/// Searches for better settings by out-of-fold log-loss, beginning with those of `params`.
///
/// Each of [`Setting::ALL`] is tried in turn as the one change to the best settings so far, and kept
/// when it is better by more than one standard error over the folds; this goes on until a whole round
/// changes nothing or the time is over. What is off in `params` stays off. A change is begun only if
/// twice the time of the slowest one so far is left, once for it and once for the training that
/// follows.
///
/// `elapsed` is the caller's clock; what is tried depends on it only through where the search stops.
/// `progress` is called with the number of settings tried. The folds chose the settings, so their
/// scores are more hopeful than those of a training without a search.
///
/// # Errors
/// As [`train`](crate::train); minutes out of range.
pub fn tune(
    corpus: &mut Corpus,
    params: &TrainParams,
    tune_params: &TuneParams,
    elapsed: &dyn Fn() -> Duration,
    progress: &dyn Fn(usize),
) -> Result<Tuning> {
    params.check()?;
    tune_params.check()?;
    corpus.sort();
    tune_sorted(corpus, params, tune_params, elapsed, progress)
}

/// As [`tune`], on a corpus in its canonical order, as [`Corpus::sort`] leaves it.
///
/// # Errors
/// As [`tune`].
///
/// # Panics
/// Where debug assertions are on and the corpus is not sorted.
pub fn tune_sorted(
    corpus: &Corpus,
    params: &TrainParams,
    tune_params: &TuneParams,
    elapsed: &dyn Fn() -> Duration,
    progress: &dyn Fn(usize),
) -> Result<Tuning> {
    params.check()?;
    tune_params.check()?;
    debug_assert!(corpus.is_sorted(), "a corpus in its canonical order");
    let budget = Duration::from_secs_f64(60.0 * tune_params.minutes);
    let mut best = fold_losses(corpus, params)?;
    let mut slowest = elapsed();
    let mut tuning = Tuning {
        first_loss: mean(&best),
        trials: Vec::new(),
        is_finished: false,
        params: params.clone(),
    };
    progress(1);
    let mut known = vec![params.clone()];
    loop {
        let mut is_changed = false;
        for setting in Setting::ALL {
            let candidate = setting.apply(&tuning.params);
            let is_idle = !setting.has_effect(params) || known.contains(&candidate);
            if is_idle || candidate.check().is_err() {
                continue;
            }
            let begun = elapsed();
            if begun + 2 * slowest > budget {
                return Ok(tuning);
            }
            let losses = fold_losses(corpus, &candidate)?;
            slowest = slowest.max(elapsed().saturating_sub(begun));
            known.push(candidate.clone());
            let trial = Trial::of(setting, &losses, &best);
            if trial.is_kept {
                tuning.params = candidate;
                best = losses;
                is_changed = true;
            }
            tuning.trials.push(trial);
            progress(1 + tuning.trials.len());
        }
        if !is_changed {
            tuning.is_finished = true;
            return Ok(tuning);
        }
    }
}

impl Trial {
    fn of(setting: Setting, losses: &[f64], best: &[f64]) -> Self {
        let gains: Vec<f64> = best.iter().zip(losses).map(|(b, l)| b - l).collect();
        let (gain, error) = mean_and_error(&gains);
        Self {
            setting,
            loss: mean(losses),
            gain,
            error,
            is_kept: gain > error,
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// For each fold the out-of-fold log-loss, as the mean over targets.
fn fold_losses(corpus: &Corpus, params: &TrainParams) -> Result<Vec<f64>> {
    let params = &params.for_corpus(corpus);
    let prepared = PreparedTraining::new(corpus, params)?;
    let strengths = params.strengths();
    let members = prepared.useful_members(params)?;
    let n_folds = prepared.folds.n_folds();
    let left_out = prepared.cross_validate(n_folds, &members, &strengths, params, &|_| {})?;
    let selected: Vec<SelectedStack> = (0..prepared.tasks.len())
        .into_par_iter()
        .map(|task_idx| prepared.select(task_idx, &left_out, &strengths, params.decision()))
        .collect();
    let loss = |fold: &FoldMargins| {
        let of_targets = selected
            .iter()
            .enumerate()
            .filter_map(|(task_idx, selected)| {
                let task = &prepared.tasks[task_idx];
                let (mut sum, mut weights) = (0.0, 0.0);
                for place in fold.places(task_idx) {
                    let weight = f64::from(task.weights[*place]);
                    let p = selected.probabilities[*place][task.gold[*place]];
                    sum -= weight * p.max(f64::MIN_POSITIVE).ln();
                    weights += weight;
                }
                (weights > 0.0).then(|| sum / weights)
            });
        mean(&of_targets.collect::<Vec<_>>())
    };
    Ok(left_out.iter().map(loss).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_data::corpus::LayoutParams;
    use std::cell::Cell;

    fn corpus() -> Corpus {
        let mut csv = "text,peace,doc\n".to_owned();
        for (at, place) in ["river", "border", "harbor", "valley", "coast"]
            .iter()
            .enumerate()
        {
            csv.push_str(&format!(
                "We welcome the ceasefire at the {place}.,favor,d{at}\n"
            ));
            csv.push_str(&format!(
                "They shell the town on the {place}.,against,d{at}\n"
            ));
        }
        let layout = LayoutParams {
            group: Some("doc".into()),
            ..LayoutParams::default()
        };
        Corpus::from_reader(csv.as_bytes(), &layout, &["peace"]).unwrap()
    }

    /// Tunes for ten minutes by a clock that goes on by a minute at each look.
    fn tuned(minutes: f64) -> Tuning {
        let clock = Cell::new(0);
        let elapsed = || {
            clock.set(clock.get() + 60);
            Duration::from_secs(clock.get())
        };
        let params = TrainParams {
            search: false,
            ..TrainParams::DEFAULT
        };
        let tune_params = TuneParams { minutes };
        tune(&mut corpus(), &params, &tune_params, &elapsed, &|_| {}).unwrap()
    }

    #[test]
    fn a_gain_is_kept_when_it_is_above_its_error() {
        // Gains .1, .2, .3: mean .2, standard error .1 / sqrt(3).
        let trial = Trial::of(Setting::NoLexicon, &[0.5, 0.4, 0.3], &[0.6, 0.6, 0.6]);
        assert!((trial.gain - 0.2).abs() < 1e-12);
        assert!((trial.error - 0.1 / 3.0_f64.sqrt()).abs() < 1e-12);
        assert!(trial.is_kept);
        // Gains .3, -.1, -.1: mean .1 / 3, standard error .4 / 3.
        let trial = Trial::of(Setting::NoLexicon, &[0.3, 0.7, 0.7], &[0.6, 0.6, 0.6]);
        assert!((trial.error - 0.4 / 3.0).abs() < 1e-12);
        assert!(!trial.is_kept);
    }

    #[test]
    fn a_shorter_search_tries_the_first_of_what_a_longer_one_tries() {
        let long = tuned(1000.0);
        assert!(long.is_finished && long.trials.len() >= 8);
        let short = tuned(7.0);
        assert!(!short.is_finished && !short.trials.is_empty());
        assert!(long.trials.starts_with(&short.trials));
        assert_eq!(long.trials[0].setting, Setting::WordMax(1));
    }

    #[test]
    fn without_time_nothing_is_tried() {
        let none = tuned(0.5);
        assert!(none.trials.is_empty() && !none.is_finished);
        assert!(!none.params.search, "the recipe is as it was");
        assert_eq!(none.flags(), "--word-max 2 --char-max 5 --min-df 2");
    }

    #[test]
    fn minutes_are_above_zero() {
        for minutes in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(TuneParams { minutes }.check().is_err());
        }
    }
}
