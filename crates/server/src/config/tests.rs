//! Settings from files, environment and flags; refusals that name what is wrong.

use super::*;

fn sources(files: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Sources, Problem> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect::<Vec<_>>();
    Sources::collect(dir.path(), own(environment).into_iter(), Vec::new())
}

fn settings_of(files: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Settings, Problem> {
    Settings::read(&sources(files, environment)?)
}

#[test]
fn starts_without_any_setting() {
    let settings = settings_of(&[], &[]).unwrap();
    assert_eq!(settings.http.listen.0.port(), 8888);
    assert!(settings.presets.is_empty());
}

#[test]
fn stronger_sources_win_and_empty_means_absent() {
    let files =
        [("hearth.toml", "listen_addr = \":1\"\n[mysql]\nport = 1\n"), (".env", "LISTEN_ADDR=:2\nLOG_LEVEL=\nexport MYSQL_HOST=db\n")];
    let sources = sources(&files, &[("LISTEN_ADDR", ":3"), ("MYSQL_HOST", "")]).unwrap();
    assert_eq!(sources.text("LISTEN_ADDR"), Some((Origin::Environment, ":3")));
    assert_eq!(sources.text("MYSQL_PORT"), Some((Origin::File, "1")));
    assert_eq!(sources.text("MYSQL_HOST"), Some((Origin::DotEnv, "db")));
    assert_eq!(Settings::read(&sources).unwrap().log.level, "info");
}

#[test]
fn app_env_selects_the_file() {
    let files = [(".env", "LOG_LEVEL=a"), (".env.debug", "LOG_LEVEL=b")];
    assert_eq!(settings_of(&files, &[("APP_ENV", "debug")]).unwrap().log.level, "b");
}

#[test]
fn a_value_that_cannot_be_right_is_named() {
    for (name, value) in [
        ("LISTEN_ADDR", "8888"),
        ("LOG_FORMAT", "xml"),
        ("USE_SSL", "maybe"),
        ("MAX_REQUEST_BODY_SIZE", "big"),
        ("REQUEST_TIMEOUT", "soon"),
        ("SERVER_HOST", "ftp://x"),
        ("HEARTH_TRUSTED_PROXIES", "proxy"),
        ("MYSQL_PORT", "-1"),
        ("MODEL_PROTOCOL_0", "telepathy"),
    ] {
        let problem = settings_of(&[], &[(name, value), ("MODEL_ID_0", "m"), ("MODEL_BASE_URL_0", "http://x")]).unwrap_err().to_string();
        assert!(problem.contains(name) && problem.contains(value) && problem.contains("allowed is"), "{problem}");
    }
    assert!(settings_of(&[], &[("USE_SSL", "1")]).is_err(), "TLS needs its files");
    assert!(settings_of(&[], &[("CORS_ALLOW_ORIGINS", "*"), ("CORS_ALLOW_CREDENTIALS", "1")]).is_err());
}

#[test]
fn typing_errors_are_found() {
    let own = settings_of(&[(".env", "HEARTH_DATA_DIRR=x")], &[]).unwrap_err().to_string();
    assert!(own.contains("HEARTH_DATA_DIRR") && own.contains("Did you mean HEARTH_DATA_DIR?"), "{own}");
    assert!(settings_of(&[("hearth.toml", "listen_adr = 1")], &[]).unwrap_err().to_string().contains("LISTEN_ADDR?"));
    assert!(matches!(settings_of(&[("hearth.toml", "= 1")], &[]), Err(Problem::File { .. })));
    assert!(matches!(settings_of(&[(".env", "LISTEN ADDR=:1")], &[]), Err(Problem::File { .. })));
    // A misspelt name of Coze's is only suspicious: such files hold many variables that are not ours.
    let sources = sources(&[(".env", "LISTEN_ADR=:1\nVE_IMAGEX_AK=x")], &[]).unwrap();
    let known: Vec<_> = definitions().map(|(_, d)| d.name).collect();
    assert_eq!(sources.suspicious(&known), [("LISTEN_ADR".to_owned(), "LISTEN_ADDR".to_owned())]);
}

#[test]
fn models_from_the_environment() {
    let text = "MODEL_PROTOCOL_0=ark\nMODEL_OPENCOZE_ID_0=100001\nMODEL_NAME_0=\nMODEL_ID_0=\nMODEL_PROTOCOL_1=ollama\nMODEL_ID_1=qwen2.5:7b\nMODEL_COZE_ID_1=200002\nMODEL_BASE_URL_1=http://ollama:11434\n";
    let presets = settings_of(&[(".env", text)], &[]).unwrap().presets;
    assert_eq!(presets.len(), 1, "the empty sample block is not in use");
    assert_eq!((presets[0].number, presets[0].id, presets[0].name.as_str()), (1, Some(200_002), "qwen2.5:7b"));
}

#[test]
fn secrets_are_not_printed() {
    let settings = settings_of(
        &[],
        &[
            ("MYSQL_PASSWORD", "hunter2"),
            ("HEARTH_SETUP_CODE", "hunter2"),
            ("MODEL_ID_0", "m"),
            ("MODEL_PROTOCOL_0", "ark"),
            ("MODEL_API_KEY_0", "hunter2"),
        ],
    );
    assert!(!format!("{:?}", settings.unwrap()).contains("hunter2"));
}

/// `HEARTH_TEST_UPDATE=1` (`make reference`) writes the file instead.
#[test]
fn the_reference_is_the_structs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/configuration.md");
    if std::env::var_os("HEARTH_TEST_UPDATE").is_some() {
        std::fs::write(path, reference::markdown()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), reference::markdown(), "run `make reference`");
}
