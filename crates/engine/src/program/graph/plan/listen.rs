//! Which answers can be told while a model is still writing them: those that quote it, also through nodes that hand its words on
//! (a merge, a called workflow that ends with them).

use flow::node::{Action, Control};

use super::{Listen, Node, Source};

/// Finds, for streaming answers, the inputs that are written in this scope.
pub(super) fn listen(nodes: &mut [Node]) {
    for index in 0..nodes.len() {
        let node = &nodes[index];
        let Some(Control::End { answer: Some(template), streaming: true } | Control::Output { message: template, streaming: true }) =
            node.control()
        else {
            continue;
        };
        let used = template.names();
        let stream = |(at, source): (usize, &Source)| {
            let (writer, output) = written(nodes, source)?;
            used.contains(&&*node.inputs[at].name).then(|| Listen { input: at, node: writer, output: output.to_owned() })
        };
        let listens: Vec<Listen> = node.sources.iter().enumerate().filter_map(stream).collect();
        for one in &listens {
            heard(nodes, one.node, index as u32);
        }
        nodes[index].listens = listens;
    }
    // What a merge hands on, others wrote; they may be merges too.
    let mut left: Vec<u32> = (0..nodes.len() as u32).filter(|index| is_merge(&nodes[*index as usize])).collect();
    while let Some(index) = left.pop() {
        if nodes[index as usize].heard_by.is_empty() {
            continue;
        }
        let writers: Vec<u32> = nodes[index as usize].sources.iter().filter_map(|source| Some(written(nodes, source)?.0)).collect();
        for writer in writers {
            if heard(nodes, writer, index) && is_merge(&nodes[writer as usize]) {
                left.push(writer);
            }
        }
    }
}

/// The node that may be writing what an input takes, and its output.
fn written<'a>(nodes: &[Node], source: &'a Source) -> Option<(u32, &'a str)> {
    let Source::Node { up: 0, node: writer, path } = source else { return None };
    let [output] = path.as_slice() else { return None };
    let streams = match &nodes[*writer as usize].action {
        Action::Machine(_) | Action::Control(Control::Workflow { .. }) => true,
        Action::Pure(pure) => pure.first_of(output).is_some(),
        _ => false,
    };
    streams.then_some((*writer, output.as_str()))
}

fn is_merge(node: &Node) -> bool {
    matches!(&node.action, Action::Pure(pure) if node.outputs.iter().any(|field| pure.first_of(&field.name).is_some()))
}

/// Notes a listener; false when it is known.
fn heard(nodes: &mut [Node], writer: u32, by: u32) -> bool {
    let heard_by = &mut nodes[writer as usize].heard_by;
    let new = !heard_by.contains(&by);
    if new {
        heard_by.push(by);
    }
    new
}
