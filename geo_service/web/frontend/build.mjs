// Bundles the CSS and JS of the pages and of the maps, with everything they need, into geo_service/web/static.
// Names carry a hash of their content; manifest.json says which name belongs to which asset. Run: npm run build
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");
const entries = [
  "css/site.css",
  "css/map.css",
  "css/docs.css",
  "css/features.css",
  "css/atlas.css",
  "js/site.js",
  "js/map.js",
  "js/docs.js",
  "js/features.js",
  "js/atlas.js",
  "js/find.js",
  "js/choose.js",
  "img/icon.svg",
];
const images = [".woff2", ".png", ".svg"];

const common = { bundle: true, minify: true, target: ["es2020"], legalComments: "eof", logLevel: "warning", write: true };
const loaders = (kind) => Object.fromEntries(images.map((suffix) => [suffix, kind]));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const served = await build({
  ...common,
  entryPoints: entries.map((entry) => join(here, entry)),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: target,
  format: "iife",
  loader: { ...loaders("file"), ".svg": "copy" },
  metafile: true,
});
// A map in one file cannot fetch its font and icons: a second sheet holds them.
await build({ ...common, entryPoints: [join(here, "css/map.css")], outfile: join(target, "map-inline.css"), loader: loaders("dataurl") });

const manifest = { "map-inline.css": "map-inline.css" };
for (const [path, { entryPoint }] of Object.entries(served.metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(path);
}
await writeFile(join(target, "manifest.json"), JSON.stringify(manifest, null, 2));
console.log(`${(await readdir(target)).length} files in ${target}`);
