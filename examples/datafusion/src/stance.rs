//! `stance(text, target)` and `stance_label(text, target)`.

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use detente::Model;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What a function gives of a text's score on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Gives {
    /// The stance score, P(favor) - P(against), from -1 to 1.
    Stance,
    /// The label that is decided for.
    Label,
}

/// A function of a text and the name of a target, which is the same in all rows. It is null where the text is.
pub struct Stance {
    model: Model,
    gives: Gives,
    signature: Signature,
}

/// `stance(text, target)`: the stance score of each text, from -1 to 1; of a target that has sides.
pub fn stance(model: Model) -> ScalarUDF {
    function(model, Gives::Stance)
}

/// `stance_label(text, target)`: the label of each text.
pub fn stance_label(model: Model) -> ScalarUDF {
    function(model, Gives::Label)
}

fn function(model: Model, gives: Gives) -> ScalarUDF {
    ScalarUDF::new_from_impl(Stance {
        model,
        gives,
        // The same text always gets the same score, so that the engine may move and share calls.
        signature: Signature::string(2, Volatility::Immutable),
    })
}

impl ScalarUDFImpl for Stance {
    fn name(&self) -> &str {
        match self.gives {
            Gives::Stance => "stance",
            Gives::Label => "stance_label",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.gives {
            Gives::Stance => DataType::Float64,
            Gives::Label => DataType::Utf8,
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [texts, target] = &arguments.args[..] else {
            return exec_err!("{} takes a text and a target", self.name());
        };
        let ColumnarValue::Scalar(target) = target else {
            return exec_err!(
                "the target of {} is a column; expected one name",
                self.name()
            );
        };
        let Some(Some(target)) = target.try_as_str() else {
            return exec_err!("the target of {} is null; expected a name", self.name());
        };
        if !self.model.targets().any(|known| known == target) {
            let known: Vec<&str> = self.model.targets().collect();
            return exec_err!(
                "the target is `{target}`; the model has {}",
                known.join(", ")
            );
        }
        let is_one = matches!(texts, ColumnarValue::Scalar(_));
        let texts = texts.to_array(arguments.number_rows)?;
        let texts = cast(&texts, &DataType::Utf8)?;
        let found = self.scored(texts.as_string::<i32>(), target)?;
        match is_one {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &found, 0,
            )?)),
            false => Ok(ColumnarValue::Array(found)),
        }
    }
}

impl Stance {
    fn scored(&self, texts: &StringArray, target: &str) -> Result<ArrayRef> {
        let scores = texts
            .iter()
            .map(|text| text.map(|text| self.model.score(text)));
        let failed = |error: detente::Error| exec_datafusion_err!("{error}");
        Ok(match self.gives {
            Gives::Stance => {
                let numbers = scores.map(|score| {
                    let Some(score) = score else { return Ok(None) };
                    let found = score.target(target).map_err(failed)?.stance();
                    match found {
                        Some(number) => Ok(Some(number)),
                        None => exec_err!("target `{target}` has no sides; take stance_label"),
                    }
                });
                Arc::new(numbers.collect::<Result<Float64Array>>()?)
            }
            Gives::Label => {
                let labels = scores.map(|score| {
                    let Some(score) = score else { return Ok(None) };
                    let found = score.target(target).map_err(failed)?;
                    Ok(Some(found.label().to_owned()))
                });
                Arc::new(labels.collect::<Result<StringArray>>()?)
            }
        })
    }
}

// Two functions are one if they give the same of the same model, by its bytes.
impl PartialEq for Stance {
    fn eq(&self, other: &Self) -> bool {
        self.gives == other.gives && self.model.to_bytes() == other.model.to_bytes()
    }
}

impl Eq for Stance {}

impl Hash for Stance {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.gives.hash(state);
    }
}

impl std::fmt::Debug for Stance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter
            .debug_struct("Stance")
            .field("gives", &self.gives)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::prelude::SessionContext;

    async fn answer(query: &str) -> Result<ArrayRef> {
        let context = SessionContext::new();
        context.register_udf(stance(Model::embedded()));
        context.register_udf(stance_label(Model::embedded()));
        let rows = context.sql(query).await?.collect().await?;
        Ok(Arc::clone(rows[0].column(0)))
    }

    const TABLE: &str = "(VALUES ('We welcome the talks on a ceasefire.'), (NULL), ('We read the agenda.')) AS t(text)";

    #[tokio::test]
    async fn a_score_is_that_of_the_model() -> Result<()> {
        let found = answer(&format!("SELECT stance(text, 'peace') FROM {TABLE}")).await?;
        let found = found.as_primitive::<datafusion::arrow::datatypes::Float64Type>();
        let score = Model::embedded().score("We welcome the talks on a ceasefire.");
        let expected = score.target("peace").unwrap().stance().unwrap();
        assert_eq!(found.iter().next().unwrap(), Some(expected));
        assert_eq!(found.iter().nth(1).unwrap(), None);
        let found = answer(&format!("SELECT stance_label(text, 'peace') FROM {TABLE}")).await?;
        let found: Vec<Option<&str>> = found.as_string::<i32>().iter().collect();
        assert_eq!(found, [Some("favor"), None, Some("none")]);
        let one = answer("SELECT stance_label('We read the agenda.', 'peace')").await?;
        assert_eq!(one.as_string::<i32>().value(0), "none");
        Ok(())
    }

    #[tokio::test]
    async fn what_cannot_be_asked_is_said() {
        for (query, said) in [
            (
                "SELECT stance(text, 'trade')",
                "the target is `trade`; the model has peace, cooperation, conflict, sentiment",
            ),
            (
                "SELECT stance(text, text)",
                "the target of stance is a column; expected one name",
            ),
            (
                "SELECT stance(text, 'sentiment')",
                "target `sentiment` has no sides; take stance_label",
            ),
        ] {
            let error = answer(&format!("{query} FROM {TABLE}")).await.unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
