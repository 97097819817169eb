//! The walk over the tree that finds what to leave out.

use std::collections::HashSet;

use oxc_ast::ast::{
    AccessorProperty, ArrowFunctionExpression, Class, Decorator, ExportAllDeclaration, ExportDeclaration, ExportFromDeclaration,
    ExportNamedDeclaration, Expression, FormalParameter, Function, IdentifierReference, ImportDeclaration, MethodDefinition,
    PropertyDefinition, PropertyDefinitionType, Statement, TSAsExpression, TSEnumDeclaration, TSExportAssignment,
    TSImportEqualsDeclaration, TSIndexSignature, TSInterfaceDeclaration, TSNonNullExpression, TSSatisfiesExpression, TSThisParameter,
    TSTypeAliasDeclaration, TSTypeAnnotation, TSTypeAssertion, TSTypeParameterDeclaration, TSTypeParameterInstantiation,
    VariableDeclarator,
};
use oxc_ast::ast::{Declaration, MethodDefinitionType, TSExternalModuleDeclaration, TSGlobalDeclaration, TSNamespaceDeclaration};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::scope::ScopeFlags;

use crate::Code;

/// Why code cannot become JavaScript.
pub struct Refused {
    pub code: Code,
    pub message: String,
    /// Where, in bytes.
    pub offset: usize,
}

/// Collects what to blank.
pub struct Eraser<'c> {
    code: &'c str,
    out: Vec<u8>,
    refused: Option<Refused>,
    /// Names used as values.
    used: HashSet<String>,
    /// Imports with where they import from and the names they bind.
    imports: Vec<(Span, String, Vec<String>)>,
}

impl<'c> Eraser<'c> {
    pub fn new(code: &'c str) -> Self {
        Self { code, out: code.as_bytes().to_vec(), refused: None, used: HashSet::new(), imports: Vec::new() }
    }

