//! Declared values as JSON schema, for models.

use flow::value::{Field, Type};
use serde_json::{Map, Value, json};

/// An object with these fields.
pub fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), described(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn described(field: &Field) -> Value {
    let mut schema = of(&field.ty);
    if !field.description.is_empty()
        && let Value::Object(map) = &mut schema
    {
        map.insert("description".to_owned(), field.description.as_str().into());
    }
    schema
}

/// A type.
pub fn of(ty: &Type) -> Value {
    match ty {
        Type::String => json!({ "type": "string" }),
        Type::Integer => json!({ "type": "integer" }),
        Type::Number => json!({ "type": "number" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Time => json!({ "type": "string", "format": "date-time" }),
        Type::File(_) => json!({ "type": "string", "format": "uri" }),
        Type::Object(fields) => object(fields),
        Type::List(of_what) => json!({ "type": "array", "items": of(of_what) }),
        Type::Any => json!({}),
    }
}

/// An object with these fields, in the form that vendors can hold a model to: every field is named as
/// required, optional ones may be `null`, nothing may be added. `None`: a field has no fixed shape.
pub fn strict(fields: &[Field]) -> Option<Value> {
    if fields.is_empty() {
        return None;
    }
    let mut properties = Map::new();
    for field in fields {
        let mut schema = exact(&field.ty)?;
        if let Value::Object(map) = &mut schema {
            if !field.required
                && let Some(ty) = map.get("type").cloned()
            {
                map.insert("type".to_owned(), json!([ty, "null"]));
            }
            if !field.description.is_empty() {
                map.insert("description".to_owned(), field.description.as_str().into());
            }
        }
        properties.insert(field.name.clone(), schema);
    }
    let required: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    Some(json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }))
}

fn exact(ty: &Type) -> Option<Value> {
    match ty {
        Type::Object(fields) => strict(fields),
        Type::List(of_what) => Some(json!({ "type": "array", "items": exact(of_what)? })),
        Type::Any => None,
        Type::Time | Type::File(_) => Some(json!({ "type": "string" })),
        Type::String | Type::Integer | Type::Number | Type::Boolean => Some(of(ty)),
    }
}
