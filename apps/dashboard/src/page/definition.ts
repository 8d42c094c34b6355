import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { definitionWords, meanWords, type Definition } from '@unitscope/entropy';

export const DefinitionContext = createContext<Definition>('code');

/** Words for the definition of H, and for what its means are over. */
export interface DefinitionWords {
  readonly definition: Definition;
  /** Stands in the title of every picture of H. */
  readonly name: string;
  /** The mean of a layer is over these. */
  readonly over: string;
}

export function useDefinition(): DefinitionWords {
  const definition = useContext(DefinitionContext);
  return { definition, name: definitionWords(definition), over: meanWords(definition) };
}
