//! What the offline model answers. Rules in the order in which they are asked:
//!
//! 1. a tool on offer fits the question and none has answered yet → call it (several may fit);
//! 2. JSON is wanted → the smallest JSON of that schema, with what the tools said in it;
//! 3. suggestions are wanted → three questions that show what can be tried;
//! 4. tools have answered → say what they said;
//! 5. else: repeat the question, say what this model is and how to add a real one.

use std::fmt::Write as _;

use model::chat::{FinishReason, Message, Request, ResponseFormat, Role, ToolCall, ToolSpec};
use serde_json::{Map, Value, json};

use super::{find, schema, words};

/// An answer.
pub struct Answer {
    pub text: String,
    pub calls: Vec<ToolCall>,
    pub finish: FinishReason,
}

impl Answer {
    fn text(text: String) -> Self {
        Self { text, calls: Vec::new(), finish: FinishReason::Stop }
    }
}

/// Answers a request.
pub fn answer(request: &Request) -> Answer {
    let asked = request.messages.iter().rposition(|message| message.role == Role::User);
    let question = asked.map(|at| request.messages[at].joined_text()).unwrap_or_default();
    let since = request.messages.get(asked.map_or(0, |at| at + 1)..).unwrap_or_default();
    let answered = since.iter().any(|message| message.role == Role::Tool);
    let calls = if answered { Vec::new() } else { calls(&question, &request.tools, request.messages.len()) };
    if !calls.is_empty() {
        return Answer { text: String::new(), calls, finish: FinishReason::ToolCalls };
    }
    let topic = || if answered { results(since).join("\n") } else { words::shorten(&question, 200) };
    let text = if let Some(wanted) = &request.json_schema {
        schema::instance(&wanted.schema, &topic()).to_string()
    } else if request.params.response_format == Some(ResponseFormat::Json) {
        json!({ "answer": topic(), "model": "offline" }).to_string()
    } else if asks_for_suggestions(&question) {
        suggestions(request.messages.get(..asked.unwrap_or(0)).unwrap_or_default())
    } else if answered {
        tell_results(since, words::is_chinese(&question))
    } else {
        introduce(&question, &request.tools, words::is_chinese(&question))
    };
    limit(Answer::text(text), request)
}

/// Whether Hearth asks what the user may want to ask next.
fn asks_for_suggestions(question: &str) -> bool {
    let lower = question.to_lowercase();
    lower.starts_with("suggest") && lower.contains("questions") && lower.contains("per line")
}

/// Three questions, in the language of the conversation so far.
fn suggestions(before: &[Message]) -> String {
    let last = before.iter().rfind(|message| message.role == Role::User).map(Message::joined_text);
    let chinese = last.is_some_and(|text| words::is_chinese(&text));
    let lines = if chinese {
        ["现在几点？", "12*34 等于多少？", "怎样添加一个真正的模型？"]
    } else {
        ["What time is it?", "What is 12*34?", "How do I add a real model?"]
    };
    lines.join("\n")
}

/// Honours `max_tokens` and `stop`.
fn limit(mut answer: Answer, request: &Request) -> Answer {
    let stops = request.params.stop.iter().filter(|stop| !stop.is_empty());
    if let Some(end) = stops.filter_map(|stop| answer.text.find(stop.as_str())).min() {
        answer.text.truncate(end);
    }
    if let Some(most) = request.params.max_tokens {
        let mut kept = String::new();
        for piece in words::split(&answer.text) {
            if words::tokens(&kept) + words::tokens(&piece) > u64::from(most) {
                return Answer { text: kept, finish: FinishReason::Length, ..answer };
            }
            kept.push_str(&piece);
        }
    }
    answer
}

/// `name: output` of the calls made since the question.
fn results(since: &[Message]) -> Vec<String> {
    let calls: Vec<&ToolCall> = since.iter().flat_map(|message| &message.tool_calls).collect();
    let outputs = since.iter().filter(|message| message.role == Role::Tool);
    let line = |message: &Message| {
        let id = message.tool_call_id.as_deref();
        let name = calls.iter().find(|call| Some(call.id.as_str()) == id).map_or("tool", |call| call.name.as_str());
        format!("{name}: {}", words::shorten(&message.joined_text(), 600))
    };
    outputs.map(line).collect()
}

