//! Services in memory, for tests: real enough to pass [`super::conformance`], and they remember what they
//! were asked. What a test wants to hear instead goes before.

pub mod conversations;
pub mod databases;
pub mod knowledge;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use flow::node::NodeError;

pub use conversations::FakeConversations;
pub use databases::FakeDatabases;
pub use knowledge::FakeKnowledge;

/// What was asked, and what is answered before the fake thinks for itself.
struct Script<Q, A> {
    asked: Mutex<Vec<Q>>,
    answers: Mutex<VecDeque<Result<A, NodeError>>>,
}

impl<Q, A> Default for Script<Q, A> {
    fn default() -> Self {
        Self { asked: Mutex::default(), answers: Mutex::default() }
    }
}

impl<Q: Clone, A> Script<Q, A> {
    fn push(&self, answer: Result<A, NodeError>) {
        lock(&self.answers).push_back(answer);
    }

    fn next(&self, asked: Q) -> Option<Result<A, NodeError>> {
        lock(&self.asked).push(asked);
        lock(&self.answers).pop_front()
    }

    fn asked(&self) -> Vec<Q> {
        lock(&self.asked).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
