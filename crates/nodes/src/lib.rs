//! Kinds of workflow nodes, one folder each.
//!
//! In every folder: `mod.rs` (what the node says of itself), `params.rs` (what it asks for; doc
//! comments are the form), `run.rs` (what it does), `tests.rs`. The contract is [`flow::node`]; the
//! engine performs it. [`ports`] are the services that nodes ask for; the binary gives them.
//! [`reading`] is what all kinds share: the form of their params and reading them.

#![cfg_attr(test, allow(clippy::needless_pass_by_value, reason = "tests hand over what `json!` makes"))]

#[macro_use]
mod talk;

mod aggregate_list;
mod approval;
mod assign_variable;
mod batch;
mod break_;
mod code;
mod comment;
mod condition;
mod continue_;
mod conversation;
mod database;
mod date_time;
mod end;
mod filter_list;
mod http_request;
mod input;
mod intent;
mod json_decode;
mod json_encode;
pub mod knowledge;
mod loop_;
mod merge;
mod model;
mod output;
pub mod ports;
mod question;
pub mod reading;
mod set_variable;
mod shared;
mod sort_list;
mod start;
mod template;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod text;
mod tool;
mod wait;
mod workflow;

use std::sync::Arc;

use flow::node::{NodeType, Registry};

/// All kinds with the services they ask for.
pub fn registry(services: &ports::Services) -> Registry {
    Registry::new(kinds(services))
}

fn kinds(services: &ports::Services) -> Vec<Arc<dyn NodeType>> {
    let mut kinds: Vec<Arc<dyn NodeType>> = vec![
        Arc::new(start::Start),
        Arc::new(end::End),
        Arc::new(output::Output),
        Arc::new(comment::Comment),
        Arc::new(condition::Condition),
        Arc::new(merge::Merge),
        Arc::new(loop_::Loop),
        Arc::new(batch::Batch),
        Arc::new(break_::Break),
        Arc::new(continue_::Continue),
        Arc::new(set_variable::SetVariable),
        Arc::new(assign_variable::AssignVariable),
        Arc::new(wait::Wait),
        Arc::new(workflow::Workflow),
        Arc::new(text::Text),
        Arc::new(http_request::HttpRequest(services.clone())),
        Arc::new(code::Code(services.clone())),
        Arc::new(template::Template),
        Arc::new(json_encode::JsonEncode),
        Arc::new(json_decode::JsonDecode),
        Arc::new(filter_list::FilterList),
        Arc::new(sort_list::SortList),
        Arc::new(aggregate_list::AggregateList),
        Arc::new(date_time::DateTime),
        Arc::new(input::Input),
        Arc::new(question::Question),
        Arc::new(approval::Approval),
        Arc::new(model::Model),
        Arc::new(intent::Intent),
        Arc::new(tool::Tool(services.tools.clone())),
    ];
    kinds.extend(knowledge::kinds(services));
    kinds.extend(database::kinds(services));
    kinds.extend(conversation::kinds(services));
    kinds
}
