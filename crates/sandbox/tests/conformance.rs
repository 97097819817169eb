//! What every engine promises. Each case is written in each language; the answers must be the same.

mod kit;

use kit::{alive, answer, failure, is, request, run, sandbox};
use sandbox::{Code, Language, Level, Limits};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// JavaScript, Python, params, answer.
type Case = (&'static str, &'static str, Value, Value);

async fn each(cases: Vec<Case>) {
    let (sandbox, languages) = sandbox().await;
    for (javascript, python, params, expected) in cases {
        for &language in &languages {
            let code = if language == Language::Javascript { javascript } else { python };
            assert_eq!(answer(&sandbox, language, code, params.clone()).await, expected, "{} {code}", language.as_str());
        }
    }
}

/// JavaScript, Python, how it ends, in which line.
async fn each_failure(cases: &[(&str, &str, Code, Option<u32>)]) {
    let (sandbox, languages) = sandbox().await;
    for (javascript, python, code, line) in cases {
        for &language in &languages {
            let text = if language == Language::Javascript { javascript } else { python };
            let error = failure(&sandbox, language, text).await;
            assert_eq!((error.code, error.line), (*code, *line), "{} {text}\n{error:?}", language.as_str());
            assert!(!error.message.is_empty());
        }
    }
    for language in languages {
        alive(&sandbox, language).await;
    }
}

