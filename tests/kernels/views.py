"""Texts as Arrow lays them out, for the kernels that take addresses."""

import numpy as np
from batchcalc.kernels.text_runs import INLINE


class Column:
    """Texts as Arrow lays them out, in some chunks of two buffers each."""

    def __init__(self, chunks, shared):
        self.kept, self.places, self.buffers = [], [], []
        for texts in chunks:
            views, heaps = [], [b"", b""]
            for i, text in enumerate(texts):
                views.append(self._view(text.encode(), heaps, i % 2, shared))
            self.places.append((self._keep(b"".join(views)), len(texts), len(self.buffers)))
            self.buffers += [self._keep(heap) for heap in heaps]

    @staticmethod
    def _view(text, heaps, number, shared):
        length = len(text).to_bytes(4, "little")
        if len(text) <= INLINE:
            return length + text.ljust(INLINE, b"\0")
        place = heaps[number].find(text) if shared else -1
        if place < 0:
            place = len(heaps[number])
            heaps[number] += text
        return length + text[:4] + number.to_bytes(4, "little") + place.to_bytes(4, "little")

    def _keep(self, data):
        self.kept.append(np.frombuffer(data, np.uint8))
        return self.kept[-1].ctypes.data if data else 0
