//! `current_time`: what models cannot know.

use async_trait::async_trait;
use chrono::{DateTime, Datelike as _, Offset as _, SecondsFormat, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use flow::tool::{Effect, Localized, Tool, ToolContext, ToolError, ToolInfo};
use serde::Deserialize;
use serde_json::{Value, json};

/// The tool.
pub struct CurrentTime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    time_zone: Option<String>,
}

#[async_trait]
impl Tool for CurrentTime {
    fn info(&self) -> ToolInfo {
        ToolInfo {
            name: "current_time".to_owned(),
            title: Localized { zh: "当前时间".to_owned(), en: "Current time".to_owned() },
            description: "Returns the current date, time, weekday and time zone. Call it whenever the answer depends on the present \
                          moment (now, today, this week, how long until). Without `time_zone` the user's own zone is used, or UTC."
                .to_owned(),
            parameters: json!({
                "type": "object",
                "properties": {
                    "time_zone": {
                        "type": "string",
                        "maxLength": 64,
                        "description": "IANA name of a time zone, for example Asia/Shanghai or Europe/Berlin."
                    }
                },
                "additionalProperties": false
            }),
            effect: Effect::Read,
        }
    }

    async fn call(&self, context: &ToolContext, arguments: Value) -> Result<Value, ToolError> {
        let Arguments { time_zone } = crate::arguments(arguments)?;
        let asked = time_zone.as_deref().map(str::trim).filter(|z| !z.is_empty());
        let zone = match asked {
            Some(name) => zone(name).ok_or_else(|| unknown(name))?,
            // What the client sent as its zone may be anything; the answer names the zone that was used.
            None => context.time_zone.as_deref().and_then(zone).unwrap_or(Tz::UTC),
        };
        Ok(describe(Utc::now(), zone))
    }
}

fn zone(name: &str) -> Option<Tz> {
    name.parse().ok().or_else(|| TZ_VARIANTS.iter().copied().find(|z| z.name().eq_ignore_ascii_case(name)))
}

fn unknown(name: &str) -> ToolError {
    let name: String = name.chars().take(64).collect();
    let message =
        format!("There is no time zone `{name}`. Use an IANA name such as Asia/Shanghai, Europe/Berlin, America/New_York or UTC.");
    ToolError::new("invalid_arguments", message)
}

fn describe(now: DateTime<Utc>, zone: Tz) -> Value {
    let local = now.with_timezone(&zone);
    json!({
        "time": local.to_rfc3339_opts(SecondsFormat::Secs, false),
        "date": local.format("%Y-%m-%d").to_string(),
        "weekday": local.format("%A").to_string(),
        "week": local.iso_week().week(),
        "time_zone": zone.name(),
        "utc_offset": local.offset().fix().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(time_zone: Option<&str>) -> ToolContext {
        ToolContext {
            run: types::RunId(1),
            workspace: types::WorkspaceId(1),
            user: types::UserId(1),
            idempotency_key: String::new(),
            time_zone: time_zone.map(str::to_owned),
        }
    }

    #[test]
    fn a_moment_in_shanghai() {
        let now = "2026-12-31T17:30:00Z".parse().unwrap();
        let told = describe(now, Tz::Asia__Shanghai);
        assert_eq!(told["time"], "2027-01-01T01:30:00+08:00");
        assert_eq!((&told["date"], &told["weekday"], &told["utc_offset"]), (&json!("2027-01-01"), &json!("Friday"), &json!("+08:00")));
        assert_eq!(describe(now, Tz::UTC)["time"], "2026-12-31T17:30:00+00:00");
    }

    #[tokio::test]
    async fn which_zone() {
        let zone =
            async |context: ToolContext, arguments: Value| CurrentTime.call(&context, arguments).await.map(|v| v["time_zone"].clone());
        assert_eq!(zone(context(Some("Asia/Tokyo")), json!({})).await.unwrap(), "Asia/Tokyo");
        assert_eq!(zone(context(Some("Asia/Tokyo")), json!({ "time_zone": "europe/berlin" })).await.unwrap(), "Europe/Berlin");
        assert_eq!(zone(context(Some("nonsense")), json!({ "time_zone": "" })).await.unwrap(), "UTC");
        assert_eq!(zone(context(None), json!({ "time_zone": "Mars/Olympus" })).await.unwrap_err().code, "invalid_arguments");
        assert_eq!(zone(context(None), json!({ "zone": "UTC" })).await.unwrap_err().code, "invalid_arguments");
    }
}
