/** Statements, and words by which a statement inside a SELECT could read or write what is no table of the results. */
export const REFUSED_WORDS = new Set(
  'TABLE INTO INSERT UPDATE DELETE DROP CREATE ALTER TRUNCATE COPY MERGE ATTACH DETACH INSTALL LOAD PRAGMA CALL SHOW DESCRIBE EXPLAIN EXECUTE PREPARE APPLY LATERAL STRAIGHT_JOIN RECURSIVE MATCH_RECOGNIZE JSON_TABLE OPENJSON TABLESAMPLE PIVOT UNPIVOT'.split(
    ' ',
  ),
);

/** Words of the grammar: where a value or an alias may stand they are no names, unless in double quotes. */
export const RESERVED_WORDS = new Set(
  'SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET FETCH WINDOW QUALIFY UNION INTERSECT EXCEPT WITH AS ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL SEMI ANTI AND OR NOT IN IS LIKE ILIKE REGEXP RLIKE BETWEEN ESCAPE CASE WHEN THEN ELSE END ASC DESC NULLS OVER PARTITION DISTINCT ALL ANY SOME VALUES EXISTS FOR NULL TRUE FALSE'.split(
    ' ',
  ),
);

/** Functions of the engine that read files, and what others call theirs. */
export const FILE_FUNCTION = /^(?:read|scan|write|sink|load|glob|copy)(?:_|$)/i;

/** Values without parentheses. */
export const WORD_VALUES = new Set(
  'NULL TRUE FALSE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP'.split(' '),
);

/** Types whose name stands before a text, as in DATE '2026-01-01'. */
export const LITERAL_TYPES = new Set('DATE TIME TIMESTAMP DATETIME INTERVAL'.split(' '));
