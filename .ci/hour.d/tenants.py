"""The tenants of an installation: one that measures, one that attacks it, and servers with their agents."""
import json
import random
import re
import socket
import time
import urllib.parse

import api


class Tenant:
    def __init__(self, setup, name, tally, clock):
        self.own, self.address, self.tally, self.clock, self.name = setup["projects"][name], setup["address"], tally, clock, name
        self.path = self.own["path"]
        self.faults = []

    def client(self, token=None):
        return api.Api(self.address, token or self.own["token"], self.tally, self.name)

    def deployments(self, client, count, prefix):
        config = client.create(f"{self.path}/software_configs", {"name": prefix, "group": "script", "config": "#!/bin/sh"})["id"]
        made = [client.create(f"{self.path}/software_deployments", {"config_id": config, "server_id": f"{prefix}-{number}", "action": "CREATE"})["id"] for number in range(count)]
        return config, made


class Victim(Tenant):
    """Changes its deployments and looks at them, four times a second, and notes how long that took."""

    def __init__(self, setup, tally, clock, acknowledged):
        super().__init__(setup, "victim", tally, clock)
        self.file, self.acknowledged, self.times = acknowledged, {}, []

    def run(self):
        client = self.client()
        _, made = self.deployments(client, 20, "victim")
        number = 0
        while not self.clock.is_over():
            number += 1
            path = f"{self.path}/software_deployments/{made[number % len(made)]}"
            body = {"status": random.choice(["IN_PROGRESS"] + ["COMPLETE"] * 5), "status_reason": str(number), "output_values": {"number": number}}
            self.timed("PUT", path, lambda: client.call("PUT", path, body)) or client.until_known("PUT", path, body)
            shown = self.timed("GET", path, lambda: client.call("GET", path)) or client.until_known("GET", path)
            row = shown.json()["software_deployment"]
            if row["status_reason"] != str(number):
                self.faults.append(f"stale: {path} was changed to {number}, and shows {row['status_reason']}")
            self.acknowledged[row["id"]] = [number, shown.headers["ETag"]]
            api.write(self.file, self.acknowledged)
            time.sleep(0.25)

    def timed(self, method, path, send):
        """The answer, when there was one at once. What a restart holds up says nothing about neighbours."""
        attack, begun = self.clock.is_attack(), time.time()
        answer = send()
        if answer.is_unknown:
            return None
        if not answer.is_good:
            raise SystemExit(f"{method} {path}: {answer.status} {answer.body[:300]}")
        self.times.append((begun, method, attack, (time.time() - begun) * 1000))
        return answer


