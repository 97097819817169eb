//! Tables.

use serde_json::{Value, json};

use super::{Caller, Outcome, check, refused, step, stranger, told};
use crate::ports::databases::{
    Condition, Databases, Delete, Filter, Insert, Logic, Operator, OrderBy, Rows, Select, SelectField, Sql, Update,
};

/// An empty table of the caller's workspace with two fields.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// Its id.
    pub database: &'a str,
    /// Id and name of a field of texts.
    pub text: (&'a str, &'a str),
    /// Id and name of a field of whole numbers.
    pub number: (&'a str, &'a str),
}

impl Table<'_> {
    fn select(&self, filter: Option<Filter>) -> Select {
        let order_by = vec![OrderBy { field: self.number.0.to_owned(), descending: false }];
        Select { database: self.database.to_owned(), fields: Vec::new(), filter, order_by, limit: 100 }
    }

    fn numbers(&self, rows: &Rows) -> Vec<i64> {
        rows.rows.iter().filter_map(|row| row.get(self.number.1).and_then(Value::as_i64)).collect()
    }
}

fn filter(logic: Logic, conditions: &[(&str, Operator, Value)]) -> Filter {
    let conditions = conditions.iter().map(|(field, operator, value)| Condition {
        field: (*field).to_owned(),
        operator: *operator,
        value: value.clone(),
    });
    Filter { logic, conditions: conditions.collect() }
}

/// Runs the suite; the table holds three rows afterwards.
pub async fn databases(port: &dyn Databases, caller: &Caller, table: Table<'_>) -> Outcome {
    rows(port, caller, table).await?;
    operators(port, caller, table).await?;
    changes(port, caller, table).await?;
    refusals(port, caller, table).await
}

async fn rows(port: &dyn Databases, caller: &Caller, table: Table<'_>) -> Outcome {
    for (number, text) in [(1, json!("one")), (2, json!("two' OR '1'='1")), (3, Value::Null)] {
        let set = vec![(table.number.0.to_owned(), json!(number)), (table.text.1.to_owned(), text)];
        let insert = Insert { database: table.database.to_owned(), set };
        let caller = step(caller, &number.to_string());
        for attempt in 1..=2 {
            let rows = port.insert(&caller, insert.clone()).await.map_err(told("adding a row"))?;
            check(rows.count == Some(1), &format!("attempt {attempt} at adding a row counts one"))?;
        }
    }
    let all = port.select(caller, table.select(None)).await.map_err(told("reading"))?;
    check(table.numbers(&all) == [1, 2, 3] && all.count == Some(3), "a repeated step adds no second row")?;
    check(all.rows[1].get(table.text.1) == Some(&json!("two' OR '1'='1")), "values are kept to the letter")?;
    let other = Caller { draft: !caller.draft, ..caller.clone() };
    let none = port.select(&other, table.select(None)).await.map_err(told("reading the other rows"))?;
    check(none.rows.is_empty(), "test rows and live rows are kept apart")?;

    let some = Select { limit: 2, order_by: vec![OrderBy { field: table.number.0.to_owned(), descending: true }], ..table.select(None) };
    let some = port.select(caller, some).await.map_err(told("reading two"))?;
    check(table.numbers(&some) == [3, 2], "order and limit are kept")?;
    let fields = vec![SelectField { field: table.text.0.to_owned(), distinct: true }];
    let texts =
        port.select(caller, Select { fields, order_by: Vec::new(), ..table.select(None) }).await.map_err(told("reading one field"))?;
    check(texts.rows.len() == 3 && texts.rows.iter().all(|row| !row.contains_key(table.number.1)), "only the fields asked for are given")
}

async fn operators(port: &dyn Databases, caller: &Caller, table: Table<'_>) -> Outcome {
    let (number, text) = (table.number.0, table.text.1);
    let cases: Vec<(Filter, &[i64])> = vec![
        (filter(Logic::And, &[(number, Operator::Equal, json!(2))]), &[2]),
        (filter(Logic::And, &[(number, Operator::NotEqual, json!(2))]), &[1, 3]),
        (filter(Logic::And, &[(number, Operator::Greater, json!(1)), (number, Operator::Less, json!(3))]), &[2]),
        (filter(Logic::And, &[(number, Operator::GreaterEqual, json!(2)), (number, Operator::LessEqual, json!(3))]), &[2, 3]),
        (filter(Logic::Or, &[(number, Operator::Equal, json!(1)), (number, Operator::Equal, json!(3))]), &[1, 3]),
        (filter(Logic::And, &[(number, Operator::In, json!([1, 3, 9]))]), &[1, 3]),
        (filter(Logic::And, &[(number, Operator::NotIn, json!([1, 3]))]), &[2]),
        (filter(Logic::And, &[(number, Operator::In, json!([]))]), &[]),
        (filter(Logic::And, &[(text, Operator::IsNull, Value::Null)]), &[3]),
        (filter(Logic::And, &[(text, Operator::IsNotNull, Value::Null)]), &[1, 2]),
        (filter(Logic::And, &[(text, Operator::Like, json!("%n_"))]), &[1]),
        (filter(Logic::And, &[(text, Operator::NotLike, json!("o%"))]), &[2]),
        (filter(Logic::And, &[(text, Operator::Equal, json!("two' OR '1'='1"))]), &[2]),
        (filter(Logic::And, &[(text, Operator::Equal, json!("' OR '1'='1"))]), &[]),
        (Filter::default(), &[1, 2, 3]),
    ];
    for (filter, expected) in cases {
        let what = format!("{filter:?}");
        let rows = port.select(caller, table.select(Some(filter))).await.map_err(told("filtering"))?;
        check(table.numbers(&rows) == expected, &what)?;
    }
    Ok(())
}

