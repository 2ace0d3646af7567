//! Values by name, as an object of JSON.

use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// Named values in their order: the targets of an article, the probabilities of labels.
///
/// Names and values that stand in two slices are borrowed, so that a record of an article costs little more than
/// what is written of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<'a, T: 'a> {
    names: &'a [String],
    values: &'a [T],
    pairs: Vec<(Cow<'a, str>, T)>,
}

impl<T> Default for Named<'_, T> {
    fn default() -> Self {
        Self::beside(&[], &[])
    }
}

impl<'a, T> Named<'a, T> {
    /// Names with the values that stand at their places.
    pub fn beside(names: &'a [String], values: &'a [T]) -> Self {
        let pairs = Vec::new();
        Self {
            names,
            values,
            pairs,
        }
    }

    /// Each name with its value, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> + Clone {
        let beside = self.names.iter().map(String::as_str).zip(self.values);
        let pairs = self.pairs.iter().map(|(name, value)| (&**name, value));
        beside.chain(pairs)
    }

    /// The values, in their order.
    pub fn values(&self) -> impl Iterator<Item = &T> + Clone {
        self.values
            .iter()
            .chain(self.pairs.iter().map(|(_, value)| value))
    }

    /// The values that are not borrowed, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pairs.iter_mut().map(|(_, value)| value)
    }

    /// The value of a name; `None` where there is none.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len() + self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, N: Into<Cow<'a, str>>, T> FromIterator<(N, T)> for Named<'a, T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value));
        Self {
            names: &[],
            values: &[],
            pairs: pairs.collect(),
        }
    }
}

impl<T: Serialize> Serialize for Named<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Named<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let values = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_written_as_objects_in_their_order() {
        let names = ["b", "a"].map(str::to_owned);
        let beside = Named::beside(&names, &[2.0, 1.0]);
        let pairs: Named<f64> = [("b", 2.0), ("a", 1.0)].into_iter().collect();
        for named in [beside, pairs] {
            assert_eq!(
                serde_json::to_string(&named).unwrap(),
                r#"{"b":2.0,"a":1.0}"#
            );
            assert_eq!(
                (named.get("a"), named.get("c"), named.len()),
                (Some(&1.0), None, 2)
            );
        }
    }
}
