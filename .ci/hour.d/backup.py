"""
Makes a copy while the service runs, restores it elsewhere, starts a service on it and looks whether everything is in it that was acknowledged before, and whether numbers have
jumped: backup.py FOLDER PROGRAM PORT sqlite DATABASE | postgres BIN SERVER_PORT [SCHEDULED_COPY]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import api

folder, program, port, engine = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
setup = json.loads((folder / "setup.json").read_text())
victim = setup["projects"]["victim"]
path = f"{victim['path']}/software_deployments"
place = folder / "restored"
# What numbers of a restored service are beyond: microseconds since 1970.
JUMP = 10 ** 15


# Settings of the real service are not for the copy.
environment = {key: value for key, value in os.environ.items() if not key.startswith(("ConnectionStrings__", "Database__", "Metrics__", "Retention__"))}


def run(*command):
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}")


def sqlite():
    copy = sys.argv[6] if len(sys.argv) > 6 else str(place / "copy.db")
    settings = ["--ConnectionStrings:Deployments", f"Data Source={place}/deployments.db"]
    if len(sys.argv) == 6:
        run(program, "backup", copy, "--ConnectionStrings:Deployments", f"Data Source={sys.argv[5]}")
    run(program, "restore", copy, *settings)
    return settings


def postgres():
    binaries, server = sys.argv[5], ["-h", "127.0.0.1", "-p", sys.argv[6], "-U", "postgres"]
    settings = ["--Database:Provider", "PostgreSql", "--ConnectionStrings:Deployments", f"Host=127.0.0.1;Port={sys.argv[6]};Database=restored;Username=postgres"]
    run(f"{binaries}/pg_dump", *server, "--format=custom", f"--file={place}/copy.dump", "deployments")
    run(f"{binaries}/dropdb", *server, "--if-exists", "--force", "restored")
    run(f"{binaries}/createdb", *server, "restored")
    run(f"{binaries}/pg_restore", *server, "--no-owner", "--exit-on-error", "--dbname=restored", f"{place}/copy.dump")
    run(program, "after-restore", *settings)
    return settings


def look(client, acknowledged):
    first = next(iter(acknowledged))
    for one, (number, _) in acknowledged.items():
        # What was in progress is run again, and has another reason by now.
        reasons = [event["reason"] or "" for event in client.must("GET", f"{path}/{one}/events?limit=1000000")["events"]]
        found = max((int(reason) for reason in reasons if reason.isdecimal()), default=-1)
        if found < number:
            raise SystemExit(f"LOST: change {number} of {one} was acknowledged before the copy began, and {found} is in it")
    status = client.call("PUT", f"{path}/{first}", {"status": "FAILED"}, {"If-Match": acknowledged[first][1]}).status
    if status != 412:
        raise SystemExit(f"an ETag of before the restore was answered {status}")
    client.must("POST", f"{path}/{first}/run", {})
    last = client.must("GET", f"{path}/{first}/events?limit=1000000")["events"][-1]
    if last["sequence"] < JUMP or last["execution"] < JUMP:
        raise SystemExit(f"the numbers did not jump: {last}")


shutil.rmtree(place, ignore_errors=True)
place.mkdir()
# Of a scheduled copy nobody knows what had been acknowledged.
is_scheduled = engine == "sqlite" and len(sys.argv) > 6
acknowledged = json.loads((folder / "acknowledged.json").read_text())
begun = time.time()
settings = {"sqlite": sqlite, "postgres": postgres}[engine]()
taken = time.time() - begun
address = f"http://127.0.0.1:{port}"
with open(folder / "restored.log", "a") as log:
    service = subprocess.Popen([program, "--urls", address, "--Webhooks:Enabled", "false", "--Stopping:DrainSeconds", "0", *settings], stdout=log, stderr=log, env=environment)
try:
    client = api.Api(address, victim["token"])
    end = time.time() + 60
    while client.call("GET", "/health/ready").status != 200:
        if service.poll() is not None or time.time() > end:
            raise SystemExit(f"the restored service does not start: {(folder / 'restored.log').read_text()[-1000:]}")
        time.sleep(0.2)
    look(client, {one: [0, tag] for one, (_, tag) in acknowledged.items()} if is_scheduled else acknowledged)
finally:
    service.terminate()
    try:
        service.wait(60)
    except subprocess.TimeoutExpired:
        service.kill()
if engine == "postgres":
    run(f"{sys.argv[5]}/dropdb", "-h", "127.0.0.1", "-p", sys.argv[6], "-U", "postgres", "--force", "restored")
shutil.rmtree(place)
print(f"backup and restore in {taken:.1f} s: {len(acknowledged)} deployments have what was acknowledged before, and numbers jumped")
