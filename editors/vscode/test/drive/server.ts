/** VS Code's own server, with a fresh profile and home, from the settings and files of one test. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

import { BIN, CODE, EXTENSIONS } from "../places.ts";
import { pretendFiles, WORKSPACE } from "./virtual.ts";

const QUIET = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "files.simpleDialog.enable": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.menuBarVisibility": "compact",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface Start {
  /** Path below the workspace folder, to text. */
  files: Record<string, string>;
  settings?: Record<string, unknown>;
  /** Added to the environment; undefined takes a name out of it. */
  environment?: Record<string, string | undefined>;
  /** The editor's language, English where there is none. */
  language?: "fr" | "zh-cn";
  /** Whether the server's executable is on PATH. */
  server?: boolean;
  /** Folders below the workspace folder that are on PATH, before all others. */
  path?: string[];
  /** Programs of this machine by name, before all others on PATH: scripts. */
  programs?: Record<string, string>;
  /** Whether the files are in no folder of the machine: the workspace is virtual. */
  virtual?: boolean;
  /** Whether the folder is not trusted, until the person says so. */
  untrusted?: boolean;
  /** Whether a window may run tests inside, of an extension that is not installed. */
  development?: boolean;
  /** Whether what the language server is sent is kept, for `sent`. */
  listens?: boolean;
}

/** What there is of one person's machine. */
export class Server {
  readonly home = mkdtempSync(path.join(os.tmpdir(), "kimi-vscode-"));
  readonly folder = path.join(this.home, "shop");
  url = "";
  log = "";
  private child: ChildProcess | undefined;

  async start(from: Start): Promise<void> {
    this.write(from);
    const data = path.join(this.home, "vscode");
    const own = {
      HOME: this.home,
      // Else VS Code asks a login shell for the environment, and takes this one's PATH for stale.
      VSCODE_CLI: "1",
      LC_ALL: "C.UTF-8",
      PATH: [
        ...(from.path ?? []).map((folder) => path.join(this.folder, folder)),
        path.join(this.home, "programs"),
        ...(from.listens ? [path.dirname(this.listener)] : []),
        ...(from.server === false ? [] : [BIN]),
        process.env.PATH,
      ].join(path.delimiter),
      ...Object.fromEntries(
        ["CONFIG", "CACHE", "STATE", "DATA"].map((name) => [
          `XDG_${name}_HOME`,
          path.join(this.home, name.toLowerCase()),
        ]),
      ),
    };
    const words = [
      path.join(CODE, "out/server-main.js"),
      `--server-data-dir=${data}`,
      `--extensions-dir=${path.join(this.home, "extensions")}`,
      "--host=127.0.0.1",
      "--port=0",
      "--without-connection-token",
      "--accept-server-license-terms",
      "--disable-telemetry",
      ...(from.development ? ["--enable-smoke-test-driver"] : []),
      ...(from.untrusted ? [] : ["--disable-workspace-trust"]),
      ...(from.language ? [`--locale=${from.language}`] : []),
    ];
    const child = spawn(process.execPath, words, {
      cwd: this.home,
      env: { ...process.env, ...own, ...from.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.child = child;
    this.url = await new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.log += chunk.toString();
        const port = /listening on (\d+)/.exec(this.log)?.[1];
        const place = from.virtual ? `workspace=${this.home}/${WORKSPACE}` : `folder=${this.folder}`;
        if (port) resolve(`http://127.0.0.1:${port}/?${place}`);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", () => reject(new Error(`VS Code's server ended:\n${this.log}`)));
    });
  }

  /** What the language server was sent so far, where it is listened to. */
  sent(): string {
    return readFileSync(`${this.listener}.sent`, "utf8");
  }

  /** Stands before the language server, and keeps what it is sent. */
  private get listener(): string {
    return path.join(this.home, "listener/kimi-lsp");
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child?.pid && child.exitCode === null) {
      const gone = once(child, "exit");
      // The extension host and all it started are of the same group.
      process.kill(-child.pid, "SIGKILL");
      await gone;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The processes that the editor started, by a word of their command. */
  processes(word: string): number[] {
    return readdirSync("/proc").flatMap((entry) => {
      try {
        const group = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").pop()?.split(" ")[2];
        const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
        const found = Number(group) === this.child?.pid && command.includes(word);
        return found ? [Number(entry)] : [];
      } catch {
        return []; // no process, or one that is gone
      }
    });
  }

  private write(from: Start): void {
    const data = path.join(this.home, "vscode/data");
    if (!from.development) {
      cpSync(EXTENSIONS, path.join(this.home, "extensions"), { recursive: true });
    }
    if (from.virtual) pretendFiles(this.home, from.files);
    for (const [name, text] of Object.entries(from.virtual ? {} : from.files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    for (const [name, script] of Object.entries(from.programs ?? {})) {
      mkdirSync(path.join(this.home, "programs"), { recursive: true });
      writeFileSync(path.join(this.home, "programs", name), script, { mode: 0o755 });
    }
    if (from.listens) {
      mkdirSync(path.dirname(this.listener));
      const program = `#!/bin/sh\ntee -a "$0.sent" | ${BIN}/kimi-lsp "$@"\n`;
      writeFileSync(this.listener, program, { mode: 0o755 });
    }
    // A setting of this machine's scope is read from Machine only, one of the person's from User.
    for (const scope of ["User", "Machine"]) {
      mkdirSync(path.join(data, scope), { recursive: true });
      const settings = JSON.stringify({ ...QUIET, ...from.settings });
      writeFileSync(path.join(data, scope, "settings.json"), settings);
    }
    if (from.language) this.pretendLanguagePack(data, from.language);
  }

  /** An extension's own words need no language pack, but VS Code asks that there be one. */
  private pretendLanguagePack(data: string, language: string): void {
    const words = path.join(data, "pack.json");
    writeFileSync(words, JSON.stringify({ version: "1.0.0", contents: {} }));
    const pack = {
      hash: "pack",
      label: language,
      extensions: [{ extensionIdentifier: { id: "test.pack" }, version: "1.0.0" }],
      translations: { vscode: words },
    };
    writeFileSync(path.join(data, "languagepacks.json"), JSON.stringify({ [language]: pack }));
  }
}
