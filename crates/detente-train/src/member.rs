//! The heads of a stack: which features each sees, and how it is fitted.

use super::prepared_training::{PreparedTraining, Task};
use crate::calibration::fit_temperature;
use crate::calibration::log_loss;
use crate::counts::Csr;
use crate::error::Result;
use crate::linear::{Classes, HeadParams, LinearHead, Penalty, margins_of};
use detente_model::features::View;
use linfa::DatasetBase;
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2};
use std::borrow::Cow;
use std::ops::Range;

/// What one head of a stack is fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// Every feature of the target's own rows.
    All,
    /// One view of the target's own rows.
    View(View),
    /// Every feature of the rows of several targets with the same labels: each feature once for all
    /// of them and once for each.
    ///
    /// # References
    /// Daumé 2007, Frustratingly easy domain adaptation, section 3.1.
    Shared,
    /// What a sentence encoder gives for the target's own rows.
    Encoder,
}

impl Member {
    /// The word for it in reports and model files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::View(view) => view.name(),
            Self::Shared => "shared",
            Self::Encoder => "encoder",
        }
    }

    /// The recipe for its head. That a text has something of a category tells little, how much it has does:
    /// weights of the lexicon alone are held alike (docs/experiments.md).
    fn head_params(self, params: HeadParams) -> HeadParams {
        match self {
            Self::View(View::Lexicon | View::NearLexicon) => HeadParams {
                penalty: Penalty::Even,
                ..params
            },
            Self::All | Self::View(_) | Self::Shared | Self::Encoder => params,
        }
    }
}

/// Fits of one member on some rows of some targets.
pub(super) struct Fitting<'a> {
    /// All features of each target's rows.
    pub(super) rows: &'a [Csr],
    pub(super) tasks: &'a [Task],
    pub(super) params: HeadParams,
}

impl Fitting<'_> {
    /// Fits a member, which sees these features, on the rows of target `task_idx`, from `start` where that is given;
    /// both are heads over all features.
    pub(super) fn own(
        &self,
        task_idx: usize,
        (member, range): (Member, Range<usize>),
        l2: f64,
        start: Option<&LinearHead>,
    ) -> Result<LinearHead> {
        let n_features = self.rows[task_idx].n_features();
        let rows = self.columns(task_idx, &range);
        let dataset = self.tasks[task_idx].dataset(&rows);
        let params = HeadParams {
            l2,
            ..member.head_params(self.params)
        };
        let start = start.filter(|_| range == (0..n_features));
        let head = params.fit_with(start, &dataset)?;
        Ok(head.placed(range.start, n_features))
    }

    /// As [`own`](Self::own) at each strength in turn, each from the one before; `visit` gets the head over all
    /// features and says whether to go on.
    pub(super) fn own_path(
        &self,
        task_idx: usize,
        (member, range): (Member, Range<usize>),
        strengths: &[f64],
        mut visit: impl FnMut(LinearHead) -> bool,
    ) -> Result<()> {
        let n_features = self.rows[task_idx].n_features();
        let rows = self.columns(task_idx, &range);
        let dataset = self.tasks[task_idx].dataset(&rows);
        let params = member.head_params(self.params);
        params.fit_path(&dataset, strengths, None, |head| {
            visit(head.placed(range.start, n_features))
        })
    }

    /// The rows of a target with these features alone.
    fn columns(&self, task_idx: usize, range: &Range<usize>) -> Cow<'_, Csr> {
        let all = &self.rows[task_idx];
        match *range == (0..all.n_features()) {
            true => Cow::Borrowed(all),
            false => Cow::Owned(all.columns(range.clone())),
        }
    }

    /// Fits the shared member on the targets `group` and gives the heads of these targets.
    pub(super) fn shared(&self, group: &[usize], l2: f64) -> Result<Vec<LinearHead>> {
        let set = SharedRows::new(self, group);
        let params = HeadParams { l2, ..self.params };
        Ok(set.heads(&params.fit(&set.dataset())?))
    }

    /// As [`shared`](Self::shared) at each strength in turn; `visit` gets the heads and says whether to go on.
    pub(super) fn shared_path(
        &self,
        group: &[usize],
        strengths: &[f64],
        mut visit: impl FnMut(Vec<LinearHead>) -> bool,
    ) -> Result<()> {
        let set = SharedRows::new(self, group);
        let dataset = set.dataset();
        (self.params).fit_path(&dataset, strengths, None, |head| visit(set.heads(head)))
    }
}

/// The rows of several targets, each feature once for all of them and once for each.
struct SharedRows {
    rows: Csr,
    gold: Vec<usize>,
    weights: Vec<f32>,
    n_labels: usize,
    n_targets: usize,
    /// Of one copy.
    n_features: usize,
}

