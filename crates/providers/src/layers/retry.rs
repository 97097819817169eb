//! Tries again when that can help, nobody has seen a token yet, and who asks has no rule of his own.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, stream};
use model::{Chat, ChatStream, Error, Request, Response};

/// When and how often.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in all.
    pub attempts: u32,
    /// Wait before the second attempt; doubled for each further one.
    pub base: Duration,
    /// Longest wait that a vendor may ask for. One that asks for more gets no second attempt
    /// from here: the caller learns how long to wait.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 3, base: Duration::from_millis(300), longest: Duration::from_secs(20) }
    }
}

impl RetryPolicy {
    /// How long to wait before the attempt after `attempt` (from 1), or not at all.
    fn wait(&self, attempt: u32, error: &Error) -> Option<Duration> {
        let helps = matches!(error, Error::RateLimited { .. } | Error::Server { .. } | Error::Connect(_) | Error::Cut(_));
        if !helps || attempt >= self.attempts {
            return None;
        }
        let own = self.base * 2u32.saturating_pow(attempt - 1);
        // Spread by up to a quarter, so that calls refused together do not return together.
        let spread = own.mul_f64(0.25 * f64::from((types::next_id() & 0xff) as u8) / 255.0);
        let asked = error.retry_after().unwrap_or_default();
        (asked <= self.longest).then(|| asked.max(own.min(self.longest)) + spread)
    }
}

/// The wrapper.
pub struct Retry {
    policy: RetryPolicy,
    inner: Arc<dyn Chat>,
}

impl Retry {
    /// Around `inner`.
    pub fn new(policy: RetryPolicy, inner: Arc<dyn Chat>) -> Self {
        Self { policy, inner }
    }

    /// Waits if another attempt makes sense, else gives the error back.
    async fn pause(&self, attempt: u32, error: Error) -> Result<(), Error> {
        let Some(wait) = self.policy.wait(attempt, &error) else {
            return Err(error);
        };
        tracing::info!(attempt, wait_ms = wait.as_millis() as u64, %error, "model call is tried again");
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn attempt(&self, request: Request) -> Result<ChatStream, Error> {
        let mut stream = self.inner.stream(request).await?;
        match stream.next().await {
            Some(Ok(first)) => Ok(stream::iter([Ok(first)]).chain(stream).boxed()),
            Some(Err(error)) => Err(error),
            None => Err(Error::Cut("the answer was empty".to_owned())),
        }
    }
}

#[async_trait]
impl Chat for Retry {
    async fn stream(&self, request: Request) -> Result<ChatStream, Error> {
        if request.once {
            return self.attempt(request).await;
        }
        let mut attempt = 1;
        loop {
            match self.attempt(request.clone()).await {
                Ok(stream) => return Ok(stream),
                Err(error) => self.pause(attempt, error).await?,
            }
            attempt += 1;
        }
    }

    async fn complete(&self, request: Request) -> Result<Response, Error> {
        if request.once {
            return self.inner.complete(request).await;
        }
        let mut attempt = 1;
        loop {
            match self.inner.complete(request.clone()).await {
                Ok(response) => return Ok(response),
                Err(error) => self.pause(attempt, error).await?,
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::scripted::{Scripted, says};
    use model::{Event, FinishReason};

    fn limited(after: Option<u64>) -> Error {
        Error::RateLimited { message: "slow".into(), retry_after: after.map(Duration::from_secs) }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_as_long_as_asked_and_then_succeeds() {
        let server = Error::Server { status: 503, message: "busy".into(), retry_after: None };
        let script = Scripted::new([vec![Err(limited(Some(7)))], vec![Err(server)], says("fine")]);
        let started = tokio::time::Instant::now();
        let answer = Retry::new(RetryPolicy::default(), script.clone()).complete(Request::default()).await.unwrap();
        assert_eq!(answer.text, "fine");
        assert_eq!(script.requests().len(), 3);
        let waited = started.elapsed().as_millis();
        assert!((7600..8000).contains(&waited), "{waited} ms");
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_a_rule_of_his_own_is_told_at_once() {
        let script = Scripted::new([vec![Err(limited(None))], says("fine"), vec![Err(limited(None))]]);
        let retry = Retry::new(RetryPolicy::default(), script.clone());
        let once = || Request { once: true, ..Request::default() };
        assert!(retry.complete(once()).await.is_err());
        assert_eq!(retry.complete(once()).await.unwrap().text, "fine");
        assert!(retry.stream(once()).await.is_err());
        assert_eq!(script.requests().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_when_it_cannot_help() {
        for (error, calls) in [
            (limited(Some(3600)), 1),
            (Error::Refused("no".into()), 1),
            (Error::Unauthorized("no".into()), 1),
            (Error::Timeout("no".into()), 1),
            (Error::Connect("no".into()), 3),
        ] {
            let script = Scripted::new((0..5).map(|_| vec![Err(error.clone())]));
            let retry = Retry::new(RetryPolicy::default(), script.clone());
            let got = retry.stream(Request::default()).await.err().unwrap();
            assert_eq!(got.to_string(), error.to_string());
            assert_eq!(script.requests().len(), calls, "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn never_after_the_first_token() {
        let cut = vec![Ok(Event::Text("half".into())), Err(Error::Cut("gone".into()))];
        let script = Scripted::new([cut, says("again")]);
        let stream = Retry::new(RetryPolicy::default(), script.clone()).stream(Request::default()).await.unwrap();
        let events: Vec<_> = stream.collect().await;
        assert!(matches!(events.as_slice(), [Ok(Event::Text(_)), Err(Error::Cut(_))]), "{events:?}");
        assert_eq!(script.requests().len(), 1);
        let script = Scripted::new([vec![Err(Error::Cut("gone".into()))], vec![Ok(Event::Finish(FinishReason::Stop))]]);
        assert!(Retry::new(RetryPolicy::default(), script).stream(Request::default()).await.is_ok());
    }
}
