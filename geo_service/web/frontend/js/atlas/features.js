// Whole features of our layers, beyond the pieces that tiles hold.
import { COLLECTIONS } from "./pick.js";
import { readFeatures, readGeometry } from "./place.js";

const HEADERS = { accept: "application/geo+json" };
const MOST = 400;
const known = new Map();

export async function geometryOf(kind, id) {
  const address = `/ogc/v1/collections/${COLLECTIONS[kind]}/items/${encodeURIComponent(id)}`;
  if (!known.has(address)) known.set(address, read(address).then((feature) => readGeometry(feature.geometry)));
  try {
    return await known.get(address);
  } catch (error) {
    known.delete(address);
    throw error;
  }
}

export async function featuresIn(kind, bounds) {
  const found = await read(`/ogc/v1/collections/${COLLECTIONS[kind]}/items?limit=${MOST}&bbox=${bounds.map((side) => side.toFixed(7)).join(",")}`);
  return readFeatures(found);
}

async function read(address) {
  const answer = await fetch(address, { headers: HEADERS });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}
