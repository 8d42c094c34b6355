/** A chart, drawn when it is asked for. */
export interface Chart {
  svg(): Promise<string>;
  text(width: number): string;
  /** The same in so many steps, for slides. Throws ChartDataError. */
  frames?(count: number): string[];
}

export interface ChartOptions {
  readonly checkpoint?: string | undefined;
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
  readonly unit?: number | undefined;
  /** unit: the image whose map is drawn. */
  readonly image?: string | undefined;
  readonly against?: string | undefined;
  readonly relative?: boolean | undefined;
  /** One training, as `lr=0.01,seed=1`. */
  readonly run?: string | undefined;
  /** trend, of several trainings: a colour a value of this metadata column, and a panel a value of that. */
  readonly by?: string | undefined;
  readonly facet?: string | undefined;
  /** heatmap: which hundred units. */
  readonly page?: number | undefined;
}
