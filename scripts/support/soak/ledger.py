"""What clients were told about each id, against what the servants wrote down."""

from collections import Counter

NEVER, AT_MOST_ONCE, ONCE, AT_LEAST_ONCE, ANY = "never", "at most once", "exactly once", "at least once", "any"

HOLDS = {
    NEVER: lambda count: count == 0,
    AT_MOST_ONCE: lambda count: count <= 1,
    ONCE: lambda count: count == 1,
    AT_LEAST_ONCE: lambda count: count >= 1,
    ANY: lambda count: True,
}


def rule_of(dispatched, idempotent=False):
    """How often a servant may have run for an answer that says this."""
    if dispatched == "no":
        return NEVER
    if idempotent:
        return AT_LEAST_ONCE if dispatched == "yes" else ANY
    return ONCE if dispatched == "yes" else AT_MOST_ONCE


class Ledger:
    def __init__(self, files):
        self._files = files
        self._claims = {}

    def claim(self, id, rule, why):
        self._claims[id] = (rule, why)

    def executions(self):
        counts = Counter()
        for file in self._files:
            if file.exists():
                counts.update(file.read_text().split())
        return counts

    def check(self, violation):
        """Tells `violation` what doesn't hold; returns how many ids were looked at by rule."""
        counts = self.executions()
        seen = Counter(rule for rule, _ in self._claims.values())
        for id, (rule, why) in self._claims.items():
            if not HOLDS[rule](counts[id]):
                violation("truth", f"{id} should have been executed {rule}, was {counts[id]} times; {why}")
        for id in counts.keys() - self._claims.keys():
            violation("truth", f"{id} was executed, and nobody asked for it")
        return seen
