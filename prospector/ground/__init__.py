"""The units of a deposit model, cells or polygons behind one protocol: evidence, scores, outlines."""