class Attacker(Tenant):
    """Takes what it can get with its token, while it attacks: long reads, floods of updates, creations, and tokens that are none."""

    MOST = 800
    AT_ONCE = 64

    def __init__(self, setup, tally, clock):
        super().__init__(setup, "attacker", tally, clock)
        self.there, self.gone = [], []
        self.flooded = self.deployments(self.client(), 20, "flooded")[1]

    def loop(self, step, pause):
        client = self.client()
        while not self.clock.is_over():
            if self.clock.is_attack():
                step(client)
                time.sleep(pause)
            else:
                time.sleep(0.5)

    def read(self):
        filters = ["", "?format=csv", "?format=ndjson", "/summary?group_by=server", "?q=flooded&outputs=true", "?detail=true&sort_key=updated_time"]
        self.loop(lambda client: client.call("GET", f"{self.path}/software_deployments{random.choice(filters)}"), 0.1)

    def create(self):
        config = self.client().create(f"{self.path}/software_configs", {"name": "loud", "group": "script", "config": "#!/bin/sh"})["id"]

        def step(client):
            body = {"config_id": config, "server_id": f"loud-{random.randrange(200)}", "action": "CREATE", "status": random.choice(["IN_PROGRESS", "FAILED"])}
            answer = client.call("POST", f"{self.path}/software_deployments", body)
            if answer.is_good:
                self.there.append(answer.json()["software_deployment"]["id"])
            if len(self.there) > self.MOST:
                oldest = self.there[0]
                answer = client.until_known("DELETE", f"{self.path}/software_deployments/{oldest}")
                if answer.status not in (204, 404):
                    self.faults.append(f"DELETE of {oldest} was answered {answer.status}")
                self.gone.append(self.there.pop(0))
        self.loop(step, 0.1)

    def guess(self):
        client = self.client("a-token-that-nobody-has-made-0123456789")

        def step(_):
            answer = client.call("GET", f"{self.path}/software_deployments")
            if answer.is_good:
                self.faults.append("a token that nobody has made was let in")
        self.loop(step, 0.1)

    def flood(self):
        """Many requests in one go on a connection of their own."""
        host, port = self.address.removeprefix("http://").split(":")

        def step(_):
            requests = b""
            for number in range(self.AT_ONCE):
                body = json.dumps({"status": "IN_PROGRESS", "status_reason": f"flood {time.time()}"})
                end = "Connection: close\r\n" if number == self.AT_ONCE - 1 else ""
                requests += (f"PUT {self.path}/software_deployments/{random.choice(self.flooded)} HTTP/1.1\r\nHost: {host}\r\nX-Auth-Token: {self.own['token']}\r\n"
                             f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{end}\r\n{body}").encode()
            answers = b""
            try:
                with socket.create_connection((host, int(port)), timeout=30) as connection:
                    connection.sendall(requests)
                    while data := connection.recv(65536):
                        answers += data
            except OSError:
                pass
            for part in re.split(rb"(?=HTTP/1\.1 \d{3} )", answers)[1:]:
                head, _, body = part.partition(b"\r\n\r\n")
                headers = {"Retry-After": "1"} if re.search(rb"\r\nretry-after:", head, re.I) else {}
                self.tally.note(self.name, int(head[9:12]), "PUT in a flood", headers, body)
        self.loop(step, 0.2)


class Agents(Tenant):
    """Servers that ask, run and report, a rollout after the other, and those who wait for it."""

    SERVERS = [f"server-{number}" for number in range(12)]

    def __init__(self, setup, tally, clock):
        super().__init__(setup, "agents", tally, clock)
        self.reported, self.rollouts, self.runs, self.refused = {}, {}, 0, 0
        self.sequences, self.connections, self.is_done = [], 0, False

    def agent(self, server):
        client = self.client()
        url = urllib.parse.urlparse(client.must("POST", f"{self.path}/servers/{server}/agent_url", {})["agent_url"]["url"]).path
        done, spoiled = set(), time.time()
        while not self.is_done:
            answer = client.call("GET", url)
            for entry in answer.json().get("deployments", []) if answer.is_good else []:
                inputs = {one["name"]: one["value"] for one in entry["inputs"]}
                signal = urllib.parse.urlparse(inputs["deploy_signal_id"])
                if entry["id"] in done:
                    continue
                if server == self.SERVERS[0] and time.time() - spoiled > 20:
                    # An agent that is broken. The report comes again, as it has to be.
                    spoiled = time.time()
                    self.refused += client.call("PUT", f"{signal.path}?{signal.query}", b"[").status == 400
                done.add(entry["id"])
                self.runs += 1
                code = random.choices([0, 1], [19, 1])[0]
                report = {"deploy_stdout": entry["id"], "deploy_stderr": "", "deploy_status_code": code}
                if client.until_known("PUT", f"{signal.path}?{signal.query}", report).is_good:
                    self.reported[inputs["deploy_stack_id"]] = [entry["id"], "FAILED" if code else "COMPLETE"]
                else:
                    self.faults.append(f"the report about {entry['id']} was refused")
            time.sleep(2 + random.random())

    def roll_out(self):
        try:
            self.roll_out_again_and_again()
        finally:
            self.is_done = True

    def roll_out_again_and_again(self):
        client = self.client()
        number = 0
        while not self.clock.is_over():
            number += 1
            config = client.create(f"{self.path}/software_configs", {"name": "hourly", "group": "script", "config": f"echo {number}"})["id"]
            body = {"name": "hour", "config_id": config, "servers": self.SERVERS, "batch_sizes": [4, 8], "max_failures": 12}
            rollout = client.create(f"{self.path}/rollouts", body)["id"]
            end = time.time() + 300
            answer = api.Answer(0)
            while answer.status not in (200, 409) and time.time() < end:
                answer = client.call("GET", f"{self.path}/rollouts/{rollout}/wait?timeout=50", timeout=80)
                time.sleep(0.2 if answer.is_unknown else 0)
            status = client.must("GET", f"{self.path}/rollouts/{rollout}")["rollout"]["status"]
            self.rollouts[status] = self.rollouts.get(status, 0) + 1
            if status not in ("COMPLETE", "COMPLETE_WITH_FAILURES"):
                self.faults.append(f"rollout {number} ({rollout}) is {status} after five minutes")
                break
            time.sleep(3)

    def wait(self, number):
        """For what nobody makes."""
        client = self.client()
        while not self.clock.is_over():
            answer = client.call("GET", f"{self.path}/software_deployments/wait?name=never-{number}&timeout=20", timeout=60)
            if answer.status not in (404, 408) and not answer.is_unknown:
                self.faults.append(f"a wait for nothing was answered {answer.status}")
            time.sleep(0.2 if answer.is_unknown else 0)

    def follow(self):
        while not self.is_done:
            self.connections += 1
            for event in api.events(self.address, self.own["token"], self.path, self.sequences[-1] if self.sequences else 0):
                if event and "sequence" in event:
                    self.sequences.append(event["sequence"])
                if self.is_done:
                    break
            time.sleep(0.2)
