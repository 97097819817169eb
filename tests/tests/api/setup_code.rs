//! Who may become the owner, and who may register.

use hearth_tests::{Hearth, hearth::text};
use serde_json::{Value, json};

fn person(email: &str, more: &Value) -> Value {
    let mut body = json!({ "email": email, "name": "N", "password": "correct horse" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_the_log_proves_the_owner() {
    let Some(hearth) = Hearth::start_with(&[("LISTEN_ADDR", "0.0.0.0:0")]).await else { return };
    let visitor = hearth.visitor();
    let status = visitor.get("/api/v1/setup").await;
    let code = hearth.setup_code().unwrap();
    assert!(code.len() >= 16 && !status.text.contains(&code));
    assert_eq!(status.ok()["code_required"], true);
    for wrong in [json!({}), json!({ "code": "" }), json!({ "code": "0".repeat(code.len()) }), json!({ "code": &code[1..] })] {
        let refused = visitor.post("/api/v1/setup", person("thief@example.com", &wrong)).await;
        assert_eq!(refused.refusal(), (403, "setup_code_wrong"), "{wrong}");
    }
    assert_eq!(visitor.get("/api/v1/setup").await.ok()["needed"], true, "nobody was made");
    let me = visitor.post("/api/v1/setup", person("owner@example.com", &json!({ "code": code }))).await.ok();
    assert_eq!((me["user"]["email"].as_str(), me["user"]["is_instance_admin"].as_bool()), (Some("owner@example.com"), Some(true)));
    let again = hearth.visitor().post("/api/v1/setup", person("thief@example.com", &json!({ "code": code }))).await;
    assert_eq!(again.refusal(), (409, "setup_done"));
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_cannot_be_guessed() {
    let Some(hearth) = Hearth::start_with(&[("LISTEN_ADDR", "0.0.0.0:0")]).await else { return };
    let mut limited = None;
    for attempt in 0..40 {
        let wrong = person("thief@example.com", &json!({ "code": format!("{attempt:020}") }));
        let refused = hearth.visitor().post("/api/v1/setup", wrong).await;
        if refused.status == 429 {
            limited = Some(refused);
            break;
        }
        assert_eq!(refused.refusal(), (403, "setup_code_wrong"));
    }
    let limited = limited.expect("guessing is limited");
    assert_eq!(limited.refusal(), (429, "rate_limited"));
    assert!(limited.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    hearth.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_closed_listed_or_by_invitation() {
    let closed = [("DISABLE_USER_REGISTRATION", "true"), ("ALLOW_REGISTRATION_EMAIL", "Listed@example.com, second@example.com")];
    for (settings, mode) in [(&closed[..1], "closed"), (&closed[..], "listed")] {
        let Some(hearth) = Hearth::start_with(settings).await else { return };
        let owner = hearth.owner().await;
        let visitor = hearth.visitor();
        assert_eq!(visitor.get("/api/v1/auth/options").await.ok()["registration"], mode);
        let stranger = visitor.post("/api/v1/auth/sign-up", person("stranger@example.com", &json!({}))).await;
        assert_eq!(stranger.refusal(), (403, "registration_closed"), "{mode}");
        let listed = hearth.visitor().post("/api/v1/auth/sign-up", person("listed@Example.com", &json!({}))).await;
        assert_eq!(listed.status.is_success(), mode == "listed", "{mode}: {}", listed.text);

        let team = text(&owner.browser.post("/api/v1/workspaces", json!({ "name": "team" })).await.ok(), "/id");
        let invite = owner.browser.post(&format!("/api/v1/workspaces/{team}/invitations"), json!({ "role": "viewer" })).await.ok();
        let invitation = json!({ "invitation": invite["code"] });
        let guessed = hearth.visitor().post("/api/v1/auth/sign-up", person("x@example.com", &json!({ "invitation": "guessed" }))).await;
        assert_eq!(guessed.refusal(), (404, "invitation_invalid"));
        let joined = hearth.visitor().post("/api/v1/auth/sign-up", person("invited@example.com", &invitation)).await.ok();
        let places = joined["workspaces"].as_array().unwrap();
        assert!(places.iter().any(|w| w["id"] == team.as_str() && w["role"] == "viewer"), "{joined}");
        let second = hearth.visitor().post("/api/v1/auth/sign-up", person("again@example.com", &invitation)).await;
        assert_eq!(second.refusal(), (404, "invitation_invalid"), "one use");
        hearth.stop().await;
    }
}
