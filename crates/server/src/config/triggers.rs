//! Limits of webhooks that start workflows.

use std::time::Duration;

use super::{ByteSize, Period, Problem, settings};

settings! {
    /// Limits of webhooks that start workflows.
    pub struct Triggers {
        /// How long the caller of a webhook that answers with the result waits at most (1s to 10m); the run goes on after that.
        wait: Period = "HEARTH_HOOK_WAIT", "60s";
        /// Largest body that a webhook takes.
        max_body: ByteSize = "HEARTH_HOOK_MAX_BODY", "4MiB";
        /// Calls that one webhook takes in a minute.
        rate: u32 = "HEARTH_HOOK_RATE", "600";
    }
}

impl Triggers {
    /// What one setting alone cannot tell.
    pub fn check(&self) -> Result<(), Problem> {
        let wait = self.wait.0;
        if !(Duration::from_secs(1)..=Duration::from_mins(10)).contains(&wait) {
            return Err(Problem::value("HEARTH_HOOK_WAIT", &format!("{}ms", wait.as_millis()), "1s to 10m", ""));
        }
        if self.max_body.0 == 0 {
            return Err(Problem::value("HEARTH_HOOK_MAX_BODY", "0", "a size greater than 0", ""));
        }
        if self.rate == 0 {
            return Err(Problem::value("HEARTH_HOOK_RATE", "0", "1 or more", ""));
        }
        Ok(())
    }

    /// The same as triggers have them.
    pub fn settings(&self) -> studio::triggers::Settings {
        studio::triggers::Settings {
            wait: self.wait.0,
            max_body: self.max_body.0,
            calls_a_minute: self.rate,
            ..studio::triggers::Settings::default()
        }
    }
}
