//! The network itself: token ids into the hidden states of every layer.
//!
//! One text at a time, so that no padding is there to leak and no text depends on its neighbours.

use crate::error::{Error, ErrorKind, Result};
use crate::gelu::gelu;
use crate::settings::{Activation, Architecture, Settings};
use candle_core::{D, DType, Device, Tensor};
use std::collections::HashMap;

/// From this distance on, two tokens of MPNet are equally far.
const FARTHEST: f32 = 128.0;

/// Loaded weights.
pub(crate) struct Network {
    settings: Settings,
    words: Tensor,
    positions: Tensor,
    /// Of BERT: what stands for the first of two texts.
    segment: Option<Tensor>,
    norm: Norm,
    /// Of MPNet: what each kind of distance adds to each head's attention, shape `(n_buckets, n_heads)`.
    distances: Option<Vec<f32>>,
    layers: Vec<Layer>,
}

struct Layer {
    /// Query, key and value side by side.
    attention: Linear,
    attention_output: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

/// `x W + b`.
struct Linear {
    /// Shape `(n_in, n_out)`.
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        x.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    eps: f32,
}

impl Norm {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        candle_nn::ops::layer_norm(x, &self.weight, &self.bias, self.eps)
    }
}

/// The tensors of a file, from which each is taken by its name and with its shape.
struct Tensors {
    by_name: HashMap<String, Tensor>,
    /// What stands before every name, as in `bert.embeddings...`.
    prefix: &'static str,
    eps: f32,
}

impl Tensors {
    fn read(bytes: &[u8], eps: f64) -> Result<Self> {
        let by_name =
            candle_core::safetensors::load_buffer(bytes, &Device::Cpu).map_err(|error| {
                let expected = "a file of weights in the format safetensors";
                Error::new(ErrorKind::Unreadable { expected }).caused_by(error)
            })?;
        let known = ["", "bert.", "mpnet.", "0.auto_model."];
        let has = |prefix: &&str| {
            by_name.contains_key(&format!("{prefix}embeddings.word_embeddings.weight"))
        };
        let prefix = known.into_iter().find(has).unwrap_or("");
        Ok(Self {
            by_name,
            prefix,
            eps: eps as f32,
        })
    }

    fn take(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let fits = |found: String| Error::new(ErrorKind::Weights { found });
        let tensor = (self.by_name.get(&format!("{}{name}", self.prefix)))
            .ok_or_else(|| fits(format!("there is no tensor `{name}`")))?;
        if tensor.dims() != shape {
            let (found, expected) = (tensor.dims(), shape);
            return Err(fits(format!(
                "`{name}` has the shape {found:?}; expected {expected:?}"
            )));
        }
        let values = tensor.to_dtype(DType::F32);
        values.map_err(|error| fits(format!("`{name}` holds no numbers")).caused_by(error))
    }

    fn linear(&self, name: &str, n_in: usize, n_out: usize) -> Result<Linear> {
        let weight = self.take(&format!("{name}.weight"), &[n_out, n_in])?;
        Ok(Linear {
            weight: weight.t().and_then(|w| w.contiguous()).map_err(broken)?,
            bias: self.take(&format!("{name}.bias"), &[n_out])?,
        })
    }

    /// Several layers over the same input as one.
    fn side_by_side(&self, names: [String; 3], size: usize) -> Result<Linear> {
        let parts = names.map(|name| self.linear(&name, size, size));
        let parts: Vec<Linear> = parts.into_iter().collect::<Result<_>>()?;
        let all = |of: fn(&Linear) -> &Tensor, dim| {
            Tensor::cat(&parts.iter().map(of).collect::<Vec<_>>(), dim).map_err(broken)
        };
        Ok(Linear {
            weight: all(|part| &part.weight, 1)?,
            bias: all(|part| &part.bias, 0)?,
        })
    }

    fn norm(&self, name: &str, size: usize) -> Result<Norm> {
        Ok(Norm {
            weight: self.take(&format!("{name}.weight"), &[size])?,
            bias: self.take(&format!("{name}.bias"), &[size])?,
            eps: self.eps,
        })
    }
}

fn broken(error: candle_core::Error) -> Error {
    let found = "they cannot be put together".to_owned();
    Error::new(ErrorKind::Weights { found }).caused_by(error)
}

