"""Attacks aimed at this implementation: its frames, its codec, its watch, what a sandbox forgets.

As in `attacks`, but most of them know how the grader works: a student can read its source.
"""

# ruff: noqa: E501  # the lines of other people's notebooks

from __future__ import annotations

# Writes frames of the attacker's own to every socket of the process.
FORGE = """
import json, os, stat, struct
def sockets():
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): yield fd
        except OSError: pass
def forge(tree, *buffers):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    head = struct.pack("<II", len(text), len(buffers)) + struct.pack(f"<{{len(buffers)}}Q", *map(len, buffers))
    for fd in sockets():
        try: os.write(fd, head + text + b"".join(buffers))
        except OSError: pass
def say(*node):
    forge({{"messages": [node]}})
def answer(tree, *buffers):
    forge({{"k": "reply", "value": tree}}, *buffers)
"""

FRAMES = {
    "messages for cells that are none": """
for cell in ([1], {{}}, 2.0, True, None, "2", -1, 10**9, 1e400):
    say(cell, "stream", {{"name": "stdout", "text": "x"}}, {{}}, 0)""",
    "messages for hidden cells": """
html = "<div class='chainrule-verdict right'>FORGED</div>"
for cell in range(12):
    say(cell, "display_data", {{"data": {{"text/html": html}}, "metadata": {{}}}}, {{}}, 0)
    say(cell, "clear_output", {{"wait": False}}, {{}}, 0)""",
    "messages of a wrong shape": """
for kind, content in [
    ("stream", {{"name": 5, "text": {{"a": 1}}}}), ("stream", {{}}), ("stream", {{"name": "x", "text": "y"}}),
    ("display_data", {{"data": [1], "metadata": {{}}}}), ("display_data", {{"data": {{"text/plain": [1]}}, "metadata": {{}}}}),
    ("display_data", {{"data": {{"image/png": 7}}, "metadata": [], "transient": 3}}),
    ("execute_result", {{"data": {{"text/plain": "1"}}, "metadata": {{}}, "execution_count": {{}}}}),
    ("error", {{"ename": 5, "evalue": [], "traceback": 5}}), ("error", {{"ename": "x", "evalue": "y", "traceback": [1]}}),
    ("nonsense", {{}}), ("status", {{"execution_state": "idle"}}), ("input_request", {{}}),
]:
    say(2, kind, content, {{}}, 0)""",
    "widgets of a wrong shape": """
state = {{"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output", "_model_module_version": "1", "msg_id": "cell-3", "outputs": []}}
for comm in (5, None, "a", "b", ["c"]):
    for data in ({{"state": state}}, {{"state": [1]}}, {{"state": state, "buffer_paths": [[[1]], "x", [["y"]]]}}, 7):
        for kind in ("comm_open", "comm_msg", "comm_close"):
            say(2, kind, {{"comm_id": comm, "target_name": "jupyter.widget", "data": data}}, {{}}, 0)""",
    "messages nested deeply": """
for depth in (50, 200, 700, 5000):
    text = b"[" * depth + b"]" * depth
    forge(b'{{"messages": [[2, "display_data", {{"data": {{"application/json": ' + text + b'}}, "metadata": {{}}}}, {{}}, 0]]}}')""",
    "five million empty lists": """
text = b'{{"messages": [[2, "display_data", {{"data": {{"application/json": [' + b"[]," * 5_000_000 + b'0]}}, "metadata": {{}}}}, {{}}, 0]]}}'
for _ in range(4): forge(text)""",
    "a reply while the cell goes on": """
for cell in range(12): forge({{"messages": [], "reply": cell, "content": {{"status": "ok"}}}})
import time
while True: time.sleep(0.01)""",
    "text that no file can hold": """
print("\\ud800\\udfff", "\\udcff")
class Bad(Exception): pass
Bad.__name__ = "\\ud800"
def softmax(x): raise Bad("\\udead")
def double(n): print("\\ud800"); raise ValueError("\\ud800" * 100)
double.__name__ = softmax.__doc__ = "\\ud800" """,
    "replies that are no values": """
def softmax(x):
    for value in ({{"t": "named", "n": "Verdict", "f": ["score"], "v": [1.0]}}, {{"t": "known", "v": "type:object"}},
                  {{"t": "handle", "id": 1, "module": "numpy", "call": True}}, {{"t": "callback", "id": 1}},
                  {{"t": "array", "d": "<f8", "s": [3], "b": 7}}, {{"t": "array", "d": "<f8", "s": [1 << 40], "b": 0}},
                  {{"t": "floats", "k": "list", "b": 0}}, {{"t": []}}, {{}}, {{"t": "dict", "v": [[[], 1]]}}):
        answer(value, b"1234567")
double = softmax""",
    "questions instead of answers": """
def softmax(x):
    while True: forge({{"op": "callback", "id": 1, "args": [], "kwargs": {{"t": "dict", "v": []}}}})
double = softmax""",
    "keys that all collide": """
def softmax(x):
    p = (1 << 61) - 1
    return {{k * p: k for k in range(100_000)}}
double = softmax""",
    "two who answer": """
def softmax(x):
    import os
    os.fork()
    return np.zeros(3)
def double(n):
    import os, time
    if os.fork(): os._exit(0)
    return 0""",
    "a server of my own": """
from student_side import serve, sink, streams
serve.Server.perform = lambda self, tree, decode: serve.Server
serve.describe = lambda value: {{"name": "x" * 10**6, "type": 5, "call": "yes", "class": [], "module": ["numpy"], "doc": 7, "signature": [[1, 99, 2]] * 1000}}
streams.Stream.write = lambda self, text: 1 / 0
sink.SHOWN = None""",
    "alarms at every moment": """
import signal
def ring(*_): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.002)""",
    "names of a megabyte": """
Long = type("x" * 10**6, (Exception,), {{"__doc__": "y" * 10**6}})
def softmax(x): raise Long("z" * 10**7)
exec("def double(" + ", ".join(f"a{{k}}=0" for k in range(20_000)) + "): raise Long(str(a0) * 10**6)")
double.__name__ = "w" * 10**6""",
    "symbols that are code": """
import sympy
code = "(lambda *a: __import__('os').system('touch " + {canary!r} + "2'))()"
def softmax(x): return sympy.Symbol(code) + 1
def double(n): return sympy.Function("exec")(sympy.Function("bytes")(sympy.Tuple(*map(sympy.Integer, code.encode()))))""",
    "sequences without an end or a member": """
import sympy, collections
class Endless(collections.abc.Sequence):
    def __len__(self): return 2**62
    def __getitem__(self, k): return 1.0
def softmax(x): return range(0) if x.sum() < 6 else Endless()
def double(n): return sympy.Matrix(0, 0, []) if n != 3 else sympy.Tuple()""",
    "a module in the place of an answer": """
import types
softmax = types.ModuleType("numpy"); double = types.ModuleType("chainrule.verdict")
for module in (softmax, double): module.__call__ = lambda *a: 1""",
}

