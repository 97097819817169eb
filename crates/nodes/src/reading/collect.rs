//! What containers give out: lists of what nodes inside gave, and their variables.

use flow::node::Collect;
use flow::value::Type;
use flow::workflow::{Node, Ref};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Reading;

/// An output of a container.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Collected {
    /// Name of the output.
    pub name: String,
    /// What a node inside gives, once for each iteration; or, of the container itself, a variable's last value.
    pub from: Ref,
}

impl Reading<'_> {
    /// Checks what is collected and adds the declared types.
    pub fn collect(&mut self, node: &Node, collected: Vec<Collected>) -> Vec<Collect> {
        self.unique(collected.iter().enumerate().map(|(at, one)| (format!("/params/collect/{at}/name"), one.name.as_str())));
        let mut collects = Vec::with_capacity(collected.len());
        for (at, Collected { name, from }) in collected.into_iter().enumerate() {
            let declared = node.outputs.iter().find(|field| field.name == name);
            if declared.is_none() {
                self.error(
                    format!("/params/collect/{at}/name"),
                    "unknown_output",
                    format!("节点没有输出 `{name}`"),
                    format!("The node has no output `{name}`"),
                );
            }
            let ty = declared.map_or(Type::Any, |field| field.ty.clone());
            collects.push(Collect { name, ty, from });
        }
        collects
    }
}
