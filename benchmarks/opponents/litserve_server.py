"""The opponent of benchmarks/service.py: LitServe with the same bundle, decoding and predicting as we do.

    PYTHON benchmarks/opponents/litserve_server.py BUNDLE PORT NUM_WORKERS BATCH_SIZE

PYTHON has `litserve` and the base install of lentigo.
"""

import sys
from typing import Any

import litserve
from fastapi import Request

from lentigo.bundle.loading import load_bundle


class Api(litserve.LitAPI):
    """An image of a form in, a row out; with batches, the network runs on all cores at once."""

    def __init__(self, bundle: str, batch_size: int) -> None:
        super().__init__(max_batch_size=batch_size, batch_timeout=0.005 if batch_size > 1 else 0.0)
        self._path, self._size = bundle, batch_size

    def setup(self, device: str) -> None:  # noqa: ARG002 - the name is LitServe's
        self._bundle = load_bundle(self._path, num_threads=1 if self._size == 1 else 0)

    def decode_request(self, request: Request) -> bytes:
        content: bytes = request["images"].file.read()
        return content

    def predict(self, contents: Any) -> Any:
        if self._size == 1:
            return self._bundle.answer(contents).row()
        return [one.row() for one in self._bundle.predict(contents, batch_size=self._size)]

    def batch(self, inputs: list[bytes]) -> list[bytes]:
        return inputs

    def unbatch(self, output: list[Any]) -> list[Any]:
        return output

    def encode_response(self, output: dict[str, Any]) -> dict[str, Any]:
        return output


if __name__ == "__main__":
    bundle, port, num_workers, batch_size = sys.argv[1], *map(int, sys.argv[2:5])
    server = litserve.LitServer(
        Api(bundle, batch_size), accelerator="cpu", workers_per_device=num_workers, timeout=60
    )
    server.run(host="127.0.0.1", port=port, num_api_servers=1, log_level="error", generate_client_file=False)