VERDICTS = {
    "a verdict on show": """
from IPython.display import HTML, display
from chainrule.verdict import Check, Verdict
good = Verdict("softmax.value", 1.0, (Check("everything", True),), points=2.0)
display(good); print(good); good.score, good
display(HTML(good.to_html()), {{"application/vnd.chainrule.verdict+json": good.to_dict()}}, raw=False)
verdict = result = score = good""",
    "a check of my own": """
import chainrule, sys, types
from chainrule.verdict import Verdict
fake = types.ModuleType("chainrule_staff"); fake.judge = lambda task, *a, **k: Verdict(task, 1.0)
sys.modules["chainrule_staff"] = sys.modules["chainrule_staff.exercises"] = fake
chainrule.check = check = judge = fake.judge
get_ipython().register_magic_function(lambda line, cell: 1, magic_kind="cell", magic_name="derive")""",
    "scripts in outputs": """
from IPython.display import HTML, SVG, Javascript, Markdown, display
evil = "<script>document.title='OWNED'</script><img src=x onerror=\\"document.title='OWNED'\\">"
display(HTML(evil), Javascript("document.title='OWNED'"), Markdown(evil), SVG("<svg xmlns='http://www.w3.org/2000/svg' onload=\\"document.title='OWNED'\\"/>"))
def softmax(x): raise ValueError(evil)
def double(n): print(evil); return 0""",
}

