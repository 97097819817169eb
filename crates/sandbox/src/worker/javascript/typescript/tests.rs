//! What is left out, and what is refused.

use super::strip;

/// What is left, without blanks and empty statements.
fn left(code: &str) -> String {
    let stripped = strip(code).unwrap_or_else(|e| panic!("{code}: {e:?}"));
    assert_eq!(stripped.lines().count(), code.lines().count(), "{code}");
    assert_eq!(stripped.len(), code.len(), "{code}");
    bare(&stripped)
}

fn bare(code: &str) -> String {
    let mut text: String = code.split_whitespace().collect();
    while text.contains(";;") {
        text = text.replace(";;", ";");
    }
    text.trim_matches(';').replace("{;", "{")
}

#[test]
fn javascript_stays_as_it_is() {
    let code = "const a = b < c > (d);\nexport default class { static #p = 1; get q() { return this.#p } }\nlabel: for (;;) break label; // type A = 1";
    let code = code.replace("b < c > (d)", "b < c");
    assert_eq!(strip(&code).unwrap(), code);
}

#[test]
fn the_code_node_of_coze() {
    let code = "async function main({ params }: Args): Promise<Output> {\n  const ret: { [key: string]: any } = { \"key0\": params.input };\n  return ret as Output;\n}";
    let expected = "async function main({ params } ) { const ret = { \"key0\": params.input }; return ret ; }";
    assert_eq!(left(code), bare(expected));
}

#[test]
fn types_of_every_place() {
    for (code, expected) in [
        ("let a: number = 1, b!: string;", "let a = 1, b ;"),
        ("function f<T extends object = {}>(this: X, a?: T, ...rest: any[]): asserts a is T {}", "function f ( a , ...rest ) {}"),
        ("const g = async <T,>(x: T): Promise<T> => x;", "const g = async (x ) => x;"),
        ("const h = (a: number): { b: string } => ({ b: `${a!}` });", "const h = (a ) => ({ b: `${a }` });"),
        ("interface A { x: string }\ntype B = A | null;\nlet c = <B>d;", "; ; let c = d;"),
        ("declare const x: number; declare function f(): void; declare namespace N { let y }", "; ; ;"),
        ("export type { A }; export interface I {}\nexport type U = 1", ";"),
        ("import type { A } from 'a'; import { B } from 'b'; let c: B", "; ; let c ;"),
        ("new Map<string, Array<Map<string, number>>>(); f<string>(x); a?.b<c>(d)", "new Map (); f (x); a?.b (d)"),
        ("try {} catch (e: unknown) {}", "try {} catch (e ) {}"),
        ("const o = { a: 1 } as const satisfies object;", "const o = { a: 1 } ;"),
        ("function f(a: string): void;\nfunction f(a: any) {}", "; function f(a ) {}"),
    ] {
        assert_eq!(left(code), bare(expected), "{code}");
    }
}

#[test]
fn classes() {
    let code = "abstract class A<T> extends B<T> implements C, D {\n  private readonly x?: number = 1;\n  static override y: string;\n  [key: string]: any;\n  declare z: 1;\n  constructor(a: string) { super(a) }\n  abstract m(): void;\n  public async n?(): Promise<void> {}\n  get [q](): 1 { return 1 }\n}";
    let expected = "class A extends B { ; x = 1; static y ; ; ; constructor(a ) { super(a) } ; ; async n () {} get [q]() { return 1 } }";
    assert_eq!(left(code), bare(expected));
}

#[test]
fn the_next_line_is_not_swallowed() {
    assert_eq!(left("const a = b as any\n(c)()"), bare("const a = b ; (c)()"));
    assert_eq!(left("type T = X\n[1].map(f)"), bare("; [1].map(f)"));
    assert_eq!(left("let x: number\n(y)()"), bare("let x ; (y)()"));
}

#[test]
fn what_is_code_is_refused_with_its_place() {
    for (code, line, column) in [
        ("let a = 1;\n  enum E { A }", 2, 3),
        ("namespace N { export const x = 1 }", 1, 1),
        ("class A { constructor(private x: number) {} }", 1, 23),
        ("import fs = require('fs')", 1, 1),
        ("@d class A {}", 1, 1),
        ("let a: = 1", 1, 8),
        ("async function main( {", 1, 23),
    ] {
        let fault = strip(code).unwrap_err();
        assert!(fault.message.starts_with("SyntaxError: "), "{fault:?}");
        assert_eq!((fault.line, fault.column), (Some(line), Some(column)), "{code}: {fault:?}");
    }
}

#[test]
fn imports_are_refused_unless_they_are_types() {
    for code in
        ["import x from 'y'; x()", "import 'y'", "export * from 'y'", "export { a } from 'y'", "import { A, b } from 'y'; let a: A; b()"]
    {
        let fault = strip(&format!("\n{code}")).unwrap_err();
        assert_eq!((fault.code.as_str(), fault.line), ("sandbox_import_refused", Some(2)), "{code}");
    }
    assert_eq!(left("import { Args } from '@/runtime'; function f(a: Args) {}"), bare("function f(a ) {}"));
}

#[test]
fn any_text_is_read_or_refused() {
    for code in
        ["", "\u{feff}let a: 名 = '字' as any", "<", "a as", "((((((", "type", "`${", "class { x: }", "a ? (b) : c => d", "x < y > z"]
    {
        if let Ok(text) = strip(code) {
            assert_eq!(text.len(), code.len(), "{code}");
        }
    }
}
