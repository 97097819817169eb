//! TypeScript to JavaScript by leaving the types out.
//!
//! Types are replaced by blanks of the same length, so that lines and columns stay the user's own.
//! What TypeScript would have to translate (enums, namespaces with code, parameter properties,
//! `import =`) is refused with its place. The parser is oxc's; reading is all it does here.

mod erase;
#[cfg(test)]
mod tests;

use oxc_allocator::Allocator;
use oxc_ast_visit::Visit as _;
use oxc_parser::Parser;
use oxc_span::SourceType;

use erase::Eraser;

use crate::Code;
use crate::orders::Fault;

/// The code without types.
pub fn strip(code: &str) -> Result<String, Fault> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::ts().with_module(true)).parse();
    if let Some(problem) = parsed.diagnostics.iter().next() {
        let offset = problem.labels.first().map_or(0, oxc_span::LabeledSpan::offset);
        return Err(fault(code, offset as usize, Code::Syntax, format!("SyntaxError: {}", problem.message)));
    }
    let mut eraser = Eraser::new(code);
    eraser.visit_program(&parsed.program);
    eraser.finish().map_err(|refused| fault(code, refused.offset, refused.code, refused.message))
}

fn fault(code: &str, offset: usize, kind: Code, message: String) -> Fault {
    let (line, column) = place(code, offset);
    Fault { line: Some(line), column: Some(column), ..Fault::new(kind, message) }
}

fn place(code: &str, offset: usize) -> (u32, u32) {
    let before = &code.as_bytes()[..offset.min(code.len())];
    let line = before.split(|b| *b == b'\n').count();
    let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
    (line as u32, column as u32)
}
