//! What `config.json` says of a network, checked before any weight is read.

use crate::error::{Error, ErrorKind, Result};
use serde::Deserialize;
use serde_json::Value;

/// The most tokens that are read of a text; a statement has about thirty.
const MOST_TOKENS: usize = 512;

/// How a network is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Architecture {
    /// Devlin and others 2019: positions and segments are added to the words.
    Bert,
    /// Song and others 2020: positions are added, and how far two tokens stand apart counts in the attention.
    MpNet,
}

/// What stands between the two layers of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x P(Z < x)` for a standard normal `Z`.
    Gelu,
    /// `max(x, 0)`.
    Relu,
}

/// The shape of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) architecture: Architecture,
    pub(crate) activation: Activation,
    pub(crate) hidden_size: usize,
    pub(crate) n_layers: usize,
    pub(crate) n_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) n_words: usize,
    pub(crate) n_positions: usize,
    /// Word that fills up a batch; MPNet counts positions from it.
    pub(crate) pad_id: u32,
    /// Of MPNet: kinds of distance between two tokens.
    pub(crate) n_buckets: usize,
    pub(crate) layer_norm_eps: f64,
}

/// The fields of `config.json` that are read.
#[derive(Deserialize)]
struct Config {
    model_type: Option<String>,
    hidden_act: Option<Value>,
    position_embedding_type: Option<String>,
    hidden_size: Option<u64>,
    num_hidden_layers: Option<u64>,
    num_attention_heads: Option<u64>,
    intermediate_size: Option<u64>,
    vocab_size: Option<u64>,
    max_position_embeddings: Option<u64>,
    pad_token_id: Option<u64>,
    relative_attention_num_buckets: Option<u64>,
    layer_norm_eps: Option<f64>,
}

impl Settings {
    /// Reads and checks the settings.
    pub(crate) fn read(json: &[u8]) -> Result<Self> {
        let config: Config = serde_json::from_slice(json).map_err(|error| {
            let expected = "the `config.json` of a sentence encoder";
            Error::new(ErrorKind::Unreadable { expected }).caused_by(error)
        })?;
        let architecture = match config.model_type.as_deref() {
            Some("bert") => Architecture::Bert,
            Some("mpnet") => Architecture::MpNet,
            other => return Err(wrong("model_type", quoted(other), "`bert` or `mpnet`")),
        };
        let activation = match config.hidden_act.as_ref().and_then(Value::as_str) {
            None | Some("gelu") => Activation::Gelu,
            Some("relu") => Activation::Relu,
            other => return Err(wrong("hidden_act", quoted(other), "`gelu` or `relu`")),
        };
        if let Some(other) = config
            .position_embedding_type
            .as_deref()
            .filter(|kind| *kind != "absolute")
        {
            return Err(wrong(
                "position_embedding_type",
                quoted(Some(other)),
                "`absolute`",
            ));
        }
        let settings = Self {
            architecture,
            activation,
            hidden_size: within("hidden_size", config.hidden_size, 1..=4096)?,
            n_layers: within("num_hidden_layers", config.num_hidden_layers, 1..=48)?,
            n_heads: within("num_attention_heads", config.num_attention_heads, 1..=128)?,
            intermediate_size: within("intermediate_size", config.intermediate_size, 1..=16_384)?,
            n_words: within("vocab_size", config.vocab_size, 1..=1_000_000)?,
            n_positions: within(
                "max_position_embeddings",
                config.max_position_embeddings,
                8..=65_536,
            )?,
            pad_id: match architecture {
                Architecture::Bert => 0,
                Architecture::MpNet => {
                    within("pad_token_id", config.pad_token_id.or(Some(1)), 0..=3)? as u32
                }
            },
            n_buckets: match architecture {
                Architecture::Bert => 0,
                Architecture::MpNet => {
                    let n_buckets = config.relative_attention_num_buckets.or(Some(32));
                    within("relative_attention_num_buckets", n_buckets, 4..=1024)?
                }
            },
            layer_norm_eps: config.layer_norm_eps.unwrap_or(1e-12),
        };
        if !settings.hidden_size.is_multiple_of(settings.n_heads) {
            let expected = "a multiple of `num_attention_heads`";
            return Err(wrong(
                "hidden_size",
                settings.hidden_size.to_string(),
                expected,
            ));
        }
        match settings.layer_norm_eps > 0.0 && settings.layer_norm_eps < 1.0 {
            true => Ok(settings),
            false => Err(wrong(
                "layer_norm_eps",
                settings.layer_norm_eps.to_string(),
                "a number between 0 and 1",
            )),
        }
    }

    /// The most tokens of a text that are read, marks of its two ends included.
    pub(crate) fn n_tokens(&self) -> usize {
        let n_unused = match self.architecture {
            Architecture::Bert => 0,
            Architecture::MpNet => self.pad_id as usize + 1,
        };
        self.n_positions.saturating_sub(n_unused).min(MOST_TOKENS)
    }
}

fn quoted(value: Option<&str>) -> String {
    value.map_or("not given".to_owned(), |value| format!("`{value}`"))
}

fn wrong(setting: &'static str, value: String, expected: &'static str) -> Error {
    Error::new(ErrorKind::Setting {
        setting,
        value,
        expected,
    })
}

fn within(
    setting: &'static str,
    value: Option<u64>,
    range: std::ops::RangeInclusive<u64>,
) -> Result<usize> {
    match value {
        Some(value) if range.contains(&value) => Ok(value as usize),
        other => {
            let found = other.map_or("not given".to_owned(), |value| value.to_string());
            Err(wrong(
                setting,
                found,
                "a whole number that such a network can have",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINI: &str = r#"{"model_type": "bert", "hidden_act": "gelu", "hidden_size": 384, "num_hidden_layers": 6,
        "num_attention_heads": 12, "intermediate_size": 1536, "vocab_size": 30522, "max_position_embeddings": 512,
        "layer_norm_eps": 1e-12, "pad_token_id": 0}"#;

    fn said(json: &str) -> String {
        Settings::read(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn the_settings_of_a_small_bert_are_read() {
        let settings = Settings::read(MINI.as_bytes()).unwrap();
        assert_eq!(settings.architecture, Architecture::Bert);
        assert_eq!((settings.hidden_size, settings.n_layers), (384, 6));
        assert_eq!(settings.n_tokens(), 512);
    }

    #[test]
    fn positions_of_mpnet_begin_after_its_padding() {
        let json = MINI.replace("bert", "mpnet").replace("\": 512", "\": 130");
        let settings = Settings::read(json.replace("_id\": 0", "_id\": 1").as_bytes()).unwrap();
        assert_eq!((settings.n_tokens(), settings.n_buckets), (128, 32));
    }

    #[test]
    fn what_cannot_be_run_is_named() {
        assert_eq!(
            said(&MINI.replace("\"bert\"", "\"llama\"")),
            "`model_type` is `llama`; expected `bert` or `mpnet`"
        );
        assert_eq!(
            said(&MINI.replace("\"gelu\"", "\"swish\"")),
            "`hidden_act` is `swish`; expected `gelu` or `relu`"
        );
        assert_eq!(
            said(&MINI.replace(": 384", ": 999999")),
            "`hidden_size` is 999999; expected a whole number that such a network can have"
        );
        assert_eq!(
            said(&MINI.replace(": 384", ": 385")),
            "`hidden_size` is 385; expected a multiple of `num_attention_heads`"
        );
        assert!(said("{").starts_with("this is not the `config.json` of a sentence encoder: "));
    }
}
