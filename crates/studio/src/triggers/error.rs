//! What can go wrong with triggers.

types::errors! {
    /// An error of the feature.
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        /// Not there, or not the caller's.
        NotFound => NotFound, "not_found", "This trigger does not exist, or you have no access to it.";
        /// The same words for an address that never was, is no more, or is switched off.
        NoHook => NotFound, "hook_unknown", "No webhook answers at this address.";
        /// Whom the trigger acts for may not run the workflow any more.
        OwnerLost => Conflict, "trigger_owner_lost",
            "The person this trigger runs for may not run the workflow any more, so it was switched off. Whoever switches it on again is the one it runs for.";
        /// Not signed as it must be.
        SignatureWrong => Unauthenticated, "hook_signature_wrong",
            "This webhook takes signed calls only: `X-Hearth-Signature` is missing or does not fit what was sent.";
        /// The body is not what its type says.
        BodyInvalid(String) => Invalid, "hook_body_invalid", "The body is not the JSON it should be: {0}.";
        /// A type of body that no input can take.
        BodyType => Invalid, "hook_body_type", "Send JSON (`application/json`), form fields (`application/x-www-form-urlencoded`) or plain text.";
        /// Larger than webhooks take.
        BodyTooLarge(u64) => TooLarge, "body_too_large", "The body is larger than the {0} bytes that a webhook takes (HEARTH_HOOK_MAX_BODY).";
        /// Not a time that can come.
        ScheduleInvalid(String) => Invalid, "schedule_invalid" about "schedule", "{0}";
        /// More than anybody needs.
        TooMany(u64) => Conflict, "too_many_triggers", "A workflow has at most {0} triggers. Delete one first.";
        /// There is no address or signing secret to make anew.
        NoSecret => Conflict, "trigger_without_secret", "There is nothing to make anew: the trigger is no webhook, or its calls are not signed.";
    }
    from db::Error, crate::workflows::Error;
}

impl From<types::NotAnId> for Error {
    fn from(error: types::NotAnId) -> Self {
        Self::invalid("cursor", error.to_string())
    }
}
