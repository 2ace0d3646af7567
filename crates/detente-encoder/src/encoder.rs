//! A folder's encoder: its files checked, its network and tokenizer ready.

use crate::error::{Error, ErrorKind, Result};
use crate::network::Network;
use crate::pooling;
use crate::settings::Settings;
use detente_data::file;
use detente_model::encoder::{EncoderIdentity, SentenceEncoder};
use std::fmt;
use std::path::Path;
use tokenizers::{Tokenizer, TruncationParams};
use xxhash_rust::xxh3::Xxh3;

/// The files that are read, with the most bytes of each.
const FILES: [(&str, u64); 3] = [
    ("config.json", 1 << 20),
    ("tokenizer.json", 1 << 26),
    ("model.safetensors", 1 << 32),
];

/// The most bytes of a text that are read: more than the longest texts of so many tokens have.
const MOST_BYTES: usize = 1 << 16;

/// A sentence encoder, ready to encode.
pub struct Encoder {
    identity: EncoderIdentity,
    network: Network,
    tokenizer: Tokenizer,
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.network.settings();
        write!(f, "Encoder({:?}, {settings:?})", self.identity)
    }
}

impl Encoder {
    /// Reads the encoder of a folder: `config.json` with the `model_type` `bert` or `mpnet`, `tokenizer.json`, and
    /// `model.safetensors`, as sentence-transformers and transformers write them. Other files are passed over.
    ///
    /// # Errors
    /// The folder or a file is missing, cannot be understood or is too large; the network is of another kind; weights,
    /// settings and tokenizer do not go together.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            return Err(Error::new(ErrorKind::MissingFolder).in_file(folder));
        }
        let names = FILES.iter().map(|(name, _)| *name);
        let missing = names.filter(|name| !folder.join(name).is_file());
        let names: Vec<String> = missing.map(str::to_owned).collect();
        if !names.is_empty() {
            return Err(Error::new(ErrorKind::MissingFiles { names }).in_file(folder));
        }
        let mut hash = Xxh3::new();
        let mut contents = Vec::new();
        for (name, most) in FILES {
            let path = folder.join(name);
            let n_bytes = path.metadata().map_or(0, |metadata| metadata.len());
            if n_bytes > most {
                return Err(Error::new(ErrorKind::TooLarge { n_bytes, most }).in_file(path));
            }
            let bytes = file::read(&path)?;
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(&bytes);
            contents.push(bytes);
        }
        let paths = FILES.map(|(name, _)| folder.join(name));
        let settings = Settings::read(&contents[0]).map_err(|error| error.in_file(&paths[0]))?;
        let tokenizer =
            tokenizer(&contents[1], &settings).map_err(|error| error.in_file(&paths[1]))?;
        let network =
            Network::read(settings, &contents[2]).map_err(|error| error.in_file(&paths[2]))?;
        let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let name = name
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let encoder = Self {
            identity: EncoderIdentity {
                name,
                hash: format!("{:032x}", hash.digest128()),
                pooling: pooling::NAME.to_owned(),
                n_columns: pooling::n_columns(settings.hidden_size),
            },
            network,
            tokenizer,
        };
        encoder.check().map_err(|error| error.in_file(folder))?;
        tracing::info!(encoder = ?encoder, "opened the sentence encoder");
        Ok(encoder)
    }

    /// Encodes a text with letters and signs that few tokenizers know, so that later ones cannot fail.
    fn check(&self) -> Result<()> {
        for text in ["", "Peace talks?", "\u{10fffd}\u{4e2d}\u{e9}\u{1f54a}"] {
            let row = self.try_encode(text).map_err(|source| {
                let found = "a text cannot be encoded with them".to_owned();
                Error::new(ErrorKind::Weights { found }).caused_by(source)
            })?;
            if !row.iter().all(|value| value.is_finite()) {
                let found = "what they give is not finite".to_owned();
                return Err(Error::new(ErrorKind::Weights { found }));
            }
        }
        Ok(())
    }

    fn try_encode(&self, text: &str) -> std::result::Result<Vec<f32>, detente_error::Source> {
        let end = text.floor_char_boundary(MOST_BYTES);
        let encoding = self.tokenizer.encode(&text[..end], true)?;
        let states = self.network.hidden_states(encoding.get_ids())?;
        Ok(pooling::pool(&states)?)
    }
}

