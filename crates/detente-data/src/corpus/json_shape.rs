//! The shapes in which programs for annotation export their labels.

use serde_json::{Map, Value};

/// The program whose export a file has the shape of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// No program in particular.
    Plain,
    /// A text, and a list of labels.
    Doccano,
    /// A text, and the number of its class.
    HuggingFace,
    /// Tasks with data, and annotations that hold results.
    LabelStudio,
    /// The same in one level (JSON_MIN).
    LabelStudioFlat,
    /// A text, a label or what was chosen, and an answer.
    Prodigy,
}

type Object = Map<String, Value>;

/// Fields that Label Studio adds to those of a task.
const ADDED: [&str; 9] = [
    "id",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "agreement",
    "comment",
    "text",
];

impl Shape {
    /// The shape of the first objects of a file.
    pub(super) fn of<'a>(objects: impl Iterator<Item = &'a Object> + Clone) -> Self {
        let any = |is: &dyn Fn(&Object) -> bool| objects.clone().any(is);
        let all = |is: &dyn Fn(&Object) -> bool| {
            objects.clone().next().is_some() && objects.clone().all(is)
        };
        let has = |object: &Object, name: &str| object.contains_key(name);
        let is_task = |object: &Object| {
            object.get("data").is_some_and(Value::is_object)
                && (has(object, "annotations") || has(object, "completions"))
        };
        let is_answered = |object: &Object| {
            let answer = object.get("answer").and_then(Value::as_str);
            answer.is_some_and(|answer| matches!(answer, "accept" | "reject" | "ignore"))
        };
        let text = |object: &Object| {
            ["text", "data"]
                .iter()
                .any(|name| object.get(*name).is_some_and(Value::is_string))
        };
        let is_listed = |object: &Object| {
            let labels = ["label", "labels"]
                .iter()
                .find_map(|name| object.get(*name));
            text(object) && labels.is_some_and(Value::is_array)
        };
        if all(&is_task) {
            Self::LabelStudio
        } else if all(&|object| has(object, "annotation_id")) {
            Self::LabelStudioFlat
        } else if any(&|object| {
            is_answered(object) && (has(object, "label") || has(object, "accept"))
        }) {
            Self::Prodigy
        } else if all(&is_listed) {
            Self::Doccano
        } else if all(&|object| {
            object.get("label").is_some_and(Value::is_i64) && has(object, "text")
        }) {
            Self::HuggingFace
        } else {
            Self::Plain
        }
    }

    /// What the program is called.
    pub(super) fn program(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Doccano => Some("doccano"),
            Self::HuggingFace => Some("Hugging Face"),
            Self::LabelStudio | Self::LabelStudioFlat => Some("Label Studio"),
            Self::Prodigy => Some("Prodigy"),
        }
    }

    /// The object with a field for its text and one for each label, and whether its annotator accepted it.
    pub(super) fn adapt(self, mut object: Object) -> (Object, bool) {
        match self {
            Self::Plain | Self::HuggingFace | Self::LabelStudioFlat => (object, true),
            Self::Doccano => {
                if !object.contains_key("text")
                    && let Some(text) = object.get("data").cloned()
                {
                    object.insert("text".into(), text);
                }
                (object, true)
            }
            Self::Prodigy => {
                let answer = object.get("answer").and_then(Value::as_str);
                let is_accepted = answer.is_none_or(|answer| answer == "accept");
                if let Some(chosen) = object.get("accept").cloned() {
                    object.entry("label").or_insert(chosen);
                }
                if !is_accepted {
                    object.insert("label".into(), Value::Null);
                }
                (object, is_accepted)
            }
            Self::LabelStudio => (task(object), true),
        }
    }
}

/// A task of Label Studio in one level: its data, and what the first annotation that was not cancelled chose.
fn task(object: Object) -> Object {
    let mut row = Object::new();
    let data = object
        .get("data")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let texts: Vec<&Value> = data.values().filter(|value| value.is_string()).collect();
    if let [only] = texts.as_slice() {
        row.insert("text".into(), (*only).clone());
    }
    if let Some(id) = object.get("id") {
        row.insert("id".into(), id.clone());
    }
    row.extend(data);
    let annotations = ["annotations", "completions"]
        .iter()
        .find_map(|name| object.get(*name));
    let annotations = annotations
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let is_cancelled = |annotation: &Value| {
        annotation
            .get("was_cancelled")
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    let first = annotations
        .iter()
        .find(|annotation| !is_cancelled(annotation));
    let results = first
        .and_then(|first| first.get("result"))
        .and_then(Value::as_array);
    for result in results.into_iter().flatten() {
        let name = result.get("from_name").and_then(Value::as_str);
        let value = result.get("value").and_then(|value| {
            ["choices", "rating", "number"]
                .iter()
                .find_map(|k| value.get(*k))
        });
        if let (Some(name), Some(value)) = (name, value) {
            row.insert(name.to_owned(), value.clone());
        }
    }
    for name in ["data", "meta"] {
        if let Some(value) = object.get(name) {
            row.entry(name).or_insert_with(|| value.clone());
        }
    }
    row
}

/// The fields that hold the labels of a file of this shape.
pub(super) fn default_targets<'a>(
    shape: Shape,
    names: &[String],
    objects: impl Iterator<Item = &'a Object>,
) -> Vec<String> {
    let named = |wanted: &[&str]| {
        let found = wanted
            .iter()
            .filter(|name| names.iter().any(|known| known == *name));
        found.take(1).map(|name| (*name).to_owned()).collect()
    };
    match shape {
        Shape::Plain | Shape::HuggingFace | Shape::Prodigy => named(&["label"]),
        Shape::Doccano => named(&["label", "labels"]),
        Shape::LabelStudioFlat => {
            let is_label = |name: &&String| !ADDED.contains(&name.as_str());
            let labels: Vec<String> = names.iter().filter(is_label).cloned().collect();
            // Of several it is not known which are fields of the task.
            if labels.len() == 1 {
                labels
            } else {
                Vec::new()
            }
        }
        Shape::LabelStudio => {
            let mut labels: Vec<String> = Vec::new();
            for object in objects {
                let data = object.get("data").and_then(Value::as_object);
                for (name, value) in object {
                    let is_other = ["id", "text", "data", "meta"].contains(&name.as_str());
                    let is_data = data.and_then(|data| data.get(name)) == Some(value);
                    if !is_other && !is_data && !labels.contains(name) {
                        labels.push(name.clone());
                    }
                }
            }
            labels
        }
    }
}
