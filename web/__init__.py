"""The HTTP face: health and metrics in every role, the webhook in role bot. Starlette and uvicorn, and nowhere else."""