impl SentenceEncoder for Encoder {
    fn identity(&self) -> &EncoderIdentity {
        &self.identity
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        // Invariant: ids are below the number of words, there are not more than positions, and `check` has seen that
        // a text can be encoded.
        self.try_encode(text).expect("the encoder was checked")
    }
}

/// The tokenizer, set to cut a text that is too long and to fill up none.
fn tokenizer(json: &[u8], settings: &Settings) -> Result<Tokenizer> {
    let unreadable = |source: detente_error::Source| {
        let expected = "the `tokenizer.json` of a sentence encoder";
        Error::new(ErrorKind::Unreadable { expected }).caused_by(source)
    };
    let mut tokenizer = Tokenizer::from_bytes(json).map_err(unreadable)?;
    tokenizer.with_padding(None);
    let truncation = TruncationParams {
        max_length: settings.n_tokens(),
        ..TruncationParams::default()
    };
    tokenizer
        .with_truncation(Some(truncation))
        .map_err(unreadable)?;
    let largest = tokenizer.get_vocab(true).into_values().max();
    match largest {
        Some(id) if (id as usize) < settings.n_words => Ok(tokenizer),
        _ => Err(Error::new(ErrorKind::Weights {
            found: format!(
                "the tokenizer has other words than the {} of the weights",
                settings.n_words
            ),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Tensor};
    use rayon::prelude::*;
    use std::collections::HashMap;
    use std::fs;

    const LETTERS: &str = "abcdefghijkl";

    /// Number `at` of a tensor of this name: a rule that the Python script of the expected numbers has too.
    fn weight(name: &str, at: u64) -> f32 {
        let seed: u64 = name.bytes().map(u64::from).sum();
        let mixed = (seed * 7919 + at * 104_729 + 12_345) % 65_521;
        let value = (mixed * 48_271 % 65_521) as f64 / 65_521.0 * 2.0 - 1.0;
        let scaled = match name {
            _ if name.ends_with("LayerNorm.weight") => 1.0 + 0.1 * value,
            _ if name.ends_with("embeddings.weight") || name.ends_with("bias.weight") => value,
            _ => 0.5 * value,
        };
        scaled as f32
    }

    /// The tensors of a network with 16 words, 2 layers and 2 heads of 4 numbers each.
    fn tensors(model_type: &str) -> HashMap<String, Tensor> {
        let mut shapes: Vec<(String, Vec<usize>)> =
            vec![("embeddings.word_embeddings.weight".into(), vec![16, 8])];
        let mut norms = vec!["embeddings.LayerNorm".to_owned()];
        let mut linears = Vec::new();
        let (parts, output, norm) = match model_type {
            "bert" => {
                shapes.push(("embeddings.position_embeddings.weight".into(), vec![128, 8]));
                shapes.push(("embeddings.token_type_embeddings.weight".into(), vec![2, 8]));
                (
                    ["self.query", "self.key", "self.value"],
                    "output.dense",
                    "output.LayerNorm",
                )
            }
            _ => {
                shapes.push(("embeddings.position_embeddings.weight".into(), vec![130, 8]));
                shapes.push(("encoder.relative_attention_bias.weight".into(), vec![32, 2]));
                (["attn.q", "attn.k", "attn.v"], "attn.o", "LayerNorm")
            }
        };
        for layer in 0..2 {
            let name = |part: &str| format!("encoder.layer.{layer}.{part}");
            let attention = parts.iter().chain([&output]);
            linears.extend(attention.map(|part| (name(&format!("attention.{part}")), [8, 8])));
            linears.push((name("intermediate.dense"), [12, 8]));
            linears.push((name("output.dense"), [8, 12]));
            norms.push(name(&format!("attention.{norm}")));
            norms.push(name("output.LayerNorm"));
        }
        for (name, [n_out, n_in]) in linears {
            shapes.push((format!("{name}.weight"), vec![n_out, n_in]));
            shapes.push((format!("{name}.bias"), vec![n_out]));
        }
        for name in norms {
            shapes.push((format!("{name}.weight"), vec![8]));
            shapes.push((format!("{name}.bias"), vec![8]));
        }
        let tensor = |(name, shape): (String, Vec<usize>)| {
            let n = shape.iter().product::<usize>() as u64;
            let values: Vec<f32> = (0..n).map(|at| weight(&name, at)).collect();
            (name, Tensor::from_vec(values, shape, &Device::Cpu).unwrap())
        };
        shapes.into_iter().map(tensor).collect()
    }

    fn config(model_type: &str) -> String {
        let (n_positions, eps) = match model_type {
            "bert" => (128, 1e-12),
            _ => (130, 1e-5),
        };
        format!(
            r#"{{"model_type": "{model_type}", "hidden_act": "gelu", "hidden_size": 8, "num_hidden_layers": 2,
            "num_attention_heads": 2, "intermediate_size": 12, "vocab_size": 16, "layer_norm_eps": {eps:e},
            "max_position_embeddings": {n_positions}, "relative_attention_num_buckets": 32, "pad_token_id": 1}}"#
        )
    }

    /// Words are letters; the ends of a text are marked. Padding and truncation are those that a user may have left.
    fn tokenizer_json() -> String {
        let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(str::to_owned);
        let words = special.into_iter().chain(LETTERS.chars().map(String::from));
        let vocabulary: Vec<String> = words
            .enumerate()
            .map(|(id, word)| format!("\"{word}\": {id}"))
            .collect();
        let mark = |name, id| {
            format!(r#""{name}": {{"id": "{name}", "ids": [{id}], "tokens": ["{name}"]}}"#)
        };
        format!(
            r#"{{"version": "1.0", "truncation": {{"direction": "Right", "max_length": 4, "strategy": "LongestFirst",
            "stride": 0}}, "padding": {{"strategy": {{"Fixed": 9}}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}}, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": {{"type": "Whitespace"}}, "post_processor": {{"type": "TemplateProcessing",
            "single": [{{"SpecialToken": {{"id": "[CLS]", "type_id": 0}}}}, {{"Sequence": {{"id": "A", "type_id": 0}}}},
            {{"SpecialToken": {{"id": "[SEP]", "type_id": 0}}}}], "pair": [{{"Sequence": {{"id": "A", "type_id": 0}}}},
            {{"Sequence": {{"id": "B", "type_id": 0}}}}], "special_tokens": {{{}, {}}}}}, "decoder": null,
            "model": {{"type": "WordLevel", "vocab": {{{}}}, "unk_token": "[UNK]"}}}}"#,
            mark("[CLS]", 2),
            mark("[SEP]", 3),
            vocabulary.join(", ")
        )
    }

    fn write(folder: &Path, model_type: &str, tensors: &HashMap<String, Tensor>) {
        fs::write(folder.join("config.json"), config(model_type)).unwrap();
        fs::write(folder.join("tokenizer.json"), tokenizer_json()).unwrap();
        candle_core::safetensors::save(tensors, folder.join("model.safetensors")).unwrap();
    }

    fn tiny(model_type: &str) -> (tempfile::TempDir, Encoder) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), model_type, &tensors(model_type));
        let encoder = Encoder::open(folder.path()).unwrap();
        (folder, encoder)
    }

    /// The words of these ids.
    fn text_of(ids: &[u32]) -> String {
        let letter = |id: &u32| LETTERS[*id as usize - 4..][..1].to_owned();
        ids.iter().map(letter).collect::<Vec<_>>().join(" ")
    }

    fn short() -> String {
        text_of(&[7, 9, 4])
    }

    /// 102 tokens with the marks of the ends, so that distances of MPNet reach their last kinds but one.
    fn long() -> String {
        text_of(
            &(0..100)
                .map(|i| (5 + 3 * i * i + i) % 12 + 4)
                .collect::<Vec<u32>>(),
        )
    }

    /// The means over tokens of each layer's states, and the maxima of the last.
    fn pooled(encoder: &Encoder, text: &str) -> Vec<Vec<f32>> {
        let ids = encoder.tokenizer.encode(text, true).unwrap();
        let states = encoder.network.hidden_states(ids.get_ids()).unwrap();
        let mut pooled: Vec<Vec<f32>> = states
            .iter()
            .map(|state| state.mean(0).unwrap().to_vec1().unwrap())
            .collect();
        pooled.push(states[2].max(0).unwrap().to_vec1().unwrap());
        pooled
    }

    #[track_caller]
    fn assert_near(found: &[Vec<f32>], expected: &[[f64; 8]]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            for (a, b) in found.iter().zip(expected) {
                assert!(
                    (f64::from(*a) - b).abs() < 2e-5,
                    "{found:?} and {expected:?}"
                );
            }
        }
    }

    /// Expected: transformers 5.24 with torch 2.15, weights by the rule of `weight`.
    #[test]
    fn a_small_bert_gives_what_transformers_gives() {
        let (_folder, encoder) = tiny("bert");
        #[rustfmt::skip]
        assert_near(&pooled(&encoder, &short()), &[
            [-1.047798, -0.106204, -0.195573, -0.108730, -0.195875, 0.292972, 0.469707, 1.041711],
            [-0.341183, -0.711806, -0.061820, 0.577333, -0.326714, 0.320857, -0.816180, 2.175643],
            [-0.549831, 0.230267, -0.722055, 0.364140, -0.688008, 1.137720, -1.259837, 1.146340],
            [-0.191093, 0.633418, -0.603521, 0.957676, -0.265537, 1.260830, -0.937044, 1.296576],
        ]);
        #[rustfmt::skip]
        assert_near(&pooled(&encoder, &long()), &[
            [-0.684719, -0.305584, -0.402380, 0.140708, 0.008657, 0.213078, 0.474011, 0.728305],
            [-0.258414, -0.677392, -0.462799, 0.861929, -0.382396, 0.482837, -0.848048, 2.059673],
            [-0.517644, 0.248302, -0.884145, 0.557632, -0.755801, 1.174789, -1.222268, 1.040537],
            [-0.028637, 1.114863, -0.384084, 1.281244, -0.280976, 1.660794, -0.969954, 1.271131],
        ]);
    }

    /// Expected: as above.
    #[test]
    fn a_small_mpnet_gives_what_transformers_gives() {
        let (_folder, encoder) = tiny("mpnet");
        #[rustfmt::skip]
        assert_near(&pooled(&encoder, &short()), &[
            [-0.277961, -0.381680, -0.088450, 0.162771, -0.085382, 0.205503, 0.418376, 0.210104],
            [-0.375997, -0.086332, 0.831867, 0.277187, -0.953903, 1.201943, -0.504428, 0.422853],
            [-0.470073, -0.811603, 0.786719, 0.091125, -0.648188, 0.944289, -0.230921, 0.241550],
            [0.101967, -0.153401, 1.368051, 0.636527, 0.100823, 1.362523, 0.284341, 0.955065],
        ]);
        #[rustfmt::skip]
        assert_near(&pooled(&encoder, &long()), &[
            [0.222209, -0.653680, 0.072174, -0.268627, 0.374313, -0.346967, 0.717499, -0.018474],
            [0.459740, -0.140336, 0.914660, -0.364134, -0.600081, 0.751878, -0.334009, 0.240289],
            [-0.281295, -0.598334, 1.030871, -0.193484, -0.480864, 0.615728, -0.113568, -0.027725],
            [1.073965, 1.371754, 2.448807, 1.591668, 0.756590, 1.690085, 0.344335, 1.261492],
        ]);
    }

    #[test]
    fn neighbours_threads_and_repetition_change_no_bit() {
        for model_type in ["bert", "mpnet"] {
            let (_folder, encoder) = tiny(model_type);
            let texts: Vec<String> = (1..60)
                .map(|n| text_of(&vec![4 + n % 12; n as usize]))
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let alone: Vec<Vec<f32>> = texts.iter().map(|text| encoder.encode(text)).collect();
            for n_threads in [1, 2, 5] {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(n_threads)
                    .build()
                    .unwrap();
                let together: Vec<Vec<f32>> =
                    pool.install(|| texts.par_iter().map(|text| encoder.encode(text)).collect());
                assert_eq!(together, alone, "{model_type} on {n_threads} threads");
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_and_a_blank_one_is_a_text() {
        let (_folder, encoder) = tiny("mpnet");
        let words = |n: usize| vec!["e"; n].join(" ");
        assert_eq!(encoder.encode(&words(126)), encoder.encode(&words(100_000)));
        assert_ne!(encoder.encode(&words(126)), encoder.encode(&words(125)));
        assert_eq!(encoder.encode("  "), encoder.encode(""));
        assert_eq!(encoder.encode("").len(), encoder.identity().n_columns);
    }

    #[test]
    fn the_name_of_a_folder_changes_no_hash_and_any_file_does() {
        let (folder, encoder) = tiny("bert");
        let (other, same) = tiny("bert");
        assert!(encoder.identity().is_same(same.identity()));
        assert_ne!(encoder.identity().name, same.identity().name);
        let config = folder.path().join("config.json");
        fs::write(
            &config,
            format!("{} ", fs::read_to_string(&config).unwrap()),
        )
        .unwrap();
        let changed = Encoder::open(folder.path()).unwrap();
        assert_ne!(changed.identity().hash, encoder.identity().hash);
        drop(other);
    }

    #[test]
    fn names_may_have_a_prefix_and_numbers_sixteen_bits() {
        let (_folder, plain) = tiny("bert");
        let folder = tempfile::tempdir().unwrap();
        let half = |(name, tensor): (String, Tensor)| {
            let tensor = tensor.to_dtype(candle_core::DType::F16).unwrap();
            (format!("bert.{name}"), tensor)
        };
        write(
            folder.path(),
            "bert",
            &tensors("bert").into_iter().map(half).collect(),
        );
        let rows =
            [plain, Encoder::open(folder.path()).unwrap()].map(|encoder| encoder.encode(&short()));
        for (a, b) in rows[0].iter().zip(&rows[1]) {
            assert!((a - b).abs() < 0.02);
        }
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| {
            let sentence = Encoder::open(path).unwrap_err().to_string();
            sentence.replace(&folder.path().display().to_string(), "DIR")
        };
        assert_eq!(
            said(&folder.path().join("none")),
            "DIR/none: there is no such folder; expected that of a sentence encoder"
        );
        fs::write(folder.path().join("config.json"), "{}").unwrap();
        assert_eq!(
            said(folder.path()),
            "DIR: this folder has no `tokenizer.json` and `model.safetensors`; expected the files of a sentence \
             encoder: `config.json`, `tokenizer.json` and `model.safetensors`"
        );
        let whole = tensors("bert");
        write(folder.path(), "bert", &whole);
        fs::write(folder.path().join("tokenizer.json"), "[]").unwrap();
        assert!(
            said(folder.path())
                .starts_with("DIR/tokenizer.json: this is not the `tokenizer.json` of a")
        );
        let mut fewer = whole.clone();
        fewer.remove("encoder.layer.1.output.dense.bias");
        write(folder.path(), "bert", &fewer);
        assert_eq!(
            said(folder.path()),
            "DIR/model.safetensors: the weights do not fit `config.json`: there is no tensor \
             `encoder.layer.1.output.dense.bias`"
        );
        let mut other = whole.clone();
        let name = "embeddings.word_embeddings.weight";
        other.insert(name.into(), whole[name].narrow(0, 0, 9).unwrap());
        write(folder.path(), "bert", &other);
        assert!(said(folder.path()).ends_with("has the shape [9, 8]; expected [16, 8]"));
        let mut infinite = whole.clone();
        let name = "embeddings.LayerNorm.bias";
        infinite.insert(
            name.into(),
            Tensor::from_vec(vec![f32::NAN; 8], 8, &Device::Cpu).unwrap(),
        );
        write(folder.path(), "bert", &infinite);
        assert!(said(folder.path()).ends_with("what they give is not finite"));
        write(folder.path(), "bert", &whole);
        fs::write(folder.path().join("model.safetensors"), "no weights").unwrap();
        assert!(
            said(folder.path()).contains("this is not a file of weights in the format safetensors")
        );
        let larger = config("bert").replace("\"vocab_size\": 16", "\"vocab_size\": 12");
        write(folder.path(), "bert", &whole);
        fs::write(folder.path().join("config.json"), larger).unwrap();
        assert!(
            said(folder.path())
                .ends_with("the tokenizer has other words than the 12 of the weights")
        );
    }
}
