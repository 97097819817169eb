//! What a subscriber has not taken yet.
//!
//! A subscriber that falls behind does not hold the run back, and does not miss text: pieces that
//! are not committed yet are joined while they wait, so that a mailbox stays short however fast a
//! model writes. Only one that leaves very many events or very much text untaken is cut off; it
//! comes back with the last number it saw.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::live::{Delta, Live};

/// So many pieces wait each for itself; from then on they are joined.
const APART: usize = 64;
/// Bytes of text that may wait: more than a person's connection falls behind by, little enough for
/// hundreds of readers that read nothing.
const TEXT: usize = 64 * 1024;

/// A mailbox for at most `most` things.
pub(crate) fn mailbox(most: usize) -> (Sender, Receiver) {
    let shared = Arc::new(Shared { most, inner: Mutex::default(), news: Notify::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

/// Of the hub. Dropping it ends the stream once everything is taken.
pub(crate) struct Sender(Arc<Shared>);

/// Of the subscriber. Dropping it makes the next [`Sender::send`] fail.
pub(crate) struct Receiver(Arc<Shared>);

struct Shared {
    most: usize,
    inner: Mutex<Inner>,
    news: Notify,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Live>,
    /// Of the text in it.
    bytes: usize,
    over: bool,
    gone: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sender {
    /// Puts something in. False: nobody takes it, or too much waits already.
    pub(crate) fn send(&self, live: &Live) -> bool {
        let mut inner = self.0.lock();
        inner.bytes += text_of(live);
        // One piece alone may be larger: whoever keeps up gets it.
        if inner.gone || (inner.bytes > TEXT && !inner.waiting.is_empty()) {
            return false;
        }
        if inner.waiting.len() < APART || !inner.waiting.back_mut().is_some_and(|last| join(last, live)) {
            if inner.waiting.len() >= self.0.most {
                return false;
            }
            inner.waiting.push_back(live.clone());
        }
        drop(inner);
        self.0.news.notify_one();
        true
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.news.notify_one();
    }
}

impl Receiver {
    /// The next thing; `None` when nothing will come.
    pub(crate) async fn recv(&mut self) -> Option<Live> {
        loop {
            {
                let mut inner = self.0.lock();
                if let Some(live) = inner.waiting.pop_front() {
                    inner.bytes = inner.bytes.saturating_sub(text_of(&live));
                    return Some(live);
                }
                if inner.over {
                    return None;
                }
            }
            // A notice given between the lock and here is kept for us.
            self.0.news.notified().await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        inner.gone = true;
        inner.waiting.clear();
    }
}

fn text_of(live: &Live) -> usize {
    match live {
        Live::Delta(delta) => delta.text.len() + delta.reasoning.len(),
        Live::Event(_) | Live::Stopped(_) => 0,
    }
}

/// Appends a piece of uncommitted text to the one that waits before it.
fn join(last: &mut Live, next: &Live) -> bool {
    let (Live::Delta(last), Live::Delta(next)) = (last, next) else { return false };
    if last.seq.is_some() || next.seq.is_some() || last.message != next.message {
        return false;
    }
    let joined: &mut Delta = Arc::make_mut(last);
    joined.text.push_str(&next.text);
    joined.reasoning.push_str(&next.reasoning);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::MessageId;

    fn piece(offset: u64, seq: Option<u64>) -> Live {
        let text = format!("{offset} ");
        Live::Delta(Delta { seq, step: 1, message: MessageId(1), text, reasoning: String::new(), offset, reasoning_offset: 0 }.into())
    }

    async fn texts(receiver: &mut Receiver) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(Live::Delta(delta)) = receiver.recv().await {
            all.push(delta.text.clone());
        }
        all
    }

    #[tokio::test]
    async fn a_flood_of_text_is_joined_and_whole() {
        let (sender, mut receiver) = mailbox(100);
        assert!((0..5000).all(|n| sender.send(&piece(n, None))));
        drop(sender);
        let texts = texts(&mut receiver).await;
        assert_eq!(texts.len(), APART);
        let words: Vec<String> = (0..5000).map(|n| format!("{n} ")).collect();
        assert_eq!(texts.concat(), words.concat());
    }

    #[tokio::test]
    async fn very_much_text_is_not_held() {
        let (sender, mut receiver) = mailbox(100);
        let long = Live::Delta(
            Delta {
                seq: None,
                step: 1,
                message: MessageId(1),
                text: "x".repeat(1000),
                reasoning: String::new(),
                offset: 0,
                reasoning_offset: 0,
            }
            .into(),
        );
        let taken = (0..1000).filter(|_| sender.send(&long)).count();
        assert_eq!(taken, TEXT / 1000);
        drop(sender);
        assert!(texts(&mut receiver).await.concat().len() <= TEXT);
    }

    #[tokio::test]
    async fn what_cannot_be_joined_cuts_off_in_the_end() {
        let (sender, mut receiver) = mailbox(100);
        let taken = (0..200).filter(|n| sender.send(&piece(*n, Some(*n)))).count();
        assert_eq!(taken, 100);
        drop(sender);
        assert_eq!(texts(&mut receiver).await.len(), 100);
    }

    #[tokio::test]
    async fn a_subscriber_that_left_is_forgotten_and_one_that_waits_is_woken() {
        let (sender, receiver) = mailbox(10);
        drop(receiver);
        assert!(!sender.send(&piece(0, None)));
        let (sender, mut receiver) = mailbox(10);
        let waiting = tokio::spawn(async move { texts(&mut receiver).await });
        tokio::task::yield_now().await;
        sender.send(&piece(7, None));
        drop(sender);
        assert_eq!(waiting.await.unwrap(), ["7 "]);
    }
}
