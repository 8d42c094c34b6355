import { SqlRefusedError } from '../errors.js';
import { FILE_FUNCTION, LITERAL_TYPES, RESERVED_WORDS, WORD_VALUES } from './sql-words.js';
import { shown, type TokenCursor } from './token-cursor.js';

const OPERATORS = new Set('+ - * / % || = <> != < > <= >= ~ ~* !~ !~*'.split(' '));
const UNARY = new Set(['+', '-']);
const TYPE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const IS_WHAT = ['NULL', 'TRUE', 'FALSE', 'UNKNOWN'];
const PATTERNS = ['LIKE', 'ILIKE', 'REGEXP', 'RLIKE'];

/** Reads expressions: the part of the engine's grammar that has use here, each form by its own rule. */
export class ExpressionReader {
  constructor(
    private readonly cursor: TokenCursor,
    /** Reads a SELECT inside parentheses. */
    private readonly query: () => void,
  ) {}

  expression(): void {
    const { cursor } = this;
    for (;;) {
      this.operand();
      while (this.predicate());
      if (cursor.accept('AND') || cursor.accept('OR') || this.operator()) continue;
      return;
    }
  }

  /** `x`, `-x`, `NOT x`, with what may stand directly after it. */
  operand(): void {
    const { cursor } = this;
    while (cursor.accept('NOT') || this.unary());
    this.primary();
    for (;;) {
      if (cursor.acceptSymbol('::')) this.type();
      else if (cursor.acceptSymbol('[')) {
        cursor.nested(() => this.expression());
        cursor.expectSymbol(']');
      } else return;
    }
  }

  /** Items of ORDER BY. */
  ordering(): void {
    const { cursor } = this;
    cursor.list(() => {
      if (!cursor.accept('ALL')) this.expression();
      if (!cursor.accept('ASC')) cursor.accept('DESC');
      if (cursor.accept('NULLS') && !cursor.accept('FIRST')) cursor.expect('LAST');
    });
  }

  /** `(PARTITION BY … ORDER BY …)`. */
  window(): void {
    const { cursor } = this;
    cursor.parenthesised(() => {
      if (cursor.accept('PARTITION', 'BY')) cursor.list(() => this.expression());
      if (cursor.accept('ORDER', 'BY')) this.ordering();
      if (cursor.isWord('ROWS') || cursor.isWord('RANGE')) this.windowFrame();
    });
  }

  private windowFrame(): void {
    const { cursor } = this;
    cursor.take();
    const bound = (): void => {
      if (cursor.accept('CURRENT', 'ROW')) return;
      if (!cursor.accept('UNBOUNDED')) this.operand();
      if (!cursor.accept('PRECEDING')) cursor.expect('FOLLOWING');
    };
    if (!cursor.accept('BETWEEN')) {
      bound();
      return;
    }
    bound();
    cursor.expect('AND');
    bound();
  }

  private unary(): boolean {
    const token = this.cursor.peek();
    if (token?.kind !== 'symbol' || !UNARY.has(token.value)) return false;
    this.cursor.take();
    return true;
  }

  private operator(): boolean {
    const { cursor } = this;
    const token = cursor.peek();
    if (token?.kind !== 'symbol' || !OPERATORS.has(token.value)) return false;
    cursor.take();
    // The engine's division of whole numbers is `//`.
    if (token.value === '/' && cursor.isSymbol('/') && cursor.peek()?.spaced === false) cursor.take();
    if (cursor.isWord('ANY') || cursor.isWord('ALL') || cursor.isWord('SOME'))
      throw cursor.refusal('a value', 'write x IN (…)');
    return true;
  }

  /** IS …, [NOT] IN (…), [NOT] LIKE …, [NOT] BETWEEN … AND …; what they compare with is read too. */
  private predicate(): boolean {
    const { cursor } = this;
    if (cursor.accept('IS')) {
      cursor.accept('NOT');
      if (IS_WHAT.some((word) => cursor.accept(word))) return true;
      cursor.expect('DISTINCT', 'FROM');
      this.distinctOperand();
      return true;
    }
    const negated =
      cursor.isWord('NOT') && ['IN', 'BETWEEN', ...PATTERNS].some((word) => cursor.isWord('NOT', word));
    if (negated) cursor.take();
    if (cursor.accept('IN')) {
      cursor.parenthesised(() => this.queryOr(() => cursor.list(() => this.expression())));
      return true;
    }
    if (cursor.accept('BETWEEN')) {
      this.sum();
      cursor.expect('AND');
      this.sum();
      return true;
    }
    if (PATTERNS.some((word) => cursor.accept(word))) {
      this.sum();
      if (cursor.accept('ESCAPE')) this.operand();
      return true;
    }
    return false;
  }

  /** Operands with symbols between them. */
  private sum(): void {
    do this.operand();
    while (this.operator());
  }

  /** What stands after IS DISTINCT FROM goes into a call of COALESCE, which is the same and can be no table. */
  private distinctOperand(): void {
    const { cursor } = this;
    cursor.checked.push({ kind: 'word', value: 'coalesce', spaced: true });
    cursor.add('(');
    this.operand();
    cursor.add(')');
  }

