//! Pages good and hostile, from a fetcher that has them at hand.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use flow::tool::{Tool as _, ToolContext, ToolError};
use serde_json::{Value, json};

use super::{FetchWebPage, Fetched, Fetcher};

struct Page(Fetched);

#[async_trait]
impl Fetcher for Page {
    async fn get(&self, _: String) -> Result<Fetched, ToolError> {
        Ok(self.0.clone())
    }
}

/// A fetcher for tests that fetch nothing.
pub fn nowhere() -> Arc<dyn Fetcher> {
    Arc::new(Page(fetched("text/plain", b"")))
}

fn fetched(content_type: &str, body: &[u8]) -> Fetched {
    let content_type = Some(content_type.to_owned()).filter(|t| !t.is_empty());
    Fetched { url: "https://example.com/final".into(), status: 200, content_type, body: body.to_vec(), cut: false }
}

async fn call(page: Fetched, arguments: Value) -> Result<Value, ToolError> {
    let context = ToolContext {
        run: types::RunId(1),
        workspace: types::WorkspaceId(1),
        user: types::UserId(1),
        idempotency_key: String::new(),
        time_zone: None,
    };
    FetchWebPage::new(Arc::new(Page(page))).call(&context, arguments).await
}

async fn read(content_type: &str, body: &[u8]) -> Result<Value, ToolError> {
    call(fetched(content_type, body), json!({ "url": "https://example.com/" })).await
}

fn article() -> String {
    let paragraph = "<p>Hearth keeps a fire for people who build things, and it has <a href='/docs'>documentation</a> for them, with many words in every sentence.</p>";
    format!(
        "<html><head><title>On Hearths</title><script>alert('no')</script><style>p{{}}</style></head><body><nav>Home About</nav>\
         <article><h1>On Hearths</h1>{}<ul><li>one</li><li>two</li></ul><img src='data:image/png;base64,AAAA'></article>\
         <footer>Imprint</footer></body></html>",
        paragraph.repeat(8)
    )
}

#[tokio::test]
async fn an_article_becomes_markdown() {
    let page = read("text/html; charset=utf-8", article().as_bytes()).await.unwrap();
    let content = page["content"].as_str().unwrap();
    assert_eq!(
        (&page["title"], &page["url"], &page["truncated"]),
        (&json!("On Hearths"), &json!("https://example.com/final"), &json!(false))
    );
    assert!(content.contains("[documentation](https://example.com/docs)"), "{content}");
    assert!(content.contains("one") && content.contains("two"), "{content}");
    for absent in ["alert", "base64", "Imprint", "<p>"] {
        assert!(!content.contains(absent), "{absent} in {content}");
    }
    assert!(page.get("note").is_none());
}

#[tokio::test]
async fn small_pages_are_read_whole() {
    let page = read("text/html", b"<title>Hi</title><body><h2>Opening hours</h2><p>9 to 5</p><script>x()</script>").await.unwrap();
    assert_eq!(page["content"], "## Opening hours\n\n9 to 5");
    let empty = read("text/html", b"<body><script>render()</script></body>").await.unwrap();
    assert!(empty["note"].as_str().unwrap().contains("no readable text"), "{empty}");
}

#[tokio::test]
async fn long_pages_are_cut_with_a_note() {
    let arguments = json!({ "url": "https://example.com/", "max_characters": 500 });
    let page = call(fetched("text/plain", "字".repeat(2000).as_bytes()), arguments).await.unwrap();
    assert_eq!(page["content"].as_str().unwrap().chars().count(), 500);
    assert!(page["note"].as_str().unwrap().contains("500 of 2000"), "{page}");
    let cut = Fetched { cut: true, ..fetched("text/plain", b"beginning") };
    let page = call(cut, json!({ "url": "https://example.com/" })).await.unwrap();
    assert!(page["truncated"] == true && page["note"].as_str().unwrap().contains("only its beginning"), "{page}");
}

