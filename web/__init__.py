"""The HTTP face: health, metrics, the webhook, hubs, counted links. Starlette and uvicorn, and nowhere else."""
