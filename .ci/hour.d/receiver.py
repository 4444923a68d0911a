"""Receives webhooks, writes all of them down, and fails half of the time: receiver.py PORT FOLDER. Once FOLDER/well is there it fails no more."""
import http.server
import json
import pathlib
import random
import sys
import threading
import time

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
log = open(folder / "received.jsonl", "a", buffering=1)
lock = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fails = random.random() < 0.5 and not (folder / "well").exists()
        # Mostly an answer that says so, now and then none at all.
        status = (0 if random.random() < 0.1 else random.choice([500, 503, 404, 429])) if fails else 204
        line = {"time": time.time(), "hook": self.path, "id": self.headers["webhook-id"], "timestamp": self.headers["webhook-timestamp"],
                "signature": self.headers["webhook-signature"], "status": status, "body": body.decode()}
        with lock:
            log.write(json.dumps(line) + "\n")
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("127.0.0.1", port), Receiver).serve_forever()
