//! Which answers can be told while a model is still writing them.

use flow::node::{Action, Control};

use super::{Listen, Node, Source};

/// Finds, for streaming answers, the inputs that models of the same scope write.
pub(super) fn listen(nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let node = &nodes[index];
        let Some(Control::End { answer: Some(template), streaming: true } | Control::Output { message: template, streaming: true }) =
            node.control()
        else {
            continue;
        };
        let used = template.names();
        let stream = |(at, source): (usize, &Source)| match source {
            Source::Node { up: 0, node: writer, path } => match path.as_slice() {
                [output] if matches!(nodes[*writer as usize].action, Action::Machine(_)) && used.contains(&&*node.inputs[at].name) => {
                    Some(Listen { input: at, node: *writer, output: output.clone() })
                }
                _ => None,
            },
            _ => None,
        };
        let listens: Vec<Listen> = node.sources.iter().enumerate().filter_map(stream).collect();
        for one in &listens {
            let heard_by = &mut nodes[one.node as usize].heard_by;
            if !heard_by.contains(&(index as u32)) {
                heard_by.push(index as u32);
            }
        }
        nodes[index].listens = listens;
    }
}
