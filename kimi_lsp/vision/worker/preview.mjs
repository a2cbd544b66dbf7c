// Serves one component of a project by the project's own Vite, with the component only in memory.
// In: one JSON line {root, framework, styles, body, cache}, then one {path, files} a candidate, where
// files are texts by path. Out: {port, token}, then {} or {error} for each. Nothing is written to the project.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const say = (message) => process.stdout.write(`kimi:${JSON.stringify(message)}\n`);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
};
const slashes = (file) => file.replaceAll("\\", "/");

const project = await next();
const root = path.resolve(project.root);
const find = createRequire(path.join(root, "package.json"));
const has = (name) => {
  try {
    return Boolean(find.resolve(name));
  } catch {
    return false;
  }
};
const inRoot = (file) => slashes(path.join(root, file));
const styles = new Set(project.styles.map(inRoot));
const token = randomBytes(16).toString("hex");
let memory = new Map();
let component = "";
let number = 0;

const pick = "const Component = all.default ?? Object.values(all).find((one) => typeof one === 'function');";
const app = "document.getElementById('app')";
const mounts = {
  react: has("react-dom/client")
    ? `import { createRoot } from 'react-dom/client'; import { flushSync } from 'react-dom'; import { createElement } from 'react';
       const mount = (C) => flushSync(() => createRoot(${app}).render(createElement(C)));`
    : `import ReactDOM from 'react-dom'; import { createElement } from 'react';
       const mount = (C) => ReactDOM.render(createElement(C), ${app});`,
  preact: `import { h, render } from 'preact'; const mount = (C) => render(h(C), ${app});`,
  vue: `import { createApp } from 'vue'; const mount = (C) => createApp(C).mount(${app});`,
  svelte: `import * as svelte from 'svelte';
    const mount = (C) => svelte.mount ? (svelte.mount(C, { target: ${app} }), svelte.flushSync?.()) : new C({ target: ${app} });`,
  solid: `import { createComponent, render } from 'solid-js/web'; const mount = (C) => render(() => createComponent(C, {}), ${app});`,
};
const needed = {
  react: ["react", "react-dom", ...(has("react-dom/client") ? ["react-dom/client"] : []), "react/jsx-runtime", "react/jsx-dev-runtime"],
  preact: ["preact", "preact/hooks", "preact/jsx-runtime", "preact/jsx-dev-runtime"],
  vue: ["vue"],
  svelte: ["svelte"],
  solid: ["solid-js", "solid-js/web"],
};

const entry = () => `${project.styles.map((file) => `import ${JSON.stringify(inRoot(file))};`).join("\n")}
import * as all from ${JSON.stringify(component)};
${mounts[project.framework]}
${pick}
if (!Component) throw new Error("the module exports no component");
mount(Component);
window.__kimi = "mounted";`;

const page = `<!doctype html><html><head><meta charset="utf-8">
<script>addEventListener("error", () => { window.__kimi ??= "failed" }, true)</script></head>
<body class="${project.body.replaceAll('"', "&quot;")}"><div id="app"></div>
<script type="module" src="/@kimi-entry.js"></script></body></html>`;

// What Tailwind may find classes in: it reads files on disk, and the component is in none.
const written = () => [...memory.values(), project.body].join("\n");

function styled(file, text) {
  if (/@import\s+(url\()?["']tailwindcss/.test(text)) {
    const words = written().split(/[\s"'`<>;={}]+/).filter((word) => /^[-a-z@!*[][^\\]{0,79}$/i.test(word));
    return `${text}\n@source inline("${[...new Set(words)].join(" ")}");`;
  }
  if (/@tailwind\s+utilities/.test(text)) {
    const name = ["js", "cjs", "mjs", "ts"].map((end) => path.join(root, `tailwind.config.${end}`)).find((one) => fs.existsSync(one));
    if (!name) return undefined;
    const own = path.join(project.cache, `tailwind-${randomBytes(6).toString("hex")}.mjs`);
    fs.mkdirSync(project.cache, { recursive: true });
    fs.writeFileSync(own, `import config from ${JSON.stringify(pathToFileURL(name).href)};
const given = Array.isArray(config.content) ? config.content : config.content?.files ?? [];
const files = given.map((one) => typeof one === "string" ? ${JSON.stringify(slashes(root) + "/")} + one.replace(/^\\.\\//, "") : one);
export default { ...config, content: { relative: false, files: [...files, { raw: ${JSON.stringify(written())}, extension: "html" }] } };`);
    return `@config ${JSON.stringify(slashes(path.relative(path.dirname(file), own)))};\n${text}`;
  }
  return undefined;
}

const plugin = {
  name: "kimi-preview",
  enforce: "pre",
  resolveId(id, importer) {
    if (id === "/@kimi-entry.js") return "\0kimi-entry.js";
    const [file, query] = id.split("?");
    const whole = file.startsWith(".") && importer ? path.resolve(path.dirname(importer.split("?")[0]), file) : file;
    for (const candidate of [slashes(whole), inRoot(whole)]) {
      if (memory.has(candidate)) return query ? `${candidate}?${query}` : candidate;
      // Tailwind 4 compiles what it knows by a name once, so that each component's has its own.
      if (styles.has(candidate) && !query) return `${candidate}?kimi=${number}`;
    }
    return undefined;
  },
  load(id) {
    if (id === "\0kimi-entry.js") return entry();
    const [file, query] = id.split("?");
    if (memory.has(file) && !/(^|&)(vue|svelte|raw|url)\b/.test(query ?? "")) return memory.get(file);
    return styles.has(file) ? styled(file, fs.readFileSync(file, "utf8")) : undefined;
  },
  configureServer(server) {
    server.middlewares.use(async (request, response, go) => {
      if (request.headers["x-kimi-token"] !== token) {
        response.statusCode = 403;
        response.end();
      } else if (request.url.split("?")[0] === "/") {
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(await server.transformIndexHtml("/", page));
      } else go();
    });
  },
};

const home = path.dirname(find.resolve("vite/package.json"));
const vite = await import(pathToFileURL(path.join(home, "dist/node/index.js")).href);
const server = await vite.createServer({
  root,
  logLevel: "silent",
  clearScreen: false,
  appType: "custom",
  cacheDir: project.cache,
  server: { host: "127.0.0.1", port: 0, strictPort: false, open: false, https: undefined, hmr: false, ws: false, watch: null },
  plugins: [plugin],
  optimizeDeps: { entries: [], include: needed[project.framework] },
});
await server.listen();
say({ port: server.httpServer.address().port, token });

const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, "");
const told = (error) => {
  const at = error.loc ?? (error.line ? error : undefined);
  const place = at?.line ? ` (line ${at.line}, column ${at.column ?? 0})` : "";
  const frame = error.frame ? `\n${error.frame}` : "";
  return plain(`${error.message ?? error}${place}${frame}`).replaceAll(slashes(root) + "/", "");
};

for (let ask; (ask = await next()); ) {
  memory = new Map(Object.entries(ask.files).map(([file, text]) => [inRoot(file), text]));
  component = inRoot(ask.path);
  number += 1;
  server.moduleGraph.invalidateAll();
  try {
    await server.transformRequest(component);
    await server.transformRequest("/@kimi-entry.js");
    await server.waitForRequestsIdle?.();
    say({});
  } catch (error) {
    say({ error: told(error) });
  }
}
await server.close();
process.exit(0);
