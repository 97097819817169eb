//! The API, from outside. One module for each question; the test tree follows the routes.

// The futures of a whole server are nested deeper than the compiler expects.
#![recursion_limit = "256"]

mod agent_tools;
mod answer_streams;
mod app_runs;
mod bad_input;
mod called_runs;
mod chat;
mod cors;
mod coze_bad_input;
mod coze_defaults;
mod full_disk;
mod journey;
mod limits;
mod locked_database;
mod model_faults;
mod models;
mod operations;
mod outbound;
mod policies;
mod restart;
mod setup_code;
mod slow_client;
mod tokens;
mod triggers;
mod two_workspaces;
mod workflow_assist;
mod workflow_debugging;
mod workflow_files;
mod workflow_imports;
mod workflow_limits;
mod workflow_secrets;
mod workflow_templates;
mod workflows;
