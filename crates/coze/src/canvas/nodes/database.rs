//! Databases: SQL (12), update (42), select (43), delete (44), insert (46). Values to write become inputs `field_<id>`.

use flow::value::Type;
use serde_json::{Value, json};

use super::database_where::{read_where, write_where};
use super::{Reading, Writing, model};
use crate::canvas::report::Reason;
use crate::canvas::{binding, json as lenient};

fn read_id(reading: &mut Reading<'_>) {
    let id = lenient::items(&reading.inputs["databaseInfoList"]).iter().find_map(|one| lenient::filled(&one["databaseInfoID"]));
    match &id {
        Some(id) => reading.note(Reason::Database, id.clone()),
        None => reading.note(Reason::Incomplete, "databaseInfoID"),
    }
    reading.param("database_id", id.unwrap_or_default());
}

fn write_id(writing: &mut Writing<'_>) {
    let list = json!([{ "databaseInfoID": writing.param("database_id") }]);
    writing.inputs.insert("databaseInfoList".into(), list);
}

pub fn read_sql(reading: &mut Reading<'_>) {
    let inputs = reading.inputs;
    reading.author_inputs();
    read_id(reading);
    reading.param("sql", lenient::text(&inputs["sql"]).unwrap_or_default());
}

pub fn write_sql(writing: &mut Writing<'_>) {
    writing.author_inputs();
    write_id(writing);
    writing.inputs.insert("sql".into(), writing.text("sql").into());
}

/// Which field becomes what: pairs of `fieldID` and `fieldValue`.
fn read_set(reading: &mut Reading<'_>, pairs: &Value) {
    let mut set = Vec::new();
    for pair in lenient::items(pairs) {
        let Some(field) = lenient::filled(lenient::param(pair, "fieldID")) else {
            reading.note(Reason::Incomplete, "fieldID");
            continue;
        };
        let value = lenient::items(pair).iter().find(|param| param["name"].as_str() == Some("fieldValue"));
        let input = reading.add(&format!("field_{field}"), value.map_or(&Value::Null, |value| &value["input"]));
        set.push(json!({ "field": field, "input": input }));
    }
    reading.param("set", set);
}

fn write_set(writing: &mut Writing<'_>) -> Value {
    let mut pairs = Vec::new();
    for one in lenient::items(writing.param("set")) {
        let field = binding::literal(&Type::String, one["field"].clone());
        let value = writing.named("fieldValue", one["input"].as_str().unwrap_or_default());
        pairs.push(json!([{ "name": "fieldID", "input": field }, value]));
    }
    pairs.into()
}

pub fn read_insert(reading: &mut Reading<'_>) {
    read_id(reading);
    read_set(reading, &reading.inputs["insertParam"]["fieldInfo"]);
}

pub fn write_insert(writing: &mut Writing<'_>) {
    write_id(writing);
    let pairs = write_set(writing);
    writing.inputs.insert("insertParam".into(), json!({ "fieldInfo": pairs }));
}

pub fn read_update(reading: &mut Reading<'_>) {
    let given = &reading.inputs["updateParam"];
    read_id(reading);
    read_set(reading, &given["fieldInfo"]);
    read_where(reading, &given["condition"], true);
}

pub fn write_update(writing: &mut Writing<'_>) {
    write_id(writing);
    let pairs = write_set(writing);
    let mut made = json!({ "fieldInfo": pairs });
    write_where(writing, &mut made);
    writing.inputs.insert("updateParam".into(), made);
}

pub fn read_delete(reading: &mut Reading<'_>) {
    read_id(reading);
    read_where(reading, &reading.inputs["deleteParam"]["condition"], true);
}

pub fn write_delete(writing: &mut Writing<'_>) {
    write_id(writing);
    let mut made = json!({});
    write_where(writing, &mut made);
    writing.inputs.insert("deleteParam".into(), made);
}

pub fn read_select(reading: &mut Reading<'_>) {
    let given = &reading.inputs["selectParam"];
    read_id(reading);
    let mut fields = Vec::new();
    for one in lenient::items(&given["fieldList"]) {
        if let Some(field) = lenient::filled(&one["fieldID"]) {
            let mut made = json!({ "field": field });
            if lenient::flag(&one["isDistinct"]) == Some(true) {
                made["distinct"] = true.into();
            }
            fields.push(made);
        }
    }
    reading.param("fields", fields);
    let ordered = lenient::items(&given["orderByList"]).iter();
    let order: Vec<Value> = ordered
        .filter_map(|one| {
            Some(json!({ "field": lenient::filled(&one["fieldID"])?, "descending": lenient::flag(&one["isAsc"]) == Some(false) }))
        })
        .collect();
    reading.param("order_by", order);
    reading.param_if("limit", model::count(lenient::content(&given["limit"])));
    read_where(reading, &given["condition"], false);
}

pub fn write_select(writing: &mut Writing<'_>) {
    write_id(writing);
    let fields: Vec<Value> = lenient::items(writing.param("fields"))
        .iter()
        .map(|one| json!({ "fieldID": field_id(&one["field"]), "isDistinct": one["distinct"].as_bool().unwrap_or(false) }))
        .collect();
    let order: Vec<Value> = lenient::items(writing.param("order_by"))
        .iter()
        .map(|one| json!({ "fieldID": field_id(&one["field"]), "isAsc": !one["descending"].as_bool().unwrap_or(false) }))
        .collect();
    let mut made = json!({ "fieldList": fields, "orderByList": order });
    if let Value::Number(limit) = writing.param("limit") {
        made["limit"] = limit.clone().into();
    }
    write_where(writing, &mut made);
    writing.inputs.insert("selectParam".into(), made);
}

/// In these lists Coze writes ids as numbers.
fn field_id(field: &Value) -> Value {
    let number = field.as_str().and_then(|id| id.parse::<i64>().ok().filter(|number| number.to_string() == id));
    number.map_or_else(|| field.clone(), Value::from)
}
