/** Schema metadata of every table: its name with version, `units/1`. */
export const SCHEMA_KEY = 'unitscope.schema';
