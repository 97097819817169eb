//! Sends an HTTP request through the one way out and gives the answer.
//!
//! Tokens and passwords lie sealed in the document; they are opened right before the request is sent, and nothing that is told
//! of it shows them.

mod answer;
mod body;
mod files;
mod params;
mod proof;
mod run;
#[cfg(test)]
mod tests;
mod tls;

use std::sync::Arc;

use flow::node::{Action, Category, Declares, NodeSpec, NodeType};
use flow::tool::Effect;
use flow::value::{Field, Type};
use flow::workflow::{Finding, Node, NodeId};

use crate::ports::Services;
use crate::reading::{Reading, Title, both, form};
use params::{Body, Params};
use run::Run;

const TITLES: &[Title] = &[
    ("method", "请求方法", "Method"),
    ("method=GET", "GET", "GET"),
    ("method=POST", "POST", "POST"),
    ("method=PUT", "PUT", "PUT"),
    ("method=PATCH", "PATCH", "PATCH"),
    ("method=DELETE", "DELETE", "DELETE"),
    ("method=HEAD", "HEAD", "HEAD"),
    ("method=OPTIONS", "OPTIONS", "OPTIONS"),
    ("url", "请求地址", "URL"),
    ("headers", "请求头", "Headers"),
    ("headers.name", "名称", "Name"),
    ("headers.value", "值", "Value"),
    ("query", "请求参数", "Query parameters"),
    ("query.name", "名称", "Name"),
    ("query.value", "值", "Value"),
    ("auth", "鉴权", "Authentication"),
    ("auth.type", "鉴权方式", "Kind"),
    ("auth.type=bearer", "Bearer 令牌", "Bearer token"),
    ("auth.type=basic", "用户名和密码", "User and password"),
    ("auth.type=header", "自定义请求头", "Header"),
    ("auth.type=query", "自定义请求参数", "Query parameter"),
    ("auth.token", "令牌", "Token"),
    ("auth.username", "用户名", "User"),
    ("auth.password", "密码", "Password"),
    ("auth.name", "名称", "Name"),
    ("auth.value", "值", "Value"),
    ("body", "请求体", "Body"),
    ("body.type", "类型", "Kind"),
    ("body.type=none", "无", "None"),
    ("body.type=json", "JSON", "JSON"),
    ("body.type=text", "纯文本", "Text"),
    ("body.type=form", "表单（form-data）", "Form with files"),
    ("body.type=urlencoded", "表单（x-www-form-urlencoded）", "Form"),
    ("body.type=binary", "文件", "File"),
    ("body.content", "内容", "Content"),
    ("body.fields", "字段", "Fields"),
    ("body.fields.name", "名称", "Name"),
    ("body.fields.value", "值", "Value"),
    ("body.fields.file", "文件", "File"),
    ("body.file", "文件", "File"),
    ("tls", "TLS", "TLS"),
    ("tls.verify", "验证服务器证书", "Check the server's certificate"),
    ("tls.ca", "额外信任的证书（PEM）", "Trusted certificates (PEM)"),
    ("tls.certificate", "客户端证书（PEM）", "Client certificate (PEM)"),
    ("tls.key", "客户端私钥（PEM）", "Client key (PEM)"),
    ("timeout_ms", "超时（毫秒）", "Time limit (ms)"),
    ("retries", "重试次数", "Retries"),
];

/// The kind.
pub struct HttpRequest(pub Services);

impl NodeType for HttpRequest {
    fn spec(&self) -> NodeSpec {
        NodeSpec {
            params: form::<Params>(TITLES),
            outputs: Declares::Kind(vec![
                Field::new("body", Type::String),
                Field::new("statusCode", Type::Integer),
                Field::new("headers", Type::String),
            ]),
            effect: Effect::Write,
            fill_inputs: true,
            fill_outputs: true,
            fallible: true,
            ..NodeSpec::new(
                "http_request",
                Category::Utilities,
                "globe",
                both("HTTP 请求", "HTTP request"),
                both("发送 HTTP 请求并返回响应。", "Sends an HTTP request and gives the answer."),
            )
        }
    }

    fn effect(&self, node: &Node) -> Option<Effect> {
        let method = node.params.get("method").and_then(serde_json::Value::as_str).unwrap_or("GET");
        matches!(method, "GET" | "HEAD" | "OPTIONS").then_some(Effect::Read)
    }

    fn compile(&self, id: &NodeId, node: &Node) -> Result<Action, Vec<Finding>> {
        let (mut reading, params) = Reading::begin::<Params>(id, node)?;
        reading.filled("/params/url", &params.url);
        for (place, pairs) in [("headers", &params.headers), ("query", &params.query)] {
            for (at, pair) in pairs.iter().enumerate() {
                reading.filled(&format!("/params/{place}/{at}/name"), &pair.name);
            }
        }
        for (at, pair) in params.headers.iter().enumerate() {
            let name = pair.name.trim();
            if !name.is_empty() && http::HeaderName::try_from(name).is_err() {
                reading.error(
                    format!("/params/headers/{at}/name"),
                    "invalid_params",
                    "请求头名称含有不允许的字符",
                    "A header cannot have this name",
                );
            }
        }
        if params.timeout_ms.is_some_and(|ms| !(1..=600_000).contains(&ms)) {
            reading.error("/params/timeout_ms", "invalid_params", "应在 1 到 600000 之间", "It must be from 1 to 600000");
        }
        if params.retries > 10 {
            reading.error("/params/retries", "invalid_params", "不能大于 10", "It must not be more than 10");
        }
        if let Body::Binary { file } = &params.body {
            reading.input("/params/body/file", file);
        }
        if let Some(tls) = &params.tls {
            tls.check(&mut reading, self.0.egress.as_ref());
        }
        let services = self.0.clone();
        reading.done(|| Action::Task(Arc::new(Run::new(params, services))))
    }
}
