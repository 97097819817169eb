//! The scenarios, one file each.

pub mod canvas;
pub mod chat;
pub mod engine;
pub mod sandbox;
pub mod start;
pub mod web;
pub mod workflow;
