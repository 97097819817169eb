//! Every way out that was published for products of this kind, and the usual ones of the trade. All of them end here.
//!
//! The test plants things outside that must not be reached: a readable file, a variable of the
//! environment, a TCP and a Unix listener.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod kit;

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use kit::{alive, answer, run, sandbox};
use sandbox::{Language, Sandbox};
use serde_json::{Value, json};

/// What must not be reached.
struct Outside {
    _file: tempfile::NamedTempFile,
    _directory: tempfile::TempDir,
    _tcp: TcpListener,
    _unix: UnixListener,
    params: Value,
}

fn outside() -> Outside {
    use std::os::unix::fs::PermissionsExt as _;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"canary").unwrap();
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let socket = directory.path().join("socket");
    let unix = UnixListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o777)).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let params = json!({ "file": file.path(), "directory": directory.path(), "socket": socket, "port": tcp.local_addr().unwrap().port(), "server": std::process::id() });
    Outside { _file: file, _directory: directory, _tcp: tcp, _unix: unix, params }
}

/// Runs a Python function body that tries `ways` (a list of functions) and answers what succeeded.
async fn python_ways(sandbox: &Sandbox, outside: &Outside, setup: &str, ways: &[&str]) {
    for way in ways {
        let body: String = way.lines().map(|line| ["    ", line, "\n"].concat()).collect();
        let code = format!(
            "{setup}\ndef attempt(p):\n{body}\ndef main(args):\n    try:\n        return ['out', repr(attempt(args.params))]\n    except BaseException as e:\n        return ['held', type(e).__name__ + ': ' + str(e)]\n"
        );
        match run(sandbox, Language::Python, &code, outside.params.clone()).await {
            Ok(outcome) => assert_eq!(outcome.output[0], "held", "{way}: {}", outcome.output),
            // Ended by the kernel or refused before it ran: held as well.
            Err(error) => assert_ne!(error.code.as_code(), "sandbox_unavailable", "{way}: {error:?}"),
        }
    }
    alive(sandbox, Language::Python).await;
}

#[tokio::test]
async fn python_files_environment_processes_network() {
    let (sandbox, languages) = sandbox().await;
    if !languages.contains(&Language::Python) {
        return;
    }
    let outside = outside();
    // The usual runner hands its secrets down in the environment.
    let environment = "import os\ndef main(args): return [dict(os.environ), dict(os.environb), os.getenv('PATH')]";
    assert_eq!(answer(&sandbox, Language::Python, environment, json!({})).await, json!([{}, {}, null]));
    python_ways(
        &sandbox,
        &outside,
        "import os, sys",
        &[
            "return open(p['file']).read()",
            "return os.open(p['file'], os.O_RDONLY)",
            "return os.open(p['file'], os.O_PATH)",
            "return os.stat(p['file'])",
            "return os.listdir(p['directory'])",
            "return open(p['directory'] + '/x', 'w')",
            "return open('/etc/passwd').read()",
            "return open('/etc/shadow').read()",
            "return open('/proc/%d/environ' % p['server']).read()",
            "return open('/proc/self/environ').read()",
            "return open('/proc/self/maps').read()",
            "return os.listdir('/proc')",
            "return os.listdir('/dev')",
            "return os.listdir('/home') + os.listdir('/root/.ssh')",
            "return open('/dev/tcp/127.0.0.1/%d' % p['port'])",
            "return open(os.path.join(os.path.dirname(os.__file__), 'x.py'), 'w')",
            "return open('/tmp/x', 'w')",
            "return os.mkdir('/x')",
            "return os.symlink(p['file'], '/x')",
            "return os.link(p['file'], '/x')",
            "return os.memfd_create('x')",
            "return os.mkfifo('/x')",
            "return os.chroot('/')",
            "return os.fork()",
            "return os.forkpty()",
            "return os.popen('id').read()",
            "return os.posix_spawn('/bin/sh', ['sh', '-c', 'id'], {})",
            "return os.execv(sys.executable or '/usr/bin/python3', ['python3', '-c', '1'])",
            "r = os.system('id')\nreturn r if r == 0 else (_ for _ in ()).throw(OSError(r))",
            "return __import__('subprocess').check_output(['id'])",
            "return __import__('subprocess').check_output([sys.executable, '-c', 'print(1)'])",
            "return __import__('multiprocessing').Process(target=print).start()",
            "return os.kill(1, 9)",
            "return os.kill(os.getppid(), 0)",
            "return os.kill(-1, 9)",
            "return os.kill(p['server'], 0)",
            "return os.setuid(0)",
            "return os.setpriority(os.PRIO_PROCESS, 0, -5)",
            "return os.sched_setaffinity(0, {0})",
            "return __import__('socket').socket()",
            "return __import__('socket').create_connection(('127.0.0.1', p['port']), 1)",
            "return __import__('socket').getaddrinfo('localhost', 80)[0].x",
            "s = __import__('socket'); a = s.socket(s.AF_UNIX); a.connect(p['socket']); return a",
            "s = __import__('socket'); a, b = s.socketpair(s.AF_UNIX, s.SOCK_DGRAM); return a.sendto(b'x', p['socket'])",
            "s = __import__('socket'); a, b = s.socketpair(); return a.sendto(b'x', p['socket'])",
            "s = __import__('socket'); a, b = s.socketpair(); return s.send_fds(a, [b'x'], [0, 1, 2])",
            "return __import__('urllib.request').request.urlopen('http://127.0.0.1:%d/' % p['port'], timeout=1)",
            "return __import__('requests').get('http://127.0.0.1:%d/' % p['port'])",
            "r = __import__('resource'); return r.setrlimit(r.RLIMIT_AS, (-1, -1))",
            "r = __import__('resource'); return r.prlimit(1, r.RLIMIT_NOFILE, (1, 1))",
            "import signal; return signal.pthread_kill(1, 9)",
            "return __import__('signal').setitimer(0, 0.001)",
        ],
    )
    .await;
}

