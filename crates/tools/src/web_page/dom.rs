//! Parsing with fuel.
//!
//! HTML's repair rules let a small page grow into millions of elements, or nest so deep that code
//! which walks the tree by recursion runs out of stack. The page is therefore fed piece by piece
//! and no longer fed when the tree is large or time is up; a tree that is too deep is not handed on.

use std::time::{Duration, Instant};

use dom_query::{Document, NodeData, NodeId};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};

/// Most nodes of a tree. Long real articles have some 50 000.
const NODES: usize = 100_000;
/// Most bytes of text outside scripts and styles that the article finder is given; a book has more, an article has not.
const TEXT: usize = 200_000;
/// Deepest nesting. Real pages stay below 60.
const DEPTH: usize = 150;
/// Longest time for parsing.
const TIME: Duration = Duration::from_secs(2);
/// Bytes fed at once: the tree is measured in between.
const PIECE: usize = 1024;

/// What is never text of the page.
const UNSEEN: &str = "script:not([type='application/ld+json']), style, noscript, template, svg, iframe, object, canvas";

/// A parsed page.
pub struct Parsed {
    /// The tree.
    pub document: Document,
    /// The rest of the page was not read.
    pub partial: bool,
    /// Too deep or too much for anything but [`plain_text`].
    pub plain: bool,
}

/// Parses what fits.
pub fn parse(html: &str) -> Parsed {
    let begin = Instant::now();
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tokenizer: TokenizerOpts::default(), tree_builder };
    let mut parser = parse_document(Document::default(), options);
    let mut rest = html;
    let mut partial = false;
    while !rest.is_empty() {
        let end = (1..=PIECE.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        parser.process(StrTendril::from_slice(piece));
        rest = after;
        if parser.tokenizer.sink.sink.tree.len() > NODES || begin.elapsed() > TIME {
            partial = !rest.is_empty();
            break;
        }
    }
    let document = parser.finish();
    document.select(UNSEEN).remove();
    let plain = depth(&document) > DEPTH || text_bytes(&document) > TEXT;
    Parsed { document, partial, plain }
}

/// The deepest nesting, without recursion; stops counting beyond what matters.
fn depth(document: &Document) -> usize {
    let tree = &document.tree;
    let mut level: Vec<NodeId> = vec![tree.root().id];
    let mut depth = 0;
    while !level.is_empty() && depth <= DEPTH {
        level = level.iter().flat_map(|id| tree.child_ids_of(id)).collect();
        depth += 1;
    }
    depth
}

/// Bytes of all text nodes.
fn text_bytes(document: &Document) -> usize {
    let tree = &document.tree;
    let text =
        |id: NodeId| tree.query_node_or(&id, 0, |node| if let NodeData::Text { contents } = &node.data { contents.len() } else { 0 });
    tree.descendant_ids_of_it(&tree.root().id).map(text).sum()
}

/// All text outside scripts and styles, one line for each block, without recursion.
pub fn plain_text(document: &Document) -> String {
    let tree = &document.tree;
    let mut text = String::new();
    let mut open = vec![tree.root().id];
    while let Some(id) = open.pop() {
        let Some(node) = tree.get(&id) else { continue };
        if node.is_text() {
            let words = node.text();
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                text.push_str(&words);
                text.push('\n');
            }
            continue;
        }
        let hidden = node.node_name().is_some_and(|name| matches!(&*name, "script" | "style" | "noscript" | "template" | "head"));
        if !hidden {
            let mut children = tree.child_ids_of(&id);
            children.reverse();
            open.extend(children);
        }
    }
    text
}
