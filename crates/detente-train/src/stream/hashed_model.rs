//! A model from what a learner has learned row by row, and the learner back from it.

use crate::linear::{Factors, FtrlClassifier};
use crate::recipe::ftrl;
use detente_model::features::{Vectorizer, VectorizerParams, Vocabulary};
use detente_model::{Head, Model, ModelRecord, UsedWeights};
use detente_text::Analyzer;

/// Puts a model together from what an online learner has learned of all buckets. Its heads are the
/// stacks of those of the views: the shares stand in their records, and `shifts` has for each column
/// what is added to its intercept. Only buckets whose weights are not all rounded to 0 are features of
/// the model; features of the lexicon always are.
///
/// # Panics
/// The learner has other features, views or labels than the vocabulary, whose n-grams are not hashed,
/// and the heads; or the record is of no streamed training.
pub(super) fn model_of(
    analyzer: Analyzer,
    params: VectorizerParams,
    vocabulary: &Vocabulary,
    learner: &FtrlClassifier,
    mut heads: Vec<Head>,
    shifts: &[f64],
    mut record: ModelRecord,
) -> Model {
    let buckets = vocabulary.buckets().expect("n-grams are hashed");
    let streamed = record.streamed.as_mut().expect("a streamed training");
    let n_features = learner.n_features();
    assert_eq!(n_features, vocabulary.len(), "what was learned from");
    let n_buckets = buckets.n_buckets();
    let shares = shares(&heads, learner.n_views());
    let weights = UsedWeights::round(
        n_features,
        learner.n_columns(),
        |feature, row| {
            learner.weights(feature, row);
            let shares = &shares[learner.view(feature)];
            row.iter_mut()
                .zip(shares)
                .for_each(|(weight, share)| *weight *= share);
        },
        |feature| feature >= n_buckets,
    );
    let kept = weights.features();
    let squares = kept.iter().flat_map(|id| learner.squares(*id as usize));
    let state = &mut streamed.state;
    state.gathered = squares.map(|squares| to_byte(*squares)).collect();
    let mut row = Vec::new();
    let mut intercepts = shifts.to_vec();
    for (view, shares) in shares.iter().enumerate() {
        learner.weights(n_features + view, &mut row);
        for ((sum, own), share) in intercepts.iter_mut().zip(&row).zip(shares) {
            *sum += own * share;
        }
        state.intercepts.extend_from_slice(&row);
        let gathered = learner.squares(n_features + view);
        state.gathered_intercepts.extend_from_slice(gathered);
    }
    for head in &mut heads {
        let others = intercepts.split_off(head.labels.len());
        let mean = intercepts.iter().sum::<f64>() / intercepts.len() as f64;
        head.intercept = intercepts.iter().map(|b| b - mean).collect();
        intercepts = others;
    }
    let mut is_kept = vec![false; n_features];
    kept.iter().for_each(|id| is_kept[*id as usize] = true);
    let only = buckets.only(|bucket| is_kept[bucket as usize]);
    let vocabulary = Vocabulary::hashed(only, vocabulary.lexicon().cloned());
    let vectorizer = Vectorizer::hashed(params, vocabulary);
    Model::hashed(analyzer, vectorizer, heads, weights, record)
}

/// The learner that a streamed model was made of, over all buckets, as far as a model keeps it:
/// rounded weights, and nothing of buckets that weigh nothing or of views without a share. `None` for
/// other models. `ends` are the features behind the last one of each view, `factors` those it goes on with.
pub(super) fn learner_of(
    model: &Model,
    ends: Vec<u32>,
    factors: Factors,
) -> Option<FtrlClassifier> {
    let streamed = model.record().streamed.as_ref()?;
    let vocabulary = model.vectorizer().vocabulary();
    let buckets = vocabulary.buckets()?;
    let n_labels = model.heads().iter().map(|head| head.labels.len()).collect();
    let mut learner = FtrlClassifier::new(ftrl(streamed), n_labels, ends, factors);
    let (n_columns, n_features) = (learner.n_columns(), learner.n_features());
    let shares = shares(model.heads(), learner.n_views());
    let lexicon = buckets.n_buckets()..n_features;
    let places = buckets.features().map(|bucket| bucket as usize);
    let gathered = streamed.state.gathered.chunks_exact(model.heads().len());
    for ((id, feature), gathered) in places.chain(lexicon).enumerate().zip(gathered) {
        let shares = &shares[learner.view(feature)];
        let weight = |column: usize| match shares[column] {
            0.0 => 0.0,
            share => model.weight(id, column) / share,
        };
        let weights: Vec<f64> = (0..n_columns).map(weight).collect();
        let squares: Vec<f32> = gathered.iter().map(|byte| from_byte(*byte)).collect();
        learner.restore(feature, &weights, &squares);
    }
    let intercepts = streamed.state.intercepts.chunks_exact(n_columns);
    let gathered = streamed
        .state
        .gathered_intercepts
        .chunks_exact(model.heads().len());
    for (view, (intercepts, gathered)) in intercepts.zip(gathered).enumerate() {
        learner.restore(n_features + view, intercepts, gathered);
    }
    Some(learner)
}

/// What is added to the intercept of each column of a streamed model beside what its views say.
pub(super) fn shifts(model: &Model) -> Vec<f64> {
    let intercepts = model.heads().iter().flat_map(|head| &head.intercept);
    let mut shifts: Vec<f64> = intercepts.copied().collect();
    if let Some(streamed) = &model.record().streamed {
        let of_views = streamed.state.intercepts.chunks_exact(shifts.len());
        let shares = shares(model.heads(), of_views.len());
        for (own, shares) in of_views.zip(&shares) {
            for ((shift, own), share) in shifts.iter_mut().zip(own).zip(shares) {
                *shift -= own * share;
            }
        }
    }
    shifts
}

/// For each view the share of each column in the stack of its head; a head without a record of its views
/// takes all in equal parts.
fn shares(heads: &[Head], n_views: usize) -> Vec<Vec<f64>> {
    let of_view = |view: usize| {
        let columns = heads.iter().flat_map(|head| {
            let member = head.record.members.get(view);
            let share = member.map_or(1.0 / n_views as f64, |member| member.share);
            vec![share; head.labels.len()]
        });
        columns.collect()
    };
    (0..n_views).map(of_view).collect()
}

/// A sum of squares in 8 bits: four steps for each power of two, 0 for none.
pub(crate) fn to_byte(squares: f32) -> u8 {
    match squares > 0.0 {
        true => (128.0 + (4.0 * squares.log2()).round()).clamp(1.0, 255.0) as u8,
        false => 0,
    }
}

fn from_byte(byte: u8) -> f32 {
    match byte {
        0 => 0.0,
        _ => ((f32::from(byte) - 128.0) / 4.0).exp2(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_squares_keep_their_size_in_a_byte() {
        for squares in [1e-6_f32, 0.3, 1.0, 77.0, 1e6] {
            let kept = from_byte(to_byte(squares));
            assert!((kept / squares).log2().abs() <= 0.126, "{squares} {kept}");
        }
        assert_eq!(from_byte(to_byte(0.0)), 0.0);
        assert_eq!((to_byte(1e-30), to_byte(1e30)), (1, 255));
    }
}
