// The editor's settings as the server takes them.
import * as vscode from "vscode";

const SECTION = "kimi";
const OWN = "kimi.server.";

interface Declared {
  properties: Record<string, { scope?: string }>;
}

/**
 * Settings of the server by scope: `application` ones are the person's alone and are given when the
 * server starts, all others may change while it runs.
 */
export class Settings {
  private readonly fixed: string[] = [];
  private readonly live: string[] = [];

  constructor(declared: Declared[]) {
    for (const group of declared) {
      for (const [name, { scope }] of Object.entries(group.properties)) {
        if (name.startsWith(OWN)) continue;
        const key = name.slice(SECTION.length + 1);
        (scope === "application" ? this.fixed : this.live).push(key);
      }
    }
  }

  /** What `initialize` carries: only what the person set, so that a config file is not overruled. */
  atStart(): Record<string, unknown> {
    const options: Record<string, unknown> = { jobEvents: true, apiKeyRequests: true };
    for (const key of this.fixed) {
      put(options, key, vscode.workspace.getConfiguration(SECTION).inspect(key)?.globalValue);
    }
    // What a folder brings is run only where the person told the editor that they trust the folder.
    options.trusted = vscode.workspace.isTrusted && options.trusted !== false;
    return options;
  }

  /** What the server is told whenever it asks. */
  now(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const key of this.live) {
      const known = vscode.workspace.getConfiguration(SECTION).inspect(key);
      const given = [known?.globalValue, known?.workspaceValue, known?.workspaceFolderValue];
      const lists = given.filter((one): one is unknown[] => Array.isArray(one));
      // Lists name what stays on the machine: a workspace adds to them and takes nothing away.
      put(values, key, lists.length ? lists.flat() : given.findLast((one) => one !== undefined));
    }
    return values;
  }

  /** The settings that were changed from their defaults: names alone, for values may be secret. */
  changed(): string[] {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    return [...this.fixed, ...this.live].filter((key) => {
      const known = configuration.inspect(key);
      const given = [known?.globalValue, known?.workspaceValue, known?.workspaceFolderValue];
      return given.some((value) => value !== undefined);
    });
  }

  /** Whether a change asks for another server process. */
  needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
    const keys = [...this.fixed, "server"];
    return keys.some((key) => event.affectsConfiguration(`${SECTION}.${key}`));
  }
}

/** The program that is set to be the server, by the person or on this machine; never by a folder. */
export function serverPath(): string {
  const known = vscode.workspace.getConfiguration(SECTION).inspect<string>("server.path");
  return (known?.globalValue ?? "").trim();
}

function put(tree: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  const [first = key, ...rest] = key.split(".");
  if (rest.length === 0) tree[first] = value;
  else put((tree[first] ??= {}) as Record<string, unknown>, rest.join("."), value);
}