#[tokio::test]
async fn python_walks_around_the_language() {
    let (sandbox, languages) = sandbox().await;
    if !languages.contains(&Language::Python) {
        return;
    }
    let outside = outside();
    python_ways(
        &sandbox,
        &outside,
        "",
        &[
            // Walks over the class tree, to whatever is loaded.
            "return [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0].__init__.__globals__['popen']('id').read() or [][0]",
            "return [c for c in ().__class__.__mro__[-1].__subclasses__() if c.__name__ == 'FileLoader'][0]('x', p['file']).get_data(p['file'])",
            "return ''.__class__.__mro__[1].__subclasses__()[0].__init__.__globals__['os'].system('id')",
            // Format strings that read attributes.
            "return open('{0.__class__.__init__.__globals__}'.format(main))",
            // Imports that no list of words finds.
            "return __import__('o' + 's').execl('/bin/sh', 'sh')",
            "exec('imp' + 'ort os; os.fork()')",
            "return eval(bytes([95, 95, 105, 109, 112, 111, 114, 116, 95, 95]).decode() + '(\"os\").open(\"/etc/passwd\", 0)')",
            "return getattr(__builtins__ if isinstance(__builtins__, dict) is False else dict, 'x')",
            "import importlib; return importlib.import_module('posix').open(p['file'], 0)",
            "import builtins; return builtins.open(p['file']).read()",
            "import io; return io.FileIO(p['file']).read()",
            "import codecs; return codecs.open(p['file']).read()",
            "import pathlib; return pathlib.Path(p['file']).read_text()",
            "import linecache; return linecache.getlines(p['file'])[0]",
            "import fileinput; return list(fileinput.input(p['file']))",
            "import runpy; return runpy.run_path(p['file'])",
            "import shutil; return shutil.copy(p['file'], '/x')",
            "import sqlite3; return sqlite3.connect(p['file']).execute('select * from sqlite_master').fetchall()",
            "import mmap, os; return mmap.mmap(os.open(p['file'], 0), 0)",
            "import tempfile; return tempfile.NamedTemporaryFile()",
            "import webbrowser; return webbrowser.open('http://x') or [][0]",
            "import pickle; return pickle.loads(b\"cos\\nfork\\n(tR.\")",
            "import code, os; return os.read(0, 1)",
            "import os; return os.write(1, b'x')",
            // Exceptions carry frames, frames the warm parent's names; there is nothing behind them.
            "try: 1/0\nexcept Exception as e:\n    f = e.__traceback__.tb_frame\n    while f.f_back: f = f.f_back\n    return f.f_globals['os'].open(p['file'], 0)",
            // Default arguments and decorators run when a definition is read.
            "def f(a=open(p['file']).read()): pass\nreturn f",
            "@(lambda f: open(p['file']))\ndef g(): pass\nreturn g",
        ],
    )
    .await;
}

