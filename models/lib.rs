//! The default model of detente, as the bytes of its file. `README.md` beside it is its card.

#![no_std]

/// The model file: four targets (peace, cooperation, conflict, sentiment), English.
pub static DEFAULT: &[u8] = include_bytes!("default.detente");
