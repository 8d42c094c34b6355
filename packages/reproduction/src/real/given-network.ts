import { type ImageSize } from '@unitscope/models';

/** A trained network from elsewhere (ONNX), and images of which categories are made. */
export interface RealNetwork {
  readonly name: string;
  readonly path: string;
  /** Crops of photographs, one category a photograph. */
  readonly crops: string;
  readonly categories: number;
  readonly perCategory: number;
  /** A preset of the sweep spec. */
  readonly preprocess: string;
  /** Where the network leaves it open. */
  readonly inputSize?: ImageSize;
}
