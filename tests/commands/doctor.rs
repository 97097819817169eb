//! `hearth version`, `hearth openapi`, `hearth doctor`.

use std::os::unix::fs::PermissionsExt as _;

use hearth_tests::binary::{Process, binary};
use serde_json::Value;

use crate::{run, said};

#[test]
fn version_and_help() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (code, version, _) = said(&run(&bin, dir.path(), &["version"], &[], ""));
    assert_eq!((code, version.as_str()), (0, format!("hearth {}\n", server::VERSION).as_str()));
    // It says so even where the settings are broken.
    assert_eq!(said(&run(&bin, dir.path(), &["version"], &[("LISTEN_ADDR", "nonsense")], "")).0, 0);
    let (code, help, _) = said(&run(&bin, dir.path(), &["--help"], &[], ""));
    assert_eq!(code, 0);
    for command in ["serve", "doctor", "openapi", "user", "token", "version"] {
        assert!(help.contains(command), "{command}: {help}");
    }
    let (code, _, complaint) = said(&run(&bin, dir.path(), &["sevre"], &[], ""));
    assert!(code != 0 && complaint.contains("serve"), "{complaint}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn the_document_is_the_same_each_time() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (code, first, errors) = said(&run(&bin, dir.path(), &["openapi"], &[], ""));
    assert_eq!(code, 0, "{errors}");
    // Whatever the settings of this machine are.
    let (_, second, _) = said(&run(&bin, dir.path(), &["openapi"], &[("SERVER_HOST", "https://x.example"), ("LOG_LEVEL", "trace")], ""));
    assert_eq!(first, second);
    let document: Value = serde_json::from_str(&first).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert!(document["paths"].as_object().unwrap().len() > 60);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made here");
}

#[test]
fn the_jail_is_proven_or_code_is_refused() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (_, report, _) = said(&run(&bin, dir.path(), &["doctor"], &[], ""));
    let line = |report: &str, name: &str| report.lines().find(|l| l.trim_start().starts_with(name)).unwrap_or_default().to_owned();
    if !line(&report, "code: javascript").contains(" ok ") {
        return println!("SKIPPED: no jail on this host: {report}");
    }
    for attempt in ["read a file", "open a network socket", "start a process", "hoard memory"] {
        assert!(line(&report, attempt).contains("refused"), "{attempt}: {report}");
    }
    // A host without any layer, as far as Hearth can see.
    let (code, report, _) = said(&run(&bin, dir.path(), &["doctor"], &[("HEARTH_SANDBOX_WITHOUT", "namespaces,landlock,seccomp")], ""));
    assert_eq!(code, 1);
    assert!(line(&report, "code: javascript").contains("down"), "{report}");
    assert!(report.contains("javascript cannot be run: No jail can be had here"), "{report}");
    assert!(report.contains("CODE_RUNNER_TYPE=local"), "{report}");
    // What the operator chose is told as well.
    let (code, report, _) = said(&run(&bin, dir.path(), &["doctor"], &[("CODE_RUNNER_TYPE", "local")], ""));
    assert_eq!(code, 1);
    assert!(report.contains("is not jailed and can do what the server can"), "{report}");
}

#[test]
fn each_setting_has_an_origin() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("hearth.toml"), "log_format = \"json\"\nlog_level = \"warn\"\n[mysql]\npassword = \"hunter2-toml\"\n")
        .unwrap();
    std::fs::write(dir.path().join(".env"), "LOG_LEVEL=debug\nREQUEST_TIMEOUT=90s\n").unwrap();
    let settings = [("REQUEST_TIMEOUT", "80s"), ("HEARTH_SETUP_CODE", "hunter2-code"), ("MODEL_ID_0", "m"), ("MODEL_PROTOCOL_0", "openai")];
    let settings = [&settings[..], &[("MODEL_API_KEY_0", "hunter2-key"), ("HEARTH_EGRESS_PROXY", "http://u:hunter2@proxy:3128")]].concat();
    let (code, report, errors) = said(&run(&bin, dir.path(), &["--set", "MAX_REQUEST_BODY_SIZE=1MiB", "doctor"], &settings, ""));
    assert_eq!(code, 0, "{report}{errors}");
    assert!(report.contains("Nothing is wrong."), "{report}");
    let line = |name: &str| {
        let line = report.lines().find(|l| l.split_whitespace().next() == Some(name)).unwrap_or_else(|| panic!("no {name} in {report}"));
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("LOG_FORMAT"), "json hearth.toml");
    assert_eq!(line("LOG_LEVEL"), "debug .env");
    assert_eq!(line("REQUEST_TIMEOUT"), "80s environment");
    assert_eq!(line("MAX_REQUEST_BODY_SIZE"), "1MiB flag");
    assert_eq!(line("LISTEN_ADDR"), ":8888 default");
    assert_eq!(line("HEARTH_SETUP_CODE"), "*** environment");
    assert!(line("HEARTH_EGRESS_PROXY").contains("proxy"), "{report}");
    assert!(!report.contains("hunter2") && !errors.contains("hunter2"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_one_sentence() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let wrong = |settings: &[(&str, &str)], words: &[&str]| {
        let (code, report, errors) = said(&run(&bin, dir.path(), &["doctor"], settings, ""));
        assert_eq!(code, 1, "{settings:?}: {report}{errors}");
        let problems = report.split("Wrong:").nth(1).unwrap_or_else(|| panic!("{settings:?}: {report}{errors}"));
        for word in words {
            assert!(problems.contains(word), "{settings:?} should say `{word}`: {problems}");
        }
        assert!(!report.contains("hunter2"), "{report}");
    };
    wrong(&[("REQUEST_TIMEOUT", "soon")], &["REQUEST_TIMEOUT", "environment", "soon", "30s"]);
    wrong(&[("MYSQL_PORT", "hunter")], &["MYSQL_PORT", "whole number"]);
    wrong(&[("HEARTH_CHAT_TIMEOUTT", "1s")], &["HEARTH_CHAT_TIMEOUTT", "Did you mean HEARTH_CHAT_TIMEOUT?"]);
    std::fs::write(dir.path().join(".env"), "LISTEN_ADR=:80\n").unwrap();
    wrong(&[], &["LISTEN_ADR", "LISTEN_ADDR"]);
    std::fs::remove_file(dir.path().join(".env")).unwrap();
    wrong(&[("USE_SSL", "1"), ("SSL_CERT_FILE", "/nowhere.pem"), ("SSL_KEY_FILE", "/nowhere.key")], &["SSL_CERT_FILE", "/nowhere.pem"]);

    // Beside a running server, which is not disturbed.
    let process = Process::start(&bin, dir.path(), &[]).await;
    let (code, report, _) = said(&run(&bin, dir.path(), &["doctor"], &[], ""));
    assert!(code == 0 && report.contains("SQLite") && report.contains("mode 700"), "{report}");
    wrong(&[("DATABASE_URL", "mysql://root:hunter2@127.0.0.1:1/hearth")], &["database"]);
    std::fs::set_permissions(dir.path().join("data"), std::fs::Permissions::from_mode(0o755)).unwrap();
    wrong(&[], &["chmod 700"]);
    std::fs::set_permissions(dir.path().join("data"), std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(dir.path().join("data/instance.key"), "abc").unwrap();
    wrong(&[], &["instance.key", "64 hex digits"]);
    process.kill();
}
