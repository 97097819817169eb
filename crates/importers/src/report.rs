//! What can be said of an imported file, in both languages. The codes are explained in `docs/reference/imports.md`.

use flow::tool::Localized;
use flow::workflow::import::{Level, Note, Outcome};

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A node type that Hearth does not know.
    UnknownType,
    /// An expression that could not be turned into references.
    Expression,
    /// It names a node that is not there.
    MissingNode,
    /// A model of the other product.
    Model,
    /// A tool of the other product.
    Tool,
    /// A workflow of the other product.
    Workflow,
    /// A knowledge base of the other product.
    Knowledge,
    /// Secrets stay behind.
    Credentials,
    /// An option that Hearth does not have.
    Option,
    /// An operator that Hearth does not know.
    Operator,
    /// Several starts became one.
    SeveralStarts,
    /// Starts by themselves stay behind.
    Trigger,
    /// An end was added.
    EndAdded,
    /// Code stands in a frame that gives it what it had.
    CodeFramed,
    /// A list where one thing was meant.
    FirstItem,
    /// A variable of the other product.
    Variable,
    /// It had no place of its own and is part of others now.
    Absorbed,
    /// An edge that leads nowhere.
    Edge,
    /// An entry that is not a node.
    NotANode,
}

impl Reason {
    /// All of them.
    #[cfg(test)]
    pub const ALL: &'static [Self] = &[
        Self::UnknownType,
        Self::Expression,
        Self::MissingNode,
        Self::Model,
        Self::Tool,
        Self::Workflow,
        Self::Knowledge,
        Self::Credentials,
        Self::Option,
        Self::Operator,
        Self::SeveralStarts,
        Self::Trigger,
        Self::EndAdded,
        Self::CodeFramed,
        Self::FirstItem,
        Self::Variable,
        Self::Absorbed,
        Self::Edge,
        Self::NotANode,
    ];

    /// Stable code, level, and what it means in both languages; `{}` is the subject.
    const fn texts(self) -> (&'static str, Level, &'static str, &'static str) {
        use Level::{Changed, NeedsMapping, NotSupported, Warning};
        match self {
            Self::UnknownType => (
                "unknown_type",
                NotSupported,
                "没有与节点类型 {} 对应的节点；内容保留，但不能运行",
                "there is no node for the type {}; it is kept, but cannot run",
            ),
            Self::Expression => (
                "expression_not_translated",
                NotSupported,
                "表达式 {} 无法转换，请改写",
                "the expression {} could not be translated; write it anew",
            ),
            Self::MissingNode => ("missing_node", Warning, "引用的节点 {} 不存在", "the node {} that is referred to is not in the file"),
            Self::Model => {
                ("model_reference", NeedsMapping, "请为模型 {} 选择本实例中的模型", "choose a model of this instance for the model {}")
            }
            Self::Tool => ("tool_reference", NeedsMapping, "请为工具 {} 选择本实例中的工具", "choose a tool of this instance for {}"),
            Self::Workflow => {
                ("workflow_reference", NeedsMapping, "请导入工作流 {}，并在此处选择它", "import the workflow {} too and choose it here")
            }
            Self::Knowledge => (
                "knowledge_reference",
                NeedsMapping,
                "请为知识库 {} 选择本实例中的知识库",
                "choose a knowledge base of this instance for {}",
            ),
            Self::Credentials => {
                ("credentials", NeedsMapping, "凭据 {} 不在文件中，请重新填写", "the credentials {} are not in the file; give them anew")
            }
            Self::Option => {
                ("option_dropped", Changed, "设置 {} 没有对应项，已略过", "there is nothing like the setting {} here; it was left out")
            }
            Self::Operator => ("unknown_operator", NotSupported, "不认识运算符 {}", "the operator {} is not known"),
            Self::SeveralStarts => {
                ("several_starts", Changed, "{} 与其他触发器合并为一个开始节点", "{} and other triggers became one start node")
            }
            Self::Trigger => (
                "trigger_dropped",
                Changed,
                "触发器 {} 改为由调用开始；要自动启动，请在“触发器”页新建",
                "the trigger {} starts by being called now; make a trigger on the Triggers tab for it to start by itself",
            ),
            Self::EndAdded => ("end_added", Warning, "添加了结束节点，输出 {}", "an end node was added; it gives {}"),
            Self::CodeFramed => (
                "code_framed",
                Warning,
                "{} 的代码外加了一层，用以提供原有的变量",
                "the code of {} stands in a frame that gives it its variables",
            ),
            Self::FirstItem => ("first_item", Warning, "{} 有多项时只取第一项", "of several items of {} only the first is used here"),
            Self::Variable => {
                ("variable_reference", NeedsMapping, "变量 {} 需要在本实例中设置", "the variable {} has to be set on this instance")
            }
            Self::Absorbed => ("absorbed", Changed, "{} 并入了相连的节点", "{} became part of the nodes it is connected with"),
            Self::Edge => ("edge_dropped", Warning, "连线 {} 没有终点，已略过", "the edge {} leads nowhere and was left out"),
            Self::NotANode => ("not_a_node", NotSupported, "第 {} 项不是节点，已略过", "entry {} is not a node and was left out"),
        }
    }

    /// Its stable code.
    pub const fn name(self) -> &'static str {
        self.texts().0
    }

    /// Said of something.
    pub fn about(self, subject: impl AsRef<str>) -> Note {
        let (name, level, zh, en) = self.texts();
        let subject: String = subject.as_ref().chars().take(120).collect();
        let say = |text: &str| text.replace("{}", &subject);
        Note { level, code: name.to_owned(), message: Localized { zh: say(zh), en: say(en) }, subject }
    }
}

/// Concluded from what is said of a node.
pub fn outcome(notes: &[Note]) -> Outcome {
    if notes.iter().any(|note| note.code == Reason::UnknownType.name()) {
        Outcome::NotSupported
    } else if notes.iter().any(|note| matches!(note.level, Level::Changed | Level::NotSupported)) {
        Outcome::Changed
    } else {
        Outcome::CarriedOver
    }
}
