# The warm parent of Python executions, inside the jail: forks a child before each execution, passes
# its bytes on, sees it die. The protocol is in frame.rs; this is warm.rs in Python, and the child.
import sys

def _start():
    import json
    orders = json.loads(sys.argv[1])
    sys.path[:] = orders["path"]
    sys.argv[:] = [""]
    return json, orders

json, ORDERS = _start()

import ctypes, gc, io, os, resource, select, signal, socket, struct, time, types

HEAD = struct.Struct("<BI")
ENDED = struct.Struct("<BiQ")
JOB, INPUT, READY, FAILED, DATA, END = 2, 3, 10, 11, 12, 13
LOG, RESULT, FAULT, FETCH, CUT = b"c", b"r", b"e", b"f", b"t"
EXITED, SIGNALLED, OVERRAN = 0, 1, 2
FILE = "main.py"

# Import statements that cannot lead anywhere here, refused by name before the code runs. This is
# courtesy; the jail is what holds.
REFUSED = frozenset(
    "_ctypes _curses _dbm _gdbm _multiprocessing _posixshmem _posixsubprocess _socket _ssl _tkinter ctypes curses dbm ensurepip "
    "fcntl grp idlelib lib2to3 msvcrt multiprocessing nis ossaudiodev pty pwd resource socket socketserver spwd ssl subprocess "
    "syslog termios tkinter tty turtle turtledemo venv winreg winsound".split()
)

# Modules that await nothing by themselves: code with no others needs no event loop for its coroutines.
PLAIN = frozenset(
    "__future__ base64 bisect calendar collections copy csv dataclasses datetime decimal enum fractions functools hashlib heapq hmac html io "
    "itertools json math operator random re secrets statistics string struct textwrap time typing unicodedata urllib uuid zlib zoneinfo".split()
)


def write_all(fd, data):
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]


def read_exactly(fd, length):
    parts = []
    while length:
        part = os.read(fd, min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def read_frame(fd):
    head = read_exactly(fd, HEAD.size)
    if head is None:
        return None, b""
    kind, length = HEAD.unpack(head)
    payload = read_exactly(fd, length)
    return (None, b"") if payload is None else (kind, payload)


def say(kind, payload):
    write_all(1, HEAD.pack(kind, len(payload)) + payload)


# ---- the child


class Stop(Exception):
    def __init__(self, code, message, line=None, column=None):
        self.fault = {"code": "sandbox_" + code, "message": message[:2000], "line": line, "column": column}


class Talk:
    """The child's socket."""

    def __init__(self, fd, limit):
        self.fd, self.left, self.cut = fd, limit, False

    def say(self, kind, payload):
        write_all(self.fd, kind + struct.pack("<I", len(payload)) + payload)

    def log(self, level, line):
        data = line.encode("utf-8", "replace")
        if len(data) + 1 > self.left:
            if not self.cut:
                self.cut = True
                self.say(CUT, b"")
            return
        self.left -= len(data) + 1
        self.say(LOG, level + data)

    def fetch(self, wish):
        self.say(FETCH, json.dumps(wish).encode())
        answer = json.loads(read_frame(self.fd)[1])
        if "Err" in answer:
            raise ConnectionError(answer["Err"])
        return answer["Ok"]


class Console(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, talk, level):
        self._talk, self._level, self._rest = talk, level, ""

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("the console takes text")
        *lines, rest = text.split("\n")
        for line in lines:
            self._talk.log(self._level, self._rest + line)
            self._rest = ""
        self._rest += rest
        if len(self._rest) > 65536:
            self.flush()
        return len(text)

    def flush(self):
        if self._rest:
            rest, self._rest = self._rest, ""
            self._talk.log(self._level, rest)


class Args:
    """What `main` gets: `args.params` is the input."""

    def __init__(self, params):
        self.params = params

    def __getitem__(self, key):
        return getattr(self, key) if key == "params" else self.params[key]

    def __class_getitem__(cls, _):
        return cls


def place(error):
    """The user's own line: the innermost frame in his text."""
    line, walk = None, error.__traceback__
    while walk is not None:
        if walk.tb_frame.f_code.co_filename == FILE:
            line = walk.tb_lineno
        walk = walk.tb_next
    return line


def named(error):
    name = type(error).__name__
    try:
        text = str(error)
    except BaseException:
        text = ""
    return name + (": " + text if text else "")


def stop_of(error, job):
    if isinstance(error, Stop):
        return error
    line = place(error)
    if isinstance(error, MemoryError):
        return Stop("memory", "The code wants more than %d bytes of memory." % job["memory_bytes"], line)
    if isinstance(error, ModuleNotFoundError):
        return Stop("import_refused", "There is no module %s here." % (error.name or error), line)
    if isinstance(error, SystemExit):
        return Stop("exception", "The code called exit. Return the answer instead.", line)
    return Stop("exception", named(error), line)


def compiled(source):
    try:
        # 0x400: the tree only. Without the module `ast`, which takes its time to import.
        tree = compile(source, FILE, "exec", 0x400)
        code = compile(tree, FILE, "exec")
    except SyntaxError as error:
        raise Stop("syntax", named(error).replace(" (" + FILE + ", line %s)" % error.lineno, ""), error.lineno, error.offset) from None
    except ValueError as error:
        raise Stop("syntax", str(error)) from None
    except (RecursionError, MemoryError):
        raise Stop("syntax", "The code is nested too deeply.") from None
    plain, nodes = not any(word in source for word in ("__import__", "importlib", "exec", "eval")), [tree]
    while nodes:
        node = nodes.pop()
        names, kind = (), type(node).__name__
        if kind == "Import":
            names = [alias.name for alias in node.names]
        elif kind == "ImportFrom" and node.module and not node.level:
            names = [node.module]
        for name in names:
            first = name.split(".")[0]
            if first in REFUSED:
                raise Stop("import_refused", "%s leads nowhere here: code has no network, no processes and no native memory." % name, node.lineno)
            plain = plain and first in PLAIN
        for field in node._fields:
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                nodes.extend(item for item in inner if hasattr(item, "_fields"))
            elif hasattr(inner, "_fields"):
                nodes.append(inner)
    return code, plain


def plain(value):
    """What JSON does not know but people return."""
    for method in ("tolist", "isoformat"):
        convert = getattr(value, method, None)
        if convert is not None and not isinstance(value, type):
            return convert()
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None and not isinstance(value, type):
        return {name: getattr(value, name) for name in fields}
    raise TypeError("a value of type %s" % type(value).__name__)


def finite(value):
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(inner) for inner in value]
    return value


