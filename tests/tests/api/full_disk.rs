//! A full disk: nothing is half-written, it is said in words, and it goes on when there is space again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hearth_tests::{Hearth, Member, hearth::text};
use reqwest::Method;
use serde_json::{Value, json};

/// A small disk of its own; gone with the test.
struct Disk(tempfile::TempDir);

impl Disk {
    /// `None` where this user may not mount.
    fn mount(size: &str) -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(at.path()).output();
        mounted.is_ok_and(|o| o.status.success()).then_some(Self(at))
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Not a byte is left.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

async fn upload(owner: &Member, bytes: usize) -> hearth_tests::Answer {
    let part = reqwest::multipart::Part::bytes(vec![7; bytes]).file_name("a.bin");
    let request = owner.api.request(Method::POST, &format!("/api/v1/workspaces/{}/files", owner.workspace));
    owner.api.send(request.multipart(reqwest::multipart::Form::new().part("file", part))).await
}

/// All files below, with their sizes; the database's own are left out.
fn files(at: &Path, found: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(at).unwrap().map(Result::unwrap) {
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            files(&entry.path(), found);
        } else {
            found.push((entry.path(), metadata.len()));
        }
    }
}

fn kinds(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|m| m["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_passes() {
    if std::env::var("HEARTH_TEST_DATABASE").is_ok_and(|engine| engine != "sqlite" && !engine.is_empty()) {
        eprintln!("SKIPPED: the data of a database server does not lie in the data directory");
        return;
    }
    let Some(disk) = Disk::mount("24m") else {
        eprintln!("SKIPPED: a full disk cannot be tested, this user may not mount a tmpfs");
        return;
    };
    let hearth = Hearth::start_in(tempfile::tempdir_in(disk.0.path()).unwrap(), &[]).await.unwrap();
    let owner = hearth.owner().await;
    owner.add_model(&hearth).await;
    let agent = owner.add_agent(json!({})).await;
    let (conversation, running) = (owner.add_conversation(&agent).await, owner.add_conversation(&agent).await);
    let turns = |conversation: &str| format!("/api/v1/conversations/{conversation}/turns");
    let kept = text(&upload(&owner, 10_000).await.ok(), "/id");
    let request = owner.browser.request(Method::POST, &turns(&running)).header("accept", "text/event-stream");
    let request = request.json(&json!({ "content": "slow 4\nflood 1500" }));
    let flight = owner.browser.frames(request, |f| f.event == "message.delta").await;
    let run = text(&flight[0].data, "/run/id");
    let mut before = Vec::new();
    files(&hearth.data().join("data/blobs"), &mut before);

    disk.fill();
    // The database has some space in its files left: it is used up, large things first. What is acknowledged counts.
    let (agents, mut made) = (format!("/api/v1/workspaces/{}/agents", owner.workspace), 1);
    for size in [50_000, 1000, 1] {
        loop {
            let answer = owner.api.post(&agents, json!({ "name": "a", "config": { "prompt": "p".repeat(size) } })).await;
            if answer.status.is_success() {
                made += 1;
                assert!(made < 2000, "the disk does not fill");
                continue;
            }
            // Two that share a commit: the one that fits is told to try again.
            if answer.refusal() == (503, "database_busy") {
                continue;
            }
            assert_eq!(answer.refusal(), (503, "disk_full"), "{}", answer.text);
            break;
        }
    }
    // The run in flight: its stream says why it stops.
    let events = owner.api.request(Method::GET, &format!("/api/v1/runs/{run}/events"));
    let seen = owner.api.frames(events, |_| false).await;
    let end = seen.last().unwrap();
    assert_eq!((end.event.as_str(), end.data["run"]["error"]["code"].as_str()), ("run.failed", Some("disk_full")), "{end:?}");
    for bytes in [100, 3_000_000] {
        assert_eq!(upload(&owner, bytes).await.refusal(), (503, "disk_full"), "{bytes}");
    }
    for accept in ["application/json", "text/event-stream"] {
        let request = owner.api.request(Method::POST, &turns(&conversation)).header("accept", accept);
        let answer = owner.api.send(request.json(&json!({ "content": "say lost" }))).await;
        assert_eq!(answer.refusal(), (503, "disk_full"), "{accept}: {}", answer.text);
    }
    // Reading works.
    assert_eq!(owner.messages(&conversation).await, Vec::<Value>::new(), "no half message");
    assert!(owner.api.get(&format!("/api/v1/files/{kept}/content")).await.status.is_success());
    let mut after = Vec::new();
    files(&hearth.data().join("data/blobs"), &mut after);
    assert_eq!(before, after, "nothing of a refused upload stays");

    disk.free();
    let mut listed = 0;
    let mut cursor = String::new();
    while cursor != "end" {
        let page = owner.api.get(&format!("{agents}?limit=100{cursor}")).await.ok();
        listed += page["items"].as_array().unwrap().len();
        cursor = page["next_cursor"].as_str().map_or("end".to_owned(), |next| format!("&cursor={next}"));
    }
    assert_eq!(listed, made, "what was acknowledged is there, and nothing else");
    let again = text(&upload(&owner, 3_000_000).await.ok(), "/id");
    assert_eq!(owner.api.get(&format!("/api/v1/files/{again}")).await.ok()["size"], 3_000_000);
    let seen = owner.browser.stream(&turns(&conversation), json!({ "content": "say found" })).await;
    assert_eq!(seen.last().unwrap().event, "run.completed", "{seen:?}");
    assert_eq!(kinds(&owner.messages(&conversation).await), ["question", "answer"]);
    // What was interrupted goes on by itself and is whole.
    let ended = owner.ended(&run).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let messages = owner.messages(&running).await;
    assert_eq!(kinds(&messages), ["question", "answer"]);
    assert_eq!(messages[1]["content"][0]["text"].as_str().map(str::len), Some(1500 * 1024));
    hearth.stop().await;
}
