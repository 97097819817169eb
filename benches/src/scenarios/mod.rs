//! The scenarios, one file each.

pub mod chat;
pub mod start;
pub mod web;
