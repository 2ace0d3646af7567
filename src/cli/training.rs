//! The flags that say how a model is trained, for every command that trains.

use super::encoding::EncoderArguments;
use super::failure::{Error, ErrorKind, Result};
use super::one_of;
use clap::Args;
use detente_data::corpus::FoldsParams;
use detente_model::features::{NgramParams, VectorizerParams, WeightingParams};
use detente_text::Language;
use detente_train::calibration::TiltChoice;
use detente_train::linear::{ClassWeight, HeadParams, Learner, Penalty};
use detente_train::{DecisionMetric, TrainParams};

#[derive(Args)]
pub(super) struct TrainingArguments {
    /// Language of the texts, as a two-letter code; `xx` for none (words are not stemmed)
    #[arg(long, value_name = "CODE", default_value = TrainParams::DEFAULT.language.code(), help_heading = "Training")]
    lang: String,
    /// Seed of the folds
    #[arg(long, default_value_t = FoldsParams::DEFAULT.seed, help_heading = "Training")]
    pub(super) seed: u64,
    /// Threads; 0 for one a processor. The model is the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Training")]
    pub(super) threads: usize,
    /// Fixed strength of the L2 penalty, for every view; of linfa-bayes, its smoothing [default: chosen for each
    /// target and view by cross-validation]
    #[arg(
        long,
        value_name = "STRENGTH",
        allow_negative_numbers = true,
        help_heading = "Training"
    )]
    l2: Option<f64>,
    /// Fit one head over all features together, not a stack of one for each view of them
    #[arg(long, help_heading = "Training")]
    no_stack: bool,
    /// Who finds the weights
    #[arg(
        long,
        default_value = HeadParams::DEFAULT.learner.name(),
        value_parser = one_of(Learner::ALL, Learner::name),
        help_heading = "Training",
    )]
    learner: Learner,
    /// How the penalty is shared out; ratio: the less on a feature the more it tells a label from the rest (not with
    /// linfa's learners, nor from standard input)
    #[arg(
        long,
        default_value = HeadParams::DEFAULT.penalty.name(),
        value_parser = one_of(Penalty::ALL, Penalty::name),
        help_heading = "Training",
    )]
    penalty: Penalty,
    /// How much the rows of each label count in fitting; balanced: rare labels as much as common ones
    #[arg(
        long,
        default_value = HeadParams::DEFAULT.class_weight.name(),
        value_parser = one_of(ClassWeight::ALL, ClassWeight::name),
        help_heading = "Training",
    )]
    class_weight: ClassWeight,
    /// Measure that labels are decided for; auto: F avg for stance, macro-F1 for classes
    #[arg(
        long,
        value_name = "METRIC",
        default_value = TrainParams::DEFAULT.decision_metric.name(),
        value_parser = one_of(DecisionMetric::ALL, DecisionMetric::name),
        help_heading = "Training",
    )]
    decision_metric: DecisionMetric,
    /// How far labels are tilted towards that measure: to the best, or cautiously to the lowest within one standard
    /// error, which carries further where labels have other shares
    #[arg(
        long,
        value_name = "CHOICE",
        default_value = TrainParams::DEFAULT.tilt.name(),
        value_parser = one_of(TiltChoice::ALL, TiltChoice::name),
        help_heading = "Training",
    )]
    tilt: TiltChoice,
    /// Longest word n-gram, 1 to 3 [default: 2; of Chinese, whose words are characters, 3]
    #[arg(long, value_name = "N", help_heading = "Training")]
    word_max: Option<usize>,
    /// Shortest character n-gram
    #[arg(long, value_name = "N", default_value_t = NgramParams::DEFAULT.char_min, help_heading = "Training")]
    char_min: usize,
    /// Longest character n-gram, 0 for none [default: 5; of Chinese 0]
    #[arg(long, value_name = "N", help_heading = "Training")]
    char_max: Option<usize>,
    /// Rows in which a feature must occur
    #[arg(long, value_name = "N", default_value_t = WeightingParams::DEFAULT.min_df, help_heading = "Training")]
    min_df: u32,
    /// Do not count words in the scope of a negator as negated ones too
    #[arg(long, help_heading = "Training")]
    no_negation: bool,
    /// Leave the features of the lexicon out
    #[arg(long, help_heading = "Training")]
    no_lexicon: bool,
    /// Count frames of a verb and what it is done to, as in `lifted the sanctions`, as features too
    /// (English only)
    #[arg(long, help_heading = "Training")]
    frames: bool,
    /// Mask the names of states, leaders and armed groups, so that they cannot decide a stance
    #[arg(long, help_heading = "Training")]
    mask_parties: bool,
    #[command(flatten)]
    pub(super) encoder: EncoderArguments,
}

impl TrainingArguments {
    /// The recipe, with this many folds to choose its settings.
    pub(super) fn params(self, n_folds: usize) -> Result<TrainParams> {
        let language = language(&self.lang)?;
        if self.frames && language != Language::English {
            let code = language.code();
            return Err(Error::out_of_range(
                "`--lang` beside `--frames`",
                code,
                "`en`",
            ));
        }
        let ngrams = NgramParams::of(language);
        Ok(TrainParams {
            language,
            mask_parties: self.mask_parties,
            vectorizer: VectorizerParams {
                ngrams: NgramParams {
                    word_max: self.word_max.unwrap_or(ngrams.word_max),
                    char_min: self.char_min,
                    char_max: self.char_max.unwrap_or(ngrams.char_max),
                    negation: !self.no_negation,
                    lexicon: !self.no_lexicon,
                    frames: self.frames,
                    ..NgramParams::DEFAULT
                },
                weighting: WeightingParams {
                    min_df: self.min_df,
                    ..WeightingParams::DEFAULT
                },
            },
            head: HeadParams {
                learner: self.learner,
                l2: self.l2.unwrap_or(HeadParams::DEFAULT.l2),
                penalty: match self.learner.is_sparse() {
                    true => self.penalty,
                    false => Penalty::Even,
                },
                class_weight: self.class_weight,
                ..HeadParams::DEFAULT
            },
            search: self.l2.is_none(),
            stack: !self.no_stack,
            encoder: None,
            decision_metric: self.decision_metric,
            tilt: self.tilt,
            folds: FoldsParams {
                n_folds,
                seed: self.seed,
            },
            appraisal: None,
            name: None,
            date: None,
        })
    }
}

/// The language of a code.
pub(super) fn language(code: &str) -> Result<Language> {
    Language::from_code(code).ok_or_else(|| {
        Error::new(ErrorKind::UnknownName {
            what: "the language",
            value: code.to_owned(),
            allowed: Language::ALL.iter().map(|l| l.code().to_owned()).collect(),
        })
    })
}
