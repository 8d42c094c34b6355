import { describe, expect, test } from 'vitest';
import { SqlRefusedError } from '../src/errors.js';
import { guardSql } from '../src/sql/sql-guard.js';

const tables = ['units', 'layers', 'checkpoints', 'births', 'objects', 'failures'];
const guard = (sql: string): string => guardSql(sql, tables).sql;

describe('guardSql lets through, with every name in quotes', () => {
  test.each([
    ['select 1', 'select 1'],
    ['SELECT * FROM Units;', 'SELECT * FROM "units"'],
    ['select * from "units" u', 'select * from "units" "u"'],
    ['select -- a\n 1 /* b */, 2', 'select 1 , 2'],
    [
      "select 'it''s; -- no comment /* */' as t from units",
      `select 'it''s; -- no comment /* */' as "t" from "units"`,
    ],
    [
      'select a.x from units a left join layers b on a.l = b.l where a.x is not distinct from b.x',
      'select "a"."x" from "units" "a" left join "layers" "b" on "a"."l" = "b"."l" where "a"."x" is not distinct from coalesce( "b"."x")',
    ],
    [
      'select x is distinct from (y + 1) from units',
      'select "x" is distinct from coalesce( ("y" + 1)) from "units"',
    ],
    [
      'select units.limit, u."from" as union, sum(x) "a ""b""" from units u order by units.order desc nulls last',
      'select "units"."limit", "u"."from" as "union", sum("x") "a ""b""" from "units" "u" order by "units"."order" desc nulls last',
    ],
    [
      'with a as (select 1 as x) select * from a join a b using (x)',
      'with "a" as (select 1 as "x") select * from "a" join "a" "b" using ("x")',
    ],
    ['select "ü" as "読む", x::int[] from units', 'select "ü" as "読む", "x"::int[] from "units"'],
  ])('%s', (sql, expected) => {
    expect(guard(sql)).toBe(expected);
  });

  test.each([
    'select * from (select layer from units) t cross join (layers)',
    'select substring(layer from 1 for 2), extract(year from x), trim(both from y), position(1 in x) from layers',
    'select * from units where layer in (select layer from layers) and x not in (1, 2) order by 1 limit 3 offset 1',
    'select 1.5e-3 * .5 as x, [1, 2], -x // 2, not (a or b), (1) from units fetch first 3 rows only',
    'select * exclude (birth_histogram) from units group by all having max(entropy) > 1',
    "select u.* replace (x + 1 as x), * ilike 'a%', * rename x as y from units u",
    'select case x when 1 then 2 else 3 end, cast(x as decimal(10, 2)), count(distinct x), count(*) from units',
    'select row_number() over (partition by layer order by x rows between 1 preceding and current row) from units',
    'select sum(x) over w from units window w as (order by x) qualify rank() over w = 1',
    "select x from units where x between 1 and 2 + 3 and not layer like 'a%' or layer not ilike 'b' is true",
    'select x from units union all by name (select x from layers) except values (1), (2) order by all',
    'select * except select * from units',
    "select distinct on (layer) date '2026-01-01', current_date, null from units natural left anti join layers",
    'select * from (units u join layers l on u.a = l.a) join (values (1, 2)) as t(a, b) on t.a = u.a',
    'select x from units where exists (select 1 from layers)',
  ])('%s', (sql) => {
    const checked = guard(sql);
    // What it gives back passes as it is, apart from COALESCE.
    expect(guard(checked)).toBe(checked);
  });
});

