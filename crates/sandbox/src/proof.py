# The self-test's attempts from inside Python, with what native code could do: each answer is the refusal, or None.
def main(args):
    tried = {}

    def attempt(name, *ways):
        refusal = None
        for way in ways:
            try:
                way()
            except BaseException as error:
                refusal = "%s: %s" % (type(error).__name__, error)
            else:
                tried[name] = None
                return
        tried[name] = refusal

    ctypes, os, socket = __import__("ctypes"), __import__("os"), __import__("socket")
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name, *values):
        if getattr(libc, name)(*values) == -1:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def environment():
        if not os.environ and not os.environb:
            raise LookupError("it is empty")

    def reserve():
        call("setrlimit", 9, ctypes.byref((ctypes.c_ulong * 2)(2 ** 64 - 1, 2 ** 64 - 1)))

    attempt("read a file", *(lambda p=p: open(p).read() for p in ("/etc/passwd", "/etc/hostname", "/bin/sh", "/proc/version")))
    attempt("list a directory", *(lambda p=p: os.listdir(p) for p in ("/proc", "/dev", "/var/log", "/boot", "/run")))
    attempt("write a file", *(lambda p=p: open(p, "w").write("x") for p in ("/tmp/p", "/dev/shm/p", "/p", os.__file__ + ".x")))
    attempt("read the environment", environment)
    attempt("read /proc", *(lambda p=p: open(p, "rb").read() for p in ("/proc/self/environ", "/proc/1/environ", "/proc/self/mem")))
    attempt("open a network socket", lambda: socket.socket(), lambda: socket.socket(socket.AF_INET6), lambda: socket.socket(16, 3, 0),
            lambda: socket.create_connection(("127.0.0.1", 80), 0.1), lambda: call("socket", 2, 1, 0))
    attempt("connect to a local service", lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"))
    attempt("start a process", os.fork, lambda: os.posix_spawn("/bin/sh", ["sh"], {}), lambda: os.execv("/bin/sh", ["sh"]),
            lambda: call("fork"), lambda: call("vfork"))
    attempt("trace or signal a process", lambda: os.kill(os.getppid(), 0), lambda: os.kill(-1, 0), lambda: call("ptrace", 0, 0, 0, 0),
            lambda: call("ptrace", 16, os.getppid(), 0, 0), lambda: call("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0))
    attempt("raise a limit", reserve)
    attempt("change the file tree", lambda: call("mount", b"none", b"/", b"tmpfs", 0, 0), lambda: call("unshare", 0x10000000), lambda: call("chroot", b"/"))
    return tried
