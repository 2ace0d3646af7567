//! The default models of detente, as the bytes of their files. `README.md` beside it is its card.

#![no_std]

/// The model file: four targets (peace, cooperation, conflict, sentiment), English.
pub static DEFAULT: &[u8] = include_bytes!("default.detente");

/// The default models by the language of the texts that they score, as a code of ISO 639-1. A model of another language
/// is a file beside this one and a line here; its targets and labels are those of the English one.
pub static BY_LANGUAGE: [(&str, &[u8]); 6] = [
    // A line each.
    ("en", DEFAULT),
    ("fr", include_bytes!("fr.detente")),
    ("es", include_bytes!("es.detente")),
    ("ru", include_bytes!("ru.detente")),
    ("ar", include_bytes!("ar.detente")),
    ("zh", include_bytes!("zh.detente")),
];

/// The model file of relations: how the holder of a statement stands toward its counterpart (friendly, hostile, none),
/// and the kind of event between them, by what is said around the counterpart's name.
pub static RELATIONS: &[u8] = include_bytes!("relations.detente");
