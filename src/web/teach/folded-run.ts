/** What a viewer shows of a run that this page made: its promises, its statechart, what is open and all its events, each below it. */
import { eventsFold } from "../event-list.ts";
import { NextFold, type DrawChoices } from "../next-fold.ts";
import type { Picture } from "../picture.ts";
import { promisesFold } from "../promises.ts";
import type { ViewerOptions } from "../viewer-options.ts";
import { ChartFold } from "./chart-fold.ts";

export interface FoldedRun {
  readonly options: ViewerOptions;
  /** Whose statechart is shown. */
  readonly chart: (name: string) => void;
}

/** `wide`: whether promises and statechart are unfolded at first; `choices`: what can be chosen after an event. */
export function foldedRun(
  picture: Picture,
  options: ViewerOptions,
  wide = false,
  choices?: DrawChoices,
): FoldedRun {
  const chart = new ChartFold(picture, wide);
  const chosen = (name: string): void => {
    chart.choose(name);
    options.chosen?.(name);
  };
  const folds = [promisesFold(picture, wide), chart, new NextFold(picture, choices), eventsFold(picture)];
  return { options: { ...options, folds, chosen }, chart: (name) => chart.choose(name) };
}
