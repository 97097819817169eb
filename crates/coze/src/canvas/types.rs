//! Types and declared values of a canvas.

use flow::value::{Field, FileKind, Type};
use serde_json::{Map, Value, json};

use super::{json as lenient, literal};

/// `assistType` of files, by Coze's number.
const FILES: &[(i64, FileKind)] = &[
    (1, FileKind::Any),
    (2, FileKind::Image),
    (3, FileKind::Document),
    (4, FileKind::Code),
    (5, FileKind::Slides),
    (6, FileKind::Text),
    (7, FileKind::Spreadsheet),
    (8, FileKind::Audio),
    (9, FileKind::Archive),
    (10, FileKind::Video),
    (11, FileKind::Svg),
    (12, FileKind::Voice),
];

/// `assistType` of a moment.
const TIME: i64 = 10_000;

/// The type that a variable or an input of the canvas declares; `None`: it is not one that Coze documents.
pub fn read(declared: &Value) -> Option<Type> {
    let assist = lenient::int(&declared["assistType"]).unwrap_or(0);
    let name = match &declared["type"] {
        Value::Null => return Some(Type::Any),
        Value::String(name) => name.as_str(),
        _ => return None,
    };
    Some(match name {
        "string" if assist == TIME => Type::Time,
        "string" => FILES.iter().find(|(number, _)| *number == assist).map_or(Type::String, |(_, kind)| Type::File(*kind)),
        "integer" | "int" => Type::Integer,
        "float" | "number" => Type::Number,
        "boolean" | "bool" => Type::Boolean,
        "time" => Type::Time,
        "file" => Type::File(FileKind::Any),
        "image" => Type::File(FileKind::Image),
        "object" => Type::Object(fields(&declared["schema"])),
        "list" | "array" => match &declared["schema"] {
            element @ Value::Object(_) => Type::List(Box::new(read(element).unwrap_or_default())),
            _ => Type::List(Box::new(Type::Any)),
        },
        "" => Type::Any,
        _ => return None,
    })
}

/// Declared values; entries without a name are no values.
pub fn fields(schema: &Value) -> Vec<Field> {
    lenient::items(schema).iter().filter_map(field).collect()
}

/// A declared value. Parameters of an `object_ref` have their type one level deeper.
fn field(variable: &Value) -> Option<Field> {
    let name = lenient::filled(&variable["name"])?;
    let declared = if variable["type"].is_null() && variable["input"].is_object() { &variable["input"] } else { variable };
    let ty = read(declared).unwrap_or_default();
    let default = literal::read(&variable["defaultValue"], &ty).map(|(value, _)| value);
    let description = variable["description"].as_str().unwrap_or_default().to_owned();
    Some(Field { name, ty, required: lenient::flag(&variable["required"]).unwrap_or(false), description, default })
}

/// `type`, `assistType` and `schema` of a type.
pub fn write(ty: &Type) -> Map<String, Value> {
    let mut made = Map::new();
    let name = match ty {
        Type::String | Type::Time | Type::File(_) => "string",
        Type::Integer => "integer",
        Type::Number => "float",
        Type::Boolean => "boolean",
        Type::Object(_) => "object",
        Type::List(_) => "list",
        Type::Any => return made,
    };
    made.insert("type".into(), name.into());
    match ty {
        Type::Time => {
            made.insert("assistType".into(), TIME.into());
        }
        Type::File(kind) => {
            made.insert("assistType".into(), file_number(*kind).into());
        }
        Type::Object(fields) => {
            made.insert("schema".into(), fields.iter().map(write_field).collect());
        }
        Type::List(of) if **of != Type::Any => {
            made.insert("schema".into(), Value::Object(write(of)));
        }
        _ => {}
    }
    made
}

fn file_number(kind: FileKind) -> i64 {
    FILES.iter().find(|(_, of)| *of == kind).map_or(1, |(number, _)| *number)
}

/// A variable of the canvas.
pub fn write_field(field: &Field) -> Value {
    let mut made = write(&field.ty);
    made.insert("name".into(), field.name.clone().into());
    made.insert("required".into(), field.required.into());
    if !field.description.is_empty() {
        made.insert("description".into(), field.description.clone().into());
    }
    if let Some(default) = &field.default {
        made.insert("defaultValue".into(), literal::write_default(default, &field.ty));
    }
    Value::Object(made)
}

/// The number the editor of Coze colours a value by.
pub fn raw_meta(ty: &Type) -> Option<Value> {
    /// What is added for a list of the scalar, from the second scalar on.
    const LIST: i64 = 97;
    let scalar = |ty: &Type| {
        Some(match ty {
            Type::String => 1,
            Type::Integer => 2,
            Type::Boolean => 3,
            Type::Number => 4,
            Type::Object(_) => 6,
            Type::File(FileKind::Image) => 7,
            Type::File(FileKind::Any) => 8,
            Type::File(FileKind::Document) => 9,
            Type::File(FileKind::Code) => 10,
            Type::File(FileKind::Slides) => 11,
            Type::File(FileKind::Text) => 12,
            Type::File(FileKind::Spreadsheet) => 13,
            Type::File(FileKind::Audio) => 14,
            Type::File(FileKind::Archive) => 15,
            Type::File(FileKind::Video) => 16,
            Type::File(FileKind::Svg) => 17,
            Type::File(FileKind::Voice) => 18,
            Type::Time => 19,
            Type::List(_) | Type::Any => return None,
        })
    };
    let number = match ty {
        Type::List(of) => match scalar(of)? {
            simple @ 1..=4 => simple + 98,
            other => other + LIST,
        },
        other => scalar(other)?,
    };
    Some(json!({ "type": number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_numbered_as_the_editor_numbers_them() {
        let check = |of: Type, number: i64| assert_eq!(raw_meta(&Type::List(Box::new(of))), Some(json!({ "type": number })));
        check(Type::String, 99);
        check(Type::Integer, 100);
        check(Type::Boolean, 101);
        check(Type::Number, 102);
        check(Type::Object(Vec::new()), 103);
        check(Type::File(FileKind::Image), 104);
        check(Type::File(FileKind::Any), 105);
        check(Type::Time, 116);
    }

    #[test]
    fn every_type_reads_back() {
        let types = [
            Type::String,
            Type::Integer,
            Type::Number,
            Type::Boolean,
            Type::Time,
            Type::Any,
            Type::List(Box::new(Type::Any)),
            Type::List(Box::new(Type::Object(vec![Field::required("a", Type::File(FileKind::Svg))]))),
            Type::Object(vec![Field {
                default: Some(json!([1])),
                description: "d".into(),
                ..Field::new("l", Type::List(Box::new(Type::Integer)))
            }]),
        ];
        for ty in types.into_iter().chain(FILES.iter().map(|(_, kind)| Type::File(*kind))) {
            assert_eq!(read(&Value::Object(write(&ty))), Some(ty));
        }
    }
}