    /// The code, or why not and where.
    pub fn finish(mut self) -> Result<String, Refused> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        // An import whose names serve as types only is one of types, as TypeScript has it.
        for (span, from, names) in std::mem::take(&mut self.imports) {
            if names.is_empty() || names.iter().any(|name| self.used.contains(name)) {
                let message = format!("Import refused: {from}. There are no modules here; `fetch` needs granted hosts.");
                return Err(Refused { code: Code::ImportRefused, message, offset: span.start as usize });
            }
            self.statement(span);
        }
        let broken = |_| Refused { code: Code::Syntax, message: "SyntaxError: this text cannot be read".to_owned(), offset: 0 };
        String::from_utf8(self.out).map_err(broken)
    }

    fn refuse(&mut self, span: Span, why: &'static str) {
        self.refused.get_or_insert_with(|| Refused { code: Code::Syntax, message: why.to_owned(), offset: span.start as usize });
    }

    /// Blanks, but keeps the lines.
    fn blank(&mut self, from: u32, to: u32) {
        for byte in &mut self.out[from as usize..to as usize] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    /// Blanks a whole statement or class element; a semicolon keeps its neighbours apart.
    fn statement(&mut self, span: Span) {
        self.blank(span.start, span.end);
        self.out[span.start as usize] = b';';
    }

    /// Blanks what followed an expression. Where the next line would now be read as its continuation, a semicolon stands between.
    fn tail(&mut self, from: u32, to: u32) {
        self.blank(from, to);
        let rest = &self.code[to as usize..];
        let next = rest.trim_start();
        let gap = &rest[..rest.len() - next.len()];
        if gap.contains('\n') && next.starts_with(['(', '[', '`']) {
            self.out[to as usize - 1] = b';';
        }
    }

    /// Blanks these words between two places.
    fn words(&mut self, from: u32, to: u32, unwanted: &[&str]) {
        let region = &self.code[from as usize..to as usize];
        let mut at = 0;
        while let Some(start) = region[at..].find(|c: char| c.is_ascii_alphabetic()).map(|i| i + at) {
            let end = region[start..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(region.len(), |i| i + start);
            if unwanted.contains(&&region[start..end]) {
                self.blank(from + start as u32, from + end as u32);
                if start == 0 {
                    // The first word of a class element: what remains must not join the element before.
                    self.out[from as usize] = b';';
                }
            }
            at = end;
        }
    }

    /// Blanks one of these signs right after `from`, before `to`.
    fn sign(&mut self, from: u32, to: u32, signs: &[u8]) {
        let region = &self.code.as_bytes()[from as usize..to as usize];
        if let Some(index) = region.iter().position(|b| !b.is_ascii_whitespace() && *b != b']')
            && signs.contains(&region[index])
        {
            let at = from + index as u32;
            self.blank(at, at + 1);
        }
    }

    /// Between parentheses and arrow no line may end: the type's lines go below, before the body.
    fn one_line(&mut self, from: u32, to: u32) {
        for byte in &mut self.out[from as usize..to as usize] {
            *byte = b' ';
        }
    }
}

const MODIFIERS: [&str; 7] = ["public", "private", "protected", "readonly", "override", "declare", "abstract"];

impl<'a> Visit<'a> for Eraser<'_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        walk::walk_statement(self, it);
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_interface_declaration(&mut self, it: &TSInterfaceDeclaration<'a>) {
        self.statement(it.span);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &TSTypeAliasDeclaration<'a>) {
        self.statement(it.span);
    }

    fn visit_ts_external_module_declaration(&mut self, it: &TSExternalModuleDeclaration<'a>) {
        self.statement(it.span);
    }

    fn visit_ts_global_declaration(&mut self, it: &TSGlobalDeclaration<'a>) {
        self.statement(it.span);
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        if it.declare {
            self.statement(it.span);
        } else {
            self.refuse(
                it.span,
                "SyntaxError: a TypeScript namespace holds code and cannot be left out. Use a const object or plain functions.",
            );
        }
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        if it.declare {
            self.statement(it.span);
        } else {
            self.refuse(
                it.span,
                "SyntaxError: a TypeScript enum is code and cannot be left out. Use a const object: `const Color = { Red: 0 } as const`.",
            );
        }
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        self.refuse(it.span, "SyntaxError: `import =` is not supported. There are no modules here.");
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.refuse(it.span, "SyntaxError: `export =` is not supported. Define a function `main`.");
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse(it.span, "SyntaxError: decorators are not supported.");
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.insert(it.name.to_string());
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        if it.import_kind.is_type() {
            return self.statement(it.span);
        }
        let names = it.specifiers.iter().flatten().map(|s| s.local().name.to_string()).collect();
        self.imports.push((it.span, it.source.value.to_string(), names));
    }

    fn visit_export_declaration(&mut self, it: &ExportDeclaration<'a>) {
        let types_only = match &it.declaration {
            Declaration::TSInterfaceDeclaration(_) | Declaration::TSTypeAliasDeclaration(_) => true,
            Declaration::FunctionDeclaration(function) => function.body.is_none(),
            Declaration::ClassDeclaration(class) => class.declare,
            Declaration::VariableDeclaration(variables) => variables.declare,
            _ => false,
        };
        if types_only {
            self.statement(it.span);
        } else {
            walk::walk_export_declaration(self, it);
        }
    }

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        if it.export_kind.is_type() {
            self.statement(it.span);
        } else {
            walk::walk_export_named_declaration(self, it);
        }
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        if it.export_kind.is_type() {
            self.statement(it.span);
        } else {
            self.imports.push((it.span, it.source.value.to_string(), Vec::new()));
        }
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        if it.export_kind.is_type() {
            self.statement(it.span);
        } else {
            self.imports.push((it.span, it.source.value.to_string(), Vec::new()));
        }
    }

    fn visit_variable_declaration(&mut self, it: &oxc_ast::ast::VariableDeclaration<'a>) {
        if it.declare {
            self.statement(it.span);
        } else {
            walk::walk_variable_declaration(self, it);
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (true, Some(annotation)) = (it.definite, &it.type_annotation) {
            self.sign(it.id.span().end, annotation.span.start, b"!");
        }
        walk::walk_variable_declarator(self, it);
        if let (Some(annotation), None) = (&it.type_annotation, &it.init) {
            self.tail(annotation.span.start, annotation.span.end);
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if it.body.is_none() || it.declare {
            self.statement(it.span);
        } else {
            walk::walk_function(self, it, flags);
        }
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        walk::walk_arrow_function_expression(self, it);
        for span in it.type_parameters.iter().map(|t| t.span).chain(it.return_type.iter().map(|t| t.span)) {
            self.one_line(span.start, span.end);
        }
    }

    fn visit_ts_this_parameter(&mut self, it: &TSThisParameter<'a>) {
        self.blank(it.span.start, it.span.end);
        let rest = &self.code.as_bytes()[it.span.end as usize..];
        if let Some(index) = rest.iter().position(|b| !b.is_ascii_whitespace())
            && rest[index] == b','
        {
            let at = it.span.end + index as u32;
            self.blank(at, at + 1);
        }
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if it.accessibility.is_some() || it.readonly || it.r#override {
            return self.refuse(it.span, "SyntaxError: a parameter property is code and cannot be left out. Assign it in the constructor.");
        }
        if it.optional {
            let until = it.type_annotation.as_ref().map_or(it.span.end, |t| t.span.start);
            self.sign(it.pattern.span().end, until.max(it.pattern.span().end), b"?");
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.visit_expression(&it.expression);
        self.tail(it.expression.span().end, it.span.end);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.visit_expression(&it.expression);
        self.tail(it.expression.span().end, it.span.end);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.visit_expression(&it.expression);
        // No semicolon here: `a!` and then `(` on the next line is a call in TypeScript as well.
        self.blank(it.expression.span().end, it.span.end);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        self.blank(it.span.start, it.expression.span().start);
        self.visit_expression(&it.expression);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if it.declare {
            return self.statement(it.span);
        }
        if it.r#abstract {
            self.words(it.span.start, it.body.span.start, &["abstract"]);
            // As `export abstract class` or an expression the word is not first: a semicolon would be wrong.
            let first = &mut self.out[it.span.start as usize];
            if *first == b';' {
                *first = b' ';
            }
        }
        if let Some(first) = it.implements.first() {
            let before = &self.code[it.span.start as usize..first.span.start as usize];
            if let Some(keyword) = before.rfind("implements") {
                self.blank(it.span.start + keyword as u32, it.body.span.start);
            }
        }
        if let Some(parameters) = &it.type_parameters {
            self.visit_ts_type_parameter_declaration(parameters);
        }
        if let Some(heritage) = &it.heritage {
            self.visit_class_heritage(heritage);
        }
        for decorator in &it.decorators {
            self.visit_decorator(decorator);
        }
        self.visit_class_body(&it.body);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        if it.r#type == MethodDefinitionType::TSAbstractMethodDefinition || it.value.body.is_none() {
            return self.statement(it.span);
        }
        self.words(it.span.start, it.key.span().start, &MODIFIERS);
        if it.optional {
            self.sign(it.key.span().end, it.value.span.start.max(it.key.span().end), b"?");
        }
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        if it.declare || it.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition {
            return self.statement(it.span);
        }
        self.words(it.span.start, it.key.span().start, &MODIFIERS);
        if it.optional || it.definite {
            let annotation = it.type_annotation.as_ref().map(|t| t.span.start);
            let until = annotation.or(it.value.as_ref().map(|v| v.span().start)).unwrap_or(it.span.end);
            self.sign(it.key.span().end, until, b"?!");
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.refuse(it.span, "SyntaxError: `accessor` is not supported. Write a getter and a setter.");
    }

    fn visit_ts_index_signature(&mut self, it: &TSIndexSignature<'a>) {
        self.statement(it.span);
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        walk::walk_expression(self, it);
    }
}
