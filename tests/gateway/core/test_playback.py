from gateway.core.playback import Playback


def test_the_listener_runs_dry_when_all_that_was_sent_is_played():
    playback = Playback()
    playback.send(2.0, now=10.0)
    playback.send(1.0, now=10.5)

    assert playback.lead(11.0) == 2.0
    assert playback.dry_at == 13.0
    assert playback.heard(11.0) == 1.0


def test_a_listener_that_ran_dry_starts_again_with_the_next_audio():
    playback = Playback()
    playback.send(1.0, now=0.0)
    playback.send(1.0, now=5.0)

    assert playback.dry_at == 6.0
    assert playback.heard(5.5) == 1.5


def test_nothing_is_heard_before_the_first_audio():
    assert Playback().heard(100.0) == 0.0
    assert Playback().lead(100.0) == 0.0


def test_a_clear_empties_the_listeners_buffer_and_positions_count_from_there():
    playback = Playback()
    playback.send(5.0, now=0.0)
    playback.clear(now=1.0)

    assert playback.lead(1.0) == 0.0
    assert playback.heard(1.0) == 5.0
    assert playback.position(0.0) == 5.0
    playback.send(2.0, now=1.0)
    assert playback.position(1.5) == 6.5
    assert playback.position(9.0) == 7.0


def test_audio_that_was_dropped_was_not_sent():
    playback = Playback()
    playback.send(5.0, now=0.0)
    playback.adjust(-3.0)

    assert playback.sent == 2.0
    assert playback.dry_at == 2.0


def test_silence_that_was_added_is_played_too():
    playback = Playback()
    playback.send(1.0, now=0.0)
    playback.adjust(0.02)

    assert playback.dry_at == 1.02


def test_dropping_never_reaches_behind_the_last_clear():
    playback = Playback()
    playback.send(5.0, now=0.0)
    playback.clear(now=1.0)
    playback.adjust(-3.0)

    assert playback.sent == 5.0
