// The offline Kimi: a process of the server's package that stands in for the model, with no key.
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

const START_SECONDS = 60;

export class Offline implements vscode.Disposable {
  private constructor(
    private readonly child: ChildProcess,
    /** What the server's environment holds while it speaks to the offline Kimi. */
    readonly environment: Record<string, string>,
  ) {}

  /** Start it with the replies for the sample. Raises an `Error` fit for a person. */
  static async start(program: string, storage: vscode.Uri): Promise<Offline> {
    const folder = path.join(storage.fsPath, "offline");
    await fs.mkdir(folder, { recursive: true });
    const script = path.join(folder, "script.jsonl");
    await fs.writeFile(
      script,
      replies()
        .map((line) => JSON.stringify(line))
        .join("\n"),
    );
    const child = spawn(program, ["simulator", "--script", script], {
      cwd: os.homedir(),
      env: { ...process.env, PYTHONSAFEPATH: "1" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const url = await address(child);
      return new Offline(child, {
        KIMI_BASE_URL: url,
        KIMI_API_KEY: "offline",
        KIMI_MODEL: "",
        MOONSHOT_API_KEY: "",
        KIMI_LSP_CONFIG: path.join(folder, "config.toml"),
        KIMI_LSP_STATE: path.join(folder, "state"),
      });
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  dispose(): void {
    this.child.kill();
  }
}

function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = () => {
      clearTimeout(timer);
      reject(new Error(vscode.l10n.t("The offline Kimi did not start.")));
    };
    const timer = setTimeout(failed, START_SECONDS * 1000);
    let said = "";
    child.once("error", failed);
    child.once("exit", failed);
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const end = said.indexOf("\n");
      if (end < 0) return;
      clearTimeout(timer);
      try {
        resolve((JSON.parse(said.slice(0, end)) as { url: string }).url);
      } catch {
        failed();
      }
    });
  });
}

/** What the offline Kimi says: about the sample what is true of it, elsewhere what it is. */
function replies(): object[] {
  const { t } = vscode.l10n;
  const slow = { chunk: 8, delay: 0.03 };
  const fixed =
    "<<<<<<< SEARCH\n    sum += item.prise * item.count;\n=======\n" +
    "    sum += item.price * item.count;\n>>>>>>> REPLACE\n";
  const explained = [
    t("`total` adds up what a basket costs, **before** any discount."),
    "",
    "- " + t("Each line of the basket counts as often as it is in it."),
    "- " + t("`discounted` takes ten per cent off above 100, and nothing below it."),
    "",
    t("A shorter way to write the sum:"),
    "",
    "```ts",
    "return items.reduce((sum, item) => sum + item.price * item.count, 0);",
    "```",
  ].join("\n");
  const stranger = t(
    "This is the offline stand-in for Kimi: it shows how answers arrive, and knows only the sample. Set a key to ask Kimi itself.",
  );
  return [
    { match: { contains: "prise" }, reply: { content: fixed, ...slow } },
    { match: { contains: "Instruction:" }, reply: { content: "```\n```", ...slow } },
    { match: { contains: "discounted" }, reply: { content: explained, ...slow } },
    { reply: { content: stranger, ...slow } },
  ];
}
