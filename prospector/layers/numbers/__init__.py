"""Numbers as people write them: in columns of tables, with marks, units, limits and codes; degrees."""

from prospector.layers.numbers.column import NumberColumn, read_numbers
from prospector.layers.numbers.coordinates import read_coordinates
from prospector.layers.numbers.notices import number_notices

__all__ = ["NumberColumn", "number_notices", "read_coordinates", "read_numbers"]
