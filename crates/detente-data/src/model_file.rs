//! Model files, read and written.

use crate::error::{Error, Result};
use crate::file;
use bytes::Bytes;
use detente_model::Model;
use std::io::Read;
use std::path::Path;

/// Bytes from which a model file is known.
const START: u64 = 64;

/// Reads a model file.
///
/// # Errors
/// The file cannot be read, is no model, is truncated, altered, or from a newer version; the model needs a sentence
/// encoder.
pub fn read(path: &Path) -> Result<Model> {
    ready(read_alone(path)?, path)
}

/// As [`read`], but of a model that needs a sentence encoder too, which it does not have yet: see
/// [`Model::missing_encoder`].
///
/// # Errors
/// The file cannot be read, is no model, is truncated, altered, or from a newer version.
pub fn read_alone(path: &Path) -> Result<Model> {
    let bytes = read_bytes(path)?;
    let model =
        Model::from_shared_alone(&bytes).map_err(|error| Error::from(error).in_file(path))?;
    tracing::info!(path = %path.display(), n_bytes = bytes.len(), "read the model");
    Ok(model)
}

/// The bytes of a model file, whole: what happens to the file afterwards changes no score. A file that does not begin
/// as one is read no further.
///
/// # Errors
/// The file cannot be read, or does not begin as a model.
pub fn read_bytes(path: &Path) -> Result<Bytes> {
    let failed = |source| Error::io("cannot read", path, source);
    let mut reader = file::open(path)?;
    let mut bytes = Vec::new();
    (&mut reader)
        .take(START)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if Model::is_start(&bytes) {
        reader.read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes.into())
}

fn ready(model: Model, path: &Path) -> Result<Model> {
    model
        .ready()
        .map_err(|error| Error::from(error).in_file(path))
}

/// Writes a model file to a temporary file beside it, then renames: a reader sees the old file or the new one, never
/// half of one.
///
/// # Errors
/// The file cannot be written.
pub fn write(model: &Model, path: &Path) -> Result<()> {
    file::replace_file(path, &model.to_bytes())
}
