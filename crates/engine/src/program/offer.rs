//! Workflows as tools of models: what they are called, and what they are called with.

use flow::value::{Field, Type};
use serde_json::{Map, Value, json};

/// Characters of a tool's name at most; vendors refuse longer ones.
const NAME: usize = 64;

/// The name that Coze gives: `ts_<name>_<name>`, of letters, digits, `_` and `-`. One that would be too long says the name once;
/// a name without any of these is the workflow's id.
pub(crate) fn name(id: &str, name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if !clean.chars().any(|c| c.is_ascii_alphanumeric()) {
        return shortened(&format!("workflow_{id}"));
    }
    let twice = format!("ts_{clean}_{clean}");
    if twice.len() <= NAME { twice } else { shortened(&format!("ts_{clean}")) }
}

/// The name, with a number behind it if it is taken.
pub(crate) fn untaken(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while taken(&free) {
        let suffix = format!("_{number}");
        free = name.chars().take(NAME - suffix.len()).collect::<String>() + &suffix;
        number += 1;
    }
    free
}

fn shortened(name: &str) -> String {
    name.chars().take(NAME).collect()
}

/// The JSON schema of what a start node wants.
pub(crate) fn parameters(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), described(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn described(field: &Field) -> Value {
    let mut schema = schema_of(&field.ty);
    if !field.description.is_empty() {
        schema["description"] = Value::from(field.description.as_str());
    }
    schema
}

/// The JSON schema of a type.
fn schema_of(ty: &Type) -> Value {
    match ty {
        Type::String | Type::Time | Type::File(_) => json!({ "type": "string" }),
        Type::Integer => json!({ "type": "integer" }),
        Type::Number => json!({ "type": "number" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Object(fields) if fields.is_empty() => json!({ "type": "object" }),
        Type::Object(fields) => parameters(fields),
        Type::List(of) => json!({ "type": "array", "items": schema_of(of) }),
        Type::Any => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_coze_as_far_as_models_take_them() {
        assert_eq!(name("7", "weather_now"), "ts_weather_now_weather_now");
        assert_eq!(name("7", "Weather now!"), "ts_Weather_now__Weather_now_");
        assert_eq!(name("7", "天气"), "workflow_7");
        let long = name("7", &"a".repeat(100));
        assert!(long.len() == NAME && long.starts_with("ts_aaa"));
        assert_eq!(untaken("x", |name| name != "x_3"), "x_3");
        assert_eq!(untaken(&"a".repeat(NAME), |name| !name.ends_with("_2")).len(), NAME);
    }
}
