"""Writes about ten times a second, and notes when that was acknowledged, in lines of milliseconds.
   database FILE PORT...         to each server, of which the primary alone takes it
   replica FILE ADDRESS TOKEN    to one replica of the service"""
import http.client, json, select, sys, threading, time
import psycopg2, psycopg2.extensions

PAUSE = 0.1
# A server says something at once, a replica when it knows that the database does not.
SERVER_PATIENCE = 1.0
REPLICA_PATIENCE = 10.0


def note(times):
    print(int(time.time() * 1000), file=times, flush=True)


def wait(connection):
    end = time.monotonic() + SERVER_PATIENCE
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        readers, writers = ([connection], []) if state == psycopg2.extensions.POLL_READ else ([], [connection])
        left = end - time.monotonic()
        if left <= 0 or not any(select.select(readers, writers, [], left)):
            raise psycopg2.OperationalError("no answer")


def probe_server(port, times):
    connection = None
    while True:
        try:
            if connection is None:
                connection = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres")
                connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO probe VALUES (1)")
            # A notice says that the wait for the standby was cut short.
            if not connection.notices:
                note(times)
            del connection.notices[:]
        except psycopg2.Error:
            if connection is not None:
                connection.close()
            connection = None
        time.sleep(PAUSE)


def probe_replica(address, token, times):
    def call(method, path, body):
        connection = http.client.HTTPConnection(address, timeout=REPLICA_PATIENCE)
        try:
            connection.request(method, "/v1/probe/" + path, json.dumps(body), {"X-Auth-Token": token, "Content-Type": "application/json"})
            answer = connection.getresponse()
            return json.load(answer) if answer.status == 200 else None
        finally:
            connection.close()

    deployment = None
    while True:
        try:
            if deployment is None:
                config = call("POST", "software_configs", {"name": "probe"})["software_config"]["id"]
                deployment = call("POST", "software_deployments", {"config_id": config, "server_id": address})["software_deployment"]["id"]
            if call("PUT", "software_deployments/" + deployment, {"status": "IN_PROGRESS"}):
                note(times)
        except (OSError, http.client.HTTPException, TypeError, ValueError):
            # No answer, or 503.
            pass
        time.sleep(PAUSE)


with open(sys.argv[2], "a") as times:
    if sys.argv[1] == "replica":
        probe_replica(sys.argv[3], sys.argv[4], times)
    psycopg2.extensions.set_wait_callback(wait)
    threads = [threading.Thread(target=probe_server, args=(int(port), times), daemon=True) for port in sys.argv[3:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
