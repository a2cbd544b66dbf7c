// Formats Lua, or with --check only looks. StyLua comes to npm as a library without a command.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Config,
  IndentType,
  OutputVerification,
  QuoteStyle,
  formatCode,
} from "@johnnymorganz/stylua";

const look = process.argv[2] === "--check";
const folders = process.argv.slice(look ? 3 : 2);

// The same as nvim/stylua.toml, for those who have the command.
function config() {
  const made = Config.new();
  made.column_width = 100;
  made.indent_type = IndentType.Spaces;
  made.indent_width = 2;
  made.quote_style = QuoteStyle.AutoPreferSingle;
  return made;
}

let late = 0;
for (const folder of folders) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".lua") || name.includes("node_modules")) continue;
    const path = join(folder, name);
    const text = readFileSync(path, "utf8");
    const made = formatCode(text, config(), undefined, OutputVerification.Full);
    if (made === text) continue;
    late += 1;
    if (look) console.error(`would reformat ${path}`);
    else writeFileSync(path, made);
  }
}
process.exit(look && late ? 1 : 0);
