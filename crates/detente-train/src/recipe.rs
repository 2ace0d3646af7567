//! What a model says of how its heads were fitted, and back.

use crate::linear::{FtrlParams, HeadParams, Penalty};
use detente_model::{HeadRecipe, Streamed};

/// A head's recipe as a model keeps it; the strength stands with the members of its stack.
pub(crate) fn of_head(params: &HeadParams) -> HeadRecipe {
    let is_default = params.class_weight == HeadParams::DEFAULT.class_weight;
    HeadRecipe {
        learner: params.learner.name().to_owned(),
        penalty: (params.penalty != Penalty::Even).then(|| params.penalty.name().to_owned()),
        class_weight: (!is_default).then(|| params.class_weight.name().to_owned()),
        tolerance: params.tolerance,
        max_steps: params.max_steps,
    }
}

/// How the penalty of a head was shared out; `None` if its model names a way that is not known here.
pub(crate) fn penalty(recipe: &HeadRecipe) -> Option<Penalty> {
    match &recipe.penalty {
        None => Some(Penalty::Even),
        Some(name) => Penalty::ALL.into_iter().find(|one| one.name() == name),
    }
}

/// The recipe of the learner of a model that was learned row by row.
pub(crate) fn ftrl(streamed: &Streamed) -> FtrlParams {
    FtrlParams {
        rate: streamed.rate,
        damping: streamed.damping,
        sparsity: streamed.sparsity,
        l2: streamed.l2,
    }
}
