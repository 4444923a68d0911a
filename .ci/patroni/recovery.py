"""Compares how long the database took no writes with how long the service acknowledged none. DATABASE SERVICE STEPS LIMIT: files of milliseconds, a file of
"milliseconds words" for what was done, and how many milliseconds the service may be later than the database."""
import sys, time

NOTICEABLE = 700


def gaps(file):
    times = sorted(int(line) for line in open(file))
    return [(begin, end) for begin, end in zip(times, times[1:]) if end - begin > NOTICEABLE]


database, service = gaps(sys.argv[1]), gaps(sys.argv[2])
steps = [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1].strip()) for line in open(sys.argv[3])]
worst = 0
for begin, end in service:
    away = [gap for gap in database if gap[0] < end and gap[1] > begin]
    back = max((gap[1] for gap in away), default=begin)
    later = max(0, end - back)
    worst = max(worst, later)
    what = max((step for step in steps if step[0] <= end), default=(0, "before anything was done"))[1]
    print(f"{time.strftime('%H:%M:%S', time.localtime(begin / 1000))} the service acknowledged nothing for {end - begin} ms, "
          f"the database for {sum(e - b for b, e in away)} ms; the service was {later} ms later ({what})")
print(f"{len(service)} outages; the service was {worst} ms later than the database at most")
sys.exit(worst > int(sys.argv[4]))
