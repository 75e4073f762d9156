"""The payload of the map as lists and dicts, as tests look at it and change it."""

from dataclasses import fields

from prospector.map.map_layers import map_layers
from prospector.map.payload import map_payload


def plain_payload(screening, **options):
    """Return what `map_payload` makes, with each target and feature as a dict of its own."""
    payload = map_payload(screening, **options)
    for model in payload["models"]:
        model["targets"] = [as_dict(target) for target in model["targets"]]
    payload["layers"] = [plain_layer(layer) for layer in payload["layers"]]
    return payload


def plain_layers(screening):
    """Return what `map_layers` makes, with each feature as a dict of its own."""
    return [plain_layer(layer) for layer in map_layers(screening)]


def plain_layer(layer):
    """Return a layer with each of its features as a dict."""
    if "features" not in layer:
        return layer
    features = [as_dict(one) | {"geometry": one.outline} for one in layer["features"]]
    return layer | {"features": features}


def as_dict(record):
    """Return a record as a dict: shares by class as dicts too, what is several as lists."""
    values = {one.name: getattr(record, one.name) for one in fields(record)}
    for name in ("tenure", "protection"):
        if name in values:
            values[name] = as_dict(values[name])
    return {
        name: list(value) if isinstance(value, tuple) and name != "centre" else value
        for name, value in values.items()
    }
