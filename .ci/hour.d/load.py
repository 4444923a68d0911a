"""The tenants at work, until SIGTERM: load.py FOLDER PHASE. Every PHASE seconds the attack begins, or ends. FOLDER/setup.json says where, FOLDER/results.json what came of it."""
import json
import pathlib
import signal
import sys
import threading
import time
import traceback

import api
import tenants

folder, phase = pathlib.Path(sys.argv[1]), float(sys.argv[2])
setup = json.loads((folder / "setup.json").read_text())


class Clock:
    def __init__(self):
        self._begun, self._over = time.time(), threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: self._over.set())

    def is_over(self):
        return self._over.is_set()

    def is_attack(self):
        return int((time.time() - self._begun) / phase) % 2 == 1


clock, tally = Clock(), api.Tally(folder, "load")
victim = tenants.Victim(setup, tally, clock, folder / "acknowledged.json")
attacker, agents = tenants.Attacker(setup, tally, clock), tenants.Agents(setup, tally, clock)
broken = []


def guarded(work, *arguments):
    try:
        work(*arguments)
    except BaseException:
        broken.append(traceback.format_exc())


jobs = [(victim.run,), (attacker.read,), (attacker.read,), (attacker.read,), (attacker.create,), (attacker.guess,), (attacker.flood,), (attacker.flood,), (agents.roll_out,), (agents.follow,)]
jobs += [(agents.agent, server) for server in agents.SERVERS] + [(agents.wait, number) for number in range(5)]
threads = [threading.Thread(target=guarded, args=job, daemon=True) for job in jobs]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(None if not clock.is_over() else 120)
api.write(folder / "results.json", {
    "counts": tally.counts, "times": victim.times, "acknowledged": victim.acknowledged, "there": attacker.there, "gone": attacker.gone, "reported": agents.reported,
    "rollouts": agents.rollouts, "runs": agents.runs, "refused": agents.refused, "sequences": agents.sequences, "connections": agents.connections,
    "faults": victim.faults + attacker.faults + agents.faults + broken})
