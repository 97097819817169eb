//! The shape the SDKs know: bodies as JSON or form, errors with `error_code`, `error_message` and `error`.
//!
//! cozepy reads the first two, @coze/api the third; all of them want a status of 400 or more. The
//! log id goes out in the headers, as everywhere.

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use types::Failure;
use utoipa::ToSchema;

/// What the endpoints answer with when they refuse.
#[derive(Debug, Serialize, ToSchema)]
pub struct OAuthErrorBody {
    /// Of RFC 6749 and RFC 8628.
    error: String,
    /// The same, where cozepy looks.
    error_code: String,
    /// One sentence that says what to do.
    error_message: String,
}

/// A refusal.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    code: String,
    message: String,
    retry_after: Option<u64>,
}

/// What the endpoints' functions return.
pub type Result<T> = std::result::Result<T, Refused>;

impl Refused {
    fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self { status, code: code.to_owned(), message: message.to_owned(), retry_after: None }
    }

    /// 400 with a code of RFC 6749 or RFC 8628.
    pub fn because(code: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// The one answer to whatever does not prove the client.
    pub fn client() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "The client is unknown, of another kind, or did not prove itself: check client_id and its secret or key.",
        )
    }

    /// The one answer to codes and refresh tokens that are not good.
    pub fn grant() -> Self {
        Self::because(
            "invalid_grant",
            "The code or refresh token is unknown, expired, used already, or was given for another redirect_uri or verifier.",
        )
    }

    /// A field is missing or wrong.
    pub fn request(message: &str) -> Self {
        Self::because("invalid_request", message)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        rest::envelope::log(&failure);
        let mut refused = Self::new(rest::status(failure.kind), &failure.code, &failure.message);
        refused.retry_after = failure.retry_after;
        refused
    }
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(error: sea_orm::DbErr) -> Self {
        db::Error::from(error).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = OAuthErrorBody { error: self.code.clone(), error_code: self.code, error_message: self.message };
        let mut response = (self.status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A request of a program: its fields and its `Authorization: Bearer …`. Unknown fields are let be, as RFC 6749 says.
pub struct Asked {
    fields: Map<String, Value>,
    pub bearer: Option<SecretString>,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (form, bearer) = headers(&request);
        let body = Bytes::from_request(request, state).await.map_err(|_| Refused::request("The body could not be read."))?;
        let fields = if form {
            url::form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
        } else {
            serde_json::from_slice(&body).map_err(|_| Refused::request("The body is neither a JSON object nor a form."))?
        };
        Ok(Self { fields, bearer })
    }
}

/// Whether the body is a form, and what stands in `Authorization: Bearer`.
fn headers(request: &Request) -> (bool, Option<SecretString>) {
    let header = |name| request.headers().get(name).and_then(|v: &http::HeaderValue| v.to_str().ok());
    let form =
        header(CONTENT_TYPE).is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
    let bearer = header(AUTHORIZATION).and_then(|text| text.strip_prefix("Bearer ")).map(|text| SecretString::from(text.trim().to_owned()));
    (form, bearer)
}

impl Asked {
    /// A text field; empty and `null` mean absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A text field that must be there.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.text(name).ok_or_else(|| Refused::request(&format!("The field `{name}` is missing.")))
    }

    /// A number, also written as text.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(n)) if n.is_i64() => Ok(n.as_i64()),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => text.parse().map(Some).map_err(|_| ()),
            Some(_) => Err(()),
        }
        .map_err(|()| Refused::request(&format!("The field `{name}` is a whole number.")))
    }

    /// Any field.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }
}
