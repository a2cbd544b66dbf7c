// Install the server from the wheel inside the extension, into an environment of its own.
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as vscode from "vscode";
import { complete, environment } from "./environment";

const STEP_MINUTES = 10;
const ADVICE = 400;

/** Why an installation failed; `action` is what a button can do about it. */
export class InstallError extends Error {
  constructor(
    message: string,
    readonly action: { title: string; url: string } | undefined,
    readonly output: string,
  ) {
    super(message);
  }
}

interface Maker {
  command: string;
  uv: boolean;
}

/**
 * Install with a progress bar. True when it is there, false when the person stopped it.
 * Raises `InstallError`.
 */
export async function install(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const own = await environment(context);
  if (!own)
    throw new InstallError(vscode.l10n.t("This extension brings no server."), undefined, "");
  const { t } = vscode.l10n;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: t("Installing the Kimi language server"),
      cancellable: true,
    },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const run = async (command: string, args: string[], message: string) => {
        progress.report({ message });
        await step(command, args, stop.signal, log);
      };
      try {
        const maker = await python(stop.signal, log);
        await fs.rm(own.folder, { recursive: true, force: true });
        await fs.mkdir(context.globalStorageUri.fsPath, { recursive: true });
        const making = t("making a private environment");
        const filling = t("fetching what it needs");
        if (maker.uv) {
          await run(maker.command, ["venv", "--python", ">=3.11", own.folder], making);
          const args = ["pip", "install", "--python", own.python, own.wheel];
          await run(maker.command, args, filling);
        } else {
          await run(maker.command, ["-m", "venv", own.folder], making);
          const pip = ["-m", "pip", "install", "--disable-pip-version-check"];
          await run(own.python, [...pip, "--progress-bar", "off", own.wheel], filling);
        }
        await run(own.program, ["--version"], t("trying it"));
        await complete(own);
        return true;
      } catch (error) {
        await fs.rm(own.folder, { recursive: true, force: true }).catch(() => undefined);
        if (stop.signal.aborted) return false;
        throw error;
      }
    },
  );
}

/** What makes an environment here: uv, or a Python that is new enough. Raises `InstallError`. */
async function python(signal: AbortSignal, log: vscode.LogOutputChannel): Promise<Maker> {
  const works = async (command: string, args: string[]) =>
    step(command, args, signal, log).then(
      () => true,
      () => false,
    );
  if (await works("uv", ["--version"])) return { command: "uv", uv: true };
  const newEnough = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"];
  const candidates = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  for (const command of candidates) {
    if (await works(command, newEnough)) return { command, uv: false };
  }
  throw new InstallError(
    vscode.l10n.t("Kimi needs Python 3.11 or newer, or uv, on this machine, and found neither."),
    {
      title: vscode.l10n.t("Get uv"),
      url: "https://docs.astral.sh/uv/getting-started/installation/",
    },
    "",
  );
}

/** Run a program to its end; its last words are kept for whoever has to mend it. */
async function step(
  command: string,
  args: string[],
  signal: AbortSignal,
  log: vscode.LogOutputChannel,
): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let output = "";
    const child = spawn(command, args, {
      cwd: os.homedir(),
      env: { ...process.env, PYTHONNOUSERSITE: "1", PYTHONSAFEPATH: "1", PYTHONPATH: "" },
      signal,
      timeout: STEP_MINUTES * 60_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const heard = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      log.warn(`${command} ${args.join(" ")} ended with ${code}\n${output}`);
      reject(explained(output));
    });
  });
}

/** The failures that people meet, each with its way out. */
function explained(output: string): InstallError {
  const { t } = vscode.l10n;
  if (/ensurepip is not|No module named (venv|ensurepip)/.test(output)) {
    return new InstallError(
      t("This Python cannot make environments. Install python3-venv, or uv, and try again."),
      { title: t("Get uv"), url: "https://docs.astral.sh/uv/getting-started/installation/" },
      output,
    );
  }
  if (/resolve|connect|network|timed out|proxy|certificate|dns/i.test(output)) {
    const text = t("The packages could not be fetched. Check the network and its proxy.");
    return new InstallError(text, undefined, output);
  }
  if (output.includes("No space left")) {
    return new InstallError(t("There is no space left on this machine."), undefined, output);
  }
  const last = output.trim().split("\n").at(-1) ?? "";
  return new InstallError(
    t("The installation failed: {0}", last.slice(0, ADVICE)),
    undefined,
    output,
  );
}
