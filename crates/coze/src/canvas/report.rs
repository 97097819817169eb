//! What became of a canvas, for people and programs.

use flow::tool::Localized;
use flow::workflow::Document;
pub use flow::workflow::import::{Level, NodeReport, Note, Outcome, Report};
use studio::workflows::Removed;

use super::nodes::forget_spare_secrets as forget;

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A model of the other instance.
    Model,
    /// A plugin of the other instance.
    Plugin,
    /// A knowledge base of the other instance.
    Knowledge,
    /// A database of the other instance.
    Database,
    /// A workflow of the other instance.
    Workflow,
    /// A node type that Hearth does not know.
    UnknownType,
    /// An operator that Hearth does not know.
    UnknownOperator,
    /// A way of giving a value that Hearth does not know.
    UnknownSource,
    /// A type that Hearth does not know.
    UnknownValueType,
    /// A literal that is not of its type.
    LiteralType,
    /// The id had to be changed.
    IdChanged,
    /// The default outputs were no JSON object.
    DefaultNotObject,
    /// Something that a node needs is not there.
    Incomplete,
    /// Two inputs would have the same name.
    NameTaken,
    /// The mode was concluded from the start node.
    ModeConcluded,
    /// An entry that is not a node.
    NotANode,
    /// Coze has no such node.
    NoCozeType,
    /// Coze cannot say this.
    NoCozeForm,
    /// Coze nests containers one level deep.
    Nested,
    /// Coze has one end.
    SeveralEnds,
    /// A secret stays behind.
    SecretRemoved,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Model,
        Self::Plugin,
        Self::Knowledge,
        Self::Database,
        Self::Workflow,
        Self::UnknownType,
        Self::UnknownOperator,
        Self::UnknownSource,
        Self::UnknownValueType,
        Self::LiteralType,
        Self::IdChanged,
        Self::DefaultNotObject,
        Self::Incomplete,
        Self::NameTaken,
        Self::ModeConcluded,
        Self::NotANode,
        Self::NoCozeType,
        Self::NoCozeForm,
        Self::Nested,
        Self::SeveralEnds,
        Self::SecretRemoved,
    ];

    /// Stable code, level, and what it means in both languages; `{}` is the subject.
    #[expect(clippy::too_many_lines, reason = "a table")]
    const fn texts(self) -> (&'static str, Level, &'static str, &'static str) {
        match self {
            Self::Model => (
                "model_reference",
                Level::NeedsMapping,
                "请为模型 {} 选择本实例中的模型",
                "choose a model of this instance for the model {}",
            ),
            Self::Plugin => {
                ("plugin_reference", Level::NeedsMapping, "请确认工具 {} 在本实例中可用", "see that the tool {} exists on this instance")
            }
            Self::Knowledge => (
                "knowledge_reference",
                Level::NeedsMapping,
                "请为知识库 {} 选择本实例中的知识库",
                "choose a knowledge base of this instance for {}",
            ),
            Self::Database => (
                "database_reference",
                Level::NeedsMapping,
                "请为数据库 {} 选择本实例中的数据库",
                "choose a database of this instance for {}",
            ),
            Self::Workflow => (
                "workflow_reference",
                Level::NeedsMapping,
                "请导入工作流 {}，并在此处选择它",
                "import the workflow {} too and choose it here",
            ),
            Self::UnknownType => (
                "unknown_type",
                Level::NotSupported,
                "没有与 Coze 节点类型 {} 对应的节点；内容保留，但不能运行",
                "there is no node for the Coze type {}; it is kept, but cannot run",
            ),
            Self::UnknownOperator => ("unknown_operator", Level::NotSupported, "不认识运算符 {}", "the operator {} is not known"),
            Self::UnknownSource => (
                "unknown_source",
                Level::NotSupported,
                "{} 的取值方式无法识别，已留空",
                "where {} takes its value from is not known; it is not set now",
            ),
            Self::UnknownValueType => (
                "unknown_value_type",
                Level::Changed,
                "{} 的类型无法识别，现在接受任意值",
                "the type of {} is not known; it takes any value now",
            ),
            Self::LiteralType => {
                ("literal_type", Level::Warning, "{} 的固定值与声明的类型不符", "the fixed value of {} is not of the declared type")
            }
            Self::IdChanged => (
                "id_changed",
                Level::Changed,
                "节点 id 由 {} 改为合法的 id",
                "the node's id was {}, which is not allowed; references follow",
            ),
            Self::DefaultNotObject => (
                "default_not_object",
                Level::Changed,
                "异常时的输出不是 JSON 对象：文本字段取其原文，其余取零值",
                "the outputs after an error are no JSON object: text fields get the text, others zero values",
            ),
            Self::Incomplete => ("incomplete", Level::Warning, "缺少 {}", "{} is missing"),
            Self::NameTaken => {
                ("name_taken", Level::Changed, "输入 {} 已存在，另取了一个名字", "an input {} exists already; another name was taken")
            }
            Self::ModeConcluded => (
                "mode_concluded",
                Level::Warning,
                "开始节点有 USER_INPUT 与 CONVERSATION_NAME，因此按对话流导入",
                "the start node has USER_INPUT and CONVERSATION_NAME, so this is imported as a chatflow",
            ),
            Self::NotANode => (
                "not_a_node",
                Level::NotSupported,
                "节点列表的第 {} 项不是节点，已略过",
                "entry {} of the list of nodes is not a node and was left out",
            ),
            Self::NoCozeType => (
                "no_coze_type",
                Level::NotSupported,
                "Coze 没有 {} 节点；该节点及其连线未导出",
                "Coze has no node {}; it and its edges are left out",
            ),
            Self::NoCozeForm => {
                ("no_coze_form", Level::Changed, "{} 在 Coze 中无法表达，未导出", "{} cannot be said in Coze and is left out")
            }
            Self::Nested => (
                "nested_container",
                Level::Warning,
                "Coze 只允许一层循环或批处理，{} 处于更深层",
                "Coze allows one level of loops and batches; {} is deeper",
            ),
            Self::SeveralEnds => {
                ("several_ends", Level::Warning, "Coze 只允许一个结束节点，此处有 {} 个", "Coze allows one end node; here are {}")
            }
            Self::SecretRemoved => (
                "secret_removed",
                Level::NeedsMapping,
                "密钥 {} 未写入文件；导入后请重新填写",
                "the secret {} is not in the file; enter it again after the import",
            ),
        }
    }

    /// Its stable code.
    pub const fn name(self) -> &'static str {
        self.texts().0
    }

    /// Said of something.
    pub fn about(self, subject: impl Into<String>) -> Note {
        let (name, level, zh, en) = self.texts();
        let subject = subject.into();
        let say = |text: &str| text.replace("{}", &subject);
        Note { level, code: name.to_owned(), message: Localized { zh: say(zh), en: say(en) }, subject }
    }
}

