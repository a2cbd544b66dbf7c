/** A workspace whose files are in no folder: another extension keeps them in memory. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export const WORKSPACE = "virtual.code-workspace";

const NAME = "files";
const ID = `test.${NAME}`;
const SCHEME = "vscode-vfs";

/** Has a workspace of these files, and an extension that keeps them, on a person's machine. */
export function pretendFiles(home: string, files: Record<string, string>): void {
  const folder = { name: "shop", uri: `${SCHEME}://memory/shop` };
  writeFileSync(path.join(home, WORKSPACE), JSON.stringify({ folders: [folder] }));
  const extensions = path.join(home, "extensions");
  const own = path.join(extensions, ID);
  mkdirSync(own);
  const manifest = {
    name: NAME,
    publisher: "test",
    version: "1.0.0",
    engines: { vscode: "^1.97.0" },
    main: "./main.js",
    activationEvents: [`onFileSystem:${SCHEME}`],
    capabilities: { virtualWorkspaces: true, untrustedWorkspaces: { supported: true } },
  };
  writeFileSync(path.join(own, "package.json"), JSON.stringify(manifest));
  const given = `exports, require("vscode"), ${JSON.stringify(files)}, "${SCHEME}"`;
  writeFileSync(path.join(own, "main.js"), `(${keep.toString()})(${given});\n`);
  const list = path.join(extensions, "extensions.json");
  const known = JSON.parse(readFileSync(list, "utf8")) as object[];
  const location = { $mid: 1, path: own, scheme: "file" };
  const entry = { identifier: { id: ID }, version: "1.0.0", location, relativeLocation: ID };
  writeFileSync(list, JSON.stringify([...known, entry]));
}

/** Runs in the extension host, by its text. */
function keep(
  self: { activate?: () => void },
  vscode: typeof import("vscode"),
  files: Record<string, string>,
  scheme: string,
): void {
  const kept = new Map(
    Object.entries(files).map(([name, text]) => [`/shop/${name}`, new TextEncoder().encode(text)]),
  );
  const changes = new vscode.EventEmitter<import("vscode").FileChangeEvent[]>();
  const missing = (uri: import("vscode").Uri): never => {
    throw vscode.FileSystemError.FileNotFound(uri);
  };
  self.activate = () => {
    vscode.workspace.registerFileSystemProvider(scheme, {
      onDidChangeFile: changes.event,
      watch: () => new vscode.Disposable(() => undefined),
      stat: (uri) => {
        const bytes = kept.get(uri.path);
        const folder = uri.path === "/shop" || uri.path === "/";
        if (!bytes && !folder) return missing(uri);
        const type = bytes ? vscode.FileType.File : vscode.FileType.Directory;
        return { type, ctime: 0, mtime: 0, size: bytes?.length ?? 0 };
      },
      readDirectory: (uri) =>
        uri.path === "/shop"
          ? [...kept.keys()].map((name) => [name.slice("/shop/".length), vscode.FileType.File])
          : missing(uri),
      readFile: (uri) => kept.get(uri.path) ?? missing(uri),
      writeFile: (uri, bytes) => void kept.set(uri.path, new Uint8Array(bytes)),
      createDirectory: missing,
      delete: (uri) => void kept.delete(uri.path),
      rename: missing,
    });
  };
}
