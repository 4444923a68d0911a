"""Compares for how long the database took no writes with for how long the service acknowledged none. LIMIT STEPS DATABASE SERVICE...: how many milliseconds the
service may be later, a file of "milliseconds words" for what was done, and files of the milliseconds of what was acknowledged. While the database takes writes, a
replica that is paused may hold up the others' writers until its session is ended, and clients until the balancer gives it up."""
import os, sys, time

NOTICEABLE = 700
STUCK = 10000


def gaps(file):
    times = sorted(int(line) for line in open(file))
    assert times, f"{file} has nothing that was acknowledged"
    return [(begin, end) for begin, end in zip(times, times[1:]) if end - begin > NOTICEABLE]


limit, steps, database = int(sys.argv[1]), [line.strip().split(" ", 1) for line in open(sys.argv[2])], gaps(sys.argv[3])
worst = held_up = 0
for file in sys.argv[4:]:
    name = os.path.basename(file).removesuffix(".times")
    outages = gaps(file)
    for begin, end in outages:
        away = [gap for gap in database if gap[0] < end and gap[1] > begin]
        later = end - max([begin] + [gap[1] for gap in away])
        worst, held_up = (max(worst, later), held_up) if away else (worst, max(held_up, later))
        what = max((step for step in steps if int(step[0]) <= end), default=(0, "before anything was done"))[1]
        if away or later > 2 * NOTICEABLE:
            print(f"{time.strftime('%H:%M:%S', time.localtime(begin / 1000))} {name} acknowledged nothing for {end - begin} ms, the database for "
                  f"{sum(e - b for b, e in away)} ms; {max(0, later)} ms later than the database ({what})")
print(f"the service was {worst} ms later than the database at most; without an outage of the database it acknowledged nothing for {held_up} ms at most")
sys.exit(worst > limit or held_up > STUCK)
