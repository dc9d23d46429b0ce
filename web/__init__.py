"""The HTTP face: health, metrics, the webhook, what hubs call. Starlette and uvicorn, and nowhere else."""
