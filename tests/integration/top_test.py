#!/usr/bin/python3
"""`vaste top` beside a running vaste: what stood before it is shown and not counted, what comes is told."""
import subprocess
import time

import monitoring
import support
from monitoring import wait_until
from notify_test import POLICY, ask
from support import Failure


class Top:
    """The program, its lines read as they come; ends by itself."""

    def __init__(self, vaste, config, directory, *arguments, seconds=90):
        self._file = directory / "top.out"
        with self._file.open("wb") as out:
            self.process = subprocess.Popen([vaste, "top", "-c", str(config), "--seconds", str(seconds), *arguments],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)

    def text(self):
        return self._file.read_text(errors="replace")

    def wait_for(self, *words):
        wait_until(f"a line with {words}\n{self.text()}", 60, lambda: any(
            all(word in line for word in words) for line in self.text().splitlines()))

    def stop(self):
        self.process.terminate()
        if self.process.wait(30) != 0:
            raise Failure(f"vaste top: exit {self.process.returncode}\n{self.text()}")


def test(options, directory):
    with support.kafka(directory) as broker:
        config = support.write_config(directory, broker.bootstrap, POLICY)
        vaste = support.Vaste(options.vaste, config, directory)
        outputs = support.Outputs(broker.bootstrap)
        top = None
        try:
            vaste.start()
            feed = support.Feed(broker.bootstrap)
            ask(feed, 1)
            deadline = time.monotonic() + 120
            while not outputs.alerts:
                vaste.check_alive()
                outputs.poll()
                if time.monotonic() > deadline:
                    raise Failure(f"no breach\n{vaste.tail()}")
            top = Top(options.vaste, config, directory, "--plain")
            top.wait_for("1 waiting", "breached 0")
            ask(feed, 2)
            top.wait_for("BREACHED", "first_response")
            top.wait_for("2 waiting", "breached 1")
            ask(feed, 1, customer=False)
            top.wait_for("recovered", "first_response")
            top.stop()
            if "canary" in top.text():
                raise Failure("the board names a customer")
            vaste.terminate()
        except monitoring.Failure as failure:
            raise Failure(f"{failure}\n{vaste.tail()}") from None
        finally:
            vaste.kill()
            outputs.close()
            if top and top.process.poll() is None:
                top.process.kill()


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
