"""uvicorn, which ends the streams of saves before it waits for every answer to end."""

import socket

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Serves one application."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "saves"):
            app.state.saves.close()
        await super().shutdown(sockets)
