//! From a fetched body to a title and a text.

use dom_query::Document;
use dom_smoothie::{Config, Readability};
use flow::tool::ToolError;
use htmd::HtmlToMarkdown;

use super::fetch::Fetched;
use super::{decode, dom};

/// A readable page.
#[derive(Debug)]
pub struct Page {
    /// May be empty.
    pub title: String,
    /// Markdown, or plain text of what is no HTML.
    pub text: String,
    /// Only the beginning was read.
    pub partial: bool,
}

/// An article shorter than this is compared with the whole page.
const SHORT: usize = 400;

/// What holds no text worth reading.
const SKIPPED: [&str; 14] =
    ["script", "style", "noscript", "template", "svg", "iframe", "object", "nav", "footer", "form", "button", "select", "canvas", "video"];

/// Reads a body. Blocking: some seconds for the largest pages.
pub fn page(fetched: &Fetched) -> Result<Page, ToolError> {
    if !(200..300).contains(&fetched.status) {
        let reason = http::StatusCode::from_u16(fetched.status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default();
        return Err(ToolError::new("http_status", format!("The server answered {} {reason}.", fetched.status).replace(" .", ".")));
    }
    let kind = kind(fetched)?;
    let text = decode::text(&fetched.body, fetched.content_type.as_deref());
    match kind {
        Kind::Plain => Ok(Page { title: String::new(), text: tidy(&text), partial: false }),
        Kind::Html => Ok(html(&text, &fetched.url)),
    }
}

enum Kind {
    Html,
    Plain,
}

/// By the header, else by the look of the first bytes.
fn kind(fetched: &Fetched) -> Result<Kind, ToolError> {
    let essence = fetched.content_type.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let start = &fetched.body[..fetched.body.len().min(1024)];
    // UTF-16 has zeros too, but it says so with a mark.
    let binary = start.contains(&0) && encoding_rs::Encoding::for_bom(start).is_none();
    let refuse = |what: &str| Err(ToolError::new("unsupported_content", format!("This address is no page of text but {what}.")));
    if binary {
        return refuse(if essence.is_empty() { "a binary file" } else { essence.as_str() });
    }
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => Ok(Kind::Html),
        "" | "application/octet-stream" => {
            let head = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
            let html = head.starts_with("<!doctype html") || head.starts_with("<html") || head.contains("<body") || head.contains("<head");
            Ok(if html { Kind::Html } else { Kind::Plain })
        }
        "application/json" | "application/xml" | "application/javascript" | "application/yaml" | "application/x-ndjson" => Ok(Kind::Plain),
        other if other.starts_with("text/") || other.ends_with("+json") || other.ends_with("+xml") => Ok(Kind::Plain),
        other => {
            let named: String = other.chars().take(80).collect();
            refuse(&named)
        }
    }
}

fn html(text: &str, url: &str) -> Page {
    let dom::Parsed { document, partial, plain } = dom::parse(text);
    let title = tidy(&document.select("title").first().text()).replace('\n', " ");
    if plain {
        return Page { title, text: tidy(&dom::plain_text(&document)), partial };
    }
    // Pictures within the address would fill the answer with Base64.
    document.select("img[src^='data:']").remove();
    let whole = document.clone();
    let article = article(document, url);
    let (title, article) =
        article.map_or((title.clone(), String::new()), |(better, html)| (if better.is_empty() { title } else { better }, html));
    let mut text = markdown(&article);
    if text.chars().count() < SHORT {
        let body = markdown(&whole.select("body").html());
        // Lists and front pages have no article: what was taken for one is a small part.
        if body.chars().count() > 2 * text.chars().count() {
            text = body;
        }
    }
    Page { title, text, partial }
}

/// Title and HTML of the article, if one can be found.
fn article(document: Document, url: &str) -> Option<(String, String)> {
    let config = Config { max_elements_to_parse: 0, ..Config::default() };
    let mut readability = Readability::with_document(document, Some(url), Some(config)).ok()?;
    let article = readability.parse().ok()?;
    Some((tidy(&article.title).replace('\n', " "), article.content.to_string()))
}

fn markdown(html: &str) -> String {
    let converter = HtmlToMarkdown::builder().skip_tags(SKIPPED.to_vec()).scripting_enabled(false).build();
    // Parsed with fuel before: what comes here is small and shallow.
    converter.convert(html).map(|text| tidy(&text)).unwrap_or_default()
}

/// Without control characters, trailing spaces, and more than one empty line in a row.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidy.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
    }
    tidy
}