#[tokio::test]
async fn the_contract_of_the_code_node() {
    each(vec![
        (
            "async function main({ params }: Args): Promise<Output> {\n const ret: Record<string, any> = { key0: params.input + params.input };\n return ret as Output;\n}",
            "async def main(args: Args) -> Output:\n    params = args.params\n    ret: Output = {\"key0\": params['input'] + params['input']}\n    return ret\n",
            json!({"input": "ab"}),
            json!({"key0": "abab"}),
        ),
        ("function main({ params }) { return params }", "def main(args): return args.params", json!({"a": [1, {"b": null}], "中": "文 🌍", "t": true}), json!({"a": [1, {"b": null}], "中": "文 🌍", "t": true})),
        ("const main = async (args) => args.params.n * 2", "main = lambda args: args.params['n'] * 2", json!({"n": 21}), json!(42)),
        ("export default async function ({ params }) { return [params.x] }", "def helper(x): return [x]\ndef main(args): return helper(args['x'])", json!({"x": 1.5}), json!([1.5])),
        ("export async function main() {}", "async def main(args): pass", json!({}), json!(null)),
        (
            "async function main() { const wait = (ms, v) => new Promise((r) => setTimeout(() => r(v), ms)); return await Promise.all([wait(20, 1), wait(5, 2)]) }",
            "import asyncio\nasync def wait(s, v):\n    await asyncio.sleep(s)\n    return v\nasync def main(args): return await asyncio.gather(wait(.02, 1), wait(.005, 2))",
            json!({}),
            json!([1, 2]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn values_go_out_as_json() {
    each(vec![
        ("function main() { return [NaN, Infinity, -0.5, 1e21] }", "def main(args): return [float('nan'), float('inf'), -0.5, 1e21]", json!({}), json!([null, null, -0.5, 1e21])),
        ("function main() { return new Date(0) }", "import datetime\ndef main(args): return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc).isoformat()[:19] + '.000Z'", json!({}), json!("1970-01-01T00:00:00.000Z")),
        ("function main() { return { a: undefined, b: 'x' } }", "def main(args): return {'b': 'x'}", json!({}), json!({"b": "x"})),
        ("function main() { class P { constructor() { this.x = 1 } }; return new P() }", "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef main(args): return P(1)", json!({}), json!({"x": 1})),
        ("function main() { return 9007199254740991 }", "def main(args): return 2 ** 53 - 1", json!({}), json!(9_007_199_254_740_991_i64)),
        ("function main() { return '\\u2028</script>\\u0000' }", "def main(args): return '\\u2028</script>\\x00'", json!({}), json!("\u{2028}</script>\u{0}")),
    ])
    .await;
}

#[tokio::test]
async fn the_usual_imports() {
    let (sandbox, languages) = sandbox().await;
    if languages.contains(&Language::Python) {
        let code = "import json, re, datetime, math, random, asyncio, typing, time, base64, hashlib, uuid, string, collections, itertools, functools, decimal, statistics, urllib.parse, html, csv, io, copy, enum, textwrap, zoneinfo, threading\nfrom typing import List, Optional, TypedDict\ndef main(args):\n    print(random.random())\n    worker = threading.Thread(target=lambda: found.append(1)); found = []; worker.start(); worker.join()\n    return [re.sub('a', 'b', 'aa'), math.floor(2.5), hashlib.md5(b'').hexdigest(), json.loads('[1]'), len(str(uuid.uuid4())), found, urllib.parse.quote('中')]\n";
        let expected = json!(["bb", 2, "d41d8cd98f00b204e9800998ecf8427e", [1], 36, [1], "%E4%B8%AD"]);
        assert_eq!(answer(&sandbox, Language::Python, code, json!({})).await, expected);
    }
    let code = "function main() { return [btoa('hi'), atob('aGk='), new TextDecoder().decode(new TextEncoder().encode('中')), structuredClone({ a: new Map([[1, 2]]) }).a.get(1), crypto.randomUUID().length, typeof process, typeof require] }";
    assert_eq!(answer(&sandbox, Language::Javascript, code, json!({})).await, json!(["aGk=", "hi", "中", 2, 36, "undefined", "function"]));
}

#[tokio::test]
async fn failures_name_the_users_line() {
    each_failure(&[
        ("let a = 1;\nlet b = ;\n", "a = 1\nb = = 2\n", Code::Syntax, Some(2)),
        (
            "function main() {\n  const x = {};\n  return x.a.b;\n}",
            "def main(args):\n    x = {}\n    return x['a']['b']\n",
            Code::Exception,
            Some(3),
        ),
        (
            "function deep() {\n  throw new Error('boom')\n}\nfunction main() { deep() }",
            "def deep():\n    raise ValueError('boom')\ndef main(args): deep()",
            Code::Exception,
            Some(2),
        ),
        ("\nthrow new Error('at the top')", "\nraise ValueError('at the top')", Code::Exception, Some(2)),
        ("const x = 1", "x = 1", Code::NoEntry, None),
        ("const main = 1", "main = 1", Code::NoEntry, None),
        ("import fs from 'fs'\nfunction main() { fs() }", "import subprocess\ndef main(args): pass", Code::ImportRefused, Some(1)),
        (
            "function main() { const a = {}; a.a = a; return a }",
            "def main(args):\n    a = {}\n    a['a'] = a\n    return a",
            Code::OutputInvalid,
            None,
        ),
        ("function main() { return 10n }", "def main(args): return object()", Code::OutputInvalid, None),
        (
            "function main() { let a = []; for (let i = 0; i < 500; i++) a = [a]; return a }",
            "def main(args):\n    a = []\n    for i in range(500): a = [a]\n    return a",
            Code::OutputInvalid,
            None,
        ),
        ("function main() { return 'x'.repeat(100000) }", "def main(args): return 'x' * 100000", Code::OutputTooLarge, None),
    ])
    .await;
}

#[tokio::test]
async fn a_refused_import_is_named() {
    let (sandbox, languages) = sandbox().await;
    let javascript = [
        ("import x from 'left-pad'; function main() { return x }", Some(1)),
        ("async function main() {\n  return await import('fs')\n}", None),
        ("function main() {\n  return require('fs')\n}", Some(2)),
    ];
    for (code, line) in javascript {
        is(&failure(&sandbox, Language::Javascript, code).await, Code::ImportRefused, line);
    }
    if languages.contains(&Language::Python) {
        is(&failure(&sandbox, Language::Python, "def main(args):\n    import socket\n").await, Code::ImportRefused, Some(2));
        let missing = failure(&sandbox, Language::Python, "def main(args):\n    import not_there\n").await;
        is(&missing, Code::ImportRefused, Some(2));
        assert!(missing.message.contains("not_there"), "{missing:?}");
    }
}

#[tokio::test]
async fn the_console_is_kept_and_cut() {
    let (sandbox, languages) = sandbox().await;
    for &language in &languages {
        let (javascript, python) = (
            "function main() { console.log('a', 1, { b: [2] }); console.error('e'); console.log('x\\ny'); throw new Error('late') }",
            "import sys\ndef main(args):\n    print('a', 1)\n    print('e', file=sys.stderr)\n    print('x\\ny', end='')\n    raise ValueError('late')",
        );
        let error = failure(&sandbox, language, if language == Language::Javascript { javascript } else { python }).await;
        let texts: Vec<(&str, Level)> = error.console.iter().map(|l| (l.text.as_str(), l.level)).collect();
        let first = if language == Language::Javascript { "a 1 { b: [ 2 ] }" } else { "a 1" };
        assert_eq!(texts, [(first, Level::Log), ("e", Level::Error), ("x", Level::Log), ("y", Level::Log)]);
        let (javascript, python) = (
            "function main() { for (let i = 0; i < 100000; i++) console.log('line ' + i); return 'done' }",
            "def main(args):\n    for i in range(100000): print('line', i)\n    return 'done'",
        );
        let outcome = run(&sandbox, language, if language == Language::Javascript { javascript } else { python }, json!({})).await.unwrap();
        let bytes: usize = outcome.console.iter().map(|l| l.text.len() + 1).sum();
        assert!(outcome.console_truncated && bytes <= 4096 && bytes > 4000, "{bytes}");
        assert_eq!((outcome.output, outcome.console[0].text.as_str()), (json!("done"), "line 0"));
    }
}

#[tokio::test]
async fn limits_end_what_does_not_end() {
    let (sandbox, languages) = sandbox().await;
    let cases: [(&str, &str, &[Code]); 9] = [
        ("function main() { for (;;); }", "def main(args):\n    while True: pass", &[Code::Timeout]),
        (
            "function main() { for (;;) { try { for (;;); } catch { continue } finally { continue } } }",
            "def main(args):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
            &[Code::Timeout],
        ),
        (
            "async function main() { await new Promise((r) => setTimeout(r, 60000)) }",
            "import time\ndef main(args): time.sleep(60)",
            &[Code::Timeout],
        ),
        (
            "async function main() { for (;;) await null }",
            "import asyncio\nasync def main(args):\n    while True: await asyncio.sleep(0)",
            &[Code::Timeout],
        ),
        (
            "function main() { /(a+)+$/.test('a'.repeat(40) + 'b') }",
            "import re\ndef main(args): re.match('(a+)+$', 'a' * 40 + 'b')",
            &[Code::Timeout],
        ),
        (
            "function main() { const a = []; for (;;) a.push(new Array(1e5).fill(1)) }",
            "def main(args):\n    a = []\n    while True: a.append([1] * 10**6)",
            &[Code::Memory],
        ),
        ("function main() { return 'x'.repeat(2 ** 29).length }", "def main(args): return len('x' * 2 ** 33)", &[Code::Memory]),
        (
            "function main() { const f = () => f() + 1; return f() }",
            "def main(args):\n    def f(): return f() + 1\n    return f()",
            &[Code::Exception],
        ),
        (
            "const a = new Int32Array(new SharedArrayBuffer(4)); function main() { Atomics.wait(a, 0, 0) }",
            "import threading, time\ndef main(args):\n    for i in range(8): threading.Thread(target=lambda: time.sleep(60)).start()\n    time.sleep(60)",
            &[Code::Timeout, Code::Exception],
        ),
    ];
    for (javascript, python, wanted) in cases {
        for &language in &languages {
            let code = if language == Language::Javascript { javascript } else { python };
            let mut request = request(language, code, json!({}));
            request.limits = Limits { wall: Duration::from_millis(700), ..request.limits };
            let started = Instant::now();
            let error = sandbox.run(request).await.expect_err(code);
            assert!(wanted.contains(&error.code), "{} {code}\n{error:?}", language.as_str());
            assert!(started.elapsed() < Duration::from_secs(10), "{code}");
            alive(&sandbox, language).await;
        }
    }
}

#[tokio::test]
async fn processor_time_ends_before_wall_time() {
    let (sandbox, languages) = sandbox().await;
    for language in languages {
        let code = if language == Language::Javascript { "function main() { for (;;); }" } else { "def main(args):\n    while True: pass" };
        let mut request = request(language, code, json!({}));
        request.limits = Limits { wall: Duration::from_secs(30), cpu: Duration::from_millis(900), ..request.limits };
        let error = sandbox.run(request).await.unwrap_err();
        assert_eq!(error.code, Code::Timeout, "{error:?}");
        assert!(error.usage.wall_ms < 20_000 && error.usage.cpu_ms >= 500, "{:?}", error.usage);
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_even_tried() {
    let (sandbox, languages) = sandbox().await;
    for language in languages {
        let big = "x".repeat(9 << 20);
        let error = run(&sandbox, language, "function main() {}", json!({ "big": big })).await.unwrap_err();
        assert_eq!(error.code, Code::InputTooLarge);
        let code = if language == Language::Javascript {
            "function main({ params }) { return params.big.length }"
        } else {
            "def main(args): return len(args.params['big'])"
        };
        assert_eq!(answer(&sandbox, language, code, json!({ "big": "x".repeat(7 << 20) })).await, json!(7 << 20));
    }
}

#[tokio::test]
async fn another_entry_gets_the_params_themselves() {
    let (sandbox, languages) = sandbox().await;
    for language in languages {
        let code = if language == Language::Javascript {
            "function exec_evaluation(turn) { return turn.x }"
        } else {
            "def exec_evaluation(turn): return turn['x']"
        };
        let mut request = request(language, code, json!({ "x": 3 }));
        request.entry = "exec_evaluation".to_owned();
        assert_eq!(sandbox.run(request.clone()).await.unwrap().output, json!(3));
        for bad in ["", "a b", "main);evil(", "x.y", "'"] {
            request.entry = bad.to_owned();
            assert_eq!(sandbox.run(request.clone()).await.unwrap_err().code, Code::NoEntry, "{bad}");
        }
    }
}
