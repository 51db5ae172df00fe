"""What an answer may be: the rules that hold for every answer, and the error table of docs/errors.md."""

import re
from pathlib import Path

ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (no|maybe|yes)[^|]*\|", re.MULTILINE)
MEMBERS = {"type", "title", "status", "detail", "code", "dispatched", "retryable", "instance"}

# How a call can fail that is right in itself, while servants are killed and stopped: before it was sent, and after.
UNSENT = {"connect_failed", "connection_refused", "connect_timeout", "connection_closed", "connection_lost_unsent",
          "invocation_timeout_unsent", "invocation_failed_unsent", "overloaded"}
LOST = {"connection_lost", "connection_aborted", "invocation_timeout", "invocation_failed"}
FAULTS = UNSENT | LOST
# Heads of requests that libmicrohttpd refuses to read.
UNREAD = {"bad_request", "uri_too_long", "headers_too_large", "slow_client"}


class Wrong(Exception):
    """An answer that the contract doesn't allow."""


def read_table(root):
    """Status and `dispatched` by code."""
    text = (Path(root) / "docs/errors.md").read_text()
    return {code: (int(status), dispatched) for code, status, dispatched in ROW.findall(text)}


def expect(condition, text):
    if not condition:
        raise Wrong(text)


class Contract:
    def __init__(self, root):
        self.table = read_table(root)

    def problem(self, answer, codes, idempotent=False):
        """Checks a failure, which must have one of these codes, and returns its document."""
        expect(answer.media_type == "application/problem+json", "a failure is application/problem+json")
        return self.document(answer.json(), answer.status, codes, idempotent, answer)

    def document(self, problem, status, codes, idempotent=False, answer=None):
        expect(isinstance(problem, dict), "a problem is an object")
        code = problem.get("code")
        # Of a head that could not be read the path isn't known.
        members = MEMBERS - {"instance"} if code in UNREAD else MEMBERS
        expect(members <= problem.keys(), f"members are missing: {sorted(members - problem.keys())}")
        expect(code in self.table, f"docs/errors.md has no code {code!r}")
        expect(code in codes, f"{code} isn't " + ("a fault of servants" if codes == FAULTS else f"among {sorted(codes)}"))
        expected, dispatched = self.table[code]
        expect(problem["status"] == status == expected, f"the status of {code} is {expected}")
        allowed = {"yes", "maybe"} if code == "bad_reply" else {dispatched}
        expect(problem["dispatched"] in allowed, f"dispatched of {code} is {dispatched}")
        retryable = status in (429, 503) or (status in (502, 504) and idempotent)
        expect(problem["retryable"] is retryable, f"retryable must be {retryable}")
        expect("secret of the servant" not in str(problem), "a text of the servant's is told")
        if answer is not None:
            expect(answer.field("cache-control") == "no-store", "Cache-Control of a failure is no-store")
            if status in (429, 503):
                expect((answer.field("retry-after") or "").isdigit(), "Retry-After is missing")
            if status == 405:
                expect(answer.field("allow"), "Allow is missing")
        return problem

    @staticmethod
    def success(answer, status, value=None):
        expect(answer.status == status, f"the status should be {status}")
        expect(answer.media_type == "application/json", "a result is application/json")
        body = answer.json()
        expect(value is None or body == value, f"the body should be {str(value)[:200]}")
        return body
