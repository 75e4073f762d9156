"""What is made of layers is kept until a screening is over."""

import gc
import weakref

from prospector.layers.remembered import forget, remembered


class Layer:
    """Stands for a layer: can be told from others, and watched."""


def test_what_is_made_is_kept_until_it_is_forgotten():
    """Made once for a layer; afterwards made again, and the layer itself is free to go."""
    made = []

    @remembered(4)
    def doubled(layer):
        made.append(layer)
        return [layer, layer]

    layer = Layer()
    assert doubled(layer) is doubled(layer)
    assert len(made) == 1
    made.clear()
    watched = weakref.ref(layer)
    del layer
    gc.collect()
    assert watched() is not None
    forget()
    gc.collect()
    assert watched() is None


def test_only_those_asked_for_last_are_kept():
    """Two of three: the first is made again."""
    made = []

    @remembered(2)
    def numbered(number):
        made.append(number)
        return number

    for number in (1, 2, 3, 3, 1):
        numbered(number)
    assert made == [1, 2, 3, 1]