/// Takes out what a canvas kept of secrets that it does not use, and says so.
pub fn forget_spare_secrets(report: &mut Report, document: &mut Document) {
    for (id, node) in &mut document.nodes {
        if node.kind == "http_request" && forget(node) {
            let note = Reason::SecretRemoved.about("auth.authData");
            report.nodes.iter_mut().filter(|said| said.node == *id).for_each(|said| said.notes.push(note.clone()));
        }
    }
}

/// Adds which secrets are not in a file.
pub fn removed(report: &mut Report, document: &Document, removed: &[Removed]) {
    for Removed { node: id, path } in removed {
        let note = Reason::SecretRemoved.about(path.trim_start_matches("/params/").replace('/', "."));
        if let Some(said) = report.nodes.iter_mut().find(|said| said.node == *id) {
            said.notes.push(note);
            continue;
        }
        let Some(node) = document.nodes.get(id) else { continue };
        let (title, kind) = (node.title.clone(), node.kind.clone());
        let outcome = Outcome::CarriedOver;
        report.nodes.push(NodeReport { node: id.clone(), title, source_type: String::new(), kind, outcome, notes: vec![note] });
    }
}

/// Concluded from what is said of a node.
pub fn outcome(notes: &[Note]) -> Outcome {
    if notes.iter().any(|note| [Reason::UnknownType.name(), Reason::NoCozeType.name()].contains(&note.code.as_str())) {
        Outcome::NotSupported
    } else if notes.iter().any(|note| matches!(note.level, Level::Changed | Level::NotSupported)) {
        Outcome::Changed
    } else {
        Outcome::CarriedOver
    }
}
