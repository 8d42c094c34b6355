import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Which H a sweep's views show. */
export type Definition = 'code' | 'paper';

export const DefinitionContext = createContext<Definition>('code');

/** Words for the definition of H, and for what its means are over, as the command line has them. */
export interface DefinitionWords {
  readonly definition: Definition;
  /** Stands in the title of every picture of H. */
  readonly name: string;
  /** The mean of a layer is over these. */
  readonly over: string;
}

export function definitionWordsOf(definition: Definition): DefinitionWords {
  return definition === 'code'
    ? { definition, name: 'H by the authors’ code', over: 'sensitive units' }
    : { definition, name: 'H by the paper’s text', over: 'all units' };
}

export function useDefinition(): DefinitionWords {
  return definitionWordsOf(useContext(DefinitionContext));
}
