"""A proxy between vaste and the brokers that understands Kafka's frames, and can do to them what networks do.

It runs in a thread of its own. Each node's PROXIED listener tells the port of the proxy (tools/kafka --proxied), so a
client that begins here stays here. Faults of requests are decided by `decide(Request)`; links are cut by `cut`.
"""
import asyncio
import contextlib
import struct
import threading
from dataclasses import dataclass

PRODUCE, ADD_PARTITIONS, ADD_OFFSETS, END_TXN, OFFSET_COMMIT = 0, 24, 25, 26, 28
NAMES = {PRODUCE: "Produce", ADD_PARTITIONS: "AddPartitionsToTxn", ADD_OFFSETS: "AddOffsetsToTxn", END_TXN: "EndTxn",
         OFFSET_COMMIT: "TxnOffsetCommit"}
FRAME_MOST = 64 << 20


@dataclass
class Request:
    key: int
    version: int
    correlation: int
    node: int


@dataclass
class Hold:
    """Reaches the broker after so many seconds, longer than the client waits for the answer."""
    seconds: float


@dataclass
class Twice:
    """The broker does it, the answer is lost, and a second copy reaches the broker after so many seconds.

    A copy that the client knows nothing of is what TCP does not let happen, and against which no client can do anything.
    """
    seconds: float


class LoseReply:
    """The broker does it; the answer never comes, the connection ends."""


@dataclass
class Delay:
    """Everything on this connection waits so long, the answer as well."""
    seconds: float


async def frame(reader):
    size = await reader.readexactly(4)
    length = struct.unpack(">i", size)[0]
    if not 0 <= length <= FRAME_MOST:
        raise ConnectionError(f"a frame of {length} bytes")
    return size + await reader.readexactly(length)


class Link:
    """One connection of a client with its counterpart to the broker. What is held holds up what comes after it, as TCP
    does; it reaches the broker even when the client has hung up long ago."""

    def __init__(self, proxy, node, client, broker):
        self._proxy, self.node = proxy, node
        (self._from_client, self._to_client), (self._from_broker, self._to_broker) = client, broker
        self._lost = set()

    async def run(self):
        up = asyncio.create_task(self._requests())
        down = asyncio.create_task(self._responses())
        try:
            # The end of the client's side comes last: behind it may be what was held.
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            self.drop()

    def drop(self):
        self._to_client.close()
        self._to_broker.close()

    async def _send(self, data):
        self._to_broker.write(data)
        await self._to_broker.drain()

    async def _requests(self):
        try:
            while True:
                data = await frame(self._from_client)
                await self._proxy.gate(self.node, "up")
                key, version, correlation = struct.unpack_from(">hhi", data, 4)
                action = self._proxy.decide(Request(key, version, correlation, self.node))
                if isinstance(action, (Hold, Delay)):
                    await asyncio.sleep(action.seconds)
                    self._proxy.late += 1
                if isinstance(action, (LoseReply, Twice)):
                    self._lost.add(correlation)
                await self._send(data)
                if isinstance(action, Twice):
                    await asyncio.sleep(action.seconds)
                    await self._send(data)
                    self._proxy.late += 1
        finally:
            with contextlib.suppress(OSError):
                await asyncio.sleep(0.5)  # The broker may not act for one who has hung up.

    async def _responses(self):
        while True:
            data = await frame(self._from_broker)
            await self._proxy.gate(self.node, "down")
            correlation = struct.unpack_from(">i", data, 4)[0]
            if correlation in self._lost:
                self._to_client.close()  # ... and what follows comes to nobody
            with contextlib.suppress(OSError):
                self._to_client.write(data) if not self._to_client.is_closing() else None
                await self._to_client.drain()


class Proxy:
    """Threads: all functions from the test's thread; the loop runs in its own."""

    def __init__(self, ports):
        """ports: of each node (where it listens, what it tells)."""
        self._ports, self._decide, self.late = ports, lambda request: None, 0
        self._closed = {}   # (node, up|down|both) -> Event of being open again
        self._links, self._tasks, self._servers = set(), set(), []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._call(self._open())

    bootstrap = property(lambda self: ",".join(f"127.0.0.1:{told}" for _, told in self._ports))

    def _call(self, coroutine, seconds=30):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    async def _open(self):
        for node, (inside, told) in enumerate(self._ports, 1):
            async def serve(reader, writer, node=node, inside=inside):
                await self._serve(node, inside, reader, writer)
            self._servers.append(await asyncio.start_server(serve, "127.0.0.1", told, limit=1 << 20))

    async def _serve(self, node, inside, reader, writer):
        if (node, "both") in self._closed:
            writer.close()
            return
        try:
            broker = await asyncio.open_connection("127.0.0.1", inside, limit=1 << 20)
        except OSError:
            writer.close()
            return
        link = Link(self, node, (reader, writer), broker)
        self._links.add(link)
        self._tasks.add(asyncio.current_task())
        try:
            await link.run()
        finally:
            self._links.discard(link)
            self._tasks.discard(asyncio.current_task())

    def decide(self, request):
        return self._decide(request)

    async def gate(self, node, way):
        while (event := self._closed.get((node, way))) is not None:
            await event.wait()

    def faults(self, decide):
        """decide(Request) -> None, Hold, Twice, LoseReply or Delay; runs in the loop's thread."""
        self._decide = decide

    def cut(self, nodes, way):
        """`both`: connections end, new ones are refused; `up`, `down`: what goes that way stands still."""
        async def act():
            for node in nodes:
                self._closed[node, way] = asyncio.Event()
                if way == "both":
                    for link in [each for each in self._links if each.node == node]:
                        link.drop()
        self._call(act())

    def heal(self):
        """What stood still goes on; connections whose client has gone are found out by themselves."""
        async def act():
            closed, self._closed = self._closed, {}
            for event in closed.values():
                event.set()
        self._call(act())

    def close(self):
        async def act():
            for server in self._servers:
                server.close()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        self._call(act())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
