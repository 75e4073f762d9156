"""Files for GIS software: vector, raster, workbook, and the colours that they share."""
