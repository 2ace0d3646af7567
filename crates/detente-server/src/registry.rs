//! The models that are served, by name, and reading them again.

use crate::error::{Error, ErrorKind, Result};
use detente_model::{Model, StatePool};
use detente_score::ModelsBeside;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// Where a model comes from, and the name it is asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name.
    pub name: String,
    /// The file; `None` for the model that is part of the program.
    pub path: Option<PathBuf>,
}

impl Source {
    /// The model that is part of the program, named `default`.
    pub fn embedded() -> Self {
        Self {
            name: "default".into(),
            path: None,
        }
    }

    /// Reads `NAME=PATH`, or `PATH`, which is then named for its file without the extension.
    ///
    /// # Example
    /// ```
    /// use detente_server::Source;
    /// assert_eq!(Source::parse("models/news.detente").name, "news");
    /// assert_eq!(Source::parse("b=models/news.detente").name, "b");
    /// ```
    pub fn parse(argument: &str) -> Self {
        let (name, path) = match argument.split_once('=') {
            Some((name, path)) if !name.is_empty() && !name.contains('/') => {
                (name.to_owned(), Path::new(path))
            }
            _ => {
                let path = Path::new(argument);
                let stem = path.file_stem().unwrap_or_default();
                (stem.to_string_lossy().into_owned(), path)
            }
        };
        Self {
            name,
            path: Some(path.to_owned()),
        }
    }

    fn read(&self) -> Result<Loaded> {
        let model = match &self.path {
            Some(path) => Cow::Owned(detente_data::model_file::read(path)?),
            None => Cow::Borrowed(Model::embedded()),
        };
        let beside = ModelsBeside::of_named(self.path.is_some());
        Ok(Loaded {
            model,
            beside,
            states: StatePool::default(),
        })
    }
}

/// A model that was read, with the caches of the threads that use it.
pub(super) struct Loaded {
    pub(super) model: Cow<'static, Model>,
    /// The models of other languages; one that was named stands alone.
    pub(super) beside: ModelsBeside<'static>,
    pub(super) states: StatePool,
}

struct Place {
    source: Source,
    loaded: RwLock<Arc<Loaded>>,
}

/// The models of a server, in the order given; the first is taken where none is named.
pub struct ModelRegistry(Vec<Place>);

impl ModelRegistry {
    /// Reads every model; without a source, the one that is part of the program.
    ///
    /// # Errors
    /// Two models have one name, or a file cannot be read.
    pub fn read(mut sources: Vec<Source>) -> Result<Self> {
        if sources.is_empty() {
            sources.push(Source::embedded());
        }
        for (idx, source) in sources.iter().enumerate() {
            if sources[..idx].iter().any(|other| other.name == source.name) {
                let name = source.name.clone();
                return Err(Error::new(ErrorKind::TwiceNamed { name }));
            }
        }
        let places = sources.into_iter().map(|source| {
            let loaded = RwLock::new(Arc::new(source.read()?));
            Ok(Place { source, loaded })
        });
        Ok(Self(places.collect::<Result<_>>()?))
    }

    /// How many models there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads every file again. A model that cannot be read stays the one it was; requests that are
    /// being answered end with the model that they began with.
    pub(super) fn reload(&self) -> Vec<Result<()>> {
        let reload = |place: &Place| {
            let read = Arc::new(place.source.read()?);
            // A lock that a panic poisoned still holds a whole model.
            *place.loaded.write().unwrap_or_else(|e| e.into_inner()) = read;
            Ok(())
        };
        self.0.iter().map(reload).collect()
    }

    /// The model of a name, or the first.
    ///
    /// # Errors
    /// No model has this name.
    pub(super) fn take(&self, name: Option<&str>) -> Result<Arc<Loaded>> {
        let found = match name {
            None => self.0.first(),
            Some(name) => self.0.iter().find(|place| place.source.name == name),
        };
        match found {
            Some(place) => Ok(place.current()),
            None => Err(Error::new(ErrorKind::UnknownName {
                what: "the model",
                value: name.unwrap_or_default().to_owned(),
                allowed: self
                    .0
                    .iter()
                    .map(|place| place.source.name.clone())
                    .collect(),
            })),
        }
    }

    /// Every model with its name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Arc<Loaded>)> {
        self.0
            .iter()
            .map(|place| (place.source.name.as_str(), place.current()))
    }
}

impl Place {
    fn current(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(|e| e.into_inner()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_found_by_name_and_the_first_without() {
        let named = |name: &str| Source {
            name: name.into(),
            path: None,
        };
        let registry = ModelRegistry::read(vec![named("a"), named("b")]).unwrap();
        assert!(registry.take(None).is_ok() && registry.take(Some("b")).is_ok());
        let error = registry.take(Some("c")).err().unwrap();
        assert_eq!(error.to_string(), "the model is `c`; expected `a` or `b`");
        let error = ModelRegistry::read(vec![named("a"), named("a")])
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "two models are named `a`; expected a name for each, as in `b=path`"
        );
    }

    #[test]
    fn a_path_with_an_equals_sign_in_a_folder_is_a_path() {
        let source = Source::parse("runs/l2=1/m.detente");
        assert_eq!(source.name, "m");
    }
}
