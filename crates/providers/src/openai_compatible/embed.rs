//! Embeddings in OpenAI's shape.

use async_trait::async_trait;
use model::Error;
use model::embed::{Embed, Embeddings};
use serde::Deserialize;
use serde_json::json;
use types::TokenUsage;

use super::Client;

#[derive(Deserialize)]
struct Answer {
    data: Vec<Row>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Row {
    index: Option<usize>,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
}

#[async_trait]
impl Embed for Client {
    async fn embed(&self, texts: &[String]) -> Result<Embeddings, Error> {
        let mut all = Embeddings::default();
        for batch in texts.chunks(self.entry.embed_batch.max(1)) {
            let body = json!({ "model": self.model, "input": batch, "encoding_format": "float" });
            let answer: Answer = self.transport.post(&self.urls.embeddings(), &body).await?;
            let mut rows: Vec<(usize, Vec<f32>)> =
                answer.data.into_iter().enumerate().map(|(place, row)| (row.index.unwrap_or(place), row.embedding)).collect();
            rows.sort_by_key(|(index, _)| *index);
            crate::wire::expect_vectors(batch.len(), rows.len())?;
            all.vectors.extend(rows.into_iter().map(|(_, vector)| vector));
            if let Some(usage) = answer.usage {
                *all.usage.get_or_insert_default() += TokenUsage::new(usage.prompt_tokens, 0);
            }
        }
        Ok(all)
    }
}
