//! Values by name and what was declared of them: conversion, defaults, filling.

use serde_json::Value;

use super::{Converted, Strictness, missing};
use crate::node::{Inputs, NodeError};
use crate::value::{Field, Type, Values};
use crate::workflow::Input;

/// Something with a name and a type: a [`Field`], an [`Input`].
pub trait Declared {
    /// Its name.
    fn name(&self) -> &str;
    /// Its type.
    fn ty(&self) -> &Type;
    /// Whether it must be given.
    fn required(&self) -> bool;
}

impl Declared for Field {
    fn name(&self) -> &str {
        &self.name
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn required(&self) -> bool {
        self.required
    }
}

impl Declared for Input {
    fn name(&self) -> &str {
        &self.name
    }

    fn ty(&self) -> &Type {
        &self.ty
    }

    fn required(&self) -> bool {
        false
    }
}

/// What stands for values that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// The zero value of the type.
    Zero,
    /// `null`.
    Null,
}

/// Fills what is not there. A value that is `null` is there. Fields of objects, and of objects in
/// lists, are always filled with `null`. Fails with `missing_required`.
pub fn fill<D: Declared>(values: &mut Values, declared: &[D], fill: Fill) -> Result<(), NodeError> {
    for one in declared {
        match values.get_mut(one.name()) {
            Some(value) => fill_within(value, one.ty()).map_err(|path| missing(&format!("{}.{path}", one.name())))?,
            None if one.required() => return Err(missing(one.name())),
            None => {
                let value = if fill == Fill::Zero { one.ty().zero() } else { Value::Null };
                values.insert(one.name().to_owned(), value);
            }
        }
    }
    Ok(())
}

/// Fills the objects inside a value; the dotted path of a required field that is missing.
fn fill_within(value: &mut Value, ty: &Type) -> Result<(), String> {
    match (ty, value) {
        (Type::Object(fields), Value::Object(map)) => {
            for field in fields {
                match map.get_mut(&field.name) {
                    Some(value) => fill_within(value, &field.ty).map_err(|path| format!("{}.{path}", field.name))?,
                    None if field.required => return Err(field.name.clone()),
                    None => {
                        map.insert(field.name.clone(), Value::Null);
                    }
                }
            }
            Ok(())
        }
        (Type::List(of), Value::Array(items)) if has_fields(of) => {
            for (index, item) in items.iter_mut().enumerate() {
                fill_within(item, of).map_err(|path| format!("{index}.{path}"))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn has_fields(ty: &Type) -> bool {
    match ty {
        Type::Object(fields) => !fields.is_empty(),
        Type::List(of) => has_fields(of),
        _ => false,
    }
}

/// What a node is given, from what its bindings gave: names missing in `given` came to nothing.
///
/// A value that does not fit counts as not given. With `zeros` (kinds with `fill_inputs`) everything
/// that is not there becomes its zero value. Inputs nobody declared pass through.
pub fn inputs(mut given: Values, declared: &[Input], zeros: bool, strictness: Strictness) -> Result<Converted<Inputs>, NodeError> {
    let mut absent = Vec::new();
    let mut warnings = Vec::new();
    for input in declared {
        if let Some(value) = given.get_mut(&input.name) {
            if bring(value, &input.name, &input.ty, strictness, &mut warnings)? {
                continue;
            }
            given.shift_remove(&input.name);
        } else {
            absent.push(input.name.clone());
        }
    }
    if zeros {
        fill(&mut given, declared, Fill::Zero)?;
    }
    Ok(Converted { value: Inputs { values: given, absent }, warnings })
}

/// What a node gave, as its declared outputs. With `nulls` (kinds with `fill_outputs`) what is not
/// there becomes `null`.
pub fn outputs(mut given: Values, declared: &[Field], nulls: bool, strictness: Strictness) -> Result<Converted<Values>, NodeError> {
    let warnings = bring_all(&mut given, declared, strictness)?;
    if nulls {
        fill(&mut given, declared, Fill::Null)?;
    }
    Ok(Converted { value: given, warnings })
}

/// What the caller of a workflow gave, as the fields of its start node: a field that is missing or,
/// before or after conversion, `null`, `""`, `[]` or `{}` takes its default; what is not there then
/// becomes `null`, or fails with `missing_required`.
pub fn start(mut given: Values, fields: &[Field], strictness: Strictness) -> Result<Converted<Values>, NodeError> {
    let mut warnings = Vec::new();
    for field in fields {
        let mut value = given.get_mut(&field.name).map(Value::take).unwrap_or_default();
        if field.default.is_none() || !is_empty(&value) {
            bring(&mut value, &field.name, &field.ty, strictness, &mut warnings)?;
        }
        if let Some(default) = field.default.as_ref().filter(|_| is_empty(&value)) {
            value = default.clone();
            bring(&mut value, &field.name, &field.ty, strictness, &mut warnings)?;
        }
        if field.required && value.is_null() {
            return Err(missing(&field.name));
        }
        given.insert(field.name.clone(), value);
    }
    fill(&mut given, fields, Fill::Null)?;
    Ok(Converted { value: given, warnings })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn bring_all(given: &mut Values, fields: &[Field], strictness: Strictness) -> Result<Vec<String>, NodeError> {
    let mut warnings = Vec::new();
    for field in fields {
        if let Some(value) = given.get_mut(&field.name) {
            bring(value, &field.name, &field.ty, strictness, &mut warnings)?;
        }
    }
    Ok(warnings)
}

/// Brings a named value to its type in place; whether it fitted.
fn bring(value: &mut Value, name: &str, ty: &Type, strictness: Strictness, warnings: &mut Vec<String>) -> Result<bool, NodeError> {
    if super::fits(value, ty) {
        return Ok(true);
    }
    let mut walk = super::Walk::new(strictness);
    let brought = walk.any(value.take(), ty, super::At::root().name(name))?;
    warnings.extend(walk.warnings());
    let fitted = brought.is_some();
    *value = brought.unwrap_or_else(|| super::nothing(ty));
    Ok(fitted)
}
