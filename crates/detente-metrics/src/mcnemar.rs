//! McNemar's test: whether two classifiers are right equally often.

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::compare::Pair;

/// Below this many discordant rows [`Pair::mcnemar`] is exact.
pub const EXACT_BELOW: u64 = 25;

/// The form of [`McNemar`] test that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum McNemarForm {
    /// The exact binomial test.
    Exact,
    /// The chi-square test with continuity correction.
    ChiSquare,
}

impl McNemarForm {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Exact, Self::ChiSquare];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ChiSquare => "chi-square",
        }
    }
}

/// A test of equal accuracy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct McNemar {
    /// The rows that only the first classifier got right.
    pub first_only: u64,
    /// The rows that only the second classifier got right.
    pub second_only: u64,
    /// The form that was used.
    pub form: McNemarForm,
    /// The chi-square value; `None` in the exact form.
    pub statistic: Option<f64>,
    /// How often a difference at least this large arises when both are equally accurate, two-sided.
    pub p_value: f64,
}

impl Pair<'_> {
    /// McNemar's test of equal accuracy.
    ///
    /// ```text
    /// b, c   = rows that only the first, only the second got right
    /// b + c < 25: p = min(1, 2 P(X ≤ min(b, c))), X ~ Binomial(b + c, 1/2)
    /// else:       χ² = max(0, |b - c| - 1)² / (b + c), p = P(χ²₁ ≥ χ²)
    /// ```
    ///
    /// As statsmodels' `mcnemar`, except that equal counts give χ² = 0, as in R (statsmodels:
    /// 1 / (b + c)). The test takes rows as independent, which rows of one document are not:
    /// [`Pair::randomization`] keeps documents whole.
    ///
    /// # References
    ///
    /// McNemar 1947; Edwards 1948 (the correction); Dietterich 1998, section 3.1.
    pub fn mcnemar(&self) -> McNemar {
        let (mut first_only, mut second_only) = (0, 0);
        let predictions = self
            .first()
            .predicted()
            .iter()
            .zip(self.second().predicted());
        for (gold, (first, second)) in self.first().gold().iter().zip(predictions) {
            first_only += u64::from(first == gold && second != gold);
            second_only += u64::from(second == gold && first != gold);
        }
        mcnemar_of(first_only, second_only)
    }
}

fn mcnemar_of(first_only: u64, second_only: u64) -> McNemar {
    let discordant = first_only + second_only;
    let (form, statistic, p_value) = if discordant < EXACT_BELOW {
        let p_value = binomial_p_value(first_only.min(second_only), discordant);
        (McNemarForm::Exact, None, p_value)
    } else {
        // Invariant: one degree of freedom is a positive number.
        let chi_squared = ChiSquared::new(1.0).unwrap();
        let gap = first_only.abs_diff(second_only).saturating_sub(1) as f64;
        let statistic = gap * gap / discordant as f64;
        (
            McNemarForm::ChiSquare,
            Some(statistic),
            chi_squared.sf(statistic),
        )
    };
    McNemar {
        first_only,
        second_only,
        form,
        statistic,
        p_value,
    }
}

/// min(1, 2 P(X ≤ fewer)) of a fair coin, in whole numbers until the division.
fn binomial_p_value(fewer: u64, tosses: u64) -> f64 {
    let (mut ways, mut tail) = (1_u64, 1_u64);
    for heads in 1..=fewer {
        ways = ways * (tosses + 1 - heads) / heads;
        tail += ways;
    }
    (2.0 * tail as f64 / (1_u64 << tosses) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mcnemar_is_that_worked_out_by_hand() {
        // 2 (1 + 6) / 2^6.
        assert_eq!(mcnemar_of(5, 1).p_value, 14.0 / 64.0);
        assert_eq!(mcnemar_of(0, 0).p_value, 1.0);
        let large = mcnemar_of(30, 10);
        assert_eq!(
            (large.form, large.statistic),
            (McNemarForm::ChiSquare, Some(361.0 / 40.0))
        );
        assert_eq!(mcnemar_of(20, 20).p_value, 1.0);
    }
}
