/** A viewer of a run that this page made: with its promises, its statechart and all its events below. */
import { eventsFold } from "../event-list.ts";
import { nextFold } from "../next-fold.ts";
import type { Picture } from "../picture.ts";
import { promisesFold } from "../promises.ts";
import { Viewer } from "../viewer.ts";
import type { ViewerOptions } from "../viewer-options.ts";
import { ChartFold } from "./chart-fold.ts";

export interface RunViewer {
  readonly viewer: Viewer;
  /** Whose statechart is shown. */
  readonly chart: (name: string) => void;
}

/** `wide`: whether promises and statechart are unfolded at first. */
export function runViewer(picture: Picture, options: ViewerOptions, wide = false): RunViewer {
  const chart = new ChartFold(picture, wide);
  const chosen = (name: string): void => {
    chart.choose(name);
    options.chosen?.(name);
  };
  const folds = [promisesFold(picture, wide), chart, nextFold(picture), eventsFold(picture)];
  return { viewer: new Viewer(picture, { ...options, folds, chosen }), chart: (name) => chart.choose(name) };
}
