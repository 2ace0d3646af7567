//! The sentence encoder that a command is given, and the models that need one.

use super::failure::Result;
#[cfg(feature = "encoder")]
use super::progress::Progress;
use clap::Args;
use detente_data::corpus::Corpus;
use detente_data::model_file;
use detente_model::Model;
use detente_model::encoder::SharedEncoder;
use detente_train::TrainParams;
use std::path::Path;
#[cfg(feature = "encoder")]
use std::path::PathBuf;

/// The environment variable that names the folder where `--encoder` does not.
#[cfg(feature = "encoder")]
const VARIABLE: &str = "DETENTE_ENCODER";
/// The word for no cache.
#[cfg(feature = "encoder")]
const NO_CACHE: &str = "none";

/// Where a sentence encoder is. Without the feature `encoder` there are no such flags.
#[derive(Args, Clone, Default)]
pub(super) struct EncoderArguments {
    /// Folder of a sentence encoder (config.json, tokenizer.json, model.safetensors); a model that was trained with it
    /// also finds it by the environment variable DETENTE_ENCODER
    #[cfg(feature = "encoder")]
    #[arg(long, value_name = "DIR", help_heading = "Sentence encoder")]
    encoder: Option<PathBuf>,
    /// Folder where its rows are kept by the hash of their text, or `none` [default: `detente/encoder` in
    /// XDG_CACHE_HOME or ~/.cache]
    #[cfg(feature = "encoder")]
    #[arg(long, value_name = "DIR", help_heading = "Sentence encoder")]
    encoder_cache: Option<PathBuf>,
}

/// Reads a model, with its sentence encoder if it was trained with one.
pub(super) fn read_model_file(path: &Path, encoder: &EncoderArguments) -> Result<Model> {
    let model = model_file::read_alone(path)?;
    #[cfg(feature = "encoder")]
    let model = match (model.missing_encoder(), encoder.folder()) {
        (Some(_), Some(folder)) => {
            let ready = model.with_encoder(SharedEncoder::new(encoder.open(&folder)?));
            ready.map_err(|error| error.in_file(path))?
        }
        _ => model,
    };
    #[cfg(not(feature = "encoder"))]
    let _ = encoder;
    Ok(model.ready().map_err(|error| error.in_file(path))?)
}

#[cfg(not(feature = "encoder"))]
impl EncoderArguments {
    /// No training has an encoder here.
    pub(super) fn for_training(
        &self,
        _: &Corpus,
        _: &TrainParams,
    ) -> Result<Option<SharedEncoder>> {
        Ok(None)
    }
}

#[cfg(feature = "encoder")]
impl EncoderArguments {
    /// The folder that is given, here or by the environment.
    fn folder(&self) -> Option<PathBuf> {
        let given = self.encoder.clone();
        given.or_else(|| {
            std::env::var_os(VARIABLE)
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
        })
    }

    fn open(&self, folder: &Path) -> Result<detente_encoder::CachedEncoder> {
        let encoder = detente_encoder::Encoder::open(folder)?;
        let identity = detente_model::encoder::SentenceEncoder::identity(&encoder);
        let cache = match self.cache_folder() {
            Some(folder) => {
                let params = detente_encoder::CacheParams {
                    folder,
                    max_bytes: detente_encoder::CacheParams::MAX_BYTES,
                };
                Some(detente_encoder::Cache::open(&params, identity)?)
            }
            None => None,
        };
        Ok(detente_encoder::CachedEncoder::new(encoder, cache))
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        if let Some(given) = &self.encoder_cache {
            return (given.as_os_str() != NO_CACHE).then(|| given.clone());
        }
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")));
        cache.map(|cache| cache.join("detente").join("encoder"))
    }

    /// The encoder that a training is given by its flag, with the texts of the corpus encoded.
    pub(super) fn for_training(
        &self,
        corpus: &Corpus,
        params: &TrainParams,
    ) -> Result<Option<SharedEncoder>> {
        let Some(folder) = &self.encoder else {
            return Ok(None);
        };
        let encoder = self.open(folder)?;
        let analyzer = detente_text::Analyzer::new(detente_text::AnalyzerParams {
            language: params.language,
            mask_parties: params.mask_parties,
        });
        let encoded = |example: &detente_data::article::Example| {
            detente_model::encoder::encoded_text(&analyzer, example.passage()).into_owned()
        };
        let texts: Vec<String> = corpus.examples.iter().map(encoded).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let progress = Progress::new("encoding {wide_bar} {pos}/{len} {msg} {eta}");
        let begun = std::time::Instant::now();
        let n_done = std::sync::atomic::AtomicUsize::new(0);
        encoder.prepare(&texts, &|n_texts| {
            let done = 1 + n_done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            progress.at_rate(done as u64, Some(n_texts as u64), done, "statements");
        });
        progress.finish();
        let n_done = n_done.into_inner();
        if n_done > 0 {
            let rate = n_done as f64 / begun.elapsed().as_secs_f64();
            super::note(format_args!(
                "encoded {} ({rate:.0} a second), {} from the cache",
                detente_error::counted(n_done, "statement"),
                texts.len().saturating_sub(n_done)
            ));
        }
        Ok(Some(SharedEncoder::new(encoder)))
    }
}
