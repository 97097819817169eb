//! Parts of messages as the model reads them: pictures as data, text files as text.

use model::Part;
use types::{ErrorKind, FileId, Scope};

use super::Error;
use super::history::Entry;
use crate::messages::{ContentPart, MessageRole};
use crate::{Files, Settings};

/// Pictures of earlier messages that are sent again.
const OLD_IMAGES: usize = 4;

/// Makes parts of what is stored, in the name of the conversation's owner.
pub struct Reader<'a> {
    /// Uploads.
    pub files: &'a Files,
    /// Limits.
    pub settings: &'a Settings,
    /// Whose files.
    pub scope: &'a Scope,
}

/// How much may still be sent.
struct Budget {
    images: usize,
    chars: usize,
}

impl Reader<'_> {
    /// A question: a file that is not there or cannot be read is an error.
    pub async fn question(&self, parts: &[ContentPart]) -> Result<Vec<Part>, Error> {
        let mut budget = Budget { images: usize::MAX, chars: self.settings.max_file_text_chars };
        let mut out = Vec::with_capacity(parts.len());
        for part in parts {
            out.push(self.part(part, &mut budget).await?);
        }
        Ok(out)
    }

    /// History: what can no longer be had, and what is over the budget, is only named. The newest
    /// messages are served first.
    pub async fn history(&self, entries: Vec<Entry>) -> Result<Vec<model::Message>, Error> {
        let mut budget = Budget { images: OLD_IMAGES, chars: self.settings.max_file_text_chars };
        let mut out = Vec::with_capacity(entries.len());
        for entry in entries.into_iter().rev() {
            out.push(match entry {
                Entry::Said { role, content } => {
                    let mut parts = Vec::with_capacity(content.len());
                    for part in content.iter().rev() {
                        parts.push(match self.part(part, &mut budget).await {
                            Ok(part) => part,
                            Err(Error::Passed(failure)) if matches!(failure.kind, ErrorKind::Internal | ErrorKind::Unavailable) => {
                                return Err(failure.into());
                            }
                            Err(_) => Part::text("[a file that is no longer there]"),
                        });
                    }
                    parts.reverse();
                    message(role, parts)
                }
                Entry::Called { text, calls } => {
                    let parts = if text.is_empty() { Vec::new() } else { vec![Part::text(text)] };
                    model::Message { tool_calls: calls, ..message(MessageRole::Assistant, parts) }
                }
                Entry::Responded { call_id, output } => model::Message::tool_result(call_id, output),
            });
        }
        out.reverse();
        Ok(out)
    }

    async fn part(&self, part: &ContentPart, budget: &mut Budget) -> Result<Part, Error> {
        match part {
            ContentPart::Text { text } => Ok(Part::text(text.clone())),
            ContentPart::Image { url: Some(url), .. } => {
                if budget.images == 0 {
                    return Ok(Part::text(format!("[picture: {url}]")));
                }
                budget.images -= 1;
                Ok(Part::Image { url: url.clone() })
            }
            ContentPart::Image { file_id: Some(id), .. } => self.image(*id, budget).await,
            ContentPart::File { url: Some(url), .. } => Ok(Part::text(format!("[file: {url}]"))),
            ContentPart::File { file_id: Some(id), .. } => self.file(*id, budget).await,
            ContentPart::Image { .. } | ContentPart::File { .. } => Err(Error::Empty),
        }
    }

    async fn image(&self, id: FileId, budget: &mut Budget) -> Result<Part, Error> {
        if budget.images == 0 {
            return Ok(Part::text(format!("[picture: {}]", self.files.find(self.scope, id).await?.name)));
        }
        let url = self.files.picture(self.scope, id).await?;
        budget.images -= 1;
        Ok(Part::Image { url })
    }

    async fn file(&self, id: FileId, budget: &mut Budget) -> Result<Part, Error> {
        let file = self.files.find(self.scope, id).await?;
        // The name stands inside quotes in a block that ends with a tag: neither may be forged.
        let name: String = file.name.chars().filter(|c| !matches!(c, '"' | '<' | '>')).collect();
        if !file.is_text() || budget.chars == 0 {
            let link = format!("/api/v1/files/{id}/content");
            return Ok(Part::text(format!("[file: {name} ({}, {} bytes), {link}]", file.content_type, file.size)));
        }
        // At most four bytes a character.
        let bytes = self.files.read_start(self.scope, id, (budget.chars as u64).saturating_mul(4)).await?;
        let whole = String::from_utf8_lossy(&bytes);
        let text: String = whole.chars().take(budget.chars).collect();
        let cut = (text.len() as u64) < file.size;
        budget.chars -= text.chars().count();
        let text = text.replace("</file>", "<\\/file>");
        let mark = if cut { "\n[cut here: the file is longer]" } else { "" };
        Ok(Part::text(format!("<file name=\"{name}\">\n{text}{mark}\n</file>")))
    }
}

/// A message without calls.
pub fn message(role: MessageRole, parts: Vec<Part>) -> model::Message {
    let role = match role {
        MessageRole::User => model::Role::User,
        MessageRole::Assistant => model::Role::Assistant,
    };
    model::Message { role, parts, tool_calls: Vec::new(), tool_call_id: None, reasoning: None }
}