KERNEL = {
    "limits of other processes": """
import os, resource, ctypes
for pid in ({victim}, {pid}, os.getppid()):
    for number in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE):
        try: print("DONE", resource.prlimit(pid, number, (9999, 9999)))
        except OSError as error: print(error)
libc = ctypes.CDLL(None, use_errno=True)
pair = (ctypes.c_uint64 * 2)(1 << 63, 1 << 63)
print("RAISED x" if libc.syscall(160, 9, pair) == 0 else "refused")""",
    "priorities of other processes": """
import os, ctypes
libc = ctypes.CDLL(None, use_errno=True)
for pid in ({victim}, {pid}, os.getppid()):
    for way in (lambda: os.setpriority(os.PRIO_PROCESS, pid, 19), lambda: os.sched_setaffinity(pid, [0]),
                lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)), lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19)):
        try: way(); print("DONE ", pid)
        except OSError as error: print(error)
    print("DONE ioprio" if libc.syscall(251, 1, pid, 3 << 13) == 0 else "refused")""",
    "a message queue that stays": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print("DONE mq" if libc.syscall(240, b"planted", 0o102, 0o666, None) >= 0 else "refused")
print("DONE msg" if libc.syscall(68, 1234, 0o1666) >= 0 else "refused")
print("DONE sem" if libc.syscall(64, 1234, 1, 0o1666) >= 0 else "refused")
print("DONE key" if libc.syscall(248, b"user", b"planted", b"x", 1, -4) >= 0 else "refused")""",
    "watching what others do": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for folder in (os.path.dirname({canary!r}), {work!r}, {tree!r}):
    print("DONE inotify" if libc.inotify_add_watch(libc.inotify_init1(0), folder.encode(), 0xfff) > 0 else "refused")
print("DONE fanotify" if libc.fanotify_init(0, 0) >= 0 else "refused")""",
    "descriptors of other processes": """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
for pid in ({victim}, {pid}, os.getppid()):
    try:
        fd = os.pidfd_open(pid)
        for number in range(8): print("TRACED x" if libc.syscall(438, fd, number, 0) >= 0 else "refused")
        signal.pidfd_send_signal(fd, signal.SIGKILL); print("KILLED x")
    except OSError as error: print(error)""",
    "abstract socket of the host": """
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    try:
        s = socket.socket(socket.AF_UNIX, kind); s.connect({abstract!r}); s.send(b"hello"); print("SENT x")
    except OSError as error: print(error)""",
    "sockets of the kernel": """
import socket
for family in (socket.AF_PACKET, 38, socket.AF_VSOCK, 31):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try: socket.socket(family, kind); print("DONE ", family)
        except OSError as error: print(error)""",
    "folders of the farm": """
import os
home = os.environ["IPYTHONDIR"]
for path in (home + "/profile_default/startup/x.py", home + "/profile_default/ipython_config.py",
             os.environ["MPLCONFIGDIR"] + "/matplotlibrc", os.environ["JUPYTER_CONFIG_DIR"] + "/x.json",
             os.path.dirname(home) + "/.bashrc", {work!r} + "/../code/student_side/child.py",
             {work!r} + "/../trusted-home/ipython/profile_default/startup/x.py", {work!r} + "/../trusted-work/1/x"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True); open(path, "a").write("raise SystemExit"); print("WROTE ", path)
    except OSError as error: print(error)
for name in ("trusted-home", "trusted-work", ""):
    try: print("LISTED ", os.listdir({work!r} + "/../" + name))
    except OSError as error: print(error)""",
}

FOLDERS = {
    "folders without bottom": """
import os
for _ in range(3000):
    os.mkdir("d"); os.chdir("d")
open("end", "w").write("x")""",
    "folders that are locked": """
import os
os.mkdir("none", 0)
os.mkdir("blind", 0o300)
for k in range(5): open(f"blind/{{k}}", "w").write("x" * 10**6)
os.mkdir("blind/deeper", 0o100)""",
    "links that lead out": """
import os
for name, target in (("a", {tree!r}), ("b", {canary!r}), ("c", "/"), ("d", "d"), ("e", "/proc/self/fd"), ("f", "/dev/zero")):
    os.symlink(target, name)
for way in (os.link, os.rename):
    try: way({canary!r}, "g"); print("DONE ", way)
    except OSError as error: print(error)
os.mkfifo("h")""",
}

SEAM_BOMBS = {
    "files without a name": """
import os
held = []
while True:
    held.append(open(f"f{{len(held)}}", "wb")); os.unlink(held[-1].name)
    for _ in range(30): held[-1].write(bytes(1 << 20))
    held[-1].flush()""",
    "maps without a file": """
import mmap, os
held = []
while True:
    with open("f", "wb") as file: file.truncate(30 << 20)
    with open("f", "r+b") as file: held.append(mmap.mmap(file.fileno(), 0))
    os.unlink("f"); held[-1].write(b"x" * (30 << 20))""",
    "files without content": """
k = 0
while True:
    k += 1
    open(f"f{{k}}", "w").close()""",
    "chatter that covers memory": """
import os, sys, threading, time
def chatter():
    while True: say(2, "stream", {{"name": "stdout", "text": "."}}, {{}}, 0); time.sleep(0.02)
threading.Thread(target=chatter, daemon=True).start()
for _ in range(3):
    if os.fork() == 0: break
x = [bytearray(b"x" * (1 << 20)) for _ in range(500)]
time.sleep(60)""",
    "memory in an answer": """
def softmax(x):
    import os, time
    for _ in range(3):
        if os.fork() == 0: break
    y = [bytearray(b"x" * (1 << 20)) for _ in range(500)]
    time.sleep(60)
double = softmax""",
    "disk in an answer": """
def softmax(x):
    k = 0
    while True:
        k += 1
        with open(f"f{{k}}", "wb") as file: file.write(bytes(30 << 20))
double = softmax""",
}  # fmt: skip
