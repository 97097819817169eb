//! Tool: calls a tool of the toolbox with the node's inputs as its arguments.

mod params;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use flow::node::{Action, Category, NodeSpec, NodeType};
use flow::tool::{Effect, Toolbox};
use flow::workflow::{Finding, Node, NodeId};

use crate::reading::{Reading, both, form};
use params::Params;

/// The kind, over these tools.
pub struct Tool(pub Toolbox);

impl NodeType for Tool {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(&[
                ("tool", "工具", "Tool"),
                ("plugin", "插件", "Plugin"),
                ("plugin.plugin_id", "插件 ID", "Plugin"),
                ("plugin.tool_id", "工具 ID", "Tool"),
                ("plugin.version", "版本", "Version"),
            ]),
            // Some tools only read; the kind has to speak for all of them.
            effect: Effect::Write,
            fill_inputs: true,
            fill_outputs: true,
            batchable: true,
            fallible: true,
            ..NodeSpec::new(
                "tool",
                Category::Core,
                "wrench",
                both("工具", "Tool"),
                both("调用内置工具或插件工具。", "Calls a tool of Hearth or of a plugin."),
            )
        }
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.filled("/params/tool", &params.tool);
        // The tools of plugins come and go with their plugins; Hearth's own do not.
        let known = self.0.info(&params.tool).is_some() || params.plugin.is_some();
        if !known && !params.tool.trim().is_empty() {
            let tool = &params.tool;
            reading.error("/params/tool", "unknown_tool", format!("没有工具 `{tool}`"), format!("There is no tool `{tool}`"));
        }
        let outputs = node.outputs.iter().map(|field| field.name.clone()).collect();
        let plugin = params.plugin.map(|plugin| plugin.plugin_id);
        reading.done(|| Action::Task(Arc::new(run::Call { tools: self.0.clone(), tool: params.tool, plugin, outputs })))
    }
}
