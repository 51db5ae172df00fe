"""Whether icegate keeps more and more: descriptors, threads and memory over time.

The first third is warm-up: connections, buffers and the allocator's arenas come to their size then. After it the last third must not
need more than the second one did. Descriptors and threads are compared by what was held most, memory by the median, since one
sample may meet a burst of large bodies. Idle ends are compared with the idle begin.
"""

import asyncio
import statistics

# More than the busiest moment before: connections of clients that came and left come and go between two samples.
DESCRIPTORS, THREADS = 24, 4
# Stored answers, and arenas that glibc doesn't give back, move by some MiB; a leak of 100 bytes a request shows in ten minutes.
MEMORY_SHARE, MEMORY_KIB = 1.10, 12 * 1024
# Idle after the end: the connections to the servants may differ from those at the begin, by two a service and loop.
IDLE_DESCRIPTORS, IDLE_THREADS, IDLE_SHARE, IDLE_KIB = 16, 4, 1.25, 16 * 1024


class Growth:
    def __init__(self, soak):
        self.soak = soak
        self.samples = []
        self.begin = self.end = None

    async def watch(self):
        while not self.soak.is_over and not self.soak.gateway.has_ended:
            self.samples.append(self.soak.gateway.sample())
            await asyncio.sleep(1)

    async def idle(self):
        """A sample after the gateway has come to rest: the least of descriptors within some seconds."""
        samples = []
        for _ in range(20):
            samples.append(self.soak.gateway.sample())
            await asyncio.sleep(0.25)
        return tuple(min(column) for column in zip(*samples))

    def thirds(self):
        third = max(1, len(self.samples) // 3)
        return self.samples[:third], self.samples[third:2 * third] or self.samples, self.samples[2 * third:] or self.samples

    def check(self):
        _, warm, last = self.thirds()
        self._compare("descriptors", max(s[0] for s in last), max(s[0] for s in warm) + DESCRIPTORS)
        self._compare("threads", max(s[1] for s in last), max(s[1] for s in warm) + THREADS)
        before = statistics.median(s[2] for s in warm)
        self._compare("KiB of memory", statistics.median(s[2] for s in last), before * MEMORY_SHARE + MEMORY_KIB)
        self._compare("idle descriptors", self.end[0], self.begin[0] + IDLE_DESCRIPTORS)
        self._compare("idle threads", self.end[1], self.begin[1] + IDLE_THREADS)
        self._compare("idle KiB of memory", self.end[2], before * IDLE_SHARE + IDLE_KIB)

    def _compare(self, what, value, bound):
        if value > bound:
            self.soak.violation("growth", f"{what}: {value:.0f}, at most {bound:.0f} expected")

    def table(self):
        def row(name, sample):
            return f"{name:<14} {sample[0]:>11.0f} {sample[1]:>7.0f} {sample[2] / 1024:>8.1f}"

        def middle(samples):
            return [statistics.median(column) for column in zip(*samples)]

        first, warm, last = self.thirds()
        return "\n".join([
            f"{'icegate':<14} {'descriptors':>11} {'threads':>7} {'RSS MiB':>8}", row("idle, begin", self.begin),
            row("first third", middle(first)), row("second third", middle(warm)), row("last third", middle(last)),
            row("idle, end", self.end)])
