/** No server on this machine: installed with one click from the extension, into a place of its own. */
import { existsSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { BIN } from "../places.ts";
import { expect, test } from "../drive/test.ts";

/** A Python that makes no environments while there is a file of this name at home. */
const BROKEN = "no-ensurepip";
const PYTHON = `#!/bin/sh
if [ "$2" = venv ] && [ -e "$HOME/${BROKEN}" ]; then
  echo "No module named ensurepip" >&2
  exit 1
fi
exec ${realpathSync(path.join(BIN, "python3"))} "$@"
`;

test.use({
  start: {
    files: { "shop.py": "x = 1\n" },
    server: false,
    programs: { python3: PYTHON, uv: "#!/bin/sh\nexit 1\n" },
  },
});

test("Install the server with one click", async ({ code, kimi, step }) => {
  test.setTimeout(400_000);
  await kimi.says({ reply: { content: "It counts." } });
  const broken = path.join(code.server.home, BROKEN);
  const storage = path.join(
    code.server.home,
    "vscode/data/User/globalStorage/kimi-lsp.kimi-lsp",
  );
  const installed = (): string[] =>
    existsSync(storage) ? readdirSync(storage).filter((name) => name.startsWith("server-")) : [];
  const bar = code.toast("Installing the Kimi language server");

  await step("Be offered it with the first file", async () => {
    writeFileSync(broken, "");
    await code.open("shop.py");
    await expect(code.toast("not on this machine yet")).toBeVisible();
  });

  await step("Be told why it failed, and what helps", async () => {
    await code.answer("not on this machine yet", "Install");
    const failed = code.toast("cannot make environments");
    await expect(failed.locator(".monaco-button", { hasText: "Get uv" })).toBeVisible();
    await expect(bar).toHaveCount(0);
  });

  await step("Try again, and see it go on", async () => {
    rmSync(broken);
    await code.answer("cannot make environments", "Try again");
    await expect(bar).toContainText("fetching what it needs", { timeout: 90_000 });
    expect(installed()).toHaveLength(1);
  });

  await step("Cancel it: nothing is left", async () => {
    await code.answer("Installing the Kimi language server", "Cancel");
    await expect(bar).toHaveCount(0);
    await expect.poll(installed).toEqual([]);
    await expect.poll(() => code.server.processes("pip")).toEqual([]);
  });

  await step("Install it after all", async () => {
    await code.command("Kimi: Install the Language Server");
    await expect(bar).toBeVisible();
    await expect.poll(() => code.server.processes("bin/kimi-lsp").length, { timeout: 240_000 }).toBe(1);
    await expect(bar).toHaveCount(0);
  });

  await step("Get the first answer", async () => {
    await code.open("shop.py");
    await code.command("Kimi: Explain This");
    const view = await code.view();
    await expect(view.ended("done")).toContainText("It counts.");
  });
});
