//! A model made smaller: fewer n-grams, weights in 8 bits.

use super::fingerprints::TEXT_BYTES;
use super::weights::QuantizedWeights;
use super::{Model, Shrunk};
use crate::error::{Error, ErrorKind, Result};
use crate::features::{Borders, Hashes, Idf, Names, Vectorizer, View, Vocabulary};

impl Model {
    /// The model with weights in 8 bits and with as many of its n-grams as fit into a file of so many
    /// bytes. Heads, calibration, lexicon and the record of its training stay as they are.
    ///
    /// Those n-grams stay whose absence would move margins most, over all rows of training:
    ///
    /// ```text
    /// effect(i) = sqrt(df_i / n) value_i  max over heads h of (max_k w_ik - min_k w_ik) / T_h
    /// value_i   = idf_i / sqrt(V E_v),   E_v = sum over i of v of df_i / n idf_i^2
    /// ```
    ///
    /// with `v` the view of n-gram `i`, `V` the number of views, `k` the labels of a head and `T` its
    /// temperature. `value` is that of an n-gram in a row of expected length before it is scaled to a norm
    /// of one. What is left of a row is scaled to that too, so that the weights of a view are multiplied by
    /// the root of the share of `E_v` that stays: margins keep their size, and with it the temperature.
    ///
    /// What tells the texts of training is left out where it would take more than half of the bytes, or no
    /// n-gram would fit beside it.
    ///
    /// # Errors
    /// Its n-grams are hashed; the size is not below that of the model as it is, or below that without
    /// any n-gram.
    pub fn shrunk(&self, max_bytes: usize) -> Result<Self> {
        if self.buckets().is_some() {
            return Err(Error::new(ErrorKind::ShrinkHashed));
        }
        let n_bytes = self.to_bytes().len();
        if max_bytes >= n_bytes {
            return Err(Error::new(ErrorKind::ShrinkNothing { max_bytes, n_bytes }));
        }
        let effects = self.effects();
        let mut order: Vec<u32> = (0..effects.len() as u32).collect();
        // Of two that are worth the same, the one that is more common in its view.
        order.sort_by(|a, b| {
            let [one, other] = [a, b].map(|id| effects[*id as usize]);
            other.total_cmp(&one).then(a.cmp(b))
        });
        let n_seen = self.record.training_texts.n_texts() * TEXT_BYTES;
        let with = |n_kept: usize, keeps_texts: bool| {
            let mut kept = order[..n_kept].to_vec();
            kept.sort_unstable();
            let mut model = self.with_ngrams(&kept, n_bytes);
            if !keeps_texts {
                model.record.training_texts = model.record.training_texts.without_texts();
            }
            let fits = model.to_bytes().len() <= max_bytes;
            (model, fits)
        };
        let keeps_texts = n_seen * 2 <= max_bytes && with(0, true).1;
        let (mut found, fits) = with(0, keeps_texts);
        if !fits {
            let least = found.to_bytes().len();
            return Err(Error::new(ErrorKind::ShrinkTooSmall { max_bytes, least }));
        }
        // The first number is known to fit, the second is not looked at or known not to.
        let (mut fitting, mut too_many) = (0, order.len() + 1);
        while too_many - fitting > 1 {
            let n_kept = match (fitting, too_many - 1 == order.len()) {
                // Often all of them fit once the weights are narrow.
                (0, true) => order.len(),
                _ => fitting + (too_many - fitting) / 2,
            };
            match with(n_kept, keeps_texts) {
                (model, true) => (found, fitting) = (model, n_kept),
                (_, false) => too_many = n_kept,
            }
        }
        Ok(found)
    }

    /// How much the absence of each n-gram would move margins.
    fn effects(&self) -> Vec<f64> {
        let idf = &self.vectorizer.idf().0;
        let ranges = self.vectorizer.vocabulary().borders().ranges();
        let mut effects = Vec::with_capacity(idf.len());
        for (_, ids) in &ranges {
            let energy = self.energy(ids.clone());
            for id in ids.clone() {
                let value = f64::from(idf.at(id)) / (energy * ranges.len() as f64).sqrt();
                let effect = self.share_of_rows(id).sqrt() * value * self.reach(id);
                effects.push(if effect.is_finite() { effect } else { 0.0 });
            }
        }
        effects
    }

