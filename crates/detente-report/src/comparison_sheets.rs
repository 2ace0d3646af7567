//! A comparison as sentences, tables and CSV.

use super::comparison_record::{ComparisonRecord, PairRecord};
use super::sheet::{self, Sheet};
use super::table::fine;
use super::verdict::{p_digits, word};
use detente_error::list;
use detente_error::{counted, prose, visible};
use std::fmt;

impl fmt::Display for ComparisonRecord {
    /// The sentences and tables that `detente compare` prints, with colors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sheet::terminal_lead(&self.lead()))?;
        for sheet in self.sheets() {
            write!(f, "\n{}\n{}", visible(&sheet.caption), sheet.terminal())?;
        }
        Ok(())
    }
}

impl ComparisonRecord {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        sheet::markdown(&self.lead(), &self.sheets())
    }

    /// As LaTeX tables; the package `booktabs` is needed.
    pub fn latex(&self) -> String {
        sheet::latex(&self.lead(), &self.sheets())
    }

    /// As CSV: one measure of one pair a line, `first,second,target,n,documents,measure,
    /// first_estimate,second_estimate,difference,low,high,p_bootstrap,p_mcnemar,p_randomization,
    /// p_holm,better`. An undefined number is empty.
    pub fn csv(&self) -> Vec<u8> {
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
        for pair in &self.comparisons {
            for (name, found) in pair.measures.iter() {
                let test = found.test.as_ref();
                let record = [
                    pair.first.clone(),
                    pair.second.clone(),
                    pair.target.clone(),
                    pair.n_rows.to_string(),
                    pair.n_documents.to_string(),
                    name.to_owned(),
                    exact(found.first),
                    exact(found.second),
                    exact(found.difference),
                    exact(found.interval.map(|[low, _]| low)),
                    exact(found.interval.map(|[_, high]| high)),
                    exact(found.p_bootstrap),
                    exact(test.and_then(|test| test.p_mcnemar)),
                    exact(test.and_then(|test| test.p_randomization)),
                    exact(test.and_then(|test| test.p_holm)),
                    test.and_then(|test| test.better.clone())
                        .unwrap_or_default(),
                ];
                rows.write_record(record).expect("memory takes every row");
            }
        }
        rows.into_inner().expect("memory takes every row")
    }

    /// What was compared on what, what flatters whom, and the verdicts.
    fn lead(&self) -> Vec<String> {
        let mut lead = vec![list(&self.names)];
        if !self.data.is_empty() {
            lead[0] += &format!(" on {}", self.data.join(", "));
        }
        for (name, seen) in self.contamination.iter() {
            let line = seen
                .as_ref()
                .and_then(|seen| seen.line(&format!("`{name}`")));
            lead.extend(line);
        }
        for (target, by) in self.left_out.iter() {
            lead.push(format!(
                "target `{target}` is left out: only {} answered it",
                prose(by, "and")
            ));
        }
        lead.extend(self.comparisons.iter().map(|pair| pair.verdict.clone()));
        lead
    }

    /// One table for each pair; how it was done stands under the last.
    fn sheets(&self) -> Vec<Sheet> {
        let pairs = self
            .comparisons
            .chunk_by(|one, other| (&one.first, &one.second) == (&other.first, &other.second));
        let mut sheets: Vec<Sheet> = pairs.map(pair_sheet).collect();
        if let Some(last) = sheets.last_mut() {
            last.note = Some(self.how());
        }
        sheets
    }

    fn how(&self) -> String {
        format!(
            "A - B: difference, {:.0} % paired bootstrap by document, {} resamples. McNemar and shuffled \
             (approximate randomisation by document, {} shuffles): p-values. p Holm: corrected over {}, \
             of accuracy the larger of the two. Seed {}",
            100.0 * self.bootstrap.confidence,
            self.bootstrap.n_resamples,
            self.randomization.n_shuffles,
            counted(self.n_tests, "test"),
            self.bootstrap.seed
        )
    }
}

fn pair_sheet(pairs: &[PairRecord]) -> Sheet {
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
    let caption = format!("A = {}, B = {}", pairs[0].first, pairs[0].second);
    let mut sheet = Sheet::new(caption, &columns);
    for pair in pairs {
        add_rows(&mut sheet, pair);
    }
    sheet
}

fn add_rows(sheet: &mut Sheet, pair: &PairRecord) {
    let tested = pair.measures.iter();
    let tested = tested.filter_map(|(name, found)| Some((name, found, found.test.as_ref()?)));
    for (at, (name, found, test)) in tested.enumerate() {
        let first = |text: String| if at == 0 { text } else { String::new() };
        let interval = found.interval.map_or(String::new(), |[low, high]| {
            format!(" [{}, {}]", fine(Some(low)), fine(Some(high)))
        });
        let form = match pair.mcnemar.form {
            "exact" => " exact",
            _ => "",
        };
        let mcnemar = test.p_mcnemar.map(|p| format!("{}{form}", p_digits(p)));
        sheet.row([
            first(pair.target.clone()),
            first(pair.n_rows.to_string()),
            first(pair.n_documents.to_string()),
            word(name).to_owned(),
            fine(found.first),
            fine(found.second),
            format!("{}{interval}", fine(found.difference)),
            mcnemar.unwrap_or_default(),
            test.p_randomization.map_or("-".into(), p_digits),
            test.p_holm.map_or("-".into(), p_digits),
        ]);
    }
}
