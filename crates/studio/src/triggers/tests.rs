//! When schedules are due, what runs are given, what signs a call: the pure parts. The rest is tested through the whole server.

use flow::value::{Field, Type, Values};
use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use types::{Failure, Timestamp};

use super::given::{Given, wrong};
use super::schedule::Schedule;
use super::secret;

fn at(text: &str) -> Timestamp {
    serde_json::from_value(json!(text)).unwrap()
}

fn cron(text: &str, zone: &str) -> Schedule {
    Schedule { cron: Some(text.to_owned()), time_zone: zone.to_owned(), ..Schedule::default() }
}

/// The next times after a moment, in UTC.
#[track_caller]
fn check(schedule: &Schedule, after: &str, expected: &[&str]) {
    let now = at(after);
    let times = schedule.read(now).unwrap().next(now, expected.len());
    let times: Vec<String> = times.iter().map(|time| time.to_string().replace(":00.000Z", "Z")).collect();
    assert_eq!(times, expected);
}

fn code(schedule: &Schedule) -> String {
    schedule.read(at("2026-01-01T00:00:00Z")).err().map(|error| Failure::from(error).code.to_string()).unwrap_or_default()
}

#[test]
fn cron_is_meant_in_its_zone() {
    let workdays = cron("0 9 * * MON-FRI", "Asia/Shanghai");
    // 2026-01-02 is a Friday.
    check(&workdays, "2026-01-02T00:30:00Z", &["2026-01-02T01:00Z", "2026-01-05T01:00Z", "2026-01-06T01:00Z"]);
    // The very moment is not after itself.
    check(&workdays, "2026-01-02T01:00:00Z", &["2026-01-05T01:00Z"]);
    check(&cron("*/20 * * * *", ""), "2026-01-01T00:19:59.999Z", &["2026-01-01T00:20Z", "2026-01-01T00:40Z", "2026-01-01T01:00Z"]);
    check(&cron("30 4 1,15 * *", "UTC"), "2026-02-01T05:00:00Z", &["2026-02-15T04:30Z", "2026-03-01T04:30Z"]);
    check(&cron("0 0 29 2 *", ""), "2026-01-01T00:00:00Z", &["2028-02-29T00:00Z", "2032-02-29T00:00Z"]);
}

#[test]
fn a_time_that_does_not_exist_is_made_up_for() {
    // In Berlin 02:00 to 03:00 is missing on 2026-03-29; summer time is UTC+2.
    let daily = cron("30 2 * * *", "Europe/Berlin");
    let times = daily.read(at("2026-03-28T00:00:00Z")).unwrap().next(at("2026-03-28T00:00:00Z"), 3);
    assert_eq!(times[0], at("2026-03-28T01:30:00Z"));
    assert!((at("2026-03-29T01:00:00Z")..at("2026-03-29T02:00:00Z")).contains(&times[1]), "right after the gap: {}", times[1]);
    assert_eq!(times[2], at("2026-03-30T00:30:00Z"));
    // What repeats has 23 hours that day.
    let hours = cron("0 * * * *", "Europe/Berlin").read(at("2026-03-28T23:00:00Z")).unwrap().next(at("2026-03-28T22:59:00Z"), 23);
    assert_eq!((hours[0], hours[22]), (at("2026-03-28T23:00:00Z"), at("2026-03-29T21:00:00Z")));
}

