// Which of the offers on a drop was taken.
//
// VS Code asks a drop's provider nothing more once an offer is taken: it sends that question to the
// providers of pastes. What it does carry out is the offer's edit, so each makes a file of its own
// in a file system that holds nothing, and that tells of it.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";

const SCHEME = "kimi-dropped";
const EMPTY = new Uint8Array();

export class Dropped implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly offers = new Map<string, () => void>();
  private readonly made = new Set<string>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  private readonly registered = vscode.workspace.registerFileSystemProvider(SCHEME, this);

  /** An edit that does `taken` and nothing else, once. */
  edit(taken: () => void): vscode.WorkspaceEdit {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${randomUUID()}` });
    this.offers.set(uri.path, taken);
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri);
    return edit;
  }

  /** The offers of an older drop are of no use any more. */
  forget(): void {
    this.offers.clear();
  }

  writeFile({ path }: vscode.Uri): void {
    this.made.add(path);
    this.offers.get(path)?.();
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const file = this.made.has(path);
    if (!file && path !== "/") throw vscode.FileSystemError.FileNotFound(path);
    const type = file ? vscode.FileType.File : vscode.FileType.Directory;
    return { type, ctime: 0, mtime: 0, size: 0 };
  }

  delete({ path }: vscode.Uri): void {
    this.made.delete(path);
  }

  readFile(): Uint8Array {
    return EMPTY;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  dispose(): void {
    this.registered.dispose();
  }
}