impl SharedRows {
    fn new(fitting: &Fitting, group: &[usize]) -> Self {
        let n_features = fitting.rows[group[0]].n_features();
        let n_copies = group.len() + 1;
        let mut rows = Csr::new(n_features * n_copies + group.len());
        let (mut gold, mut weights) = (Vec::new(), Vec::new());
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        for (at, task_idx) in group.iter().enumerate() {
            let first = ((at + 1) * n_features) as u32;
            let (task, own) = (&fitting.tasks[*task_idx], &fitting.rows[*task_idx]);
            for row_idx in 0..own.n_rows() {
                let (row_ids, row_values) = own.row(row_idx);
                ids.clear();
                ids.extend_from_slice(row_ids);
                ids.extend(row_ids.iter().map(|id| id + first));
                // What the intercepts of the targets differ by.
                ids.push((n_features * n_copies + at) as u32);
                values.clear();
                values.extend_from_slice(row_values);
                values.extend_from_slice(row_values);
                values.push(1.0);
                rows.push(&ids, &values);
            }
            gold.extend_from_slice(&task.gold);
            weights.extend_from_slice(&task.weights);
        }
        Self {
            rows,
            gold,
            weights,
            n_labels: fitting.tasks[group[0]].labels.len(),
            n_targets: group.len(),
            n_features,
        }
    }

    fn dataset(&self) -> DatasetBase<&Csr, Classes<'_>> {
        let classes = Classes {
            idx: &self.gold,
            n_classes: self.n_labels,
        };
        DatasetBase::new(&self.rows, classes).with_weights(Array1::from(self.weights.clone()))
    }

    /// The heads of the targets, each what all share and its own together.
    fn heads(&self, head: &LinearHead) -> Vec<LinearHead> {
        let targets = 0..self.n_targets;
        targets
            .map(|at| head.own_copy(at, self.n_targets, self.n_features))
            .collect()
    }
}

/// The targets that have a prediction set in common and rows of their own, group by group: a row that is
/// labelled on several of them has nothing to tell one from the other.
pub(super) fn sharing_groups(tasks: &[Task]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (task_idx, task) in tasks.iter().enumerate() {
        match groups
            .iter_mut()
            .find(|group| tasks[group[0]].labels == task.labels)
        {
            Some(group) => group.push(task_idx),
            None => groups.push(vec![task_idx]),
        }
    }
    groups.retain(|group| {
        let mut rows: Vec<usize> = Vec::new();
        group
            .iter()
            .for_each(|task_idx| rows.extend(&tasks[*task_idx].rows));
        let n_labels = rows.len();
        rows.sort_unstable();
        rows.dedup();
        group.len() > 1 && 10 * n_labels <= 11 * rows.len()
    });
    groups
}

/// The out-of-fold margins at each strength that was reached.
pub(super) struct Path {
    pub(super) margins: Vec<Array2<f64>>,
    losses: Vec<f64>,
}

impl Path {
    pub(super) fn new() -> Self {
        Self {
            margins: Vec::new(),
            losses: Vec::new(),
        }
    }

    /// Adds the margins that a head gives to rows left out.
    pub(super) fn push(&mut self, head: &LinearHead, rows: &Csr, task: &Task) {
        self.push_margins(margins_of(head, rows), task);
    }

    /// Adds the margins of rows left out.
    pub(super) fn push_margins(&mut self, margins: Array2<f64>, task: &Task) {
        let temperature = fit_temperature(&margins, &task.gold, &task.weights);
        self.losses
            .push(log_loss(temperature, &margins, &task.gold, &task.weights));
        self.margins.push(margins);
    }

    /// The place of the least loss, the first of equal ones.
    pub(super) fn least(&self) -> usize {
        let mut best = 0;
        for (at, loss) in self.losses.iter().enumerate() {
            if *loss < self.losses[best] {
                best = at;
            }
        }
        best
    }

    /// Whether the loss has not risen over two strengths in a row.
    pub(super) fn is_falling(&self) -> bool {
        !matches!(self.losses.as_slice(), [.., a, b, c] if a < b && b < c)
    }
}

/// The ids of the features that a member sees; `None` where it is fitted on several targets, or on other rows.
pub(super) fn features_of(prepared: &PreparedTraining, member: Member) -> Option<Range<usize>> {
    match member {
        Member::All => Some(0..prepared.counts.n_features()),
        Member::View(view) => {
            let mut views = prepared.counts.views().into_iter();
            views
                .find(|(known, ids)| *known == view && !ids.is_empty())
                .map(|(_, ids)| ids)
        }
        Member::Shared | Member::Encoder => None,
    }
}
