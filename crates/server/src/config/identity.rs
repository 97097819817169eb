//! Accounts.

use super::{List, Period, Secret, settings};

settings! {
    /// Accounts.
    pub struct Identity {
        /// `true` closes registration; the e-mails below and people with an invitation may still register.
        disable_registration: bool = "DISABLE_USER_REGISTRATION", "false";
        /// E-mail addresses that may register when registration is closed.
        allow_registration: List = "ALLOW_REGISTRATION_EMAIL", "";
        /// The one-time code of the first set-up. Empty: made at random and written to the log when it is needed.
        setup_code: Option<Secret> = "HEARTH_SETUP_CODE", "";
        /// How long a browser stays signed in without being used.
        session: Period = "HEARTH_SESSION_LIFETIME", "30d";
    }
}
