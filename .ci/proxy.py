"""A proxy as many stand before a service: whatever has not answered after 60 seconds gets a 504. proxy.py PORT PORT-OF-THE-SERVICE"""
import http.client
import http.server
import sys

PATIENCE = 60
UNWANTED = {'connection', 'transfer-encoding', 'keep-alive', 'host'}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        service = http.client.HTTPConnection('127.0.0.1', int(sys.argv[2]), timeout=PATIENCE)
        try:
            service.request('GET', self.path, headers={name: value for name, value in self.headers.items() if name.lower() not in UNWANTED})
            answer = service.getresponse()
            self.answer(answer.status, answer.getheaders(), answer.read())
        except TimeoutError:
            self.answer(504, [], b'504 Gateway Time-out\n')
        except OSError:
            self.answer(502, [], b'502 Bad Gateway\n')
        finally:
            service.close()

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in UNWANTED | {'content-length', 'date', 'server'}:
                self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


Server(('127.0.0.1', int(sys.argv[1])), Proxy).serve_forever()
