//! What can be refused about accounts.

types::errors! {
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        SetupDone => Conflict, "setup_done", "This instance is set up already. Sign in instead.";
        SetupCodeWrong => Forbidden, "setup_code_wrong", "The set-up code is not right. The server printed it in its log when it started.";
        SetupNeeded => Conflict, "setup_needed", "This instance is not set up yet. Open it in the browser and create the owner account first.";
        RegistrationClosed => Forbidden, "registration_closed", "Accounts are created by invitation here. Ask an administrator for one.";
        EmailTaken => Conflict, "email_taken", "This e-mail address cannot be used. If it is yours, sign in instead.";
        SignInFailed => Unauthenticated, "sign_in_failed", "E-mail address or password is not right.";
        PasswordWrong => Forbidden, "password_wrong", "The current password is not right.";
        LastAdmin => Conflict, "last_admin", "This is the last administrator of the instance. Appoint another one first.";
        NoSuchUser => NotFound, "not_found", "This user does not exist, or you have no access to it.";
        InvitationInvalid => NotFound, "invitation_invalid", "This invitation does not exist, has expired or was used up. Ask for a new one.";
    }
    from db::Error, sea_orm::DbErr as db::Error;
}
