//! Random values and types for property tests.

use proptest::prelude::*;
use serde_json::Value;

use super::{Field, FileKind, Type};

/// Any value of a few levels.
pub fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(Value::from),
        prop_oneof![".{0,8}", "-?[0-9]{1,20}", "true|0|\\[1\\]|\\{\\}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-d]", inner), 0..5).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Any type of a few levels.
pub fn ty() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::String),
        Just(Type::Integer),
        Just(Type::Number),
        Just(Type::Boolean),
        Just(Type::Time),
        Just(Type::File(FileKind::Image)),
        Just(Type::Any),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let field = ("[a-d]", inner.clone(), any::<bool>()).prop_map(|(name, ty, required)| Field { required, ..Field::new(name, ty) });
        prop_oneof![
            inner.prop_map(|of| Type::List(Box::new(of))),
            prop::collection::vec(field, 0..4).prop_map(|mut fields| {
                fields.sort_by(|a, b| a.name.cmp(&b.name));
                fields.dedup_by(|a, b| a.name == b.name);
                Type::Object(fields)
            })
        ]
    })
}
