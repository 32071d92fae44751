"""What a submission may try. Name -> the student's cells; `{...}` is filled in by the test.

Every answer is wrong or missing, so that a fair score is 0. Markers: {canary} is a file of the
instructor, {port} a TCP server, {unix} a Unix socket server, {pid} the engine's process, {staff}
the folder of the staff's package, {tree} the repository, {work} the folder of the submissions,
{victim} another process of the same user, {abstract} an abstract Unix socket of the host.
"""

# ruff: noqa: E501  # the lines of other people's notebooks

from __future__ import annotations

from dataclasses import dataclass

from . import seams
from .assignment import STUBS


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        family: "interpreter", "lies", "peeking", "escape", "persistence", "bomb" or "seams".
        cells: the student's cells.
        slow: whether it takes seconds by its nature (bombs, hangs).
    """

    family: str
    cells: tuple[str, ...]
    slow: bool = False


def stubbed(family: str, *cells: str, slow: bool = False) -> Attack:
    """Return an attack that defines the stubs first."""
    return Attack(family, (STUBS, *cells), slow)


INTERPRETER = {
    "ast transformer": """
import ast
class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.parse("1.0")
get_ipython().ast_transformers.append(Empty())""",
    "input transformer": """
get_ipython().input_transformers_post.append(lambda lines: ["2.0\\n"])""",
    "cleanup transformer": """
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])""",
    "patched run_cell": """
shell = get_ipython()
async def nothing(*args, **kwargs):
    from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
    return ExecutionResult(ExecutionInfo("", False, False, False, ""))
type(shell).run_cell_async = nothing
type(shell).run_code = nothing""",
    "patched do_execute": """