  private primary(): void {
    const { cursor } = this;
    const token = cursor.peek();
    if (token === undefined) throw cursor.refusal('a value');
    if (token.kind === 'number' || token.kind === 'text') cursor.take();
    else if (token.kind === 'symbol') this.enclosed();
    else if (cursor.isOneOf(WORD_VALUES)) cursor.take();
    else if (cursor.isOneOf(LITERAL_TYPES) && cursor.peek(1)?.kind === 'text') {
      cursor.take();
      cursor.take();
    } else if (cursor.accept('CASE')) this.cases();
    else if (cursor.isWord('EXISTS') && cursor.isSymbol('(', 1)) {
      cursor.take();
      cursor.parenthesised(this.query);
    } else if (cursor.isSymbol('(', 1)) this.call();
    else if (cursor.isWord('ARRAY') && cursor.isSymbol('[', 1)) {
      cursor.take();
      this.enclosed();
    } else this.column();
  }

  /** `(…)` with a SELECT or values, `[…]`. */
  private enclosed(): void {
    const { cursor } = this;
    const values = (): void => cursor.list(() => this.expression());
    if (cursor.isSymbol('(')) cursor.parenthesised(() => this.queryOr(values));
    else if (cursor.acceptSymbol('[')) {
      if (!cursor.isSymbol(']')) cursor.nested(values);
      cursor.expectSymbol(']');
    } else throw cursor.refusal('a value');
  }

  private queryOr(read: () => void): void {
    if (this.cursor.isWord('SELECT') || this.cursor.isWord('WITH')) this.query();
    else read();
  }

  private cases(): void {
    const { cursor } = this;
    cursor.nested(() => {
      if (!cursor.isWord('WHEN')) this.expression();
      do {
        cursor.expect('WHEN');
        this.expression();
        cursor.expect('THEN');
        this.expression();
      } while (cursor.isWord('WHEN'));
      if (cursor.accept('ELSE')) this.expression();
      cursor.expect('END');
    });
  }

  private column(): void {
    const { cursor } = this;
    if (cursor.isOneOf(RESERVED_WORDS))
      throw cursor.refusal('a value', 'a column of such a name stands in double quotes');
    do cursor.name('a column');
    while (cursor.acceptSymbol('.'));
  }

  private call(): void {
    const { cursor } = this;
    const token = cursor.peek();
    if (token?.kind !== 'word')
      throw new SqlRefusedError(
        `SQL: a function's name stands without quotes, found ${token === undefined ? '' : shown(token)}`,
      );
    if (FILE_FUNCTION.test(token.value))
      throw new SqlRefusedError(`SQL: no function ${token.value}: nothing but the results is read`);
    if (cursor.isOneOf(RESERVED_WORDS) && !['LEFT', 'RIGHT'].includes(token.value.toUpperCase()))
      throw cursor.refusal('a value', 'a column of such a name stands in double quotes');
    const name = cursor.take().value.toUpperCase();
    cursor.parenthesised(() => this.callArguments(name));
    if (!cursor.accept('OVER')) return;
    if (cursor.isSymbol('(')) this.window();
    else cursor.name('a window');
  }

  private callArguments(name: string): void {
    const { cursor } = this;
    switch (name) {
      case 'CAST':
      case 'TRY_CAST':
        this.expression();
        cursor.expect('AS');
        {
          this.type();
          return;
        }
      case 'EXTRACT': {
        const field = cursor.peek();
        if (field?.kind !== 'word' || !TYPE.test(field.value)) throw cursor.refusal('a part of a date');
        cursor.take();
        cursor.expect('FROM');
        this.expression();
        return;
      }
      case 'TRIM':
        if (['BOTH', 'LEADING', 'TRAILING'].some((word) => cursor.accept(word))) {
          if (!cursor.isWord('FROM')) this.operand();
          cursor.expect('FROM');
        }
        break;
      case 'POSITION':
        this.operand();
        if (cursor.accept('IN')) {
          this.operand();
          return;
        }
        while (cursor.acceptSymbol(',')) this.expression();
        return;
    }
    if (cursor.isSymbol(')') || cursor.acceptSymbol('*')) return;
    if (!cursor.accept('DISTINCT')) cursor.accept('ALL');
    cursor.list(() => this.expression());
    if (name === 'TRIM' && cursor.accept('FROM')) this.expression();
    if (name === 'SUBSTRING' || name === 'SUBSTR') {
      if (cursor.accept('FROM')) this.expression();
      if (cursor.accept('FOR')) this.expression();
    }
    if (cursor.accept('ORDER', 'BY')) this.ordering();
    if (cursor.accept('LIMIT')) this.operand();
  }

  /** `int`, `double precision`, `decimal(10, 2)`, `int[]`. */
  private type(): void {
    const { cursor } = this;
    const word = (): boolean => {
      const token = cursor.peek();
      return token?.kind === 'word' && TYPE.test(token.value) && !cursor.isOneOf(RESERVED_WORDS);
    };
    if (!word()) throw cursor.refusal('a type');
    const name = cursor.take().value.toUpperCase();
    if (name === 'DOUBLE') cursor.accept('PRECISION');
    if (cursor.isSymbol('('))
      cursor.parenthesised(() =>
        cursor.list(() => {
          if (cursor.peek()?.kind !== 'number') throw cursor.refusal('a number');
          cursor.take();
        }),
      );
    while (cursor.isSymbol('[') && cursor.isSymbol(']', 1)) {
      cursor.take();
      cursor.take();
    }
  }
}
