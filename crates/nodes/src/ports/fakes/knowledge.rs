//! Knowledge bases whose documents are slices as they stand, found by common words.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use flow::node::NodeError;
use types::WorkspaceId;

use super::{Script, lock};
use crate::ports::Caller;
use crate::ports::knowledge::{Knowledge, NewDocument, Query, Slice, Written};

/// Documents by knowledge base.
#[derive(Default)]
pub struct FakeKnowledge {
    bases: Mutex<BTreeMap<String, Base>>,
    retrieved: Script<Query, Vec<Slice>>,
    written: Script<NewDocument, Written>,
}

struct Base {
    workspace: WorkspaceId,
    documents: Vec<Slice>,
    made: u64,
}

impl FakeKnowledge {
    /// Adds a knowledge base.
    #[must_use]
    pub fn with(self, workspace: WorkspaceId, knowledge: &str) -> Self {
        lock(&self.bases).insert(knowledge.to_owned(), Base { workspace, documents: Vec::new(), made: 0 });
        self
    }

    /// The next search gives this.
    pub fn finds(&self, answer: Result<Vec<Slice>, NodeError>) {
        self.retrieved.push(answer);
    }

    /// The next document becomes this.
    pub fn writes(&self, answer: Result<Written, NodeError>) {
        self.written.push(answer);
    }

    /// What was searched for so far.
    pub fn queries(&self) -> Vec<Query> {
        self.retrieved.asked()
    }

    /// What was added so far.
    pub fn documents(&self) -> Vec<NewDocument> {
        self.written.asked()
    }

    fn base<T>(&self, caller: &Caller, knowledge: &str, with: impl FnOnce(&mut Base) -> T) -> Result<T, NodeError> {
        let mut bases = lock(&self.bases);
        match bases.get_mut(knowledge).filter(|base| base.workspace == caller.workspace) {
            Some(base) => Ok(with(base)),
            None => Err(NodeError::lasting("knowledge_not_found", format!("there is no knowledge base {knowledge}"))),
        }
    }
}

#[async_trait]
impl Knowledge for FakeKnowledge {
    async fn retrieve(&self, caller: &Caller, query: Query) -> Result<Vec<Slice>, NodeError> {
        if let Some(answer) = self.retrieved.next(query.clone()) {
            return answer;
        }
        let words: Vec<String> = query.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut found: Vec<(usize, Slice)> = Vec::new();
        for knowledge in &query.knowledge_ids {
            self.base(caller, knowledge, |base| {
                for document in &base.documents {
                    let text = document.output.to_lowercase();
                    let common = words.iter().filter(|word| text.contains(word.as_str())).count();
                    if common > 0 {
                        found.push((common, document.clone()));
                    }
                }
            })?;
        }
        found.sort_by_key(|(common, _)| std::cmp::Reverse(*common));
        Ok(found.into_iter().take(query.top_k as usize).map(|(_, slice)| slice).collect())
    }

    async fn write(&self, caller: &Caller, document: NewDocument) -> Result<Written, NodeError> {
        if let Some(answer) = self.written.next(document.clone()) {
            return answer;
        }
        let NewDocument { knowledge, url, name, .. } = document;
        self.base(caller, &knowledge, |base| {
            base.made += 1;
            let document_id = base.made.to_string();
            let file_name = if name.is_empty() { url.rsplit('/').next().unwrap_or_default().to_owned() } else { name };
            base.documents.push(Slice { document_id: document_id.clone(), output: file_name.clone() });
            Written { document_id, file_name, file_url: url }
        })
    }

    async fn delete(&self, caller: &Caller, knowledge: &str, document: &str) -> Result<bool, NodeError> {
        self.base(caller, knowledge, |base| {
            let before = base.documents.len();
            base.documents.retain(|slice| slice.document_id != document);
            base.documents.len() < before
        })
    }
}
