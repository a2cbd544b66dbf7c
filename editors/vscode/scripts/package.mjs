// Builds the server's wheel and the bundles, and makes one .vsix of them; says how large it is.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve("../..");
const name = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
const own = join(root, ".venv", name);
const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");

function run(command, ...args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}

rmSync("wheels", { recursive: true, force: true });
rmSync("dist", { recursive: true, force: true });
mkdirSync("wheels");
run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "wheels", root);
copyFileSync(join(root, "LICENSE"), "LICENSE");
run(process.execPath, "scripts/build.mjs");

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const target = process.argv[2] ?? `kimi-lsp-${version}.vsix`;
const vsce = resolve("../node_modules/@vscode/vsce/vsce");
mkdirSync(dirname(target), { recursive: true });
const flags = ["--no-dependencies", "--allow-missing-repository", "--out", target];
run(process.execPath, vsce, "package", ...flags);
const kilobytes = (path) => `${Math.round(statSync(path).size / 1024)} KB`;
console.log(`${target} ${kilobytes(target)}`);
for (const bundle of ["extension.js", "client.js", "webview/main.js"]) {
  console.log(`dist/${bundle} ${kilobytes(`dist/${bundle}`)}`);
}
