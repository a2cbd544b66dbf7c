// API keys: typed once, kept by the editor's own store of secrets, each for the origin it is of.
import * as vscode from "vscode";
import { commands, contexts } from "./names";
import type { KeyRequest } from "./protocol";

const OFFICIAL = "https://api.moonshot.ai";
const CONSOLE = "https://platform.kimi.ai/console/api-keys";
const LIST = "origins";

const secretName = (origin: string) => `apiKey ${origin}`;

export class Keys {
  /** What the server sends code to may be set where the editor does not see it. */
  private asked: string | undefined;

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly memento: vscode.Memento,
  ) {
    void this.tell();
  }

  /** The answer to the server that asks for the key of an origin. */
  async answer({ origin, refused, quiet }: KeyRequest): Promise<{ key: string } | null> {
    this.asked = origin;
    const kept = await this.secrets.get(secretName(origin));
    if (kept && !refused) return { key: kept };
    if (quiet) return null;
    const key = await this.ask(origin, refused ?? false);
    return key ? { key } : null;
  }

  /** Ask for a key and keep it; undefined where none was given. */
  async ask(origin = this.asked ?? endpoint(), refused = false): Promise<string | undefined> {
    const key = await typed(origin, refused);
    if (!key) return undefined;
    await this.secrets.store(secretName(origin), key);
    await this.memento.update(LIST, [...new Set([...this.origins(), origin])]);
    await this.tell();
    return key;
  }

  async forget(): Promise<void> {
    const origins = new Set([...this.origins(), endpoint(), OFFICIAL]);
    for (const origin of origins) await this.secrets.delete(secretName(origin));
    await this.memento.update(LIST, undefined);
    await this.tell();
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The keys for Kimi are no longer kept here."),
    );
  }

  /** The origins that keys are kept for; never a key. */
  origins(): string[] {
    return this.memento.get<string[]>(LIST, []);
  }

  private async tell(): Promise<void> {
    const has = this.origins().length > 0;
    await vscode.commands.executeCommand("setContext", contexts.hasKey, has);
  }
}

/** The origin that code is sent to, by the person's own setting. */
export function endpoint(): string {
  const known = vscode.workspace.getConfiguration("kimi").inspect<string>("baseUrl");
  try {
    return new URL(known?.globalValue ?? OFFICIAL).origin;
  } catch {
    return OFFICIAL;
  }
}

/** What the person types; a paste brings line ends and spaces along that are no part of it. */
function typed(origin: string, refused: boolean): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const box = vscode.window.createInputBox();
  const get = { iconPath: new vscode.ThemeIcon("link-external"), tooltip: t("Get a key") };
  const offline = { iconPath: new vscode.ThemeIcon("beaker"), tooltip: t("Try without a key") };
  box.title = t("API key for {0}", new URL(origin).host);
  box.prompt = refused
    ? t("The key was not accepted. Copy it again, whole and alone.")
    : t("It is kept in the editor's store of secrets, and sent to this host alone.");
  box.placeholder = "sk-…";
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = origin === OFFICIAL ? [get, offline] : [offline];
  return new Promise((resolve) => {
    const done = (value: string | undefined) => {
      resolve(value);
      box.dispose();
    };
    box.onDidTriggerButton((button) => {
      if (button === get) {
        void vscode.env.openExternal(vscode.Uri.parse(CONSOLE));
        return;
      }
      done(undefined);
      void vscode.commands.executeCommand(commands.tryOffline);
    });
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(() => {
      const value = box.value.trim();
      if (/^[\x21-\x7e]+$/.test(value)) done(value);
      else box.validationMessage = t("A key is one word of plain letters, digits and signs.");
    });
    box.onDidHide(() => done(undefined));
    box.show();
  });
}
