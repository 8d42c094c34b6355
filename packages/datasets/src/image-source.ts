/** Where images come from. Paths are absolute. */
export type ImageSource =
  | { readonly kind: 'mnist' }
  | {
      readonly kind: 'idx';
      readonly images: string;
      readonly labels: string;
      /** Names of the labels 0, 1, …; without them the numbers are the categories. */
      readonly classNames?: readonly string[];
    }
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'archive';
      readonly path: string;
      /** The folder inside it that holds one folder a category. Default: the deepest that holds them all. */
      readonly inside?: string;
    }
  | {
      readonly kind: 'table';
      /** A Parquet or Arrow file, or a folder of them. */
      readonly path: string;
      readonly imageColumn?: string;
      readonly labelColumn?: string;
      /** Names of the labels 0, 1, … where the file does not say them. */
      readonly classNames?: readonly string[];
    };
