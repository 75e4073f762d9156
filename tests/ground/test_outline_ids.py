"""Ids of outlines: those of many, made on several threads, are those of each alone."""

import shapely

from prospector.ground import outline_ids as ids


def test_many_outlines_have_the_ids_that_each_has_alone(monkeypatch):
    """Pieces of seven, the last one short; an outline that begins elsewhere and turns round keeps its id."""
    monkeypatch.setattr(ids, "AT_ONCE", 7)
    boxes = [shapely.box(0, 0, 1000 + width, 500) for width in range(40)]
    many = ids.outline_ids("PCU", boxes)
    assert many == [ids.outline_ids("PCU", [box])[0] for box in boxes]
    assert len(set(many)) == 40
    turned = [shapely.Polygon(box.exterior.coords[2:-1] + box.exterior.coords[:2]) for box in boxes]
    assert ids.outline_ids("PCU", [shapely.reverse(shape) for shape in turned]) == many
    assert ids.outline_ids("PCU", []) == []
