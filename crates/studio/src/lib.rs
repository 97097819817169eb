//! What people build: models to think with, and agents.

pub mod models;
