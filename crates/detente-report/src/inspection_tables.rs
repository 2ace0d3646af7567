//! What a model is, as tables.

use super::inspection_record::InspectionRecord;
use super::table::{self, cell, fine, head, render, right};
use super::term_sheets::terms_table;
use detente_error::visible;
use std::fmt;

impl fmt::Display for InspectionRecord {
    /// The tables that `detente inspect` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let features = &self.features;
        let mut text = String::new();
        let mut line =
            |key: &str, value: String| text.push_str(&format!("{key:<10} {}\n", visible(&value)));
        line(
            "model",
            self.name.clone().unwrap_or_else(|| "unnamed".into()),
        );
        line(
            "date",
            self.date.clone().unwrap_or_else(|| "not recorded".into()),
        );
        let size = format!("{:.2} MB", self.n_bytes as f64 / 1e6);
        line(
            "size",
            match &self.shrunk_from {
                Some(shrunk) => format!(
                    "{size}, shrunk from {:.2} MB and {} features; weights in {} bits",
                    shrunk.n_bytes as f64 / 1e6,
                    shrunk.n_features,
                    self.table.n_weight_bits
                ),
                None => size,
            },
        );
        line(
            "data",
            match &self.streamed {
                Some(streamed) => format!(
                    "{} rows, {} of them {}, last fingerprint {}; what they were is not kept",
                    self.data.n_rows,
                    streamed.n_held_out,
                    match streamed.n_passes {
                        0 => "held out to be measured on",
                        _ => "never learned from",
                    },
                    self.data.fingerprint
                ),
                None => format!(
                    "{} rows in {} documents, fingerprint {}",
                    self.data.n_rows, self.data.n_documents, self.data.fingerprint
                ),
            },
        );
        if let Some(data) = &self.calibrated_on {
            line(
                "calibrated",
                format!(
                    "on {} other rows in {} documents, fingerprint {}",
                    data.n_rows, data.n_documents, data.fingerprint
                ),
            );
        }
        line(
            "text",
            format!(
                "language {}, names of parties {}",
                self.table.language,
                if self.masks_parties { "masked" } else { "kept" }
            ),
        );
        let characters = match features.char_max {
            0 => "no character n-grams".to_owned(),
            max => format!("character {}-{max}-grams inside words", features.char_min),
        };
        line(
            "features",
            format!(
                "{}: word 1-{}-grams of stems{}{}, {characters}{}; {}",
                features.n_features,
                features.word_max,
                if features.has_negation {
                    " with negation marked"
                } else {
                    ""
                },
                if features.has_frames {
                    ", frames of verb and object"
                } else {
                    ""
                },
                match features.has_lexicon {
                    true => format!(", {} of the lexicon", self.table.n_lexicon),
                    false => String::new(),
                },
                weighting(self)
            ),
        );
        if features.has_mention {
            line(
                "mention",
                "of the target: masked, with features of its own and of what stands around it"
                    .into(),
            );
        }
        if let Some(encoder) = &self.encoder {
            line(
                "encoder",
                format!(
                    "{}, hash {}: {}, {} numbers a statement",
                    encoder.name, encoder.hash, encoder.pooling, encoder.n_columns
                ),
            );
        }
        // A model has a target, and one recipe for the heads of all.
        let penalty = self.targets.first().map_or("", |target| &target.penalty);
        line(
            "training",
            match &self.streamed {
                Some(streamed) if streamed.n_passes == 0 => {
                    format!("all rows together by Newton's method, penalty {penalty}")
                }
                Some(streamed) => format!(
                    "row by row by FTRL-proximal, {}, rate {}, seed {}, penalty {penalty}",
                    match streamed.n_passes {
                        1 => "1 pass".to_owned(),
                        n => format!("{n} passes"),
                    },
                    streamed.rate,
                    self.seed
                ),
                None => format!(
                    "{} folds by document, seed {}, penalty {penalty}",
                    self.n_folds, self.seed
                ),
            },
        );
        text.push('\n');

        let mut targets = table::table();
        let names = [
            "target", "kind", "labels", "learner", "l2", "T", "macro-F1", "F avg", "log-loss",
            "ECE",
        ];
        targets.set_header(names.map(head));
        for (target, strengths) in self.targets.iter().zip(&self.table.strengths) {
            let counts = target.label_counts.iter();
            let labels: Vec<String> = counts.map(|(label, n)| format!("{label} {n}")).collect();
            let scores = &target.out_of_fold;
            targets.add_row([
                cell(&target.target),
                cell(target.kind),
                cell(labels.join(", ")),
                cell(&target.learner),
                cell(strengths),
                right(format!("{:.2}", target.temperature)),
                right(fine(scores.macro_f1)),
                right(fine(scores.f_avg)),
                right(fine(scores.log_loss)),
                right(fine(scores.ece)),
            ]);
        }
        text.push_str(&render(&targets));
        text.push_str(match &self.streamed {
            Some(streamed) if streamed.n_passes == 0 => {
                "scores are of documents held out, before the model went on to all rows\n\n"
            }
            Some(_) => "scores are of documents that were not learned from\n\n",
            None => "scores are out of fold, by document\n\n",
        });
        if self.streamed.is_some() {
            text.push_str(HASHED);
        }
        match &self.terms {
            Some(terms) => text.push_str(&terms_table(terms)),
            None if self.streamed.is_some() => {}
            None => text.push_str(&top_words(self)),
        }
        f.write_str(&text)
    }
}

/// What is said where the terms of other models stand.
const HASHED: &str = "n-grams are hashed and the file does not hold them: an explanation of a text names \
                      those that are in it\n";

/// How counts become values.
fn weighting(record: &InspectionRecord) -> String {
    let tf = match record.features.is_sublinear {
        true => "sublinear",
        false => "raw",
    };
    match &record.streamed {
        Some(streamed) => format!("hashed into {} buckets, {tf} tf", streamed.n_buckets),
        None => format!("TF-IDF, {tf} tf, df >= {}", record.features.min_df),
    }
}

/// A line for each label.
fn top_words(record: &InspectionRecord) -> String {
    let mut top = table::table();
    top.set_header(["target", "label", "word features with the largest weights"].map(head));
    for (target, labels) in record.table.top_words.iter() {
        for (label_idx, (label, words)) in labels.iter().enumerate() {
            top.add_row([
                cell(if label_idx == 0 { target } else { "" }),
                cell(label),
                cell(words.join(", ")),
            ]);
        }
    }
    render(&top)
}
