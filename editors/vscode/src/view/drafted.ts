// What is being asked next: what it is for, its pictures, and what it would take.
import * as vscode from "vscode";
import type { Argument, Image } from "../protocol";
import type { Way } from "../ways";
import type { Draft, Picture, Purpose } from "./messages";

/** A picture on its way: what the view shows of it, and how the server gets it. */
export interface Attached extends Picture {
  image: Image;
}

interface Parts {
  /** What it may be for or about, and which of them is chosen. */
  ways: readonly Way[];
  way: number;
  pictures: readonly Attached[];
  estimate: string;
}

const NOTHING: Parts = { ways: [], way: 0, pictures: [], estimate: "" };

/** One draft; a change is another one. */
export class Drafted {
  constructor(private readonly parts: Parts = NOTHING) {}

  with(change: Partial<Parts>): Drafted {
    return new Drafted({ ...this.parts, ...change });
  }

  get ways(): readonly Way[] {
    return this.parts.ways;
  }

  get pictures(): readonly Attached[] {
    return this.parts.pictures;
  }

  /** What it asks for. */
  get purpose(): Purpose {
    return this.parts.ways[this.parts.way]?.purpose ?? "ask";
  }

  /** What it is about. */
  get about(): Argument | undefined {
    return this.parts.ways[this.parts.way]?.about;
  }

  /** The pictures as members of a command's argument. */
  get images(): Pick<Argument, "images" | "target"> {
    const given = this.pictures.map((one) => one.image);
    const target = this.purpose === "visualFix" && given.length > 1 ? given.at(-1) : undefined;
    if (target) return { images: given.slice(0, -1), target };
    return given.length ? { images: given } : {};
  }

  /** The pictures as a view shows them, with what each shows where there are several kinds. */
  get seen(): Picture[] {
    const { t } = vscode.l10n;
    const last = this.pictures.length - 1;
    const kinds = this.purpose === "visualFix" && last > 0;
    return this.pictures.map((attached, index) => {
      const { image: _, ...picture } = attached;
      if (!kinds) return picture;
      return { ...picture, role: index < last ? t("how it looks") : t("how it should look") };
    });
  }

  /** All of it as a view shows it. */
  get shown(): Draft {
    const { ways, way, estimate } = this.parts;
    const labels = ways.map(({ label }) => label);
    return { purpose: this.purpose, ways: labels, way, pictures: this.seen, estimate };
  }
}