#[tokio::test]
async fn python_native_code() {
    let (sandbox, languages) = sandbox().await;
    if !languages.contains(&Language::Python) {
        return;
    }
    let outside = outside();
    let setup = "c = __import__('ctypes'); l = c.CDLL(None, use_errno=True)\ndef call(*a):\n    r = l.syscall(*a)\n    if r == -1: raise OSError(c.get_errno(), 'refused')\n    return r";
    let mut ways: Vec<String> = vec![
        // By name, since numbers differ between machines.
        "f = l.open(p['file'].encode(), 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.socket(2, 1, 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.fork()\nreturn f if f >= 0 else [][0]".into(),
        "f = l.execv(b'/bin/sh', None)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.ptrace(16, p['server'], 0, 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.mount(b'x', b'/', b'tmpfs', 0, 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.unshare(0x10000000)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.setns(0, 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.prctl(22, 1, 0, 0, 0)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.kill(-1, 9)\nreturn f if f >= 0 else [][0]".into(),
        "f = l.system(b'id')\nreturn f if f == 0 else [][0]".into(),
        "return call(0x40000000 + 41, 2, 1, 0)".into(),
        "return call(0x40000000 + 57)".into(),
        // Writing into the interpreter itself harms only this execution.
        "c.memset(id(int), 0, 64)\nreturn [][0]".into(),
        "c.string_at(0)\nreturn 1".into(),
        "l.abort()\nreturn 1".into(),
        "l._exit(0)\nreturn 1".into(),
        // A frame written straight into the socket is this execution's own answer at most.
        "for fd in range(64):\n    l.close(fd)\nreturn [][0]".into(),
    ];
    if cfg!(target_arch = "x86_64") {
        // ptrace, socket, clone, fork, vfork, execve, kill, mount, bpf, io_uring_setup, userfaultfd, perf_event_open, keyctl, memfd_create,
        // process_vm_readv, unshare, setns, pidfd_open, execveat, openat2, clone3, seccomp, prctl, tgkill, open_by_handle_at.
        for number in
            [101, 41, 56, 57, 58, 59, 62, 165, 321, 425, 323, 298, 250, 319, 310, 272, 308, 434, 322, 437, 435, 317, 157, 234, 304]
        {
            ways.push(format!("return call({number}, 0, 0, 0, 0, 0, 0)"));
        }
    }
    let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
    python_ways(&sandbox, &outside, setup, &ways).await;
}

#[tokio::test]
async fn a_forged_answer_is_not_taken_for_the_next() {
    let (sandbox, languages) = sandbox().await;
    if !languages.contains(&Language::Python) {
        return;
    }
    // Frames of the worker and of a child, written to every descriptor, then no answer.
    let forge = "import os, struct\ndef main(args):\n    for fd in range(64):\n        for kind in (13, 12, 10, ord('r'), 2):\n            try: os.write(fd, bytes([kind]) + struct.pack('<I', 21) + b'\\0' * 16 + b'\"bad\"')\n            except OSError: pass\n    os._exit(0)";
    for _ in 0..20 {
        let forged = run(&sandbox, Language::Python, forge, json!({})).await;
        assert!(forged.as_ref().is_err() || forged.is_ok_and(|o| o.output == json!("bad")), "its own answer at most");
        alive(&sandbox, Language::Python).await;
    }
}

#[tokio::test]
async fn javascript_reaches_nothing() {
    let (sandbox, _) = sandbox().await;
    let outside = outside();
    for way in [
        "return ({}).constructor.constructor('return process')().env",
        "return (async () => {}).constructor('return process.env')()",
        "return (function* () {}).constructor('return process')().next()",
        "return Function('return require(\"fs\")')().readFileSync(p.file)",
        "return new Function('return import/**/(\"fs\")')()",
        "return import/**/('fs')",
        "return import('std')",
        "return import('os')",
        "return import(p.file)",
        "return import('data:text/javascript,export default 1')",
        "return import('file://' + p.file)",
        "return eval('imp' + 'ort(\"fs\")')",
        "return globalThis.process.mainModule.require('child_process').execSync('id')",
        "return Deno.readTextFileSync(p.file)",
        "return std.open(p.file, 'r')",
        "return os.exec(['id'])",
        "return Bun.file(p.file)",
        "return WebAssembly.Module",
        "return __proto__.constructor.constructor('return this')().process.pid",
        "return Error.prepareStackTrace = (_, frames) => frames[0].getThis().process, new Error().stack.pid.x",
        "return Reflect.construct(Function, ['return process'])().pid",
        "return new Proxy({}, { get: (_, k) => globalThis[k] }).process.pid",
        "return [].map.constructor('return process.pid')()",
        "return fetch('http://127.0.0.1:' + p.port)",
        "return new WebSocket('ws://127.0.0.1:' + p.port)",
        "return new XMLHttpRequest()",
        "return new Worker('x')",
        "return load(p.file)",
        "return loadScript(p.file)",
        "return bjson.read()",
        "return require('fs')",
    ] {
        let code = format!(
            "async function attempt(p) {{ {way} }}\nasync function main({{ params }}) {{ try {{ return ['out', String(await attempt(params))] }} catch (e) {{ return ['held', String(e)] }} }}"
        );
        match run(&sandbox, Language::Javascript, &code, outside.params.clone()).await {
            Ok(outcome) => assert_eq!(outcome.output[0], "held", "{way}: {}", outcome.output),
            Err(error) => assert_eq!(error.code.as_code(), "sandbox_import_refused", "{way}: {error:?}"),
        }
    }
    alive(&sandbox, Language::Javascript).await;
}

