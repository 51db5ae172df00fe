"""What the tests of containers and packages say and wait for."""

import http.client
import time

PATIENCE = 120  # seconds for anything to come true


def expect(condition, text, shown=""):
    """Prints that `text` is so, or fails with what was seen instead."""
    if not condition:
        raise AssertionError(f"{text}\n{shown}")
    print(f"ok: {text}", flush=True)


def until(text, attempt):
    """Repeats until attempt returns something true, which it returns."""
    end = time.monotonic() + PATIENCE
    while not (result := attempt()):
        if time.monotonic() > end:
            raise AssertionError(f"not in {PATIENCE} s: {text}")
        time.sleep(0.1)
    print(f"ok: {text}", flush=True)
    return result


def request(method, path, body=None, address=("127.0.0.1", 8080)):
    """The status and body of an answer; None and the reason when there is none."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return None, str(error)
    finally:
        connection.close()


def greet(service="greeter", address=("127.0.0.1", 8080)):
    return request("POST", f"/{service}/greet", '{"name":"alice"}', address)
