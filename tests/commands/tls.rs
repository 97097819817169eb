//! TLS with a certificate made here.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hearth_tests::binary::{Process, binary};
use serde_json::json;

use crate::{run, said};

/// Makes `name.pem` and `name.key`; false when there is no openssl.
fn certificate(directory: &Path, name: &str) -> bool {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-out", &format!("{name}.pem"), "-keyout", &format!("{name}.key")])
        .current_dir(directory)
        .output();
    made.is_ok_and(|output| output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_tls() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    if !certificate(dir.path(), "one") || !certificate(dir.path(), "two") {
        eprintln!("SKIPPED: the command openssl is missing");
        return;
    }
    let settings = [("USE_SSL", "1"), ("SSL_CERT_FILE", "one.pem"), ("SSL_KEY_FILE", "one.key")];
    let process = Process::start(&bin, dir.path(), &settings).await;
    let pem = std::fs::read(dir.path().join("one.pem")).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()]).build().unwrap();
    assert!(http.get(format!("{}/ready", process.url)).send().await.unwrap().status().is_success());
    let body = json!({ "email": "a@example.com", "name": "A", "password": "correct horse" });
    let made = http.post(format!("{}/api/v1/setup", process.url)).header("origin", &process.url).json(&body).send().await.unwrap();
    assert!(made.status().is_success());
    let cookie = made.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    // Who speaks no TLS, or trusts somebody else, gets nowhere, at once; the server goes on.
    let plain = process.url.replace("https://", "http://");
    let plain = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap().get(plain).send().await;
    assert!(plain.is_err_and(|e| !e.is_timeout()));
    let stranger = reqwest::Certificate::from_pem(&std::fs::read(dir.path().join("two.pem")).unwrap()).unwrap();
    let stranger = reqwest::Client::builder().no_proxy().tls_certs_only([stranger]).build().unwrap();
    assert!(stranger.get(format!("{}/ready", process.url)).send().await.is_err());
    assert!(http.get(format!("{}/health", process.url)).send().await.unwrap().status().is_success());
    process.kill();

    for (certificate, key, word) in
        [("one.pem", "two.key", "do not fit"), ("one.key", "one.key", "SSL_CERT_FILE"), ("one.pem", "gone.key", "SSL_KEY_FILE")]
    {
        let settings = [
            ("USE_SSL", "1"),
            ("SSL_CERT_FILE", certificate),
            ("SSL_KEY_FILE", key),
            ("LISTEN_ADDR", "127.0.0.1:0"),
            ("HEARTH_OPS_ADDR", "127.0.0.1:0"),
        ];
        let (code, _, why) = said(&run(&bin, dir.path(), &["serve"], &settings, ""));
        assert!(code == 1 && why.contains(word), "{certificate} {key}: {why}");
    }
}
