/** The server's process ends with the extension. */
import { createRequire } from "node:module";

import { extension, manifest, open, servers, until } from "./extension.ts";
import type { Tests } from "./index.ts";

export const server: Tests = {
  "it runs once a text is open, and ends with the extension": async () => {
    await open("shop.py");
    await until("one server runs", () => servers().length === 1);
    // The very module that runs: VS Code has it from here too.
    const load = createRequire(`${extension().extensionPath}/`);
    const running = load(manifest().main) as { deactivate: () => Promise<void> };
    await running.deactivate();
    await until("no server is left", () => servers().length === 0);
  },
};
