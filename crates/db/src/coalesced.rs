//! Reads of the same thing that are asked for at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};

/// Entries kept at most before those are removed that nobody waits for.
const ENTRIES: usize = 1024;

/// Answers all who ask for the same at once with one read.
///
/// Who asks while a read is under way does not get its answer, which may be older than his question, but that of
/// the next read, with all who ask meanwhile. So nobody gets anything older than by a read of his own.
pub struct Coalesced<K, T> {
    reads: Mutex<HashMap<K, Read<T>>>,
}

struct Read<T> {
    begun: Arc<AtomicBool>,
    // Weak: a read that nobody waits for any more gives its connection back.
    answer: WeakShared<BoxFuture<'static, T>>,
}

impl<K, T> Default for Coalesced<K, T> {
    fn default() -> Self {
        Self { reads: Mutex::default() }
    }
}

impl<K: Eq + Hash, T: Clone + Send + Sync + 'static> Coalesced<K, T> {
    /// What `read` gives, or another caller's read of the same key that begins after this call.
    pub async fn get(&self, key: K, read: impl Future<Output = T> + Send + 'static) -> T {
        self.join(key, read).await
    }

    fn join(&self, key: K, read: impl Future<Output = T> + Send + 'static) -> Shared<BoxFuture<'static, T>> {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = reads.get(&key).and_then(|read| Some((read.begun.load(Ordering::SeqCst), read.answer.upgrade()?)));
        if let Some((false, answer)) = earlier {
            return answer;
        }
        if reads.len() >= ENTRIES {
            reads.retain(|_, read| read.answer.upgrade().is_some());
        }
        let begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&begun);
        let answer = async move {
            if let Some((_, earlier)) = earlier {
                let _ = AssertUnwindSafe(earlier).catch_unwind().await;
            }
            begins.store(true, Ordering::SeqCst);
            read.await
        };
        let answer = answer.boxed().shared();
        if let Some(weak) = answer.downgrade() {
            reads.insert(key, Read { begun, answer: weak });
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use tokio::sync::Semaphore;

    use super::*;

    /// Reads that take until they are let go, and are numbered as they begin.
    #[derive(Clone)]
    struct Reads {
        begun: Arc<AtomicU32>,
        gate: Arc<Semaphore>,
    }

    impl Reads {
        fn new() -> Self {
            Self { begun: Arc::new(AtomicU32::new(0)), gate: Arc::new(Semaphore::new(0)) }
        }

        fn read(&self) -> impl Future<Output = u32> + Send + 'static {
            let Self { begun, gate } = self.clone();
            async move {
                let number = begun.fetch_add(1, Ordering::SeqCst) + 1;
                gate.acquire().await.unwrap().forget();
                number
            }
        }
    }

    #[tokio::test]
    async fn who_asks_during_a_read_gets_the_next_one_with_all_others() {
        let (coalesced, reads) = (Coalesced::default(), Reads::new());
        let mut first = Box::pin(coalesced.get("a", reads.read()));
        assert!(futures::poll!(&mut first).is_pending());
        let others: Vec<_> = (0..5).map(|_| coalesced.join("a", reads.read())).collect();
        let mut other = Box::pin(coalesced.get("b", reads.read()));
        assert!(futures::poll!(&mut other).is_pending());
        assert_eq!(reads.begun.load(Ordering::SeqCst), 2, "other keys do not wait");
        reads.gate.add_permits(3);
        assert_eq!((first.await, other.await), (1, 2));
        assert_eq!(futures::future::join_all(others).await, [3; 5]);
        reads.gate.add_permits(1);
        assert_eq!(coalesced.get("a", reads.read()).await, 4, "nothing is kept");
    }

    #[tokio::test]
    async fn a_read_that_nobody_waits_for_or_that_breaks_holds_up_no_other() {
        let (coalesced, reads) = (Coalesced::default(), Reads::new());
        let mut first = Box::pin(coalesced.get("a", reads.read()));
        assert!(futures::poll!(&mut first).is_pending());
        drop(first);
        assert_eq!(Arc::strong_count(&reads.gate), 1, "it is gone");
        reads.gate.add_permits(1);
        assert_eq!(coalesced.get("a", reads.read()).await, 2);
        let broken = coalesced.join("a", async { panic!("on purpose") });
        assert!(AssertUnwindSafe(broken.clone()).catch_unwind().await.is_err());
        reads.gate.add_permits(1);
        assert_eq!(coalesced.get("a", reads.read()).await, 3);
    }
}
