// Bundles the extension and the script of its view; --watch goes on doing so.
import { build, context } from "esbuild";

const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  target: "es2022",
  logLevel: "warning",
};
const bundles = [
  {
    ...common,
    // The client is loaded by the extension when it is first needed.
    entryPoints: ["src/extension.ts", "src/client.ts"],
    platform: "node",
    format: "cjs",
    external: ["vscode", "./client.js"],
    supported: { "dynamic-import": false },
    outdir: "dist",
  },
  {
    ...common,
    entryPoints: ["src/webview/main.ts", "src/webview/style.css"],
    platform: "browser",
    format: "iife",
    outdir: "dist/webview",
  },
];

if (process.argv.includes("--watch")) {
  for (const one of bundles) await (await context(one)).watch();
} else {
  await Promise.all(bundles.map(build));
}
