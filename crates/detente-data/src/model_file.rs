//! Model files, read and written.

use crate::error::{Error, Result};
use crate::file;
use bytes::Bytes;
use detente_model::Model;
use std::path::Path;

/// Reads a model file.
///
/// # Errors
/// The file cannot be read, is no model, is truncated, altered, or from a newer version; the model needs a sentence
/// encoder.
pub fn read(path: &Path) -> Result<Model> {
    ready(of_bytes(path, &Bytes::from(file::read(path)?))?, path)
}

/// Reads a model file without a copy of it where it is large, see [`file::map`]. For a process that is soon done.
///
/// # Errors
/// As [`read`].
pub fn map(path: &Path) -> Result<Model> {
    ready(map_alone(path)?, path)
}

/// As [`map`], but of a model that needs a sentence encoder too, which it does not have yet: see
/// [`Model::missing_encoder`].
///
/// # Errors
/// The file cannot be read, is no model, is truncated, altered, or from a newer version.
pub fn map_alone(path: &Path) -> Result<Model> {
    of_bytes(path, &file::map(path)?)
}

fn of_bytes(path: &Path, bytes: &Bytes) -> Result<Model> {
    let model =
        Model::from_shared_alone(bytes).map_err(|error| Error::from(error).in_file(path))?;
    tracing::info!(path = %path.display(), n_bytes = bytes.len(), "read the model");
    Ok(model)
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