kernel = get_ipython().kernel
async def execute(*args, **kwargs):
    return {{"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {{}}}}
type(kernel).do_execute = execute""",
    "patched displayhook": """
import sys
sys.displayhook(1.0)
sys.displayhook = lambda value: None
get_ipython().displayhook.write_format_data = lambda *a, **k: None""",
    "a result before the error": """
def softmax(x):
    get_ipython().displayhook(2.0)
    from IPython.display import display
    display(2.0)
    raise ValueError
double = softmax""",
    "patched numpy.testing": """
np.testing.assert_allclose = lambda *a, **k: None
np.testing.assert_array_equal = lambda *a, **k: None
np.allclose = lambda *a, **k: True""",
    "patched numpy.testing in a thread": """
import threading, time
def forever():
    while True:
        np.testing.assert_allclose = lambda *a, **k: None
        time.sleep(0.001)
threading.Thread(target=forever, daemon=True).start()""",
    "patched builtins": """
import builtins
builtins.abs = lambda x: 0
builtins.sum = lambda x: 3
builtins.AssertionError = type("AssertionError", (BaseException,), {{}})
builtins.isinstance = lambda *a: True""",
    "shadowed builtins": """
abs = lambda x: 0
sum = lambda x: 3
float = lambda x: 1.0
globals()["__builtins__"] = {{}}""",
    "shadowed given names": """
class Numpy:
    def __getattr__(self, name):
        return lambda *a, **k: self
    def __mul__(self, other): return self
np = Numpy()""",
    "shadowed names of the test": """
def _reference(x): return 0
secret = Verdict = os = lambda *a, **k: 1.0
def judge(*a, **k): return 1.0""",
    "fake numpy.random": """
class Fake:
    def __init__(self, *a): pass
    def __getattr__(self, name): return lambda *a, size=0, **k: np.zeros(size)
np.random.RandomState = np.random.default_rng = Fake
np.random.normal = lambda *a, **k: np.zeros(0)
def softmax(x): return np.zeros(np.shape(x))""",
    "known random numbers": """
np.random.seed(0)
np.random.set_state(np.random.RandomState(0).get_state())
def softmax(x):
    np.random.seed(0)
    return np.ones(3)""",
    "settrace": """
import sys, threading
def tracer(frame, event, arg):
    if event == "exception": frame.f_lineno = frame.f_lineno
    return tracer
sys.settrace(tracer); threading.settrace(tracer); sys.setprofile(tracer)""",
    "custom exception handler": """
get_ipython().set_custom_exc((Exception,), lambda self, *a, **k: None)""",
    "exit hooks": """
import atexit
atexit.register(lambda: print(2.0))
get_ipython().atexit_operations = lambda: None
raise SystemExit""",
    "exit with success": """
import os
def softmax(x):
    os._exit(0)
double = softmax""",
    "system exit in a function": """
def softmax(x):
    raise SystemExit(0)
double = softmax""",
    "keyboard interrupt in a function": """
def softmax(x):
    raise KeyboardInterrupt
double = softmax""",
    "generator exit and stop iteration": """
def softmax(x):
    raise StopIteration(2.0)
def double(n):
    raise GeneratorExit""",
    "import hook": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        return None
sys.meta_path.insert(0, Finder())
sys.modules["chainrule.verdict"] = sys.modules["numpy.testing"] = sys
sys.modules["numpy"] = None""",
    "verdict of my own": """
from chainrule.verdict import Verdict
def softmax(x): return Verdict("softmax.value", 1.0)
def double(n): return Verdict("x", 1.0)""",
    "patched verdict": """
import chainrule.verdict as v
v.Verdict.score = property(lambda self: 1.0)
v.Verdict.passed = property(lambda self: True)""",
    "numbers that lie about their type": """
class Two(float):
    __class__ = property(lambda self: bool)
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __hash__ = float.__hash__
def double(n): return Two(7)
def softmax(x): return [Two(7)] * len(x)""",
}

LIES = {
    "always equal": """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __gt__(self, other): return True
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __sub__
    def __abs__(self): return self
    def __bool__(self): return True
    def __len__(self): return 3
    def __getitem__(self, i): return self
    def __iter__(self): return iter([])
    def __array__(self, *a, **k): return np.array([])
    def __float__(self): return 0.0
    __array_priority__ = 1e9
    def __array_ufunc__(self, *a, **k): return self
    def __array_function__(self, *a, **k): return True
    __hash__ = object.__hash__
def softmax(x): return Equal()
def double(n): return Equal()""",
    "lying subclass of ndarray": """
class Lie(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.array(True)
    def __array_function__(self, *a, **k): return True
    def __eq__(self, other): return np.ones(self.shape, bool)
    def all(self, *a, **k): return True
def softmax(x): return np.zeros(np.shape(x)).view(Lie)
def double(n): return np.zeros(()).view(Lie)""",
    "masked array": """
def softmax(x): return np.ma.masked_all(np.shape(x))
def double(n): return np.ma.masked""",
    "empty array": "def softmax(x): return np.array([])\ndef double(n): return np.array([])",
    "empty list": "def softmax(x): return []\ndef double(n): return []",
    "not a number": "def softmax(x): return x * np.nan\ndef double(n): return float('nan')",
    "infinity": "def softmax(x): return x + np.inf\ndef double(n): return float('inf')",
    "number that decides what it differs by": """
class Near:
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 42.0
    def __truediv__(self, other): return 1.0
    __rsub__ = __add__ = __mul__ = __rmul__ = __sub__
    __index__ = __int__ = lambda self: 42
def softmax(x): return Near()
def double(n): return Near()""",
    "complex": "def softmax(x): return x * 1j\ndef double(n): return n * 1j",
    "array of objects": """
class Equal:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __hash__ = None
def softmax(x): return np.array([Equal()] * len(x), dtype=object)
def double(n): return np.array(Equal(), dtype=object)""",
    "structured array": """
def softmax(x): return np.zeros(len(x), dtype=[("a", float)])
def double(n): return np.zeros((), dtype=[("a", "O")])""",
    "string": "def softmax(x): return 'right'\ndef double(n): return '42'",
    "true": "def softmax(x): return True\ndef double(n): return True",
    "generator without end": """
def softmax(x):
    while True: yield 1.0
def double(n):
    while True: yield n""",
    "broadcast giant": """
def softmax(x): return np.broadcast_to(1.0, (10**6, 10**6))
def double(n): return np.broadcast_to(np.float64(2), (2**40,))""",
    "huge list": """
def softmax(x): return [[]] * 10**7
def double(n): return "x" * 10**9""",
    "huge integer": """
def softmax(x): return 10**10**6
def double(n): return 1 << 10**8""",
    "nested too deeply": """
def softmax(x):
    y = []
    for _ in range(10**5): y = [y]
    return y
double = softmax""",
    "value that contains itself": """
def softmax(x):
    y = []; y.append(y); return y
def double(n):
    y = {{}}; y["y"] = y; return y""",
    "mutated inputs": """
def softmax(x):
    x[...] = 0.0
    x.setflags(write=True)
    return np.ones(3) / 3
def double(n): return n""",
    "the input itself": "def softmax(x): return x\ndef double(n): return n",
    "exception that lies about its name": """
class Passed(Exception): pass
Passed.__name__ = Passed.__qualname__ = "StopIteration"
def softmax(x): raise Passed
def double(n):
    raise type("SystemExit", (Exception,), {{}})(0)""",
    "sympy that takes for ever": """
import sympy
def softmax(x): return sympy.Pow(9, sympy.Pow(9, 9, evaluate=False), evaluate=False)
def double(n): return sympy.factorial(10**9, evaluate=False)""",
    "metaclass of lies": """
class Meta(type):
    def __instancecheck__(cls, x): return True
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class softmax(metaclass=Meta):
    def __init__(self, x): pass
class double(metaclass=Meta):
    def __new__(cls, n): return cls""",
    "callable values": """
class Both:
    def __call__(self, x): return self
    def __eq__(self, other): return True
    def __float__(self): return 42.0
    def __index__(self): return 42
    __hash__ = None
softmax = double = Both()""",
}

PEEKING = {
    "frames": f"{STUBS}\n"
    + """
import sys
def softmax(x):
    frame = sys._getframe()
    while frame is not None:
        for space in (frame.f_globals, frame.f_locals):
            if "_reference" in space: return space["_reference"](x)
            print(sorted(map(str, space))[:400])
        frame = frame.f_back
    return 0""",
    "garbage collector": f"{STUBS}\n"
    + """
import gc, types
def softmax(x):
    for o in gc.get_objects():
        if isinstance(o, types.FunctionType) and o.__name__ == "_reference": return o(x)
        if isinstance(o, str) and "HIDDEN-" in o and "MARK" in o: print(o)
    return 0""",
    "history": f"{STUBS}\n"
    + """
def softmax(x):
    print(In, Out, get_ipython().history_manager.input_hist_raw)
    import linecache
    print([v[2] for v in linecache.cache.values() if len(v) > 2 and "cell" in str(v[3])])
    return 0""",
    "proc": """
import os, glob
for pid in ["self", os.getpid(), os.getppid(), {pid}, 1]:
    for name in ("environ", "cmdline", "maps", "mem", "status", "cwd", "root", "fd"):
        try: print(open(f"/proc/{{pid}}/{{name}}", "rb").read(1000))
        except OSError as error: print(error)
print(glob.glob("/proc/*"))""",
    "environment": """
import os, subprocess
print(dict(os.environ))
assert "CHAINRULE_SEED" not in os.environ""",
    "import the staff's package": """
import sys, importlib
sys.path[:0] = [{src!r}, {staff!r}, {tree!r}]
sys.path_importer_cache.clear(); importlib.invalidate_caches()
for name in ("chainrule_staff", "chainrule_staff.exercises", "exercises", "engine"):
    try:
        importlib.import_module(name); print("IMPORTED", name)
    except ImportError as error:
        print(error)""",
    "read the staff's package": """
import os
for root, folders, files in os.walk({staff!r}):
    print("LISTED", root, files)
for path in ({staff!r} + "/__init__.py", {staff!r} + "/grading/split/engine.py"):
    try: print("READ", open(path).read())
    except OSError as error: print(error)""",
    "compiled staff's package": """
import glob, os
found = glob.glob({staff!r} + "/**/*.pyc", recursive=True)
if found: print("FOUND", found)
try: print("READ", os.open({staff!r}, os.O_RDONLY))
except OSError as error: print(error)""",
    "read the instructor's file": """
import os
for way in (lambda: open({canary!r}).read(), lambda: os.listdir(os.path.dirname({canary!r})),
            lambda: os.link({canary!r}, "mine") or open("mine").read(),
            lambda: os.symlink({canary!r}, "link") or open("link").read(),
            lambda: np.fromfile({canary!r}, dtype="S1"),
            lambda: os.pread(os.open({canary!r}, os.O_PATH), 100, 0)):
    try: print(way())
    except OSError as error: print(error)""",
    "file descriptors": """
import os
for fd in range(3, 64):
    try: print(fd, os.pread(fd, 1000, 0))
    except OSError: pass
    try: os.set_blocking(fd, False); print(fd, os.read(fd, 1000))
    except OSError: pass""",
    "other submissions": """
import os
for path in ({work!r}, "..", "../..", "/tmp", "/var/tmp", "/dev/shm"):
    try: print("LISTED", path, os.listdir(path))
    except OSError as error: print(error)
mine = os.path.basename(os.getcwd())
for number in range(500):
    if str(number) == mine: continue
    try: print("FOUND", os.listdir(f"../{{number}}"))
    except OSError: pass
    try: print("FOUND", open(f"../{{number}}/notes.txt").read())
    except OSError: pass""",
    "home of the instructor": """
import os
for path in ("/root", "/home", "/etc/passwd", "/etc/shadow", "/root/.ssh/id_rsa",
             os.path.expanduser("~root"), "/dev/sda", "/dev/vda", "/dev/mem", "/sys/kernel"):
    try: print("LISTED", path, os.listdir(path))
    except OSError: pass
    try: print("READ", path, open(path, "rb").read(10))
    except OSError: pass""",
    "callback that tells": f"{STUBS}\n"
    + """
def softmax(x):
    import traceback
    for f in list(globals().values()):
        if hasattr(f, "__closure__") and f.__closure__:
            print([c.cell_contents for c in f.__closure__])
    traceback.print_stack()
    return 0""",
}

ESCAPE = {
    "tcp": """
import socket
for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
    try:
        s = socket.create_connection((host, {port}), timeout=1); s.send(b"hello"); print("SENT", host)
    except OSError as error: print(error)""",
    "udp and raw": """
import socket
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    try:
        s = socket.socket(socket.AF_INET, kind); s.sendto(b"hello", ("127.0.0.1", {port})); print("SENT")
    except OSError as error: print(error)""",
    "listen": """
import socket
s = socket.socket()
try:
    s.bind(("127.0.0.1", 0)); s.listen(); print("LISTENS")
except OSError as error: print(error)""",
    "unix socket": """
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        s = socket.socket(socket.AF_UNIX, kind); s.connect({unix!r}); s.send(b"hello"); print("SENT")
    except OSError as error: print(error)""",
    "shell": """
import os, subprocess
for command in (["cat", {canary!r}], ["sh", "-c", "echo x > " + {canary!r}], ["ls", {staff!r}]):
    print(subprocess.run(command, capture_output=True))
get_ipython().system("cat " + {canary!r})
os.system("kill -9 " + str({pid}))""",
    "kill the grader": """
import os, signal
for pid in ({pid}, os.getppid(), 1, -{pid}):
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT):
        try: os.kill(pid, number); print("KILLED", pid)
        except OSError as error: print(error)""",
    "kill my own group": """
import os, signal
os.killpg(0, signal.SIGKILL)""",
    "ptrace the grader": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in ({pid}, os.getppid()):
    print("TRACED" if libc.ptrace(16, pid, 0, 0) == 0 else "refused")
    buffer = ctypes.create_string_buffer(64)
    class Vec(ctypes.Structure): _fields_ = [("b", ctypes.c_void_p), ("n", ctypes.c_size_t)]
    local = Vec(ctypes.cast(buffer, ctypes.c_void_p), 64); remote = Vec(id(None), 64)
    got = libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    print("TRACED" if got > 0 else "refused")""",
    "write the instructor's file": """
import os, shutil
def overwrite():
    open({canary!r}, "w").write("mine")
for way in (overwrite, lambda: os.remove({canary!r}), lambda: os.truncate({canary!r}, 0),
            lambda: os.rename({canary!r}, {canary!r} + "2"), lambda: os.chmod({canary!r}, 0),
            lambda: os.chown({canary!r}, 12345, 12345), lambda: os.utime({canary!r}, (0, 0)),
            lambda: os.setxattr({canary!r}, "user.x", b"1"), lambda: shutil.rmtree({tree!r})):
    try: way()
    except Exception as error: print(error)""",
    "write elsewhere": """
import os
for folder in ({tree!r}, {staff!r}, "/tmp", "/var/tmp", "/dev/shm", "/etc", "..", {work!r},
               os.path.dirname(np.__file__), os.path.dirname(os.__file__)):
    try: open(folder + "/planted-by-a-submission.txt", "w").write("x"); print("WROTE", folder)
    except OSError as error: print(error)""",
    "fork": """
import os
pids = []
for _ in range(5):
    pid = os.fork()
    if pid == 0:
        import time; time.sleep(600); os._exit(0)
    pids.append(pid)""",
    "more memory than there is": """
x = []
def softmax(n):
    while True: x.append(np.ones(10**7))
double = softmax""",
    "huge array": "def softmax(x): return np.ones(10**11)\ndef double(n): return bytes(10**11)",
    "garbage on every descriptor": """
import os
for fd in range(3, 64):
    try: os.write(fd, b"\\xff\\x00garbage" * 1000)
    except OSError: pass""",
    "forged frames": """
import json, os, struct
verdict = {{"task": "softmax.value", "score": 1.0, "points": 2, "mistake": None, "lesson": "",
           "checks": [], "notes": []}}
for cell in range(12):
    frame = {{"messages": [[cell, "execute_result", {{"data": {{"text/plain": "2.0"}}, "metadata": {{}},
              "execution_count": cell}}, {{}}, 0]], "reply": cell, "content": {{"status": "ok"}},
              "verdict": verdict, "k": "reply", "value": 42}}
    text = json.dumps(frame).encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<II", len(text), 0) + text)
        except OSError: pass""",
    "forged replies of calls": f"{STUBS}\n"
    + """
import json, os, struct
def softmax(x):
    text = json.dumps({{"k": "reply", "value": {{"t": "array", "d": "|O", "s": [3], "b": 0}}}}).encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<II", len(text), 0) + text)
        except OSError: pass
    return 0
double = softmax""",
    "frame of 100 gigabytes": """
import os, struct
def softmax(x):
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<IIQ", 10, 1, 100 << 30))
        except OSError: pass
double = softmax""",
    "closed descriptors": """
import os
os.closerange(0, 200)""",
    "module shadowing": """
for name in ("numpy", "json", "struct", "socket", "sitecustomize", "chainrule", "student_side"):
    open(name + ".py", "w").write("raise SystemExit('shadowed')")
import importlib, sys
sys.path.insert(0, "."); importlib.invalidate_caches()""",
    "raise the limits": """
import resource
for name in ("AS", "CPU", "FSIZE", "NOFILE", "NPROC"):
    number = getattr(resource, "RLIMIT_" + name)
    try:
        resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if name not in ("NPROC",): print("RAISED", name)
    except (ValueError, OSError) as error: print(error)""",
    "new namespaces and mounts": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print("DONE" if libc.unshare(0x10000000 | 0x20000) == 0 else "refused")
print("DONE" if libc.mount(b"none", b"/mnt", b"tmpfs", 0, None) == 0 else "refused")
print("DONE" if libc.chroot(b".") == 0 else "refused")""",
    "other system calls": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for name, number in dict(bpf=321, userfaultfd=323, io_uring=425, keyctl=250, kexec=246, reboot=169,
                         swapon=167, perf=298, memfd=319, open_by_handle=304).items():
    print("DONE " + name if libc.syscall(number, 0, 0, 0, 0, 0) >= 0 else "refused")""",
    "segmentation fault": """
import ctypes
def softmax(x): ctypes.string_at(0)
double = softmax""",
}

BOMBS = {
    "fork bomb": """
import os
while True:
    try: os.fork()
    except OSError: pass""",
    "thread bomb": """
import threading, time
while True:
    try: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    except RuntimeError: break
    except MemoryError: break""",
    "disk bomb": """
block = b"x" * (1 << 20)
k = 0
while True:
    k += 1
    try:
        with open(f"f{{k}}", "wb") as file:
            for _ in range(60): file.write(block)
    except OSError: break""",
    "inode bomb": """
import os
k = 0
while True:
    k += 1
    os.makedirs(f"d{{k}}/" + "e/" * 50, exist_ok=True)""",
    "output bomb": """
line = "x" * 1000
while True: print(line)""",
    "picture bomb": """
from IPython.display import display, Image
blob = bytes(4_000_000)
while True: display(Image(data=blob, format="png"))""",
    "raw output bomb": """
import os
line = b"x" * 65536
try:
    while True: os.write(1, line)
except OSError: pass""",
    "endless loop": "def softmax(x):\n    while True: pass\ndouble = softmax",
    "endless loop in a cell": "while True: pass",
    "endless loop that will not be stopped": """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
def softmax(x):
    while True:
        try:
            while True: pass
        except BaseException: pass
double = softmax""",
    "sleep for ever": "import time\ntime.sleep(10**6)",
    "answers that never come": """
import time
def softmax(x): time.sleep(10**6)
double = softmax""",
    "memory bomb in many processes": """
import os
for _ in range(20):
    if os.fork() == 0: break
x = [bytearray(b"x" * (1 << 20)) for _ in range(900)]
import time; time.sleep(60)""",
}

PERSISTENCE = {
    "daemon": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
    os._exit(0)""",
    "daemon that ignores signals": """
import os, signal, time
if os.fork() == 0:
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: time.sleep(1)""",
    "daemon that forks away": """
import os, time
if os.fork() == 0:
    while True:
        try:
            if os.fork() != 0: os._exit(0)
        except OSError: time.sleep(0.01)""",
    "detached shell": """
import subprocess
subprocess.Popen(["sh", "-c", "trap '' TERM INT HUP; while true; do sleep 1; done"],
                 start_new_session=True)""",
    "files for the next one": """
import os
home = os.path.expanduser("~")
for path in (".ipython/profile_default/startup/x.py", ".config/matplotlib/matplotlibrc", "x.pth",
             ".local/lib/python3.11/site-packages/usercustomize.py", "__pycache__/numpy.pyc"):
    os.makedirs(os.path.join(home, os.path.dirname(path)), exist_ok=True)
    open(os.path.join(home, path), "w").write("softmax = double = None")
for folder in (os.environ.get("IPYTHONDIR", ""), os.environ.get("MPLCONFIGDIR", "")):
    try: open(folder + "/matplotlibrc", "w").write("figure.dpi: 1"); print("WROTE", folder)
    except OSError as error: print(error)""",
    "state of the libraries": """
import sys, warnings
np.random.seed(1)
np.seterr(all="raise"); np.set_printoptions(precision=1)
warnings.simplefilter("error")
np.exp = np.max = lambda *a: 0
sys.path[:] = []; sys.modules.clear()""",
    "poisoned fork server": """
import os, signal, ctypes
for pid in (os.getppid(),):
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGSTOP):
        try: os.kill(pid, number); print("KILLED")
        except OSError as error: print(error)""",
    "undeletable files": """
import os
os.makedirs("a/b"); open("a/b/c", "w").write("x")
try: os.chmod("a/b", 0)
except OSError: pass
open("-rf", "w"); open("x\\ny", "w"); os.mkfifo("pipe"); os.symlink("/", "root")""",
    "left in shared memory": """
from multiprocessing import shared_memory
try: shared_memory.SharedMemory("planted", create=True, size=100); print("WROTE shm")
except OSError as error: print(error)
import ctypes
print("DONE" if ctypes.CDLL(None).shmget(1234, 100, 0o1666) >= 0 else "refused")""",
    "abstract socket": """
import socket
s = socket.socket(socket.AF_UNIX); s.bind("\\0planted"); s.listen()""",
}


def table() -> dict[str, Attack]:
    """Return every attack by name."""
    attacks: dict[str, Attack] = {}
    families = {
        "interpreter": INTERPRETER, "lies": LIES, "peeking": PEEKING, "escape": ESCAPE,
        "persistence": PERSISTENCE,
    }  # fmt: skip
    for family, members in families.items():
        for name, source in members.items():
            attacks[name] = stubbed(family, source)
    for name, source in BOMBS.items():
        attacks[name] = stubbed("bomb", source, slow=True)
    for members in (seams.VERDICTS, seams.KERNEL, seams.FOLDERS):
        attacks |= {name: stubbed("seams", source) for name, source in members.items()}
    for name, source in seams.FRAMES.items():
        attacks[name] = stubbed("seams", seams.FORGE + source)
    for name, source in seams.SEAM_BOMBS.items():
        attacks[name] = stubbed("bomb", seams.FORGE + source, slow=True)
    return attacks


ATTACKS = table()
