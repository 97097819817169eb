//! From the model's text to outputs.

use ::model::chat::{JsonSchema, ResponseFormat};
use ::model::{Request, Response};
use flow::node::Output;
use flow::value::{Field, Type, Values};
use serde_json::Value;

use crate::talk::{Format, json, schema};

/// The output that the reasoning is.
const REASONING: &str = "reasoning_content";

/// What the answer becomes.
#[derive(Debug)]
pub enum Shape {
    /// One text.
    Text {
        /// The output's name.
        output: String,
        /// It is Markdown.
        markdown: bool,
        /// The reasoning is an output too.
        reasoning: bool,
    },
    /// The declared outputs.
    Json {
        /// Those that the model fills.
        fields: Vec<Field>,
        /// The reasoning is an output too.
        reasoning: bool,
    },
}

impl Shape {
    /// By the format and the declared outputs. A single text is a text, whatever the format says (Coze's rule).
    pub fn new(format: Format, outputs: &[Field]) -> Self {
        let reasoning = outputs.iter().any(|field| field.name == REASONING);
        let fields: Vec<&Field> =
            outputs.iter().filter(|field| !matches!(field.name.as_str(), REASONING | "isSuccess" | "errorBody")).collect();
        match (format, fields.as_slice()) {
            (_, [only]) if only.ty == Type::String => {
                Self::Text { output: only.name.clone(), markdown: format == Format::Markdown, reasoning }
            }
            (Format::Json, [_, ..]) => Self::Json { fields: fields.into_iter().cloned().collect(), reasoning },
            _ => Self::Text { output: "output".to_owned(), markdown: format == Format::Markdown, reasoning },
        }
    }

    /// What the model is told of it.
    pub fn instruction(&self) -> String {
        match self {
            Self::Text { markdown: true, .. } => "Format the answer as Markdown.".to_owned(),
            Self::Text { .. } => String::new(),
            Self::Json { fields, .. } => format!(
                "Answer with one JSON object of the following JSON schema and with nothing else, without a code fence:\n{}",
                schema::object(fields)
            ),
        }
    }

    /// What is asked of the vendor.
    pub fn request(&self, request: &mut Request) {
        if let Self::Json { fields, .. } = self {
            request.params.response_format = Some(ResponseFormat::Json);
            request.json_schema = schema::strict(fields).map(|schema| JsonSchema { name: "answer".to_owned(), schema });
        }
    }

    /// The output that the text is while it is being written.
    pub fn streams(&self) -> Option<String> {
        match self {
            Self::Text { output, .. } => Some(output.clone()),
            Self::Json { .. } => None,
        }
    }

    /// The output that the reasoning is while it is being written: beside a text only (Coze's rule).
    pub fn streams_reasoning(&self) -> Option<String> {
        match self {
            Self::Text { reasoning: true, .. } => Some(REASONING.to_owned()),
            Self::Text { .. } | Self::Json { .. } => None,
        }
    }

    /// The outputs of the model's last answer.
    pub fn of_response(&self, response: Response) -> Output {
        let mut output = self.of_text(response.text);
        let (Self::Text { reasoning, .. } | Self::Json { reasoning, .. }) = self;
        if *reasoning {
            output.values.insert(REASONING.to_owned(), response.reasoning.into());
        }
        output
    }

    /// The outputs of a text that is the answer.
    pub fn of_text(&self, text: String) -> Output {
        match self {
            Self::Text { output, .. } => Output::one(output, text),
            Self::Json { fields, .. } => {
                let (values, warning) = read(&text, fields);
                Output { values, warnings: warning.into_iter().collect(), raw: Some(text.into()), ..Output::default() }
            }
        }
    }
}

/// The fields in a text; an answer that is none gives nothing, with a warning (Coze's rule).
fn read(text: &str, fields: &[Field]) -> (Values, Option<String>) {
    match (json::read(text), fields) {
        (Some(json::Read { value: Value::Object(map), repaired }), _) => {
            let warning = repaired.then(|| "the model's answer was not valid JSON and was repaired".to_owned());
            (map, warning)
        }
        // A model may leave the object out where it would hold one thing only.
        (Some(json::Read { value, .. }), [only]) => (Values::from_iter([(only.name.clone(), value)]), None),
        _ => (Values::new(), Some("the model's answer is no JSON object; its outputs are empty".to_owned())),
    }
}
