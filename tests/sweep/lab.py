"""A JupyterLab of our own: isolated folders, a free port, and a page that waits for its kernel."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
    "HOME": "home",
}
#: No news, no update checks: no dialogue in front of the notebook, and no network.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


def write_notebook(path, cells, outputs=()):
    """Write a notebook of code cells, with figures as their saved outputs if any are given."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    for cell, figure in zip(notebook.cells, outputs, strict=False):
        data, metadata = figure._repr_mimebundle_()
        result = {"metadata": metadata, "execution_count": 1}
        cell.outputs = [nbformat.v4.new_output("execute_result", data, **result)]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def build_environment(state):
    """Return an environment in which this Jupyter touches nothing outside `state`."""
    environment = dict(os.environ)
    for name, folder in FOLDERS.items():
        (state / folder).mkdir(parents=True, exist_ok=True)
        environment[name] = str(state / folder)
    overrides = state / "config" / "labconfig"
    overrides.mkdir()
    (overrides / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    source = Path(__file__).parents[2] / "src"
    environment |= {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": str(source)}
    return environment


@contextlib.contextmanager
def serve(root, state):
    """Run JupyterLab on `root`; yield (address, token) once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
        *("--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True"),
    ]
    with (state / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=root,
            env=build_environment(state),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_server(server, f"{address}/api/status?token={token}", state / "server.log")
        yield address, token
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)


def wait_for_server(server, url, log):
    """Return when the server answers; raise with the end of its log when it does not."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace")[-2000:])
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.2)
    raise TimeoutError("JupyterLab does not answer")


def open_notebook(page, address, token, name):
    """Open a notebook and wait for its kernel.

    The kernel indicator says idle before the kernel is connected, so the session is asked itself.
    """
    page.goto(f"{address}/lab/tree/{name}?token={token}&reset", wait_until="domcontentloaded")
    page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=90_000)
    page.wait_for_function(
        """() => {
          const widget = window.jupyterapp?.shell.currentWidget;
          const kernel = widget?.context?.isReady && widget.sessionContext?.session?.kernel;
          return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
        }""",
        timeout=90_000,
    )


def run_all(page):
    """Run all cells and wait for the last reply."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