async fn changes(port: &dyn Databases, caller: &Caller, table: Table<'_>) -> Outcome {
    let two = || filter(Logic::And, &[(table.number.0, Operator::GreaterEqual, json!(2))]);
    let update = Update { database: table.database.to_owned(), set: vec![(table.text.0.to_owned(), json!("changed"))], filter: two() };
    let rows = port.update(&step(caller, "u"), update).await.map_err(told("changing"))?;
    check(rows.count == Some(2), "changed rows are counted")?;
    let changed = filter(Logic::And, &[(table.text.0, Operator::Equal, json!("changed"))]);
    let rows = port.select(caller, table.select(Some(changed.clone()))).await.map_err(told("reading what was changed"))?;
    check(table.numbers(&rows) == [2, 3], "the rows that were found are changed, no others")?;

    let delete = Delete { database: table.database.to_owned(), filter: changed };
    let rows = port.delete(&step(caller, "d"), delete.clone()).await.map_err(told("removing"))?;
    check(rows.count == Some(2), "removed rows are counted")?;
    let rows = port.delete(&step(caller, "e"), delete).await.map_err(told("removing again"))?;
    check(rows.count == Some(0), "what is gone is not counted again")?;
    for number in [5, 6] {
        let insert = Insert { database: table.database.to_owned(), set: vec![(table.number.0.to_owned(), json!(number))] };
        port.insert(&step(caller, &number.to_string()), insert).await.map_err(told("adding more"))?;
    }
    let all = port.select(caller, table.select(None)).await.map_err(told("reading the end"))?;
    check(table.numbers(&all) == [1, 5, 6], "what was not removed is there")
}

async fn refusals(port: &dyn Databases, caller: &Caller, table: Table<'_>) -> Outcome {
    let select = table.select(None);
    refused(port.select(&stranger(caller), select.clone()).await, "database_not_found", "another workspace")?;
    let missing = Select { database: "0".to_owned(), ..select };
    refused(port.select(caller, missing).await, "database_not_found", "a table that is not there")?;
    let unknown = filter(Logic::And, &[("no such field", Operator::Equal, json!(1))]);
    refused(port.select(caller, table.select(Some(unknown.clone()))).await, "database_field_unknown", "a field that is not there")?;
    let delete = Delete { database: table.database.to_owned(), filter: unknown };
    refused(port.delete(&step(caller, "x"), delete).await, "database_field_unknown", "removing by a field that is not there")
}

/// Runs statements against the table that [`databases`] left behind, which is called `name` in SQL.
pub async fn sql(port: &dyn Databases, caller: &Caller, table: Table<'_>, name: &str) -> Outcome {
    let (text, number) = (table.text.1, table.number.1);
    let run = |key: &str, text: String, values: Vec<Value>| {
        let sql = Sql { database: table.database.to_owned(), text, values };
        let caller = step(caller, key);
        async move { port.sql(&caller, sql).await }
    };
    let hostile = "x'); DROP TABLE t; --";
    let insert = format!("INSERT INTO {name} ({text}, {number}) VALUES ($1, $2)");
    let rows = run("1", insert, vec![json!(hostile), json!(10)]).await.map_err(told("adding by SQL"))?;
    check(rows.count == Some(1), "an added row is counted")?;
    let select = format!("SELECT {text}, {number} FROM {name} WHERE {number} >= $2 AND {text} = $1");
    let rows = run("2", select, vec![json!(hostile), json!(2)]).await.map_err(told("reading by SQL"))?;
    check(rows.rows.len() == 1 && rows.rows[0].get(text) == Some(&json!(hostile)), "values are bound by their numbers")?;
    for (key, statement) in
        ["DROP TABLE users", "SELECT 1; SELECT 2", "SELECT * FROM sqlite_master", "PRAGMA table_list"].iter().enumerate()
    {
        refused(run(&format!("r{key}"), (*statement).to_owned(), Vec::new()).await, "database_refused", statement)?;
    }
    Ok(())
}
