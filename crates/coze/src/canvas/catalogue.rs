//! Coze's node types: their numbers and names, and the kinds they are in Hearth.

/// A node type of Coze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CozeNode {
    /// The number in `type`, as text there.
    pub number: u32,
    /// The key Coze's own engine uses.
    pub key: &'static str,
    /// `node_type` of events and run results on the wire.
    pub wire: &'static str,
    /// The kind in Hearth.
    pub kind: &'static str,
}

const fn node(number: u32, key: &'static str, wire: &'static str, kind: &'static str) -> CozeNode {
    CozeNode { number, key, wire, kind }
}

/// All of them, by number.
pub const ALL: &[CozeNode] = &[
    node(1, "Entry", "Start", "start"),
    node(2, "Exit", "End", "end"),
    node(3, "LLM", "LLM", "model"),
    node(4, "Plugin", "Api", "tool"),
    node(5, "CodeRunner", "Code", "code"),
    node(6, "KnowledgeRetriever", "Dataset", "knowledge_retrieve"),
    node(8, "Selector", "If", "condition"),
    node(9, "SubWorkflow", "SubWorkflow", "workflow"),
    node(12, "DatabaseCustomSQL", "Database", "database_sql"),
    node(13, "OutputEmitter", "Message", "output"),
    node(15, "TextProcessor", "Text", "text"),
    node(18, "QuestionAnswer", "Question", "question"),
    node(19, "Break", "Break", "break"),
    node(20, "VariableAssignerWithinLoop", "LoopSetVariable", "set_variable"),
    node(21, "Loop", "Loop", "loop"),
    node(22, "IntentDetector", "Intent", "intent"),
    node(27, "KnowledgeIndexer", "DatasetWrite", "knowledge_write"),
    node(28, "Batch", "Batch", "batch"),
    node(29, "Continue", "Continue", "continue"),
    node(30, "InputReceiver", "Input", "input"),
    node(31, "Comment", "Comment", "comment"),
    node(32, "VariableAggregator", "VariableAggregator", "merge"),
    node(37, "MessageList", "MessageList", "message_list"),
    node(38, "ClearConversationHistory", "ClearConversationHistory", "conversation_clear"),
    node(39, "CreateConversation", "CreateConversation", "conversation_create"),
    node(40, "VariableAssigner", "AssignVariable", "assign_variable"),
    node(42, "DatabaseUpdate", "DatabaseUpdate", "database_update"),
    node(43, "DatabaseQuery", "DatabaseSelect", "database_select"),
    node(44, "DatabaseDelete", "DatabaseDelete", "database_delete"),
    node(45, "HTTPRequester", "Http", "http_request"),
    node(46, "DatabaseInsert", "DatabaseInsert", "database_insert"),
    node(51, "ConversationUpdate", "ConversationUpdate", "conversation_update"),
    node(52, "ConversationDelete", "ConversationDelete", "conversation_delete"),
    node(53, "ConversationList", "ConversationList", "conversation_list"),
    node(54, "ConversationHistory", "ConversationHistory", "conversation_history"),
    node(55, "CreateMessage", "CreateMessage", "message_create"),
    node(56, "EditMessage", "EditMessage", "message_update"),
    node(57, "DeleteMessage", "DeleteMessage", "message_delete"),
    node(58, "JsonSerialization", "ToJSON", "json_encode"),
    node(59, "JsonDeserialization", "FromJSON", "json_decode"),
    node(60, "KnowledgeDeleter", "KnowledgeDelete", "knowledge_delete"),
];

/// The type of this number, as it stands in a canvas.
pub fn by_number(number: &str) -> Option<&'static CozeNode> {
    let number: u32 = number.parse().ok()?;
    ALL.iter().find(|node| node.number == number)
}

/// The type that a kind of Hearth is in Coze.
pub fn by_kind(kind: &str) -> Option<&'static CozeNode> {
    ALL.iter().find(|node| node.kind == kind)
}
