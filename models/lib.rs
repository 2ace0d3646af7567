//! The default model of detente, as the bytes of its file. `README.md` beside it is its card.

#![no_std]

/// The model file: four targets (peace, cooperation, conflict, sentiment), English.
pub static DEFAULT: &[u8] = include_bytes!("default.detente");

/// The model file of relations: how the holder of a statement stands toward its counterpart (friendly, hostile, none),
/// and the kind of event between them, by what is said around the counterpart's name.
pub static RELATIONS: &[u8] = include_bytes!("relations.detente");
