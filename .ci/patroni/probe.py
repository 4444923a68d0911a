"""Writes to each node's server about ten times a second, and notes when that was acknowledged. FILE PORT... : one line of milliseconds for each success."""
import select, sys, threading, time
import psycopg2, psycopg2.extensions

PATIENCE = 1.0


def wait(connection):
    end = time.monotonic() + PATIENCE
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        readers, writers = ([connection], []) if state == psycopg2.extensions.POLL_READ else ([], [connection])
        left = end - time.monotonic()
        if left <= 0 or not any(select.select(readers, writers, [], left)):
            raise psycopg2.OperationalError("no answer")


def probe(port, times):
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
                print(int(time.time() * 1000), file=times, flush=True)
            del connection.notices[:]
        except psycopg2.Error:
            if connection is not None:
                connection.close()
            connection = None
        time.sleep(0.1)


psycopg2.extensions.set_wait_callback(wait)
with open(sys.argv[1], "a") as times:
    threads = [threading.Thread(target=probe, args=(int(port), times), daemon=True) for port in sys.argv[2:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
