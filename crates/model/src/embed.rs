//! Texts to vectors.

use async_trait::async_trait;
use types::TokenUsage;

use crate::Error;

/// Vectors of one call.
#[derive(Debug, Clone, Default)]
pub struct Embeddings {
    /// One for each text, in order, all of one length.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens, when the vendor told.
    pub usage: Option<TokenUsage>,
}

/// An endpoint that embeds.
#[async_trait]
pub trait Embed: Send + Sync {
    /// Embeds texts, in order.
    async fn embed(&self, texts: &[String]) -> Result<Embeddings, Error>;
}