#[test]
fn a_time_that_exists_twice_counts_once() {
    // In Berlin 02:00 to 03:00 comes twice on 2026-10-25: first UTC+2, then UTC+1.
    check(&cron("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", &["2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
    // What repeats goes on through both.
    check(&cron("0 * * * *", "Europe/Berlin"), "2026-10-24T23:30:00Z", &["2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"]);
}

#[test]
fn intervals_count_from_when_they_were_due() {
    let table = Schedule { every_minutes: Some(90), ..Schedule::default() }.read(at("2026-01-01T00:00:00Z")).unwrap();
    let due = at("2026-01-01T01:30:00Z");
    assert_eq!(table.first(at("2026-01-01T00:00:00Z")), Some(due));
    assert_eq!(table.after(due, due), Some(at("2026-01-01T03:00:00Z")));
    assert_eq!(table.after(due, at("2026-01-01T10:00:00Z")), Some(at("2026-01-01T10:30:00Z")));
    assert_eq!(table.latest(due, at("2026-01-01T10:00:00Z")), at("2026-01-01T09:00:00Z"));
}

#[test]
fn of_missed_times_the_latest_is_known() {
    let table = cron("0 9 * * *", "Asia/Shanghai").read(at("2026-01-01T00:00:00Z")).unwrap();
    let due = at("2026-01-01T01:00:00Z");
    assert_eq!(table.latest(due, at("2026-01-04T12:00:00Z")), at("2026-01-04T01:00:00Z"));
    assert_eq!(table.latest(due, at("2026-01-04T01:00:00Z")), at("2026-01-04T01:00:00Z"));
    assert_eq!(table.latest(due, at("2026-01-01T01:00:00.400Z")), due);
    // The next is after now, however long nobody looked.
    assert_eq!(table.after(due, at("2026-01-04T12:00:00Z")), Some(at("2026-01-05T01:00:00Z")));
}

#[test]
fn what_cannot_be_a_schedule_is_refused() {
    for bad in ["", "x", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "0 0 32 * *", "0 0 30 2 *", "0 0 * 13 *", "@reboot"] {
        assert_eq!(code(&cron(bad, "")), "schedule_invalid", "{bad:?}");
    }
    assert_eq!(code(&cron(&"0,".repeat(200), "")), "schedule_invalid");
    assert_eq!(code(&cron("0 9 * * *", "Mars/Olympus")), "schedule_invalid");
    for minutes in [0, 43_201] {
        assert_eq!(code(&Schedule { every_minutes: Some(minutes), ..Schedule::default() }), "schedule_invalid");
    }
    assert_eq!(code(&Schedule::default()), "schedule_invalid");
    assert_eq!(code(&Schedule { every_minutes: Some(5), ..cron("0 9 * * *", "") }), "schedule_invalid");
    assert_eq!(code(&cron("0 9 * * *", "America/New_York")), "");
}

fn given(headers: &[(&'static str, &str)], query: &str, body: &[u8]) -> Result<Given, String> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    Given::call("POST", &map, query, body).map_err(|error| Failure::from(error).code.to_string())
}

fn inputs(given: &Given, fields: &[Field], mapping: Value) -> Value {
    let Value::Object(mapping) = mapping else { panic!("a mapping is an object") };
    Value::Object(given.inputs(fields, &mapping))
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

#[test]
fn inputs_come_from_the_body_by_name() {
    let fields = [Field::new("name", Type::String), Field::new("count", Type::Integer), Field::new("absent", Type::String)];
    let sent = given(&[JSON], "name=other&absent=x", br#"{"name":"Ann","count":"3","more":true}"#).unwrap();
    assert_eq!(inputs(&sent, &fields, json!({})), json!({ "name": "Ann", "count": "3" }), "the engine converts");
    let form = given(&[("content-type", "application/x-www-form-urlencoded")], "", b"name=A%20B+C&count=1&count=2").unwrap();
    assert_eq!(inputs(&form, &fields, json!({})), json!({ "name": "A B C", "count": ["1", "2"] }));
    let query = given(&[], "name=q&count=7", b"").unwrap();
    assert_eq!(inputs(&query, &fields, json!({})), json!({ "name": "q", "count": "7" }));
    let list = given(&[], "name=q", b"[1,2]").unwrap();
    assert_eq!(inputs(&list, &fields, json!({})), json!({}), "a body that is no object has no names");
}

#[test]
fn parts_of_the_call_are_inputs_of_their_names() {
    let object = || Type::Object(Vec::new());
    let fields =
        [Field::new("body", object()), Field::new("headers", object()), Field::new("query", object()), Field::new("method", Type::String)];
    let headers = [JSON, ("x-source", "shop"), ("authorization", "Bearer t"), ("cookie", "a=b"), ("x-hearth-signature", "sha256=00")];
    let sent = given(&headers, "a=1", br#"{"method":"card","query":"text"}"#).unwrap();
    let expected = json!({
        "body": { "method": "card", "query": "text" }, "query": { "a": "1" }, "method": "POST",
        "headers": { "content-type": "application/json; charset=utf-8", "x-source": "shop" },
    });
    assert_eq!(inputs(&sent, &fields, json!({})), expected, "what proves who somebody is stays out");
    // Inputs of another type are meant by name.
    assert_eq!(inputs(&sent, &[Field::new("query", Type::String)], json!({})), json!({ "query": "text" }));
    let text = given(&[("content-type", "text/plain")], "", "héllo".as_bytes()).unwrap();
    assert_eq!(inputs(&text, &[Field::new("body", Type::String)], json!({})), json!({ "body": "héllo" }));
}

#[test]
fn a_mapping_goes_first() {
    let sent = given(&[JSON, ("x-source", "shop")], "q=1", br#"{"user":{"id":7,"tags":["a","b"]},"name":"by name"}"#).unwrap();
    let mapping = json!({
        "id": "{{body.user.id}}", "tag": "{{ body.user.tags[1] }}", "text": "{{headers.x-source}}/{{query.q}}/{{body.nothing}}",
        "fixed": 5, "plain": "as it is", "missing": "{{body.user.name}}", "name": "{{method}}",
    });
    let expected = json!({ "id": 7, "tag": "b", "text": "shop/1/", "fixed": 5, "plain": "as it is", "missing": null, "name": "POST" });
    assert_eq!(inputs(&sent, &[Field::new("name", Type::String)], mapping), expected);
    let time = Given::time(at("2026-01-01T00:00:00Z"));
    assert_eq!(inputs(&time, &[], json!({ "when": "{{due_at}}" })), json!({ "when": "2026-01-01T00:00:00.000Z" }));
    let bad = |mapping: Value| wrong(mapping.as_object().unwrap());
    assert_eq!(bad(json!({ "a": "{{body.x}}", "b": "{{due_at}}", "c": { "d": "{{anything}}" } })), None);
    assert!(bad(json!({ "a": "{{env.SECRET}}" })).unwrap().contains('a'));
    assert!(bad(json!({ "a": "x".repeat(70_000) })).is_some());
    let many: Values = (0..101).map(|n| (n.to_string(), Value::Null)).collect();
    assert!(wrong(&many).is_some());
}

#[test]
fn bodies_that_are_not_what_they_say_are_refused() {
    assert_eq!(given(&[JSON], "", b"{\"a\":").unwrap_err(), "hook_body_invalid");
    assert_eq!(given(&[], "", b"a=1").unwrap_err(), "hook_body_invalid");
    let deep = "[".repeat(500) + &"]".repeat(500);
    assert_eq!(given(&[JSON], "", deep.as_bytes()).unwrap_err(), "hook_body_invalid");
    assert_eq!(given(&[("content-type", "text/plain")], "", b"\xff").unwrap_err(), "hook_body_invalid");
    assert_eq!(given(&[("content-type", "application/octet-stream")], "", b"x").unwrap_err(), "hook_body_type");
    assert_eq!(given(&[("content-type", "multipart/form-data; boundary=x")], "", b"x").unwrap_err(), "hook_body_type");
}

#[test]
fn a_signature_is_the_hmac_of_the_bytes() {
    // RFC 4231, test case 2.
    let key = SecretString::from("Jefe");
    let right = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let data = b"what do ya want for nothing?";
    assert!(secret::signs(&key, Some(right), data));
    assert!(secret::signs(&key, Some(&right.to_uppercase().replace("SHA256", "sha256")), data));
    for wrong in [None, Some(""), Some("sha256="), Some("sha256=zz"), Some(&right[7..]), Some(&right[..right.len() - 2])] {
        assert!(!secret::signs(&key, wrong, data), "{wrong:?}");
    }
    assert!(!secret::signs(&key, Some(right), b"what do ya want for nothing!"));
}

#[test]
fn addresses_are_long_and_never_the_same() {
    let (one, two) = (secret::random(secret::ADDRESS).unwrap(), secret::random(secret::ADDRESS).unwrap());
    assert_ne!(one.expose_secret(), two.expose_secret());
    assert!(secret::is_address(one.expose_secret()), "{}", one.expose_secret());
    for bad in ["", "hook_", "hook_short", "pat_0123456789012345678901234567890123456789012", &format!("{}x", one.expose_secret())] {
        assert!(!secret::is_address(bad), "{bad:?}");
    }
}
