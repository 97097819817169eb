//! What can be refused on the browser's side.

types::errors! {
    #[derive(Debug, thiserror::Error)]
    pub enum Error {
        NoSuchApp => NotFound, "not_found", "This OAuth app does not exist, or you have no access to it.";
        UnknownClient => Invalid, "oauth_client_unknown", "The program that sent you here is not registered (client_id), or is not one that asks in the browser.";
        RedirectUnknown => Invalid, "oauth_redirect_unknown", "The program that sent you here gave an address (redirect_uri) that is not registered for it.";
        RequestInvalid => Invalid, "oauth_request_invalid", "The program that sent you here asked wrongly: response_type must be `code`, and a PKCE app sends a code_challenge with the method S256 or plain.";
        NoWorkspace => NotFound, "not_found", "This workspace does not exist, or you are not a member of it.";
        DeviceCodeInvalid => NotFound, "device_code_invalid", "This code does not exist, has expired or was used. Ask the device for a new one.";
    }
    from db::Error, sea_orm::DbErr as db::Error;
}
