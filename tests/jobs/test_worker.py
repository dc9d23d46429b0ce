"""A worker: woken, or at work again by itself; a fault in a step ends nothing."""

import asyncio

from jobs.schedule import EVERY, make_clock
from jobs.worker import Worker
from tests.fakes import CountingMeter


async def test_a_worker_works_again_though_no_clock_wakes_it() -> None:
    stop, steps = asyncio.Event(), []

    async def step() -> bool:
        steps.append(1)
        if len(steps) == 3:
            stop.set()
        return False

    async with asyncio.timeout(5):
        await Worker("job", 0.001, step, CountingMeter()).run(stop)
    assert len(steps) == 3


async def test_a_fault_in_a_step_is_counted_and_the_next_one_follows() -> None:
    stop, meter = asyncio.Event(), CountingMeter()

    async def step() -> bool:
        if meter.counted["job_failures/job"] == 2:
            stop.set()
            return False
        raise RuntimeError("a fault")

    async with asyncio.timeout(5):
        await Worker("job", 0.001, step, meter).run(stop)
    assert meter.counted["job_failures/job"] == 2


async def test_who_is_woken_does_not_wait_for_the_interval() -> None:
    stop, woken = asyncio.Event(), []

    async def step() -> bool:
        woken.append(1)
        if len(woken) == 2:
            stop.set()
        asyncio.get_running_loop().call_soon(worker.wake)
        return False

    worker = Worker("job", 3600, step, CountingMeter())
    async with asyncio.timeout(5):
        await worker.run(stop)
    assert len(woken) == 2


def test_no_two_jobs_are_woken_at_one_moment_again_and_again() -> None:
    clock = make_clock({name: (every, lambda: None) for name, every in EVERY.items()})
    phases = {job.trigger.start_date.timestamp() % min(EVERY.values()) for job in clock.get_jobs()}
    assert len(phases) == len(EVERY)
