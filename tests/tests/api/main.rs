//! The API, from outside. One module for each question; the test tree follows the routes.

mod bad_input;
mod chat;
mod journey;
mod models;
mod operations;
mod policies;
mod restart;
mod two_workspaces;