impl Network {
    /// Takes the weights that the settings ask for out of the bytes of a safetensors file.
    pub(crate) fn read(settings: Settings, bytes: &[u8]) -> Result<Self> {
        let tensors = Tensors::read(bytes, settings.layer_norm_eps)?;
        let size = settings.hidden_size;
        let is_bert = settings.architecture == Architecture::Bert;
        let distances = match is_bert {
            true => None,
            false => {
                let shape = [settings.n_buckets, settings.n_heads];
                let table = tensors.take("encoder.relative_attention_bias.weight", &shape)?;
                Some(
                    table
                        .flatten_all()
                        .and_then(|t| t.to_vec1())
                        .map_err(broken)?,
                )
            }
        };
        let segment = match is_bert {
            true => {
                let name = "embeddings.token_type_embeddings.weight";
                let full_name = format!("{}{name}", tensors.prefix);
                let n_segments = tensors.by_name.get(&full_name).map_or(2, |t| t.dims()[0]);
                let table = tensors.take(name, &[n_segments, size])?;
                Some(table.get(0).map_err(broken)?)
            }
            false => None,
        };
        let layers = (0..settings.n_layers).map(|at| Layer::read(&tensors, &settings, at));
        Ok(Self {
            words: tensors.take(
                "embeddings.word_embeddings.weight",
                &[settings.n_words, size],
            )?,
            positions: tensors.take(
                "embeddings.position_embeddings.weight",
                &[settings.n_positions, size],
            )?,
            segment,
            norm: tensors.norm("embeddings.LayerNorm", size)?,
            distances,
            layers: layers.collect::<Result<_>>()?,
            settings,
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The hidden states before the first layer and after each, each of shape `(n_tokens, hidden_size)`.
    ///
    /// # Errors
    /// None with ids below the number of words, and not more of them than [`Settings::n_tokens`].
    pub(crate) fn hidden_states(&self, ids: &[u32]) -> candle_core::Result<Vec<Tensor>> {
        let device = Device::Cpu;
        let words = self.words.index_select(&Tensor::new(ids, &device)?, 0)?;
        let places = Tensor::new(self.places(ids), &device)?;
        let mut x = (words + self.positions.index_select(&places, 0)?)?;
        if let Some(segment) = &self.segment {
            x = x.broadcast_add(segment)?;
        }
        let mut x = self.norm.forward(&x)?;
        let bias = self.distance_bias(ids.len())?;
        let mut states = vec![x.clone()];
        for layer in &self.layers {
            x = layer.forward(&x, bias.as_ref(), &self.settings)?;
            states.push(x.clone());
        }
        Ok(states)
    }

    /// The place of each token. Those of MPNet begin after its padding's, and padding has its own.
    fn places(&self, ids: &[u32]) -> Vec<u32> {
        let pad_id = self.settings.pad_id;
        match self.settings.architecture {
            Architecture::Bert => (0..ids.len() as u32).collect(),
            Architecture::MpNet => {
                let mut place = pad_id;
                let places = ids.iter().map(|id| match *id == pad_id {
                    true => pad_id,
                    false => {
                        place += 1;
                        place
                    }
                });
                places.collect()
            }
        }
    }

    /// What distances add to attention, shape `(n_heads, n_tokens, n_tokens)`.
    fn distance_bias(&self, n_tokens: usize) -> candle_core::Result<Option<Tensor>> {
        let Some(table) = &self.distances else {
            return Ok(None);
        };
        let Settings {
            n_heads, n_buckets, ..
        } = self.settings;
        let n_distances = 2 * n_tokens - 1;
        // By how far the other token stands behind the one that attends, from the farthest before it.
        let buckets: Vec<usize> = (0..n_distances)
            .map(|at| bucket(at as i64 - (n_tokens as i64 - 1), n_buckets))
            .collect();
        let mut bias = Vec::with_capacity(n_heads * n_tokens * n_tokens);
        for head in 0..n_heads {
            for from in 0..n_tokens {
                let row = &buckets[n_tokens - 1 - from..n_distances - from];
                bias.extend(row.iter().map(|bucket| table[bucket * n_heads + head]));
            }
        }
        Tensor::from_vec(bias, (n_heads, n_tokens, n_tokens), &Device::Cpu).map(Some)
    }
}

/// The kind of a distance, to a token that stands `distance` behind (before it, if below 0). Half of the kinds are for
/// each direction; half of those are single distances, the others grow with the logarithm.
///
/// # References
/// Raffel and others 2020, Exploring the limits of transfer learning, section 2.1 (relative position embeddings).
fn bucket(distance: i64, n_buckets: usize) -> usize {
    let n_each = n_buckets / 2;
    let n_single = n_each / 2;
    let size = distance.unsigned_abs() as usize;
    let kind = match size < n_single {
        true => size,
        false => {
            let share = (size as f32 / n_single as f32).ln() / (FARTHEST / n_single as f32).ln();
            let further = (share * (n_each - n_single) as f32) as usize;
            (n_single + further).min(n_each - 1)
        }
    };
    kind + if distance > 0 { n_each } else { 0 }
}

impl Layer {
    fn read(tensors: &Tensors, settings: &Settings, at: usize) -> Result<Self> {
        let (size, wide) = (settings.hidden_size, settings.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let (inputs, output, norm) = match settings.architecture {
            Architecture::Bert => (
                ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}"))),
                "attention.output.dense",
                "attention.output.LayerNorm",
            ),
            Architecture::MpNet => (
                ["q", "k", "v"].map(|part| name(&format!("attention.attn.{part}"))),
                "attention.attn.o",
                "attention.LayerNorm",
            ),
        };
        Ok(Self {
            attention: tensors.side_by_side(inputs, size)?,
            attention_output: tensors.linear(&name(output), size, size)?,
            attention_norm: tensors.norm(&name(norm), size)?,
            intermediate: tensors.linear(&name("intermediate.dense"), size, wide)?,
            output: tensors.linear(&name("output.dense"), wide, size)?,
            output_norm: tensors.norm(&name("output.LayerNorm"), size)?,
        })
    }

    fn forward(
        &self,
        x: &Tensor,
        bias: Option<&Tensor>,
        settings: &Settings,
    ) -> candle_core::Result<Tensor> {
        let attended = self.attend(x, bias, settings)?;
        let x = self.attention_norm.forward(&(attended + x)?)?;
        let wide = self.intermediate.forward(&x)?;
        let wide = match settings.activation {
            Activation::Gelu => gelu(&wide)?,
            Activation::Relu => wide.relu()?,
        };
        let narrow = self.output.forward(&wide)?;
        self.output_norm.forward(&(narrow + x)?)
    }

    /// `softmax(Q K' / sqrt(d) + bias) V` for each head, then the output layer.
    fn attend(
        &self,
        x: &Tensor,
        bias: Option<&Tensor>,
        settings: &Settings,
    ) -> candle_core::Result<Tensor> {
        let (n_tokens, size) = x.dims2()?;
        let width = size / settings.n_heads;
        let all = self.attention.forward(x)?;
        let part = |at: usize| {
            let part = all.narrow(D::Minus1, at * size, size)?;
            let heads = part.reshape((n_tokens, settings.n_heads, width))?;
            heads.transpose(0, 1)?.contiguous()
        };
        let (query, key, value) = (part(0)?, part(1)?, part(2)?);
        let query = (query / (width as f64).sqrt())?;
        let mut scores = query.matmul(&key.t()?)?;
        if let Some(bias) = bias {
            scores = (scores + bias)?;
        }
        let shares = candle_nn::ops::softmax_last_dim(&scores)?;
        let context = shares.matmul(&value)?.transpose(0, 1)?;
        self.attention_output
            .forward(&context.reshape((n_tokens, size))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_distance_are_those_of_transformers() {
        // transformers 5.24, `MPNetEncoder.relative_position_bucket` of memory - context.
        let distances = [
            -200, -128, -64, -32, -16, -9, -8, -7, -1, 0, 1, 7, 8, 15, 16, 33, 90, 300,
        ];
        let kinds = distances.map(|distance| bucket(distance, 32));
        let expected = [
            15, 15, 14, 12, 10, 8, 8, 7, 1, 0, 17, 23, 24, 25, 26, 28, 30, 31,
        ];
        assert_eq!(kinds, expected);
    }
}
