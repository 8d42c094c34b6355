import { DARK, LIGHT, type Theme as Colors } from '@unitscope/plots';
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';
export type ThemeChoice = Theme | 'auto';

const KEY = 'unitscope.theme';
const DARK_SYSTEM = '(prefers-color-scheme: dark)';

/** The theme that is chosen, and the one that is shown: the system's where none is chosen. */
export function useThemeChoice(): {
  choice: ThemeChoice;
  theme: Theme;
  readonly choose: (choice: ThemeChoice) => void;
} {
  const [choice, setChoice] = useState<ThemeChoice>(() => {
    const kept = window.localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  });
  const [system, setSystem] = useState<Theme>(() =>
    window.matchMedia(DARK_SYSTEM).matches ? 'dark' : 'light',
  );
  useEffect(() => {
    const query = window.matchMedia(DARK_SYSTEM);
    const update = (): void => setSystem(query.matches ? 'dark' : 'light');
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  const theme = choice === 'auto' ? system : choice;
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const choose = (next: ThemeChoice): void => {
    if (next === 'auto') window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, next);
    setChoice(next);
  };
  return { choice, theme, choose };
}

export const ThemeContext = createContext<Theme>('light');

export function useTheme(): Theme {
  return useContext(ThemeContext);
}

/** The colours of drawings on the page's ground. */
export function colorsOf(theme: Theme): Colors {
  return theme === 'dark' ? DARK : LIGHT;
}
