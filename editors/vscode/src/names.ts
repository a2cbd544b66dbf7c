// Every identifier that package.json and the code must agree on.

/** The commands of the extension; those of the server are `kimi.*`. */
export const commands = {
  explain: "kimi-lsp.explain",
  fix: "kimi-lsp.fix",
  change: "kimi-lsp.change",
  ask: "kimi-lsp.ask",
  component: "kimi-lsp.component",
  visualFix: "kimi-lsp.visualFix",
  stop: "kimi-lsp.stop",
  menu: "kimi-lsp.menu",
  model: "kimi-lsp.model",
  thinking: "kimi-lsp.thinking",
  usage: "kimi-lsp.usage",
  setKey: "kimi-lsp.setKey",
  forgetKeys: "kimi-lsp.forgetKeys",
  install: "kimi-lsp.install",
  tryOffline: "kimi-lsp.tryOffline",
  goOnline: "kimi-lsp.goOnline",
  openSample: "kimi-lsp.openSample",
  walkthrough: "kimi-lsp.walkthrough",
  restart: "kimi-lsp.restart",
  showLog: "kimi-lsp.showLog",
  copyDiagnostics: "kimi-lsp.copyDiagnostics",
  openBeside: "kimi-lsp.openBeside",
  newConversation: "kimi-lsp.newConversation",
  review: "kimi-lsp.review",
  acceptHere: "kimi-lsp.acceptHere",
  rejectHere: "kimi-lsp.rejectHere",
  acceptAll: "kimi-lsp.acceptAll",
  rejectAll: "kimi-lsp.rejectAll",
} as const;

export const view = "kimi-lsp.chat";
export const walkthrough = "kimi-lsp.kimi-lsp#start";

/** Keys of `when` clauses. */
export const contexts = {
  reviewing: "kimi-lsp.reviewing",
  offline: "kimi-lsp.offline",
  hasKey: "kimi-lsp.hasKey",
  fixed: "kimi-lsp.fixed",
  pictured: "kimi-lsp.pictured",
} as const;

/** The schemes of documents that are sent to the server. */
export const schemes: ReadonlySet<string> = new Set([
  "file",
  "untitled",
  "vscode-notebook-cell",
  "vscode-remote",
  "vscode-vfs",
]);

/** The scheme of documents that show how a file would be with a change that waits. */
export const proposalScheme = "kimi-proposal";
