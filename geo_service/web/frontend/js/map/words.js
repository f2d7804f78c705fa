// What a map says: the words of its controls and its source.
export function speak(map, words) {
  map.attributionControl.setPrefix(false).addAttribution(words.source);
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.map);
  for (const [selector, text] of [[".leaflet-control-zoom-in", words.zoomIn], [".leaflet-control-zoom-out", words.zoomOut], [".leaflet-control-layers-toggle", words.layers]]) {
    const control = box.querySelector(selector);
    if (!control) continue;
    control.title = text;
    control.setAttribute("aria-label", text);
  }
}
