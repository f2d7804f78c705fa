// What lies at a place on the map: by a tap, or by Enter in the crosshair.
const KINDS = ["idee", "plek", "groen", "wijk"];
const KEYS = { idee: "slug", plek: "plekcode", groen: "lokaal_id", wijk: "code" };
const FINGER = 6;

// The nearest thing to people first: an idea, a plot, green, a wijk.
export function found(map, pixel, kinds = KINDS) {
  const hits = new Map();
  map.forEachFeatureAtPixel(pixel, (feature, layer) => {
    const kind = layer?.get("kind");
    if (kinds.includes(kind) && !hits.has(kind)) hits.set(kind, feature);
  }, { hitTolerance: FINGER, layerFilter: (layer) => Boolean(layer.get("kind")) });
  const kind = KINDS.find((each) => hits.has(each));
  if (!kind) return null;
  const properties = { ...hits.get(kind).getProperties() };
  for (const own of ["geometry", "z", "size", "wide", "layer"]) delete properties[own];
  return { kind, id: properties[KEYS[kind]], properties, feature: hits.get(kind) };
}

export const middleOf = (map) => map.getSize().map((side) => side / 2);
export const COLLECTIONS = { idee: "ideeen", plek: "zelfbeheerplekken", groen: "groenobjecten", wijk: "dekking_wijken" };
