"""A client of the service that notes what it was told. One for each thread: it keeps its connection."""
import http.client
import json
import pathlib
import threading
import time
import uuid


class Tally:
    """How often which tenant was answered what; answers that need a reason are written down with their time."""

    def __init__(self, folder, name):
        self._lock = threading.Lock()
        self._file = open(pathlib.Path(folder) / f"unusual-{name}.jsonl", "a", buffering=1)
        self.counts = {}

    def note(self, tenant, status, what, headers, body):
        with self._lock:
            counts = self.counts.setdefault(tenant, {})
            counts[str(status)] = counts.get(str(status), 0) + 1
            if status == 0 or status >= 500 or (status == 429 and "Retry-After" not in headers):
                line = {"time": time.time(), "status": status, "what": what, "retry_after": headers.get("Retry-After"), "body": body[:300].decode(errors="replace")}
                self._file.write(json.dumps(line) + "\n")


class Answer:
    def __init__(self, status, headers=None, body=b""):
        self.status, self.headers, self.body = status, headers or {}, body
        self.is_good = 200 <= status < 300
        # Whether it was done is not known, or it was not: ask again.
        self.is_unknown = status in (0, 429, 502, 503, 504)

    def json(self):
        return json.loads(self.body)


class Api:
    def __init__(self, address, token, tally=None, tenant=""):
        self._host = address.removeprefix("http://").rstrip("/")
        self._token, self._tally, self._tenant, self._connection, self._used = token, tally, tenant, None, 0

    def call(self, method, path, body=None, headers=None, timeout=60):
        """Sends a request once. The status 0: there was no answer."""
        # The service ends what nobody has used for a minute.
        if time.time() - self._used > 20:
            self.close()
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host)
            self._connection.timeout = timeout
            if self._connection.sock:
                self._connection.sock.settimeout(timeout)
            self._connection.request(method, path, data, {"X-Auth-Token": self._token, "Content-Type": "application/json", **(headers or {})})
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as broken:
            self.close()
            answer = Answer(0, body=repr(broken).encode())
        self._used = time.time()
        if self._tally:
            self._tally.note(self._tenant, answer.status, f"{method} {path}", answer.headers, answer.body)
        return answer

    def until_known(self, method, path, body=None, headers=None, timeout=60, tries=600):
        """Sends it again, as agents and curl --retry do, until it is known what became of it."""
        for _ in range(tries):
            answer = self.call(method, path, body, headers, timeout)
            if not answer.is_unknown:
                return answer
            time.sleep(0.2)
        raise SystemExit(f"{method} {path} was never answered")

    def must(self, method, path, body=None, headers=None):
        answer = self.until_known(method, path, body, headers)
        if not answer.is_good:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer.json() if answer.body else None

    def create(self, path, body):
        """Creates something once, however often it has to be sent."""
        return next(iter(self.must("POST", path, body, {"Idempotency-Key": str(uuid.uuid4())}).values()))

    def close(self):
        if self._connection:
            self._connection.close()
        self._connection = None


def events(address, token, path, last, timeout=40):
    """The events of a project behind one, as the stream sends them, until it ends. None for a word that only says that it is still there."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=timeout)
    try:
        connection.request("GET", f"{path}/events", headers={"X-Auth-Token": token, "Last-Event-ID": str(last)})
        response = connection.getresponse()
        if response.status != 200:
            return
        kind = None
        for line in response:
            word, _, rest = line.decode().rstrip("\n").partition(": ")
            if word == "event":
                kind = rest
            elif word == "data":
                yield {"kind": kind, **json.loads(rest)}
            elif word.startswith(":"):
                yield None
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


def write(path, value):
    """Whoever reads it finds the whole of the old one or of the new one."""
    path = pathlib.Path(path)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value))
    new.replace(path)
