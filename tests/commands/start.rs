//! What stops a start, in words.

use hearth_tests::binary::{Process, binary};

use crate::{run, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_setting_stops_the_start() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let blocker = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = blocker.local_addr().unwrap().to_string();
    for (settings, words) in [
        (&[("LISTEN_ADDR", "nonsense")][..], &["LISTEN_ADDR", "nonsense", ":port"][..]),
        (&[("MAX_REQUEST_BODY_SIZE", "lots")], &["MAX_REQUEST_BODY_SIZE", "lots"]),
        (&[("DATABASE_URL", "oracle:hunter2")], &["DATABASE_URL", "sqlite:"]),
        (&[("LOG_LEVEL", "info,=x=")], &["LOG_LEVEL"]),
        (&[("USE_SSL", "1")], &["USE_SSL", "SSL_CERT_FILE"]),
        (&[("SERVER_HOST", "hearth")], &["SERVER_HOST", "https://"]),
        (&[("HEARTH_EGRESS_ALLOW", "10.0.0.0/99")], &["HEARTH_EGRESS_ALLOW", "10.0.0.0/99"]),
        (&[("HEARTH_TRUSTED_PROXIES", "proxy")], &["HEARTH_TRUSTED_PROXIES", "proxy"]),
        (&[("CORS_ALLOW_ORIGINS", "*"), ("CORS_ALLOW_CREDENTIALS", "1")], &["CORS_ALLOW_ORIGINS"]),
        (&[("HEARTH_MAX_FILESIZE", "1MB")], &["HEARTH_MAX_FILESIZE", "Did you mean HEARTH_MAX_FILE_SIZE?"]),
        (&[("MODEL_ID_0", "m"), ("MODEL_PROTOCOL_0", "telepathy")], &["MODEL_PROTOCOL_0", "telepathy"]),
        (&[("LISTEN_ADDR", taken.as_str())], &["LISTEN_ADDR", "Another program listens there"]),
        (&[("HEARTH_DATA_DIR", "/proc/nowhere")], &["HEARTH_DATA_DIR", "/proc/nowhere"]),
    ] {
        let settings = [&[("LISTEN_ADDR", "127.0.0.1:0"), ("HEARTH_OPS_ADDR", "127.0.0.1:0")], settings].concat();
        let (code, _, why) = said(&run(&bin, dir.path(), &["serve"], &settings, ""));
        assert_eq!(code, 1, "{settings:?}: {why}");
        for word in words {
            assert!(why.contains(word), "{settings:?} should say `{word}`: {why}");
        }
        assert!(!why.contains("hunter2") && !why.contains("panicked"), "{why}");
    }
    std::fs::write(dir.path().join("hearth.toml"), "listen_addr = [").unwrap();
    let (code, _, why) = said(&run(&bin, dir.path(), &["serve"], &[], ""));
    assert!(code == 1 && why.contains("hearth.toml"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_on_a_data_directory() {
    let Some(bin) = binary() else { return };
    let dir = tempfile::tempdir().unwrap();
    let first = Process::start(&bin, dir.path(), &[]).await;
    let (code, _, why) =
        said(&run(&bin, dir.path(), &["serve"], &[("LISTEN_ADDR", "127.0.0.1:0"), ("HEARTH_OPS_ADDR", "127.0.0.1:0")], ""));
    assert!(code == 1 && why.contains("Another hearth is running"), "{why}");
    first.kill();
    // A kill leaves no lock behind.
    Process::start(&bin, dir.path(), &[]).await.kill();
}
