from __future__ import annotations

import signal
import threading

import pytest

from lentigo.settings.processes.interrupt import StopRequested, stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_becomes_a_request_and_handlers_come_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as request:
        request.check()
        signal.raise_signal(number)
        with pytest.raises(StopRequested, match=number.name):
            request.check()
        assert signal.getsignal(number) == before  # a second one acts as usual
    assert signal.getsignal(number) == before


def test_outside_the_main_thread_nothing_is_caught() -> None:
    seen = []

    def work() -> None:
        with stop_on_signals() as request:
            request.check()
            seen.append(request.signal_name)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [None]
