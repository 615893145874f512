from loadtest.jobs.ledger import Ledger


def job(job_id, state="completed", attempts=1, finished_at="now", error=None):
    audio = {"bytes": 2} if state == "completed" else None
    return {
        "id": job_id,
        "state": state,
        "attempts": attempts,
        "finished_at": finished_at,
        "audio": audio,
        "error": error,
    }


def test_what_is_promised_ends_and_stays_as_it_was():
    ledger = Ledger()
    ledger.accept("k", "a")
    ledger.accept("k", "a")
    ledger.see(job("a", "processing"))
    assert ledger.waiting == 1
    ledger.see(job("a"))
    ledger.see(job("a"))
    ledger.hear({"a": ("whd_1", "{}")})
    ledger.close({"a"}, set(), lambda _key: {"completed"})

    assert (ledger.waiting, ledger.faults, ledger.attempts) == (0, {}, {1: 1})


def test_every_broken_promise_is_a_fault():
    ledger = Ledger()
    for key, job_id in (("k", "a"), ("k", "b"), ("l", "c"), ("m", "d"), ("n", "e")):
        ledger.accept(key, job_id)
    ledger.see(job("a"))
    ledger.see(job("a", finished_at="later"))
    ledger.see(job("c"))
    ledger.see(job("c", "processing"))
    ledger.see(job("d", "failed", error={"code": "x"}))
    ledger.hear({"b": ("whd_1", "{}"), "c": ("whd_2", "{}"), "d": ("whd_3", "{}")})
    ledger.close({"a", "b", "c", "d"}, {"jobs/a/1/audio.pcm#1"}, lambda _key: {"completed"})

    assert ledger.faults == {
        "two jobs for one key": 1,
        "ended twice": 1,
        "not ended any more": 1,
        "failed": 1,
        "lost": 1,
        "nobody's": 1,
        "left in the store": 1,
        "not told": 1,
        "told of what is not": 1,
    }
