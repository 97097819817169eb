//! The binary `hearth`: settings, wiring, listeners.

pub mod config;