def written(value, job):
    try:
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=plain)
        except ValueError as error:
            if "JSON compliant" not in str(error):
                raise
            # As JavaScript does: what is no number is null.
            text = json.dumps(finite(value), ensure_ascii=False, allow_nan=False, default=lambda v: finite(plain(v)))
    except MemoryError:
        raise
    except BaseException as error:
        raise Stop("output_invalid", "The answer cannot be written as JSON: " + named(error)) from None
    data = text.encode("utf-8", "replace")
    if len(data) > job["output_bytes"]:
        raise Stop("output_too_large", "The answer has %d bytes; %d are allowed." % (len(data), job["output_bytes"]))
    return data


def finished(value, plain):
    """The value, or what its coroutine gives."""
    if not hasattr(type(value), "__await__"):
        return value
    if plain and isinstance(value, types.CoroutineType):
        # It awaits coroutines of its own at most: it runs to its end in one go.
        try:
            value.send(None)
        except StopIteration as end:
            return end.value
        raise Stop("exception", "The code awaits something that nothing will ever settle.")
    import asyncio

    async def wait():
        return await value

    return asyncio.run(wait())


def execute(talk, job, params):
    source, entry = job["code"], job["entry"]
    code, plain = compiled(source)
    module = types.ModuleType("__main__")
    # The class statement and typing's helpers look a module up by name.
    sys.modules["__main__"] = module
    scope = module.__dict__
    scope.update(__file__=FILE, Args=Args, Output=dict)
    exec(code, scope)
    main = scope.get(entry)
    if not callable(main):
        raise Stop("no_entry", "The code has no function `%s`. Define `async def %s(args: Args) -> Output:`." % (entry, entry))
    argument = Args(params) if entry == "main" else params
    return written(finished(main(argument), plain), job)


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def be_child(fd):
    for other in range(64):
        if other != fd:
            try:
                os.close(other)
            except OSError:
                pass
    if FILTER is not None:
        # Threads; the uid is this worker's own, or counted in its own namespace.
        resource.setrlimit(resource.RLIMIT_NPROC, (64, 64))
        # Before anybody waits for this child. The own limits may still be lowered behind it.
        if LIBC.prctl(22, 2, ctypes.byref(FILTER), 0, 0) != 0:
            os._exit(3)
    _, payload = read_frame(fd)
    (length,) = struct.unpack_from("<I", payload)
    job = json.loads(payload[4:4 + length])
    talk = Talk(fd, job["console_bytes"])
    limit = BASE + job["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    cpu = max(1, -(-job["cpu_ms"] // 1000))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), Console(talk, b"l"), Console(talk, b"e")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    if "requests" in job["code"]:
        sys.modules["requests"] = requests_module(talk, job["fetch"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        data = execute(talk, job, json.loads(payload[4 + length:]))
        sys.stdout.flush()
        sys.stderr.flush()
        grown = max(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        talk.say(RESULT, struct.pack("<QQ", grown, int(time.process_time() * 1e6)) + data)
    except BaseException as error:
        try:
            fault = stop_of(error, job).fault
        except MemoryError:
            fault = {"code": "sandbox_memory", "message": "The code wants too much memory."}
        error = None
        for console in (sys.stdout, sys.stderr):
            try:
                console.flush()
            except BaseException:
                pass
        talk.say(FAULT, json.dumps(fault).encode())


# ---- the parent


def breed():
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            be_child(theirs.detach())
        finally:
            os._exit(0)
    theirs.close()
    return pid, ours.detach()


def attend(fd):
    """One execution. None: the server hung up. Otherwise whether the child overran its time."""
    kind, payload = read_frame(0)
    # An answer to the child before, which did not live to get it.
    while kind == INPUT:
        kind, payload = read_frame(0)
    if kind != JOB:
        return None
    (limit,) = struct.unpack_from("<I", payload)
    deadline = time.monotonic() + limit / 1000
    try:
        write_all(fd, HEAD.pack(JOB, len(payload) - 4) + payload[4:])
    except OSError:
        pass
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    poll.register(0, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        ready = {number for number, _ in poll.poll(left * 1000 + 1)}
        if fd in ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            say(DATA, data)
        if 0 in ready:
            kind, payload = read_frame(0)
            if kind != INPUT:
                return None
            try:
                write_all(fd, payload)
            except OSError:
                pass


def warm_up():
    """Imports what code usually imports, so that no execution does."""
    # asyncio does without it; where there are no sockets it would be a megabyte for nothing.
    sys.modules["ssl"] = None
    import ast, asyncio, base64, collections, copy, dataclasses, datetime, decimal, functools, hashlib, inspect, itertools
    import math, random, re, string, typing, urllib.parse, uuid
    del sys.modules["ssl"]
    for name in ORDERS["preload"]:
        try:
            __import__(name)
        except ImportError:
            pass
    settle()


def settle():
    """What is here now belongs to the interpreter: its memory is not the code's."""
    global BASE
    BASE = int(os.pread(ORDERS["statm"], 100, 0).split()[0]) * resource.getpagesize() + (16 << 20)
    gc.collect()
    gc.freeze()


def is_asked_within(milliseconds):
    poll = select.poll()
    poll.register(0, select.POLLIN)
    return bool(poll.poll(milliseconds))


def serve():
    # Somebody waits for this very worker: he is served before it is warm.
    settle()
    warm = not is_asked_within(3)
    if warm:
        warm_up()
    while True:
        pid, fd = breed()
        overran = attend(fd)
        os.kill(pid, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        os.close(fd)
        if overran is None:
            return
        if overran:
            how, code = OVERRAN, 0
        elif os.WIFSIGNALED(status):
            how, code = SIGNALLED, os.WTERMSIG(status)
        else:
            how, code = EXITED, os.WEXITSTATUS(status)
        say(END, ENDED.pack(how, code, int((used.ru_utime + used.ru_stime) * 1e6)))
        if not warm:
            warm = True
            warm_up()


try:
    LIBC = ctypes.CDLL(None, use_errno=True)
    LIBC.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    FILTER = None
    if ORDERS["filter"]:
        code = bytes(ORDERS["filter"])
        FILTER = Program(len(code) // 8, code)
    # One thread each: a child forked from a process with threads would miss them.
    for name in (b"OPENBLAS_NUM_THREADS", b"OMP_NUM_THREADS", b"MKL_NUM_THREADS"):
        LIBC.setenv(name, b"1", 1)
    os.environ.clear()
    say(READY, json.dumps({"version": "CPython " + sys.version.split()[0], "layers": ORDERS["layers"]}).encode())
except BaseException as error:
    say(FAILED, ("Python cannot get ready: " + named(error)).encode())
    sys.exit(1)
serve()
