"""Files opened again with the tools that people use, as one kind of table."""

import math
from datetime import date, datetime

import geopandas
import pandas as pd
import shapely


def opened(path, format, layer, crs):
    """A GeoDataFrame with the layer's own names."""
    if format == "parquet":
        return geopandas.read_parquet(path).rename_geometry("geometry")
    if format == "csv":
        frame = pd.read_csv(path, sep=";", decimal=",", dtype=texts(layer))
    elif format == "xlsx":
        frame = pd.read_excel(path, sheet_name=layer.id, keep_default_na=False)
        frame.columns = [*layer.columns, f"geom_wkt_{crs}"]
    else:
        frame = geopandas.read_file(path)
        if format == "shp":
            frame.columns = [*layer.columns, "geometry"]
        # a sequence has no place for its system: the name of the file and Content-Crs tell it
        return frame.set_crs(crs, allow_override=True) if format == "geojsonl" else frame
    shapes = geopandas.GeoSeries.from_wkt(frame.pop(f"geom_wkt_{crs}"), crs=crs)
    return geopandas.GeoDataFrame(frame, geometry=shapes, crs=crs)


def texts(layer):
    return {layer.key: str, "naam": str} if "naam" in layer.columns else {layer.key: str}


def plain(value):
    """One spelling for what formats spell differently: days, nothing, numbers."""
    if value is None or value is pd.NaT or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (pd.Timestamp, datetime)):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return round(float(value), 6)


def table(frame, layer):
    """The values by key."""
    rows = frame.sort_values(layer.key)
    return {name: [plain(value) for value in rows[name]] for name in layer.columns}


def farthest_apart(one, other, layer):
    """How far the geometries of two frames differ at most, in the unit of their system."""
    left, right = (frame.sort_values(layer.key).geometry.to_numpy() for frame in (one, other))
    return max(shapely.hausdorff_distance(left, right), default=0)
