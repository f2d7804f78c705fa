// Between the map (web mercator) and everybody else (longitude and latitude).
import GeoJSON from "ol/format/GeoJSON.js";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj.js";

const MAP = "EPSG:3857";
const DIGITS = 9;
const format = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: MAP });

export const onMap = fromLonLat;
export const inDegrees = toLonLat;
export const boundsOnMap = (bounds) => transformExtent(bounds, "EPSG:4326", MAP);
export const boundsInDegrees = (extent) => transformExtent(extent, MAP, "EPSG:4326");
export const readGeometry = (geometry) => format.readGeometry(geometry);
export const readFeatures = (collection) => format.readFeatures(collection);
export const writeGeometry = (geometry) => format.writeGeometryObject(geometry, { decimals: DIGITS, rightHanded: true });
