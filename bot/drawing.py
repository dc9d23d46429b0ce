"""Drawing apart: pictures are drawn by a process of their own, which ends with them.

    draw_apart(chart) ─▶ python -m bot.charts: the chart as JSON in, a PNG out

A bot that drew them itself would keep what Pillow takes: after a dozen pictures 18 MB, 49 MB in a thread [measured].
So it keeps nothing, and no picture holds up its loop.
"""

import asyncio
import json
import os
import sys

from bot.charts import Chart

PATIENCE = 20.0  # seconds


async def draw_apart(chart: Chart) -> bytes:
    """Answer a picture as a PNG. Raises OSError where it cannot be drawn, or takes long."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = asyncio.subprocess.PIPE
    drawing = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.charts", stdin=pipe, stdout=pipe, env=environment
    )
    try:
        picture, _ = await asyncio.wait_for(drawing.communicate(json.dumps(chart).encode()), PATIENCE)
    finally:
        if drawing.returncode is None:
            drawing.kill()
            await drawing.wait()
    if drawing.returncode:
        raise OSError(f"the picture could not be drawn ({drawing.returncode})")
    return picture