const hostile = [
  "select * from read_csv('/etc/passwd')",
  "select * from READ_IPC('x.arrow')",
  "select * from Read_Parquet ('x')",
  "select * from read_json/**/('x')",
  'select * from "read_csv"(\'/etc/passwd\')',
  "select * from `read_csv`('/etc/passwd')",
  "select * from [read_csv]('/etc/passwd')",
  "select * from ｒｅａｄ_csv('/etc/passwd')",
  "select * from read_csv\u00a0('/etc/passwd')",
  "select * from units, read_csv('/etc/passwd')",
  "select * from units join read_csv('/etc/passwd') on 1 = 1",
  "select * from units cross join lateral read_csv('/etc/passwd')",
  "select * from (read_csv('/etc/passwd'))",
  "select * from (select * from read_csv('/etc/passwd'))",
  "select (select max(column_1) from read_csv('/etc/passwd')) from units",
  "select * from units where 1 in (select 1 from read_csv('/etc/passwd'))",
  "with a as (select * from read_csv('/etc/passwd')) select * from a",
  'with units as (select 1) select * from units',
  'with "/etc/passwd" as (select 1) select * from "/etc/passwd"',
  'with b as (select * from a), a as (select 1) select * from b',
  'with recursive a as (select * from a) select * from a',
  'select * from (with a as (select 1) select * from a) x',
  'select * from "/etc/passwd"',
  "select * from '/etc/passwd'",
  'select * from passwd',
  'select * from "UNITS"',
  'select * from units.arrow',
  'select * from "units"."arrow"',
  'select * from units union select * from "/etc/passwd"',
  'select * from units union table "/etc/passwd"',
  'table "/etc/passwd"',
  'from "/etc/passwd"',
  'select 1 from',
  'select * from (',
  'select 1)',
  'select * from units, "/etc/passwd"',
  "select read_csv('/etc/passwd')",
  "select scan_csv('/etc/passwd') from units",
  'select * into x from units',
  'create table x as select 1',
  'drop table units',
  'truncate table units',
  'delete from units',
  'show tables',
  'explain select 1',
  'select 1; drop table units',
  'select 1;; select 2',
  "select e'\\' from units; --'",
  "select 'a\\' from \"/etc/passwd\" --'",
  "select U&'x' from units",
  'select $$x$$ from units',
  'select * from units # comment',
  'select /* /* */ 1 from units',
  'select /* no end',
  "select 'no end",
  'select * from units where "f"(1) = 1',
  'select * from units outer apply x',
  'select {x} from units',
  'select 1 from only "x"',
  'select trim(x from (select 1 from "/etc/passwd")) from units',
  'select not (distinct from units) from "x"',
  // Keywords that are columns: what follows is no table.
  'select * from units join layers on units.limit = layers.limit, "/etc/passwd"',
  'select * from units join layers on limit, "/etc/passwd"',
  'select * from units join layers on a = order, "/etc/passwd"',
  'select * from units u join layers l on u.layer = l.layer and u.union, "/etc/passwd" as s',
  'select * from (units join layers on units.fetch, "/etc/passwd")',
  'select * from units window w as (partition by layer), "/etc/passwd"',
  'select * from units window w as (partition by layer) join "/etc/passwd"',
  'select * from units order by x join "/etc/passwd"',
  'select array(select 1 from "/etc/passwd")',
  'select * from units for update',
  'select * from units tablesample (10)',
  'select * from units as of timestamp 1',
  'select * from unnest([1, 2])',
  'select x from units where x = any (select x from "/etc/passwd")',
  `select ${'('.repeat(60)}1${')'.repeat(60)}`,
  `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
  `select ${'case when true then '.repeat(60)}1${' end'.repeat(60)}`,
  // A column named `is` or `distinct`, and a FROM that is none of an expression.
  'select x.is distinct from read_csv(1)',
  'select not distinct from x',
  'select u.is distinct from "x"',
  'select all is distinct from x',
  'select not distinct from "f"("x")',
  'select not distinct from -"x"',
  `select ${Array(502).fill('1').join(' + ')} from units`,
  `select ${Array(300).fill('x = 1').join(' or ')} from units`,
  `select case ${Array(300).fill('when x = 1 then 2').join(' ')} end from units`,
  `select 1${'::int'.repeat(501)} from units`,
  Array(14).fill('select x from units').join(' union all '),
  `select 1 from units a0 ${Array.from({ length: 64 }, (_, i) => `cross join units a${i + 1}`).join(' ')}`,
  // Every name reads the one before it twice.
  `with a0 as (select 1 as x)${Array.from({ length: 8 }, (_, i) => `, a${i + 1} as (select p.x from ${i === 0 ? 'units' : `a${i}`} p cross join ${i === 0 ? 'units' : `a${i}`} q)`).join('')} select * from a8`,
  '',
  ';',
  '\u0000select 1',
];

test.each(hostile)('guardSql refuses %j', (sql) => {
  expect(() => guard(sql)).toThrow(SqlRefusedError);
});

test('guardSql names the table that was meant', () => {
  expect(() => guard('select * from unit')).toThrow('did you mean units?');
});

test.each([
  [
    'select limit from units',
    'expected a value, found limit; a column of such a name stands in double quotes',
  ],
  ['select x from units join layers on', 'expected a value, found the end'],
  ['select x from units, layers', 'join tables by JOIN … ON or CROSS JOIN, not by a comma'],
  ['select x from units where x = any (1)', 'expected a value, found any; write x IN (…)'],
  ["select read_csv('x')", 'no function read_csv: nothing but the results is read'],
  ['select (select 1', 'expected ), found the end'],
])('guardSql says what it expected: %s', (sql, message) => {
  expect(() => guard(sql)).toThrow(message);
});

test('guardSql tells the tables that are read from columns of the same name', () => {
  expect(guardSql('select births, layers from units u join checkpoints', tables).tables).toEqual([
    'units',
    'checkpoints',
  ]);
});