#[tokio::test]
async fn executions_leave_nothing_behind() {
    let (sandbox, languages) = sandbox().await;
    for language in languages {
        let (dirty, look) = match language {
            Language::Javascript => (
                "function main() { globalThis.left = 1; Object.prototype.polluted = 1; Array.prototype.map = null; JSON.stringify = () => 'x'; Promise.prototype.then = null; setTimeout(() => {}, 1e9); return 'dirty' }",
                "function main() { return [typeof left, ({}).polluted ?? null, [1].map((x) => x + 1), JSON.stringify({})] }",
            ),
            Language::Python => (
                "import sys, builtins, json, os\ndef main(args):\n    builtins.left = 1\n    json.dumps = lambda *a, **k: '\"dirty\"'\n    sys.modules['math'] = None\n    os.left = 1\n    return 'dirty'",
                "import builtins, os, math, json\ndef main(args): return [hasattr(builtins, 'left'), hasattr(os, 'left'), math.floor(1.5), json.dumps({})]",
            ),
        };
        let expected =
            if language == Language::Javascript { json!(["undefined", null, [2], "{}"]) } else { json!([false, false, 1, "{}"]) };
        for _ in 0..5 {
            // More often than there are workers, so that each has been dirty.
            let _ = run(&sandbox, language, dirty, json!({})).await;
            assert_eq!(answer(&sandbox, language, look, json!({})).await, expected, "{}", language.as_str());
        }
    }
}

#[tokio::test]
async fn packages_are_there_read_only_and_links_lead_nowhere() {
    let outside = outside();
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("greeting")).unwrap();
    std::fs::write(site.path().join("greeting/__init__.py"), "def hello(): return 'hello'\n").unwrap();
    std::fs::create_dir(site.path().join("greeting-1.2.dist-info")).unwrap();
    std::fs::write(site.path().join("greeting-1.2.dist-info/METADATA"), "Metadata-Version: 2.1\nName: greeting\nVersion: 1.2\n").unwrap();
    std::os::unix::fs::symlink(outside.params["file"].as_str().unwrap(), site.path().join("link.txt")).unwrap();
    std::os::unix::fs::symlink("/etc", site.path().join("etc")).unwrap();
    let mut config = kit::config();
    config.python_sites = vec![site.path().to_owned()];
    config.python_preload = vec!["greeting".to_owned(), "not_there".to_owned()];
    let sandbox = Sandbox::new(config, None);
    let engine = sandbox.engines().await.remove(1);
    if engine.state != sandbox::EngineState::Ready {
        return println!("SKIPPED: no Python: {:?}", engine.reason);
    }
    assert_eq!(engine.packages, [sandbox::Package { name: "greeting".to_owned(), version: "1.2".to_owned() }]);
    let code = "import greeting, sys\ndef main(args): return [greeting.hello(), 'greeting' in sys.modules]";
    assert_eq!(answer(&sandbox, Language::Python, code, json!({})).await, json!(["hello", true]));
    let ways = [
        "import greeting, os; return open(os.path.dirname(greeting.__file__) + '/../link.txt').read()",
        "import greeting, os; return os.listdir(os.path.dirname(greeting.__file__) + '/../etc')",
        "import greeting; return open(greeting.__file__, 'a')",
        "import greeting, os; return os.unlink(greeting.__file__)",
        "import greeting, os; return os.listdir(os.path.dirname(greeting.__file__) + '/../..')[0:0] or open(p['file'])",
    ];
    python_ways(&sandbox, &outside, "", &ways).await;
}

#[tokio::test]
async fn a_python_that_does_not_know_its_own_place_shows_nothing_more() {
    // Called by a bare name without PATH, Python does not know `sys.executable`; a wrapper does the same to it here.
    let place = tempfile::tempdir().unwrap();
    let wrapper = place.path().join("python");
    let real = "/usr/bin/python3";
    if !std::path::Path::new(real).exists() {
        return println!("SKIPPED: no {real}");
    }
    std::fs::write(&wrapper, format!("#!{real}\nimport os, sys\nos.execve('{real}', ['python3'] + sys.argv[1:], {{}})\n")).unwrap();
    std::fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut config = kit::config();
    config.python = wrapper.display().to_string();
    let sandbox = Sandbox::new(config, None);
    let engine = sandbox.engines().await.remove(1);
    let cwd = std::env::current_dir().unwrap();
    if engine.state != sandbox::EngineState::Ready {
        return println!("SKIPPED: no Python: {:?}", engine.reason);
    }
    let code = "import os\ndef main(args):\n    try: return os.listdir(args.params['cwd'])\n    except OSError: return 'held'";
    assert_eq!(answer(&sandbox, Language::Python, code, json!({ "cwd": cwd })).await, json!("held"));
}
