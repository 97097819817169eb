//! What a node is given: its bindings read, brought to their types.

use std::borrow::Cow;
use std::sync::Arc;

use flow::node::{Inputs, NodeError};
use flow::value::convert::{self, Converted, Strictness};
use flow::value::expr::FUEL;
use flow::value::{Values, path};
use flow::workflow::{Input, VariableScope};
use serde_json::Value;
use types::Timestamp;

use super::frames::{Frame, Owner};
use super::plan::Source;
use super::state::{At, Doing, Rounds, State};

impl State {
    /// The inputs of a node.
    pub(super) fn inputs(&self, at: At, now: Timestamp) -> Result<Converted<Inputs>, NodeError> {
        let node = self.node(at);
        if node.computes {
            return self.computed(at, now);
        }
        let mut given = Values::with_capacity(node.inputs.len());
        for (input, source) in node.inputs.iter().zip(&node.sources) {
            if let Some(value) = self.read(at.frame, source)? {
                given.insert(input.name.clone(), value.into_owned());
            }
        }
        convert::inputs(given, &node.inputs, node.fill_inputs, Strictness::Lenient)
    }

    /// The inputs of a node of which some are computed from those before them, all from one purse.
    fn computed(&self, at: At, now: Timestamp) -> Result<Converted<Inputs>, NodeError> {
        let node = self.node(at);
        let mut given = Values::with_capacity(node.inputs.len());
        let mut known = Values::with_capacity(node.inputs.len());
        let mut warnings = Vec::new();
        let mut purse = FUEL;
        for (input, source) in node.inputs.iter().zip(&node.sources) {
            let told = if let Source::GivenOr(name, _) = source { self.given(name).cloned() } else { None };
            let value = match (told, source.expression()) {
                (None, Some(expression)) => Some(expression.run_from(&known, now, &mut purse)?),
                (None, None) => self.read(at.frame, source)?.map(Cow::into_owned),
                (told, _) => told,
            };
            let one = value.map(|value| Values::from_iter([(input.name.clone(), value)])).unwrap_or_default();
            let mut brought = convert::inputs(one, std::slice::from_ref(input), false, Strictness::Lenient)?;
            warnings.append(&mut brought.warnings);
            let value = brought.value.values.shift_remove(&input.name);
            known.insert(input.name.clone(), value.clone().unwrap_or_default());
            given.extend(value.map(|value| (input.name.clone(), value)));
        }
        let mut converted = convert::inputs(given, &node.inputs, node.fill_inputs, Strictness::Lenient)?;
        converted.warnings.splice(0..0, warnings);
        Ok(converted)
    }

    /// Inputs as an event tells them. Which of them came to nothing is found as it was then: nothing happened in between.
    pub(super) fn told_inputs(&self, at: At, told: &Value) -> Inputs {
        let node = self.node(at);
        let values = told.as_object().cloned().unwrap_or_default();
        let nothing = |(input, source): (&Input, &Source)| {
            let computed = source.expression().is_some() && values.contains_key(&input.name);
            let is_zero = !computed && values.get(&input.name).is_none_or(|value| *value == input.ty.zero());
            (is_zero && !matches!(self.read(at.frame, source), Ok(Some(_)))).then(|| input.name.clone())
        };
        let absent = node.inputs.iter().zip(&node.sources).filter_map(nothing).collect();
        Inputs { values, absent }
    }

    /// The value of one input of a node now, brought to its type.
    pub(super) fn input(&self, at: At, index: usize) -> Option<Value> {
        let node = self.node(at);
        let value = self.read(at.frame, node.sources.get(index)?).ok()??.into_owned();
        convert::convert(value, &node.inputs[index].ty, Strictness::Lenient).ok().map(|converted| converted.value)
    }

    /// What a source gives; `None`: nothing.
    fn read<'a>(&'a self, frame: u32, source: &'a Source) -> Result<Option<Cow<'a, Value>>, NodeError> {
        Ok(match source {
            // Computed beside the others.
            Source::Nothing | Source::Expression(_) => None,
            Source::Literal(value) => Some(Cow::Borrowed(value)),
            Source::Node { up, node, path } => {
                let slot = self.up(frame, *up).slot(*node);
                slot.output.as_deref().and_then(|output| path::get(output, path)).map(Cow::Borrowed)
            }
            Source::Item { up, path } => self.item(frame, *up, path).map(Cow::Borrowed),
            Source::Index { up } => self.round(frame, *up).map(|(_, index)| Cow::Owned(Value::from(index))),
            Source::Local { up, path } => self.rounds(frame, *up).and_then(|rounds| path::of(&rounds.variables, path)).map(Cow::Borrowed),
            Source::Variable { scope, path } => {
                let values = match scope {
                    VariableScope::App => &self.variables.app,
                    VariableScope::User => &self.variables.user,
                    VariableScope::System => &self.variables.system,
                };
                path::of(values, path).map(Cow::Borrowed)
            }
            Source::Object(parts) => {
                let mut object = Values::with_capacity(parts.len());
                for (input, source) in parts {
                    if let Some(value) = self.read(frame, source)? {
                        let brought = convert::convert(value.into_owned(), &input.ty, Strictness::Lenient)?;
                        object.insert(input.name.clone(), brought.value);
                    }
                }
                Some(Cow::Owned(Value::Object(object)))
            }
            Source::Given(name) => self.given(name).map(Cow::Borrowed),
            Source::GivenOr(name, other) => match self.given(name) {
                Some(value) => Some(Cow::Borrowed(value)),
                None => self.read(frame, other)?,
            },
        })
    }

    /// What the run was given by this name.
    fn given(&self, name: &str) -> Option<&Value> {
        self.run().and_then(|run| run.inputs.get(name))
    }

    /// The frame so many frames up.
    fn up(&self, frame: u32, up: u32) -> &Frame {
        let mut frame = &self.frames[frame];
        for _ in 0..up {
            match frame.owner.at() {
                Some(owner) => frame = &self.frames[owner.frame],
                None => break,
            }
        }
        frame
    }

    /// The container whose iteration the frame so many frames up is, and the number of that iteration.
    fn round(&self, frame: u32, up: u32) -> Option<(At, u64)> {
        match self.up(frame, up).owner {
            Owner::Round { container, index } => Some((container, index)),
            _ => None,
        }
    }

    pub(super) fn rounds(&self, frame: u32, up: u32) -> Option<&Rounds> {
        let (container, _) = self.round(frame, up)?;
        match &self.work(container)?.doing {
            Doing::Container(rounds) => Some(rounds),
            _ => None,
        }
    }

    /// A part of the current element of an input of a container.
    fn item(&self, frame: u32, up: u32, path: &[String]) -> Option<&Value> {
        let frame = self.up(frame, up);
        let Owner::Round { index, .. } = frame.owner else { return None };
        let (name, rest) = path.split_first()?;
        let value = match frame.walked.values.get(name)? {
            Value::Array(items) => items.get(usize::try_from(index).ok()?)?,
            other => other,
        };
        path::get(value, rest)
    }

    /// The innermost loop around a frame.
    pub(super) fn innermost_loop(&self, frame: u32) -> Option<At> {
        let mut frame = &self.frames[frame];
        while let Owner::Round { container, .. } = frame.owner {
            if matches!(self.node(container).control(), Some(flow::node::Control::Loop { .. })) {
                return Some(container);
            }
            frame = &self.frames[container.frame];
        }
        None
    }
}

/// Nothing.
pub(super) fn none() -> Arc<Inputs> {
    Arc::new(Inputs::default())
}
