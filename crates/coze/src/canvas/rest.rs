//! What a canvas has beside what Hearth made of it.
//!
//! [`kept`] compares a node of the canvas with what an export of the imported node gives, and keeps what only the
//! canvas has, by place. [`given_back`] adds it to a later export. A part that has gone since takes its extras with it.
//!
//! A place is a path of keys. Elements of a list are found by a key that names them (`[name=input]`), else by their
//! position in a list of the same length (`[0:2]`); `[+]` are whole elements that the export does not make.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// Keys that name elements of a list, the first that does counts.
const NAMES: &[&str] = &["name", "workflow_id", "api_name", "id", "fieldID", "databaseInfoID"];

/// What `canvas` has and `made` has not, by the places it has in an export.
pub fn kept(canvas: &Value, made: &Value) -> Map<String, Value> {
    // What the export adds may name an element that had no name.
    let mut exported = made.clone();
    given_back(&mut exported, &taken(canvas, made));
    taken(&exported, made)
}

/// What `canvas` has and `made` has not.
fn taken(canvas: &Value, made: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    compare(canvas, made, &mut String::new(), &mut found);
    found
}

fn compare(canvas: &Value, made: &Value, place: &mut String, found: &mut Map<String, Value>) {
    let mut inside = |segment: &str, canvas: &Value, made: Option<&Value>| {
        let length = place.len();
        place.push('/');
        escape(segment, place);
        match made {
            Some(made) => compare(canvas, made, place, found),
            None => {
                found.insert(place.clone(), canvas.clone());
            }
        }
        place.truncate(length);
    };
    match (canvas, made) {
        (Value::Object(canvas), Value::Object(made)) => {
            for (key, value) in canvas {
                inside(key, value, made.get(key));
            }
        }
        (Value::Array(canvas), Value::Array(made)) => {
            if let Some(key) = NAMES.iter().find(|key| names(canvas, key) && names(made, key)) {
                let by_name: HashMap<&str, &Value> = made.iter().filter_map(|other| Some((other[*key].as_str()?, other))).collect();
                let mut more = Vec::new();
                for element in canvas {
                    let name = element[*key].as_str().unwrap_or_default();
                    match by_name.get(name) {
                        Some(other) => inside(&format!("[{key}={name}]"), element, Some(other)),
                        None => more.push(element.clone()),
                    }
                }
                if !more.is_empty() {
                    inside("[+]", &Value::Array(more), None);
                }
            } else if canvas.len() == made.len() {
                for (at, (element, other)) in canvas.iter().zip(made).enumerate() {
                    inside(&format!("[{at}:{}]", made.len()), element, Some(other));
                }
            }
        }
        _ => {}
    }
}

/// Whether each element is an object with a text of its own under this key.
fn names(items: &[Value], key: &str) -> bool {
    let mut seen = HashSet::new();
    items.iter().all(|item| item.get(key).and_then(Value::as_str).is_some_and(|name| seen.insert(name)))
}

/// Adds to an export what was taken from the canvas.
pub fn given_back(made: &mut Value, rest: &Map<String, Value>) {
    let mut elements = Elements::new();
    for (place, value) in rest {
        let Some((way, last)) = place.rsplit_once('/') else { continue };
        let mut target = Some(&mut *made);
        let mut length = 0;
        for segment in way.split('/').skip(1) {
            let before = &way[..length];
            length += segment.len() + 1;
            target = target.and_then(|target| step(target, segment, before, &mut elements));
        }
        if let Some(target) = target {
            add(target, &unescape(last), value);
        }
    }
}

/// Where the elements of lists are: by the place of the list and the key that names them, then by name.
type Elements<'a> = HashMap<(&'a str, &'a str), HashMap<String, usize>>;

fn step<'a, 'b>(value: &'b mut Value, segment: &'a str, place: &'a str, elements: &mut Elements<'a>) -> Option<&'b mut Value> {
    match value {
        Value::Object(map) => map.get_mut(&unescape(segment)),
        Value::Array(items) => {
            let inner = segment.strip_prefix('[')?.strip_suffix(']')?;
            if let Some((key, name)) = inner.split_once('=') {
                let index = elements.entry((place, key)).or_insert_with(|| {
                    let named = items.iter().enumerate().rev();
                    named.filter_map(|(at, item)| Some((item.get(key)?.as_str()?.to_owned(), at))).collect()
                });
                items.get_mut(*index.get(&unescape(name))?)
            } else {
                let (at, length) = inner.split_once(':')?;
                if length.parse() == Ok(items.len()) { items.get_mut(at.parse::<usize>().ok()?) } else { None }
            }
        }
        _ => None,
    }
}

fn add(target: &mut Value, last: &str, value: &Value) {
    match (target, value) {
        (Value::Object(map), value) if !map.contains_key(last) => {
            map.insert(last.to_owned(), value.clone());
        }
        (Value::Array(items), Value::Array(more)) if last == "[+]" => items.extend(more.iter().cloned()),
        _ => {}
    }
}

fn escape(segment: &str, place: &mut String) {
    for c in segment.chars() {
        match c {
            '~' => place.push_str("~0"),
            '/' => place.push_str("~1"),
            c => place.push(c),
        }
    }
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn extras_are_kept_by_place_and_go_with_their_part() {
        let canvas = json!({ "icon": "i", "params": [{ "name": "a", "x": 1 }, { "name": "b/~", "x": { "y": 2, "z": 3 } }, { "name": "c" }], "pairs": [[1], [{ "k": 2 }]] });
        let made = json!({ "params": [{ "name": "a" }, { "name": "b/~", "x": { "y": 9 } }], "pairs": [[1], [{}]] });
        let rest = kept(&canvas, &made);
        let expected = json!({
            "/icon": "i",
            "/params/[name=a]/x": 1,
            "/params/[name=b~1~0]/x/z": 3,
            "/params/[+]": [{ "name": "c" }],
            "/pairs/[1:2]/[0:1]/k": 2,
        });
        assert_eq!(Value::Object(rest.clone()), expected);

        let mut edited = json!({ "params": [{ "name": "b/~", "x": {} }, { "name": "d" }], "pairs": [[1]] });
        given_back(&mut edited, &rest);
        assert_eq!(
            edited,
            json!({ "icon": "i", "params": [{ "name": "b/~", "x": { "z": 3 } }, { "name": "d" }, { "name": "c" }], "pairs": [[1]] })
        );
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), any::<i8>().prop_map(Value::from), "[a-c/~\\[=]{0,3}".prop_map(Value::from)];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("name|id|a|/|~|\\[", inner), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_given_back_is_taken_again(canvas in any_value(), made in any_value()) {
            let rest = kept(&canvas, &made);
            let mut whole = made.clone();
            given_back(&mut whole, &rest);
            prop_assert_eq!(kept(&whole, &made), rest);
        }
    }
}