#[tokio::test]
async fn charsets_are_understood() {
    let chinese = "<html><head><title>中文网页</title></head><body><p>欲速则不达</p></body></html>";
    let (gbk, _, _) = encoding_rs::GBK.encode(chinese);
    let with_meta = chinese.replace("<head>", "<head><meta http-equiv=Content-Type content='text/html; charset=gb2312'>");
    let (meta, _, _) = encoding_rs::GBK.encode(&with_meta);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(chinese.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut cut = chinese.as_bytes().to_vec();
    cut.truncate(chinese.find("达").unwrap() + 1);
    for (content_type, body) in [
        ("text/html; charset=GBK", gbk.as_ref()),
        ("text/html", meta.as_ref()),
        ("text/html", gbk.as_ref()),
        ("text/html; charset=\"utf-8\"", chinese.as_bytes()),
        ("", chinese.as_bytes()),
        ("text/html", &utf16),
        ("text/html", &cut),
    ] {
        let page = read(content_type, body).await.unwrap();
        assert_eq!(page["title"], "中文网页", "{content_type}");
        assert!(page["content"].as_str().unwrap().starts_with("欲速则不"), "{page}");
    }
    let latin = read("text/plain; charset=iso-8859-1", b"caf\xe9").await.unwrap();
    assert_eq!(latin["content"], "café");
}

#[tokio::test]
async fn what_is_no_page_is_refused_clearly() {
    for (content_type, body, code) in [
        ("image/png", &b"\x89PNG\r\n\x1a\n\0\0"[..], "unsupported_content"),
        ("application/pdf", b"%PDF-1.7", "unsupported_content"),
        ("text/html", b"\x7fELF\0\0\0", "unsupported_content"),
        ("", b"\0\x01\x02", "unsupported_content"),
    ] {
        let error = read(content_type, body).await.unwrap_err();
        assert_eq!(error.code, code, "{content_type}: {error}");
    }
    let missing = Fetched { status: 404, ..fetched("text/html", b"<p>gone") };
    let error = call(missing, json!({ "url": "https://example.com/" })).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("http_status", "The server answered 404 Not Found."));
    for url in ["ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "", "https://user:pw@example.com/", "data:text/html,x"] {
        let error = call(fetched("text/plain", b""), json!({ "url": url })).await.unwrap_err();
        assert_eq!(error.code, "invalid_arguments", "{url}");
    }
    let json = read("application/json", br#"{"a": [1, 2]}"#).await.unwrap();
    assert_eq!(json["content"], r#"{"a": [1, 2]}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_html_ends_in_time_and_without_a_crash() {
    let formatting: String = (0..2000).fold(String::new(), |all, n| all + &format!("<b id={n}><i id={n}>"));
    let hostile: Vec<(&str, String)> = vec![
        ("deep", "<div>".repeat(400_000)),
        ("deep inline", "<span>".repeat(10_000) + "text"),
        ("deep lists", "<ul><li>".repeat(5_000)),
        ("deep tables", "<table><tr><td>".repeat(3_000)),
        ("deep quotes", "<blockquote>".repeat(140) + "shallow enough"),
        ("reconstruction", formatting + &"<p>x".repeat(300_000)),
        ("adoption", "<a><b><div>".repeat(2_000)),
        ("foreign", "<svg><style><g>".repeat(3_000)),
        ("unclosed comment", "<!--".to_owned() + &"x".repeat(1_000_000)),
        ("unclosed script", "<script>".to_owned() + &"x".repeat(1_000_000)),
        ("unclosed attribute", "<a href=\"".to_owned() + &"x".repeat(1_000_000)),
        ("many attributes", format!("<p {}>x", (0..50_000).fold(String::new(), |all, n| all + &format!("a{n}=1 ")))),
        ("entities", "&#x10FFFF;&#0;&notanentity;&amp".repeat(50_000)),
        ("links", "<a href='//[::1'>x</a><a href='javascript:alert(1)'>y</a><img src='http://%'>".repeat(500)),
        ("templates", "<template>".repeat(5_000)),
        ("frames", "<frameset><frame></frameset>".repeat(1000)),
        ("controls", "\u{1}\u{8}\u{1b}[31mred\u{7f}".repeat(1000)),
    ];
    for (name, html) in hostile {
        let begin = Instant::now();
        let answer = read("text/html; charset=utf-8", html.as_bytes()).await;
        let seconds = begin.elapsed().as_secs_f32();
        assert!(seconds < 14.0, "{name} took {seconds} s: {:?}", answer.map(|a| a["note"].clone()));
        match answer {
            Ok(page) => {
                let content = page["content"].as_str().unwrap();
                assert!(content.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{name}");
                assert!(content.chars().count() <= super::CHARACTERS, "{name}");
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }
}