    /// The largest difference that an n-gram makes between two labels of a head, after its temperature.
    fn reach(&self, id: usize) -> f64 {
        let mut column = 0;
        let of_heads = self.heads.iter().map(|head| {
            let columns = column..column + head.labels.len();
            column = columns.end;
            let weights = columns.map(|column| self.weights.weight(id, column));
            let (low, high) = weights.fold((f64::MAX, f64::MIN), |(low, high), weight| {
                (low.min(weight), high.max(weight))
            });
            (high - low) / head.temperature.value()
        });
        of_heads.fold(0.0, f64::max)
    }

    /// The part of the training rows that have an n-gram, from its document frequency.
    fn share_of_rows(&self, id: usize) -> f64 {
        let idf = f64::from(self.vectorizer.idf().0.at(id));
        let n_rows = self.record.n_rows as f64;
        let df = (1.0 + n_rows) / (idf - 1.0).exp() - 1.0;
        if idf == 0.0 || n_rows == 0.0 {
            return 0.0;
        }
        (df / n_rows).clamp(0.0, 1.0)
    }

    /// The expected square of a row's length before it is scaled, over some of its n-grams.
    fn energy(&self, ids: impl IntoIterator<Item = usize>) -> f64 {
        let idf = &self.vectorizer.idf().0;
        let squares = ids
            .into_iter()
            .map(|id| self.share_of_rows(id) * f64::from(idf.at(id)).powi(2));
        squares.sum()
    }

    /// The model with these n-grams alone, in their order, and narrow weights.
    fn with_ngrams(&self, kept: &[u32], n_bytes: usize) -> Self {
        let known = self.vectorizer.vocabulary();
        let n_columns = self.weights.steps.len();
        let mut views: Vec<(View, usize)> = Vec::new();
        let mut weights = Vec::with_capacity((kept.len() + known.len()) * n_columns);
        for (view, ids) in known.borders().ranges() {
            let start = kept.partition_point(|id| (*id as usize) < ids.start);
            let end = kept.partition_point(|id| (*id as usize) < ids.end);
            let of_view = kept[start..end].iter().map(|id| *id as usize);
            views.push((view, of_view.len()));
            // A view that stays whole keeps its weights to the bit.
            let scale = match (of_view.len() == ids.len(), self.energy(ids)) {
                (true, _) => 1.0,
                // Where document frequencies do not go with the number of rows, they say nothing.
                (false, 0.0) => 1.0,
                (false, energy) => (self.energy(of_view.clone()) / energy).sqrt(),
            };
            for id in of_view {
                weights.extend((0..n_columns).map(|k| scale * self.weights.weight(id, k)));
            }
        }
        for id in known.n_ngrams()..known.len() {
            weights.extend((0..n_columns).map(|k| self.weights.weight(id, k)));
        }
        let names = kept.iter().map(|id| known.names().get(*id as usize));
        let names = names.map(|name| name.map(str::to_owned));
        // A file without names has none of these either.
        let names: Vec<String> = names.collect::<Option<_>>().unwrap_or_default();
        let hashes = kept.iter().map(|id| known.hashes().at(*id as usize));
        let idf = kept
            .iter()
            .map(|id| self.vectorizer.idf().0.at(*id as usize))
            .collect();
        let vocabulary = Vocabulary::new(
            hashes.collect::<Hashes>(),
            Names::from(names),
            Borders::new(views),
            known.lexicon().cloned(),
        );
        let mut record = self.record.clone();
        // What was shrunk twice is less than the first of its files.
        record.shrunk.get_or_insert(Shrunk {
            n_bytes,
            n_features: known.len(),
        });
        Self {
            analyzer: self.analyzer.clone(),
            vectorizer: Vectorizer::from_parts(*self.vectorizer.params(), vocabulary, Idf(idf)),
            encoder: self.encoder.clone(),
            heads: self.heads.clone(),
            weights: QuantizedWeights::round(&weights, n_columns).narrowed(),
            analysis: self.analysis,
            record,
        }
    }
}
