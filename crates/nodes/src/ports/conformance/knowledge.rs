//! Knowledge bases.

use super::{Caller, Outcome, check, refused, step, stranger, told};
use crate::ports::knowledge::{Knowledge, NewDocument, Query};

/// Runs the suite against an empty knowledge base of the caller's workspace. `file` is the address of a file
/// whose name is `heron.txt` and whose text speaks of a heron; documents are found at once.
pub async fn knowledge(port: &dyn Knowledge, caller: &Caller, knowledge: &str, file: &str) -> Outcome {
    let query =
        |text: &str, top_k: u32| Query { knowledge_ids: vec![knowledge.to_owned()], text: text.to_owned(), top_k, ..Query::default() };
    let document = || NewDocument { knowledge: knowledge.to_owned(), url: file.to_owned(), ..NewDocument::default() };

    let nothing = port.retrieve(caller, query("heron", 5)).await.map_err(told("searching nothing"))?;
    check(nothing.is_empty(), "an empty knowledge base gives nothing")?;

    let first = port.write(&step(caller, "1"), document()).await.map_err(told("writing"))?;
    check(first.file_name == "heron.txt", "the file's name comes from its address")?;
    check(!first.document_id.is_empty() && !first.file_url.is_empty(), "a document has an id and an address")?;
    let named = NewDocument { name: "heron two.txt".to_owned(), ..document() };
    let second = port.write(&step(caller, "2"), named).await.map_err(told("writing again"))?;
    check(second.document_id != first.document_id && second.file_name == "heron two.txt", "another document, with the name given")?;

    let found = port.retrieve(caller, query("heron", 5)).await.map_err(told("searching"))?;
    check(found.iter().any(|slice| slice.document_id == first.document_id), "what was written is found")?;
    let one = port.retrieve(caller, query("heron", 1)).await.map_err(told("searching for one"))?;
    check(one.len() == 1, "top_k is kept")?;

    let deleted = port.delete(&step(caller, "3"), knowledge, &first.document_id).await.map_err(told("deleting"))?;
    check(deleted, "a document can be deleted")?;
    let again = port.delete(&step(caller, "4"), knowledge, &first.document_id).await.map_err(told("deleting again"))?;
    check(!again, "what is gone cannot be deleted")?;
    let left = port.retrieve(caller, query("heron", 5)).await.map_err(told("searching the rest"))?;
    check(left.iter().all(|slice| slice.document_id != first.document_id), "what was deleted is not found")?;

    let missing = Query { knowledge_ids: vec!["0".to_owned()], ..query("heron", 1) };
    refused(port.retrieve(caller, missing).await, "knowledge_not_found", "a knowledge base that is not there")?;
    let stranger = stranger(caller);
    refused(port.retrieve(&stranger, query("heron", 1)).await, "knowledge_not_found", "searching another workspace")?;
    refused(port.write(&stranger, document()).await, "knowledge_not_found", "writing into another workspace")?;
    refused(port.delete(&stranger, knowledge, &second.document_id).await, "knowledge_not_found", "deleting in another workspace")
}