fn tell_results(since: &[Message], chinese: bool) -> String {
    let lines = results(since).join("\n");
    if chinese {
        format!("工具返回了：\n{lines}\n\n（由 Hearth 内置的离线模型回答。）")
    } else {
        format!("The tools say:\n{lines}\n\n(Answered by Hearth's built-in offline model.)")
    }
}

/// The calls that fit the question, each tool at most once.
fn calls(question: &str, tools: &[ToolSpec], turn: usize) -> Vec<ToolCall> {
    let arguments = tools.iter().filter_map(|tool| Some((tool, arguments(question, tool)?)));
    let call = |(place, (tool, arguments)): (usize, (&ToolSpec, Value))| ToolCall {
        // Deterministic, and unique within a conversation, which only grows.
        id: format!("call_offline_{turn}_{place}"),
        name: tool.name.clone(),
        arguments: arguments.to_string(),
    };
    arguments.enumerate().map(call).collect()
}

/// The arguments with which `tool` answers the question, or nothing when it does not.
fn arguments(question: &str, tool: &ToolSpec) -> Option<Value> {
    let name = tool.name.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["calc"])
        && let Some(expression) = find::expression(question)
    {
        return Some(with(tool, question, &["expression", "expr", "input"], &expression));
    }
    if has(&["fetch", "web_page", "webpage", "browse", "crawl"])
        && let Some(url) = find::url(question)
    {
        return Some(with(tool, question, &["url", "link", "address"], &url));
    }
    if has(&["current_time", "get_time", "clock", "now"]) && find::asks_time(question) {
        // The defaults of a clock are what is asked for.
        return Some(required(tool, question));
    }
    // Any tool can be asked for by its name, with arguments behind it.
    let after = question.get(question.find(&tool.name)? + tool.name.len()..)?;
    Some(object_in(after).unwrap_or_else(|| required(tool, after)))
}

/// The required arguments, and `value` in the field that is meant for it.
fn with(tool: &ToolSpec, question: &str, names: &[&str], value: &str) -> Value {
    let properties = tool.parameters.get("properties").and_then(Value::as_object);
    let text = |schema: &Value| schema.get("type").is_none_or(|kind| kind == "string");
    let known = names.iter().copied().find(|name| properties.is_some_and(|all| all.contains_key(*name)));
    let first = || properties?.iter().find(|(_, schema)| text(schema)).map(|(name, _)| name.as_str());
    let field = known.or_else(first).unwrap_or(names[0]);
    let mut arguments = required(tool, question);
    arguments[field] = value.into();
    arguments
}

fn required(tool: &ToolSpec, text: &str) -> Value {
    let names = tool.parameters.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let text = words::shorten(text.trim_start_matches([':', '：', ' ', ',', '，']), 200);
    let fill = |name: &str| {
        let field = tool.parameters.get("properties").and_then(|all| all.get(name)).cloned();
        // A reference inside a field is looked up from the root of the schema.
        let schema = field.unwrap_or_else(|| json!({ "type": "string" }));
        (name.to_owned(), schema::instance(&schema, &text))
    };
    names.map(fill).collect::<Map<_, _>>().into()
}

/// The JSON object that a text begins with, after white space and punctuation.
fn object_in(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Map<String, Value>>();
    Some(values.next()?.ok()?.into())
}

fn introduce(question: &str, tools: &[ToolSpec], chinese: bool) -> String {
    let said = words::shorten(question, 300);
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    let mut text = String::new();
    if chinese {
        if !said.is_empty() {
            text = format!("你说的是：“{said}”\n\n");
        }
        text.push_str("我是 Hearth 内置的离线模型：不联网、不需要密钥，只按简单规则回答，不会真正思考。");
        if !names.is_empty() {
            let _ =
                write!(text, "我可以试用这些工具：{}。比如问我“12*34 等于多少”或“现在几点”，或者直接写出工具的名字。", names.join("、"));
        }
        text.push_str("要得到真正的回答，请在“设置 → 模型”里添加一个模型，再在智能体里选择它。");
    } else {
        if !said.is_empty() {
            text = format!("You said: “{said}”\n\n");
        }
        text.push_str("I am Hearth's built-in offline model: no network, no key, only a few simple rules and no real thinking. ");
        if !names.is_empty() {
            let _ = write!(
                text,
                "I can try these tools: {}. Ask me “what is 12*34” or “what time is it”, or write the name of a tool. ",
                names.join(", ")
            );
        }
        text.push_str("For real answers add a model under Settings → Models and choose it in the agent.");
    }
    text
}
