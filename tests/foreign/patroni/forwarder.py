"""A TCP forwarder whose targets can be changed while clients are connected, like a load balancer or a virtual address in front of a cluster."""
import asyncio
import itertools
import threading


class Forwarder:
    """Listens on loopback; each new connection goes to the next target. A change of targets closes all connections."""

    def __init__(self, port, targets):
        self.port = port
        self._targets = itertools.cycle(targets)
        self._open = set()
        self._held = None
        self._switches = 0
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait()

    def switch(self, targets):
        """Sends new connections to other targets, or closes them when there are none, and closes the ones there are. Returns when that is done."""
        asyncio.run_coroutine_threadsafe(self._switch(targets), self._loop).result()

    def hold(self):
        """Closes the connections there are, and accepts new ones that wait for the next switch, as a proxy with a queue does."""
        asyncio.run_coroutine_threadsafe(self._hold(), self._loop).result()

    def _run(self, started):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        started.set()
        self._loop.run_forever()

    async def _switch(self, targets):
        self._targets = itertools.cycle(targets)
        self._close()
        if self._held is not None:
            self._held.set()
            self._held = None

    async def _hold(self):
        self._held = self._held or asyncio.Event()
        self._close()

    def _close(self):
        self._switches += 1
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader, writer):
        if self._held is not None:
            await self._held.wait()
        target, switches = next(self._targets, None), self._switches
        try:
            if target is None:
                raise ConnectionRefusedError
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, up_writer}
        if switches != self._switches:  # connected to a target of before
            for end in pair:
                end.transport.abort()
            return
        self._open |= pair
        try:
            await asyncio.gather(self._copy(reader, up_writer), self._copy(up_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # one side reset the connection, and the other one is closed below
        finally:
            self._open -= pair
            for end in pair:
                end.close()

    @staticmethod
    async def _copy(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
