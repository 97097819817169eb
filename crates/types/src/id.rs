//! Typed ids. Inside: a positive `i64`, ordered by time of creation; in every text form: decimal.
//!
//! Coze SDKs want decimal strings, so Hearth has one form of id everywhere (docs/decisions/0001).
//! Layout: 41 bits of milliseconds since 2024-01-01, 22 bits of per-process sequence that starts
//! at a random place, so that several processes practically never meet.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const EPOCH_MS: i64 = 1_704_067_200_000;
const SEQUENCE_BITS: i64 = 22;
const SEQUENCE_MASK: i64 = (1 << SEQUENCE_BITS) - 1;

static LAST: AtomicI64 = AtomicI64::new(0);

/// A fresh id: greater than every id this process made before.
pub fn next_id() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
    let floor = (now - EPOCH_MS).max(1) << SEQUENCE_BITS;
    let mut last = LAST.load(Ordering::Relaxed);
    loop {
        // A new millisecond starts at a random point of the lower half; within one we count up.
        // When the clock steps back, counting up from the last id keeps the order.
        let candidate = if floor > last & !SEQUENCE_MASK { floor | random_sequence() } else { last + 1 };
        match LAST.compare_exchange_weak(last, candidate, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return candidate,
            Err(seen) => last = seen,
        }
    }
}

/// The smallest id that is made at this moment (milliseconds since 1970): smaller ones are older.
pub const fn first_id_at(millis: i64) -> i64 {
    let since = millis - EPOCH_MS;
    if since < 0 { 0 } else { since << SEQUENCE_BITS }
}

fn random_sequence() -> i64 {
    let mut bytes = [0u8; 4];
    // Without randomness the sequence starts at 0, which is still unique within the process.
    let _ = getrandom::fill(&mut bytes);
    i64::from(u32::from_le_bytes(bytes)) & (SEQUENCE_MASK >> 1)
}

/// The text was not a decimal id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: an id is a positive decimal number in a string")]
pub struct NotAnId(pub String);

/// Parses the text form: 1 to 19 digits, positive, nothing else.
pub fn parse_id(text: &str) -> Result<i64, NotAnId> {
    let refuse = || NotAnId(text.chars().take(40).collect());
    if text.is_empty() || text.len() > 19 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse());
    }
    text.parse::<i64>().ok().filter(|n| *n > 0).ok_or_else(refuse)
}

/// Declares typed ids.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// A fresh id.
            pub fn generate() -> Self { Self(next_id()) }
            /// The number inside, for storage.
            pub const fn get(self) -> i64 { self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> { parse_id(text).map(Self) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(&self.0) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some("^[0-9]{1,19}$"))
                    .examples([serde_json::json!("7400000000000000017")])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// A person or a service account.
    UserId,
    /// A workspace: what every object belongs to. `WorkspaceId::INSTANCE` marks what all share.
    WorkspaceId,
    /// A signed-in browser.
    SessionId,
    /// A personal or service token.
    TokenId,
    /// A way into a workspace by link.
    InvitationId,
    /// A robot member of a workspace.
    ServiceAccountId,
    /// An application that fetches tokens by OAuth.
    OAuthAppId,
    /// A line of the audit log.
    AuditId,
    /// A configured model.
    ModelId,
    /// An agent (on the Coze wire: bot).
    AgentId,
    /// A conversation.
    ConversationId,
    /// A context section of a conversation: what the model remembers.
    SectionId,
    /// A message.
    MessageId,
    /// A run (on the Coze wire: chat).
    RunId,
    /// An uploaded file.
    FileId,
    /// A workflow.
    WorkflowId,
    /// What starts a workflow by itself.
    TriggerId,
    /// One time that a trigger fired.
    FiringId,
}

impl WorkspaceId {
    /// Owner of what the whole instance shares (models of the operator). No user is a member of it.
    pub const INSTANCE: Self = Self(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow() {
        let ids: Vec<_> = (0..10_000).map(|_| next_id()).collect();
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
        assert!(ids[0] > 1_000_000_000_000_000, "looks like an id to a reader: {}", ids[0]);
    }

    #[test]
    fn text_form_is_strict() {
        assert_eq!(parse_id("7400000000000000017"), Ok(7_400_000_000_000_000_017));
        for bad in ["", "0", "-1", "+1", " 1", "1 ", "0x10", "9223372036854775808", "١", "1e3"] {
            assert!(parse_id(bad).is_err(), "{bad:?} was taken for an id");
        }
    }

    #[test]
    fn json_form_is_a_string() {
        assert_eq!(serde_json::to_string(&AgentId(17)).unwrap(), "\"17\"");
        assert!(serde_json::from_str::<AgentId>("17").is_err());
    }
}
