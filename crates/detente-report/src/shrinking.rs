//! A model made smaller: what it was, what it is, and what that costs.

use super::sheet::Sheet;
use super::table::fine;
use detente_eval::shrink::TargetCost;
use detente_metrics::Evaluation;
use detente_model::Model;
use serde_json::{Map, Value, json};

/// What there is to say of a model that was shrunk.
pub struct ShrinkReport<'a> {
    /// The whole model.
    pub whole: &'a Model,
    /// What became of it.
    pub small: &'a Model,
    /// Bytes of either's file.
    pub n_bytes: [usize; 2],
    /// What it costs, where there are rows to measure it on.
    pub cost: Option<&'a [TargetCost]>,
}

impl ShrinkReport<'_> {
    fn n_features(&self) -> [usize; 2] {
        [self.whole, self.small].map(|model| model.vectorizer().vocabulary().len())
    }

    fn weight_bits(&self) -> [u32; 2] {
        [self.whole, self.small].map(Model::weight_bits)
    }

    /// Of how many texts it can be told that they were in training.
    fn n_texts(&self) -> [usize; 2] {
        [self.whole, self.small].map(|model| model.record().training_texts.n_texts())
    }

    /// As tables.
    pub fn table(&self) -> String {
        let mut sheet = Sheet::new("", &["", "#before", "#after"]);
        let [before, after] = self.n_bytes.map(|n| format!("{:.2} MB", n as f64 / 1e6));
        sheet.row(["size".to_owned(), before, after]);
        let [before, after] = self.n_features().map(|n| n.to_string());
        sheet.row(["features".to_owned(), before, after]);
        let [before, after] = self.weight_bits().map(|n| n.to_string());
        sheet.row(["bits a weight".to_owned(), before, after]);
        let [before, after] = self.n_texts().map(|n| n.to_string());
        sheet.row(["training texts known".to_owned(), before, after]);
        let mut text = sheet.terminal();
        if let Some(cost) = self.cost {
            let columns = [
                "target",
                "#rows",
                "#macro-F1 before",
                "#after",
                "#log-loss before",
                "#after",
                "#labels changed",
            ];
            let mut sheet = Sheet::new("", &columns);
            for target in cost {
                let [f1, f1_after, loss, loss_after] = [
                    target.before.macro_f1,
                    target.after.macro_f1,
                    target.before.log_loss,
                    target.after.log_loss,
                ]
                .map(|measure| fine(measure.value));
                let changed = target.n_changed as f64 / target.n_rows.max(1) as f64;
                sheet.row([
                    target.target.clone(),
                    target.n_rows.to_string(),
                    f1,
                    f1_after,
                    loss,
                    loss_after,
                    format!("{} ({:.1} %)", target.n_changed, 100.0 * changed),
                ]);
            }
            text.push('\n');
            text.push_str(&sheet.terminal());
        }
        text
    }

    /// As one JSON object; `targets` is `null` where nothing was measured.
    pub fn json(&self) -> Value {
        let pair = |[before, after]: [Value; 2]| json!({"before": before, "after": after});
        let measures = |evaluation: &Evaluation| {
            json!({
                "accuracy": evaluation.accuracy.value,
                "macro_f1": evaluation.macro_f1.value,
                "log_loss": evaluation.log_loss.value,
                "ece": evaluation.ece.value,
            })
        };
        let targets = self.cost.map(|cost| {
            let of_target = cost.iter().map(|target| {
                let object = json!({
                    "rows": target.n_rows,
                    "changed": target.n_changed,
                    "before": measures(&target.before),
                    "after": measures(&target.after),
                });
                (target.target.clone(), object)
            });
            of_target.collect::<Map<String, Value>>()
        });
        json!({
            "bytes": pair(self.n_bytes.map(Value::from)),
            "features": pair(self.n_features().map(Value::from)),
            "weight_bits": pair(self.weight_bits().map(Value::from)),
            "training_texts": pair(self.n_texts().map(Value::from)),
            "targets": targets,
        })
    }
}
