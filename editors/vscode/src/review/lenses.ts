// Accept and reject above each change that waits, in the file and in the comparison.
import * as vscode from "vscode";
import { proposalScheme } from "../names";
import type { Review, Reviews } from "./review";

export interface Chosen {
  review: Review;
  id: string;
}

export class Lenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(
    private readonly reviews: Reviews,
    private readonly names: { accept: string; reject: string; show: string },
  ) {
    const changes = new vscode.EventEmitter<void>();
    reviews.onDidChange(() => changes.fire());
    this.onDidChangeCodeLenses = changes.event;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const right = document.uri.scheme === proposalScheme;
    return this.reviews.of(document.uri).flatMap((review) => {
      const places = right ? this.reviews.places(review) : review.hunks;
      return places.flatMap((place) => this.of(review, place.id, place.first, right));
    });
  }

  private of(review: Review, id: string, line: number, right: boolean): vscode.CodeLens[] {
    const { t } = vscode.l10n;
    const range = new vscode.Range(line, 0, line, 0);
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(range, { title, command, arguments: [{ review, id }] });
    const made = [
      lens(`$(check) ${t("Accept")}`, this.names.accept),
      lens(`$(close) ${t("Reject")}`, this.names.reject),
    ];
    return right ? made : [...made, lens(`$(diff) ${t("Show Kimi's change")}`, this.names.show)];
  }
}
