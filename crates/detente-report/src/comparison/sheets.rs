//! A comparison as tables and as CSV.

use super::{better, bounds, names_of_pair, p_digits, word};
use crate::sheet::Sheet;
use crate::table::fine;
use detente_error::counted;
use detente_eval::compare::{Compared, Comparison};
use detente_metrics::Metric;
use detente_metrics::mcnemar::McNemarForm;

/// One table for each pair; how it was done stands under the last.
pub(super) fn sheets(compared: &Compared) -> Vec<Sheet> {
    let pairs = compared
        .comparisons
        .chunk_by(|one, other| (one.first, one.second) == (other.first, other.second));
    let mut sheets: Vec<Sheet> = pairs.map(|pair| pair_sheet(compared, pair)).collect();
    if let Some(last) = sheets.last_mut() {
        last.note = Some(how(compared));
    }
    sheets
}

fn pair_sheet(compared: &Compared, pair: &[Comparison]) -> Sheet {
    let [first, second] = names_of_pair(compared, &pair[0]);
    let columns = [
        "target",
        "#n",
        "#documents",
        "measure",
        "#A",
        "#B",
        "#A - B",
        "#McNemar",
        "#shuffled",
        "#p Holm",
    ];
    let mut sheet = Sheet::new(format!("A = {first}, B = {second}"), &columns);
    for one in pair {
        add_rows(&mut sheet, one);
    }
    sheet
}

fn add_rows(sheet: &mut Sheet, one: &Comparison) {
    let target = one.target.clone().unwrap_or("pooled".into());
    for (at, tested) in one.tested.iter().enumerate() {
        let first = |text: String| if at == 0 { text } else { String::new() };
        let difference = &tested.difference;
        let shown = match difference.difference.interval {
            Some(interval) => format!(
                "{} {}",
                fine(difference.difference.value),
                bounds(interval, false)
            ),
            None => fine(difference.difference.value),
        };
        let form = match one.mcnemar.form {
            McNemarForm::Exact => " exact",
            McNemarForm::ChiSquare => "",
        };
        let mcnemar = match difference.metric {
            Metric::Accuracy => format!("{}{form}", p_digits(one.mcnemar.p_value)),
            _ => String::new(),
        };
        sheet.row([
            first(target.clone()),
            first(one.n_rows.to_string()),
            first(one.n_documents.to_string()),
            word(difference.metric).to_owned(),
            fine(difference.first),
            fine(difference.second),
            shown,
            mcnemar,
            tested.randomization.p_value.map_or("-".into(), p_digits),
            tested.p_holm.map_or("-".into(), p_digits),
        ]);
    }
}

fn how(compared: &Compared) -> String {
    let params = &compared.params;
    format!(
        "A - B: difference, {:.0} % paired bootstrap by document, {} resamples. McNemar and shuffled \
         (approximate randomisation by document, {} shuffles): p-values. p Holm: corrected over {}, \
         of accuracy the larger of the two. Seed {}",
        100.0 * params.bootstrap.confidence,
        params.bootstrap.resamples,
        params.randomization.shuffles,
        counted(compared.n_tests, "test"),
        params.bootstrap.seed
    )
}

/// Every difference, one measure a line.
pub(super) fn csv(compared: &Compared) -> Vec<u8> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let header = [
        "first",
        "second",
        "target",
        "n",
        "documents",
        "measure",
        "first_estimate",
        "second_estimate",
        "difference",
        "low",
        "high",
        "p_bootstrap",
        "p_mcnemar",
        "p_randomization",
        "p_holm",
        "better",
    ];
    // Invariant: writing to memory does not fail, and every row has the header's fields.
    rows.write_record(header).expect("memory takes every row");
    let exact = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.6}"));
    for one in &compared.comparisons {
        let [first, second] = names_of_pair(compared, one);
        for difference in &one.differences {
            let metric = difference.metric;
            let tested = one.tested.iter().find(|t| t.difference.metric == metric);
            let interval = difference.difference.interval;
            let mcnemar = (metric == Metric::Accuracy).then_some(one.mcnemar.p_value);
            let better = tested.and_then(|tested| better(compared, one, tested));
            let record = [
                first.to_owned(),
                second.to_owned(),
                one.target.clone().unwrap_or("pooled".into()),
                one.n_rows.to_string(),
                one.n_documents.to_string(),
                metric.name().to_owned(),
                exact(difference.first),
                exact(difference.second),
                exact(difference.difference.value),
                exact(interval.map(|interval| interval.low)),
                exact(interval.map(|interval| interval.high)),
                exact(difference.p_value),
                exact(mcnemar),
                exact(tested.and_then(|tested| tested.randomization.p_value)),
                exact(tested.and_then(|tested| tested.p_holm)),
                better.unwrap_or_default().to_owned(),
            ];
            rows.write_record(record).expect("memory takes every row");
        }
    }
    rows.into_inner().expect("memory takes every row")
}
